"""Turns parameters and replies into lines that people read, by what the catalogue knows of each member."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from livetui.catalogue import Catalogue, Field
from livetui.catalogue.mask import mask
from livetui.console.widgets.lines import Line, line
from livetui.watch.cells import far, moment, offset

INDENT = 2
UNITS = {"mb": "MB", "mbps": "Mbps"}
"""Units that small letters would make something else of."""
FEW = 2
"""Members that a part may have to be shown one by one, though there is nothing in any of them."""


def nothing(value: Any) -> bool:
    """Whether a value, and everything in it, is empty, zero or false."""
    return all(map(nothing, value.values())) if isinstance(value, Mapping) else not value


@dataclass(frozen=True)
class Describer:
    """How values are shown: as of when, in which zone, and whether secrets may be seen."""

    catalogue: Catalogue
    now: datetime
    zone: tzinfo | None = None
    reveal: bool = False

    def record(self, fields: Sequence[Field], data: Mapping[str, Any], depth: int = 0) -> list[Line]:
        """A line or more for each member, in the catalogue's order; then those it does not know."""
        shown = data if self.reveal else mask(self.catalogue, fields, data)
        known = {field.name: field for field in fields}
        names = [name for name in known if name in data] + [name for name in data if name not in known]
        width = max((len(name) for name in names), default=0)
        return [
            made
            for name in names
            for made in self._member(name, known.get(name), shown[name], data[name], depth, width)
        ]

    def _member(
        self, name: str, field: Field | None, value: Any, raw: Any, depth: int, width: int
    ) -> Iterable[Line]:
        pad = " " * (INDENT * depth)
        label = (f"{pad}{name.lstrip('@').replace('_', ' ').ljust(width)}  ", "label")
        if isinstance(value, Mapping) and len(value) > FEW and nothing(value):
            yield line(label, ("(all of it empty, 0 or false)", "off"))
        elif isinstance(value, Mapping):
            yield line(label)
            yield from self._nested(field, raw, depth + 1)
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for number, row in enumerate(raw):
                yield line((f"{pad}{name}.{number}", "label"))
                yield from self._nested(field, row, depth + 1)
        else:
            yield line(label, self.value(field, value))

    def _nested(self, field: Field | None, data: Mapping[str, Any], depth: int) -> list[Line]:
        members: Sequence[Field] = ()
        if field is not None and field.item_type in self.catalogue.structure_names():
            members = self.catalogue.structure(field.item_type).members
        return self.record(members, data, depth)

    def alone(self, field: Field | None, value: Any) -> str:
        """A value that stands by itself, hidden where it is a secret and those are not to be seen."""
        if field is not None and not self.reveal:
            value = mask(self.catalogue, [field], {field.name: value})[field.name]
        return self.value(field, value)[0]

    def value(self, field: Field | None, value: Any) -> tuple[str, str]:
        """(text, tone) of one plain value."""
        if value is None:
            return "(not told)", "off"
        if value == "" or value == []:
            return "(empty)", "off"
        if isinstance(value, list):
            return ", ".join(self.value(field, part)[0] for part in value), ""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if isinstance(value, float) and value.is_integer():
            text = f"{value:.0f}"
        if isinstance(value, datetime):
            return self.time(value), ""
        if field is None:
            return text, ""
        if field.time and value != 0 and (when := moment(field, "", value)) is not None:
            return self.time(when), ""
        label = field.label(value)
        if label and label.casefold() == text.casefold():
            return text, ""
        unit = f" {UNITS.get(field.unit, field.unit)}" if field.unit and field.unit != "count" else ""
        return (f"{text} ({label})" if label else text + unit), ""

    def time(self, when: datetime) -> str:
        """Local time with its offset, and how far it is from now."""
        there = when.astimezone(self.zone)
        return (
            f"{there:%Y-%m-%d %H:%M:%S} {offset(when, self.zone)}, {far((when - self.now).total_seconds())}"
        )
