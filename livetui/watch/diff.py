"""Lays a new reading over what was known. Pure; the only place that decides that a thing has left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from livetui.client.errors import ClientError
from livetui.watch.things import Gathered, Identity, Snapshot, Thing

Values = Callable[[Thing], dict[str, Any]]
"""Column id -> value of a thing, as far as a change of it is worth showing."""


def advance(before: Snapshot, read: Gathered, values: Values) -> Snapshot:
    """The snapshot after a reading.

    A thing that an atomic reading lacks is gone. One that a paged reading lacks is missing, and gone when
    the next one lacks it too. Things of a region or a part that failed stay as they were last read.
    """
    now = {thing.identity: thing for thing in read.things}
    failed_regions = {failure.region for failure in read.failures}
    things = dict(now)
    missing: set[Identity] = set()
    gone: set[Identity] = set()
    for identity, thing in before.things.items():
        if identity in now or identity in before.gone:
            continue
        things[identity] = thing
        if identity.region in failed_regions or not read.complete:
            if identity in before.missing:
                missing.add(identity)
        elif read.atomic or identity in before.missing:
            gone.add(identity)
        else:
            missing.add(identity)
    first = before.read is None
    known = before.things.keys() - before.gone
    changed: dict[Identity, frozenset[str]] = {}
    if not first:
        for identity in now.keys() & known:
            old, new = before.things[identity], now[identity]
            if old.data != new.data:
                was, values_now = values(old), values(new)
                different = frozenset(c for c, value in values_now.items() if was.get(c) != value)
                if different:
                    changed[identity] = different
    return Snapshot(
        things=things,
        read=read,
        arrived=frozenset() if first else frozenset(now.keys() - known),
        missing=frozenset(missing),
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
