"""天猫商家协同工单: what 小二 asks of the merchant.  No interface lists, reads or answers them.

They come as notices of the message service (`notices`) and as files that a person exports from the
ticket centre (`gongdan import`); one number is one ticket, whichever way it came.

Source:
    the TOP notes, sections 3.3 and 6.3 (taobao_ag_TicketsMsg).
    Not stated there:
    - that the case_id of a notice is the number that an export has.  Where it is not, a case is
      there twice, and nothing is lost;
    - when the case was made.  The time of its notice is taken: its 24 hours begin there (R49);
    - what an export looks like.  Nobody here has seen one: the shop says which column is which.
"""

from __future__ import annotations

from gongdan import UNSET, Fields, Status, Stream, Ticket, Who

from .client import QianniuSettings

CREATED, FINISHED = "0", "2"
STATUSES = {CREATED: Status.PENDING, FINISHED: Status.CLOSED}
STATUS_TEXTS = {CREATED: "待处理", FINISHED: "已完结"}


def to_ticket(notice: Fields) -> Ticket:
    """Return what a notice says: that a case was made, or that it is over."""
    kind, at = notice.text("type"), notice.time("pub_time")
    return Ticket(
        status=notice.choice("type", STATUSES),
        status_text=STATUS_TEXTS.get(kind or "", kind),
        kind_text="天猫商家协同工单",
        origin=Who.PLATFORM,
        created=at if kind == CREATED else UNSET,
        closed=at if kind == FINISHED else UNSET,
    )


COORDINATION = Stream[QianniuSettings](
    name="coordination",
    id="case_id",
    updated="pub_time",
    to_ticket=to_ticket,
)
