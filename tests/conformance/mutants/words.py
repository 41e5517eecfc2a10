"""Mistakes of meaning, of writing and of pushes: C44 to C65, C73, C74."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

import gongdan as g
from gongdan_douyin import DOUYIN, DouyinSettings
from gongdan_douyin.push import receive
from gongdan_qianniu import QIANNIU

from . import good
from .mutant import acme, answering, cases, mutant


def _saying(**parts: Any) -> g.Connector[Any]:
    """Return the good connector whose tickets say other things, each made of the payload."""

    def to_ticket(case: g.Fields) -> g.Ticket:
        return replace(good.to_ticket(case), **{name: say(case) for name, say in parts.items()})

    return cases(to_ticket=to_ticket)


def _thread(say: Any) -> g.Connector[Any]:
    return _saying(thread=lambda case: case.each("messages", say))


@mutant("C74", "takes everything for made")
def _() -> g.Connector[Any]:
    return answering(good.GOOD, seek=lambda *_: g.Found.YES)


@mutant("C74", "never finds what it made")
def _() -> g.Connector[Any]:
    return answering(good.GOOD, seek=lambda *_: g.Found.NO)


@mutant("C73", "a thread that only the detail has")
def _() -> g.Connector[Any]:
    return cases(whole=True)


@mutant("C73", "another title in the row")
def _() -> g.Connector[Any]:
    def to_ticket(case: g.Fields) -> g.Ticket:
        if "messages" not in case:
            return g.Ticket(title="a case")
        return g.Ticket(title=case.text("title"))

    return cases(whole=True, to_ticket=to_ticket)


@mutant("C44", "takes out of the payload what it reads")
def _() -> g.Connector[Any]:
    return _saying(title=lambda case: case.value.pop("title", g.UNSET))


@mutant("C44", "the time at which it is read")
def _() -> g.Connector[Any]:
    return _saying(closed=lambda _: datetime.now(UTC))


@mutant("C44", "reads a file")
def _() -> g.Connector[Any]:
    def title(_case: g.Fields) -> str:
        with open(__file__, encoding="utf-8") as file:
            return file.readline()

    return _saying(title=title)


@mutant("C46", "a status that is not in the table")
def _() -> g.Connector[Any]:
    return _saying(status=lambda case: good.STATES[case.need("state")])


@mutant("C46", "a guess at a status that is not in the table")
def _() -> g.Connector[Any]:
    return _saying(status=lambda case: good.STATES.get(case.text("state"), g.Status.PENDING))


@mutant("C47", "a title that is always there")
def _() -> g.Connector[Any]:
    return _saying(title=lambda case: case.value["title"].strip())


@mutant("C49", "a time in another zone")
def _() -> g.Connector[Any]:
    def created(case: g.Fields) -> datetime:
        return case.when("created_at") - timedelta(hours=8)

    return _saying(created=created)


@mutant("C49", "a time without a zone")
def _() -> g.Connector[Any]:
    return _saying(created=lambda case: case.when("created_at").replace(tzinfo=None))


@mutant("C50", "letters of one alphabet")
def _() -> g.Connector[Any]:
    def title(case: g.Fields) -> str:
        return (case.text("title") or "").encode("latin-1", "ignore").decode("latin-1")

    return _saying(title=title)


@mutant("C50", "the first thousand characters")
def _() -> g.Connector[Any]:
    return _saying(title=lambda case: (case.text("title") or "")[:1000])


@mutant("C52", "everybody is a buyer")
def _() -> g.Connector[Any]:
    return _thread(lambda entry: replace(good.to_message(entry), who=g.Who.BUYER))


@mutant("C52", "a time in another zone")
def _() -> g.Connector[Any]:
    def to_message(entry: g.Fields) -> g.Message:
        return replace(good.to_message(entry), at=entry.when("at") - timedelta(hours=8))

    return _thread(to_message)


@mutant("C53", "no word for what is done")
def _() -> g.Connector[Any]:
    return _saying(status=lambda case: case.choice("state", {"open": g.Status.PENDING}))


@mutant("C54", "a reply in a field that the platform does not know")
def _() -> g.Connector[Any]:
    def to_call(action: g.Action, case: g.Case) -> g.Call:
        return g.Call(f"POST /cases/{case.id}/replies", {"text": action.text})

    return answering(good.GOOD, to_call=to_call)


@mutant("C54", "a case marked as read before it is answered")
def _() -> g.Connector[Any]:
    def read_detail(shop: g.Shop[Any], ref: g.Ref) -> g.Detail:
        shop.call(f"POST /cases/{ref.id}/replies", {"body": "read"})
        return good.read_detail(shop, ref)

    return cases(read_detail=read_detail)


@mutant("C55", "find always says no")
def _() -> g.Connector[Any]:
    return answering(QIANNIU, find=lambda *_: g.Found.NO)


@mutant("C55", "find always says yes")
def _() -> g.Connector[Any]:
    return answering(QIANNIU, find=lambda *_: g.Found.YES)


@mutant("C57", "its own answer by somebody else")
def _() -> g.Connector[Any]:
    return _thread(lambda entry: replace(good.to_message(entry), who=g.Who.PLATFORM))


@mutant("C57", "every message twice")
def _() -> g.Connector[Any]:
    def thread(case: g.Fields) -> object:
        said = case.each("messages", good.to_message)
        if not isinstance(said, tuple):
            return said
        return tuple(replace(one, id=f"{one.id}{end}") for one in said for end in ("", "-again"))

    return _saying(thread=thread)


@mutant("C58", "what colleagues write is left out")
def _() -> g.Connector[Any]:
    def thread(case: g.Fields) -> object:
        said = case.each("messages", good.to_message)
        if not isinstance(said, tuple):
            return said
        return tuple(one for one in said if one.who is g.Who.BUYER)

    return _saying(thread=thread)


@mutant("C59", "a refusal that is sent again")
def _() -> g.Connector[Any]:
    return acme(errors=(g.Error("http 422", g.Means.WAIT),))


@mutant("C59", "a refusal that nobody listed")
def _() -> g.Connector[Any]:
    return acme(errors=(g.Error("http 422", g.Means.RETRY),))


@mutant("C65", "a push from anybody")
def _() -> g.Connector[Any]:
    def take(settings: DouyinSettings, parcel: g.Parcel) -> g.Delivery:
        try:
            return receive(settings, parcel)
        except g.BadSignature:
            return g.Delivery([])

    return replace(DOUYIN, receive=take)


@mutant("C65", "another key each time")
def _() -> g.Connector[Any]:
    count = itertools.count()

    def take(settings: DouyinSettings, parcel: g.Parcel) -> g.Delivery:
        found = receive(settings, parcel)
        events = [replace(event, key=str(next(count))) for event in found.events]
        return replace(found, events=events)

    return replace(DOUYIN, receive=take)
