"""What the doctor looks at: each thing fine, and each wrong."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from gongdan import ConfigError, StoreError
from gongdan.desk import Desk
from gongdan.plugins.registry import Plugin, Plugins
from gongdan.store.batch import Batch, Reject
from gongdan.store.state import StoreState
from gongdan.testing.clock import START
from gongdan.upkeep.checkup import PROBLEMS, STALE, Finding, clocks, files, plugins, undesked

from ..office import Office, ours, put


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, ["douyin"], tickets=2)


def wrong(found: Sequence[Finding]) -> list[tuple[str, str]]:
    assert all(one.problem in ("", *PROBLEMS[one.check]) for one in found)
    return [(one.check, one.problem) for one in found if not one.ok]


def test_a_fresh_good_read_is_all_well(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()

        found = desk.checkup(ask=True)

    assert wrong(found) == []
    checks = {one.check for one in found}
    assert checks == set(PROBLEMS) - {
        "quarantine",
        "details",
        "gaps",
        "resending",
        "login",
        "push",
        "alert",
        "going",
        "stranded",
    }


def test_without_asking_no_request_is_made(office: Office) -> None:
    with office.desk() as desk:
        found = desk.checkup()

    assert wrong(found) == [("shop", "never")]
    assert office.network.sent == []


def test_what_was_queued_for_a_shop_that_was_renamed_is_named(office: Office) -> None:
    with office.desk() as desk:
        put(desk.store, "1", ours(START + timedelta(days=1)), START)
        desk.store.outbox.queue(
            "douyin/service/1", kind="reply", parts=["您好"], now=START, not_before=START
        )
    office.path.write_text(office.path.read_text().replace("[shops.douyin]", "[shops.main]"))

    with office.desk() as desk:
        found = [one for one in desk.checkup() if one.check == "stranded"]

    assert [(one.subject, one.problem, one.facts) for one in found] == [
        ("douyin", "gone", {"count": 1})
    ]


@pytest.mark.parametrize(
    ("name", "mode", "problem"),
    [
        ("gongdan.toml", 0o644, []),
        ("gongdan.toml", 0o664, [("settings", "mode")]),
        ("secrets.toml", 0o600, []),
        ("secrets.toml", 0o640, [("secrets", "mode")]),
    ],
)
def test_files_that_others_may_change_or_read(
    name: str, mode: int, problem: list[tuple[str, str]], office: Office
) -> None:
    office.path.chmod(0o644)
    office.path.with_name(name).chmod(mode)

    assert wrong([*files(office.path)]) == problem


def test_settings_that_are_not_there(tmp_path: Path) -> None:
    assert wrong([*files(tmp_path / "gongdan.toml")]) == [("settings", "missing")]


@pytest.mark.parametrize(
    ("error", "check"),
    [
        pytest.param(ConfigError("gongdan.toml: line 3"), "settings", id="settings"),
        pytest.param(StoreError("gongdan.db: is damaged"), "store", id="store"),
    ],
)
def test_why_there_is_no_desk(error: ConfigError, check: str, office: Office) -> None:
    found = undesked(office.path, office.plugins, error)

    assert wrong(found) == [(check, "error")]
    assert found[-1].facts == {"error": str(error)}


def test_what_a_later_gongdan_will_not_run_is_told_and_is_no_fault_yet() -> None:
    found = Plugins([], "")
    found.all.append(Plugin(name="old", version="1", warnings=("ByTime.tick works until 9",)))

    fine, going = plugins(found)

    assert (fine.check, fine.ok, going.check, going.ok) == ("plugin", True, "going", True)
    assert (going.subject, going.facts) == ("old", {"warning": "ByTime.tick works until 9"})


def test_a_plugin_that_does_not_run() -> None:
    (found,) = plugins(Plugins([], "gone"))

    assert (found.subject, found.problem) == ("gone", "broken")
    assert "not installed" in str(found.facts["error"])


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        pytest.param({}, "", id="fine"),
        pytest.param({"mode": 0o640}, "mode", id="others may read it"),
        pytest.param({"journal": "delete"}, "journal", id="no WAL"),
        pytest.param({"wal_bytes": 300_000_000}, "swollen", id="a reader holds the journal"),
        pytest.param({"free_bytes": 100_000_000}, "scarce", id="a full disk"),
    ],
)
def test_a_store_in_trouble(
    changes: dict[str, object], problem: str, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine: dict[str, object] = {
        "path": office.path, "size_bytes": 1, "wal_bytes": 0, "free_bytes": 10**12,
        "journal": "wal", "schema": "m001", "mode": 0o600,
    }  # fmt: skip
    state = StoreState(**(fine | changes))  # type: ignore[arg-type] # the test's own table
    with office.desk() as desk:
        monkeypatch.setattr(desk.store.state, "file", lambda: state)

        (found,) = [one for one in desk.checkup() if one.check == "store"]

    assert found.problem == problem


def test_the_stores_state_is_the_files(office: Office) -> None:
    with office.desk() as desk:
        state = desk.store.state.file()

        assert (state.journal, state.mode) == ("wal", 0o600)
        assert state.size_bytes == desk.config.store_path.stat().st_size
        assert state.schema.startswith("m0")
        assert state.free_bytes > 0


def test_a_shop_whose_first_sync_was_stopped(office: Office) -> None:
    stop = threading.Event()
    with office.desk() as desk:
        desk.sync(stop=stop, progress=lambda *_: stop.set())

        assert wrong(desk.checkup()) == [("shop", "unfinished")]


@pytest.mark.parametrize(
    ("later", "problem"),
    [
        pytest.param(STALE, [], id="an hour"),
        pytest.param(STALE + timedelta(seconds=1), [("shop", "old")], id="more"),
    ],
)
def test_a_shop_that_nobody_reads(
    later: timedelta, problem: list[tuple[str, str]], office: Office
) -> None:
    with office.desk() as desk:
        desk.sync()
        read = desk.shops()[0].last_good
        assert read is not None
        office.clock.set(read + later)

        assert wrong(desk.checkup()) == problem


def test_a_shop_that_cannot_be_read(office: Office) -> None:
    with office.desk() as desk:
        office.network.down.add("douyin.sandbox")
        desk.sync()

        assert wrong(desk.checkup(ask=True)) == [("shop", "failing"), ("access", "asked")]


def test_rows_nobody_understood_and_details_nobody_can_read(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        name = put(desk.store, "1", ours(START), START)
        desk.store.cases.owe("douyin", "service", ["1"], "changed")
        assert ("details", "") in [(one.check, one.problem) for one in desk.checkup()]
        desk.store.cases.postpone(name, START, "no such case")
        reject = Reject(
            kind="row", remote_id="9", updated=START, raw=b"{}", digest=b"9", reason="no id"
        )
        batch = Batch(
            platform="douyin", shop="douyin", stream="service", run=1, at=START, rejects=[reject]
        )
        desk.store.cases.commit(batch)

        found = desk.checkup()

    assert wrong(found) == [("quarantine", "rows"), ("details", "failing")]
    (details,) = [one for one in found if one.check == "details"]
    assert (details.facts["failing"], details.facts["error"]) == (1, "no such case")


@pytest.mark.parametrize(
    ("offset_s", "problem"),
    [(0.0, ""), (59.0, ""), (-59.0, ""), (61.0, "skewed"), (-61.0, "skewed")],
)
def test_a_clock_that_is_wrong(offset_s: float, problem: str) -> None:
    (found,) = clocks({"douyin/68": offset_s})

    assert (found.subject, found.problem) == ("douyin/68", problem)


@pytest.mark.parametrize(
    ("state", "needed"),
    [("queued", False), ("sending", False), ("unknown", True), ("refused", True), ("sent", False)],
)
def test_actions_that_need_a_person(state: str, needed: bool, office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        queue(desk, state)

        assert wrong(desk.checkup()) == ([("outbox", "person")] if needed else [])


def test_a_rules_table_and_levels_that_cannot_be_used(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
    office.add('[shops.douyin.rules."douyin.service.normal"]\nmode = "fast"\n')
    with office.desk() as desk:
        found = [one for one in desk.checkup() if one.check == "rules"]

    assert wrong(found) == [("rules", "error")]
    assert "douyin.service.normal" in str(found[0].facts["error"])


def test_looking_rebuilds_no_deadline(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
        put(desk.store, "1", ours(START), START)

        (found,) = [one for one in desk.checkup() if one.check == "rules"]

    assert found.facts["stale"] == 1


def test_rules_tell_what_the_shop_changed_and_what_is_stale(office: Office) -> None:
    with office.desk() as desk:
        desk.sync()
    office.add('[shops.douyin.rules."douyin.service.normal"]\nmode = "roll"\n')
    with office.desk() as desk:
        (found,) = [one for one in desk.checkup() if one.check == "rules"]

    assert found.ok
    assert found.facts["changed"] == "douyin.service.normal"
    assert found.facts["version"]


@pytest.mark.parametrize("name", ["classes.toml", "people.toml", "playbooks.toml", "[drafts]"])
def test_a_mistake_that_a_sync_goes_on_after_is_found(office: Office, name: str) -> None:
    if name == "[drafts]":
        office.add("[drafts]\nx = 1")
    else:
        office.path.with_name(name).write_text("[a]\nx = 1\n")

    with office.desk() as desk:
        found = [one for one in desk.checkup() if one.check == "settings" and not one.ok]

    assert [name in str(one.facts["error"]) for one in found] == [True]


def queue(desk: Desk, state: str) -> None:
    name = put(desk.store, "1", ours(START), START)
    desk.store.outbox.queue(
        name, kind="reply", parts=["words"], not_before=START, now=START, state=state
    )
