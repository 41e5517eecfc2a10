"""Say of tickets what they are about: a person's word, the platform's, a plugin's, the rules'.

It is done when somebody looks and after a sync, never while a page lands, so that neither a slow
plugin nor a wrong rule delays a ticket.  It moves no deadline: that is the platform's, or comes
from what the platform says of the ticket.
"""

from __future__ import annotations

import enum
import functools
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from ..errors import BadArgument, ConfigError
from ..ordering import want
from ..people.acts import me
from ..queue.beside import Classed, Reason
from ..ticket import Category, Urgency
from ..views import Act
from .classes import NAME, Classes, Match, read_classes

if TYPE_CHECKING:
    from ..desk import Desk
    from ..store.classes import Unclassed

log = logging.getLogger("gongdan")
AT_ONCE = 500  # a transaction; others wait for it
CLOSED_AT_ONCE = 5000  # of a first import's closed tickets a sync looks at so many
AT_A_LOOK_S = 2.0  # how long open ones are looked at; the next look goes on
NO_LIMIT_S = 600.0  # an export wants them all
CATEGORIES = tuple(one.value for one in Category)
URGENCIES = (Urgency.NORMAL.value, Urgency.URGENT.value)


def rules_of(desk: Desk) -> Classes:
    """Return the rules of a desk: those that ship, and those beside its settings.

    Raises:
        ConfigError: the user's file is wrong; the message has line and column.
    """
    return read_classes(desk.config.path.with_name(NAME))


def classify_new(desk: Desk, *, closed: int = 0, seconds: float = NO_LIMIT_S) -> int:
    """Look at open tickets that changed, or that other rules looked at, due first; how many.

    Args:
        desk: whose tickets.
        closed: so many closed ones too, at most.
        seconds: for so long at most; what is left waits for the next look, and is told.

    Raises:
        ConfigError: a rule is wrong; the message has line and column.
    """
    rules = rules_of(desk)
    plugins = ",".join(
        f"{each.name}={each.version}"
        for each in desk.plugins.all
        if "gongdan_classify" in each.hooks
    )
    desk.store.classes.doubt(f"{rules.version} {plugins}".strip())
    until = desk.clock.monotonic() + seconds
    done = _work_off(desk, rules, until, is_open=True)
    if desk.clock.monotonic() >= until and desk.store.classes.unclassed():
        log.warning("not all open tickets are classified yet; the next look or sync goes on")
    return done + (_work_off(desk, rules, until, is_open=False, most=closed) if closed else 0)


def keep_classed(desk: Desk, *, closed: int = 0, seconds: float = AT_A_LOOK_S) -> None:
    """Do as `classify_new`; a wrong rule is said, and stops nothing."""
    try:
        classify_new(desk, closed=closed, seconds=seconds)
    except ConfigError as error:
        log.warning("%s", error)


def correct(
    desk: Desk, ref: str, corrections: Mapping[str, str], *, why: str = ""
) -> tuple[str, Act, Classed]:
    """Correct what a ticket is taken for; it stays so whatever a sync or the rules say.

    Args:
        desk: where the person sits.
        ref: the ticket.
        corrections: `category`, `urgency`, `tags` (with commas between, more than the rules'),
            `priority`; "" gives a field back to the rules.
        why: the reason, for the history.

    Raises:
        BadArgument: a value is none.
    """
    ticket_id = desk.store.queue.find(ref)
    _check(corrections)
    desk.store.classes.fix(ticket_id, corrections)
    data = {name: value or "auto" for name, value in corrections.items()}
    act = desk.store.local.add(ticket_id, "classify", me(desk), desk.now(), why=why, data=data)
    classify_one(desk, ticket_id)
    classed = desk.store.classes.of(ticket_id)
    assert classed is not None
    return ticket_id, act, classed


def classify_one(desk: Desk, ticket_id: str) -> None:
    """Look at one ticket, open or closed."""
    found = desk.store.classes.unclassed(ticket_id=ticket_id)
    rules = rules_of(desk)
    desk.store.classes.keep([(each, _look(desk, rules, each)) for each in found])


def _check(corrections: Mapping[str, str]) -> None:
    if not corrections:
        raise BadArgument("say what to correct: --category, --urgency, --tag or --priority")
    for name, known in (("category", CATEGORIES), ("urgency", URGENCIES)):
        value = corrections.get(name, "")
        if value and value not in known:
            raise BadArgument(f"{name} {value!r}: there are {', '.join(known)}, and auto")
    priority = corrections.get("priority", "")
    if priority and not (priority.isascii() and priority.isdecimal() and int(priority) <= 9):
        raise BadArgument(f"priority {priority!r}: 0 to 9, or auto")


def _work_off(
    desk: Desk, rules: Classes, until: float, *, is_open: bool, most: int | None = None
) -> int:
    done = 0
    while (most is None or done < most) and desk.clock.monotonic() < until:
        found = desk.store.classes.unclassed(is_open=is_open, limit=AT_ONCE)
        if not found:
            break
        looked = list(_looks(desk, rules, found, until))
        if is_open:  # before they are kept: a kill between the two costs a wish twice
            want(desk, [each for each, _ in looked])
        if not desk.store.classes.keep(looked):
            break  # all of them change as we look: the next look sees them
        done += len(looked)
    return done


def _looks(
    desk: Desk, rules: Classes, found: Sequence[Unclassed], until: float
) -> Iterator[tuple[Unclassed, Classed]]:
    """Yield what tickets are about; a slow plugin ends it after the one that took too long."""
    for each in found:
        yield each, _look(desk, rules, each)
        if desk.clock.monotonic() >= until:
            return


def _look(desk: Desk, rules: Classes, each: Unclassed) -> Classed:
    told = tuple(_told(desk, rules, each))
    first: dict[str, Reason] = {}
    for reason in told:
        first.setdefault(reason.field, reason)
    by_field: dict[str, list[Reason]] = {}
    for reason in told:
        by_field.setdefault(reason.field, []).append(reason)
    tags = tuple(dict.fromkeys(reason.value for reason in by_field.get("tags", ())))
    numbers = by_field.get("priority", [])
    top = numbers[0] if numbers and numbers[0].by == "person" else _highest(numbers)
    reasons = [first["category"], first["urgency"], *by_field.get("tags", ())]
    return Classed(
        category=first["category"].value, urgency=first["urgency"].value, tags=tags,
        priority=int(top.value) if top else 0, reasons=(*reasons, *([top] if top else [])),
    )  # fmt: skip


def _highest(reasons: Sequence[Reason]) -> Reason | None:
    return max(reasons, key=lambda reason: int(reason.value), default=None)


def _told(desk: Desk, rules: Classes, each: Unclassed) -> Iterator[Reason]:
    """Yield what is said of a ticket, what counts more first; of each field something."""
    ticket = each.ticket
    for name, value in each.fixed.items():
        for word in value.split(",") if name == "tags" else (value,):
            yield Reason(field=name, value=word, by="person")
    for name, said in (("category", ticket.category), ("urgency", ticket.urgency)):
        if isinstance(said, enum.Enum):
            yield Reason(field=name, value=str(said.value), by="platform")
    yield from _plugins(desk, each)
    place = (each.shop, each.platform, each.stream)
    text = "\n".join(part for part in (ticket.title, ticket.text) if isinstance(part, str))
    label = ticket.kind_text if isinstance(ticket.kind_text, str) else ""
    for match in rules.matches(place, label, text, each.said):
        yield from _of_rule(match)
    yield Reason(field="category", value=Category.OTHER.value, by="none")
    yield Reason(field="urgency", value=Urgency.NORMAL.value, by="none")


def _of_rule(match: Match) -> Iterator[Reason]:
    rule = match.rule
    said = [
        ("category", rule.category.value if rule.category else ""),
        ("urgency", rule.urgency.value if rule.urgency else ""),
        *(("tags", tag) for tag in rule.tags),
        ("priority", str(rule.priority or "")),
    ]
    for name, value in said:
        if value:
            yield Reason(
                field=name, value=value, by="rule", name=rule.name, found=match.found,
                source=rule.source,
            )  # fmt: skip


def _plugins(desk: Desk, each: Unclassed) -> Iterator[Reason]:
    for plugin, answer in desk.plugins.ask(
        "gongdan_classify", platform=each.platform, stream=each.stream, ticket=each.ticket
    ):
        if answer is None:
            continue
        if not isinstance(answer, Mapping):
            _complain(plugin, type(answer).__name__)
            continue
        why = str(answer.get("reason", ""))[:200]
        for name, known in (("category", CATEGORIES), ("urgency", URGENCIES)):
            value = answer.get(name)
            if value in known:
                yield Reason(field=name, value=str(value), by="plugin", name=plugin, source=why)
            elif value:
                _complain(plugin, f"{name} is none of {', '.join(known)}")
        for tag in str(answer.get("tags") or "").split(","):
            if tag.strip():
                yield Reason(field="tags", value=tag.strip(), by="plugin", name=plugin, source=why)


@functools.lru_cache(maxsize=64)  # said once, not once a ticket
def _complain(plugin: str, what: str) -> None:
    log.warning("plugin %s: gongdan_classify: %s", plugin, what)
