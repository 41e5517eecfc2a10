"""A connector's project, made of the template beside this module with another name in it."""

from __future__ import annotations

import re
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path

from gongdan import ConfigError

from .words.table import words

TEMPLATE = Path(__file__).parent / "template"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MADE_BY_TOOLS = {"__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def make_project(name: str, folder: Path | None = None) -> Path:
    """Write the project of a connector, whole or not at all, and return its folder.

    Args:
        name: of the platform, `[a-z][a-z0-9_]*`.
        folder: what becomes the project; new, or empty.  None: `gongdan-NAME`.

    Raises:
        ConfigError: the name cannot be one, or is taken; or something is in the folder.
        OSError: it cannot be written.
    """
    said = words()
    if not _NAME.fullmatch(name):
        raise ConfigError(said("scaffold.name", name=name, better=_better(name)))
    if find_spec(f"gongdan_{name}") is not None:
        raise ConfigError(said("scaffold.taken", name=name))
    made = folder or Path(f"gongdan-{name.replace('_', '-')}")
    is_there = made.is_dir() and not any(made.iterdir())  # empty: say, the one we stand in
    if made.exists() and not is_there:
        raise ConfigError(said("scaffold.exists", path=made))
    around = made if is_there else made.parent
    around.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".gongdan-{name}-", dir=around))
    try:
        for path in files():
            there = draft / _named(path.relative_to(TEMPLATE).as_posix(), name)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_text(_named(path.read_text("utf-8"), name), encoding="utf-8")
        if is_there:
            for path in draft.iterdir():
                path.rename(made / path.name)
            draft.rmdir()
        else:
            draft.chmod(0o755)  # a temporary folder is its owner's alone
            draft.rename(made)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return made


def files() -> list[Path]:
    """Return the files of the template, without what tools leave there."""
    found = (path for path in TEMPLATE.rglob("*") if path.is_file())
    return sorted(path for path in found if not _MADE_BY_TOOLS & set(path.parts))


def _named(text: str, name: str) -> str:
    """Put a name for "acme": with blanks instead of `_` as a class, with `-` as a distribution."""
    title = "".join(part.capitalize() for part in name.split("_"))
    text = text.replace("gongdan-acme", f"gongdan-{name.replace('_', '-')}")
    text = text.replace("api.acme.example", f"api.{name.replace('_', '-')}.example")
    return text.replace("acme", name).replace("Acme", title)


def _better(name: str) -> str:
    """Return a name that is like this one and can be one."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower().removeprefix("gongdan-")).strip("_")
    return plain[:32].strip("_") if plain[:1].isalpha() else "acme"
