"""Whether a case takes an action now: asked before it is queued, and again before it is sent."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..contract import Ability
from ..fields import Status
from ..ticket import Action, Case, File
from .likeness import bare

NOT_CONTACTED = (
    "the platform wants the buyer contacted after the case was made: do that, then"
    " 'gongdan contact T --by wangwang --result reached' (or unreached)"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def why_not(ability: Ability, action: Action, case: Case) -> str:
    """Return why a case does not take an action now, and what to change, or ""."""
    ticket = case.ticket
    if ticket.gone is True:
        return "the platform says the case is gone"
    if ticket.status is Status.CLOSED and not ability.anytime:
        return "the case is closed on the platform"
    if ticket.answerable is False and not ability.anytime:
        return "the platform takes no answer to it now"
    seen = action.fields.get("version")
    if ability.money and seen and isinstance(ticket.version, str) and seen != ticket.version:
        return "the case has changed since it was looked at; look again, and decide again"
    return (
        wrong_text(action.text, ability)
        or wrong_files(action.files, ability)
        or (ability.check(action, case) if ability.check else "")
    )


def wrong_text(text: str, ability: Ability) -> str:
    """Return what is wrong with a text, and what to change, or ""."""
    return broken_text(text, ability) or too_long(text, ability)


def broken_text(text: str, ability: Ability | None = None) -> str:
    """Return what is wrong with a text, however long it may be; of no ability, with any text."""
    least = ability.min_chars if ability else 1
    if _CONTROL.search(text):
        return "the text holds control characters; remove them"
    if _SURROGATE.search(text):
        return "the text holds half a character (a cut emoji); type it again"
    if least and not bare(text):
        return "the text is empty; write something"
    if len(text) < least:
        return f"the text has {len(text)} characters, the platform wants {least}"
    return ""


def too_long(text: str, ability: Ability) -> str:
    """Return by how much a text is too long for the platform, or ""."""
    if ability.max_chars is not None and len(text) > ability.max_chars:
        return (
            f"the text has {len(text)} characters, the platform takes {ability.max_chars};"
            " shorten it"
        )
    size = len(text.encode("utf-8", "replace"))
    if ability.max_bytes is not None and size > ability.max_bytes:
        return (
            f"the text has {size} bytes in UTF-8 (about {size // 3} Chinese characters),"
            f" the platform takes {ability.max_bytes}; shorten it"
        )
    return ""


def wrong_files(files: Sequence[File], ability: Ability) -> str:
    """Return what is wrong with the number of files, and what to change, or ""."""
    if len(files) > ability.max_files:
        most = ability.max_files or "none"
        return f"{len(files)} pictures, the platform takes {most} here; leave some out"
    if len(files) < ability.min_files:
        return f"{len(files)} pictures, the platform wants {ability.min_files}; add some"
    return ""
