"""A reading's things as rows of the table: the very same as before where nothing of them is new."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from livetui.console.table import Row
from livetui.watch.cells import Cells, Reader
from livetui.watch.things import Identity, Snapshot, Thing

Rows = Mapping[Identity, Row]
UNCHANGED: frozenset[str] = frozenset()
SLICE = 250
"""Rows made between two looks at the keyboard."""


def made(reader: Reader, snapshot: Snapshot, before: Rows) -> Rows:
    """All rows at once."""
    return {
        identity: _row(reader, snapshot, identity, thing, before.get(identity))
        for identity, thing in snapshot.things.items()
    }


async def made_in_slices(
    reader: Reader, snapshot: Snapshot, before: Rows, *, sorts: Sequence[int], searched: bool
) -> Rows:
    """The rows a slice at a time, so that keys are answered in between.

    Made with them is what is asked of every row as soon as they are shown: the cells of the columns `sorts`,
    and the text that words are `searched` in.
    """
    rows: dict[Identity, Row] = {}
    for number, (identity, thing) in enumerate(snapshot.things.items()):
        if number % SLICE == SLICE - 1:
            await asyncio.sleep(0)
        old = before.get(identity)
        row = rows[identity] = _row(reader, snapshot, identity, thing, old)
        if row is old:
            continue
        for column in sorts:
            row.cells[column]
        if searched and isinstance(row.cells, Cells):
            row.cells.folded  # noqa: B018
    return rows


async def read_through(rows: Rows) -> None:
    """Makes the text that words are searched in, a slice at a time: a search of it then holds no key."""
    for number, row in enumerate(tuple(rows.values())):
        if number % SLICE == SLICE - 1:
            await asyncio.sleep(0)
        if isinstance(row.cells, Cells):
            row.cells.folded  # noqa: B018


def _row(reader: Reader, snapshot: Snapshot, identity: Identity, thing: Thing, old: Row | None) -> Row:
    missing, gone = identity in snapshot.missing, identity in snapshot.gone
    arrived, changed = identity in snapshot.arrived, snapshot.changed.get(identity, UNCHANGED)
    if old is not None and isinstance(old.cells, Cells) and old.cells.tells(thing, missing):
        if (old.arrived, old.gone, old.changed) == (arrived, gone, changed):
            return old
        return Row(identity, old.cells, arrived, gone, changed)
    return Row(identity, reader.cells(thing, missing=missing), arrived, gone, changed)
