"""`gongdan backup` and `restore` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gongdan.store import Store

from .conftest import Run


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "gongdan.toml"
    path.write_text("")
    Store(tmp_path / "gongdan.db").close()
    return path


def test_a_backup_says_what_is_in_it(path: Path, tmp_path: Path, run: Run) -> None:
    result = run("--config", str(path), "backup", str(tmp_path / "b.db"))

    assert result.exit_code == 0
    assert "0 tickets, 0 messages" in result.stdout
    assert "read back" in result.stdout


def test_a_restore_says_where_the_old_store_is(path: Path, tmp_path: Path, run: Run) -> None:
    run("--config", str(path), "backup", str(tmp_path / "b.db"))

    refused = run("--config", str(path), "restore", str(tmp_path / "b.db"))
    done = run("--config", str(path), "restore", str(tmp_path / "b.db"), "--force", "--json")

    assert (refused.exit_code, done.exit_code) == (1, 0)
    assert Path(json.loads(done.stdout)["aside"]).exists()


def test_a_restore_ends_with_4_while_somebody_works(path: Path, tmp_path: Path, run: Run) -> None:
    run("--config", str(path), "backup", str(tmp_path / "b.db"))
    store = Store(tmp_path / "gongdan.db")

    result = run("--config", str(path), "restore", str(tmp_path / "b.db"), "--force")

    store.close()
    assert result.exit_code == 4
    assert "another program has it open" in result.stderr
