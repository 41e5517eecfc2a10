"""Saved views, and one thing done with what the queue shows; over a whole desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gongdan import Status, Ticket, Who
from gongdan.desk import Desk
from gongdan.queue.savedviews import NAME
from gongdan_cli import office as seam
from tests.core.office import Office, put

from .conftest import Run

pytestmark = pytest.mark.usefixtures("office")
IDS = [f"douyin/service/{number}" for number in (1001, 1002, 1003)]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path)
    monkeypatch.setattr(seam, "open_desk", made.desk)
    monkeypatch.setenv("GONGDAN_CONFIG", str(made.path))
    monkeypatch.setattr("getpass.getuser", lambda: "小王")
    with made.desk() as desk:
        for number, kind in ((1001, "物流"), (1002, "物流"), (1003, "商品")):
            said = Ticket(
                status=Status.PENDING, turn=Who.MERCHANT, kind_text=kind, title=f"包裹{number}",
                created=desk.now(), deadline=desk.now() + timedelta(hours=number - 1000),
            )  # fmt: skip
            put(desk.store, str(number), said, desk.now())
    return made


@pytest.fixture
def desk(office: Office) -> Iterator[Desk]:
    with office.desk() as desk:
        yield desk


def shown(run: Run, *words: str) -> list[str]:
    return [json.loads(line)["id"] for line in run("queue", *words).stdout.splitlines()]


def views(office: Office) -> str:
    return office.path.with_name(NAME).read_text("utf-8")


def test_a_view_is_kept_as_typed_and_used_with_more_filters(run: Run, office: Office) -> None:
    saved = run("view", "save", "近期", "-s", "douyin", "--sort", "newest", "包裹")

    assert saved.exit_code == 0
    assert '"近期" = "-s douyin --sort newest 包裹"' in views(office)
    assert shown(run, "--view", "近期") == IDS[::-1]
    assert shown(run, "--view=近期", "1002") == [IDS[1]]
    assert shown(run, "--view", "近期", "--sort", "oldest", "-n", "1") == IDS[:1]
    refused = run("search", "1003", "--view", "近期")  # a search has one order
    assert (refused.exit_code, "--sort" in refused.stderr) == (2, True)


def test_a_search_takes_a_view_of_filters_alone(run: Run) -> None:
    run("view", "save", "ours", "-s", "douyin")

    found = [
        json.loads(line)["id"]
        for line in run("search", "1003", "--view", "ours").stdout.splitlines()
    ]

    assert found == [IDS[2]]


def test_a_view_is_looked_for_beside_the_settings_that_are_named(
    run: Run, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GONGDAN_CONFIG")
    config = ("--config", str(office.path))

    run("view", "save", "ours", "-s", "douyin", *config)

    assert shown(run, "--view", "ours", *config) == IDS
    assert json.loads(run("view", "list", *config).stdout) == {
        "name": "ours",
        "filters": "-s douyin",
    }


def test_views_are_listed_replaced_and_deleted(run: Run) -> None:
    run("view", "save", "a", "-s", "douyin")
    run("view", "save", "b", "--lane", "late")

    assert "a is now: -s qianniu" in run("view", "save", "a", "-s", "qianniu").stdout
    assert "it was: -s qianniu" in run("view", "delete", "a").stdout
    assert [json.loads(line)["name"] for line in run("view", "list").stdout.splitlines()] == ["b"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        pytest.param(["view", "save", "a"], "give the filters", id="no filter"),
        pytest.param(["view", "save", "a", "--lane", "x"], "there is no lane 'x'", id="lane"),
        pytest.param(["view", "save", "a", "--nonsense"], "No such option", id="option"),
        pytest.param(["view", "save", "a", "-s", "x"], "no shop 'x'", id="shop"),
        pytest.param(["view", "save", "a b", "-s", "douyin"], "'a b' is no name", id="name"),
        pytest.param(["view", "save", "a", "--view", "a"], "give the filters", id="itself"),
        pytest.param(["view", "delete", "a"], "no view 'a'", id="delete"),
        pytest.param(["queue", "--view", "a"], "no view 'a'; 'gongdan view save NAME", id="use"),
        pytest.param(["claim", "--view", "a"], "no view 'a'", id="claim"),
        pytest.param(["claim"], "name tickets", id="no ticket"),
        pytest.param(["claim", "1001", "--from-queue", "-s douyin"], "name tickets", id="both"),
        pytest.param(["claim", "--from-queue", "'"], "No closing quotation", id="quote"),
        pytest.param(["claim", "--from-queue", "--lane x"], "no lane 'x'", id="bad filter"),
        pytest.param(["assign"], "say whose", id="assign nobody"),
        pytest.param(["assign", "1001"], "name tickets", id="assign to nobody"),
        pytest.param(["tag", "1001"], "say which tags", id="no tag"),
        pytest.param(["priority", "1001"], "name tickets", id="no priority"),
        pytest.param(["reply"], "name tickets", id="reply to nobody"),
    ],
)
def test_a_mistake_is_told_and_changes_nothing(
    words: list[str], told: str, run: Run, office: Office
) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert told in result.stderr
    assert not office.path.with_name(NAME).exists()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("[views\n", "not valid TOML", id="TOML"),
        pytest.param('late = "--lane late"\n', "one table [views]", id="no table"),
        pytest.param("[views]\nlate = 3\n", "[views] late: write its filters as a text", id="type"),
    ],
)
def test_a_wrong_file_is_named(text: str, told: str, run: Run, office: Office) -> None:
    office.path.with_name(NAME).write_text(text)

    result = run("queue", "--view", "late")

    assert result.exit_code == 2
    assert told in result.stderr
    assert NAME in result.stderr


def test_claims_what_the_queue_shows_each_on_its_own_line(run: Run, desk: Desk) -> None:
    desk.store.local.hold(IDS[1], "小李", "小李", desk.now(), what="assign")

    result = run("claim", "--from-queue", "-s douyin --due-before 2099-01-01")

    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert [line.split()[0].rstrip(":") for line in lines] == IDS
    assert "not done" in lines[1]
    assert "小李's" in lines[1]
    assert [desk.ticket(name).row.holder for name in IDS] == ["小王", "小李", "小王"]


def test_assigns_and_gives_priority_to_a_view(run: Run, desk: Desk) -> None:
    run("view", "save", "parcels", "包裹", "--created-after", "2000-01-01")

    run("assign", "小李", "--view", "parcels", "--from-queue", "-n 2")
    run("priority", "--view", "parcels", "7", "--from-queue", "-n 1")

    assert [desk.ticket(name).row.holder for name in IDS] == ["小李", "小李", ""]
    assert [desk.ticket(name).row.priority for name in IDS] == [7, 0, 0]
    assert shown(run, "--priority", "7") == IDS[:1]


def test_several_tickets_are_named(run: Run) -> None:
    result = run("assign", "1001", "1003", "9999", "小李", "--json")

    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [line["ticket"] for line in told] == [IDS[0], IDS[2], "9999"]
    assert "no ticket" in told[2]["error"]


def test_tags_are_put_on_and_taken_off(run: Run, desk: Desk) -> None:
    run("tag", "1001", "1002", "+加急", "+vip")
    run("tag", "1001", "-vip", "+-5")

    assert [set(desk.ticket(name).row.tags) for name in IDS] == [
        {"加急", "-5"},
        {"加急", "vip"},
        set(),
    ]
    assert shown(run, "--tag", "vip") == [IDS[1]]
    assert run("tag", "1002", "-vip", "-加急").exit_code == 0
    assert desk.ticket(IDS[1]).row.tags == ()


@pytest.mark.parametrize("tag", ["+", "+a,b", f"+{'x' * 31}", "+a b"])
def test_what_is_no_tag_is_refused(tag: str, run: Run, desk: Desk) -> None:
    result = run("tag", "1001", tag)

    assert (result.exit_code, "is no tag" in result.stderr) == (2, True)
    assert desk.ticket(IDS[0]).row.tags == ()


def test_a_tag_of_a_rule_stays(run: Run, desk: Desk) -> None:
    said = Ticket(status=Status.PENDING, title="快递丢失了", created=desk.now())
    put(desk.store, "2001", said, desk.now())
    (line,) = run("queue", "2001").stdout.splitlines()

    result = run("tag", "2001", f"-{json.loads(line)['tags'][0]}")

    assert (result.exit_code, "by a rule" in result.stderr) == (1, True)


def test_a_rehearsal_stores_nothing(run: Run, desk: Desk) -> None:
    for words in (["tag", "1001", "+vip"], ["priority", "1001", "3"], ["claim", "1001"]):
        assert run(*words, "--dry-run").exit_code == 0

    row = desk.ticket(IDS[0]).row
    assert (row.tags, row.priority, row.holder) == ((), 0, "")


def test_one_reply_goes_to_tickets_of_one_kind_only(run: Run) -> None:
    mixed = run("reply", "您好，已核实。", "--from-queue", "-s douyin", "--dry-run")

    assert mixed.exit_code == 1
    assert "物流 (2)" in mixed.stderr
    assert "商品 (1)" in mixed.stderr

    run("tag", "1001", "1002", "+同类")
    alike = run("reply", "您好，已核实。", "--from-queue", "--tag 同类", "--dry-run")
    assert all(name in alike.stdout for name in IDS[:2])
    assert IDS[2] not in alike.stdout
