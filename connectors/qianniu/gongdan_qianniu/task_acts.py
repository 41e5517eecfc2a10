"""What can be done about a task: a note behind its memo, finishing it, withdrawing one of ours.

Source:
    the TOP notes, sections 2.3, 3.1, A.1 and A.8.
    Not stated there:
    - how a note is parted from the memo before it (`memo_mode` 1).  It counts as seen where the
      memo has its words behind the old ones;
    - whether the memo of a finish goes behind the one before.  It is sent where a person gives one;
    - the longest memo.  1000 bytes are taken, as an order's memo has them;
    - how a picture gets into a task: `attachments` are names that no documented request makes.  A
      picture goes into the shop's own picture space, and its address behind the note;
    - whether a session of the main account may cancel what a sub-account sent.  Only a task whose
      `sender_uid` is the shop's own number is taken for ours;
    - what a task that was deleted answers to a cancel.

Not here: transferring (`task.transfer` is no longer in the platform's catalogue, and wants numbers
of sub-accounts).  Raising one is in `raising`.
"""

from __future__ import annotations

from gongdan import Ability, Action, Call, Case, Fields, File, Found, Shop, Uploaded

from .answers import prefix
from .client import QianniuSettings
from .pictures import kind_of, wrong_pictures

MOST_BYTES = 1000
PICTURE_BYTES = 3_000_000  # of the picture space
MOST_PICTURES = 4
_DONE, _CANCELLED = "2", "4"


def note_call(action: Action, case: Case) -> Call:
    """Return the request that puts a note behind the memo of a task."""
    return Call("taobao.qianniu.task.update", _asked(action, case) | {"memo_mode": 1})


def finish_call(action: Action, case: Case) -> Call:
    """Return the request that finishes a task, with a note if there is one."""
    return Call("taobao.qianniu.task.finish", _asked(action, case))


def withdraw_call(action: Action, case: Case) -> Call:
    """Return the request that cancels a task for all who were to do it; it goes by the header."""
    asked = {"meta_id": _task(case).id("metadata_id"), "memo": action.text.strip()}
    return Call("taobao.qianniu.task.cancel", asked)


def not_ours(_action: Action, case: Case) -> str:
    """Return why a task cannot be withdrawn, or "": only who sent it may (R69)."""
    task = _task(case)
    sender = task.text("sender_uid")
    if not sender or sender != case.shop:
        who = task.text("sender_nick") or sender or "somebody whom the platform does not name"
        return f"this task was sent by {who}, not by the shop itself; only its sender may cancel it"
    return "" if task.text("metadata_id") else "the platform does not tell the task's header"


def _asked(action: Action, case: Case) -> dict[str, object]:
    return {"task_id": case.id, "memo": _words(action)}


def _words(action: Action) -> str:
    return " ".join(filter(None, (action.text.strip(), *(file.url for file in action.files))))


def noted(action: Action, before: Case, after: Case) -> Found:
    """Return whether the memo has our words behind the old ones."""
    old, new = _memo(before), _memo(after)
    if new == old:
        return Found.NO
    return Found.YES if new.startswith(old) and _words(action) in new[len(old) :] else Found.UNSURE


def finished(_action: Action, before: Case, after: Case) -> Found:
    """Return whether the task is done; a colleague who did it did it for us all."""
    return _ended(_DONE, before, after)


def withdrawn(_action: Action, before: Case, after: Case) -> Found:
    """Return whether the task is cancelled; one that was finished meanwhile was not, by us."""
    return _ended(_CANCELLED, before, after)


def _ended(word: str, before: Case, after: Case) -> Found:
    now = after.detail.text("status")
    if now == word:
        return Found.YES
    return Found.NO if now == before.detail.text("status") else Found.UNSURE


def _memo(case: Case) -> str:
    return case.detail.text("memo") or ""


def _task(case: Case) -> Fields:
    """Return a task as it was read by its number, else as the list had it."""
    return case.detail if case.detail.keys() else case.row


def pictures_wrong(action: Action, _case: Case) -> str:
    """Return why this note would not be taken, or ""."""
    size = len(_words(action).encode("utf-8", "replace"))
    if size > MOST_BYTES:
        return f"the note has {size} bytes, its pictures' addresses included; shorten it"
    return wrong_pictures(action)


def upload(shop: Shop[QianniuSettings], file: File, _token: str) -> Uploaded:
    """Put a picture into the shop's picture space, and return its address."""
    kind = kind_of(file)
    name = f"gongdan.{kind}"
    asked = {"picture_category_id": 0, "image_input_title": name, "is_https": True}
    picture = File(name, f"image/{kind}", file.data)
    body = shop.call("taobao.picture.upload", asked, {"img": picture}).body
    return Uploaded(url=body.need(f"{prefix(body)}picture.picture_path"))


ABILITIES = (
    Ability(
        kind="remark", to_call=note_call, find=noted, check=pictures_wrong, max_bytes=MOST_BYTES,
        max_files=MOST_PICTURES, max_file_bytes=PICTURE_BYTES, upload=True,
    ),
    Ability(
        kind="finish", to_call=finish_call, find=finished, min_chars=0, max_bytes=MOST_BYTES,
    ),
    Ability(
        kind="withdraw", to_call=withdraw_call, find=withdrawn, check=not_ours,
        max_bytes=MOST_BYTES,
    ),
)  # fmt: skip
