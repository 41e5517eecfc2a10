"""Commands that write: reply, cancel, push."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from gongdan.views import RunRow
from gongdan_cli.sending import moved
from gongdan_cli.words.table import Words

from .conftest import Run
from .desk import REPLY, FakeDesk, last

Terminal = Callable[[int], None]


def test_reply_is_queued_and_tells_how_to_take_it_back(run: Run, desk: FakeDesk) -> None:
    result = run("reply", "884357", "您好")

    draft, now, dry_run = last(desk, "draft")
    assert (draft.ticket, draft.text, draft.kind) == ("884357", "您好", "reply")
    assert (now, dry_run) == (False, False)
    assert result.stdout == (
        "#12 queued, goes out at 19:01:00 with the next push or sync; undo: gongdan cancel 12\n"
    )


def test_reply_now_skips_the_undo_time(run: Run, desk: FakeDesk) -> None:
    desk.actions = [msgspec.structs.replace(REPLY, not_before=None)]

    result = run("reply", "884357", "您好", "--now")

    assert last(desk, "draft")[1] is True
    assert result.stdout == "#12 queued, goes out with the next push or sync: gongdan push\n"


@pytest.mark.parametrize("source", ["argument", "file", "stdin"])
def test_text_comes_from_one_of_three_places(
    source: str, run: Run, desk: FakeDesk, tmp_path: Path
) -> None:
    path = tmp_path / "answer.txt"
    path.write_bytes(b"\xef\xbb\xbf" + "您好\n第二行\n".encode())
    words = {"argument": ["您好\n第二行"], "file": ["--file", str(path)], "stdin": ["-"]}[source]

    run("reply", "884357", *words, stdin=path.read_bytes())

    assert last(desk, "draft")[0].text == "您好\n第二行"


@pytest.mark.parametrize(
    ("words", "stdin"),
    [
        pytest.param([], b"", id="no text"),
        pytest.param(["  \n"], b"", id="blank"),
        pytest.param(["-"], b"", id="empty stdin"),
        pytest.param(["-"], b"\xff\xfe", id="not UTF-8"),
        pytest.param(["a", "--file", __file__], b"", id="two texts"),
        pytest.param(["884358"], b"", id="another ticket"),
        pytest.param(["main/service/X-1"], b"", id="another ticket, whole"),
        pytest.param(["a", "--picture", "missing.jpg"], b"", id="no such picture"),
    ],
)
def test_reply_refuses_what_it_cannot_send(
    words: list[str], stdin: bytes, run: Run, desk: FakeDesk
) -> None:
    result = run("reply", "884357", *words, stdin=stdin)

    assert (result.exit_code, desk.asked) == (2, [])


def test_pictures_go_along(run: Run, desk: FakeDesk, tmp_path: Path) -> None:
    for name in ("a.jpg", "b.png"):
        (tmp_path / name).write_bytes(name.encode())
    pictures = [word for name in ("a.jpg", "b.png") for word in ("--picture", str(tmp_path / name))]

    run("reply", "884357", "见图", *pictures)

    assert last(desk, "draft")[0].files == (("a.jpg", b"a.jpg"), ("b.png", b"b.png"))


def test_dry_run_shows_the_requests_and_stores_nothing(run: Run, desk: FakeDesk) -> None:
    result = run("reply", "884357", "您好", "--dry-run")

    assert last(desk, "draft")[2] is True
    assert result.stdout == "POST order.replyService {id, reply}\n"
    assert "Nothing stored or sent" in result.stderr


def test_cancel_says_that_nothing_was_sent(run: Run, desk: FakeDesk) -> None:
    assert run("cancel", "12").stdout == "#12 cancelled, nothing was sent\n"
    assert last(desk, "cancel") == 12


def test_push_prints_what_moved(run: Run, desk: FakeDesk, terminal: Terminal) -> None:
    desk.sent = [msgspec.structs.replace(REPLY, state="confirmed")]
    assert json.loads(run("push").stdout)["state"] == "confirmed"
    terminal(80)

    result = run("push", "--shop", "main", "--dry-run")

    assert result.stdout == "#12 main/service/10884357: confirmed\n"
    asked = last(desk, "push")
    assert (asked["shops"], asked["dry_run"]) == (("main",), True)


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("the platform takes no answer to it now", "被拒绝。平台目前不接受回复"),
        ("isv.nobody-knows", "被拒绝。isv.nobody-knows"),
    ],
)
def test_why_it_did_not_go_is_told_in_chinese_where_the_words_are_ours(
    why: str, told: str, run: Run, desk: FakeDesk, terminal: Terminal,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("GONGDAN_LANG", "zh")
    desk.sent = [msgspec.structs.replace(REPLY, state="refused", why=why)]
    terminal(80)

    assert run("push").stdout == f"#12 main/service/10884357: {told}\n"


def test_what_moved_has_a_colour_and_no_stray_code() -> None:
    row = msgspec.structs.replace(REPLY, state="refused", why="不能延期")

    shown = moved([row], Words("zh"), True)

    assert "�" not in shown
    assert "\x1b[" in shown
    assert shown.endswith("。不能延期")


@pytest.mark.usefixtures("desk")
def test_push_of_nothing_is_success(run: Run, terminal: Terminal) -> None:
    terminal(80)

    result = run("push")

    assert (result.exit_code, result.stdout) == (0, "Nothing was due.\n")


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("sent", 0),
        ("confirmed", 0),
        ("queued", 0),
        ("refused", 1),
        ("answered_by_other", 1),
        ("unknown", 1),
    ],
)
def test_push_fails_if_something_was_not_delivered(
    state: str, code: int, run: Run, desk: FakeDesk
) -> None:
    desk.sent = [msgspec.structs.replace(REPLY, state=state, why="because", their_text="theirs")]

    assert run("push").exit_code == code


def test_push_names_the_shops_that_could_not_be_served(
    run: Run, desk: FakeDesk, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGDAN_LANG", "zh")
    desk.sent = [msgspec.structs.replace(REPLY, state="confirmed")]
    desk.unsent = (
        RunRow(
            id=0, shop="tm-1", outcome="failed", error="token expired", exit_code=3,
            hint_zh="请重新授权", hint_en="log in again",
        ),
    )  # fmt: skip
    piped = run("push")
    terminal(80)

    shown = run("push")

    assert [json.loads(line)["id"] for line in piped.stdout.splitlines()] == [12]
    assert piped.stderr == shown.stderr == "tm-1：失败。token expired\n  请重新授权\n"
    assert shown.stdout == "#12 main/service/10884357: 平台已确认\n"
    assert (piped.exit_code, shown.exit_code) == (3, 3)


def test_push_does_not_say_that_nothing_was_due_where_nothing_could_be_sent(
    run: Run, desk: FakeDesk, terminal: Terminal
) -> None:
    desk.unsent = (RunRow(id=0, shop="main", outcome="failed", error="no route", exit_code=1),)
    terminal(80)

    result = run("push")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "no route" in result.stderr


def test_a_rehearsed_push_never_fails(run: Run, desk: FakeDesk) -> None:
    desk.sent = [msgspec.structs.replace(REPLY, state="unknown")]

    assert run("push", "--dry-run").exit_code == 0
