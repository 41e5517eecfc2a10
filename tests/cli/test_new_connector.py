"""`gongdan new-connector`: what it makes installs beside ours and passes the kit."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from gongdan_cli.scaffold import files, make_project

from .conftest import Run

MOST_LINES = 199


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_project_is_made_and_said_what_to_do_next(run: Run, tmp_path: Path) -> None:
    result = run("new-connector", "my_shop")

    made = tmp_path / "gongdan-my-shop"
    assert result.exit_code == 0
    assert "cd gongdan-my-shop" in result.stdout
    assert "gongdan conform my_shop" in result.stdout
    assert sorted(path.name for path in made.iterdir()) == [
        "README.md", "gongdan_my_shop", "pyproject.toml", "tests",
    ]  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["gongdan-my-shop"]


@pytest.mark.parametrize("place", ["src/mine", "empty", "."])
def test_a_folder_that_is_named_becomes_the_project(place: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    if place == ".":
        (tmp_path / "empty").rmdir()

    result = run("new-connector", "my_shop", "--dir", place)

    assert result.exit_code == 0, result.stderr
    assert sorted(path.name for path in (tmp_path / place).iterdir()) == [
        "README.md", "gongdan_my_shop", "pyproject.toml", "tests",
    ]  # fmt: skip


def test_nothing_of_the_template_s_name_is_left(tmp_path: Path) -> None:
    made = make_project("my_shop", tmp_path / "made")

    told = [path for path in made.rglob("*") if "acme" in path.name.lower()]
    told += [path for path in made.rglob("*.*") if "acme" in path.read_text("utf-8").lower()]
    assert told == []


def test_the_template_is_small() -> None:
    assert sum(len(path.read_text("utf-8").splitlines()) for path in files()) <= MOST_LINES


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("My-Shop", "try my_shop", id="capitals"),
        pytest.param("gongdan-acme", "try acme", id="the distribution's name"),
        pytest.param("../acme", "try acme", id="a path"),
        pytest.param("1688", "a letter first; try acme", id="digits"),
        pytest.param("x" * 33, "at most 32", id="long"),
        pytest.param("", "cannot be a platform's name", id="nothing"),
        pytest.param("douyin", "there is a module gongdan_douyin already", id="a platform"),
        pytest.param("cli", "there is a module gongdan_cli already", id="a part of ours"),
    ],
)
def test_a_name_that_cannot_be_one_is_refused(
    name: str, told: str, run: Run, tmp_path: Path
) -> None:
    result = run("new-connector", name)

    assert result.exit_code == 2
    assert told in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_stays_as_it_is(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "gongdan-acme/notes.txt"
    mine.parent.mkdir()
    mine.write_text("mine")

    result = run("new-connector", "acme")

    assert result.exit_code == 2
    assert "gongdan-acme is there already" in result.stderr
    assert [path.name for path in mine.parent.iterdir()] == ["notes.txt"]


def test_a_disk_that_is_full_leaves_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Path.write_text

    def full(self: Path, data: str, encoding: str = "utf-8") -> int:
        if self.name == "sandbox.py":
            raise OSError(28, "No space left on device", str(self))
        return whole(self, data, encoding)

    monkeypatch.setattr(Path, "write_text", full)

    result = run("new-connector", "acme")

    assert result.exit_code == 1
    assert "No space left on device" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_installs_beside_ours_and_passes_the_kit(tmp_path: Path) -> None:
    made, fresh = make_project("my_shop", tmp_path / "made"), tmp_path / "fresh"
    python = fresh / "bin/python"
    venv.create(fresh, symlinks=True)
    (place,) = fresh.glob("lib/*/site-packages")
    ours = "\n".join(path for path in sys.path if path)  # what is installed here is there as well
    (place / "ours.pth").write_text(f"{ours}\n", "utf-8")
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}

    def does(*words: str) -> str:
        done = subprocess.run(
            [str(python), "-m", *words],
            cwd=made, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    wheel = ("--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
    does("pip", "install", "-q", *wheel, ".")
    told = [json.loads(line) for line in does("gongdan_cli", "plugins", "--json").splitlines()]
    tested = does("pytest", "-q", "-W", "error", "-p", "no:cacheprovider")

    (mine,) = (one for one in told if one["name"] == "my_shop")
    assert (mine["version"], mine["error"]) == ("0.1.0", "")
    assert mine["from"] == "gongdan-my-shop (gongdan_my_shop)"
    assert mine["platforms"][0]["streams"] == {"case": ["reply"]}
    assert "failed" not in tested
    assert " passed" in tested
