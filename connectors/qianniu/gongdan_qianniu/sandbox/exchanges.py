"""The exchanges of a shop: the list, the detail, and the messages.

Source:
    the TOP notes, sections 4.6 and A.3.  Not stated there: the order of the list (here newest
    change first), the most rows of a page (here 100), whether `status` is the number or its word
    (here the number, as text), the sub-codes, and what an exchange of a 淘宝 shop would be (here as
    one of 天猫).
"""

from __future__ import annotations

from collections.abc import Mapping

from gongdan.sandbox import Case, Message, Query, Row, Version, World

from . import moment
from .api import Api, Apis, Asked
from .refusal import Body, invalid, remote
from .rows import Form, spoil, version_ms
from .shape import only
from .thread import Thread, masked, picture

STREAM = "exchange"
STATUSES = ("1", "2", "3", "4", "5", "6", "12", "13", "14")
DETAIL_ONLY = frozenset(
    ("desc", "cs_status", "advance_status", "refund_version", "refund_phase", "operation_contraint")
)
# The book of roles is another one than that of refunds.
ROLES = {"merchant": "1", "platform": "3", "buyer": "4", "system": "5"}
FORM = Form("dispute_id", "modified", "reason", ("status", "77"))
MOST_ROWS = 100
MOST_IDS = 20


class Exchanges:
    """`tmall.exchange.receive.get`, `get`, `messages.get`, `message.add`."""

    def __init__(self, world: World, thread: Thread) -> None:
        self._world = world
        self._thread = thread

    def apis(self) -> Apis:
        return {
            "tmall.exchange.receive.get": Api(self.receive, "list"),
            "tmall.exchange.get": Api(self.get, "detail"),
            "tmall.exchange.messages.get": Api(self.messages, "detail"),
            "tmall.exchange.message.add": Api(self.add, "write"),
        }

    def receive(self, asked: Asked) -> Body:
        """One page; asked for by change, by creation, or neither; the bounds are inclusive."""
        fields = _fields(asked)
        query = _query(asked)
        page = self._world.cases.page(asked.seller.user_id, STREAM, query, asked.strikes)
        rows = [only(_listed(row), fields) for row in page.rows]
        spoil(rows, asked.strikes, FORM)
        return {
            "results": rows,
            "page_results": len(rows),
            "total_results": page.total,
            "has_next": query.page * query.size < page.total,
        }

    def get(self, asked: Asked) -> Body:
        fields = _fields(asked)
        case, version = self.find(asked)
        row = only(_whole(case, version), fields)
        spoil([row], asked.strikes, FORM)
        return {"result": {"success": True, "exchange": row}}

    def messages(self, asked: Asked) -> Body:
        call, fields = asked.call, asked.call.fields()
        case, version = self.find(asked)
        roles = {role for role in call.text("operator_roles").split(",") if role}
        told = [
            message for message in version.messages
            if not roles or ROLES[message.who] in roles
        ]  # fmt: skip
        page, size = call.number("page_no", 1), call.number("page_size", 20, MOST_ROWS)
        shown = told[(page - 1) * size : page * size]
        return {
            "result": {
                "results": [only(_entry(message, case.id), fields) for message in shown],
                "page_results": len(shown),
                "total_results": len(told),
                "has_next": page * size < len(told),
            }
        }

    def add(self, asked: Asked) -> Body:
        """Add the seller's message, a picture with it or none; the same again is added again."""
        text = asked.call.required("content")
        fields = asked.call.fields()
        kind = picture(asked, "message_pics") if "message_pics" in asked.call.files else ""
        case, _ = self.find(asked)
        if "refused" in asked.strikes:
            raise remote("isv.exchange-message-not-allowed", "当前换货单不允许留言")
        if "other-person" in asked.strikes:
            self._world.cases.change(case, messages=[self._thread.colleague(asked.seller)])
        if "altered-text" in asked.strikes:
            text = masked(text)
        message = self._thread.said(text, asked.seller, kind)
        hidden_s = asked.strikes.get("hidden-write", 0.0)
        self._world.cases.change(case, messages=[message], hidden_s=hidden_s)
        return {"result": {"results": [only(_entry(message, case.id), fields)]}}

    def find(self, asked: Asked) -> tuple[Case, Version]:
        """Return the exchange that a call names, as it is seen now.

        Raises:
            Refusal: 40 or 41 for the number; 15 if the shop has no such exchange.
        """
        dispute_id = asked.call.number("dispute_id")
        case = self._world.cases.get(STREAM, str(dispute_id))
        if case is not None and case.shop == asked.seller.user_id:
            version = self._world.cases.read(case, asked.strikes)
            if version is not None:
                return case, version
        raise remote("isv.exchange-not-exist", f"换货单不存在：{dispute_id}")


def _fields(asked: Asked) -> tuple[str, ...]:
    """Return the fields that are asked for; the hint spells one of them in another way."""
    names = asked.call.fields()
    return (*names, "biz_order_id") if "bizorder_id" in names else names


def _query(asked: Asked) -> Query:
    call = asked.call
    by_creation = bool(call.text("start_created_time") or call.text("end_created_time"))
    start, end = "start_gmt_modified_time", "end_gmt_modifed_time"  # sic
    if by_creation:
        start, end = "start_created_time", "end_created_time"
    if call.text("end_gmt_modified_time"):
        # Taken for granted, it would be ignored there, and the span would have no end.
        why = "sandbox: the platform spells it end_gmt_modifed_time"
        raise invalid("end_gmt_modified_time", why)
    statuses = _listed_in(asked, "dispute_status_array")
    if not statuses <= {*STATUSES}:
        raise invalid("dispute_status_array", "换货状态取值不合法")
    ids = _listed_in(asked, "refund_id_array")
    if len(ids) > MOST_IDS:
        raise invalid("refund_id_array", "最多只能输入20个id")
    wanted = {
        name: call.text(name) for name in ("biz_order_id", "buyer_nick", "buyer_open_uid")
        if call.text(name)
    }  # fmt: skip

    def matches(row: Row) -> bool:
        fields = row.version.fields
        return (
            (not statuses or fields["status"] in statuses)
            and (not ids or row.case.id in ids)
            and all(str(fields.get(name)) == value for name, value in wanted.items())
        )

    return Query(
        start=call.time(start),
        end=call.time(end),
        by="create" if by_creation else "update",
        descending=True,
        page=call.number("page_no", 1),
        size=call.number("page_size", 20, MOST_ROWS),
        where=matches,
    )


def _listed_in(asked: Asked, name: str) -> set[str]:
    return {part.strip() for part in asked.call.text(name).split(",") if part.strip()}


def _whole(case: Case, version: Version) -> Body:
    return {
        **version.fields,
        "dispute_id": case.id,
        "created": moment.written(case.created),
        "modified": moment.written(version.updated),
        "refund_version": version_ms(case, version),
    }


def _listed(row: Row) -> Body:
    whole = _whole(row.case, row.version)
    return {name: value for name, value in whole.items() if name not in DETAIL_ONLY}


def _entry(message: Message, dispute_id: str) -> Body:
    said: Mapping[str, object] = message.fields
    return {
        **said,
        "id": int(message.id),
        "refund_id": int(dispute_id),
        "content": message.text,
        "created": moment.written(message.at),
        "owner_role": ROLES[message.who],
        "pic_urls": [{"url": url} for url in message.files],
    }
