"""Serves an emulator over real HTTP, by uvicorn, from a socket that is bound before anything else happens."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import get_remote_addr

from livetui.emulator.app import Connection, Emulator, application
from livetui.loopback import bind, until_signalled, url_of

_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of nothing: closing the socket resets the connection instead of ending it."""


class Server(uvicorn.Server):
    """uvicorn that says when it listens, and leaves nobody waiting when it ends."""

    def __init__(self, emulator: Emulator, ready: Callable[[], None] = lambda: None) -> None:
        self._emulator, self._ready = emulator, ready
        self._noticing: asyncio.Task[None] | None = None
        config = uvicorn.Config(
            application(emulator),
            http=_protocol(emulator.connections),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            # The date is the account's, not the machine's.
            date_header=False,
            server_header=False,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=2,
        )
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._noticing = asyncio.create_task(self._emulator.notices.run(self._emulator.closing))
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._emulator.closing.set()
        await super().shutdown(sockets)
        if self._noticing is not None:
            self._noticing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._noticing


def _protocol(connections: dict[tuple[str, int], Connection]) -> type[H11Protocol]:
    """uvicorn's HTTP protocol, which also keeps the list of who is connected."""

    class Wire(H11Protocol):
        peer: tuple[str, int] | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.peer = get_remote_addr(transport)
            if self.peer is not None:
                connections[self.peer] = self

        def connection_lost(self, exc: Exception | None) -> None:
            if self.peer is not None:
                connections.pop(self.peer, None)
            super().connection_lost(exc)

        def reset(self) -> None:
            self._over()
            plug = self.transport.get_extra_info("socket")
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.transport.abort()

        def close(self) -> None:
            self._over()
            self.transport.close()

        def _over(self) -> None:
            # What is not answered now never will be; uvicorn is not to answer 500 in its place.
            if self.cycle is not None:
                self.cycle.disconnected = True

    return Wire


def run(
    emulator: Emulator, listening: socket.socket, ready: Callable[[], None], until: Callable[..., None]
) -> None:
    """Serves until SIGTERM, SIGINT, or until `until`, in a thread of its own, calls what it gets."""
    server = Server(emulator, ready)

    def stop() -> None:
        server.should_exit = True

    threading.Thread(target=until, args=(stop,), daemon=True).start()
    with until_signalled(listening) as sockets:
        server.run(sockets=sockets)


@contextlib.contextmanager
def served(emulator: Emulator, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """The emulator served from a thread while the context lasts; gives its URL. For tests and benchmarks."""
    listening = bind(host, port)
    listens = threading.Event()
    server = Server(emulator, listens.set)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(server.serve(sockets=[listening]))
        except BaseException as failure:
            failures.append(failure)
            raise
        finally:
            listens.set()

    thread = threading.Thread(target=work, name="emulator")
    thread.start()
    try:
        listens.wait(30)
        if failures:
            raise RuntimeError("the emulator did not start") from failures[0]
        yield url_of(listening)
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()


def wait_for_stdin(stop: Callable[[], Any]) -> None:
    """Stops when standard input ends: the parent that held its other end is gone."""
    with contextlib.suppress(OSError):
        # Unbuffered: a thread that dies holding sys.stdin's lock takes the interpreter's end with it.
        while os.read(0, 4096):
            pass
    stop()


def wait_for_parent(pid: int, stop: Callable[[], Any]) -> None:
    """Stops when a process is gone, looked for twice a second."""
    pause = threading.Event()
    while _alive(pid):
        pause.wait(0.5)
    stop()


def _alive(pid: int) -> bool:
    if pid == _PARENT and os.getppid() != pid:
        # It may linger unburied: whoever adopted us is our parent now.
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


_PARENT = os.getppid()
"""Who started this process."""
