"""Whether a shop can be read, told apart by what a person can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from .contract import ByTime, ByToken
from .errors import AccessDenied, AuthExpired, ConfigError, GongdanError, NotSent, Transient
from .plugins import AnyConnector
from .session import Session
from .settings import ShopConfig
from .views import Health, ShopRow
from .wire import Ask

if TYPE_CHECKING:
    from .desk import Desk

_ABOUT: Mapping[str, str] = {
    "secret": "wrong secret",
    "closed": "authorisation closed",
    "permission": "no permission",
    "ip": "ip not allowed",
    "app": "app refused",
}
_STATES: tuple[tuple[type[GongdanError], str], ...] = (
    (ConfigError, "setting"),
    (AuthExpired, "not authorised"),
    (AccessDenied, "access denied"),
    (NotSent, "unreachable"),
    (Transient, "unreachable"),
)


def row(desk: Desk, shop: ShopConfig) -> ShopRow:
    """Return how a shop stands, by what is stored; nothing is asked of the platform."""
    opened, queued, quarantined = desk.store.queue.figures(shop.alias)
    known = ShopRow(
        alias=shop.alias, platform=shop.platform, app=shop.app, remote_id=shop.remote_id,
        name=shop.name, open=opened, queued=queued, quarantined=quarantined,
        last_good=desk.store.ledger.last_good(shop.alias),
    )  # fmt: skip
    try:
        desk.settings(shop.alias)
        desk.due(shop.alias)
    except GongdanError as error:
        return replace(known, state="setting", error=str(error))
    last = next(iter(desk.runs(shop=shop.alias, limit=1)), None)
    if last is None:
        return known
    failing = last.outcome in ("failed", "lost")
    return replace(known, state="failing" if failing else "ok", error=last.error)


def check(alias: str, connector: AnyConnector, session: Session[Any]) -> Health:
    """Read one row of each list of a shop, and say what came of it.

    A permission that is missing for one list hides nothing of the others; all that are missing are
    named.
    """
    missing: list[Health] = []
    for stream in connector.streams:
        if stream.read_page is None or isinstance(stream.reading, ByToken | None):
            continue  # asking a list with tokens may acknowledge what it gives
        try:
            stream.read_page(session, _least(stream.reading, session))
        except GongdanError as error:
            found = ill(alias, error)
            if found.state != "no permission":
                return found
            missing.append(found)
    if missing:
        return replace(
            missing[0],
            text="; ".join(one.text for one in missing),
            hint_zh="; ".join(one.hint_zh for one in missing),
            hint_en="; ".join(one.hint_en for one in missing),
        )
    return Health(alias=alias, state="ok", text=f"{session.requests} requests answered")


def log_in(alias: str, session: Session[Any]) -> Health:
    """Get a new token, and say what came of it."""
    try:
        session.login()
    except GongdanError as error:
        return ill(alias, error)
    return Health(alias=alias, state="ok", text="logged in")


def _least(reading: ByTime, session: Session[Any]) -> Ask:
    now = session.now()
    return Ask(now - timedelta(minutes=1), now, reading.first_page, 1)


def ill(alias: str, error: GongdanError) -> Health:
    """Return what is wrong with a shop, by what a person can do about it."""
    by_kind = next((name for kind, name in _STATES if isinstance(error, kind)), "failed")
    state = _ABOUT.get(error.about, by_kind)
    return Health(
        alias=alias, state=state, text=str(error), exit_code=error.exit_code,
        hint_zh=error.hint_zh, hint_en=error.hint_en,
    )  # fmt: skip
