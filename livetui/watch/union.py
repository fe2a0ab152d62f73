"""Several accounts' lists of the same noun as one: whose rows they are, and which source did not come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo
from typing import Any, NamedTuple

from livetui.client import ClientError
from livetui.resources.model import Resource, State
from livetui.watch.cells import EMPTY, Cell, Reader
from livetui.watch.things import Failure, Gathered, Sight, Thing

Whose = tuple[str, str]
"""(profile, resource id): one list of one account."""
SOURCE = "source"
"""The column that tells whose row it is."""


class Part(NamedTuple):
    """One of the lists."""

    label: str
    """What its source is called on the screen."""
    reader: Reader


class UnionReader(Reader):
    """Reads each thing by its own list's reader, in the columns that they have in common by their ids."""

    def __init__(self, resource: Resource, parts: Mapping[Whose, Part], zone: tzinfo | None = None) -> None:
        super().__init__(next(iter(parts.values())).reader.catalogue, resource, zone)
        self._parts = parts
        self._places = {
            whose: [_place(part.reader.resource, column.id) for column in resource.columns]
            for whose, part in parts.items()
        }

    def _part(self, thing: Thing) -> Part:
        return self._parts[_whose(thing)]

    def state(self, thing: Thing) -> State:
        return self._part(thing).reader.state(thing)

    def values(self, thing: Thing) -> dict[str, Any]:
        known = self._part(thing).reader.values(thing)
        return {column.id: known[column.id] for column in self.resource.columns if column.id in known}

    def cell(self, number: int, thing: Thing, sight: Sight) -> Cell:
        part = self._part(thing)
        if self.resource.columns[number].id == SOURCE:
            return Cell(part.label, part.label)
        place = self._places[_whose(thing)][number]
        if place is None:
            return EMPTY
        part.reader.now = self.now
        return part.reader.cell(place, thing, sight)


def _whose(thing: Thing) -> Whose:
    return thing.identity.profile, thing.identity.kind


def _place(resource: Resource, column_id: str) -> int | None:
    return next((n for n, column in enumerate(resource.columns) if column.id == column_id), None)


class NothingCame(ClientError):
    """No list of any source came."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__()
        self.failures = tuple(failures)
        self.remedy = failures[0].error.remedy

    @property
    def message(self) -> str:
        return "; ".join(str(one) for one in self.failures)


def merged(reads: Sequence[tuple[Whose, str, Gathered | ClientError]]) -> Gathered:
    """One reading of (whose, label, what came). Raises NothingCame where nothing came from anywhere.

    As old as the oldest part of it; a source that did not come is a failure under its label.
    """
    came = [(whose, label, read) for whose, label, read in reads if isinstance(read, Gathered)]
    failures: list[Failure] = []
    for whose, label, read in reads:
        if isinstance(read, ClientError):
            failures.append(Failure(label, "", read, whose, whole=True))
        else:
            failures += [replace(one, part=f"{label}, {one.part}", source=whose) for one in read.failures]
    if not came:
        raise NothingCame(failures)
    parts = [read for _, _, read in came]
    totals = [read.total for read in parts if read.total is not None]
    return Gathered(
        things=tuple(thing for read in parts for thing in read.things),
        at=min(read.at for read in parts),
        request_id=parts[-1].request_id,
        raw=parts[-1].raw,
        failures=tuple(failures),
        total=sum(totals) if totals else None,
        ceiling=next((read.ceiling for read in parts if read.ceiling is not None), None),
        atomic=all(read.atomic for read in parts),
        complete=all(read.complete for read in parts),
        took=max(read.took for read in parts),
        calls=sum(read.calls for read in parts),
    )
