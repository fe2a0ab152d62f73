"""Recording tasks of hosted channels and of LVB codes, and the files they make.

Documents: Create Recording Task, Query Recorded Shard List. A file ends with the push, or after half an hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import NamedTuple

from livetui.emulator.css.schedule import draw, moment, second

LONGEST_PIECE = 1800
AT_ONCE_FOR = timedelta(minutes=30)
"""How long a task that starts at once can last; a later end is cut."""
KEPT = timedelta(days=60)
"""Tasks and files are told of for two months."""
WRITING = timedelta(seconds=10)
"""How long a file takes once its span is over."""

NOT_STARTED, RUNNING, COMPLETED, FAILED = range(4)
"""Status of a task; 1 is called "starting" in the documents and is what a running one has."""


class Piece(NamedTuple):
    """One recorded file; times are UNIX seconds."""

    task: str
    serial: int
    start: int
    end: int
    offset: int
    """Seconds from the task's start to its first picture."""

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def file(self) -> str:
        """Its id at VOD, of up to 64 bits."""
        return str(2**62 + int(draw(self.serial, self.start, 51) * (2**64 - 2**62)))

    @property
    def video(self) -> str:
        """The part of its vid that is its own."""
        return "".join(f"{int(draw(self.serial, self.start, n) * 2**32):08x}" for n in range(54, 58))


@dataclass
class Tape:
    """One task."""

    id: str
    serial: int
    about: str
    """Id of the channel, or the LVB code."""
    start: datetime
    end: datetime
    at_once: bool
    form: str = "flv"
    stopped: datetime | None = None
    deleted: bool = False

    def ends(self) -> datetime:
        return min(self.end, self.stopped) if self.stopped else self.end

    def stop(self, now: datetime) -> None:
        """Nothing happens to a task that is over."""
        if now < self.ends():
            self.stopped = now.replace(microsecond=0)

    def overlaps(self, other: Tape) -> bool:
        return self.start < other.ends() and other.start < self.ends()

    def pieces(self, spans: Iterable[tuple[int, int]], now: datetime) -> Iterator[Piece]:
        """The files there are by now; `spans` is when the stream was on the air from start to end."""
        known = second(now - WRITING)
        for begin, end in spans:
            for at in range(begin, end, LONGEST_PIECE):
                # A file begins with the first whole picture.
                first = at + (int(draw(self.serial, at, 53) * 9) if at == begin else 0)
                last = min(at + LONGEST_PIECE, end)
                if first < last <= known:
                    yield Piece(self.id, self.serial, first, last, first - second(self.start))

    def status(self, pieces: Iterable[Piece], now: datetime) -> int:
        """An exception is one that is over and has made no file."""
        if now < self.start and now < self.ends():
            return NOT_STARTED
        if self.start < self.ends() and now < self.ends() + WRITING:
            return RUNNING
        return COMPLETED if any(True for _ in pieces) else FAILED


class Tapes:
    """All tasks ever made; a deleted one is told of no more, its files are."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._serials = count(1)
        self.all: dict[str, Tape] = {}

    def add(self, about: str, start: datetime, end: datetime, *, at_once: bool, form: str = "flv") -> Tape:
        ident = str(self._random.randrange(2**61, 2**64))
        tape = Tape(ident, next(self._serials), about, start, end, at_once, form)
        self.all[ident] = tape
        return tape

    def of(self, about: str) -> list[Tape]:
        """The tasks of a channel or code that are not deleted, the oldest first."""
        return sorted(
            (tape for tape in self.all.values() if tape.about == about and not tape.deleted),
            key=lambda tape: (tape.start, tape.serial),
        )

    def find(self, about: str, ident: str) -> Tape | None:
        tape = self.all.get(ident)
        return tape if tape is not None and tape.about == about and not tape.deleted else None

    def conflict(self, about: str, start: datetime, end: datetime) -> Tape | None:
        """A task at set times of the same stream that records in that time already."""
        wanted = Tape("", 0, about, start, end, at_once=False)
        return next((tape for tape in self.of(about) if not tape.at_once and tape.overlaps(wanted)), None)


def span_of(tape: Tape, now: datetime) -> tuple[int, int]:
    """The seconds a task has recorded in so far, [start, end)."""
    start = second(tape.start)
    return start, max(start, min(second(tape.ends()), second(now) + 1))


def named(title: str, piece: Piece) -> str:
    """A file's name: who, from when and until when, in Beijing."""
    begin, end = (moment(at + 8 * 3600).strftime("%Y%m%d-%H%M") for at in (piece.start, piece.end))
    return f"LVB-{title}-{begin}-{end}"
