"""Whatever an operator may be told is told in Chinese: the code is walked for what it says."""

from __future__ import annotations

import ast
import re
import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest

import gongdan
import gongdan_cli
import gongdan_douyin
import gongdan_qianniu
from gongdan import GongdanError
from gongdan.calls.refusal import error_of
from gongdan.calls.verdict import VERBS
from gongdan.wire import Error, Fault, Means
from gongdan_cli import office as seam
from gongdan_cli.words.chinese import chinese, sayings
from tests.core.office import Office, ours, put

from .conftest import Run

HOLES = re.compile(r"\{(\w+)\}")
HAN = re.compile(r"[\u4e00-\u9fff]")
HOLE = "X1"

# What is said to whoever writes a plugin or reads a payload, and stays English.
NOT_OPERATORS = {
    "conformance": "the kit: for whoever writes a connector",
    "testing": "the same",
    "sandbox": "imitated platforms: they speak as the real ones do",
    "registry.py": "why a plugin does not load: its author's",
    "asking.py": "the same, while it runs",
    "wellformed.py": "the same",
    "keys.py": "the same",
    "rest.py": "the same",
    "packs.py": "mistakes in a plugin's rule pack",
    "overrides.py": "in part the same",
    "fields.py": "a place in a payload: stands in quarantine, for the author",
    "reply.py": "the same",
    "news.py": "the same",
    "rows.py": "the same",
    "lists.py": "how a list was read: for the log",
    "position.py": "in part the same",
    "order.py": "the same",
    "receiving.py": "answers to a platform, not to a person",
    "steps.py": "an assertion",
}
# Where in the settings something is, and a sentence that its callers end: both are found whole.
PLACES = {
    "say X1",
    "X1: [calendars.X1]: X1", "X1 china: X1: X1", "X1 X1 every: X1", "X1: [gongdan] X1",
    "X1: [apps.X1] X1", "X1: [shops.X1] X1",
}  # fmt: skip


@cache
def errors() -> set[str]:
    """Return the names of every class of error."""
    found, rest = set(), [GongdanError]
    while rest:
        kind = rest.pop()
        found.add(kind.__name__)
        rest += kind.__subclasses__()
    return found | {"UsageError", "ClickException", "ValidationError", "fail"}


def texts_of(node: ast.expr, known: dict[str, list[ast.expr]]) -> Iterator[str]:
    """Yield what an expression may say, with HOLE for what differs."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        parts = [list(parts_of(part, known)) or [HOLE] for part in node.values]
        yield from map("".join, product(*parts))
    elif isinstance(node, ast.IfExp):
        yield from texts_of(node.body, known)
        yield from texts_of(node.orelse, known)
    elif isinstance(node, ast.Name):
        rest = {name: values for name, values in known.items() if name != node.id}
        for value in known.get(node.id, []):
            yield from texts_of(value, rest)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from texts_of(value, known)


def parts_of(node: ast.expr, known: dict[str, list[ast.expr]]) -> Iterator[str]:
    """Yield what a part of an f-string may be: its own words, or those of a name."""
    if isinstance(node, ast.FormattedValue):
        plain = isinstance(node.value, ast.Name) and node.conversion == -1
        yield from texts_of(node.value, known) if plain else ()
    else:
        yield from texts_of(node, known)


def said_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of every error that a module makes."""
    tree = ast.parse(path.read_text("utf-8"))
    kinds = errors()
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        known: dict[str, list[ast.expr]] = {}
        inside = list(ast.walk(function))
        for node in inside:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                known.setdefault(node.targets[0].id, []).append(node.value)
        for node in inside:
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in kinds:
                    for text in texts_of(node.args[0], known):
                        yield f"{path.name}:{node.lineno}", text


def reasons_in(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of every sentence that a function returns: why it cannot be done."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Return) and node.value is not None:
            for text in texts_of(node.value, {}):
                if text.count(" ") >= 3:
                    yield f"{path.name}:{node.lineno}", text


def modules(package: object) -> Iterator[Path]:
    root = Path(str(getattr(package, "__file__", ""))).parent
    for path in sorted(root.rglob("*.py")):
        if not NOT_OPERATORS.keys() & {*path.relative_to(root).parts}:
            yield path


@cache
def everything_said() -> list[tuple[str, str]]:
    found = [
        one for package in (gongdan, gongdan_cli) for path in modules(package)
        for one in said_in(path)
    ]  # fmt: skip
    for package in (gongdan_douyin, gongdan_qianniu):
        for path in modules(package):
            found += [*said_in(path), *reasons_in(path)]
    found += reasons_in(Path(gongdan.__file__).parent / "sending" / "checks.py")
    return [(place, text) for place, text in found if re.search("[a-z]{3}", text.replace(HOLE, ""))]


def test_every_error_that_an_operator_meets_is_known_in_chinese() -> None:
    missing = [
        (place, text) for place, text in everything_said()
        if chinese(text) == text and text not in PLACES
    ]  # fmt: skip

    assert missing == [], "write their Chinese into cli/gongdan_cli/words/errors_zh.toml"


def test_nothing_in_the_table_is_said_by_nobody() -> None:
    said = [text for _, text in everything_said()]
    packages = (gongdan, gongdan_cli, gongdan_douyin, gongdan_qianniu)
    sources = [path.read_text("utf-8") for one in packages
               for path in Path(str(one.__file__)).parent.rglob("*.py")]  # fmt: skip
    source = re.sub(r'"\s*\n\s*f?"|\\', "", "".join(sources))  # as one line

    assert [
        one.english
        for one in sayings()
        if one.table not in ("elsewhere", "verdicts")
        and not any(one.read(text) for text in said)
        and not all(part.removeprefix("say ") in source for part in one.plain)
    ] == []


@pytest.mark.parametrize("means", VERBS, ids=lambda means: means.name)
def test_what_a_platform_answered_is_told_in_chinese(means: Means) -> None:
    row = Error("20000", means, zh="办法", en="what to do")
    fault = Fault("20000", "参数错误")

    told = error_of(fault, row, at="douyin main: op", remedy="run 'gongdan shop login main'",
                    show=str)  # fmt: skip

    said = chinese(str(told))
    assert said.startswith("douyin main: op ")
    assert "参数错误" in said
    assert (
        re.search("[a-z]{3}", re.sub("douyin main: op|gongdan shop login main", "", said)) is None
    )


def test_the_chinese_of_a_sentence_has_its_values() -> None:
    for one in sayings():
        assert HAN.search(re.sub(r"\{\w+\}", "", one.chinese)) or "{" in one.chinese, one.english
        assert set(HOLES.findall(one.chinese)) <= set(HOLES.findall(one.english)), one.english


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("no shop 'mian' in g.toml; did you mean main?", "g.toml 里没有店铺 “mian”；是不是 main？"),
        ("main/1: the text is empty; write something", "main/1：内容为空；请写一句"),
        ("cannot connect to h: [Errno 111] Connection refused", "无法连接 h：连接被拒绝"),
        ("g.toml: [gongdan] undo_s: expected int, got text in quotes",
         "g.toml: [gongdan] undo_s：应为 整数，不能是 带引号的文字"),
        ("action 1 is cancelled: there is nothing to decide", "操作 1 不用定：已撤回"),
        ("what nobody has translated: it stays", "what nobody has translated: it stays"),
        ("Invalid value for '-n' / '--limit': 'x' is not a valid integer.",
         "“-n” / “--limit”：“x” 不是整数"),
    ],
)  # fmt: skip
def test_it_is_put_together_from_what_is_known(english: str, said: str) -> None:
    assert chinese(english) == said


def test_words_of_a_platform_cost_no_time() -> None:
    """They may hold anything: only so many marks are looked at."""
    told = "; ".join(f"{number}: x" for number in range(300))

    assert chinese(told) == told


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path, tickets=2)
    monkeypatch.setattr(seam, "open_desk", made.desk)
    monkeypatch.setenv("GONGDAN_CONFIG", str(made.path))
    monkeypatch.delenv("GONGDAN_LANG")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    with made.desk() as desk:
        put(desk.store, "1001", ours(desk.now()), desk.now())
        put(desk.store, "2002", ours(desk.now()), desk.now(), shop="qianniu", stream="refund")
    return made


MISTAKES = {
    "unknown command": ["nix"],
    "unknown option": ["queue", "--nix"],
    "unknown lane": ["queue", "--lane", "nix"],
    "unknown shop": ["queue", "--shop", "nix"],
    "unknown group": ["sync", "--group", "nix"],
    "unknown view": ["queue", "--view", "nix"],
    "no number": ["queue", "-n", "x"],
    "no time": ["queue", "--due-before", "x"],
    "no ticket": ["show", "nix"],
    "no text": ["reply", "1001"],
    "empty text": ["reply", "1001", ""],
    "too long": ["reply", "2002", "字" * 5000],
    "no template": ["reply", "1001", "--template", "nix"],
    "past": ["reply", "1001", "您好", "--promise", "2020-01-01"],
    "past task": ["todo", "add", "1001", "x", "--due", "2020-01-01"],
    "no such action": ["settle", "99"],
    "no such draft": ["approve", "99"],
    "nothing to classify": ["classify", "1001"],
    "priority": ["priority", "1001", "50"],
    "several": ["claim", "1001", "nix"],
    "missing": ["transfer", "1001"],
    "too much": ["show", "1001", "1002"],
    "no file": ["import", "nix.csv", "--shop", "douyin"],
    "no shop to log in": ["shop", "login", "nix"],
    "no backup": ["restore", "nix.db"],
    "no rule": ["sla", "due", "--rule", "nix", "--start", "2026-03-02T20:00"],
    "no duration": ["sla", "due", "--rule", "douyin.provider", "--start", "2026-03-02T20:00",
                    "--target", "x"],
    "no figure": ["stats", "--by", "nix"],
    "name": ["export", "x.doc"],
}  # fmt: skip


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("words", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_in_chinese(words: list[str], run: Run) -> None:
    result = run(*words)

    assert result.exit_code in (1, 2)
    last = result.output.splitlines()[-1]
    assert HAN.search(last)
    named = "gongdan|nix|queue|list|outbox|view|all|tests?|service|reply|douyin|provider|backup"
    assert re.search("[A-Za-z]+ [a-z]+ [a-z]+", re.sub(named, "", last)) is None, last


def newer(place: Office) -> None:
    with sqlite3.connect(place.path.with_name("gongdan.db")) as conn:
        conn.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
                     " VALUES ('gongdan', 'm999_later', '2030-01-01')")  # fmt: skip
    conn.close()


def damaged(place: Office) -> None:
    path = place.path.with_name("gongdan.db")
    path.write_bytes(b"no store at all, but some text" * 100)


def no_settings(place: Office) -> None:
    place.path.unlink()


def slip(place: Office) -> None:
    place.add("[gongdan]\nundo = 3")


def open_secrets(place: Office) -> None:
    place.path.with_name("secrets.toml").chmod(0o644)


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (newer, "由更新版本的 gongdan 写入"), (damaged, "不是 gongdan 的数据库"),
        (no_settings, "没有这个文件；请先运行 gongdan init"),
        (slip, "没有这个设置；是不是 undo_s？"),
        (open_secrets, "这台机器上的其他人可以读取"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)  # fmt: skip
def test_what_is_wrong_with_the_files_is_told_in_chinese(
    trouble: Callable[[Office], None], told: str, place: Office, run: Run
) -> None:
    trouble(place)

    result = run("queue")

    assert result.exit_code in (1, 2)
    assert told in result.stderr


def test_what_a_shop_failed_of_is_told_in_chinese(place: Office, run: Run) -> None:
    place.network.down.add("douyin.sandbox")

    result = run("sync")

    assert "无法连接" in result.stderr


@pytest.mark.usefixtures("place")
def test_scripts_and_english_speakers_get_the_sentence_as_it_is(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = run("claim", "1001", "nix", "--json").stdout
    monkeypatch.setenv("LANG", "en_GB.UTF-8")

    assert "no ticket's id ends in 'nix'" in lines
    assert "no ticket's id ends in 'nix'" in run("show", "nix").stderr
