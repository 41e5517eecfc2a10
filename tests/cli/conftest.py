"""What every test of the command line gets: a desk, a way to run, and no language by chance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import pytest
from click.testing import CliRunner, Result

from gongdan_cli import office, output
from gongdan_cli.app import cli

from .desk import FakeDesk


class Run(Protocol):
    """Run one command."""

    def __call__(self, *args: str, stdin: str | bytes | None = None) -> Result: ...


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "GONGDAN_CONFIG", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GONGDAN_LANG", "en")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> FakeDesk:
    """Put a fake desk at the one seam where commands get theirs."""
    fake = FakeDesk()
    monkeypatch.setattr(office, "open_desk", lambda: fake)
    return fake


@pytest.fixture
def run() -> Run:
    """Run a command as a script would: output goes to a pipe."""

    def invoke(*args: str, stdin: str | bytes | None = None) -> Result:
        return CliRunner().invoke(cli, list(args), input=stdin)

    return invoke


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make the commands believe that a person reads them, on so many columns."""

    def sit_down(columns: int = 100) -> None:
        monkeypatch.setattr(output, "on_terminal", lambda: True)
        monkeypatch.setenv("COLUMNS", str(columns))

    return sit_down
