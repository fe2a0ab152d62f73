"""Six hundred streams forbidden at once, at the documented 200 calls a second, against the least time.

The least time is what the limit leaves: the first 200 at once, each further 200 a second later. The whole
run is measured too: reading all again, sending with every intent on disk before its call, and seeing the
effect of each.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from report import child, ms, table
from served import Place, served

from livetui.catalogue import load
from livetui.catalogue.times import to_wire
from livetui.client import Budget, Priority
from livetui.operations.bulk import Run, calls_of
from livetui.operations.guard import Guard
from livetui.operations.journal import Journal, pair, read
from livetui.operations.targets import plan, read_again
from livetui.resources import book
from livetui.watch.gather import Account, gather

CALLS = 600


def run(args: argparse.Namespace) -> None:
    rows = []
    for latency in (0, 20):
        got = []
        for _ in range(args.rounds):
            with served(CALLS * 2, latency, limited=True) as (place, _):
                got.append(child("bulk.forbid", place=place.told, calls=CALLS))
        middle = {key: median(one[key] for one in got) for key in got[0]}
        rows.append(
            [
                f"{CALLS} forbids, +{latency} ms",
                ms(middle["again"]),
                ms(middle["sent"]),
                f"{middle['sent'] / middle['least']:.2f}",
                ms(middle["seen"]),
                f"{middle['throttled']:.0f}",
                f"{middle['cpu'] / CALLS * 1000:.2f} ms",
            ]
        )
    table(["", "read again", "sent", "to the least", "effective", "throttled", "CPU/call"], rows)
    print("  sent: from the first intent to the last answer; effective: until all are seen to be")


def forbid(place: dict[str, str], calls: int) -> dict[str, float]:
    """One bulk run, as the console and `livetui run` make it."""
    return asyncio.run(_forbid(Place(**place), calls))


async def _forbid(place: Place, calls: int) -> dict[str, float]:
    catalogue, resources = load("css"), book("css")

    def now() -> datetime:
        return datetime.now(UTC)

    with tempfile.TemporaryDirectory() as folder:
        async with place.client(Budget()) as client:
            account = Account("bench", client, catalogue, resources, (), now)
            guard = Guard(account, Journal(Path(folder) / "journal.jsonl", now), place.secret_id)
            streams = resources.resources["streams"]
            verb = streams.verb("forbid")
            assert verb is not None
            things = (await gather(account, streams, priority=Priority.READ)).things
            seen: dict[str, Any] = {}
            for thing in things:
                seen.setdefault(thing.data["StreamName"], thing)
            made = plan(streams, verb, list(seen.values())[:calls])
            clock, cpu = time.perf_counter(), time.process_time()
            present = await read_again(account, streams, verb, made.things)
            again = time.perf_counter() - clock
            until = to_wire("utc", now() + timedelta(hours=1))
            answers = {"ResumeTime": until, "Reason": "a measurement"}
            going = Run(guard, streams, verb, calls_of(account, made, present, answers, operator="bench"))
            clock = time.perf_counter()
            task = asyncio.create_task(going.go())
            await going.sent.wait()
            sent = time.perf_counter() - clock
            await task
            whole = time.perf_counter() - clock
            if going.counts["effective"] != calls:
                raise RuntimeError(f"not all took effect: {dict(going.counts)}")
            records = pair(read(guard.journal.path))
            throttled = sum(record.status == "refused" for record in records)
    limit = catalogue.action("ForbidLiveStream").rate_limit
    return {
        "again": again,
        "sent": sent,
        "seen": whole,
        "least": -(-calls // limit) - 1,
        "throttled": throttled,
        "cpu": time.process_time() - cpu,
    }
