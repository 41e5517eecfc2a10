"""What every imitation does alike: keep a case that was put, and spoil a row that is struck."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from .case import Case, Message
from .cases import victim
from .faults import Strikes
from .message import Json
from .partial import read_partial
from .world import World


def keep(
    world: World, ticket: Json, *, shop: str, stream: str, speakers: Collection[str],
    fields: Mapping[str, object],
) -> Case:  # fmt: skip
    """Create or change one case of the only shop and stream, as `Imitation.put` must.

    Args:
        ticket: as `put` was given it, see `read_partial`.
        speakers: who may say something, in the words of `gongdan.Who`: "buyer", "merchant".
        fields: of a case that is new, under those that are given.

    Raises:
        ValueError: it cannot be; the message names the key.
    """
    partial, now = read_partial(ticket), world.clock.second()
    if partial.stream not in ("", stream):
        raise ValueError(f"stream is {partial.stream!r}; there is: {stream}")
    if partial.shop not in ("", shop):
        raise ValueError(f"shop is {partial.shop!r}; there is: {shop}")
    for one in partial.messages:
        if one.who not in speakers:
            raise ValueError(f"who is {one.who!r}; there are: {', '.join(speakers)}")
    said = [
        Message(one.who, one.text, one.at or now, one.id or world.new_id(), one.files)
        for one in partial.messages
    ]
    case = world.cases.get(stream, partial.id)
    if case is not None:
        world.cases.change(case, partial.fields, said, updated=partial.updated)
        return case
    return world.cases.add(
        partial.id, shop=shop, stream=stream, created=partial.created, updated=partial.updated,
        fields={**fields, **partial.fields}, messages=said,
    )  # fmt: skip


def spoil(rows: Sequence[Json], strikes: Strikes, *, time: str, text: str, word: str) -> None:
    """Spoil one row of a page by the faults that strike it; each row has its id as "id".

    Args:
        time, text, word: names of values that a row has: one that `malformed-row` makes a list of,
            one that `lone-surrogate` breaks, and one that `new-enum` gives a word nobody knows.
    """
    struck = victim([str(row["id"]) for row in rows]) if strikes and rows else ""
    for row in (row for row in rows if struck and str(row["id"]) == struck):
        if "malformed-row" in strikes:
            row[time] = []
        if "lone-surrogate" in strikes:
            row[text] = f"{row.get(text, '')}\ud83d"
        if "new-field" in strikes:
            row["colour"] = "red"
        if "new-enum" in strikes:
            row[word] = "frozen"


def status_of(strikes: Strikes) -> int:
    """Return the HTTP status that a REST platform refuses a struck request with, 0 for none."""
    return next((_STATUS[name] for name in strikes if name in _STATUS), 0)


_STATUS: Mapping[str, int] = {
    "rate-limit": 429,
    "ban": 429,
    "token-expired": 401,
    "revoked": 401,
    "no-permission": 403,
    "wrong-ip": 403,
    "refused": 422,
}
