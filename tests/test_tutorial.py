"""The tutorial, followed to the letter: its files are written, its commands typed, in order."""

from __future__ import annotations

import os
import pty
import re
import socket
import subprocess
import sys
import venv
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs/tutorial.md"
BLOCK = re.compile(r"(?:^`([\w./-]+)`:\n\n)?^```(\w+)\n(.*?)^```", re.M | re.S)
# What needs the internet, and the kit once more; the rest is typed as it stands.
SKIPPED = (
    "python3 -m venv .venv && . .venv/bin/activate",
    "pip install gongdan pytest",
    "pytest -q",
)
# A reader waits until the sandbox listens, and until the platform is looked at again; here it is
# seen whether they do.
LISTENS = "until (exec 3<>/dev/tcp/127.0.0.1/8801) 2>/dev/null; do sleep 0.05; done"
IS_DUE = """python -c '
import sqlite3, time
with sqlite3.connect("gongdan.db") as store:
    due = "SELECT 1 FROM outbox WHERE look_ms > 1000 * ?"
    while store.execute(due, [time.time()]).fetchone():
        time.sleep(0.05)'"""
WAITS = {"sleep 2": LISTENS, "sleep 4": IS_DUE}


def test_the_tutorial_leads_where_it_says(tmp_path: Path) -> None:
    script = "\n".join(steps(free_port()))

    said = typed(f"set -e\n{script}\n", tmp_path, environment(tmp_path))

    assert "bash: " not in said
    assert said.rstrip().endswith("DONE"), said[-3000:]
    for line in expected():
        assert line in said
    checks = said.partition("conform pebble")[2].partition("+ GONGDAN")[0]
    assert re.search(r"\d+ of \d+ checks pass", checks), checks
    assert "FAIL" not in checks
    assert re.findall(r"^#\d main/case/\d+: (\w+)$", said, re.M) == [
        "confirmed", "unknown", "confirmed",
    ]  # fmt: skip
    assert said.rpartition("Thread\n")[2].partition("Ours\n")[0].count("您好，已安排。") == 1


def blocks() -> list[tuple[str, str, str]]:
    """Return (file or "", language, text) of every block, in order."""
    return BLOCK.findall(PAGE.read_text("utf-8"))


def steps(port: int) -> list[str]:
    """Return the lines of a shell that does what the reader does."""
    lines: list[str] = []
    skipped: list[str] = []
    for name, language, text in blocks():
        if name:
            lines.append(f"cat > {name} <<'END_OF_FILE'\n{text}END_OF_FILE")
        elif language == "sh":
            for line in text.splitlines():
                (skipped if line in SKIPPED else lines).append(WAITS.get(line, line))
    assert tuple(skipped) == SKIPPED
    shown = [line if "END_OF_FILE" in line else f"echo {shown_as(line)}\n{line}" for line in lines]
    return [line.replace("8801", str(port)) for line in [*shown, "echo DONE"]]


def shown_as(line: str) -> str:
    return "'+ " + line.replace("'", "") + "'"


def expected() -> list[str]:
    """Return the lines that the page says are printed."""
    (said,) = [text for _, language, text in blocks()[1:] if language == "text"]
    return said.splitlines()


def environment(folder: Path) -> dict[str, str]:
    """Return a fresh environment in which what is installed here is installed as well."""
    fresh = folder / "fresh"
    venv.create(fresh, symlinks=True)
    (place,) = fresh.glob("lib/*/site-packages")
    (place / "ours.pth").write_text("\n".join(path for path in sys.path if path) + "\n", "utf-8")
    programs = {
        "gongdan": "-m gongdan_cli",
        "pytest": "-m pytest -p no:cacheprovider",
        "pip": "-m pip",
    }
    for name, does in programs.items():
        offline = ' "$1" --no-index --no-deps --no-build-isolation -q "${@:2}"'
        given = offline if name == "pip" else ' "$@"'
        path = fresh / "bin" / name
        path.write_text(f'#!/usr/bin/env bash\nexec "{fresh}/bin/python" {does}{given}\n', "utf-8")
        path.chmod(0o755)
    return {
        "PATH": f"{fresh / 'bin'}:{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "GONGDAN_LANG": "en",
        "NO_COLOR": "1",
        "COLUMNS": "100",
        "TERM": "dumb",
    }


def typed(script: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a shell on a terminal, and return all that was shown there."""
    ours, theirs = pty.openpty()
    shell = subprocess.Popen(
        ["bash", "-c", script], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # the last one has hung up
            break
        if not part:
            break
        parts.append(part)
    os.close(ours)
    shell.wait()
    return b"".join(parts).decode("utf-8", "replace").replace("\r\n", "\n")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
