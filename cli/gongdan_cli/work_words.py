"""The words of classes, tasks, follow-ups, drafts and playbooks: a part of the table in `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "why.classed": ("What it is about", "分类"),
    "action.classify": ("classify", "改分类"),
    "class.line": ("{name}: {value} ({why})", "{name}：{value}（{why}）"),
    "class.category": ("category", "类别"),
    "class.urgency": ("urgency", "紧急程度"),
    "class.tags": ("tag", "标签"),
    "class.priority": ("priority", "优先级"),
    "class.normal": ("normal", "普通"),
    "class.by_person": ("corrected by a person", "人工修正"),
    "class.by_platform": ("the platform says so", "平台给出"),
    "class.by_plugin": ("plugin {told}", "插件 {told}"),
    "class.by_rule": ("rule {name}: “{found}”; {source}", "规则 {name}：“{found}”；{source}"),
    "class.by_own": ("rule {name}: “{found}”", "规则 {name}：“{found}”"),
    "class.by_none": ("no rule fits", "没有匹配的规则"),
}
