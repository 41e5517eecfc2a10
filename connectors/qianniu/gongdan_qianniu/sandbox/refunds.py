"""The refunds of a shop: the list and the detail.

Source:
    the TOP notes, sections 4.2, 4.3, 4.5 and A.2.  Not stated there: how rows of the
    same second are ordered (here by id), and the sub-code for a refund that is not the shop's.
"""

from __future__ import annotations

from gongdan.sandbox import Case, Query, Row, Version, World

from .api import Api, Apis, Asked
from .refusal import Body, remote
from .rows import detail, listed, spoil
from .shape import only

STREAM = "refund"
DEFAULT_TYPES = ("guarantee_trade", "auto_delivery")
OTHER_TYPES = ("fixed", "step", "independent_simple_trade", "tmall_i18n", "eticket", "cod")
STATUSES = (
    "WAIT_SELLER_AGREE",
    "WAIT_BUYER_RETURN_GOODS",
    "WAIT_SELLER_CONFIRM_GOODS",
    "SELLER_REFUSE_BUYER",
    "CLOSED",
    "SUCCESS",
    "WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS",
    "EXCHANGE_TRANSFORM_TO_REFUND",
    "WAIT_SELLER_CONSIGN_GOODS",
)
MOST_ROWS = 100


class Refunds:
    """`taobao.refunds.receive.get` and `taobao.refund.get` over the cases of a world."""

    def __init__(self, world: World) -> None:
        self._world = world

    def apis(self) -> Apis:
        return {
            "taobao.refunds.receive.get": Api(self.receive, "list"),
            "taobao.refund.get": Api(self.get, "detail"),
        }

    def receive(self, asked: Asked) -> Body:
        """One page, newest change first; the bounds are inclusive, in whole seconds."""
        call, fields = asked.call, asked.call.fields()
        has_next = call.flag("use_has_next")
        query = _query(asked)
        page = self._world.cases.page(asked.seller.user_id, STREAM, query, asked.strikes)
        rows = [only(listed(row), fields) for row in page.rows]
        spoil(rows, asked.strikes)
        if has_next:
            return {"refunds": rows, "has_next": query.page * query.size < page.total}
        return {"refunds": rows, "total_results": page.total}

    def get(self, asked: Asked) -> Body:
        fields = asked.call.fields()
        case, version = self.find(asked)
        row = only(detail(case, version), fields)
        spoil([row], asked.strikes)
        return {"refund": row}

    def find(self, asked: Asked) -> tuple[Case, Version]:
        """Return the refund that a call names, as it is seen now.

        Raises:
            Refusal: 40 or 41 for the number; 15 if the shop has no such refund.
        """
        refund_id = asked.call.number("refund_id")
        case = self._world.cases.get(STREAM, str(refund_id))
        if case is not None and case.shop == asked.seller.user_id:
            version = self._world.cases.read(case, asked.strikes)
            if version is not None:
                return case, version
        raise remote("isv.refund-not-exist", f"退款单不存在：{refund_id}")


def _query(asked: Asked) -> Query:
    call = asked.call
    status = call.one_of("status", STATUSES)
    types = tuple(name.strip() for name in call.text("type").split(",") if name.strip())
    buyer = {name: call.text(name) for name in ("buyer_nick", "buyer_open_uid", "ouid")}
    wanted = {name: value for name, value in {**buyer, "status": status}.items() if value}

    def matches(row: Row) -> bool:
        fields = row.version.fields
        return fields["type"] in (types or DEFAULT_TYPES) and all(
            fields.get(name) == value for name, value in wanted.items()
        )

    return Query(
        start=call.time("start_modified"),
        end=call.time("end_modified"),
        descending=True,
        page=call.number("page_no", 1),
        size=call.number("page_size", 40, MOST_ROWS),
        where=matches,
    )
