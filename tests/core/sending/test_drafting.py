"""What is refused before it is queued, in one line that says what to change."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan import Ability, Call, Refused
from gongdan.sending.checks import wrong_files, wrong_text
from gongdan.ticket import File
from gongdan.writing.drafting import MOST_PARTS, _file, _parts, split_text

REPLY = Ability(
    to_call=lambda _action, case: Call("reply", {"id": case.id}), max_chars=200, max_bytes=400,
    max_files=4, max_file_bytes=1000,
)  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("", "the text is empty; write something", id="empty"),
        pytest.param(" \n\u200b\u3000", "the text is empty; write something", id="blank"),
        pytest.param("a" * 201, "201 characters, the platform takes 200; shorten it", id="chars"),
        pytest.param("字" * 134, "402 bytes in UTF-8", id="bytes"),
        pytest.param("您好\x07", "control characters; remove them", id="bell"),
        pytest.param("您好\x9b31m", "control characters; remove them", id="C1"),
        pytest.param("您好\ud83d", "half a character", id="lone surrogate"),
    ],
)
def test_a_text_that_will_not_do(text: str, why: str) -> None:
    told = wrong_text(text, REPLY)

    assert why in told
    assert "\n" not in told


@pytest.mark.parametrize("text", ["您好", "a\tb\nc", "😀", "字" * 133])
def test_a_text_that_will_do(text: str) -> None:
    assert wrong_text(text, REPLY) == ""


def test_five_pictures_where_four_are_allowed() -> None:
    files = [File("a.png", "image/png", PNG)] * 5

    assert wrong_files(files, REPLY) == "5 pictures, the platform takes 4 here; leave some out"
    assert wrong_files(files[:4], REPLY) == ""


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        pytest.param("a.pdf", b"%PDF-1.7", "what is in it is no JPG, PNG or GIF", id="a document"),
        pytest.param("a.jpg", b"hello", "whatever its name", id="only named so"),
        pytest.param("a.png", b"", "no JPG, PNG or GIF", id="empty"),
        pytest.param("a.png", PNG + b"x" * 1000, "make it smaller", id="too big"),
    ],
)
def test_a_picture_that_will_not_do(name: str, data: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        _file(name, data, REPLY)


def test_a_long_text_goes_in_parts_only_where_they_are_shown_in_order() -> None:
    text = "您好，非常抱歉给您带来不便。" * 20
    splitting = Ability(to_call=REPLY.to_call, max_bytes=400, splits=True)

    assert len(_parts("main/refund/1", text, splitting)) == 3
    assert _parts("main/refund/1", text, REPLY) == [text]
    with pytest.raises(Refused, match="more than 9 parts; shorten it"):
        _parts("main/refund/1", "字" * 3000, splitting)


def test_parts_end_where_sentences_do() -> None:
    parts = split_text("您好，非常抱歉给您带来不便。" * 20, max_bytes=400)

    assert [part[:5] for part in parts] == ["(1/3)", "(2/3)", "(3/3)"]
    assert all(part.endswith("。") for part in parts)


def test_no_character_is_cut_in_two() -> None:
    parts = split_text("👨‍👩‍👧🇨🇳👍🏽e\u0301" * 30, max_bytes=400)

    assert len(parts) > 2
    for part in parts:
        first = part[5:][0]
        assert not unicodedata.category(first).startswith(("M", "C"))
        assert not "\U0001f3fb" <= first <= "\U0001f3ff"


@given(st.text(alphabet="字a。，😀\u200d🇨🇳 \n!", max_size=600), st.integers(40, 400))
def test_parts_fit_and_nothing_is_lost(text: str, size: int) -> None:
    parts = split_text(text, max_bytes=size)

    if not parts:
        assert len(text.encode()) > size
        return
    assert len(parts) <= MOST_PARTS
    assert all(len(part.encode()) <= size for part in parts)
    bodies = parts if len(parts) == 1 else [part.split(")", 1)[1] for part in parts]
    assert "".join("".join(bodies).split()) == "".join(text.split())


def test_a_short_text_stays_as_it_is() -> None:
    assert split_text(" 您好 ", max_chars=10) == [" 您好 "]
