"""Raising a task (轻任务) about a case: to colleagues, with its words and screenshots (R21).

The platform takes no key of ours, and no case shows what was raised about it.  So the task bears a
number of our own making as its business number (`biz_id`), by which the platform's list finds it:
before the request, and after one whose answer was lost.

Source:
    the TOP notes, sections 3.1, A.1 and A.8.
    Not stated there:
    - which `biz_type` an app may use: 千牛 gives it, and the shop's settings say it;
    - what `sub_biz_type` is then.  As in the documented example it is the same, unless set;
    - how long a title and a text may be, and a `biz_id`.  1000 bytes are taken for the text;
    - how a picture gets into a task (`attachments`): it goes into the shop's own picture space, and
      its address behind the text;
    - `biz_nick`, whom it concerns.  As in the documented example it is the shop's own nick, so that
      no buyer's name goes out.
"""

from __future__ import annotations

import re

from gongdan import Ability, Action, Call, Case, Fields, Found, Settings, Shop

from .answers import rows
from .client import QianniuSettings
from .pictures import wrong_pictures
from .task_acts import MOST_BYTES, MOST_PICTURES, PICTURE_BYTES
from .words import TASK_FIELDS

CREATE, LIST = "taobao.qianniu.task.create", "taobao.qianniu.tasks.get"
TITLE_CHARS = 30
MOST_RECEIVERS = 20
_RECEIVER = re.compile(r"(\d{1,19})=(\S.*)")
_ORDER = "订单："
_OUR_ORDER = re.compile(rf"^{_ORDER}(\d+)$", re.M)
_MARK = re.compile(r"gd[0-9a-f]{20}")


def raise_call(action: Action, case: Case) -> Call:
    """Return the request that raises a task; one of the receivers is to do it."""
    settings = _settings(case)
    kind, words = settings.raise_type, action.text.strip()
    meta = {
        "title": action.fields.get("title", "").strip() or words.splitlines()[0][:TITLE_CHARS],
        "content": _content(action, case),
        "sender_uid": int(case.shop),
        "sender_nick": settings.nick,
        "reminder_flag": 1,
        "finish_strategy": 0,
        "biz_type": kind,
        "priority": 0,
    }
    tasks = [
        {
            "receiver_uid": int(uid),
            "receiver_nick": nick,
            "biz_type": kind,
            "sub_biz_type": settings.raise_sub_type or kind,
            "biz_id": action.mark,
            "biz_nick": settings.nick,
        }
        for uid, nick in _receivers(action)
    ]
    return Call(CREATE, {"meta": meta, "tasks": tasks}, receipt="result.id")


def wrong(action: Action, case: Case) -> str:
    """Return why this task cannot be raised, and what to set or say, or ""."""
    settings = _settings(case)
    if "task" in settings.without:
        return 'this shop reads no tasks: take "task" out of its setting `without`'
    if not settings.raise_type:
        return "ask 千牛 which biz_type the app may use, and set it as raise_type"
    if settings.task_type not in ("", settings.raise_type):
        return f"the shop reads tasks of {settings.task_type!r} only: raise_type must be the same"
    if not settings.nick or not case.shop.isdigit():
        return "set nick to the shop's own nick on the platform: a task names its sender"
    named = action.fields.get("to", "").splitlines()
    found = _receivers(action)
    if not found or len(found) != len(named):
        return "say who is to do it, by number and nick: --to 2208000002=山岚旗舰店:小周"
    if len(found) > MOST_RECEIVERS or len({uid for uid, _ in found}) != len(found):
        return f"name each receiver once, {MOST_RECEIVERS} at most"
    size = len(_content(action, case).encode("utf-8", "replace"))
    if size > MOST_BYTES:
        return f"the text has {size} bytes with order and pictures, {MOST_BYTES} fit; shorten it"
    return wrong_pictures(action)


def seek(shop: Shop[Settings], action: Action, case: Case) -> Found:
    """Look for the task by the number that only this action gave it."""
    settings = _settings(case)
    asked = {
        "biz_type": settings.raise_type,
        "sub_biz_type": settings.raise_sub_type or settings.raise_type,
        "biz_ids": action.mark,
        "need_meta": True,
        "need_deleted": True,
        "fields": TASK_FIELDS,
    }
    found = (Fields.of(bytes(row)) for row in rows(shop.call(LIST, asked), "tasks"))
    return Found.YES if any(task.text("biz_id") == action.mark for task in found) else Found.NO


def is_ours(task: Fields) -> bool:
    """Return whether a task was raised from here: its number is none of the platform's."""
    return bool(_MARK.fullmatch(task.text("biz_id") or ""))


def order_of(task: Fields) -> tuple[str, ...]:
    """Return the order that a task raised from here names in its text; none of any other task."""
    if not is_ours(task):
        return ()
    text = task.part("meta").text("content") or task.text("content") or ""
    return tuple(_OUR_ORDER.findall(text))


def _settings(case: Case) -> QianniuSettings:
    assert isinstance(case.settings, QianniuSettings)
    return case.settings


def _receivers(action: Action) -> list[tuple[str, str]]:
    lines = action.fields.get("to", "").splitlines()
    found = (_RECEIVER.fullmatch(line.strip()) for line in lines)
    return [(one[1], one[2].strip()) for one in found if one]


def _content(action: Action, case: Case) -> str:
    """Return the words, then the order that it is about, then the addresses of its pictures."""
    orders = case.ticket.order_ids if isinstance(case.ticket.order_ids, tuple) else ()
    lines = [action.text.strip(), *(f"{_ORDER}{order}" for order in orders[:1])]
    return "\n".join([*lines, *(file.url for file in action.files if file.url)])


RAISE = Ability(
    kind="raise", to_call=raise_call, seek=seek, check=wrong, max_bytes=MOST_BYTES,
    max_files=MOST_PICTURES, max_file_bytes=PICTURE_BYTES, upload=True, anytime=True,
)  # fmt: skip
