"""Which columns the operator wants of a list: which are shown, in what order, how wide. No screen in here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from livetui.console.table import TableColumn
from livetui.frozen import frozen

NARROWEST, WIDEST = 4, 200
"""Cells that a column can be given."""
STEP = 2
"""Cells that a key makes a column wider or narrower by."""


@frozen
class Chosen:
    """The operator's choice over what the resource declares; the first column names the thing and stays."""

    order: tuple[str, ...] = ()
    """Ids of all columns; empty: as declared."""
    hidden: frozenset[str] = frozenset()
    widths: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def read(cls, raw: object, columns: Sequence[TableColumn]) -> Chosen:
        """From the memory; what is no choice among these columns counts for nothing."""
        held = raw if isinstance(raw, dict) else {}
        known = [column.id for column in columns]
        order = [ident for ident in _list(held.get("order")) if ident in known]
        widths = held.get("widths")
        return cls(
            tuple(dict.fromkeys(order)),
            frozenset(ident for ident in _list(held.get("hidden")) if ident in known[1:]),
            {
                ident: min(max(NARROWEST, wide), WIDEST)
                for ident, wide in (widths.items() if isinstance(widths, dict) else ())
                if ident in known and type(wide) is int
            },
        )

    def kept(self) -> dict[str, Any] | None:
        """For the memory; None where nothing was chosen."""
        made = {"order": list(self.order), "hidden": sorted(self.hidden), "widths": dict(self.widths)}
        return {name: held for name, held in made.items() if held} or None

    def arranged(self, columns: Sequence[TableColumn]) -> tuple[TableColumn, ...]:
        """All columns, also the hidden, in the operator's order; one it does not name comes last."""
        known = {column.id: column for column in columns}
        ids = [*self.order, *known]
        return tuple(known[ident] for ident in dict.fromkeys([columns[0].id, *ids]) if ident in known)

    def shown(self, columns: Sequence[TableColumn]) -> tuple[TableColumn, ...]:
        """The columns for the table. Once they were moved, the last go first where there is no room."""
        there = [column for column in self.arranged(columns) if column.id not in self.hidden]
        return tuple(
            replace(
                column,
                width=self.widths.get(column.id, 0),
                rank=number if self.order else column.rank,
            )
            for number, column in enumerate(there)
        )

    def toggled(self, columns: Sequence[TableColumn], ident: str) -> Chosen:
        """Shown where it was hidden, hidden where it was shown."""
        if ident == columns[0].id:
            return self
        return replace(self, hidden=self.hidden ^ {ident})

    def moved(self, columns: Sequence[TableColumn], ident: str, step: int) -> Chosen:
        """One place to the left (-1) or to the right (1), but not before the first."""
        ids = [column.id for column in self.arranged(columns)]
        at = ids.index(ident)
        to = at + step
        if at == 0 or not 0 < to < len(ids):
            return self
        ids.insert(to, ids.pop(at))
        declared = [column.id for column in columns]
        return replace(self, order=() if ids == declared else tuple(ids))

    def sized(self, ident: str, width: int) -> Chosen:
        """So many cells wide, as far as a column can be."""
        return replace(self, widths={**self.widths, ident: min(max(NARROWEST, width), WIDEST)})

    def natural(self, ident: str) -> Chosen:
        """As wide as its texts ask, as it was declared."""
        return replace(self, widths={name: wide for name, wide in self.widths.items() if name != ident})


def _list(raw: object) -> list[str]:
    return [ident for ident in raw if isinstance(ident, str)] if isinstance(raw, list) else []
