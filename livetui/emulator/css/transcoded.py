"""Monitoring Data Query: what is transcoded (document: that chapter)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livetui.emulator.answers import Call
from livetui.emulator.css import asked
from livetui.emulator.css.asked import answers_in_shape
from livetui.emulator.css.audience import MINUTE
from livetui.emulator.css.figures import every_stream
from livetui.emulator.css.roster import DAY, HOUR, Stream
from livetui.emulator.css.schedule import draw, moment, second

if TYPE_CHECKING:
    from livetui.emulator.account import Account


def transcoded(stream: Stream) -> bool:
    """Two streams of five have a transcoding made of them."""
    return draw(stream.serial, 61) < 0.4


def codec_of(stream: Stream) -> str:
    return f"{'topspeed' if draw(stream.serial, 62) < 0.3 else 'liveprocessor'}_{stream.video_codec}"


@answers_in_shape("DescribeLiveTranscodeDetailInfo")
def transcode_details(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """One row for each push that was transcoded; days are Beijing's, yesterday is the latest."""
    day = asked.time(account, call, params, "DayTime")
    first = day or asked.time(account, call, params, "StartDayTime") or call.now
    last = day or asked.time(account, call, params, "EndDayTime") or call.now
    today = (second(call.now) + 8 * HOUR) // DAY * DAY - 8 * HOUR
    start, end = second(first), min(second(last) + DAY, today)
    account.streams.settle(second(call.now))
    rows = [
        _transcode_row(stream, max(push.start, start), min(push.end, end))
        for stream in every_stream(account)
        if transcoded(stream)
        and params.get("PushDomain", "") in ("", stream.key.domain)
        and params.get("StreamName", "") in ("", stream.key.name)
        and end > start
        for push in account.streams.pushes(stream, start, end)
    ]
    rows.sort(key=lambda row: (row["StartTime"], row["StreamName"]))
    page, numbers = asked.page(account, call, params, rows, 20)
    return {"DataInfoList": list(page), **numbers}


def _transcode_row(stream: Stream, start: int, end: int) -> dict[str, Any]:
    return {
        "StreamName": stream.key.name,
        "StartTime": moment(start),
        "EndTime": moment(end),
        "Duration": -(-(end - start) // MINUTE),
        "ModuleCodec": codec_of(stream),
        "Bitrate": stream.kbps // 2,
        "Type": "Transcode",
        "PushDomain": stream.key.domain,
        "Resolution": "720P" if stream.kbps > 2000 else "480P",
        "MainlandOrOversea": "Mainland",
    }
