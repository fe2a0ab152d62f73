"""All online streams in pages of 100: our client, and the official SDK one after the other and in threads.

Each client runs in a process of its own, with connections kept; wall and CPU are those of the sweep alone,
after one call that opens what stays open.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from report import child, ms, table
from served import Lifted, Place, cpu_of, served

from livetui.catalogue import load
from livetui.client import Budget, Priority

ACTION, PAGE = "DescribeLiveStreamOnlineList", 100
CLIENTS = {"livetui": "ours", "SDK, sequential": "sdk", "SDK, 8 threads": "sdk_threads"}
LATENCIES = (0, 20)


def run(args: argparse.Namespace) -> None:
    for latency in LATENCIES:
        with served(args.streams, latency) as (place, pid):
            got: dict[str, list[dict[str, float]]] = {name: [] for name in CLIENTS}
            for _ in range(args.rounds):
                for name, function in CLIENTS.items():
                    before = cpu_of(pid)
                    result = child(f"sweep.{function}", place=place.told, streams=args.streams)
                    after = cpu_of(pid)
                    if before is not None and after is not None:
                        result["server"] = after - before
                    got[name].append(result)
        _print(got, latency, args)
    _paced(args)


def _paced(args: argparse.Namespace) -> None:
    """At the documented rate, the share of polling lifted: the least is what the limit leaves."""
    got = []
    for _ in range(args.rounds):
        with served(args.streams, limited=True) as (place, _):
            got.append(child("sweep.paced", place=place.told, streams=args.streams))
    middle = {key: median(one[key] for one in got) for key in got[0]}
    pages, limit = round(middle["pages"]), load("css").action(ACTION).rate_limit
    least = float(-(-pages // limit) - 1)
    title = f"{pages} pages, {limit} calls in any one second"
    rows = [["livetui", ms(middle["wall"]), f"{middle['wall'] / least:.2f}"]]
    table([title, "wall", "to the least"], rows)


def _print(got: dict[str, list[dict[str, float]]], latency: int, args: argparse.Namespace) -> None:
    middle = {
        name: {key: median(result[key] for result in results) for key in results[0]}
        for name, results in got.items()
    }
    threads = middle["SDK, 8 threads"]
    rows = [
        [
            name,
            ms(one["wall"]),
            f"{one['pages'] / one['wall']:,.0f}",
            f"{threads['wall'] / one['wall']:.2f}",
            ms(one["cpu"] / one["pages"]),
            f"{one['cpu'] / threads['cpu']:.2f}",
            ms(one["server"] / one["pages"]) if "server" in one else "?",
        ]
        for name, one in middle.items()
    ]
    title = f"{threads['count']:,.0f} streams, +{latency} ms, median of {args.rounds}"
    table([title, "wall", "pages/s", "pace", "CPU/page", "CPU", "server CPU/page"], rows)
    print("  pace and CPU: to the SDK's eight threads (more and less is better)")


def ours(place: dict[str, str], streams: int) -> dict[str, float]:
    """As the console reads it: rows told apart by their identity."""

    async def both() -> dict[str, float]:
        async with Place(**place).client(Lifted()) as client:
            await client.call(ACTION, {"PageNum": 1, "PageSize": 10})
            wall, cpu = time.perf_counter(), time.process_time()
            got = await client.sweep(ACTION, {}, identity=_identity)
            took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
            count = len(got.items)
            return {**took, **_enough(count, streams)}

    return asyncio.run(both())


def paced(place: dict[str, str], streams: int) -> dict[str, float]:
    """The same within the limit: the first calls at once, the others as their second has passed."""

    async def all_of_it() -> dict[str, float]:
        async with Place(**place).client(Budget(polling_share=1.0)) as client:
            await client.call("DescribeLiveDomains", {})
            wall = time.perf_counter()
            got = await client.sweep(ACTION, {}, identity=_identity, priority=Priority.POLL)
            took = time.perf_counter() - wall
            if client.budget.spent(client.account).throttled_at is not None:
                raise RuntimeError("the limit was not kept")
            return {"wall": took, **_enough(len(got.items), streams)}

    return asyncio.run(all_of_it())


def _identity(row: Any) -> tuple[str, str, str]:
    return row["DomainName"], row["AppName"], row["StreamName"]


def _enough(count: int, streams: int) -> dict[str, float]:
    if count < streams * 0.95:
        raise RuntimeError(f"only {count} of {streams} streams came")
    return {"pages": -(-count // PAGE), "count": count}


def _sdk_client(place: dict[str, str]) -> Any:
    from tencentcloud.common.credential import Credential
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
    from tencentcloud.live.v20180801.live_client import LiveClient

    host = place["url"].removeprefix("http://")
    http = HttpProfile(protocol="http", endpoint=host, keepAlive=True)
    return LiveClient(
        Credential(place["secret_id"], place["secret_key"]), "", ClientProfile(httpProfile=http)
    )


def _sdk_page(client: Any, number: int, size: int = PAGE) -> Any:
    from tencentcloud.live.v20180801.models import DescribeLiveStreamOnlineListRequest

    request = DescribeLiveStreamOnlineListRequest()
    request.PageNum, request.PageSize = number, size
    return client.DescribeLiveStreamOnlineList(request)


def sdk(place: dict[str, str], streams: int) -> dict[str, float]:
    """Page after page, as its users write it."""
    client = _sdk_client(place)
    _sdk_page(client, 1, 10)
    wall, cpu = time.perf_counter(), time.process_time()
    first = _sdk_page(client, 1)
    rows = list(first.OnlineInfo)
    for number in range(2, first.TotalPage + 1):
        rows += _sdk_page(client, number).OnlineInfo
    took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    return {**took, **_enough(len(rows), streams)}


def sdk_threads(place: dict[str, str], streams: int) -> dict[str, float]:
    """The first page, then the others by eight threads with a client each."""
    from concurrent.futures import ThreadPoolExecutor
    from queue import SimpleQueue

    idle: SimpleQueue[Any] = SimpleQueue()
    for _ in range(8):
        client = _sdk_client(place)
        _sdk_page(client, 1, 10)
        idle.put(client)

    def page(number: int) -> Sequence[Any]:
        client = idle.get()
        try:
            return _sdk_page(client, number).OnlineInfo
        finally:
            idle.put(client)

    with ThreadPoolExecutor(8) as threads:
        wall, cpu = time.perf_counter(), time.process_time()
        client = idle.get()
        first = _sdk_page(client, 1)
        idle.put(client)
        rows = list(first.OnlineInfo)
        for more in threads.map(page, range(2, first.TotalPage + 1)):
            rows += more
        took = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    return {**took, **_enough(len(rows), streams)}
