"""Real processes, killed with SIGKILL between request and record, over real HTTP."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest

from gongdan import GongdanError
from gongdan.config.settings import load as load_settings
from gongdan.desk import Desk
from gongdan.plugins.registry import Plugins
from gongdan.sandbox import Answer, Message, Plan, Request, Running, Sandbox, load, start
from gongdan.views import Draft, QueueFilter

KILLS = int(os.environ.get("GONGDAN_KILLS", "15"))
WRITES = ("order.replyService", "taobao.refund.message.add", "tmall.exchange.message.add")
When = Literal["before", "after"]
PLATFORMS = {
    "douyin": "gongdan_douyin.sandbox:make",
    "qianniu": "gongdan_qianniu.sandbox:make",
}


class Shifted:
    """The machine's clock, ahead by what was waited for; nobody sleeps."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def monotonic(self) -> float:
        return self.now().timestamp()

    def sleep(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=max(seconds, 0.0))


class Killer:
    """Kills the process whose write arrives: before the platform does it, or before it answers."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.when: When = "after"
        self.victim: subprocess.Popen[str] | None = None
        self.killed = 0
        self.copies: Counter[str] = Counter()
        for gateway in sandbox.gateways.values():
            self._watch(gateway.imitation, gateway.imitation.answer)

    def _watch(self, imitation: object, answer: object) -> None:
        def watched(request: Request) -> Answer:
            is_write = imitation.name(request).api in WRITES  # type: ignore[attr-defined] # an Imitation
            if is_write and self.victim is not None:
                self._kill()
                if self.when == "before":  # the platform never does it
                    return Answer(b"", 500)
            said: Answer = answer(request)  # type: ignore[operator] # its bound method
            return said

        imitation.answer = watched  # type: ignore[attr-defined] # to know when a write is there

    def _kill(self) -> None:
        victim, self.victim = self.victim, None
        assert victim is not None
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait(10)
        self.killed += 1


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    makers = {name: load(address) for name, address in PLATFORMS.items()}
    with start(makers, plan=Plan(0, 1, 40 + 2 * KILLS)) as running:
        yield running


@pytest.fixture(scope="module")
def settings(served: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    dy, tb = served.line["douyin"], served.line["qianniu"]
    assert isinstance(dy, dict)
    assert isinstance(tb, dict)
    (folder / "gongdan.toml").write_text(
        f"""
[apps.dy]
platform = "douyin"
app_key = "{dy["app_key"]}"
base_url = "{dy["base_url"]}"
[apps.tb]
platform = "qianniu"
app_key = "{tb["app_key"]}"
base_url = "{tb["gateway"]}"
[shops.dy1]
app = "dy"
remote_id = "{dy["shops"][0]["shop_id"]}"
[shops.tb1]
app = "tb"
remote_id = "{tb["shops"][0]["user_id"]}"
""",
        encoding="utf-8",
    )
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f"""
[dy]
app_secret = "{dy["app_secret"]}"
[tb]
app_secret = "{tb["app_secret"]}"
[tb1]
token = "{tb["shops"][0]["session"]}"
""",
        encoding="utf-8",
    )
    secrets.chmod(0o600)
    return folder / "gongdan.toml"


def desk_of(settings: Path, clock: Shifted) -> Desk:
    return Desk(load_settings(settings, {}), Plugins.installed(), clock=clock)


def open_tickets(desk: Desk) -> list[str]:
    """Return tickets that take an answer, of both platforms by turns."""
    found: list[list[str]] = [[], []]
    for row in desk.queue(QueueFilter(limit=500)):
        try:
            desk.draft(Draft(ticket=row.id, text="您好"), dry_run=True)
        except GongdanError:  # closed, or it wants pictures
            continue
        found[row.platform == "qianniu"].append(row.id)
    both = min(map(len, found))
    turns = [ticket for pair in zip(*found, strict=False) for ticket in pair]
    return turns + found[0][both:] + found[1][both:]


def copies_of(served: Running, text: str) -> int:
    """Return how often a text stands in any thread of any platform."""

    def is_it(message: Message) -> bool:
        return message.who == "merchant" and message.text == text

    return sum(
        is_it(message)
        for world in served.sandbox.worlds.values()
        for case in world.cases
        for message in case.newest.messages
    )


def push_and_be_killed(settings: Path, killer: Killer, when: When) -> None:
    killer.when = when
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.simulation.victim", str(settings)],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    killer.victim = process
    timer = threading.Timer(60, process.kill)
    timer.start()
    process.wait()
    timer.cancel()
    killer.victim = None
    if process.stdout is not None:
        process.stdout.close()


def test_a_killed_process_leaves_one_copy_or_a_person_is_told(
    served: Running, settings: Path
) -> None:
    killer = Killer(served.sandbox)
    clock = Shifted()
    with desk_of(settings, clock) as desk:
        desk.sync()
        tickets = open_tickets(desk)[:KILLS]
        texts = {}
        for number, ticket in enumerate(tickets):
            text = f"您好，第{number}位顾客，已为您补发。"
            (row,) = desk.draft(Draft(ticket=ticket, text=text), now=True)
            texts[row.id] = text
            push_and_be_killed(settings, killer, "before" if number % 3 else "after")
            now = desk.store.outbox.row(row.id)
            assert now.state == "sending", (now.state, now.why)
        for _ in range(16):
            clock.sleep(90)
            served.sandbox.clock.advance(90)
            desk.push()
        rows = {row_id: desk.store.outbox.row(row_id) for row_id in texts}

    assert killer.killed == len(tickets) == KILLS
    for row_id, text in texts.items():
        shown = rows[row_id].hold or rows[row_id].state == "refused"
        assert copies_of(served, text) <= 1
        assert rows[row_id].state == "confirmed" or shown, rows[row_id]
    assert sum(row.state == "confirmed" for row in rows.values()) >= KILLS * 2 // 3


def test_rehearsals_make_no_writing_request(served: Running, settings: Path) -> None:
    with desk_of(settings, Shifted()) as desk:
        desk.sync()
        ticket = next(t for t in open_tickets(desk) if t.startswith("tb1"))
        before = sum(entry.writing for entry in served.sandbox.traffic)
        draft = Draft(ticket=ticket, text="您好，非常抱歉给您带来不便。" * 20)

        desk.draft(draft, dry_run=True)
        shown = desk.preview(draft)
        desk.push(dry_run=True)

    assert len(shown) == 3  # the person sees the parts first
    assert sum(entry.writing for entry in served.sandbox.traffic) == before
