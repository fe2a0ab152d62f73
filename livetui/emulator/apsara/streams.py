"""Streams (document: the chapter of that name): lists, history, bans, frame and bit rates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from livetui.emulator.answers import Call
from livetui.emulator.apsara.played import key_of, page, played, span, time, value
from livetui.emulator.apsara.state import HERE, Apsara, Operation, rtmp
from livetui.emulator.css.quality import sample
from livetui.emulator.css.roster import Stream
from livetui.emulator.css.schedule import NEVER, Push, moment, second

if TYPE_CHECKING:
    from livetui.emulator.apsara.configs import Thing

MINUTE = 60
USUAL_SPAN = 5 * MINUTE
"""Of past rates where no span is asked for; the page's example has as much."""
MOST_RATES = 10_000
"""Rows of past rates in one reply; the page names no bound."""


@played("DescribeLiveStreamsOnlineList")
def online_list(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    domain, kind = params["DomainName"], value(call, params, "StreamType")
    live = apsara.air.online(call.now, domain, params.get("AppName", ""))
    found: list[tuple[Stream, Push, str]] = []
    if kind != "trans":
        found += [(stream, push, "") for stream, push in live]
    if kind != "raw":
        found += _renditions(apsara, domain, live)
    rows, numbers = page(call, params, found)
    return {"OnlineInfo": [_online(apsara, *row) for row in rows], **numbers}


def _renditions(
    apsara: Apsara, domain: str, live: Sequence[tuple[Stream, Push]]
) -> Iterator[tuple[Stream, Push, str]]:
    """What streams on the air are transcoded to: a stream for each template of its app."""
    templates: dict[str, list[tuple[str, int]]] = {}
    for config in apsara.transcodes.of(domain):
        templates.setdefault(config.key[1], []).append((config.key[2], config.since))
    for stream, push in live:
        for template, since in templates.get(stream.key.app, ()):
            yield stream, push._replace(start=max(push.start, since)), template


def _online(apsara: Apsara, stream: Stream, push: Push, template: str) -> Thing:
    key = stream.key
    row = {"DomainName": key.domain, "AppName": key.app, "PublishTime": moment(push.start)}
    if template:
        name = f"{key.name}_{template}"
        url = f"rtmp://{key.domain}/{key.app}/{name}"
        return row | {"StreamName": name, "PublishUrl": url, "PublishDomain": key.domain}
    return row | {
        "StreamName": key.name,
        "PublishUrl": apsara.push_url(stream, push.start),
        "PublishDomain": apsara.ingest(stream),
    }


@played("DescribeLiveStreamsPublishList")
def publish_list(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Pushes that have ended in the span, the latest first."""
    start, end = span(call, params)
    past = apsara.air.past(
        params["DomainName"],
        params.get("AppName", ""),
        params.get("StreamName", ""),
        max(start, second(apsara.account.born)),
        min(end, second(call.now)),
    )
    rows, numbers = page(call, params, past)
    return {"PublishInfo": [_published(apsara, *row) for row in rows], **numbers}


def _published(apsara: Apsara, stream: Stream, push: Push) -> Thing:
    key = stream.key
    return {
        "DomainName": key.domain,
        "AppName": key.app,
        "StreamName": key.name,
        "StreamUrl": f"http://{key.domain}/{key.app}/{key.name}.flv",
        "PublishTime": moment(push.start),
        "StopTime": moment(push.end),
        "ClientAddr": stream.client_ip,
        "EdgeNodeAddr": stream.server_ip,
        "PublishUrl": apsara.push_url(stream, push.start),
        "PublishDomain": apsara.ingest(stream),
    }


# Bans.


@played("DescribeLiveStreamsBlockList")
def block_list(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    blocked = apsara.air.blocked(params["DomainName"], call.now)
    rows, numbers = page(call, params, blocked)
    return {"DomainName": params["DomainName"], "StreamUrls": ["/".join(key) for key in rows], **numbers}


@played("ForbidLiveStream")
def forbid(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Also for a stream that nobody has pushed yet; a second ban takes the place of the first."""
    until = time(call, params, "ResumeTime")
    key = key_of(params)
    apsara.air.forbid(key, second(call.now), NEVER if until is None else second(until), call.now)
    apsara.operations.append(Operation(key, "forbid", HERE, call.now))
    return {}


@played("ResumeLiveStream")
def resume(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Does nothing to a stream that is not forbidden, and is in the history all the same."""
    key = key_of(params)
    apsara.air.resume(key, call.now)
    apsara.operations.append(Operation(key, "resume", HERE, call.now))
    return {}


@played("DescribeLiveStreamsControlHistory")
def control_history(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """The latest first."""
    start, end = span(call, params)
    app = params.get("AppName", "")
    found = [
        one
        for one in apsara.operations
        if one.key.domain == params["DomainName"]
        and (not app or one.key.app == app)
        and start <= second(one.at) <= end
    ]
    return {
        "ControlInfo": [
            {
                "StreamName": "/".join(one.key),
                "ClientIP": one.client,
                "Action": one.action,
                "TimeStamp": one.at,
            }
            for one in sorted(found, key=lambda one: one.at, reverse=True)
        ]
    }


# Frame and bit rates.


@played("DescribeLiveStreamsFrameRateAndBitRateData")
def rates_now(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """One row a stream on the air, as of the end of the span where one was asked for."""
    when = min(time(call, params, "EndTime") or call.now, call.now)
    streams = _asked(apsara, params)
    at = second(when)
    rows = [_rate(stream, at) for stream in streams if any(apsara.air.pushes(stream, at, at + 1))]
    return {"FrameRateAndBitRateInfos": rows}


@played("DescribeLiveStreamBitRateData")
def rates(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """One row a stream and full minute, the latest first, MOST_RATES of them."""
    start, end = span(call, params, USUAL_SPAN)
    start, end = max(start, second(apsara.account.born)), min(end, second(call.now))
    return {"FrameRateAndBitRateInfos": list(islice(_past_rates(apsara, params, start, end), MOST_RATES))}


def _past_rates(apsara: Apsara, params: dict[str, Any], start: int, end: int) -> Iterator[Thing]:
    streams = _asked(apsara, params)
    last = end // MINUTE * MINUTE
    # Some minutes at a time: a long span is cut off long before its begin.
    at_once = min(59, MOST_RATES // (len(streams) or 1)) * MINUTE
    while last >= start and streams:
        first = max(-(-start // MINUTE) * MINUTE, last - at_once)
        live: dict[int, list[Stream]] = {}
        for stream in streams:
            for push in apsara.air.pushes(stream, first, last + 1):
                begin = max(first, -(-push.start // MINUTE) * MINUTE)
                for at in range(begin, min(push.end, last + 1), MINUTE):
                    live.setdefault(at, []).append(stream)
        for at in sorted(live, reverse=True):
            yield from (_rate(stream, at) for stream in live[at])
        last = first - MINUTE


def _asked(apsara: Apsara, params: dict[str, Any]) -> list[Stream]:
    known = apsara.air.known(params["DomainName"], params.get("AppName", ""), params.get("StreamName", ""))
    return sorted(known, key=lambda stream: stream.key)


def _rate(stream: Stream, at: int) -> Thing:
    now = sample(stream, at)
    return {
        "StreamUrl": rtmp(stream.key),
        "VideoFrameRate": now.video_fps,
        "AudioFrameRate": now.audio_fps,
        "BitRate": round((now.video_bps + now.audio_bps) / 1000, 2),
        "Time": moment(at),
    }
