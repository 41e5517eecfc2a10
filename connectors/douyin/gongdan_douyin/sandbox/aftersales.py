"""The stream of after-sales: List, Detail, and what the platform shows in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from gongdan.sandbox import Case, Json, Query, Row, Strikes, World, victim

from .access import Access
from .aftersale_seeds import STATUS_TEXTS, STREAM, fill
from .aftersale_shape import show_detail, show_row
from .api import Api, Asked
from .call import text, whole
from .refusal import INVALID_BUSINESS, Refusal

DEEPEST = 50_000
SIX_MONTHS = timedelta(days=183)
_KNOWN_STATUSES = frozenset((6, 7, 8, 11, 12, 13, 14, 27, 28, 29))


class Aftersales:
    """Answers the reading APIs of after-sales."""

    def __init__(self, world: World, access: Access) -> None:
        self._world = world
        self._access = access
        self.apis: Mapping[str, Api] = {
            "afterSale.List": Api("list", self._list),
            "afterSale.Detail": Api("detail", self._detail),
        }

    def fill(self) -> None:
        """Make the after-sales of every shop."""
        fill(self._world, list(self._access.shops))

    def _list(self, asked: Asked) -> Json:
        query = _query(asked.params, self._world.clock.now())
        rows, total = self._world.cases.page(asked.shop, STREAM, query, asked.strikes)
        struck = victim([row.case.id for row in rows])
        shown = [
            _spoil(show_row(row), asked.strikes) if row.case.id == struck else show_row(row)
            for row in rows
        ]
        more = (query.page + 1) * query.size < total
        return {
            "items": shown, "has_more": more, "total": total, "page": query.page,
            "size": query.size,
        }  # fmt: skip

    def _detail(self, asked: Asked) -> Json:
        case = find(self._world, asked, "after_sale_id")
        version = self._world.cases.read(case, asked.strikes)
        if version is None:
            raise unknown()
        records = asked.params.get("need_operation_record") is True
        return show_detail(case, version, records=records)


def find(world: World, asked: Asked, name: str) -> Case:
    """The after-sale that a parameter names.

    Raises:
        Refusal: there is no such in this shop.
    """
    case = world.cases.get(STREAM, text(asked.params, name))
    if case is None or case.shop != asked.shop:
        raise unknown()
    return case


def unknown() -> Refusal:
    """The refusal of an after-sale that is not there."""
    return Refusal(INVALID_BUSINESS, "isv.parameter-invalid:11000", "售后单不存在")


def _spoil(row: Json, strikes: Strikes) -> Json:
    """A row as the row faults have it; its id stays readable."""
    info, texts = row["aftersale_info"], row["text_part"]
    assert isinstance(info, dict)
    assert isinstance(texts, dict)
    if "malformed-row" in strikes:
        info["refund_amount"] = []
    if "lone-surrogate" in strikes:
        texts["reason_text"] = f"{texts['reason_text']}\ud83d"
    if "new-field" in strikes:
        info["risk_level"] = {"level": 3, "desc": "高"}
    if "new-enum" in strikes:
        info["aftersale_status"] = 77
        texts["aftersale_status_text"] = STATUS_TEXTS[77]
    return row


def _query(params: Json, now: datetime) -> Query:
    """What List is asked for.

    Not stated: the order where none is asked for (here by application, newest first), and what an
    order nobody knows does (here it is refused).
    """
    page, size = whole(params, "page"), whole(params, "size")
    if page < 0 or not 0 < size <= 100 or (page + 1) * size > DEEPEST:
        raise _wrong("分页参数错误")
    field, descending = _order(params)
    by_update = any(params.get(f"update_{end}_time") for end in ("start", "end"))
    prefix = "update_" if by_update else ""
    start, end = _bound(params, f"{prefix}start_time"), _bound(params, f"{prefix}end_time")
    if start is None and not by_update:
        start = now - SIX_MONTHS
    return Query(
        start=start,
        end=end,
        by="update" if by_update else "create",
        sort="update" if field == "update_time" else "create",
        descending=descending,
        page=page,
        size=size,
        first_page=0,
        end_inclusive=by_update,
        where=_where(params),
    )


def _order(params: Json) -> tuple[str, bool]:
    """The first of `order_by`."""
    wanted = params.get("order_by") or ["apply_time desc"]
    if not isinstance(wanted, list) or not isinstance(wanted[0], str):
        raise _wrong("order_by应为字符串数组")
    field, _, way = wanted[0].strip().partition(" ")
    if field not in ("status_deadline", "apply_time", "update_time") or way not in ("asc", "desc"):
        raise _wrong(f"order_by无效: {wanted[0]}")
    return field, way == "desc"


def _bound(params: Json, name: str) -> datetime | None:
    if params.get(name) in (None, "", 0):
        return None
    try:
        return datetime.fromtimestamp(whole(params, name), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _wrong(f"{name}错误") from error


def _where(params: Json) -> Callable[[Row], bool]:
    """The filters that are given; special after-sales only where they are asked for."""
    wanted: dict[str, set[str]] = {}
    for name, field in (
        ("aftersale_id", "id"), ("order_id", "order_id"), ("aftersale_type", "aftersale_type"),
        ("aftersale_status", "aftersale_status"),
    ):  # fmt: skip
        if params.get(name) not in (None, ""):
            wanted[field] = {text(params, name)}
    statuses = {n for n in _numbers(params, "standard_aftersale_status") if n in _KNOWN_STATUSES}
    if statuses:
        wanted["aftersale_status"] = {str(number) for number in statuses}
    arbitration = _numbers(params, "arbitrate_status")
    if arbitration:
        wanted["arbitrate_status"] = {str(number) for number in arbitration}
    special = params.get("need_special_type") is True

    def where(row: Row) -> bool:
        has = {**row.version.fields, "id": row.case.id}
        seen = special or not has["special"]
        return seen and all(str(has[name]) in values for name, values in wanted.items())

    return where


def _numbers(params: Json, name: str) -> list[int]:
    value = params.get(name) or []
    if not isinstance(value, list):
        raise _wrong(f"{name}应为数组")
    return [whole({name: one}, name) for one in value]


def _wrong(why: str) -> Refusal:
    return Refusal(INVALID_BUSINESS, "isv.parameter-invalid:11000", why)
