"""Monitoring Data Query: sums and rankings of what was watched (document: that chapter)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from livetui.emulator.answers import Call
from livetui.emulator.css import asked, audience
from livetui.emulator.css.asked import answers_in_shape
from livetui.emulator.css.audience import Place
from livetui.emulator.css.figures import LATE, every_stream, taken_of, tongue_of, total_of
from livetui.emulator.css.schedule import draw, second

if TYPE_CHECKING:
    from livetui.emulator.account import Account

_MOST_RANKED = 1000
"""The longest ranking there is (DescribeVisitTopSumInfoList, API description)."""


@answers_in_shape("DescribeProIspPlaySumInfoList")
def play_sums(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    total, seconds = total_of(account, params, call)
    tongue = tongue_of(params)
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
    for stream in every_stream(account):
        for domain in account.domains.play_domains_of(stream.key.domain):
            if params.get("PlayDomains") and domain not in params["PlayDomains"]:
                continue
            part = taken_of(account, stream, audience.share_on(account, [domain]), start, until, call)
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
    total, _ = total_of(account, params, call)
    tongue = tongue_of(params)
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
