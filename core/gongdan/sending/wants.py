"""What a delivery wants of its driver, and what it gets."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

from msgspec import Struct

from ..contract import Shop
from ..secret import Settings
from ..ticket import Action, Case, File, Message
from ..wire import Call, Found


class ReadCase(Struct, frozen=True):
    """Wanted: the case as the platform shows it now, whole; sent back: Fresh."""

    ticket: str


class Upload(Struct, frozen=True):
    """Wanted: this file on the platform; sent back: the File with its address."""

    file: File


class WriteCall(Struct, frozen=True):
    """Wanted: this one request, signed with the stamp; sent back: Written."""

    call: Call
    stamp: datetime


class Probe(Struct, frozen=True):
    """Wanted: a read of the case signed at *stamp*, which is too old.

    Sent back: whether the platform refused it; None where that cannot be told.
    """

    ticket: str
    stamp: datetime


class Seek(Struct, frozen=True):
    """Wanted: whether what an action makes is there; sent back: Found."""

    seek: Callable[[Shop[Settings], Action, Case], Found]
    action: Action
    case: Case


class Pause(Struct, frozen=True):
    """A step is stored; anything may happen before the next."""


class Fresh(Struct, frozen=True):
    """A case just read, the platform's time of reading, and its payload."""

    case: Case
    now: datetime
    raw: bytes = b""

    @property
    def thread(self) -> tuple[Message, ...]:
        """Its messages, as the platform ordered them."""
        thread = self.case.ticket.thread
        return thread if isinstance(thread, tuple) else ()

    @property
    def round(self) -> int:
        """How many times it was sent back."""
        return self.case.ticket.round if isinstance(self.case.ticket.round, int) else 0


class Written(Struct, frozen=True):
    """The platform took it: the id of what it made, or "", and its time of answering."""

    receipt: str
    at: datetime


Want: TypeAlias = ReadCase | Upload | WriteCall | Probe | Seek | Pause

READ_AGAIN = timedelta(seconds=10)
STALE_AFTER_S = 5.0  # between deciding and writing
FIRST_LOOK = timedelta(seconds=3)
LOOK_EVERY = timedelta(seconds=120)
LOOK_LATE_EVERY = timedelta(minutes=10)  # once a person was told
UNSEEN_AFTER = timedelta(seconds=60)
MARGIN = timedelta(minutes=5)  # a late commit plus visibility
UNKNOWN_AGE = timedelta(minutes=10)  # looked for that long where no signature age is known
LONGEST_PAUSE = timedelta(hours=2)  # of a process before its socket, where no signature ends it
MAX_ATTEMPTS = 3
TELL_AFTER = 40
BACK_OFF = timedelta(seconds=5)
LONGEST_BACK_OFF = timedelta(seconds=60)
