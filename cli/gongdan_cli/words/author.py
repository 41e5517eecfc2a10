"""The words of `new-connector`: another part of the table in `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "scaffold.name": (
        "{name!r} cannot be a platform's name: a-z, 0-9 and _, at most 32, a letter first; "
        "try {better}",
        "{name!r} 不能作平台名：只用 a-z、0-9 和 _，至多 32 个字符，字母开头；可用 {better}",
    ),
    "scaffold.taken": (
        "there is a module gongdan_{name} already; choose another name",
        "已有模块 gongdan_{name}，请换个名字",
    ),
    "scaffold.exists": (
        "{path} is there already, and not empty; remove it, or give another --dir",
        "{path} 已存在且不为空；请删除，或用 --dir 另选目录",
    ),
    "scaffold.made": ("made {path}, {lines} lines; next:", "已生成 {path}，共 {lines} 行；接着："),
}
