"""What an error means, for a read and for a write."""

from __future__ import annotations

import pytest

from gongdan.calls.verdict import ERRORS, VERBS, row_of, verdict
from gongdan.errors import (
    AuthExpired,
    BadField,
    ConfigError,
    NotSent,
    ProtocolError,
    Refused,
    Stopped,
    Transient,
    Unreadable,
)
from gongdan.wire import Error, Means

FATES = {
    Means.RETRY: "unknown",
    Means.WAIT: "not_done",
    Means.LOGIN: "not_done",
    Means.AUTHORISE: "not_done",
    Means.SETTING: "not_done",
    Means.ASK: "refused",
    Means.STALE: "refused",
    Means.GONE: "refused",
    Means.DONE: "already",
    Means.REFUSED: "refused",
    Means.SHRINK: "unknown",
    Means.RESTART: "unknown",
}


@pytest.mark.parametrize("means", Means, ids=lambda means: means.name)
def test_every_meaning_has_a_fate(means: Means) -> None:
    error = ERRORS[means]("told")
    error.means = means

    assert verdict(error) == FATES[means]
    assert VERBS[means]


@pytest.mark.parametrize("means", Means, ids=lambda means: means.name)
def test_only_what_did_nothing_may_go_again_or_be_refused(means: Means) -> None:
    """The star in the contract says that the platform did nothing."""
    did_nothing = means.value.startswith("*") or means is Means.REFUSED

    assert (FATES[means] in ("not_done", "refused")) == did_nothing


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (NotSent("refused"), "not_done"),
        (ConfigError("no address"), "not_done"),
        (Stopped("as asked"), "not_done"),
        (Transient("time-out"), "unknown"),
        (Unreadable("html"), "unknown"),
        (ProtocolError("no such code"), "unknown"),
        (BadField("$.a"), "unknown"),
        (AuthExpired("of unknown origin"), "unknown"),
        (Refused("of unknown origin"), "unknown"),
        (KeyError("a mistake in a connector"), "unknown"),
        (KeyboardInterrupt(), "unknown"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_what_no_row_explains_is_unknown_unless_nothing_left(
    error: BaseException, fate: str
) -> None:
    assert verdict(error) == fate


@pytest.mark.parametrize(
    ("status", "means"),
    [
        (301, Means.SETTING),
        (302, Means.SETTING),
        (400, Means.REFUSED),
        (403, Means.SETTING),
        (404, Means.GONE),
        (408, Means.RETRY),
        (409, Means.STALE),
        (410, Means.GONE),
        (412, Means.STALE),
        (413, Means.SHRINK),
        (422, Means.REFUSED),
        (429, Means.WAIT),
        (500, Means.RETRY),
        (503, Means.RETRY),
        (599, Means.RETRY),
    ],
)
def test_a_status_means_what_http_says(status: int, means: Means) -> None:
    row = row_of(f"http {status}", "GET /x", (), can_log_in=True)

    assert row is not None
    assert row.means is means


@pytest.mark.parametrize(("can", "means"), [(True, Means.LOGIN), (False, Means.AUTHORISE)])
def test_401_asks_for_a_login_where_there_is_one(can: bool, means: Means) -> None:
    row = row_of("http 401", "GET /x", (), can_log_in=can)

    assert row is not None
    assert row.means is means


def test_the_first_row_wins_and_the_connectors_come_first() -> None:
    table = (
        Error("20000 isp.service-error:10009", Means.DONE, on="order.replyService"),
        Error("20000 *", Means.RETRY),
        Error("20000 isp.service-error:10009", Means.REFUSED),
        Error("http 404", Means.RETRY),
    )

    def means(code: str, op: str) -> Means | None:
        row = row_of(code, op, table, can_log_in=False)
        return row.means if row else None

    assert means("20000 isp.service-error:10009", "order.replyService") is Means.DONE
    assert means("20000 isp.service-error:10009", "order.list") is Means.RETRY
    assert means("http 404", "order.list") is Means.RETRY
    assert means("20001", "order.list") is None
    assert means("HTTP 404", "order.list") is None
