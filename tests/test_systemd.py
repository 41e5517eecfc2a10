"""The unit files of docs/systemd: known keys, commands that can be typed, timers that fit."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from gongdan_cli.app import cli

FOLDER = Path(__file__).resolve().parent.parent / "docs/systemd"
UNITS = sorted(FOLDER.iterdir())
GONGDAN = "/opt/gongdan/bin/gongdan"
KEYS = {  # of systemd.unit(5), .service(5), .exec(5), .kill(5), .timer(5)
    "Unit": {"Description", "Wants", "After"},
    "Service": {
        "Type", "User", "WorkingDirectory", "Environment", "EnvironmentFile", "ExecStart",
        "SuccessExitStatus", "KillSignal", "TimeoutStartSec", "TimeoutStopSec", "Restart",
        "RestartSec", "UMask", "NoNewPrivileges", "PrivateTmp", "ProtectHome", "ProtectSystem",
        "ReadWritePaths",
    },
    "Timer": {"OnCalendar", "AccuracySec", "RandomizedDelaySec", "Persistent", "Unit"},
    "Install": {"WantedBy"},
}  # fmt: skip


def settings(unit: Path) -> list[tuple[str, str, str]]:
    """Return section, key and value of every line that is not a comment."""
    found, section = [], ""
    for line in unit.read_text("utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            key, equals, value = line.partition("=")
            assert equals, line
            found.append((section, key, value))
    return found


def values(unit: Path, key: str) -> list[str]:
    return [value for _, name, value in settings(unit) if name == key]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_has_only_keys_that_its_section_knows(unit: Path) -> None:
    found = settings(unit)

    assert found
    assert [(section, key) for section, key, _ in found if key not in KEYS[section]] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_command_of_a_unit_can_be_typed(unit: Path) -> None:
    for line in values(unit, "ExecStart"):
        words = shlex.split(line[line.index(GONGDAN) :].rstrip("'"))[1:]
        command = cli.get_command(click.Context(cli), words[0])
        assert command is not None, line
        known = {option for param in command.params for option in param.opts}
        assert {word for word in words if word.startswith("--")} <= known


def test_every_timer_starts_a_unit_that_is_there() -> None:
    timers = [unit for unit in UNITS if unit.suffix == ".timer"]

    assert timers
    for timer in timers:
        (name,) = values(timer, "Unit")
        assert (FOLDER / name).exists()
        (when,) = values(timer, "OnCalendar")
        assert re.fullmatch(r"\*-\*-\* [\d*]+:[\d*]+:00( Asia/Shanghai)?", when)


def test_a_service_writes_where_its_store_is() -> None:
    for unit in (unit for unit in UNITS if unit.suffix == ".service"):
        (folder,) = values(unit, "WorkingDirectory")
        (places,) = values(unit, "ReadWritePaths")
        assert folder in places.split()
        assert f"GONGDAN_CONFIG={folder}/gongdan.toml" in values(unit, "Environment")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text("utf-8").replace(GONGDAN, sys.executable)
        (tmp_path / unit.name).write_text(text.replace("User=gongdan\n", ""), "utf-8")

    found = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (found.returncode, found.stderr) == (0, "")
