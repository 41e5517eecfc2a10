"""What refunds and exchanges tell alike: who must act, until when, which order, which buyer.

Source:
    the TOP notes, sections 4.3, 4.6 and A.2, A.3.
    Not stated there: the form of an exchange's `time_out`.  One that is no time is noted, and the
    case has no deadline by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from gongdan import UNSET, BadField, Fields, Status, UnsetType

from .words import CS_TEXTS, STEPPED_IN


def standing(case: Fields, table: Mapping[str, Status]) -> Status | UnsetType:
    """Return where a case stands: while it is open, how far 小二 came into it goes first."""
    status = case.choice("status", table)
    if status in (Status.PENDING, Status.WAITING_BUYER):
        return STEPPED_IN.get(case.text("cs_status") or "", status)
    return status


def standing_text(case: Fields, texts: Mapping[str, str]) -> str | UnsetType | None:
    """Return the platform's words for it, 小二's steps behind them."""
    word = case.text("status")
    stepped_in = CS_TEXTS.get(case.text("cs_status") or "")
    text = texts.get(word or "", word)
    return f"{text}（{stepped_in}）" if text and stepped_in else text


def verdict(case: Fields) -> str | UnsetType:
    """Return for whom 小二 decided, where they did."""
    word = case.text("cs_status")
    return CS_TEXTS[word] if word in ("8", "9") else UNSET


def note_words(case: Fields, books: Mapping[str, frozenset[str]]) -> None:
    """Note every word of an enum that its book does not have; nobody guesses what it means."""
    for name, book in books.items():
        word = case.text(name)
        if word and word not in book:
            case.notes.append(f"{name}: new value {word!r}")


def order_ids(case: Fields, *names: str) -> tuple[str, ...] | UnsetType:
    """Return the order, and the part of it where that is another number."""
    named = [name for name in names if name in case]
    told = [case.id(name) for name in named if case.text(name) not in (None, "0")]
    return tuple(dict.fromkeys(told)) if named else UNSET


def masked(nick: str | UnsetType | None) -> str | UnsetType | None:
    """Return a nick with its middle hidden, unless the platform did that already."""
    if not nick or "*" in nick:
        return nick
    return f"{nick[0]}**{nick[-1]}" if len(nick) > 2 else f"{nick[0]}*"


def ends(
    timeout: datetime | UnsetType | None, status: Status | UnsetType
) -> tuple[datetime | UnsetType | None, datetime | UnsetType | None]:
    """Return until when the merchant must act, and until when the buyer: one of them has it (R61).

    Args:
        timeout: of the step that the case is in, whoever's it is.
    """
    if timeout is UNSET:
        return UNSET, UNSET
    return (None, timeout) if status is Status.WAITING_BUYER else (timeout, None)


def timeout_of(case: Fields, name: str) -> datetime | UnsetType | None:
    """Return a time-out that comes as text; UNSET, and a note, if it is no time."""
    try:
        return case.time(name)
    except BadField:
        case.notes.append(f"{name}: no time")
        return UNSET
