"""The table on its own in a headless app, with the rows of the whole account in it."""

from __future__ import annotations

import argparse
import asyncio
import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import report
from served import Lifted, Place, served

SIZE = (80, 24)
REPEATED = 15
PAGES = 200


def run(args: argparse.Namespace) -> None:
    with served(args.streams) as (place, _):
        got = report.child("table.measure", place=place.told)
    rows = [[name, *report.spread(times)] for name, times in got["times"].items()]
    report.table([f"{got['count']:,} rows, {SIZE[0]}x{SIZE[1]}", *report.SPREAD], rows)


def measure(place: dict[str, str]) -> dict[str, Any]:
    return asyncio.run(_measure(Place(**place)))


async def _measure(place: Place) -> dict[str, Any]:
    from textual.app import App, ComposeResult

    from livetui.catalogue import load
    from livetui.client import Priority
    from livetui.console.table import Row, TableColumn, ThingTable
    from livetui.resources import book
    from livetui.watch.cells import Reader, utc_now
    from livetui.watch.gather import Account, gather

    class Alone(App[None]):
        def compose(self) -> ComposeResult:
            yield ThingTable()

    catalogue, resource = load("css"), book("css").resources["streams"]
    async with place.client(Lifted()) as client:
        account = Account("bench", client, catalogue, book("css"), (), utc_now)
        things = (await gather(account, resource, priority=Priority.READ)).things
    reader, now = Reader(catalogue, resource), utc_now()

    def rows(minutes: int = 0) -> list[Row]:
        at = now + timedelta(minutes=minutes)
        return [Row(thing.identity, reader.cells(thing, at)) for thing in things]

    app = Alone()
    times: dict[str, list[float]] = {}

    async def timed(name: str, do: Callable[[], object]) -> None:
        """How long the work itself takes, its painting included."""
        painted = asyncio.Event()
        began = time.perf_counter()
        do()
        table.render_lines(table.size.region)
        times.setdefault(name, []).append(time.perf_counter() - began)
        app.call_after_refresh(painted.set)
        await painted.wait()

    async with app.run_test(size=SIZE):
        table = app.query_one(ThingTable)
        table.focus()
        table.set_columns(
            [TableColumn(c.id, c.title, rank=c.rank, widest=c.widest) for c in resource.columns],
            kinds={c.id: c.kind for c in resource.columns},
        )
        first = rows()
        await timed("first shown", lambda: table.show(first))
        gc.collect()
        gc.freeze()
        for turn in range(REPEATED):
            made: list[Sequence[Row]] = []
            await timed("rows made anew", lambda made=made, turn=turn: made.append(rows(turn)))
            await timed("shown again, every row anew", lambda made=made: table.show(made[0]))
            few = list(made[0])
            for at in range(turn, len(few), 20):
                few[at] = replace(few[at], cells=few[at - 1].cells, changed=frozenset({"app", "rate"}))
            await timed("shown again, 5 % changed", lambda few=few: table.show(few))
            await timed("sorted by text", lambda: table.sort_by("domain"))
            await timed("sorted by a number", lambda: table.sort_by("rate", reverse=True))
            await timed("sorted by the key", lambda: table.sort_by("name"))
            await timed("filtered by a word", lambda: table.set_filter("harbor"))
            await timed("filtered by a number", lambda: table.set_filter("fps<20"))
            await timed("filtered by a pattern", lambda: table.set_filter("~[0-9]7"))
            await timed("filter taken off", lambda: table.set_filter(""))
        for _ in range(PAGES):
            await timed("page down", lambda: table.action_page(1))
        table.action_first()
        for _ in range(PAGES):
            await timed("cursor down", lambda: table.action_move(1))
    return {"times": times, "count": len(things)}
