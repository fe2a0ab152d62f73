"""How much is pushed and watched over time, summed from the pushes of the streams themselves.

Figures are averages over equal steps of time. A step nobody pushed in is nought; whatever takes a stream off
the air takes it out of every figure from that second on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from livetui.emulator.css.quality import bandwidth, demand
from livetui.emulator.css.roster import DAY, HOUR, Stream
from livetui.emulator.css.schedule import Push

if TYPE_CHECKING:
    from livetui.emulator.account import Account

MINUTE = 60
FIVE_MINUTES = 300

_MOST_PUSHES = 150_000
"""Beyond about so many pushes in a window, every n-th stream stands for n of them."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Equal steps of time: `count` of them, `length` seconds each, from `first` on."""

    first: int
    length: int
    count: int

    @classmethod
    def within(cls, start: int, end: int, length: int, known_until: int) -> Steps:
        """The steps that begin in [start, end], and before what is known ends.

        Days are Beijing's; shorter steps fall on whole multiples either way.
        """
        offset = 8 * HOUR if length == DAY else 0
        first = (start + offset) // length * length - offset
        last = min(end, known_until - 1)
        return cls(first, length, max(0, (last - first) // length + 1))

    @property
    def starts(self) -> range:
        return range(self.first, self.first + self.count * self.length, self.length)

    @property
    def end(self) -> int:
        return self.first + self.count * self.length


@dataclass(frozen=True, slots=True)
class Watched:
    """What the viewers of some streams took in one step."""

    at: int
    online: float
    """Viewers, on average."""
    mbps: float
    seconds: int

    @property
    def mb(self) -> float:
        return self.mbps * self.seconds / 8

    @property
    def requests(self) -> float:
        """A player asks for something every twenty seconds."""
        return self.online * self.seconds / 20


def on_air(
    account: Account, streams: Sequence[Stream], weigh: Callable[[Stream], float], steps: Steps, until: int
) -> list[float]:
    """For each step, the summed weight of the streams on the air, averaged over the step."""
    return averaged(account.streams.pushes, streams, weigh, steps, until)


def averaged(
    pushes: Callable[[Stream, int, int], Iterable[Push]],
    streams: Sequence[Stream],
    weigh: Callable[[Stream], float],
    steps: Steps,
    until: int,
) -> list[float]:
    """The same of any streams; `pushes` tells a stream's pushes with a part between two times.

    Nothing counts from `until` on: the future has not happened.
    """
    streams, factor = _thinned(streams, steps)
    part, full = [0.0] * (steps.count + 1), [0.0] * (steps.count + 1)
    first, length, horizon = steps.first, steps.length, min(steps.end, until)
    for stream in streams:
        weight = weigh(stream) * factor
        if not weight or horizon <= first:
            continue
        for push in pushes(stream, first, horizon):
            start, end = max(push.start, first), min(push.end, horizon)
            low, high = (start - first) // length, (end - 1 - first) // length
            if low == high:
                part[low] += weight * (end - start)
            else:
                part[low] += weight * (first + (low + 1) * length - start)
                part[high] += weight * (end - first - high * length)
                full[low + 1] += weight * length
                full[high] -= weight * length
    return [(a + b) / length for a, b in zip(part, accumulate(full), strict=True)][: steps.count]


def _thinned(streams: Sequence[Stream], steps: Steps) -> tuple[Sequence[Stream], int]:
    seconds = steps.count * steps.length
    pushes = sum(seconds // s.rhythm.period + 1 for s in streams)
    factor = pushes // _MOST_PUSHES + 1
    return streams[::factor], factor


def watched(
    account: Account, streams: Sequence[Stream], shown_on: Callable[[Stream], float], steps: Steps, until: int
) -> list[Watched]:
    """What was watched of those streams; `shown_on` is the share of a stream's viewers that count."""
    online = on_air(account, streams, lambda s: s.viewers * shown_on(s), steps, until)
    mbps = on_air(account, streams, lambda s: s.viewers * shown_on(s) * bandwidth(s), steps, until)
    busy = [demand(at + steps.length // 2) for at in steps.starts]
    return [
        Watched(at, many * factor, much * factor, steps.length)
        for at, many, much, factor in zip(steps.starts, online, mbps, busy, strict=True)
    ]


def share_on(account: Account, play_domains: Iterable[str] | None) -> Callable[[Stream], float]:
    """The share of a stream's viewers that come through those play domains; all of them for None or none.

    A stream's viewers spread evenly over the enabled play domains of its push domain.
    """
    wanted = set(play_domains or ())
    shares: dict[str, float] = {}

    def share(stream: Stream) -> float:
        domain = stream.key.domain
        if domain not in shares:
            shown = account.domains.play_domains_of(domain)
            counted = [d for d in shown if d in wanted] if wanted else shown
            shares[domain] = len(counted) / len(shown) if shown else 0.0
        return shares[domain]

    return share


# Where viewers are.


@dataclass(frozen=True, slots=True)
class Place:
    """A share of all viewers; names are (Chinese, English)."""

    country: tuple[str, str]
    province: tuple[str, str]
    isp: tuple[str, str]
    share: float

    def inside(self, area: str | None) -> bool:
        """Whether it belongs to Mainland, Oversea, China, Foreign or Global ("" and None: everything)."""
        china = self.country == _CHINA
        mainland = china and self.province != _HONG_KONG
        return {"Mainland": mainland, "Oversea": not mainland, "China": china, "Foreign": not china}.get(
            area or "Global", True
        )


_CHINA = ("中国", "China")
_HONG_KONG = ("香港", "Hong Kong")
_OTHER = ("其他", "Other")
_PROVINCES = (
    (("广东", "Guangdong"), 0.34),
    (("江苏", "Jiangsu"), 0.22),
    (("北京", "Beijing"), 0.18),
    (("四川", "Sichuan"), 0.14),
    (("山东", "Shandong"), 0.12),
)
_ISPS = (
    (("电信", "China Telecom"), 0.45),
    (("移动", "China Mobile"), 0.35),
    (("联通", "China Unicom"), 0.20),
)
_ABROAD = (
    (_CHINA, _HONG_KONG, 0.03),
    (("新加坡", "Singapore"), _OTHER, 0.025),
    (("德国", "Germany"), _OTHER, 0.015),
    (("美国", "United States"), _OTHER, 0.01),
)

PLACES = (
    *(
        Place(_CHINA, province, isp, 0.92 * much * part)
        for province, much in _PROVINCES
        for isp, part in _ISPS
    ),
    *(Place(country, province, _OTHER, share) for country, province, share in _ABROAD),
)
"""Everywhere there are viewers; the shares add up to one."""

CODES = (
    ("200", 0.925),
    ("206", 0.03),
    ("302", 0.025),
    ("403", 0.006),
    ("404", 0.01),
    ("502", 0.003),
    ("504", 0.001),
)
"""How requests are answered; the shares add up to one."""


def places(area: str | None, provinces: Sequence[str] = (), isps: Sequence[str] = ()) -> list[Place]:
    """The places an area, and lists of names in either language, leave."""
    return [
        place
        for place in PLACES
        if place.inside(area)
        and (not provinces or any(name in provinces for name in place.province))
        and (not isps or any(name in isps for name in place.isp))
    ]


def share_of(area: str | None) -> float:
    """The share of all viewers that an area has."""
    return sum(place.share for place in places(area))
