"""`gongdan init` and `gongdan shop add` on real files."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from .conftest import Run

SECRETS = ["--secret", "app_secret", "--secret", "token", "--secret", "main.code", "--secret-stdin"]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the settings file that the commands work on."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "gongdan.toml"


def add(run: Run, alias: str, shop: str, *more: str, stdin: str = "") -> int:
    """Add a shop; return the exit code."""
    words = ["shop", "add", alias, "--platform", "douyin", "--id", shop]
    return run(*words, *more, stdin=stdin).exit_code


def test_init_writes_a_file_once(run: Run, path: Path) -> None:
    assert run("init").exit_code == 0
    before = path.read_bytes()

    again = run("init")

    assert again.exit_code == 2
    assert path.read_bytes() == before


def test_init_writes_where_config_says(run: Run, path: Path) -> None:
    other = path.parent / "other.toml"

    assert run("--config", str(other), "init").exit_code == 0
    assert other.exists()
    assert not path.exists()


def test_a_shop_and_its_app_are_added_and_secrets_kept_apart(run: Run, path: Path) -> None:
    more = ["--app", "dy", "--app-key", "68", "--name", "小店", *SECRETS]

    code = add(run, "main", "77977", *more, stdin="s3cret\nt0ken\nc0de\n")

    settings = tomllib.loads(path.read_text("utf-8"))
    secrets = tomllib.loads((path.parent / "secrets.toml").read_text("utf-8"))
    assert code == 0
    assert settings["apps"] == {"dy": {"platform": "douyin", "app_key": "68"}}
    assert settings["shops"] == {"main": {"app": "dy", "remote_id": "77977", "name": "小店"}}
    assert secrets == {"dy": {"app_secret": "s3cret"}, "main": {"token": "t0ken", "code": "c0de"}}
    assert (path.parent / "secrets.toml").stat().st_mode & 0o777 == 0o600
    assert "s3cret" not in path.read_text("utf-8")


def test_a_second_shop_joins_the_app(run: Run, path: Path) -> None:
    assert add(run, "main", "77977", "--app-key", "68") == 0
    assert add(run, "two", "95250") == 0

    settings = tomllib.loads(path.read_text("utf-8"))
    assert list(settings["apps"]) == ["douyin"]
    assert list(settings["shops"]) == ["main", "two"]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["main", "1"], id="alias taken"),
        pytest.param(["Böse/Name", "1"], id="no alias"),
        pytest.param(["two", "2", "--app-key", "another"], id="another key for the app"),
        pytest.param(["two", "2", "--secret", "token", "--secret-stdin"], id="no secret on stdin"),
    ],
)
def test_what_cannot_be_added_changes_nothing(words: list[str], run: Run, path: Path) -> None:
    assert add(run, "main", "77977", "--app-key", "68") == 0
    before = path.read_bytes()

    assert add(run, *words) == 2
    assert path.read_bytes() == before
    assert not (path.parent / "secrets.toml").exists()


def test_no_settings_is_one_line_that_says_what_to_do(run: Run, path: Path) -> None:
    result = run("queue")

    assert not path.exists()
    assert result.exit_code == 2, result.stderr
    assert "gongdan init" in result.stderr
