"""Everything that is public, read from the code: as a page for people, and as lines to be kept.

A page is made again with `GONGDAN_REMAKE_GOLDEN=1 pytest tests/test_reference.py`.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from msgspec import NODEFAULT, Struct

from gongdan import GongdanError, contract
from gongdan.sla import Rule

MODULES = {
    "gongdan": "all that a connector needs: `import gongdan as g`",
    "gongdan.sandbox": "what imitates a platform: `import gongdan.sandbox as s`",
    "gongdan.testing": "what tests stand on",
    "gongdan.sla": "deadline rules and what is computed by them; see [deadlines.md](deadlines.md)",
}
HEAD = """# Reference

Every public name with its arguments, read from the code. How they go together is told in \
[contract.md](contract.md), and by an example in [tutorial.md](tutorial.md). Times are aware UTC, \
money is integer fen, ids are text; a duration is shown as h:mm:ss. What is not here may change at \
any time.

<!-- made from the code: GONGDAN_REMAKE_GOLDEN=1 pytest tests/test_reference.py -->
"""
# What msgspec and typing have made, and has no words of ours.
_SAID = {
    "UNSET": "This payload does not speak of it; of msgspec.",
    "UnsetType": "The type of `UNSET`.",
    "Raw": "The bytes of one JSON value as they came, `bytes(raw)`; of msgspec.",
    "Detail": "One payload, or several by name: `Raw`, or a mapping of names to one or a list.",
    "Params": "The parameters of a call: a mapping of names to values.",
    "hookimpl": "Marks a function as a hook's implementation: `@gongdan.hookimpl`.",
    "KINDS": "Fault name to the kinds of request it strikes unless an `api` is named.",
    "NAMES": "The names of all faults.",
    "App": "An ASGI app.",
    "Json": "One JSON object.",
    "Kind": "What kind of request: list, detail, write, auth, other.",
    "Make": "What `Connector.sandbox` names: given a World it returns an Imitation.",
    "Strikes": "The faults that strike one request, and for how many seconds each.",
    "FLAGS": "What a deadline may be flagged with, in English and Chinese.",
    "first_response": "Return the rule of a first response, which every platform has.",
}


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for module, about in MODULES.items():
        parts.append(f"\n## {module}\n\n{about[0].upper()}{about[1:]}.\n")
        for name, value in public(module):
            parts.append(f"\n### {name}\n\n" + "\n".join(told(name, value)) + "\n")
    return "".join(parts)


def public(module: str) -> list[tuple[str, Any]]:
    """Return the names that a module lists, with what they are."""
    found = importlib.import_module(module)
    return [(name, getattr(found, name)) for name in found.__all__]


def told(name: str, value: Any) -> list[str]:
    """Return what the page says of one name, by lines."""
    if not ours(value):
        return [_SAID[name]]
    lines = [*_prose(value.__doc__)]
    if inspect.isfunction(value):
        return [f"`{name}{signature(value)}`", "", *lines, *_sections(value.__doc__)]
    if issubclass(value, enum.Enum):
        rows = [f"| `{one.name}` | {_cell(str(one.value))} |" for one in value]
        return [*lines, "", "| member | value |", "|---|---|", *rows]
    if issubclass(value, Struct):
        lines += ["", "| field | type | default | |", "|---|---|---|---|"]
        lines += [
            f"| `{field}` | {_code(kind)} | {_code(default)} | {_cell(meaning)} |"
            for field, kind, default, meaning in fields(value)
        ]
    else:
        if issubclass(value, GongdanError):
            lines += ["", f"Exit code {value.exit_code}."]
        attributes = documented(value.__doc__)
        lines += ["", *(f"- `{one}`: {text}" for one, text in attributes.items())]
    methods = [
        f"- `{one}{signature(method)}`: {_flat(method.__doc__)}"
        for one, method in methods_of(value)
    ]
    return [*lines, "", *methods] if methods else lines


def ours(value: Any) -> bool:
    """Whether a name is a class or function with words of ours."""
    is_known = inspect.isclass(value) or inspect.isfunction(value)
    return is_known and str(value.__module__).startswith("gongdan")


def fields(kind: type[Struct]) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, type, default ("" where it is required) and meaning of each field."""
    words, hints = documented(kind.__doc__), _annotations(kind)
    required = len(kind.__struct_fields__) - len(kind.__struct_defaults__)
    defaults = (*([NODEFAULT] * required), *kind.__struct_defaults__)
    for name, default in zip(kind.__struct_fields__, defaults, strict=True):
        shown = "" if default is NODEFAULT else _default(getattr(default, "factory", default))
        yield name, hints[name], shown, words.get(name, "")


def methods_of(kind: type) -> list[tuple[str, Callable[..., object]]]:
    """Return the public methods and properties of a class that it defines itself."""
    found: list[tuple[str, Callable[..., object]]] = []
    for name, value in vars(kind).items():
        value = value.fget if isinstance(value, property) else value
        value = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if not name.startswith("_") and inspect.isfunction(value):
            found.append((name, value))
    return found


def signature(function: Callable[..., object]) -> str:
    """Return the arguments with types and defaults, and what is returned."""
    made = inspect.signature(function)
    kept = [one for one in made.parameters.values() if one.name not in ("self", "cls")]
    return re.sub(r"'([^']*)'", r"\1", str(made.replace(parameters=kept)))


def documented(doc: str | None) -> dict[str, str]:
    """Return what a docstring says of each attribute: its lines "name: text", continued."""
    found: dict[str, str] = {}
    names: list[str] = []
    for line in inspect.cleandoc(doc or "").splitlines():
        begun = re.match(r" +((?:\w+, )*\w+): (\S.*)", line)
        if begun:
            names = begun[1].split(", ")
            found |= dict.fromkeys(names, begun[2])
        elif names and line.startswith("     "):
            found |= {name: f"{found[name]} {line.strip()}" for name in names}
        elif line.strip():
            names = []
    return found


def promised() -> Iterator[str]:
    """Yield a line for everything that a plugin may rest on: names, arguments, types, defaults."""
    for module in MODULES:
        for name, value in public(module):
            yield f"{module}.{name}"
            if not ours(value):
                continue
            if inspect.isfunction(value):
                yield f"{module}.{name}{signature(value)}"
            elif issubclass(value, enum.Enum):
                yield from (f"{module}.{name}.{one.name}" for one in value)
            elif issubclass(value, Struct):
                arguments = _arguments(value)
                for place, (field, kind, default, _) in enumerate(fields(value)):
                    is_named = arguments[field].kind is inspect.Parameter.KEYWORD_ONLY
                    where = "" if is_named else f" #{place}"
                    yield f"{module}.{name}.{field}{where}: {kind} = {default or '(required)'}"
            if inspect.isclass(value):
                methods = methods_of(value)
                yield from (f"{module}.{name}.{one}{signature(method)}" for one, method in methods)


def _arguments(kind: type[Struct]) -> Mapping[str, inspect.Parameter]:
    """Return how a value is built; the contract names `Rule` for type checkers only."""
    with patch.object(contract, "Rule", Rule, create=True):
        return inspect.signature(kind).parameters


def _annotations(kind: type) -> dict[str, str]:
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        found |= {name: str(hint) for name, hint in vars(base).get("__annotations__", {}).items()}
    return found


def _default(value: Any) -> str:
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, type):  # a factory: of {} and the like
        return repr(value())
    return str(value) if isinstance(value, enum.Enum) else repr(value).replace("(***)", "()")


def _prose(doc: str | None) -> list[str]:
    """Return what stands before the first section."""
    return re.split(r"\n *(?:Attributes|Args|Raises|Returns|Yields):\n", _clean(doc))[
        0
    ].splitlines()


def _sections(doc: str | None) -> list[str]:
    """Return the sections of a function's docstring, an item a line."""
    parts = re.split(r"\n *(Args|Raises|Returns|Yields):\n", _clean(doc))[1:]
    lines: list[str] = []
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        items = re.sub(r"\n {6,}", " ", f"\n{body}").strip().splitlines()
        lines += ["", f"{title}:", "", *(f"- {item.strip()}" for item in items if item.strip())]
    return lines


def _flat(doc: str | None) -> str:
    """Return a docstring as one line."""
    return " ".join(_clean(doc).split())


def _clean(doc: str | None) -> str:
    return inspect.cleandoc(doc or "").replace(".  ", ". ")


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
