"""Every error gongdan raises, sorted by what the caller can do about it.

GongdanError
├── ConfigError          change a setting (exit 2)
├── AuthExpired          log the shop in again (exit 3)
├── AccessDenied         a person must mend the access: secret, permission, IP (exit 3)
├── RateLimited          ask again after `retry_after_s`
├── Transient            ask again later
│   └── NotSent          the request never left
├── Refused              final: the platform said no
├── AlreadyDone          it was done before, by us or by somebody else
├── Conflict             the case changed: look again
├── NeedsMore            a person must add something to the action
├── Gone                 there is no such case
├── Unsupported          the stream has no such ability
├── TooLarge             ask for less
├── TokenForgotten       a list's token is no longer known: begin again
├── Busy                 another run holds the shop (exit 4)
├── Stopped              the run was asked to end
├── StoreError           the store cannot be used as it is
├── NotFound             nothing here goes by that name (exit 2)
├── BadArgument          what was asked for cannot be meant: nothing, or too much (exit 2)
├── PluginError          a plugin failed, or gave what it must not
└── ProtocolError        an answer that is not what the platform documents
    ├── Unreadable       no JSON at all: a page of HTML, a cut-off text
    ├── BadField         one value of it
    └── BadSignature     bytes that are not from whom they claim

A message says what happened, to what, and what to do.  Never a secret, a token or a buyer's data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .wire import About, Means


class GongdanError(Exception):
    """Base of all; `exit_code` is what a command ends with.

    Attributes:
        code: the platform's own words for it ("20000 isp.service-error:10009"), or "".
        hint_zh: what to do about it, in Chinese, from the connector's error table, or "".
        hint_en: the same in English.
        request_id: what the platform's support asks for, or "".
        means: the row of the error table that the platform's answer matched; None: the error is
            not the platform's, or its code stands in no row.
        about: what a person must mend there (see `wire.About`), or "".
        said: the platform's own code and words, fit to be shown, or "".
    """

    exit_code = 1
    means: Means | None = None
    about: About = ""
    said: str = ""

    def __init__(
        self,
        message: str,
        *,
        code: str = "",
        hint_zh: str = "",
        hint_en: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(message)
        self.code = code
        self.hint_zh = hint_zh
        self.hint_en = hint_en
        self.request_id = request_id


class ConfigError(GongdanError):
    """A setting is wrong or missing; the message names it, its file and the fix."""

    exit_code = 2


class NotFound(GongdanError):
    """Nothing here goes by that name (a shop, a ticket, a rule)."""

    exit_code = 2


class BadArgument(GongdanError):
    """What was asked for cannot be meant of any ticket: an empty name, a time that is over."""

    exit_code = 2


class AuthExpired(GongdanError):
    """The shop's authorisation is over; a person must log it in again."""

    exit_code = 3


class AccessDenied(GongdanError):
    """A person must change a setting on one side or the other: secret, permission, IP."""

    exit_code = 3


class RateLimited(GongdanError):
    """Too many requests; ask again after `retry_after_s` seconds."""

    def __init__(
        self,
        message: str,
        *,
        retry_after_s: float = 1.0,
        code: str = "",
        hint_zh: str = "",
        hint_en: str = "",
        request_id: str = "",
    ) -> None:
        super().__init__(
            message, code=code, hint_zh=hint_zh, hint_en=hint_en, request_id=request_id
        )
        self.retry_after_s = retry_after_s


class Transient(GongdanError):
    """It may work later: a time-out, a reset, a platform that is down.

    Attributes:
        sent: False when the request certainly never left (connection refused).
        retry_after_s: how long the platform asks to wait, 0 where it does not say.
    """

    sent = True
    retry_after_s = 0.0


class NotSent(Transient):
    """The connection could not be made, so that nothing can have happened there."""

    sent = False


class Refused(GongdanError):
    """The platform said no, for good."""


class AlreadyDone(GongdanError):
    """It was done before."""


class Conflict(GongdanError):
    """The case changed since it was looked at."""


class NeedsMore(GongdanError):
    """The action lacks something that only a person can add."""


class Gone(GongdanError):
    """The platform knows no such case."""


class Unsupported(GongdanError):
    """The stream has no such ability."""


class TooLarge(GongdanError):
    """More was asked for than the platform gives at once."""


class TokenForgotten(GongdanError):
    """The token of a list is no longer known there."""


class Busy(GongdanError):
    """Another run holds the shop."""

    exit_code = 4


class Stopped(GongdanError):
    """The run was asked to end (Ctrl-C, --max-seconds): nothing is wrong."""

    exit_code = 0


class StoreError(GongdanError):
    """The store cannot be used as it is: locked, full, read-only, from a newer version."""


class PluginError(GongdanError):
    """A plugin failed, or gave something else than the contract says: its author must mend it.

    The message names the plugin's function, the place and the kind of error, never its words.
    """


class ProtocolError(GongdanError):
    """An answer that is not what the platform documents."""


class Unreadable(ProtocolError):
    """An answer that is no JSON: a page of HTML, a text that was cut off.  It may pass."""


class BadField(ProtocolError):
    """One value of an answer is not of the kind it must be."""


class BadSignature(ProtocolError):
    """Bytes that do not carry the signature of whom they claim to be from."""
