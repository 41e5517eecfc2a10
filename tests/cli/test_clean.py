"""What a stranger wrote does nothing to a terminal, a spreadsheet, or JSON."""

from __future__ import annotations

import json

import pytest

from gongdan_cli.screens.clean import cell, clean, escape_json, safe_formula


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("您好，plain！", "您好，plain！", id="plain"),
        pytest.param("\x1b[31mred\x1b[0m", "�[31mred�[0m", id="escape"),
        pytest.param("\x9b31mred", "�31mred", id="C1 escape"),
        pytest.param("a\x00b\x7fc", "a�b�c", id="nul and del"),
        pytest.param("abc\u202egpj.exe\u202c", "abcgpj.exe", id="override"),
        pytest.param("a\u2066b\u2069\u200f\u200bc", "abc", id="isolates and invisible ones"),
        pytest.param("a\r\nb\tc\u2028d", "a b c d", id="lines"),
        pytest.param("Z" + "\u0335" * 50 + "!", "Z" + "\u0335" * 4 + "!", id="heap of accents"),
        pytest.param("שלום مرحبا", "שלום مرحبا", id="right to left"),
        pytest.param("\ud83d", "�", id="half an emoji"),
        pytest.param("\U000e0041x", "x", id="tags"),
        pytest.param("overwrite\rme", "overwrite�me", id="carriage return"),
    ],
)
def test_a_line_is_harmless(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_lines_may_be_kept() -> None:
    assert clean("a\r\nb\u2029c\td", lines=True) == "a\nb\nc    d"


def test_a_cell_has_no_joiners() -> None:
    assert cell("👨\u200d👩 ❤\ufe0f") == "👨👩 ❤"


def test_escaped_json_is_the_same_json() -> None:
    value = "a\x9bb\u202ec\x7f您"

    text = escape_json(json.dumps(value, ensure_ascii=False))

    assert text == '"a\\u009bb\\u202ec\\u007f您"'
    assert json.loads(text) == value


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", " =1", "\t=1", "＝1", "\n=1"])
def test_a_formula_becomes_text(text: str) -> None:
    assert safe_formula(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "a=1", "您好", "12"])
def test_text_stays_text(text: str) -> None:
    assert safe_formula(text) == text
