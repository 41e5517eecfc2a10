"""The pieces of text: what is asked for is found wherever it stands, and nothing else is."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongdan.queue.grams import phrase, pieces, plain

texts = st.text("退款货物ab12 ，é", max_size=14)


def found(text: str, word: str) -> bool:
    """Ask FTS5 itself."""
    db = sqlite3.connect(":memory:")
    options = "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\""
    db.execute(f"CREATE VIRTUAL TABLE t USING fts5(words, content='', columnsize=0, {options})")
    db.execute("INSERT INTO t (rowid, words) VALUES (1, ?)", (pieces(plain(text)),))
    hits = db.execute("SELECT rowid FROM t WHERE t MATCH ?", (phrase(word),)).fetchall()
    db.close()
    return bool(hits)


@given(texts, st.one_of(st.text("退款货物", min_size=1, max_size=5), st.text("ab12", min_size=1)))
def test_a_word_of_one_kind_is_found_exactly_where_a_run_holds_it(text: str, word: str) -> None:
    short = word.isascii() and len(word) < 3

    held = (run.endswith(word) if short else word in run for run in plain(text).split())

    assert found(text, word) == any(held)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        pytest.param("申请仅退款，不退货", "退款", id="two hanzi inside a run"),
        pytest.param("申请仅退款", "款", id="the last hanzi"),
        pytest.param("订单 6920000000000884357", "884357", id="an order by its end"),
        pytest.param("单号SF1234567890已发", "sf123", id="letters of another size"),
        pytest.param("ＳＦ１２３４５", "SF12345", id="wide letters"),
        pytest.param("iPhone15手机壳", "15手机", id="across two kinds"),
        pytest.param("保温杯 500ml", "500ML", id="a measure"),
        pytest.param("42码", "42", id="a size"),
        pytest.param("订单 6920884357", "57", id="the last two digits"),
        pytest.param("A-100 型", "A-100", id="punctuation does not count"),
        pytest.param("𠮷野家", "𠮷野", id="a hanzi beyond sixteen bits"),
        pytest.param("café", "caf", id="an accent stays a letter"),
    ],
)
def test_is_found(text: str, word: str) -> None:
    assert found(text, word)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        pytest.param("退货，款式", "退款", id="both hanzi, apart"),
        pytest.param("退", "退款", id="half of it"),
        pytest.param("退，款", "退款", id="punctuation between"),
        pytest.param("手机 iphone", "iphone手机", id="the other way round"),
        pytest.param("订单 6920884357", "88", id="two digits inside a number"),
        pytest.param("1234", "12345", id="more than there is"),
    ],
)
def test_is_not_found(text: str, word: str) -> None:
    assert not found(text, word)


@pytest.mark.parametrize("word", ["", "！", "😡", " \n", '"', "*", "_"])
def test_there_is_nothing_to_look_for_in_what_holds_no_letter(word: str) -> None:
    assert phrase(word) == ""


@pytest.mark.parametrize("word", ['a" OR "b', "a*", "NEAR(a b)", "words:a", "-a", "(", "a AND b"])
def test_no_word_speaks_to_the_index_itself(word: str) -> None:
    if phrase(word):
        assert not found("nothing of it 没有", word)
