"""What a person can decide of an action that waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gongdan import Conflict, Message, NotFound, Refused, Ticket, Transient, Who
from gongdan.sending.decide import ANSWERS, Decide
from gongdan.sending.moves import Terms
from gongdan.store import Batch, Payload

from ...conftest import ManualClock
from .bench import Bench

LOST = Transient("did not answer in time")


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock) -> Iterator[Bench]:
    bench = Bench(tmp_path, clock)
    yield bench
    bench.store.close()


def parked(bench: Bench) -> None:
    bench.terms = Terms(None)
    bench.queue("您好")
    bench.answers = [LOST]
    bench.deliver()
    bench.look_until_settled(1000)
    assert bench.row(1).hold


def test_it_is_this_one(bench: Bench) -> None:
    parked(bench)
    bench.store.cases.commit(bench_thread(bench, "您**", "别的"))
    first, second = bench_candidates(bench)

    with pytest.raises(NotFound, match="which message"):
        bench.act("this-one")
    row = bench.act("this-one", key=first)

    assert row.state == "confirmed"
    assert bench.store.outbox.owned("main/case/1") == {first}
    assert second not in bench.store.outbox.owned("main/case/1")


def bench_thread(bench: Bench, *texts: str) -> Batch:
    thread = tuple(
        Message(Who.MERCHANT, text, bench.clock.now(), str(n)) for n, text in enumerate(texts)
    )
    payload = Payload(kind="detail", remote_id="1", updated=bench.clock.now(), raw=b"{}",
                      digest=str(texts).encode(), said=Ticket(thread=thread))  # fmt: skip
    return Batch(platform="acme", shop="main", stream="case", run=1, at=bench.clock.now(),
                 payloads=[payload])  # fmt: skip


def bench_candidates(bench: Bench) -> list[str]:
    return list(Decide(bench.store, bench.clock.now()).candidates(1))


def bench_answers(bench: Bench) -> tuple[str, ...]:
    return Decide(bench.store, bench.clock.now()).answers(1)


def test_not_there_send_again_takes_a_fresh_base(bench: Bench) -> None:
    parked(bench)
    bench.say("同事的话")
    bench.answers = ["77"]

    assert bench.act("send-again").state == "queued"
    bench.deliver()

    assert bench.row(1).state == "sent"
    assert len(bench.writes) == 2


def test_warns_that_it_may_still_arrive(bench: Bench) -> None:
    bench.queue("您好")
    bench.answers = [LOST]
    bench.deliver()

    with pytest.raises(Refused, match="may still arrive until 16:15"):
        bench.act("send-again")

    assert bench.act("send-again", sure=True).state == "queued"


@pytest.mark.parametrize(("answer", "state"), [("drop", "cancelled"), ("by-hand", "by_hand")])
def test_drop_and_by_hand_end_it(bench: Bench, answer: str, state: str) -> None:
    parked(bench)
    assert bench.act(answer).state == state
    assert bench.deliver() is None


def test_a_person_takes_the_row_from_who_is_at_work_on_it(bench: Bench) -> None:
    bench.queue("您好")
    bench.answers = [LOST]
    bench.deliver()
    bench.clock.advance(3)
    work = bench.store.outbox.claim("main/case/1", bench.clock.now())
    assert work is not None

    bench.act("drop")

    assert not bench.store.outbox.move(work, "queued", bench.clock.now())


@pytest.mark.parametrize("state", ["sending", "confirmed", "sent"])
def test_there_is_nothing_to_decide_of_what_goes_well(bench: Bench, state: str) -> None:
    bench.queue("您好")
    with bench.store.outbox._guard.write() as db:
        db.execute("UPDATE outbox SET state = ?", (state,))

    with pytest.raises(Conflict):
        bench.act("drop")


def test_says_which_answers_there_are(bench: Bench) -> None:
    bench.queue()
    with pytest.raises(NotFound, match="this-one, send-again, drop, by-hand"):
        bench.act("maybe")


def test_only_what_can_be_done_is_offered(bench: Bench) -> None:
    parked(bench)
    alone = bench_answers(bench)
    bench.store.cases.commit(bench_thread(bench, "您**", "别的"))
    with_others = bench_answers(bench)

    bench.act("this-one", key=bench_candidates(bench)[0])

    assert alone == ("send-again", "drop", "by-hand")
    assert with_others == ANSWERS
    assert bench_answers(bench) == ()
