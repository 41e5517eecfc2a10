"""What robots are told: each thing once, in a handful of messages, and nothing given away."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gongdan import Secret, Urgency
from gongdan.alerts import overview, trial
from gongdan.errors import NotFound
from gongdan.people.todos import Todos
from gongdan.store.columns import Index
from gongdan.store.guard import Guard
from gongdan.store.moments import to_ms
from gongdan.testing.clock import START
from gongdan.wire import Token

from ..office import ours, put
from .robots import SECRET, Robot, served
from .shops import Shops, add, read

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
ONE = '[[alerts]]\nname = "boss"\nkind = "webhook"\n'


@pytest.fixture
def boss() -> Iterator[tuple[Robot, dict[str, str]]]:
    """Give a robot that listens, and what the environment says of it."""
    robot = Robot("webhook", SECRET)
    with served(robot) as url:
        yield robot, {"GONGDAN_ALERT_BOSS_URL": url, "GONGDAN_ALERT_BOSS_SECRET": SECRET}


def causes(robot: Robot) -> list[str]:
    return [fact["cause"] for body in robot.told for fact in body["alerts"]]


def test_after_an_outage_of_sixty_shops_a_robot_gets_a_handful_of_messages(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = boss
    names = [f"shop-{number}" for number in range(60)]
    shops = Shops(tmp_path, ONE, env, names)
    with shops.desk() as desk:
        for name in names:
            read(desk, name)
    for _ in range(6):  # three hours in which nothing can be read
        shops.clock.advance(1800)
        with shops.desk() as desk:
            for name in names:
                read(desk, name, "failed", 1, "no answer in time")
        shops.tell()
    assert Counter(causes(robot)) == {"sync_late": 60}
    assert len(robot.told) == 1

    back = iter(names)
    for minute in range(15):  # six shops a minute are there again, each with four tickets
        with shops.desk() as desk:
            now = desk.now()
            for name in itertools.islice(back, 6):
                read(desk, name)
                for number in range(4):
                    due = now + (number - 1) * 20 * MINUTE
                    urgency = Urgency.URGENT if number == 3 else Urgency.NORMAL
                    add(desk, name, f"{minute}{number}", due, urgency=urgency)
        shops.tell(MINUTE)

    assert len(robot.told) <= 5
    shops.tell(HOUR)
    facts = [fact for body in robot.told for fact in body["alerts"] if fact["ticket"]]
    told = Counter((fact["ticket"], fact["cause"], fact.get("level")) for fact in facts)
    assert len({fact["ticket"] for fact in facts}) == 60 * 4
    assert set(told.values()) == {1}


def test_never_more_than_twenty_messages_in_a_minute(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    """However often it is told, and with the shortest time between two that can be set."""
    robot, env = boss
    shops = Shops(tmp_path, ONE + 'every = "10s"\n', env)
    times: list[datetime] = []
    for number in range(40):
        with shops.desk() as desk:
            add(desk, "main", str(number), desk.now() + 3 * HOUR, urgency=Urgency.URGENT)
        before = len(robot.told)
        shops.tell(timedelta(seconds=2))
        times += [shops.clock.now()] * (len(robot.told) - before)

    assert max(sum(0 <= (late - at).total_seconds() <= 60 for late in times) for at in times) <= 20
    shops.tell(MINUTE)
    assert causes(robot) == ["urgent"] * 40


@pytest.mark.parametrize(
    ("status", "refuse", "mark"),
    [(500, None, True), (200, {"errcode": 310000, "errmsg": "no"}, False)],
    ids=["the answer is lost", "refused"],
)
def test_what_a_robot_may_have_taken_says_that_it_may_be_a_repeat(
    status: int, refuse: dict[str, object] | None, mark: bool, tmp_path: Path
) -> None:
    robot = Robot("dingtalk")
    with served(robot) as url:
        shops = Shops(tmp_path, ONE.replace("webhook", "dingtalk"), {"GONGDAN_ALERT_BOSS_URL": url})
        with shops.desk() as desk:
            add(desk, "main", "1", desk.now() + 50 * MINUTE, urgency=Urgency.URGENT)
        robot.status, robot.refuse = status, refuse
        shops.tell()
        robot.status, robot.refuse = 200, None
        with shops.desk() as desk:
            add(desk, "main", "2", desk.now() + 50 * MINUTE, urgency=Urgency.URGENT)

        shops.tell(2 * MINUTE)

    first, second = (
        next(line for line in robot.texts[-1].splitlines() if f"service/{n}" in line) for n in "12"
    )
    assert ("（可能重复）" in first, "（可能重复）" in second) == (mark, False)


def test_a_thing_is_told_once_whatever_restarts(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = boss
    shops = Shops(tmp_path, ONE, env)
    with shops.desk() as desk:
        add(desk, "main", "1", desk.now() + 50 * MINUTE, urgency=Urgency.URGENT)

    for _ in range(12):
        shops.tell(10 * MINUTE)

    told = [(fact["cause"], fact.get("level")) for body in robot.told for fact in body["alerts"]]
    assert told == [("urgent", None), ("due_soon", "15m"), ("late", "late")]


def test_a_listener_that_hears_an_event_again_keeps_it_once(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    """A process that is killed after telling, and before it noted that, tells again."""
    robot, env = boss
    shops = Shops(tmp_path, ONE, env)
    with shops.desk() as desk:
        add(desk, "main", "1", desk.now() + 2 * HOUR, urgency=Urgency.URGENT)
        desk.tell()
        with desk.store._guard.write() as db:
            db.execute("UPDATE events SET told = 0")

    shops.tell()
    shops.tell(HOUR)

    assert causes(robot).count("urgent") == 1


def test_a_robot_that_is_gone_costs_one_line_and_nothing_is_lost(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = boss
    robot.status = 503
    shops = Shops(tmp_path, ONE, env)
    with shops.desk() as desk:
        add(desk, "main", "1", desk.now() + 9 * HOUR, urgency=Urgency.URGENT)

    said = [shops.tell(MINUTE) for _ in range(60)]

    assert [line for lines in said for line in lines] == ["alert boss: 127.0.0.1 answers HTTP 503"]
    assert robot.asked == 6  # at 0, 1, 3, 7, 15 and 31 minutes
    with shops.desk() as desk:
        (row,) = overview(desk)
        (found,) = [one for one in desk.checkup() if one.check == "alert"]
    assert (row.state, row.waiting, found.problem) == ("failing", 1, "failing")
    robot.status = 200
    shops.tell(HOUR)
    assert causes(robot) == ["urgent"]


def test_a_robot_that_says_too_often_is_left_alone_for_ten_minutes(tmp_path: Path) -> None:
    robot = Robot("dingtalk")
    robot.refuse = {"errcode": 130101, "errmsg": "send too fast"}
    with served(robot) as url:
        shops = Shops(tmp_path, ONE.replace("webhook", "dingtalk"), {"GONGDAN_ALERT_BOSS_URL": url})
        with shops.desk() as desk:
            add(desk, "main", "1", desk.now() + 9 * HOUR, urgency=Urgency.URGENT)
        for _ in range(10):
            shops.tell(MINUTE)
        assert robot.asked == 1
        robot.refuse = None
        shops.tell(MINUTE)

    assert len(robot.told) == 1


def test_what_is_over_by_then_is_not_told(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = boss
    shops = Shops(tmp_path, ONE + 'quiet = "08:30-10:00"\n', env)
    with shops.desk() as desk:
        add(desk, "main", "1", desk.now() + 30 * MINUTE)
        add(desk, "main", "2", desk.now() + 30 * MINUTE)
    shops.tell()
    assert robot.asked == 0  # 09:00 in China
    with shops.desk() as desk, desk.store._guard.write() as db:
        db.execute("UPDATE tickets SET open = 0 WHERE id LIKE '%/1'")

    shops.tell(HOUR)

    assert [fact["ticket"] for fact in robot.told[0]["alerts"]] == ["main/service/2"]
    assert causes(robot) == ["late"]  # and no longer "due soon"


def test_a_buyer_is_a_masked_name_and_nothing_more(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = boss
    shops = Shops(tmp_path, ONE, env)
    with shops.desk() as desk:
        add(
            desk, "main", "1", desk.now() + HOUR, urgency=Urgency.URGENT, buyer="王小明",
            title="13912345678 投诉", text="住在人民路 8 号", contacts=("13912345678",),
            kind_text="少件<at user_id=\"all\">漏发\n@所有人",
        )  # fmt: skip

    shops.tell()

    (body,) = robot.told
    assert "王**" in body["text"]
    for secret in ("小明", "139", "人民路", "<at", "@所有人", "投诉"):
        assert secret not in str(body)


def test_what_a_person_wrote_into_a_sub_task_stays_here(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = boss
    shops = Shops(tmp_path, ONE, env)
    with shops.desk() as desk:
        ref = add(desk, "main", "1", desk.now() + 9 * HOUR)
        Todos(desk).add(ref, "回电王小明 13912345678", dept="仓库", due=desk.now() + MINUTE)

    shops.tell(2 * MINUTE)

    assert causes(robot) == ["todo_due"]
    assert "小明" not in str(robot.told)
    assert "139" not in str(robot.told)


def test_a_robot_whose_address_is_none_keeps_no_other_from_being_told(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = boss
    first = ONE.replace("boss", "odd")
    shops = Shops(tmp_path, first + ONE, {**env, "GONGDAN_ALERT_ODD_URL": "https://[::1"})
    with shops.desk() as desk:
        add(desk, "main", "1", desk.now() + 9 * HOUR, urgency=Urgency.URGENT)

    (said,) = shops.tell()

    assert said.startswith("alert odd: ")
    assert causes(robot) == ["urgent"]


@pytest.mark.parametrize("kind", ["wecom", "feishu", "dingtalk"])
def test_a_flood_fits_into_what_a_platform_takes(tmp_path: Path, kind: str) -> None:
    robot, most = Robot(kind), {"wecom": 2048}.get(kind, 3500)  # 30 lines are the most
    with served(robot) as url:
        shops = Shops(tmp_path, ONE.replace("webhook", kind), {"GONGDAN_ALERT_BOSS_URL": url})
        with shops.desk() as desk:
            for number in range(120):
                due, word = desk.now() + number * MINUTE, "少件漏发" * 9
                urgency = Urgency.URGENT if number % 2 else Urgency.NORMAL
                add(desk, "main", str(10**18 + number), due, urgency=urgency, kind_text=word)
        shops.tell()

    (text,) = robot.texts
    assert most - 700 < len(text.encode()) <= most
    assert "gongdan queue -l urgent" in text
    assert text.index("■ 新的紧急工单 60") < text.index("■ 即将到期 30") < text.index("■ 已超时 1")


def test_failures_of_replies_and_of_access_are_told_once_each(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = boss
    shops = Shops(tmp_path, ONE, env, ["main", "other"])
    with shops.desk() as desk:
        add(desk, "main", "1", desk.now() + 20 * HOUR)
        for number, state in enumerate(("unknown", "refused", "confirmed", "queued")):
            _row(shops, desk.store._guard, number, state)
        read(desk, "main")
        read(desk, "other", "failed", 3, "the token expired; run 'gongdan shop login other'")
        soon = desk.now() + 2 * 24 * HOUR
        desk.store.keys.save_token("main", Token(access=Secret("t0p"), refresh_expires=soon))

    shops.tell()
    for _ in range(3):
        with shops.desk() as desk:
            read(desk, "main")
            read(desk, "other", "failed", 3, "the token expired")
        shops.tell(20 * MINUTE)

    assert Counter(causes(robot)) == {
        "access_lost": 1, "access_ending": 1, "unknown": 1, "refused": 1,
    }  # fmt: skip
    assert "gongdan shop login other" in robot.told[0]["text"]
    assert "t0p" not in str(robot.told)
    with shops.desk() as desk:  # mended, and lost again: that is another loss
        read(desk, "other")
    shops.tell(MINUTE)
    with shops.desk() as desk:
        read(desk, "other", "failed", 3, "the token expired")
    shops.tell(HOUR)
    assert Counter(causes(robot))["access_lost"] == 2


def test_a_deadline_that_the_platform_sets_otherwise_is_told_once_with_both(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = boss
    shops = Shops(tmp_path, ONE, env)
    with shops.desk() as desk:
        now = desk.now()
        for name, hours in (("as-the-rule", 24), ("shorter", 20)):
            index = Index(now + hours * HOUR, "platform", desk.due("main").version)
            ticket = ours(now + hours * HOUR, created=now)
            put(desk.store, name, ticket, now, shop="main", index=index)

    shops.tell()
    shops.tell(20 * MINUTE)

    (fact,) = [fact for body in robot.told for fact in body["alerts"]]
    assert (fact["cause"], fact["ticket"]) == ("deadline_differs", "main/service/shorter")
    assert fact["platform"] == (now + 20 * HOUR).isoformat()
    assert fact["computed"] == (now + 24 * HOUR).isoformat()


def test_the_evening_list_comes_once_with_what_falls_due_at_night(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = boss
    shops = Shops(tmp_path, ONE + 'events = ["handover"]\nshops = ["main"]\n', env, ["main", "b"])
    evening = START.replace(hour=12, minute=29)
    shops.clock.set(evening)
    with shops.desk() as desk:
        add(desk, "main", "night", evening + 4 * HOUR)
        add(desk, "main", "evening", evening + 20 * MINUTE)
        add(desk, "b", "elsewhere", evening + 4 * HOUR)

    for _ in range(50):
        shops.tell(MINUTE)

    (body,) = robot.told
    assert "main/service/night" in body["text"]
    assert "service/evening" not in body["text"]
    assert "elsewhere" not in body["text"]


def test_a_level_goes_to_the_robot_that_it_names(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = boss
    other = Robot("webhook")
    with served(other) as url:
        level = '[[levels]]\nat = "late"\nto = "13800000000"\nchannel = "boss"\n'
        level += '[[levels]]\nat = "15m"\n'
        tables = ONE + ONE.replace("boss", "all") + level
        shops = Shops(tmp_path, tables, {**env, "GONGDAN_ALERT_ALL_URL": url})
        with shops.desk() as desk:
            add(desk, "main", "1", desk.now() + 10 * MINUTE)
        shops.tell()
        shops.tell(20 * MINUTE)

    assert causes(robot) == ["due_soon", "late"]
    assert causes(other) == ["due_soon"]
    assert [body["to"] for body in robot.told] == [[], ["13800000000"]]


def test_two_processes_do_not_tell_it_twice(
    tmp_path: Path, boss: tuple[Robot, dict[str, str]]
) -> None:
    robot, env = boss
    shops = Shops(tmp_path, ONE, env)
    with shops.desk() as desk:
        add(desk, "main", "1", desk.now() + 9 * HOUR, urgency=Urgency.URGENT)
        claim = desk.store.ledger.claim("alert boss", desk.now())  # as one that is just at it
        shops.tell()
        assert robot.asked == 0
        desk.store.ledger.release(claim)

    shops.tell()

    assert causes(robot) == ["urgent"]


def test_a_test_message_is_sent_at_once(tmp_path: Path, boss: tuple[Robot, dict[str, str]]) -> None:
    robot, env = boss
    shops = Shops(tmp_path, ONE + 'quiet = "00:00-23:59"\n', env)

    with shops.desk() as desk:
        trial(desk, "boss")
        with pytest.raises(NotFound, match="did you mean boss"):
            trial(desk, "bos")

    assert "测试消息" in robot.texts[0]


def _row(shops: Shops, guard: Guard, number: int, state: str) -> None:
    at = to_ms(shops.clock.now())
    with guard.write() as db:
        db.execute(
            "INSERT INTO outbox (n, seq, key, kind, text, fields, state, not_before_ms, basis,"
            " created_ms, updated_ms) VALUES (1, ?, ?, 'reply', '您好', '{}', ?, 0, '[]', ?, ?)",
            (number, str(number), state, at, at),
        )
