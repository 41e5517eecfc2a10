"""The imitated 协同工单: no API lists them; a notice tells of each, and the ticket centre exports.

Source:
    the TOP notes, sections 3.3, 6.3 and A.5.  Not stated there: what an export looks like.  Its
    columns here are invented, and each says so: 示例.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from random import Random

import msgspec

from gongdan.sandbox import Json, World, read_partial

from . import moment
from .api import Api, Apis, Asked
from .fields import FIRST_TID, buyer
from .refusal import Body, remote
from .seller import Seller
from .tmc import Tmc

STREAM = "coordination"
TOPIC = "taobao_ag_TicketsMsg"
CREATED, FINISHED = "0", "2"
FIRST_ID = 70_000_000
APART = timedelta(hours=3)
TALES = (
    ("物流异常", "物流三天没有更新", "买家反映包裹停在中转站三天，请核实并给出处理方案。"),
    ("承诺未履约", "赠品未发", "买家称客服承诺的赠品没有收到。"),
    ("发票", "未收到发票", "买家申请电子发票一周，未收到。"),
    ("补发", "少发一件", "订单两件只收到一件，买家要求补发。"),
    ("发货时间", "催发货", "已超过承诺发货时间，买家要求尽快发出。"),
    ("活动", "中奖名单未公布", "店铺活动中奖名单未按时公布。"),
)
HEADER = {
    "示例工单编号": "case_id",
    "示例状态": "status",
    "示例类型": "kind",
    "示例标题": "title",
    "示例问题描述": "desc",
    "示例订单号": "tid",
    "示例买家": "buyer_nick",
    "示例创建时间": "created",
    "示例更新时间": "updated",
}
WORDS = {CREATED: "待处理", FINISHED: "已完结"}


class Coordination:
    """The cases, the one API that answers them, and what is told of them."""

    def __init__(self, world: World, tmc: Tmc, sellers: Sequence[Seller]) -> None:
        self._world, self._tmc, self._sellers = world, tmc, sellers

    def apis(self) -> Apis:
        return {"taobao.cco.self.coordinate.handle.finish": Api(self.finish, "write")}

    def fill(self) -> None:
        """Make `world.plan.tickets` cases for each seller, every third of them over."""
        rng = Random(f"coordination {self._world.plan.seed}")
        for place, seller in enumerate(self._sellers):
            for at in range(self._world.plan.tickets):
                created = self._world.start - (at + 1) * APART
                over = at % 3 == 2
                self._world.cases.add(
                    str(FIRST_ID + place * 1_000_000 + at), shop=seller.user_id, stream=STREAM,
                    fields=_fields(at + place, rng, FINISHED if over else CREATED),
                    created=created, updated=created + APART / 2 if over else created,
                )  # fmt: skip

    def put(self, ticket: Json) -> None:
        """Create a case, or end it with `type` "2"; the message service tells of both.

        Raises:
            ValueError: there is no such field or shop; the message names it.
        """
        partial = read_partial(ticket)
        given = dict(partial.fields)
        for name in given:
            if name not in (*HEADER.values(), "type"):
                raise ValueError(
                    f"no field {name!r}; there are: type, {', '.join(HEADER.values())}"
                )
        case = self._world.cases.get(STREAM, partial.id)
        seller = self._seller(case.shop if case else partial.shop or self._sellers[0].user_id)
        if case is None:
            fields = {**_fields(0, Random(partial.id), CREATED), **given}
            self._world.cases.add(
                partial.id, shop=seller.user_id, stream=STREAM, fields=fields,
                created=partial.created, updated=partial.updated,
            )  # fmt: skip
        else:
            self._world.cases.change(case, given, [], updated=partial.updated)
        if case is None or given.get("type") == FINISHED:
            self._tell(seller, partial.id, str(given.get("type", CREATED)))

    def finish(self, asked: Asked) -> Body:
        """End a case with a reply, as a supplier may."""
        call = asked.call
        case = self._world.cases.get(STREAM, call.required("case_id"))
        call.required("operator")
        try:
            reply = msgspec.json.decode(call.required("reply_data"), type=dict[str, str])
        except msgspec.MsgspecError as error:
            raise remote("isv.param-error", "reply_data格式错误") from error
        if case is None or case.shop != asked.seller.user_id:
            return {"api_success": False, "api_code": "CASE_NOT_EXIST", "api_message": "工单不存在"}
        if case.newest.fields["type"] == FINISHED:
            return {"api_success": False, "api_code": "CASE_FINISHED", "api_message": "工单已完结"}
        self._world.cases.change(case, {"type": FINISHED, "reply": reply}, [])
        self._tell(asked.seller, case.id, FINISHED)
        return {"api_success": True, "api_code": "SUCCESS", "data": True}

    def export(self, user_id: str) -> bytes:
        """Return a shop's cases as its ticket centre might export them: CSV in GBK, a title first.

        Raises:
            ValueError: there is no such shop.
        """
        seller = self._seller(user_id)
        out = io.StringIO()
        rows = csv.writer(out)
        rows.writerow([f"示例：{seller.nick} 协同工单导出（沙箱自拟格式，非平台格式）"])
        rows.writerow(HEADER)
        for case in self._world.cases.of(seller.user_id, STREAM):
            known = {
                **case.newest.fields,
                "case_id": case.id,
                "status": WORDS[str(case.newest.fields["type"])],
                "created": moment.written(case.created),
                "updated": moment.written(case.newest.updated),
            }
            rows.writerow([known[name] for name in HEADER.values()])
        return out.getvalue().encode("gb18030")

    def _tell(self, seller: Seller, case_id: str, kind: str) -> None:
        content = {"case_id": int(case_id), "seller_nick": seller.nick, "type": kind}
        self._tmc.tell(seller, TOPIC, content)

    def _seller(self, user_id: str) -> Seller:
        for one in self._sellers:
            if one.user_id == user_id:
                return one
        raise ValueError(
            f"shop is {user_id!r}; there are: {', '.join(s.user_id for s in self._sellers)}"
        )


def _fields(place: int, rng: Random, kind: str) -> Body:
    about, title, desc = TALES[place % len(TALES)]
    return {
        "type": kind,
        "kind": about,
        "title": title,
        "desc": desc,
        "tid": str(FIRST_TID + rng.randrange(10**17)),
        "buyer_nick": buyer(rng)["buyer_nick"],
    }
