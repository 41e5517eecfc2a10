"""`gongdan demo`: the real commands against the real sandbox."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Run

COMMAND = [sys.executable, "-m", "gongdan_cli", "demo"]


def test_shows_a_reply_that_arrives(tmp_path: Path) -> None:
    folder = tmp_path / "kept"

    result = subprocess.run(
        [*COMMAND, "--dir", str(folder)], capture_output=True, text=True, timeout=60
    )

    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    shown = result.stdout
    assert "4 of 4 shops up to date" in shown
    assert "thread   1 -> 2 messages" in shown
    assert "our text confirmed" in shown
    assert f"Kept: {folder}" in shown
    assert (folder / "secrets.toml").stat().st_mode & 0o777 == 0o600


def test_prints_no_secret_and_leaves_nothing(tmp_path: Path) -> None:
    result = subprocess.run(
        COMMAND,
        capture_output=True,
        text=True,
        timeout=60,
        env={"TMPDIR": str(tmp_path), "GONGDAN_LANG": "zh", "LANG": "C.UTF-8"},
    )

    assert result.returncode == 0, result.stderr
    assert "平台上的变化" in result.stdout
    assert "app_secret =" not in result.stdout
    assert "5f0c3a52" not in result.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_something_in_it_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    result = run("demo", "--dir", str(tmp_path))

    assert result.exit_code == 2
    assert (tmp_path / "mine.txt").exists()


def test_a_demo_that_is_ended_ends_its_sandbox() -> None:
    process = subprocess.Popen([*COMMAND], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    url = next(found for line in process.stdout if (found := re.search(r"127.0.0.1:(\d+)", line)))

    process.terminate()
    process.communicate(timeout=30)

    assert process.returncode == 143
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(url[1])), 5)


@pytest.mark.parametrize("words", [["--port", "70000"], ["--seed", "x"]])
def test_bad_options_are_usage_errors(words: list[str], run: Run) -> None:
    assert run("demo", *words).exit_code == 2
