"""One client for one service and account: checks, signs, sends, waits, and tells what came of it."""

from __future__ import annotations

import asyncio
import random as _random
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from livetui.catalogue import Action, Catalogue
from livetui.client import retry, wire
from livetui.client.budget import SHARED, Budget, Priority
from livetui.client.errors import (
    BadCredential,
    BadParameters,
    BadReply,
    ClientError,
    OutcomeUnknown,
    ReadOnly,
    SignatureExpired,
    Throttled,
    Unreachable,
)
from livetui.frozen import frozen
from livetui.turns import at_once, through, turn

if TYPE_CHECKING:
    import httpx

    from livetui.client.direct import Lines
    from livetui.client.sweep import Sweep

CONNECTIONS = 32
KEEPALIVE = 60.0
"""Seconds a connection is kept for the next call: longer than the usual polling interval."""

_NONCES = 2**53 - 2
_SAME_TIME = timedelta(seconds=30)
"""Two readings of a clock that differ by less say the same; no service refuses a request for it."""
_UNDOCUMENTED_RATE = 10
"""Calls a second of an action for which neither document nor catalogue has a figure."""


@frozen
class Timeouts:
    """Seconds: for the connection, for each wait for bytes, and for the whole of one attempt."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 60.0


@frozen
class Reply:
    """A successful answer."""

    action: str
    region: str | None
    data: dict[str, Any]
    """The members of the reply, but RequestId."""
    request_id: str
    raw: str
    """The answer as it came."""
    at: datetime
    """When it had arrived, by the clock here."""
    took: float
    """Seconds from the first attempt's start, waiting for the budget included."""


class Client:
    """Calls of one service with one credential.

    `endpoint` replaces the service's own hosts; `account` names what the rate budget is kept for where the
    SecretId should not. `read_only` may be set at any time and is looked at in every call. For LVB the
    credential is the appid and its key, and `allow_plain_http` is needed: its hosts have nothing else.
    `transport` is for tests. Raises PlainHttpRefused, BadEndpoint or BadCredential when made from what cannot
    be used.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        credential: wire.Credential,
        *,
        endpoint: str | None = None,
        allow_plain_http: bool = False,
        account: str | None = None,
        read_only: bool = False,
        timeouts: Timeouts | None = None,
        budget: Budget | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        random: Callable[[], float] = _random.random,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        transport: httpx.AsyncBaseTransport | None = None,
        signature: wire.Signature = "tc3",
        language: str = "en-US",
    ) -> None:
        _refuse_unsendable(credential)
        self.catalogue = catalogue
        where = endpoint or wire.home(catalogue)
        self.endpoint = wire.endpoint(where, allow_plain_http=allow_plain_http)
        self.account = account or credential.secret_id
        self.read_only = read_only
        self.budget = SHARED if budget is None else budget
        self.skew: timedelta | None = None
        """The service's clock less the one here, once an answer told it; to about a second."""
        self._credential = credential
        self._timeouts = timeouts or Timeouts()
        self.now, self._random, self._sleep = now, random, sleep
        self._transport = transport
        self._signature, self._language = signature, language
        self._correction = timedelta(0)
        self._built = 0
        """Requests put together so far."""
        self._down = False
        """The last call that was given up never got an answer, and none has come since: then a read is tried
        once, not again and again."""
        self._lines: Lines | None = None
        self._making: asyncio.Task[Lines] | None = None

    def __repr__(self) -> str:
        return f"Client({self.catalogue.service}, {self.endpoint.url}, read_only={self.read_only})"

    # The connection pool.

    async def warm(self) -> None:
        """Import httpx and make the connection pool, in a thread: both are slow, and neither has to wait."""
        await self._pool()

    async def _pool(self) -> Lines:
        if self._lines is None:
            if self._making is None:
                self._making = asyncio.ensure_future(asyncio.to_thread(self._make))
            # Several calls may wait for it; that one is cancelled must not take it from the others.
            self._lines = await asyncio.shield(self._making)
        return self._lines

    def _make(self) -> Lines:
        from urllib.request import getproxies

        from livetui.client.lean import import_httpx

        import_httpx()
        import httpx

        # What the first reading needs besides.
        import livetui.client.sweep  # noqa: F401
        from livetui.client.direct import Direct, PerHost, Stock

        wire.learn(self.catalogue)
        waits = self._timeouts
        # A proxy would carry plain http away from this host, which is what loopback is asked for.
        proxied = not self.endpoint.loopback and bool(getproxies())
        if self._transport is not None:
            return self._transport
        if proxied:
            return Stock(
                httpx.AsyncClient(
                    timeout=httpx.Timeout(waits.read, connect=waits.connect, pool=waits.total),
                    limits=httpx.Limits(
                        max_connections=CONNECTIONS,
                        max_keepalive_connections=CONNECTIONS,
                        keepalive_expiry=KEEPALIVE,
                    ),
                    follow_redirects=False,
                )
            )
        to = self.endpoint
        context = httpx.create_ssl_context() if to.scheme == "https" else None
        hosts = self.catalogue.hosts
        lines = {
            host: Direct(
                host,
                to.port,
                context,
                connections=CONNECTIONS,
                keep=KEEPALIVE,
                connect=waits.connect,
                read=waits.read,
            )
            for host in (hosts if to.hostname in hosts else (to.hostname,))
        }
        return lines[to.hostname] if len(lines) == 1 else PerHost(lines)

    async def aclose(self) -> None:
        """Close the connections. The client can be used again afterwards; it makes new ones."""
        making, self._making = self._making, None
        lines, self._lines = self._lines, None
        if lines is None and making is not None:
            lines = await making
        if lines is not None:
            await lines.aclose()

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    # One call.

    async def call(
        self,
        action: str,
        params: Mapping[str, Any],
        *,
        region: str | None = None,
        priority: Priority | None = None,
        check: bool = True,
    ) -> Reply:
        """Make one call and return the answer.

        Reads are tried again where that can help; a write is sent once. `check=False` leaves out the
        catalogue's check of the parameters, never the one for read-only. Raises ClientError in its many
        kinds, and UnknownAction for a name the catalogue does not have.
        """
        fact = self.catalogue.action(action)
        self.refuse(fact, params, region, check=check)
        if priority is None:
            priority = Priority.READ if fact.effect == "read" else Priority.WRITE
        started = asyncio.get_running_loop().time()
        attempt, corrected = 1, False
        while True:
            try:
                answer = await self._attempt(fact, params, region, priority)
            except SignatureExpired as error:
                # A definite no, so that even a write may go again, once, with the right time in it.
                if corrected or not self._correct(error):
                    raise
                corrected = True
            except ClientError as error:
                if isinstance(error, Throttled):
                    self.budget.throttled(self.account, fact.name)
                away = isinstance(error, Unreachable) or (isinstance(error, BadReply) and _behind(error))
                delay = retry.decide(attempt, error, fact.effect, self._random)
                if delay is None or (away and self._down):
                    self._down = away
                    raise
                attempt += 1
                await self._sleep(delay)
            else:
                self._down = False
                took = asyncio.get_running_loop().time() - started
                return Reply(fact.name, region, answer.data, answer.request_id, answer.raw, self.now(), took)

    async def sweep(
        self,
        action: str,
        params: Mapping[str, Any],
        *,
        region: str | None = None,
        regions: Sequence[str] = (),
        priority: Priority = Priority.READ,
        identity: Callable[[Mapping[str, Any]], Hashable] | None = None,
        keep: Callable[[str | None, dict[str, Any], Hashable], Any] | None = None,
    ) -> Sweep:
        """Read a whole list, in as many calls as it takes; see `livetui.client.sweep`."""
        await self._pool()  # what a sweep needs is imported there, in a thread
        from livetui.client.sweep import sweep, whole

        return await sweep(
            self,
            action,
            params,
            region=region,
            regions=regions,
            priority=priority,
            identity=identity,
            keep=keep or whole,
        )

    def refuse(
        self,
        action: Action,
        params: Mapping[str, Any],
        region: str | None,
        *,
        check: bool = True,
        to_send: bool = True,
    ) -> None:
        """Raise what speaks against a call before anything is sent: ReadOnly or BadParameters.

        `to_send=False` is for a request that is only looked at.
        """
        if self.read_only and to_send and action.effect != "read":
            raise ReadOnly(action.name, region)
        from livetui.catalogue.check import Problem
        from livetui.catalogue.check import check as check_parameters

        problems = []
        if action.regions and not region:
            problems.append(Problem("region", "missing", f"is required: {', '.join(action.regions)}"))
        elif check and region and action.regions and region not in action.regions:
            problems.append(Problem("region", "value", f"has to be one of: {', '.join(action.regions)}"))
        if region and not (region.isascii() and region.isprintable()):
            problems.append(Problem("region", "value", "is no region's name"))
        if check:
            problems += check_parameters(self.catalogue, action, params, self.service_time())
        if problems:
            raise BadParameters(action.name, problems, region)

    def service_time(self) -> datetime:
        """The time at the service, as far as its answers have told how it differs from the one here."""
        return self.now() + self._correction

    def build(self, action: str, params: Mapping[str, Any], region: str | None = None) -> httpx.Request:
        """The request a call would send at this moment, signed; it is not sent."""
        return self._build(self.catalogue.action(action), params, region)

    def _build(
        self, action: Action, params: Mapping[str, Any], region: str | None, when: datetime | None = None
    ) -> httpx.Request:
        self._built += 1
        try:
            return wire.build(
                self.catalogue,
                action,
                params,
                to=self.endpoint,
                credential=self._credential,
                region=region,
                when=when or self.service_time(),
                # Never the same twice in a row, whatever was drawn.
                nonce=1 + (int(self._random() * _NONCES) + self._built) % _NONCES,
                signature=self._signature,
                language=self._language,
            )
        except (ValueError, TypeError) as error:
            # The cause is cut off: its frames hold the key.
            reason = f"cannot be sent: {error}"
            from livetui.catalogue.check import Problem

            problem = Problem("", "type", reason)
        raise BadParameters(action.name, [problem], region)

    async def _attempt(
        self, action: Action, params: Mapping[str, Any], region: str | None, priority: Priority
    ) -> wire.Answer:
        """Send once. A write's failures are told apart by whether it can have been received."""
        pool = await self._pool()
        limit = action.rate_limit or self.catalogue.default_rate or _UNDOCUMENTED_RATE
        async with self.budget.slot(self.account, action.name, limit, priority, action.rate_window):
            sent = self.service_time()
            request = self._build(action, params, region, sent)
            status, headers, body = await self._exchange(pool, request, action, region)
        if self.skew is None:
            self._look_at_the_clock(headers)
        parsing = wire.parsing(self.catalogue, action.name, status, headers, body, region, sent)
        try:
            if action.effect != "read":
                return at_once(parsing)
            # A dozen pages that arrive together are a dozen turns of the loop, with keys in between.
            await turn()
            return await through(parsing)
        except SignatureExpired as error:
            error.skew_seconds = self._look_at_the_clock(headers)
            raise
        except BadReply as error:
            if action.effect == "read":
                raise
            raise OutcomeUnknown(action.name, error.message, region, status=status) from error

    async def _exchange(
        self, pool: Lines, request: httpx.Request, action: Action, region: str | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        import httpx

        unsent = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
        response = None
        try:
            async with asyncio.timeout(self._timeouts.total):
                response = await pool.handle_async_request(request)
                try:
                    return response.status_code, response.headers, await response.aread()
                finally:
                    await response.aclose()
        except unsent as error:
            raise Unreachable(action.name, _words(error), region) from error
        except (httpx.HTTPError, TimeoutError) as error:
            failed = error
        status = getattr(failed, "answered", None) if response is None else response.status_code
        if action.effect != "read":
            raise OutcomeUnknown(action.name, _words(failed), region, status=status) from failed
        if status is None:
            raise Unreachable(action.name, _words(failed), region, sent=True) from failed
        reason = f"cut short, {_words(failed)}"
        raise BadReply(action.name, reason, region, status=status, cut_short=True) from failed

    def _look_at_the_clock(self, headers: Mapping[str, str]) -> float | None:
        """Seconds that the service's clock is ahead of the one here; None where an answer told no time."""
        served = wire.served_at(headers)
        if served is None:
            return None
        self.skew = served - self.now()
        return self.skew.total_seconds()

    def _correct(self, error: SignatureExpired) -> bool:
        """Take over the service's time; False where the answer did not tell it, or tells what was known.

        Then the clock was not what is wrong: channel hosting has one code for it and for a request that came
        twice, and that one may have been done.
        """
        if error.skew_seconds is None:
            return False
        skew = timedelta(seconds=error.skew_seconds)
        if abs(skew - self._correction) < _SAME_TIME:
            return False
        self._correction = skew
        return True


def _behind(error: BadReply) -> bool:
    """Whether it came from something before the service: a proxy or a gateway that does not reach it."""
    return error.status is not None and error.status >= 500


def _words(error: Exception) -> str:
    """What happened, in words: httpx leaves them out for timeouts."""
    name = type(error).__name__
    text = str(error).strip()
    return f"{_PLAIN[name]}{f' ({text})' if text else ''}" if name in _PLAIN else text or name


_PLAIN = {
    "ConnectTimeout": "no connection in time",
    "PoolTimeout": "no free connection in time",
    "ReadTimeout": "no answer in time",
    "WriteTimeout": "the request could not be sent in time",
    "TimeoutError": "no whole answer in time",
    "ConnectError": "no connection",
    "ReadError": "the connection broke",
    "WriteError": "the connection broke",
    "RemoteProtocolError": "the connection was closed",
}


def _refuse_unsendable(credential: wire.Credential) -> None:
    """A key with blanks or foreign letters is a slip of copying, and could not stand in a header."""
    for name, value in (
        ("SecretId", credential.secret_id),
        ("SecretKey", credential.secret_key),
        ("token", credential.token or "-"),
    ):
        if not value or not value.isascii() or any(char <= " " or char == "\x7f" for char in value):
            problem = "is empty" if not value else "holds blanks or characters that no key has"
            raise BadCredential("", "BadCredential", f"the {name} {problem}")
