"""What a seller can do with an exchange beside talking.

Source:
    the TOP notes, section A.3.  Not stated there: where an exchange stands after each (here as the
    words of the states say it: 待买家退货, 待发出换货商品, 待买家收货, 待买家修改), what follows a
    refusal of what came back (here 待买家修改 too), the sub-codes and the reasons.
"""

from __future__ import annotations

from functools import partial

from msgspec import Struct

from gongdan.sandbox import World

from .api import Api, Apis, Asked
from .exchanges import Exchanges
from .moment import written
from .refusal import Body, invalid
from .shape import only
from .thread import Thread, picture

REASONS = ((701, "商品影响二次销售"), (702, "换货商品无库存"), (703, "买家寄回的商品与订单不符"))


class Step(Struct, frozen=True):
    """One step: where an exchange must stand, where it stands then, what is required, what said."""

    before: str
    after: str
    said: str
    required: tuple[str, ...] = ()


_PARCEL = ("logistics_no", "logistics_type", "logistics_company_name")
STEPS = {
    "tmall.exchange.agree": Step("1", "2", "同意换货申请", ("address_id", "fields")),
    "tmall.exchange.refuse": Step("1", "6", "拒绝换货申请", ("seller_refuse_reason_id", "fields")),
    "tmall.exchange.returngoods.agree": Step("3", "12", "确认收到退货", ("fields",)),
    "tmall.exchange.returngoods.refuse": Step(
        "3", "6", "拒绝确认收货", ("seller_refuse_reason_id",)
    ),
    "tmall.exchange.consigngoods": Step("12", "13", "已发出换货商品", (*_PARCEL, "fields")),
}


class ExchangeSteps:
    """The five writes of an exchange, and the reasons for refusing one."""

    def __init__(self, world: World, exchanges: Exchanges, thread: Thread) -> None:
        self._world = world
        self._exchanges = exchanges
        self._thread = thread

    def apis(self) -> Apis:
        writes = {name: Api(partial(self._take, step), "write") for name, step in STEPS.items()}
        return {**writes, "tmall.exchange.refusereason.get": Api(self.reasons, "other")}

    def reasons(self, asked: Asked) -> Body:
        fields = asked.call.fields()
        self._exchanges.find(asked)
        told = [{"reason_id": number, "reason_text": text} for number, text in REASONS]
        rows = [only(row, fields) for row in told]
        return {"result": {"results": rows, "total_results": len(rows)}}

    def _take(self, step: Step, asked: Asked) -> Body:
        """Take one step; it is refused inside a normal answer, as the table of the API has it."""
        call = asked.call
        for name in step.required:
            call.required(name)
        reason = call.text("seller_refuse_reason_id")
        if reason and reason not in {str(number) for number, _ in REASONS}:
            raise invalid("seller_refuse_reason_id", "拒绝原因不存在")
        if call.text("logistics_type") not in ("", "100", "200"):
            raise invalid("logistics_type", "logistics_type须为100或200")
        form = picture(asked, "leave_message_pics") if "leave_message_pics" in call.files else ""
        case, _ = self._exchanges.find(asked)
        if "other-person" in asked.strikes:
            self._world.cases.change(case, {"status": "4"})
        if "refused" in asked.strikes or case.newest.fields["status"] != step.before:
            return {"result": {"success": False, "msg_code": "STATUS_ERROR",
                               "message": "当前换货单状态不支持该操作"}}  # fmt: skip
        words = call.text("leave_message") or step.said
        fields: Body = {"status": step.after}
        if call.text("logistics_no"):
            fields["seller_logistic_no"] = call.text("logistics_no")
            fields["seller_logistic_name"] = call.text("logistics_company_name")
        version = self._world.cases.change(
            case, fields, [self._thread.said(words, asked.seller, form)],
            hidden_s=asked.strikes.get("hidden-write", 0.0),
        )  # fmt: skip
        row = {"dispute_id": case.id, "status": step.after, "modified": written(version.updated),
               "biz_order_id": str(version.fields["biz_order_id"])}  # fmt: skip
        return {"result": {"success": True, "exchange": row}}
