"""One message of all that waits for a robot: the most pressing first, cut to what it takes.

Of a buyer nothing is told but a masked name: group chats are read by many.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from ..files.masking import mask_name
from ..sla.wording import Language, write_length
from ..store.alerts import Waiting
from ..store.moments import BEIJING
from ..views import QueueRow
from .causes import CAUSES, RANKS
from .channels import CHANNELS, Note
from .robot import Robot

TOLD = (  # of an event's data; its texts are nobody's business
    "shop", "level", "due", "good", "ends", "platform", "computed", "action", "what", "day",
    "error", "to",
)  # fmt: skip
_WORDED = ("todo_due",)  # whose "what" is a person's own words, and not the kind of an action
_OURS = ("error", "to")  # said otherwise
LINES = 30  # nobody reads more; the queue shows them
EACH = 3  # lines that every cause gets before the first gets more
_TAIL_BYTES = 160  # room for "and 12 more: gongdan queue ..." of a cause
_WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("gongdan: {parts}", "工单提醒：{parts}"),
    "more": ("  and {more} more: {look}", "  另有 {more} 条：{look}"),
    "left": ("{length} left", "剩 {length}"),
    "late": ("late by {length}", "超时 {length}"),
    "action": ("action #{action} ({what})", "操作 #{action}（{what}）"),
    "good": ("{shop}: last read {at}", "{shop}：上次读取 {at}"),
    "never": ("{shop}: not read yet", "{shop}：尚未读取成功"),
    "ends": ("{shop}: until {at}", "{shop}：有效至 {at}"),
    "differs": ("platform {platform}, rule {computed}", "平台 {platform}，规则 {computed}"),
    "again": (" (may be a repeat)", "（可能重复）"),
    "none": ("nothing falls due before {until}", "{until} 前没有到期的工单"),
    "test": (
        "gongdan: a test message. Alerts for {name} arrive here.",
        "工单提醒：测试消息，{name} 的提醒会发到这里。",
    ),
}


def say(lang: Language, key: str, **values: object) -> str:
    """Return a text of the table."""
    en, zh = _WORDS[key]
    return (zh if lang == "zh" else en).format(**values)


def news(waiting: Iterable[Waiting]) -> list[Waiting]:
    """Return what is still worth telling, the most pressing first.

    Of what was said of one ticket's deadline only the most telling counts, and nothing once it is
    not our turn any more.
    """
    kept: dict[tuple[str, str], Waiting] = {}
    for alert in waiting:
        cause = CAUSES.get(alert.cause)
        if cause is None or (cause.passes and not alert.ours):
            continue
        about = alert.ticket or str(alert.data.get("shop", ""))
        key = "deadline" if cause.passes else f"{alert.cause} {alert.data.get('action', '')}"
        had = kept.get((key, about))
        if had is None or _TELLING.get(had.cause, 0) <= _TELLING.get(alert.cause, 0):
            kept[key, about] = alert
    return sorted(kept.values(), key=lambda one: (RANKS[one.cause], one.due or _NEVER, one.id))


def compose(
    robot: Robot, alerts: Sequence[Waiting], handover: Sequence[QueueRow], now: datetime
) -> Note:
    """Return one message.

    Args:
        robot: whom it is for: its language, and how long a text may be.
        alerts: as `news` sorts them; at least one.
        handover: what falls due while nobody works; used where that is a cause.
        now: the lines say how long there is from then on.
    """
    by_cause: dict[str, list[str]] = {}
    for alert in alerts:
        lines = (
            _handover(robot, handover, now)
            if alert.cause == "handover"
            else [_line(robot.lang, alert, now) + _again(robot.lang, alert)]
        )
        by_cause.setdefault(alert.cause, []).extend(lines)
    counts = " · ".join(
        f"{CAUSES[cause].title(robot.lang)} {len(lines)}" for cause, lines in by_cause.items()
    )
    title = say(robot.lang, "title", parts=counts)
    named = [str(alert.data.get("to", "")) for alert in alerts if "level" in alert.data]
    to = dict.fromkeys([*robot.to, *(word for text in named for word in text.split())])
    return Note(
        title=title,
        text=_cut(title, by_cause, robot.lang, CHANNELS[robot.kind].most_bytes - 40 * len(to)),
        facts=[_fact(alert) for alert in alerts],
        to=tuple(to),
    )


def told_of(cause: str, data: Mapping[str, str]) -> dict[str, str]:
    """Return what of an event's data waits for robots: nothing that a person wrote."""
    hidden = ("what",) if cause in _WORDED else ()
    return {name: data[name] for name in TOLD if name in data and name not in hidden}


def test_note(robot: Robot) -> Note:
    """Return the message that shows whether a robot can be reached."""
    text = say(robot.lang, "test", name=robot.name)
    return Note(title=text, text=text, facts=[{"cause": "test"}], to=robot.to)


def masked(name: str) -> str:
    """Return a buyer's name as a chat may show it."""
    return mask_name(_plain(name))


def _cut(title: str, by_cause: Mapping[str, Sequence[str]], lang: Language, most: int) -> str:
    """Return the text with as many lines as there is room for; each cause says what is cut."""
    heads = {
        cause: f"■ {CAUSES[cause].title(lang)} {len(lines)}" for cause, lines in by_cause.items()
    }
    room = most - sum(len(text.encode()) for text in (title, *heads.values()))
    room -= _TAIL_BYTES * len(heads)
    first = [(cause, line) for cause, lines in by_cause.items() for line in lines[:EACH]]
    rest = [(cause, line) for cause, lines in by_cause.items() for line in lines[EACH:]]
    shown: dict[str, list[str]] = {cause: [] for cause in by_cause}
    for cause, line in [*first, *rest][:LINES]:
        room -= len(line.encode()) + 1
        if room < 0:
            break
        shown[cause].append(line)
    text = [title]
    for cause, lines in shown.items():
        text += [heads[cause], *lines]
        if more := len(by_cause[cause]) - len(lines):
            text.append(say(lang, "more", more=more, look=CAUSES[cause].look))
    return "\n".join(text)


def _line(lang: Language, alert: Waiting, now: datetime) -> str:
    data = alert.data
    if alert.cause == "sync_late":
        good = data.get("good", "")
        at = _clock(good, now) if good else ""
        return say(lang, "good" if at else "never", shop=data.get("shop", ""), at=at)
    if alert.cause == "access_lost":
        return f"{data.get('shop', '')}: {_plain(data.get('error', ''))[:120]}"
    if alert.cause == "access_ending":
        return say(lang, "ends", shop=data.get("shop", ""), at=_clock(data.get("ends", ""), now))
    parts = [alert.ticket, _plain(alert.kind)[:20] or alert.stream, masked(alert.buyer)]
    if alert.cause in ("unknown", "refused"):
        parts.append(say(lang, "action", action=data.get("action"), what=data.get("what")))
    elif alert.cause == "deadline_differs":
        times = {name: _clock(data[name], now) for name in ("platform", "computed") if name in data}
        parts.append(say(lang, "differs", **times))
    elif alert.cause in ("promise_due", "todo_due", "follow_due") and "due" in data:
        parts.append(_left(lang, datetime.fromisoformat(data["due"]), now))
    elif alert.cause != "answered_elsewhere" and alert.due is not None:
        parts.append(_left(lang, alert.due, now))
    return " ".join(part for part in parts if part)


def _again(lang: Language, alert: Waiting) -> str:
    return say(lang, "again") if alert.again else ""


def _handover(robot: Robot, rows: Sequence[QueueRow], now: datetime) -> list[str]:
    return [
        " ".join(
            part
            for part in (
                row.id, _plain(row.kind_text)[:20] or row.stream, masked(row.buyer),
                _clock(row.due.isoformat(), now) if row.due else "", _plain(row.holder),
            )
            if part
        )
        for row in rows
        if robot.hears("handover", row.shop)
    ]  # fmt: skip


def _fact(alert: Waiting) -> dict[str, object]:
    """Return what a program is told of an alert: as the text, nothing of the buyer but a name."""
    facts: dict[str, object] = {"id": alert.id, "cause": alert.cause, "ticket": alert.ticket}
    facts |= {name: alert.data[name] for name in TOLD if name in alert.data and name not in _OURS}
    if alert.buyer:
        facts["buyer"] = masked(alert.buyer)
    return facts


def _left(lang: Language, due: datetime, now: datetime) -> str:
    rest = due - now
    whole = timedelta(minutes=abs(rest) // timedelta(minutes=1))
    length = write_length(whole, lang) if whole else say_less(lang)
    return say(lang, "late" if rest < timedelta(0) else "left", length=length)


def say_less(lang: Language) -> str:
    """Return what is said of less than a minute."""
    return "不到 1 分" if lang == "zh" else "under 1 min"


def _clock(iso: str, now: datetime) -> str:
    local = datetime.fromisoformat(iso).astimezone(BEIJING)
    return (
        f"{local:%H:%M}"
        if local.date() == now.astimezone(BEIJING).date()
        else f"{local:%m-%d %H:%M}"
    )


def _plain(text: str) -> str:
    """Return what a stranger wrote without what a chat would obey: control, markup, mentions."""
    kept = (char for char in text if not unicodedata.category(char).startswith("C"))
    return "".join(kept).translate(_HARMLESS).strip()


_HARMLESS = str.maketrans({"<": "＜", ">": "＞", "@": "＠", "\u2028": " ", "\u2029": " "})
_TELLING = {"due_soon": 0, "urgent": 1, "late": 2}  # of one ticket's deadline
_NEVER = datetime.max.replace(tzinfo=UTC)
