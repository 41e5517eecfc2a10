"""Whether what is asked for is there: a filter with a name that nothing has is a mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import ConfigError, NotFound
from ..views import QueueFilter

if TYPE_CHECKING:
    from ..desk import Desk


def check(desk: Desk, which: QueueFilter) -> None:
    """Refuse a filter that names a shop, a platform or a stream that there is not.

    Raises:
        NotFound: the message lists those there are.
    """
    desk.chosen(which.shops, which.platforms)
    if unknown := set(which.streams) - (known := streams(desk)):
        raise NotFound(f"no stream {min(unknown)!r}; there are {', '.join(sorted(known))}")


def streams(desk: Desk) -> set[str]:
    """Return the streams that shops have, or had: a plugin may be gone, its tickets are not."""
    found: set[str] = set()
    for alias in desk.config.shops:
        found.update(desk.store.cases.streams(alias))
        try:
            found.update(stream.name for stream in desk.connector(alias).streams)
        except (ConfigError, NotFound):
            continue
    return found
