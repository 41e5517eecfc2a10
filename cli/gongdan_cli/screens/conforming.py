"""What the conformance kit found, for a person and for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..words.table import Words
from .clean import clean
from .folding import fold
from .grid import Style, paint

if TYPE_CHECKING:
    from gongdan.conformance import Result, Subject

_STYLES = {
    "pass": Style("green"),
    "fail": Style("red", bold=True),
    "exempt": Style("yellow"),
    "not applicable": Style(dim=True),
}


def render(result: Result, width: int, words: Words, colour: bool) -> str:
    """Return a line for a check, and under one that failed everything that is known of it."""
    state = words.value("verdict", result.outcome)
    head = f"{result.id} {result.tier[:6]:<6} "
    said = clean(result.title)
    mark = {"pass": "OK", "fail": "!!", "exempt": "--", "not applicable": "  "}[result.outcome]
    first, *more = fold(said, width - len(head) - 3, "")
    style = _STYLES[result.outcome]
    lines = [f"{paint(mark, style, colour=colour)} {head}{first}"]
    lines += [f"{' ' * (len(head) + 3)}{line}" for line in more]
    if result.outcome == "fail":
        lines += _details(result, width, words)
    elif result.reason:
        told = words("conform.because", state=state, reason=clean(result.reason))
        lines += fold(told, width, " " * (len(head) + 3))
    return "\n".join(lines)


def _details(result: Result, width: int, words: Words) -> list[str]:
    parts = [
        ("conform.expected", result.expected),
        ("conform.got", result.reason),
        *(("conform.exchange", line) for line in result.exchange),
        ("conform.page", result.page),
    ]
    lines = []
    for key, text in parts:
        lines += fold(f"{words(key)}: {clean(text)}", width, "   ")
    return lines


def summary(name: str, results: Sequence[Result], words: Words) -> str:
    """Return the one line of what it came to."""
    count = Counter(result.outcome for result in results)
    failed = [result.id for result in results if result.outcome == "fail"]
    if failed:
        ids = ", ".join(failed)
        return words("conform.some_fail", name=name, failed=len(failed), count=len(results),
                     ids=ids)  # fmt: skip
    return words("conform.all_good", name=name, passed=count["pass"], count=len(results),
                 absent=count["not applicable"], exempt=count["exempt"])  # fmt: skip


def page_of(subject: Subject) -> str:
    """Return the page that is made of what a connector declares.

    Raises:
        ConfigError: the plugin does not load.
    """
    from gongdan import ConfigError
    from gongdan.conformance import page

    if subject.plugin.error:
        raise ConfigError(f"{subject.name}: {subject.plugin.error}")
    return clean(page(subject.connector), lines=True)
