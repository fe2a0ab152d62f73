"""Replies as they travel where that is not under the catalogue's names: wrapped lists, quoted numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from livetui.catalogue.loader import Catalogue
from livetui.catalogue.model import Field


def wrapped(catalogue: Catalogue, fields: Iterable[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """A reply's members under their wire names, each as it travels."""
    known = {field.name: field for field in fields}
    return {
        known[name].wire_name: _value(catalogue, known[name], value)
        for name, value in data.items()
        if name in known
    }


def _value(catalogue: Catalogue, field: Field, value: Any) -> Any:
    if value is None:
        return None
    if not field.is_list:
        return _item(catalogue, field, value)
    rows = [_item(catalogue, field, row) for row in value]
    if field.key:
        # A structure of a key and one member more travels as that member's bare value.
        lone = len(catalogue.structure(field.item_type).members) == 2
        return {row.pop(field.key): next(iter(row.values())) if lone else row for row in rows}
    return {field.inside: rows} if field.inside else rows


def _item(catalogue: Catalogue, field: Field, value: Any) -> Any:
    if isinstance(value, Mapping):
        return wrapped(catalogue, catalogue.structure(field.item_type).members, value)
    if not field.as_text or isinstance(value, str):
        return value
    return str(int(value)) if isinstance(value, bool) else str(value)
