"""Which hosts are the public's: what an address chosen by somebody else may lead to."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from ..errors import NotSent, Refused

_NAT64 = IPv6Network("64:ff9b::/96")


def public_addresses(host: str, port: int) -> list[str]:
    """Return the addresses that a host's name means now, which are then the ones to connect to.

    Raises:
        Refused: one of them is of this machine, of a private network or of nobody.
        NotSent: the name means nothing.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent(f"cannot connect to {host}: no such host") from None
    addresses = list(dict.fromkeys(str(info[4][0]) for info in found))
    if not addresses or not all(map(is_public, addresses)):
        raise Refused(f"{host}: is no public host")
    return addresses


def is_public(address: str) -> bool:
    """Tell whether an IP address is one that anybody on the internet reaches."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = _inner(ip)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _inner(ip: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that an IPv6 one leads to by way of a gateway, if it does."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
