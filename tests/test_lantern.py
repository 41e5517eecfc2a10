"""The example of another shape, in the core's hands: tokens, deletions, keys, pushes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from gongdan.config import settings
from gongdan.desk import Desk
from gongdan.plugins.registry import GROUP, Plugins
from gongdan.pushes.receiving import Receiver
from gongdan.sandbox import Clock, Fault, Json, Outgoing, Plan, Sandbox, load
from gongdan.testing import Conformance, SandboxNetwork, VirtualClock
from gongdan.ticket import Parcel
from gongdan.views import Draft, QueueFilter

EXAMPLES = Path(__file__).resolve().parent.parent / "docs/examples"
URL = "http://lantern.sandbox"


@pytest.fixture(autouse=True)
def _examples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES)


class TestLantern(Conformance):
    platform = "lantern"


class Shop:
    """One shop of Lantern, imitated, and a desk that reads it."""

    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock()
        plugins = Plugins([EntryPoint("lantern", "lantern", GROUP)])
        makers = {"lantern": load(plugins.connector("lantern").sandbox)}
        self.sandbox = Sandbox(makers, Plan(7, 1, 3), Clock(self.clock.now))
        self.world = self.sandbox.worlds["lantern"]
        self.imitation: Any = self.sandbox.gateways["lantern"].imitation
        hello: Any = self.sandbox.hello({"lantern": URL})["lantern"]
        path = folder / "gongdan.toml"
        path.write_text(
            f'[gongdan]\nundo_s = 0\n[shops.main]\nplatform = "lantern"\n'
            f'remote_id = "{hello["shops"][0]["id"]}"\nbase_url = "{URL}"\n'
        )
        told = {
            "GONGDAN_MAIN_APP_SECRET": hello["app_secret"],
            "GONGDAN_MAIN_TOKEN": hello["shops"][0]["token"],
        }
        self.network = SandboxNetwork.of(self.sandbox)
        self._config, self._plugins = settings.load(path, told), plugins
        self.desk = self._opened()
        self.ids = [case.id for case in self.world.cases]

    def _opened(self) -> Desk:
        return Desk(self._config, self._plugins, network=self.network, clock=self.clock, seed=0)

    def lose_the_store(self) -> None:
        self.desk.close()
        for path in self._config.path.parent.glob("gongdan.db*"):
            path.unlink()
        self.desk = self._opened()

    def put(self, **ticket: object) -> None:
        self.clock.advance(60)
        with self.sandbox.lock:
            self.imitation.put(dict(ticket))

    def sync(self) -> str:
        self.clock.advance(60)
        return self.desk.sync().shops[0].outcome

    def open(self) -> set[str]:
        return {row.id.rpartition("/")[2] for row in self.desk.queue(QueueFilter())}

    def said(self, case_id: str) -> list[str]:
        """Return what the merchant has said in a thread, there."""
        case = self.world.cases.get("thread", case_id)
        assert case is not None
        return [one.text for one in case.newest.messages if one.who == "merchant"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.desk.close()


def test_what_changes_is_read_from_where_the_token_stands(shop: Shop) -> None:
    first = shop.sync()
    before = len(shop.network.sent)
    shop.put(id=shop.ids[1], state="solved")
    shop.put(id="77")

    second = shop.sync()

    assert (first, second) == ("ok", "ok")
    assert shop.open() == {shop.ids[0], shop.ids[2], "77"}
    asked = [request.query for request in shop.network.sent[before:] if request.query]
    assert asked == [{"after": "1-3", "limit": "50"}]


def test_a_deleted_thread_leaves_the_queue_and_is_asked_for_no_more(shop: Shop) -> None:
    shop.sync()
    shop.put(id=shop.ids[0], deleted=True)
    before = len(shop.network.sent)

    outcomes = [shop.sync(), shop.sync()]

    assert outcomes == ["ok", "ok"]
    assert [one.url for one in shop.network.sent[before:] if shop.ids[0] in one.url] == []
    assert shop.open() == set(shop.ids[1:])
    assert shop.desk.ticket(shop.ids[0]).ticket.gone is True
    assert shop.desk.store.state.debts("main").owed == 0


def test_a_thread_that_is_restored_comes_back(shop: Shop) -> None:
    shop.sync()
    shop.put(id=shop.ids[0], deleted=True)
    shop.sync()
    shop.put(id=shop.ids[0], deleted=False)

    shop.sync()

    assert shop.open() == set(shop.ids)


def test_a_forgotten_token_loses_nothing(shop: Shop) -> None:
    shop.sync()
    shop.put(id="77")
    shop.imitation.forget()

    outcome = shop.sync()

    assert outcome == "ok"
    assert ["token-forgotten" in note for note in shop.desk.runs(limit=1)[0].notes] == [True]
    assert shop.open() == {*shop.ids, "77"}


@pytest.mark.parametrize("fault", ["lost-response", "late-commit"])
def test_a_reply_that_got_no_answer_is_there_once(shop: Shop, fault: str) -> None:
    shop.sync()
    shop.sandbox.faults.arm(Fault(name=fault))
    shop.desk.draft(Draft(ticket=shop.ids[0], text="今天发出。"), now=True)
    shop.desk.push()
    (lost,) = shop.desk.outbox(all=True)

    for _ in range(20):
        shop.clock.advance(10)
        shop.desk.push()

    (row,) = shop.desk.outbox(all=True)
    shop.world.settle()
    assert (lost.state, row.state) == ("unknown", "confirmed")
    assert shop.said(shop.ids[0]) == ["今天发出。"]


def test_a_new_store_uses_no_key_of_the_one_before(shop: Shop) -> None:
    """The platform would take the new answer for the old one, and show nobody the new words."""
    shop.sync()
    for words in ("今天发出。", "抱歉，改为明天发出。"):
        shop.desk.draft(Draft(ticket=shop.ids[0], text=words), now=True)
        shop.desk.push()
        shop.lose_the_store()
        shop.sync()

    assert shop.said(shop.ids[0]) == ["今天发出。", "抱歉，改为明天发出。"]


def test_a_request_that_got_lost_goes_again_within_seconds(shop: Shop) -> None:
    shop.sync()
    shop.sandbox.faults.arm(Fault(name="lost-request"))
    shop.desk.draft(Draft(ticket=shop.ids[0], text="今天发出。"), now=True)
    shop.desk.push()

    for _ in range(3):
        shop.clock.advance(5)
        shop.desk.push()

    (row,) = shop.desk.outbox(all=True)
    assert row.state == "confirmed"
    assert shop.said(shop.ids[0]) == ["今天发出。"]


def pushed(shop: Shop, **ticket: object) -> Outgoing:
    """Return what Lantern pushes of a change."""
    shop.world.push_to("http://127.0.0.1:1/push/lantern/main")
    shop.put(**ticket)
    return shop.world.outgoing[-1]


def test_a_push_brings_the_reading_of_its_thread_forward(shop: Shop) -> None:
    shop.sync()
    push = pushed(shop, id=shop.ids[0], subject="changed")
    receiver = Receiver(shop.desk)

    taken = [receiver.take(Parcel("/push/lantern/main", push.headers, push.body)) for _ in "ab"]

    assert [one.status for one in taken] == [200, 200]
    assert shop.desk.store.state.debts("main").owed == 1
    shop.sync()
    assert shop.desk.ticket(shop.ids[0]).ticket.title == "changed"


def test_a_push_of_a_deletion_is_no_trouble(shop: Shop) -> None:
    shop.sync()
    push = pushed(shop, id=shop.ids[0], deleted=True)
    shop.sync()
    Receiver(shop.desk).take(Parcel("/push/lantern/main", push.headers, push.body))

    outcome = shop.sync()

    assert outcome == "ok"
    assert shop.desk.store.state.debts("main").owed == 0
    assert shop.desk.runs(limit=1)[0].notes == ()


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param({"x-lantern-signature": "0" * 64}, 401, id="another's"),
        pytest.param({}, 200, id="its own"),
    ],
)
def test_a_push_must_be_signed(shop: Shop, change: Json, status: int) -> None:
    push = pushed(shop, id=shop.ids[0])
    headers = {**push.headers, **change}

    taken = Receiver(shop.desk).take(Parcel("/push/lantern/main", headers, push.body))  # type: ignore[arg-type] # texts

    assert taken.status == status
    assert json.loads(push.body)["thread"] == shop.ids[0]


def test_a_check_asks_a_platform_that_has_only_lists_with_tokens(tmp_path: Path) -> None:
    shop = Shop(tmp_path)

    well = shop.desk.check("main")
    shop.network.down.add("lantern.sandbox")
    down = shop.desk.check("main")

    assert (well.state, down.state) == ("ok", "unreachable")
    shop.network.down.clear()
    assert shop.sync() == "ok"
    assert {row.id.rpartition("/")[2] for row in shop.desk.queue(QueueFilter())} <= set(shop.ids)
