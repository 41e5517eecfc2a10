"""The conformance kit: what a connector must do, checked without an account and without a network.

`find` says what a name means, `run` runs the checks over it.  The checks are in modules by subject;
importing this package lists them in `CHECKS`.
"""

from __future__ import annotations

from . import answers, changes, loading, meaning, options, pushes, reading, writing
from .check import CHECKS, TIERS, Check, Failed, NotApplicable, Result, Tier
from .paper import page
from .runner import chosen, run, run_one
from .subject import Subject, find, of

__all__ = [
    "CHECKS",
    "TIERS",
    "Check",
    "Failed",
    "NotApplicable",
    "Result",
    "Subject",
    "Tier",
    "answers",
    "changes",
    "chosen",
    "find",
    "loading",
    "meaning",
    "of",
    "options",
    "page",
    "pushes",
    "reading",
    "run",
    "run_one",
    "writing",
]
