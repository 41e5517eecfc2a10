"""Fetch pictures of threads whose addresses end, after a sync: a failure here costs no ticket.

What is wanted was noted with the case itself, in one transaction.  A sync fetches for some seconds,
of open tickets first; what is left waits for the next.  An address that has ended has its case read
again, for a new one.  `keep_pictures = false` turns all of it off.
"""

from __future__ import annotations

import fnmatch
import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msgspec.structs import replace

from ..calls.network import Answer, Download
from ..errors import ConfigError, GongdanError, NotFound, Refused, Transient
from ..store.pictures import MOST_TRIES, Wanted
from ..wire import Request
from .picture import ending_of

if TYPE_CHECKING:
    from ..desk import Desk
    from ..views import RunRow, TicketView

log = logging.getLogger("gongdan")
SECONDS = 20.0  # that a sync gives to pictures, at most
EACH_S = 10.0  # and to one of them
A_RUN = 100  # pictures of a shop a sync
MOST_BYTES = 10 * 1024 * 1024  # a picture; of documented platforms none takes a larger one
WAIT, MOST_WAIT = timedelta(minutes=2), timedelta(hours=6)
FAILURES = 3  # in a row: the host is down, or nothing leads there
_ENDED = (401, 403, 404, 410)


def fetch(desk: Desk, runs: Iterable[RunRow]) -> int:
    """Fetch what waits of shops that were read, until it is time to stop; return how many came."""
    if not desk.config.keep_pictures or desk.stop.is_set():
        return 0
    well = [run.shop for run in runs if run.outcome in ("ok", "partial")]
    now = desk.now()
    busy = [shop for shop in well if desk.store.pictures.waiting(shop, now, 1)]
    if not busy:
        return 0
    with ThreadPoolExecutor(max_workers=max(1, desk.config.threads)) as pool:
        return sum(pool.map(lambda shop: _shop(desk, shop), busy))


def _shop(desk: Desk, shop: str) -> int:
    try:
        own = desk.settings(shop).base_url
        return _fetch_all(desk, own, desk.store.pictures.waiting(shop, desk.now(), A_RUN))
    except GongdanError as error:
        log.info("%s: pictures: %s", shop, error)
    except Exception as error:  # a full disk, or a mistake of ours: it must not touch the sync
        log.warning("%s: pictures: %s", shop, type(error).__name__)
    return 0


def _fetch_all(desk: Desk, own: str, wanted: Sequence[Wanted]) -> int:
    done = failures = 0
    for each in wanted:
        if desk.stop.is_set() or failures >= FAILURES:
            break
        try:
            data = _bytes_of(desk, own, each.url)
        except GongdanError as error:
            _fail(desk, each, error)
            failures = failures + 1 if isinstance(error, Transient) else 0
        else:
            desk.store.pictures.keep(each.id, data, ending_of(data), desk.now())
            done, failures = done + 1, 0
    return done


class _Ended(GongdanError):
    """The address leads nowhere any more."""


def _bytes_of(desk: Desk, own: str, url: str) -> bytes:
    """Return the bytes of a picture.

    Raises:
        _Ended: the address is over.
        Refused: it is none that may be asked, or what came is no picture.
        NotSent, Transient, ProtocolError: as `Network.send`; or another status than 200.
    """
    answer = desk.network.send(_request(desk, own, url), total_s=EACH_S)
    host = urlsplit(url).hostname or ""
    if answer.status in _ENDED:
        raise _Ended(f"{host}: the address has ended (http {answer.status})")
    if answer.status != 200:
        raise Transient(f"{host}: http {answer.status}")
    return _picture(answer, host)


def _request(desk: Desk, own: str, url: str) -> Request:
    """Return what asks for an address: of the shop's own gateway as it is, else by TLS."""
    try:
        parts, gateway = urlsplit(url), urlsplit(own)
        host = (parts.hostname or "").lower()
    except ValueError:
        raise Refused("an address that is none") from None
    if host and (parts.scheme, parts.netloc) == (gateway.scheme, gateway.netloc):
        return Request("GET", url)
    if not any(fnmatch.fnmatchcase(host, each.lower()) for each in desk.config.picture_hosts):
        raise Refused(f"{host}: is not among picture_hosts")
    if "@" in parts.netloc:
        raise Refused(f"{host}: an address with a name or password in it is not asked for")
    return Download("GET", parts._replace(scheme="https").geturl(), most_bytes=MOST_BYTES)


def _picture(answer: Answer, host: str) -> bytes:
    if len(answer.body) > MOST_BYTES:
        raise Refused(f"{host}: larger than {MOST_BYTES >> 20} MiB")
    if not ending_of(answer.body):
        raise Refused(f"{host}: what came is no picture")
    return answer.body


def _fail(desk: Desk, each: Wanted, error: GongdanError) -> None:
    """Keep why, and when it is tried again; an open case is read once more for a new address."""
    ended = isinstance(error, _Ended)
    may_come = isinstance(error, Transient) or (ended and each.is_open)
    over = not may_come or each.tries + 1 >= MOST_TRIES
    wait = min(WAIT * 2**each.tries, MOST_WAIT)
    desk.store.pictures.fail(each.id, str(error), None if over else desk.now() + wait)
    if ended and not over:
        shop = each.ticket.partition("/")[0]
        desk.store.cases.owe(shop, each.stream, [each.remote_id], "picture")


def with_pictures(desk: Desk, view: TicketView) -> TicketView:
    """Return a ticket with what is kept of the pictures in its thread."""
    try:
        streams = desk.plugins.connector(view.row.platform).streams
    except (ConfigError, NotFound):  # its plugin is gone: what is kept by whole addresses is shown
        streams = ()
    to_picture = next((one.to_picture for one in streams if one.name == view.row.stream), None)
    found = desk.store.pictures.of(view.row.id, view.thread, to_picture)
    return replace(view, beside=replace(view.beside, pictures=tuple(found)))
