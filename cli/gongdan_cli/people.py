"""What the commands share that stay here: whose a ticket is, who was reached, how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from . import office
from .acting import act as queue
from .acting import read_text
from .screens.clean import clean
from .screens.times import stamp
from .words.table import Words

if TYPE_CHECKING:
    from gongdan.desk import Desk
    from gongdan.people.acts import Acted, Acts
    from gongdan.views import Act

_CLASS = ("category", "urgency", "tags", "priority")
F = TypeVar("F", bound=Callable[..., Any])


def dry_option(command: F) -> F:
    """Add `--dry-run`."""
    return click.option("--dry-run", is_flag=True, help="Check; store nothing.")(command)


def warn_of(desk: Desk, name: str) -> None:
    """Say that nobody is called so, where people are listed, or is off duty; it stops nothing."""
    from gongdan.errors import ConfigError, NotFound
    from gongdan.people.assigning import roster_of

    from . import output
    from .words.table import words

    said = words()
    try:
        roster = roster_of(desk)
        if roster.people:
            roster.person(name)
    except (ConfigError, NotFound) as error:
        output.tell(said("assign.doubt", error=said.error(str(error))))
    else:
        if not roster.is_on_duty(name, desk.now()):
            output.tell(said("assign.off", name=name))


def do(deed: Callable[[Acts], Acted], *, dry_run: bool, as_json: bool, to: str = "") -> None:
    """Do one thing at the desk and say what it was; who is to have the ticket may be warned of."""
    from gongdan.people.acts import Acts

    from . import output
    from .sending import queued
    from .words.table import words

    said = words()
    with office.open_desk() as desk:
        if to:
            warn_of(desk, to)
        done = deed(Acts(desk, dry_run=dry_run))
        now = desk.now()
    if dry_run:
        output.tell(said("act.dry"))
    if as_json:
        output.print_json(done)
        return
    output.say(f"{clean(done.ticket)}  {act_line(done.act, said)}")
    if done.rows:
        output.say(queued(done.rows, now, said))


def send_back(
    ticket: str, text: str | None, file: Path | None, *, now: bool, dry_run: bool, as_json: bool
) -> None:
    """Queue a sending back, in the words of the template where there are no others."""
    from gongdan.errors import Unsupported
    from gongdan.views import Draft
    from gongdan.writing.filling import filled

    words = read_text(text, file, needed=False)
    if not words:
        with office.open_desk() as desk:
            words = filled(desk, ticket, "send-back", {})
    draft = Draft(ticket=ticket, kind="send_back", text=words)
    try:
        queue(draft, now=now, dry_run=dry_run, as_json=as_json)
    except Unsupported as error:
        told = "its words go as a reply: gongdan reply T --template send-back"
        raise Unsupported(f"{error}; {told}") from error


def act_line(act: Act, words: Words) -> str:
    """Return who did what and why, in one line."""
    parts = [
        stamp(act.at),
        words.value("actor", act.who),
        words.value("action", act.what),
        *_details(act, words),
    ]
    line = "  ".join(part for part in parts if part)
    return words("show.fact", name=line, value=act.why) if act.why else line


def _class(name: str, value: str, words: Words) -> str:
    if value == "auto":
        return words("class.auto")
    return words.value(name, value) or words.value("class", value)


def _chosen(data: Mapping[str, str], words: Words) -> str:
    """Return why somebody was given a ticket by itself: what they can, and what they hold."""
    skills = [words.value("category", skill) for skill in data["skills"].split(", ") if skill]
    return words("assign.because", skills=", ".join(skills) or words("assign.any"),
                 load=data["load"], most=data["most"])  # fmt: skip


def _details(act: Act, words: Words) -> list[str]:
    data = act.data
    to = data.get("to", "") if act.what in ("assign", "transfer", "todo") else ""
    at = data.get("at", "")
    return [
        f"-> {clean(to)}" if to else "",
        words.value("contact", data["by"]) if "by" in data else "",
        words.value("contact", data["result"]) if "result" in data else "",
        words.value("ending", data["outcome"]) if "outcome" in data else "",
        clean(data.get("cause", "")),
        stamp(datetime.fromisoformat(at)) if at else "",
        " ".join(f"#{number}" for number in data.get("actions", "").split()),
        _chosen(data, words) if "most" in data else "",
        clean(data.get("step", "")),
        clean(data.get("template", "")),
        data.get("todo", "") and f"({clean(data['todo'])})",
        *(
            f"{words(f'class.{name}')} {_class(name, data[name], words)}"
            for name in _CLASS
            if name in data
        ),
    ]
