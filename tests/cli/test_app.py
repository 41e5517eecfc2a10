"""The group: help, what it loads, errors and exit codes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from rich.cells import cell_len

from gongdan import AccessDenied, AuthExpired, Busy, ConfigError, GongdanError, NotFound, Refused
from gongdan_cli.app import SECTIONS, cli

from .conftest import Run
from .desk import FakeDesk

HEAVY = ("httpx", "sqlite_utils", "rich", "starlette", "uvicorn", "gongdan_douyin", "gongdan")


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command and subcommand with the words that call it."""
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        yield name, command
        if isinstance(command, click.Group):
            for below in command.list_commands(context):
                sub = command.get_command(context, below)
                assert sub is not None
                yield f"{name} {below}", sub


@pytest.mark.parametrize("name", [name for name, _ in commands()])
def test_every_help_has_an_example_that_calls_it(name: str, run: Run) -> None:
    result = run(*name.split(), "--help")

    assert result.exit_code == 0
    assert f"  gongdan {name}" in result.output.partition("Example")[2] or name == "init"


def test_help_lists_every_command_once_under_its_heading(run: Run) -> None:
    lines = run("--help").output.splitlines()

    for title, names in SECTIONS.items():
        assert f"{title}:" in lines
        for name in names:
            assert sum(line.startswith(f"  {name} ") for line in lines) == 1


@pytest.mark.parametrize(
    "name", ["", *(name for name, c in commands() if isinstance(c, click.Group))]
)
def test_a_list_of_commands_has_whole_lines_of_80_columns(name: str, run: Run) -> None:
    """The width of a plain terminal, and of a Chinese letter two columns."""
    lines = run(*name.split(), "--help").output.splitlines()

    described = [line for line in lines if re.match(r"  [a-z]+[a-z-]*  +[A-Z]", line)]
    known = [
        below.rpartition(" ")[2] for below, _ in commands() if below.rpartition(" ")[0] == name
    ]
    assert [line.split()[0] for line in described] == known
    assert all(line.endswith((".", ";")) and not line.endswith("...") for line in described)
    assert max(map(cell_len, described)) <= 80


@pytest.mark.parametrize("words", [["--help"], ["queue", "--help"], ["demo", "--help"]])
def test_help_loads_no_plugin_and_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys\nfrom gongdan_cli.app import cli\n"
        f"try: cli({words!r})\nexcept SystemExit: pass\n"
        f"print('HEAVY', sorted(set(sys.modules) & {set(HEAVY)!r}))"
    )

    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    ).stdout

    assert output.endswith("HEAVY []\n")


def test_an_unknown_command_is_a_usage_error(run: Run) -> None:
    assert run("quue").exit_code == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(Refused("douyin: no"), 1, id="refused"),
        pytest.param(ConfigError("gongdan.toml: no shop"), 2, id="settings"),
        pytest.param(NotFound("no ticket ends so"), 2, id="not found"),
        pytest.param(AuthExpired("main: token expired"), 3, id="expired"),
        pytest.param(AccessDenied("main: IP not allowed"), 3, id="denied"),
        pytest.param(Busy("main is held"), 4, id="busy"),
        pytest.param(KeyboardInterrupt(), 130, id="ctrl-c"),
    ],
)
def test_an_error_is_one_line_and_its_exit_code(
    error: Exception, code: int, run: Run, desk: FakeDesk
) -> None:
    desk.error = error

    result = run("queue")

    assert result.exit_code == code
    assert result.stdout == ""
    assert result.stderr.strip() == f"gongdan: {str(error) or 'stopped'}"


@pytest.mark.parametrize(("lang", "hint"), [("en", "look again"), ("zh_CN.UTF-8", "重新查看")])
def test_a_hint_is_in_the_users_language(
    lang: str, hint: str, run: Run, desk: FakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGDAN_LANG", lang)
    desk.error = GongdanError("no", hint_en="look again", hint_zh="重新查看")

    assert run("outbox").stderr == f"gongdan: no\n  {hint}\n"


def test_our_own_bug_tells_the_place_and_no_data(run: Run, desk: FakeDesk) -> None:
    desk.error = KeyError("13800138000")

    result = run("queue")

    assert result.exit_code == 1
    assert "13800138000" not in result.stderr
    assert "KeyError at desk.py:" in result.stderr


def test_debug_tells_everything(run: Run, desk: FakeDesk) -> None:
    desk.error = KeyError("the whole story")

    result = run("--debug", "queue")

    assert "Traceback" in result.stderr
    assert "the whole story" in result.stderr


def test_an_error_message_cannot_paint_the_terminal(run: Run, desk: FakeDesk) -> None:
    desk.error = Refused("platform said \x1b[2J\nboo")

    assert run("queue").stderr == "gongdan: platform said �[2J boo\n"


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (["--config", "a.toml", "queue"], "a.toml"),
        (["queue", "--config", "b.toml"], "b.toml"),
        (["--config", "a.toml", "queue", "--config", "b.toml"], "b.toml"),
        (["queue"], "None"),
    ],
)
def test_config_is_taken_before_and_after_the_command(
    words: list[str], path: str, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gongdan_cli import office
    from gongdan_cli.options import config_path

    seen: list[str] = []

    def open_desk() -> FakeDesk:
        seen.append(str(config_path()))
        return FakeDesk()

    monkeypatch.setattr(office, "open_desk", open_desk)
    run(*words)

    assert seen == [path]


def test_version_is_the_distributions(run: Run) -> None:
    from importlib.metadata import version

    assert version("gongdan") in run("--version").output
