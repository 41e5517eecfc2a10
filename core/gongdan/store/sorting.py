"""The orders in which the queue can be looked at."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import NotFound

# Beside the first, which comes part by part from an index, see `queue`.
_REST = "t.due_ms IS NULL, t.due_ms, t.created_ms, t.n"
SORTS: Mapping[str, str] = {
    "due": "t.due_ms, t.priority DESC, t.created_ms, t.n",
    "priority": f"t.priority DESC, {_REST}",
    "oldest": "t.created_ms, t.n",
    "newest": "t.created_ms DESC, t.n DESC",
    "changed": "coalesce(t.last_ms, t.updated_ms, t.seen_ms) DESC, t.n DESC",
    "shop": f"t.shop, {_REST}",
    "order": f"coalesce(t.doc ->> '$.order_ids[0]', '~' || t.id), {_REST}",
}


def order_of(sort: str) -> str:
    """Return the ORDER BY of a sort.

    Raises:
        NotFound: there is no such sort; the message lists those there are.
    """
    if sort not in SORTS:
        raise NotFound(f"no sort {sort!r}; there are {', '.join(SORTS)}")
    return SORTS[sort]
