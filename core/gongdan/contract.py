"""What a connector is: data, and functions that keep no state.  Contract version 1.

A connector is a value, not a class.  What it can do is what it was built with: a stream that has
`read_detail` has details, an ability is the function that describes its one request.  Nothing is
declared twice.

    with the network, through shop.call only:  read_page read_detail login upload
    pure, what it means:  to_ticket to_call find check to_events to_picture read_file receive
    pure, how to speak:   encode fault

Only the core sends.  It decides which page is next, signs, paces, retries, logs in, classifies, and
makes the one request of a write.  Functions are called from several threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Generic, Literal, Protocol

from msgspec import Raw, Struct
from typing_extensions import TypeVar

from .fields import Fields
from .order import Order
from .secret import Settings
from .ticket import Action, Case, Delivery, Event, File, Parcel, Ticket
from .wire import (
    Ask,
    Call,
    Detail,
    Error,
    Fault,
    Found,
    Option,
    Page,
    Params,
    Rate,
    Ref,
    Reply,
    Request,
    Token,
    Uploaded,
)

if TYPE_CHECKING:
    from .sla import Rule

API = 1
# Every contract that this core speaks, and until which version of gongdan ("": no end is set).
SPOKEN: Mapping[int, str] = {API: ""}
S = TypeVar("S", bound=Settings)
S_co = TypeVar("S_co", bound=Settings, covariant=True)
S_contra = TypeVar("S_contra", bound=Settings, contravariant=True, default=Settings)


class Deprecated(DeprecationWarning):
    """What a plugin uses and a later version of gongdan will not have; see docs/compatibility.md.

    The message says what it is, until which version it works, and what takes its place.
    """


class Shop(Protocol[S_co]):
    """One shop, and the only way to the network."""

    @property
    def remote_id(self) -> str:
        """The platform's own id of the shop."""
        ...

    @property
    def settings(self) -> S_co:
        """What the shop is set up with."""
        ...

    @property
    def token(self) -> str:
        """The access token in force: of the last login, else settings.token."""
        ...

    def now(self) -> datetime:
        """The platform's clock as far as its answers tell, aware UTC.  The only clock there is.

        During a write it is the attempt's stamp, so that `encode` signs with that: see
        docs/sending.md.
        """
        ...

    def call(
        self, op: str, params: Params | None = None, files: Mapping[str, File] | None = None, /
    ) -> Reply:
        """Make one request that changes no case, as often as it takes.

        Encoded, timed and signed anew for every attempt.  Raises the core's errors: let them pass.
        """
        ...


class ByTime(Struct, frozen=True, kw_only=True):
    """A list that can be asked for a span of update time.

    Whether its bounds are inclusive does not matter: the core asks a tick wider.  That rows come in
    `order`, and that a page joins the one before, is checked while reading; where it is not so the
    span is read the slow way, and it is said.

    Attributes:
        order: of the rows by update time; "none" is read the slow way from the start.
        page_size: rows a page, 1 or more; not above the platform's limit, for some cut in silence.
        first_page: what the platform calls its first page, 0 or 1.
        max_rows: how deep the platform shows a list, page times size; None: to its end.
        max_span: the widest span that it can be asked for.
        overlap: how late a row may appear; each window begins so much before the last one's end.
        settle: rows younger than this may still change within their tick; they are read again.
        tick: what the platform compares times by: its second, or its millisecond.
        by_creation: whether read_page obeys `Ask.by` "create"; the daily sweep then asks so.
        sweep: how far back the daily sweep goes.
    """

    order: Literal["asc", "desc", "none"] = "none"
    page_size: int = 100
    first_page: int = 1
    max_rows: int | None = None
    max_span: timedelta = timedelta(days=1)
    overlap: timedelta = timedelta(minutes=5)
    settle: timedelta = timedelta(seconds=60)
    tick: timedelta = timedelta(seconds=1)
    by_creation: bool = False
    sweep: timedelta = timedelta(days=14)


class ByToken(Struct, frozen=True, kw_only=True):
    """A list that hands out the next token.

    It is kept together with the rows it came with and only then asked with, so that asking with it
    may acknowledge them.

    Attributes:
        page_size: rows a page, 1 or more.
        scope: of a list with `to_events` whose it is: "app": one for all shops of an app key, with
            one reader; "shop": each shop's own.  A list of tickets is always a shop's.
        overlap: how far before the last reading to begin again where the token is forgotten.
    """

    page_size: int = 100
    scope: Literal["app", "shop"] = "shop"
    overlap: timedelta = timedelta(minutes=5)


class Ability(Struct, frozen=True, kw_only=True):
    """An action that a stream takes, and the limits checked before it is queued and again sent.

    Attributes:
        to_call: the one request that does it.
        kind: "reply", "send_back", "evidence", "remark", "agree", "refuse", "extend", "transfer",
            "finish", "withdraw", "raise": the command that a person types; one of a stream each.
        find: how to see that it was done, given (action, before, after), where the thread does not
            show the write.  None: the core looks at the thread.
        seek: instead of `find`, where the case does not show it either, as of something that is
            made beside it: asks the platform, given (shop, action, case).  Asked before the first
            request as well; YES then means that it is there already.
        check: why not, or "".
        options: what `fields["reason"]` may be: the platform's own list for this case.  Asked when
            a person wants to choose, and before the action is queued.
        min_chars: the fewest characters of its text; 0 where an action needs no words.
        max_chars: the most; None: any number.
        max_bytes: the most bytes in UTF-8; None: any number.
        min_files: the fewest pictures.
        max_files: the most; 0: it takes none.
        max_file_bytes: the largest picture.
        splits: a longer text may go in parts, for the platform shows them in order.
        upload: Connector.upload turns files into URLs first.
        links: pictures are given as public addresses: a File has one as its name, and no data.
        anytime: also where the case is closed or takes no answer now; `check` decides.
        key_age: how long the platform knows `Action.id` again and does not do the same twice;
            to_call must send it.  What got no answer is then simply sent again, while the key is
            known for another `signature_age` and 5 min (2 h and 5 min where that is None).  None:
            it takes no such key.
        wanted: whether a shop's settings say that it may do this; absent: every shop may.
        contact: the buyer must have been contacted since the case was made (`gongdan contact`).
        money: off until the shop's settings turn it on; a person confirms it; it is sent as the
            case was when the person saw it (`fields["version"]`), singly, and never again by the
            machine.
    """

    to_call: Callable[[Action, Case], Call]
    kind: str = "reply"
    find: Callable[[Action, Case, Case], Found] | None = None
    seek: Callable[[Shop[Settings], Action, Case], Found] | None = None
    check: Callable[[Action, Case], str] | None = None
    options: Callable[[Shop[Settings], Case], Sequence[Option]] | None = None
    wanted: Callable[[Settings], bool] | None = None
    min_chars: int = 1
    max_chars: int | None = None
    max_bytes: int | None = None
    min_files: int = 0
    max_files: int = 0
    max_file_bytes: int = 1_000_000
    splits: bool = False
    upload: bool = False
    links: bool = False
    anytime: bool = False
    key_age: timedelta | None = None
    contact: bool = False
    money: bool = False


class Stream(Struct, Generic[S_contra], frozen=True, kw_only=True):
    """One kind of case.

    Attributes:
        name: a part of every ticket's id: a-z, 0-9, _ and -, 32 characters at most.
        id, updated: where a list row has them.  Data, not code: a row that to_ticket cannot
            understand still has a name and a place in the order, and can wait in quarantine.
        volatile: names of what differs at every reading (a countdown) and is no change.
        reading: how its list is asked; None: it has none.
        read_page: one page; absent where cases come by push or file only.
        read_detail: a whole case by id, in as many requests as it takes.  Asked for what changed,
            for what is open and was not heard of for `recheck`, and before and after a write.
        whole: a row of its list says all that `read_detail` would: what changed owes no reading.
        recheck: also every 15 min in the last 2 h before the deadline, and at once on a push.
        to_ticket: what one payload says, a row or a detail.  Same in, same out.
        to_events: instead of it, where rows are news of other streams (a message queue).  Such a
            list is ByToken, with one reader for all shops of an app; asking with the token of a
            page acknowledges it, and is done only once what the page told is kept.
        subscribe: what a shop must do before such a queue tells of it: once, and anew for each
            token.
        wanted: whether a shop's settings ask for this stream; absent: they do.
        read_file: the rows in a file that a person brought.
        to_picture: what names the picture at an address of `Message.files` that ends one day, the
            same however the address is signed; "" where an address stays good.  The core keeps the
            bytes of what is named, and takes another signature for no change.  Absent: all stay.
        read_order: what the platform knows of the order with that id; None: nothing.  Asked after
            a sync, of open tickets, some at a time; what it raises costs no ticket.
        abilities: the actions it takes; none: it is only read.
    """

    name: str
    id: str = "id"
    updated: str = "updated_at"
    volatile: tuple[str, ...] = ()
    reading: ByTime | ByToken | None = None
    read_page: Callable[[Shop[S_contra], Ask], Page] | None = None
    read_detail: Callable[[Shop[S_contra], Ref], Detail] | None = None
    whole: bool = False
    recheck: timedelta = timedelta(hours=6)
    to_ticket: Callable[[Fields], Ticket] | None = None
    to_events: Callable[[Fields], Iterable[Event]] | None = None
    subscribe: Callable[[Shop[S_contra]], None] | None = None
    wanted: Callable[[S_contra], bool] | None = None
    read_file: Callable[[Parcel], Iterable[Raw]] | None = None
    to_picture: Callable[[str], str] | None = None
    read_order: Callable[[Shop[S_contra], str], Order | None] | None = None
    abilities: tuple[Ability, ...] = ()


class Connector(Struct, Generic[S], frozen=True, kw_only=True):
    """One platform.

    Attributes:
        api: the contract version it was written for.
        platform: its name in settings and tickets: a-z, 0-9 and _, a letter first, 32 at most.
        settings: what one shop is set up with: `Settings`, or a subclass of it.
        streams: its kinds of cases, read in this order.
        zone: of times that name none.
        signature_age: how old a signature the platform takes; None: not known (docs/sending.md).
        encode: a call as bytes, signed, for this attempt.  Absent: `GET /cases`, JSON, bearer
            token.
        fault: what an answer says went wrong; asked of every answer.  Absent or None: the HTTP
            status.
        errors: what its codes mean, first match wins; HTTP statuses come after them.
        rates: budgets that are kept; none: the platform's own refusals are obeyed.
        login: a new token, from the old one if there is one.  One caller at a time.
        authorised: until when the shop lets the app work for it, None where that is not told.
            Raises AuthExpired where it does not.  Asked by `gongdan shop check`.
        about: what the platform says of the shop itself, by name, such as {"ag_enabled": "yes"}.
            Told and kept by `gongdan shop check`.
        upload: a file to a URL; asked again with the token it gave until there is one.
        receive: what a push tells, after checking its signature over the bytes.  Raises
            BadSignature.
        rules: deadline rules of this platform (docs/deadlines.md).
        sandbox: "module:function" that makes an imitation for the kit and the demo.
    """

    api: int
    platform: str
    settings: type[S]
    streams: tuple[Stream[S], ...]
    zone: str = "Asia/Shanghai"
    signature_age: timedelta | None = None
    encode: Callable[[Shop[S], Call], Request] | None = None
    fault: Callable[[Reply], Fault | None] | None = None
    errors: tuple[Error, ...] = ()
    rates: tuple[Rate, ...] = ()
    login: Callable[[Shop[S], Token | None], Token] | None = None
    authorised: Callable[[Shop[S]], datetime | None] | None = None
    about: Callable[[Shop[S]], Mapping[str, str]] | None = None
    upload: Callable[[Shop[S], File, str], Uploaded] | None = None
    receive: Callable[[S, Parcel], Delivery] | None = None
    rules: tuple[Rule, ...] = ()
    sandbox: str = ""
