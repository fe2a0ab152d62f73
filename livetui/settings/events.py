"""Event messages on disk: what listeners took in, each once, for whoever shows it.

One JSON object a line, append-only, ASCII, 0600. When the file has grown too long it is put aside as
`events.1.jsonl`, in place of the one before it: those two hold what is remembered. Several listeners may
write at once; each line stays whole, and none is written that either file has already.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from livetui.settings import lines
from livetui.settings.paths import sync_folder

MOST_BYTES = 2 << 20
"""Bytes of the file before it is put aside: some 4,000 messages."""
_HEAD = 200
"""Bytes at a file's begin that no other begins with: the first event's key and when it came."""


class EventsUnavailable(Exception):
    """An event could not be put on disk for certain: whoever sent it has to send it again."""

    def __init__(self, path: Path, cause: OSError) -> None:
        self.path, self.cause = path, cause
        super().__init__(f"{path} cannot be written: {cause.strerror or cause}")


@dataclass(frozen=True, slots=True)
class Kept:
    """One event message as it was taken in."""

    key: str
    """What repeats of it are told by."""
    at: datetime
    """When it arrived."""
    profile: str
    """Whose callback key it was signed with; empty where no profile was named."""
    message: Mapping[str, Any]
    """Its members as they were sent, without `sign`, what is secret in them masked."""


class EventsFile:
    """Appends to the events at `path`. For one thread; other processes may do so at once."""

    def __init__(self, path: Path, *, most_bytes: int = MOST_BYTES) -> None:
        self.path = path
        self._most = most_bytes
        self._older: set[str] = set()
        self._newer: set[str] = set()
        self._head: bytes | None = None
        self._read_to = 0

    def add(self, kept: Kept) -> bool:
        """Put an event on disk; False for one that is there already. Raises EventsUnavailable."""
        line = _encoded(kept)
        try:
            while (done := self._try(kept.key, line)) is None:
                pass
        except OSError as error:
            raise EventsUnavailable(self.path, error) from error
        return done

    def _try(self, key: str, line: bytes) -> bool | None:
        """As `add`; None where the file was too long and has been put aside."""
        with _held(self.path) as handle:
            self._catch_up(handle)
            if key in self._older or key in self._newer:
                return False
            size = os.fstat(handle).st_size
            if size and size + len(line) > self._most:
                self.path.replace(put_aside(self.path))
                sync_folder(self.path.parent)
                return None
            lines.append(handle, line)
            self._catch_up(handle)
            return True

    def _catch_up(self, handle: int) -> None:
        """Learn what others have written since the last time: all of both files at first."""
        head = os.pread(handle, _HEAD, 0)
        if self._head is None or not head.startswith(self._head) or os.fstat(handle).st_size < self._read_to:
            # Another file: told by how it begins, for a new one may well have the number of the old one.
            self._older = {kept.key for kept in _read(put_aside(self.path))}
            self._newer, self._read_to = set(), 0
        self._head = head
        with open(handle, "rb", closefd=False) as file:
            file.seek(self._read_to)
            for raw in file:
                self._read_to += len(raw)
                if (kept := _kept(raw)) is not None:
                    self._newer.add(kept.key)


def put_aside(path: Path) -> Path:
    """Where the older half of the events is."""
    return path.with_name(f"{path.stem}.1{path.suffix}")


def read(path: Path) -> list[Kept]:
    """Every event that is remembered, oldest first; none where there is no file. Raises OSError.

    Lines that are none of ours, or torn, are left out.
    """
    # The newer first: were it put aside in between, its events would come twice instead of not at all.
    newer = list(_read(path))
    found = {kept.key: kept for kept in (*_read(put_aside(path)), *newer)}
    return list(found.values())


def _read(path: Path) -> Iterator[Kept]:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        for raw in file:
            if (kept := _kept(raw)) is not None:
                yield kept


@contextmanager
def _held(path: Path) -> Iterator[int]:
    """The file that `path` leads to, open and locked: another may put it aside while its lock is awaited."""
    while True:
        handle = lines.opened(path)
        try:
            lines.lock(handle)
            if _leads_to(path, handle):
                yield handle
                return
        finally:
            os.close(handle)


def _leads_to(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except FileNotFoundError:
        return False


def _encoded(kept: Kept) -> bytes:
    held = asdict(kept) | {"at": kept.at.astimezone(UTC).isoformat(timespec="milliseconds")}
    return lines.encoded(held)


def _kept(raw: bytes) -> Kept | None:
    """The event of a line; None for a line that is none: others may have written it."""
    try:
        held = json.loads(raw)
        kept = Kept(held["key"], datetime.fromisoformat(held["at"]), held["profile"], held["message"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    sound = isinstance(kept.key, str) and isinstance(kept.profile, str) and isinstance(kept.message, dict)
    return kept if sound and kept.at.tzinfo is not None else None
