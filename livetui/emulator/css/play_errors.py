"""Monitoring Data Query: how requests were answered (document: that chapter)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from livetui.emulator.answers import Call
from livetui.emulator.css import asked, audience
from livetui.emulator.css.asked import answers_in_shape
from livetui.emulator.css.audience import FIVE_MINUTES, MINUTE
from livetui.emulator.css.figures import series_of, tongue_of, total_of
from livetui.emulator.css.roster import HOUR
from livetui.emulator.css.schedule import second

if TYPE_CHECKING:
    from livetui.emulator.account import Account


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
            for point in series_of(account, params, call, FIVE_MINUTES, late)
        ]
    }


@answers_in_shape("DescribePlayErrorCodeDetailInfoList")
def error_codes_by_minute(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    series = series_of(account, params, call, MINUTE)
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
    total, _ = total_of(account, params, call)
    tongue = tongue_of(params)
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
