"""Ad insertion: its configurations and how much it was used. Plays "SSAI APIs"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from livetui.catalogue.loader import load
from livetui.catalogue.times import parse
from livetui.emulator.answers import Call
from livetui.emulator.mdp.region import Region, answered, made, page
from livetui.emulator.mdp.shelf import Thing, is_url, wrong

KINDS = ("Preroll", "Midroll")
_SUMMED = (
    "AdRequestSuccess",
    "AdRequestFail",
    "Impression",
    "AdMarkerTime",
    "ReplacedTime",
    "PreReqNum",
    "PreReplacedNum",
)
_SPAN = timedelta(days=1)
"""What is told of usage when no span is asked for; the page says nothing."""


def new_ad_channel(region: Region, now: datetime, name: str, source: str, settings: Thing) -> Thing:
    prefix = f"https://{region.name}.streampackage.example/v1/ssai/master/{region.token()}/"
    return {
        "ID": region.ident(now),
        "Name": name,
        "ContentSource": source,
        "PlaybackPrefix": prefix,
        "SSAIInfo": _complete(settings),
        "Region": region.name,
        "made": now,
        "unique": region.token(),
        "busy": region.random.uniform(0.02, 0.6),
    }


@answered("CreateStreamPackageSSAIChannel")
def _create(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    region.ad_channels.room(call)
    region.ad_channels.free(call, params["Name"])
    _check(params, call)
    given = made(call, params)
    channel = new_ad_channel(region, call.now, given["Name"], given["ContentSource"], given["SSAIInfo"])
    channel["busy"] = 0.0
    return {"Info": region.ad_channels.add(channel)}


@answered("ModifyStreamPackageSSAIChannel")
def _modify(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = region.ad_channels.get(call, params["ID"])
    region.ad_channels.free(call, params["Name"], but=channel)
    _check(params, call)
    given = made(call, params)
    channel.update(given, SSAIInfo=_complete(given["SSAIInfo"]))
    return {}


def _complete(settings: Thing) -> Thing:
    """With the one number that may not be 0, so that what is told may be sent back as it is."""
    return settings | {"PreRollMaxAllowedDuration": settings.get("PreRollMaxAllowedDuration") or 3600}


def _check(params: dict[str, Any], call: Call) -> None:
    if not is_url(params["ContentSource"]):
        raise wrong(call, "ContentSource", "ContentSource is the begin of a URL.")
    if not is_url(params["SSAIInfo"].get("AdsUrl", "")):
        raise wrong(call, "SSAIInfo", "Ads need an AdsUrl.")


@answered("DeleteStreamPackageSSAIChannel")
def _delete(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    region.ad_channels.drop(region.ad_channels.get(call, params["ID"])["ID"])
    return {}


@answered("DescribeStreamPackageSSAIChannel")
def _describe(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return {"Info": region.ad_channels.get(call, params["ID"])}


@answered("DescribeStreamPackageSSAIChannels")
def _list(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return page(params, list(region.ad_channels))


# Usage.


@answered("DescribeStreamPackageSSAIUsage")
def _usage(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    begin, end = (_time(params, name) for name in ("StartTime", "EndTime"))
    end = min(end or call.now, call.now)
    begin = begin or end - _SPAN
    wanted = params.get("ChannelIds") or [channel["ID"] for channel in region.ad_channels]
    kinds = params.get("Types") or KINDS
    channels = [region.ad_channels.get(call, ident) for ident in wanted]
    details = [_detail(channel, kind, begin, end) for channel in channels for kind in KINDS if kind in kinds]
    return {"Info": _summed(details) | {"UsageDetails": details}}


def _time(params: dict[str, Any], name: str) -> datetime | None:
    field = load("mdp").action("DescribeStreamPackageSSAIUsage").parameter(name)
    if field is None or params.get(name, "") == "":
        return None
    return parse(field, params[name]).astimezone(UTC)


def _detail(channel: Thing, kind: str, begin: datetime, end: datetime) -> Thing:
    """What a configuration was used in a span: the same span gives the same figures, a longer one more."""
    seconds = max(0.0, (end - max(begin, channel["made"])).total_seconds())
    asked = int(seconds * channel["busy"] * (1 if kind == "Midroll" else 0.4))
    failed, shown = asked // 40, asked - asked // 40 - asked // 9
    detail: Thing = {
        "UniqId": channel["unique"],
        "ChannelId": channel["ID"],
        "ChannelName": channel["Name"],
        "AdType": kind,
        "AdRequestSuccess": asked - failed,
        "AdRequestFail": failed,
        "Impression": shown,
        "Start": shown,
        "FirstQuarter": shown * 96 // 100,
        "Midpoint": shown * 93 // 100,
        "ThirdQuarter": shown * 91 // 100,
        "Complete": shown * 88 // 100,
    }
    if kind == "Midroll":
        detail |= {"AdMarkerTime": asked * 30.0, "ReplacedTime": shown * 30.0}
    else:
        detail |= {"PreReqNum": asked, "PreReplacedNum": shown}
    return detail | _rates(detail)


def _summed(details: list[Thing]) -> Thing:
    summed = {name: sum(detail.get(name, 0) for detail in details) for name in _SUMMED}
    return summed | _rates(summed)


def _rates(figures: Thing) -> Thing:
    def share(part: str, whole: str) -> float:
        return round(figures.get(part, 0) / figures[whole], 4) if figures.get(whole) else 0.0

    return {
        "MidFillRate": share("ReplacedTime", "AdMarkerTime"),
        "PreReplaceRate": share("PreReplacedNum", "PreReqNum"),
    }
