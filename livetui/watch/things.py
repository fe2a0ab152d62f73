"""Things as the console knows them: what each is known by, and what was last read of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from livetui.client.errors import ClientError
from livetui.frozen import frozen
from livetui.watch.compact import Record, unpack

Sight = Literal["seen", "missing", "unread"]
"""Whether a reading saw a thing: was it in the list, not in it, or did that part of the list not come?"""


class Identity(NamedTuple):
    """What a thing is known by, everywhere: marks, cursor, journal, snapshots and writes use it."""

    profile: str
    region: str
    """Empty for what has none."""
    kind: str
    """The resource's id."""
    key: tuple[str, ...]


@frozen
class Thing:
    """One row: its identity and the data that its actions gave, joined readings under their names."""

    __slots__ = ("at", "held", "identity")

    identity: Identity
    held: Mapping[str, Any] | Record
    """The data as it is kept; the very same object as long as nothing of it changes."""
    at: datetime
    """When the reply that told of it arrived."""

    @property
    def data(self) -> Mapping[str, Any]:
        """The data as it was read; made anew at each asking where it is kept packed."""
        held = self.held
        return unpack(held) if isinstance(held, Record) else held

    @property
    def region(self) -> str:
        return self.identity.region

    def laid(self, name: str, value: Record | None) -> Thing:
        """With a joined row under that name; the very same where it has it already."""
        assert isinstance(self.held, Record)
        held = self.held.laid(name, value)
        return self if held is self.held else Thing(self.identity, held, self.at)

    def without(self, name: str) -> Thing:
        """With nothing under that name."""
        assert isinstance(self.held, Record)
        held = self.held.without(name)
        return self if held is self.held else Thing(self.identity, held, self.at)


@frozen
class Failure:
    """A part of a reading that did not come: what it was of, where, and why."""

    part: str
    region: str
    error: ClientError

    def covers(self, identity: Identity) -> bool:
        """Whether a thing may be missing because of it."""
        return self.region == identity.region

    def __str__(self) -> str:
        place = f" {self.region}" if self.region else ""
        return f"{self.part}{place}: {self.error}"


@frozen
class Gathered:
    """One reading of a resource from all its sources, regions and pages."""

    things: tuple[Thing, ...]
    at: datetime
    """When the last reply of the reading arrived."""
    request_id: str = ""
    raw: str = ""
    raws: tuple[tuple[str, str], ...] = ()
    """Where it was asked for each of some parents: whose reply, and that; of many, the last alone."""
    failures: tuple[Failure, ...] = ()
    total: int | None = None
    ceiling: int | None = None
    """The most the service lists, when the list reached it."""
    atomic: bool = False
    """Read in one reply: what is missing from it is gone. Pages that change while read prove nothing."""
    complete: bool = True
    """Whether as many came as there are said to be; else an absence proves nothing."""
    limited: tuple[str, int, int] | None = None
    """Parents of what kind, how many of them were asked for, and how many there are: see `Each.most`."""
    took: float = 0.0
    """Seconds."""
    calls: int = 0


@frozen
class Snapshot:
    """What is known of a resource now, how old that is, and what the last reading changed."""

    things: Mapping[Identity, Thing] = field(default_factory=dict)
    read: Gathered | None = None
    """The last reading that came; None before the first."""
    error: ClientError | None = None
    """Why the latest attempt failed; None when it came."""
    failing_since: datetime | None = None
    arrived: frozenset[Identity] = frozenset()
    missing: frozenset[Identity] = frozenset()
    """Not in the last reading, which proves nothing yet."""
    unread: frozenset[Identity] = frozenset()
    """What the last reading did not get to, or could not read: nothing is known of it since."""
    gone: frozenset[Identity] = frozenset()
    """Left for certain; kept in `things` until the next reading."""
    changed: Mapping[Identity, frozenset[str]] = field(default_factory=dict)
    """Ids of the columns whose values the last reading changed."""

    @property
    def at(self) -> datetime | None:
        return self.read.at if self.read else None

    def sight(self, identity: Identity) -> Sight:
        """Whether the last reading saw a thing."""
        return "missing" if identity in self.missing else "unread" if identity in self.unread else "seen"


def moved(snapshot: Snapshot, by: timedelta) -> Snapshot:
    """The same knowledge, its times told by a clock that has been set by so much."""
    read, since = snapshot.read, snapshot.failing_since
    return replace(
        snapshot,
        read=replace(read, at=read.at + by) if read else None,
        failing_since=since + by if since else None,
    )
