"""The streams of an emulated account: who is on the air, who may not be, and what was before.

Everything is worked out from (seed, time, interventions). A stream is pushed by its encoder, or by a task of
the account, which takes the place of an encoder of that name while it pushes.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from livetui.emulator.css import roster
from livetui.emulator.css.index import Index
from livetui.emulator.css.relays import Play, sessions
from livetui.emulator.css.roster import DAY, HOUR, Key, Stream
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

MOST_LISTED = 20_000
"""The online list ends here (Live Stream Management / DescribeLiveStreamOnlineList, note 2)."""
MOST_EVENTS = 10_000
"""Event and publish history end here (the same chapter, notes on the page parameters)."""

FORBIDDEN = "forbidden by ForbidLiveStream"
DROPPED = "dropped by DropLiveStream"
DOMAIN_DISABLED = "push domain disabled"
TAKEN_OVER = "replaced by a push task of that name"


@dataclass(slots=True)
class Ban:
    """A stream name that may not push."""

    name: str
    domain: str | None
    app: str | None
    start: int
    expires: int
    end: int
    """When it ended or will: `expires`, or earlier when it was lifted or replaced."""
    reason: str


@dataclass(slots=True)
class Delay:
    """A stream that viewers see late."""

    key: Key
    seconds: int
    created: int
    expires: int


@dataclass(frozen=True, slots=True)
class Event:
    """A push that has ended."""

    stream: Stream
    push: Push


class Streams:
    """All streams of the account and what was done to them."""

    def __init__(self, account: Account, plays: Iterable[Play]) -> None:
        """`plays`: what tasks have pushed and will push, as far as it was ordered before anyone looked."""
        self._account = account
        self._random = account.random("streams")
        self._serial = account.seed * 1_000_003
        self.by_key: dict[Key, Stream] = {}
        self.by_name: dict[str, list[Stream]] = defaultdict(list)
        self.by_domain: dict[str, list[Stream]] = defaultdict(list)
        self.bans: list[Ban] = []
        self.delays: dict[Key, Delay] = {}
        self._drops: dict[Key, list[Blackout]] = defaultdict(list)
        self._outages: dict[str, list[Blackout]] = defaultdict(list)
        self._plays: dict[Key, list[Play]] = defaultdict(list)
        self._relayed: dict[Key, Line] = {}
        self._events: dict[object, list[Event]] = {}
        self._events_of = -1
        published_as = account.catalogue.structure("PublishTime").members[0].time[0]
        self.index = Index(self.by_key, self.by_name, self._lines, published_as)
        for key, habit in islice(roster.names(self._random), account.stream_count):
            self._enrol(roster.stream(key, habit, self._next_serial(), self._random))
        self._begin(second(account.clock.now()))
        self._enrol_besides(plays)

    def _begin(self, now: int) -> None:
        """What had been done to the streams before anyone looked."""
        spare = [s for s in self.by_key.values() if not s.trouble and len(self.by_name[s.key.name]) == 1]
        plans = (
            # age, length, reason; the second one runs out while a demo is being looked at.
            (2 * HOUR, 7 * DAY, "replays a film"),
            (20 * HOUR, 20 * HOUR + 360, ""),
            (9 * DAY, 90 * DAY, "copyright"),
        )
        for (age, length, reason), stream in zip(plans, spare[-3:], strict=False):
            begun = now - age
            self.bans.append(
                Ban(
                    stream.key.name,
                    stream.key.domain,
                    stream.key.app,
                    begun,
                    begun + length,
                    begun + length,
                    reason,
                )
            )
            self._compose(stream)
        for stream in spare[1:2]:
            self.delays[stream.key] = Delay(stream.key, 30, now - HOUR, now + 5 * HOUR)

    def _enrol_besides(self, plays: Iterable[Play]) -> None:
        """The streams that every account has, however many encoders were asked for."""
        random = self._account.random("stages")
        for stage in roster.STAGES:
            self._enrol(roster.stream(Key(*stage), "steady", self._next_serial(), random))
        for play in plays:
            self._take_on(play)
            self._compose(self.by_key[play.key])

    def _next_serial(self) -> int:
        self._serial += 1
        return self._serial

    def _enrol(self, stream: Stream) -> None:
        self.by_key[stream.key] = stream
        self.by_name[stream.key.name].append(stream)
        self.by_domain[stream.key.domain].append(stream)

    def _lines(self, stream: Stream) -> tuple[Line, ...]:
        """Who pushes a stream: its encoder, and the account's tasks."""
        own = Line(stream.rhythm, stream.blackouts)
        relayed = self._relayed.get(stream.key)
        return (own,) if relayed is None else (own, relayed)

    # Who is on the air.

    def settle(self, at: int) -> None:
        """Brings the index up to a moment; going back in time costs a look at every stream."""
        self.index.settle(at)

    def online(self, now: datetime, domain: str = "", app: str = "", name: str = "") -> list[Key]:
        """The keys on the air in the list's order, those of one domain, app or name where told."""
        self.settle(second(now))
        return self.index.listed(domain, app, name)

    def push(self, key: Key, now: datetime) -> Push | None:
        """The push a stream is on the air with."""
        self.settle(second(now))
        return self.index.push(key)

    def row(self, key: Key) -> dict[str, Any]:
        """The row of the online list of a stream that is on the air."""
        return self.index.row(key)

    def state(self, key: Key, now: datetime) -> str:
        """ "forbid", "active" or "inactive"."""
        if self.ban(key.name, now) is not None:
            return "forbid"
        return "active" if self.push(key, now) is not None else "inactive"

    # What was done to them.

    def ban(self, name: str, now: datetime) -> Ban | None:
        at = second(now)
        return next((b for b in self.bans if b.name == name and b.start <= at < b.end), None)

    def banned(self, now: datetime) -> list[Ban]:
        """The bans in force, the latest first."""
        at = second(now)
        return sorted((b for b in self.bans if b.start <= at < b.end), key=lambda b: (-b.start, b.name))

    def forbid(self, key: Key, until: datetime, reason: str, now: datetime) -> None:
        """Keeps every stream of the key's name off the air; a ban that was there is replaced."""
        at = second(now)
        self.resume(key.name, now)
        # Names in use on several domains are on the list without a domain: the ban is not of one of them.
        alone = len(self.by_name.get(key.name, ())) < 2
        expires = second(until)
        self.bans.append(
            Ban(
                key.name,
                key.domain if alone else None,
                key.app if alone else None,
                at,
                expires,
                expires,
                reason,
            )
        )
        self._recompose(self.by_name.get(key.name, ()), now)

    def resume(self, name: str, now: datetime) -> None:
        """Lifts the ban on a name; its encoders are back within seconds."""
        ban = self.ban(name, now)
        if ban is not None:
            ban.end = second(now)
            self._recompose(self.by_name.get(name, ()), now)

    def drop(self, key: Key, now: datetime) -> None:
        """Cuts a push off; nothing happens to a stream that is not on the air."""
        stream = self.by_key.get(key)
        if stream is not None and self.push(key, now) is not None:
            at = second(now)
            # Ends where it begins: the encoder's own pause is added as for every blackout.
            self._drops[key].append(Blackout(at, at, DROPPED))
            self._recompose((stream,), now)

    def notice_domains(self, now: datetime) -> None:
        """Takes the streams of push domains off the air that are disabled now, and lets others return.

        To be called after whatever may have changed a domain, so that the pushes end at that moment.
        """
        at = second(now)
        for domain, streams in self.by_domain.items():
            outages = self._outages[domain]
            dark = bool(outages) and outages[-1].end == NEVER
            enabled = self._account.domains.enabled(domain)
            if enabled and dark:
                outages[-1].end = at
            elif not enabled and not dark:
                outages.append(Blackout(at, NEVER, DOMAIN_DISABLED))
            else:
                continue
            self._recompose(streams, now)

    def _recompose(self, streams: Iterable[Stream], now: datetime) -> None:
        self.settle(second(now))
        changed = list(streams)
        for stream in changed:
            self._compose(stream)
        self.index.look_again(changed)

    def _compose(self, stream: Stream) -> None:
        """Lays a stream's blackouts out anew; behind each, whoever pushes it takes seconds to notice."""
        key = stream.key
        sources = [Blackout(b.start, b.end, FORBIDDEN) for b in self.bans if b.name == key.name]
        sources += self._drops.get(key, ())
        sources += self._outages.get(key.domain, ())
        plays = self._plays.get(key)
        if plays:
            ordered = sessions(plays)
            self._relayed[key] = Line(ordered, self._paused(stream, sources))
            sources += [Blackout(push.start, push.end, TAKEN_OVER) for push in ordered.pushes]
        stream.blackouts = self._paused(stream, sources)

    def _paused(self, stream: Stream, sources: Iterable[Blackout]) -> list[Blackout]:
        return merged(
            Blackout(b.start, b.end if b.end >= NEVER else b.end + self._pause(stream, b.end), b.cause)
            for b in sources
        )

    @staticmethod
    def _pause(stream: Stream, at: int) -> int:
        return 3 + int(draw(stream.serial, at, 11) * 6)

    # What tasks of the account push.

    def begin(self, key: Key, start: int, end: int, cause: str, now: datetime) -> Play:
        """Has a task push a stream in [start, end), for `cause` no longer; what is past stays as it was."""
        play = Play(key, max(start, second(now)), end, cause)
        self._take_on(play)
        self._recompose((self.by_key[key],), now)
        return play

    def cut(self, play: Play, cause: str, now: datetime) -> None:
        """Ends a play now, or calls it off; nothing happens to one that is over."""
        if second(now) < play.end:
            play.end, play.cause = second(now), cause
            self._replan(play, now)

    def prolong(self, play: Play, end: int, now: datetime) -> None:
        """Lets a play that goes on end at another time, not before now."""
        play.end = max(end, second(now))
        self._replan(play, now)

    def _take_on(self, play: Play) -> None:
        if play.key not in self.by_key:
            # Drawn from its own name, it is the same whenever the task is made.
            random = self._account.random(f"relay {'/'.join(play.key)}")
            self._enrol(roster.relay(play.key, self._next_serial(), random))
        self._plays[play.key].append(play)

    def _replan(self, play: Play, now: datetime) -> None:
        stream = self.by_key.get(play.key)
        if stream is not None:
            self._recompose((stream,), now)

    # Delayed playback.

    def delay(self, key: Key, seconds: int, expires: datetime, now: datetime) -> None:
        self.delays[key] = Delay(key, seconds, second(now), second(expires))

    def undelay(self, key: Key) -> None:
        self.delays.pop(key, None)

    def delayed(self, now: datetime) -> list[Delay]:
        """The delays, expired ones for one more day."""
        at = second(now)
        return [d for _, d in sorted(self.delays.items()) if d.expires > at - DAY]

    # What was.

    def ended(
        self, streams: Iterable[Stream], start: datetime, end: datetime, *, latest_first: bool
    ) -> Iterator[Event]:
        """The pushes of those streams that ended in [start, end], by their end, made as they are read."""
        low, high = second(start), second(end)

        def of(stream: Stream, line: Line) -> Iterator[tuple[int, int, int, Event]]:
            for push in pushes_ended(*line, low, high, latest_first=latest_first):
                yield push.end, stream.serial, push.start, Event(stream, push)

        every = (of(stream, line) for stream in streams for line in self._lines(stream))
        for *_, event in heapq.merge(*every, reverse=latest_first, key=lambda found: found[:3]):
            yield event

    def pushes(self, stream: Stream, start: int, end: int) -> Iterator[Push]:
        """The pushes of a stream with a part in [start, end), in order of time, failed ones left out."""
        lines = self._lines(stream)
        for push in heapq.merge(*(pushes_between(*line, start, end) for line in lines)):
            if push.end > push.start:
                yield push

    def remembered_events(self, question: object, ask: Iterator[Event]) -> list[Event]:
        """The first MOST_EVENTS answers to a question, kept until the state changes."""
        if self._events_of != self.index.version:
            self._events, self._events_of = {}, self.index.version
        found = self._events.get(question)
        if found is None:
            found = self._events[question] = list(islice(ask, MOST_EVENTS))
        return found

    # Streams that come and go by the control plane.

    def add(self, key: Key, habit: str, now: datetime, **details: Any) -> Stream:
        """A new encoder that begins to push now; `details` are members of `Stream`."""
        self.remove(key, now)
        stream = roster.stream(key, habit, self._next_serial(), self._random, since=second(now))
        for name, value in details.items():
            setattr(stream, name, value)
        self._enrol(stream)
        self._recompose((stream,), now)
        return stream

    def remove(self, key: Key, now: datetime) -> bool:
        """Forgets a stream with its history; False when there is none."""
        self.settle(second(now))
        stream = self.by_key.pop(key, None)
        if stream is None:
            return False
        self.by_name[key.name].remove(stream)
        self.by_domain[key.domain].remove(stream)
        self._plays.pop(key, None)
        self._relayed.pop(key, None)
        self.index.forget(key)
        return True
