"""Figures of the past: pushes, plays and billing (Statistics API; Getting Billing Bandwidth Data)."""

from __future__ import annotations

from typing import Any

from livetui.emulator import shape
from livetui.emulator.answers import Call
from livetui.emulator.css import audience
from livetui.emulator.css.audience import FIVE_MINUTES, MINUTE, Steps, Watched
from livetui.emulator.css.quality import STEP, sample
from livetui.emulator.css.roster import Stream
from livetui.emulator.css.schedule import moment, second
from livetui.emulator.hosting.played import played, time
from livetui.emulator.hosting.state import Hosting

PEAK = 1
"""get_top_bd."""
_AREAS = {0: None, 1: "Mainland", 2: "Oversea"}
"""home_foreign -> area."""


@played("Get_LivePushStatHistory", "lvb")
def _pushes(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """A row each five seconds; the time is that of the row, whatever the page calls it."""
    start, end = _span(hosting, params, call)
    rows: list[tuple[int, str, Stream]] = []
    for stream in hosting.streams(params["stream_id"]):
        for push in hosting.account.streams.pushes(stream, start, end):
            first = -(-max(start, push.start) // STEP) * STEP
            rows += [(at, stream.key.domain, stream) for at in range(first, min(end, push.end), STEP)]
    rows.sort(key=lambda row: row[:2])
    return {"stream_info": [_point(stream, at) for at, _, stream in rows]}


def _point(stream: Stream, at: int) -> dict[str, Any]:
    now = sample(stream, at)
    return {
        "time": moment(at),
        "client_ip": stream.client_ip,
        "server_ip": stream.server_ip,
        "fps": now.video_fps,
        "speed": now.video_bps + now.audio_bps,
    }


@played("Get_LivePlayStatHistory", "lvb")
def _plays(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """By the minute, of a code, of a hosted channel, or of everything."""
    code, domain = params.get("stream_id", ""), params.get("domain", "")
    streams = hosting.streams(code) if code else _every_stream(hosting)
    points = _watched(hosting, streams, domain, MINUTE, params, call)
    return {
        "stat_info": [_figures(point) | {"online": round(point.online)} for point in points],
        "sum_info": {"sum_flux": round(sum(point.mb for point in points), 3)},
        "domain": domain or shape.ABSENT,
        "stream_id": code or shape.ABSENT,
    }


@played("Get_BillingBandwidth", "lvb")
def _billing(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """By five minutes; or one row, the slot of the peak with the traffic of all."""
    domain = params.get("domain", "")
    share = audience.share_of(_AREAS[params.get("home_foreign", 0)])
    points = _watched(hosting, _every_stream(hosting), domain, FIVE_MINUTES, params, call)
    rows = [_figures(point, share) for point in points]
    if params.get("get_top_bd") == PEAK and rows:
        peak = max(rows, key=lambda row: row["bandwidth"])
        rows = [peak | {"flux": round(sum(row["flux"] for row in rows), 3)}]
    return {"total_info": rows, "domain": domain or shape.ABSENT}


def _span(hosting: Hosting, params: dict[str, Any], call: Call) -> tuple[int, int]:
    """The window that was asked for, as far as there is an account and a past, [start, end)."""
    start, end = (time("lvb", call, params, name) or call.now for name in ("start_time", "end_time"))
    return second(max(start, hosting.account.born)), second(min(end, call.now)) + 1


def _every_stream(hosting: Hosting) -> list[Stream]:
    hosted = (channel.stream for channel in hosting.channels.values())
    return [*hosting.account.streams.by_key.values(), *hosted]


def _watched(
    hosting: Hosting, streams: list[Stream], domain: str, length: int, params: dict[str, Any], call: Call
) -> list[Watched]:
    start, end = _span(hosting, params, call)
    steps = Steps.within(start, end - 1, length, second(call.now))
    share = audience.share_on(hosting.account, [domain] if domain else None)
    return audience.watched(hosting.account, streams, share, steps, second(call.now))


def _figures(point: Watched, share: float = 1.0) -> dict[str, Any]:
    return {
        "time": moment(point.at),
        "bandwidth": round(point.mbps * share, 3),
        "flux": round(point.mb * share, 3),
    }
