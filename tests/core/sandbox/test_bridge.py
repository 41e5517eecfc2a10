from __future__ import annotations

import asyncio

import httpx
import pytest

from gongdan.sandbox import Control, Dropped, Fault, Plan, Sandbox, call, serve, start
from gongdan.sandbox.gateway import Event, Receive, Send

from .toy import make, sandbox

DROPPING = ("reset", "lost-request", "lost-response", "late-commit", "cut-body")
ANSWERING = ("http-500", "html", "slow")
FORM = b"a=1&b=%E4%B8%AD&b=2&c="
FORM_TYPE = {"content-type": "application/x-www-form-urlencoded;charset=utf-8"}


def bridged(toy: Sandbox, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    response = call(toy.gateways["toy"], "POST", path, headers, body)
    return response.status, response.body


def test_reads_a_form() -> None:
    _, body = bridged(sandbox(tickets=0), "/list", FORM, **FORM_TYPE)

    assert body == b'{"ids":{},"total":0,"form":{"a":"1","b":"2","c":""},"files":{}}'


def test_reads_a_multipart_form_with_a_file() -> None:
    request = httpx.Request(
        "POST", "http://x/", data={"a": "中"}, files={"image": ("p.jpg", b"xx")}
    )
    request.read()
    headers = {"content-type": request.headers["content-type"]}

    _, body = bridged(sandbox(tickets=0), "/list", request.content, **headers)

    assert '"form":{"a":"中"},"files":{"image":"xx"}' in body.decode()


def test_date_is_the_sandbox_clocks() -> None:
    response = call(sandbox().gateways["toy"], "GET", "/list")

    assert response.headers["date"] == "Sat, 21 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize("fault", DROPPING)
def test_a_dropped_connection_raises(fault: str) -> None:
    toy = sandbox()
    toy.faults.arm(Fault(name=fault))

    with pytest.raises(Dropped):
        bridged(toy, "/write/1")


def test_refuses_an_app_that_waits() -> None:
    async def waiting(_scope: Event, _receive: Receive, _send: Send) -> None:
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="the bridge has none"):
        call(waiting, "GET", "/")


def test_uvicorn_and_the_bridge_answer_alike() -> None:
    apart, served = sandbox(), sandbox()

    with serve(served.gateways) as urls, httpx.Client(base_url=urls["toy"]) as client:
        here = client.post("/list?x=1", content=FORM, headers=FORM_TYPE)

    there = call(apart.gateways["toy"], "POST", "/list?x=1", FORM_TYPE, FORM)
    assert here.status_code == there.status
    assert dict(here.headers) == dict(there.headers)
    assert here.content == there.body


@pytest.mark.parametrize("fault", ANSWERING)
def test_uvicorn_and_the_bridge_fail_alike(fault: str) -> None:
    apart, served = sandbox(), sandbox()
    for toy in (apart, served):
        toy.faults.arm(Fault(name=fault))

    with serve(served.gateways) as urls:
        here = httpx.get(f"{urls['toy']}/list")

    there = call(apart.gateways["toy"], "GET", "/list")
    assert (here.status_code, here.content) == (there.status, there.body)


@pytest.mark.parametrize("fault", DROPPING)
def test_uvicorn_drops_what_the_bridge_drops(fault: str) -> None:
    toy = sandbox()
    toy.faults.arm(Fault(name=fault))

    with serve(toy.gateways) as urls, pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        httpx.post(f"{urls['toy']}/write/1")


def test_a_reset_and_an_end_are_told_apart() -> None:
    toy = sandbox()
    toy.faults.arm(Fault(name="reset"))

    with serve(toy.gateways) as urls, pytest.raises(httpx.ReadError, match="reset"):
        httpx.post(f"{urls['toy']}/write/1")


def test_start_serves_everything_and_says_where() -> None:
    with start({"toy": make}, plan=Plan(0, 1, 3), faults=[Fault(name="html")]) as running:
        line = running.line
        html = httpx.get(f"{running.urls['toy']}/list")
        state = httpx.get(f"{line['control']}/state").json()

    assert line == {"toy": {"base_url": running.urls["toy"]}, "control": running.urls["control"]}
    assert html.headers["content-type"] == "text/html"
    assert len(state["tickets"]) == 3


def test_ports_follow_each_other() -> None:
    with serve({"probe": Control(sandbox())}) as urls:
        port = int(urls["probe"].rpartition(":")[2])

    with start({"toy": make}, port=port) as running:
        ports = [int(url.rpartition(":")[2]) for url in running.urls.values()]

    assert ports == [port, port + 1]


def test_a_taken_port_is_an_error() -> None:
    with serve({"probe": Control(sandbox())}) as urls:
        port = int(urls["probe"].rpartition(":")[2])

        with pytest.raises(OSError, match="in use"):
            start({"toy": make}, port=port)
