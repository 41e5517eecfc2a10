"""A day in the life: many shops, a sync every few minutes, two people at work, faults on two shops.

Everything is in this process and no time passes: what the platforms do is drawn from a seed, what
the people do follows from the queue that they see.

    python -m tests.simulation.day --shops 60 --tickets 5000
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, cast

from gongdan import GongdanError, Who
from gongdan.config.settings import load as load_settings
from gongdan.desk import Desk
from gongdan.figures.counting import count
from gongdan.people.acts import Acts
from gongdan.plugins.registry import Plugins
from gongdan.sandbox import Case, Clock, Fault, Plan, Sandbox, load
from gongdan.testing import SandboxNetwork, VirtualClock
from gongdan.testing.network import host_of
from gongdan.views import Draft, QueueFilter

ADDRESSES = {"douyin": ("base_url", "shop_id"), "qianniu": ("gateway", "user_id")}
OPENS = datetime(2026, 11, 20, 0, 30, tzinfo=UTC)  # 08:30 in China
CLOSES = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)
EVERY = timedelta(minutes=5)
CHINA = timedelta(hours=8)
DATED = ("service", "aftersale", "refund")  # streams whose rows tell when the case was updated
# Of the shop of each platform that is in trouble: from when to when, and what goes wrong there.
TROUBLE: Mapping[str, tuple[int, int, tuple[Fault, ...]]] = {
    "douyin": (10, 12, (Fault(name="http-500", when=1.0),)),
    "qianniu": (14, 16, (Fault(name="reset", when=0.2), Fault(name="lost-response", when=0.5))),
}


class Day:
    """The platforms, the shops' settings, and who works with them.

    Attributes:
        said: every text that somebody here wrote, with the ticket and who it was.
        told: every text that a buyer or a platform wrote today, with the ticket.
        ran: of every run its shop and what it came to, by the hour in China.
    """

    def __init__(
        self, folder: Path, shops: int, tickets: int, every: timedelta = EVERY, seed: int = 7
    ) -> None:
        self._every = every
        self.rng = Random(f"day {seed}")
        self.clock = VirtualClock(OPENS)
        self.plugins = Plugins.installed()
        makers = {name: load(self.plugins.connector(name).sandbox) for name in ADDRESSES}
        streams = sum(
            stream.read_page is not None
            for name in ADDRESSES
            for stream in self.plugins.connector(name).streams
        )
        plan = Plan(seed, shops // 2, tickets // (shops // 2) // streams)
        self.sandbox = Sandbox(makers, plan, Clock(self.clock.now))
        self.network = SandboxNetwork.of(self.sandbox)
        self.path = folder / "gongdan.toml"
        self._write_settings()
        self.said: dict[str, tuple[str, str]] = {}
        self.told: dict[str, str] = {}
        self.ran: list[tuple[str, int, str]] = []
        self._given_up: set[str] = set()
        self._numbers = iter(range(900_000_001, 999_999_999))

    def desk(self, user: str = "") -> Desk:
        """Open a desk, as another process would."""
        config = load_settings(self.path, {"GONGDAN_USER": user})
        return Desk(config, self.plugins, network=self.network, clock=self.clock, seed=0)

    def live(self) -> None:
        """Live through the day, and until all that is unknown has been looked up."""
        cron, li, wang = self.desk(), self.desk("小李"), self.desk("小王")
        with cron, li, wang:
            while self.clock.now() < CLOSES:
                self._trouble()
                self._happen()
                self._sync(cron)
                self._work(li, "douyin")
                self._work(wang, "qianniu")
                self.clock.advance(self._every.total_seconds())
            self.sandbox.faults.clear()
            for _ in range(5):  # a write's fate is looked for up to a quarter of an hour
                self._sync(cron)
                self.clock.advance(EVERY.total_seconds())

    def cases(self) -> Iterator[tuple[str, Case]]:
        """Yield every case that the platforms list, with the id that it should have here."""
        for name, world in self.sandbox.worlds.items():
            for case in world.cases:
                if case.stream == "coordination":
                    continue  # listed nowhere: these come by message or by file
                yield f"{name}-{case.shop}/{case.stream}/{case.id}", case

    def _write_settings(self) -> None:
        hello: Mapping[str, Any] = self.sandbox.hello(
            {name: f"http://{host_of(name)}" for name in ADDRESSES}
        )
        text, secrets = "[gongdan]\nthreads = 1\n", ""
        self.shops: dict[str, list[str]] = {name: [] for name in ADDRESSES}
        for name, (address, key) in ADDRESSES.items():
            facts = hello[name]
            text += (
                f'[apps.{name}]\nplatform = "{name}"\napp_key = "{facts["app_key"]}"\n'
                f'base_url = "{facts[address]}"\n'
            )
            secrets += f'[{name}]\napp_secret = "{facts["app_secret"]}"\n'
            for shop in facts["shops"]:
                alias = f"{name}-{shop[key]}"
                self.shops[name].append(str(shop[key]))
                text += f'[shops.{alias}]\napp = "{name}"\nremote_id = "{shop[key]}"\n'
                text += f'group = "{name}"\n'
                if session := shop.get("session"):
                    secrets += f'[{alias}]\ntoken = "{session}"\n'
        self.path.write_text(text)
        path = self.path.with_name("secrets.toml")
        path.write_text(secrets)
        path.chmod(0o600)

    def _hour(self) -> int:
        return (self.clock.now() + CHINA).hour

    def _trouble(self) -> None:
        """Arm what goes wrong in this hour, in the first shop of each platform only."""
        self.sandbox.faults.clear()
        for name, (start, end, faults) in TROUBLE.items():
            if start <= self._hour() < end:
                for fault in faults:
                    self.sandbox.faults.arm(
                        Fault(name=fault.name, when=fault.when, platform=name,
                              shop=self.shops[name][0])
                    )  # fmt: skip

    def _happen(self) -> None:
        """Let buyers and platforms do something: new cases, more words, cases that are over."""
        worlds = self.sandbox.worlds
        for _ in range(self.rng.randrange(1, 4)):
            number, shop = str(next(self._numbers)), self.rng.choice(self.shops["douyin"])
            text = f"消费者反馈少件，编号 {number}"
            self.tell("douyin", shop, "service", number, "platform", text)
        refunds = [case for case in worlds["qianniu"].cases if case.stream == "refund"]
        for case in self.rng.sample(refunds, 2):
            text = f"还没有退款，{len(self.told)}"
            self.tell("qianniu", case.shop, case.stream, case.id, "buyer", text)
        over = self.rng.choice(
            [case for case in worlds["douyin"].cases if case.stream == "service"]
        )
        self._put("douyin", {"id": over.id, "stream": "service", "operate_status": 100})

    def tell(self, platform: str, shop: str, stream: str, number: str, who: str, text: str) -> None:
        """Let somebody on a platform write into a case, which is made if it is not there."""
        message = {"who": who, "text": text}
        self._put(platform, {"id": number, "shop": shop, "stream": stream, "messages": [message]})
        self.told[text] = f"{platform}-{shop}/{stream}/{number}"

    def _put(self, platform: str, ticket: dict[str, object]) -> None:
        with self.sandbox.lock:
            self.sandbox.gateways[platform].imitation.put(cast(Any, ticket))

    def _sync(self, desk: Desk) -> None:
        report = desk.sync()
        self.ran += [(run.shop, self._hour(), run.outcome) for run in report.shops]

    def _work(self, desk: Desk, platform: str) -> None:
        """Answer the two most urgent tickets that take an answer, as a person would."""
        done = 0
        for row in desk.queue(QueueFilter(platforms=(platform,), limit=20)):
            if row.turn is not Who.MERCHANT or row.sending or row.id in self._given_up:
                continue
            if not row.answerable or done == 2:
                continue
            text = f"您好，已为您核实，请放心，编号 {len(self.said)}。"
            try:
                Acts(desk).claim(row.id)
                desk.draft(Draft(ticket=row.id, text=text))
            except GongdanError:  # it wants a picture, or takes no answer: not this one
                self._given_up.add(row.id)
                continue
            self.said[text] = (row.id, desk.config.variables["GONGDAN_USER"].reveal())
            done += 1


def differences(day: Day) -> list[str]:
    """Return in what the store and the platforms do not agree at the end of the day."""
    there = dict(day.cases())
    with day.desk() as desk:
        here = {name for alias in desk.config.shops for name in desk.store.cases.ids(alias)}
        found = [f"missing: {name}" for name in there.keys() - here]
        found += [f"nowhere there: {name}" for name in here - there.keys()]
        found += [
            f"stale: {name}"
            for name in here & there.keys()
            if there[name].stream in DATED
            and desk.store.cases.row_time(name) != there[name].newest.updated
        ]
        found += _unsent(day, desk, there)
        found += [f"figures: {here} here, {there} there" for here, there in _figures(day, desk)]
    return found


def _figures(day: Day, desk: Desk) -> Iterator[tuple[object, object]]:
    """Yield the figures of the day that are not the same in the store and on the platforms."""
    here: Counter[tuple[str, ...]] = Counter()
    there: Counter[tuple[str, ...]] = Counter()
    for name, case in day.cases():
        shop = name.split("/")[0]
        there[shop, "tickets"] += 1
        for message in case.newest.messages:
            there.update(_counted(day, shop, message.text, message.at))
    for alias in desk.config.shops:
        for name in desk.store.cases.ids(alias):
            here[alias, "tickets"] += 1
            view = desk.ticket(name)
            for read in view.thread:
                here.update(_counted(day, alias, read.text, read.at))
            acts = {act.who for act in view.history if act.what == "reply"}
            wrote = {who for ticket, who in day.said.values() if ticket == name}
            if acts != wrote:
                yield acts, wrote
    for span in (timedelta(0), timedelta(days=30)):  # made today; made in the last month
        since = OPENS - span
        report = count(desk, since, day.clock.now(), by=("shop",))
        for one in report.groups:
            made = int(one.figures["received"] or 0)
            here[f"made since {since:%m-%d}", str(one.group["shop"])] = made
        there.update((f"made since {since:%m-%d}", name.split("/")[0])
                     for name, case in day.cases() if case.created >= since)  # fmt: skip
    here["replies", "today"] = int(report.total.figures["replies"] or 0)
    there["replies", "today"] = len(day.said)
    for key in here.keys() | there.keys():
        if here[key] != there[key]:
            yield (key, here[key]), (key, there[key])


def _counted(day: Day, shop: str, text: str, at: datetime) -> Iterator[tuple[str, ...]]:
    """Yield what a message of today counts for: its shop, its hour, who of us wrote it."""
    if text in day.told:
        yield shop, "received"
        yield "received", f"{at + CHINA:%H}"
    if text in day.said:
        yield shop, "answered"
        yield "answered by", day.said[text][1]


def _unsent(day: Day, desk: Desk, there: Mapping[str, Case]) -> Iterator[str]:
    """Yield what became otherwise of our words than it should: each is there once, or told why."""
    rows = {row.text: row for row in desk.store.outbox.rows(everything=True)}
    for text, (name, _) in day.said.items():
        copies = sum(message.text == text for message in there[name].newest.messages)
        row = rows.get(text)
        state = row.state if row else "forgotten"
        wanted = {"confirmed": 1, "refused": 0, "answered_by_other": 0}.get(state)
        if copies != wanted:
            yield f"{name}: {state}, {copies} copies there"


def main() -> None:
    """Live one day and print what it came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shops", type=int, default=60)
    parser.add_argument("--tickets", type=int, default=5000)
    parser.add_argument("--minutes", type=float, default=5.0, help="between two syncs")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args()
    every = timedelta(minutes=asked.minutes)
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        day = Day(Path(folder), asked.shops, asked.tickets, every, asked.seed)
        day.live()
        wrong = differences(day)
        outcomes = Counter(outcome for _, _, outcome in day.ran)
        print(f"{len(dict(day.cases()))} tickets, {len(day.ran)} runs {dict(outcomes)},")  # noqa: T201
        print(f"{len(day.said)} replies, {len(wrong)} differences,")  # noqa: T201
        print(f"{time.process_time() - begun:.1f} s of CPU", *wrong[:20], sep="\n")  # noqa: T201


if __name__ == "__main__":
    main()
