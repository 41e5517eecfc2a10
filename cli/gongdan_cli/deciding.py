"""What a person is shown who decides of an action: both texts, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .clean import clean
from .times import stamp
from .words import Words

if TYPE_CHECKING:
    from gongdan import Message
    from gongdan.views import OutboxRow


def candidates(row: OutboxRow, found: Mapping[str, Message], words: Words) -> str:
    """Return our text, the messages that may be it by key, and the commands that settle it."""
    lines = [
        f"#{row.id} {row.ticket}  {words.value('state', row.state)}",
        *([f"  {words.value('because', row.why)}"] if row.why else []),
        f"  {words('outbox.ours')}: {clean(row.text)}",
    ]
    for key, message in found.items():
        lines.append(f"  {words('outbox.theirs')} [{clean(key)}] {stamp(message.at)}")
        lines.append(f"    {clean(message.text)}")
    if not found:
        lines.append(f"  {words('settle.nothing')}")
    lines.append(f"  {words('settle.how', id=row.id)}")
    return "\n".join(lines)
