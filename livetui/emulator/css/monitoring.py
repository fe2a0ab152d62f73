"""Monitoring Data Query: what is pushed, what is watched, how it was answered (document: that chapter)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from livetui.catalogue import times
from livetui.emulator.answers import Call, answers
from livetui.emulator.css import asked, audience
from livetui.emulator.css.asked import answers_in_shape
from livetui.emulator.css.audience import FIVE_MINUTES, MINUTE, Place, Steps, Watched
from livetui.emulator.css.quality import STEP, Sample, sample
from livetui.emulator.css.roster import DAY, HOUR, Key, Stream
from livetui.emulator.css.schedule import Push, draw
from livetui.emulator.css.streams import moment, second

if TYPE_CHECKING:
    from livetui.emulator.account import Account

LATE = 4 * MINUTE
"""Play figures take about four minutes to arrive (DescribeLiveDomainPlayInfoList, API description)."""

_MOST_RANKED = 1000
"""The longest ranking there is (DescribeVisitTopSumInfoList, API description)."""


# What is pushed.


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


# What is watched.


def _all(account: Account) -> list[Stream]:
    return list(account.streams.by_key.values())


def _window(account: Account, params: dict[str, Any], call: Call, length: int, late: int) -> Steps:
    """The steps of the window that was asked for, as far as figures have come in."""
    account.streams.settle(second(call.now))
    start, end = asked.span(account, call, params)
    return Steps.within(second(start), second(end), length, second(call.now) - late)


def _series(
    account: Account, params: dict[str, Any], call: Call, length: int, late: int = LATE
) -> list[Watched]:
    steps = _window(account, params, call, length, late)
    share = audience.share_on(account, params.get("PlayDomains"))
    return audience.watched(account, _all(account), share, steps, second(call.now))


def _figures(point: Watched, share: float = 1.0) -> dict[str, Any]:
    return {
        "Bandwidth": round(point.mbps * share, 3),
        "Flux": round(point.mb * share, 3),
        "Request": round(point.requests * share),
        "Online": round(point.online * share),
    }


@answers_in_shape("DescribeAllStreamPlayInfoList")
def all_stream_play_info(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    when = asked.time(account, call, params, "QueryTime") or call.now
    steps = Steps.within(second(when), second(when), MINUTE, second(call.now) - LATE)
    account.streams.settle(second(call.now))
    wanted = params.get("PlayDomains")
    rows = []
    for stream in _all(account) if steps.count else ():
        for domain in account.domains.play_domains_of(stream.key.domain):
            if wanted and domain not in wanted:
                continue
            share = audience.share_on(account, [domain])
            (point,) = audience.watched(account, [stream], share, steps, second(call.now))
            if round(point.online):
                figures = _figures(point)
                figures.pop("Flux")
                protocol = ("Flv", "Hls", "Rtmp")[int(draw(stream.serial, 44) * 3)]
                rows.append(
                    {"PlayDomain": domain, "StreamName": stream.key.name, "Rate": 0, "Protocol": protocol}
                    | figures
                )
    return {"QueryTime": params["QueryTime"], "DataInfoList": rows}


@answers_in_shape("DescribeGroupProIspPlayInfoList")
def group_play_info(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Every five minutes; every hour when more than a day is asked for, which the page leaves open."""
    start, end = asked.span(account, call, params)
    length = FIVE_MINUTES if end - start <= timedelta(days=1) else HOUR
    series = _series(account, params, call, length)
    stamp = asked.stamp(account, call, params)
    places = audience.places(
        params.get("MainlandOrOversea"), params.get("ProvinceNames", ()), params.get("IspNames", ())
    )
    return {
        "DataInfoList": [
            {
                "ProvinceName": place.province[1],
                "IspName": place.isp[1],
                "DetailInfoList": [
                    {"Time": stamp(point.at)} | _figures(point, place.share) for point in series
                ],
            }
            for place in places
        ]
    }


@answers_in_shape("DescribeProvinceIspPlayInfoList")
def province_play_info(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    places = audience.places(
        params.get("MainlandOrOversea"), params.get("ProvinceNames", ()), params.get("IspNames", ())
    )
    share = sum(place.share for place in places) * (0.4 if params.get("IpType") == "Ipv6" else 1.0)
    read: dict[str, Callable[[Watched], float]] = {
        "Bandwidth": lambda point: point.mbps,
        "FluxPerSecond": lambda point: point.mb / point.seconds,
        "Flux": lambda point: point.mb,
        "Request": lambda point: point.requests,
        "Online": lambda point: point.online,
    }
    figure = read[params["StatType"]]
    stamp = asked.stamp(account, call, params)
    series = _series(account, params, call, MINUTE)
    return {
        "DataInfoList": [{"Time": stamp(p.at), "Value": round(figure(p) * share, 3)} for p in series],
        "StatType": params["StatType"],
    }


@answers_in_shape("DescribeLiveDomainPlayInfoList")
def domain_play_info(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    at = second(call.now) - LATE
    steps = Steps.within(at, at, MINUTE, second(call.now))
    account.streams.settle(second(call.now))
    wanted = params.get("PlayDomains")
    push_domains = list(account.streams.by_domain)
    shown = sorted({d for push in push_domains for d in account.domains.play_domains_of(push)})
    rows, total = [], {"Bandwidth": 0.0, "Flux": 0.0, "Request": 0, "Online": 0}
    for domain in shown:
        if wanted and domain not in wanted:
            continue
        share = audience.share_on(account, [domain])
        (point,) = audience.watched(account, _all(account), share, steps, second(call.now))
        details = [
            {"MainlandOrOversea": area} | _figures(point, audience.share_of(area))
            for area in ("Mainland", "Oversea")
        ]
        rows.append({"Domain": domain, "DetailInfoList": details})
        for name in total:
            total[name] += sum(detail[name] for detail in details)
    return {
        "Time": moment(steps.first),
        "TotalBandwidth": round(total["Bandwidth"], 3),
        "TotalFlux": round(total["Flux"], 3),
        "TotalRequest": total["Request"],
        "TotalOnline": total["Online"],
        "DomainInfoList": rows,
    }


@answers_in_shape("DescribeStreamPlayInfoList")
def stream_play_info(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """By the minute; of a named stream only the minutes it had viewers in."""
    name, app = params.get("StreamName", ""), params.get("AppName", "")
    streams = account.streams.by_name.get(name, []) if name else _all(account)
    if name and app:
        streams = [s for s in streams if s.key.app == app]
    steps = _window(account, params, call, MINUTE, LATE)
    share = audience.share_on(account, [params["PlayDomain"]] if params.get("PlayDomain") else None)
    series = audience.watched(account, streams, share, steps, second(call.now))
    stamp = asked.stamp(account, call, params)
    part = _part_of_service(params)
    return {
        "DataInfoList": [{"Time": stamp(p.at)} | _figures(p, part) for p in series if not name or p.online]
    }


def _part_of_service(params: dict[str, Any]) -> float:
    """All viewers are on LVB but a twentieth, who are on LEB."""
    return {"LVB": 0.95, "LEB": 0.05}.get(params.get("ServiceName", ""), 1.0)


@answers_in_shape("DescribeStreamDayPlayInfoList")
def stream_day_play_info(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """A day is ready at three in the morning, Beijing time, of the next."""
    day = second(asked.time(account, call, params, "DayTime") or call.now)
    ready = second(call.now) >= day + DAY + 3 * HOUR
    share = audience.share_on(account, [params["PlayDomain"]] if params.get("PlayDomain") else None)
    part = audience.share_of(params.get("MainlandOrOversea")) * _part_of_service(params)
    flux: dict[str, float] = {}
    for stream in _all(account) if ready else ():
        much = _taken(account, stream, share, day, day + DAY, call)
        if much.mb:
            flux[stream.key.name] = flux.get(stream.key.name, 0.0) + much.mb * part
    rows, numbers = asked.page(account, call, params, sorted(flux.items(), key=lambda row: -row[1]), 1000)
    return {"DataInfoList": [{"StreamName": n, "TotalFlux": round(mb, 3)} for n, mb in rows], **numbers}


def _taken(
    account: Account, stream: Stream, share: Callable[[Stream], float], start: int, end: int, call: Call
) -> Watched:
    """What one stream's viewers took in [start, end), as one step."""
    steps = Steps(start, max(1, end - start), 1)
    return audience.watched(account, [stream], share, steps, second(call.now))[0]


# Sums and rankings.


def _total(account: Account, params: dict[str, Any], call: Call) -> tuple[Watched, int]:
    """(everything watched in the window as one step, its seconds)."""
    start, end = (second(when) for when in asked.span(account, call, params))
    steps = Steps(start, max(1, end - start), 1)
    share = audience.share_on(account, params.get("PlayDomains"))
    account.streams.settle(second(call.now))
    return audience.watched(account, _all(account), share, steps, second(call.now) - LATE)[0], steps.length


def _tongue(params: dict[str, Any]) -> int:
    return 1 if params.get("OutLanguage") == "English" else 0


@answers_in_shape("DescribeProIspPlaySumInfoList")
def play_sums(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    total, seconds = _total(account, params, call)
    tongue = _tongue(params)
    name_of: dict[str, Callable[[Place], str]] = {
        "Province": lambda place: place.province[tongue],
        "Isp": lambda place: place.isp[tongue],
        "CountryOrArea": lambda place: place.country[tongue],
    }
    shares: dict[str, float] = {}
    for place in audience.places(params.get("MainlandOrOversea")):
        name = name_of[params["StatType"]](place)
        shares[name] = shares.get(name, 0.0) + place.share
    ranked = sorted(shares.items(), key=lambda row: -row[1])
    rows, numbers = asked.page(account, call, params, ranked, 20)
    whole = sum(shares.values())
    return {
        "TotalFlux": round(total.mb * whole, 3),
        "TotalRequest": round(total.requests * whole),
        "StatType": params["StatType"],
        "AvgFluxPerSecond": round(total.mb * whole / seconds, 3),
        "DataInfoList": [
            {
                "Name": name,
                "TotalFlux": round(total.mb * share, 3),
                "TotalRequest": round(total.requests * share),
                "AvgFluxPerSecond": round(total.mb * share / seconds, 3),
            }
            for name, share in rows
        ],
        **numbers,
    }


@answers_in_shape("DescribeVisitTopSumInfoList")
def visit_top(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    start, end = (second(when) for when in asked.span(account, call, params))
    until = min(end, second(call.now) - LATE)
    taken: dict[str, list[float]] = {}
    for stream in _all(account):
        for domain in account.domains.play_domains_of(stream.key.domain):
            if params.get("PlayDomains") and domain not in params["PlayDomains"]:
                continue
            part = _taken(account, stream, audience.share_on(account, [domain]), start, until, call)
            name = domain if params["TopIndex"] == "Domain" else stream.key.name
            row = taken.setdefault(name, [0.0, 0.0])
            row[0] += part.mb
            row[1] += part.requests
    order = asked.value(account, call, params, "OrderParam") or "TotalRequest"
    ranked = sorted(taken.items(), key=lambda row: -row[1][1 if order == "TotalRequest" else 0])
    rows, numbers = asked.page(account, call, params, ranked[:_MOST_RANKED], 20)
    return {
        "TopIndex": params["TopIndex"],
        "OrderParam": order,
        "DataInfoList": [
            {
                "Name": name,
                "AvgFluxPerSecond": round(mb / max(1, end - start), 3),
                "TotalFlux": round(mb, 3),
                "TotalRequest": round(requests),
            }
            for name, (mb, requests) in rows
        ],
        **numbers,
    }


@answers_in_shape("DescribeTopClientIpSumInfoList")
def top_clients(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    total, _ = _total(account, params, call)
    tongue = _tongue(params)
    places = audience.places(params.get("MainlandOrOversea"))
    count = min(_MOST_RANKED, 40 * len(places)) if total.online >= 1 else 0
    clients: list[dict[str, Any]] = []
    for number in range(count):
        place = places[number % len(places)]
        part = place.share / 60 * (0.5 + draw(account.seed, number, 51))
        requests = round(total.requests * part)
        clients.append(
            {
                "ClientIp": f"192.0.2.{number % 254 + 1}"
                if number < 254
                else f"203.0.113.{number % 254 + 1}",
                "Province": place.province[tongue],
                "TotalFlux": round(total.mb * part, 3),
                "TotalRequest": requests,
                "TotalFailedRequest": round(requests * 0.04 * draw(account.seed, number, 52)),
                "CountryArea": place.country[tongue],
            }
        )
    order = asked.value(account, call, params, "OrderParam") or "TotalRequest"
    member = "TotalFailedRequest" if order == "FailedRequest" else order
    clients.sort(key=lambda client: client[member], reverse=True)
    rows, numbers = asked.page(account, call, params, clients, 20)
    return {"OrderParam": order, "DataInfoList": list(rows), **numbers}


# How requests were answered.


@answers_in_shape("DescribeHttpStatusInfoList")
def http_status(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """An hour can be read when the next one is over (note of the page)."""
    now = second(call.now)
    late = now - (now // HOUR * HOUR - HOUR)
    stamp = asked.stamp(account, call, params)
    return {
        "DataInfoList": [
            {
                "Time": stamp(point.at),
                "HttpStatusInfoList": [
                    {"HttpStatus": code, "Num": round(point.requests * share)}
                    for code, share in audience.CODES
                ],
            }
            for point in _series(account, params, call, FIVE_MINUTES, late)
        ]
    }


@answers_in_shape("DescribePlayErrorCodeDetailInfoList")
def error_codes_by_minute(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    series = _series(account, params, call, MINUTE)
    part = audience.share_of(params.get("MainlandOrOversea"))
    stamp = asked.stamp(account, call, params)
    rows = []
    for family in params["StatType"].replace(" ", "").split(","):
        share = _family(family)
        values = [
            {
                "Time": stamp(point.at),
                "Numbers": round(point.requests * share * part),
                "Percentage": round(100 * share, 2) if point.requests else 0.0,
            }
            for point in series
        ]
        rows.append({"HttpCode": family, "ValueList": values})
    return {"HttpCodeList": rows, "StatType": params["StatType"]}


def _family(family: str) -> float:
    """The share of "2xx" and the like among all answers."""
    return sum(share for code, share in audience.CODES if code[0] == family[0])


@answers_in_shape("DescribePlayErrorCodeSumInfoList")
def error_code_sums(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    total, _ = _total(account, params, call)
    tongue = _tongue(params)
    groups: dict[tuple[str, str, str], float] = {}
    by_country = params.get("GroupType") == "Country"
    for place in audience.places(params.get("MainlandOrOversea")):
        country = place.country[tongue]
        name = (country, "", "") if by_country else (country, place.province[tongue], place.isp[tongue])
        groups[name] = groups.get(name, 0.0) + place.share
    ranked = sorted(groups.items(), key=lambda row: -row[1])
    rows, numbers = asked.page(account, call, params, ranked, 20)
    requests = total.requests * sum(groups.values())
    codes = [(code, round(requests * share)) for code, share in audience.CODES]

    def counted(family: str) -> int:
        return sum(number for code, number in codes if code[0] == family)

    return {
        "ProIspInfoList": [_codes_at(names, total.requests * share) for names, share in rows],
        "TotalCodeAll": sum(counted(family) for family in "2345"),
        "TotalCode2xx": counted("2"),
        "TotalCode3xx": counted("3"),
        "TotalCode4xx": counted("4"),
        "TotalCode5xx": counted("5"),
        "TotalCodeList": [{"Code": code, "Num": number} for code, number in codes],
        **numbers,
    }


def _codes_at(names: Sequence[str], requests: float) -> dict[str, Any]:
    country, province, isp = names
    counts = {f"Code{family}": round(requests * _family(family)) for family in ("2xx", "3xx", "4xx", "5xx")}
    return {"CountryAreaName": country, "ProvinceName": province, "IspName": isp} | counts


# What is transcoded.


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
        for stream in _all(account)
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
