"""The words of searching, filters, views and bulk work: another part of the table in `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "col.created": ("made", "创建"),
    "col.excerpt": ("words found", "命中内容"),
    "search.all": ("{many} found, newest first", "共找到 {many} 张，最新在前"),
    "search.some": (
        "{many} found, the newest {shown} shown; --limit shows more",
        "共找到 {many} 张，显示最新 {shown} 张；--limit 可显示更多",
    ),
    "search.none": ("Nothing found.", "没有找到。"),
    "search.waiting": (
        "{waiting} tickets are not indexed yet and were not searched; try again in a minute",
        "还有 {waiting} 张工单尚未建立索引，本次未搜索到；请稍后再试",
    ),
    "show.linked": ("Linked, possibly the same case", "关联工单（可能是同一件事）"),
    "show.same_order": ("same order {order}", "同一订单 {order}"),
    "show.same_buyer": ("same buyer and kind within 72 h", "同一买家同类问题，72 小时内"),
    "col.why": ("why here", "排序理由"),
    "col.marks": ("marks", "标记"),
    "mark.duplicate": ("duplicate?", "疑似重复"),
    "mark.no_fault": ("no-fault", "无忧购"),
    "why.and": ("; ", "；"),
    "why.late": (
        "late by {left} ({source}), still takes an answer: first",
        "已超时 {left}（{source}），仍可回复：排最前",
    ),
    "why.over": (
        "late by {left} ({source}), takes no answer any more: last",
        "已超时 {left}（{source}），已不可回复：排最后",
    ),
    "why.follow": ("to be followed up: before all others", "需要跟进：排在所有工单之前"),
    "why.due_in": ("due in {left} ({source})", "{left} 后到期（{source}）"),
    "why.none": ("no deadline known: after those that have one", "期限未知：排在有期限的之后"),
    "why.priority": ("priority {priority}", "优先级 {priority}"),
    "why.made": ("made {at}", "创建于 {at}"),
    "why.changed": ("last change {at}", "最近变化 {at}"),
    "why.no_order": ("no order", "无订单号"),
    "sort.unknown": (
        "there is no sort {sort!r}; there are {sorts}",
        "没有排序 {sort!r}；可用：{sorts}",
    ),
    "sort.priority": ("SORTED by priority, then deadline", "排序：优先级，其次期限"),
    "sort.oldest": ("SORTED: oldest first", "排序：最早创建在前"),
    "sort.newest": ("SORTED: newest first", "排序：最新创建在前"),
    "sort.changed": ("SORTED: last changed first", "排序：最近变化在前"),
    "sort.shop": ("SORTED by shop, then deadline", "排序：店铺，其次期限"),
    "sort.order": (
        "SORTED by order: tickets of one stand together",
        "排序：订单，同单相邻",
    ),
    "view.saved": (
        "{name} saved: {filters}; use it: gongdan queue --view {name}",
        "已保存 {name}：{filters}；使用：gongdan queue --view {name}",
    ),
    "view.replaced": ("{name} is now: {filters}", "{name} 已改为：{filters}"),
    "view.deleted": ("{name} deleted; it was: {filters}", "已删除 {name}，原为：{filters}"),
    "view.none": (
        "No view yet: gongdan view save NAME --lane late",
        "还没有视图：gongdan view save 名称 --lane late",
    ),
    "bulk.not_done": ("{ticket}: not done: {error}", "{ticket}：未处理：{error}"),
    "bulk.none": ("nothing is selected", "没有选中任何工单"),
    "filter.unknown": ("there is no {value!r}; there are {known}", "没有 {value!r}；可用：{known}"),
}
