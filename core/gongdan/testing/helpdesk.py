"""An invented helpdesk for connectors that rest on the default `encode`: REST, JSON, bearer token.

    GET  /cases?since=&until=&page=&size=     {"items": [...], "total": n}, oldest change first
    GET  /cases?...&by=create                 the same, of the cases created in that span
    GET  /cases/ID                            one case, with its messages
    POST /cases/ID/replies {"body"}           {"id": ...}, 201

A case is {"id", "title", "state": "open" or "done", "created_at", "updated_at"}, times in UTC with
Z; read by id it has "messages": [{"id", "from": "shop" or "buyer", "body", "at"}] too.  An error is
a status code and {"error": "word"}: 401, 403, 404, 409 for a case that is done, 422, 429 with
Retry-After.  Whatever token is given is taken, as long as there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ..sandbox import (
    Answer,
    Case,
    Imitation,
    Json,
    Kind,
    Message,
    Named,
    Query,
    Request,
    Row,
    Version,
    World,
    json_answer,
    read_partial,
    victim,
)

SHOP = "1001"
STREAM = "case"
TOKEN = "helpdesk-token-5e1f"
_FIRST_ID = 9_007_199_254_740_993  # the first whole number that a float cannot hold
_MOST_ROWS = 100  # a page; a larger one is cut in silence, as some platforms do
_FROM = {"buyer": "buyer", "merchant": "shop"}
# What strikes a shop: status, and the word in the body.
_REFUSALS: Mapping[str, tuple[int, str]] = {
    "rate-limit": (429, "too many requests"),
    "ban": (429, "banned"),
    "token-expired": (401, "token expired"),
    "revoked": (401, "token revoked"),
    "no-permission": (403, "permission"),
    "wrong-ip": (403, "address"),
    "refused": (422, "forbidden word"),
}


class _Reply(Struct, forbid_unknown_fields=True):
    body: str


class Helpdesk:
    """The imitation; one shop, whose cases are an hour apart."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._said = 0

    def fill(self) -> None:
        """Make the cases of the shop."""
        self._said = 0
        world = self._world
        for n in range(world.plan.tickets):
            ago = world.plan.tickets - n
            at = world.start - timedelta(hours=ago)
            self._said += 1
            words = Message("buyer", f"where is my parcel {n}?", at, f"m{self._said}")
            world.cases.add(
                str(_FIRST_ID + n), shop=SHOP, stream=STREAM, created=at, updated=at,
                fields={"title": f"parcel {n}", "state": "done" if n % 3 == 2 else "open"},
                messages=[words],
            )  # fmt: skip

    def name(self, request: Request) -> Named:
        """Name a request by its method and the form of its path."""
        parts = request.path.strip("/").split("/")
        api = "/".join(("ID" if place == 1 else part) for place, part in enumerate(parts))
        if request.method != "GET":
            return Named(f"{request.method} /{api}", "write", SHOP)
        kind: Kind = "list" if len(parts) == 1 else "detail"
        return Named(f"GET /{api}", kind, SHOP)

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        for fault, (status, word) in _REFUSALS.items():
            if fault in request.strikes:
                wait = {"retry-after": "2"} if status == 429 else {}
                return _no(status, word, wait)
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return _no(401, "no token")
        match (request.method, request.path.strip("/").split("/")):
            case ("GET", ["cases"]):
                return self._list(request)
            case ("GET", ["cases", case_id]):
                return self._detail(case_id, request)
            case ("POST", ["cases", case_id, "replies"]):
                return self._reply(case_id, request)
        return _no(404, "no such path")

    def hello(self, url: str) -> Json:
        """Tell the address, the shop and its token."""
        return {"base_url": url, "app_key": "helpdesk", "shops": [{"id": SHOP, "token": TOKEN}]}

    def shops(self) -> Sequence[Json]:
        """Tell the one shop."""
        return [{"id": SHOP}]

    def put(self, ticket: Json) -> None:
        """Create or change a case; `who` of a message is buyer or merchant.

        Raises:
            ValueError: somebody else speaks.
        """
        partial = read_partial(ticket)
        if partial.stream not in ("", STREAM):
            raise ValueError(f"stream is {partial.stream!r}; there is: {STREAM}")
        now = self._world.clock.second()
        said = []
        for one in partial.messages:
            if one.who not in _FROM:
                raise ValueError(f"who is {one.who!r}; there are: {', '.join(_FROM)}")
            self._said += 1
            said.append(Message(one.who, one.text, one.at or now, one.id or f"m{self._said}"))
        cases = self._world.cases
        case = cases.get(STREAM, partial.id)
        if case is not None:
            cases.change(case, partial.fields, said, updated=partial.updated)
            return
        cases.add(
            partial.id, shop=SHOP, stream=STREAM, created=partial.created,
            updated=partial.updated, messages=said,
            fields={"title": f"parcel {partial.id}", "state": "open", **partial.fields},
        )  # fmt: skip

    def _list(self, request: Request) -> Answer:
        asked = request.query
        try:
            by = "create" if asked.get("by") == "create" else "update"
            query = Query(
                start=datetime.fromisoformat(asked["since"]),
                end=datetime.fromisoformat(asked["until"]),
                by=by,  # type: ignore[arg-type] # one of the two
                page=int(asked.get("page", "1")),
                size=min(int(asked.get("size", "20")), _MOST_ROWS),
            )
        except (KeyError, ValueError):
            return _no(400, "since, until, page or size")
        if query.page < 1:
            return _no(400, "page")
        listing = self._world.cases.page(SHOP, STREAM, query, request.strikes)
        items = [_shown(row.case, row.version) for row in listing.rows]
        _spoil(items, listing.rows, request)
        return json_answer({"items": items, "total": listing.total})

    def _detail(self, case_id: str, request: Request) -> Answer:
        case = self._world.cases.get(STREAM, case_id)
        version = self._world.cases.read(case, request.strikes) if case is not None else None
        if case is None or version is None:
            return _no(404, "no such case")
        return json_answer({**_shown(case, version), "messages": _thread(version)})

    def _reply(self, case_id: str, request: Request) -> Answer:
        cases, strikes = self._world.cases, request.strikes
        case = cases.get(STREAM, case_id)
        if case is None:
            return _no(404, "no such case")
        if case.newest.fields["state"] == "done":
            return _no(409, "the case is done")
        try:
            text = msgspec.json.decode(request.body, type=_Reply).body
        except msgspec.MsgspecError:
            return _no(422, "body")
        if "altered-text" in strikes:
            text = f"{text} (edited)"
        now = self._world.clock.second()
        if "other-person" in strikes:
            self._said += 1
            words = Message("merchant", "a colleague was faster", now, f"m{self._said}")
            cases.change(case, {}, [words])
        self._said += 1
        said = Message("merchant", text, now, f"m{self._said}")
        cases.change(case, {}, [said], hidden_s=strikes.get("hidden-write", 0.0))
        return json_answer({"id": said.id}, status=201)


def make(world: World) -> Imitation:
    """Return the imitation of one world."""
    return Helpdesk(world)


def _thread(version: Version) -> list[Json]:
    return [
        {"id": one.id, "from": _FROM[one.who], "body": one.text, "at": _utc(one.at)}
        for one in version.messages
    ]


def _shown(case: Case, version: Version) -> Json:
    return {
        "id": case.id,
        **version.fields,
        "created_at": _utc(case.created),
        "updated_at": _utc(version.updated),
    }


def _utc(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _spoil(items: list[Json], rows: Sequence[Row], request: Request) -> None:
    struck = victim([row.case.id for row in rows])
    for item in items:
        if item["id"] != struck:
            continue
        if "malformed-row" in request.strikes:
            item["created_at"] = []
        if "lone-surrogate" in request.strikes:
            item["title"] = f"{item['title']}\ud83d"
        if "new-field" in request.strikes:
            item["colour"] = "red"
        if "new-enum" in request.strikes:
            item["state"] = "frozen"


def _no(status: int, word: str, headers: Mapping[str, str] | None = None) -> Answer:
    made = json_answer({"error": word}, status=status, outcome=f"{status} {word}")
    return replace(made, headers={**made.headers, **(headers or {})})
