"""`Name=value` words of the command line, as the parameters of an action."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from livetui.catalogue import Action, Catalogue, Field
from livetui.catalogue.times import NUMBERS, notation_of
from livetui.operations import entry


class BadWord(ValueError):
    """A word that is no assignment, or does not fit the action; reads as one line."""


def assign(
    catalogue: Catalogue,
    action: Action,
    words: Iterable[str],
    base: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """The parameters in `base` with the words laid over them.

    A word is `Name=value`, `Name.Member=value` for what is inside, `List.0=value` or `List.0.Member=value`
    for entries, numbered from 0; the order of the words does not matter. A list or structure as a whole is
    written as JSON. A time is written as the API does, or with an offset, or as `+2h` or `-1d` from now.
    Raises BadWord.
    """
    pairs: dict[tuple[str, ...], str] = {}
    for word in words:
        name, equals, text = word.partition("=")
        path = tuple(name.split("."))
        if not equals or not all(path):
            raise BadWord(f"{word!r} is not Name=value")
        if path in pairs:
            raise BadWord(f"{name} is given twice")
        pairs[path] = text
    params: dict[str, Any] = _copy(base)
    for path in sorted(pairs, key=_order):
        _set(catalogue, action, params, path, pairs[path], now)
    return params


def _order(path: tuple[str, ...]) -> list[tuple[int, str]]:
    """Entries of a list by number, so that `List.10` comes after `List.9`."""
    return [(int(step) if step.isdecimal() else -1, step) for step in path]


def _set(
    catalogue: Catalogue,
    action: Action,
    params: dict[str, Any],
    path: tuple[str, ...],
    text: str,
    now: datetime,
) -> None:
    name = ".".join(path)
    field = _member(action.parameters, path[0], path[0], action.name)
    here: Any = params
    key: str | int = path[0]
    inside_list = False
    for depth, step in enumerate(path[1:], 1):
        so_far = ".".join(path[: depth + 1])
        if field.is_list and not inside_list:
            here = _grown(here, key, [], name)
            key, inside_list = _index(here, step, so_far), True
        elif field.item_type in entry.SCALARS:
            raise BadWord(f"{name}: {'.'.join(path[:depth])} is a {field.item_type} and has nothing inside")
        else:
            here = _grown(here, key, {}, name)
            field = _member(catalogue.structure(field.item_type).members, step, so_far, action.name)
            key, inside_list = step, False
    shape = entry.item_of(field) if inside_list else field
    try:
        value = _value(shape, text, now)
    except ValueError as error:
        shown = "" if field.sensitive else f", not {text!r}"
        raise BadWord(f"{name} {error}{shown}") from None
    if isinstance(here, list) and key == len(here):
        here.append(value)
    else:
        here[key] = value


def _value(field: Field, text: str, now: datetime) -> Any:
    if field.type == "timestamp":
        # What the API itself would take goes as it is; only then is it read as a person's word for a time.
        as_number = int(text) if text.isdecimal() and not NUMBERS.isdisjoint(field.time) else text
        if not field.time or text == "" or notation_of(field, as_number):
            return as_number
    if field.type == "string" and field.is_list is False:
        return text
    return entry.read(field, text, now)


def _member(fields: Iterable[Field], name: str, path: str, action: str) -> Field:
    known = {field.name: field for field in fields}
    if name not in known:
        near = get_close_matches(name, known, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise BadWord(f"{action} has no parameter {path}{hint}")
    return known[name]


def _grown(here: Any, key: str | int, fresh: Any, name: str) -> Any:
    """What is at that place, made where nothing is."""
    if isinstance(here, list):
        assert isinstance(key, int)
        if key == len(here):
            here.append(fresh)
    else:
        here.setdefault(key, fresh)
    there = here[key]
    if not isinstance(there, type(fresh)):
        raise BadWord(f"{name}: what is given by --json there is no {'list' if fresh == [] else 'object'}")
    return there


def _index(there: list[Any], step: str, path: str) -> int:
    if not step.isdecimal() or int(step) > len(there):
        raise BadWord(f"{path}: entries are numbered from 0 without gaps; the next is {len(there)}")
    return int(step)


def _copy(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _copy(member) for name, member in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value
