"""Run checks over a connector, one after the other; one that fails stops no other."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator, Mapping

from .check import CHECKS, TIERS, Check, Failed, NotApplicable, Result, Tier
from .probe import logged
from .subject import Subject


def chosen(tier: Tier = "gold") -> list[Check]:
    """Return the checks of a tier and of those below it, in the order of their ids."""
    below = TIERS[: TIERS.index(tier) + 1]
    return [one for _, one in sorted(CHECKS.items()) if one.tier in below]


def run(
    subject: Subject, tier: Tier = "gold", exempt: Mapping[str, str] | None = None
) -> Iterator[Result]:
    """Yield what each check of a tier came to.

    Args:
        subject: see `find`.
        tier: this one and those below.
        exempt: reasons by id of the check, over the plugin's own.
    """
    for one in chosen(tier):
        yield run_one(subject, one, exempt)


def run_one(subject: Subject, check: Check, exempt: Mapping[str, str] | None = None) -> Result:
    """Return what one check came to; an exempt one is not run."""
    reason = {**subject.exempt, **(exempt or {})}.get(check.id, "")
    if reason:
        return _result(check, "exempt", reason)
    subject.stages.clear()
    try:
        with logged(logging.WARNING):
            check.run(subject)
    except NotApplicable as error:
        return _result(check, "not applicable", str(error))
    except Failed as error:
        return _failure(subject, check, error.expected, error.got)
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{last.filename.rpartition('/')[2]}:{last.lineno}"
        told = f"{type(error).__name__} in {where}: {error}"
        return _failure(subject, check, "no error that nobody foresaw", told)
    return _result(check, "pass")


def _result(check: Check, outcome: str, reason: str = "") -> Result:
    return Result(
        id=check.id, tier=check.tier, title=check.title, page=check.page,
        outcome=outcome, reason=reason,  # type: ignore[arg-type] # one of Outcome
    )  # fmt: skip


def _failure(subject: Subject, check: Check, expected: str, got: str) -> Result:
    said = subject.stages[-1].told() if subject.stages else ()
    secrets = subject.stages[-1].secrets if subject.stages else set()
    for secret in secrets:
        got = got.replace(secret, "***")
    return Result(
        id=check.id, tier=check.tier, title=check.title, page=check.page,
        outcome="fail", reason=got, expected=expected, exchange=said,
    )  # fmt: skip
