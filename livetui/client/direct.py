"""A lean HTTP/1.1 transport of httpx's requests: of known length, to one host, answers read whole.

It does what this client needs and no more, and a call costs less than half the time that it does with httpx's
own client and transport. Where a proxy is set those are used (`Client._make`).
"""

from __future__ import annotations

import asyncio
import re
import select
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import httpx

_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9][0-9])(?: .*)?")
_LONGEST_HEAD = 65536
_NEXT_ADDRESS = 1.0
"""Seconds that an address of a name has to answer in while there is another to try."""

Headers = list[tuple[bytes, bytes]]


class _Broken(Exception):
    """The connection cannot go on; the message says why. `timed_out` tells a silence from a fault."""

    def __init__(self, reason: str, *, timed_out: bool = False) -> None:
        super().__init__(reason)
        self.timed_out = timed_out
        self.status: int | None = None
        """Set when the answer's head had come."""


class _Line(asyncio.Protocol):
    """One connection, one exchange at a time."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._answer: asyncio.Future[bytes] | None = None
        self._buffer = bytearray()
        self._heard = 0.0
        self._reset()
        self.idle_since = 0.0
        self.usable = True

    def _reset(self) -> None:
        self.status: int | None = None
        self.headers: Headers = []
        self._length: int | None = None
        """Bytes of the body; None for chunks, or for all until the end."""
        self._chunks: bytearray | None = None

    # What asyncio tells.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.close()  # nobody asked for it
            return
        self._heard = self._loop.time()
        self._buffer += data
        try:
            self._read_on()
        except _Broken as error:
            self._fail(error)

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        until_end = self.status is not None and self._length is None and self._chunks is None
        if until_end and exc is None:
            self._finish(bytes(self._buffer))
        else:
            self._fail(_Broken(str(exc) if exc else "closed by the other side"))

    # One exchange.

    async def exchange(self, data: bytes, patience: float) -> bytes:
        """Send a request, return the body of the answer; `status` and `headers` then hold the rest.

        `patience` is the longest silence, in seconds. Raises _Broken; the connection is then closed.
        """
        assert self._transport is not None
        self._reset()
        self._answer = self._loop.create_future()
        self._heard = self._loop.time()
        alarm = self._loop.call_later(patience, self._look, patience)
        try:
            self._transport.write(data)
            return await self._answer
        except BaseException:
            self.close()
            raise
        finally:
            alarm.cancel()
            if self._alarm is not None:
                self._alarm.cancel()
                self._alarm = None
            self._answer = None

    _alarm: asyncio.TimerHandle | None = None

    def _look(self, patience: float) -> None:
        """Has it been silent for too long?"""
        left = self._heard + patience - self._loop.time()
        if left > 0:
            self._alarm = self._loop.call_later(left, self._look, patience)
        else:
            self._fail(_Broken("", timed_out=True))

    def _fail(self, error: _Broken) -> None:
        error.status = self.status
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error)
        self.close()

    def _finish(self, body: bytes) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(body)

    def close(self) -> None:
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    @property
    def stale(self) -> bool:
        """Whether the other side has hung up, or spoken out of turn, while nobody asked."""
        if not self.usable or self._transport is None or self._transport.is_closing():
            return True
        handle = self._transport.get_extra_info("socket").fileno()
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(0))

    # The answer.

    def _read_on(self) -> None:
        while self.status is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > _LONGEST_HEAD:
                    raise _Broken("the answer's head does not end")
                return
            head = bytes(self._buffer[:end])
            del self._buffer[: end + 4]
            self._read_head(head)
        if self._chunks is not None:
            self._read_chunks()
        elif self._length is not None and len(self._buffer) >= self._length:
            body = bytes(self._buffer[: self._length])
            del self._buffer[: self._length]
            self._end(body)

    def _read_head(self, head: bytes) -> None:
        first, *lines = head.split(b"\r\n")
        found = _STATUS.fullmatch(first)
        if found is None:
            raise _Broken("what answered does not speak HTTP")
        status = int(found[2])
        if status < 200:
            return  # only says that the answer is to come
        headers: Headers = []
        for line in lines:
            name, colon, value = line.partition(b":")
            if not colon or not name or name != name.strip():
                raise _Broken("the answer has a malformed header")
            headers.append((name.lower(), value.strip()))
        self.status, self.headers = status, headers
        named = dict(headers)
        tokens = named.get(b"connection", b"").lower()
        if b"close" in tokens or (found[1] == b"0" and b"keep-alive" not in tokens):
            self.usable = False
        if named.get(b"transfer-encoding", b"").lower() == b"chunked":
            self._chunks = bytearray()
        elif b"content-length" in named:
            lengths = {value for name, value in headers if name == b"content-length"}
            if len(lengths) > 1 or not re.fullmatch(rb"[0-9]{1,12}", named[b"content-length"]):
                raise _Broken("the answer's length is malformed")
            self._length = int(named[b"content-length"])
        elif status in (204, 304):
            self._length = 0
        else:
            self.usable = False  # all until the end

    def _read_chunks(self) -> None:
        assert self._chunks is not None
        while (end := self._buffer.find(b"\r\n")) >= 0:
            size_text = bytes(self._buffer[:end]).partition(b";")[0].strip()
            if not re.fullmatch(rb"[0-9a-fA-F]{1,8}", size_text):
                raise _Broken("the answer has a malformed chunk")
            size = int(size_text, 16)
            if size == 0:
                self._read_trailer(end)
                return
            if len(self._buffer) < end + 2 + size + 2:
                return
            self._chunks += self._buffer[end + 2 : end + 2 + size]
            del self._buffer[: end + 2 + size + 2]

    def _read_trailer(self, end: int) -> None:
        """What stands between the last chunk and the empty line is left out."""
        assert self._chunks is not None
        last = self._buffer.find(b"\r\n\r\n", end)
        if last >= 0:
            del self._buffer[: last + 4]
            self._end(bytes(self._chunks))

    def _end(self, body: bytes) -> None:
        if self._buffer:
            self.usable = False  # more than was asked for
        self._finish(body)
        if not self.usable and self._transport is not None:
            self._transport.abort()


class Lines(Protocol):
    """What sends a request and brings the answer: httpx's own transports are, too."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response: ...
    async def aclose(self) -> None: ...


class Stock:
    """httpx as it comes, for the proxies that the environment names."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._client.send(request, stream=True)

    async def aclose(self) -> None:
        await self._client.aclose()


class Direct:
    """Keeps connections to one host and sends requests over them.

    Raises what httpx's own transport raises; an error's `answered` is the status where the head had come.
    """

    def __init__(
        self,
        host: str,
        port: int,
        context: ssl.SSLContext | None,
        *,
        connections: int,
        keep: float,
        connect: float,
        read: float,
    ) -> None:
        self._host, self._port, self._context = host, port, context
        self._keep, self._connect, self._read = keep, connect, read
        self._idle: list[_Line] = []
        self._connections = connections
        self._gate: asyncio.Semaphore | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it and read the whole answer."""
        import httpx

        if self._gate is None:
            self._gate = asyncio.Semaphore(self._connections)
        async with self._gate:
            line = self._kept() or await self._opened()
            try:
                body = await line.exchange(_written(request), self._read)
            except _Broken as error:
                failed = _as_httpx(error)
            else:
                assert line.status is not None
                if line.usable:
                    line.idle_since = asyncio.get_running_loop().time()
                    self._idle.append(line)
                return httpx.Response(line.status, headers=line.headers, content=body)
        raise failed

    def _kept(self) -> _Line | None:
        """The connection used last, as long as it is good; what has grown old or stale is closed."""
        oldest = asyncio.get_running_loop().time() - self._keep
        while self._idle:
            line = self._idle.pop()
            if line.idle_since > oldest and not line.stale:
                return line
            line.close()
        return None

    async def _opened(self) -> _Line:
        import httpx

        try:
            async with asyncio.timeout(self._connect):
                line = await self._line(await _connected(self._host, self._port))
        except TimeoutError as error:
            raise httpx.ConnectTimeout("") from error
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(getattr(error, "strerror", None) or str(error)) from error
        return line

    async def _line(self, connected: socket.socket) -> _Line:
        """The connection on a socket, with TLS where there has to be; the socket is closed when it fails."""
        try:
            _, line = await asyncio.get_running_loop().create_connection(
                _Line,
                sock=connected,
                ssl=self._context,
                server_hostname=self._host if self._context else None,
            )
        except BaseException:
            connected.close()
            raise
        return line

    async def aclose(self) -> None:
        """Close what is idle."""
        idle, self._idle = self._idle, []
        for line in idle:
            line.close()
        # A closed connection's transport says so in the next turn of the loop.
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(0)


class PerHost:
    """The lines of a service that has several hosts."""

    def __init__(self, lines: Mapping[str, Direct]) -> None:
        self._lines = lines

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._lines[request.url.host].handle_async_request(request)

    async def aclose(self) -> None:
        for line in self._lines.values():
            await line.aclose()


async def _connected(host: str, port: int) -> socket.socket:
    """A socket connected to the first of the host's addresses that answers. Raises OSError.

    One after the other: asyncio's own race between them fails an assertion of its own in Python 3.12 and
    3.13.0 on a loop whose tasks start at once, and the console's toolkit makes such a loop.
    """
    loop = asyncio.get_running_loop()
    addresses = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    failed = OSError(f"no address of {host}")
    for family, kind, protocol, _, address in addresses:
        patience = None if address == addresses[-1][-1] else _NEXT_ADDRESS
        made = socket.socket(family, kind, protocol)
        try:
            made.setblocking(False)
            async with asyncio.timeout(patience):
                await loop.sock_connect(made, address)
        except OSError as error:
            made.close()
            failed = error
        except BaseException:
            made.close()
            raise
        else:
            return made
    raise failed


def _as_httpx(error: _Broken) -> httpx.TransportError:
    import httpx

    kind: type[httpx.TransportError] = httpx.ReadTimeout if error.timed_out else httpx.RemoteProtocolError
    made = kind(str(error))
    made.answered = error.status  # type: ignore[attr-defined]
    return made


def _written(request: httpx.Request) -> bytes:
    """The request's bytes. Its headers were put together from checked parts (`wire.build`)."""
    body = request.content
    lines = [b"%s %s HTTP/1.1" % (request.method.encode(), request.url.raw_path)]
    lines += [b"%s: %s" % (name, value) for name, value in request.headers.raw]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
