"""The words of `import`, of files and of answers by hand: a part of the table in `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "file.progress": ("{file}: {rows} rows, {bad} bad", "{file}：{rows} 行，{bad} 行有误"),
    "file.done": (
        "{file}: {rows} rows: {new} new, {changed} changed, {unchanged} unchanged, {bad} bad",
        "{file}：共 {rows} 行：新增 {new}，变更 {changed}，无变化 {unchanged}，有误 {bad}",
    ),
    "file.checked": (
        "{file}: {rows} rows: {new} can be read, {bad} cannot. Nothing was stored.",
        "{file}：共 {rows} 行：可读 {new}，有误 {bad}。未写入任何数据。",
    ),
    "file.before": (
        "{file}: taken in before, at {at}; nothing new (--again reads it again)",
        "{file}：已于 {at} 导入过，没有新内容（--again 可重新导入）",
    ),
    "file.refused": ("{file}: not taken in", "{file}：未导入"),
    "file.bad": ("{file}, row {row}: {why}", "{file} 第 {row} 行：{why}"),
    "file.more": (
        "{file}: {rows} more bad rows; 'gongdan quarantine' lists them",
        "{file}：另有 {rows} 行有误；用 'gongdan quarantine' 查看",
    ),
    "file.cut": (
        "{file}: ends {where}: only half of it was written? What is whole is in; fetch it again",
        "{file}：文件不完整（{where}）；完整的行已导入，请重新导出整个文件",
    ),
    "copy.desktop": ("copied to the clipboard", "已复制到剪贴板"),
    "copy.terminal": (
        "given to the terminal's clipboard (OSC 52); if nothing is pasted, copy it from above",
        "已交给终端的剪贴板（OSC 52）；如果粘贴不出来，请从上面复制",
    ),
    "copy.none": (
        "not copied: there is no clipboard here (no terminal, and none of wl-copy, xclip, xsel,"
        " pbcopy); copy it from above",
        "未复制：这里没有剪贴板（不是终端，也没有 wl-copy、xclip、xsel、pbcopy）；请从上面复制",
    ),
    "byhand.print": (
        "#{id} {ticket}: give it on the platform's page, then: gongdan settle {id} by-hand",
        "#{id} {ticket}：请在平台页面填写以下内容，完成后执行：gongdan settle {id} by-hand",
    ),
    "byhand.record": (
        "#{id} {ticket}: kept as answered by hand",
        "#{id} {ticket}：已记录为人工处理",
    ),
    "payload.file": ("a file", "文件"),
    "outcome.imported": ("imported", "已导入文件"),
    "why.file": ("From {file}, row {row} (as of {at}, run {run})",
                 "来自 {file} 第 {row} 行（截至 {at}，第 {run} 次运行）"),
}  # fmt: skip
