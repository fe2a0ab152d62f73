"""Screenshot tasks of hosted channels, and the queue their messages wait in.

The overviews alone name these calls. A task takes a screenshot every ten seconds while its channel is on the
air; each puts a message into the one queue, where whoever asks first takes the newest ones out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import NamedTuple

from livetui.emulator.css.schedule import moment, second

EVERY = 10
"""Seconds between two screenshots."""
WAITS = timedelta(minutes=10)
"""How long a message is kept for someone to take it."""


class Message(NamedTuple):
    """A screenshot told by the queue."""

    at: int
    task: str
    code: str
    """What the channel is pushed under."""

    @property
    def picture(self) -> str:
        taken = moment(self.at + 8 * 3600)
        return f"/{taken:%Y-%m-%d}/{self.code}-screenshot-{taken:%H-%M-%S}-1280x720.jpg"


@dataclass
class Shot:
    """One screenshot task."""

    id: str
    channel: str
    start: datetime
    end: datetime
    stopped: datetime | None = None
    deleted: bool = False

    def ends(self) -> datetime:
        return min(self.end, self.stopped) if self.stopped else self.end

    def moments(self, spans: Iterable[tuple[int, int]]) -> list[int]:
        """When it took screenshots within those spans on the air."""
        return [at for begin, end in spans for at in range(-(-begin // EVERY) * EVERY, end, EVERY)]


class Shots:
    """All screenshot tasks, and which of their messages were taken."""

    def __init__(self, random: Random) -> None:
        self._numbers = count(40 + random.randrange(50))
        self.all: dict[str, Shot] = {}
        self._taken: set[tuple[int, str]] = set()

    def add(self, channel: str, start: datetime, end: datetime) -> Shot:
        shot = Shot(str(next(self._numbers)), channel, start, end)
        self.all[shot.id] = shot
        return shot

    def of(self, channel: str) -> list[Shot]:
        return [shot for shot in self.all.values() if shot.channel == channel and not shot.deleted]

    def find(self, channel: str, ident: str) -> Shot | None:
        return next((shot for shot in self.of(channel) if shot.id == ident), None)

    def take(
        self,
        number: int,
        now: datetime,
        spans: Callable[[str, int, int], Iterable[tuple[int, int]]],
        code: Callable[[str], str],
    ) -> list[Message]:
        """Takes the newest messages out of the queue, the newest first.

        `spans` tells when a channel was on the air between two times, `code` what it is pushed under.
        """
        oldest = second(now - WAITS)
        self._taken = {one for one in self._taken if one[0] >= oldest}
        waiting = [
            Message(at, shot.id, code(shot.channel))
            for shot in self.all.values()
            for at in shot.moments(_between(shot, oldest, second(now), spans))
            if (at, shot.id) not in self._taken
        ]
        newest = sorted(waiting, reverse=True)[:number]
        self._taken |= {(message.at, message.task) for message in newest}
        return newest


def _between(
    shot: Shot, oldest: int, now: int, spans: Callable[[str, int, int], Iterable[tuple[int, int]]]
) -> Iterable[tuple[int, int]]:
    start, end = max(oldest, second(shot.start)), min(now + 1, second(shot.ends()))
    return spans(shot.channel, start, end) if start < end else ()
