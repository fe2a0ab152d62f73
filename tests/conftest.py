"""What every test may use: an emulated account, served over real HTTP or called in process.

`emulator` and `emulator_app` stand at a fixed time (`emulated.NOW`) and only move when told. `emulator_now`
is served and stands at the machine's time of the moment it was made, for clients that sign with the
machine's clock (the official SDK, tccli, child processes).
"""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import httpx
import pytest
from emulated import InProcess, Served, make_emulator
from hypothesis import settings

from livetui.emulator import serve
from livetui.emulator.app import application

# How long an example takes says more of the machine's other work than of the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


LONGEST = 240.0
"""Seconds that a test may take; the slowest takes half a minute on a slow machine."""


@pytest.fixture(autouse=True)
def in_time() -> Iterator[None]:
    """A test that hangs fails, and its traceback says where."""

    def over(*_: object) -> None:
        raise TimeoutError(f"not over after {LONGEST:.0f} s")

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="session")
def leave() -> Iterator[Callable[[ExitStack], None]]:
    """Closes what a test used while the next one runs: a server takes a fifth of a second to end."""
    leaving: list[Thread] = []

    def close(stack: ExitStack) -> None:
        leaving.append(Thread(target=stack.close))
        leaving[-1].start()

    yield close
    for thread in leaving:
        thread.join()


@pytest.fixture
def serve_emulator(leave: Callable[[ExitStack], None]) -> Iterator[Callable[..., Served]]:
    """Serves as many emulators as asked for; takes what `make_emulator` takes."""
    stack = ExitStack()

    def start(**options: Any) -> Served:
        emulator = make_emulator(**options)
        url = stack.enter_context(serve.served(emulator))
        # It speaks plain http: to read the certificates that it never asks for takes longer than a test.
        http = stack.enter_context(httpx.Client(timeout=10, trust_env=False, verify=False))
        return Served(url, emulator, http)

    yield start
    leave(stack)


@pytest.fixture
def emulator(serve_emulator: Callable[..., Served]) -> Served:
    """Served on loopback, standing at NOW."""
    return serve_emulator()


@pytest.fixture
def emulator_now(serve_emulator: Callable[..., Served]) -> Served:
    """Served on loopback, standing at the machine's present time."""
    return serve_emulator(at=datetime.now(UTC).replace(microsecond=0))


@pytest.fixture
async def emulator_app() -> AsyncIterator[InProcess]:
    """Called in process, standing at NOW."""
    emulator = make_emulator()
    asgi = application(emulator)
    transport = httpx.ASGITransport(app=asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator.example") as http:
        yield InProcess(asgi, emulator, http)
