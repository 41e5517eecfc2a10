"""How long buyers' data stays: erasing one buyer's, and pruning what is old."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from ..errors import NotFound

if TYPE_CHECKING:
    from ..desk import Desk

AT_ONCE = 200  # tickets a transaction: syncs get their turn between two
AT_A_LOOK = 10_000  # ids: what is old is looked for in the whole store


class Erased(Struct, frozen=True, kw_only=True):
    """What came of an erasure.

    Attributes:
        tickets: whose buyer's data is gone.
        busy: that were left as they are: open, or something of them is unsent or to be done.
        unread: rows in quarantine that held a buyer's open id or name, and are gone.
    """

    tickets: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class Pruned(Struct, frozen=True, kw_only=True):
    """What a pruning came to: tickets without a buyer's data now, payloads without their bytes."""

    tickets: int = 0
    payloads: int = 0


def named(desk: Desk, buyers: Iterable[str] = (), refs: Iterable[str] = ()) -> list[str]:
    """Return the tickets of buyers (open id, or the name as it is shown) and those named.

    Raises:
        NotFound: a buyer has no ticket here and is in no row in quarantine, or a ticket is not
            there.
    """
    found = {desk.store.queue.find(ref): None for ref in refs}
    for buyer in buyers:
        theirs = desk.store.erasing.of_buyer(buyer) if buyer else []
        if not theirs and not (buyer and desk.store.erasing.of_buyer_unread(buyer)):
            raise NotFound("no ticket here has that buyer; give the open id, or the name as shown")
        found |= dict.fromkeys(theirs)
    return list(found)


def erase(
    desk: Desk, ids: Sequence[str], who: str, *, buyers: Sequence[str] = (), dry_run: bool = False
) -> Erased:
    """Take the buyer's data out of tickets; what figures need stays.

    Nothing is asked of a platform: what it still sends of a case that changes there comes again.

    Args:
        desk: where they are.
        ids: of tickets, as `named` gives them.
        who: asks for it.
        buyers: whose rows in quarantine are deleted, though no ticket could be made of them.
        dry_run: only tell.
    """
    store = desk.store.erasing
    busy = tuple(name for name in ids if store.is_busy(name))
    free = [name for name in ids if name not in busy]
    unread = tuple(
        dict.fromkeys(row for buyer in buyers for row in store.of_buyer_unread(buyer))
    )  # before the tickets forget whose they are
    if not dry_run:
        store.drop_unread(unread)
        _erase(desk, free, "asked", who)
        _settle(desk)
    return Erased(tickets=tuple(free), busy=busy, unread=unread)


def prune(desk: Desk, *, dry_run: bool = False) -> Pruned:
    """Do what `keep_days` and `keep_raw_days` say; 0 keeps for ever."""
    store, config, now = desk.store.erasing, desk.config, desk.now()
    tickets = payloads = 0
    if config.keep_days:
        before = now - timedelta(days=config.keep_days)
        if dry_run:
            tickets = len(store.closed_before(before, -1))
        while not dry_run and (old := store.closed_before(before, AT_A_LOOK)):
            tickets += _erase(desk, old, "old", "")
    if config.keep_raw_days:
        before = now - timedelta(days=config.keep_raw_days)
        payloads = store.strippable(before) if dry_run else store.strip(before)
    if not dry_run and (tickets or payloads):
        _settle(desk)
    return Pruned(tickets=tickets, payloads=payloads)


def _erase(desk: Desk, ids: Sequence[str], why: str, who: str) -> int:
    pieces = (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))
    return sum(desk.store.erasing.erase(piece, why, who, desk.now()) for piece in pieces)


def _settle(desk: Desk) -> None:
    """Take the words out of the search too, and out of every corner of the file."""
    while desk.store.search.index():
        pass
    desk.store.erasing.settle()
    desk.store.pictures.sweep(desk.now())
