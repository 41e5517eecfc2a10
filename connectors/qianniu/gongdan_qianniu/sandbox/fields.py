"""The fields of a refund as they are kept: the platform's names and forms, invented values.

Not among them: refund_id, created, modified and refund_version, which `rows` takes from the case.
"""

from __future__ import annotations

from datetime import datetime
from random import Random

from .moment import written
from .refusal import Body
from .seller import Seller
from .stories import Story, stories

FIRST_TID = 3_900_000_000_000_000_000  # above 2**53, below 2**63, as real ones are
CARRIERS = ("顺丰速运", "中通快递", "圆通速递", "韵达快递", "邮政快递包裹")
RETURNED = ("WAIT_SELLER_CONFIRM_GOODS", "EXCHANGE_TRANSFORM_TO_REFUND")
ORDER_STATUS = {"onsale": "WAIT_BUYER_CONFIRM_GOODS", "aftersale": "TRADE_FINISHED"}


def fields_of(story: Story, seller: Seller, rng: Random) -> Body:
    """Return the fields of a refund with *story*; the same *rng* gives the same ones."""
    title, sku, price_fen = story.goods
    num = rng.choice((1, 1, 1, 2))
    total_fen = price_fen * num
    asked_fen = total_fen if rng.random() < 0.7 else rng.randrange(500, total_fen)
    tid = FIRST_TID + rng.randrange(10**17)
    return {
        "type": "guarantee_trade",
        "tid": tid,
        "oid": tid,
        "title": title,
        "sku": sku,
        "price": yuan(price_fen),
        "num": num,
        "num_iid": rng.randrange(6 * 10**11, 7 * 10**11),
        "outer_id": f"SN{rng.randrange(10**6):06d}",
        "total_fee": yuan(total_fen),
        "refund_fee": yuan(asked_fen),
        "payment": yuan(total_fen - asked_fen),
        "alipay_no": f"2026{rng.randrange(10**20):020d}",
        "seller_nick": seller.nick,
        "reason": story.reason,
        "desc": story.desc,
        "status": story.status,
        "dispute_type": story.dispute_type,
        "refund_phase": story.phase,
        "cs_status": story.cs_status,
        "advance_status": 0,
        "order_status": ORDER_STATUS[story.phase],
        "operation_contraint": "null" if rng.random() < 0.8 else "refund_onweb",
        "attribute": f";gaia:2;apply_reason_text:{story.reason};",
        "shipping_type": "free",
        "address": "小周，138****0002，浙江省杭州市余杭区测试路1号售后仓",
        "refund_remind_timeout": timeout(None),
        **_goods(story, rng),
        **buyer(rng),
    }


def blank(seller: Seller, refund_id: str) -> Body:
    """Return the fields of a refund of which nothing was told: like the first story's."""
    return fields_of(stories()[0], seller, Random(refund_id))


def timeout(deadline: datetime | None) -> Body:
    """Return a `refund_remind_timeout`; its number of a kind of reminder means nothing here."""
    if deadline is None:
        return {"exist_timeout": False, "remind_type": 0}
    return {"exist_timeout": True, "remind_type": 1, "timeout": written(deadline)}


def yuan(fen: int) -> str:
    """Return an amount as the platform writes it: yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def _goods(story: Story, rng: Random) -> Body:
    """Return where the goods are: on their way, with the buyer, or on their way back."""
    back = story.status in RETURNED
    if back:
        status = "BUYER_RETURNED_GOODS"
    elif story.phase == "onsale":
        status = "BUYER_NOT_RECEIVED"
    else:
        status = "BUYER_RECEIVED"
    return {
        "good_status": status,
        "has_good_return": story.dispute_type not in ("REFUND", "RESHIPPING", "OTHERS"),
        "company_name": rng.choice(CARRIERS) if back else None,
        "sid": f"SF{rng.randrange(10**12):012d}" if back else None,
    }


def buyer(rng: Random) -> Body:
    """Return who applied: a masked nick and the ids that stand for it."""
    first, last = rng.choice("晴明小风海月林溪木青"), rng.choice("0123456789子儿爱")
    open_uid = "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789", k=24))
    return {"buyer_nick": f"{first}**{last}", "buyer_open_uid": f"AAE{open_uid}", "ouid": open_uid}
