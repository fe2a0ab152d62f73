"""Replies held to the shape that the catalogue tells of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from livetui.catalogue.loader import Catalogue
from livetui.catalogue.model import Field
from livetui.catalogue.times import parse

KINDS = {"string": str, "timestamp": (str, int), "integer": int, "float": float, "boolean": bool}
SAYS_NO_TIME = {"RentExpireTime": "0000-00-00 00:00:00", "Stopped": 0}
"""Time members whose documented value may be no time at all."""
MAY_LACK = {"RecentPullInfo", "CustomTranscodeParameters", "FLV", "MP4", "TS"}
"""Members the documents give only now and then."""


def assert_shape(catalogue: Catalogue, fields: Iterable[Field], data: Mapping[str, Any], path: str) -> None:
    """Exactly those members, each of its type, all the way down; times in their notation."""
    declared = {field.name: field for field in fields}
    assert set(declared) - MAY_LACK <= set(data) <= set(declared), path
    for name, value in data.items():
        assert_value(catalogue, declared[name], value, f"{path}.{name}")


def assert_value(catalogue: Catalogue, field: Field, value: object, path: str) -> None:
    if value is None:
        assert field.nullable, path
        return
    if field.is_list:
        assert isinstance(value, list), path
    for item in value if isinstance(value, list) else [value]:
        if field.item_type not in KINDS:
            assert isinstance(item, dict), path
            assert_shape(catalogue, catalogue.structure(field.item_type).members, item, path)
            continue
        assert isinstance(item, KINDS[field.item_type]), path
        assert field.item_type == "boolean" or not isinstance(item, bool), path
        if field.type == "timestamp" and item != SAYS_NO_TIME.get(field.name, item is None):
            parse(field, item)
