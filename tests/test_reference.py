"""The reference is the code's, argument by argument, and what was promised once stays."""

from __future__ import annotations

import inspect
import os
import re
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from gongdan import hooks
from gongdan.contract import API

from .reference import MODULES, documented, fields, methods_of, ours, page, promised, public

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/api.md"
PROMISE = ROOT / f"tests/api-{API}.txt"
REMAKE = os.environ.get("GONGDAN_REMAKE_GOLDEN") == "1"
RELEASED = re.search(r"^## [\d.]+ \(\d{4}", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
NAMES = [(module, name, value) for module in MODULES for name, value in public(module)]
# Whose fields an outsider fills in or reads.
BUILT = [one for one in NAMES if one[0] in ("gongdan", "gongdan.sandbox")]


def test_the_reference_is_what_the_code_says() -> None:
    if REMAKE:
        PAGE.write_text(page(), "utf-8")

    assert PAGE.read_text("utf-8") == page(), "GONGDAN_REMAKE_GOLDEN=1 makes it again"


def test_what_was_promised_is_kept_and_what_is_new_is_promised() -> None:
    """From the first release on lines are added and none is taken away, while the contract keeps
    its number: see docs/compatibility.md."""
    kept = PROMISE.read_text("utf-8").splitlines() if PROMISE.exists() else []
    now = list(dict.fromkeys(promised()))
    if REMAKE:
        kept = sorted({*(kept if RELEASED else ()), *now})
        PROMISE.write_text("\n".join(kept) + "\n", "utf-8")

    assert [line for line in kept if line not in now] == []
    assert [line for line in now if line not in kept] == []


@pytest.mark.parametrize(
    ("module", "name", "value"), NAMES, ids=[f"{module}.{name}" for module, name, _ in NAMES]
)
def test_a_public_name_is_described(module: str, name: str, value: Any) -> None:
    if not ours(value):
        return  # its words stand in `reference`, which fails without

    lacking = [one for one, method in methods_of(value) if not method.__doc__]
    assert value.__doc__, module
    assert lacking == [], name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(name, value, id=name)
        for _, name, value in BUILT
        if inspect.isclass(value) and issubclass(value, Struct)
    ],
)
def test_every_field_is_described(name: str, value: type[Struct]) -> None:
    assert [field for field, _, _, meaning in fields(value) if not meaning] == [], name
    assert set(documented(value.__doc__)) <= set(value.__struct_fields__), name


def test_a_hook_s_arguments_are_described() -> None:
    text = (ROOT / "docs/contract.md").read_text("utf-8")
    for name, hook in vars(hooks).items():
        if name.startswith("gongdan_"):
            arguments = ", ".join(inspect.signature(hook).parameters)
            assert f"| `{name}({arguments})` |" in text
            assert hook.__doc__
