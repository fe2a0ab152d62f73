"""Reads the event notifications that listeners put into the state folder, and what they say of themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from livetui.client import ClientError
from livetui.resources.model import Resource
from livetui.settings.events import Kept, read
from livetui.settings.listeners import Listener, listeners
from livetui.watch.gather import Account
from livetui.watch.packed import key_of
from livetui.watch.things import Gathered, Identity, Thing

LONGEST = 2000
"""Characters of a member that are shown: whoever sent it may have sent a megabyte."""
LATEST_TIME = 4_102_444_800
"""UNIX seconds (the year 2100): a time beyond it is none."""
TIMES = ("event_time", "end_time", "create_time")
"""Members that hold when the thing happened: of a push, of a recording, of a screenshot."""


class EventsUnreadable(ClientError):
    """The state folder's files cannot be read: the pane says so and keeps what it shows."""

    remedy = "See to the owner and mode of the file; livetui listen and the console have to be one user's."

    def __init__(self, path: Path, cause: OSError) -> None:
        super().__init__()
        self.path, self.cause = path, cause

    @property
    def message(self) -> str:
        return f"{self.cause.filename or self.path} cannot be read: {self.cause.strerror or self.cause}"


def gather_events(account: Account, resource: Resource, path: Path) -> Gathered:
    """What listeners took in, or the listeners; `path` is that of the events. Raises EventsUnreadable."""
    now = account.now()
    things: dict[Identity, Thing] = {}
    try:
        rows = _rows(resource, path, now)
    except OSError as error:
        raise EventsUnreadable(path, error) from error
    for data in rows:
        identity = Identity(account.profile, "", resource.id, key_of(resource, data))
        things[identity] = Thing(identity, data, now)
    return Gathered(things=tuple(things.values()), at=now, atomic=True)


def _rows(resource: Resource, path: Path, now: datetime) -> Iterable[Mapping[str, Any]]:
    if resource.events == "listeners":
        return [_told(one, now) for one in listeners(path.parent)]
    return [_event(kept) for kept in read(path)]


def _event(kept: Kept) -> Mapping[str, Any]:
    """The message's members as plain values, and what we know besides: its names can't take their place."""
    return {
        **{name[:LONGEST]: _plain(value) for name, value in kept.message.items()},
        "@key": kept.key,
        "@time": _when(kept),
        "@received": kept.at,
        "@profile": kept.profile,
    }


def _when(kept: Kept) -> datetime:
    """When it happened by its own account; where it tells no such time, when it was received."""
    for name in TIMES:
        told = kept.message.get(name)
        if isinstance(told, str) and len(told) <= 10 and told.isascii() and told.isdecimal():
            told = int(told)
        if type(told) is int and 0 < told < LATEST_TIME:
            return datetime.fromtimestamp(told, UTC)
    return kept.at


def _plain(value: Any) -> Any:
    """A value that one line can show: documented messages hold no others."""
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(value, int) and not isinstance(value, bool):
        value = value if abs(value) < 1 << 63 else str(value)
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[:LONGEST]}… ({len(value):,} characters)"
    return value


def _told(one: Listener, now: datetime) -> Mapping[str, Any]:
    word = "ended" if one.ended else "not heard of" if one.silent(now) else "listening"
    return {**asdict(one), "refused": dict(one.refused), "@state": word}
