"""Billing Data Query: bandwidth, traffic and the counted services (document: that chapter)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from livetui.emulator.answers import Call
from livetui.emulator.css import asked, audience
from livetui.emulator.css.asked import answers_in_shape
from livetui.emulator.css.audience import FIVE_MINUTES, MINUTE, Steps, Watched
from livetui.emulator.css.quality import bandwidth
from livetui.emulator.css.roster import DAY, HOUR, Stream
from livetui.emulator.css.schedule import draw, moment, second
from livetui.emulator.css.transcoded import codec_of, transcoded

if TYPE_CHECKING:
    from livetui.emulator.account import Account

SCREENSHOTS_LATE = 90 * MINUTE
"""How long screenshot counts take to arrive (DescribeScreenShotSheetNumList, Granularity)."""

SCREENSHOT_EVERY = 10
"""Seconds between two screenshots of a stream."""

REGIONS = (
    ("China Mainland", 0.92),
    ("Asia Pacific I", 0.03),
    ("Asia Pacific II", 0.025),
    ("Europe", 0.015),
    ("North America", 0.01),
)
"""Billing regions that have viewers; the others have none. The shares add up to one."""

ABROAD = (
    ("Asia Pacific I", "Hong Kong", 0.03),
    ("Asia Pacific II", "Singapore", 0.025),
    ("Europe", "Germany", 0.015),
    ("North America", "United States", 0.01),
)


def recorded(stream: Stream) -> bool:
    """A quarter of the streams is being recorded whenever it is on the air."""
    return draw(stream.serial, 71) < 0.25


def shot(stream: Stream) -> bool:
    """A third has screenshots made of it."""
    return draw(stream.serial, 72) < 0.34


def shifted(stream: Stream) -> bool:
    """An eighth can be watched with time shift."""
    return draw(stream.serial, 73) < 0.125


def relayed(stream: Stream) -> bool:
    """A tenth is relayed elsewhere."""
    return draw(stream.serial, 74) < 0.1


def _steps(account: Account, params: dict[str, Any], call: Call, length: int, late: int = 0) -> Steps:
    account.streams.settle(second(call.now))
    start, end = asked.span(account, call, params)
    return Steps.within(second(start), second(end), length, second(call.now) - late)


def _pushed_to(account: Account, domains: Sequence[str] | None) -> list[Stream]:
    """The streams of those push domains; of all of them for None or none."""
    wanted = set(domains or account.streams.by_domain)
    return [s for s in account.streams.by_key.values() if s.key.domain in wanted]


def _count(account: Account, call: Call, streams: Sequence[Stream], steps: Steps) -> list[float]:
    """How many of the streams were on the air in each step, on average."""
    return audience.on_air(account, streams, lambda _: 1.0, steps, second(call.now))


# Bandwidth and traffic.


@answers_in_shape("DescribeBillBandwidthAndFluxList")
def bill_bandwidth(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Steps longer than five minutes show the peak of the five-minute values in them."""
    length = int(asked.value(account, call, params, "Granularity") or 5) * MINUTE
    series = _billed(account, params, call, length)
    part = audience.share_of(params.get("MainlandOrOversea"))
    part *= {"LVB": 0.95, "LEB": 0.05}.get(params.get("ServiceName", ""), 1.0)
    if params.get("RegionNames"):
        part *= sum(share for name, share in REGIONS if name in params["RegionNames"])
    stamp = asked.stamp(account, call, params)
    steps = _steps(account, params, call, length)
    rows = [
        _bill_row(at, [p for p in series if at <= p.at < at + length], part, stamp) for at in steps.starts
    ]
    ranked = sorted(series, key=lambda point: -point.mbps)
    if not ranked:
        return {"DataInfoList": []}
    # The highest twentieth is left aside.
    peak, p95 = ranked[0], ranked[len(ranked) // 20]
    return {
        "PeakBandwidthTime": stamp(peak.at),
        "PeakBandwidth": round(peak.mbps * part, 3),
        "P95PeakBandwidthTime": stamp(p95.at),
        "P95PeakBandwidth": round(p95.mbps * part, 3),
        "SumFlux": round(sum(point.mb for point in series) * part, 3),
        "DataInfoList": rows,
    }


def _billed(account: Account, params: dict[str, Any], call: Call, length: int) -> list[Watched]:
    """Five-minute points that cover the whole steps of that length."""
    whole = _steps(account, params, call, length)
    steps = Steps.within(whole.first, whole.end - 1, FIVE_MINUTES, second(call.now))
    share = audience.share_on(account, params.get("PlayDomains"))
    return audience.watched(account, list(account.streams.by_key.values()), share, steps, second(call.now))


def _bill_row(at: int, points: Sequence[Watched], part: float, stamp: Callable[[int], Any]) -> dict[str, Any]:
    peak = max(points, key=lambda point: point.mbps, default=None)
    return {
        "Time": stamp(at),
        "Bandwidth": round(peak.mbps * part, 3) if peak else 0.0,
        "Flux": round(sum(point.mb for point in points) * part, 3),
        "PeakTime": stamp(peak.at if peak else at),
    }


@answers_in_shape("DescribeAreaBillBandwidthAndFluxList")
def bill_abroad(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    series = _billed(account, params, call, FIVE_MINUTES)
    stamp = asked.stamp(account, call, params)
    return {
        "DataInfoList": [
            {
                "Name": region,
                "Countrys": [
                    {"Name": country, "BandInfoList": [_bill_row(p.at, [p], share, stamp) for p in series]}
                ],
            }
            for region, country, share in ABROAD
        ]
    }


@answers_in_shape("DescribeDeliverBandwidthList")
def relay_bandwidth(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    steps = _steps(account, params, call, FIVE_MINUTES)
    streams = [s for s in account.streams.by_key.values() if relayed(s)]
    series = audience.on_air(account, streams, bandwidth, steps, second(call.now))
    stamp = asked.stamp(account, call, params)
    return {
        "DataInfoList": [
            {"Time": stamp(at), "Bandwidth": round(mbps, 3)}
            for at, mbps in zip(steps.starts, series, strict=True)
        ]
    }


# Counted services.


def _numbers(
    account: Account, params: dict[str, Any], call: Call, streams: Sequence[Stream], length: int
) -> list[dict[str, Any]]:
    """Streams on the air by the step; longer steps show their highest five minutes."""
    whole = _steps(account, params, call, length)
    steps = Steps.within(whole.first, whole.end - 1, FIVE_MINUTES, second(call.now))
    counts = dict(zip(steps.starts, _count(account, call, streams, steps), strict=True))
    stamp = asked.stamp(account, call, params)
    return [
        {
            "Time": stamp(at),
            "Num": round(
                max((counts.get(t, 0.0) for t in range(at, at + length, FIVE_MINUTES)), default=0.0)
            ),
        }
        for at in whole.starts
    ]


@answers_in_shape("DescribeUploadStreamNums")
def upload_numbers(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    length = int(asked.value(account, call, params, "Granularity") or 5) * MINUTE
    return {
        "DataInfoList": _numbers(account, params, call, _pushed_to(account, params.get("Domains")), length)
    }


@answers_in_shape("DescribeConcurrentRecordStreamNum")
def recording_numbers(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Nothing here is LCB ("SlowLive"), and nothing is recorded abroad."""
    none = params["LiveType"] == "SlowLive" or params.get("MainlandOrOversea") == "Oversea"
    streams = [] if none else [s for s in _pushed_to(account, params.get("PushDomains")) if recorded(s)]
    start, end = asked.span(account, call, params)
    length = FIVE_MINUTES if (end - start).total_seconds() <= DAY else HOUR
    return {"DataInfoList": _numbers(account, params, call, streams, length)}


@answers_in_shape("DescribeTranscodeTaskNum")
def transcode_numbers(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """One row for each bitrate in each five minutes."""
    steps = _steps(account, params, call, FIVE_MINUTES)
    streams = [s for s in _pushed_to(account, params.get("PushDomains")) if transcoded(s)]
    stamp = asked.stamp(account, call, params)
    rows = []
    for rate in sorted({s.kbps // 2 for s in streams}):
        counts = _count(account, call, [s for s in streams if s.kbps // 2 == rate], steps)
        rows += [
            (at, {"Time": stamp(at), "CodeRate": rate, "Num": round(n)})
            for at, n in zip(steps.starts, counts, strict=True)
            if round(n)
        ]
    return {"DataInfoList": [row for _, row in sorted(rows, key=lambda found: found[0])]}


@answers_in_shape("DescribeLiveTranscodeTotalInfo")
def transcode_total(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """By five minutes within one Beijing day; by the hour over several or with domains (note of the page)."""
    start, end = asked.span(account, call, params)
    one_day = len({(second(when) + 8 * HOUR) // DAY for when in (start, end)}) == 1
    length = FIVE_MINUTES if one_day and not params.get("PushDomains") else HOUR
    steps = _steps(account, params, call, length)
    stamp = asked.stamp(account, call, params)
    # All transcoding happens in the mainland here.
    streams = (
        [] if params.get("MainlandOrOversea") == "Oversea" else _pushed_to(account, params.get("PushDomains"))
    )
    kinds: dict[tuple[str, str], list[Stream]] = {}
    for stream in filter(transcoded, streams):
        kinds.setdefault((codec_of(stream), stream.resolution), []).append(stream)
    rows = [
        (
            at,
            {
                "Time": stamp(at),
                "Duration": round(n * length / MINUTE),
                "ModuleCodec": codec,
                "Resolution": shape,
            },
        )
        for (codec, shape), members in sorted(kinds.items())
        for at, n in zip(steps.starts, _count(account, call, members, steps), strict=True)
        if round(n * length / MINUTE)
    ]
    return {"DataInfoList": [row for _, row in sorted(rows, key=lambda found: found[0])]}


@answers_in_shape("DescribeScreenShotSheetNumList")
def screenshot_numbers(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    length = FIVE_MINUTES if asked.value(account, call, params, "Granularity") == "Minute" else DAY
    steps = _steps(account, params, call, length, SCREENSHOTS_LATE)
    abroad = params.get("Zone") == "Oversea"
    streams = [] if abroad else [s for s in _pushed_to(account, params.get("PushDomains")) if shot(s)]
    counts = audience.on_air(account, streams, lambda _: 1.0, steps, second(call.now) - SCREENSHOTS_LATE)
    return {
        "DataInfoList": [
            {"Time": moment(at), "Num": round(n * length / SCREENSHOT_EVERY)}
            for at, n in zip(steps.starts, counts, strict=True)
        ]
    }


@answers_in_shape("DescribeLiveTimeShiftBillInfoList")
def time_shift_bill(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Per push domain and five minutes: the minutes pushed that can be shifted, kept for a day."""
    steps = _steps(account, params, call, FIVE_MINUTES)
    rows = []
    for domain in params.get("PushDomains") or list(account.streams.by_domain):
        streams = [s for s in account.streams.by_domain.get(domain, ()) if shifted(s)]
        for at, n in zip(steps.starts, _count(account, call, streams, steps), strict=True):
            minutes = round(n * FIVE_MINUTES / MINUTE, 2)
            if minutes:
                row = {"Domain": domain, "Duration": minutes, "StoragePeriod": 1.0, "Time": moment(at)}
                rows.append((at, domain, row | {"TotalDuration": minutes}))
    return {"DataInfoList": [row for *_, row in sorted(rows, key=lambda found: found[:2])]}
