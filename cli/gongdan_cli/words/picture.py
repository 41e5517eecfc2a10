"""The words of pictures that are kept: a part of `words`."""

from __future__ import annotations

from collections.abc import Mapping

TABLE: Mapping[str, tuple[str, str]] = {
    "picture.waits": ("picture: to be fetched by the next sync", "图片：下次同步时保存"),
    "picture.failed": (
        "picture: not fetched yet, tried again by sync ({error})",
        "图片：尚未保存，同步时重试（{error}）",
    ),
    "picture.lost": ("picture: not kept ({error})", "图片：未能保存（{error}）"),
    "picture.none": ("No pictures in this ticket.", "该工单没有图片。"),
}
