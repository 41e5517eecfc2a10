"""What keeps the repository the shape that docs and users rely on."""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    "gongdan": ROOT / "core/gongdan",
    "gongdan_cli": ROOT / "cli/gongdan_cli",
    "gongdan_douyin": ROOT / "connectors/douyin/gongdan_douyin",
    "gongdan_qianniu": ROOT / "connectors/qianniu/gongdan_qianniu",
}
MAY_IMPORT = {
    "gongdan": {"gongdan"},
    "gongdan_cli": {"gongdan_cli", "gongdan"},
    "gongdan_douyin": {"gongdan_douyin", "gongdan"},
    "gongdan_qianniu": {"gongdan_qianniu", "gongdan"},
}
# A dependency comes in by one door; what stands behind it may be swapped there.
DOORS = {
    "httpx": "core/gongdan/calls/http.py",
    "httpcore": "core/gongdan/calls/http.py",
    "tenacity": "core/gongdan/calls/retry.py",
    "sqlite_utils": "core/gongdan/store/",
    "sqlite3": "core/gongdan/store/",
    "pluggy": "core/gongdan/(hooks|plugins/registry).py",
    "uvicorn": "core/gongdan/(sandbox/|pushes/receiving.py)",
    "python_multipart": "core/gongdan/sandbox/",
    "openpyxl": "core/gongdan/files/sheets.py",
    "click": "cli/gongdan_cli/",
    "rich": "cli/gongdan_cli/",
    "xlsxwriter": "cli/gongdan_cli/books.py",
}
LONGEST = 400  # lines a module; the second noun is due long before


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def modules(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.py"))


@functools.cache
def imports(path: Path) -> tuple[str, ...]:
    """Return the dotted names of what a module imports; relative ones are its own package's."""
    found: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found.append(node.module or "")
    return tuple(found)


def test_every_connector_folder_is_packaged_and_announced() -> None:
    folders = {path.parent.name: path.name for path in (ROOT / "connectors").glob("*/gongdan_*")}
    packages = project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    entries = project()["project"]["entry-points"]["gongdan"]

    assert folders == {"douyin": "gongdan_douyin", "qianniu": "gongdan_qianniu"}
    assert {f"connectors/{folder}/{name}" for folder, name in folders.items()} == {
        path for path in packages if path.startswith("connectors/")
    }
    assert entries == folders


def test_the_wheel_holds_what_the_tree_holds() -> None:
    packages = project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    assert {ROOT / path for path in packages} == set(PACKAGES.values())


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_imports_point_one_way(package: str) -> None:
    ours = {name for path in modules(PACKAGES[package]) for name in imports(path)}
    ours = {name.partition(".")[0] for name in ours if name.startswith("gongdan")}

    assert ours <= MAY_IMPORT[package]


@pytest.mark.parametrize("package", ["gongdan_douyin", "gongdan_qianniu"])
def test_a_connector_needs_only_what_an_outsider_gets(package: str) -> None:
    reached = {name for path in modules(PACKAGES[package]) for name in imports(path)}

    assert {name for name in reached if name.startswith("gongdan.")} <= {
        "gongdan.sandbox",
        "gongdan.sla",
    }


@pytest.mark.parametrize("name", sorted(DOORS))
def test_a_dependency_has_one_door(name: str) -> None:
    users = [
        path.relative_to(ROOT).as_posix()
        for folder in PACKAGES.values()
        for path in modules(folder)
        if any(found.partition(".")[0] == name for found in imports(path))
    ]

    assert users
    assert [path for path in users if not re.match(DOORS[name], path)] == []


def test_connectors_have_the_same_files() -> None:
    """Who has read one has read the core of the other; a platform may have more kinds of case."""
    files = [
        {path.stem for path in PACKAGES[name].glob("*.py")}
        for name in ("gongdan_douyin", "gongdan_qianniu")
    ]

    assert files[0] & files[1] >= {"__init__", "client", "errors", "sign", "tickets", "words"}


def test_every_part_of_core_is_told_to_whoever_looks_for_it() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    parts = {path.parent.name for path in PACKAGES["gongdan"].glob("*/__init__.py")}

    assert {part for part in parts if f"`{part}/`" not in told} == set()


def test_modules_stay_short_enough_to_read() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): count
        for folder in PACKAGES.values()
        for path in modules(folder)
        if (count := len(path.read_text("utf-8").splitlines())) > LONGEST
    }

    assert long == {}


def test_every_test_folder_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}

    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_what_is_public_is_listed_in_order() -> None:
    import gongdan

    assert gongdan.__all__ == sorted(gongdan.__all__, key=_ruff_order)
    assert [name for name in gongdan.__all__ if not hasattr(gongdan, name)] == []


def _ruff_order(name: str) -> tuple[int, str]:
    """Constants, then classes, then functions, as ruff sorts `__all__`."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def test_the_changelog_is_about_this_version() -> None:
    version = project()["project"]["version"]
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert newest is not None
    assert newest.group(1) == version


def test_constraints_pin_names_and_versions_only() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()

    assert [
        line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.]+", line)
    ] == []


def test_nothing_names_a_place_outside_the_project() -> None:
    tops = [path for path in ROOT.iterdir() if not path.name.startswith(".") or path.name == ".ci"]
    files = [path for top in tops for path in ([top] if top.is_file() else top.rglob("*"))]
    found = [
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.is_file()
        and "__pycache__" not in path.parts
        and path != Path(__file__)
        and re.search(rb"/(?:work|root)/[a-z.]", path.read_bytes())
    ]

    assert found == []
