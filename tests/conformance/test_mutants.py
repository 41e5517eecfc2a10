"""Every check catches a mistake: a kit whose checks cannot fail proves nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from gongdan.conformance import CHECKS, run_one
from gongdan.testing import Conformance

from .mutants import good, plugins, readers, words
from .mutants.mutant import MUTANTS, Mutant


class TestTheGoodOne(Conformance):
    """The mutants are made of it, so that what fails them is their mistake."""

    platform = str(Path(good.__file__))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{one.check} {one.name}")
def test_a_mutant_is_caught(mutant: Mutant, tmp_path: Path) -> None:
    result = run_one(mutant.make(tmp_path), CHECKS[mutant.check])

    assert result.outcome == "fail"
    assert result.expected
    assert result.page == f"docs/conformance.md#{mutant.check.lower()}"


def test_every_check_has_a_mutant() -> None:
    assert {one.check for one in MUTANTS} == CHECKS.keys()


def test_mutants_of_every_kind_are_listed() -> None:
    assert {one.__name__.rpartition(".")[2] for one in (plugins, readers, words)} == {
        path.stem
        for path in Path(good.__file__).parent.glob("*.py")
        if path.stem not in ("__init__", "good", "mutant")
    }
