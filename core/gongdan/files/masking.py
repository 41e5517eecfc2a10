"""Hide what is a buyer's own in texts that leave this machine: names, phones, papers, addresses."""

from __future__ import annotations

import re

# A mobile or landline, in digits of any width, whatever stands between them to deceive a reader,
# and whatever letters are glued to it; not a part of a longer number.
_GAP = r"[ .·\-\u3000\u200b-\u200d\u2060\ufeff]?"
_PHONE = re.compile(
    rf"(?<![\dA-Za-z])(?<![\dA-Za-z]-)([A-Za-z]{{0,12}})(?:[+＋]?[8８][6６]{_GAP})?"
    rf"(?:([1１]{_GAP}[3-9３-９]{_GAP}\d)(?:{_GAP}\d){{4}}{_GAP}(\d(?:{_GAP}\d){{3}})"
    r"(?!\d)|([0０]\d{2,3})-?\d{3,4}(\d{4})(?![\dA-Za-z]))"
)
# What is written before a phone; other capitals mark a waybill, and other letters before what might
# be a landline a number filled up with zeros.
_CONTACTS = frozenset({
    "call", "dh", "dianhua", "mob", "mobile", "phone", "qq", "shouji", "sj", "t", "tel", "v", "vx",
    "wechat", "weixin", "wx",
})  # fmt: skip
_WAYBILL = re.compile("[A-Z]{2,4}")
# A mobile with hanzi among its digits, or of nothing else; one hanzi alone may be a word.
_NUMERALS = "〇零○一二三四五六七八九壹贰叁肆伍陆柒捌玖幺"
_ANY = rf"[\d{_NUMERALS}]"
_SPELT = re.compile(
    rf"(?<!{_ANY})([1１一壹幺]{_GAP}[3-9３-９三四五六七八九叁肆伍陆柒捌玖]{_GAP}{_ANY})"
    rf"(?:{_GAP}{_ANY}){{4}}{_GAP}({_ANY}(?:{_GAP}{_ANY}){{3}})(?!{_ANY})"
)
_CARD = re.compile(
    r"(?<!\d)([1-9]\d{5})(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"
)
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PLACE = re.compile(
    r"[\u4e00-\u9fff]{1,8}(?:省|市|区|县|镇|乡|村|街道|路|街|巷|弄)"
    r"[\u4e00-\u9fffA-Za-z0-9#\- ]{0,40}?\d+\s*(?:号|室|栋|幢|座|单元|楼|层|弄)"
    r"[\dA-Za-z\-#号室栋幢座单元楼层弄 ]*"
)
_LABELLED = re.compile(
    r"((?:收货人|收件人|姓名|联系人|收货地址|收件地址|地址|电话|手机号?)[:：]\s*)[^\s,，;；。]+"
)


def mask_name(name: str) -> str:
    """Return a name with all but its first character hidden; a masked one as it is."""
    plain = name.strip()
    return mask_text(plain) if "*" in plain or not plain else f"{plain[0]}**"


def mask_text(text: str) -> str:
    """Return a text with phones, identity cards, addresses and what is labelled as such hidden.

    By form, not by meaning: a name in the middle of a sentence stays.
    """
    text = _CARD.sub(r"\1***", text)
    text = _PHONE.sub(_mask_phone, text)
    text = _SPELT.sub(_mask_spelt, text)
    text = _MAIL.sub("***@***", text)
    text = _PLACE.sub("***", text)
    return _LABELLED.sub(r"\1***", text)  # last: a blank ends it, and a number may hold blanks


def _mask_phone(found: re.Match[str]) -> str:
    before, mobile, mobile_end, landline, landline_end = found.groups("")
    is_id = before and (landline or _WAYBILL.fullmatch(before))
    if is_id and before.casefold() not in _CONTACTS:
        return found[0]
    return f"{before}{mobile or landline}****{mobile_end or landline_end}"


def _mask_spelt(found: re.Match[str]) -> str:
    if sum(char in _NUMERALS for char in found[0]) < 2:
        return found[0]
    return f"{found[1]}****{found[2]}"
