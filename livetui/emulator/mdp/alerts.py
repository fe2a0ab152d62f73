"""What went wrong with linear assembly. Plays its three alert pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from livetui.emulator.answers import Call
from livetui.emulator.mdp.region import Region, answered
from livetui.emulator.mdp.shelf import Thing


def _about(region: Region, ident: str, params: dict[str, Any]) -> list[Thing]:
    """The alerts about a thing within the span that was asked for, the oldest first."""
    first, last = params.get("StartTime", 0), params.get("EndTime", 0) or float("inf")
    chosen = [
        alert
        for alert in region.alerts
        if alert["about"] == ident and first <= alert["LastModifiedTime"].timestamp() <= last
    ]
    return sorted(chosen, key=lambda alert: alert["LastModifiedTime"])


@answered("DescribeStreamPackageLinearAssemblyChannelAlerts")
def _of_channel(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = region.assemblies.get(call, params["ChannelId"])
    infos = []
    counts: dict[tuple[str, str], Thing] = {}
    for alert in _about(region, channel["Id"], params):
        program = region.programs.find(alert["program"])
        named = {"ProgramId": alert["program"], "ProgramName": program["Name"] if program else ""}
        infos.append(alert | named | {"ChannelId": channel["Id"], "ChannelName": channel["Name"]})
        key = (alert["program"], alert["Category"])
        count = counts.setdefault(key, named | {"Category": alert["Category"], "Count": 0})
        when: datetime = alert["LastModifiedTime"]
        count.update(Count=count["Count"] + 1, LastModifiedTime=when)
    return {"Infos": {"ProgramAlertCounts": list(counts.values()), "ProgramAlertInfos": infos}}


@answered("DescribeStreamPackageSourceAlerts")
def _of_source(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    source = region.sources.get(call, params["SourceId"])
    named = {"SourceId": source["Id"], "SourceName": source["Name"]}
    return {"Infos": [alert | named for alert in _about(region, source["Id"], params)]}


@answered("DescribeStreamPackageSourceLocationAlerts")
def _of_location(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    location = region.locations.get(call, params["LocationId"])
    named = {"LocationId": location["Id"], "LocationName": location["Name"]}
    return {"Infos": [alert | named for alert in _about(region, location["Id"], params)]}
