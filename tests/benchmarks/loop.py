"""How long the console's event loop is held, and how long a key waits, while the whole account is read.

The console runs headless on the served account; a ticker that wants to run every millisecond tells when it
could not. What other processes take of the core counts as held too; the column `own` is the most that the
console itself computed between two ticks. Python's collector is treated as the command line treats it.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import report
from served import Lifted, Place, served

SIZE = (80, 24)
TICK = 0.001
READINGS = 6
INTERVAL = 0.5
"""Seconds between two readings."""
HUNG = 60
"""Keys while no call is answered."""
FIRST, LATER = "loop held, first reading", "loop held, later readings"
KEY_EVERY = 0.05
GESTURES = {
    "a word filtered by": ("slash", *"harbor", "enter"),
    "a number filtered by": ("slash", *"fps", "less_than_sign", *"20", "enter"),
    "a pattern filtered by": ("slash", "tilde", *"7$", "enter"),
    "sorted by every column": ("greater_than_sign",) * 12,
}
"""What is typed, in one go, at a list whose rows nobody has looked at yet."""
CHARS = {"slash": "/", "tilde": "~", "less_than_sign": "<", "greater_than_sign": ">"}
PACES = {"no rate limit": True, "the documented 100 calls/s": False}


def run(args: argparse.Namespace) -> None:
    with served(args.streams) as (place, _):
        for pace, lifted in PACES.items():
            got = report.child("loop.measure", place=place.told, lifted=lifted)
            rows = [
                [
                    name,
                    *report.spread(gaps),
                    f"{sum(gap > 0.02 for gap in gaps)}",
                    report.ms(min(max(gaps), got["own"][name])) if name in got["own"] else "",
                ]
                for name, gaps in got["held"].items()
            ]
            title = f"{got['count']:,} streams, {pace}"
            report.table([title, *report.SPREAD, "over 20 ms", "own"], rows)
            changed = ", ".join(f"{share:.0%}" for share in got["changed"])
            print(f"  rows that each reading changed: {changed}; a reading took {report.ms(got['took'])}")


def measure(place: dict[str, str], lifted: bool) -> dict[str, Any]:
    return asyncio.run(_measure(Place(**place), lifted))


class Ticker:
    """Notes by how much later than asked for it runs, and the most CPU that passed in between."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self.own = 0.0
        self._loop = asyncio.get_running_loop()
        self._due = 0.0
        self._arm()

    def _arm(self) -> None:
        self._due, self._spent = time.perf_counter() + TICK, time.thread_time()
        self._handle = self._loop.call_later(TICK, self._run)

    def _run(self) -> None:
        self.late.append(time.perf_counter() - self._due)
        self.own = max(self.own, time.thread_time() - self._spent)
        self._arm()

    def stop(self) -> list[float]:
        self._handle.cancel()
        return self.late


async def _measure(place: Place, lifted: bool) -> dict[str, Any]:
    from livetui.client import Budget
    from livetui.commands.troubles import Cloud
    from livetui.console.app import LivetuiApp
    from livetui.console.collector import COLLECTOR
    from livetui.console.session import open_session
    from livetui.settings import Paths
    from livetui.watch.cells import utc_now

    with TemporaryDirectory() as folder:
        here = Path(folder)
        session = open_session(
            place.profile(poll_streams=INTERVAL, poll_others=3600.0, polling_share=1.0),
            Paths(here / "config", here / "state", here / "cache"),
            utc_now,
            client=place.client(Lifted() if lifted else Budget(polling_share=1.0)),
        )
        gc.disable()

        app = LivetuiApp(session, painted=COLLECTOR.begin)
        async with app.run_test(size=SIZE) as pilot:
            poller = session.poller("streams")
            await pilot.pause()  # what the start mounts is told of by `start`
            ticker = Ticker()
            while poller.snapshot.read is None:
                await pilot.pause(KEY_EVERY)
            await pilot.pause()
            held, own = {FIRST: ticker.stop()}, {FIRST: ticker.own}
            snapshots, took, keys = [poller.snapshot], [], []
            ticker = Ticker()
            while len(took) < READINGS:
                keys.append(await _key(app))
                if poller.snapshot is not snapshots[-1] and poller.snapshot.read is not None:
                    snapshots.append(poller.snapshot)
                    took.append(poller.snapshot.read.took)
                await pilot.pause(KEY_EVERY)
            held[LATER], own[LATER] = ticker.stop(), ticker.own
            held["key to painted row meanwhile"] = keys
            cloud = Cloud(place.url)
            cloud.order("faults", {"kind": "timeout", "action": "*"})
            held["the same, every call hanging"] = await _hung(app, pilot, poller)
            cloud.order("faults", method="DELETE")
            changed = [_changed(*two) for two in pairwise(snapshots)]
            count = len(snapshots.pop().things)
            snapshots.clear()
            session.paused = poller.paused = True
            for name, typed in GESTURES.items():
                until, ticker = await _typed(app, pilot, typed)
                told = f"{name} ({report.ms(until)}): loop held"
                held[told], own[told] = ticker.late, ticker.own
    return {"held": held, "own": own, "changed": changed, "took": max(took), "count": count}


def _changed(before: Any, after: Any) -> float:
    """The share of the things that a reading has other values for; what it says again is the same object."""
    return sum(
        old is None or old.held is not thing.held
        for identity, thing in after.things.items()
        for old in [before.things.get(identity)]
    ) / len(after.things)


async def _typed(app: Any, pilot: Any, keys: Sequence[str]) -> tuple[float, Ticker]:
    """All keys at once: seconds until the last of them has done its work, and the ticks until then."""
    from textual import events

    lists = app.lists
    lists.go("domains")
    await pilot.pause()
    lists.go("streams")
    await lists.shown()
    await pilot.pause()
    ticker, began = Ticker(), time.perf_counter()
    for key in keys:
        app.post_message(events.Key(key, CHARS.get(key, key if len(key) == 1 else None)))
    await pilot.pause()
    while app.keys_wait or lists.filter_box.open:
        await pilot.pause(TICK)
    took = time.perf_counter() - began
    ticker.stop()
    lists.table.set_filter("")
    return took, ticker


async def _hung(app: Any, pilot: Any, poller: Any) -> list[float]:
    """Cursor down, again and again while readings get no answer."""
    await pilot.pause(2 * INTERVAL)
    if not poller.reading:
        raise RuntimeError("no call hangs")
    keys = []
    for _ in range(HUNG):
        keys.append(await _key(app))
        await pilot.pause(KEY_EVERY)
    return keys


async def _key(app: Any) -> float:
    """Cursor down: seconds from the key to the frame with it."""
    painted = asyncio.Event()
    began = time.perf_counter()
    app.lists.table.action_move(1)
    app.lists.call_after_refresh(painted.set)
    await painted.wait()
    return time.perf_counter() - began
