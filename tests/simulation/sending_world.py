"""One simulated platform for the sending side: its faults, its clock, and who wrote what on it."""

from __future__ import annotations

import atexit
import re
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from gongdan import Action, Call, Connector, NotSent, Request
from gongdan import Case as Ticketed
from gongdan.calls.network import TOTAL_S, Answer
from gongdan.calls.session import Session
from gongdan.calls.skew import Skew
from gongdan.due import Due
from gongdan.fold import keys_of
from gongdan.sandbox import Answer as Said
from gongdan.sandbox import Case, Clock, Fault, Json, Message, Plan, Sandbox
from gongdan.sandbox import Request as Asked
from gongdan.sending.likeness import folded
from gongdan.shoprun import ShopRun
from gongdan.store import Store
from gongdan.testing import SandboxNetwork, VirtualClock
from gongdan.ticket import Message as Ours
from gongdan.ticket import Who

from .platforms import PLATFORMS

ALIAS = "main"
TICKETS = ("770001", "770002")
ROW = "x-sim-row"
# Writes that fail, and how often; seconds are within what docs/sending.md assumes (A1).
WRITES = ("lost-request", "lost-response", "late-commit", "hidden-write", "refused", "rate-limit",
          "http-500", "altered-text", "other-person", "new-round", "reset", "cut-body")  # fmt: skip
READS = ("http-500", "cut-body", "reset", "stale-replica")


class Commit(Struct, frozen=True):
    """A message that the platform stored for us."""

    row: int
    ticket: str
    text: str
    at: datetime
    order: int


class Trouble(Struct, frozen=True):
    """What a seed decides once.

    Attributes:
        visible_s: how late a written message is seen, at most.
        enforces: whether the platform refuses old signatures, and says how old they may be.
        key_s: for how long it knows the key of an action, and does not do the same twice; 0: it
            takes none.
    """

    platform: str
    writes: dict[str, float]
    reads: dict[str, float]
    refused: float
    broken: float  # a 502 after the write was done
    kill: float
    pause: float
    visible_s: float = 30.0
    enforces: bool = True
    key_s: float = 0.0


def trouble_of(rng: Random, platform: str) -> Trouble:
    """Return what goes wrong under a seed: some things often, some never."""
    writes = {name: rng.choice((0.1, 0.25)) for name in WRITES if rng.random() < 0.35}
    reads = {name: rng.choice((0.02, 0.05)) for name in READS if rng.random() < 0.3}
    if rng.random() < 0.3:
        reads["stale-replica"] = 0.4
    return Trouble(
        platform, writes, reads,
        refused=rng.choice((0, 0, 0.2)), broken=rng.choice((0, 0, 0.2)),
        kill=rng.choice((0, 0.01, 0.04)), pause=rng.choice((0.01, 0.04)),
    )  # fmt: skip


def keyed(rng: Random, trouble: Trouble) -> Trouble:
    """Return the same trouble on a platform that takes keys, or not; one in four does."""
    if rng.random() >= 0.25:
        return trouble
    key_s = rng.choice((120.0, 1200.0, 3600.0, 86400.0))
    return replace(trouble, key_s=key_s, enforces=rng.random() < 0.5)


class Wall:
    """The machine's clock: the world's, jumping now and then."""

    def __init__(self, world: VirtualClock) -> None:
        self._world = world
        self.ahead = timedelta()

    def now(self) -> datetime:
        return self._world.now() + self.ahead

    def monotonic(self) -> float:
        return self._world.monotonic()

    def sleep(self, seconds: float) -> None:
        self._world.advance(max(seconds, 0.0))


class Wire(SandboxNetwork):
    """The network, on which a write carries the name of its row to the platform."""

    def __init__(self, world: SendingWorld) -> None:
        super().__init__({f"{world.trouble.platform}.sandbox": world.gateway})
        self._world = world
        self.row = 0

    def send(self, request: Request, *, fresh: bool = False, total_s: float = TOTAL_S) -> Answer:
        world, trouble = self._world, self._world.trouble
        is_write = fresh and self.row > 0
        if is_write:
            world.check_write(request, self.row)
            request = replace(request, headers={**request.headers, ROW: str(self.row)})
        if is_write and world.faulty and world.rng.random() < trouble.refused:
            raise NotSent("connection refused")
        answer = super().send(request, fresh=fresh, total_s=total_s)
        self.sent.clear()
        if is_write and world.faulty and world.rng.random() < trouble.broken:
            return Answer(502, {"date": answer.headers.get("date", "")}, b"Bad Gateway")
        return answer


class SendingWorld:
    """A platform with two tickets, a store, and a record of what truly happened.

    Attributes:
        commits: what the platform stored for us, in order.
        wrongs: what must never happen, and did.
    """

    def __init__(self, seed: int, trouble: Trouble, folder: Path) -> None:
        self.seed = seed
        self.trouble = trouble
        self.rng = Random(f"world {seed}")
        self.time = VirtualClock()
        self.wall = Wall(self.time)
        self.faulty = True
        self.commits: list[Commit] = []
        self.wrongs: list[str] = []
        self.writes = 0
        self.path = folder / "gongdan.db"
        shutil.copyfile(blank_store(), self.path)
        self._platform = PLATFORMS[trouble.platform]
        self.connector = _connector_of(self._platform.connector, trouble)
        self._done: dict[str, tuple[datetime, Said]] = {}  # by key: when, and what was answered
        self.sandbox = Sandbox(
            {trouble.platform: self._platform.make}, Plan(seed, 1, 0), Clock(self.time.now)
        )
        self.gateway = self.sandbox.gateways[trouble.platform]
        self.platform_world = self.sandbox.worlds[trouble.platform]
        self._hello = self.gateway.imitation.hello(f"http://{trouble.platform}.sandbox")
        self._answer = self.gateway.imitation.answer
        self.gateway.imitation.answer = self._watched  # type: ignore[method-assign] # to know who wrote what
        self._sql = sqlite3.connect(self.path, isolation_level=None)
        for ticket in TICKETS:
            self._open(ticket)
        self._arm()

    def close(self) -> None:
        self._sql.close()

    # the platform

    @property
    def stream(self) -> str:
        return str(self._platform.connector.streams[0].name)

    def ticket(self, number: str) -> str:
        """Return the ticket id of a case."""
        return f"{ALIAS}/{self.stream}/{number}"

    def case(self, ticket_id: str) -> Case:
        found = self.platform_world.cases.get(self.stream, ticket_id.rsplit("/", 1)[1])
        assert found is not None
        return found

    def _open(self, number: str) -> None:
        shop = self._platform.shop(self._hello)
        who = "platform" if self.trouble.platform == "douyin" else "buyer"
        told: Json = {"id": number, "shop": shop, "stream": self.stream,
                "messages": [{"who": who, "text": "请问什么时候发货?"}]}  # fmt: skip
        self.gateway.imitation.put(told)

    def _arm(self) -> None:
        for name, rate in self.trouble.writes.items():
            seconds = {"late-commit": 60.0}.get(name)
            api = _WRITE[self.trouble.platform]
            for part in (0.1, 1.0) if name == "hidden-write" else (None,):
                if part is not None:
                    seconds = self.trouble.visible_s * part
                self.sandbox.faults.arm(Fault(name=name, when=rate, api=api, seconds=seconds))
        for name, rate in self.trouble.reads.items():
            for api in _READ[self.trouble.platform]:
                self.sandbox.faults.arm(Fault(name=name, when=rate, api=api, seconds=20.0))

    def calm(self) -> None:
        """Let nothing go wrong any more."""
        self.faulty = False
        self.sandbox.faults.clear()

    def say(self, ticket_id: str, text: str) -> None:
        """Let a colleague answer on the platform's own console, if it may be answered."""
        if self.trouble.platform == "douyin":
            if self.case(ticket_id).newest.fields["operate_status"] != 0:
                return
            self._put(ticket_id, {"operate_status": 10}, "merchant", text)
        else:
            self._put(ticket_id, {}, "merchant", text)

    def reject(self, ticket_id: str) -> None:
        """Let the platform send an answered case back, so that a new round begins."""
        if self.trouble.platform == "douyin":
            if self.case(ticket_id).newest.fields["operate_status"] == 10:
                fields: Json = {"operate_status": 0, "is_reject": 1}
                self._put(ticket_id, fields, "platform", "请补充处理方案后重新提交。")
        else:
            self._put(ticket_id, {}, "buyer", "还是没有解决。")

    def _put(self, ticket_id: str, fields: Json, who: str, text: str) -> None:
        number = ticket_id.rsplit("/", 1)[1]
        told: Json = {"id": number, "fields": fields, "messages": [{"who": who, "text": text}]}
        self.gateway.imitation.put(told)

    def _watched(self, request: Asked) -> Said:
        row = int(request.headers.get(ROW, "0"))
        if not self.trouble.enforces:  # the platform looks at no signature's age
            stamp = datetime.fromtimestamp(_stamp(request), UTC)
            request = replace(request, arrived=stamp)
        before = {case.id: len(case.newest.messages) for case in self.platform_world.cases}
        answer = self._answer_once(request)
        if row and answer.outcome == "ok":
            for case in self.platform_world.cases:
                fresh = case.newest.messages[before[case.id] :]
                ours = [message for message in fresh if message.who == "merchant"]
                if ours:  # a colleague who was faster comes first
                    self._note(row, self.ticket(case.id), ours[-1])
        return answer

    def _answer_once(self, request: Asked) -> Said:
        """Answer, or answer as before where the request's key is known."""
        found = _KEY_SENT.search(request.body) if self.trouble.key_s else None
        key = found[1].decode() if found else ""
        if self.trouble.key_s and request.headers.get(ROW) and not key:
            self.wrongs.append("a write left without its key")
        now = self.time.now()
        known = self._done.get(key)
        if known is not None and now - known[0] < timedelta(seconds=self.trouble.key_s):
            return known[1]
        answer = self._answer(request)
        if key and answer.outcome == "ok":
            self._done[key] = now, answer
        return answer

    def _note(self, row: int, ticket: str, message: Message) -> None:
        commit = Commit(row, ticket, message.text, message.at, len(self.commits))
        self.commits.append(commit)

    def thread(self, ticket_id: str) -> dict[str, Ours]:
        """Return all that is stored of a case, hidden or not, by the keys that we give it."""
        messages = [
            Ours(Who(m.who), m.text, m.at, m.id if self.trouble.platform == "qianniu" else "")
            for m in self.case(ticket_id).newest.messages
        ]
        return dict(zip(keys_of(messages), messages, strict=True))

    # our side

    def store(self) -> Store:
        return Store(self.path)

    def run(self, store: Store, wire: Wire, skew: Skew) -> ShopRun:
        """Return what a process works the outbox off with."""
        connector = self.connector
        session: Session[Any] = Session(
            alias=ALIAS, remote_id=self._platform.shop(self._hello), connector=connector,
            settings=self._platform.settings(self._hello), network=wire, clock=self.wall,
            keys=store.keys, skew=skew, stop=lambda: False, rng=self.rng,
        )  # fmt: skip
        return ShopRun(
            connector, session, store, self.wall, due=Due(connector.platform, ()),
            first=self.wall.now(),
        )  # fmt: skip

    def check_write(self, request: Request, row: int) -> None:
        """The attempt is stored before a byte leaves, and its stamp is what signs the request."""
        self.writes += 1
        found = self._sql.execute(
            "SELECT stamp_ms, outcome FROM attempts WHERE outbox = ? ORDER BY number DESC LIMIT 1",
            (row,),
        ).fetchone()
        if found is None:
            self.wrongs.append(f"row {row}: a request left before it was stored")
            return
        passed = self._sql.execute(
            "SELECT e.id, e.state FROM outbox e JOIN outbox o ON o.n = e.n AND o.seq > e.seq"
            " WHERE o.id = ? AND (e.state IN ('queued', 'sending', 'unknown')"
            "  OR e.state = 'sent' AND e.hold = 0)",
            (row,),
        ).fetchone()
        if passed is not None:
            self.wrongs.append(f"row {row} went while {passed[0]} before it was {passed[1]}")
        stamps = {
            stamp // 1000
            for (stamp,) in self._sql.execute(
                "SELECT stamp_ms FROM attempts WHERE outbox = ?", (row,)
            )
        }
        if _stamp(request) not in stamps:
            self.wrongs.append(f"row {row}: a request was not signed with its attempt's stamp")

    def rows(self) -> list[dict[str, Any]]:
        """Return all that the store has of the outbox, by columns."""
        cursor = self._sql.execute(
            "SELECT o.*, t.id AS ticket FROM outbox o JOIN tickets t ON t.n = o.n ORDER BY o.id"
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def stamps(self, row: int) -> list[datetime]:
        """Return the stamps of a row's attempts."""
        found = self._sql.execute("SELECT stamp_ms FROM attempts WHERE outbox = ?", (row,))
        return [datetime.fromtimestamp(ms / 1000, UTC) for (ms,) in found]

    def meta(self) -> dict[str, str]:
        return dict(self._sql.execute("SELECT key, value FROM meta"))

    def same_words(self, text: str, ticket_id: str) -> Iterator[str]:
        """Yield the keys of merchant messages with these words."""
        for key, message in self.thread(ticket_id).items():
            if message.who is Who.MERCHANT and folded(message.text) == folded(text):
                yield key


_WRITE = {"douyin": "order.replyService", "qianniu": "taobao.refund.message.add"}
_READ = {
    "douyin": ("order.serviceDetail",),
    "qianniu": ("taobao.refund.get", "taobao.refund.messages.get"),
}
KEY = "sim_key"
_KEY_SENT = re.compile(KEY.encode() + rb'"(?::"|\r\n\r\n)([^"\r]+)')  # in JSON, in a form


def _connector_of(connector: Connector[Any], trouble: Trouble) -> Connector[Any]:
    """Return a connector as its platform under this trouble needs it."""
    if not trouble.key_s:
        return connector
    stream = connector.streams[0]
    reply = stream.abilities[0]

    def to_call(action: Action, case: Ticketed) -> Call:
        call = reply.to_call(action, case)
        return replace(call, params={**call.params, KEY: action.id})

    known = replace(reply, to_call=to_call, key_age=timedelta(seconds=trouble.key_s))
    stream = replace(stream, abilities=(known, *stream.abilities[1:]))
    age = connector.signature_age if trouble.enforces else None
    return replace(connector, streams=(stream, *connector.streams[1:]), signature_age=age)


_CHINA = ZoneInfo("Asia/Shanghai")


def _stamp(request: Request | Asked) -> int:
    """Return the time that a request is signed with, in seconds."""
    text = request.query["timestamp"]
    if text.isdigit():
        return int(text)
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_CHINA).timestamp())


@lru_cache(1)
def blank_store() -> Path:
    """Return a store that has its tables and nothing in them; copied, it costs no migration."""
    path = Path(mkdtemp(dir=scratch())) / "blank.db"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    store = Store(path)
    store._guard.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


def scratch() -> str | None:
    """Return a folder in memory, where there is one: no disk is waited for."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None
