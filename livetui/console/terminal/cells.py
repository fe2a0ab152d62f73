"""Written text as cells: what each shows, and in which pen. Anything that is not plainly that is Unknown."""

from __future__ import annotations

import re
from bisect import bisect_right
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


_NARROW, _WIDE, _UNCERTAIN, _CONTROL = 1, 2, 0, -1
_RANGES = {
    # Letters, signs, box drawing; ideographs, kana and Hangul: every terminal gives them one width. Whatever
    # is not here (marks that combine, emoji, right-to-left scripts, what joins or selects) is uncertain:
    # terminals differ about it, and about where the rest of its line comes to stand.
    0x00: _CONTROL,
    0x20: _NARROW,
    0x7F: _CONTROL,
    0xA0: _NARROW,
    0xAD: _UNCERTAIN,
    0xAE: _NARROW,
    0x300: _UNCERTAIN,
    0x370: _NARROW,
    0x378: _UNCERTAIN,
    0x37A: _NARROW,
    0x380: _UNCERTAIN,
    0x384: _NARROW,
    0x38B: _UNCERTAIN,
    0x38C: _NARROW,
    0x38D: _UNCERTAIN,
    0x38E: _NARROW,
    0x3A2: _UNCERTAIN,
    0x3A3: _NARROW,
    0x483: _UNCERTAIN,
    0x2010: _NARROW,
    0x2028: _UNCERTAIN,
    0x2030: _NARROW,
    0x205F: _UNCERTAIN,
    0x20A0: _NARROW,
    0x20C0: _UNCERTAIN,
    0x2100: _NARROW,
    0x218C: _UNCERTAIN,
    0x2190: _NARROW,
    0x231A: _UNCERTAIN,
    0x2400: _NARROW,
    0x2427: _UNCERTAIN,
    0x2500: _NARROW,
    0x25FD: _UNCERTAIN,
    0x2800: _NARROW,
    0x2900: _UNCERTAIN,
    0x3000: _WIDE,
    0x302A: _UNCERTAIN,
    0x3030: _WIDE,
    0x303F: _UNCERTAIN,
    0x3041: _WIDE,
    0x3097: _UNCERTAIN,
    0x309B: _WIDE,
    0x3100: _UNCERTAIN,
    0x3400: _WIDE,
    0x4DC0: _UNCERTAIN,
    0x4E00: _WIDE,
    0xA000: _UNCERTAIN,
    0xAC00: _WIDE,
    0xD7A4: _UNCERTAIN,
    0xD800: _CONTROL,
    0xE000: _UNCERTAIN,
    0xFF01: _WIDE,
    0xFF61: _UNCERTAIN,
    0xFFE0: _WIDE,
    0xFFE7: _UNCERTAIN,
}
"""How wide the characters are from each code on; lone surrogates cannot be written at all."""
_STARTS, _HOW_WIDE = list(_RANGES), list(_RANGES.values())


class _Widths(dict[str, int]):
    """By character, as far as they have come up; expressions over all of Unicode take long to compile."""

    def __missing__(self, char: str) -> int:
        wide = self[char] = _HOW_WIDE[bisect_right(_STARTS, ord(char)) - 1]
        return wide


_WIDTHS = _Widths()
_SGR = re.compile(r"\x1b\[([\d;]*)m")


def uncertain(text: str) -> bool:
    """Whether terminals may differ about how wide it is."""
    return not text.isascii() and _UNCERTAIN in map(_WIDTHS.__getitem__, text)


@lru_cache(512)
def written(text: str) -> tuple[Cell, ...]:
    """The cells of text and SGRs, written from an unadorned pen and back to it. Unknown for anything else."""
    cells: list[Cell] = []
    now = NO_PEN
    for number, piece in enumerate(_SGR.split(text)):
        if number % 2:
            now = taken_up(now, piece)
        elif (widths := set(map(_WIDTHS.__getitem__, piece))) <= {_NARROW}:
            cells += map(now.cells.__getitem__, piece)
        elif _CONTROL in widths:
            raise Unknown(repr(piece))
        else:
            for char in piece:
                _add(cells, char, now)
    if now is not NO_PEN:
        raise Unknown("a pen that is not put down")
    return tuple(cells)


def _add(cells: list[Cell], char: str, now: Pen) -> None:
    """One more character, as wide as Textual takes it to be."""
    wide = _WIDTHS[char]
    if wide == _NARROW:
        cells.append(now.cells[char])
    elif wide == _WIDE:
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
