"""What time shifting has kept: streams and their recorded sessions, from templates, rules and past pushes.

Plays DescribeTimeShiftStreamList and DescribeTimeShiftRecordDetail of "Time Shifting APIs", which exist in
two regions only; the recordings of one push domain are all in one of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from livetui.emulator import shape
from livetui.emulator.answers import Call, Refusal, answers

if TYPE_CHECKING:
    from livetui.emulator.account import Account

REGIONS = ("ap-singapore", "eu-frankfurt")
WIDEST = timedelta(hours=24)
ORIGINAL, WATERMARKED, TRANSCODED = 0, 1, 2
"""StreamType"""


class Kept(NamedTuple):
    """One push of a stream, kept once for each form it is kept in."""

    domain: str
    app: str
    stream: str
    transcode: int
    """Transcoding template, 0 for none."""
    kind: int
    duration: int
    """Seconds it is kept."""
    start: int
    end: int


def region_of(domain: str) -> str:
    return REGIONS[sum(domain.encode()) % len(REGIONS)]


@answers("DescribeTimeShiftStreamList")
def _streams(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """One row for each stream and form, from its first push of the span to its last."""
    low, high = _span(account, call, params)
    rows: dict[tuple[object, ...], Kept] = {}
    for kept in _kept(account, call, low, high):
        named = params.get("StreamName") in (None, "", kept.stream)
        fits = named and params.get("Domain") in (None, "", kept.domain)
        if fits and not params.get("DomainGroup"):
            rows[kept[:4]] = kept._replace(start=rows.get(kept[:4], kept).start)
    found = list(rows.values())
    size, page = params.get("PageSize", 0) or 100, params.get("PageNum", 1)
    shown = [_row(kept) for kept in found[(page - 1) * size : page * size]]
    return shape.reply(account.catalogue, call.action, {"TotalSize": len(found), "StreamList": shown})


@answers("DescribeTimeShiftRecordDetail")
def _records(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    low, high = _span(account, call, params)
    asked = (params["Domain"], params["AppName"], params["StreamName"], params.get("TransCodeId", 0))
    rows = [
        {"Sid": _sid(kept), "StartTime": kept.start, "EndTime": kept.end}
        for kept in _kept(account, call, low, high)
        if kept[:4] == asked and not params.get("DomainGroup")
    ]
    return shape.reply(account.catalogue, call.action, {"RecordList": rows})


def _span(account: Account, call: Call, params: Mapping[str, Any]) -> tuple[int, int]:
    low = shape.time_of(account.catalogue, call.action, params, "StartTime") or call.now
    high = shape.time_of(account.catalogue, call.action, params, "EndTime") or call.now
    if low >= high or high - low > WIDEST:
        raise Refusal("InvalidParameter", "The span ends behind its begin, 24 hours later at most.")
    return _second(low), _second(high)


def _kept(account: Account, call: Call, low: int, high: int) -> Iterator[Kept]:
    """What was pushed in the span and is still kept, by domain, stream and time."""
    now = _second(call.now)
    for domain, streams in sorted(account.streams.by_domain.items()):
        if region_of(domain) != call.region:
            continue
        for stream in sorted(streams, key=lambda stream: stream.key):
            rule = account.families.timeshift.governing(*stream.key)
            if rule is None:
                continue
            template = account.families.timeshift.templates[rule.template]
            since, until = max(low, now - template["Duration"], _second(rule.created)), min(high, now)
            for push in account.streams.pushes(stream, since, until) if since < until else ():
                for transcode, kind in _forms(account, template, stream.key):
                    start, end = max(push.start, since), min(push.end, now)
                    yield Kept(*stream.key, transcode, kind, template["Duration"], start, end)


def _forms(account: Account, template: Mapping[str, Any], key: tuple[str, str, str]) -> list[tuple[int, int]]:
    """(transcoding template, StreamType) of each form a stream is kept in."""
    if template["RemoveWatermark"]:
        return [(0, ORIGINAL)]
    plain = WATERMARKED if account.families.watermark.governing(*key) else ORIGINAL
    return [(0, plain), *((id, TRANSCODED) for id in template["TranscodeTemplateIds"])]


def _row(kept: Kept) -> dict[str, Any]:
    return {
        "DomainGroup": "",
        "Domain": kept.domain,
        "AppName": kept.app,
        "StreamName": kept.stream,
        "StartTime": kept.start,
        "EndTime": kept.end,
        "TransCodeId": kept.transcode,
        "StreamType": kept.kind,
        "Duration": kept.duration,
    }


def _sid(kept: Kept) -> str:
    """The same for the same push and form whenever it is asked for."""
    text = f"{kept.domain}/{kept.app}/{kept.stream}/{kept.transcode}/{kept.start}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _second(when: datetime) -> int:
    return int((when - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
