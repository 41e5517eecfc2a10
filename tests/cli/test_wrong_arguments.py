"""What cannot be meant ends with 2 and changes nothing; what there is nothing to do for, with 0."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gongdan import Status, Ticket, Who
from gongdan.views import Draft
from gongdan_cli import office as seam
from tests.core.office import Office, ours, put

from .conftest import Run

REF = "douyin/service/1001"


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    made = Office(tmp_path, ["douyin"])
    monkeypatch.setattr(seam, "open_desk", made.desk)
    monkeypatch.setenv("GONGDAN_CONFIG", str(made.path))
    with made.desk() as desk:
        put(desk.store, "1001", ours(desk.now() + timedelta(hours=3)), desk.now())
    return made


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["priority", REF, "50"], id="a priority that there is not"),
        pytest.param(["priority", REF, "x"], id="no number"),
        pytest.param(["priority", REF, REF, "50"], id="a priority, of several"),
        pytest.param(["classify", REF], id="nothing to correct"),
        pytest.param(["classify", REF, "--priority", "50"], id="corrected to none"),
        pytest.param(["transfer", REF, "--to", "", "--reason", "x"], id="to nobody"),
        pytest.param(["transfer", REF, "--to", "小李", "--reason", " "], id="without a reason"),
        pytest.param(["assign", REF, " "], id="nobody's"),
        pytest.param(["todo", "add", REF, ""], id="nothing to do"),
        pytest.param(["todo", "add", REF, "x", "--due", "2020-01-01"], id="due long ago"),
        pytest.param(["follow", REF, "--at", "2020-01-01"], id="followed up long ago"),
        pytest.param(["tag", REF, "+a,b"], id="no tag"),
        pytest.param(["contact", REF, "--by", "phone", "--result", "reached", "--at", "2099-01-01"],
                     id="a contact to come"),
        pytest.param(["finish", REF, "--outcome", "unresolved"], id="unresolved without a reason"),
        pytest.param(["reply", REF, "您好", "--promise", "2020-01-01"], id="promised long ago"),
        pytest.param(["reply", REF, REF, "您好", "--promise", "2020-01-01"], id="so to several"),
        pytest.param(["reply", REF, "-t", "label", "--set", "nix=1"], id="no such slot"),
        pytest.param(["playbook", REF, "--done", "99"], id="no such step"),
        pytest.param(["queue", "--csv", "--json"], id="two forms of a queue"),
        pytest.param(["search", "退款", "--csv", "--json"], id="two forms of what was found"),
        pytest.param(["stats", "--html", "x.html", "--json"], id="two forms of figures"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_ends_with_2(words: list[str], run: Run, office: Office) -> None:
    result = run(*words)

    assert result.exit_code == 2, result.output
    with office.desk() as desk:
        assert (desk.ticket(REF).history, desk.outbox(all=True)) == ((), [])


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    "words",
    [
        ["claim"], ["tag", "+x"], ["priority", "5"], ["assign", "小李"], ["reply", "您好"],
        ["claim", "--dry-run"], ["reply", "您好", "--dry-run"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_where_a_selection_is_empty_there_is_nothing_to_do(words: list[str], run: Run) -> None:
    result = run(*words, "--from-queue", "--holder nobody")

    assert (result.exit_code, result.output) == (0, "nothing is selected\n")


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("words", "usage"),
    [
        (["view", "save", "x", "--lane", "nix"], "view save [OPTIONS] NAME FILTERS...\n"),
        (["claim", "--from-queue", "--lane nix"], "claim [OPTIONS] TICKET...\n"),
    ],
)
def test_after_a_wrong_filter_the_usage_is_that_of_the_command(
    words: list[str], usage: str, run: Run
) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert result.stderr.startswith(f"Usage: cli {usage}")
    assert "no lane 'nix'" in result.stderr


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["reply", "nix", "您好"], id="reply"),
        pytest.param(["claim", "nix"], id="claim"),
        pytest.param(["claim", "nix", "nix2"], id="several"),
        pytest.param(["sendback", "nix", "您好"], id="act"),
    ],
)
def test_a_rehearsal_that_is_refused_has_no_heading(words: list[str], run: Run) -> None:
    result = run(*words, "--dry-run")

    assert result.exit_code in (1, 2)
    assert "It would be" not in result.output


def test_what_is_decided_offers_nothing_more_to_decide(run: Run, office: Office) -> None:
    with office.desk() as desk:
        ticket = Ticket(status=Status.PENDING, turn=Who.MERCHANT, created=desk.now())
        ref = put(desk.store, "1002", ticket, desk.now())
        row = desk.draft(Draft(ticket=ref, text="您好，已补发。"))[0]

    open_ = run("settle", str(row.id))
    none_there = run("settle", str(row.id), "this-one")
    run("cancel", str(row.id))
    over = run("settle", str(row.id))

    offered = [line.split()[3] for line in open_.stdout.splitlines() if "gongdan settle" in line]
    assert offered == ["send-again", "drop", "by-hand"]
    assert none_there.exit_code == 2
    assert "no message on the platform may be it" in none_there.stderr
    assert over.exit_code == 0
    assert over.stdout.splitlines()[-1] == "  nothing to decide: it is cancelled"
    assert "gongdan settle" not in over.stdout


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("command", ["show", "why"])
@pytest.mark.parametrize("ref", [" 1001 ", "１００１", "service/1001", "\u30001001"])
def test_a_ticket_is_found_however_its_number_is_typed(command: str, ref: str, run: Run) -> None:
    result = run(command, ref, "--json")

    assert result.exit_code == 0, result.output
    assert REF in result.stdout


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("command", ["show", "why"])
@pytest.mark.parametrize(
    "ref", ["", " ", "%", "_", "/", "'", "９", "9" * 300, "-1001", "other/service/1001", "\x00"]
)
def test_what_names_no_ticket_is_said_in_one_line(command: str, ref: str, run: Run) -> None:
    result = run(command, "--", ref)

    assert result.exit_code == 2
    assert result.output.startswith("gongdan: no ticket's id ends in ")
    assert result.output.count("\n") == 1


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 19, "9" * 5000, "１.5", ""])
@pytest.mark.parametrize(
    "words",
    [["settle"], ["cancel"], ["approve"], ["todo", "done"], ["queue", "-n"], ["runs", "-n"]],
    ids=" ".join,
)  # fmt: skip
def test_what_is_no_number_is_no_bug(words: list[str], number: str, run: Run) -> None:
    option = words[-1] == "-n"
    result = run(*words, number) if option else run(*words, "--", number)

    assert result.exit_code == 2
    assert "is no whole number" in result.stderr
