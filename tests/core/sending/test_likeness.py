"""Equal after folding, never fuzzy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from gongdan import Message, Who
from gongdan.fold import keys_of
from gongdan.sending.likeness import folded, look

AT = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        pytest.param("您好,已补发!", "您好，已补发！", id="full width"),
        pytest.param("a < b & c", "a &lt; b &amp; c", id="entities"),
        pytest.param("a &amp; b", "a &amp;amp; b", id="entities twice"),
        pytest.param("您好 已补发\n单号1", "您好已补发单号1", id="blanks"),
        pytest.param("您好😀已补发❤️", "您好已补发", id="emoji taken out"),
        pytest.param("一家👨‍👩‍👧🇨🇳👍🏽", "一家", id="emoji of several parts"),
        pytest.param("您\u200b好\ufeff", "您好", id="zero width"),
        pytest.param("１２３", "123", id="digits"),
        pytest.param("cafe\u0301", "café", id="composed"),
        pytest.param("1️⃣步", "1步", id="keycap"),
    ],
)
def test_knows_its_words_after_the_platform_altered_them(ours: str, theirs: str) -> None:
    assert folded(ours) == folded(theirs)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("已补发", "已补发。", id="a full stop more"),
        pytest.param("48小时内", "24小时内", id="a digit"),
        pytest.param("您好，已补发", "您好，已补", id="a beginning"),
        pytest.param("Refund", "refund", id="case"),
        pytest.param("25°C", "25C", id="a sign that is no emoji"),
        pytest.param("กา", "กี", id="vowels that are marks"),
        pytest.param("😀", "👍", id="only emoji"),
        pytest.param("ok^", "ok", id="a caret"),
    ],
)
def test_two_texts_are_not_one(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def said(text: str, *, id_: str = "", who: Who = Who.MERCHANT, s: int = 60) -> Message:
    return Message(who, text, AT + timedelta(seconds=s), id_)


def seek(*thread: Message, base: int = 0, receipt: str = "", owned: tuple[str, ...] = ()):  # type: ignore[no-untyped-def] # a Look
    return look(thread, "您好", base=keys_of(thread)[:base], base_at=AT, owned=owned,
                receipt=receipt)  # fmt: skip


def test_finds_its_words_among_what_is_new() -> None:
    found = seek(said("您好", id_="1"), said("别的", id_="2"), said("您 好", id_="3"), base=1)

    assert (found.is_there, found.key) == (True, "id:3")
    assert found.others == (("id:2", "别的"),)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(said("您好", who=Who.BUYER), id="the buyer's"),
        pytest.param(said("您好", s=-31), id="older than the base"),
    ],
)
def test_takes_no_message_that_cannot_be_ours(message: Message) -> None:
    found = seek(message)

    assert (found.is_there, found.others) == (False, ())


def test_takes_no_message_of_another_row() -> None:
    assert not seek(said("您好", id_="1"), owned=("id:1",)).is_there


def test_a_known_id_decides_and_not_the_words() -> None:
    """A colleague's same words are not ours where the platform told us our own id."""
    words, ours = said("您好", id_="1"), said("**", id_="2")

    assert seek(words, ours, receipt="2").key == "id:2"
    assert not seek(words, receipt="2").is_there


def test_tells_apart_two_messages_that_are_alike() -> None:
    """Douyin has no ids: the same words in the same second are two, one of them new."""
    twins = (said("您好"), said("您好"))

    assert seek(*twins, base=1).key == keys_of(twins)[1]
    assert not seek(*twins, base=2).is_there
