"""Text of any origin made to fill a given number of terminal cells, and to do nothing else to the terminal.

Terminals agree on the width of few things beyond single letters. What they are known to disagree on (joined
emoji, variation selectors, skin tones, flags) is taken apart into pieces of one certain width; characters
that would steer the terminal or hide are shown as symbols.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rich.cells import get_character_cell_size

ELLIPSIS = "…"
UNSHOWABLE = "\N{REPLACEMENT CHARACTER}"
_LONGEST = 4096
"""Characters looked at: more can't be seen in one line of any screen."""
_MOST_MARKS = 3
"""Combining marks kept on one character; a tower of them would cover the lines above."""
_DROPPED = frozenset("\u200c\u200d\ufe0e\ufe0f") | frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_BIDI = frozenset(("R", "AL", "AN"))
_ISOLATE, _POP = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_BASE = "\N{DOTTED CIRCLE}"


@lru_cache(maxsize=16384)
def fit(text: str, cells: int, right: bool = False) -> str:
    """`text` in exactly `cells` terminal cells: padded, or cut with an ellipsis."""
    if cells <= 0:
        return ""
    if text.isascii() and text.isprintable():
        if len(text) > cells:
            return text[: cells - 1] + ELLIPSIS
        return text.rjust(cells) if right else text.ljust(cells)
    shown, used = _clip(text, cells)
    blank = " " * (cells - used)
    return blank + shown if right else shown + blank


@lru_cache(maxsize=16384)
def width(text: str, most: int) -> int:
    """Cells that `text` wants, counted no further than `most` + 1."""
    if text.isascii() and text.isprintable():
        return min(len(text), most + 1)
    used = 0
    for _, cells in _clusters(text):
        used += cells
        if used > most:
            return most + 1
    return used


def _clip(text: str, cells: int) -> tuple[str, int]:
    """The clusters of `text` that fit, with an ellipsis if not all do, and the cells they take."""
    kept: list[tuple[str, int]] = []
    used = 0
    for cluster, wide in _clusters(text):
        kept.append((cluster, wide))
        used += wide
        if used > cells:
            while used > cells - 1:
                used -= kept.pop()[1]
            kept.append((ELLIPSIS, 1))
            used += 1
            break
    shown = "".join([cluster for cluster, _ in kept])
    if not shown.isascii() and any(unicodedata.bidirectional(char) in _BIDI for char in shown):
        shown = f"{_ISOLATE}{shown}{_POP}"
    return shown, used


def _clusters(text: str) -> list[tuple[str, int]]:
    """Each character with the marks that combine with it, and its width of 1 or 2 cells."""
    clusters: list[tuple[str, int]] = []
    marks = 0
    for char in text[:_LONGEST]:
        char = symbol(char)
        if not char:
            continue
        cells = get_character_cell_size(char)
        if cells:
            clusters.append((char, cells))
            marks = 0
            continue
        if not clusters:
            clusters.append((_BASE, 1))
        if marks < _MOST_MARKS:
            base, cells = clusters[-1]
            clusters[-1] = (base + char, cells)
        marks += 1
    return clusters


def symbol(char: str) -> str:
    """What stands for one character: itself, a visible stand-in, or nothing."""
    code = ord(char)
    if 32 <= code < 127:
        return char
    if code < 32:
        return chr(0x2400 + code)
    if code == 127:
        return "\N{SYMBOL FOR DELETE}"
    if char in _DROPPED:
        return ""
    if 0x1F1E6 <= code <= 0x1F1FF:  # regional indicators, two of which make a flag
        return chr(ord("A") + code - 0x1F1E6)
    # Controls, format (direction overrides among them), surrogates, private, unassigned, separators.
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return UNSHOWABLE
    return char
