"""The table of messages."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import gongdan
import gongdan_cli
from gongdan import Category, Means, Status, Ticket, Urgency, Who
from gongdan.sla import Breach
from gongdan.store.lanes import LANES
from gongdan.upkeep.checkup import PROBLEMS
from gongdan_cli.words.table import TABLE, Words, words

SOURCES = sorted(Path(gongdan_cli.__file__).parent.rglob("*.py"))
WORDS = Path(gongdan_cli.__file__).parent / "words"
TABLES = [
    path for path in SOURCES if path.parent == WORDS and "\nTABLE:" in path.read_text("utf-8")
]


def fields(text: str) -> set[str]:
    """Return the names of the values that a message takes."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def asked_for(path: Path) -> Iterator[str]:
    """Yield the keys in a call such as `said("file.done")`, of a choice between two both."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        asker = node.func
        name = asker.id if isinstance(asker, ast.Name) else getattr(asker, "attr", "")
        if isinstance(asker, ast.Call):
            name = getattr(asker.func, "id", "")
        if name not in ("words", "said", "_words", "_say", "self"):
            continue
        first = node.args[0]
        choices = (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,)
        for choice in choices:
            if isinstance(choice, ast.Constant) and isinstance(choice.value, str):
                yield choice.value


@pytest.mark.parametrize("key", TABLE)
def test_both_languages_take_the_same_values(key: str) -> None:
    english, chinese = TABLE[key]

    assert fields(english) == fields(chinese)


def test_every_message_that_is_asked_for_is_there() -> None:
    asked = {key for path in SOURCES for key in asked_for(path)}

    assert len(asked) > 40
    assert asked <= set(TABLE)


def test_a_reason_of_an_action_is_one_that_the_core_gives() -> None:
    core = "".join(path.read_text("utf-8") for path in Path(gongdan.__file__).parent.rglob("*.py"))
    reasons = {key.partition(".")[2] for key in TABLE if key.startswith("because.")}

    assert all(TABLE[f"because.{reason}"][0] == reason for reason in reasons)
    assert {r for r in reasons if r.removeprefix("a person said: ") not in core} == set()


def test_every_message_is_asked_for() -> None:
    """Not those that are the words for a field's values: they are asked for by value."""
    sources = "".join(path.read_text("utf-8") for path in SOURCES if path not in TABLES)
    sources += (WORDS / "table.py").read_text("utf-8").partition("class Words")[2]
    values = [*re.findall(r'value\(\s*"([a-z]+)"', sources), "source", "short", "means"]
    values += [
        "doctor",
        "wrong",
        "todo",
        "clockstate",
        "why",
        "probe",
    ]  # tested where they are used
    asked = re.findall(r"""["']([a-z_.]+)["']""", sources)

    unused = {
        key
        for key in TABLE
        if key.partition(".")[0] not in values and not {key, key.partition(".")[2]} & set(asked)
    }

    assert unused == set()


@pytest.mark.parametrize(
    "key",
    [
        *(f"status.{status.value}" for status in Status),
        *(f"who.{who.value}" for who in Who),
        *(f"category.{category.value}" for category in Category),
        *(f"urgency.{urgency.value}" for urgency in Urgency),
        *(f"means.{means.name}" for means in Means),
        *(f"breach.{breach.value}" for breach in Breach),
        *(f"lane.{lane}" for lane in LANES),
        *(f"field.{name}" for name in Ticket.__struct_fields__ if name != "thread"),
        *(
            f"{group}.{check}.{problem}"
            for group in ("wrong", "todo")
            for check, problems in PROBLEMS.items()
            for problem in problems
        ),
    ],
)
def test_every_value_of_the_core_has_a_word(key: str) -> None:
    assert key in TABLE


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({"GONGDAN_LANG": "zh", "LANG": "en_US.UTF-8"}, "zh"),
        ({"GONGDAN_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "zh_CN.UTF-8", "LANG": "en_US.UTF-8"}, "zh"),
        ({"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_TW.UTF-8"}, "zh"),
        ({"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, "zh"),
        ({}, "en"),
    ],
)
def test_language_is_the_locales(
    environment: dict[str, str], lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GONGDAN_LANG")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert words().lang == lang


def test_an_unknown_value_is_shown_as_it_is() -> None:
    assert Words("zh").value("state", "brand\x1b_new") == "brand�_new"


def test_no_message_stands_in_two_tables() -> None:
    """Of two with one key the later would stand in the place of the other, in silence."""
    keys = [
        key
        for path in TABLES
        for key in re.findall(r'^    "([a-z_]+\.[a-z_.]+)": ', path.read_text("utf-8"), re.M)
    ]

    assert sorted(keys) == sorted(set(keys))
