"""The steps of a deadline in words, Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from .rules import Words
from .steps import Step

Language: TypeAlias = Literal["zh", "en"]

_STEPS = {
    "rule": Words("规则 {text}：时限 {length}（{note}）", "rule {text}: {length} ({note})"),
    "override": Words("本店设置 {text} = {note}", "the shop's setting: {text} = {note}"),
    "reading": Words("按 {text} 算为 {at}", "by {text} it would be {at}"),
    "received": Words("{at} 收到", "received {at}"),
    "opens": Words("不在时段内，从 {at} 起算", "outside hours, counts from {at}"),
    "until": Words("到 {until} 用去 {length}", "{length} until {until}"),
    "from": Words("从 {at} 起 {length}", "{length} from {at}"),
    "run": Words("从 {at} 到 {until} 用去 {length}", "{length} from {at} until {until}"),
    "more": Words("其间另有 {text} 段共 {length}", "{length} in {text} more stretches"),
    "paused": Words("从 {at} 到 {until} 暂停 {length}", "paused {length} from {at} until {until}"),
    "carried": Words(
        "{at} 时还剩 {length}，顺延到 {until}", "{length} left at {at}, carried to {until}"
    ),
    "platform": Words("平台给出的期限是 {at}，以此为准", "the platform says {at}, which counts"),
    "fits": Words("平台的期限符合 {text} 算法", "the platform's deadline fits {text}"),
    "due": Words("{at} 到期", "due {at}"),
    "flag": Words("注意：{flag}", "note: {flag}"),
}

# How a rule counts; docs and settings name them as they are.
MODES = {
    "wall": Words("连续", "wall"),
    "window": Words("时段内", "window"),
    "roll": Words("顺延", "roll"),
    "platform": Words("平台", "platform"),
}

FLAGS = {
    "target-from-ticket": Words("时限来自工单本身", "the target came with the ticket"),
    "target-below-minimum": Words("时限短于规则的下限", "the target is under the rule's minimum"),
    "target-unknown": Words("工单没有给出时限，按下限算", "no target given, the minimum was taken"),
    "target-implausible": Words(
        "工单给出的时限不合理，未采用", "the ticket's target is implausible"
    ),
    "outside-hours": Words("收到时不在时段内", "received outside hours"),
    "earliest-of-readings": Words("几种算法取最早", "the earliest of several readings"),
    "unannounced-year": Words(
        "该年节假日尚未公布，按每天营业算", "holidays not announced, every day counted as open"
    ),
    "overridden": Words("本店改过规则", "the shop changed the rule"),
    "class-unknown": Words("未知类型，按普通工单算", "unknown class, taken as the usual one"),
    "created-unknown": Words(
        "没有创建时间，按收到时间算", "no creation time, counted from receipt"
    ),
    "pause-ignored": Words(
        "有一段暂停的时间无效，未计入", "a pause with impossible times, ignored"
    ),
    "platform-deadline-implausible": Words(
        "平台给出的期限不合理", "the platform's deadline is implausible"
    ),
    "differs-from-platform": Words("与平台给出的期限不同", "differs from the platform's deadline"),
    "never-open": Words("日历里没有营业时间，按自然时间算", "the calendar never opens, wall clock"),
}


def explain(steps: Iterable[Step], zone: str, language: Language = "en") -> tuple[str, ...]:
    """Write the steps, one text each, times in *zone*.

    A time carries its date where that differs from the time before it, and when it is the end:
    ("received 20:00 on 2026-03-02", "1 h until 21:00", "11 h from 09:00 on 2026-03-03",
    "due 20:00 on 2026-03-03").
    """
    writer = _Writer(ZoneInfo(zone), language)
    return tuple(writer.write(step) for step in steps)


def write_length(length: timedelta, language: Language = "en") -> str:
    """Write a length for people: "2 h 30 min", "2 小时 30 分"; parts of a second are cut off."""
    total = abs(length) // timedelta(seconds=1)
    units = (" 小时", " 分", " 秒") if language == "zh" else (" h", " min", " s")
    numbers = (total // 3600, total // 60 % 60, total % 60)
    parts = [f"{number}{unit}" for number, unit in zip(numbers, units, strict=True) if number]
    return " ".join(parts) or f"0{units[2]}"


class _Writer:
    """Writes one explanation; remembers which date was written last."""

    def __init__(self, zone: ZoneInfo, language: Language) -> None:
        self._zone = zone
        self._language: Language = language
        self._date: date | None = None

    def write(self, step: Step) -> str:
        if step.code in ("reading", "due", "platform"):
            self._date = None
        words = _STEPS[step.code]
        template = words.zh if self._language == "zh" else words.en
        values = {"text": step.text, "note": step.note}
        if step.code == "rule":  # "window+wall; R44, 000:60"
            modes, mark, source = step.note.partition("; ")
            values["note"] = "+".join(map(self._mode, modes.split("+"))) + mark + source
        elif step.code in ("reading", "fits"):
            values["text"] = self._mode(step.text)
        if step.length is not None:
            values["length"] = write_length(step.length, self._language)
        if step.code == "flag":
            flag = FLAGS.get(step.text, Words(step.text, step.text))
            values["flag"] = flag.zh if self._language == "zh" else flag.en
        for key, at in (("at", step.at), ("until", step.until)):
            if at is not None and "{" + key + "}" in template:
                values[key] = self._time(at)
        return template.format(**values)

    def _mode(self, name: str) -> str:
        words = MODES.get(name)
        return name if words is None else words.zh if self._language == "zh" else words.en

    def _time(self, at: datetime) -> str:
        local = at.astimezone(self._zone)
        clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
        if local.date() == self._date:
            return clock
        self._date = local.date()
        if self._language == "zh":
            return f"{self._date} {clock}"
        return f"{clock} on {self._date}"
