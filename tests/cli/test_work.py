"""`gongdan assign --auto`, `people`, `todo`, `follow`: the command line over a whole desk."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from gongdan_cli import office as seam
from tests.core.office import Office, ours, put

from .conftest import Run

ALWAYS = 'hours = "00:00-24:00"\n'


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Put one shop at the seam where commands get their desk; nothing is read from it."""
    made = Office(tmp_path, ["douyin"], tickets=1)
    monkeypatch.setattr(seam, "open_desk", made.desk)
    monkeypatch.setenv("GONGDAN_USER", "小王")
    return made


@pytest.fixture
def ref(office: Office) -> str:
    with office.desk() as desk:
        said = ours(desk.now() + timedelta(hours=5), order_ids=("4711",), text="在吗")
        return put(desk.store, "10884357", said, desk.now())


def people(office: Office, text: str) -> None:
    office.path.with_name("people.toml").write_text(text, "utf-8")


def test_tickets_are_given_and_it_is_said_why(run: Run, office: Office, ref: str) -> None:
    people(office, f'[people."小李"]\n{ALWAYS}')

    dry = run("assign", ref, "--auto", "--dry-run")
    done = run("assign", ref, "--auto")

    assert "小李" in dry.stdout
    assert "0 of 40" in done.stdout
    with office.desk() as desk:
        assert desk.ticket(ref).row.holder == "小李"
    told = json.loads(run("people", "--json").stdout)
    assert (told["name"], told["on_duty"], told["load"]) == ("小李", True, 1)


def test_what_happens_by_itself_is_told_in_the_language_of_who_reads(
    run: Run, office: Office, ref: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    people(office, f'[people."小李"]\n{ALWAYS}')
    run("assign", ref, "--auto")
    monkeypatch.setenv("GONGDAN_LANG", "zh")

    shown = run("show", ref).stdout

    assert "自动  分配  -> 小李  不限技能；手上 0/40" in shown


def test_without_people_it_says_so(run: Run, ref: str) -> None:
    result = run("assign", "--auto")

    assert (result.exit_code, result.stdout) == (0, "")
    assert "people.toml" in result.stderr
    assert run("assign", ref).exit_code == 2
    assert run("assign", ref, "小李", "--auto").exit_code == 2


def test_who_is_off_duty_is_warned_about(run: Run, office: Office, ref: str) -> None:
    people(office, '[people."小李"]\naway = true\n')

    result = run("assign", ref, "小李")

    assert result.exit_code == 0
    assert "off duty" in result.stderr


@pytest.mark.parametrize("how", ["assign {ref} 小季", "transfer {ref} --to 小季 --reason 核实"])
def test_whoever_no_list_of_people_knows_is_warned_about(
    run: Run, office: Office, ref: str, how: str
) -> None:
    people(office, f'[people."小李"]\n{ALWAYS}')

    result = run(*how.format(ref=ref).split())

    assert (result.exit_code, holder(run, ref)) == (0, "小季")
    assert "no person '小季' in people.toml" in result.stderr


def test_a_mistake_in_the_list_of_people_keeps_no_ticket_from_a_colleague(
    run: Run, office: Office, ref: str
) -> None:
    people(office, '[people."小李"\n')

    result = run("transfer", ref, "--to", "小李", "--reason", "核实")

    assert (result.exit_code, holder(run, ref)) == (0, "小李")
    assert "people.toml" in result.stderr


def holder(run: Run, ref: str) -> str:
    return str(json.loads(run("show", ref, "--json").stdout)["row"]["holder"])


def test_a_sub_task_is_added_listed_and_done(run: Run, ref: str) -> None:
    added = json.loads(
        run("todo", "add", ref, "核实库存", "--to", "仓库", "--due", "2h", "--json").stdout
    )

    shown = run("show", ref)
    assert "核实库存  -> 仓库" in shown.stdout
    assert json.loads(run("todo", "list", "--to", "仓库").stdout)["id"] == added["id"]
    assert run("todo", "done", str(added["id"]), "有货").exit_code == 0
    assert run("todo", "list", "--json").stdout == ""
    assert "有货" in run("show", ref).stdout


def test_a_follow_up_is_shown_and_ended(run: Run, ref: str) -> None:
    assert run("follow", ref).exit_code == 2

    run("follow", ref, "--at", "3d", "--why", "确认收到补发")

    assert "确认收到补发" in run("show", ref).stdout
    assert run("follow", ref, "--done").exit_code == 0
    assert json.loads(run("show", ref, "--json").stdout)["beside"]["follow"] is None


def test_a_draft_is_approved_in_ones_own_words(run: Run, office: Office, ref: str) -> None:
    from gongdan.views import Draft
    from gongdan.writing.drafting import Drafting

    with office.desk() as desk:
        number = str(Drafting(desk).propose(Draft(ticket=ref, text="您好，正在核实。")).id)

    dry = run("approve", number, "--dry-run")
    done = run("approve", number, "尽快处理", "--now", "--json")

    assert "正在核实" in dry.stdout
    assert "no polite word" in done.stderr
    assert json.loads(done.stdout)["state"] == "queued"
    assert run("approve", number).exit_code == 1


def test_the_steps_of_a_playbook_are_shown_and_marked(run: Run, office: Office, ref: str) -> None:
    office.path.with_name("playbooks.toml").write_text(
        '[mine]\ntitle = "两步"\nwhen = ["douyin", "qianniu"]\n[[mine.steps]]\ntext = "看状态"\n'
        '[[mine.steps]]\ntext = "问仓库"\nbranches = {"缺货" = "urge-3-no-stock"}\n'
    )

    result = run("playbook", ref, "--name", "mine", "--done", "2", "--finding", "缺货", "--json")

    assert result.exit_code == 0
    assert json.loads(result.stdout)["done"]["问仓库"]["finding"] == "缺货"
    shown = run("show", ref).stdout
    assert "[ ] 1  看状态" in shown
    assert "[x] 2  问仓库" in shown
    assert "urge-3-no-stock" in shown
    assert run("playbook", "--done", "1").exit_code == 2
    unknown = run("playbook", ref, "--name", "mime")
    assert (unknown.exit_code, "did you mean mine?" in unknown.stderr) == (2, True)


def test_a_mistake_in_the_playbooks_hides_no_ticket(run: Run, office: Office, ref: str) -> None:
    office.path.with_name("playbooks.toml").write_text("[mine]\nx = 1\n")

    result = run("show", ref)

    assert result.exit_code == 0
    assert "playbooks.toml: line 2, column 1" in result.stderr


def test_what_is_known_of_an_order_is_shown(run: Run, office: Office, ref: str) -> None:
    from gongdan import Order, OrderLine

    with office.desk() as desk:
        shop, order_id = ref.split("/")[0], desk.ticket(ref).row.order_ids[0]
        order = Order(
            id=order_id, status_text="已发货",
            lines=(OrderLine(name="云朵四件套", spec="白", count=2),),
            amount_fen=9900, shipped=desk.now(), parcels=("顺丰 SF1",), urged=True, remark="急",
        )  # fmt: skip
        desk.store.orders.want([(shop, order_id)], desk.now())
        desk.store.orders.keep(shop, order_id, order, desk.now())

    shown = run("show", ref).stdout

    for words in (order_id, "已发货", "¥99.00", "云朵四件套  白  x2", "顺丰 SF1", "urged", "急"):
        assert words in shown
    told = json.loads(run("show", ref, "--json").stdout)["beside"]["orders"][0]
    assert told["order"]["amount_fen"] == 9900
