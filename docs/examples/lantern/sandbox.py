"""An imitation of Lantern for the demo, the kit and the tests of its connector.

It shares no code with the connector: what both got wrong alike, no test would see.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gongdan.sandbox import (
    Answer,
    Imitation,
    Json,
    Message,
    Named,
    Outgoing,
    Query,
    Request,
    Row,
    Version,
    World,
    dump,
    json_answer,
    keep,
    spoil,
    status_of,
)

SHOP, STREAM, TOKEN, SECRET = "2002", "thread", "lantern-token-81c4", "lantern-secret-77aa"
KEYS_KEPT = timedelta(hours=24)
_FIRST_ID = 9_007_199_254_740_993  # the first whole number that a float cannot hold
_ALL = 1_000_000  # rows; a feed knows no pages
_FROM = {"buyer": "customer", "merchant": "merchant", "platform": "lantern"}
_WORDS = {429: "slow_down", 401: "token_expired", 403: "scope", 422: "wording"}


class _Words(Struct):
    text: str
    key: str


class Lantern:
    """One shop.  Every change that becomes visible gets the next number; a token holds one."""

    def __init__(self, world: World) -> None:
        self._world = world
        world.probe = lambda: self._push({"delivery": "0"})

    def fill(self) -> None:
        """Make the threads of the shop, an hour apart."""
        self._feed: dict[str, tuple[int, int, Row]] = {}  # by thread: number, version, what it is
        self._numbers = 0
        self._epoch = 1
        self._keys: dict[str, tuple[datetime, str]] = {}
        world = self._world
        for n in range(world.plan.tickets):
            at = world.start - timedelta(hours=world.plan.tickets - n)
            told = Message("buyer", f"is lantern {n} in stock?", at, world.new_id())
            world.cases.add(
                str(_FIRST_ID + n), shop=SHOP, stream=STREAM, created=at, updated=at,
                fields={"subject": f"lantern {n}", "state": "waiting"}, messages=[told],
            )  # fmt: skip

    def name(self, request: Request) -> Named:
        """Name a request by its method and the first part of its path."""
        first, *rest = request.path.strip("/").split("/")
        if request.method == "POST":
            return Named(f"POST /{first}", "write", SHOP)
        return Named(f"GET /{first}", "detail" if rest else "list", SHOP)

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        if status := status_of(request.strikes):
            return _no(status, _WORDS[status], {"retry-after": "2"} if status == 429 else {})
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return _no(401, "token_expired")
        match (request.method, request.path.strip("/").split("/")):
            case ("GET", ["changes"]):
                return self._changes(request)
            case ("GET", ["threads", thread]):
                return self._thread(thread, request)
            case ("POST", ["threads", thread, "messages"]):
                return self._say(thread, request)
            case _:
                return _no(404, "no_such_path")

    def hello(self, url: str) -> Json:
        """Tell the settings of a connector, by their names."""
        shops = [{"id": SHOP, "token": TOKEN}]
        return {"base_url": url, "app_key": "lantern", "app_secret": SECRET, "shops": shops}

    def shops(self) -> Sequence[Json]:
        """Tell the one shop."""
        return [{"id": SHOP}]

    def delete(self, _stream: str, case_id: str) -> None:
        """Delete a thread; the kit looks whether the connector understands."""
        self.put({"id": case_id, "shop": SHOP, "deleted": True})

    def put(self, ticket: Json) -> None:
        """Create or change a thread, and push that; `{"deleted": true}` deletes it.

        Raises:
            ValueError: it cannot be; the message names the key.
        """
        new = {"subject": f"lantern {ticket.get('id')}", "state": "waiting"}
        case = keep(self._world, ticket, shop=SHOP, stream=STREAM, speakers=_FROM, fields=new)
        self._push({"delivery": self._world.new_id(), "shop": SHOP, "thread": case.id})

    def forget(self) -> None:
        """Number all changes anew, as after a move to other machines: old tokens are stale."""
        self._feed, self._numbers, self._epoch = {}, 0, self._epoch + 1

    def _changes(self, request: Request) -> Answer:
        self._catch_up(request)
        token, limit = request.query.get("after", ""), int(request.query.get("limit", "50"))
        epoch, _, number = token.partition("-")
        if token and epoch != str(self._epoch):
            return _no(410, "stale_token")
        changes = sorted(self._feed.values(), key=lambda change: change[0])
        if token:
            changes = [change for change in changes if change[0] > int(number)]
        else:
            since = datetime.fromisoformat(request.query["since"])
            changes = [change for change in changes if change[2].version.updated >= since]
        page = changes[:limit]
        last = page[-1][0] if page else number or self._numbers
        rows = [_shown(row) for _, _, row in page]
        spoil(rows, request.strikes, time="opened_at", text="subject", word="state")
        return json_answer(
            {"changes": rows, "next": f"{self._epoch}-{last}", "more": len(changes) > limit}
        )

    def _catch_up(self, request: Request) -> None:
        """Number what has become visible since the last request."""
        seen = self._world.cases.page(SHOP, STREAM, Query(size=_ALL), request.strikes).rows
        for row in sorted(seen, key=lambda row: (row.version.visible_from, row.case.id)):
            held = self._feed.get(row.case.id)
            versions = row.case.versions
            place = next(n for n, version in enumerate(versions) if version is row.version)
            if held is None or held[1] < place:
                self._numbers += 1
                self._feed[row.case.id] = (self._numbers, place, row)

    def _thread(self, thread: str, request: Request) -> Answer:
        case = self._world.cases.get(STREAM, thread)
        version = self._world.cases.read(case, request.strikes) if case is not None else None
        if case is None or version is None:
            return _no(404, "no_such_thread")
        if version.fields.get("deleted"):
            return _no(410, "deleted")
        messages = [
            {"id": one.id, "from": _FROM[one.who], "text": one.text, "at": _utc(one.at)}
            for one in version.messages
        ]
        return json_answer({**_shown(Row(case, version)), "messages": messages})

    def _say(self, thread: str, request: Request) -> Answer:
        case = self._world.cases.get(STREAM, thread)
        if case is None:
            return _no(404, "no_such_thread")
        try:
            words = msgspec.json.decode(request.body, type=_Words)
        except msgspec.MsgspecError:
            return _no(400, "body")
        now, strikes = self._world.clock.second(), request.strikes
        at, known = self._keys.get(words.key, (now, ""))
        if known and now - at < KEYS_KEPT:
            return json_answer({"id": known}, outcome="known key")
        if case.newest.fields.get("deleted"):
            return _no(410, "deleted")
        if case.newest.fields.get("state") == "solved":
            return _no(409, "solved")
        told: list[Message] = []
        if "other-person" in strikes:
            told.append(Message("merchant", "a colleague was faster", now, self._world.new_id()))
        text = f"{words.text} (edited)" if "altered-text" in strikes else words.text
        told.append(Message("merchant", text, now, self._world.new_id()))
        self._keys[words.key] = (now, told[-1].id)
        hidden_s = strikes.get("hidden-write", 0.0)
        self._world.cases.change(case, {"state": "replied"}, told, hidden_s=hidden_s)
        return json_answer({"id": told[-1].id}, status=201)

    def _push(self, told: Json) -> None:
        if not self._world.push_url:
            return
        body = dump(told)
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"content-type": "application/json", "x-lantern-signature": signature}
        self._world.outgoing.append(Outgoing(self._world.push_url, headers, body))


def make(world: World) -> Imitation:
    """Return the imitation of one world."""
    return Lantern(world)


def _shown(row: Row) -> Json:
    case, version = row
    if version.fields.get("deleted"):
        return {"id": case.id, "changed_at": _changed(version), "deleted": True}
    told = {"id": case.id, **version.fields, "opened_at": _utc(case.created)}
    return {**told, "changed_at": _changed(version)}


def _changed(version: Version) -> str:
    return _utc(version.updated)


def _utc(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _no(status: int, word: str, headers: Mapping[str, str] | None = None) -> Answer:
    made = json_answer({"error": word, "detail": ""}, status=status, outcome=word)
    return replace(made, headers={**made.headers, **(headers or {})})
