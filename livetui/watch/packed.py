"""What is kept of a reading's rows, in little room: what reads as before is the very same object."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime, timedelta
from typing import Any

from livetui.resources.model import Join, Resource, dig
from livetui.turns import Pace
from livetui.watch.compact import Press, Record, reach, renewed, taken_over
from livetui.watch.things import Identity, Thing

Keep = Callable[[str | None, dict[str, Any], Hashable], Any]
"""(region, row, its key where it is known) -> what is kept of the row, as `Client.sweep` takes it."""
Key = Callable[[Mapping[str, Any]], tuple[str, ...]]
"""A row's own key, which tells it from others."""


_TOGETHER = timedelta(seconds=0.1)


def key_of(resource: Resource, data: Mapping[str, Any]) -> tuple[str, ...]:
    """The thing's own key; identifiers are text always, since some exceed 2^63."""
    return tuple("" if (value := dig(data, path)) is None else str(value) for path in resource.key)


class Packed:
    """What is kept of the rows of one reading.

    `known` is what was read before: what reads the same is taken from there.
    """

    def __init__(
        self,
        profile: str,
        now: Callable[[], datetime],
        resource: Resource,
        known: Mapping[Identity, Thing],
    ) -> None:
        self._profile, self._resource, self._known = profile, resource, known
        self._laid = tuple(join.name for join in resource.joins)
        self._now, self._at = now, now()
        self._press = Press()

    def key(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The row's own key: where the thing is known, the very one that it is known by."""
        key = key_of(self._resource, row)
        old = self._known.get(Identity(self._profile, "", self._resource.id, key))
        return key if old is None else old.identity.key

    def row(self, region: str | None, row: dict[str, Any], key: Hashable) -> Thing:
        """A row of the resource's own list, as the thing that it tells of."""
        if not isinstance(key, tuple):
            key = key_of(self._resource, row)
        identity = Identity(self._profile, region or "", self._resource.id, key)
        record = self._press.pack(row)
        if (old := self._known.get(identity)) is not None:
            return Thing(old.identity, taken_over(record, old.held, self._laid), self._time())
        return Thing(identity, record, self._time())

    def _time(self) -> datetime:
        """About now; the same object for all that came together, since each takes room."""
        now = self._now()
        if now - self._at > _TOGETHER:
            self._at = now
        return self._at

    def joined(self, join: Join) -> Keep:
        """The same for a row that is to be laid under one of them."""
        ours = dict(join.on)
        whose = [ours.get(member) for member in self._resource.key]

        def keep(region: str | None, row: dict[str, Any], key: Hashable) -> Record:
            record = self._press.pack(row)
            if self._known and None not in whose:
                names = tuple([str(dig(row, its or "")) for its in whose])
                old = self._known.get(Identity(self._profile, region or "", self._resource.id, names))
                record = renewed(record, reach(old.held, join.name)) if old is not None else record
            return record

        return keep


async def lay_under(join: Join, rows: list[Thing], others: list[Record]) -> None:
    """Puts under the join's name in each row what belongs to it; pauses every few hundred."""
    ours, theirs = zip(*join.on, strict=True)
    there: dict[tuple[str, ...], Record] = {}
    pace = Pace()
    for other in others:
        if pace.due:
            await pace.rest()
        key = tuple([str(reach(other, path)) for path in theirs])
        if not join.latest or key not in there or not _later(there[key], other, join.latest):
            there[key] = other
    others.clear()
    for number, row in enumerate(rows):
        if pace.due:
            await pace.rest()
        found = there.get(tuple([str(reach(row.held, path)) for path in ours]))
        rows[number] = row.without(join.name) if found is None else row.laid(join.name, found)


def _later(one: Record, other: Record, member: str) -> bool:
    """Whether one comes after the other, by a member that both have."""
    return bool(str(reach(one, member) or "") > str(reach(other, member) or ""))
