"""Columns chosen, ordered and widened, and rows sorted by several: at once, remembered, and never a mess."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emulated import Served
from hypothesis import given
from hypothesis import strategies as st
from opened import Console, opened

from livetui.console.columns import NARROWEST, WIDEST, Chosen
from livetui.console.screens.columns import ColumnsScreen
from livetui.console.table import Row, TableColumn
from livetui.console.table.layout import GUTTER, arrange
from livetui.console.table.listing import Listing
from livetui.console.views import read
from livetui.resources import book
from livetui.watch.cells import Cell

COLUMNS = tuple(
    TableColumn(ident, ident.upper(), rank=rank, widest=20)
    for ident, rank in (("name", 0), ("state", 0), ("rate", 2), ("app", 3), ("since", 1))
)
IDS = [column.id for column in COLUMNS]
STREAMS = book("css").resources["streams"]

choices = st.lists(
    st.tuples(
        st.sampled_from(["toggle", "left", "right", "size", "natural"]),
        st.sampled_from(IDS),
        st.integers(-10, 400),
    ),
    max_size=25,
)


def chosen(steps: list[tuple[str, str, int]]) -> Chosen:
    made = Chosen()
    for step, ident, number in steps:
        if step == "toggle":
            made = made.toggled(COLUMNS, ident)
        elif step == "size":
            made = made.sized(ident, number)
        elif step == "natural":
            made = made.natural(ident)
        else:
            made = made.moved(COLUMNS, ident, -1 if step == "left" else 1)
    return made


@given(choices)
def test_no_choice_loses_a_column_or_moves_the_first(steps: list[tuple[str, str, int]]) -> None:
    made = chosen(steps)
    arranged = [column.id for column in made.arranged(COLUMNS)]
    assert sorted(arranged) == sorted(IDS) and arranged[0] == "name"
    shown = made.shown(COLUMNS)
    assert shown[0].id == "name" and {column.id for column in shown} == set(IDS) - made.hidden
    assert all(column.width == 0 or NARROWEST <= column.width <= WIDEST for column in shown)
    assert Chosen.read(made.kept(), COLUMNS) == made, "and it is remembered as it was"


@given(choices, st.sampled_from(IDS[1:]), st.sampled_from([-1, 1]))
def test_moving_there_and_back_changes_nothing(
    steps: list[tuple[str, str, int]], ident: str, step: int
) -> None:
    before = chosen(steps)
    there = before.moved(COLUMNS, ident, step)
    if there.arranged(COLUMNS) != before.arranged(COLUMNS):
        assert there.moved(COLUMNS, ident, -step).arranged(COLUMNS) == before.arranged(COLUMNS)


@given(choices, st.integers(10, 200), st.lists(st.integers(0, 60), min_size=5, max_size=5))
def test_chosen_columns_never_overlap_and_keep_the_width_they_were_given(
    steps: list[tuple[str, str, int]], available: int, wanted: list[int]
) -> None:
    shown = chosen(steps).shown(COLUMNS)
    layout = arrange(shown, wanted[: len(shown)], available)
    end = GUTTER
    for place in layout.places:
        assert place.x >= end and place.x + place.width <= available
        end = place.x + place.width
        column = shown[place.index]
        if column.width and end < available:
            assert place.width == column.width
    assert [place.index for place in layout.places] == sorted(place.index for place in layout.places)
    assert layout.places[0].index == 0 and layout.hidden == len(shown) - len(layout.places)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5) | st.sampled_from(IDS),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    ),
    st.sampled_from(["sort", "filter", "recent", "saved", "columns"]),
)
def test_a_damaged_memory_makes_no_view_that_cannot_be_shown(held: Any, part: str) -> None:
    for raw in ({part: held}, {"columns": {"order": held, "hidden": held, "widths": held}}):
        view = read(raw, STREAMS)
        known = {column.id for column in STREAMS.columns}
        assert view.sort and all(ident in known for ident, _ in view.sort)
        assert isinstance(view.filter, str) and all(isinstance(one, str) for one in view.recent)
        assert all(isinstance(text, str) for text in view.saved.values())
        assert view.columns.hidden <= known and set(view.columns.order) <= known


# Several sort keys.


rows = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abc"), st.integers(0, 2)), max_size=20)
keys = st.permutations(range(3)).flatmap(
    lambda order: st.tuples(*(st.tuples(st.just(column), st.booleans()) for column in order))
)


@given(rows, keys, st.integers(0, 3))
def test_several_keys_sort_as_one_tuple_would(
    given_rows: list[tuple[int, str, int]], sort: tuple[tuple[int, bool], ...], count: int
) -> None:
    listing = Listing()
    listing.sort(*sort[:count])
    listing.show([Row(i, [Cell(str(v), v) for v in values]) for i, values in enumerate(given_rows)])
    got = [listing.row(line).identity for line in range(len(listing))]  # type: ignore[union-attr]
    wanted = list(range(len(given_rows)))
    for column, reverse in reversed(sort[:count]):
        wanted.sort(key=lambda i: given_rows[i][column], reverse=reverse)
    assert got == wanted


def header(console: Console) -> str:
    return console.text.splitlines()[3]


async def test_s_keeps_a_sort_as_the_second_key(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        table = console.lists.table
        await console.press("s")
        await console.until(lambda: "choose what comes before" in console.said, "said what to do")
        await console.press(">")
        assert table.sort_keys == (("state", False), ("name", False))
        assert "STATE^1" in header(console) and "STREAM^2" in header(console)
        await console.until(lambda: "sorted by STATE, then STREAM" in console.said, "said")
        await console.press(">", "=")
        assert table.sort_keys == (("domain", True), ("name", False)) and "DOMAINv1" in header(console)
        await console.press("s", "<")
        assert table.sort_keys == (("state", False), ("domain", True), ("name", False))
        await console.press("1", "2")
        assert table.sort_keys == (("state", False), ("domain", True), ("name", False))
    async with opened(emulator, tmp_path) as console:
        table = console.lists.table
        assert table.sort_keys == (("state", False), ("domain", True), ("name", False)), "remembered"
        await console.press("s", "s")
        assert table.sort_keys == (("state", False),) and "STATE^ " in header(console)


# The dialog.


async def test_columns_are_chosen_at_once_and_remembered(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        assert "DOMAIN" in header(console) and "CLIENT" not in header(console)
        await console.press("o")
        await console.goes("ColumnsScreen")
        screen = console.app.screen
        assert isinstance(screen, ColumnsScreen)
        await console.shows("always first", "no room here", "Space", "as declared")
        await console.press("space")
        await console.shows("the first names the row: it stays")
        await console.press("j", "j", "space")
        await console.shows("hidden")
        assert "domain" not in console.lists.table.widths
        await console.press("j", "j", "K", "K", "K", "K", "plus", "plus")
        assert screen.column.id == "age", "the cursor stays on the column that is moved"
        wide = console.lists.table.widths["age"]
        assert [*console.lists.table.widths][:3] == ["name", "age", "state"]
        await console.press("minus")
        assert console.lists.table.widths["age"] == wide - 2
        await console.press("s", "s")
        assert console.lists.table.sort_keys == (("age", True), ("name", False))
        await console.press("escape")
        await console.goes("MainScreen")
        assert header(console).split()[1:4] == ["STREAM^2", "UPv1", "STATE"] and "CLIENT" in header(console)
    async with opened(emulator, tmp_path) as console:
        again = console.lists.table.widths
        assert [*again][:3] == ["name", "age", "state"] and again["age"] == wide - 2, "remembered"
        assert "domain" not in again
        assert console.lists.table.sort_keys == (("age", True), ("name", False))
        await filtered_by_hidden(console)
        await console.press("o", "0", "escape")
        await console.goes("MainScreen")
        assert "DOMAIN" in header(console) and "CLIENT" not in header(console)


async def filtered_by_hidden(console: Console) -> None:
    """What is hidden can still be filtered by."""
    await console.press("slash")
    await console.type("domain:harbor")
    await console.press("enter")
    table = console.lists.table
    assert 0 < table.shown_count < table.total_count and "domain" not in table.widths
    await console.press("escape")


async def test_a_width_beyond_the_screen_leaves_the_row_readable(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        await console.press("o", *["plus"] * 60, "escape")
        await console.goes("MainScreen")
        assert list(console.lists.table.widths) == ["name"]
        assert all(len(line) <= 80 for line in console.text.splitlines())
        await console.press("right", "right", "left", "o", "a", "escape")
        await console.goes("MainScreen")
        assert "DOMAIN" in header(console)
