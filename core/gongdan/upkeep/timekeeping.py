"""How far this machine's clock is from the platforms', kept between runs and said once a day.

Reading does not mind: windows, signatures and tokens go by the platform's own time.  What is left
of a deadline is told by ours, so a person must mend it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from ..desk import Desk

SKEWED_S = 60.0  # signatures are good for minutes; deadlines are read from our clock
AGAIN = timedelta(days=1)
_KEY = "clock "
_NEWS = timedelta(days=2)  # an older measurement says nothing of today


class Offset(Struct, frozen=True, kw_only=True):
    """The platform's clock minus ours, as of *at*; *said*: when a person was last told of it."""

    s: float
    at: datetime
    said: datetime | None = None


def offsets(desk: Desk) -> dict[str, float]:
    """Return, by app, the platform's clock minus ours in seconds: of this process, else as kept."""
    now = desk.now()
    kept = {
        key.removeprefix(_KEY): held
        for key, text in desk.store.meta.named(_KEY).items()
        if (held := _read(text)) and abs(now - held.at) < _NEWS
    }
    return {app: held.s for app, held in kept.items()} | desk.offsets()


def skewed(desk: Desk) -> dict[str, float]:
    """Keep what this process learnt; return the offsets that a person is to be told of now."""
    now, told = desk.now(), {}
    for app, offset_s in desk.offsets().items():
        held = _read(desk.store.meta.get(_KEY + app))
        wrong = abs(offset_s) > SKEWED_S
        said = held.said if held and wrong else None
        if wrong and (said is None or abs(now - said) >= AGAIN):
            told[app], said = offset_s, now
        if wrong or held:
            fresh = Offset(s=offset_s, at=now, said=said)
            desk.store.meta.put(_KEY + app, msgspec.json.encode(fresh).decode())
    return told


def _read(text: str) -> Offset | None:
    return msgspec.json.decode(text, type=Offset) if text else None
