"""The exchanges that every shop begins with; their times are relative to the start of the world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from gongdan.sandbox import Message, World

from .exchanges import STREAM
from .fields import CARRIERS, FIRST_TID, buyer, yuan
from .moment import written
from .refusal import Body
from .seller import Seller
from .thread import Thread

FIRST_ID = 180_000_000_000_000_000
APART = timedelta(hours=7)  # between two applications to one shop


class Tale(Struct, frozen=True):
    """One exchange, without ids and times: goods, from, to, price in fen, why, how it stands."""

    goods: str
    bought: str
    wanted: str
    price_fen: int
    reason: str
    desc: str
    status: str
    cs_status: int = 1
    said: tuple[tuple[str, str], ...] = ()


TALES = (
    Tale("纯棉圆领短袖T恤男", "白色;L", "白色;XL", 5900, "尺码不合适", "偏小了，想换大一码。", "1",
         said=(("buyer", "麻烦换XL，谢谢"),)),
    Tale("防滑瑜伽垫加厚10mm", "紫色", "蓝色", 8900, "颜色发错", "拍的蓝色，收到紫色。", "1", 2,
         (("buyer", "颜色发错了，请换蓝色"), ("merchant", "您好，请提供外包装照片。"))),
    Tale("无线蓝牙耳机降噪入耳式", "黑色", "黑色", 15900, "质量问题", "左耳没有声音。", "3", 1,
         (("buyer", "已寄回，单号已填"), ("system", "买家已填写退货物流"))),
    Tale("不锈钢保温杯500ml", "银色", "银色", 6900, "商品破损", "杯盖裂了。", "2", 1,
         (("merchant", "您好，请寄回：浙江省杭州市余杭区测试路1号"),)),
    Tale("儿童运动鞋男童透气", "蓝色;28", "蓝色;30", 12900, "尺码不合适", "小了两码。", "12"),
    Tale("机械键盘青轴87键", "白色", "白色", 21900, "质量问题", "空格键失灵。", "13", 1,
         (("merchant", "新键盘已发出，请注意查收。"),)),
    Tale("羊毛混纺围巾", "灰色", "驼色", 9900, "颜色不喜欢", "想换驼色。", "6", 1,
         (("merchant", "驼色缺货，可换米色，请修改申请。"),)),
    Tale("玻璃饭盒三件套", "三件套", "三件套", 7900, "商品破损", "碎了一个。", "1", 10,
         (("platform", "请商家在规定时间内提供发货前照片。"),)),
    Tale("电动牙刷成人款", "粉色", "粉色", 13900, "质量问题", "充不进电。", "5"),
    Tale("真皮女士钱包", "红色", "黑色", 16900, "颜色不喜欢", "想换黑色。", "4", 7),
    Tale("空气炸锅4.5L", "白色", "白色", 29900, "质量问题", "加热管不工作。", "14", 9,
         (("platform", "经核实，支持卖家。"), ("buyer", "那就退款吧"))),
    Tale("户外折叠露营椅", "卡其", "卡其", 8800, "配件缺失", "少一根支撑杆。", "1"),
)  # fmt: skip
_OPEN = ("1", "2", "3", "6", "12", "13", "14")


def fill(world: World, sellers: Sequence[Seller], thread: Thread) -> None:
    """Make `world.plan.tickets` exchanges for each seller, the seventh status in its turn."""
    rng = Random(f"exchange {world.plan.seed}")
    for place, seller in enumerate(sellers):
        for at in range(world.plan.tickets):
            tale = TALES[(at + 5 * place) % len(TALES)]
            created = world.start - (at + 1) * APART - timedelta(seconds=rng.randrange(3600))
            fields = fields_of(tale, seller, rng)
            if tale.status in _OPEN:
                left = timedelta(hours=4 + 9 * at, minutes=rng.randrange(60))
                fields["time_out"] = written(world.start + left)
            messages = _talk(thread, seller, tale, str(fields["buyer_nick"]), created)
            world.cases.add(
                str(FIRST_ID + place * 10**13 + at * 10**9 + rng.randrange(10**9)),
                shop=seller.user_id, stream=STREAM, fields=fields, created=created,
                updated=messages[-1].at if messages else created, messages=messages,
            )  # fmt: skip


def blank(seller: Seller, dispute_id: str) -> Body:
    """Return the fields of an exchange of which nothing was told: like the first tale's."""
    return fields_of(TALES[0], seller, Random(dispute_id))


def fields_of(tale: Tale, seller: Seller, rng: Random) -> Body:
    """Return the fields of an exchange; the same *rng* gives the same ones."""
    back = tale.status in ("3", "12", "13", "5", "14")
    sent = tale.status in ("13", "5")
    who = buyer(rng)
    return {
        "biz_order_id": str(FIRST_TID + rng.randrange(10**17)),
        "title": tale.goods,
        "num": 1,
        "price": yuan(tale.price_fen),
        "payment": "0.00",
        "bought_sku": tale.bought,
        "exchange_sku": tale.wanted,
        "reason": tale.reason,
        "desc": tale.desc,
        "status": tale.status,
        "cs_status": tale.cs_status,
        "advance_status": 0,
        "good_status": "BUYER_RETURNED_GOODS" if back else "BUYER_RECEIVED",
        "refund_phase": "aftersale",
        "operation_contraint": "null",
        "seller_nick": seller.nick,
        "buyer_nick": who["buyer_nick"],
        "buyer_open_uid": who["buyer_open_uid"],
        "alipay_no": f"2026{rng.randrange(10**20):020d}",
        "address": "小周，138****0002，浙江省杭州市余杭区测试路1号售后仓",
        "buyer_logistic_name": rng.choice(CARRIERS) if back else None,
        "buyer_logistic_no": f"SF{rng.randrange(10**12):012d}" if back else None,
        "seller_logistic_name": rng.choice(CARRIERS) if sent else None,
        "seller_logistic_no": f"YT{rng.randrange(10**12):012d}" if sent else None,
        "time_out": None,
        "attributes": "",
    }


def _talk(
    thread: Thread, seller: Seller, tale: Tale, nick: str, created: datetime
) -> list[Message]:
    return [
        replace(
            thread.message(who, text, seller, nick),
            at=(created + number * timedelta(hours=1)).replace(microsecond=0),
        )
        for number, (who, text) in enumerate(tale.said, 1)
    ]
