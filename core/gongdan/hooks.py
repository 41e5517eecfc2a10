"""The hooks a plugin may implement, and the marker to do it with.

Implementations are called one by one: one that raises is named and the rest go on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pluggy

from .contract import Connector
from .secret import Secret
from .ticket import Ticket

if TYPE_CHECKING:
    from .sla import Rule

PROJECT = "gongdan"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


# Any: a connector's own Settings type is its own business.
@hookspec
def gongdan_connectors() -> Sequence[Connector[Any]]:  # type: ignore[empty-body] # a spec
    """Return the connectors of this plugin, one a platform."""


@hookspec
def gongdan_rules() -> Sequence[Rule]:  # type: ignore[empty-body] # a spec
    """Return deadline rules of a plugin that is no connector."""


@hookspec
def gongdan_classify(platform: str, stream: str, ticket: Ticket) -> Mapping[str, str] | None:
    """Return what is to be said of a ticket: `category`, `urgency`, `tags` (comma), `reason`.

    Values as in `Category` and `Urgency`.  It comes after what a person corrected and what the
    platform says, and before the rules; None: nothing.  Asked after the ticket is stored.
    """


@hookspec
def gongdan_check_draft(ticket_id: str, ticket: Ticket, text: str) -> str | None:
    """Return why a text must not be queued, a warning that begins with "?", or None."""


@hookspec
def gongdan_event(kind: str, ticket_id: str, data: Mapping[str, str]) -> None:
    """Listen: kind is due_soon, late, promise_due, todo_due, assigned, done ..."""


@hookspec
def gongdan_secret(owner: str, field: str) -> Secret | None:
    """Return a secret of an app or shop from elsewhere, or None."""
