"""Every path of the protocol, by the numbers of docs/sending.md."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from gongdan import (
    AccessDenied,
    Action,
    AuthExpired,
    Call,
    Case,
    Found,
    Gone,
    GongdanError,
    NotSent,
    ProtocolError,
    Refused,
    Status,
    Transient,
    Who,
)
from gongdan.calls.verdict import ERRORS
from gongdan.errors import NeedsMore, NotFound, Stopped
from gongdan.sending.moves import Terms
from gongdan.sending.trust import allow
from gongdan.sending.wants import ReadCase, WriteCall
from gongdan.ticket import File
from gongdan.wire import Means

from ...conftest import ManualClock
from .bench import REPLY, TICKET, Bench

LOST = Transient("did not answer in time")


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock) -> Iterator[Bench]:
    bench = Bench(tmp_path, clock)
    yield bench
    bench.store.close()


def answer_of(means: Means) -> GongdanError:
    error = ERRORS[means]("the platform's words", code=means.name)
    error.means = means
    return error


def test_sends_and_sees_it(bench: Bench) -> None:
    bench.queue("您好")
    bench.answers = ["77"]

    sent = bench.deliver()
    bench.say("您好", id_="77")
    seen = bench.deliver()

    assert (sent and sent.state, seen and seen.state) == ("sent", "confirmed")
    assert bench.deliver() is None
    assert len(bench.writes) == 1


def test_signs_with_the_time_of_the_read(bench: Bench) -> None:
    bench.queue()
    bench.answers = ["77"]
    read_at = bench.clock.now()
    bench.between = lambda want: bench.clock.advance(1) if not isinstance(want, ReadCase) else None

    bench.deliver()

    assert bench.writes[0].stamp == read_at


@pytest.mark.parametrize(
    ("error", "state"),
    [
        pytest.param(NotSent("connection refused"), "queued", id="no connection"),
        pytest.param(answer_of(Means.WAIT), "queued", id="rate"),
        pytest.param(answer_of(Means.LOGIN), "queued", id="token"),
        pytest.param(answer_of(Means.SETTING), "queued", id="permission"),
        pytest.param(answer_of(Means.REFUSED), "refused", id="refused"),
        pytest.param(answer_of(Means.GONE), "refused", id="gone"),
        pytest.param(answer_of(Means.STALE), "refused", id="the case changed"),
        pytest.param(NeedsMore("a code"), "unknown", id="needs more, in no table"),
        pytest.param(answer_of(Means.ASK), "refused", id="needs more"),
        pytest.param(answer_of(Means.DONE), "answered_by_other", id="already"),
        pytest.param(answer_of(Means.RETRY), "unknown", id="their trouble"),
        pytest.param(answer_of(Means.SHRINK), "unknown", id="too large"),
        pytest.param(Transient("reset"), "unknown", id="reset"),
        pytest.param(ProtocolError("no JSON"), "unknown", id="unreadable"),
        pytest.param(ProtocolError("in no table", code="4711"), "unknown", id="code in no table"),
    ],
)
def test_an_answer_means(bench: Bench, error: GongdanError, state: str) -> None:
    bench.queue()
    bench.answers = [error]

    row = bench.deliver()

    assert row is not None
    assert row.state == state


@pytest.mark.parametrize("means", [Means.REFUSED, Means.DONE])
def test_no_answer_ends_a_row_of_which_a_copy_may_be_there(bench: Bench, means: Means) -> None:
    bench.queue()
    bench.answers = [LOST, answer_of(means)]
    bench.deliver()
    bench.look_until_settled(910)

    assert len(bench.writes) == 2
    assert bench.row(1).state == "unknown"


def test_a_resend_that_was_not_done_goes_again_soon(bench: Bench) -> None:
    bench.queue()
    bench.answers = [LOST, answer_of(Means.WAIT), "77"]
    bench.deliver()

    bench.look_until_settled(910)

    assert (bench.row(1).state, len(bench.writes)) == ("sent", 3)


def test_backs_off_and_tells_after_forty_tries(bench: Bench) -> None:
    bench.queue()
    bench.answers = [answer_of(Means.WAIT) for _ in range(40)]
    waits = []

    for _ in range(40):
        row = bench.deliver()
        assert row is not None
        assert row.not_before is not None
        waits.append((row.not_before - bench.clock.now()).total_seconds())
        bench.clock.advance(waits[-1])

    assert waits[:3] == [5, 10, 15]
    assert max(waits) == 60
    assert bench.row(1).why.startswith("not sent in 40 tries")


@pytest.mark.parametrize("jump", ["pause", "clock"])
def test_writes_nothing_more_than_5_s_after_it_was_decided(
    bench: Bench, jump: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.queue()

    def pass_time(_want: object) -> None:
        if bench.row(1).state != "sending":
            return
        if jump == "pause":
            bench.clock.advance(6)
        else:
            later = bench.clock.now() + timedelta(minutes=20)
            monkeypatch.setattr(bench.clock, "now", lambda: later)

    bench.between = pass_time
    row = bench.deliver()

    assert row is not None
    assert (row.state, row.why) == ("queued", "too late to write")
    assert bench.writes == []


# 4: reading


@pytest.mark.parametrize("error", [Transient("slow"), ProtocolError("cut")])
def test_reads_again_what_could_not_be_read(bench: Bench, error: GongdanError) -> None:
    bench.queue()
    bench.unreadable = error
    row = bench.deliver()
    assert row is not None
    assert (row.state, bench.deliver()) == ("queued", None)
    bench.unreadable, bench.answers = None, ["77"]

    assert bench.after(10) is not None

    assert bench.row(1).state == "sent"


@pytest.mark.parametrize("error", [AuthExpired("log in"), AccessDenied("ip"), Stopped("stop")])
def test_ends_the_run_where_nothing_of_the_shop_will_go(bench: Bench, error: GongdanError) -> None:
    bench.queue()
    bench.unreadable = error

    with pytest.raises(type(error)):
        bench.deliver()

    assert bench.row(1).state == "queued"


def test_a_case_that_is_not_there_takes_no_answer(bench: Bench) -> None:
    bench.queue()
    bench.unreadable = Gone("no such refund")

    row = bench.deliver()

    assert row is not None
    assert (row.state, row.why) == ("refused", "no such refund")


def test_a_refusal_says_what_to_do_in_both_languages_and_what_the_platform_said(
    bench: Bench,
) -> None:
    error = Refused(
        "main: reply refused: 15 isv.x (不允许留言)", hint_zh="换个说法", hint_en="reword"
    )
    error.said = "15 isv.x (不允许留言)"
    bench.queue()
    error.means = Means.REFUSED
    bench.answers = [error]

    row = bench.deliver()

    assert row is not None
    assert row.why == "换个说法 / reword: 15 isv.x (不允许留言)"


@pytest.mark.parametrize(
    "says",
    [{"answerable": False}, {"status": Status.CLOSED}, {"gone": True}],
)
def test_a_case_that_takes_no_answer_gets_none(bench: Bench, says: dict[str, object]) -> None:
    bench.queue()
    bench.says = says

    row = bench.deliver()

    assert row is not None
    assert row.state == "refused"
    assert bench.writes == []


def test_the_buyer_must_have_been_contacted_when_it_is_sent_too(bench: Bench) -> None:
    bench.ability = replace(REPLY, contact=True)
    bench.land(created=bench.clock.now())
    bench.queue()
    bench.queue()
    bench.answers = ["1"]

    first = bench.deliver()
    at = bench.clock.now().isoformat()
    bench.store.local.add(TICKET, "contact", "小王", bench.clock.now(), data={"at": at})
    second = bench.deliver()

    assert first is not None
    assert second is not None
    assert (first.state, second.state) == ("refused", "sent")
    assert "gongdan contact" in first.why


@pytest.mark.parametrize("broken", ["check", "to_call"])
def test_a_connector_that_fails_refuses_the_row_and_stops_nothing(
    bench: Bench, broken: str
) -> None:
    def fail(*_: object) -> str:
        raise KeyError("x")

    bench.ability = replace(REPLY, **{broken: fail})
    bench.queue()

    row = bench.deliver()

    assert row is not None
    assert row.state == "refused"
    assert row.why.startswith(f"the connector's {broken} failed: KeyError in test_deliver.py:")


# 5: what is there already


def test_holds_a_reply_whose_words_somebody_posted_meanwhile(bench: Bench) -> None:
    bench.queue("您好,已补发!")
    bench.say("您好，已补发！😀")

    row = bench.deliver()

    assert row is not None
    assert (row.state, row.hold, row.why) == ("queued", True, "already there")
    assert row.their_text == "您好，已补发！😀"
    assert bench.writes == []


def test_holds_a_reply_where_somebody_answered_meanwhile(bench: Bench) -> None:
    bench.say("早先的回复", id_="1")
    bench.queue("您好，已补发！")
    bench.say("您好，仓库已发出。", id_="2")

    row = bench.deliver()

    assert row is not None
    assert (row.state, row.hold, row.their_text) == ("queued", True, "您好，仓库已发出。")
    assert "gongdan settle" in row.why
    assert bench.writes == []


def test_a_reply_that_a_person_still_wants_goes(bench: Bench) -> None:
    bench.queue("您好，已补发！")
    bench.say("您好，仓库已发出。", id_="2")
    bench.deliver()
    bench.answers = ["3"]

    bench.act("send-again")
    row = bench.deliver()

    assert row is not None
    assert row.state == "sent"


@pytest.mark.parametrize("who", [Who.BUYER, Who.PLATFORM, Who.SYSTEM])
def test_what_others_than_the_shop_say_holds_nothing(bench: Bench, who: Who) -> None:
    bench.queue("您好，已补发！")
    bench.say("还要多久？", who)
    bench.answers = ["1"]

    row = bench.deliver()

    assert row is not None
    assert row.state == "sent"


def test_an_intended_repeat_goes(bench: Bench) -> None:
    """The person saw the first one when queueing the second."""
    bench.queue("您好")
    bench.queue("您好")
    bench.answers = ["1", "2"]

    for number in ("1", "2"):
        bench.deliver()
        bench.say("您好", id_=number)
        bench.deliver()

    assert [bench.row(1).state, bench.row(2).state] == ["confirmed", "confirmed"]


# 12: somebody was faster


def test_shows_what_the_other_one_said(bench: Bench) -> None:
    bench.say("早先的回复", id_="1")
    bench.queue("您好")
    bench.answers = [answer_of(Means.DONE)]
    bench.between = lambda want: (
        bench.say("同事的回复", id_="2") if isinstance(want, WriteCall) else None
    )

    row = bench.deliver()

    assert row is not None
    assert (row.state, row.their_text) == ("answered_by_other", "同事的回复")


# 14 and 15: looking


def test_looks_at_3_6_12_and_then_every_120_s_until_the_horizon(bench: Bench) -> None:
    bench.queue()
    bench.answers = [LOST, "77"]
    bench.deliver()
    begun = bench.clock.now()
    looks: list[float] = []

    for _ in range(905):
        if bench.after(1) is not None and looks[-1:] != [900.0]:
            looks.append((bench.clock.now() - begun).total_seconds())
            if len(bench.writes) > 1:
                break

    assert looks[:9] == [3, 6, 12, 24, 48, 96, 192, 312, 432]
    assert looks[-1] == 900
    assert len(bench.writes) <= 2


def test_an_unknown_one_is_listed_with_how_long_it_is_looked_for(bench: Bench) -> None:
    bench.queue()
    bench.answers = [LOST]

    row = bench.deliver()

    assert row is not None
    assert row.look_until == bench.clock.now() + timedelta(seconds=900)
    assert (row.hold, row.why) == (False, "")


def test_an_unknown_one_that_appears_is_confirmed(bench: Bench) -> None:
    bench.queue("您好")
    bench.answers = [LOST]
    bench.deliver()
    bench.after(3)
    bench.say("您 好")

    row = bench.after(3)

    assert row is not None
    assert row.state == "confirmed"


def test_at_the_horizon_it_is_sent_again_three_times_at_most(bench: Bench) -> None:
    bench.queue()
    bench.answers = [LOST] * 3

    bench.deliver()
    row = bench.look_until_settled(4000)

    assert len(bench.writes) == 3
    assert (row.state, row.hold) == ("unknown", True)
    assert row.why == "sent 3 times, and never seen"


def test_a_match_found_just_before_sending_again_confirms(bench: Bench) -> None:
    bench.queue("您好")
    bench.answers = [LOST]
    bench.deliver()
    bench.between = lambda want: (
        bench.say("您好") if isinstance(want, ReadCase) and bench.row(1).state == "queued" else None
    )

    row = bench.look_until_settled(920)

    assert row.state == "confirmed"
    assert len(bench.writes) == 1


@pytest.mark.parametrize(
    "why",
    ["other words", "new round", "no age", "switched off", "money"],
)
def test_at_the_horizon_a_person_decides(bench: Bench, why: str) -> None:
    if why == "no age":
        bench.terms = Terms(None)
    if why == "switched off":
        bench.probe = False
    if why == "money":
        bench.ability = replace(REPLY, money=True)
    bench.queue("您好")
    bench.answers = [LOST]
    bench.deliver()
    if why == "other words":
        bench.say("请查看站内消息")
    if why == "new round":
        bench.says = {"round": 1}

    row = bench.look_until_settled(1000)

    assert (row.state, row.hold, len(bench.writes)) == ("unknown", True, 1)
    assert row.their_text == ("请查看站内消息" if why == "other words" else "")
    bench.say("您好")
    assert bench.look_until_settled(700).state == "confirmed"  # looks go on


def test_what_a_buyer_says_blocks_nothing(bench: Bench) -> None:
    bench.queue()
    bench.answers = [LOST, "77"]
    bench.deliver()
    bench.say("在吗", Who.BUYER)

    bench.look_until_settled(910)

    assert len(bench.writes) == 2


def test_a_person_is_told_at_once_where_the_deadline_comes_first(bench: Bench) -> None:
    bench.queue()
    with bench.store.outbox._guard.write() as db:
        db.execute(
            "UPDATE tickets SET due_ms = ?", (int(bench.clock.now().timestamp() * 1000) + 600_000,)
        )
    bench.answers = [LOST]

    row = bench.deliver()

    assert row is not None
    assert "before it is known whether it went" in row.why
    assert row.state == "unknown"


def test_accepted_and_altered_is_confirmed_as_such(bench: Bench) -> None:
    bench.queue("加我微信")
    bench.answers = [""]
    bench.deliver()
    bench.say("加我**")

    row = bench.look_until_settled(100)

    assert (row.state, row.why, row.their_text) == ("confirmed", "altered", "加我**")


def test_accepted_and_never_seen_is_reported_and_never_sent_again(bench: Bench) -> None:
    bench.queue("您好")
    bench.queue("第二条")
    bench.answers = ["77", "78"]
    bench.deliver()

    bench.look_until_settled(1000)

    assert (bench.row(1).state, bench.row(1).hold) == ("sent", True)
    assert bench.row(1).why == "accepted, but not seen in the thread"
    assert [write.call.params["text"] for write in bench.writes] == ["您好", "第二条"]


@pytest.mark.parametrize(("answer", "state"), [("", "sent"), (LOST, "unknown")])
def test_a_stream_that_shows_nothing_is_a_persons_at_once(
    bench: Bench, answer: str | GongdanError, state: str
) -> None:
    bench.terms = Terms(timedelta(minutes=10), reads_back=False)
    bench.queue()
    bench.answers = [answer]
    bench.deliver()

    row = bench.look_until_settled(2000)

    assert (row.state, row.hold, len(bench.writes)) == (state, True, 1)


def test_an_earlier_request_that_nobody_told_of_is_waited_for(bench: Bench) -> None:
    """Its process may be paused right before the socket: its message must come first."""
    bench.queue("一")
    bench.queue("二")
    work = bench.store.outbox.claim("main/case/1", bench.clock.now())
    assert work is not None
    bench.store.outbox.set_base(work, [], bench.clock.now(), 0, b"")
    bench.store.outbox.begin(work, bench.clock.now(), bench.clock.now())
    bench.say("一")  # a colleague says the same, and it is taken as ours
    bench.answers = ["78"]

    bench.look_until_settled(899)
    assert (bench.row(1).state, bench.row(2).state) == ("confirmed", "queued")
    bench.look_until_settled(60)

    assert bench.row(2).state == "sent"


def test_what_was_certainly_not_done_after_all_is_sent(bench: Bench) -> None:
    """A paused process tells that it wrote nothing, when its row was given up as unknown."""
    bench.queue()
    slow = bench.store.outbox.claim("main/case/1", bench.clock.now())
    assert slow is not None
    number = bench.store.outbox.begin(slow, bench.clock.now(), bench.clock.now())
    bench.after(121)
    bench.store.outbox.record(slow, number, "not_done", "", "queued", bench.clock.now())
    bench.answers = ["77"]

    bench.look_until_settled(200)

    assert bench.row(1).state == "sent"


# find


@pytest.mark.parametrize(
    ("found", "state", "hold"),
    [
        (Found.YES, "confirmed", False),
        (Found.OTHER, "unknown", True),
        (Found.UNSURE, "unknown", True),
        (Found.HIDDEN, "unknown", True),
    ],
)
def test_an_ability_may_look_for_itself(bench: Bench, found: Found, state: str, hold: bool) -> None:
    titles = []

    def find(_action: object, before: object, after: object) -> Found:
        titles.append((before.ticket.title, after.id))  # type: ignore[attr-defined] # Case
        return found

    bench.ability = replace(REPLY, find=find)
    bench.queue()
    bench.answers = [LOST]
    bench.deliver()

    row = bench.look_until_settled(1000)

    assert (row.state, row.hold) == (state, hold)
    assert titles[0] == ("now", "1")  # the case before is the one that was stored


def test_what_nothing_shows_is_done_once_it_was_accepted_and_in_nobodys_way(bench: Bench) -> None:
    bench.ability = replace(REPLY, find=lambda *_: Found.HIDDEN)
    bench.queue()
    bench.queue()
    bench.answers = ["77", LOST]
    bench.deliver()

    bench.look_until_settled(5)
    bench.deliver()
    bench.after(5)
    bench.deliver()

    assert (bench.row(1).state, bench.row(1).why) == (
        "confirmed",
        "accepted; the platform does not show it",
    )
    assert (bench.row(2).state, bench.row(2).hold) == ("unknown", True)  # at once, not in 15 min


def test_certainly_not_done_is_sent_again_at_the_horizon(bench: Bench) -> None:
    bench.ability = replace(REPLY, find=lambda *_: Found.NO)
    bench.queue()
    bench.answers = [LOST, "77"]
    bench.deliver()

    bench.look_until_settled(920)

    assert len(bench.writes) == 2


# pictures


def test_pictures_are_uploaded_before_anything_is_decided(bench: Bench) -> None:
    calls = []

    def to_call(action: Action, case: Case) -> Call:
        calls.append(action.files[0].url)
        return REPLY.to_call(action, case)

    bench.ability = replace(REPLY, upload=True, max_files=1, to_call=to_call)
    bench.queue(files=[File("a.png", "image/png", b"\x89PNG")])
    bench.answers = [answer_of(Means.WAIT), "77"]
    bench.deliver()

    bench.after(5)

    assert calls == ["https://p/1.png"] * 2
    assert bench.store.outbox.enclosures.of(1)[0].url == "https://p/1.png"


# the self-check


def test_a_reply_that_is_seen_late_switches_resending_off(bench: Bench) -> None:
    bench.queue("您好")
    bench.answers = ["77"]
    bench.deliver()
    bench.look_until_settled(160)
    bench.say("您好", id_="77")

    bench.look_until_settled(300)

    assert bench.check.trust.off.startswith("a reply was first seen")


def test_a_reply_that_nobody_looked_for_is_not_late(bench: Bench) -> None:
    """Cron stood still for an hour: that says nothing about the platform."""
    bench.queue("您好")
    bench.answers = ["77"]
    bench.deliver()
    bench.say("您好", id_="77")

    bench.after(3600)

    assert bench.row(1).state == "confirmed"
    assert (bench.check.trust.off, bench.check.trust.longest_s) == ("", 3600)


@pytest.mark.parametrize(
    ("refused", "off"),
    [(True, ""), (None, ""), (False, "the platform took a signature that is too old")],
)
def test_an_old_signature_must_be_refused(bench: Bench, refused: bool | None, off: str) -> None:
    bench.probe = refused
    bench.queue()
    bench.answers = ["77"]

    bench.deliver()

    assert (bench.check.trust.off, bench.check.trust.refused) == (off, refused)
    hours = 1 if refused is None else 24
    assert not bench.check.wants_probe(bench.clock.now() + timedelta(hours=hours - 0.5))
    assert bench.check.wants_probe(bench.clock.now() + timedelta(hours=hours))
    if off:
        allow(bench.store.meta, "main/case")
    assert bench.check.trust.off == ""
    with pytest.raises(NotFound, match="it is off for: none"):
        allow(bench.store.meta, "main/case")


def test_a_read_that_lags_behind_what_was_seen_is_no_base(bench: Bench) -> None:
    """A replica that does not show our first reply would make the second look like the first."""
    bench.queue("一")
    bench.queue("二")
    bench.answers = ["1", "2"]
    bench.deliver()
    bench.say("一", id_="1")
    bench.deliver()
    whole, bench.thread = bench.thread, []

    row = bench.deliver()

    assert row is not None
    assert (row.state, row.why) == ("queued", "the platform shows an older state than before")
    bench.thread = whole
    assert bench.after(10) is not None
    assert bench.row(2).state == "sent"


def test_a_reply_that_a_sync_comes_upon_is_confirmed(bench: Bench) -> None:
    bench.queue("您好")
    bench.answers = [LOST]
    bench.deliver()
    bench.say("您好")

    bench.link()

    assert bench.row(1).state == "confirmed"


def test_a_sync_concludes_nothing_from_what_it_does_not_find(bench: Bench) -> None:
    """What it read may be older than the request."""
    bench.queue("您好")
    bench.answers = [LOST]
    bench.deliver()
    bench.clock.advance(1000)

    bench.link()

    assert (bench.row(1).state, bench.row(1).hold) == ("unknown", False)
    assert len(bench.writes) == 1


# a platform that knows a request again by its key


def test_what_got_no_answer_goes_again_at_once_where_the_platform_knows_its_key(
    bench: Bench,
) -> None:
    bench.ability = replace(REPLY, key_age=timedelta(hours=24))
    bench.terms = Terms(None)
    bench.queue()
    bench.answers = [LOST, "77"]
    bench.deliver()

    row = bench.after(3) and bench.after(1)

    assert row is not None
    assert (row.state, len(bench.writes)) == ("sent", 2)
    assert bench.writes[0].call == bench.writes[1].call


def test_three_requests_of_one_key_are_enough(bench: Bench) -> None:
    bench.ability = replace(REPLY, key_age=timedelta(hours=24))
    bench.terms = Terms(None)
    bench.queue()
    bench.answers = [LOST] * 9
    bench.deliver()

    row = bench.look_until_settled(60)

    assert (row.state, row.hold, len(bench.writes)) == ("unknown", True, 3)


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(timedelta(hours=2, minutes=5, seconds=2), id="until a pause is over"),
        pytest.param(timedelta(minutes=20), id="for as long as a signature would be good"),
        pytest.param(None, id="never"),
    ],
)
def test_a_key_that_the_platform_may_have_forgotten_sends_nothing_again(
    bench: Bench, known: timedelta | None
) -> None:
    """No signature ends a process that was paused right before its request."""
    bench.ability = replace(REPLY, key_age=known)
    bench.terms = Terms(None)
    bench.queue()
    bench.answers = [LOST, "77"]
    bench.deliver()

    row = bench.look_until_settled(1000)

    assert (row.state, row.hold, len(bench.writes)) == ("unknown", True, 1)


@pytest.mark.parametrize(
    ("known", "writes"),
    [
        pytest.param(timedelta(minutes=15, seconds=5), 2, id="long enough"),
        pytest.param(timedelta(minutes=15, seconds=2), 1, id="not until the last could arrive"),
    ],
)
def test_a_signature_that_ends_lets_a_key_be_short(
    bench: Bench, known: timedelta, writes: int
) -> None:
    bench.ability = replace(REPLY, key_age=known)
    bench.terms = Terms(timedelta(minutes=10))
    bench.queue()
    bench.answers = [LOST, "77"]
    bench.deliver()

    bench.after(3)
    bench.after(1)

    assert len(bench.writes) == writes


def test_a_key_does_not_answer_a_second_time_where_somebody_else_has(bench: Bench) -> None:
    bench.ability = replace(REPLY, key_age=timedelta(hours=24))
    bench.queue()
    bench.answers = [LOST, "77"]
    bench.deliver()
    bench.say("a colleague was faster")

    row = bench.look_until_settled(60)

    assert (row.hold, len(bench.writes)) == (True, 1)
