"""A world of its own for one check: a platform, one shop, a store, a clock that leaps."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import NODEFAULT

from ..calls.network import TOTAL_S, Answer
from ..calls.session import Session
from ..config.settings import load as load_settings
from ..contract import ByTime, Stream
from ..desk import Desk
from ..errors import GongdanError
from ..plugins.registry import AnyConnector, Plugins
from ..sandbox import Case, Clock, Entry, Fault, Json, Make, Plan, Sandbox
from ..secret import Secret
from ..store import Store
from ..testing import SandboxNetwork, VirtualClock
from ..testing.network import host_of
from ..views import Draft, OutboxRow, RunRow, TicketView
from ..wire import Ask, Page, Request
from .check import Failed

ALIAS = "conform"
FIRST_ID = 9_007_199_254_740_993  # the first whole number that a float cannot hold
FIRST_DAYS = 3  # that a first sync reads: each day is a request of its own
UNDO_S = 600
_KEPT = 6  # exchanges that a failure shows
_LONG = 300


class Line:
    """A `gongdan.http.Network` over the sandbox's that remembers what was said, oldest first.

    Attributes:
        after: called when a request was answered: what happens on the platform meanwhile.
    """

    def __init__(self, network: SandboxNetwork, clock: VirtualClock) -> None:
        self._network = network
        self._clock = clock
        self.exchanges: list[tuple[Request, Answer | GongdanError]] = []
        self.after: Callable[[], None] = lambda: None

    def send(self, request: Request, *, fresh: bool = False, total_s: float = TOTAL_S) -> Answer:
        """Make one request; see `gongdan.http.Network`."""
        self._clock.advance(0.01)
        try:
            answer = self._network.send(request, fresh=fresh, total_s=total_s)
        except GongdanError as error:
            self.exchanges.append((request, error))
            raise
        self.exchanges.append((request, answer))
        self.after()
        return answer


class Stage:
    """One shop of one connector and everything round it real but the network and the clock.

    Attributes:
        clock: ours, and the source of the platform's.
        line: the way to the network, which remembers what was said.
        network: behind it; hosts may be taken down.
        shop: the platform's id of the one shop.
    """

    def __init__(self, connector: AnyConnector, make: Make, folder: Path, tickets: int = 0) -> None:
        self.connector = connector
        self.folder = folder
        self.clock = VirtualClock()
        platform = connector.platform
        self.sandbox = Sandbox({platform: make}, Plan(7, 1, tickets), Clock(self.clock.now))
        self.world = self.sandbox.worlds[platform]
        self.imitation = self.sandbox.gateways[platform].imitation
        self.network = SandboxNetwork.of(self.sandbox)
        self.line = Line(self.network, self.clock)
        self.hello: Json = self.imitation.hello(f"http://{host_of(platform)}")
        self.shop = str(self.imitation.shops()[0]["id"])
        self.given = _given(self.hello)
        self._count = 0
        self._armed = 0
        self._tokens: set[str] = set()
        self._desks: list[Desk] = []
        self.set_up()

    def close(self) -> None:
        """Close what was opened."""
        for desk in self._desks:
            held = desk.store.keys.token(ALIAS)
            self._tokens |= {held.access.reveal(), held.refresh.reveal()} if held else set()
            desk.close()
        self._desks = []

    # our side

    def set_up(self, leave_out: Iterable[str] = (), **other: object) -> None:
        """Write the settings file, as somebody would who was given what the sandbox says.

        Args:
            leave_out: settings that are not written.
            other: settings that are written instead, or beside.
        """
        fields = msgspec.structs.fields(self.connector.settings)
        names = {field.name for field in fields}
        values = {name: value for name, value in self.given.items() if name in names}
        values = {name: value for name, value in values.items() if name not in leave_out}
        secret = {field.name for field in fields if field.type is Secret}
        plain = {name: value for name, value in {**values, **other}.items() if name not in secret}
        hidden = {name: value for name, value in {**values, **other}.items() if name in secret}
        path = self.folder / "gongdan.toml"
        path.write_text(
            f"[gongdan]\nfirst_days = {FIRST_DAYS}\nundo_s = {UNDO_S}\n"
            f'[apps.{ALIAS}]\nplatform = "{self.connector.platform}"\n{_toml(plain)}'
            f'[shops.{ALIAS}]\napp = "{ALIAS}"\nremote_id = "{self.shop}"\n',
            encoding="utf-8",
        )
        secrets = self.folder / "secrets.toml"
        secrets.write_text(f"[{ALIAS}]\n{_toml(hidden)}", encoding="utf-8")
        secrets.chmod(0o600)
        self.close()

    @property
    def missing(self) -> list[str]:
        """The settings that the connector requires and the sandbox does not tell."""
        fields = msgspec.structs.fields(self.connector.settings)
        return [
            field.name
            for field in fields
            if field.default is NODEFAULT
            and field.default_factory is NODEFAULT
            and field.name not in self.given
        ]

    @property
    def desk(self) -> Desk:
        """The desk; opened when it is first asked for."""
        if not self._desks:
            for name, data in _new_store().items():
                if not (self.folder / name).exists():
                    (self.folder / name).write_bytes(data)
            plugins = _Only(self.connector)
            config = load_settings(self.folder / "gongdan.toml", {})
            self._desks.append(Desk(config, plugins, network=self.line, clock=self.clock, seed=0))
        return self._desks[-1]

    @property
    def session(self) -> Session[Any]:
        """The shop's way to its platform."""
        return self.desk.session(ALIAS)

    def sync(self) -> RunRow:
        """Send what is due and read what changed."""
        return self.desk.run_of(ALIAS).read_and_send()

    def ask(self, stream: Stream, session: Session[Any]) -> Page:
        """Ask once for the first page of what changed in the last days, as the core would."""
        assert stream.read_page is not None
        assert stream.reading is not None
        now = session.now()
        first = stream.reading.first_page if isinstance(stream.reading, ByTime) else 1
        span = min(timedelta(days=1), getattr(stream.reading, "max_span", timedelta(days=1)))
        return stream.read_page(session, Ask(now - span, now, first, stream.reading.page_size))

    def good_sync(self) -> RunRow:
        """Sync; Failed unless all went well."""
        run = self.sync()
        if run.outcome != "ok":
            notes = "; ".join((run.error, *run.notes)).strip("; ")
            raise Failed("a sync that ends ok", f"{run.outcome}: {notes}")
        return run

    def tickets(self, stream: Stream) -> dict[str, TicketView]:
        """Return what the store has of a stream, by the platform's id."""
        start = f"{ALIAS}/{stream.name}/"
        names = [name for name in self.desk.store.cases.ids(ALIAS) if name.startswith(start)]
        return {name.removeprefix(start): self.desk.ticket(name) for name in names}

    def draft(
        self, stream: Stream, case_id: str, kind: str, text: str, *, undo: bool = False
    ) -> OutboxRow:
        """Queue an action, with undo time or without."""
        draft = Draft(ticket=f"{ALIAS}/{stream.name}/{case_id}", kind=kind, text=text)
        return self.desk.draft(draft, now=not undo)[0]

    # the platform's side

    def new_id(self) -> str:
        """Return an id that no case has: 16 digits, beyond what a float holds."""
        self._count += 1
        return str(FIRST_ID + self._count)

    def put(self, stream: Stream, case_id: str = "", *, ago_s: float = 3600, **more: Any) -> str:
        """Create a case, or change one; return its id.

        Args:
            stream: of the connector.
            case_id: a new one if not given.
            ago_s: when it was created and last changed, in seconds before the platform's now; of
                a change, None is now.
            more: see `gongdan.sandbox.read_partial`.
        """
        at = self.world.clock.second() - timedelta(seconds=ago_s)
        case_id = case_id or self.new_id()
        ticket: Json = {"id": case_id, "shop": self.shop, "stream": stream.name, **more}
        if self.world.cases.get(stream.name, case_id) is None:
            ticket = {"created": at, "updated": at, **ticket}
        try:
            with self.sandbox.lock:
                self.imitation.put(ticket)
        except ValueError as error:
            raise Failed(
                "a sandbox whose `put` makes a case of an id, a shop and a stream", str(error)
            ) from error
        return case_id

    def fill(self, stream: Stream, count: int, *, apart_s: int = 60) -> list[str]:
        """Create cases, the newest two minutes old; return their ids, oldest first."""
        return [self.put(stream, ago_s=120 + apart_s * (count - place)) for place in range(count)]

    def say(self, stream: Stream, case_id: str, who: str, text: str) -> bool:
        """Let somebody say something in a case; False where nobody of that role speaks there."""
        said = [{"who": who, "text": text}]
        ticket: Json = {"id": case_id, "shop": self.shop, "stream": stream.name, "messages": said}
        with self.sandbox.lock:
            try:
                self.imitation.put(ticket)
            except ValueError:
                return False
        return True

    def touch(self, stream: Stream, case_id: str, updated: datetime | None = None) -> None:
        """Change a case without changing what it says."""
        case = self.case(stream, case_id)
        with self.sandbox.lock:
            self.world.cases.change(case, updated=updated)

    def case(self, stream: Stream, case_id: str) -> Case:
        """Return a case as the platform has it."""
        case = self.world.cases.get(stream.name, case_id)
        if case is None:
            raise Failed(f"a sandbox that keeps its cases in world.cases, by stream {stream.name}",
                         f"no case {case_id}")  # fmt: skip
        return case

    def cases(self, stream: Stream) -> list[Case]:
        """Return the cases of the shop's stream."""
        return list(self.world.cases.of(self.shop, stream.name))

    @property
    def struck(self) -> list[str]:
        """How the platform answered since a fault was armed, where it was not well."""
        return [entry.outcome for entry in self.log[self._armed :] if entry.outcome != "ok"]

    def arm(self, name: str, when: float = 1.0, **more: Any) -> None:
        """Arm a fault; by default it strikes every request that it can."""
        self._armed = len(self.log)
        self.sandbox.faults.arm(Fault(name=name, when=when, **more))

    def again(self, fault: str) -> None:
        """Arm another fault instead, long after the one before was over."""
        self.calm()
        self.clock.advance(1800)
        self.arm(fault)

    def calm(self) -> None:
        """Disarm all faults."""
        self.sandbox.faults.clear()

    @property
    def log(self) -> list[Entry]:
        """What reached the platform, oldest first."""
        return list(self.sandbox.traffic)

    # what a failure shows

    @property
    def secrets(self) -> set[str]:
        """What must be seen nowhere: the sandbox's secrets and tokens."""
        hidden = {
            field.name
            for field in msgspec.structs.fields(self.connector.settings)
            if field.type is Secret
        }
        found = {str(value) for name, value in self.given.items() if name in hidden}
        for desk in self._desks:
            held = desk.store.keys.token(ALIAS)
            found |= {held.access.reveal(), held.refresh.reveal()} if held else set()
        return {text for text in found | self._tokens if len(text) > 3}

    def told(self) -> tuple[str, ...]:
        """Return the last exchanges, a line each, without secrets."""
        lines = []
        for request, came in self.line.exchanges[-_KEPT:]:
            asked = f"{request.method} {request.url}"
            if request.query:
                asked += "?" + "&".join(f"{name}={value}" for name, value in request.query.items())
            asked += f" {request.body.decode('utf-8', 'replace')}" if request.body else ""
            said = (
                f"{came.status} {came.body.decode('utf-8', 'replace')}"
                if isinstance(came, Answer)
                else f"{type(came).__name__}"
            )
            lines.append(f"{_short(asked)} -> {_short(said)}")
        return tuple(_without(line, self.secrets) for line in lines)


@cache
def _new_store() -> Mapping[str, bytes]:
    """Return the files of an empty store: making one anew takes longer than most checks."""
    with tempfile.TemporaryDirectory() as folder:
        Store(Path(folder) / "gongdan.db").close()
        return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


class _Only(Plugins):
    """One connector, without looking for what is installed."""

    def __init__(self, connector: AnyConnector) -> None:
        super().__init__([])
        self._connectors = {connector.platform: connector}


def _given(hello: Mapping[str, object]) -> dict[str, object]:
    """Return what the sandbox says of settings: by their names, its first shop's over its own."""
    shops = hello.get("shops")
    first = shops[0] if isinstance(shops, list) and shops else {}
    return {**hello, **first}


def _toml(values: Mapping[str, object]) -> str:
    return "".join(f"{name} = {_literal(value)}\n" for name, value in values.items())


def _literal(value: object) -> str:
    if isinstance(value, bool | int | float):
        return str(value).lower()
    return msgspec.json.encode(value).decode()


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG]}... ({len(text)} characters)"


def _without(text: str, secrets: Iterable[str]) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text
