"""The streams of an emulated account: who is on the air, who may not be, and what was before.

Everything is worked out from (seed, time, interventions). An index of who is on the air is kept up to date
by looking only at the streams that can have come or gone since the last time, so that a page of the online
list costs the same with sixty streams and with twenty thousand.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from livetui.catalogue import times
from livetui.emulator.css import roster
from livetui.emulator.css.roster import DAY, HOUR, Key, Stream
from livetui.emulator.css.schedule import (
    NEVER,
    Blackout,
    Push,
    draw,
    merged,
    next_look,
    push_at,
    pushes_between,
    pushes_ended,
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

    def __init__(self, account: Account) -> None:
        self._account = account
        self._random = account.random("streams")
        self._names = roster.names(self._random)
        self._published_as = account.catalogue.structure("PublishTime").members[0].time[0]
        self._serial = account.seed * 1_000_003
        self.by_key: dict[Key, Stream] = {}
        self.by_name: dict[str, list[Stream]] = defaultdict(list)
        self.by_domain: dict[str, list[Stream]] = defaultdict(list)
        self.bans: list[Ban] = []
        self.delays: dict[Key, Delay] = {}
        self._drops: dict[Key, list[Blackout]] = defaultdict(list)
        self._outages: dict[str, list[Blackout]] = defaultdict(list)
        self._looks: list[tuple[int, int, Key]] = []
        self._due: dict[Key, int] = {}
        self._live: dict[Key, Push] = {}
        self._order: list[Key] = []
        self._rows: dict[Key, dict[str, Any]] = {}
        self._lists: dict[tuple[str, str, str], list[Key]] = {}
        self._events: dict[object, list[Event]] = {}
        self._at = -NEVER
        self.version = 0
        """Goes up with every change of who is on the air."""
        for key, habit in islice(self._names, account.stream_count):
            self._enrol(roster.stream(key, habit, self._next_serial(), self._random))
        self._begin(second(account.clock.now()))

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

    def _next_serial(self) -> int:
        self._serial += 1
        return self._serial

    def _enrol(self, stream: Stream) -> None:
        self.by_key[stream.key] = stream
        self.by_name[stream.key.name].append(stream)
        self.by_domain[stream.key.domain].append(stream)

    # Who is on the air.

    def settle(self, at: int) -> None:
        """Brings the index up to a moment; going back in time costs a look at every stream."""
        if at < self._at:
            self._at = -NEVER
        if self._at == -NEVER:
            self._look_at_all(at)
        changed = False
        while self._looks and self._looks[0][0] <= at:
            due, _, key = heapq.heappop(self._looks)
            stream = self.by_key.get(key)
            if stream is not None and self._due.get(key) == due:
                changed |= self._look(stream, at)
        self._at = at
        if changed:
            self._changed()

    def _look_at_all(self, at: int) -> None:
        self._looks, self._due = [], {}
        self._live, self._rows = {}, {}
        for stream in self.by_key.values():
            self._place(stream, at)
        self._order = sorted(self._live)
        self._changed()

    def _place(self, stream: Stream, at: int) -> Push | None:
        push = push_at(stream.rhythm, stream.blackouts, at)
        if push is None:
            self._live.pop(stream.key, None)
        else:
            self._live[stream.key] = push
        due = next_look(stream.rhythm, stream.blackouts, at)
        self._due[stream.key] = due
        if due < NEVER:
            heapq.heappush(self._looks, (due, stream.serial, stream.key))
        return push

    def _look(self, stream: Stream, at: int) -> bool:
        """Puts one stream where it belongs; tells whether that changed the list."""
        key = stream.key
        before = self._live.get(key)
        push = self._place(stream, at)
        if before is not None and push is not None and before.start == push.start:
            return False
        self._rows.pop(key, None)
        if before is None and push is not None:
            insort(self._order, key)
        elif before is not None and push is None:
            del self._order[bisect_left(self._order, key)]
        return before is not None or push is not None

    def _changed(self) -> None:
        self.version += 1
        self._lists.clear()
        self._events.clear()

    def online(self, now: datetime, domain: str = "", app: str = "", name: str = "") -> list[Key]:
        """The keys on the air in the list's order, those of one domain, app or name where told."""
        self.settle(second(now))
        wanted = (domain, app, name)
        found = self._lists.get(wanted)
        if found is None:
            found = self._order
            if name:
                found = sorted(s.key for s in self.by_name.get(name, ()) if s.key in self._live)
            if domain:
                found = [key for key in found if key.domain == domain]
            if app:
                found = [key for key in found if key.app == app]
            self._lists[wanted] = found
        return found

    def push(self, key: Key, now: datetime) -> Push | None:
        """The push a stream is on the air with."""
        self.settle(second(now))
        return self._live.get(key)

    def row(self, key: Key) -> dict[str, Any]:
        """A stream's row of the online list; made once per push, for it is asked for by the thousand."""
        row = self._rows.get(key)
        if row is None:
            published = times.to_wire(self._published_as, moment(self._live[key].start))
            row = self._rows[key] = {
                "StreamName": key.name,
                "PublishTimeList": [{"PublishTime": published}],
                "AppName": key.app,
                "DomainName": key.domain,
            }
        return row

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
        at = second(now)
        self.settle(at)
        for stream in streams:
            self._compose(stream)
            self._look(stream, at)
        self._changed()

    def _compose(self, stream: Stream) -> None:
        """Lays a stream's blackouts out anew; behind each, its encoder takes seconds to notice."""
        sources = [Blackout(b.start, b.end, FORBIDDEN) for b in self.bans if b.name == stream.key.name]
        sources += self._drops.get(stream.key, ())
        sources += self._outages.get(stream.key.domain, ())
        stream.blackouts = merged(
            Blackout(b.start, b.end if b.end >= NEVER else b.end + self._pause(stream, b.end), b.cause)
            for b in sources
        )

    @staticmethod
    def _pause(stream: Stream, at: int) -> int:
        return 3 + int(draw(stream.serial, at, 11) * 6)

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

        def of(stream: Stream) -> Iterator[tuple[int, int, int, Event]]:
            found = pushes_ended(stream.rhythm, stream.blackouts, low, high, latest_first=latest_first)
            for push in found:
                yield push.end, stream.serial, push.start, Event(stream, push)

        for *_, event in heapq.merge(*map(of, streams), reverse=latest_first, key=lambda found: found[:3]):
            yield event

    def pushes(self, stream: Stream, start: int, end: int) -> Iterator[Push]:
        """The pushes of a stream with a part in [start, end), failed ones left out."""
        for push in pushes_between(stream.rhythm, stream.blackouts, start, end):
            if push.end > push.start:
                yield push

    def remembered_events(self, question: object, ask: Iterator[Event]) -> list[Event]:
        """The first MOST_EVENTS answers to a question, kept until the state changes."""
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
        self._rows.pop(key, None)
        if self._live.pop(key, None) is not None:
            del self._order[bisect_left(self._order, key)]
        self._changed()
        return True


def second(when: datetime) -> int:
    """Whole UNIX seconds of an aware datetime."""
    return int(when.timestamp())


def moment(at: int) -> datetime:
    """The aware UTC datetime of UNIX seconds."""
    return datetime.fromtimestamp(at, UTC)
