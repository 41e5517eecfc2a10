"""The words of `gongdan export` and `gongdan stats`: another part of the table in `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "out.done": (
        "{count} tickets in {path}; names, phones and addresses hidden by their form",
        "{count} 条工单已写入 {path}；姓名、电话、地址已按格式隐藏",
    ),
    "out.open": (
        "{count} tickets in {path}, with the buyers' data: keep it safe",
        "{count} 条工单已写入 {path}，含买家信息，请妥善保管",
    ),
    "out.sure": (
        "Write names, phones and addresses of buyers as they are?",
        "确定导出未隐藏的买家姓名、电话和地址？",
    ),
    "out.tickets": ("tickets", "工单"),
    "out.messages": ("messages", "消息"),
    "out.ticket": ("ticket", "工单号"),
    "out.platform": ("platform", "平台"),
    "out.shop": ("shop", "店铺"),
    "out.stream": ("stream", "来源"),
    "out.kind": ("about", "类型"),
    "out.category": ("category", "分类"),
    "out.urgency": ("urgency", "紧急程度"),
    "out.status": ("status", "状态"),
    "out.status_there": ("status there", "平台状态"),
    "out.turn": ("turn", "轮到"),
    "out.due": ("due", "到期时间"),
    "out.source": ("due by", "期限来源"),
    "out.created": ("created", "创建时间"),
    "out.updated": ("updated", "更新时间"),
    "out.order": ("orders", "订单号"),
    "out.product": ("product", "商品"),
    "out.amount": ("amount (yuan)", "金额（元）"),
    "out.buyer": ("buyer", "买家"),
    "out.holder": ("holder", "负责人"),
    "out.tags": ("tags", "标签"),
    "out.priority": ("priority", "优先级"),
    "out.sending": ("our reply", "我方回复"),
    "out.breach": ("if late", "超时后果"),
    "out.no_fault": ("no fault", "无忧购"),
    "out.title": ("title", "标题"),
    "out.last_at": ("last message at", "最新消息时间"),
    "out.last_who": ("last message by", "最新消息来自"),
    "out.last_text": ("last message", "最新消息"),
    "out.at": ("at", "时间"),
    "out.who": ("who", "谁"),
    "out.text": ("text", "内容"),
    "out.files": ("files", "附件"),
}
