"""One shop's conversation with its platform: everything that is sent is sent here."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Generic
from zoneinfo import ZoneInfo

import msgspec

from ..clock import Clock
from ..config.vault import secret_variable
from ..contract import Connector, S
from ..errors import (
    AccessDenied,
    AuthExpired,
    ConfigError,
    GongdanError,
    NotSent,
    PluginError,
    ProtocolError,
    RateLimited,
    Stopped,
    Transient,
    Unsupported,
)
from ..plugins.asking import given, given_or_none
from ..ticket import File
from ..wire import Call, Fault, Means, Params, Request, Token, Uploaded
from . import rest
from .keys import Keys, budget_name
from .refusal import error_of, secrets_of, shown
from .reply import Answered
from .retry import LONGEST_WAIT_S, TOTAL_S, Patience, persist, retry_after_s
from .skew import Skew
from .verdict import row_of

if TYPE_CHECKING:
    from .network import Network

_LOG = logging.getLogger(__name__)
_WRITE_WAIT_S = 3.0  # what is decided is sent within 5 s or not at all (docs/sending.md, 7)
_LOGINS: dict[str, threading.Lock] = {}  # by alias: one login at a time
# Within the last hour of a token a new one is given while the old one lives on; a run takes less.
EARLY = timedelta(minutes=30)
_TRY_EVERY_S = 60.0


class Session(Generic[S]):
    """The contract's `Shop`, and what the engine asks of it beside: `write`, `login`, `upload`.

    May be shared by threads.  Every error names the platform, the alias, the op and the platform's
    own code, and what to do; its `means` is the row of the error table that the code matched.

    Attributes:
        requests: how many were sent, whatever came of them.
    """

    def __init__(
        self, *, alias: str, remote_id: str, connector: Connector[S], settings: S,
        network: Network, clock: Clock, keys: Keys, skew: Skew, stop: Callable[[], bool],
        rng: random.Random, patience: Patience | None = None,
    ) -> None:  # fmt: skip
        self.alias = alias
        self.requests = 0
        self._remote_id = remote_id
        self._connector = connector
        self._settings = settings
        self._network = network
        self._clock = clock
        self._keys = keys
        self._skew = skew
        self._stop = stop
        self._rng = rng
        self._patience = patience or Patience()
        self._app = budget_name(connector.platform, settings, alias)
        self._zone = ZoneInfo(connector.zone)
        self._counting = threading.Lock()
        self._tried: float | None = None  # monotonic: an early renewal

    def __repr__(self) -> str:
        return f"Session({self._connector.platform} {self.alias})"

    @property
    def remote_id(self) -> str:
        """The platform's own id of the shop."""
        return self._remote_id

    @property
    def settings(self) -> S:
        """What the shop is set up with."""
        return self._settings

    @property
    def token(self) -> str:
        """The token in force: of the last login (AccessDenied: another shop's), else as set."""
        held = self._keys.token(self.alias)
        if held is not None and held.owner not in ("", self._remote_id):
            raise AccessDenied(
                f"{self._who}: is logged in as shop {held.owner}, not {self._remote_id}: put "
                "remote_id back, and give another shop an alias of its own"
            )
        return held.access.reveal() if held else self._settings.token.reveal()

    def now(self) -> datetime:
        """The platform's clock as far as its answers tell, aware UTC."""
        return self._skew.now(self._clock)

    def call(
        self, op: str, params: Params | None = None, files: Mapping[str, File] | None = None, /
    ) -> Answered:
        """Make one request that changes no case, as often as it takes (see `retry.persist`).

        Logs in first where there is no token, and once where the platform asks for a new one.

        Raises:
            GongdanError: of the kind that the error table says; Stopped if the run is to end.
        """
        if self._connector.login and not self.token:
            self._renew("")
        elif self._ends_soon():
            self._renew_early()
        return self._call(Call(op, params or {}, files or {}), may_log_in=True)

    def write(self, call: Call, stamp: datetime) -> Answered:
        """Make one request that changes a case: exactly one, whatever comes of it.

        On a connection of its own, 30 s in all, no retry, no login, no waiting for the budget.

        Args:
            call: what to send; its params are not changed between attempts.
            stamp: platform time, aware UTC, to sign with.

        Raises:
            GongdanError: `verdict.verdict` tells what became of the write.
            PluginError: the connector's `fault` failed; the write is of unknown fate.
        """
        self._pace(call.op, _WRITE_WAIT_S)
        token = self.token
        try:
            request = self._encoded(call, token, stamp)
        except Exception as error:
            told = str(error) if isinstance(error, GongdanError) else type(error).__name__
            raise NotSent(f"{self._at(call.op)}: not sent, encode failed: {told}") from error
        return self._exchange(call.op, request, write=True)

    def login(self) -> None:
        """Get a new token whether or not there is one.

        Raises:
            AuthExpired: the platform has no login, or wants a person.
            AccessDenied: the token opens another shop; it is not kept.
        """
        if self._connector.login is None:
            where = f"{secret_variable(self.alias, 'token')} or secrets.toml"
            raise AuthExpired(f"{self._who} has no login: put a new token into {where}")
        with self._logging_in_alone():
            self._log_in()

    def upload(self, file: File) -> File:
        """Return *file* with the URL that the platform gave it, once it has looked at it.

        Raises:
            Unsupported: the platform takes no uploads.
            Transient: it has not come to an end within TOTAL_S.
        """
        upload = self._connector.upload
        if upload is None:
            raise Unsupported(f"{self._who}: takes no uploads")
        until, token = self._clock.monotonic() + TOTAL_S, ""
        while True:
            done = given(Uploaded, f"{self._who}: upload", upload, self, file, token)
            if done.url:
                return msgspec.structs.replace(file, url=done.url)
            token, wait_s = done.token, max(done.wait_s, 1.0)
            if self._clock.monotonic() + wait_s > until:
                raise Transient(f"{self._who}: {file.name} is still being checked there; try later")
            self._sleep(wait_s)

    def _call(self, call: Call, *, may_log_in: bool) -> Answered:
        used = ""

        def once() -> Answered:
            nonlocal used
            self._pace(call.op, LONGEST_WAIT_S)
            used = self.token
            request = self._encoded(call, used, self.now())
            return self._exchange(call.op, request, may_log_in=may_log_in)

        ask = partial(persist, once, clock=self._clock, rng=self._rng, patience=self._patience)
        try:
            return ask()
        except AuthExpired as error:
            if not (may_log_in and self._connector.login and error.means is Means.LOGIN):
                raise
        self._renew(used)
        return ask()

    def _pace(self, op: str, longest_s: float) -> None:
        """Wait until the app may ask; RateLimited where that is further off than *longest_s*."""
        held = self._keys.not_before(self._app)
        if held:
            self._wait((held - self._clock.now()).total_seconds(), op, longest_s)
        for scope, name in (("app", self._app), ("shop", f"{self._app}/{self.alias}")):
            rates = [rate for rate in self._connector.rates if rate.scope == scope]
            if rates:
                wait_s = self._keys.take(name, rates, op, self._clock.now())
                self._wait(wait_s, op, longest_s)
        self._go_on()

    def _wait(self, wait_s: float, op: str, longest_s: float) -> None:
        if wait_s > longest_s:
            told = f"{self._at(op)}: not sent, the app's budget is used up for {wait_s:.0f} s"
            error = RateLimited(told, retry_after_s=wait_s)
            error.means = Means.WAIT
            raise error
        if wait_s > 0:
            self._sleep(wait_s)

    def _sleep(self, seconds: float) -> None:
        self._go_on()
        self._clock.sleep(seconds)
        self._go_on()

    def _go_on(self) -> None:
        if self._stop():
            raise Stopped(f"{self._who}: stopped as asked")

    def _encoded(self, call: Call, token: str, stamp: datetime) -> Request:
        encode = self._connector.encode or rest.encode
        still = _View(self, token=lambda: token, now=lambda: stamp, call=_no_call)
        return given(Request, f"{self._at(call.op)}: encode", encode, still, call)

    def _exchange(
        self, op: str, request: Request, *, write: bool = False, may_log_in: bool = True
    ) -> Answered:
        """Send one request; return its answer if it is a good one."""
        with self._counting:
            self.requests += 1
        started = self._clock.monotonic()
        with self._naming(op):
            answer = self._network.send(request, fresh=write)
            took_s = self._clock.monotonic() - started
            date = answer.headers.get("date", "")
            self._skew.note(date, self._clock.now(), took_s=took_s)
            _LOG.debug("%s: %d in %.3f s", self._at(op), answer.status, took_s)
            reply = Answered(answer, self._zone)
            fault = self._fault(reply)
            if fault is None:
                if not reply.empty:
                    reply.raw("")  # what is Unreadable can be asked for again
                return reply
        raise self._error(op, fault, may_log_in=may_log_in)

    def _fault(self, reply: Answered) -> Fault | None:
        good = 200 <= reply.status < 300
        fault = None
        try:
            ask = self._connector.fault
            fault = given_or_none(Fault, "fault", ask, reply) if ask else None
        except ProtocolError:  # a gateway's page of HTML: the status says more
            if good:
                raise
        except (ConfigError, NotSent) as error:  # but it was sent: a write may have been done
            raise PluginError(f"fault raised {type(error).__name__}") from error
        if fault is None and good:
            return None
        fault = fault or Fault(f"http {reply.status}")
        if fault.wait_s is None:
            wait_s = retry_after_s(reply.headers.get("retry-after", ""), self.now())
            fault = msgspec.structs.replace(fault, wait_s=wait_s)
        return fault

    def _error(self, op: str, fault: Fault, *, may_log_in: bool = True) -> GongdanError:
        can_log_in = self._connector.login is not None
        row = row_of(fault.code, op, self._connector.errors, can_log_in=can_log_in)
        if fault.wait_s and row and row.means is Means.WAIT:
            self._keys.hold(self._app, self._clock.now() + timedelta(seconds=fault.wait_s))
        remedy = f"get a new token there and set {secret_variable(self.alias, 'token')}"
        if can_log_in:
            remedy = f"run 'gongdan shop login {self.alias}'" if may_log_in else ""
        return error_of(fault, row, at=self._at(op), remedy=remedy, show=self._shown)

    def _renew(self, used: str) -> None:
        """Log in, unless somebody has while we waited: the token *used* is no longer in force."""
        with self._logging_in_alone():
            if self.token == used:
                self._log_in()

    def _ends_soon(self) -> bool:
        """Whether the token ends within EARLY, and nobody here has just tried to renew it."""
        held = self._keys.token(self.alias) if self._connector.login else None
        if held is None or held.expires is None:
            return False
        if self._tried is not None and self._clock.monotonic() - self._tried < _TRY_EVERY_S:
            return False
        return held.expires - self.now() < EARLY

    def _renew_early(self) -> None:
        """Renew a token that still works, so that nobody is ever refused; without success go on."""
        self._tried = self._clock.monotonic()
        try:
            self._renew(self.token)
        except Stopped:
            raise
        except GongdanError as error:
            _LOG.info("%s: renewing the token early failed: %s", self._who, error)

    def _log_in(self) -> None:
        held, ask = self._keys.token(self.alias), self._connector.login
        assert ask is not None  # who has none is never sent here
        try:
            token = given(Token, f"{self._who}: login", ask, self._logging_in(), held)
        except GongdanError:
            if self._keys.token(self.alias) != held:  # another process was faster, and won
                return
            raise
        if not token.access:
            raise ProtocolError(f"{self._who}: the login gave no token")
        if token.owner and token.owner != self._remote_id:
            raise AccessDenied(
                f"{self._who}: the login opened shop {self._shown(token.owner)}, not "
                f"{self._remote_id}; it was not kept: check remote_id and who authorised the app"
            )
        self._keys.save_token(self.alias, token)

    def _logging_in(self) -> _View[S]:
        """Return the shop as `login` sees it: what it calls never logs in."""
        calls = partial(self._call, may_log_in=False)
        return _View(self, token=lambda: self.token, now=self.now, call=calls)

    @contextmanager
    def _logging_in_alone(self) -> Iterator[None]:
        """Hold off other threads, then other processes, while one logs in."""
        with (
            _LOGINS.setdefault(self.alias, threading.Lock()),
            self._keys.alone(self.alias, self._clock),
        ):
            yield

    @contextmanager
    def _naming(self, op: str) -> Iterator[None]:
        """Say in an error from below whose it is and of which op."""
        try:
            yield
        except GongdanError as error:
            error.args = (f"{self._at(op)}: {error}",)
            raise

    @property
    def _who(self) -> str:
        return f"{self._connector.platform} {self.alias}"

    def _at(self, op: str) -> str:
        return f"{self._who}: {op}"

    def _shown(self, text: str) -> str:
        return shown(text, secrets_of(self._settings, self._keys.token(self.alias)))


class _View(Generic[S]):
    """The shop as `encode` and `login` see it: all but its token, its time and its calls."""

    def __init__(
        self, shop: Session[S], *, token: Callable[[], str], now: Callable[[], datetime],
        call: Callable[[Call], Answered],
    ) -> None:  # fmt: skip
        self._shop = shop
        self._token = token
        self._call = call
        self.now = now

    @property
    def remote_id(self) -> str:
        return self._shop.remote_id

    @property
    def settings(self) -> S:
        return self._shop.settings

    @property
    def token(self) -> str:
        return self._token()

    def call(
        self, op: str, params: Params | None = None, files: Mapping[str, File] | None = None, /
    ) -> Answered:
        return self._call(Call(op, params or {}, files or {}))


def _no_call(call: Call) -> Answered:
    raise ConfigError(f"{call.op}: encode describes a request and makes none")
