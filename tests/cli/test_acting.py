"""Commands that act on a case: evidence, remark, reasons; agree, refuse, extend; and receive."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gongdan import Option, Refused

from .conftest import Run
from .desk import FakeDesk, last

TICKET = "10884357"
LINK = "https://img.example.com/pod.jpg"


def test_evidence_takes_addresses_and_files(run: Run, desk: FakeDesk, tmp_path: Path) -> None:
    file = tmp_path / "pod.jpg"
    file.write_bytes(b"\xff\xd8\xff")

    result = run("evidence", TICKET, "签收底单", "--picture", LINK, "--picture", str(file), "--now")

    draft, now, _ = last(desk, "draft")
    assert result.exit_code == 0, result.stderr
    assert (draft.kind, draft.text, now) == ("evidence", "签收底单", True)
    assert draft.files == ((LINK, b""), ("pod.jpg", b"\xff\xd8\xff"))


def test_a_picture_that_is_not_there_is_a_usage_error(run: Run, desk: FakeDesk) -> None:
    assert run("reply", TICKET, "您好", "--picture", "nowhere.jpg").exit_code == 2
    assert desk.asked == []


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ([], {}),
        (["--order"], {"on": "order"}),
        (["--star", "3"], {"star": "3", "on": "order"}),
    ],
)
def test_a_remark_goes_on_the_case_or_its_order(
    run: Run, desk: FakeDesk, words: list[str], fields: dict[str, str]
) -> None:
    run("remark", TICKET, "在查", *words)

    draft = last(desk, "draft")[0]
    assert (draft.kind, draft.text, dict(draft.fields)) == ("remark", "在查", fields)


def test_a_ticket_of_ours_is_withdrawn_with_a_reason(run: Run, desk: FakeDesk) -> None:
    assert run("withdraw", TICKET).exit_code == 2
    assert desk.asked == []

    run("withdraw", TICKET, "--reason", "仓库已处理", "--now")

    draft, now, _ = last(desk, "draft")
    assert (draft.kind, draft.text, now) == ("withdraw", "仓库已处理", True)


def test_a_ticket_is_raised_to_colleagues_with_pictures(
    run: Run, desk: FakeDesk, tmp_path: Path
) -> None:
    file = tmp_path / "cup.jpg"
    file.write_bytes(b"\xff\xd8\xff")
    assert run("raise", TICKET, "补发").exit_code == 2

    run("raise", TICKET, "补发", "--to", "7=小周", "--to", "8=小王", "--picture", str(file))

    draft = last(desk, "draft")[0]
    assert (draft.kind, draft.text, len(draft.files)) == ("raise", "补发", 1)
    assert dict(draft.fields) == {"to": "7=小周\n8=小王", "title": ""}


def test_reasons_are_the_platforms(
    run: Run, desk: FakeDesk, terminal: Callable[[int], None]
) -> None:
    desk.offered = [
        Option("102", "已签收", "签收底单", needs_files=True),
        Option("103", "协商一致"),
    ]

    as_json = run("reasons", TICKET)
    terminal(80)
    shown = run("reasons", TICKET)

    assert last(desk, "options") == (TICKET, "refuse")
    assert [json.loads(line)["code"] for line in as_json.stdout.splitlines()] == ["102", "103"]
    assert shown.stdout.splitlines() == [
        "102  已签收  (needs a picture)  签收底单",
        "103  协商一致",
    ]


@pytest.mark.parametrize(
    ("command", "more"),
    [("agree", ()), ("refuse", ("您好", "--reason", "103")), ("extend", ())],
)
def test_money_is_asked_about(
    run: Run, desk: FakeDesk, command: str, more: tuple[str, ...]
) -> None:
    unasked = run(command, TICKET, *more)
    meant = run(command, TICKET, *more, "--yes")

    asked = [asked[2] for name, asked in desk.asked if name == "draft"]
    assert unasked.exit_code == 2
    assert "--yes" in unasked.stderr
    assert "main/service/10884357" in unasked.stderr  # the case is shown first
    assert meant.exit_code == 0, meant.stderr
    assert asked == [True, True, False]  # looked at twice, queued once
    assert last(desk, "draft")[0].kind == command


def test_a_person_can_say_no(run: Run, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("click.testing._NamedTextIOWrapper.isatty", lambda _: True, raising=False)

    result = run("agree", TICKET, stdin="n\n")

    assert result.exit_code == 130
    assert "moves money" in result.stderr
    assert not any(asked[2] is False for name, asked in desk.asked if name == "draft")


def test_what_is_refused_is_not_asked_about(run: Run, desk: FakeDesk) -> None:
    desk.error = Refused("main/service/10884357: 'agree' moves money, which is off for this shop")

    result = run("agree", TICKET, "--yes")

    assert result.exit_code == 1
    assert "off for this shop" in result.stderr


def test_fields_are_names_and_values(run: Run, desk: FakeDesk) -> None:
    run("agree", TICKET, "--yes", "--field", "address_id=55", "--field", "a=b=c")
    bad = run("agree", TICKET, "--yes", "--field", "address_id")

    assert dict(last(desk, "draft")[0].fields) == {"address_id": "55", "a": "b=c"}
    assert bad.exit_code == 2


def test_receive_says_where_it_listens_and_stops(tmp_path: Path) -> None:
    path = tmp_path / "gongdan.toml"
    path.write_text(
        '[apps.dy]\nplatform = "douyin"\napp_key = "6"\n[shops.main]\napp = "dy"\nremote_id = "1"\n'
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "gongdan_cli", "--config", str(path), "receive", "--port", "0",
         "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    told = json.loads(process.stdout.readline())

    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)

    assert told["push"] == [f"{told['url']}/push/douyin/dy"]
    assert process.returncode in (0, -signal.SIGTERM)
