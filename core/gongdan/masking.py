"""Hide what is a buyer's own in texts that leave this machine: names, phones, papers, addresses."""

from __future__ import annotations

import re

# A mobile or landline, in digits of any width, whatever stands between them to deceive a reader;
# not a part of a longer number or of an id.
_GAP = r"[ .·\-\u3000\u200b-\u200d\u2060\ufeff]?"
_PHONE = re.compile(
    rf"(?<![\dA-Za-z-])(?:[+＋]?[8８][6６]{_GAP})?"
    rf"(?:([1１]{_GAP}[3-9３-９]{_GAP}\d)(?:{_GAP}\d){{4}}{_GAP}(\d(?:{_GAP}\d){{3}})"
    r"|([0０]\d{2,3})-?\d{3,4}(\d{4}))(?![\dA-Za-z])"
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
    text = _PHONE.sub(lambda found: f"{found[1] or found[3]}****{found[2] or found[4]}", text)
    text = _MAIL.sub("***@***", text)
    text = _PLACE.sub("***", text)
    return _LABELLED.sub(r"\1***", text)  # last: a blank ends it, and a number may hold blanks
