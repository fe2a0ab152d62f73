"""What each listener says of itself: a small file beside the events, renewed while it listens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from livetui.settings.paths import write_private

BEAT = timedelta(seconds=30)
"""How often a listener renews its file though nothing comes in."""
SILENT = 3 * BEAT
"""One that has not renewed it for so long was killed, or its machine is gone."""


@dataclass(frozen=True, slots=True)
class Listener:
    """One listener and its counts."""

    id: str
    url: str
    since: datetime
    at: datetime
    """As of when this is."""
    profile: str = ""
    """Whose callback key it checks with; empty where no profile was named."""
    signed: bool = True
    """Whether it checks signatures at all."""
    ended: bool = False
    received: int = 0
    """Good messages, repeated ones not among them."""
    repeated: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    """Reason -> how many."""
    unkept: int = 0
    """Good ones that could not be put on disk, and were asked for again."""

    def silent(self, now: datetime) -> bool:
        """Whether it should have been heard of since, and was not."""
        return not self.ended and now - self.at > SILENT


def tell(folder: Path, listener: Listener) -> None:
    """Put what a listener says of itself into the state folder. Raises OSError."""
    held = asdict(listener) | {"since": _text(listener.since), "at": _text(listener.at)}
    write_private(_file(folder, listener.id), json.dumps({"listener": held}).encode("ascii") + b"\n")


def listeners(folder: Path) -> list[Listener]:
    """All that left a file, the latest begun last; none where there is no folder. Raises OSError."""
    found = [made for path in folder.glob("listener-*.json") if (made := _listener(path)) is not None]
    return sorted(found, key=lambda one: one.since)


def sweep(folder: Path, now: datetime) -> None:
    """Take away the files of listeners that have ended or were killed. Raises OSError."""
    for one in listeners(folder):
        if one.ended or one.silent(now):
            _file(folder, one.id).unlink(missing_ok=True)


def _file(folder: Path, id: str) -> Path:
    return folder / f"listener-{id}.json"


def _text(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


def _listener(path: Path) -> Listener | None:
    """What the file says; None for one that is gone meanwhile or is none of ours."""
    try:
        held = json.loads(path.read_bytes())["listener"]
        held |= {name: datetime.fromisoformat(held[name]) for name in ("since", "at")}
        made = Listener(**held)
    except (FileNotFoundError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return made if _sound(made) and path == _file(path.parent, made.id) else None


def _sound(made: Listener) -> bool:
    """Whether every member has the type that is declared for it: others may have written the file."""
    texts = (made.id, made.url, made.profile)
    counts: tuple[Any, ...] = (made.received, made.repeated, made.unkept)
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(flag, bool) for flag in (made.signed, made.ended))
        and all(type(count) is int for count in counts)
        and isinstance(made.refused, dict)
        and all(type(count) is int for count in made.refused.values())
        and made.since.tzinfo is not None
        and made.at.tzinfo is not None
    )
