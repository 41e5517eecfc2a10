"""What goes wrong, when, and how often: one table for all platforms of a sandbox.

A fault is armed and strikes requests.  Whether it strikes is decided once, when a request arrives,
so that "the third request" means the third one that the fault could have struck.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Literal, TypeAlias

from msgspec import Struct

from .clock import Clock

Kind: TypeAlias = Literal["list", "detail", "write", "auth", "other"]
Strikes: TypeAlias = Mapping[str, float]
"""The faults that strike one request, by name; the value is the fault's length in seconds."""

_ANY: frozenset[Kind] = frozenset({"list", "detail", "write", "auth", "other"})
_SHOP: frozenset[Kind] = _ANY - {"auth"}
_LIST: frozenset[Kind] = frozenset({"list"})
_READ: frozenset[Kind] = frozenset({"list", "detail"})
_WRITE: frozenset[Kind] = frozenset({"write"})

KINDS: Mapping[str, frozenset[Kind]] = {
    "rate-limit": _ANY,
    "ban": _ANY,
    "http-500": _ANY,
    "slow": _ANY,
    "cut-body": _ANY,
    "html": _ANY,
    "reset": _ANY,
    "token-expired": _SHOP,
    "revoked": _SHOP,
    "no-permission": _SHOP,
    "wrong-ip": _ANY,
    "concurrent-refresh": frozenset({"auth"}),
    "service-error": _SHOP,
    "too-large": _LIST,
    "risky-writes-over": _WRITE,
    "shift-pages": _LIST,
    "late-rows": _LIST,
    "same-second": _LIST,
    "malformed-row": _LIST,
    "lone-surrogate": _LIST,
    "new-field": _LIST,
    "new-enum": _LIST,
    "filter-on-create": _LIST,
    "exclusive-start": _LIST,
    "stale-replica": _READ,
    "lost-response": _WRITE,
    "lost-request": _WRITE,
    "late-commit": _WRITE,
    "hidden-write": _WRITE,
    "refused": _WRITE,
    "altered-text": _WRITE,
    "other-person": _WRITE,
    "new-round": _WRITE,
}
"""Fault name to the kinds of request it strikes unless an `api` is named."""

NAMES: tuple[str, ...] = tuple(KINDS)

_SECONDS: Mapping[str, float] = {
    "ban": 3.0,  # real clients wait it out in real time: keep it short
    "slow": 1.0,
    "late-rows": 40.0,  # the simulation of design section 4
    "stale-replica": 30.0,
    "hidden-write": 30.0,
    "late-commit": 60.0,  # the longest that docs/sending.md reckons with
}


class Named(Struct, frozen=True):
    """What a request is, before anybody answers it.

    Attributes:
        api: the platform's own name of it; "" for one that nobody knows.
        kind: which faults can strike it.
        shop: the platform's id of the shop, "" if the request does not tell.
    """

    api: str
    kind: Kind = "other"
    shop: str = ""

    @property
    def writing(self) -> bool:
        """Whether it would change a case."""
        return self.kind == "write"


class Fault(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One armed fault.

    Attributes:
        name: one of `NAMES`.
        when: int n, the n-th matching request from now, 1 the next; float, a rate from 0 to 1.
        count: how many requests it strikes in all; None is once for n, without end for a rate.
        api, shop, platform: only such requests; "" is any.
        seconds: how long it lasts, or its upper bound; None is the fault's own default.
    """

    name: str
    when: int | float = 1
    count: int | None = None
    api: str = ""
    shop: str = ""
    platform: str = ""
    seconds: float | None = None


class _Armed:
    """A fault and what it has done so far."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.seen = 0
        once = 1 if isinstance(fault.when, int) else None
        self.left = once if fault.count is None else fault.count

    def matches(self, named: Named, platform: str) -> bool:
        fault = self.fault
        return (
            fault.platform in ("", platform)
            and fault.shop in ("", named.shop)
            and (fault.api == named.api if fault.api else named.kind in KINDS[fault.name])
        )

    def strikes(self, named: Named, platform: str, rng: Random) -> bool:
        if self.left == 0 or not self.matches(named, platform):
            return False
        self.seen += 1
        when = self.fault.when
        hit = self.seen >= when if isinstance(when, int) else rng.random() < when
        if hit and self.left is not None:
            self.left -= 1
        return hit


class Faults:
    """The armed faults of a sandbox; the same seed and requests give the same strikes."""

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self._clock = clock
        self.clear(seed)

    def clear(self, seed: int | None = None) -> None:
        """Disarm everything, and begin anew with *seed* if there is one."""
        self._armed: list[_Armed] = []
        self._banned: dict[str, datetime] = {}
        if seed is not None:
            self._rng = Random(f"faults {seed}")

    def arm(self, fault: Fault) -> None:
        """Add one fault.

        Raises:
            ValueError: no such name, or `when` or `count` makes no sense; the message says which.
        """
        _check(fault)
        self._armed.append(_Armed(fault))

    def armed(self) -> list[dict[str, object]]:
        """The armed faults in the order they came, each with `seen` and `left` (None: no end)."""
        return [
            {
                "name": a.fault.name,
                "when": a.fault.when,
                "count": a.fault.count,
                "api": a.fault.api,
                "shop": a.fault.shop,
                "platform": a.fault.platform,
                "seconds": seconds_of(a.fault),
                "seen": a.seen,
                "left": a.left,
            }
            for a in self._armed
        ]

    def strike(self, named: Named, platform: str) -> Strikes:
        """Decide what strikes a request to a platform; call it once for each.

        A ban that struck goes on striking every request to its platform until it is over; its
        value is then the seconds left.
        """
        if not self._armed and not self._banned:
            return {}
        struck = {
            armed.fault.name: seconds_of(armed.fault)
            for armed in self._armed
            if armed.strikes(named, platform, self._rng)
        }
        self._keep_ban(platform, struck)
        return struck

    def _keep_ban(self, platform: str, struck: dict[str, float]) -> None:
        now = self._clock.now()
        until = self._banned.get(platform)
        if until is not None and until > now:
            struck["ban"] = (until - now).total_seconds()
        elif "ban" in struck:
            self._banned[platform] = now + timedelta(seconds=struck["ban"])
        elif until is not None:
            del self._banned[platform]


def seconds_of(fault: Fault) -> float:
    """How long a fault lasts: its own `seconds`, else the default of its name, else 0."""
    return _SECONDS.get(fault.name, 0.0) if fault.seconds is None else fault.seconds


def _check(fault: Fault) -> None:
    if fault.name not in KINDS:
        near = difflib.get_close_matches(fault.name, NAMES, 1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        raise ValueError(f"no fault {fault.name!r}{hint}; there are: {', '.join(NAMES)}")
    if isinstance(fault.when, int) and fault.when < 1:
        raise ValueError(f"{fault.name}: when is {fault.when}; the next request is 1")
    if isinstance(fault.when, float) and not 0 <= fault.when <= 1:
        raise ValueError(f"{fault.name}: when is {fault.when}; a rate is from 0.0 to 1.0")
    if fault.count is not None and fault.count < 1:
        raise ValueError(f"{fault.name}: count is {fault.count}; it strikes at least once")
    if fault.seconds is not None and fault.seconds < 0:
        raise ValueError(f"{fault.name}: seconds is {fault.seconds}; it cannot be negative")
