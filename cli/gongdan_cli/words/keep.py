"""The words of shops and their health, of backups and of what is erased: a part of `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "col.login": ("login until", "授权至"),
    "col.behind": ("behind", "滞后"),
    "col.groups": ("groups", "分组"),
    "col.unknown": ("unknown", "未知"),
    "shop.ends": ("authorised until {at} only", "授权将于 {at} 到期"),
    "health.until": ("authorised until {at}", "授权至 {at}"),
    "import.bad": ("{table} line {line}: {alias}: {why}", "{table} 第 {line} 行：{alias}：{why}"),
    "import.counts": (
        "{added} added, {renewed} with a new secret, {unchanged} unchanged, {bad} wrong",
        "新增 {added}，更新密钥 {renewed}，未变 {unchanged}，有误 {bad}",
    ),
    "import.dry": ("Dry run, nothing written: {counts}", "试运行，未写入：{counts}"),
    "backup.done": (
        "{path}: {mb} MB, {tickets} tickets, {messages} messages, {outbox} actions, {schema}; "
        "read back",
        "{path}：{mb} MB，工单 {tickets}，消息 {messages}，操作 {outbox}，{schema}；已校验",
    ),
    "backup.pictures": ("{path}: {count} pictures", "{path}：图片 {count} 张"),
    "restore.done": (
        "{path} restored: {tickets} tickets, {messages} messages, {outbox} actions, {schema}",
        "已恢复 {path}：工单 {tickets}，消息 {messages}，操作 {outbox}，{schema}",
    ),
    "restore.aside": (
        "what was there is {path}; delete it when all is well",
        "原来的数据在 {path}，确认无误后可删除",
    ),
    "restore.next": (
        "queued replies wait for a person: gongdan outbox. Then: gongdan sync",
        "排队的回复等待人工确认：gongdan outbox；然后运行 gongdan sync",
    ),
    "erase.sure": (
        "The buyer's data goes out of {count} tickets, for good. Is that meant?",
        "将从 {count} 张工单中永久删除买家信息，确定吗？",
    ),
    "erase.done": (
        "Erased from {count} tickets. Backups still hold it.",
        "已从 {count} 张工单中删除。备份里仍有这些信息。",
    ),
    "erase.would": ("It would be {count} tickets.", "将涉及 {count} 张工单。"),
    "erase.unread": (
        "Rows in quarantine that hold the buyer's id or name: {count}",
        "隔离区中含该买家 ID 或昵称的行：{count} 条",
    ),
    "erase.busy": (
        "{ticket}: left as it is: open, or something of it is unsent or to be done",
        "{ticket}：未处理：尚未完结，或有未发送、未完成的操作",
    ),
    "prune.never": (
        "Nothing: keep_days and keep_raw_days are not set, all is kept.",
        "未清理：没有设置 keep_days、keep_raw_days，全部保留。",
    ),
    "prune.done": (
        "Pruned: {tickets} tickets without buyers' data now, the bytes of {payloads} payloads.",
        "已清理：{tickets} 张工单的买家信息，{payloads} 份平台原文。",
    ),
    "prune.would": (
        "It would be {tickets} tickets and the bytes of {payloads} payloads.",
        "将清理 {tickets} 张工单的买家信息，{payloads} 份平台原文。",
    ),
    "wrong.shop.behind": (
        "shop {subject}: complete until {complete} only",
        "店铺 {subject}：数据只完整到 {complete}",
    ),
    "todo.shop.behind": (
        "a long first import goes on by itself: gongdan runs --shop {subject}",
        "首次导入会自动继续：gongdan runs --shop {subject}",
    ),
    "verify.sums": (
        "{there} there, {missing} missing, {stale} stale, {extra} extra",
        "平台 {there}，缺少 {missing}，过时 {stale}，多出 {extra}",
    ),
    "compared.missing": ("missing", "缺少"),
    "compared.stale": ("stale", "过时"),
    "compared.extra": ("extra", "多出"),
    "compared.quarantined": ("quarantined", "被隔离"),
    "quarantine.none": ("nothing in quarantine", "没有被隔离的行"),
    "quarantine.landed": ("understood, and landed", "已能读懂并写入"),
    "quarantine.retried": (
        "{landed} landed, {stay} stay in quarantine",
        "已写入 {landed} 行，仍被隔离 {stay} 行",
    ),
    "renormalise.done": ("{count} tickets changed", "已更改 {count} 张工单"),
    "renormalise.would": (
        "{count} tickets would change; --apply changes them",
        "将更改 {count} 张工单；加 --apply 才会更改",
    ),
    "renormalise.failed": ("{count} not understood", "{count} 张无法读懂"),
}
