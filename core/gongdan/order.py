"""What is known of the order behind a case, beside what the case itself says."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class OrderLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One kind of goods of an order.

    Attributes:
        name: of the goods.
        spec: as it was chosen: 白色 L.
        count: how many.
        amount_fen: what was paid for all of them; None: it does not say.
    """

    name: str
    spec: str = ""
    count: int = 1
    amount_fen: int | None = None


class Order(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An order as the platform showed it.  Times are aware UTC; None and "": it does not say.

    Attributes:
        id: the platform's.
        status_text: the platform's own word.
        lines: what was bought.
        amount_fen: what was paid.
        ordered, paid, shipped, ended: when each happened.
        ship_by: until when it is promised to be shipped (R60).
        parcels: carrier and number, a text a parcel.
        remark: the merchant's own note on it.
        urged: the buyer has asked for it to be shipped (催发货).
    """

    id: str
    status_text: str = ""
    lines: tuple[OrderLine, ...] = ()
    amount_fen: int | None = None
    ordered: datetime | None = None
    paid: datetime | None = None
    shipped: datetime | None = None
    ship_by: datetime | None = None
    ended: datetime | None = None
    parcels: tuple[str, ...] = ()
    remark: str = ""
    urged: bool = False


class OrderFacts(Struct, frozen=True, kw_only=True):
    """What reading an order came to, and when.

    Attributes:
        order: None: not read yet, or the platform knows nothing of it.
        at: when it was read; None: not yet.
        error: why the last try failed, or "".
        differs: what the ticket says otherwise: product, ordered, amount (R16).
    """

    order_id: str
    order: Order | None = None
    at: datetime | None = None
    error: str = ""
    differs: tuple[str, ...] = ()
