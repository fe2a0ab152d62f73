"""What a table is given: its columns and its rows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Protocol

from livetui.frozen import frozen
from livetui.watch.cells import Cell


@frozen
class TableColumn:
    """One column of a table."""

    id: str
    title: str
    rank: int = 1
    """0 is never dropped; on a narrow screen the highest go first."""
    widest: int = 40
    """Cells it takes at most while others want room too."""
    width: int = 0
    """Cells that the operator gave it; 0 for as many as its texts ask."""
    least: int = 0
    """Cells that it is not shrunk below, since it would tell something else."""
    right: bool = False
    """Aligned to the right, as numbers are."""


class TableRow(Protocol):
    """One thing, as one reading of the account shows it. What has news is another row, never the same."""

    @property
    def identity(self) -> Hashable: ...
    @property
    def cells(self) -> Sequence[Cell]:
        """In the columns' order."""

    @property
    def arrived(self) -> bool: ...
    @property
    def gone(self) -> bool:
        """It has left and is shown this once more, struck through; nothing can be done to it."""

    @property
    def changed(self) -> frozenset[str]:
        """Ids of the columns that differ from the reading before."""


@frozen
class Row:
    """A row whose cells are there already."""

    identity: Hashable
    cells: Sequence[Cell]
    arrived: bool = False
    gone: bool = False
    changed: frozenset[str] = frozenset()
