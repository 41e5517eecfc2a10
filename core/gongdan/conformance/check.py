"""One check: what it claims, why, and the two ways in which it can end early."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from msgspec import Struct

if TYPE_CHECKING:
    from .subject import Subject

Tier: TypeAlias = Literal["bronze", "silver", "gold"]
Outcome: TypeAlias = Literal["pass", "fail", "exempt", "not applicable"]
TIERS: tuple[Tier, ...] = ("bronze", "silver", "gold")
PAGE = "docs/conformance.md"

Run: TypeAlias = Callable[["Subject"], None]
R = TypeVar("R", bound=Run)


class Check(Struct, frozen=True, kw_only=True):
    """One claim about a connector.

    Attributes:
        id: as the docs list it.
        title: the claim, in words that follow "the connector ...".
        why: what it costs where the claim does not hold.
        run: returns where it holds; raises Failed or NotApplicable.
    """

    id: str
    tier: Tier
    title: str
    why: str
    run: Run

    @property
    def page(self) -> str:
        """Where the docs speak of it."""
        return f"{PAGE}#{self.id.lower()}"


class Result(Struct, frozen=True, kw_only=True):
    """What a check came to.

    Attributes:
        reason: why it failed, is exempt, or does not apply.
        expected: of a failure.
        exchange: of a failure: the last requests and answers, without secrets.
        page: of the docs.
    """

    id: str
    tier: Tier
    title: str
    outcome: Outcome
    reason: str = ""
    expected: str = ""
    exchange: tuple[str, ...] = ()
    page: str = ""


class Failed(Exception):
    """The claim does not hold."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(got)
        self.expected = expected
        self.got = got


class NotApplicable(Exception):
    """The connector, or its sandbox, has not what the claim is about."""


CHECKS: dict[str, Check] = {}


def check(id_: str, tier: Tier, title: str, why: str) -> Callable[[R], R]:
    """Add a function to the list of checks."""

    def add(run: R) -> R:
        if id_ in CHECKS:
            raise ValueError(f"two checks are called {id_}")
        CHECKS[id_] = Check(id=id_, tier=tier, title=title, why=why, run=run)
        return run

    return add


def expect(holds: object, expected: str, got: object) -> None:
    """Raise Failed unless it holds."""
    if not holds:
        raise Failed(expected, str(got))
