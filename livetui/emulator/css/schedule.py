"""When an emulated encoder pushes: a pure function of seed, time and interventions.

Times are whole UNIX seconds and intervals are half open, [start, end). A stream's life is cut into cycles;
each holds one push that begins and ends somewhere inside it, so that any moment of the past or future is
worked out without the moments before it. An encoder's cycles are of equal length; what a task was ordered to
push has one for each order. Interventions (a ban, a drop, a disabled domain) are blackouts taken out of those
pushes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

NEVER = 1 << 60
"""Later than any moment: the end of what has no end yet."""

_MASK = (1 << 64) - 1


def second(when: datetime) -> int:
    """Whole UNIX seconds of an aware datetime."""
    return int(when.timestamp())


def moment(at: int) -> datetime:
    """The aware UTC datetime of UNIX seconds."""
    return datetime.fromtimestamp(at, UTC)


def draw(*key: int) -> float:
    """A number in [0, 1) that is always the same for the same whole numbers.

    Tuples of integers hash alike in every CPython this runs on, whatever PYTHONHASHSEED says; the rest
    stirs the bits that hash leaves alike for neighbours.
    """
    value = hash(key) & _MASK
    value = ((value ^ (value >> 33)) * 0xFF51AFD7ED558CCD) & _MASK
    value = ((value ^ (value >> 33)) * 0xC4CEB9FE1A85EC53) & _MASK
    return (value >> 11) / (1 << 53)


class Push(NamedTuple):
    """One push of one stream, from the first frame to the last."""

    start: int
    end: int
    """Equal to start for a push that failed at once."""
    cause: str
    """Why it ends; says nothing yet while the end lies ahead."""


@dataclass(slots=True)
class Blackout:
    """A time in which a stream is kept off the air."""

    start: int
    end: int
    """NEVER until someone lifts it."""
    cause: str
    """What the push it cuts off is said to have ended for."""


class Timetable(Protocol):
    """When someone pushes, blackouts aside: one push in each of the numbered cycles."""

    @property
    def since(self) -> int:
        """No push before this."""

    def cycle(self, at: int) -> int:
        """The cycle that a moment lies in."""

    def push(self, cycle: int) -> Push:
        """The push of a cycle; it begins and ends within the cycle."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a stream comes and goes when nobody interferes."""

    serial: int
    """Tells the draws of one stream from another's."""
    period: int
    """Seconds of a cycle."""
    phase: int
    off: tuple[int, int]
    """Least and most seconds off the air in a cycle; the least is 2 or more."""
    causes: tuple[str, ...]
    """What its pushes end for, picked evenly."""
    failing: float = 0.0
    """Share of cycles whose push fails at once."""
    since: int = -NEVER
    """No push before this."""

    def cycle(self, at: int) -> int:
        return (at - self.phase) // self.period

    def push(self, cycle: int) -> Push:
        """The push of a cycle; it begins and ends within the cycle, before its last second."""
        low, high = self.off
        serial = self.serial
        off = low + int(draw(serial, cycle, 1) * (high - low + 1))
        start = self.phase + cycle * self.period + int(draw(serial, cycle, 2) * (off - 1))
        end = start + self.period - off
        if self.failing and draw(serial, cycle, 3) < self.failing:
            end = start
        return Push(start, end, self.causes[int(draw(serial, cycle, 4) * len(self.causes))])


@dataclass(frozen=True, slots=True)
class Sessions:
    """Pushes somebody ordered, in order of time and a second or more apart; a cycle begins with each."""

    pushes: tuple[Push, ...]
    since: int = -NEVER

    def cycle(self, at: int) -> int:
        """-1 before the first."""
        return bisect_right(self.pushes, at, key=lambda push: push.start) - 1

    def push(self, cycle: int) -> Push:
        """Before the first and behind the last, an empty one out of all reach."""
        if 0 <= cycle < len(self.pushes):
            return self.pushes[cycle]
        nowhere = -NEVER if cycle < 0 else NEVER
        return Push(nowhere, nowhere, "")


class Line(NamedTuple):
    """One who pushes a stream, and when he may not."""

    timetable: Timetable
    blackouts: Sequence[Blackout]


def pushes_in_cycle(timetable: Timetable, blackouts: Sequence[Blackout], cycle: int) -> list[Push]:
    """What is left of a cycle's push when the blackouts are taken out, in order of time."""
    natural = timetable.push(cycle)
    if natural.start < timetable.since:
        if natural.end <= timetable.since:
            return []
        natural = natural._replace(start=timetable.since)
    if not blackouts:
        return [natural]
    if natural.start == natural.end:
        dark = any(b.start <= natural.start < b.end for b in blackouts)
        return [] if dark else [natural]
    left, pieces = natural.start, []
    for blackout in blackouts:
        if blackout.end <= left:
            continue
        if blackout.start >= natural.end:
            break
        if blackout.start > left:
            pieces.append(Push(left, blackout.start, blackout.cause))
        left = blackout.end
        if left >= natural.end:
            return pieces
    pieces.append(Push(left, natural.end, natural.cause))
    return pieces


def push_at(timetable: Timetable, blackouts: Sequence[Blackout], at: int) -> Push | None:
    """The push that is on the air at a moment."""
    for push in pushes_in_cycle(timetable, blackouts, timetable.cycle(at)):
        if push.start <= at < push.end:
            return push
    return None


def next_look(timetable: Timetable, blackouts: Sequence[Blackout], at: int) -> int:
    """The soonest moment after `at` at which the stream can come or go; NEVER when it cannot.

    It may come out too early, never too late: whoever looks then just asks again.
    """
    soonest = at
    for blackout in blackouts:
        if blackout.start <= soonest < blackout.end:
            soonest = blackout.end
    if soonest >= NEVER:
        return NEVER
    if soonest > at:
        return soonest
    cycle = timetable.cycle(at)
    edges = [edge for push in (timetable.push(cycle), timetable.push(cycle + 1)) for edge in push[:2]]
    edges += [b.start for b in blackouts]
    if timetable.since > at:
        edges = [timetable.since]
    return min(edge for edge in edges if edge > at)


def pushes_between(
    timetable: Timetable, blackouts: Sequence[Blackout], start: int, end: int
) -> Iterator[Push]:
    """Every push with a part in [start, end), in order of time, failed ones among them."""
    for cycle in range(timetable.cycle(start), timetable.cycle(end - 1) + 1):
        for push in pushes_in_cycle(timetable, blackouts, cycle):
            if push.start < end and (push.end > start or push.start >= start):
                yield push


def pushes_ended(
    timetable: Timetable, blackouts: Sequence[Blackout], start: int, end: int, *, latest_first: bool
) -> Iterator[Push]:
    """Every push that ended in [start, end], by its end."""
    cycles = range(timetable.cycle(start), timetable.cycle(end) + 1)
    for cycle in reversed(cycles) if latest_first else cycles:
        pieces = pushes_in_cycle(timetable, blackouts, cycle)
        for push in reversed(pieces) if latest_first else pieces:
            if start <= push.end <= end:
                yield push


def merged(sources: Iterable[Blackout]) -> list[Blackout]:
    """The blackouts in order of time and apart from each other; where several meet, the first tells why."""
    apart: list[Blackout] = []
    for source in sorted(sources, key=lambda b: b.start):
        last = apart[-1] if apart else None
        if last is not None and source.start <= last.end:
            last.end = max(last.end, source.end)
        else:
            apart.append(Blackout(source.start, source.end, source.cause))
    return apart
