"""`gongdan sandbox`: the line it prints, faults, how it ends."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import pytest

from gongdan_cli import child
from gongdan_cli.child import sandbox
from gongdan_cli.sandboxes import read_fault

COMMAND = [sys.executable, "-m", "gongdan_cli", "sandbox"]


@contextmanager
def started(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the command and give its first line."""
    process = subprocess.Popen(
        [*COMMAND, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_prints_one_line_and_stops_when_asked(number: signal.Signals) -> None:
    with started("--json", "--shops", "1", "--tickets", "2") as (process, line):
        found = json.loads(line)
        port = int(found["control"].rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port), 5).close()
        process.send_signal(number)

        assert process.wait(10) == 0
    assert {"base_url", "app_key", "app_secret", "shops"} <= set(found["douyin"])
    assert found["qianniu"]["gateway"].endswith("/router/rest")


@pytest.mark.parametrize(
    ("text", "name", "when"),
    [
        ("rate-limit=0.1", "rate-limit", 0.1),
        ("rate-limit=1.0", "rate-limit", 1.0),
        ("lost-response=3", "lost-response", 3),
        ("http-500", "http-500", 1),
    ],
)
def test_a_fault_is_a_name_and_how_often(text: str, name: str, when: float) -> None:
    fault = read_fault(text)

    assert (fault.name, fault.when, type(fault.when)) == (name, when, type(when))


@pytest.mark.parametrize("text", ["nothing=1", "ban=often", "ban=1.5", "ban=0", "ban=-0.1"])
def test_a_fault_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(click.UsageError):
        read_fault(text)


def test_a_port_in_use_is_one_line_and_an_exit_code() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        result = subprocess.run(
            [*COMMAND, "--port", str(port)], capture_output=True, text=True, timeout=30
        )

        assert result.returncode == 1
        assert len(result.stderr.strip().splitlines()) == 1
        assert "in use" in result.stderr
        with pytest.raises(click.ClickException, match="in use"), sandbox(port, 0):
            pass


def test_a_sandbox_that_dies_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    born: list[subprocess.Popen[str]] = []

    class Remembered(subprocess.Popen[str]):
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            born.append(self)

    def outlive() -> None:
        with sandbox(0, 0):
            born[0].kill()
            born[0].wait()
            raise click.ClickException("`gongdan sync` ended with 1")

    monkeypatch.setattr(child, "Popen", Remembered)

    with pytest.raises(click.ClickException, match="the sandbox ended with -9"):
        outlive()
