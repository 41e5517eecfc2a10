"""What the platform does that one does not expect, for every stream alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, TypeAlias

import pytest

from gongdan import UNSET, Ask, BadField, Fields, Raw, Ref, Secret, Status, Stream, Ticket
from gongdan_qianniu import QIANNIU, QianniuSettings
from gongdan_qianniu.exchange import EXCHANGE
from gongdan_qianniu.sandbox.seller import APP_KEY, APP_SECRET, seller
from gongdan_qianniu.task import TASK
from gongdan_qianniu.tickets import REFUND
from gongdan_qianniu.urge import URGE
from gongdan_qianniu.words import STATUS_TEXTS, STATUSES

from ..sandboxed import START, Rig
from ..stub import whole

STREAMS = (REFUND, EXCHANGE, TASK, URGE)
BY_NAME = pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
Value: TypeAlias = object
SETTINGS: dict[str, Any] = {
    "base_url": "http://sandbox/router/rest",
    "app_key": APP_KEY,
    "app_secret": Secret(APP_SECRET),
    "token": Secret(seller(0).session),
    "memo": True,
}


@pytest.fixture(scope="module")
def cases() -> dict[str, tuple[list[Fields], list[Fields]]]:
    """Return rows and details of each stream as they came over the wire."""
    rig = Rig("qianniu", QIANNIU.sandbox)
    shop = rig.session(QIANNIU, QianniuSettings(**SETTINGS), seller(0).user_id)
    found = {}
    for stream in STREAMS:
        assert stream.read_page is not None
        assert stream.read_detail is not None
        ask = Ask(START - timedelta(days=60), START + timedelta(days=1), 1, 100)
        rows = [Fields.of(bytes(raw)) for raw in stream.read_page(shop, ask).rows]
        details = []
        for row in rows[:8]:
            detail = stream.read_detail(shop, Ref(row.id(stream.id), row))
            one = Fields.of(bytes(detail)) if isinstance(detail, Raw) else whole(detail)
            details.append(one)
        found[stream.name] = (rows, details)
    return found


def paths(value: Value, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every value of a payload."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield (*path, name)
            yield from paths(inner, (*path, name))
    elif isinstance(value, list):
        for place, inner in enumerate(value[:1]):
            yield from paths(inner, (*path, place))


def changed(value: Any, path: tuple[str | int, ...], change: Callable[[Any], Value]) -> Any:
    """Return a payload with one value changed; UNSET takes it away."""
    if not path:
        return change(value)
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    inner = changed(value[path[0]], path[1:], change)
    if inner is UNSET and isinstance(copy, dict):
        del copy[path[0]]
    else:
        copy[path[0]] = inner
    return copy


def quoted(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


CHANGES: dict[str, Callable[[Any], Value]] = {
    "absent": lambda _: UNSET,
    "null": lambda _: None,
    "empty text": lambda _: "",
    "empty object": lambda _: {},
    "quoted number": quoted,
    "a list": lambda value: [value],
    "a new word": lambda _: "WAIT_FOR_GODOT",
    "huge": lambda _: 10**40,
}


def of(stream: Stream[Any], payload: Any) -> Ticket | None:
    """Return what a payload says; None where it says which field it cannot read."""
    assert stream.to_ticket is not None
    try:
        return stream.to_ticket(Fields(payload))
    except BadField:
        return None


@BY_NAME
@pytest.mark.parametrize("change", CHANGES)
def test_nothing_that_a_value_may_be_is_a_crash(
    cases: dict[str, tuple[list[Fields], list[Fields]]], stream: Stream[Any], change: str
) -> None:
    rows, details = cases[stream.name]

    understood = 0
    for payload in (rows[0].value, details[0].value, details[-1].value):
        for path in paths(payload):
            understood += of(stream, changed(payload, path, CHANGES[change])) is not None

    assert understood


@BY_NAME
def test_quoted_numbers_say_the_same(
    cases: dict[str, tuple[list[Fields], list[Fields]]], stream: Stream[Any]
) -> None:
    for detail in cases[stream.name][1]:
        plain = of(stream, detail.value)

        for path in paths(detail.value):
            assert of(stream, changed(detail.value, path, quoted)) == plain


@BY_NAME
def test_a_status_nobody_knows_is_unknown_and_a_missing_one_is_not_said(
    cases: dict[str, tuple[list[Fields], list[Fields]]], stream: Stream[Any]
) -> None:
    detail = cases[stream.name][1][0].value
    holder = {"refund": ("refund",), "exchange": ("exchange",), "urge": ("trade",)}
    path = (*holder.get(stream.name, ()), "status")

    new = of(stream, changed(detail, path, lambda _: "WAIT_FOR_GODOT"))
    none = of(stream, changed(detail, path, lambda _: UNSET))

    assert new is not None
    assert none is not None
    assert (new.status, none.status) == (Status.UNKNOWN, UNSET)


@BY_NAME
def test_the_sandbox_has_twenty_cases_without_a_new_word(
    cases: dict[str, tuple[list[Fields], list[Fields]]], stream: Stream[Any]
) -> None:
    rows, details = cases[stream.name]

    assert len(rows) >= 20
    assert all(of(stream, payload.value) for payload in (*rows, *details))
    assert stream.to_ticket is not None
    for payload in (*rows, *details):
        stream.to_ticket(payload)
        assert payload.notes == []


@BY_NAME
def test_ids_beyond_what_a_float_holds_stay_exact(stream: Stream[Any]) -> None:
    rig = Rig("qianniu", QIANNIU.sandbox)
    shop = rig.session(QIANNIU, QianniuSettings(**SETTINGS), seller(0).user_id)
    kept = {case.id for case in rig.sandbox.worlds["qianniu"].cases.of(shop.remote_id, stream.name)}
    assert stream.read_page is not None

    ask = Ask(START - timedelta(days=60), START + timedelta(days=1), 1, 100)
    rows = stream.read_page(shop, ask).rows

    assert {Fields.of(bytes(raw)).id(stream.id) for raw in rows} == kept


def test_both_spellings_of_a_status_are_known() -> None:
    for word in ("WAIT_SELLER_CONSIGN_GOODS", "WAIT_SELLER_CONSIGN_GOOGDS"):
        assert (STATUSES[word], STATUS_TEXTS[word]) == (Status.PENDING, "等待卖家发货")
