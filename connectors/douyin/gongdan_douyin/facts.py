"""The facts of an after-sale as lines of text: every number with its word, every amount in yuan.

A ticket has fields for what all platforms have; the rest of what the platform says, and what a
person needs to decide, stands in its description.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from gongdan import Fields

from .books import (
    BLAMES,
    ORDER_STATUSES,
    ORDER_TYPES,
    PARTS,
    QUICK_REFUNDS,
    RECEIVED,
    REFUND_STATUSES,
    REFUND_WAYS,
    REFUSED_PARCELS,
    RETURN_WAYS,
    SUB_TYPES,
    word,
)
from .sealed import SEALED_TEXT, is_sealed, plain

_BEIJING = ZoneInfo("Asia/Shanghai")
_AMOUNTS = (
    ("退款总额", "refund_total_amount"),
    ("其中运费", "refund_post_amount"),
    ("优惠退回", "refund_promotion_amount"),
    ("实际退款", "real_refund_amount"),
    ("扣减", "deduction_amount"),
    ("平台优惠退回", "platform_discount_return_amount"),
    ("达人优惠退回", "kol_discount_return_amount"),
    ("运费优惠退回", "post_discount_return_amount"),
    ("店铺优惠退回", "shop_discount_return_amount"),
    ("金币退回", "gold_coin_return_amount"),
    ("包装费", "refund_packing_charge_amount"),
)
_PARCELS = (("order", "发货"), ("return", "退货"), ("exchange", "换货"), ("resend", "补寄"))
_SEALED_PARTS = ("post_receiver", "post_tel_sec", "post_address.detail")


def row_facts(row: Fields) -> str:
    """Return what a list row says beside the fields of a ticket, a line a fact."""
    case, texts = row.part("aftersale_info"), row.part("text_part")
    labels = [plain(label, "name") for label in case.items("reason_second_labels")]
    lines = [
        _line("原因", plain(texts, "reason_text"), *labels),
        _line("子类型", word(case, "aftersale_sub_type", SUB_TYPES)),
        _line("订单类型", word(case, "aftersale_order_type", ORDER_TYPES)),
        _line("范围", word(case, "part_type", PARTS), _times(case, "aftersale_num")),
        _line("收货", word(case, "got_pkg", RECEIVED)),
        _line("拒签", word(case, "is_agree_refuse_sign", REFUSED_PARCELS)),
        _line("退款状态", word(case, "refund_status", REFUND_STATUSES)),
        _line("退款方式", _refund_way(case, texts)),
        _line("自动退款", word(case, "refund_type", QUICK_REFUNDS)),
        _line("其中运费", _yuan(case, "refund_post_amount")),
        _line("退货物流", plain(texts, "return_logistics_text"), *_parcel(case)),
        _line("发货物流", plain(texts, "logistics_text")),
        _line("问题商品", plain(texts, "bad_item_text")),
        _line("风控", plain(case, "risk_decision_description")),
        _line("门店", plain(case, "store_name")),
        _line("商家备注", plain(case, "remark")),
    ]
    return "\n".join(line for line in lines if line)


def detail_facts(payload: Fields) -> str:
    """Return what a detail says beside the fields of a ticket and its thread, a line a fact."""
    case = payload.part("process_info.after_sale_info")
    labels = [plain(label, "name") for label in case.items("reason_second_labels")]
    lines = [
        _line("原因", plain(case, "reason"), *labels, plain(case, "reason_remark")),
        _line("子类型", word(case, "after_sale_sub_type", SUB_TYPES)),
        _line("订单类型", word(case, "after_sale_order_type", ORDER_TYPES)),
        _line("范围", word(case, "part_type", PARTS)),
        _line("收货", word(case, "got_pkg", RECEIVED)),
        _line("拒签", word(case, "agree_refuse_sign", REFUSED_PARCELS)),
        _line("退款状态", word(case, "refund_status", REFUND_STATUSES)),
        _line("退款失败", plain(case, "refund_fail_reason")),
        _line("退款类型", plain(case, "refund_type_text")),
        *(_line(name, _yuan(case, path)) for name, path in _AMOUNTS),
        _line("退货方式", word(case, "return_method", RETURN_WAYS)),
        *_parcels(payload.part("process_info.logistics_info")),
        _line("换货商品", plain(case, "exchange_sku_info.name"),
              plain(case, "exchange_sku_info.spec_desc")),
        _line("风控", plain(case, "risk_decsison_description")),  # the platform's own spelling
        _line("门店", plain(case, "store_name")),
        _line("收件信息", SEALED_TEXT if _has_sealed(case) else ""),
        *_orders(payload.part("order_info")),
        *_arbitration(payload.part("process_info.arbitrate_info")),
    ]  # fmt: skip
    return "\n".join(line for line in lines if line)


def _line(name: str, *parts: str) -> str:
    said = ", ".join(part for part in parts if part)
    return f"{name}:{said}" if said else ""


def _times(case: Fields, path: str) -> str:
    count = case.number(path)
    return f"{count}件" if count else ""


def _refund_way(case: Fields, texts: Fields) -> str:
    told = plain(texts, "aftersale_refund_type_text")
    return told or word(case, "aftersale_refund_type", REFUND_WAYS)


def _yuan(case: Fields, path: str) -> str:
    fen = case.fen(path)
    return f"¥{fen / 100:.2f}" if fen else ""


def _parcel(case: Fields) -> tuple[str, str]:
    return plain(case, "return_logistics_company_name"), plain(case, "return_logistics_code")


def _parcels(logistics: Fields) -> list[str]:
    """Return a line a parcel; the platform gives one, or a list of them."""
    lines = []
    for name, title in _PARCELS:
        found = logistics.get(name)
        parts = logistics.items(name) if isinstance(found, list) else [logistics.part(name)]
        for part in parts:
            at = part.time("logistics_time")
            when = _minute(at) if isinstance(at, datetime) else ""
            told = (plain(part, "company_name"), plain(part, "tracking_no"), when)
            lines.append(_line(f"{title}物流", *told))
    return lines


def _orders(order: Fields) -> list[str]:
    return [
        _line(
            "订单商品", plain(part, "product_name"), word(part, "order_status", ORDER_STATUSES),
            _yuan(part, "pay_amount"), _times(part, "after_sale_item_count"),
        )
        for part in order.items("sku_order_infos")
    ]  # fmt: skip


def _arbitration(judged: Fields) -> list[str]:
    number = judged.text("arbitrate_status")
    if number in ("0", None) or not isinstance(number, str):
        return []
    blame = judged.text("arbitrate_blame")
    return [
        _line("仲裁单", plain(judged, "arbitrate_id")),
        _line("责任", word(judged, "arbitrate_blame", BLAMES) if blame not in ("0", None) else ""),
        _line("举证要求", plain(judged, "arbitrate_evidence_tmpl.describe")),
    ]


def _has_sealed(case: Fields) -> bool:
    return any(is_sealed(case.text(path) or "") for path in _SEALED_PARTS)


def _minute(at: datetime) -> str:
    return f"{at.astimezone(_BEIJING):%Y-%m-%d %H:%M}"
