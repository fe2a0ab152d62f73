"""Replies cut to their catalogued shape, and what leaving a parameter out means.

A handler speaks in aware datetimes and plain values; here they get exactly the documented members, each time
in the notation of its field, and every member nobody filled the empty value of its type.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from livetui.catalogue.loader import Catalogue
from livetui.catalogue.model import UNSET, Field
from livetui.catalogue.times import NUMBERS, parse, to_wire

ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "ABSENT"})()
"""Put in a member's place when the reply leaves the member out altogether."""

_EMPTY: dict[str, Any] = {"string": "", "integer": 0, "float": 0.0, "boolean": False, "timestamp": ""}


def reply(catalogue: Catalogue, action: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """An action's reply with exactly its documented members, RequestId aside."""
    return shaped(catalogue, catalogue.action(action).response, data)


def structure(catalogue: Catalogue, name: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A value of that nested type with exactly its documented members."""
    return shaped(catalogue, catalogue.structure(name).members, data)


def shaped(catalogue: Catalogue, fields: Iterable[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """Those fields, filled from `data`; datetimes become the field's notation, what is missing is empty."""
    made = {field.name: _value(catalogue, field, data.get(field.name)) for field in fields}
    return {name: value for name, value in made.items() if value is not ABSENT}


def time_of(catalogue: Catalogue, action: str, params: Mapping[str, Any], name: str) -> datetime | None:
    """A time parameter as aware UTC, None where it was not given or is empty.

    Raises ValueError when it is not in one of the notations the field accepts.
    """
    field = catalogue.action(action).parameter(name)
    if field is None or params.get(name, "") == "":
        return None
    return parse(field, params[name])


def made(catalogue: Catalogue, action: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """What a create call makes of its parameters: those left out get their default or are empty."""
    return _created(catalogue, catalogue.action(action).parameters, params)


def changed(
    catalogue: Catalogue, action: str, old: Mapping[str, Any], params: Mapping[str, Any]
) -> dict[str, Any]:
    """What a modify call makes of a thing: left out keeps, unless the catalogue says it resets."""
    return _merged(catalogue, catalogue.action(action).parameters, old, params)


def empty(catalogue: Catalogue, field: Field) -> Any:
    """The empty value of a field's type: a structure gets its empty members."""
    if field.is_list:
        return []
    if field.type == "timestamp" and field.time and NUMBERS.issuperset(field.time):
        return 0
    if field.type in _EMPTY:
        return _EMPTY[field.type]
    return shaped(catalogue, catalogue.structure(field.type).members, {})


def _value(catalogue: Catalogue, field: Field, value: Any) -> Any:
    if value is ABSENT:
        return ABSENT
    if value is None:
        return None if field.nullable else empty(catalogue, field)
    if field.is_list:
        return [_item(catalogue, field, item) for item in value]
    return _item(catalogue, field, value)


def _item(catalogue: Catalogue, field: Field, value: Any) -> Any:
    if isinstance(value, datetime):
        return to_wire(field.time[0], value)
    if isinstance(value, Mapping):
        return shaped(catalogue, catalogue.structure(field.item_type).members, value)
    return float(value) if field.item_type == "float" else value


def _created(catalogue: Catalogue, fields: Iterable[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        field.name: (
            _created(catalogue, catalogue.structure(field.type).members, given.get(field.name, {}))
            if _is_structure(field)
            else given.get(field.name, _unsaid(catalogue, field))
        )
        for field in fields
    }


def _merged(
    catalogue: Catalogue, fields: Iterable[Field], old: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, Any]:
    after = dict(old)
    for field in fields:
        if field.name in given and _is_structure(field):
            members = catalogue.structure(field.type).members
            after[field.name] = _merged(catalogue, members, old.get(field.name) or {}, given[field.name])
        elif field.name in given:
            after[field.name] = given[field.name]
        elif field.omit == "reset":
            after[field.name] = _unsaid(catalogue, field)
    return after


def _unsaid(catalogue: Catalogue, field: Field) -> Any:
    if field.default is not UNSET:
        return field.default
    return None if field.nullable else empty(catalogue, field)


def _is_structure(field: Field) -> bool:
    return not field.is_list and field.type not in _EMPTY
