"""In which order rows come: by their values in the columns that are sorted by. Pure, a slice at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Hashable, Sequence
from operator import attrgetter
from typing import Any

from livetui.console.table.row import TableRow
from livetui.watch.cells import Cell, passing

SLICE = 25
"""Rows between two pauses: a few milliseconds of work, also where the text of each is made."""


RUN = 1_000
"""Values sorted or read between two pauses; what is sorted in runs is merged in a tenth of the time."""


def order_by(
    values: Sequence[Any], reverse: bool, among: Sequence[int] | None = None
) -> Generator[None, None, list[int]]:
    """Indices by value: letter case doesn't count, equals stay in their order, None comes last both ways.

    Values of one kind compare as they are; of different kinds, numbers come before text before the rest.
    among: the indices in the order that equals stay in; as they are counted where left out.
    """
    given = range(len(values)) if among is None else among
    kinds = set(map(type, values))
    if kinds <= {int, float} and not math.isnan(sum(values)):
        return (yield from _sorted(given, values.__getitem__, reverse))
    yield
    keys = [value.casefold() if type(value) is str else value for value in values]
    yield
    if kinds == {str}:
        return (yield from _sorted(given, keys.__getitem__, reverse))
    known = [i for i in given if keys[i] is not None and keys[i] == keys[i]]  # NaN is no value either
    try:
        order = yield from _sorted(known, keys.__getitem__, reverse)
    except TypeError:
        order = yield from _sorted(known, lambda i: _kind_first(keys[i]), reverse)
    if len(known) < len(keys):
        order += [i for i in given if keys[i] is None or keys[i] != keys[i]]
    return order


def _sorted(
    given: Sequence[int], key: Callable[[int], Any], reverse: bool
) -> Generator[None, None, list[int]]:
    """`sorted`, run by run: Python's own sorting finds the runs again and only merges them."""
    runs: list[int] = []
    for start in range(0, len(given), RUN):
        runs += sorted(given[start : start + RUN], key=key, reverse=reverse)
        yield
    runs.sort(key=key, reverse=reverse)
    return runs


def _kind_first(key: Any) -> tuple[int, float, str]:
    if isinstance(key, (int, float)):
        return (0, key, "")
    return (1, 0, key) if isinstance(key, str) else (2, 0, str(key))


def values_in(
    cells: Sequence[Sequence[Cell]], sort: Sequence[tuple[int, bool]]
) -> Generator[None, None, list[list[Any]]]:
    """Every row's value in each column that is sorted by."""
    made: list[list[Any]] = []
    for column, _ in sort:
        held: list[Any] = []
        for start in range(0, len(cells), SLICE):
            held += [passing(one, column).value for one in cells[start : start + SLICE]]
            yield
        made.append(held)
    return made


def ordered(
    count: int, values: Sequence[Sequence[Any]], sort: Sequence[tuple[int, bool]]
) -> Generator[None, None, Sequence[int]]:
    """The rows' indices in the order of all keys."""
    order: Sequence[int] = numbers(count)
    for held, (_, reverse) in zip(reversed(values), reversed(sort), strict=True):
        yield
        order = yield from order_by(held, reverse, order)
    return order


_NUMBERS: list[int] = []


def numbers(count: int) -> Sequence[int]:
    """0, 1, 2, …: the same objects each time, since orders and indexes of all tables are made of them."""
    _NUMBERS.extend(range(len(_NUMBERS), count))
    return _NUMBERS[:count]


def placed(rows: Sequence[TableRow]) -> Generator[None, None, dict[Hashable, int]]:
    """Each thing's place among the rows; of one that is there twice, the last."""
    index: dict[Hashable, int] = {}
    places = numbers(len(rows))
    for start in range(0, len(rows), RUN):
        some = slice(start, start + RUN)
        index.update(zip(map(attrgetter("identity"), rows[some]), places[some], strict=True))
        yield
    return index


def cells_of(rows: Sequence[TableRow]) -> Generator[None, None, list[Sequence[Cell]]]:
    """The cells of every row."""
    found: list[Sequence[Cell]] = []
    for start in range(0, len(rows), RUN):
        found += map(attrgetter("cells"), rows[start : start + RUN])
        yield
    return found
