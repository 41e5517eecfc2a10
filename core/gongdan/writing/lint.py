"""Warnings about a reply, which stop nothing: what this trade gets wrong, or platforms punish."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

_BEIJING = ZoneInfo("Asia/Shanghai")
_PHONE = re.compile(
    r"(?<![0-9A-Za-z-])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z-])"
    r"|(?<![0-9A-Za-z-])0\d{2,3}-\d{7,8}(?!\d)"
    r"|(?<![0-9A-Za-z-])400-?\d{3}-?\d{4}(?!\d)"
)
_LEFTOVER = re.compile(
    r"\{+[^{}\n]{0,40}\}+|\$\{|[xX×]{3,}|_{3,}|＿{2,}|【(?:填|请填)[^】]*】|待填"
)
_SENTENCES = re.compile(r"[^。！？!?；;\n]+")
_PROMISES = re.compile(
    r"预计|最迟|最晚|将于|会在|会于|承诺|补发|发出|发货|答复|回复|处理|退款|到账|送达|寄出|完成|同步"
)
_PAST = re.compile(r"已|过了|下单|付款|签收|您于|购买|曾")
_DATE = r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<date>\d{1,2})[日号]"
_DAY = rf"(?P<day>今天|今日|今晚|昨天|{_DATE})?"
_HALF = r"\s*(?P<half>上午|下午|晚上|中午)?\s*"
_TIME = r"(?P<hour>\d{1,2})(?:[:：](?P<minute>\d{2})|\s*[点时](?P<half_past>半)?)"
_WHEN = re.compile(_DAY + _HALF + _TIME)
_DATE_ONLY = re.compile(_DATE + r"(?!\s*(?:上午|下午|晚上|中午)?\s*\d)")


class Warned(Struct, frozen=True):
    """One warning: its code, and the words that it is about.

    `code` is one of: greeting (no polite word), vague, typo, phone, contact (outside the platform),
    past (a promised time is over), other_shop (the name of another shop of ours), leftover (a slot
    that nobody filled), plugin (what a plugin said), held (somebody else has the ticket).
    """

    code: str
    found: str = ""


def lint(
    text: str, now: datetime, *, shop: str = "", others: Iterable[str] = ()
) -> tuple[Warned, ...]:
    """Return what may be wrong with a reply.

    Args:
        text: of the reply.
        now: aware UTC.
        shop: the display name of the ticket's own shop.
        others: the names of the other shops.
    """
    return (
        *_greeting(text),
        *_vague(text),
        *(Warned("typo", f"{bad} -> {good}") for bad, good in _typos().items() if bad in text),
        *(Warned("phone", found) for found in _once(_PHONE.findall(text))),
        *_contacts(text),
        *(Warned("past", found) for found in _over(text, now)),
        *_other_shops(text, shop, others),
        *(Warned("leftover", found) for found in _once(_LEFTOVER.findall(text))),
    )


def _greeting(text: str) -> Iterator[Warned]:
    if not any(word in text.lower() for word in _words()["polite"]):
        yield Warned("greeting")


def _vague(text: str) -> Iterator[Warned]:
    certain = re.compile("|".join(_words()["certain"]))
    found = [
        word
        for sentence in _SENTENCES.findall(text)
        if not certain.search(sentence)
        for word in _words()["vague"]
        if word in sentence
    ]
    yield from (Warned("vague", word) for word in _once(found))


def _contacts(text: str) -> Iterator[Warned]:
    for word in _words()["harmless"]:
        text = text.replace(word, "")
    for word in _words()["contact"]:
        edged = rf"(?<![A-Za-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)
        if re.search(edged, text, re.I if word.isascii() else 0):
            yield Warned("contact", word)
            return


def _other_shops(text: str, shop: str, others: Iterable[str]) -> Iterator[Warned]:
    rest = text.replace(shop, "") if shop else text
    for name in others:
        if len(name) > 1 and name != shop and name in rest:
            yield Warned("other_shop", name)


def _over(text: str, now: datetime) -> Iterator[str]:
    """Yield the times that a text promises and that are over; not those that tell what happened."""
    local = now.astimezone(_BEIJING)
    for sentence in re.split(r"[，,。！？!?；;\n]", text):
        if not _PROMISES.search(sentence) or _PAST.search(sentence):
            continue
        for found in _WHEN.finditer(sentence):
            moment = _moment(found, local)
            if moment is not None and moment < local:
                yield found[0].strip()
        for found in _DATE_ONLY.finditer(sentence):
            moment = _date(found, local)
            if moment is not None and moment.date() < local.date():
                yield found[0]


def _moment(found: re.Match[str], local: datetime) -> datetime | None:
    hour, minute = int(found["hour"]), int(found["minute"] or (30 if found["half_past"] else 0))
    if hour < 12 and (found["half"] in ("下午", "晚上") or found["day"] == "今晚"):
        hour += 12
    if hour > 24 or minute > 59 or _is_elsewhere(found):
        return None
    day = _date(found, local) if found["month"] else local
    if day is None:
        return None
    if found["day"] == "昨天":
        day -= timedelta(days=1)
    start = day.replace(hour=0, minute=0, second=0, microsecond=0)
    return start + timedelta(hours=hour, minutes=minute)


def _is_elsewhere(found: re.Match[str]) -> bool:
    """Whether a time without a day follows a day that is not today: 明天 18:00."""
    before = found.string[: found.start()].rstrip()
    return not found["day"] and (
        before.endswith(("明天", "明日", "明早", "明晚", "后天", "次日", "第二天", "日", "号"))
        or bool(re.search(r"(?:周|星期)[一二三四五六日天]$", before))
        or bool(re.search(r"[\d~～至到-]$", before))
    )


def _date(found: re.Match[str], local: datetime) -> datetime | None:
    """Return the day that is meant: without a year the nearest one."""
    years = [int(found["year"])] if found["year"] else [local.year - 1, local.year, local.year + 1]
    days = []
    for year in years:
        try:
            days.append(local.replace(year=year, month=int(found["month"]), day=int(found["date"])))
        except ValueError:
            continue
    return min(days, key=lambda day: abs(day - local), default=None)


def _once(found: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(found))


@functools.cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("lint.toml").read_text("utf-8"))


def _words() -> dict[str, list[str]]:
    return _data()


def _typos() -> dict[str, str]:
    typos: dict[str, str] = _data()["typos"]
    return typos
