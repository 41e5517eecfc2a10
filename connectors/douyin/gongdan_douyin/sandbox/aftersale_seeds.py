"""The after-sales that a sandbox starts with: every type, status and state of arbitration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from gongdan.sandbox import Case, Message, World

STREAM = "aftersale"
RETURN, REFUND, EARLY_REFUND, EXCHANGE, PRICE, RESEND, REPAIR = 0, 1, 2, 3, 6, 7, 8
TYPE_TEXTS = {
    RETURN: "退货退款", REFUND: "已发货仅退款", EARLY_REFUND: "未发货仅退款", EXCHANGE: "换货",
    PRICE: "价保", RESEND: "补寄", REPAIR: "维修", 99: "上门鉴定",
}  # fmt: skip
STATUS_TEXTS = {
    6: "待商家处理", 7: "待买家退货", 8: "待商家发货", 11: "待商家收货", 12: "售后成功",
    13: "待买家收货", 14: "换货成功", 27: "商家已拒绝", 28: "售后关闭", 29: "商家已拒绝",
    77: "待复核",  # the fault new-enum
}  # fmt: skip
ARBITRATION_TEXTS = {
    0: "", 1: "仲裁中", 2: "客服同意", 3: "客服拒绝", 4: "待商家举证", 5: "协商期", 6: "仲裁结束",
    255: "仲裁结束",
}  # fmt: skip
FINAL = (12, 14, 28)
_REASONS = (
    ("七天无理由退货", 1), ("商品破损", 78), ("少件/漏发", 79), ("尺码不合适", 80),
    ("商品与描述不符", 81), ("未按约定时间发货", 82), ("物流一直未送到", 83),
)  # fmt: skip
_WORDS = ("收到时外包装已经破了", "拍错颜色了", "衣服买大了,想换小一码", "", "三件只到了两件")
_GOODS = ("小兔子T恤", "明前龙井 250g", "云朵四件套", "不粘电饭煲内胆", "儿童雨靴")
PICTURE = "https://p3-aio.example.com/aftersale/{}.jpg?sign=1"


class Shape(Struct, frozen=True):
    """One kind of after-sale: its deadline in minutes from the start."""

    kind: int
    status: int
    due_min: int
    arbitration: int = 0
    blame: int = 0
    conclusion: int = 0


SHAPES = (
    Shape(REFUND, 6, 40),
    Shape(RETURN, 6, 90),
    Shape(REFUND, 27, 120, arbitration=4),
    Shape(RETURN, 7, 4000),
    Shape(RETURN, 11, 300),
    Shape(EARLY_REFUND, 6, -30),
    Shape(EXCHANGE, 6, 600),
    Shape(RETURN, 29, 2880, arbitration=1),
    Shape(REFUND, 12, -600, arbitration=2, blame=1, conclusion=1),
    Shape(RETURN, 28, -700, arbitration=3, blame=2, conclusion=2),
    Shape(EXCHANGE, 13, 3000),
    Shape(RESEND, 8, 700),
    Shape(EXCHANGE, 14, -900),
    Shape(REPAIR, 6, 1500),
    Shape(PRICE, 6, 800),
    Shape(RETURN, 27, 200, arbitration=5),
    Shape(RETURN, 12, -1000, arbitration=6, blame=3, conclusion=3),
    Shape(REFUND, 28, -1100, arbitration=255),
    Shape(EXCHANGE, 11, 500),
    Shape(RETURN, 27, 2000),
    Shape(REFUND, 12, -1200),
    Shape(RESEND, 13, 2500),
)
LIVELY = 2 * len(SHAPES)


def fill(world: World, shops: Sequence[str]) -> None:
    """Add `world.plan.tickets` after-sales to every shop."""
    rng = Random(f"aftersale {world.plan.seed}")
    base = 7_234_567_890_000_000_000 + rng.randrange(10**12)
    for index, shop in enumerate(shops):
        for place in range(world.plan.tickets):
            number = base + (index * 1_000_000 + place) * 5003
            _write(world, rng, shop, str(number), place)


def _write(world: World, rng: Random, shop: str, number: str, place: int) -> Case:
    shape = SHAPES[place % len(SHAPES)]
    if place >= LIVELY and shape.status not in FINAL:
        shape = Shape(RETURN, 12, -3000)
    past = timedelta(seconds=rng.randrange(60 * 86400)) if place >= LIVELY else timedelta(0)
    due = world.start + timedelta(minutes=shape.due_min, seconds=rng.randint(-300, 300)) - past
    applied = min(due, world.start) - timedelta(hours=30, seconds=rng.randrange(3600))
    order = 4_838_000_000_000_000_000 + rng.randrange(10**15)
    reason, code = _REASONS[place % len(_REASONS)]
    words = _WORDS[place % len(_WORDS)]
    pictures = [PICTURE.format(number)] if place % 3 == 0 else []
    moved = applied + timedelta(hours=6)
    log = _log(shape, applied, moved, f"{reason}。{words}", pictures)
    fields = blank() | {
        "aftersale_type": shape.kind,
        "aftersale_status": shape.status,
        "order_id": str(order),
        "sku_order_id": str(order + 1),
        "product_name": _GOODS[place % len(_GOODS)],
        "reason": reason,
        "reason_code": code,
        "reason_remark": words,
        "evidence": pictures,
        "status_deadline": int(due.timestamp()),
        "refund_amount": 0 if shape.kind in (EXCHANGE, RESEND, REPAIR) else 1990 + 100 * place,
        "refund_post_amount": 0 if place % 4 else 600,
        "refund_status": 3 if shape.status == 12 else 1,
        "got_pkg": int(shape.kind != EARLY_REFUND),
        "aftersale_status_to_final_time": int(moved.timestamp()) if shape.status in FINAL else 0,
        "return_tracking": f"SF{number[-10:]}" if shape.status == 11 else "",
        **_sealed(shape, number),
        **_judged(shape, number, applied, due),
    }
    return world.cases.add(
        number, shop=shop, stream=STREAM, fields=fields, created=applied,
        updated=moved, messages=log,
    )  # fmt: skip


def blank() -> dict[str, object]:
    """The fields of an after-sale that has nothing but a name."""
    return {
        "aftersale_type": RETURN, "aftersale_status": 6, "aftersale_order_type": 1, "apply_role": 1,
        "order_id": "0", "sku_order_id": "0", "product_name": "小兔子T恤", "reason": "",
        "reason_code": 1, "reason_remark": "", "evidence": [], "status_deadline": 0,
        "aftersale_status_to_final_time": 0, "refund_amount": 0, "refund_post_amount": 0,
        "refund_status": 1, "got_pkg": 1, "part_type": 0, "return_tracking": "", "remarks": [],
        "seller_logs": [],
        "post_receiver": "", "post_tel_sec": "", "special": 0, "extended": 0, "arbitrate_id": "",
        "arbitrate_status": 0, "arbitrate_status_deadline": "", "is_required_evidence": False,
        "arbitrate_opinion": "", "arbitrate_conclusion": 0, "arbitrate_blame": 0,
        "arbitrate_create_time": 0, "arbitrate_update_time": 0, "arbitrate_asked": "",
        "arbitrate_evidence": {},
    }  # fmt: skip


def _sealed(shape: Shape, number: str) -> dict[str, object]:
    """Who a parcel goes to, where there is one: ciphertext, as the platform gives it."""
    if shape.kind not in (EXCHANGE, RESEND):
        return {}
    return {
        "post_receiver": f"#q1w2{number[-6:]}#Zm9vYmFyYmF6{number[-4:]}=#1##",
        "post_tel_sec": f"$k9{number[-6:]}$c2VhbGVkIHBob25l{number[-4:]}=$1$$",
    }


def _judged(shape: Shape, number: str, applied: datetime, due: datetime) -> dict[str, object]:
    if not shape.arbitration:
        return {}
    opened = int((applied + timedelta(hours=5)).timestamp())
    asks = shape.arbitration == 4
    return {
        "arbitrate_id": f"{number}_001",
        "arbitrate_status": shape.arbitration,
        "arbitrate_status_deadline": str(int(due.timestamp())),
        "is_required_evidence": asks,
        "arbitrate_asked": "请上传发货底单及与买家的沟通记录" if asks else "",
        "arbitrate_opinion": "商家未在规定时间内提供有效凭证" if shape.blame == 1 else "",
        "arbitrate_conclusion": shape.conclusion,
        "arbitrate_blame": shape.blame,
        "arbitrate_create_time": opened,
        "arbitrate_update_time": opened,
    }


def _log(
    shape: Shape, applied: datetime, moved: datetime, words: str, pictures: list[str]
) -> list[Message]:
    log = [Message("buyer", words, applied, files=tuple(pictures), fields={"action": "申请售后"})]
    if shape.status in (27, 29):
        at = applied + timedelta(hours=4)
        log.append(Message("merchant", "商品无质量问题", at, fields={"action": "拒绝售后"}))
    if shape.arbitration:
        at = applied + timedelta(hours=5)
        log.append(Message("buyer", "申请平台客服介入", at, fields={"action": "申请客服介入"}))
    if shape.status in FINAL:
        log.append(Message("system", "售后单已完结", moved, fields={"action": "完结"}))
    return log
