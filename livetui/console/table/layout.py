"""Which columns are shown, where, and how wide."""

from __future__ import annotations

from collections.abc import Sequence

from livetui.console.table.row import TableColumn
from livetui.frozen import frozen

GUTTER = 3
"""Cells before the first column: the cursor, the mark, a blank."""
NARROWEST = 6
"""A column is not shrunk below this to let another stay."""
KEY_NARROWEST = 16
"""Nor the first one, which names the thing, below this."""


@frozen
class Place:
    """A column's place in a line."""

    index: int
    """Of the column, and of its cell in a row."""
    x: int
    width: int


READABLE = 20
"""Cells that a wide column is left before another one is dropped for it: a domain's worth."""


@frozen
class Layout:
    """The places of the columns that are shown, from the left."""

    places: tuple[Place, ...] = ()
    hidden: int = 0
    """Columns that have no room, or are scrolled off."""
    more_right: bool = False
    """Columns are cut off at the right that scrolling would show."""


def arrange(
    columns: Sequence[TableColumn],
    wanted: Sequence[int],
    available: int,
    *,
    titles: Sequence[int] = (),
    scrolled: int = 0,
    keep: frozenset[str] = frozenset(),
) -> Layout:
    """Lay columns out in `available` cells, the gutter included.

    wanted: cells each column's content and title would like, however much that is.
    titles: cells that each column's title takes; a column is not shrunk below it while others can give.
    scrolled: columns after the first that are scrolled off; with any, nothing is dropped by rank, so that
    every column can be reached.
    keep: ids that are not dropped whatever their rank.
    """
    room = available - GUTTER
    if not columns or room <= 0:
        return Layout(hidden=len(columns))
    wanted = [column.width or want for want, column in zip(wanted, columns, strict=True)]
    natural = [min(want, column.width or column.widest) for want, column in zip(wanted, columns, strict=True)]
    floors = [
        min(
            natural[i],
            column.width
            or max(KEY_NARROWEST if i == 0 else NARROWEST, titles[i] if titles else 0, column.least),
        )
        for i, column in enumerate(columns)
    ]
    if scrolled:
        shown = [0, *range(1 + scrolled, len(columns))]
        return _place(columns, shown, wanted, natural, floors, room)
    shown = list(range(len(columns)))
    while len(shown) > 1 and _least(shown, natural, floors) > room:
        droppable = [i for i in shown[1:] if columns[i].rank > 0 and columns[i].id not in keep]
        if not droppable:
            break
        shown.remove(max(droppable, key=lambda i: (columns[i].rank, i)))
    return _place(columns, shown, wanted, natural, floors, room)


def _least(shown: Sequence[int], natural: Sequence[int], floors: Sequence[int]) -> int:
    """Cells these columns take when wide ones have been shrunk, but none beyond reading."""
    each = [max(floors[i], min(natural[i], READABLE)) for i in shown]
    return sum(each) + len(shown) - 1


def _place(
    columns: Sequence[TableColumn],
    shown: Sequence[int],
    wanted: Sequence[int],
    natural: Sequence[int],
    floors: Sequence[int],
    room: int,
) -> Layout:
    widths = {i: natural[i] for i in shown}
    gaps = len(shown) - 1
    excess = sum(widths.values()) + gaps - room
    while excess > 0:
        # The widest gives first, so that short columns stay whole.
        giving = [i for i in shown if widths[i] > floors[i]]
        if not giving:
            break
        widest = max(giving, key=lambda i: widths[i])
        widths[widest] -= 1
        excess -= 1
    gap = 2 if excess + gaps <= 0 else 1
    spare = room - sum(widths.values()) - gap * gaps
    for i in sorted(shown, key=lambda i: (columns[i].rank, i)):
        grown = max(0, min(spare, wanted[i] - widths[i]))
        widths[i] += grown
        spare -= grown
    places: list[Place] = []
    x = GUTTER
    for i in shown:
        left = room + GUTTER - x
        if left <= 0 or (places and left < min(widths[i], NARROWEST)):
            break
        places.append(Place(i, x, min(widths[i], left)))
        x += widths[i] + gap
    return Layout(tuple(places), hidden=len(columns) - len(places), more_right=len(places) < len(shown))
