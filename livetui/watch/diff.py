"""Lays a new reading over what was known. Pure; the only place that decides that a thing has left."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from datetime import datetime
from typing import Any

from livetui.client.errors import ClientError
from livetui.turns import at_once
from livetui.watch.things import Gathered, Identity, Snapshot, Thing

Values = Callable[[Thing], dict[str, Any]]
"""Column id -> value of a thing, as far as a change of it is worth showing."""


_SLICE = 50
"""Things between two pauses."""


def advance(before: Snapshot, read: Gathered, values: Values) -> Snapshot:
    """The snapshot after a reading, made at once; see `advancing`."""
    return at_once(advancing(before, read, values))


def advancing(before: Snapshot, read: Gathered, values: Values) -> Generator[None, None, Snapshot]:
    """Makes the snapshot after a reading, pausing every few dozen things so that keys are answered.

    A thing that an atomic reading lacks is gone. One that a paged reading lacks is missing, and gone when
    the next one lacks it too. Things of a region, source or part that failed stay as they were. What reads
    as before keeps its very data, so that whoever drew it can tell by identity.
    """
    first = before.read is None
    things: dict[Identity, Thing] = {}
    changed: dict[Identity, frozenset[str]] = {}
    arrived: set[Identity] = set()
    for number, thing in enumerate(read.things):
        if number % _SLICE == _SLICE - 1:
            yield
        identity = thing.identity
        old = before.things.get(identity)
        if old is not None and (old.held is thing.held or old.held == thing.held):
            if old.identity is not identity or old.held is not thing.held:
                thing = Thing(old.identity, old.held, thing.at)
        elif old is not None and identity not in before.gone:
            was, now = values(old), values(thing)
            if different := frozenset(column for column, value in now.items() if was.get(column) != value):
                changed[identity] = different
        if not first and (old is None or identity in before.gone):
            arrived.add(identity)
        things[identity] = thing
    missing, gone, unread = set[Identity](), set[Identity](), set[Identity]()
    for number, (identity, thing) in enumerate(before.things.items()):
        if number % _SLICE == _SLICE - 1:
            yield
        if identity in things or identity in before.gone:
            continue
        things[identity] = thing
        if not read.complete or any(failure.covers(identity) for failure in read.failures):
            unread.add(identity)
            if identity in before.missing:
                missing.add(identity)
        elif read.atomic or identity in before.missing:
            gone.add(identity)
        else:
            missing.add(identity)
    return Snapshot(
        things=things,
        # What was read is in `things` now; a second copy of 20,000 streams is not kept.
        read=replace(read, things=()),
        arrived=frozenset(arrived),
        missing=frozenset(missing),
        unread=frozenset(unread),
        gone=frozenset(gone),
        changed=changed,
    )


def fail(before: Snapshot, error: ClientError, at: datetime) -> Snapshot:
    """The snapshot after a reading that did not come: nothing is forgotten, everything is older."""
    return replace(
        before,
        error=error,
        failing_since=before.failing_since or at,
        arrived=frozenset(),
        changed={},
    )
