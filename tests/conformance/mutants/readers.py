"""Mistakes of reading: C16 to C42, C71, C72."""

from __future__ import annotations

import itertools
import json
import random
import urllib.request
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from msgspec.structs import replace

import gongdan as g
from gongdan.calls import rest
from gongdan_qianniu import QIANNIU

from . import good
from .mutant import acme, cases, lantern, mutant, reading, with_stream

_NONE = timedelta(0)


def _page(shop: g.Shop[Any], ask: g.Ask, **other: object) -> g.Reply:
    span = {"since": ask.start, "until": ask.end, "page": ask.page, "size": ask.size, "by": ask.by}
    return shop.call("GET /cases", {**span, **other})


@mutant("C16", "first page 0 for 1")
def _() -> g.Connector[Any]:
    return reading(first_page=0)


@mutant("C16", "stops at the first page")
def _() -> g.Connector[Any]:
    return reading(lambda shop, ask: g.Page(_page(shop, ask).rows("items"), more=False))


@mutant("C16", "an end that is not translated")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        return _page(shop, ask, until=ask.start).page("items", total="total")

    return reading(read_page)


@mutant("C16", "pages larger than the platform gives")
def _() -> g.Connector[Any]:
    return reading(lambda shop, ask: _page(shop, ask).page("items"), page_size=300)


@mutant("C16", "the number of a page for the total")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        rows = _page(shop, ask).rows("items")
        return g.Page(rows, total=len(rows))

    return reading(read_page)


@mutant("C19", "> instead of >=, and nothing overlaps")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        since = ask.start + timedelta(seconds=2)
        return _page(shop, ask, since=since).page("items", total="total")

    return reading(read_page, overlap=_NONE, settle=_NONE)


@mutant("C20", "takes a page of one second for the last")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        rows = _page(shop, ask).rows("items")
        times = {json.loads(bytes(row))["updated_at"] for row in rows}
        return g.Page(rows, more=len(times) > 1)

    return reading(read_page, by_creation=False)


@mutant("C21", "pages by number, put together")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        found: list[g.Raw] = []
        for number in itertools.count(1):
            rows = _page(shop, ask, page=number).rows("items")
            found += rows
            if not rows:
                return g.Page(found, more=False)
        raise AssertionError

    return reading(read_page, by_creation=False)


@mutant("C22", "no overlap")
def _() -> g.Connector[Any]:
    return reading(overlap=_NONE, settle=_NONE)


@mutant("C22", "a sweep that does not go by creation")
def _() -> g.Connector[Any]:
    return reading(lambda shop, ask: _page(shop, ask, by="update").page("items", total="total"))


@mutant("C23", "a start that is rounded up")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        minutes = -(-int(ask.start.timestamp()) // 1200) * 1200
        since = datetime.fromtimestamp(minutes, ask.start.tzinfo)
        return _page(shop, ask, since=since).page("items", total="total")

    return reading(read_page, by_creation=False)


@mutant("C27", "a list by creation")
def _() -> g.Connector[Any]:
    return reading(lambda shop, ask: _page(shop, ask, by="create").page("items", total="total"))


@mutant("C28", "an error taken for a deletion")
def _() -> g.Connector[Any]:
    def read_detail(shop: g.Shop[Any], ref: g.Ref) -> g.Detail:
        try:
            return good.read_detail(shop, ref)
        except g.GongdanError:
            return g.Raw(b'{"state":"done","deleted":true}')

    def to_ticket(case: g.Fields) -> g.Ticket:
        return replace(good.to_ticket(case), gone=case.flag("deleted"))

    return cases(read_detail=read_detail, to_ticket=to_ticket)


@mutant("C16", "a token that is not handed on")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        page = lantern().streams[0].read_page
        assert page is not None
        return replace(page(shop, ask), more=False)

    return with_stream(lantern(), read_page=read_page)


@mutant("C28", "a deletion that is not understood")
def _() -> g.Connector[Any]:
    to_ticket = lantern().streams[0].to_ticket
    assert to_ticket is not None
    return with_stream(lantern(), to_ticket=lambda case: replace(to_ticket(case), gone=g.UNSET))


@mutant("C33", "ids at random")
def _() -> g.Connector[Any]:
    def to_message(entry: g.Fields) -> g.Message:
        return replace(good.to_message(entry), id=str(random.random()))

    def to_ticket(case: g.Fields) -> g.Ticket:
        said = good.to_ticket(case)
        return replace(said, thread=case.each("messages", to_message))

    def read_detail(shop: g.Shop[Any], ref: g.Ref) -> g.Detail:
        noise = f'{{"read":{random.random()},'.encode()
        return g.Raw(bytes(good.read_detail(shop, ref)).replace(b"{", noise, 1))  # type: ignore[arg-type] # one payload

    return cases(to_ticket=to_ticket, read_detail=read_detail)


@mutant("C33", "the time of reading in a row")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        page = good.read_page(shop, ask)
        seen = f'{{"read_at":"{shop.now()}",'.encode()
        return replace(page, rows=[g.Raw(bytes(row).replace(b"{", seen, 1)) for row in page.rows])

    return reading(read_page)


@mutant("C36", "an error in a good answer, taken for a page")
def _() -> g.Connector[Any]:
    return replace(QIANNIU, fault=lambda _: None)


@mutant("C38", "a refusal that is asked again")
def _() -> g.Connector[Any]:
    return acme(errors=(g.Error("http 403", g.Means.RETRY),))


@mutant("C38", "a refusal taken for an empty list")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        try:
            return good.read_page(shop, ask)
        except g.AccessDenied:
            return g.Page([])

    return reading(read_page)


@mutant("C38", "a refusal that is asked again by itself")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        try:
            return good.read_page(shop, ask)
        except g.AccessDenied:
            return good.read_page(shop, ask)

    return reading(read_page)


@mutant("C38", "a missing permission taken for a word about one case")
def _() -> g.Connector[Any]:
    return acme(errors=(g.Error("http 403", g.Means.REFUSED),))


@mutant("C38", "a second list that asks the first one for something")
def _() -> g.Connector[Any]:
    first, second, *rest = QIANNIU.streams
    ask_first, ask_second = first.read_page, second.read_page
    assert ask_first is not None
    assert ask_second is not None

    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        ask_first(shop, ask)
        return ask_second(shop, ask)

    return replace(QIANNIU, streams=(first, replace(second, read_page=read_page), *rest))


@mutant("C41", "a page of HTML taken for a slow platform")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        try:
            return good.read_page(shop, ask)
        except g.Unreadable:
            raise g.Transient("acme did not answer") from None

    return reading(read_page)


@mutant("C41", "a page of HTML that fails once, and is empty from then on")
def _() -> g.Connector[Any]:
    failed: list[g.Unreadable] = []

    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        try:
            return good.read_page(shop, ask)
        except g.Unreadable as error:
            failed.append(error)
            if len(failed) > 1:
                return g.Page([])
            raise

    return reading(read_page)


@mutant("C41", "every error is an empty page")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        try:
            return good.read_page(shop, ask)
        except g.GongdanError:
            return g.Page([])

    return reading(read_page)


@mutant("C42", "a client of its own")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        with suppress(OSError):
            urllib.request.urlopen("http://127.0.0.1:9/", timeout=0.05).close()
        return good.read_page(shop, ask)

    return reading(read_page)


@mutant("C42", "another host")
def _() -> g.Connector[Any]:
    def encode(shop: g.Shop[Any], call: g.Call) -> g.Request:
        return replace(rest.encode(shop, call), url="http://elsewhere.example/cases")

    return acme(encode=encode)


@mutant("C48", "ids through a float")
def _() -> g.Connector[Any]:
    def read_page(shop: g.Shop[Any], ask: g.Ask) -> g.Page:
        page = good.read_page(shop, ask)
        rows = [json.loads(bytes(row)) for row in page.rows]
        rows = [{**row, "id": int(float(row["id"]))} for row in rows]
        return replace(page, rows=[g.Raw(json.dumps(row).encode()) for row in rows])

    return cases(read_page=read_page, read_detail=None)


@mutant("C71", "a case marked as read")
def _() -> g.Connector[Any]:
    def read_detail(shop: g.Shop[Any], ref: g.Ref) -> g.Detail:
        shop.call(f"POST /cases/{ref.id}/replies", {"body": "read"})
        return good.read_detail(shop, ref)

    return cases(read_detail=read_detail)


@mutant("C72", "a row that catches all")
def _() -> g.Connector[Any]:
    return acme(errors=(g.Error("*", g.Means.REFUSED, en="no"),))


@mutant("C72", "codes that nobody listed")
def _() -> g.Connector[Any]:
    return replace(QIANNIU, errors=())
