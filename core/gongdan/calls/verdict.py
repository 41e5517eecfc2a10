"""What an answer's error means: which row it matches, which error it is, what a write does next."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from ..errors import (
    AccessDenied,
    AlreadyDone,
    AuthExpired,
    ConfigError,
    Conflict,
    Gone,
    GongdanError,
    NeedsMore,
    NotSent,
    RateLimited,
    Refused,
    Stopped,
    TokenForgotten,
    TooLarge,
    Transient,
)
from ..wire import Error, Means

Verdict: TypeAlias = Literal["not_done", "refused", "already", "unknown"]

ERRORS: dict[Means, type[GongdanError]] = {
    Means.RETRY: Transient,
    Means.WAIT: RateLimited,
    Means.LOGIN: AuthExpired,
    Means.AUTHORISE: AuthExpired,
    Means.SETTING: AccessDenied,
    Means.ASK: NeedsMore,
    Means.STALE: Conflict,
    Means.GONE: Gone,
    Means.DONE: AlreadyDone,
    Means.REFUSED: Refused,
    Means.SHRINK: TooLarge,
    Means.RESTART: TokenForgotten,
}
VERBS: dict[Means, str] = {
    Means.RETRY: "failed",
    Means.WAIT: "came too often",
    Means.LOGIN: "is not authorised",
    Means.AUTHORISE: "is not authorised",
    Means.SETTING: "is not permitted",
    Means.ASK: "needs more",
    Means.STALE: "came too late, the case has changed",
    Means.GONE: "found no such case",
    Means.DONE: "was done before",
    Means.REFUSED: "refused",
    Means.SHRINK: "asked for too much",
    Means.RESTART: "asked with a forgotten token",
}
# What is not here leaves a write unknown: only what certainly did nothing may go again.
_VERDICTS: dict[Means, Verdict] = {
    Means.WAIT: "not_done",
    Means.LOGIN: "not_done",
    Means.AUTHORISE: "not_done",
    Means.SETTING: "not_done",
    Means.ASK: "refused",
    Means.STALE: "refused",
    Means.GONE: "refused",
    Means.REFUSED: "refused",
    Means.DONE: "already",
}
_HTTP = (
    Error("http 429", Means.WAIT),
    Error("http 503", Means.RETRY),
    Error("http 408", Means.RETRY),
    Error("http 5??", Means.RETRY),
    Error("http 403", Means.SETTING),
    Error("http 404", Means.GONE),
    Error("http 410", Means.GONE),
    Error("http 409", Means.STALE),
    Error("http 412", Means.STALE),
    Error("http 413", Means.SHRINK),
    Error("http 3??", Means.SETTING, en="base_url is answered by a redirect: give the new address"),
    Error("http 4??", Means.REFUSED),
)


def row_of(code: str, op: str, table: Iterable[Error], *, can_log_in: bool) -> Error | None:
    """Return the first row that a code matches, the connector's before HTTP's; None: it has none.

    A code may hold several words ("20000 isp.service-error:10009"); patterns are over all of it.
    """
    unauthorised = Error("http 401", Means.LOGIN if can_log_in else Means.AUTHORISE)
    for row in (*table, unauthorised, *_HTTP):
        if fnmatchcase(code, row.code) and fnmatchcase(op, row.on):
            return row
    return None


def verdict(error: BaseException) -> Verdict:
    """Return what became of a write that raised *error* (docs/sending.md, steps 10 to 13).

    not_done: it certainly did nothing and may go again; refused: it did nothing and will not;
    already: it was done before; unknown: look.
    """
    means = error.means if isinstance(error, GongdanError) else None
    if means is not None:
        return _VERDICTS.get(means, "unknown")
    return "not_done" if isinstance(error, NotSent | ConfigError | Stopped) else "unknown"
