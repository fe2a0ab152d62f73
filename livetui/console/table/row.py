"""What a table is given: its columns and its rows."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from livetui.watch.cells import Cell


@dataclass(frozen=True, slots=True)
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
    right: bool = False
    """Aligned to the right, as numbers are."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing, as one reading of the account shows it."""

    identity: Hashable
    cells: Sequence[Cell]
    """In the columns' order."""
    arrived: bool = False
    gone: bool = False
    """It has left and is shown this once more, struck through; nothing can be done to it."""
    changed: frozenset[str] = frozenset()
    """Ids of the columns that differ from the reading before."""
