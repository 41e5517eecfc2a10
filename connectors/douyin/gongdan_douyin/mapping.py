"""What a list row and a detail of an after-sale say, as a ticket.

Source:
    the Douyin notes, sections 4.1 and 4.2.
    Not stated there: what follows a refusal (27, 29).  The buyer may change the application or
    call the platform in; it is shown as the buyer's turn.
"""

from __future__ import annotations

from datetime import datetime

from gongdan import UNSET, Category, Fields, Status, Ticket, UnsetType

from .arbitration import (
    EVIDENCE_WANTED,
    NEGOTIATING,
    blame,
    deadline,
    evidence_required,
    status,
    status_text,
    verdict,
)
from .books import CATEGORIES, ROLES, STATUS_TEXTS, TYPES, VERDICT_OF, number, word
from .facts import detail_facts, row_facts
from .records import thread
from .sealed import open_text, plain


def to_ticket(payload: Fields) -> Ticket:
    """Return what a list row or a detail says; only the detail has `process_info`."""
    return _of_detail(payload) if "process_info" in payload else _of_row(payload)


def _of_row(row: Fields) -> Ticket:
    case, order, texts = row.part("aftersale_info"), row.part("order_info"), row.part("text_part")
    case.id("aftersale_id")
    kind = plain(texts, "aftersale_type_text") or word(case, "aftersale_type", TYPES)
    where = status(case, "aftersale_status", case)
    products = order.items("related_order_info")
    arbitration = number(case, "arbitrate_status")
    told = plain(texts, "aftersale_status_text")
    waits = arbitration in (EVIDENCE_WANTED, NEGOTIATING)
    return Ticket(
        status=where,
        status_text=status_text(case, told or word(case, "aftersale_status", STATUS_TEXTS))
        or UNSET,
        kind_text=kind or UNSET,
        category=_category(case, "aftersale_type"),
        title=_title(kind, plain(texts, "reason_text")),
        text=row_facts(row),
        order_ids=_order_ids(order, products),
        product=_product(products),
        amount_fen=case.fen("refund_amount"),
        created=_first_time(case, "apply_time", "create_time"),
        updated=case.time("update_time"),
        ordered=products[0].time("create_time") if products else UNSET,
        closed=case.time("aftersale_status_to_final_time"),
        deadline=UNSET if waits else case.time("status_deadline"),
        answerable=_answerable(where),
        evidence_required=True if arbitration == EVIDENCE_WANTED else UNSET,
        outcome=VERDICT_OF.get(arbitration, UNSET),
        fault=blame(case, arbitration) or UNSET,
        version=case.text("update_time"),
    )


def _of_detail(payload: Fields) -> Ticket:
    case = payload.part("process_info.after_sale_info")
    judged = payload.part("process_info.arbitrate_info")
    order = payload.part("order_info")
    _id_of(case)
    kind = plain(case, "after_sale_type_text") or word(case, "after_sale_type", TYPES)
    where = status(case, _name(case, "after_sale_status"), judged)
    products = order.items("sku_order_infos")
    arbitration = number(judged, "arbitrate_status")
    told = plain(case, "after_sale_status_desc")
    told = told or word(case, _name(case, "after_sale_status"), STATUS_TEXTS)
    shown = [open_text(part.text("text") or "") for part in payload.items("masked")]
    return Ticket(
        status=where,
        status_text=status_text(judged, told) or UNSET,
        kind_text=kind or UNSET,
        category=_category(case, "after_sale_type"),
        origin=ROLES.get(number(case, "apply_role"), UNSET),
        title=_title(kind, plain(case, "reason")),
        text=detail_facts(payload),
        order_ids=_order_ids(order, products),
        product=_product(products),
        amount_fen=case.fen("refund_total_amount"),
        contacts=tuple(text for text in shown if text) or UNSET,
        created=_first_time(case, "apply_time", "create_time"),
        updated=case.time("update_time"),
        ordered=products[0].time("create_time") if products else UNSET,
        closed=case.time("aftersale_status_to_final_time"),
        deadline=deadline(case, judged, arbitration),
        answerable=_answerable(where),
        evidence_required=evidence_required(judged, arbitration),
        outcome=verdict(judged, arbitration),
        fault=blame(judged, arbitration) or None,
        version=case.text("update_time"),
        thread=thread(payload),
    )


def _id_of(case: Fields) -> str:
    """Return the id: the platform spells its name in two ways.

    Raises:
        BadField: it has neither; an empty detail says nothing, and must not pass for one.
    """
    return case.id("aftersale_id" if "aftersale_id" in case else "after_sale_id")


def _name(case: Fields, name: str) -> str:
    other = name.replace("after_sale", "aftersale", 1)
    return name if name in case or other not in case else other


def _answerable(status: Status | UnsetType) -> bool | UnsetType:
    return UNSET if status in (UNSET, Status.UNKNOWN) else status is Status.PENDING


def _title(kind: str, reason: str) -> str | UnsetType:
    return ":".join(part for part in (kind, reason) if part) or UNSET


def _category(case: Fields, path: str) -> Category | UnsetType:
    kind = number(case, path)
    return CATEGORIES.get(kind, Category.RETURN) if kind else UNSET


def _first_time(case: Fields, *names: str) -> datetime | UnsetType | None:
    told = [case.time(name) for name in names]
    return next((at for at in told if isinstance(at, datetime)), told[0])


def _order_ids(order: Fields, products: list[Fields]) -> tuple[str, ...] | UnsetType:
    """Return the parent order's id, then those of the goods that are not the same."""
    found = [order.id("shop_order_id")] if order.text("shop_order_id") else []
    found += [part.id("sku_order_id") for part in products if part.text("sku_order_id")]
    return tuple(dict.fromkeys(one for one in found if one != "0")) or UNSET


def _product(products: list[Fields]) -> str | UnsetType:
    if not products:
        return UNSET
    names = [plain(part, "product_name") for part in products]
    specs = [plain(spec, "value") for spec in products[0].items("sku_spec")]
    first = " ".join(part for part in (names[0], *specs) if part)
    return f"{first} 等{len(names)}件" if len(names) > 1 else first or UNSET
