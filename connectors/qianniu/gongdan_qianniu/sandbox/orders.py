"""Orders: the alert of late shipping, one order whole, and the seller's memo of it.

Orders that are late to ship are cases of the stream `urge`.  An order behind a refund or an
exchange is made up when it is asked for; of it only the memo is kept.

Source:
    the TOP notes, sections 3.6, 3.8 and A.8.  Not stated there: the fields of an order beside
    `ob_tag` and `seller_memo`, under which name a promised time comes (here `example_ship_time`, a
    name of the sandbox's own), the most rows of a page of alerts (here 100), the sub-codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from gongdan.sandbox import Case, Query, Row, World

from . import moment
from .api import Api, Apis, Asked
from .refusal import Body, invalid, remote
from .shape import only
from .thread import masked

STREAM = "urge"
WAITING = "WAIT_SELLER_SEND_GOODS"
MOST_MEMO_BYTES = 1000
MOST_ROWS = 100
NUMBERS = {"refund": "tid", "exchange": "biz_order_id"}  # where a case names its order
COLLEAGUE = "仓库已确认明天发出"


class Memo(NamedTuple):
    """A memo with its flag, from when it is seen."""

    visible_from: datetime
    text: str
    flag: int


class Orders:
    """`taobao.trade.fullinfo.get`, `taobao.trade.memo.update` and the alerts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._memos: dict[str, list[Memo]] = {}

    def apis(self) -> Apis:
        return {
            "taobao.oc.tradetrace.alerts.get": Api(self.alerts, "list"),
            "taobao.trade.fullinfo.get": Api(self.get, "detail"),
            "taobao.trade.memo.update": Api(self.memo, "write"),
        }

    def alerts(self, asked: Asked) -> Body:
        """One page of order numbers: of type 3, late shipping; of every other type none."""
        kind = asked.call.number("abnormal_type", most=8)
        query = Query(
            page=asked.call.number("page_no"),
            size=asked.call.number("page_size", 20, MOST_ROWS),
            by="create",
            where=_is_late if kind == 3 else _never,
        )
        page = self._world.cases.page(asked.seller.user_id, STREAM, query, asked.strikes)
        return {"result_list": [{"tid": int(row.case.id)} for row in page.rows]}

    def get(self, asked: Asked) -> Body:
        fields = asked.call.fields()
        return {"trade": only(self._order(asked), fields)}

    def memo(self, asked: Asked) -> Body:
        """Put a new memo over the old one; without `flag` the flag is grey again."""
        call = asked.call
        order = self._order(asked)
        text, flag = call.text("memo"), call.text("flag") or "0"
        if flag not in tuple("012345"):
            raise invalid("flag", "flag取值须为0至5")
        if len(text.encode("utf-8", "replace")) > MOST_MEMO_BYTES:
            raise invalid("memo", "备注不能超过1000个字节")
        if "refused" in asked.strikes:
            raise remote("isv.trade-memo-not-allowed", "当前交易不允许修改备注")
        if "other-person" in asked.strikes:
            self._keep(asked, COLLEAGUE, 3)
        if "altered-text" in asked.strikes:
            text = masked(text)
        if not text and not call.flag("reset"):
            text = str(order["seller_memo"] or "")
        self._keep(asked, text, int(flag))
        now = moment.written(self._world.clock.second())
        return {"trade": {"tid": order["tid"], "modified": now}}

    def _keep(self, asked: Asked, text: str, flag: int) -> None:
        hidden_s = asked.strikes.get("hidden-write", 0.0)
        tid = str(asked.call.number("tid"))
        case = self._world.cases.get(STREAM, tid)
        if case is not None:
            fields = {"seller_memo": text, "seller_flag": flag}
            self._world.cases.change(case, fields, hidden_s=hidden_s)
            return
        seen = self._world.clock.now() + timedelta(seconds=hidden_s)
        self._memos.setdefault(tid, []).append(Memo(seen, text, flag))

    def _order(self, asked: Asked) -> Body:
        """Return the order that a call names, as it is seen now.

        Raises:
            Refusal: 40 or 41 for the number; 15 if the shop has no such order.
        """
        tid = str(asked.call.number("tid"))
        case = self._world.cases.get(STREAM, tid)
        if case is not None and case.shop == asked.seller.user_id:
            version = self._world.cases.read(case, asked.strikes)
            if version is not None:
                times = {"modified": moment.written(version.updated)}
                return {**version.fields, **times, "tid": int(tid)}
        found = self._named_by(asked.seller.user_id, tid)
        if found is None:
            raise remote("isv.trade-not-exist", f"交易不存在：{tid}")
        return self._made_up(tid, found)

    def _named_by(self, shop: str, tid: str) -> Case | None:
        for stream, name in NUMBERS.items():
            for case in self._world.cases.of(shop, stream):
                if str(case.newest.fields[name]) == tid:
                    return case
        return None

    def _made_up(self, tid: str, case: Case) -> Body:
        now, told = self._world.clock.now(), case.newest.fields
        seen = [memo for memo in self._memos.get(tid, []) if memo.visible_from <= now]
        memo = seen[-1] if seen else Memo(now, "", 0)
        return {
            "tid": int(tid),
            "status": told.get("order_status", "WAIT_BUYER_CONFIRM_GOODS"),
            "created": moment.written(case.created - timedelta(days=3)),
            "pay_time": moment.written(case.created - timedelta(days=3)),
            "modified": moment.written(case.newest.updated),
            "title": told["title"],
            "buyer_nick": told["buyer_nick"],
            "buyer_open_uid": told["buyer_open_uid"],
            "seller_memo": memo.text or None,
            "seller_flag": memo.flag,
        }


def _is_late(row: Row) -> bool:
    fields: Mapping[str, object] = row.version.fields
    return fields["status"] == WAITING and fields["late"] is True


def _never(_row: Row) -> bool:
    return False
