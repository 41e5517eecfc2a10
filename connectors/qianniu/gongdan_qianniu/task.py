"""Tasks (千牛轻任务): what people of a shop, or the platform, ask of one another.

Source:
    the TOP notes, sections 3.1 and A.1.
    Not stated there:
    - whether today's 千牛 still shows these tasks: the pages are of about 2014;
    - the most rows of a page, and an order by time of change.  100 are asked for, the slow way;
    - which `biz_type` a shop's tasks have.  All are asked for, unless `task_type` names one;
    - whether a task that has timed out (3) can still be finished.  It is shown as open;
    - who `sender_uid` is, where it is not the shop's.  A task of type officialTask is the
      platform's, every other the merchant's;
    - comments: only how many there are.  No interface reads or adds any.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from gongdan import (
    UNSET,
    Ask,
    ByTime,
    Category,
    Detail,
    Fields,
    Gone,
    Page,
    Ref,
    Shop,
    Stream,
    Ticket,
    UnsetType,
    Who,
)

from .answers import rows
from .client import QianniuSettings, unless_without
from .facts import masked
from .raising import RAISE, is_ours, order_of
from .sign import CHINA
from .task_acts import ABILITIES
from .words import TASK_FIELDS, TASK_STATUSES

API = "taobao.qianniu.tasks.get"
PAGE_SIZE = 100
_OFFICIAL = "officialTask"


def read_page(shop: Shop[QianniuSettings], ask: Ask) -> Page:
    """Read one page, by change or by day of creation; bounds are inclusive, in whole seconds."""
    end = ask.end + timedelta(seconds=1 if ask.end.microsecond else 0)
    span: dict[str, object] = {"modify_start_time_str": ask.start, "modify_end_time_str": end}
    if ask.by == "create":
        span = {"start_date": _day(ask.start), "end_date": _day(end)}
    asked = {
        **span,
        "biz_type": shop.settings.task_type,
        "fields": TASK_FIELDS,
        "need_meta": True,
        "need_deleted": True,  # else one that was deleted is merely no longer there
        "current_page": ask.page,
        "page_size": min(ask.size, PAGE_SIZE),
        "order_by": "id",
        "order_type": "asc",
    }
    return Page(rows(shop.call(API, asked), "tasks"))


def read_detail(shop: Shop[QianniuSettings], ref: Ref) -> Detail:
    """Read one task by its number.

    Raises:
        Gone: the platform shows none; that closes nothing here.
    """
    asked = {"task_ids": ref.id, "fields": TASK_FIELDS, "need_meta": True, "need_deleted": True}
    found = rows(shop.call(API, asked), "tasks")
    if not found:
        raise Gone(f"{API}: there is no task {ref.id}")
    return found[0]


def to_ticket(task: Fields) -> Ticket:
    """Return what a task says, with its header (`meta`): a row and a detail are alike."""
    number = task.id()
    meta = task.part("meta")
    word = task.text("status")
    texts = {name: text for name, (text, _) in TASK_STATUSES.items()}
    content = meta.text("content") or task.text("content")
    return Ticket(
        status=task.choice("status", {name: meant for name, (_, meant) in TASK_STATUSES.items()}),
        status_text=_status_text(texts.get(word or "", word), task.text("sub_status")),
        kind_text=task.text("biz_type_str") or task.text("biz_type"),
        category=Category.OTHER,
        origin=Who.PLATFORM if task.text("biz_type") == _OFFICIAL else Who.MERCHANT,
        title=meta.text("title") or content or f"轻任务 {number}",
        text=_text(task, meta, content or ""),
        order_ids=_orders(task),
        buyer_id=task.text("open_buyer_uid"),
        buyer=UNSET if is_ours(task) else masked(task.text("biz_nick")),
        created=_time(task, "gmt_create"),
        updated=_time(task, "gmt_modified"),
        closed=_time(task, "gmt_finished"),
        deadline=_time(meta, "end_time"),
        gone=task.flag("is_deleted"),
    )


def _status_text(
    text: str | UnsetType | None, sub: str | UnsetType | None
) -> str | UnsetType | None:
    """Return the platform's word, the business's own state behind it."""
    return f"{text}（{sub}）" if text and sub and sub != "0" else text


def _text(task: Fields, meta: Fields, content: str) -> str | None:
    """Return what is asked, by whom and of whom, and the notes so far."""
    lines = [content]
    for label, part, name in (
        ("发起人：", task, "sender_nick"),
        ("执行人：", task, "receiver_nick"),
        ("备注：", task, "memo"),
        ("任务备注：", meta, "memo"),
        ("附件：", task, "attachments"),
    ):
        told = part.text(name)
        lines.append(f"{label}{told}" if told else "")
    return "\n".join(filter(None, lines)) or None


def _orders(task: Fields) -> tuple[str, ...] | UnsetType:
    """Return the order that a task is about, where it says that it is about one."""
    if ours := order_of(task):
        return ours
    if task.text("biz_type") != "trade" or not task.text("biz_id") or is_ours(task):
        return UNSET
    return (task.id("biz_id"),)


def _time(part: Fields, name: str) -> datetime | UnsetType | None:
    """Return a time by its twin in milliseconds, else by its text, which may be those too."""
    twin = part.time(f"{name}_long")
    return twin if isinstance(twin, datetime) else part.time(name)


def _day(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d}"


TASK = Stream[QianniuSettings](
    name="task",
    wanted=unless_without("task"),
    id="id",
    updated="gmt_modified_long",
    reading=ByTime(order="none", page_size=PAGE_SIZE, max_span=timedelta(days=7), by_creation=True),
    read_page=read_page,
    read_detail=read_detail,
    whole=True,  # the same request, by number
    to_ticket=to_ticket,
    abilities=(*ABILITIES, RAISE),
)
