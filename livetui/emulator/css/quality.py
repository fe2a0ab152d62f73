"""What an emulated encoder sends from moment to moment, and how many watch."""

from __future__ import annotations

from math import cos, pi
from typing import NamedTuple

from livetui.emulator.css.roster import DAY, HOUR, Stream
from livetui.emulator.css.schedule import draw

STEP = 5
"""Seconds between two samples of a push."""

_SPELL, _BAD = 15 * 60, 9 * 60
"""A stream in trouble is bad for nine minutes of every fifteen."""


class Sample(NamedTuple):
    """Frame rates in frames a second, rates in bits a second."""

    video_fps: int
    video_bps: int
    audio_fps: int
    audio_bps: int
    lag: float
    """Share of the picture's time that got through: 1.0 for a sound push."""


def sample(stream: Stream, at: int) -> Sample:
    """What the stream sends at a moment, should it be on the air."""
    step = at // STEP
    wave = draw(stream.serial, step, 21) - 0.5
    minute = draw(stream.serial, at // 60, 22) - 0.5
    fps = stream.fps + (round(wave * 2) if stream.fps > 20 else 0)
    bps = stream.kbps * 1000 * (1 + 0.16 * minute + 0.06 * wave)
    lag = 1.0
    if stream.trouble in ("frames", "bitrate") and (at + stream.serial * 131) % _SPELL < _BAD:
        depth = draw(stream.serial, step, 23)
        if stream.trouble == "frames":
            fps, bps, lag = 2 + int(depth * 6), bps * 0.3, 0.2 + 0.3 * depth
        else:
            fps, bps, lag = int(stream.fps * 0.7), bps * (0.03 + 0.05 * depth), 0.6 + 0.2 * depth
    audio_fps = round(stream.sample_rate / 1024)
    return Sample(fps, int(bps), audio_fps, int(stream.audio_kbps * 1000 * (1 + 0.02 * wave)), lag)


def demand(at: int) -> float:
    """How busy the hour is: 1.7 at 21:00 in Beijing, 0.3 twelve hours off."""
    hour = (at + 8 * HOUR) % DAY / HOUR
    return 1.0 + 0.7 * cos((hour - 21) / 24 * 2 * pi)


def bandwidth(stream: Stream) -> float:
    """Mbit/s one viewer takes."""
    return (stream.kbps + stream.audio_kbps) / 1000
