"""Source locations and the sources in them. Plays the source pages of "Linear Assembly APIs"."""

from __future__ import annotations

from typing import Any

from livetui.emulator.answers import Call, Refusal
from livetui.emulator.mdp.region import Region, answered, changed, made, page
from livetui.emulator.mdp.shelf import IN_USE, Thing, is_url, wrong


def shown_location(region: Region, location: Thing) -> Thing:
    """A location with the ids of its sources."""
    inside = [source for source in region.sources if source["location"] == location["Id"]]
    return location | {
        f"Attached{word}Sources": [source["Id"] for source in inside if source["Type"] == kind]
        for word, kind in (("Live", "Live"), ("Vod", "VOD"))
    }


def source_named(region: Region, location: str, name: str) -> Thing | None:
    """The source of that name in that location."""
    return next((one for one in region.sources if (one["location"], one["Name"]) == (location, name)), None)


@answered("CreateStreamPackageSourceLocation")
def _create(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    region.locations.room(call)
    region.locations.free(call, params["Name"])
    _check(call, params)
    stamps = {"CreateTime": call.now, "UpdateTime": call.now}
    location = made(call, params) | stamps | {"Id": region.ident(call.now), "Region": region.name}
    return {"Info": shown_location(region, region.locations.add(location))}


@answered("ModifyStreamPackageSourceLocation")
def _modify(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    location = region.locations.get(call, params["Id"])
    region.locations.free(call, (location | params)["Name"], but=location)
    after = changed(call, location, params)
    _check(call, after)
    location.update(after, UpdateTime=call.now)
    return {}


def _check(call: Call, location: Thing) -> None:
    if not is_url(location["BaseUrl"]):
        raise wrong(call, "BaseUrl", "BaseUrl is the begin of a URL.")
    if location.get("SegmentDeliverEnable") and not (location.get("SegmentDeliverConf") or {}).get(
        "DefaultSegmentUrl"
    ):
        raise Refusal("MissingParameter", "SegmentDeliverEnable needs a DefaultSegmentUrl.")


@answered("DescribeStreamPackageSourceLocation")
def _describe(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return {"Info": shown_location(region, region.locations.get(call, params["Id"]))}


@answered("DescribeStreamPackageSourceLocations")
def _list(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return page(params, [shown_location(region, location) for location in region.locations])


@answered("DeleteStreamPackageSourceLocation")
def _delete(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    location = region.locations.get(call, params["Id"])
    if any(source["location"] == location["Id"] for source in region.sources):
        raise Refusal(IN_USE, "The location has sources.")
    region.locations.drop(location["Id"])
    return {}


# Sources.


@answered("CreateStreamPackageSource")
def _create_source(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    location = region.locations.get(call, params["AttachedLocation"])
    region.sources.room(call)
    region.sources.free(call, params["Name"], location=location["Id"])
    source = {
        "Id": region.ident(call.now),
        "Name": params["Name"],
        "Type": params["Type"],
        "PackageConf": params.get("PackageConfs", []),
        "CreateTime": call.now,
        "UpdateTime": call.now,
        "Region": region.name,
        "location": location["Id"],
    }
    return {"Info": region.sources.add(source)}


@answered("ModifyStreamPackageSource")
def _modify_source(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    source = region.sources.get(call, params["Id"])
    after = source | params
    name, kind = after["Name"], after["Type"]
    region.sources.free(call, name, but=source, location=source["location"])
    if kind != source["Type"] and _played(region, source):
        raise Refusal(IN_USE, "A program plays the source: its type can't change.")
    conf = params.get("PackageConfs", source["PackageConf"])
    source.update(Name=name, Type=kind, PackageConf=conf, UpdateTime=call.now)
    return {}


@answered("DescribeStreamPackageSource")
def _describe_source(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return {"Info": region.sources.get(call, params["Id"])}


@answered("DescribeStreamPackageSources")
def _list_sources(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    location, kind = params.get("LocationId", ""), params.get("Type", "")
    if location:
        region.locations.get(call, location)
    return page(
        params,
        [
            source
            for source in region.sources
            if location in ("", source["location"]) and kind in ("", source["Type"])
        ],
    )


@answered("DeleteStreamPackageSource")
def _delete_source(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    source = region.sources.get(call, params["Id"])
    if _played(region, source):
        raise Refusal(IN_USE, "A program or a slate plays the source.")
    region.sources.drop(source["Id"])
    return {}


def _played(region: Region, source: Thing) -> bool:
    slates = [
        (slate.get("SourceLocationId"), slate.get("VodSourceName"))
        for slate in (channel.get("SlateConf") or {} for channel in region.assemblies)
    ]
    named = (source["location"], source["Name"])
    return named in slates or any(program["source"] == source["Id"] for program in region.programs)
