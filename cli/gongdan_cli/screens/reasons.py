"""Why a ticket is due when it is, and where each of its values came from."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from rich.cells import cell_len

from ..words.table import Words
from .case import state_line
from .classing import class_lines
from .clean import clean
from .folding import fold
from .grid import Style, fit, paint
from .queue_table import countdown_style
from .times import span, stamp, whole_seconds

if TYPE_CHECKING:
    from gongdan.sla import Clock
    from gongdan.views import Origin, WhyView

_GROUPS = {"turn": "who", "origin": "who", "status": "status", "category": "category",
           "urgency": "urgency"}  # fmt: skip


def render_why(view: WhyView, now: datetime, width: int, words: Words, colour: bool) -> str:
    """Return every clock with its arithmetic, then the values by the payload they came from."""
    lines = [paint(fit(clean(view.ticket.row.id), width), Style(bold=True), colour=colour)]
    lines += fold(state_line(view.ticket, words), width)
    if view.raised is not None:
        one = view.raised
        told = words("why.raised", at=stamp(one.created), id=one.id, ticket=clean(one.ticket))
        lines += fold(told, width)
    for clock in view.clocks:
        lines += ["", _head(clock, now, width, words, colour), *_clock(clock, width, words)]
    if not view.clocks:
        lines += ["", words("why.no_clock")]
    if view.classed is not None:
        lines += ["", paint(words("why.classed"), Style(bold=True), colour=colour)]
        lines += class_lines(view.classed, width, words)
    payloads: dict[tuple[str, int], list[Origin]] = {}
    for origin in view.origins:
        payloads.setdefault((origin.kind, origin.run), []).append(origin)
    for origins in payloads.values():
        lines += ["", *_payload(origins, width, words, colour)]
    return "\n".join(lines)


def clock_facts(clock: Clock, words: Words) -> dict[str, object]:
    """Return a clock for scripts: lengths in seconds, steps in words."""
    from gongdan.sla import explain

    return {
        "kind": clock.kind, "state": clock.state, "source": clock.source, "start": clock.start,
        "due": clock.due, "target_s": whole_seconds(clock.target), "confidence": clock.confidence,
        "rule": clock.rule, "rule_source": clock.rule_source,
        "difference_s": None if clock.difference is None else whole_seconds(clock.difference),
        "flags": clock.flags, "breach": clock.breach, "breach_cost": _cost(clock, words),
        "soft": clock.soft, "ours": clock.ours, "zone": clock.zone, "pauses": clock.pauses,
        "steps": explain(clock.steps, clock.zone, words.lang),
    }  # fmt: skip


def _head(clock: Clock, now: datetime, width: int, words: Words, colour: bool) -> str:
    open_ = clock.state in ("running", "late")
    key = f"clockstate.{clock.state}"
    state = words(key, left=span(abs(clock.due - now))) if open_ else words(key)
    marks = [words("why.soft")] if clock.soft else []
    marks += [] if clock.ours else [words("why.theirs")]
    style = countdown_style(clock.due, now) if open_ else Style()
    name = words.value("clock", clock.kind)
    said = ("，" if words.lang == "zh" else ", ").join([state, *marks])
    line = words("show.fact", name=name, value=said)
    if cell_len(line) > width or not colour:
        return fit(line, width)
    return line.removesuffix(said) + paint(said, style, colour=colour)


def _clock(clock: Clock, width: int, words: Words) -> Iterator[str]:
    for name, value in _facts(clock, words):
        if value:
            text = words("show.fact", name=words(f"why.{name}"), value=value)
            yield from fold(text, width, "  ")
    from gongdan.sla import explain

    steps = [step for step in clock.steps if step.code != "flag"]
    yield fit(f"  {words('show.fact', name=words('why.steps'), value='').rstrip()}", width)
    for text in explain(steps, clock.zone, words.lang):
        yield from fold(text, width, "    ")


def _facts(clock: Clock, words: Words) -> Iterator[tuple[str, str]]:
    from gongdan.sla import write_length

    source, sure = words.value("source", clock.source), words.value("confidence", clock.confidence)
    yield "due", words("why.by", due=stamp(clock.due), source=source, confidence=sure)
    yield "target", write_length(clock.target, words.lang)
    yield "rule", words("why.written", rule=clock.rule, source=clock.rule_source) * bool(clock.rule)
    yield "computed", _computed(clock, words)
    for start, end in clock.pauses if clock.source == "rule" else ():
        yield "paused", words("why.span", start=stamp(start), end=stamp(end))
    yield "breach", _cost(clock, words)
    yield "flags", _flags(clock, words)


def _computed(clock: Clock, words: Words) -> str:
    """Return what our rule comes to beside the platform's deadline."""
    from gongdan.sla import write_length

    if clock.difference is None:
        return ""
    if "differs-from-platform" not in clock.flags:
        return words("why.same")
    key = "why.later" if clock.difference > timedelta(0) else "why.earlier"
    length = write_length(clock.difference, words.lang)
    return words(key, due=stamp(clock.due + clock.difference), length=length)


def _cost(clock: Clock, words: Words) -> str:
    cost = clock.breach_cost.zh if words.lang == "zh" else clock.breach_cost.en
    return cost or words.value("breach", clock.breach.value)


def _flags(clock: Clock, words: Words) -> str:
    from gongdan.sla import FLAGS

    told = [FLAGS.get(flag) for flag in clock.flags]
    texts = [one.zh if words.lang == "zh" else one.en for one in told if one is not None]
    return ("；" if words.lang == "zh" else "; ").join(texts)


def _payload(origins: list[Origin], width: int, words: Words, colour: bool) -> Iterator[str]:
    one = origins[0]
    key = {"row": "why.page", "file": "why.file"}.get(one.kind, "why.from")
    kind, at = words.value("payload", one.kind), stamp(one.updated)
    head = words(
        key, kind=kind, at=at, run=one.run, page=one.page, file=clean(one.file), row=one.row
    )
    yield paint(fit(head, width), Style(bold=True), colour=colour)
    for origin in origins:
        name = words.value("field", origin.name)
        text = words("show.fact", name=name, value=_value(origin, words))
        yield from fold(text, width, "  ")


def _value(origin: Origin, words: Words) -> str:
    value = origin.value
    if value is None or value == () or value == "":
        return words("why.nothing")
    if isinstance(value, bool):
        return words.value("bool", str(value).lower())
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, timedelta):
        from gongdan.sla import write_length

        return write_length(value, words.lang)
    if isinstance(value, enum.Enum):
        said = str(value.value)
        return words.value(_GROUPS.get(origin.name, ""), said) or words(f"class.{said}")
    if isinstance(value, int) and origin.name == "amount_fen":
        return f"¥{value / 100:,.2f}"
    return ", ".join(map(str, value)) if isinstance(value, tuple | list) else str(value)


def origins_facts(origins: Iterable[Origin]) -> list[dict[str, object]]:
    """Return for scripts where the values came from."""
    return [
        {"name": one.name, "value": one.value, "from": one.kind, "updated": one.updated,
         "run": one.run, "page": one.page,
         **({"file": one.file, "file_row": one.row} if one.file else {})}
        for one in origins
    ]  # fmt: skip
