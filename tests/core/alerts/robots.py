"""Robots of the three platforms, a mailbox and a program, as they behave on the wire."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

SECRET = "SEC7d1c"


class Robot:
    """What a robot was told, and what it is to answer.

    Attributes:
        told: every message it took, oldest first, as its platform's JSON.
        refuse: if set, the answer to everything, with HTTP 200.
        status: of every answer.
        beats: how often it was only fetched, as a heartbeat is.
    """

    def __init__(self, kind: str, secret: str = "") -> None:
        self.kind = kind
        self.secret = secret
        self.told: list[dict[str, Any]] = []
        self.refuse: dict[str, Any] | None = None
        self.status = 200
        self.asked = self.beats = 0

    @property
    def texts(self) -> list[str]:
        return [text_of(self.kind, body) for body in self.told]

    def answer(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.asked += 1
        said: dict[str, Any] = json.loads(body)
        if self.refuse is not None:
            return self.status, json.dumps(self.refuse).encode()
        if self.secret and not self._signed(path, headers, said, body):
            return 200, json.dumps(_REFUSALS[self.kind]).encode()
        if self.status == 200:
            self.told.append(said)
        return self.status, json.dumps(_GOOD[self.kind]).encode()

    def _signed(
        self, path: str, headers: dict[str, str], said: dict[str, Any], body: bytes
    ) -> bool:
        if self.kind == "dingtalk":
            query = parse_qs(urlsplit(path).query)
            stamp, sign = query["timestamp"][0], query["sign"][0]
            assert len(stamp) == 13  # milliseconds
            return sign == _hmac(self.secret, f"{stamp}\n{self.secret}")
        if self.kind == "feishu":
            stamp = said["timestamp"]
            assert len(stamp) == 10  # seconds
            return bool(said["sign"] == _hmac(f"{stamp}\n{self.secret}", ""))
        signed = headers["x-gongdan-timestamp"].encode() + b"." + body
        digest = hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        return headers["x-gongdan-signature"] == f"sha256={digest}"


def text_of(kind: str, body: dict[str, Any]) -> str:
    inner = body["content"] if kind == "feishu" else body.get("text", "")
    if kind == "webhook":
        return str(inner)
    return str(inner["text" if kind == "feishu" else "content"])


def _hmac(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


_GOOD: dict[str, dict[str, Any]] = {
    "dingtalk": {"errcode": 0, "errmsg": "ok"},
    "wecom": {"errcode": 0, "errmsg": "ok"},
    "feishu": {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": ""},
    "webhook": {},
}
_REFUSALS: dict[str, dict[str, Any]] = {
    "dingtalk": {"errcode": 310000, "errmsg": "sign not match"},
    "wecom": {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1700], from ip: 1.2.3.4"},
    "feishu": {"code": 19021, "data": {}, "msg": "sign match fail or timestamp is not within 1h"},
    "webhook": {},
}


@contextmanager
def served(robot: Robot) -> Iterator[str]:
    """Let a robot listen on loopback; give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answer = robot.answer(self.path, headers, body)
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def do_GET(self) -> None:
            robot.beats += 1
            self.send_response(robot.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server, _running(server):
        yield f"http://127.0.0.1:{server.server_port}/robot/send?access_token=t0ken-5e3a"


class Mailbox(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs; `taken` has what came, `verdict` is said to it."""

    taken: ClassVar[list[bytes]] = []
    verdict: ClassVar[bytes] = b"250 queued"

    def handle(self) -> None:
        self._say(b"220 mailbox")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self._say(b"354 go on")
                parts = []
                while (part := self.rfile.readline()) != b".\r\n":
                    parts.append(part)
                self.taken.append(b"".join(parts))
                self._say(self.verdict)
            elif word == b"EHLO":
                self._say(b"250-mailbox\r\n250 AUTH PLAIN")
            elif word == b"QUIT":
                return self._say(b"221 bye")
            else:
                self._say(b"250 ok")
        return None

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@contextmanager
def mailbox(verdict: bytes = b"250 queued") -> Iterator[tuple[str, list[bytes]]]:
    """Let a mailbox listen on loopback; give its address and what it takes."""

    class Handler(Mailbox):
        taken: ClassVar[list[bytes]] = []

    Handler.verdict = verdict
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server, _running(server):
        yield f"smtp+plain://127.0.0.1:{server.server_address[1]}", Handler.taken


@contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
