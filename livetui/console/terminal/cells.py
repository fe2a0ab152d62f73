"""Written text as cells: what each shows, and in which pen. Anything that is not plainly that is Unknown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from rich.cells import cell_len


class Unknown(Exception):
    """Output that is not understood; it has to be passed on as it is."""


class Pen:
    """Attributes and colours of a cell. One object for each combination, so that they compare by identity.

    `attributes`: SGR codes that switch something on; `fore` and `back`: SGR parameters, "" for the default.
    """

    __slots__ = ("attributes", "back", "cells", "fore")

    def __init__(self, attributes: frozenset[int], fore: str, back: str) -> None:
        self.attributes, self.fore, self.back = attributes, fore, back
        self.cells = _Cells(self)

    @property
    def parameters(self) -> list[str]:
        """Of the SGR that takes up this pen from none."""
        return [*map(str, sorted(self.attributes)), *filter(None, (self.fore, self.back))]


Cell = tuple[str, Pen]
"""A character with what combines with it; "" for the right half of a wide one."""


class _Cells(dict[str, Cell]):
    """The cells of one pen by their text: one object each, so that lines compare fast."""

    def __init__(self, pen: Pen) -> None:
        super().__init__()
        self._pen = pen

    def __missing__(self, text: str) -> Cell:
        cell = self[text] = (text, self._pen)
        return cell


_PENS: dict[tuple[frozenset[int], str, str], Pen] = {}


def pen(attributes: frozenset[int] = frozenset(), fore: str = "", back: str = "") -> Pen:
    """The pen with these attributes and colours."""
    key = (attributes, fore, back)
    if key not in _PENS:
        _PENS[key] = Pen(*key)
    return _PENS[key]


NO_PEN = pen()
"""No attributes, default colours: what a terminal is left in between frames."""

_ON = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 9, 21, 51, 52, 53})
_OFF: dict[int, frozenset[int]] = {
    22: frozenset({1, 2}),
    23: frozenset({3}),
    24: frozenset({4, 21}),
    25: frozenset({5, 6}),
    27: frozenset({7}),
    28: frozenset({8}),
    29: frozenset({9}),
    54: frozenset({51, 52}),
    55: frozenset({53}),
}


@lru_cache(1024)
def taken_up(before: Pen, parameters: str) -> Pen:
    """The pen after an SGR (ECMA-48 8.3.117; colours as xterm has them). Unknown for any other parameter."""
    attributes, fore, back = before.attributes, before.fore, before.back
    codes = iter(parameters.split(";"))
    for code in codes:
        number = int(code or 0)
        if number == 0:
            attributes, fore, back = frozenset(), "", ""
        elif number in _ON:
            attributes |= {number}
        elif number in _OFF:
            attributes -= _OFF[number]
        elif 30 <= number <= 37 or 90 <= number <= 97:
            fore = code
        elif 40 <= number <= 47 or 100 <= number <= 107:
            back = code
        elif number == 38:
            fore = _colour("38", codes)
        elif number == 48:
            back = _colour("48", codes)
        elif number == 39:
            fore = ""
        elif number == 49:
            back = ""
        else:
            raise Unknown(f"SGR {parameters}")
    return pen(attributes, fore, back)


def _colour(which: str, codes: Iterator[str]) -> str:
    how = next(codes, "")
    values = [next(codes, "") for _ in range({"5": 1, "2": 3}.get(how, 0))]
    if not values or "" in values:
        raise Unknown(f"SGR {which};{how}")
    return ";".join((which, how, *values))


# Characters that every terminal gives one width: letters, signs, box drawing; ideographs, kana and Hangul.
# Whatever is in neither (marks that combine, emoji, right-to-left scripts, what joins or selects) is
# uncertain: terminals differ about it, and about where the rest of its line comes to stand.
_NARROW = (
    r" -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482"
    r"\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u218b\u2190-\u2319\u2400-\u2426\u2500-\u25fc\u2800-\u28ff"
)
_WIDE = (
    r"\u3000-\u3029\u3030-\u303e\u3041-\u3096\u309b-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    r"\uff01-\uff60\uffe0-\uffe6"
)
_ALL_NARROW = re.compile(f"[{_NARROW}]*").fullmatch
_IS_WIDE = re.compile(f"[{_WIDE}]").match
_IS_NARROW = re.compile(f"[{_NARROW}]").match
_UNCERTAIN = re.compile(f"[^{_NARROW}{_WIDE}]").search
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]").search
_SGR = re.compile(r"\x1b\[([\d;]*)m")


def uncertain(text: str) -> bool:
    """Whether terminals may differ about how wide it is."""
    return not text.isascii() and _UNCERTAIN(text) is not None


@lru_cache(512)
def written(text: str) -> tuple[Cell, ...]:
    """The cells of text and SGRs, written from an unadorned pen and back to it. Unknown for anything else."""
    cells: list[Cell] = []
    now = NO_PEN
    for number, piece in enumerate(_SGR.split(text)):
        if number % 2:
            now = taken_up(now, piece)
        elif piece.isascii() and piece.isprintable():
            cells += map(now.cells.__getitem__, piece)
        elif _CONTROL(piece):
            raise Unknown(repr(piece))
        elif _ALL_NARROW(piece):
            cells += map(now.cells.__getitem__, piece)
        else:
            for char in piece:
                _add(cells, char, now)
    if now is not NO_PEN:
        raise Unknown("a pen that is not put down")
    return tuple(cells)


def _add(cells: list[Cell], char: str, now: Pen) -> None:
    """One more character, as wide as Textual takes it to be."""
    if _IS_NARROW(char):
        cells.append(now.cells[char])
    elif _IS_WIDE(char):
        cells += (now.cells[char], now.cells[""])
    else:
        at = len(cells) - 1
        while at >= 0 and not cells[at][0]:
            at -= 1
        before = cells[at][0] if at >= 0 else ""
        more = cell_len(before + char) - cell_len(before)
        joins = more <= 0 or char == "\ufe0f"
        if not joins:
            cells += (now.cells[char], *[now.cells[""]] * (more - 1))
        elif not before or more < 0:
            raise Unknown(repr(char))
        else:
            # It belongs to the character before it, whose cells it may make one more.
            its_pen = cells[at][1]
            cells[at] = its_pen.cells[before + char]
            cells += [its_pen.cells[""]] * more
