"""One thing done with many tickets: each checked by itself, each with a line of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from . import office
from .people import act_line
from .screens.clean import clean
from .selecting import Pick
from .words.table import Words

if TYPE_CHECKING:
    from gongdan.desk import Desk
    from gongdan.people.acts import Acted

Deed = Callable[["Desk", str], "Acted"]


def do_each(
    pick: Pick, tickets: Sequence[str], deed: Deed, *, dry_run: bool, as_json: bool
) -> bool:
    """Do one thing with every ticket and say what it was; return whether all went well.

    One ticket's error is the command's; of several each has its line, and stops no other.
    """
    from gongdan.errors import BadArgument, ConfigError, GongdanError, StoreError

    from . import output
    from .replying import Refusal
    from .words.table import words

    said, refused = words(), False
    with office.open_desk() as desk:
        refs = pick.refs(desk, tickets)
        heading = said("act.dry") if dry_run else ""
        for ref in refs:
            try:
                done = deed(desk, ref)
                if heading:  # not above a refusal
                    output.tell(heading)
                    heading = ""
                _say(done, desk, said, as_json=as_json)
            except (StoreError, ConfigError, BadArgument):
                raise  # every ticket's
            except GongdanError as error:
                if len(tickets) == 1:
                    raise
                refused = True
                if as_json:
                    output.print_json(Refusal(ref, str(error)))
                else:
                    output.say(said("bulk.not_done", ticket=ref, error=said.error(str(error))))
        if not refs:
            output.tell(said("bulk.none"))
    return not refused


def _say(done: Acted, desk: Desk, said: Words, *, as_json: bool) -> None:
    from . import output
    from .sending import queued

    if as_json:
        output.print_json(done)
        return
    output.say(f"{clean(done.ticket)}  {act_line(done.act, said)}")
    if done.rows:
        output.say(queued(done.rows, desk.now(), said))
