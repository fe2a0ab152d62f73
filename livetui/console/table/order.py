"""In which order rows come: by their values in the columns that are sorted by. Pure, a slice at a time."""

from __future__ import annotations

import math
from collections.abc import Generator, Sequence
from typing import Any, TypeVar

from livetui.watch.cells import Cell, passing

T = TypeVar("T")
SLICE = 100
"""Rows between two pauses: a few milliseconds of work, also where the text of each is made."""


def order_by(values: Sequence[Any], reverse: bool, among: Sequence[int] | None = None) -> list[int]:
    """Indices by value: letter case doesn't count, equals stay in their order, None comes last both ways.

    Values of one kind compare as they are; of different kinds, numbers come before text before the rest.
    among: the indices in the order that equals stay in; as they are counted where left out.
    """
    given = range(len(values)) if among is None else among
    kinds = set(map(type, values))
    if kinds <= {int, float} and not math.isnan(sum(values)):
        return sorted(given, key=values.__getitem__, reverse=reverse)
    keys = [value.casefold() if type(value) is str else value for value in values]
    if kinds == {str}:
        return sorted(given, key=keys.__getitem__, reverse=reverse)
    known = [i for i in given if keys[i] is not None and keys[i] == keys[i]]  # NaN is no value either
    try:
        known.sort(key=keys.__getitem__, reverse=reverse)
    except TypeError:
        known.sort(key=lambda i: _kind_first(keys[i]), reverse=reverse)
    if len(known) < len(keys):
        known += [i for i in given if keys[i] is None or keys[i] != keys[i]]
    return known


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
        order = order_by(held, reverse, order)
    return order


_NUMBERS: list[int] = []


def numbers(count: int) -> Sequence[int]:
    """0, 1, 2, …: the same objects each time, since orders and indexes of all tables are made of them."""
    _NUMBERS.extend(range(len(_NUMBERS), count))
    return _NUMBERS[:count]


def at_once(steps: Generator[None, None, T]) -> T:
    """What work with pauses comes to, without them."""
    while True:
        try:
            next(steps)
        except StopIteration as made:
            return made.value  # type: ignore[no-any-return]
