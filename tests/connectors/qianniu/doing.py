"""A Tmall shop and a desk over it: what is done from the desk arrives at the sandbox."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from gongdan import GongdanError
from gongdan.desk import Desk
from gongdan.views import Draft, OutboxRow, QueueFilter, TicketView
from tests.core.office import Office

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)


STREAMS = ("refund", "exchange", "task", "urge")


def office_of(folder: Path, stream: str, tickets: int = 12) -> Office:
    """Return an office of one shop that reads one stream, and whose settings let it do all."""
    made = Office(folder, ["qianniu"], tickets=tickets)
    made.add("[gongdan]\nfirst_days = 5")
    others = ", ".join(f'"{name}"' for name in STREAMS if name != stream)
    set_shop(made, money="true", memo="true", without=f"[{others}]")
    return made


def set_shop(office: Office, **settings: str) -> None:
    """Write settings into the shop's table."""
    text = office.path.read_text()
    for name, value in settings.items():
        text = re.sub(rf"^{name} = .*\n", "", text, flags=re.M)
        text = text.replace("[shops.qianniu]\n", f"[shops.qianniu]\n{name} = {value}\n")
    office.path.write_text(text)


def find(desk: Desk, stream: str, status: str) -> TicketView:
    """Return a case that stands there, in the platform's words."""
    for row in desk.queue(QueueFilter(streams=(stream,))):
        if row.status_text == status:
            return desk.ticket(row.id)
    raise AssertionError(f"no {stream} with status {status}")


def draft(
    view: TicketView, kind: str, text: str = "", fields: Mapping[str, str] | None = None,
    picture: bytes = b"",
) -> Draft:  # fmt: skip
    files = (("proof.png", picture),) if picture else ()
    return Draft(ticket=view.row.id, kind=kind, text=text, files=files, fields=fields or {})


def send(office: Office, desk: Desk, asked: Draft, seconds: float = 10) -> OutboxRow:
    """Queue an action, send it, look for it, and return what became of it."""
    row = desk.draft(asked, now=True)[-1]
    desk.push()
    office.clock.advance(seconds)
    desk.push()
    return desk.store.outbox.row(row.id)


def calls(office: Office, api: str) -> int:
    """Count how often the platform was asked; a late commit is no request of its own."""
    asked = (entry for entry in office.sandbox.traffic if entry.api == api)
    return sum(not entry.outcome.startswith("late-commit:") for entry in asked)


def refusal(desk: Desk, asked: Draft) -> str:
    """Return why an action cannot be queued."""
    try:
        desk.preview(asked)
    except GongdanError as error:
        return str(error)
    return ""
