"""Harvest jobs: a time span of an endpoint kept as a recording. Plays "Harvest Job APIs"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from livetui.catalogue.times import from_wire
from livetui.emulator.answers import Call, Refusal
from livetui.emulator.mdp.region import Region, answered, page
from livetui.emulator.mdp.shelf import Thing, wrong

WRITING = timedelta(minutes=2)
"""How long a recording takes once its span is over."""

_NOTATIONS = {"ISO-8601": "iso", "Epoch seconds": "unix-text"}


def status(job: Thing, now: datetime) -> str:
    """A job runs until its span is over and written; one with an error is over as Failed."""
    if now < max(job["CreateTime"], job["end"]) + WRITING:
        return "Running"
    return "Failed" if job["ErrMessage"] else "Completed"


def running(job: Thing, now: datetime) -> bool:
    return status(job, now) == "Running"


def _shown(job: Thing, now: datetime) -> Thing:
    # What went wrong is known only when it has.
    told = status(job, now)
    return job | {"Status": told, "ErrMessage": job["ErrMessage"] if told == "Failed" else ""}


@answered("CreateStreamPackageHarvestJob")
def _create(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    region.harvests.room(call)
    if region.harvests.find(params["ID"]) is not None or not params["ID"].strip():
        raise wrong(call, "Name", f"The id {params['ID']!r} is taken or empty.")
    channel = next((one for one in region.channels if one["Name"] == params["ChannelName"]), None)
    if channel is None:
        raise wrong(call, "Name", f"There is no channel {params['ChannelName']}.")
    endpoint = next(
        (one for one in channel["Points"]["Endpoints"] if one["Name"] == params["EndpointName"]), None
    )
    if endpoint is None:
        raise wrong(call, "Name", f"The channel has no endpoint {params['EndpointName']}.")
    if not endpoint["TimeShiftEnable"]:
        raise wrong(call, "OutputGroups", "The endpoint has no time shift.")
    start, end = (_time(call, params, name) for name in ("StartTime", "EndTime"))
    if start < call.now - timedelta(days=endpoint["TimeShiftDuration"] or 1):
        raise Refusal("InvalidParameterValue", "StartTime is before what the time shift holds.")
    job = {
        "ID": params["ID"],
        "ChannelName": channel["Name"],
        "ChannelId": channel["Id"],
        "EndpointName": endpoint["Name"],
        "TimeFormat": params["TimeFormat"],
        "StartTime": params["StartTime"],
        "EndTime": params["EndTime"],
        "Destination": params.get("Destination", ""),
        "Manifest": params.get("Manifest") or "main.m3u8",
        "ErrMessage": "",
        "CreateTime": call.now,
        "Region": region.name,
        "end": end,
    }
    return {"Info": _shown(region.harvests.add(job), call.now)}


def _time(call: Call, params: dict[str, Any], name: str) -> datetime:
    try:
        return from_wire(_NOTATIONS[params["TimeFormat"]], params[name]).astimezone(UTC)
    except ValueError:
        raise Refusal(
            "InvalidParameterValue", f"{name} is not written as {params['TimeFormat']} says."
        ) from None


@answered("DescribeStreamPackageHarvestJob")
def _describe(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return {"Info": _shown(region.harvests.get(call, params["ID"]), call.now)}


@answered("DescribeStreamPackageHarvestJobs")
def _list(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    wanted = params.get("ChannelName", "")
    rows = [_shown(job, call.now) for job in region.harvests if wanted in ("", job["ChannelName"])]
    return page(params, rows)


@answered("DeleteStreamPackageHarvestJob")
def _delete(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    region.harvests.drop(region.harvests.get(call, params["ID"])["ID"])
    return {}


@answered("DeleteStreamPackageHarvestJobs")
def _delete_all(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """All of them or none."""
    region.harvests.drop(*[region.harvests.get(call, ident)["ID"] for ident in params["IDs"]])
    return {}
