"""`gongdan reply --copy`: the words themselves, by the desktop's command or the terminal's own."""

from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gongdan_cli.app import cli
from gongdan_cli.clipboard import copy
from tests.core.office import Office, ours, put

WORDS = "您好，已补发。\n单号 SF1 ✔️"
_VARIABLES = ("WAYLAND_DISPLAY", "DISPLAY", "SSH_TTY", "SSH_CONNECTION")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine without a desktop and a terminal; return the folder of its commands."""
    for name in _VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def command(folder: Path, name: str, ends: int = 0) -> Path:
    """Put a command there that keeps what it is given."""
    kept = folder / f"{name}.given"
    script = folder / name
    script.write_text(f'#!/bin/sh\n/bin/cat > "{kept}"\nexit {ends}\n')
    script.chmod(0o755)
    return kept


@pytest.mark.parametrize(
    ("name", "variable"), [("wl-copy", "WAYLAND_DISPLAY"), ("xclip", "DISPLAY"), ("pbcopy", "")]
)
def test_the_desktops_command_is_given_the_words_alone(
    bare: Path, monkeypatch: pytest.MonkeyPatch, name: str, variable: str
) -> None:
    kept = command(bare, name)
    if variable:
        assert copy(WORDS) == ""
        monkeypatch.setenv(variable, ":0")

    assert copy(WORDS) == "desktop"
    assert kept.read_bytes() == WORDS.encode()


def test_a_command_that_fails_leaves_it_to_the_next(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    command(bare, "xclip", ends=1)
    kept = command(bare, "xsel")

    assert copy(WORDS) == "desktop"
    assert kept.read_bytes() == WORDS.encode()


def test_over_ssh_it_is_the_terminal_that_has_the_clipboard(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = command(bare, "pbcopy")
    monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())

    assert copy(WORDS) == "terminal"
    start, _, rest = terminal.getvalue().rpartition(";")
    assert (start, rest[-1]) == ("\x1b]52;c", "\x07")
    assert base64.b64decode(rest[:-1]).decode() == WORDS
    assert not kept.exists()


@pytest.mark.parametrize("kind", ["dumb", "linux", ""])
def test_a_terminal_that_has_none_is_told_nothing(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("TERM", kind)
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())

    assert (copy(WORDS), terminal.getvalue()) == ("", "")


# the command


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, words)


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Office(tmp_path, ["qianniu"], tickets=1).desk() as desk:
        put(desk.store, "5001", ours(desk.now()), desk.now(), shop="qianniu", stream="coordination")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("case")
def test_an_answer_is_printed_copied_and_kept(bare: Path) -> None:
    kept = command(bare, "pbcopy")

    result = typed("reply", "5001", "您好，已补发。", "--copy")

    assert (result.exit_code, result.stdout) == (0, "您好，已补发。\n")
    assert "copied to the clipboard" in result.stderr
    assert kept.read_text("utf-8") == "您好，已补发。"
    row = json.loads(typed("outbox", "--all", "--json").stdout)
    assert (row["state"], row["text"]) == ("draft", "您好，已补发。")


@pytest.mark.usefixtures("case")
def test_without_a_clipboard_it_is_said_and_still_printed() -> None:
    result = typed("reply", "5001", "您好，已补发。", "--copy")

    assert (result.exit_code, result.stdout) == (1, "您好，已补发。\n")
    assert "not copied: there is no clipboard here" in result.stderr


def test_a_clipboard_holds_one_text() -> None:
    result = typed("reply", "10005001", "10005002", "您好", "--copy")

    assert result.exit_code == 2
    assert "one ticket" in result.stderr
