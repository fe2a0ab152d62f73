"""Figures of this moment (Query Statistical Info): pushes by five seconds, plays by the minute."""

from __future__ import annotations

from typing import Any

from livetui.emulator import shape
from livetui.emulator.answers import Call
from livetui.emulator.css import audience
from livetui.emulator.css.audience import MINUTE
from livetui.emulator.css.quality import bandwidth, demand, sample
from livetui.emulator.css.roster import Key
from livetui.emulator.css.schedule import second
from livetui.emulator.hosting.played import page, played
from livetui.emulator.hosting.state import Hosting, Watched


@played("Get_LiveStat", "lvb")
def _all(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _figures(hosting, params, call, push=True, play=True)


@played("Get_LivePushStat", "lvb")
def _push(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _figures(hosting, params, call, push=True)


@played("Get_LivePlayStat", "lvb")
def _play(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _figures(hosting, params, call, play=True)


def _figures(
    hosting: Hosting, params: dict[str, Any], call: Call, *, push: bool = False, play: bool = False
) -> dict[str, Any]:
    """One row a code; of a single one that isn't live nothing at all: its output is blank."""
    code, domain = params.get("stream_id", ""), params.get("pull_domain", "")
    codes = hosting.codes.live(call.now)
    if code:
        codes = [code] if hosting.codes.keys(code, call.now) else []
        if not codes:
            nothing = ("stream_count", "stream_info", "total_bandwidth", "total_online")
            return dict.fromkeys(nothing, shape.ABSENT)
    rows: list[dict[str, Any]] = []
    for name in page("lvb", call, params, codes):
        keys = hosting.codes.keys(name, call.now)
        row: dict[str, Any] = {"stream_name": name}
        rows.append(row | (_pushed(hosting, keys[0], call) if push else {}))
        if play:
            rows[-1] |= _named(watched(hosting, keys, domain, call), "bandwidth", "online")
    told: dict[str, Any] = {"stream_count": len(codes), "stream_info": rows}
    if play:
        told |= _named(_total(hosting, domain, call), "total_bandwidth", "total_online")
    return told


def _total(hosting: Hosting, domain: str, call: Call) -> Watched:
    """Of everything on the air: new once a minute, as play figures are."""
    minute = second(call.now) // MINUTE
    known = hosting.totals.get(domain)
    if known is None or known[0] != minute:
        everything = watched(hosting, hosting.account.streams.online(call.now), domain, call)
        known = hosting.totals[domain] = minute, everything
    return known[1]


def _named(figures: Watched, mbps: str, online: str) -> dict[str, Any]:
    return {mbps: round(figures.mbps, 3), online: round(figures.online)}


def _pushed(hosting: Hosting, key: Key, call: Call) -> dict[str, Any]:
    """Of the first, where several domains push a code."""
    stream = hosting.account.streams.by_key[key]
    now = sample(stream, second(call.now))
    return {
        "client_ip": stream.client_ip,
        "server_ip": stream.server_ip,
        "fps": now.video_fps,
        "speed": now.video_bps + now.audio_bps,
    }


def watched(hosting: Hosting, keys: list[Key], domain: str, call: Call) -> Watched:
    """What the viewers of streams on the air take on a play domain, on all of them for ""."""
    share = audience.share_on(hosting.account, [domain] if domain else None)
    busy = demand(second(call.now) // MINUTE * MINUTE)
    online = mbps = 0.0
    for key in keys:
        stream = hosting.account.streams.by_key[key]
        viewers = stream.viewers * share(stream) * busy
        online += viewers
        mbps += viewers * bandwidth(stream)
    return Watched(online, mbps)
