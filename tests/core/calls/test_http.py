"""The network door: what leaves, what comes back, and what becomes of every failure."""

from __future__ import annotations

import gzip
import http.server
import logging
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs

import httpx
import pytest
import respx

from gongdan.calls import http as door
from gongdan.calls.http import Http
from gongdan.calls.network import Answer
from gongdan.errors import ConfigError, GongdanError, NotSent, ProtocolError, Transient
from gongdan.ticket import File
from gongdan.wire import Request
from tests.conftest import ManualClock

HOST = "https://api.example.com"
CANARY = "canary-0451"
SECRETIVE = Request(
    "POST",
    f"{HOST}/x",
    query={"sign": CANARY},
    headers={"Authorization": f"Bearer {CANARY}"},
    body=CANARY.encode(),
)


@pytest.fixture
def network(clock: ManualClock) -> Iterator[Http]:
    network = Http(clock)
    yield network
    network.close()


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection on loopback; give its address."""
    server = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        connection, _ = server.accept()
        with connection:
            serve(connection)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}"
    thread.join(timeout=5)
    server.close()


def test_gives_back_status_headers_in_lower_case_and_bytes(
    network: Http, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(f"{HOST}/x").respond(418, headers={"X-Tea": "Pot"}, content=b"\xff\x00")

    answer = network.send(Request("GET", f"{HOST}/x"))

    assert (answer.status, answer.headers["x-tea"], answer.body) == (418, "Pot", b"\xff\x00")


def test_sends_the_very_bytes_that_were_signed(network: Http, respx_mock: respx.MockRouter) -> None:
    body = '{"b": 1,  "a":"退款"}'.encode()
    route = respx_mock.post(f"{HOST}/x").respond(200)

    network.send(Request("POST", f"{HOST}/x", headers={"X-Sign": "1"}, body=body))

    sent = route.calls.last.request
    assert (sent.content, sent.headers["x-sign"]) == (body, "1")


def test_a_query_is_added_to_the_one_of_the_address(
    network: Http, respx_mock: respx.MockRouter
) -> None:
    route = respx_mock.get(url__startswith=HOST).respond(200)

    network.send(Request("GET", f"{HOST}/x?v=2", query={"q": "a b&c=退", "t": "10:00+08"}))

    raw = route.calls.last.request.url.raw_path
    assert raw == b"/x?v=2&q=a%20b%26c%3D%E9%80%80&t=10%3A00%2B08"


def test_a_form_is_urlencoded_utf8(network: Http, respx_mock: respx.MockRouter) -> None:
    route = respx_mock.post(f"{HOST}/x").respond(200)

    network.send(Request("POST", f"{HOST}/x", form={"text": "退款 & 换货", "empty": ""}))

    sent = route.calls.last.request
    assert parse_qs(sent.content.decode(), keep_blank_values=True) == {
        "text": ["退款 & 换货"],
        "empty": [""],
    }
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded;charset=utf-8"


def test_a_form_with_files_is_multipart(network: Http, respx_mock: respx.MockRouter) -> None:
    route = respx_mock.post(f"{HOST}/x").respond(200)
    file = File("凭证.png", "image/png", b"\x89PNG")

    network.send(Request("POST", f"{HOST}/x", form={"kind": "1"}, files={"image": file}))

    sent = route.calls.last.request
    assert sent.headers["content-type"].startswith("multipart/form-data")
    assert b'name="kind"\r\n\r\n1\r\n' in sent.content
    assert b"\x89PNG" in sent.content
    assert b"Content-Type: image/png" in sent.content


def test_follows_no_redirect(network: Http, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(f"{HOST}/x").respond(302, headers={"Location": "https://evil.example.com"})

    assert network.send(Request("GET", f"{HOST}/x")).status == 302


def test_keeps_no_cookie(network: Http, respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(f"{HOST}/x").respond(200, headers={"Set-Cookie": "shop=1; Path=/"})

    network.send(Request("GET", f"{HOST}/x"))
    network.send(Request("GET", f"{HOST}/x"))

    assert "cookie" not in route.calls.last.request.headers


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        pytest.param(httpx.ConnectError("refused"), NotSent, id="refused"),
        pytest.param(httpx.ConnectTimeout("slow"), NotSent, id="connecting takes too long"),
        pytest.param(httpx.PoolTimeout("slow"), NotSent, id="no connection free"),
        pytest.param(httpx.ProxyError("407"), NotSent, id="proxy"),
        pytest.param(httpx.ReadTimeout("slow"), Transient, id="no answer"),
        pytest.param(httpx.WriteTimeout("slow"), Transient, id="cannot write"),
        pytest.param(httpx.ReadError("reset"), Transient, id="reset"),
        pytest.param(httpx.WriteError("reset"), Transient, id="broken pipe"),
        pytest.param(httpx.RemoteProtocolError("cut"), Transient, id="cut"),
        pytest.param(httpx.DecodingError("bad gzip"), ProtocolError, id="encoding"),
        pytest.param(httpx.UnsupportedProtocol("ftp"), ConfigError, id="scheme"),
        pytest.param(httpx.LocalProtocolError("header"), ConfigError, id="header"),
    ],
)
def test_every_failure_says_whether_it_may_have_happened(
    raised: Exception,
    expected: type[GongdanError],
    network: Http,
    respx_mock: respx.MockRouter,
) -> None:
    respx_mock.get(f"{HOST}/x").mock(side_effect=raised)

    with pytest.raises(GongdanError) as caught:
        network.send(Request("GET", f"{HOST}/x"))

    assert type(caught.value) is expected
    assert "api.example.com" in str(caught.value)


def test_nobody_listening_means_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    with pytest.raises(NotSent, match=r"cannot connect to 127\.0\.0\.1"):
        Http().send(Request("GET", f"http://127.0.0.1:{port}/"))


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(Request("GET", "api.example.com/x"), id="no scheme"),
        pytest.param(Request("GET", "https://"), id="no host"),
        pytest.param(Request("GET", "https://a:b:c/"), id="port"),
        pytest.param(Request("GET", f"{HOST}/x", headers={"A": "退"}), id="header not ASCII"),
        pytest.param(Request("GET", f"{HOST}/x", query={"a": "\ud800"}), id="lone surrogate"),
    ],
)
def test_what_is_no_http_is_a_setting_to_change(request_: Request, network: Http) -> None:
    with pytest.raises(ConfigError):
        network.send(request_)


def test_a_header_with_a_line_break_never_leaves(network: Http) -> None:
    received = []

    with listening(lambda connection: received.append(connection.recv(4096))) as url:
        with pytest.raises(ConfigError) as caught:
            network.send(Request("GET", url, headers={"A": f"1\r\nB: {CANARY}"}))
        network.close()

    assert received == [b""]
    assert CANARY not in "".join(traceback.format_exception(caught.value))


def test_an_answer_over_the_limit_is_given_up(
    network: Http, respx_mock: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MAX_BYTES", 1 << 20)
    respx_mock.get(f"{HOST}/x").respond(content=b"x" * ((1 << 20) + 1))

    with pytest.raises(ProtocolError, match="longer than 1 MiB"):
        network.send(Request("GET", f"{HOST}/x"))


def test_the_limit_counts_what_was_unpacked(
    network: Http, respx_mock: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "MAX_BYTES", 1 << 20)
    packed = iter([gzip.compress(bytes(2 << 20))])
    encoded = httpx.Response(200, content=packed, headers={"Content-Encoding": "gzip"})
    respx_mock.get(f"{HOST}/x").mock(return_value=encoded)

    with pytest.raises(ProtocolError, match="longer than"):
        network.send(Request("GET", f"{HOST}/x"))


def test_an_encoding_that_cannot_be_undone_is_no_transient(
    network: Http, respx_mock: respx.MockRouter
) -> None:
    encoded = httpx.Response(200, content=iter([b"no gzip"]), headers={"Content-Encoding": "gzip"})
    respx_mock.get(f"{HOST}/x").mock(return_value=encoded)

    with pytest.raises(ProtocolError, match="content-encoding"):
        network.send(Request("GET", f"{HOST}/x"))


def test_a_body_that_drips_ends_with_the_total(
    network: Http, clock: ManualClock, respx_mock: respx.MockRouter
) -> None:
    def drip() -> Iterator[bytes]:
        for _ in range(100):
            clock.advance(14)  # each read alone would be in time
            yield b"x"

    respx_mock.get(f"{HOST}/x").mock(return_value=httpx.Response(200, content=drip()))

    with pytest.raises(Transient, match="did not answer in time"):
        network.send(Request("GET", f"{HOST}/x"))

    assert clock.monotonic() == 42


def test_headers_that_never_end_end_with_the_total() -> None:
    """The bound is on the whole exchange: httpx alone would wait for each read anew."""
    stop = threading.Event()

    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while not stop.wait(0.02):
            connection.sendall(b"X-More: 1\r\n")

    with listening(serve) as url:
        with pytest.raises(Transient, match="did not answer in time"):
            Http().send(Request("GET", url), total_s=0.2)
        stop.set()


def test_a_body_cut_off_is_transient(network: Http) -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with listening(serve) as url, pytest.raises(Transient, match="connection broke"):
        network.send(Request("GET", url))


class Counting(http.server.BaseHTTPRequestHandler):
    """Answers everything; the class counts connections."""

    protocol_version = "HTTP/1.1"
    connections = 0

    def setup(self) -> None:
        type(self).connections += 1
        super().setup()

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its own name
        pass


@pytest.fixture
def counting() -> Iterator[str]:
    Counting.connections = 0
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_reads_share_a_connection_and_a_write_has_its_own(network: Http, counting: str) -> None:
    for _ in range(3):
        network.send(Request("GET", counting))
    assert Counting.connections == 1

    network.send(Request("GET", counting), fresh=True)

    assert Counting.connections == 2


def test_each_thread_has_its_client_and_all_one_trust(
    network: Http, counting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[object] = []
    real = httpx.Client

    def noting(*args: object, **options: object) -> httpx.Client:
        made.append(options["verify"])
        return real(*args, **options)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(httpx, "Client", noting)
    threads = [
        threading.Thread(target=network.send, args=(Request("GET", counting),)) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(made) == 3
    assert len({id(context) for context in made}) == 1


def test_loopback_goes_round_the_proxy_and_others_through_it(
    counting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        dead = f"http://127.0.0.1:{server.getsockname()[1]}"
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, dead)
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    network = Http()

    assert network.send(Request("GET", counting)).status == 200
    with pytest.raises(NotSent):
        network.send(Request("GET", "http://shop.invalid/"))
    network.close()


def test_a_proxy_that_cannot_be_used_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"gopher://user:{CANARY}@proxy.example.com")

    with pytest.raises(ConfigError, match="ALL_PROXY") as caught:
        Http().send(Request("GET", HOST))

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "raised",
    [
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.RemoteProtocolError(f"illegal header line: {CANARY}"),
        httpx.LocalProtocolError(f"Illegal header value b'{CANARY}'"),
        httpx.DecodingError(CANARY),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_error_shows_a_secret(
    raised: Exception, network: Http, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(url__startswith=HOST).mock(side_effect=raised)

    with pytest.raises(GongdanError) as caught:
        network.send(SECRETIVE)

    shown = "".join(traceback.format_exception(caught.value))
    assert CANARY not in shown


def test_no_log_shows_a_secret(counting: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    network = Http()

    network.send(Request("GET", counting, query={"sign": CANARY}, headers={"X-Token": CANARY}))
    network.close()

    assert CANARY not in caplog.text


def test_an_answer_does_not_show_what_is_in_it() -> None:
    assert CANARY not in repr(Answer(200, {"set-cookie": CANARY}, CANARY.encode()))
