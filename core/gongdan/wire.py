"""What goes over the network and what comes back, in the words of the contract."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, Protocol, TypeAlias

from msgspec import Raw, Struct, UnsetType

from .fields import Fields
from .secret import Secret
from .ticket import File

Params: TypeAlias = Mapping[str, object]
# One payload, or several by name: `{"case": raw, "messages": [raw, raw]}`.
Detail: TypeAlias = Raw | Mapping[str, Raw | Sequence[Raw]]


class Call(Struct, frozen=True):
    """One request, not yet encoded.

    Attributes:
        op: what the platform calls it; budget, errors and log go by it.
        params: by name; times are aware, and the default `encode` writes them as ISO 8601 in UTC.
        files: by the name of the form's field.
        receipt: of a write: path in the answer to the id of what it made.
    """

    op: str
    params: Params = {}
    files: Mapping[str, File] = {}
    receipt: str = ""

    def __repr__(self) -> str:  # params hold buyers' data
        return f"Call({self.op!r}, {len(self.params)} params, {len(self.files)} files)"


class Request(Struct, frozen=True):
    """One request as it leaves.  The bytes that were signed are the bytes that are sent.

    Attributes:
        method: in capitals.
        url: absolute, without the query.
        query: decoded; it is escaped when it is sent.
        headers: beside those that HTTP itself needs.
        body: as it goes out.
        form: sent instead of `body`, urlencoded; multipart when there are files.
        files: by the name of the form's field.
    """

    method: str
    url: str
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    body: bytes = b""
    form: Mapping[str, str] = {}
    files: Mapping[str, File] = {}

    def __repr__(self) -> str:  # query, headers and body hold tokens and buyers' data
        return f"Request({self.method}, {len(self.body)} bytes)"


class Page(Struct, frozen=True):
    """What came.  Rows stay bytes, so that a malformed one does not take the others along.

    Attributes:
        rows: a list or tuple, in the platform's order; a row may come twice.
        more: None or UNSET where it is not told: by total; no total: until a page is not full.
        total: of the span asked for; None or UNSET where it is not told.
        token: what to ask with next, for a ByToken list; "": there is no next.
    """

    rows: Sequence[Raw]
    more: bool | UnsetType | None = None
    total: int | UnsetType | None = None
    token: str = ""


class Reply(Protocol):
    """One answer.  `fault` has been asked before anybody else sees it."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, names in lower case."""
        ...

    @property
    def body(self) -> Fields:
        """The whole answer.  Raises ProtocolError if it is no JSON object."""
        ...

    def raw(self, path: str, /) -> Raw:
        """Return the bytes of one value as they came; "" is all of it, absent is `null`."""
        ...

    def rows(self, path: str, /) -> list[Raw]:
        """Return the bytes of each element of a list; absent, null, "" and {} have none."""
        ...

    def page(self, rows: str, /, *, total: str = "", more: str = "", token: str = "") -> Page:
        """Return a Page by the paths of its parts."""
        ...


class Fault(Struct, frozen=True):
    """What the platform says went wrong, in its words.

    Attributes:
        code: all its codes with a blank between: "20000 isp.service-error:10009".
        text: its message; it is shown to people, without the shop's secrets.
        wait_s: seconds, if it says how long to wait.
        request_id: what its support asks for.
    """

    code: str
    text: str = ""
    wait_s: float | None = None
    request_id: str = ""


class Means(enum.Enum):
    """What the core does about it.  *: the platform did nothing, so that a write may go again."""

    RETRY = "again soon; a write becomes unknown"
    WAIT = "* again after wait_s"
    LOGIN = "* a new token, once, then again"
    AUTHORISE = "* a person must log the shop in"
    SETTING = "* a person must change a setting or get a permission"
    ASK = "* a person must add something to the action, say a code"
    STALE = "* the case changed: a person must look again"
    GONE = "* there is no such case"
    DONE = "it was done before: by another if no attempt of ours is open, else it is looked up"
    REFUSED = "final"
    SHRINK = "too much was asked for: half the window"
    RESTART = "the token of the list is forgotten: begin again"


# What stands between a shop and its platform: a wrong secret, an authorisation that the shop has
# closed, a permission that the app lacks, an address that is not on its list, an app shut down.
About: TypeAlias = Literal["", "secret", "closed", "permission", "ip", "app"]


class Error(Struct, frozen=True):
    """A row of the error table: shell patterns, first match wins, HTTP status codes come last.

    A code in no row fails a read and leaves a write unknown.

    Attributes:
        code: a pattern over all of `Fault.code`: "20000 isp.*", "http 429".
        means: what the core does about it.
        zh, en: what a person can do about it, a short sentence; "": nothing.
        on: a pattern over the op: one number means different things to different requests.
        about: what a person must mend, one of `About`, so that a check of a shop can name it.
    """

    code: str
    means: Means
    zh: str = ""
    en: str = ""
    on: str = "*"
    about: About = ""


class Token(Struct, frozen=True, kw_only=True):
    """What a login gave.

    Attributes:
        access: what requests carry.
        expires: when it ends, aware UTC; None: not told.  It is renewed half an hour before.
        refresh: what gets the next one without a person; empty: there is none.
        refresh_expires: when that ends, aware UTC; None: not told.
        owner: remote id of the shop it opens; another's is refused.  "": not told.
    """

    access: Secret
    expires: datetime | None = None
    refresh: Secret = Secret()
    refresh_expires: datetime | None = None
    owner: str = ""


class Rate(Struct, frozen=True):
    """A budget.

    Attributes:
        calls: so many, 1 or more.
        per: in this time.
        on: a pattern over the op.
        scope: "app": shared by all shops of an app key, over all processes; "shop": a shop's own.
    """

    calls: int
    per: timedelta
    on: str = "*"
    scope: Literal["app", "shop"] = "app"


class Ask(Struct, frozen=True):
    """What the core wants next: rows updated from start up to end (more does no harm).

    Attributes:
        start, end: aware UTC.  Of a ByToken list `start` is where to begin without a token.
        page: counted from first_page; 1 for a ByToken list.
        size: rows, at most `page_size`.
        token: ByToken: "" at first, then what `Page.token` said.
        by: "create": rows created in that span instead.
    """

    start: datetime
    end: datetime
    page: int
    size: int
    token: str = ""
    by: Literal["update", "create"] = "update"


class Ref(Struct, frozen=True):
    """A case to read by id.

    Attributes:
        id: the platform's.
        row: its newest list row, empty if it was never listed.
    """

    id: str
    row: Fields


class Option(Struct, frozen=True):
    """One entry of a list that a form offers, such as the reasons for a refusal.

    Attributes:
        code: what goes into `fields["reason"]`.
        text: what a person reads, in the platform's words.
        hint: what the platform says of it, such as which evidence it wants.
        needs_files: the action must carry a picture with it.
    """

    code: str
    text: str
    hint: str = ""
    needs_files: bool = False


class Found(enum.Enum):
    """What a look for a write concludes."""

    YES = "done, by us"
    OTHER = "done, but not as we said it"
    NO = "certainly not done"
    UNSURE = "a person must look"
    HIDDEN = "nothing we read shows it: what was accepted is done, else a person must look"


class Uploaded(Struct, frozen=True):
    """What became of an upload.

    Attributes:
        url: of the file; "": the platform still looks at it.
        token: what to ask again with.
        wait_s: seconds to wait before that; at least 1 is waited.
    """

    url: str = ""
    token: str = ""
    wait_s: float = 0
