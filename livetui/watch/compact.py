"""Rows in little room: tens of thousands are kept, and few of them are ever looked at in full.

A `Record` stands for a JSON object: a tuple of its shape and its values. Objects of the same members share
one shape; objects inside are records too. It is half the size of the dict it was made from and can be
compared at once; who wants to read more than a member of it unpacks it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from operator import eq, is_
from typing import Any

Shape = Mapping[str, int]
"""Member -> its place in the record."""

_SHAPES: dict[tuple[str, ...], dict[str, int]] = {}
_MOST_SHAPES = 1_000
"""Shapes that are shared; a service whose every row has other members does not fill the memory with them."""
_MOST_VALUES = 1_000
"""Texts and numbers of a member that are shared: beyond, hardly any two rows have the same."""


class Record(tuple[Any, ...]):
    """(shape, *values)."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def get(self, name: str) -> Any:
        """A member's value, packed as it is; None where there is none."""
        place = self[0].get(name)
        return None if place is None else self[place]

    def laid(self, name: str, value: Any) -> Record:
        """The record with that value under the name; the very same where it is there already."""
        place = self[0].get(name)
        if place is None:
            return Record((_shape((*self[0], name)), *self[1:], value))
        if self[place] is value:
            return self
        return Record((*self[:place], value, *self[place + 1 :]))

    def without(self, name: str) -> Record:
        """The record with nothing under the name."""
        place = self[0].get(name)
        if place is None:
            return self
        names = tuple(one for one in self[0] if one != name)
        return Record((_shape(names), *self[1:place], *self[place + 1 :]))


class Press:
    """Packs the rows of one reading; what many of them have in common is kept once."""

    def __init__(self) -> None:
        self._known: dict[str, dict[Any, Any] | None] = {}

    def pack(self, row: Mapping[str, Any]) -> Record:
        return Record((_shape(tuple(row)), *[self._value(name, value) for name, value in row.items()]))

    def _value(self, name: str, value: Any) -> Any:
        kind = type(value)
        if kind is str or kind is int:
            return self._shared(name, value)
        if kind is dict:
            return self.pack(value)
        if kind is list:
            return [self._value(name, one) for one in value]
        return value

    def _shared(self, name: str, value: str | int) -> Any:
        known = self._known.get(name)
        if known is None:
            if name in self._known:
                return value
            known = self._known[name] = {}
        if len(known) > _MOST_VALUES:
            self._known[name] = None
        return known.setdefault(value, value)


class View(Mapping[str, Any]):
    """A record read as the object it stands for, without unpacking it."""

    __slots__ = ("_record",)

    def __init__(self, record: Record) -> None:
        self._record = record

    def __getitem__(self, name: str) -> Any:
        return _seen(self._record[self._record[0][name]])

    def get(self, name: str, default: Any = None) -> Any:
        place = self._record[0].get(name)
        if place is None:
            return default
        value = self._record[place]
        kind = type(value)
        return _seen(value) if kind is Record or kind is list else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._record[0])

    def __len__(self) -> int:
        return len(self._record) - 1


def _seen(value: Any) -> Any:
    if type(value) is Record:
        return View(value)
    if type(value) is list:
        return [View(one) if type(one) is Record else _seen(one) for one in value]
    return value


def reach(value: Any, path: str) -> Any:
    """The value at a dotted path through what is packed; numbers index lists; None where there is nothing."""
    if type(value) is Record and (place := value[0].get(path)) is not None:
        return value[place]
    for word in path.split("."):
        if type(value) is Record or isinstance(value, Mapping):
            value = value.get(word)
        elif isinstance(value, list) and word.lstrip("-").isdigit():
            index = int(word)
            value = value[index] if -len(value) <= index < len(value) else None
        else:
            return None
    return value


def unpack(value: Any) -> Any:
    """What was packed: records as dicts, all the way down."""
    if type(value) is Record:
        return {name: unpack(member) for name, member in zip(value[0], value[1:], strict=True)}
    if type(value) is list:
        return [unpack(one) for one in value]
    return value


def renewed(new: Any, old: Any) -> Any:
    """The new value made of the old one's parts as far as they are equal; the old one where all of it is."""
    if type(new) is not type(old):
        return new
    if new == old:
        return old
    if type(new) is Record and new[0] is old[0]:
        return Record(map(renewed, new, old))
    return new


def taken_over(new: Record, old: Any, laid: Collection[str] = ()) -> Record:
    """A row made of an old one's parts; what was `laid` under that by these names is still there."""
    if type(old) is not Record or not _begins(old[0], new[0]):
        return new
    if len(old) > len(new) and any(name not in laid for name in list(old[0])[len(new) - 1 :]):
        return new
    if len(old) == len(new):
        made: Record = renewed(new, old)
        return made
    parts = [renewed(its, was) for its, was in zip(new[1:], old[1:], strict=False)]
    if all(map(is_, parts, old[1:])):
        return old
    return Record((old[0], *parts, *old[len(new) :]))


def _begins(whole: Shape, part: Shape) -> bool:
    return whole is part or (len(part) < len(whole) and all(map(eq, part, whole)))


def _shape(names: tuple[str, ...]) -> dict[str, int]:
    shape = _SHAPES.get(names)
    if shape is None:
        shape = {name: place for place, name in enumerate(names, 1)}
        if len(_SHAPES) < _MOST_SHAPES:
            _SHAPES[names] = shape
    return shape
