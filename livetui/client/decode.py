"""A reply's JSON: whole where it is short, a row at a time where decoding it all would hold a key."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from typing import Any, NamedTuple

_LONG = 50_000
"""Characters that are decoded at once; ten times as many take a slow core twenty milliseconds."""
_SOME = 20
"""Rows between two pauses."""
_DEEPEST = 5
"""Objects inside each other that the list of rows may lie in; deeper ones are decoded whole."""
_blank = re.compile(r"[ \t\n\r]*").match


class Told(NamedTuple):
    """What an answer's body says."""

    raw: str
    outer: dict[str, Any] | None
    """The JSON object that it is; None where it is none."""
    trouble: str
    """What it is instead, in words."""


def decoding(body: bytes) -> Generator[None, None, Told]:
    """Reads a body, with pauses in a long one."""
    raw = body.decode("utf-8", "replace")
    outer: Any = None
    try:
        outer = json.loads(raw, parse_constant=_no_constant) if len(raw) < _LONG else (yield from _whole(raw))
    except (ValueError, RecursionError):
        trouble = "text that is not JSON"
    else:
        trouble = "JSON that is no object"
    if isinstance(outer, dict):
        return Told(raw, outer, "")
    if not raw.strip():
        return Told(raw, None, "empty")
    return Told(raw, None, "a web page" if raw.lstrip()[:1] == "<" else trouble)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_read = json.JSONDecoder(parse_constant=_no_constant).raw_decode


def _whole(raw: str) -> Generator[None, None, Any]:
    value, at = yield from _value(raw, _next(raw, 0), _DEEPEST)
    if at < len(raw):
        raise ValueError("more than one value")
    return value


def _next(raw: str, at: int) -> int:
    """Where the next token begins."""
    found = _blank(raw, at)
    assert found is not None  # it matches nothing at all as well
    return found.end()


def _value(raw: str, at: int, deep: int) -> Generator[None, None, tuple[Any, int]]:
    """A value, and where the next token begins. Objects are gone through for the lists that lie in them."""
    first = raw[at : at + 1]
    if first == "{" and deep:
        return (yield from _object(raw, at, deep))
    if first == "[":
        return (yield from _list(raw, at))
    value, at = _read(raw, at)
    return value, _next(raw, at)


def _object(raw: str, at: int, deep: int) -> Generator[None, None, tuple[dict[str, Any], int]]:
    made: dict[str, Any] = {}
    at = _next(raw, at + 1)
    if raw[at : at + 1] == "}":
        return made, _next(raw, at + 1)
    while True:
        if raw[at : at + 1] != '"':
            raise ValueError("a member without a name")
        name, at = _read(raw, at)
        at = _after(raw, _next(raw, at), ":")
        made[name], at = yield from _value(raw, at, deep - 1)
        if raw[at : at + 1] == "}":
            return made, _next(raw, at + 1)
        at = _after(raw, at, ",")


def _list(raw: str, at: int) -> Generator[None, None, tuple[list[Any], int]]:
    made: list[Any] = []
    at = _next(raw, at + 1)
    if raw[at : at + 1] == "]":
        return made, _next(raw, at + 1)
    while True:
        value, at = _read(raw, at)
        made.append(value)
        at = _next(raw, at)
        if raw[at : at + 1] == "]":
            return made, _next(raw, at + 1)
        at = _after(raw, at, ",")
        if len(made) % _SOME == 0:
            yield


def _after(raw: str, at: int, mark: str) -> int:
    if raw[at : at + 1] != mark:
        raise ValueError(f"no {mark}")
    return _next(raw, at + 1)
