"""Trees of parameters: dictionaries and lists as JSON has them, reached by dotted paths."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from livetui.catalogue.model import UNSET

Change = tuple[str, Any, Any]
"""(path, before, after); UNSET stands for nothing."""


def dig(values: Any, path: str) -> Any:
    """The value at a path ("InputStreamList.0.InputStreamName"); UNSET where there is none."""
    for step in path.split("."):
        if isinstance(values, dict) and step in values:
            values = values[step]
        elif isinstance(values, list) and step.isdigit() and int(step) < len(values):
            values = values[int(step)]
        else:
            return UNSET
    return values


def copy(value: Any) -> Any:
    """As deepcopy, but UNSET stays the one UNSET."""
    if isinstance(value, Mapping):
        return {name: copy(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [copy(item) for item in value]
    return value


def step_in(here: Any, step: str, below: Any) -> Any:
    """What is at that step, made as `below` (a fresh list or dictionary) where nothing fit is there."""
    if isinstance(here, list):
        make_room(here, int(step), step)
        if not isinstance(here[int(step)], list | dict):
            here[int(step)] = below
        return here[int(step)]
    if not isinstance(here.get(step), type(below)):
        here[step] = below
    return here[step]


def make_room(entries: list[Any], index: int, path: str) -> None:
    """Lets a list be set at its end. Raises KeyError beyond it."""
    if index > len(entries):
        raise KeyError(path)
    if index == len(entries):
        entries.append(UNSET)


def hollow(value: Any, path: str = "") -> Iterator[str]:
    """Paths of entries that have no value yet."""
    if value is UNSET:
        yield path
    elif isinstance(value, Mapping | list):
        for step, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from hollow(item, f"{path}.{step}" if path else str(step))


def differences(path: str, before: Any, after: Any) -> Iterator[Change]:
    """Each change, as deep down as both sides have the same shape."""
    if before == after:
        return
    sides = [side for side in (before, after) if side is not UNSET]
    if sides and all(isinstance(side, dict) and side for side in sides):
        names = dict.fromkeys(name for side in sides for name in side)
        for name in names:
            yield from differences(f"{path}.{name}", dig(before, name), dig(after, name))
    elif all(isinstance(side, list) for side in (before, after)) and len(before) == len(after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from differences(f"{path}.{number}", old, new)
    else:
        yield path, before, after
