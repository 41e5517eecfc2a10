"""What a case says, and what a person wants done about it."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from msgspec import UNSET, Raw, Struct, UnsetType

from .fields import Fields, Status
from .secret import Settings

# UNSET: this payload does not speak of it.  None: it says there is none.
Text: TypeAlias = str | UnsetType | None
Time: TypeAlias = datetime | UnsetType | None
Flag: TypeAlias = bool | UnsetType | None
Number: TypeAlias = int | UnsetType | None


class Who(enum.Enum):
    """Who wrote a message."""

    BUYER = "buyer"
    MERCHANT = "merchant"
    PLATFORM = "platform"
    PROVIDER = "provider"
    SYSTEM = "system"


class Category(enum.Enum):
    """What a case is about, beside the platform's own label."""

    CONSULT = "consult"
    COMPLAINT = "complaint"
    RETURN = "return"
    LOGISTICS = "logistics"
    PAYMENT = "payment"
    PRODUCT = "product"
    PROMOTION = "promotion"
    OTHER = "other"


class Urgency(enum.Enum):
    """How urgent the platform says a case is; AGREED: with a target of its own (R44)."""

    NORMAL = "normal"
    AGREED = "agreed"
    URGENT = "urgent"


class File(Struct, frozen=True):
    """A file that goes with an action.

    Attributes:
        name: with its ending; of an ability with `links`, a public address.
        mime: "image/jpeg" and the like.
        data: its bytes; none with `links`.
        url: known after an upload.
    """

    name: str
    mime: str
    data: bytes
    url: str = ""

    def __repr__(self) -> str:  # a picture may show a buyer's papers
        return f"File({self.name!r}, {self.mime}, {len(self.data)} bytes)"


class Message(Struct, frozen=True):
    """One entry of a thread.

    Attributes:
        who: wrote it.
        text: as the platform has it; may be empty where there are files.
        at: when, aware UTC.
        id: the platform's; where it has none the core makes one of who, at, text and how often.
        files: addresses of what came with it.
    """

    who: Who
    text: str
    at: datetime
    id: str = ""
    files: tuple[str, ...] = ()


class Ticket(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one payload says of a case.

    UNSET: it does not speak of it.  None: it says there is none.

    Ids are the core's business.  So is putting payloads together: the newest whole one (a detail;
    where there are none a row) and newer thin ones over it.  Times are aware UTC, money is fen.

    Attributes:
        status: where it stands; UNKNOWN for a word that the connector does not know.
        status_text: the platform's own word for it.
        kind_text: the platform's own label of what it is about.
        category: ours for the same.
        urgency: the class of deadline rules that the platform puts it in.
        origin: who began it.
        channel: through which it came, in the platform's words.
        turn: who must act next; derived from status where it is not said.
        title, text: what a person reads first, and what was written when it began.
        order_ids: of the orders it is about.
        product: its name.
        amount_fen: what is in dispute, in fen.
        buyer_id: the open id, the key.
        buyer: the masked name, for display.
        contacts: masked telephone numbers and the like.
        created: when it began.
        updated: of a detail that has it elsewhere than Stream.updated says.
        ordered: when the order was made.
        promised: until when the merchant has promised something.
        expected_done: until when the platform expects it to be done; no deadline.
        ship_by: until when the order is promised to be shipped (R60).
        buyer_term: until when the buyer must act (R61); nobody here can be late for it.
        closed: when it ended.
        deadline: the platform's own, which wins over any of ours (R48).
        target: how long the platform gives for this very ticket (R44).
        answerable: False where the platform takes no answer any more.
        evidence_required: the platform demands pictures.
        revocable: what was answered can be taken back there.
        no_fault: the buyer may return it without a reason (无忧购).
        breach_cost: what being late costs, in the platform's words.
        outcome: how it ended, in the platform's words.
        fault: whose fault the platform found it to be, in its words (R81).
        link: an address that shows it in the platform's own pages.
        gone: the platform says it was deleted, or merged into another; never from absence.
        round: how many times it was sent back to the merchant; a new round may be answered anew.
        version: the platform's optimistic lock, as it came.
        thread: everything that was said, oldest first; () where nothing was.
    """

    status: Status | UnsetType = UNSET
    status_text: Text = UNSET
    kind_text: Text = UNSET
    category: Category | UnsetType | None = UNSET
    urgency: Urgency | UnsetType | None = UNSET
    origin: Who | UnsetType | None = UNSET
    channel: Text = UNSET
    turn: Who | UnsetType | None = UNSET
    title: Text = UNSET
    text: Text = UNSET
    order_ids: tuple[str, ...] | UnsetType = UNSET
    product: Text = UNSET
    amount_fen: Number = UNSET
    buyer_id: Text = UNSET
    buyer: Text = UNSET
    contacts: tuple[str, ...] | UnsetType = UNSET
    created: Time = UNSET
    updated: Time = UNSET
    ordered: Time = UNSET
    promised: Time = UNSET
    expected_done: Time = UNSET
    ship_by: Time = UNSET
    buyer_term: Time = UNSET
    closed: Time = UNSET
    deadline: Time = UNSET
    target: timedelta | UnsetType | None = UNSET
    answerable: Flag = UNSET
    evidence_required: Flag = UNSET
    revocable: Flag = UNSET
    no_fault: Flag = UNSET
    breach_cost: Text = UNSET
    outcome: Text = UNSET
    fault: Text = UNSET
    link: Text = UNSET
    gone: Flag = UNSET
    round: Number = UNSET
    version: Text = UNSET
    thread: tuple[Message, ...] | UnsetType = UNSET


class Action(Struct, frozen=True):
    """What a person wants done.

    Attributes:
        id: ours, the same at every attempt and never used again, also by a store begun anew: an
            idempotency key where the platform takes one.
        kind: of an `Ability` of the stream.
        text: what is to be said; "" where the kind needs no words.
        files: in order; uploaded ones have their `url`.
        fields: what the kind needs beside text: reason, reason_text, outcome, version ...
    """

    id: str
    kind: str
    text: str = ""
    files: tuple[File, ...] = ()
    fields: Mapping[str, str] = {}

    @property
    def mark(self) -> str:
        """A word of 22 letters and digits made of `id`.

        What an action makes on the platform can bear it, and is found by it (`Ability.seek`);
        `gongdan why` then tells that it was raised from here.
        """
        return f"gd{hashlib.blake2b(self.id.encode(), digest_size=10).hexdigest()}"


class Case(Struct, frozen=True):
    """A case as the platform showed it a moment ago.

    Attributes:
        id: the platform's.
        ticket: what `to_ticket` made of it.
        row: its newest list row, empty if it was never listed.
        detail: what `read_detail` gave, empty for a stream without.
        shop: the platform's own id of the shop that asks, as `Shop.remote_id`: whose a case is.
        settings: what that shop is set up with.
    """

    id: str
    ticket: Ticket
    row: Fields
    detail: Fields
    shop: str = ""
    settings: Settings | None = None


class Parcel(Struct, frozen=True):
    """Bytes that somebody brought: a push, a file.

    Attributes:
        name: of a push the path it came to, of a file its name.
        headers: of a push, names in lower case.
        body: as it came; signatures are over these bytes.
    """

    name: str
    headers: Mapping[str, str]
    body: bytes


class Event(Struct, frozen=True):
    """Something happened to a case.  With a row: this.  Without: read it.

    Attributes:
        shop: remote id, or another name the shop's settings list.
        stream: of this connector.
        id: the platform's; may be left out when there is a row.
        row: what happened, as a list row.
        key: the platform's message id: taken once.  "": none, and it is taken each time.
        whole: the row is all there is to know of a case, as a detail is, and no change over it.
        cancelled: when the shop's authorisation was ended; then there is no stream.
    """

    shop: str
    stream: str = ""
    id: str = ""
    row: Raw | None = None
    key: str = ""
    whole: bool = False
    cancelled: datetime | None = None


class Delivery(Struct, frozen=True):
    """What a push tells.

    Attributes:
        events: a list or tuple; none for a mere probe.
        answer: what the platform wants to hear once we have it.
    """

    events: Sequence[Event]
    answer: bytes = b""
