"""天猫商家协同工单: what 小二 asks of the merchant.  No interface lists, reads or answers them.

They come as notices of the message service (`notices`) and as files that a person exports from the
ticket centre (`gongdan import`); one number is one ticket, whichever way it came.  Suppliers of
天猫国际直购 can finish them here; everyone else answers by hand.

Source:
    the TOP notes, sections 3.3, 6.3 and A.5.
    Not stated there:
    - that the case_id of a notice is the number that an export has.  Where it is not, a case is
      there twice, and nothing is lost;
    - when the case was made.  The time of its notice is taken: its 24 hours begin there (R49);
    - what an export looks like.  Nobody here has seen one: the shop says which column is which;
    - which keys reply_data has ("回复模板").  Whoever finishes a case gives them;
    - how a finish shows.  A notice that the case is over is taken for it.
"""

from __future__ import annotations

from collections.abc import Mapping

from gongdan import (
    UNSET,
    Ability,
    Action,
    Call,
    Case,
    Fields,
    Found,
    Shop,
    Status,
    Stream,
    Ticket,
    Who,
)

from .answers import prefix
from .client import QianniuSettings
from .raising import RAISE

CREATED, FINISHED = "0", "2"
STATUSES = {CREATED: Status.PENDING, FINISHED: Status.CLOSED}
STATUS_TEXTS = {CREATED: "待处理", FINISHED: "已完结"}
OPERATOR = "operator"  # the field that names who handled it
OURS = (OPERATOR, "outcome", "reason", "cause")  # every other field is the reply


def to_ticket(notice: Fields) -> Ticket:
    """Return what a notice says: that a case was made, or that it is over."""
    kind, at = notice.text("type"), notice.time("pub_time")
    return Ticket(
        status=notice.choice("type", STATUSES),
        status_text=STATUS_TEXTS.get(kind or "", kind),
        kind_text="天猫商家协同工单",
        origin=Who.PLATFORM,
        channel="AG",  # AliGenius tells of it; what is told there, 千牛 does not show
        created=at if kind == CREATED else UNSET,
        closed=at if kind == FINISHED else UNSET,
    )


def about(shop: Shop[QianniuSettings]) -> Mapping[str, str]:
    """Tell whether a shop works in AG: its tickets are there then, and not in 千牛 (R8, R9)."""
    body = shop.call("taobao.rdc.aligenius.account.validate").body
    value = body.text(f"{prefix(body)}result.result_data.ag_account")
    return {"ag_enabled": {"1": "yes", "0": "no"}.get(value or "", "not told")}


def finish(action: Action, case: Case) -> Call:
    """Return the request that finishes a case, for suppliers of 天猫国际直购."""
    asked = {"case_id": case.id, OPERATOR: action.fields[OPERATOR], "reply_data": _reply(action)}
    return Call("taobao.cco.self.coordinate.handle.finish", asked)


def check(action: Action, _case: Case) -> str:
    """Return why a case cannot be finished so, or ""."""
    if not action.fields.get(OPERATOR):
        return f"say who handled it: --field {OPERATOR}=NAME"
    if not _reply(action):
        return "say what is replied, by the platform's template: --field 处理结果=…"
    return ""


def found(_action: Action, _before: Case, after: Case) -> Found:
    """Return whether it was done: a notice says that a case is over, and not who ended it."""
    return Found.YES if after.ticket.status is Status.CLOSED else Found.UNSURE


def _reply(action: Action) -> dict[str, str]:
    return {name: value for name, value in action.fields.items() if name not in OURS}


COORDINATION = Stream[QianniuSettings](
    name="coordination",
    id="case_id",
    updated="pub_time",
    to_ticket=to_ticket,
    abilities=(
        Ability(
            to_call=finish,
            kind="finish",
            check=check,
            find=found,
            min_chars=0,
            wanted=lambda settings: getattr(settings, "supplier", False) is True,
        ),
        RAISE,
    ),
)
