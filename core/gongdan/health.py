"""Whether a shop can be read, told apart by what a person can do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from .contract import ByTime, ByToken
from .errors import AccessDenied, AuthExpired, ConfigError, GongdanError, NotSent, Transient
from .plugins import AnyConnector
from .session import Session
from .views import Health
from .wire import Ask

_STATES: tuple[tuple[type[GongdanError], str], ...] = (
    (ConfigError, "setting"),
    (AuthExpired, "not authorised"),
    (AccessDenied, "access denied"),
    (NotSent, "unreachable"),
    (Transient, "unreachable"),
)


def check(alias: str, connector: AnyConnector, session: Session[Any]) -> Health:
    """Read one row of each list of a shop, and say what came of it."""
    try:
        for stream in connector.streams:
            if stream.read_page is None or isinstance(stream.reading, ByToken | None):
                continue  # asking a list with tokens may acknowledge what it gives
            stream.read_page(session, _least(stream.reading, session))
    except GongdanError as error:
        return _ill(alias, error)
    return Health(alias=alias, state="ok", text=f"{session.requests} requests answered")


def log_in(alias: str, session: Session[Any]) -> Health:
    """Get a new token, and say what came of it."""
    try:
        session.login()
    except GongdanError as error:
        return _ill(alias, error)
    return Health(alias=alias, state="ok", text="logged in")


def _least(reading: ByTime, session: Session[Any]) -> Ask:
    now = session.now()
    return Ask(now - timedelta(minutes=1), now, reading.first_page, 1)


def _ill(alias: str, error: GongdanError) -> Health:
    state = next((name for kind, name in _STATES if isinstance(error, kind)), "failed")
    return Health(
        alias=alias, state=state, text=str(error), exit_code=error.exit_code,
        hint_zh=error.hint_zh, hint_en=error.hint_en,
    )  # fmt: skip
