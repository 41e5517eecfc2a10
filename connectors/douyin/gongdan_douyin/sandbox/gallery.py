"""Pictures at signed addresses that end, as the platform's are; every reading signs anew."""

from __future__ import annotations

import hashlib
import hmac
import struct
import zlib
from datetime import timedelta

from gongdan.sandbox import Answer, Clock, Request

HOST = "https://p3-aio.example.com/"
"""Where pictures are in what is kept; details show them at the sandbox's own address."""
PATH = "/pictures/"
LIFE = timedelta(minutes=10)  # Not stated: how long an address lives
_KEY = b"pictures"


class Gallery:
    """Signs addresses and serves what is there.

    Attributes:
        url: of the sandbox; while it is "" addresses stay as they are kept.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.url = ""

    def show(self, value: object) -> object:
        """Return an answer's data with every picture's address signed."""
        if isinstance(value, dict):
            return {name: self.show(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.show(part) for part in value]
        if self.url and isinstance(value, str) and value.startswith(HOST):
            return self._signed(value.removeprefix(HOST).partition("?")[0])
        return value

    def answer(self, request: Request) -> Answer:
        """Serve one picture; 403 where the address has ended, or was signed by nobody."""
        name, ends = request.path.removeprefix(PATH), request.query.get("x-expires", "")
        signed = request.query.get("x-signature", "")
        good = hmac.compare_digest(signed.encode(), _sign(name, ends).encode())
        if not good or not ends.isdecimal() or int(ends) < self._clock.now().timestamp():
            return Answer(b"expired", 403, {"content-type": "text/plain"}, outcome="ended")
        return Answer(_drawn(name), headers={"content-type": "image/png"})

    def _signed(self, name: str) -> str:
        ends = str(int((self._clock.now() + LIFE).timestamp()))
        return f"{self.url}{PATH}{name}?x-expires={ends}&x-signature={_sign(name, ends)}"


def _sign(name: str, ends: str) -> str:
    return hmac.new(_KEY, f"{name}\n{ends}".encode(), hashlib.sha256).hexdigest()[:32]


def _drawn(name: str) -> bytes:
    """Return a PNG of eight by eight in a colour of its own."""
    colour = hashlib.sha256(name.encode()).digest()[:3]
    rows = (b"\0" + colour * 8) * 8
    head = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
