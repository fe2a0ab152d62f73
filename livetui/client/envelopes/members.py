"""Replies under the catalogue's names: lists out of what they are wrapped in, quoted numbers as numbers.

What the catalogue does not know is left as it came.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from livetui.catalogue.loader import Catalogue
from livetui.catalogue.model import Field

Reader = Callable[[Any], Any]
Readers = dict[str, tuple[str, Reader | None]]
"""By the name on the wire: the catalogue's name, and what reads the value where it is not taken as it is."""


def reply(catalogue: Catalogue, action: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The members of an action's reply."""
    return _members(_of_action(catalogue, action), data)


@cache
def _of_action(catalogue: Catalogue, action: str) -> Readers:
    return _readers(catalogue, catalogue.action(action).response)


@cache
def _of_structure(catalogue: Catalogue, name: str) -> Readers:
    return _readers(catalogue, catalogue.structure(name).members)


def _readers(catalogue: Catalogue, fields: Iterable[Field]) -> Readers:
    return {field.wire_name: (field.name, _reader(catalogue, field)) for field in fields}


def _members(readers: Readers, data: Mapping[str, Any]) -> dict[str, Any]:
    made = {}
    for wire, value in data.items():
        name, read = readers.get(wire, (wire, None))
        made[name] = value if read is None or value is None else read(value)
    return made


def _reader(catalogue: Catalogue, field: Field) -> Reader | None:
    one = _one(catalogue, field)
    if not field.is_list:
        return one

    beside = _beside(catalogue, field)

    def many(value: Any) -> Any:
        rows = _rows(field, value, beside)
        return [one(row) for row in rows] if one is not None and isinstance(rows, list) else rows

    return many


def _beside(catalogue: Catalogue, field: Field) -> str:
    """Where a plain value under a key goes: to the structure's member that is not the key."""
    if not field.key or field.item_type not in catalogue.structure_names():
        return ""
    members = catalogue.structure(field.item_type).members
    return next((member.wire_name for member in members if member.name != field.key), "")


def _rows(field: Field, value: Any, beside: str) -> Any:
    """The list that a field holds, out of whatever stands around it; what holds none stays as it is."""
    if value in ("", {}):
        return []
    if field.inside and isinstance(value, dict) and field.inside in value:
        value = value[field.inside]
        return value if isinstance(value, list) else [] if value in ("", {}, None) else [value]
    if field.key and isinstance(value, dict):
        return [
            {field.key: key, **row} if isinstance(row, dict) else {field.key: key, beside: row}
            for key, row in value.items()
        ]
    return value


def _one(catalogue: Catalogue, field: Field) -> Reader | None:
    kind = field.item_type
    if kind in ("integer", "float", "boolean"):
        return _QUOTED[kind] if field.as_text else None
    if kind == "string":
        return _text
    if kind == "timestamp":
        return None

    def structure(value: Any) -> Any:
        if isinstance(value, list) and len(value) == 1 and not field.is_list:
            value = value[0]  # documented as a list, and as the one thing that is in it
        return _members(_of_structure(catalogue, kind), value) if isinstance(value, dict) else value

    return structure


def _text(value: Any) -> Any:
    """Identifiers are text, also where a reply has a number: some exceed 63 bits."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _integer(value: Any) -> Any:
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.removeprefix("-").isdecimal() and text.isascii() else value


def _float(value: Any) -> Any:
    if not isinstance(value, str) or "_" in value:
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return number if math.isfinite(number) else value


def _boolean(value: Any) -> Any:
    said = {"1": True, "true": True, "0": False, "false": False}
    return said.get(str(value).strip().lower(), value) if isinstance(value, str | int) else value


_QUOTED: dict[str, Reader] = {"integer": _integer, "float": _float, "boolean": _boolean}
