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
    # sub-tasks and follow-ups
    "action.todo": ("sub-task", "子任务"),
    "action.todo_done": ("sub-task done", "子任务完成"),
    "action.follow": ("follow up", "跟进"),
    "action.follow_done": ("followed up", "跟进完成"),
    "queue.follow": ("follow up", "跟进"),
    "queue.todos": ("{count} to do", "待办{count}"),
    "show.todos": ("Sub-tasks", "子任务"),
    "show.follow": ("follow up", "跟进"),
    "todo.due": ("due {due}", "{due} 到期"),
    "todo.late": ("LATE, was due {due}", "已超时，{due} 到期"),
    "todo.done": ("done {at}", "{at} 完成"),
    "todo.open": ("open", "待办"),
    "todo.none": ("Nothing to do.", "没有待办。"),
    # people
    "assign.nobody": (
        "Nobody is free for what is left: on duty, with the skill, with room.",
        "剩下的工单暂无合适人选：要在班、技能匹配、有余量。",
    ),
    "assign.off": ("warning: {name} is off duty now", "提醒：{name} 现在不在班"),
    "assign.none": (
        "There is no people.toml with people in it.",
        "没有 people.toml，或其中没有人员。",
    ),
    "people.on": ("on duty", "在班"),
    "people.off": ("off duty", "不在班"),
    "people.load": ("{load} of {most}", "{load}/{most}"),
    "people.all": ("any", "不限"),
    "col.skills": ("skills", "技能"),
    "col.load": ("load", "在手"),
    "col.shops": ("shops", "店铺"),
    # playbooks and drafts
    "action.step": ("step done", "步骤完成"),
    "action.step_undone": ("step undone", "撤销步骤"),
    "action.draft": ("proposed", "建议草稿"),
    "show.playbooks": ("Playbooks", "处理步骤"),
    "playbook.head": ("{title} ({name}, {done} of {count})", "{title}（{name}，{done}/{count}）"),
    "playbook.done": ("{who} {at}", "{who} {at}"),
    "playbook.words": ("words: {names}", "话术：{names}"),
    "playbook.none": ("No playbook is for this ticket.", "没有适用的处理步骤。"),
}
