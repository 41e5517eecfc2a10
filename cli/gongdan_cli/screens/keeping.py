"""What a backup or a restore came to, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import output
from ..words.table import words

if TYPE_CHECKING:
    from gongdan.store.backup import Copied


def print_copy(key: str, copied: Copied, as_json: bool) -> None:
    """Print what is in the copy, and what to do next."""
    if as_json:
        output.print_json(copied)
        return
    said = words()
    output.say(
        said(key, path=copied.path, mb=f"{copied.size_bytes / 1e6:,.1f}", tickets=copied.tickets,
             messages=copied.messages, outbox=copied.outbox, schema=copied.schema)
    )  # fmt: skip
    if copied.pictures:
        output.say(said("backup.pictures", path=f"{copied.path}-pictures", count=copied.pictures))
    if copied.aside:
        output.say(said("restore.aside", path=copied.aside))
    if key == "restore.done":
        output.say(said("restore.next"))
