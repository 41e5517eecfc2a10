"""What was promised to a buyer, by when, and whether it was kept (R54)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from msgspec import Struct

from ..sending.likeness import folded
from ..ticket import Who

if TYPE_CHECKING:
    from ..views import TicketView

_NOT_SAID = ("cancelled", "refused")


class Promise(Struct, frozen=True):
    """A word by a time: when it was given, for when, and when it was kept."""

    made: datetime
    at: datetime
    kept: datetime | None = None


def promise_of(view: TicketView) -> Promise | None:
    """Return the newest promise to a buyer; none whose reply was taken back before it went.

    It is kept by the first word of ours after it that is not the reply that gave it.
    """
    actions = {str(action.id): action for action in view.actions}
    for act in reversed(view.history):
        if act.what != "promise":
            continue
        said = [actions[name] for name in act.data.get("actions", "").split() if name in actions]
        if said and all(action.state in _NOT_SAID for action in said):
            continue
        own = {folded(action.text) for action in said}
        later = [
            message.at
            for message in view.thread
            if message.who is Who.MERCHANT
            and message.at > act.at
            and folded(message.text) not in own
        ]
        at = datetime.fromisoformat(act.data["at"])
        return Promise(act.at, at, min(later, default=None))
    return None
