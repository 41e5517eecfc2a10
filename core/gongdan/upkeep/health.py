"""Whether a shop can be read, told apart by what a person can do about it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..calls.session import Session
from ..config.settings import ShopConfig
from ..contract import ByTime, ByToken, Stream
from ..errors import AccessDenied, AuthExpired, ConfigError, GongdanError, NotSent, Transient
from ..plugins.asking import given_or_none, page_of, wants
from ..plugins.registry import AnyConnector
from ..views import Health, ShopRow
from ..wire import Ask

if TYPE_CHECKING:
    from ..desk import Desk

# A sync renews what it can, so that a login which ends so soon was not renewed for days; what only
# a person can renew takes the shop's owner and the platform's pages.
LOGIN_ENDS = timedelta(days=3)
SESSION_ENDS = timedelta(days=14)
_TOLD = "authorised "  # the name, in `meta`, of what the platform told of a shop
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
    opened, queued, unknown, quarantined = desk.store.queue.figures(shop.alias)
    until, early = authorised(desk, shop)
    known = ShopRow(
        alias=shop.alias, platform=shop.platform, app=shop.app, remote_id=shop.remote_id,
        name=shop.name, open=opened, queued=queued, unknown=unknown, quarantined=quarantined,
        last_good=desk.store.ledger.last_good(shop.alias),
        authorised_until=until, ending=until is not None and until - desk.now() < early,
        groups=tuple(name for name, held in desk.config.groups.items() if shop.alias in held),
    )  # fmt: skip
    try:
        desk.settings(shop.alias)
        desk.due(shop.alias)
        known = replace(known, complete_until=complete(desk, shop.alias))
    except GongdanError as error:
        return replace(known, state="setting", error=str(error))
    last = next(iter(desk.runs(shop=shop.alias, limit=1)), None)
    if last is None:
        return known
    failing = last.outcome in ("failed", "lost")
    return replace(
        known, state="failing" if failing else "ok",
        error=last.error, hint_zh=last.hint_zh, hint_en=last.hint_en,
    )  # fmt: skip


def authorised(desk: Desk, shop: ShopConfig) -> tuple[datetime | None, timedelta]:
    """Return when a person must authorise a shop again, and how long before that to say so.

    A login that renews itself ends when it can be renewed no more; one that cannot, with its
    token; a token that a person pasted, when they said in the settings.  Any, when the platform
    said at the last check that the owner's leave ends.
    """
    token, told = desk.store.keys.token(shop.alias), desk.store.meta.get(_TOLD + shop.alias)
    leave = datetime.fromisoformat(told) if told else None
    if token is not None and token.refresh:
        if leave is None or (token.refresh_expires and token.refresh_expires < leave):
            return token.refresh_expires, LOGIN_ENDS
        return leave, SESSION_ENDS
    ends = token.expires if token is not None and token.expires else shop.authorised_until
    return min((at for at in (ends, leave) if at), default=None), SESSION_ENDS


def complete(desk: Desk, alias: str) -> datetime | None:
    """Return until when every stream of a shop that is read by time is known to be complete."""
    settings = desk.settings(alias)
    streams = [
        one
        for one in desk.connector(alias).streams
        if isinstance(one.reading, ByTime) and wants(one, settings)
    ]
    found = [desk.store.cases.cursor(alias, stream.name)[0] for stream in streams]
    return None if None in found else min((at for at in found if at), default=None)


def check(desk: Desk, alias: str) -> Health:
    """Read one row of each list of a shop, and say what came of it.

    A permission that is missing for one list hides nothing of the others; all that are missing are
    named.
    """
    connector, session = desk.connector(alias), desk.session(alias)
    missing: list[Health] = []
    for stream, reading in _askable(connector, session):
        try:
            page_of(stream, session, _least(reading, session))
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
    try:
        until = _leave(desk, connector, session)
    except GongdanError as error:
        return ill(alias, error)
    facts = _about(desk, connector, session)
    text = "; ".join([f"{session.requests} requests answered", *facts])
    return Health(alias=alias, state="ok", text=text, authorised_until=until)


def _askable(
    connector: AnyConnector, session: Session[Any]
) -> list[tuple[Stream[Any], ByTime | ByToken]]:
    """Return the lists that a check may ask: those by time; where there is none, those with tokens.

    Asking with the token of a page may acknowledge it, so a check asks without one; a message queue
    is not asked at all, for what it hands out is away for a while.
    """
    found = [
        (stream, stream.reading)
        for stream in connector.streams
        if stream.reading is not None and stream.to_events is None
        if wants(stream, session.settings)
    ]
    return [one for one in found if isinstance(one[1], ByTime)] or found


def _about(desk: Desk, connector: AnyConnector, session: Session[Any]) -> list[str]:
    """Return what the platform says of the shop itself, a text each, and keep it by name."""
    if connector.about is None:
        return []
    try:
        facts = dict(connector.about(session))
    except GongdanError as error:  # the lists were answered: nothing that is needed is missing
        return [f"what kind of shop it is was not told: {error.code or error}"]
    desk.store.meta.put(f"about {session.alias}", json.dumps(facts, ensure_ascii=False))
    return [f"{name}: {value}" for name, value in facts.items()]


def _leave(desk: Desk, connector: AnyConnector, session: Session[Any]) -> datetime | None:
    """Return until when the shop lets the app work for it, and keep that for `row`.

    Raises:
        AuthExpired: it does not.
    """
    if connector.authorised is None:
        return None
    try:
        where = f"{connector.platform} {session.alias}: authorised"
        until = given_or_none(datetime, where, connector.authorised, session)
    except AccessDenied:  # the lists were answered: it is only this that the app may not ask
        return None
    if until is not None:
        desk.store.meta.put(_TOLD + session.alias, until.isoformat())
    return until


def log_in(alias: str, session: Session[Any]) -> Health:
    """Get a new token, and say what came of it."""
    try:
        session.login()
    except GongdanError as error:
        return ill(alias, error)
    return Health(alias=alias, state="ok", text="logged in")


def _least(reading: ByTime | ByToken, session: Session[Any]) -> Ask:
    now = session.now()
    page = reading.first_page if isinstance(reading, ByTime) else 1
    return Ask(now - timedelta(minutes=1), now, page, 1)


def ill(alias: str, error: GongdanError) -> Health:
    """Return what is wrong with a shop, by what a person can do about it."""
    by_kind = next((name for kind, name in _STATES if isinstance(error, kind)), "failed")
    state = _ABOUT.get(error.about, by_kind)
    return Health(
        alias=alias, state=state, text=str(error), exit_code=error.exit_code,
        hint_zh=error.hint_zh, hint_en=error.hint_en,
    )  # fmt: skip
