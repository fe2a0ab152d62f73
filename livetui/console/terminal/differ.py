"""What the terminal shows against what it should show, and the least output that makes them equal.

Lines that moved as a whole are moved by the terminal: so many lines deleted at one place, as many inserted at
another. That scrolls a part of the screen without a scroll region, which is a state of the terminal's that
would stay behind if the line broke before it is taken back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby, pairwise

from livetui.console.terminal.cells import NO_PEN, Cell, Pen, uncertain
from livetui.console.terminal.kinds import Kind
from livetui.console.terminal.wanted import Frame, Row

SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"

_FEWEST = 3
"""Lines that must have moved together before it is worth finding out where to."""
_PLAINLY_OFF = {3: "23", 4: "24", 7: "27", 9: "29"}
_EASY = frozenset({1, 2, *_PLAINLY_OFF})
"""Attributes that every terminal can switch off one by one."""
_UNSEEN = frozenset({1, 2, 3})
"""Attributes that a blank does not show."""


def plainly(frame: Frame) -> str:
    """All of a frame that is known, whatever the terminal shows and whatever it can do."""
    written: list[str] = []
    for y, row in enumerate(frame.rows):
        for known, cells in groupby(enumerate(row), lambda cell: cell[1] is not None):
            for number, (x, cell) in enumerate(cells if known else ()):
                move = "" if number else f"\x1b[{y + 1};{x + 1}H"
                text, pen = cell or ("", NO_PEN)
                written.append(f"{move}{_change(NO_PEN, pen)}{text}{_change(pen, NO_PEN)}")
    x, y = frame.cursor
    return f"{''.join(written)}\x1b[{y + 1};{x + 1}H"


class Differ:
    """What the terminal shows now."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._rows: list[Row] = []
        self._size = (0, 0)
        self._cursor: tuple[int, int] | None = None

    def forget(self) -> None:
        """The terminal was written to by others: nothing is known of what it shows."""
        self._size = (0, 0)

    def output(self, frame: Frame) -> str:
        """What to write so that the terminal shows the frame; "" when it does."""
        if self._size != (frame.width, frame.height):
            self._size = (frame.width, frame.height)
            self._rows = [[None] * frame.width for _ in range(frame.height)]
            self._cursor = None
        scroll = _scrolled(self._rows, frame.rows) if self._kind.lines else None
        ways: list[str] = []
        if scroll is not None:
            moved, at = scroll.written(frame.height)
            ways.append(moved + self._plain(scroll.applied(self._rows, frame.width), frame, at))
        if scroll is None or not scroll.plainly_best:
            ways.append(self._plain(self._rows, frame, self._cursor))
        best = min(ways, key=len)
        self._rows, self._cursor = list(frame.rows), frame.cursor
        return f"{SYNC_START}{best}{SYNC_END}" if best and frame.synchronised else best

    def _plain(self, shown: Sequence[Row], frame: Frame, at: tuple[int, int] | None) -> str:
        """Output that changes cells where they are, and leaves the cursor in its place without a pen."""
        out = _Output(self._kind, frame.width, at)
        for y, (old, new) in enumerate(zip(shown, frame.rows, strict=True)):
            if old is not new and old != new:
                out.line(y, old, new, frame.starts[y])
        out.take_up(NO_PEN)
        out.move(*frame.cursor)
        return "".join(out.written)


class Scroll:
    """Lines of `top` to `bottom`, both included, moved up by so many (down for a negative number).

    `fitting`: how many of them are then where they should be.
    """

    def __init__(self, top: int, bottom: int, up: int, fitting: int) -> None:
        self.top, self.bottom, self.up, self._fitting = top, bottom, up, fitting

    @property
    def plainly_best(self) -> bool:
        """Whether there is no need to look what writing all of it would cost."""
        return self._fitting * 2 > self.bottom - self.top + 1

    def applied(self, rows: Sequence[Row], width: int) -> list[Row]:
        """The rows after it; of those that came in, nothing is taken for granted."""
        part = rows[self.top : self.bottom + 1]
        empty: list[Row] = [[None] * width for _ in range(abs(self.up))]
        part = [*part[self.up :], *empty] if self.up > 0 else [*empty, *part[: self.up]]
        return [*rows[: self.top], *part, *rows[self.bottom + 1 :]]

    def written(self, height: int) -> tuple[str, tuple[int, int]]:
        """The output for it on a screen of so many lines, and where it leaves the cursor."""
        lowest = self.bottom - abs(self.up) + 1
        deleted, inserted = (self.top, lowest) if self.up > 0 else (lowest, self.top)
        places = [(deleted, "M"), (inserted, "L")]
        if self.bottom == height - 1:
            # What is pushed off the screen's last line need not be taken away.
            places = places[:1] if self.up > 0 else places[1:]
        count = abs(self.up) if abs(self.up) > 1 else ""
        output = "".join(f"\x1b[{y + 1}H\x1b[{count}{final}" for y, final in places)
        return output, (0, places[-1][0])


def _scrolled(old: Sequence[Row], new: Sequence[Row]) -> Scroll | None:
    """The one scroll that brings most lines to their place, if it is any to speak of. Told by their text."""
    different = [y for y in range(len(new)) if old[y] is not new[y] and old[y] != new[y]]
    if len(different) < _FEWEST:
        return None
    first, last = different[0], different[-1]
    places: dict[str, list[int]] = {}
    for y in range(first, last + 1):
        if (text := _text(old[y])).strip():
            places.setdefault(text, []).append(y)
    found = [(y, was) for y in different for was in places.get(_text(new[y]), ()) if was != y]
    if not found:
        return None
    up, times = Counter(was - y for y, was in found).most_common(1)[0]
    if times < _FEWEST:
        return None
    ys = [line for y, was in found if was - y == up for line in (y, was)]
    return Scroll(min(ys), max(ys), up, times)


def _text(row: Row) -> str:
    return "".join([cell[0] if cell else "\0" for cell in row])


class _Output:
    """Output under way: what was written, where the cursor is and which pen is taken up."""

    def __init__(self, kind: Kind, width: int, at: tuple[int, int] | None) -> None:
        self.written: list[str] = []
        self._kind, self._width, self._at, self._pen = kind, width, at, NO_PEN

    def move(self, x: int, y: int) -> None:
        if self._at == (x, y):
            return
        if self._at is not None and self._at[1] == y and x > self._at[0] and self._kind.erases:
            self.written.append(_right(x - self._at[0]))
        else:
            self.written.append(f"\x1b[{y + 1};{x + 1}H" if x else f"\x1b[{y + 1}H")
        self._at = (x, y)

    def take_up(self, pen: Pen) -> None:
        if pen is not self._pen:
            self.written.append(_change(self._pen, pen))
            self._pen = pen

    def line(self, y: int, old: Row, new: Row, starts: frozenset[int]) -> None:
        """Make one line of the terminal's equal to what it should be."""
        certain = min(_certain(old), _certain(new))
        while 0 < certain < self._width and _right_half(new[certain]):
            certain -= 1
        spans = _spans(old, new)
        tail = self._tail(old, new)
        for x, end in spans:
            if end > certain:
                # What stands after a character of uncertain width is where only the terminal knows.
                self._cells(y, x, certain, new)
                self._anew(y, certain, old, new, starts)
                return
            if tail < end and end - max(x, tail) > 3 and end <= self._width:
                self._cells(y, x, max(x, tail), new)
                self._erase(y, max(x, tail), new)
                return
            self._cells(y, x, end, new)

    def _tail(self, old: Row, new: Row) -> int:
        """The column from which the line is blank to its end and can be erased to be so."""
        blank = new[-1]
        if not self._kind.erases or blank is None or blank[0] != " ":
            return self._width
        pen = blank[1]
        if not pen.attributes <= _UNSEEN or (pen.back and not self._kind.paints_erased):
            return self._width
        at = self._width
        while at > 0 and new[at - 1] is blank:
            at -= 1
        while at < self._width and (was := old[at]) is not None and not was[0]:
            at += 1
        return at

    def _erase(self, y: int, x: int, new: Row) -> None:
        blank = new[-1]
        assert blank is not None
        self.move(x, y)
        self.take_up(blank[1])
        self.written.append("\x1b[K")

    def _anew(self, y: int, x: int, old: Row, new: Row, starts: frozenset[int]) -> None:
        """Write a line to its end as Textual would: on and on, but where it moves itself."""
        places = sorted({x, self._width, *(start for start in starts if start > x)})
        for start, end in pairwise(places):
            if old[start:end] == new[start:end]:
                continue
            for known, cells in groupby(range(start, end), lambda x: new[x] is not None):
                if known:
                    those = list(cells)
                    self._at = None
                    self._cells(y, those[0], those[-1] + 1, new)
        self._at = None

    def _cells(self, y: int, x: int, end: int, new: Row) -> None:
        """Write cells, all of them known, in their pens."""
        if x >= end:
            return
        self.move(x, y)
        written, pen = self.written, self._pen
        for cell in new[x:end]:
            assert cell is not None
            if cell[1] is not pen:
                written.append(_change(pen, cell[1]))
                pen = cell[1]
            written.append(cell[0])
        self._pen = pen
        # In the last column terminals stay, or are about to go on: no matter which.
        self._at = (end, y) if end < self._width else None


def _certain(row: Row) -> int:
    """The column up to which it is certain where each character stands."""
    if not uncertain("".join([cell[0] for cell in row if cell])):
        return len(row)
    return next(x for x, cell in enumerate(row) if cell and uncertain(cell[0]))


def _spans(old: Row, new: Row) -> list[tuple[int, int]]:
    """(first, end) of what has to be written, from the left, wide characters whole.

    What is equal in between is written again where that takes no more than to move over it.
    """
    spans: list[tuple[int, int]] = []
    start = -1
    for x, (was, cell) in enumerate(zip(old, new, strict=True)):
        if was is cell or cell is None or was == cell:
            if start >= 0:
                spans.append((start, x))
                start = -1
        elif start < 0:
            start = x
    if start >= 0:
        spans.append((start, len(new)))
    joined: list[tuple[int, int]] = []
    for x, end in spans:
        x, end = _whole(x, end, old, new)
        if joined and (x <= joined[-1][1] or _cheaper(joined[-1][1], x, new)):
            x, before = joined.pop()
            end = max(end, before)
        joined.append((x, end))
    return joined


def _whole(x: int, end: int, old: Row, new: Row) -> tuple[int, int]:
    """The span with the other halves of wide characters, old and new, that it would cut."""
    while x > 0 and (_right_half(old[x]) or _right_half(new[x])) and new[x - 1] is not None:
        x -= 1
    while end < len(new) and (_right_half(old[end]) or _right_half(new[end])) and new[end] is not None:
        end += 1
    return x, end


def _right_half(cell: Cell | None) -> bool:
    return cell is not None and not cell[0]


def _cheaper(end: int, x: int, new: Row) -> bool:
    """Whether writing the cells between two spans takes no more bytes than moving over them."""
    if x - end > 24:
        return False
    between = new[end : x + 1]
    if None in between:
        return False
    pen = new[end - 1][1]  # type: ignore[index]  # a span has no unknown cell
    straight = len(_change(pen, between[-1][1]))  # type: ignore[index]
    cost = 0
    for cell in between:
        assert cell is not None
        if cell[1] is not pen:
            cost += len(_change(pen, cell[1]))
            pen = cell[1]
        cost += len(cell[0].encode())
    return cost - len(between[-1][0].encode()) - straight <= len(_right(x - end))  # type: ignore[index]


def _right(cells: int) -> str:
    return f"\x1b[{cells}C" if cells > 1 else "\x1b[C"


@lru_cache(4096)
def _change(old: Pen, new: Pen) -> str:
    """The shortest SGR from one pen to the other; "" for the same."""
    if old is new:
        return ""
    if new is NO_PEN:
        return "\x1b[m"
    anew = ";".join(["", *new.parameters] if old is not NO_PEN else new.parameters)
    lost, won = old.attributes - new.attributes, new.attributes - old.attributes
    if lost <= _EASY:
        codes: list[str] = []
        if lost & {1, 2}:
            # One code switches off both.
            codes.append("22")
            won |= new.attributes & {1, 2}
        codes += [_PLAINLY_OFF[number] for number in sorted(lost - {1, 2})]
        codes += map(str, sorted(won))
        if new.fore != old.fore:
            codes.append(new.fore or "39")
        if new.back != old.back:
            codes.append(new.back or "49")
        anew = min(anew, ";".join(codes), key=len)
    return f"\x1b[{anew}m"
