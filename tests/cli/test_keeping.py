"""`gongdan backup` and `restore` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gongdan import Status, Ticket
from gongdan.store import Store
from gongdan.testing.clock import START
from tests.core.office import ours, put

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


def test_erase_asks_first_and_names_what_it_leaves(path: Path, tmp_path: Path, run: Run) -> None:
    path.write_text('[shops.douyin]\nplatform = "douyin"\nremote_id = "1"\n')
    store = Store(tmp_path / "gongdan.db")
    done = put(store, "900", Ticket(status=Status.CLOSED, buyer_id="B1"), START)
    is_open = put(store, "901", ours(START, buyer_id="B1"), START)
    store.close()
    erase = ("--config", str(path), "erase", "--buyer", "B1")

    unasked = run(*erase)
    dry = run(*erase, "--dry-run")
    result = run(*erase, "--yes")

    assert (unasked.exit_code, dry.exit_code, result.exit_code) == (2, 1, 1)
    assert dry.stdout == f"{done}\nIt would be 1 tickets.\n"
    assert result.stdout == "Erased from 1 tickets. Backups still hold it.\n"
    assert result.stderr.startswith(f"{is_open}: left as it is")


def test_erase_wants_to_know_whose(path: Path, run: Run) -> None:
    assert run("--config", str(path), "erase", "--yes").exit_code == 2


def test_prune_without_limits_says_that_all_is_kept(path: Path, run: Run) -> None:
    assert run("--config", str(path), "prune").stdout.startswith("Nothing: keep_days")
