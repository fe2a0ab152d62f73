"""What a terminal can do beyond what Textual itself asks of it, told by the name in TERM."""

from __future__ import annotations

from livetui.frozen import frozen


@frozen
class Kind:
    """Abilities of a kind of terminal. A plain one is only moved in and written to, as Textual does."""

    lines: bool = False
    """Inserts and deletes lines (IL, DL of ECMA-48), which is how part of the screen is scrolled."""
    erases: bool = False
    """Erases to the end of the line (EL) and moves within it (CUF)."""
    paints_erased: bool = False
    """Erasing leaves the background colour in force, not the default one ("bce" in terminfo)."""


PLAIN = Kind()
_ALL = Kind(lines=True, erases=True, paints_erased=True)
_NO_BACKGROUND = Kind(lines=True, erases=True)

KINDS: dict[str, Kind] = {
    "xterm": _ALL,
    "linux": _ALL,
    "alacritty": _ALL,
    "foot": _ALL,
    "contour": _ALL,
    "ghostty": _ALL,
    "kitty": _ALL,
    "konsole": _ALL,
    "putty": _ALL,
    "rxvt": _ALL,
    "st": _ALL,
    "vte": _ALL,
    "wezterm": _ALL,
    # Neither promises the background: GNU screen has it switched off, old tmux does not know it.
    "screen": _NO_BACKGROUND,
    "tmux": _NO_BACKGROUND,
}
"""By what TERM begins with, up to its first `-` or `.`."""


def kind_of(term: str) -> Kind:
    """The kind that TERM names; a plain one for any name that is not known."""
    return KINDS.get(term.partition("-")[0].partition(".")[0], PLAIN)
