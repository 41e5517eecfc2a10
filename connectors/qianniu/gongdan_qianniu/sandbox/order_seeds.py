"""The orders that are late to ship; their times are relative to the start of the world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from gongdan.sandbox import World

from .fields import FIRST_TID, buyer, yuan
from .moment import written
from .orders import STREAM, WAITING
from .refusal import Body
from .seller import Seller
from .thread import Thread

PROMISED = timedelta(hours=48)
GOODS = (
    ("春季新款风衣女中长款", 32900),
    ("手冲咖啡壶套装", 15800),
    ("儿童护眼台灯", 19900),
    ("全棉四件套1.8m", 25900),
    ("登山杖折叠碳素", 12900),
    ("猫砂除臭10kg", 5900),
    ("机械手表男自动", 89900),
    ("无糖燕麦片1kg*2", 4990),
)
MEMOS = (None, None, "买家要求发顺丰", None, "缺M码，已催仓库")


def fill(world: World, sellers: Sequence[Seller], _thread: Thread) -> None:
    """Make `world.plan.tickets` orders for each seller, two of three urged by their buyers."""
    rng = Random(f"urge {world.plan.seed}")
    for place, seller in enumerate(sellers):
        for at in range(world.plan.tickets):
            paid = world.start - timedelta(hours=40 + 2 * at, minutes=rng.randrange(60))
            fields = fields_of(at, rng) | {
                "created": written(paid - timedelta(minutes=5)),
                "pay_time": written(paid),
                "example_ship_time": written(paid + PROMISED),
            }
            world.cases.add(
                str(FIRST_TID + 2 * 10**17 + place * 10**13 + at * 10**9 + rng.randrange(10**9)),
                shop=seller.user_id, stream=STREAM, fields=fields, created=paid, updated=paid,
            )  # fmt: skip


def blank(_seller: Seller, tid: str) -> Body:
    """Return the fields of an order of which nothing was told."""
    return fields_of(0, Random(tid))


def fields_of(at: int, rng: Random) -> Body:
    """Return the fields of an order, times apart; the same *rng* gives the same ones."""
    title, price_fen = GOODS[at % len(GOODS)]
    who = buyer(rng)
    memo = MEMOS[at % len(MEMOS)]
    return {
        "status": WAITING,
        "late": True,  # the alert names it
        "title": title,
        "num": 1,
        "payment": yuan(price_fen),
        "ob_tag": "sd,lg" if at % 3 else "sd",
        "created": None,
        "pay_time": None,
        "consign_time": None,
        "example_ship_time": None,
        "seller_memo": memo,
        "seller_flag": 1 if memo else 0,
        "buyer_nick": who["buyer_nick"],
        "buyer_open_uid": who["buyer_open_uid"],
    }
