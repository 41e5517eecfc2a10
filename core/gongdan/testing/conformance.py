"""The conformance kit as a class of tests: each check is a test of its own.

from gongdan.testing import Conformance

class TestAcme(Conformance):
    platform = "acme"
"""

from __future__ import annotations

import re
import unittest
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, ClassVar

from ..conformance import CHECKS, TIERS, Check, Subject, Tier, find, run_one


class Conformance:
    """Inherit it, name a platform; pytest does the rest.

    Attributes:
        platform: of an installed plugin, or a module, or the path of a file.
        tier: this one and those below it are run.
        exempt: reasons by id of a check; such a test is skipped and says why.
    """

    platform: ClassVar[str] = ""
    tier: ClassVar[Tier] = "gold"
    exempt: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        for one in CHECKS.values():
            wanted = TIERS.index(one.tier) <= TIERS.index(cls.tier)
            setattr(cls, _name(one), _test(one) if wanted else None)


def _name(one: Check) -> str:
    """Return the name of its test: test_c16_reads_every_case_once."""
    return "_".join(["test", one.id.lower(), *re.findall(r"\w+", one.title)])


def _test(one: Check) -> Callable[[Conformance], None]:
    def test(self: Conformance) -> None:
        result = run_one(_subject(self.platform), one, self.exempt)
        if result.outcome == "fail":
            raise AssertionError("\n".join(_told(result.expected, result.reason, result)))
        if result.outcome != "pass":
            raise unittest.SkipTest(f"{result.outcome}: {result.reason}")

    test.__doc__ = one.why
    return test


def _told(expected: str, got: str, result: Any) -> list[str]:
    lines = [f"{result.id}: {result.title}", f"expected: {expected}", f"got: {got}"]
    return [*lines, *(f"  {line}" for line in result.exchange), f"see {result.page}"]


@cache
def _subject(name: str) -> Subject:
    return find(name)
