"""Several accounts' lists of the same noun as one: whose rows they are, each source at its own pace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import NamedTuple

from livetui.resources.model import Resource, State
from livetui.watch.cells import EMPTY, Cell, Reader
from livetui.watch.poller import Poller
from livetui.watch.things import Gathered, Identity, Sight, Snapshot, Thing

Whose = tuple[str, str]
"""(profile, resource id): one list of one account."""
SOURCE = "source"
"""The column that tells whose row it is."""


class Part(NamedTuple):
    """One of the lists."""

    label: str
    """What its source is called on the screen."""
    reader: Reader
    poller: Poller


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


class UnionPoller:
    """The pollers of several lists as one: a source that hangs or fails holds up none of the others."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self.parts: tuple[Part, ...] = ()
        self._of: list[Snapshot] = []
        self._together = Snapshot()
        self._other = asyncio.Event()
        """Set when the parts are others than before."""
        self.change(parts)

    def change(self, parts: Iterable[Part]) -> None:
        """What is read from now on; who was read before goes on undisturbed."""
        self.parts = tuple(parts)
        self._other.set()

    @property
    def _pollers(self) -> list[Poller]:
        return [part.poller for part in self.parts]

    @property
    def snapshot(self) -> Snapshot:
        """What they know together; the very same until one of them knows something else."""
        now = [poller.snapshot for poller in self._pollers]
        if len(now) != len(self._of) or any(
            one is not other for one, other in zip(now, self._of, strict=True)
        ):
            self._of, self._together = now, together(now)
        return self._together

    @property
    def interval(self) -> float:
        return min(poller.interval for poller in self._pollers)

    @property
    def every(self) -> float:
        return min(poller.every for poller in self._pollers)

    @property
    def paused(self) -> bool:
        return all(poller.paused for poller in self._pollers)

    @property
    def reading(self) -> bool:
        return any(poller.reading for poller in self._pollers)

    @property
    def began(self) -> datetime | None:
        """When the oldest reading under way began."""
        return min((one.began for one in self._pollers if one.reading and one.began), default=None)

    async def run(self) -> None:
        """Each reads until this is cancelled, or it is one of the parts no more."""
        running: dict[Poller, asyncio.Task[None]] = {}
        try:
            while True:
                self._other.clear()
                for gone in running.keys() - set(self._pollers):
                    running.pop(gone).cancel()
                for poller in self._pollers:
                    if poller not in running:
                        running[poller] = asyncio.create_task(poller.run())
                await self._ended_or_other(running.values())
        finally:
            for task in running.values():
                task.cancel()

    async def _ended_or_other(self, running: Iterable[asyncio.Task[None]]) -> None:
        """Until the parts are others. A poller ends by a bug alone, which comes out here."""
        other = asyncio.ensure_future(self._other.wait())
        try:
            done, _ = await asyncio.wait({other, *running}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            other.cancel()
        for task in done - {other}:
            task.result()

    async def once(self, *, asked: bool = True) -> None:
        await asyncio.gather(*(poller.once(asked=asked) for poller in self._pollers))

    def poke(self) -> None:
        for poller in self._pollers:
            poller.poke()


def together(parts: Sequence[Snapshot]) -> Snapshot:
    """What several lists' snapshots tell as one; the things of a source that failed are unread.

    It is as old as the oldest of those that did not fail, and has failed when they all have.
    """
    failed = [one for one in parts if one.error is not None]
    good = [one for one in parts if one.error is None] or failed
    reads = [one.read for one in good if one.read is not None]
    whole = failed if len(failed) == len(parts) else []
    changed: dict[Identity, frozenset[str]] = {}
    for one in parts:
        changed.update(one.changed)
    return Snapshot(
        things={identity: thing for one in parts for identity, thing in one.things.items()},
        read=_reading(reads) if reads else None,
        error=next((one.error for one in whole), None),
        failing_since=max((one.failing_since for one in whole if one.failing_since), default=None),
        arrived=frozenset().union(*(one.arrived for one in parts)),
        missing=frozenset().union(*(one.missing for one in parts)),
        unread=frozenset().union(*(one.unread for one in parts), *(one.things for one in failed)),
        gone=frozenset().union(*(one.gone for one in parts)),
        changed=changed,
    )


def _reading(reads: Sequence[Gathered]) -> Gathered:
    """What is said of several readings together; what failed in one of them is said of that one."""
    totals = [read.total for read in reads if read.total is not None]
    return replace(
        reads[0],
        at=min(read.at for read in reads),
        request_id="",
        raw="",
        failures=(),
        total=sum(totals) if totals else None,
        ceiling=None,
        limited=None,
        atomic=all(read.atomic for read in reads),
        complete=all(read.complete for read in reads),
        took=max(read.took for read in reads),
        calls=sum(read.calls for read in reads),
    )
