"""What can be done to an after-sale: operate, remarks, evidence, more time; order remarks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from gongdan.sandbox import Case, Json, Message, Strikes, World

from .aftersale_seeds import EXCHANGE, FINAL, REFUND, RETURN, STREAM
from .aftersales import find
from .api import Api, Asked
from .call import text, whole
from .entries import beijing
from .pushes import Pushes
from .refusal import BUSINESS, INVALID_BUSINESS, MISSING_BUSINESS, Refusal

MOST_ITEMS = 20
MOST_PICTURES = 4
LONGEST_REMARK = 500
_MOVED = "isv.business-failed:20309541"
# type: (kinds, status before, status after, what the negotiation shows)
_MOVES: Mapping[int, tuple[tuple[int, ...], int, int, str]] = {
    101: ((RETURN,), 6, 7, "同意退货"),
    111: ((RETURN,), 11, 12, "同意退款"),
    201: ((REFUND,), 6, 12, "同意退款"),
    202: ((REFUND,), 6, 27, "拒绝退款"),
    301: ((EXCHANGE,), 6, 7, "同意换货"),
    311: ((EXCHANGE,), 11, 13, "确认收货并发出换货商品"),
}
_LOGISTICS: Mapping[int, tuple[str, ...]] = {
    101: ("receiver_address_id",),
    301: ("receiver_address_id",),
    311: ("company_code", "logistics_code"),
}
_TAGS = {101: 202, 111: 201, 201: 201, 202: 204, 301: 202, 311: 211}
REASONS = (
    (101, "买家误操作/取消申请", "无需凭证", "N"),
    (102, "商品已签收且无质量问题", "请上传签收底单", "Y"),
    (103, "与买家协商一致不退款", "请上传聊天记录", "N"),
)


class Operations:
    """Answers the writing APIs of after-sales and orders.  Not stated: errors of submitEvidence."""

    def __init__(self, world: World, pushes: Pushes) -> None:
        self._world = world
        self._pushes = pushes
        self.order_remarks: dict[str, list[str]] = {}
        self.apis: Mapping[str, Api] = {
            "afterSale.operate": Api("write", self._operate),
            "afterSale.addOrderRemark": Api("write", self._remark),
            "afterSale.submitEvidence": Api("write", self._submit),
            "afterSale.rejectReasonCodeList": Api("other", self._reasons),
            "afterSale.timeExtend": Api("write", self._extend),
            "order.addOrderRemark": Api("write", self._order_remark),
        }

    def _operate(self, asked: Asked) -> Json:
        kind, items = whole(asked.params, "type"), asked.params.get("items")
        if kind not in _MOVES or not isinstance(items, list) or not 0 < len(items) <= MOST_ITEMS:
            raise _wrong("type或items无效")
        cases = [self._check_item(asked, kind, item) for item in items]  # one fails, all fail
        if "refused" in asked.strikes:
            raise Refusal(BUSINESS, "isv.business-failed:11005", "操作失败")
        for case, item in zip(cases, items, strict=True):
            self._move(case, kind, item, asked.strikes)
        done = [{"aftersale_id": int(c.id), "status_code": 0, "status_msg": ""} for c in cases]
        return {"items": done}

    def _check_item(self, asked: Asked, kind: int, item: object) -> Case:
        if not isinstance(item, dict):
            raise _wrong("items无效")
        case = find(self._world, Asked(asked.shop, item, asked.strikes), "aftersale_id")
        if "other-person" in asked.strikes and case.newest.fields["aftersale_status"] == 6:
            self._world.cases.change(case, {"aftersale_status": 7})
        fields = case.newest.fields
        kinds, before, _, _ = _MOVES[kind]
        lock = item.get("update_time")
        if lock is not None and lock != int(case.newest.updated.timestamp()):
            raise Refusal(BUSINESS, _MOVED, "售后单已更新,请刷新后重试")
        if fields["aftersale_type"] not in kinds or fields["aftersale_status"] != before:
            raise Refusal(BUSINESS, _MOVED, "售后单状态不支持该操作")
        logistics = item.get("logistics")
        given = logistics if isinstance(logistics, dict) else {}
        if any(not given.get(name) for name in _LOGISTICS.get(kind, ())):
            raise _wrong("缺少logistics")
        if kind == 202:
            _check_reason(item)
        return case

    def _move(self, case: Case, kind: int, item: Json, strikes: Strikes) -> None:
        _, _, status, action = _MOVES[kind]
        now = self._world.clock.second()
        fields: dict[str, object] = {"aftersale_status": status}
        fields["status_deadline"] = int((now + timedelta(days=7)).timestamp())
        if status in FINAL:
            fields |= {"aftersale_status_to_final_time": int(now.timestamp()), "refund_status": 3}
        entry = Message("merchant", text(item, "remark"), now, fields={"action": action})
        hidden = strikes.get("hidden-write", 0.0)
        self._world.cases.change(case, fields, [entry], hidden_s=hidden)
        self._pushes.announce(case, _TAGS[kind])

    def _remark(self, asked: Asked) -> Json:
        words = text(asked.params, "remark")
        if not words.strip():
            raise Refusal(BUSINESS, "isv.business-failed:11000", "备注不能为空")
        case = self._remarked(asked)
        self._note(case, words, asked.strikes)
        return {}

    def _remarked(self, asked: Asked) -> Case:
        number, order = text(asked.params, "after_sale_id"), text(asked.params, "order_id")
        case = self._world.cases.get(STREAM, number) if number else None
        if not number and order:
            found = (c for c in self._world.cases.of(asked.shop, STREAM))
            case = next((c for c in found if str(c.newest.fields["order_id"]) == order), None)
        if case is None or case.shop != asked.shop:
            raise Refusal(BUSINESS, "isv.business-failed:11003", "售后单不存在")
        return case

    def _note(self, case: Case, words: str, strikes: Strikes) -> None:
        """Keep a remark.  Not stated: whether it moves `update_time`; here it does not."""
        remarks = case.newest.fields["remarks"]
        assert isinstance(remarks, list)
        words = _altered(words, strikes)
        at = int(self._world.clock.second().timestamp())
        remark = {"remark": words, "create_time": at, "operator": "开放平台"}
        self._world.cases.change(
            case, {"remarks": [*remarks, remark]}, updated=case.newest.updated,
            hidden_s=strikes.get("hidden-write", 0.0),
        )  # fmt: skip

    def _submit(self, asked: Asked) -> Json:
        case = find(self._world, asked, "aftersale_id")
        words, urls = text(asked.params, "comment"), asked.params.get("evidence")
        if not words or not isinstance(urls, list) or not 0 < len(urls) <= MOST_PICTURES:
            raise Refusal(MISSING_BUSINESS, "isv.missing-parameter:10001", "缺少comment或evidence")
        if not all(isinstance(url, str) and url.startswith("http") for url in urls):
            raise _wrong("凭证链接无效")
        if case.newest.fields["arbitrate_status"] != 4 or "refused" in asked.strikes:
            raise Refusal(BUSINESS, "isv.business-failed:12001", "当前状态不支持举证")
        now, words = self._world.clock.second(), _altered(words, asked.strikes)
        fields: dict[str, object] = {
            "arbitrate_status": 1,
            "is_required_evidence": False,
            "arbitrate_evidence": {"images": urls, "describe": words},
            "arbitrate_update_time": int(now.timestamp()),
        }
        entry = Message("merchant", words, now, files=tuple(urls), fields={"action": "提交凭证"})
        hidden = asked.strikes.get("hidden-write", 0.0)
        self._world.cases.change(case, fields, [entry], hidden_s=hidden)
        self._pushes.announce(case, 214)
        return {}

    def _reasons(self, asked: Asked) -> Json:
        items = [
            {"reject_reason_code": code, "reason": reason, "evidence_description": wanted,
             "evidence_need": need, "image": "", "order_type": -1, "pkg": -1}
            for code, reason, wanted, need in REASONS
        ]  # fmt: skip
        if asked.params.get("aftersale_id"):
            case = find(self._world, asked, "aftersale_id")
            if case.newest.fields["aftersale_status"] != 6 or not case.newest.fields["got_pkg"]:
                items = []
        return {"items": items}

    def _extend(self, asked: Asked) -> Json:
        """Give seven days more, from two days before the end, and once."""
        case = find(self._world, asked, "aftersale_id")
        fields, now = case.newest.fields, self._world.clock.second()
        left_s = int(str(fields["status_deadline"])) - int(now.timestamp())
        if fields["extended"] or fields["aftersale_status"] in FINAL or not 0 < left_s <= 172_800:
            raise Refusal(INVALID_BUSINESS, "isv.parameter-invalid:10001", "当前不支持延期")
        deadline = int(str(fields["status_deadline"])) + 7 * 86_400
        hidden = asked.strikes.get("hidden-write", 0.0)
        changes = {"status_deadline": deadline, "extended": 1}
        self._world.cases.change(case, changes, hidden_s=hidden)
        self._pushes.announce(case, 209)
        return {}

    def _order_remark(self, asked: Asked) -> Json:
        order, words = text(asked.params, "order_id"), text(asked.params, "remark")
        star = text(asked.params, "star")
        if not order or not words or (star and star not in "012345"):
            raise Refusal(INVALID_BUSINESS, "isv.parameter-invalid:50001", "参数错误")
        if len(words) > LONGEST_REMARK:
            raise Refusal(BUSINESS, "isv.business-failed:50056", "备注过长")
        if "违规" in words:
            raise Refusal(INVALID_BUSINESS, "isv.parameter-invalid:50051", "备注含有不允许的内容")
        orders = {
            str(case.newest.fields["order_id"])
            for stream in (STREAM, "service")
            for case in self._world.cases.of(asked.shop, stream)
        }
        if order not in orders:
            raise Refusal(INVALID_BUSINESS, "isv.parameter-invalid:20002", "订单不存在")
        self.order_remarks.setdefault(order, []).append(words)
        self._log_on(order, asked.shop, words, star)
        return {}

    def _log_on(self, order: str, shop: str, words: str, star: str) -> None:
        """Show a remark with the order's after-sales.  Not stated: whether; nothing moves by it."""
        at = beijing(self._world.clock.second())
        log: Json = {
            "content": words,
            "op_name": "开放平台",
            "create_time": at,
            "star": star or "0",
        }
        for case in self._world.cases.of(shop, STREAM):
            fields = case.newest.fields
            if str(fields["order_id"]) == order:
                logs = fields["seller_logs"]
                assert isinstance(logs, list)
                changes = {"seller_logs": [log, *logs]}
                self._world.cases.change(case, changes, updated=case.newest.updated)


def _altered(words: str, strikes: Strikes) -> str:
    return f"**{words[2:]}" if "altered-text" in strikes else words


def _check_reason(item: Json) -> None:
    reasons = {code: need for code, _, _, need in REASONS}
    code = whole(item, "reject_reason_code")
    if code not in reasons or not text(item, "remark"):
        raise _wrong("缺少拒绝原因")
    if reasons[code] == "Y" and not item.get("evidence"):
        raise _wrong("请上传凭证")


def _wrong(why: str) -> Refusal:
    return Refusal(INVALID_BUSINESS, "isv.parameter-invalid:11000", why)
