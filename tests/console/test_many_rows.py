"""Tens of thousands of rows: what a key asks of all of them is done in slices, never by halves."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from emulated import Served
from hypothesis import given, settings
from hypothesis import strategies as st
from opened import opened
from test_ahead import burst
from test_table import SPEC, Bench, row
from textual import events

from livetui.console import finding
from livetui.console.finding import SEARCH
from livetui.console.table import Row, ThingTable
from livetui.console.table.listing import SAMPLE, Listing
from livetui.console.table.order import RUN, SLICE
from livetui.console.table.steps import MANY
from livetui.watch.filter import Filter, FilterError

COUNT = 3 * RUN + 1
MADE_WIDE = 2 * SAMPLE
"""Rows whose cells are looked at for the columns' widths and for painting, besides those of a slice."""


def parsed(text: str) -> Filter:
    return Filter.parse(text, SPEC)


def shown(listing: Listing) -> list[Any]:
    return [found.identity for line in range(len(listing)) if (found := listing.row(line)) is not None]


class Touched(tuple[Any, ...]):
    """A row's cells that count how many rows were looked at between two turns of the loop."""

    rows: set[int] = set()

    def __iter__(self) -> Iterator[Any]:
        self.rows.add(id(self))
        return super().__iter__()

    def __getitem__(self, number: Any) -> Any:
        self.rows.add(id(self))
        return super().__getitem__(number)


def many(count: int = COUNT) -> list[Row]:
    made = [row(f"s{i:05d}", bitrate=i % 97, client=f"10.0.{i % 7}.{i % 250}") for i in range(count)]
    return [Row(one.identity, Touched(one.cells)) for one in made]


@contextmanager
def turns() -> Iterator[list[int]]:
    """Rows looked at in each turn of the loop."""
    loop, counted = asyncio.get_running_loop(), list[int]()

    def turn() -> None:
        counted.append(len(Touched.rows))
        Touched.rows.clear()
        nonlocal handle
        handle = loop.call_soon(turn)

    Touched.rows.clear()
    handle = loop.call_soon(turn)
    yield counted
    handle.cancel()


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0)


# Counts.


@pytest.mark.parametrize("text", ["cam", "s000", "!b", "bitrate>40", "~7$", "client:10.0.3", "bitrate!=3 s"])
def test_a_filter_pauses_once_a_slice(text: str) -> None:
    listing = Listing()
    listing.show(many())
    pauses = sum(1 for _ in listing.filtering(parsed(text)))
    assert pauses == COUNT // SLICE + 1 + min(SAMPLE, len(listing)), "and once a row that will be in view"
    assert shown(listing) == [one.identity for one in listing.rows if parsed(text).matches(one.cells)]


def test_a_sort_pauses_once_a_slice_of_every_column_and_once_a_key() -> None:
    listing = Listing()
    rows = many()
    random.Random(3).shuffle(rows)
    listing.show(rows)
    pauses = sum(1 for _ in listing.sorting((2, True), (3, False)))
    assert pauses >= 2 * (COUNT // SLICE + 1) + 2 * (COUNT // RUN + 1)
    at_once = Listing()
    at_once.show(rows)
    at_once.sort((2, True), (3, False))
    assert shown(listing) == shown(at_once) != [one.identity for one in rows]


def test_a_search_pauses_once_a_slice() -> None:
    listing = Listing()
    listing.show(many())
    steps = listing.finding(parsed(f"name:s{COUNT - 1:05d}"), 1)
    assert sum(1 for _ in steps) == COUNT // SLICE
    assert listing.line == 0, "nothing is moved by looking"


async def test_no_turn_of_the_loop_goes_through_more_than_a_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livetui.turns.WORK", 0.0)  # every pause is due
    app = Bench()
    async with app.run_test(size=(60, 9)) as pilot:
        table = app.table
        table.show(many())
        await pilot.pause()
        for key in ("greater_than_sign", "greater_than_sign", "equals_sign", "equals_sign"):
            before = table.sort_keys
            with turns() as counted:
                app.post_message(events.Key(key, None))
                await until(lambda before=before: table.sort_keys != before)
            assert sum(counted) >= COUNT - 1
            assert max(counted) <= SLICE + MADE_WIDE < COUNT
        assert [one.cells[1].text for one in table.rows[:2]] == ["live", "live"]


# What changes in the middle.


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_pauses_show_nothing_by_halves_whatever_happens_in_them(seed: int) -> None:
    """At every pause the list is as the last that came to its end has made it, for the rows there are."""
    rng = random.Random(seed)
    listing = Listing()
    listing.height = 5
    texts = ["", "s", "!s00001", "bitrate>40", "~7$", "s bitrate<90"]
    rows = many(rng.choice([0, 3, SLICE, SLICE + 7]))
    listing.show(rows)
    text, keys = "", ()
    wanted_text, wanted_keys = (
        rng.choice(texts),
        tuple((column, rng.random() < 0.5) for column in rng.sample(range(4), rng.randrange(3))),
    )
    going = {
        "filter": listing.filtering(parsed(wanted_text)),
        "sort": listing.sorting(*wanted_keys),
    }
    fresh: list[Row] = []
    for _ in range(60):
        what = rng.choice([*going, "show", "move", "mark"])
        if what in going:
            try:
                next(going[what])
            except StopIteration:
                del going[what]
                text = wanted_text if what == "filter" else text
                keys = wanted_keys if what == "sort" else keys
        elif what == "show" and rng.random() < 0.3:
            rows = [one for one in rows if rng.random() < 0.95] + [row(f"n{rng.randrange(99)}", bitrate=1)]
            rng.shuffle(rows)
            rows = list({one.identity: one for one in rows}.values())
            if rng.random() < 0.5:
                listing.show(rows)
            elif "show" not in going:
                fresh, going["show"] = rows, listing.showing(rows)
        elif what == "move":
            listing.move(rng.choice([-1, 1, 3]))
        elif what == "mark":
            cursor, marks = listing.cursor, set(listing.marks)
            listing.toggle_mark()
            assert set(listing.marks) == (marks ^ {cursor} if cursor is not None else marks)
        _stands(listing, text, keys)
    for steps in list(going.values()):
        for _ in steps:
            pass
    _stands(listing, wanted_text, wanted_keys)
    assert not fresh or set(listing._index) in ({r.identity for r in fresh}, {r.identity for r in rows})


def _stands(listing: Listing, text: str, keys: tuple[tuple[int, bool], ...]) -> None:
    there = {one.identity for one in listing.rows if parsed(text).matches(one.cells)}
    order = shown(listing)
    assert set(order) == there and len(order) == len(there)
    if keys:
        column, reverse = keys[0]
        values = [found.cells[column].value for line in range(len(order)) if (found := listing.row(line))]
        assert values == sorted(values, reverse=reverse)
    if listing.cursor is not None:
        assert order[listing.line] == listing.cursor


def test_rows_that_change_in_every_pause_do_not_keep_a_filter_from_coming_into_force() -> None:
    listing = Listing()
    rows = many(3 * SLICE)
    listing.show(rows)
    pauses = 0
    for _ in listing.filtering(parsed("s")):
        pauses += 1
        listing.show(rows)
    assert pauses == 3 * (3 + len(rows)) and len(listing) == len(rows)
    for _ in listing.sorting((0, True)):
        listing.show(rows)
    assert shown(listing) == [one.identity for one in reversed(rows)]


def test_what_is_no_filter_is_said_before_any_row_is_looked_at() -> None:
    with pytest.raises(FilterError):
        ThingTable().filtering("~(")


# At the keyboard.


async def test_what_is_typed_after_a_filter_is_meant_for_what_it_shows(
    serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    served = serve_emulator(streams=3 * MANY, limits=False)
    async with opened(served, tmp_path) as console:
        table = console.lists.table
        await console.until(lambda: table.total_count > MANY)
        burst(console, *"/harbor\r", "ctrl+a", "G", "d")
        await console.goes("BulkConfirmScreen")
        assert table.marks and table.marks == set(_named(console, "harbor"))
        await console.press("escape")
        await console.goes("MainScreen")
        burst(console, "C", "escape", ">", ">", "=", "g", "d")
        await console.goes("ConfirmScreen")
        things = console.session.poller("streams").snapshot.things
        last = max(thing.data["DomainName"].casefold() for thing in things.values())
        assert table.sort_keys[0] == ("domain", True) and table.shown_count == len(things)
        assert table.cursor is not None and table.cursor_line == 0
        assert table.cursor.key[0] == last  # type: ignore[attr-defined]
        await console.shows("/".join(table.cursor.key))  # type: ignore[attr-defined]


def _named(console: Any, word: str) -> Iterator[Any]:
    for one in console.lists.table.rows:
        if word in "\n".join(cell.text for cell in one.cells):
            yield one.identity


async def test_typing_goes_on_while_rows_are_gone_through_and_the_newest_counts(
    serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    served = serve_emulator(streams=2 * MANY, limits=False)
    async with opened(served, tmp_path) as console:
        lists = console.lists
        await console.until(lambda: lists.table.total_count > MANY)
        before = lists.table.shown_count
        burst(console, *"/harbor fps<")
        await console.until(lambda: lists.filter_box.value == "harbor fps<", "typed")
        searches = [one for one in console.app.workers if one.group == SEARCH and not one.is_finished]
        assert len(searches) <= 1
        await console.until(lambda: "fps< wants a number" in console.said, "said at once")
        await console.until(lambda: lists.table.filter_text == "harbor fps", "the last that was one")
        await console.until(lambda: "in force: harbor fps" in console.said, "and that is said")
        burst(console, *"99\r")
        await console.until(lambda: lists.table.filter_text == "harbor fps<99", "in force")
        await console.until(lambda: not lists.filter_box.open, "closed")
        assert 0 < lists.table.shown_count < before
        assert console.said == f"{lists.table.shown_count:,} of {lists.table.total_count:,}"


async def test_another_pane_ends_what_was_asked_of_the_one_before(
    serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    served = serve_emulator(streams=2 * MANY, limits=False)
    async with opened(served, tmp_path) as console:
        lists = console.lists
        await console.until(lambda: lists.table.total_count > MANY)
        finding.typed(lists, "harbor")
        lists.table.action_sort_step(1)
        lists.go("domains")
        await console.read("domains")
        await console.pilot.pause()
        assert lists.table.filter_text == "" and lists.table.sort == ("name", False)
        assert lists.table.shown_count == lists.table.total_count > 0
