"""What a person is shown who decides of an action: both texts, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..words.table import Words
from .clean import clean
from .times import stamp

if TYPE_CHECKING:
    from gongdan import Message
    from gongdan.views import OutboxRow


def candidates(
    row: OutboxRow, found: Mapping[str, Message], answers: Sequence[str], words: Words
) -> str:
    """Return our text, the messages that may be it by key, and the commands that settle it."""
    why = words.value("because", row.why, words.error(row.why))
    lines = [
        f"#{row.id} {row.ticket}  {words.value('state', row.state)}",
        *([f"  {why}"] if row.why else []),
        "  " + words("show.fact", name=words("outbox.ours"), value=row.text),
    ]
    if not answers:
        state = words.value("state", row.state)
        return "\n".join([*lines, f"  {words('settle.over', state=state)}"])
    for key, message in found.items():
        lines.append(f"  {words('outbox.theirs')} [{clean(key)}] {stamp(message.at)}")
        lines.append(f"    {clean(message.text)}")
    if not found:
        lines.append(f"  {words('settle.nothing')}")
    for answer in answers:
        meant = words.value("answer", answer)
        lines.append(f"  gongdan settle {row.id} {answer:10}  {meant}")
    return "\n".join(lines)
