"""What `gongdan demo` does: real commands, a real sandbox, and the difference they make."""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from . import office
from .child import Line
from .output import colour, for_a_person, say
from .screens.clean import clean
from .screens.grid import Style, paint
from .words.table import Words

if TYPE_CHECKING:
    from gongdan.desk import Desk
    from gongdan.views import TicketView

_SHOWN = 12  # lines of the queue that are shown
_EVERY = 100_000  # more tickets than the sandbox has


class Demo:
    """A demonstration in a folder, against a sandbox that is listening."""

    def __init__(self, folder: Path, line: Line, words: Words) -> None:
        self._folder = folder
        self._line = line
        self._words = words

    def run(self) -> None:
        """Set up four shops, read, answer the most urgent ticket that takes an answer, look."""
        with _settings_in(self._folder), for_a_person():
            self._set_up()
            self._say("demo.read")
            self._gongdan("sync")
            self._say("demo.queue")
            self._gongdan("queue", "--limit", str(_SHOWN))
            ticket = self._answerable()
            before = self._look(ticket)
            self._say("demo.answer", ticket=ticket)
            self._gongdan("reply", ticket, self._words("demo.text"), "--now")
            self._gongdan("push")
            self._say("demo.again")
            self._gongdan("sync")
            self._gongdan("show", ticket)
            self._gongdan("queue", "--limit", str(_SHOWN))
            self._difference(before, self._look(ticket))

    def _set_up(self) -> None:
        self._say("demo.sandbox")
        _show_command(["cd", str(self._folder)])
        self._gongdan("init")
        self._say("demo.shops")
        for alias, app, shop in _shops(self._line):
            facts = self._line[app["platform"]]
            secrets = {"app_secret": facts["app_secret"]}
            if session := shop.get("session"):
                secrets["token"] = session
            words = ["shop", "add", alias, "--platform", app["platform"], "--id", app["id"](shop)]
            words += ["--app", app["name"], "--app-key", facts["app_key"]]
            words += ["--base-url", facts.get("gateway") or facts["base_url"]]
            words += [word for field in secrets for word in ("--secret", field)]
            self._gongdan(*words, "--secret-stdin", answers=list(secrets.values()))

    def _gongdan(self, *args: str, answers: Sequence[str] = ()) -> None:
        """Run one command in this process, as a user would write it."""
        from .app import cli

        _show_command(["gongdan", *args], piped=bool(answers))
        with _stdin("".join(f"{answer}\n" for answer in answers)):
            code = cli.main(list(args), prog_name="gongdan", standalone_mode=False)
        if code:
            raise click.ClickException(f"`gongdan {args[0]}` ended with {code}")

    def _say(self, key: str, **values: object) -> None:
        say("\n" + paint(self._words(key, **values), Style(bold=True), colour=colour()))

    def _answerable(self) -> str:
        """Return the most urgent ticket that waits for us, had no answer yet, and takes one."""
        from gongdan import Who
        from gongdan.views import QueueFilter

        with office.open_desk() as desk:
            rows = desk.queue(QueueFilter(limit=_EVERY))
            for row in rows:
                waits = row.turn is Who.MERCHANT and row.last_who is not Who.MERCHANT
                if waits and self._takes_a_reply(desk, row.id):
                    return row.id
        raise click.ClickException("no ticket of the sandbox takes a reply")

    def _takes_a_reply(self, desk: Desk, ticket: str) -> bool:
        from gongdan import GongdanError
        from gongdan.views import Draft

        try:
            desk.draft(Draft(ticket=ticket, text=self._words("demo.text")), dry_run=True)
        except GongdanError:
            return False
        return True

    def _look(self, ticket: str) -> tuple[TicketView, int]:
        with office.open_desk() as desk:
            return desk.ticket(ticket), _open_tickets(desk)

    def _difference(self, before: tuple[TicketView, int], after: tuple[TicketView, int]) -> None:
        words = self._words
        (old, old_open), (new, new_open) = before, after
        self._say("demo.diff")
        say("  " + words("demo.status", before=_status(old, words), after=_status(new, words)))
        say("  " + words("demo.thread", before=len(old.thread), after=len(new.thread)))
        say("  " + words("demo.queued", before=old_open, after=new_open))
        for action in new.actions[-1:]:
            say("  " + words("demo.reply", state=words.value("state", action.state)))


def _shops(line: Line) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield alias, app and what the sandbox says of two shops of each platform."""
    for short, platform, key in (("dy", "douyin", "shop_id"), ("qn", "qianniu", "user_id")):
        app = {
            "platform": platform,
            "name": f"demo-{short}",
            "id": lambda shop, k=key: str(shop[k]),
        }
        for number, shop in enumerate(line[platform]["shops"][:2], 1):
            yield f"{short}-{number}", app, shop


def _open_tickets(desk: Desk) -> int:
    from gongdan.views import QueueFilter

    return len(desk.queue(QueueFilter(limit=_EVERY)))


def _status(view: TicketView, words: Words) -> str:
    own = f" ({clean(view.row.status_text)})" if view.row.status_text else ""
    return words.value("status", view.row.status.value) + own


def _show_command(words: Sequence[str], *, piped: bool = False) -> None:
    before = "… | " if piped else ""
    line = f"$ {before}{shlex.join(words)}"
    say("\n" + paint(clean(line), Style("cyan"), colour=colour()))


@contextmanager
def _stdin(text: str) -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.StringIO(text)
    try:
        yield
    finally:
        sys.stdin = before


@contextmanager
def _settings_in(folder: Path) -> Iterator[None]:
    """Point $GONGDAN_CONFIG into the folder, as the printed `cd` does for a user."""
    before = os.environ.get("GONGDAN_CONFIG")
    os.environ["GONGDAN_CONFIG"] = str(folder / "gongdan.toml")
    try:
        yield
    finally:
        del os.environ["GONGDAN_CONFIG"]
        if before is not None:
            os.environ["GONGDAN_CONFIG"] = before
