"""Serves a receiver over real HTTP, by uvicorn, and renews what it says of itself in the state folder."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn

from livetui.listener.receiver import Receiver
from livetui.loopback import bind, until_signalled, url_of
from livetui.settings.listeners import BEAT, sweep, tell

MOST_AT_ONCE = 64
"""Connections that are answered at a time; more are answered 503."""
SOON = 1.0
"""Seconds between two looks whether the counts have changed."""


class Server(uvicorn.Server):
    """uvicorn that says when it listens, and tells of the listener until it ends."""

    def __init__(
        self,
        receiver: Receiver,
        url: str,
        folder: Path,
        ready: Callable[[], None] = lambda: None,
        warn: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._receiver, self._url, self._folder = receiver, url, folder
        self._ready, self._warn = ready, warn
        self._telling: asyncio.Task[None] | None = None
        self._untold = False
        config = uvicorn.Config(
            receiver,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=60,
            timeout_graceful_shutdown=2,
        )
        super().__init__(config)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await asyncio.to_thread(self._sweep)
        await self._tell()
        self._telling = asyncio.create_task(self._keep_telling())
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if self._telling is not None:
            self._telling.cancel()
            await asyncio.wait([self._telling])
        await self._tell(ended=True)

    async def _keep_telling(self) -> None:
        """Soon after each change and at every beat; ends the server when nobody reads its output."""
        changes, idle = self._receiver.changes, 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._receiver.nobody_reads.wait(), SOON)
                self.should_exit = True
                return
            idle += SOON
            if changes != self._receiver.changes or idle >= BEAT.total_seconds():
                changes, idle = self._receiver.changes, 0.0
                await self._tell()

    async def _tell(self, *, ended: bool = False) -> None:
        """The listener goes on where this can't be written: events have a file, and a say, of their own."""
        told = self._receiver.told(self._url, ended=ended)
        try:
            await asyncio.to_thread(tell, self._folder, told)
        except OSError as error:
            if not self._untold:
                self._warn(f"the counts cannot be written to {self._folder}: {error.strerror or error}")
            self._untold = True
        else:
            self._untold = False

    def _sweep(self) -> None:
        try:
            sweep(self._folder, self._receiver.told(self._url).at)
        except OSError as error:
            self._warn(f"what earlier listeners left in {self._folder} stays: {error.strerror or error}")


def run(server: Server, listening: socket.socket) -> None:
    """Serves until SIGTERM or SIGINT, or until nobody reads what is shown."""
    with until_signalled(listening) as sockets:
        server.run(sockets=sockets)


@contextlib.contextmanager
def served(receiver: Receiver, folder: Path, host: str = "127.0.0.1") -> Iterator[str]:
    """The receiver served from a thread while the context lasts; gives its URL. For tests."""
    listening = bind(host, 0)
    listens = threading.Event()
    server = Server(receiver, url_of(listening), folder, listens.set)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(server.serve(sockets=[listening]))
        except BaseException as failure:
            failures.append(failure)
            raise
        finally:
            listens.set()

    thread = threading.Thread(target=work, name="listener")
    thread.start()
    try:
        listens.wait(30)
        if failures:
            raise RuntimeError("the listener did not start") from failures[0]
        yield url_of(listening)
    finally:
        server.should_exit = True
        thread.join(30)
        listening.close()
