"""A picture of a thread whose address ends, and what its bytes are by their own account."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from msgspec import Struct

# By how a file begins, and its ending; nothing else is kept, whatever the answer calls it.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
_BRANDS = {b"heic": "heic", b"heix": "heic", b"mif1": "heic", b"avif": "avif"}


class Picture(Struct, frozen=True, kw_only=True):
    """One picture of a ticket, in the order of its thread.

    Attributes:
        url: the address in the thread; it may have ended by now.
        path: of the file that is kept here; None: not kept (yet).
        size_bytes: of that file.
        at: when it was fetched.
        error: why the last try to fetch it failed, or "".
        over: it is not tried again.
    """

    url: str
    path: Path | None = None
    size_bytes: int = 0
    at: datetime | None = None
    error: str = ""
    over: bool = False


def ending_of(data: bytes) -> str:
    """Return the ending of the kind of picture that these bytes begin as; "" if they are none."""
    for beginning, ending in _BEGINNINGS:
        if data.startswith(beginning):
            return ending
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return _BRANDS.get(data[8:12], "") if data[4:8] == b"ftyp" else ""
