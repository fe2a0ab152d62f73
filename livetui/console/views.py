"""How a list was left, from the memory and back: sort, filter, columns, former filters, saved ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from livetui.console.columns import Chosen
from livetui.console.session import Session
from livetui.console.table import TableColumn, ThingTable
from livetui.frozen import frozen
from livetui.resources.model import Resource
from livetui.settings import MemoryUnavailable
from livetui.watch.filter import FilterError
from livetui.watch.line import LENGTH

RECENT = 20
"""Former filters kept for each resource."""
WHOLE_LINE = LENGTH + 2
"""Cells that show a time line's hours all, whatever is named behind them."""
RIGHT = frozenset({"number", "bps", "bytes", "seconds", "age", "left"})
"""Kinds of columns that are aligned to the right."""


@frozen
class View:
    """What the memory holds of one resource's list; anything in it may be left out or odd."""

    sort: tuple[tuple[str, bool], ...] = ()
    filter: str = ""
    recent: tuple[str, ...] = ()
    """Former filters, the newest first."""
    saved: Mapping[str, str] = field(default_factory=dict)
    """Name -> filter."""
    columns: Chosen = field(default_factory=Chosen)


def columns_of(resource: Resource) -> tuple[TableColumn, ...]:
    """The resource's columns as they are declared."""
    return tuple(
        TableColumn(
            c.id,
            c.title,
            rank=c.rank,
            widest=c.widest,
            least=WHOLE_LINE if c.kind == "line" else 0,
            right=c.kind in RIGHT,
        )
        for c in resource.columns
    )


def view(session: Session, resource: Resource) -> View:
    """How the resource was last left; as it is declared where nothing is known."""
    return read(session.memory.view(session.profile.name, resource.id), resource)


def read(raw: Mapping[str, Any], resource: Resource) -> View:
    """A view of what the memory holds; what makes no sense of it counts as not there."""
    known = {column.id for column in resource.columns}
    held = raw.get("sort")
    words = held.split(",") if isinstance(held, str) else []
    sort = tuple((word.removeprefix("-"), word.startswith("-")) for word in words)
    if not sort or any(ident not in known for ident, _ in sort):
        first = resource.sort or resource.columns[0].id
        sort = ((first.removeprefix("-"), first.startswith("-")),)
    text, recent = raw.get("filter"), raw.get("recent")
    return View(
        sort,
        text if isinstance(text, str) else "",
        tuple(one for one in recent if isinstance(one, str)) if isinstance(recent, list) else (),
        _texts(raw.get("saved")),
        Chosen.read(raw.get("columns"), columns_of(resource)),
    )


def _texts(raw: object) -> dict[str, str]:
    held = raw.items() if isinstance(raw, dict) else ()
    return {name: text for name, text in held if isinstance(name, str) and isinstance(text, str)}


def set_up(table: ThingTable, resource: Resource, left: View) -> None:
    """The resource's columns, filter and sort; a filter that is none any more is left out."""
    columns = columns_of(resource)
    table.show(())
    table.set_columns(columns, kinds={column.id: column.kind for column in resource.columns})
    table.choose_columns(left.columns.shown(columns))
    try:
        table.set_filter(left.filter)
    except FilterError:
        table.set_filter("")
    (first, reverse), *then = left.sort
    table.sort_by(first, reverse=reverse, then=then)


def remember(session: Session, resource: Resource, table: ThingTable) -> None:
    """Keep sort and filter for the next time; a full disk only costs that."""
    before = session.memory.view(session.profile.name, resource.id)
    text = table.filter_text
    keys = ",".join(f"{'-' if reverse else ''}{ident}" for ident, reverse in table.sort_keys)
    now: dict[str, Any] = {"sort": keys, "filter": text}
    if text:
        others = [one for one in read(before, resource).recent if one != text]
        now["recent"] = [text, *others][:RECENT]
    if any(before.get(name) != held for name, held in now.items()):
        keep(session, resource, now)


def keep(session: Session, resource: Resource, parts: Mapping[str, Any]) -> bool:
    """Keep parts of the resource's view; False, with the trouble listed, where that can't be."""
    try:
        session.memory.keep_view(session.profile.name, resource.id, parts)
    except MemoryUnavailable as error:
        session.trouble("view", error)
        return False
    return True
