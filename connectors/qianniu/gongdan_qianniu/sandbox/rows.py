"""A refund as the platform shows it, and what the data faults make of it.

Source:
    the TOP notes, A.2 for the fields, section 4.2 for `refund_version`: the moment of
    `modified` in milliseconds.  Not stated there: what it is after two changes in one second; here
    every change counts one more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gongdan.sandbox import Case, Row, Strikes, Version, victim

from . import moment
from .refusal import Body

# What only the detail has; the list's table in A.2 does not name them.
DETAIL_ONLY = frozenset(
    {
        "address",
        "advance_status",
        "alipay_no",
        "cs_status",
        "num_iid",
        "price",
        "refund_remind_timeout",
        "shipping_type",
    }
)
# What we keep of a case and no API tells.
HIDDEN = frozenset({"type"})
CUT_EMOJI = "\ud83d"  # half of a surrogate pair, as a text cut by bytes leaves it


def version_ms(case: Case, version: Version) -> int:
    """Return the `refund_version`: larger after every change."""
    return moment.milliseconds(version.updated) + case.versions.index(version)


def detail(case: Case, version: Version) -> Body:
    """Return the refund with all its fields; `None` is what it has not."""
    told = {name: value for name, value in version.fields.items() if name not in HIDDEN}
    return {
        **told,
        "refund_id": int(case.id),
        "created": moment.written(case.created),
        "modified": moment.written(version.updated),
        "refund_version": version_ms(case, version),
    }


def listed(row: Row) -> Body:
    """Return the refund with the fields of a list row."""
    whole = detail(row.case, row.version)
    return {name: value for name, value in whole.items() if name not in DETAIL_ONLY}


class Form(NamedTuple):
    """What the row faults must know of a list: where a row's id and time are, what they strike."""

    id: str = "refund_id"
    updated: str = "modified"
    text: str = "desc"
    new: tuple[str, object] = ("status", "WAIT_AI_ARBITRATE")


REFUND = Form()


def spoil(rows: Sequence[Body], strikes: Strikes, form: Form = REFUND) -> None:
    """Let the row faults strike, in place.

    `malformed-row`, `lone-surrogate` and `new-enum` strike one row of the page, always the same
    one; `new-field` strikes all of them.  A row's id and its time stay as they are.
    """
    if not strikes or not rows:
        return
    if "new-field" in strikes:
        for row in rows:
            row["refund_label"] = {"code": "FAST", "text": "极速退款"}
    struck = victim([str(row.get(form.id, "")) for row in rows])
    row = next(row for row in rows if str(row.get(form.id, "")) == struck)
    if "malformed-row" in strikes:
        _malform(row, form)
    if "lone-surrogate" in strikes:
        row[form.text] = f"{row.get(form.text, '')}{CUT_EMOJI}"
    if "new-enum" in strikes:
        name, value = form.new
        row[name] = value


def _malform(row: Body, form: Form) -> None:
    """Make a list of a time, or of whatever else was asked for."""
    names = [name for name in row if name not in (form.id, form.updated)]
    if names:
        name = "created" if "created" in names else names[0]
        row[name] = [row[name]]
