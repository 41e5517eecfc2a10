"""Bugs to plant, one at a time: the simulation must find each, by the seed that stands beside it.

Every one of them was somebody's protocol once; `outbox.md` has what each costs.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

from msgspec.structs import replace

from gongdan.calls.verdict import verdict
from gongdan.sending import deliver, likeness, moves
from gongdan.sending.deliver import Delivery
from gongdan.sending.moves import Moves, Terms
from gongdan.sending.trust import SelfCheck, Trust
from gongdan.sending.wants import Written
from gongdan.shoprun import ShopRun
from gongdan.store import Outbox, Work, outbox, steps
from gongdan.store.guard import Row, rows
from gongdan.store.moments import to_ms

Patches = tuple[AbstractContextManager[object], ...]


def _claim(passes: Callable[[Row], bool], first: str = "") -> Callable[..., Work | None]:
    """Return a claim that lets some rows be passed by the ones behind them."""

    def claim(self: Outbox, ticket_id: str, now: datetime, *, early: bool = False) -> Work | None:
        with self._guard.write() as db:
            if first:
                db.execute(first, (to_ms(now),))
            n = steps.number_of(db, ticket_id)
            sql = f"{steps.SELECT} WHERE o.n = ? AND o.state IN {steps.OPEN} ORDER BY seq"
            for row in rows(db, sql, (n,)):
                if steps.is_leased(row, now):
                    return None
                if steps.is_ready(row, now, early):
                    state = "unknown" if row["state"] == "sending" else str(row["state"])
                    fence = int(str(row["fence"])) + 1
                    db.execute(
                        "UPDATE outbox SET fence = ?, lease_ms = ?, state = ? WHERE id = ?",
                        (fence, to_ms(now + steps.LEASE), state, int(str(row["id"]))),
                    )
                    return steps.work_of(db, {**row, "fence": fence, "state": state})
                unseen = row["state"] == "sent" and row["hold"]
                if not unseen and not passes(row):
                    return None
        return None

    return claim


def _step(db: Any, work: Work, state: str, changes: Mapping[str, Any]) -> bool:
    """Change a row whoever has it by now."""
    names = ["state", *changes]
    sets = ", ".join(f"{name} = ?" for name in names)
    sql = f"UPDATE outbox SET {sets} WHERE id = ? AND state NOT IN ('cancelled', 'refused')"
    return bool(db.execute(sql, (state, *changes.values(), work.id)).rowcount)


def _no_fence() -> Patches:
    return (patch.object(outbox, "step", _step),)


def _no_claim() -> Patches:
    return (*_no_fence(), patch.object(outbox, "is_leased", lambda _row, _now: False))


def _blind_retry() -> Patches:
    def lost(self: Moves, number: int, _outcome: str, code: str, _fresh: object) -> None:
        self.again("again", number, code)

    return (patch.object(Moves, "lost", lost),)


def _others_do_not_block() -> Patches:
    told = Delivery._told

    def deaf(self: Delivery, fresh: Any, found: Any) -> bool:
        return told(self, fresh, replace(found, others=()))

    return (patch.object(Delivery, "_told", deaf),)


def _signed_at_write_time() -> Patches:
    write = ShopRun._write

    def late(self: ShopRun, call: Any, _stamp: datetime) -> Written:
        return write(self, call, self._session.now())

    return (patch.object(ShopRun, "_write", late),)


def _5xx_as_not_done() -> Patches:
    def naive(error: BaseException) -> str:
        return "not_done" if "http 5" in getattr(error, "code", "") else verdict(error)

    return (patch.object(deliver, "verdict", naive),)


def _no_snapshot() -> Patches:
    set_base = Outbox.set_base

    def forget(self: Outbox, work: Work, _base: Any, at: datetime, *rest: Any) -> bool:
        return set_base(self, work, [], at - timedelta(days=1), *rest)

    return (patch.object(Outbox, "set_base", forget), patch.object(Delivery, "_others", _nothing))


def _nothing(*_: object) -> list[str]:
    return []


def _undo_without_compare() -> Patches:
    def cancel(self: Outbox, row_id: int, now: datetime) -> Any:
        with self._guard.write() as db:
            db.execute(
                "UPDATE outbox SET state = 'cancelled', updated_ms = ? WHERE id = ?",
                (to_ms(now), row_id),
            )
        return self.row(row_id)

    return (patch.object(Outbox, "cancel", cancel),)


def _our_clock() -> Patches:
    read = ShopRun._read_case

    def read_case(self: ShopRun, ticket_id: str) -> Any:
        return replace(read(self, ticket_id), now=self._clock.now())

    return (patch.object(ShopRun, "_read_case", read_case),)


def _record_after_the_write() -> Patches:
    begin, succeed = Outbox.begin, Outbox.succeed

    def later(_self: Outbox, work: Work, _stamp: datetime, _now: datetime) -> int:
        return len(work.attempts) + 1

    def then(self: Outbox, work: Work, number: int, receipt: str, **times: datetime) -> None:
        begin(self, replace(work, state="queued"), times["at"], times["now"])
        succeed(self, work, number, receipt, **times)

    return (patch.object(Outbox, "begin", later), patch.object(Outbox, "succeed", then))


def _horizon_of_a_minute() -> Patches:
    return (patch.object(Terms, "horizon", property(lambda _: timedelta(seconds=60))),)


def _already_as_done() -> Patches:
    def answered(self: Moves, number: int, code: str) -> None:
        self._record(number, "sent", code, "sent", look=self.now)

    return (patch.object(Moves, "answered", answered),)


def _linked_twice() -> Patches:
    return (patch.object(Outbox, "owned", lambda _self, _ticket: set()),)


def _prefix() -> Patches:
    def first(text: str) -> str:
        return likeness.bare(text)[:4]

    return tuple(patch.object(module, "folded", first) for module in (likeness, deliver, moves))


def _trusts_any_key() -> Patches:
    def known(self: Delivery, _fresh: object) -> bool:
        return self._ability.key_age is not None

    return (patch.object(Delivery, "_is_known_again", known),)


def _pauses_end() -> Patches:
    return (patch.object(Terms, "latest", property(lambda self: self.horizon)),)


def _no_self_check() -> Patches:
    return (patch.object(SelfCheck, "trust", property(lambda _self: Trust())),)


_EXPIRED = "UPDATE outbox SET state = 'queued' WHERE state = 'sending' AND lease_ms <= ?"

# name: (what it is, a seed that finds it)
BUGS: dict[str, tuple[Callable[[], Patches], int]] = {
    "no claim": (_no_claim, 5),
    "no order": (lambda: (_claiming(lambda _: True),), 5),
    "blind retry": (_blind_retry, 2),
    "new messages do not block": (_others_do_not_block, 23),
    "signed at write time": (_signed_at_write_time, 0),
    "no fence": (_no_fence, 5),
    "5xx as not done": (_5xx_as_not_done, 38),
    "no snapshot": (_no_snapshot, 9),
    "undo without compare": (_undo_without_compare, 4),
    "our clock for stamp and age": (_our_clock, 343),
    "record after the write": (_record_after_the_write, 0),
    "a parked row passed": (lambda: (_claiming(lambda row: bool(row["hold"])),), 7),
    "horizon of 60 s": (_horizon_of_a_minute, 47),
    "already answered as done": (_already_as_done, 10),
    "expired as queued": (lambda: (_claiming(lambda _: False, _EXPIRED),), 203),
    "a message linked twice": (_linked_twice, 19),
    "prefix match": (_prefix, 15),
    "a key trusted for ever": (_trusts_any_key, 1236),
    "a key that a pause outlives": (_pauses_end, 1045),
    "next after sent": (lambda: (_claiming(lambda row: row["state"] == "sent"),), 181),
}


# Not found by itself: it shows what the self-check saves where an assumption does not hold.
UNWATCHED = "no self-check"


def _claiming(passes: Callable[[Row], bool], first: str = "") -> AbstractContextManager[object]:
    return patch.object(Outbox, "claim", _claim(passes, first))


@contextlib.contextmanager
def planted(name: str) -> Iterator[None]:
    """Plant a bug of BUGS; "" plants none."""
    with ExitStack() as stack:
        if name:
            for one in _no_self_check() if name == UNWATCHED else BUGS[name][0]():
                stack.enter_context(one)
        yield
