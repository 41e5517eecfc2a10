"""The service requests that a sandbox starts with, at times relative to its start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import count, cycle
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from gongdan.sandbox import Case, Message, World

from . import texts
from .entries import CLOSED, OPENED, REJECTED, REPLIED, beijing, entry

PENDING, WITH_BUYER, IN_REVIEW, DONE = 0, 5, 10, 100
STATUS_TEXTS = {
    PENDING: "待处理",
    WITH_BUYER: "用户确认中",
    IN_REVIEW: "审核中",
    DONE: "已关闭",
    77: "待复核",  # the fault new-enum
}
PROOF = "https://p3-aio.example.com/proof_demo.jpg"
PICTURE = "https://p3-aio.example.com/service/{}.jpg"


class Shape(Struct, frozen=True):
    """One kind of ticket: its deadline in minutes from the start, and its target in hours."""

    status: int
    due_min: int
    hours: int = 24
    replied: bool = False
    rejected: bool = False
    evidence: bool = False


# In twenty of them five are late, and six due within two hours, whatever the jitter.
SHAPES = (
    Shape(PENDING, -180),
    Shape(PENDING, 40),
    Shape(IN_REVIEW, -60, replied=True),
    Shape(PENDING, 75, hours=2),
    Shape(DONE, -400, replied=True),
    Shape(PENDING, -1200),
    Shape(WITH_BUYER, 300, replied=True),
    Shape(PENDING, 100, rejected=True, replied=True, evidence=True),
    Shape(PENDING, -30, hours=2),
    Shape(PENDING, 1200, evidence=True),
    Shape(DONE, -2000),
    Shape(PENDING, 540, hours=12),
)
OLD = (Shape(DONE, -2880, replied=True), Shape(IN_REVIEW, -2880, replied=True), Shape(DONE, -2880))
LIVELY = 2 * len(SHAPES)  # tickets of a shop that SHAPES are for; the rest is past
PAST_DAYS = 60


def fill(world: World, stream: str, shops: Sequence[str]) -> None:
    """Add `world.plan.tickets` service requests to every shop's stream."""
    writer = _Writer(world, stream)
    for shop in shops:
        cases = [writer.write(shop, n) for n in range(world.plan.tickets)]
        _share_a_second(cases)


class _Writer:
    """Writes tickets, one after the other: no text comes twice until all were used."""

    def __init__(self, world: World, stream: str) -> None:
        self._world = world
        self._stream = stream
        self._rng = world.rng
        self._ids = _ids(world.rng)
        self._normal, self._urgent, self._agreed, self._replies = (
            cycle(pool) for pool in (texts.NORMAL, texts.URGENT, texts.AGREED, texts.REPLIES)
        )

    def write(self, shop: str, place: int) -> Case:
        shape = SHAPES[place % len(SHAPES)] if place < LIVELY else OLD[place % len(OLD)]
        due = self._due(shape, place)
        created = due - timedelta(hours=shape.hours)
        number = next(self._ids)
        detail = self._text(shape)
        pictures = [PICTURE.format(number)] if place % 3 == 0 else []
        log = [entry(OPENED, detail, created, files=pictures, hours=shape.hours)]
        log += self._rest(shape, created, min(due, self._world.start))
        return self._world.cases.add(
            str(number),
            shop=shop,
            stream=self._stream,
            created=created,
            updated=log[-1].at,
            messages=log,
            fields={
                **blank(),
                "operate_status": shape.status,
                "order_id": self._order_id(place),
                "detail": detail,
                "service_type": 1 + place % 3,
                "expiration_time": beijing(due),
                "evidence_required": int(shape.evidence),
                "proof_demo": PROOF if shape.evidence else "",
                "img_list": pictures,
                **told(log, rejected=shape.rejected),
            },
        )

    def _due(self, shape: Shape, place: int) -> datetime:
        jitter_s = self._rng.randint(-600, 600)
        past_s = self._rng.randrange(PAST_DAYS * 86400) if place >= LIVELY else 0
        return self._world.start + timedelta(minutes=shape.due_min, seconds=jitter_s - past_s)

    def _text(self, shape: Shape) -> str:
        pools = {2: self._urgent, 12: self._agreed}
        return next(pools.get(shape.hours, self._normal))

    def _order_id(self, place: int) -> int | str:
        """Nineteen digits, now a number and now a string, as in the documented sample."""
        order = 4_738_000_000_000_000_000 + self._rng.randrange(10**15)
        return order if place % 2 else str(order)

    def _rest(self, shape: Shape, created: datetime, until: datetime) -> list[Message]:
        """What happened after the opening, evenly between *created* and *until*."""
        kinds = [REPLIED] if shape.replied else []
        kinds += [REJECTED] if shape.rejected else []
        kinds += [CLOSED] if shape.status == DONE else []
        step = (until - created) / (len(kinds) + 1)
        log = []
        for n, kind in enumerate(kinds, 1):
            at = (created + n * step).replace(microsecond=0)
            log.append(entry(kind, self._said(kind, shape), at))
        return log

    def _said(self, kind: int, shape: Shape) -> str:
        if kind == REPLIED:
            return next(self._replies)
        if kind == REJECTED:
            return texts.REJECT
        return texts.CLOSED if shape.replied else texts.TIMED_OUT


def blank() -> dict[str, object]:
    """The fields of a service request that has nothing but a name; absent times are ""."""
    return {
        "operate_status": PENDING,
        "order_id": "",
        "detail": "",
        "reply": "",
        "service_type": 3,
        "first_reply_time": "",
        "reply_time": "",
        "expiration_time": "",
        "close_time": "",
        "close_detail": "",
        "is_reject": 0,
        "reject_time": "",
        "reject_detail": "",
        "evidence_required": 0,
        "proof_demo": "",
        "img_list": [],
    }


def told(log: Sequence[Message], *, rejected: bool) -> dict[str, object]:
    """The fields that repeat what is in the log."""
    fields: dict[str, object] = {"is_reject": int(rejected)}
    for message in log:
        kind, at = message.fields["service_log_type"], beijing(message.at)
        if kind == REPLIED:
            fields.setdefault("first_reply_time", at)
            fields |= {"reply": message.text, "reply_time": at}
        elif kind == REJECTED:
            fields |= {"reject_detail": message.text, "reject_time": at}
        elif kind == CLOSED:
            fields |= {"close_detail": message.text, "close_time": at}
    return fields


def _ids(rng: Random) -> Iterator[int]:
    """Old ids of eight digits and new ones above 2^53, by turns."""
    short = 10_000_000 + rng.randrange(10**6)
    long = 7_123_456_789_000_000_000 + rng.randrange(10**12)
    for n in count(1):
        yield long + n * 4099 if n % 2 else short + n * 17


def _share_a_second(of_shop: Sequence[Case]) -> None:
    """Give two answered tickets one update second, as if it had never been another."""
    if len(of_shop) > 4:
        pair = (of_shop[2], of_shop[4])
        shared = max(case.newest.updated for case in pair)
        for case in pair:
            case.versions[-1] = replace(case.newest, updated=shared)
