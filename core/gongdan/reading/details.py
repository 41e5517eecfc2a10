"""Read cases by id: what changed, what is open and was not heard of, what no row told."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Raw
from msgspec.structs import replace

from ..contract import ByTime, Stream
from ..errors import AccessDenied, AuthExpired, Busy, Gone, GongdanError, Stopped
from ..store import Batch, Cases, Payload, Reject
from ..wire import Detail
from .drift import Drift
from .rows import Keyed, dated, detail_row, keyed, understand
from .wants import Land, Now, ReadDetail, Say, Steps

NEAR_DEADLINE = timedelta(minutes=15)
DETAILS_AT_ONCE = 50
GIVE_UP_AFTER = 5  # failures in a row: the platform is down, the rest would fail as well
LONGEST_POSTPONE = timedelta(hours=1)
ACCEPT_OLD_AFTER = 3  # readings of a detail that stays older than its row
YOUNG = timedelta(seconds=60)  # as ByTime.settle, for other streams
FATAL = (AuthExpired, AccessDenied, Busy, Stopped)


class Details:
    """The details that one stream of one shop owes.

    Args:
        blank: what every batch of this run has in common.
    """

    def __init__(
        self, stream: Stream, cases: Cases, blank: Batch, zone: ZoneInfo, drift: Drift
    ) -> None:
        self._stream = stream
        self._cases = cases
        self._blank = blank
        self._zone = zone
        self._shop = blank.shop
        self._at = blank.at
        self._drift = drift

    def read(self) -> Steps:
        """Read what is owed, most urgent first; what cannot be read now is put off.

        Raises:
            GongdanError: five in a row failed; the rest would fail as well.
        """
        name = self._stream.name
        self._at = yield Now()
        yield from self._doubtful()
        yield from self._announced()
        self._cases.owe_stale(self._shop, name, self._at, self._stream.recheck, NEAR_DEADLINE)
        failures = 0
        while owed := self._cases.owed(self._shop, name, self._at, DETAILS_AT_ONCE):
            for remote_id, row in owed:
                try:
                    detail = yield ReadDetail(self._stream, remote_id, row)
                except FATAL:
                    raise
                except GongdanError as error:
                    if isinstance(error, Gone) and self._is_gone(row):
                        self._cases.forgive(f"{self._shop}/{name}/{remote_id}")
                        continue
                    self._postpone(remote_id, str(error))
                    failures += not isinstance(error, Gone)
                    yield Say("detail-failed", f"{name}/{remote_id}: {error}")
                    if failures >= GIVE_UP_AFTER:
                        raise
                    continue
                failures = 0
                yield from self._take(remote_id, row, detail)

    def _is_gone(self, row: bytes) -> bool:
        """Whether the list says that a case was deleted: a push may be of just that."""
        if not row:
            return False
        said = understand(self._stream, "row", keyed(self._stream, Raw(row), self._zone))
        return isinstance(said, Payload) and said.said.gone is True

    def _doubtful(self) -> Steps:
        """Read by id what no row told: the row may be malformed, and the case not."""
        name, run = self._stream.name, self._blank.run
        for remote_id in self._cases.doubtful(self._shop, name, run, self._at, LONGEST_POSTPONE):
            self._cases.tried(self._shop, name, remote_id, self._at)
            try:
                detail = yield ReadDetail(self._stream, remote_id, b"")
            except FATAL:
                raise
            except GongdanError as error:
                yield Say("detail-failed", f"{name}/{remote_id}: {error}")
            else:
                yield from self._take(remote_id, b"", detail)

    def _announced(self) -> Steps:
        """Read by id what was pushed and no list has shown yet; the list will, where this fails."""
        name, arrivals = self._stream.name, self._cases.arrivals
        for remote_id in arrivals.announced(self._shop, name):
            try:
                detail = yield ReadDetail(self._stream, remote_id, b"")
            except FATAL:
                raise
            except GongdanError as error:
                yield Say("detail-failed", f"{name}/{remote_id}: {error}")
                if not isinstance(error, Gone):
                    continue
            else:
                yield from self._take(remote_id, b"", detail)
            arrivals.heed(self._shop, name, remote_id)

    def _take(self, remote_id: str, row: bytes, detail: Detail) -> Steps:
        self._at = yield Now()
        batch, complaint = land_detail(
            self._stream, self._blank, remote_id, row, detail, self._zone, self._at, self._drift
        )
        tries = self._cases.tries(f"{self._shop}/{self._stream.name}/{remote_id}")
        if complaint and (batch.rejects or tries < ACCEPT_OLD_AFTER):
            self._postpone(remote_id, complaint)
            batch = replace(batch, settles=False)
        yield Land(batch)

    def _postpone(self, remote_id: str, why: str) -> None:
        ticket_id = f"{self._shop}/{self._stream.name}/{remote_id}"
        wait = timedelta(minutes=1) * 2 ** min(self._cases.tries(ticket_id), 6)
        self._cases.postpone(ticket_id, self._at + min(wait, LONGEST_POSTPONE), why)


def land_detail(
    stream: Stream, blank: Batch, remote_id: str, row: bytes, detail: Detail, zone: ZoneInfo,
    at: datetime, drift: Drift | None = None,
) -> tuple[Batch, str]:  # fmt: skip
    """Return a detail as a batch, and why it does not settle what is owed, or ""."""
    in_list = keyed(stream, Raw(row), zone) if row else None
    listed = in_list.updated if in_list else None
    came = detail_row(remote_id, detail, zone, listed)
    said = understand(stream, "detail", came)
    if drift is not None:
        drift.take("detail", came.fields)
    if isinstance(said, Reject):
        return replace(blank, at=at, rejects=[said]), said.reason
    said = dated(said, came.fields, stream)
    newest = max((at for at in (listed, said.updated) if at is not None), default=None)
    settle = stream.reading.settle if isinstance(stream.reading, ByTime) else YOUNG
    again = newest + settle if newest is not None and newest + settle > at else None
    return replace(blank, at=at, payloads=[said], again=again), _doubt(stream, in_list, said)


def _doubt(stream: Stream, row: Keyed | None, detail: Payload) -> str:
    """Return why a detail is not to be trusted yet, or "".

    A replica that lags shows an older state: as of sooner than the row, or, where a case changed
    twice in one second, as of the same moment and with another word for how it stands.
    """
    if row is None or row.updated is None or detail.updated is None:
        return ""
    if detail.updated < row.updated:
        return "the platform still shows an older state"
    said = understand(stream, "row", row)
    if detail.updated > row.updated or isinstance(said, Reject):
        return ""
    there, here = said.said.status_text, detail.said.status_text
    # A detail may say more than the row, "处理中（客服已介入）", and contradicts nothing by that.
    differs = isinstance(there, str) and isinstance(here, str) and not here.startswith(there)
    return "the list says otherwise of the same moment" if differs else ""
