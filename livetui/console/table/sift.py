"""Which rows a filter lets through, and the text that its words are searched in. Pure, a slice at a time."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from itertools import compress
from operator import is_not

from livetui.console.table.order import SLICE
from livetui.watch.cells import Cell
from livetui.watch.filter import Filter, fold

Sifted = tuple[list[bool], list[str]]
"""Whether each row is let through, and each row's text; empty where the filter asks for neither."""


def sifted(
    wanted: Filter, cells: Sequence[Sequence[Cell]], known: Sequence[str]
) -> Generator[None, None, Sifted]:
    """All rows held against a filter. known: the rows' text, as far as it has been made."""
    if not wanted.active:
        return [], []
    folded = list(known) if wanted.reads_text else []
    passes = [False] * len(cells)
    for start in range(0, len(cells), SLICE):
        some = range(start, min(start + SLICE, len(cells)))
        if wanted.reads_text and len(folded) <= start:
            folded += [fold(cells[i]) for i in some]
        for i in wanted.sift(some, cells, folded):
            passes[i] = True
        yield
    return passes, folded


def let_through(
    wanted: Filter,
    cells: Sequence[Sequence[Cell]],
    before: tuple[Sequence[Sequence[Cell]], Sequence[bool], Sequence[str]],
    *,
    same: bool,
) -> Generator[None, None, Sifted]:
    """The same where only rows need be held against it whose cells are not the very same as before.

    before: the cells of the reading before, and what `sifted` said of them. same: things are where they were.
    """
    if not wanted.active:
        return [], []
    old, passed, read = before
    reads = wanted.reads_text
    if same:
        changed = list(compress(range(len(cells)), map(is_not, old, cells)))
        passes, folded = list(passed), list(read)
    else:
        # Found by object, which hashes much faster than an identity does.
        old_places = {id(one): i for i, one in enumerate(old)}
        yield
        places = [old_places.get(id(one), -1) for one in cells]
        yield
        changed = [i for i, place in enumerate(places) if place < 0]
        passes = [place >= 0 and passed[place] for place in places]
        folded = [read[place] if place >= 0 else "" for place in places] if reads else []
    for start in range(0, len(changed), SLICE):
        yield
        some = changed[start : start + SLICE]
        for i in some:
            passes[i] = False
            if reads:
                folded[i] = fold(cells[i])
        for i in wanted.sift(some, cells, folded):
            passes[i] = True
    return passes, folded
