"""Imitations of platforms, for trying things without an account.

`Sandbox` holds some imitated platforms; `start` serves them over HTTP, `call` calls them in this
process.  A connector's imitation is a function `make(world) -> Imitation`; see `world`.
"""

from __future__ import annotations

from .bridge import Dropped, Response, call
from .case import Case, Message, Row, Version
from .cases import Cases, Listing, Query, victim, whole_second
from .clock import Clock
from .control import Control
from .faults import KINDS, NAMES, Fault, Faults, Kind, Named, Strikes
from .gateway import App, Gateway
from .keeping import keep, spoil, status_of
from .message import Answer, Form, Json, Request, Upload, dump, json_answer
from .partial import Partial, PartialMessage, read_partial
from .sandbox import Sandbox, load
from .server import Running, serve, start
from .traffic import Entry, Traffic
from .world import Imitation, Make, Outgoing, Plan, World

__all__ = [
    "KINDS",
    "NAMES",
    "Answer",
    "App",
    "Case",
    "Cases",
    "Clock",
    "Control",
    "Dropped",
    "Entry",
    "Fault",
    "Faults",
    "Form",
    "Gateway",
    "Imitation",
    "Json",
    "Kind",
    "Listing",
    "Make",
    "Message",
    "Named",
    "Outgoing",
    "Partial",
    "PartialMessage",
    "Plan",
    "Query",
    "Request",
    "Response",
    "Row",
    "Running",
    "Sandbox",
    "Strikes",
    "Traffic",
    "Upload",
    "Version",
    "World",
    "call",
    "dump",
    "json_answer",
    "keep",
    "load",
    "read_partial",
    "serve",
    "spoil",
    "start",
    "status_of",
    "victim",
    "whole_second",
]
