"""Whether sending again is safe on a stream: what its platform was seen to do.

Sending again rests on two things: an old signature is refused, and what was written is soon seen.
Both are watched, and where one does not hold, sending again is off until a person turns it on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ..errors import NotFound
from ..store import Meta

PROBE_EVERY = timedelta(days=1)
PROBE_AGAIN = timedelta(hours=1)  # where it could not be told
PROBE_BEYOND = timedelta(minutes=1)  # older than the signature age
LATE_SUCCESS = timedelta(seconds=150)  # first seen so long after its success
LATE_UNKNOWN = timedelta(seconds=600)  # first seen so long after its stamp
# A reply that nobody looked for is not late.  Missed by a look when it was this old, it is.
_MISSED = 0.6
_PREFIX = "resend "


class Trust(Struct, frozen=True, kw_only=True):
    """What is known of a stream.

    Attributes:
        off: why nothing is sent again there, or "".
        probed: when a read signed too long ago last told something.
        tried: when one was last made.
        refused: whether it was refused, as it must be; None: it was never told.
        longest_s: how long after it was accepted a reply was first seen, at most.
    """

    off: str = ""
    probed: datetime | None = None
    tried: datetime | None = None
    refused: bool | None = None
    longest_s: float = 0.0


class SelfCheck:
    """The watch over one shop's stream, kept in the store."""

    def __init__(self, meta: Meta, shop: str, stream: str) -> None:
        self._meta = meta
        self._key = f"{_PREFIX}{shop}/{stream}"

    @property
    def trust(self) -> Trust:
        """What is known now."""
        return _trust(self._meta.get(self._key))

    def wants_probe(self, now: datetime) -> bool:
        """Whether a read with an old signature is due: once a day, sooner if it told nothing."""
        told, tried = self.trust.probed, self.trust.tried
        if tried is not None and abs(now - tried) < PROBE_AGAIN:
            return False
        return told is None or abs(now - told) >= PROBE_EVERY

    def probed(self, now: datetime, refused: bool | None) -> None:
        """Note what became of a read with an old signature."""

        def note(known: Trust) -> Trust:
            if refused is None:
                return replace(known, tried=now)
            off = "" if refused else "the platform took a signature that is too old"
            return replace(known, probed=now, tried=now, refused=refused, off=known.off or off)

        self._change(note)

    def seen(self, since: datetime, seen: datetime, missed: datetime | None, *, sure: bool) -> None:
        """Note how long a reply took to be seen.

        Args:
            since: platform time of its success, or of its stamp where that is not known.
            seen: platform time of the look that found it.
            missed: of the last look that did not.
            sure: its success was told.
        """
        after = seen - since
        limit = LATE_SUCCESS if sure else LATE_UNKNOWN
        is_late = after > limit and missed is not None and missed - since > limit * _MISSED

        def note(known: Trust) -> Trust:
            if sure:
                known = replace(known, longest_s=max(known.longest_s, after.total_seconds()))
            why = f"a reply was first seen {after.total_seconds():.0f} s after it was sent"
            return replace(known, off=known.off or why) if is_late else known

        self._change(note)

    def allow(self) -> None:
        """Turn sending again on, as a person decided."""
        self._change(lambda known: replace(known, off=""))

    def _change(self, how: Callable[[Trust], Trust]) -> None:
        def change(text: str) -> str:
            return msgspec.json.encode(how(_trust(text))).decode()

        self._meta.change(self._key, change)


def allow(meta: Meta, name: str) -> None:
    """Turn sending again on for a `shop/stream` where it is off.

    Raises:
        NotFound: it is not off there; the message says where it is.
    """
    off = [known for known, trust in streams(meta).items() if trust.off]
    if name not in off:
        known = ", ".join(off) or "none"
        raise NotFound(f"sending again is not off for {name!r}; it is off for: {known}")
    SelfCheck(meta, *name.split("/", 1)).allow()


def streams(meta: Meta) -> dict[str, Trust]:
    """Return what is known of every `shop/stream`, for `gongdan doctor`."""
    found = meta.named(_PREFIX)
    return {key.removeprefix(_PREFIX): _trust(value) for key, value in found.items()}


def _trust(text: str) -> Trust:
    return msgspec.json.decode(text, type=Trust) if text else Trust()
