"""Resource monitoring (document: the chapter of that name): figures of domains, viewers of streams."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from livetui.emulator.answers import Call
from livetui.emulator.apsara.daily import FORMATS, Figures, of_day
from livetui.emulator.apsara.played import domains, key_of, played, span, time
from livetui.emulator.apsara.state import Apsara, rtmp
from livetui.emulator.css.audience import MINUTE, Steps, averaged
from livetui.emulator.css.quality import bandwidth, demand
from livetui.emulator.css.roster import DAY, HOUR, Stream
from livetui.emulator.css.schedule import draw, moment, second
from livetui.emulator.shape import ABSENT

SLICES = ((3 * DAY, 300), (31 * DAY, HOUR))
"""(longest span, seconds of a slice); of longer ones a day. The pages name five minutes and a day alone."""
FIGURES_SINCE = second(datetime(2018, 1, 1, tzinfo=UTC))
_HTTPS = 0.35
"""Share of the viewers that play over HTTPS."""
_HLS = 0.3
"""Share of the viewers that play HLS."""


# Bandwidth and traffic.


@played("DescribeLiveDomainBpsData")
def bandwidths(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Bits a second on average over each slice, over what is past of the last one."""
    steps = _steps(params, call)
    rows = []
    for at, mbps in _taken(apsara, params, call, steps):
        passed = min(steps.length, second(call.now) - at)
        bps = round(mbps * 1e6 * steps.length / passed) if passed > 0 else 0
        rows.append({"TimeStamp": moment(at), **_split("BpsValue", bps)})
    return _spanned(params, call, steps) | {"BpsDataPerInterval": rows}


@played("DescribeLiveDomainTrafficData")
def traffic(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    steps = _steps(params, call)
    rows = [
        {"TimeStamp": moment(at), **_split("TrafficValue", round(mbps * 1e6 / 8 * steps.length))}
        for at, mbps in _taken(apsara, params, call, steps)
    ]
    return _spanned(params, call, steps) | {"TrafficDataPerInterval": rows}


def _split(name: str, total: int) -> dict[str, int]:
    secure = round(total * _HTTPS)
    return {name: total, f"Http{name}": total - secure, f"Https{name}": secure}


def _steps(params: dict[str, Any], call: Call) -> Steps:
    start, end = span(call, params, DAY)
    length = next((step for most, step in SLICES if end - start <= most), DAY)
    first = start // length * length
    return Steps(first, length, max(1, -(-(end - first) // length)))


def _spanned(params: dict[str, Any], call: Call, steps: Steps) -> dict[str, Any]:
    start, end = span(call, params, DAY)
    return {
        "DomainName": params.get("DomainName", ""),
        "DataInterval": steps.length,
        "StartTime": moment(start),
        "EndTime": moment(end),
    }


def _taken(apsara: Apsara, params: dict[str, Any], call: Call, steps: Steps) -> Iterable[tuple[int, float]]:
    """(begin, Mbit/s) of each slice, of all domains where none is named; nothing before the account."""
    asked = domains(params) or apsara.domains
    streams = [stream for domain in asked for stream in apsara.air.known(domain)]
    mbps = averaged(apsara.air.pushes, streams, lambda s: s.viewers * bandwidth(s), steps, second(call.now))
    born = second(apsara.account.born)
    for at, value in zip(steps.starts, mbps, strict=True):
        yield at, value * _busy(at, steps.length) if at >= born else 0.0


def _busy(at: int, length: int) -> float:
    """How busy a slice is; a day is neither quiet nor busy."""
    return 1.0 if length >= DAY else demand(at + length // 2)


# By the day.


def _days(apsara: Apsara, what: str, params: dict[str, Any], call: Call) -> list[tuple[datetime, Figures]]:
    """Every UTC day that the span touches; none where it begins before there were figures."""
    start, end = span(call, params)
    if start < FIGURES_SINCE:
        return []
    now, domain = second(call.now), params["DomainName"]
    starts = range(start // DAY * DAY, end + 1, DAY)
    return [(moment(day), of_day(apsara, what, domain, day, now)) for day in starts]


@played("DescribeLiveDomainTranscodeData")
def transcoded(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return {
        "TranscodeDataInfos": [
            {
                "Date": day,
                "Total": sum(figures.values()),
                "Detail": [{"Template": name, "Seconds": value} for name, value in figures.items()],
            }
            for day, figures in _days(apsara, "transcoded", params, call)
        ]
    }


@played("DescribeLiveDomainRecordData")
def recorded(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    wanted = [params["RecordType"]] if params.get("RecordType") else list(FORMATS.values())
    return {
        "RecordDataInfos": [
            {
                "Date": day,
                "Total": sum(figures.get(name, 0) for name in wanted),
                "Detail": {
                    name: figures.get(name, ABSENT) if name in wanted else ABSENT for name in FORMATS.values()
                },
            }
            for day, figures in _days(apsara, "recorded", params, call)
        ]
    }


@played("DescribeLiveDomainSnapshotData")
def pictured(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return {
        "SnapshotDataInfos": [
            {"Date": day, "Total": sum(figures.values())}
            for day, figures in _days(apsara, "pictured", params, call)
        ]
    }


# Viewers.


def viewers(stream: Stream, at: int) -> int:
    """How many watch a stream in a minute, should it be on the air."""
    minute = at // MINUTE * MINUTE
    return round(stream.viewers * demand(minute) * (0.95 + 0.1 * draw(stream.serial, minute, 61)))


@played("DescribeLiveStreamHistoryUserNum")
def past_viewers(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """One row a full minute, the latest first; nobody watches what is not on the air."""
    start, end = span(call, params)
    first, last = -(-start // MINUTE) * MINUTE, min(end, second(call.now))
    stream = apsara.air.by_key.get(key_of(params))
    watched: dict[int, int] = {}
    if stream is not None:
        for push in apsara.air.pushes(stream, first, last + 1):
            begin = max(first, -(-push.start // MINUTE) * MINUTE)
            watched |= {at: viewers(stream, at) for at in range(begin, min(push.end, last + 1), MINUTE)}
    minutes = reversed(range(first, last + 1, MINUTE))
    return {
        "LiveStreamUserNumInfos": [
            {"StreamTime": moment(at), "UserNum": watched.get(at, 0)} for at in minutes
        ]
    }


@played("DescribeLiveStreamOnlineUserNum")
def viewers_now(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Of what is on the air, at the end of the span where one was asked for."""
    at = second(min(time(call, params, "EndTime") or call.now, call.now))
    known = apsara.air.known(params["DomainName"], params.get("AppName", ""), params.get("StreamName", ""))
    counted = 1 - _HLS if params.get("HlsSwitch") == "false" else 1.0
    rows = [
        {
            "StreamUrl": rtmp(stream.key),
            "UserNumber": round(viewers(stream, at) * counted),
            "Time": moment(at),
        }
        for stream in sorted(known, key=lambda stream: stream.key)
        if any(apsara.air.pushes(stream, at, at + 1))
    ]
    return {"TotalUserNumber": sum(row["UserNumber"] for row in rows), "OnlineUserInfo": rows}
