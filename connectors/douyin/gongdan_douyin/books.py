"""The platform's numbers of after-sales and arbitration, with their texts.

A number that stands in no book is shown as itself and noted as new; it is never guessed.

Source:
    the Douyin notes, sections 4.1 and 4.2.  The same number of `arbitrate_status` has one text
    in the list's filter and another in its answer; here are the answer's, and of those that only
    the filter or the push has (6), the filter's.
"""

from __future__ import annotations

from collections.abc import Mapping

from gongdan import Category, Fields, Status, Who

Book = Mapping[str, str]

TYPES: Book = {
    "0": "退货退款",
    "1": "已发货仅退款",
    "2": "未发货仅退款",
    "3": "换货",
    "4": "系统取消",
    "5": "用户取消",
    "6": "价保",
    "7": "补寄",
    "8": "维修",
}
SUB_TYPES: Book = {"8001": "以换代修"}
STATUS_TEXTS: Book = {
    "3": "换货待买家收货",
    "6": "待商家同意",
    "7": "待买家退货",
    "8": "待商家发货",
    "11": "待商家二次同意",
    "12": "售后成功",
    "13": "待买家收货",
    "14": "换货/补寄/维修成功",
    "27": "商家一次拒绝",
    "28": "售后失败",
    "29": "商家二次拒绝",
    "51": "订单取消成功",
    "53": "逆向交易完成",
}
STATUSES: Mapping[str, Status] = {
    "3": Status.WAITING_BUYER,
    "6": Status.PENDING,
    "7": Status.WAITING_BUYER,
    "8": Status.PENDING,
    "11": Status.PENDING,
    "12": Status.CLOSED,
    "13": Status.WAITING_BUYER,
    "14": Status.CLOSED,
    # After a refusal the buyer may change the application, or call the platform in.
    "27": Status.WAITING_BUYER,
    "28": Status.CLOSED,
    "29": Status.WAITING_BUYER,
    "51": Status.CLOSED,
    "53": Status.CLOSED,
}
ARBITRATION: Book = {
    "0": "未介入",
    "1": "客服处理中",
    "2": "支持买家",
    "3": "支持商家",
    "4": "待商家举证",
    "5": "协商期",
    "6": "仲裁结束",
    "255": "仲裁结束",
}
# Who must act while the platform's service is in it; what is not here leaves it to the after-sale.
ARBITRATING: Mapping[str, Status] = {
    "1": Status.WAITING_PLATFORM,
    "4": Status.PENDING,
    "5": Status.PENDING,
}
CONCLUSIONS: Book = {"1": "支持买家", "2": "支持商家", "3": "支持买家并立即退款"}
BLAMES: Book = {"1": "商家责任", "2": "买家责任", "3": "双方责任", "4": "平台责任", "5": "达人责任"}
VERDICT_OF: Book = {"2": CONCLUSIONS["1"], "3": CONCLUSIONS["2"]}  # of a status without conclusion
ROLES: Mapping[str, Who] = {
    "1": Who.BUYER,
    "2": Who.MERCHANT,
    "3": Who.PLATFORM,
    "4": Who.SYSTEM,
}
CATEGORIES: Mapping[str, Category] = {"6": Category.PAYMENT}  # price protection; the rest: RETURN
REFUND_STATUSES: Book = {
    "0": "无需退款",
    "1": "待退款",
    "2": "退款中",
    "3": "退款成功",
    "4": "退款失败",
    "5": "追缴成功",
}
REFUND_WAYS: Book = {
    "-1": "历史数据",
    "0": "原路退款",
    "1": "货到付款线下退款",
    "2": "备用金",
    "3": "保证金",
    "4": "无需退款",
    "5": "平台垫付",
}
QUICK_REFUNDS: Book = {
    "0": "",
    "1": "极速退款助手",
    "2": "售后小助手",
    "3": "售后急速退",
    "4": "闪电退货",
}
RECEIVED: Book = {"0": "未收到货", "1": "已收到货"}
PARTS: Book = {"0": "全部", "1": "部分"}
ORDER_TYPES: Book = {"-1": "历史订单", "1": "商品单", "2": "店铺单"}
REFUSED_PARCELS: Book = {
    "0": "",
    "1": "同意拒签",
    "2": "不同意拒签",
    "257": "拒签(257)",
    "258": "拒签(258)",
}
RETURN_WAYS: Book = {
    "0": "",
    "1": "自行寄回",
    "2": "上门取件",
    "3": "到店退货",
    "4": "送货上门",
    "5": "平台寄回",
    "6": "线下退货",
}
ORDER_STATUSES: Book = {"2": "未发货", "3": "已发货", "5": "已完成", "255": "已完成"}


def number(fields: Fields, path: str) -> str:
    """Return a number of a book as text; absent and empty are ""."""
    value = fields.text(path)
    return value.strip().strip('"') if isinstance(value, str) else ""


def first_text(fields: Fields, *names: str) -> str:
    """Return the first of these that is there; the platform spells some names in two ways."""
    found = (fields.text(name) for name in names)
    return next((text.strip() for text in found if isinstance(text, str)), "")


def word(fields: Fields, path: str, book: Book) -> str:
    """Return the text of a number; of one that stands in no book the number, noted as new."""
    value = fields.text(path)
    if not isinstance(value, str):
        return ""
    number = value.strip().strip('"')
    if number in book:
        return book[number]
    fields.notes.append(f"{path}: new value {number!r}")
    return f"未知({number})"
