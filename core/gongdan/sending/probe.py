"""A read with a signature that is too old: does the platform refuse it?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..calls.reply import Answered
from ..calls.session import Session
from ..contract import Stream
from ..errors import GongdanError, RateLimited, Transient
from ..ticket import File
from ..wire import Call, Params, Ref


class Belated:
    """The shop as it speaks when it signs with a time that is long past."""

    def __init__(self, session: Session[Any], stamp: datetime) -> None:
        self._session = session
        self._stamp = stamp

    @property
    def remote_id(self) -> str:
        """As the session's."""
        return self._session.remote_id

    @property
    def settings(self) -> Any:
        """As the session's."""
        return self._session.settings

    @property
    def token(self) -> str:
        """As the session's."""
        return self._session.token

    def now(self) -> datetime:
        """Return the time that is long past."""
        return self._stamp

    def call(
        self, op: str, params: Params | None = None, files: Mapping[str, File] | None = None, /
    ) -> Answered:
        """Make one request, once, signed with that time."""
        return self._session.write(Call(op, params or {}, files or {}), self._stamp)


def is_refused(session: Session[Any], stream: Stream, ref: Ref, stamp: datetime) -> bool | None:
    """Read a case with an old signature, and return whether the platform refused it.

    Returns:
        None where no answer of the platform's own came, so that it cannot be told.
    """
    if stream.read_detail is None:
        return None
    try:
        stream.read_detail(Belated(session, stamp), ref)
    except (Transient, RateLimited):
        return None
    except GongdanError as error:
        return True if error.code else None
    return False
