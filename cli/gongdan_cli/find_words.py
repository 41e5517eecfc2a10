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
    "filter.unknown": ("there is no {value!r}; there are {known}", "没有 {value!r}；可用：{known}"),
}
