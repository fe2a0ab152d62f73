"""A detail's section as a small table, by the columns that are declared of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from livetui.catalogue.text import columns as width_of
from livetui.catalogue.text import visible
from livetui.console.session import Session
from livetui.console.widgets.lines import Line, line
from livetui.resources.model import Resource, Section, Source
from livetui.watch.cells import Cell, Reader
from livetui.watch.things import Identity, Thing


def section_table(session: Session, section: Section, rows: Sequence[Mapping[str, Any]]) -> list[Line]:
    """The titles, then a line for each row, its cells under them."""
    source = Source(section.action, items=section.member)
    resource = Resource(section.id, section.title, "", "", (), section.columns, source=source)
    reader, now = Reader(session.account.catalogue, resource, session.zone), session.now()
    identity = Identity("", "", section.id, ())
    table = [list(reader.cells(Thing(identity, row, now), now)) for row in rows]
    texts = [[visible(cell.text) for cell in cells] for cells in table]
    widths = [
        max(width_of(text) for text in (column.title, *(row[number] for row in texts)))
        for number, column in enumerate(section.columns)
    ]
    head = "  ".join(_filled(c.title, widths[number]) for number, c in enumerate(section.columns))
    return [line((head.rstrip(), "label")), *(_line(cells, widths) for cells in table)] if table else []


def _line(cells: Sequence[Cell], widths: Sequence[int]) -> Line:
    pieces = [(_filled(visible(c.text), width), c.tone) for c, width in zip(cells, widths, strict=True)]
    return Line(tuple(piece for one in pieces for piece in (one, ("  ", "")))[:-1])


def _filled(text: str, width: int) -> str:
    return text + " " * (width - width_of(text))
