"""Monitoring Data Query: what is watched, over time (document: that chapter)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from livetui.emulator.answers import Call
from livetui.emulator.css import asked, audience
from livetui.emulator.css.asked import answers_in_shape
from livetui.emulator.css.audience import FIVE_MINUTES, MINUTE, Steps, Watched
from livetui.emulator.css.figures import LATE, every_stream, figures_of, series_of, taken_of, window
from livetui.emulator.css.roster import DAY, HOUR
from livetui.emulator.css.schedule import draw, moment, second

if TYPE_CHECKING:
    from livetui.emulator.account import Account


@answers_in_shape("DescribeAllStreamPlayInfoList")
def all_stream_play_info(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    when = asked.time(account, call, params, "QueryTime") or call.now
    steps = Steps.within(second(when), second(when), MINUTE, second(call.now) - LATE)
    account.streams.settle(second(call.now))
    wanted = params.get("PlayDomains")
    rows = []
    for stream in every_stream(account) if steps.count else ():
        for domain in account.domains.play_domains_of(stream.key.domain):
            if wanted and domain not in wanted:
                continue
            share = audience.share_on(account, [domain])
            (point,) = audience.watched(account, [stream], share, steps, second(call.now))
            if round(point.online):
                figures = figures_of(point)
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
    series = series_of(account, params, call, length)
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
                    {"Time": stamp(point.at)} | figures_of(point, place.share) for point in series
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
    series = series_of(account, params, call, MINUTE)
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
        (point,) = audience.watched(account, every_stream(account), share, steps, second(call.now))
        details = [
            {"MainlandOrOversea": area} | figures_of(point, audience.share_of(area))
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
    streams = account.streams.by_name.get(name, []) if name else every_stream(account)
    if name and app:
        streams = [s for s in streams if s.key.app == app]
    steps = window(account, params, call, MINUTE, LATE)
    share = audience.share_on(account, [params["PlayDomain"]] if params.get("PlayDomain") else None)
    series = audience.watched(account, streams, share, steps, second(call.now))
    stamp = asked.stamp(account, call, params)
    part = _part_of_service(params)
    return {
        "DataInfoList": [{"Time": stamp(p.at)} | figures_of(p, part) for p in series if not name or p.online]
    }


@answers_in_shape("DescribeStreamDayPlayInfoList")
def stream_day_play_info(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """A day is ready at three in the morning, Beijing time, of the next."""
    day = second(asked.time(account, call, params, "DayTime") or call.now)
    ready = second(call.now) >= day + DAY + 3 * HOUR
    share = audience.share_on(account, [params["PlayDomain"]] if params.get("PlayDomain") else None)
    part = audience.share_of(params.get("MainlandOrOversea")) * _part_of_service(params)
    flux: dict[str, float] = {}
    for stream in every_stream(account) if ready else ():
        much = taken_of(account, stream, share, day, day + DAY, call)
        if much.mb:
            flux[stream.key.name] = flux.get(stream.key.name, 0.0) + much.mb * part
    rows, numbers = asked.page(account, call, params, sorted(flux.items(), key=lambda row: -row[1]), 1000)
    return {"DataInfoList": [{"StreamName": n, "TotalFlux": round(mb, 3)} for n, mb in rows], **numbers}


def _part_of_service(params: dict[str, Any]) -> float:
    """All viewers are on LVB but a twentieth, who are on LEB."""
    return {"LVB": 0.95, "LEB": 0.05}.get(params.get("ServiceName", ""), 1.0)
