"""When a ticket is due, as the queue sorts by it.  The platform's own deadline wins (R48)."""

from __future__ import annotations

from datetime import datetime

from .store.landing import Index
from .ticket import Ticket


def appraise(ticket: Ticket) -> Index:
    """Return the platform's deadline; nothing where it gives none."""
    if isinstance(ticket.deadline, datetime):
        return Index(ticket.deadline, "platform")
    return Index()
