"""Who pushes to an emulated account: names, encoders and habits of its streams, drawn from the seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import NamedTuple

from livetui.emulator.css.schedule import NEVER, Blackout, Rhythm

HOUR, DAY = 3600, 86400

HUNG_UP = ("recv rtmp deleteStream", "recv rtmp deleteStream", "recv rtmp closeStream")
"""Ends the encoder meant; the words are those of the push event's error messages (LVB, event messages)."""
CUT_OFF = ("recv() return error", "recv() return 0", "recv() return error", "rtmp message large than 1M")
"""Ends it did not mean."""


class Key(NamedTuple):
    """What a stream is known by."""

    domain: str
    app: str
    name: str


@dataclass(slots=True)
class Stream:
    """One encoder: what it sends, and when."""

    key: Key
    rhythm: Rhythm
    client_ip: str
    server_ip: str
    resolution: str
    fps: int
    kbps: int
    """Video, as configured in the encoder."""
    audio_kbps: int
    sample_rate: int
    video_codec: str
    viewers: float
    """How many watch it when the day is neither quiet nor busy."""
    trouble: str = ""
    """"frames" or "bitrate": what collapses from time to time; "flapping"; "" for a sound one."""
    blackouts: list[Blackout] = field(default_factory=list)

    @property
    def serial(self) -> int:
        return self.rhythm.serial


SHAPES = (
    # resolution, frames a second, kbit/s
    ("1920*1080", 30, 4500),
    ("1920*1080", 60, 6500),
    ("1280*720", 30, 2500),
    ("1280*720", 25, 2200),
    ("854*480", 25, 1100),
    ("640*360", 20, 700),
)

_MATCH_VIEWS = ("main", "backup", "aerial", "goal-line", "bench", "commentary")
_SHOP_PLACES = ("kitchen", "bakery", "florist", "tailor", "bookstall", "grocer", "cellar", "toys")
_PIERS = ("pier", "harbor-cam", "crane", "ferry-deck")
_ROOMS = ("lecture-hall", "lab", "seminar", "auditorium")

FAMILIAR = (
    ("push.stadium.example", "live", "match-01-main", "viewed"),
    ("push.stadium.example", "live", "match-01-backup", "steady"),
    ("push.stadium.example", "live", "match-02-main", "frames"),
    ("push.campus.example", "live", "lecture-hall-3", "flapping"),
    ("push.harbor.example", "live", "harbor-cam-07", "bitrate"),
    ("push.market.example", "live", "shop-kitchen", "steady"),
    ("push.harbor.example", "live", "test-pattern", "steady"),
    ("push.stadium.example", "live", "test-pattern", "steady"),
    ("push.campus.example", "live", "test-pattern", "programme"),
    ("push.market.example", "studio", "market-square", "steady"),
    ("push.stadium.example", "live", "opening-night", "steady"),
    ("push.market.example", "live", "opening-night", "steady"),
)
"""The first streams of every account: one of each kind of trouble, and names in use on several domains."""

STAGES = (
    ("push.campus.example", "studio", "stage_left"),
    ("push.campus.example", "studio", "stage_right"),
)
"""Steady streams every account has besides: a mix takes no other names than these have (InputStreamName)."""

HABITS = ("viewed", "steady", "programme", "visitor", "idle", "frames", "bitrate", "flapping")
"""How a stream can come and go; "viewed" is a steady one with many viewers."""

_SHARES = (
    # share, habit
    (0.55, "steady"),
    (0.80, "programme"),
    (0.91, "visitor"),
    (0.945, "idle"),
    (0.965, "frames"),
    (0.985, "bitrate"),
    (1.00, "flapping"),
)


def names(random: Random) -> Iterator[tuple[Key, str]]:
    """(key, habit) without end: first the familiar ones, then as many as are asked for."""
    taken = set()
    for domain, app, name, habit in FAMILIAR:
        taken.add(Key(domain, app, name))
        yield Key(domain, app, name), habit
    for number in count(1):
        for key in _round(number):
            if key not in taken:
                share = random.random()
                yield key, next(habit for limit, habit in _SHARES if share < limit)


def _round(number: int) -> Iterator[Key]:
    """The streams that the number `number` is given to."""
    yield Key("push.stadium.example", "live", f"match-{number:02}-{_MATCH_VIEWS[number % 6]}")
    yield Key("push.harbor.example", "live", f"{_PIERS[number % 4]}-{number:02}")
    yield Key("push.campus.example", "live", f"{_ROOMS[number % 4]}-{number}")
    place = _SHOP_PLACES[number % 8]
    yield Key(
        "push.market.example", "live", f"shop-{place}" if number <= 8 else f"shop-{place}-{number // 8}"
    )
    yield Key("push.stadium.example", "live", f"match-{number:02}-{_MATCH_VIEWS[(number + 3) % 6]}")
    yield Key("push.campus.example", "studio", f"rehearsal-{number}")


def stream(key: Key, habit: str, serial: int, random: Random, since: int | None = None) -> Stream:
    """An encoder of that habit; everything else about it is drawn."""
    resolution, fps, kbps = SHAPES[0] if habit == "viewed" else random.choice(SHAPES)
    popular = habit == "viewed" or random.random() < 0.05
    return Stream(
        key=key,
        rhythm=_rhythm(habit, serial, random, since),
        # Addresses come from the ranges kept for documentation.
        client_ip=f"203.0.113.{random.randrange(1, 255)}",
        server_ip=f"198.51.100.{random.randrange(1, 255)}",
        resolution=resolution,
        fps=fps,
        kbps=kbps,
        audio_kbps=random.choice((64, 96, 128)),
        sample_rate=random.choice((44100, 48000)),
        video_codec="H265" if random.random() < 0.15 else "H264",
        viewers=random.uniform(400, 4000) if popular else random.uniform(0, 60),
        trouble=habit if habit in ("frames", "bitrate", "flapping") else "",
    )


def relay(key: Key, serial: int, random: Random) -> Stream:
    """A stream no encoder pushes: it is on the air when a task of the account sends it."""
    made = stream(key, "steady", serial, random, since=NEVER)
    made.client_ip = f"192.0.2.{random.randrange(1, 255)}"
    return made


def _rhythm(habit: str, serial: int, random: Random, since: int | None) -> Rhythm:
    failing = 0.0
    causes: tuple[str, ...] = HUNG_UP
    if habit == "programme":
        period = random.randrange(40 * 60, 3 * HOUR)
        off = (int(period * 0.12), int(period * 0.28))
    elif habit == "visitor":
        period = random.randrange(5 * 60, 20 * 60)
        off = (int(period * 0.3), int(period * 0.5))
        causes = (*HUNG_UP, *CUT_OFF)
    elif habit == "idle":
        period = random.randrange(DAY, 3 * DAY)
        off = (int(period * 0.88), int(period * 0.95))
    elif habit == "flapping":
        period, off, causes, failing = 60, (12, 25), CUT_OFF, 0.1
    else:
        period = random.randrange(6 * HOUR, 2 * DAY)
        off = (30, 240)
        causes = CUT_OFF if habit in ("frames", "bitrate") else HUNG_UP
    phase = random.randrange(period)
    return Rhythm(serial, period, phase, off, causes, failing, -NEVER if since is None else since)
