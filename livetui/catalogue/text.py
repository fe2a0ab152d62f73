"""Text from outside, made fit for a terminal: what could steer it or hide in it is shown, not obeyed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator


def visible(text: str) -> str:
    """The text with every character that is invisible or steers a terminal written out.

    C0 controls and DEL become control pictures (␛, ␀ …); C1 controls, line separators, bidirectional
    controls, zero-width and other format characters and lone surrogates become escapes such as
    `\\u202e`. Letters of every script, emoji and combining marks stay, and so does a joiner between two
    characters that are not ASCII: scripts and emoji need it there, and elsewhere it only hides.
    """
    if text.isprintable():
        return text
    around = f" {text} "
    return "".join(
        char if char.isprintable() or _joins(around[index], char, around[index + 2]) else _written(char)
        for index, char in enumerate(text)
    )


_JOINERS = "\u200c\u200d"


def _joins(before: str, char: str, after: str) -> bool:
    return char in _JOINERS and not before.isascii() and not after.isascii()


def _written(char: str) -> str:
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if unicodedata.category(char) == "Zs":
        return char
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def columns(text: str) -> int:
    """How many terminal columns the text takes: wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if unicodedata.combining(char) or char in _JOINERS or "\ufe00" <= char <= "\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, width: int) -> Iterator[str]:
    """The text in lines of at most `width` columns, broken at blanks, or anywhere in too long a word."""
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if columns(joined) <= width:
            line = joined
            continue
        if line:
            yield line
        line = word
        while columns(line) > width:
            head = _head(line, width)
            yield head
            line = line[len(head) :]
    if line:
        yield line


def _head(text: str, width: int) -> str:
    """The longest beginning that takes at most `width` columns, and at least one character."""
    used = 0
    for index, char in enumerate(text):
        used += _columns(char)
        if used > width and index:
            return text[:index]
    return text
