"""Who gets which ticket: by skill, shop, load, hours; and what is said of a wrong people.toml."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gongdan import Category, ConfigError, Status, Ticket, Who
from gongdan.classification.classifying import classify_new
from gongdan.desk import Desk
from gongdan.people.acts import Acts
from gongdan.people.assigning import assign_auto, roster_of
from gongdan.people.roster import read_roster
from gongdan.plugins.registry import Plugins
from gongdan.store.moments import BEIJING

from ..ears import HEARD, with_ears
from ..office import Office, put


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path, ["douyin"], tickets=1)
    local = made.clock.now().astimezone(BEIJING)
    ahead = local.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1) - local
    made.clock.sleep(ahead.total_seconds())  # ten in the morning
    return made


def sit(office: Office, people: str, plugins: Plugins | None = None) -> Desk:
    office.path.with_name("people.toml").write_text(people, "utf-8")
    return office.desk(plugins)


def ticket(desk: Desk, remote_id: str, category: Category = Category.OTHER, **more: Any) -> str:
    fields: dict[str, Any] = {"status": Status.PENDING, "turn": Who.MERCHANT, "category": category}
    return put(desk.store, remote_id, Ticket(**(fields | more)), desk.now())


def given(desk: Desk) -> dict[str, str]:
    classify_new(desk)
    done = assign_auto(desk, roster_of(desk))
    return {each.ticket.rpartition("/")[2]: each.act.data["to"] for each in done}


def test_who_has_the_skill_comes_before_who_does_anything(office: Office) -> None:
    desk = sit(office, '[people."小王"]\n[people."小李"]\nskills = ["complaint"]\n')
    ticket(desk, "1", Category.COMPLAINT)
    ticket(desk, "2", Category.PAYMENT)

    assert given(desk) == {"1": "小李", "2": "小王"}


@pytest.mark.parametrize("skill", ["logistics", "物流停滞", "douyin", "service", "douyin/service"])
def test_a_skill_names_a_category_a_tag_or_a_place(office: Office, skill: str) -> None:
    desk = sit(office, f'[people."小李"]\nskills = ["{skill}"]\n')
    ticket(desk, "1", Category.LOGISTICS, text="物流三天没有更新了")

    assert given(desk) == {"1": "小李"}


def test_who_names_skills_gets_nothing_else(office: Office) -> None:
    desk = sit(office, '[people."小李"]\nskills = ["complaint"]\n')
    ticket(desk, "1", Category.PAYMENT)

    assert given(desk) == {}


def test_tickets_go_to_who_carries_the_smallest_share(office: Office) -> None:
    desk = sit(office, "[people.a]\nmost = 2\n[people.b]\nmost = 4\n")
    for number in range(7):
        ticket(desk, str(number))

    found = list(given(desk).values())

    assert found == ["a", "b", "b", "a", "b", "b"]  # shares: 0 0, ½ 0, ½ ¼, ½ ½, 1 ½, 1 ¾
    assert given(desk) == {}


def test_what_is_due_first_is_given_first(office: Office) -> None:
    desk = sit(office, "[people.a]\nmost = 1\n")
    from gongdan.store.columns import Index

    for number, hours in enumerate((5, 1, 3)):
        due = desk.now() + timedelta(hours=hours)
        index = Index(due, "platform", desk.due("douyin").version)
        said = Ticket(status=Status.PENDING, turn=Who.MERCHANT, deadline=due)
        put(desk.store, str(number), said, desk.now(), index=index)

    assert given(desk) == {"1": "a"}


def test_only_shops_of_ones_own(office: Office) -> None:
    office.add('[shops.two]\napp = "douyin"\nremote_id = "2"')
    desk = sit(office, '[people.a]\nshops = ["two"]\n')
    ticket(desk, "1")

    assert given(desk) == {}


@pytest.mark.parametrize(
    ("line", "is_there"),
    [
        ('hours = "09:00-12:00,13:00-18:00"', True),
        ('hours = "11:00-18:00"', False),
        ("away = true", False),
        ('off = ["*-01-01"]', True),
        ('calendar = "early"', False),
    ],
)
def test_who_is_off_duty_gets_nothing(office: Office, line: str, is_there: bool) -> None:
    office.add('[calendars.early]\ntz = "Asia/Shanghai"\nweek = {mon = [["05:00", "06:00"]]}')
    desk = sit(office, f"[people.a]\n{line}\n")
    ticket(desk, "1")

    assert bool(given(desk)) is is_there


def test_a_day_off_is_one(office: Office) -> None:
    today = office.clock.now().astimezone(BEIJING).date()
    desk = sit(office, f'[people.a]\noff = ["{today}"]\n')
    ticket(desk, "1")

    assert given(desk) == {}


def test_what_is_somebodys_answered_or_closed_is_left(office: Office) -> None:
    desk = sit(office, "[people.a]\n")
    Acts(desk).assign(ticket(desk, "1"), "小李")
    ticket(desk, "2", turn=Who.BUYER)
    ticket(desk, "3", status=Status.CLOSED)
    ticket(desk, "4", answerable=False)

    assert given(desk) == {}


def test_a_claim_that_has_lapsed_is_given_to_another(office: Office) -> None:
    desk = sit(office, "[people.a]\n")
    Acts(desk).claim(ticket(desk, "1"))
    assert given(desk) == {}

    office.clock.sleep(31 * 60)

    assert given(desk) == {"1": "a"}


def test_nobody_gets_back_what_they_gave_away(office: Office) -> None:
    desk = sit(office, "[people.a]\n[people.b]\nmost = 1\n")
    ref = ticket(desk, "1")
    assert given(desk) == {"1": "a"}
    Acts(desk).release(ref, take=True)

    assert given(desk) == {"1": "b"}
    Acts(desk).release(ref, take=True)
    assert given(desk) == {}


def test_the_history_and_the_person_are_told_why(office: Office) -> None:
    desk = sit(office, '[people.a]\nskills = ["payment"]\n', with_ears())
    ref = ticket(desk, "1", Category.PAYMENT)

    given(desk)
    desk.tell()

    (act,) = desk.ticket(ref).history
    assert (act.who, act.what, act.why, act.data) == (
        "auto",
        "assign",
        "",
        {"to": "a", "skills": "payment", "load": "0", "most": "40"},
    )
    (told,) = [data for kind, id_, data in HEARD if (kind, id_) == ("assigned", ref)]
    assert (told["to"], told["why"]) == ("a", "payment; 0 of 40")


def test_a_rehearsal_gives_nothing(office: Office) -> None:
    desk = sit(office, "[people.a]\nmost = 1\n")
    refs = [ticket(desk, "1"), ticket(desk, "2")]

    assert len(assign_auto(desk, roster_of(desk), dry_run=True)) == 1

    assert [desk.ticket(ref).row.holder for ref in refs] == ["", ""]


@pytest.mark.parametrize(("auto", "holder"), [("", "a"), ("[assign]\nauto = false\n", "")])
def test_a_sync_gives_new_tickets_to_people(office: Office, auto: str, holder: str) -> None:
    desk = sit(office, f"{auto}[people.a]\nmost = 1000\n")

    desk.sync()

    from gongdan.views import QueueFilter

    ours = [row for row in desk.queue(QueueFilter()) if row.turn is Who.MERCHANT and row.answerable]
    assert ours
    assert {row.holder for row in ours} == {holder}


def test_without_people_a_sync_gives_nothing(office: Office) -> None:
    desk = office.desk()
    ref = ticket(desk, "1")

    desk.sync()

    assert desk.ticket(ref).history == ()


@pytest.mark.parametrize(
    ("text", "where", "told"),
    [
        ("[people.a]\nskill = []", "line 2, column 1", "skill"),
        ('[people."小王"]\nmost = "x"', "line 2, column 1", "int"),
        ('[people.a]\nshops = ["main",\n  "mian"]', "line 2, column 1", "did you mean main?"),
        ('[people.a]\n  hours = "9 to 5"', "line 2, column 3", "hours"),
        ('[people.a]\ncalendar = "x"', "line 2, column 1", "no [calendars.x]"),
        ('[people.a]\ndays = ["mon", "tues"]', "line 2, column 16", "tues"),
        ('[people.a]\n[people.""]', "line 2, column 1", "expected a name"),
        ("[assign]\nauto = 1", "line 2, column 1", "bool"),
        ("[persons.a]", "line 1, column", "people"),
    ],
)
def test_a_mistake_is_told_with_line_and_column(
    tmp_path: Path, text: str, where: str, told: str
) -> None:
    path = tmp_path / "people.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(ConfigError) as caught:
        read_roster(path, ["main"], {})

    assert where in str(caught.value)
    assert told in str(caught.value)


def test_a_wrong_file_does_not_stop_a_sync(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    desk = sit(office, "[people.a]\nskill = []")

    assert desk.sync().exit_code == 0

    assert "people.toml: line 2" in caplog.text
