"""The thread of an after-sale: the negotiation (协商记录), our remarks, the arbitration.

Source:
    the Douyin notes, section 4.2.
    Not stated there:
    - ids of entries.  The core makes keys of who, when and what; an entry of the arbitration gets
      one of ours, for its time moves with the arbitration;
    - when evidence was uploaded.  The arbitration's update time is taken.
"""

from __future__ import annotations

from datetime import datetime

from gongdan import Fields, Message, Who

from .books import ROLES
from .sealed import open_text, plain

REMARK = "备注:"  # our own notes, which the buyer does not see


def thread(payload: Fields) -> tuple[Message, ...]:
    """Return every entry, oldest first."""
    process = payload.part("process_info")
    case = process.part("after_sale_info")
    said = [_entry(record) for record in process.items("record_logs_list")]
    said += [_remark(remark) for remark in process.items("after_sale_shop_remarks")]
    said += _arbitration(process.part("arbitrate_info"))
    shown = {url for message in said for url in message.files}
    pictures = tuple(url for url in case.strings("evidence") if url not in shown)
    if pictures or not said:
        said += _application(case, pictures)
    return tuple(sorted((one for one in said if one.text or one.files), key=lambda one: one.at))


def _application(case: Fields, pictures: tuple[str, ...]) -> list[Message]:
    """Return what the buyer applied with, where no entry of the negotiation shows it."""
    at = case.time("apply_time")
    if not isinstance(at, datetime):
        return []
    words = [plain(case, "reason"), plain(case, "reason_remark")]
    who = ROLES.get(str(case.text("apply_role")), Who.BUYER)
    number = case.id("aftersale_id" if "aftersale_id" in case else "after_sale_id")
    return [Message(who, "\n".join(filter(None, words)), at, f"{number}/apply", pictures)]


def _entry(record: Fields) -> Message:
    """Return one entry of the negotiation; a role that nobody knows is the system's, and noted."""
    role = str(record.text("role") or "")
    if role not in ROLES:
        record.notes.append(f"record_logs_list.role: new value {role!r}")
    lines = [plain(record, "action"), plain(record, "text")]
    lines += [_pair(pair) for pair in record.items("desc_kvs")]
    files = [*record.strings("images")]
    for evidence in record.items("all_evidence"):
        lines.append(plain(evidence, "desc"))
        files += evidence.strings("urls")
    text = "\n".join(dict.fromkeys(line for line in lines if line))
    who = ROLES.get(role, Who.SYSTEM)
    return Message(who, text, record.when("time"), files=tuple(dict.fromkeys(files)))


def _pair(pair: Fields) -> str:
    key, value = plain(pair, "key"), plain(pair, "value")
    return f"{key}:{value}" if key and value else key or value


def _remark(remark: Fields) -> Message:
    text = plain(remark, "remark")
    return Message(Who.MERCHANT, f"{REMARK}{text}" if text else "", remark.when("create_time"))


def _arbitration(judged: Fields) -> list[Message]:
    """Return what the platform asks for, what we gave, and what it ruled."""
    number = open_text(judged.text("arbitrate_id") or "")
    at = _time(judged, "arbitrate_create_time", "arbitrate_update_time")
    moved = _time(judged, "arbitrate_update_time", "arbitrate_create_time")
    if number in ("", "0") or at is None or moved is None:
        return []
    asked, given = judged.part("arbitrate_evidence_tmpl"), judged.part("arbitrate_evidence")
    return [
        Message(Who.PLATFORM, plain(asked, "describe"), at, f"{number}/asked",
                asked.strings("images")),
        Message(Who.MERCHANT, plain(given, "describe"), moved, f"{number}/evidence",
                given.strings("images")),
        Message(Who.PLATFORM, plain(judged, "arbitrate_opinion"), moved, f"{number}/opinion"),
    ]  # fmt: skip


def _time(judged: Fields, *names: str) -> datetime | None:
    told = (judged.time(name) for name in names)
    return next((at for at in told if isinstance(at, datetime)), None)
