"""A reading's things as rows of the table: the very same as before where nothing of them is new."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from livetui.console.collector import COLLECTOR
from livetui.console.table import TableRow
from livetui.turns import Pace
from livetui.watch.cells import Cells, Reader
from livetui.watch.things import Identity, Snapshot, Thing

Find = Callable[[Identity], TableRow | None]
"""A thing's row as it has been shown so far."""
UNCHANGED: frozenset[str] = frozenset()
FEW = 50
"""Rows let go of between two looks at the time."""


class ThingRow(Cells):
    """A row and its cells in one: of tens of thousands each object counts."""

    __slots__ = ("arrived", "changed", "gone")

    def __init__(self, reader: Reader, snapshot: Snapshot, thing: Thing) -> None:
        identity = thing.identity
        super().__init__(reader, thing, snapshot.sight(identity))
        self.arrived, self.gone = identity in snapshot.arrived, identity in snapshot.gone
        self.changed = snapshot.changed.get(identity, UNCHANGED)

    @property
    def identity(self) -> Identity:
        return self.thing.identity

    @property
    def cells(self) -> ThingRow:
        return self

    def says(self, snapshot: Snapshot, thing: Thing) -> bool:
        """Whether it is the row of that reading already."""
        identity = thing.identity
        return (
            self.tells(thing, snapshot.sight(identity))
            and self.arrived == (identity in snapshot.arrived)
            and self.gone == (identity in snapshot.gone)
            and self.changed == snapshot.changed.get(identity, UNCHANGED)
        )


def made(reader: Reader, snapshot: Snapshot, find: Find) -> list[TableRow]:
    """All rows at once."""
    return [_row(reader, snapshot, thing, find) for thing in snapshot.things.values()]


async def made_in_slices(reader: Reader, snapshot: Snapshot, find: Find) -> list[TableRow]:
    """The rows in turns, so that keys are answered in between."""
    COLLECTOR.set_aside()
    rows: list[TableRow] = []
    pace = Pace()
    for thing in snapshot.things.values():
        if pace.due:
            await pace.rest()
        rows.append(_row(reader, snapshot, thing, find))
    return rows


async def let_go(rows: list[TableRow]) -> None:
    """Forgets rows in turns: to free all their data at once would hold a key as well."""
    pace = Pace()
    while rows:
        del rows[-FEW:]
        if pace.due:
            await pace.rest()


async def read_through(rows: Sequence[TableRow]) -> None:
    """Makes the text that words are searched in, in turns: a search of it then holds no key."""
    pace = Pace()
    for row in rows:
        if pace.due:
            await pace.rest()
        if isinstance(row, ThingRow):
            row.folded  # noqa: B018


def _row(reader: Reader, snapshot: Snapshot, thing: Thing, find: Find) -> TableRow:
    old = find(thing.identity)
    if isinstance(old, ThingRow) and old.says(snapshot, thing):
        return old
    return ThingRow(reader, snapshot, thing)
