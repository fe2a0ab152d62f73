"""Channel hosting's side of the account: its channels, what was ordered for them, and the queue.

A hosted channel has an encoder of its own, with the habits that the streams of `css` have, and is not on
their lists. An LVB code is a stream's name: what LVB tells and does is about the streams of `css`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from livetui.emulator.account import PLAY_DOMAINS, PUSH_DOMAINS
from livetui.emulator.css import roster
from livetui.emulator.css.quality import sample
from livetui.emulator.css.roster import Key, Stream
from livetui.emulator.css.schedule import NEVER, Blackout, Push, second
from livetui.emulator.hosting.codes import Codes
from livetui.emulator.hosting.shots import Message, Shots
from livetui.emulator.hosting.tapes import Tapes

if TYPE_CHECKING:
    from livetui.emulator.account import Account

NO_INPUT, LIVE, EXCEPTION, DISABLED, INCOMPLETE = range(5)
"""channelStatus; the last is a filter of the list and told nowhere else."""
RTMP, HLS, BOTH = 1, 2, 3
"""outputSourceType."""
PUSHED = 1
"""sourceType: RTMP push."""

MOST_CHANNELS = 50
"""The documents have a code for too many (20101) and no number: this one is ours."""
FIRST_PUSH = timedelta(seconds=90)
"""How long the emulated crew takes to push to a channel that was just made."""
_RETURN = 4
"""Seconds an encoder takes to be back when its channel is enabled."""
_SOUND = 0.75
"""A push of which less gets through in time is an exception."""


class Watched(NamedTuple):
    """Viewers, and the Mbit/s they take."""

    online: float
    mbps: float


class Source(NamedTuple):
    """Where a channel takes its picture from."""

    id: str
    name: str


@dataclass
class Channel:
    """One hosted channel."""

    id: str
    name: str
    about: str
    output: int
    stream: Stream
    """Its encoder; the name in its key is the code it is pushed under."""
    created: datetime
    player: str
    source: Source | None
    """None for one that is not fully set up."""
    secret: str = field(repr=False)
    """Of its push address."""
    password: str | None = field(default=None, repr=False)
    """Of its player."""
    rates: tuple[int, ...] = (0,)
    disabled: bool = False

    @property
    def code(self) -> str:
        return self.stream.key.name

    def played(self, form: str) -> str:
        """Where it plays as "rtmp", "hls" or "flv"; "" for what its output does not offer."""
        if self.output != BOTH and (form == "hls") != (self.output == HLS):
            return ""
        scheme, end = {"rtmp": ("rtmp", ""), "hls": ("http", ".m3u8"), "flv": ("http", ".flv")}[form]
        domain = PLAY_DOMAINS[PUSH_DOMAINS.index(self.stream.key.domain)]
        return f"{scheme}://{domain}/live/{self.code}{end}"


class Hosting:
    """All that the account has there."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.bizid = str(2000 + account.seed % 7000)
        """The number that VOD addresses and codes of hosted channels begin with."""
        self.channels: dict[str, Channel] = {}
        self.codes = Codes(account)
        self.tapes = Tapes(account.random("tapes"))
        self.shots = Shots(account.random("shots"))
        self.mixed: dict[str, tuple[str, datetime]] = {}
        """Session of a mix that has ended -> its output, and when it ended."""
        self.totals: dict[str, tuple[int, Watched]] = {}
        """By play domain: a minute, and what all viewers took in it."""
        self._random = account.random("hosting")
        self._serial = account.seed * 1_000_003 + 500_000_000
        from livetui.emulator.hosting.seed import fill

        fill(self)

    # Channels.

    def open(
        self,
        name: str,
        about: str,
        output: int,
        created: datetime,
        *,
        habit: str = "steady",
        since: int | None = None,
        source: str = "",
    ) -> Channel:
        """A new channel; `habit` is that of its encoder, which pushes from `since` on."""
        random = self._random
        domain = PUSH_DOMAINS[len(self.channels) % len(PUSH_DOMAINS)]
        code = f"{self.bizid}_{random.getrandbits(128):032x}"
        self._serial += 1
        expires = second(created + timedelta(days=400))
        channel = Channel(
            id=self._channel_id(random),
            name=name,
            about=about,
            output=output,
            stream=roster.stream(Key(domain, "live", code), habit, self._serial, random, since=since),
            created=created,
            player=str(random.randrange(200, 900)),
            source=Source(f"{random.randrange(2**63, 2**64)}", source) if source else None,
            secret=f"txSecret={random.getrandbits(128):032x}&txTime={expires:X}",
        )
        self.channels[channel.id] = channel
        return channel

    def _channel_id(self, random: Random) -> str:
        """Old ids have 17 digits, newer ones 20 and more than 63 bits."""
        old = len(self.channels) % 3 == 2
        ident = str(random.randrange(10**16, 10**17) if old else random.randrange(10**19, 2**64))
        return ident if ident not in self.channels else self._channel_id(random)

    def push(self, channel: Channel, now: datetime) -> Push | None:
        """The push a channel is on the air with."""
        if channel.source is None:
            return None
        at = second(now)
        return next(self.account.streams.pushes(channel.stream, at, at + 1), None)

    def status(self, channel: Channel, now: datetime) -> int:
        if channel.disabled:
            return DISABLED
        if channel.source is None:
            return INCOMPLETE
        if self.push(channel, now) is None:
            return NO_INPUT
        return LIVE if sample(channel.stream, second(now)).lag > _SOUND else EXCEPTION

    def disable(self, channel: Channel, now: datetime) -> None:
        """Cuts a channel's push off and lets none in; nothing happens to one that is disabled."""
        if not channel.disabled:
            channel.disabled = True
            channel.stream.blackouts.append(Blackout(second(now), NEVER, "channel disabled"))

    def enable(self, channel: Channel, now: datetime) -> None:
        channel.disabled = False
        channel.stream.blackouts[-1].end = second(now) + _RETURN

    def pushed_at(self, channel: Channel) -> str:
        """The address a channel is pushed to."""
        key = channel.stream.key
        return f"rtmp://{key.domain}/{key.app}/{key.name}?bizid={self.bizid}&{channel.secret}"

    # Streams, hosted or known by their LVB code.

    def streams(self, code: str) -> list[Stream]:
        """The encoders of a name: those of `css`, else that of the hosted channel with that code or id."""
        known = self.account.streams.by_name.get(code)
        if known:
            return known
        hosted = self.channels.get(code)
        return [c.stream for c in self.channels.values() if c is hosted or c.code == code]

    def pushes(self, about: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """When a channel (by id) or an LVB code was on the air within [start, end), as spans apart."""
        spans = sorted(
            (max(push.start, start), min(push.end, end))
            for stream in self.streams(about)
            for push in self.account.streams.pushes(stream, start, end)
        )
        last: tuple[int, int] | None = None
        for span in spans:
            if last is not None and span[0] <= last[1]:
                last = (last[0], max(last[1], span[1]))
                continue
            if last is not None:
                yield last
            last = span
        if last is not None:
            yield last

    def live(self, about: str, now: datetime) -> bool:
        at = second(now)
        return any(True for _ in self.pushes(about, at, at + 1))

    def taken(self, number: int, now: datetime) -> list[Message]:
        """The newest messages of the queue, which are out of it from now on."""
        return self.shots.take(number, now, self.pushes, self._code)

    def _code(self, ident: str) -> str:
        channel = self.channels.get(ident)
        return channel.code if channel is not None else ident
