"""The tasks that every shop begins with; their times are relative to the start of the world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from gongdan.sandbox import World

from .fields import FIRST_TID, buyer
from .moment import milliseconds
from .refusal import Body
from .seller import Seller
from .tasks import STREAM
from .thread import Thread

FIRST_ID = 9_100_000_000
APART = timedelta(hours=11)
TASKS = (
    ("memo", "备忘", "核对退回商品", "退回的饭盒少一个盖子，请仓库确认后回复。", 0),
    ("trade", "交易", "补发配件", "订单少发支撑杆，请今天补发并把单号写在备注里。", 1),
    ("trade", "交易", "修改收货地址", "买家要求改地址，发货前请核对。", 0),
    ("officialTask", "官方任务", "完善店铺资质", "请在截止时间前上传最新的授权书。", 0),
    ("memo", "备忘", "回访差评买家", "上周三笔差评，请电话回访并记录原因。", 3),
    ("member", "会员", "会员日短信文案", "请在周五前给出文案。", 1),
    ("trade", "交易", "开具发票", "买家催发票，抬头见订单备注。", 2),
    ("item", "商品", "下架缺货规格", "M码缺货，请下架该规格。", 4),
    ("memo", "备忘", "盘点样品间", "样品间盘点，结果写在备注里。", 5),
    ("trade", "交易", "联系快递拦截", "买家已退款，请联系快递拦截。", 6),
)
_ENDED = (2, 4, 5, 6)
OFFICIAL = 1_000_001  # who sends what the platform asks


def fill(world: World, sellers: Sequence[Seller], _thread: Thread) -> None:
    """Make `world.plan.tickets` tasks for each seller."""
    rng = Random(f"task {world.plan.seed}")
    for place, seller in enumerate(sellers):
        for at in range(world.plan.tickets):
            created = world.start - (at + 1) * APART - timedelta(seconds=rng.randrange(3600))
            fields = fields_of(at + 3 * place, seller, rng)
            due = world.start + timedelta(hours=5 * at - 3, minutes=rng.randrange(60))
            if fields["status"] in _ENDED:
                fields["gmt_finished"] = milliseconds(created + timedelta(hours=2))
            if at % 4:
                fields["end_time"] = milliseconds(max(due, created + timedelta(hours=3)))
            world.cases.add(
                str(FIRST_ID + place * 10**7 + at * 1009), shop=seller.user_id, stream=STREAM,
                fields=fields, created=created, updated=created + timedelta(hours=2),
            )  # fmt: skip


def blank(seller: Seller, task_id: str) -> Body:
    """Return the fields of a task of which nothing was told: like the first one's."""
    return fields_of(0, seller, Random(task_id))


def fields_of(at: int, seller: Seller, rng: Random) -> Body:
    """Return the fields of a task, times apart; the same *rng* gives the same ones."""
    kind, name, title, content, status = TASKS[at % len(TASKS)]
    of_order = kind == "trade"
    who = buyer(rng)
    return {
        "biz_type": kind,
        "biz_type_str": name,
        "sub_biz_type": kind,
        "biz_id": str(FIRST_TID + rng.randrange(10**17)) if of_order else None,
        "biz_nick": who["buyer_nick"] if of_order else None,
        "open_buyer_uid": who["buyer_open_uid"] if of_order else None,
        "title": title,
        "content": content,
        "status": status,
        "sub_status": 0,
        "finish_strategy": 0,
        "finish_flag": 0,
        "sender_uid": OFFICIAL if kind == "officialTask" else int(seller.user_id),
        "sender_nick": "千牛小二" if kind == "officialTask" else seller.nick,
        "receiver_uid": int(seller.user_id) + 7,
        "receiver_nick": f"{seller.nick}:小周",
        "memo": "已看，稍后处理" if status == 1 else None,
        "meta_memo": None,
        "tag": "",
        "priority": at % 3,
        "metadata_id": FIRST_ID + 500_000_000 + rng.randrange(10**8),
        "remind_flag": 0,
        "comment_count": at % 2,
        "attachments": None,
        "is_deleted": 0,
        "gmt_finished": None,
        "end_time": None,
    }
