"""The platform's arbitration (客服介入、仲裁) of an after-sale: who must act, and what it ruled.

Source:
    the Douyin notes, section 4.2; R79 to R83.
    Not stated there:
    - the deadline of an arbitration that the platform works on.  None is shown as ours: while it
      waits for our evidence the arbitration's own deadline counts, else the after-sale's;
    - a blame without an arbitration, which the documented sample has.  It is none.
"""

from __future__ import annotations

from datetime import datetime

from gongdan import Fields, Status, UnsetType

from .books import (
    ARBITRATING,
    ARBITRATION,
    BLAMES,
    CONCLUSIONS,
    STATUSES,
    VERDICT_OF,
    number,
    word,
)

EVIDENCE_WANTED, NEGOTIATING = "4", "5"
NONE = ("", "0")


def status(case: Fields, path: str, judged: Fields) -> Status | UnsetType:
    """Return where it stands: over, else as its arbitration says, else as its own status does."""
    own = case.choice(path, STATUSES)
    if own is Status.CLOSED or case.time("aftersale_status_to_final_time"):
        return Status.CLOSED
    arbitration = number(judged, "arbitrate_status")
    if arbitration and arbitration not in ARBITRATION:
        judged.notes.append(f"arbitrate_status: new value {arbitration!r}")
        return Status.UNKNOWN  # who must act is not known: never a guess
    return ARBITRATING.get(arbitration, own)


def status_text(judged: Fields, told: str) -> str:
    """Return the platform's words for where it stands, the arbitration with them."""
    arbitration = number(judged, "arbitrate_status")
    if arbitration in NONE:
        return told
    said = ARBITRATION.get(arbitration, f"未知({arbitration})")
    return f"{told};客服介入:{said}" if told else f"客服介入:{said}"


def deadline(case: Fields, judged: Fields, arbitration: str) -> datetime | UnsetType | None:
    """Return until when we must act: for evidence the arbitration's own deadline."""
    if arbitration not in (EVIDENCE_WANTED, NEGOTIATING):
        return case.time("status_deadline")
    times = (
        judged.time("arbitrate_status_deadline"),
        judged.time("arbitrate_evidence_tmpl.dead_line"),
        case.time("status_deadline"),
    )
    return next((at for at in times if isinstance(at, datetime)), None)


def evidence_required(judged: Fields, arbitration: str) -> bool:
    """Return whether we must give evidence."""
    if arbitration == EVIDENCE_WANTED:
        return True
    return arbitration not in NONE and judged.flag("is_required_evidence") is True


def verdict(judged: Fields, arbitration: str) -> str | None:
    """Return what the platform ruled (R81: apart from whose fault it was), None: nothing yet."""
    if arbitration in NONE:
        return None
    if number(judged, "arbitrate_conclusion") not in NONE:
        return word(judged, "arbitrate_conclusion", CONCLUSIONS)
    return VERDICT_OF.get(arbitration)


def blame(judged: Fields, arbitration: str) -> str:
    """Return whose fault it was; a blame without an arbitration is none."""
    if arbitration in NONE or number(judged, "arbitrate_blame") in NONE:
        return ""
    return word(judged, "arbitrate_blame", BLAMES)
