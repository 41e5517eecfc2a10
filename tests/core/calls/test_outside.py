"""An address that somebody else chose leads to a public host, or nowhere."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import httpcore
import pytest
import respx

from gongdan.calls.http import Http, _Public
from gongdan.calls.network import Download
from gongdan.calls.outside import is_public, public_addresses
from gongdan.errors import ProtocolError, Refused
from tests.conftest import ManualClock

PUBLIC, PRIVATE = "8.8.8.8", "10.0.0.7"


@pytest.fixture
def network(clock: ManualClock) -> Iterator[Http]:
    network = Http(clock)
    yield network
    network.close()


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name mean these addresses."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "172.16.0.1", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "198.18.0.1",
    ],
)  # fmt: skip
def test_an_address_of_this_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::1111", "64:ff9b::808:808"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, PUBLIC, PRIVATE)

    with pytest.raises(Refused, match="no public host"):
        public_addresses("pics.example.com", 443)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "[::1]"])
def test_this_machine_is_never_asked_whatever_it_is_called(host: str, network: Http) -> None:
    with pytest.raises(Refused, match="no public host"):
        network.send(Download("GET", f"https://{host}/a.png", most_bytes=10))


@pytest.mark.parametrize("url", ["http://pics.example.com/a", "https://pics.example.com:8443/a"])
def test_only_tls_on_its_own_port_is_asked(url: str, network: Http) -> None:
    with pytest.raises(Refused, match="https"):
        network.send(Download("GET", url, most_bytes=10))


def test_it_connects_to_the_very_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A name that means something else a moment later leads nowhere new."""
    names(monkeypatch, PUBLIC, "1.1.1.1")
    asked: list[str] = []

    class Backend(httpcore.NetworkBackend):
        def connect_tcp(self, host: str, *_: Any, **__: Any) -> httpcore.NetworkStream:
            asked.append(host)
            raise httpcore.ConnectError("refused")

    with pytest.raises(httpcore.ConnectError):
        _Public(Backend()).connect_tcp("pics.example.com", 443)

    assert asked == [PUBLIC, "1.1.1.1"]


def test_a_download_goes_past_the_proxy(network: Http, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would look the name up itself, and might reach what we must not."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    names(monkeypatch, PRIVATE)

    with pytest.raises(Refused, match="no public host"):
        network.send(Download("GET", "https://pics.example.com/a", most_bytes=10))


def test_it_ends_with_the_bytes_that_are_allowed(
    network: Http, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get("https://pics.example.com/a").respond(200, content=b"x" * 11)

    with pytest.raises(ProtocolError, match="longer"):
        network.send(Download("GET", "https://pics.example.com/a", most_bytes=10))
