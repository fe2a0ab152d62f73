"""What was transcoded, recorded and pictured in a UTC day, summed from the pushes of a domain's streams.

A whole day that is past never changes, so it is worked out once. Of very many streams, every n-th stands
for n of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from livetui.emulator.apsara.recording import pieces
from livetui.emulator.apsara.snapshots import shoots
from livetui.emulator.apsara.state import Apsara
from livetui.emulator.apsara.transcode import CLOUDS_OWN
from livetui.emulator.css.roster import DAY, Stream

MOST_STREAMS = 60

Figures = dict[str, int]
"""Seconds or pictures by format, template or nothing ("")."""
Work = Callable[[Apsara, Stream, int, int, int], Counter[str]]
"""Of one stream in [start, end) as far as it is past: (apsara, stream, start, end, now)."""

FORMATS = {"m3u8": "TS", "mp4": "MP4", "flv": "FLV"}
"""How the figures call what a config calls otherwise."""


def recorded(apsara: Apsara, stream: Stream, start: int, end: int, now: int) -> Counter[str]:
    """Seconds by format."""
    told: Counter[str] = Counter()
    for piece in pieces(apsara, stream, start, end, now):
        seconds = min(piece.end, end) - max(piece.start, start)
        for form in piece.config.data["RecordFormatList"]:
            told[FORMATS.get(form["Format"], "TS")] += seconds
    return told


def transcoded(apsara: Apsara, stream: Stream, start: int, end: int, now: int) -> Counter[str]:
    """Seconds by template."""
    told: Counter[str] = Counter()
    configs = [c for c in apsara.transcodes.ever(stream.key.domain) if c.key[1] == stream.key.app]
    if configs:
        for push in apsara.air.pushes(stream, start, min(end, now)):
            first, last = max(push.start, start), min(push.end, end, now)
            for config in configs:
                seconds = min(last, config.until) - max(first, config.since)
                if seconds > 0:
                    template = config.key[2]
                    told[template.upper() if template in CLOUDS_OWN else template] += seconds
    return told


def pictured(apsara: Apsara, stream: Stream, start: int, end: int, now: int) -> Counter[str]:
    """Pictures, replaced ones too."""
    last = min(end, now + 1)
    found = shoots(apsara, stream, start, last) if start < last else ()
    return Counter({"": sum(len(shoot.taken(start, last)) for shoot in found)})


WORK: dict[str, Work] = {"recorded": recorded, "transcoded": transcoded, "pictured": pictured}


def of_day(apsara: Apsara, what: str, domain: str, day: int, now: int) -> Figures:
    """A day's figures; `day` is its first second. Nothing of a day that has not begun."""
    known = apsara.days.get((what, domain, day))
    if known is not None and day + DAY <= now:
        return known
    figures = _worked(apsara, what, domain, day, now) if day < now else {}
    if day + DAY <= now:
        apsara.days[(what, domain, day)] = figures
    return figures


def _worked(apsara: Apsara, what: str, domain: str, day: int, now: int) -> Figures:
    streams = apsara.air.known(domain)
    many = len(streams) // MOST_STREAMS + 1
    told: Counter[str] = Counter()
    for stream in streams[::many]:
        told += WORK[what](apsara, stream, day, day + DAY, now)
    return {name: value * many for name, value in sorted(told.items())}
