"""A platform with a list of tickets, as fast as one process can be: what readers are measured on.

    python -m benchmarks.server --tickets 250 [--latency-ms 100]

Prints the port when it listens, and ends with its standard input.  Every shop has the same tickets,
2 KB each, oldest change first; their bytes are made before the first request, so that a page is one
copy of a slice.  `GET /shops/NAME/tickets?since=&until=&page=&size=` answers
`{"total": ..., "items": [...]}`, bounds half open.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import parse_qs, urlsplit

WORDS = "买家反馈收到的商品与描述不符要求退款请尽快核实物流轨迹并在承诺时间内回复处理结果"
ROW_BYTES = 2048
DAYS = 80  # a first sync reads 90 days back


class Rows:
    """The tickets of a shop as bytes, one after the other, and when each was changed."""

    def __init__(self, count: int, now: datetime) -> None:
        step = timedelta(days=DAYS) / count
        first = (now - timedelta(days=DAYS, hours=1)).replace(microsecond=0)
        moments = [(first + n * step).replace(microsecond=0) for n in range(count)]
        rendered = [_row(n, moment) for n, moment in enumerate(moments)]
        self._times = [moment.timestamp() for moment in moments]
        self._starts = [0]
        for row in rendered:
            self._starts.append(self._starts[-1] + len(row) + 1)
        self._bytes = b",".join(rendered)

    def page(self, since: str, until: str, page: int, size: int) -> bytes:
        """Return one page of a span as JSON."""
        first = bisect_left(self._times, _seconds(since)) if since else 0
        end = bisect_left(self._times, _seconds(until)) if until else len(self._times)
        low = min(first + (page - 1) * size, end)
        high = min(low + size, end)
        items = self._bytes[self._starts[low] : max(self._starts[high] - 1, self._starts[low])]
        return b'{"total":%d,"items":[%b]}' % (max(end - first, 0), items)


def _row(number: int, changed: datetime) -> bytes:
    created = changed - timedelta(hours=number % 48)
    text = "".join(WORDS[(number * 7 + n * 5) % len(WORDS)] for n in range(260))
    row = {
        "id": f"T{10_000_000 + number}",
        "state": "open" if number % 10 == 0 else "done",
        "state_text": "待商家处理" if number % 10 == 0 else "已完结",
        "kind": "退换货",
        "title": f"订单 {6_920_000_000_000 + number} {text[:20]}",
        "text": text,
        "order_ids": [str(6_920_000_000_000 + number)],
        "product": "冬季加厚羽绒服 女款 中长款",
        "amount": f"{number % 900 + 9}.90",
        "buyer": "张**",
        "buyer_id": f"open-{number:016x}",
        "created_at": created.isoformat(),
        "updated_at": changed.isoformat(),
        "logistics": {"company": "顺丰速运", "no": f"SF{number:014d}", "steps": ["揽收", "派送"]},
        "padding": "",
    }
    short = ROW_BYTES - len(json.dumps(row, ensure_ascii=False).encode())
    row["padding"] = "x" * max(short, 0)
    return json.dumps(row, ensure_ascii=False).encode()


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


class Connection(asyncio.Protocol):
    """One connection, kept alive, one request at a time."""

    def __init__(self, rows: Rows, latency_s: float) -> None:
        self._rows = rows
        self._latency_s = latency_s
        self._held = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.set_write_buffer_limits(high=1 << 22)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        while b"\r\n\r\n" in self._held:
            head, _, self._held = self._held.partition(b"\r\n\r\n")
            answer = self._answer(head.split(b" ", 2)[1].decode())
            if self._latency_s:
                asyncio.get_running_loop().call_later(self._latency_s, self._send, answer)
            else:
                self._send(answer)

    def _answer(self, target: str) -> list[bytes]:
        asked = parse_qs(urlsplit(target).query)
        page, size = (int(asked.get(name, ["1"])[0]) for name in ("page", "size"))
        body = self._rows.page(asked.get("since", [""])[0], asked.get("until", [""])[0], page, size)
        date = format_datetime(datetime.now(UTC), usegmt=True)
        head = (
            f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nDate: {date}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return [head.encode(), body]

    def _send(self, parts: list[bytes]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.writelines(parts)


async def serve(rows: Rows, latency_s: float) -> None:
    """Listen until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(rows, latency_s), "127.0.0.1", 0, backlog=1024
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.server")
    parser.add_argument("--tickets", type=int, default=250, help="of every shop")
    parser.add_argument("--latency-ms", type=float, default=0, help="added to every answer")
    options = parser.parse_args()
    rows = Rows(options.tickets, datetime.now(UTC))
    asyncio.run(serve(rows, options.latency_ms / 1000))


if __name__ == "__main__":
    main()
