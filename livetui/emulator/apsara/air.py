"""Who is on the air at ApsaraVideo Live: encoders, streams fetched from elsewhere, and bans.

A stream is known by play domain, app and name, and forbidden by all three.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from livetui.emulator.css import roster
from livetui.emulator.css.index import Index
from livetui.emulator.css.relays import Play, sessions
from livetui.emulator.css.roster import Key, Stream
from livetui.emulator.css.schedule import (
    NEVER,
    Blackout,
    Line,
    Push,
    draw,
    merged,
    pushes_between,
    pushes_ended,
    second,
)

if TYPE_CHECKING:
    from livetui.emulator.account import Account

MOST_PAST = 10_000
"""The documents bound the history of pushes by its span alone; this number is ours."""

FORBIDDEN, FETCHED, DONE = "forbidden", "fetched from elsewhere", "no longer fetched"


@dataclass(slots=True)
class Ban:
    """A stream that may not be pushed; times are UNIX seconds."""

    key: Key
    start: int
    end: int
    """NEVER until somebody resumes it."""


class Air:
    """All streams, and what was done to them."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._random = account.random("apsara streams")
        self._serial = account.seed * 1_000_003 + 250_000_000
        self.by_key: dict[Key, Stream] = {}
        self.by_domain: dict[str, list[Stream]] = defaultdict(list)
        self.bans: list[Ban] = []
        self._by_name: dict[str, list[Stream]] = defaultdict(list)
        self._plays: dict[Key, list[Play]] = defaultdict(list)
        self._relayed: dict[Key, Line] = {}
        self._past: dict[object, list[tuple[Stream, Push]]] = {}
        self._past_of = -1
        self._index = Index(self.by_key, self._by_name, self._lines, "utc")

    def enrol(self, key: Key, habit: str) -> Stream:
        """An encoder of that habit, which has pushed since ever."""
        return self._enrol(roster.stream(key, habit, self._next_serial(), self._random))

    def _enrol(self, stream: Stream) -> Stream:
        self.by_key[stream.key] = stream
        self.by_domain[stream.key.domain].append(stream)
        self._by_name[stream.key.name].append(stream)
        return stream

    def _next_serial(self) -> int:
        self._serial += 1
        return self._serial

    def _lines(self, stream: Stream) -> tuple[Line, ...]:
        """Who pushes a stream: its encoder, and what is fetched under its name."""
        own = Line(stream.rhythm, stream.blackouts)
        relayed = self._relayed.get(stream.key)
        return (own,) if relayed is None else (own, relayed)

    # Who is on the air.

    def online(self, now: datetime, domain: str, app: str = "", name: str = "") -> list[tuple[Stream, Push]]:
        """The streams on the air, by app and name, each with its push."""
        self._index.settle(second(now))
        found = ((key, self._index.push(key)) for key in self._index.listed(domain, app, name))
        return [(self.by_key[key], push) for key, push in found if push is not None]

    def known(self, domain: str, app: str = "", name: str = "") -> list[Stream]:
        """Every stream of a domain, on the air or not; those of one app or name where told."""
        return [
            stream
            for stream in self.by_domain.get(domain, ())
            if (not app or stream.key.app == app) and (not name or stream.key.name == name)
        ]

    def pushes(self, stream: Stream, start: int, end: int) -> Iterator[Push]:
        """The pushes of a stream with a part in [start, end), in order of time, failed ones left out."""
        lines = self._lines(stream) if start < end else ()
        for push in heapq.merge(*(pushes_between(*line, start, end) for line in lines)):
            if push.end > push.start:
                yield push

    def past(self, domain: str, app: str, name: str, start: int, end: int) -> list[tuple[Stream, Push]]:
        """The pushes that ended in [start, end], the latest first, MOST_PAST of them."""
        if self._past_of != self._index.version:
            self._past, self._past_of = {}, self._index.version
        question = (domain, app, name, start, end)
        found = self._past.get(question)
        if found is None:
            streams = self.known(domain, app, name)
            found = self._past[question] = list(islice(self._ended(streams, start, end), MOST_PAST))
        return found

    def _ended(self, streams: Iterable[Stream], start: int, end: int) -> Iterator[tuple[Stream, Push]]:
        def of(stream: Stream, line: Line) -> Iterator[tuple[int, int, int, Stream, Push]]:
            for push in pushes_ended(*line, start, end, latest_first=True):
                if push.end > push.start:
                    yield push.end, stream.serial, push.start, stream, push

        every = (of(stream, line) for stream in streams for line in self._lines(stream))
        for *_, stream, push in heapq.merge(*every, reverse=True, key=lambda found: found[:3]):
            yield stream, push

    # Bans.

    def ban(self, key: Key, now: datetime) -> Ban | None:
        at = second(now)
        return next((ban for ban in self.bans if ban.key == key and ban.start <= at < ban.end), None)

    def blocked(self, domain: str, now: datetime) -> list[Key]:
        """What may not be pushed to a domain, the latest forbidden first."""
        at = second(now)
        bans = [ban for ban in self.bans if ban.key.domain == domain and ban.start <= at < ban.end]
        return [ban.key for ban in sorted(bans, key=lambda ban: (-ban.start, ban.key))]

    def forbid(self, key: Key, start: int, end: int, now: datetime) -> None:
        """Keeps a stream off the air in [start, end); a ban that was there is replaced."""
        there = self.ban(key, now)
        if there is not None:
            there.end = second(now)
        self.bans.append(Ban(key, start, end))
        self._recompose(key, now)

    def resume(self, key: Key, now: datetime) -> None:
        """Lifts the ban on a stream; whoever pushes it is back within seconds."""
        there = self.ban(key, now)
        if there is not None:
            there.end = second(now)
            self._recompose(key, now)

    # Streams fetched from elsewhere.

    def fetch(self, key: Key, start: int, end: int, now: datetime) -> Play:
        """Has a stream fetched in [start, end); an encoder of that name stands back for it."""
        if key not in self.by_key:
            # Drawn from its own name, it is the same whenever it is first fetched.
            random = self._account.random(f"fetched {'/'.join(key)}")
            self._enrol(roster.relay(key, self._next_serial(), random))
        play = Play(key, start, end, DONE)
        self._plays[key].append(play)
        self._recompose(key, now)
        return play

    def drop(self, play: Play, now: datetime) -> None:
        """Fetches no longer, or never; nothing happens when it is over."""
        if second(now) < play.end:
            play.end = second(now)
            self._recompose(play.key, now)

    def _recompose(self, key: Key, now: datetime) -> None:
        """Lays a stream's blackouts out anew; behind each, whoever pushes it takes seconds to notice."""
        stream = self.by_key.get(key)
        if stream is None:
            return
        self._index.settle(second(now))
        sources = [Blackout(ban.start, ban.end, FORBIDDEN) for ban in self.bans if ban.key == key]
        plays = self._plays.get(key)
        if plays:
            ordered = sessions(plays)
            self._relayed[key] = Line(ordered, _paused(stream, sources))
            sources += [Blackout(push.start, push.end, FETCHED) for push in ordered.pushes]
        stream.blackouts = _paused(stream, sources)
        self._index.look_again((stream,))


def _paused(stream: Stream, sources: Iterable[Blackout]) -> list[Blackout]:
    """The blackouts, each longer by the seconds an encoder takes to be back."""
    return merged(
        Blackout(b.start, b.end if b.end >= NEVER else b.end + _pause(stream, b.end), b.cause)
        for b in sources
    )


def _pause(stream: Stream, at: int) -> int:
    return 3 + int(draw(stream.serial, at, 11) * 6)
