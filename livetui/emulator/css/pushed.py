"""Monitoring Data Query: what is pushed, with which rates (document: that chapter)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from livetui.catalogue import times
from livetui.emulator.answers import Call, answers
from livetui.emulator.css import asked
from livetui.emulator.css.asked import answers_in_shape
from livetui.emulator.css.quality import STEP, Sample, sample
from livetui.emulator.css.roster import DAY, Key, Stream
from livetui.emulator.css.schedule import Push, draw, moment, second

if TYPE_CHECKING:
    from livetui.emulator.account import Account


@answers("DescribeLiveStreamPushInfoList")
def push_info_list(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    keys = account.streams.online(call.now, params.get("PushDomain", ""), params.get("AppName", ""))
    rows, numbers = asked.page(account, call, params, keys, 200)
    at = second(call.now)
    begun = next(m for m in account.catalogue.structure("PushDataInfo").members if m.name == "BeginPushTime")
    return {"DataInfoList": [_push_info(account, key, at, begun.time[0]) for key in rows], **numbers}


def _push_info(account: Account, key: Key, at: int, notation: str) -> dict[str, Any]:
    """One row, made by hand and not by the catalogue: these come by the thousand."""
    stream = account.streams.by_key[key]
    push = account.streams.push(key, moment(at))
    now = sample(stream, at)
    return {
        "StreamName": key.name,
        "AppName": key.app,
        "ClientIp": stream.client_ip,
        "ServerIp": stream.server_ip,
        "VideoFps": now.video_fps,
        "VideoSpeed": now.video_bps,
        "AudioFps": now.audio_fps,
        "AudioSpeed": now.audio_bps,
        "PushDomain": key.domain,
        "BeginPushTime": times.to_wire(notation, moment(push.start if push else at)),
        "Acodec": "AAC",
        "Vcodec": stream.video_codec,
        "Resolution": stream.resolution,
        "AsampleRate": stream.sample_rate,
        "MetaAudioSpeed": stream.audio_kbps * 1000,
        "MetaVideoSpeed": stream.kbps * 1000,
        "MetaFps": stream.fps,
    }


@answers_in_shape("DescribeStreamPushInfoList")
def stream_push_info(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """A sample every five seconds of each push of that name, oldest first."""
    account.streams.settle(second(call.now))
    start, end = (second(when) for when in asked.span(account, call, params))
    app = asked.value(account, call, params, "AppName")
    found = [
        (at, stream, push)
        for stream in account.streams.by_name.get(params["StreamName"], ())
        if (not app or stream.key.app == app) and params.get("PushDomain", "") in ("", stream.key.domain)
        for push in account.streams.pushes(stream, start, min(end, second(call.now)) + 1)
        for at in range(
            -(-max(start, push.start) // STEP) * STEP, min(end + 1, push.end, second(call.now) + 1), STEP
        )
    ]
    found.sort(key=lambda row: (row[0], row[1].key))
    stamp = asked.stamp(account, call, params)
    return {"DataInfoList": [_push_quality(stream, push, at, stamp) for at, stream, push in found]}


def _push_quality(stream: Stream, push: Push, at: int, stamp: Callable[[int], Any]) -> dict[str, Any]:
    now: Sample = sample(stream, at)
    elapsed = STEP * 1000
    mbps = (now.video_bps + now.audio_bps) / 1e6
    return {
        "Time": stamp(at),
        "PushDomain": stream.key.domain,
        "AppName": stream.key.app,
        "ClientIp": stream.client_ip,
        "BeginPushTime": moment(push.start)
        + timedelta(milliseconds=int(draw(stream.serial, push.start, 41) * 1000)),
        "Resolution": stream.resolution,
        "VCodec": stream.video_codec,
        "ACodec": "AAC",
        "Sequence": str(int(draw(stream.serial, push.start, 42) * 2**63) + 2**63),
        "VideoFps": now.video_fps,
        "VideoRate": now.video_bps,
        "AudioFps": now.audio_fps,
        "AudioRate": now.audio_bps,
        "LocalTs": elapsed,
        "VideoTs": int(elapsed * now.lag),
        "AudioTs": int(elapsed * (0.5 + now.lag / 2)),
        "MetaVideoRate": stream.kbps,
        "MetaAudioRate": stream.audio_kbps,
        "MateFps": stream.fps,
        "StreamParam": f"txSecret={int(draw(stream.serial, push.start, 43) * 2**53):032x}"
        f"&txTime={push.start + DAY:X}",
        "Bandwidth": round(mbps, 3),
        "Flux": round(mbps * STEP / 8, 3),
        "ServerIp": stream.server_ip,
    }
