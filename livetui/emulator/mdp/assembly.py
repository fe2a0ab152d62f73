"""Linear assembly channels: on and off the air, and the play domains that serve them."""

from __future__ import annotations

from typing import Any

from livetui.emulator.answers import Call, Refusal
from livetui.emulator.mdp.locations import source_named
from livetui.emulator.mdp.programs import duration, on_channel, starts
from livetui.emulator.mdp.region import Region, answered, changed, made, page
from livetui.emulator.mdp.shelf import IN_USE, Thing, is_domain, not_found, wrong

RUNNING, STOPPED = "Running", "Stopped"
"""The documents name no state; these are the emulator's words."""


def with_addresses(region: Region, outputs: list[Thing], before: list[Thing]) -> list[Thing]:
    """The outputs with play addresses: those that were there keep theirs."""
    known = {(one["GroupName"], one["ManifestName"]): one["PlaybackURL"] for one in before}
    return [
        _complete(one) | {"PlaybackURL": known.get(_output(one)) or _address(region, one)} for one in outputs
    ]


def _complete(output: Thing) -> Thing:
    """An output with both its manifests' settings, so that what is told may be sent back as it is."""
    settings: dict[str, Thing] = {
        "ManifestConf": {"Windows": 60, "AdMarkupType": "Date Range"},
        "DashManifestConf": {
            "Windows": 60,
            "MinBufferTime": 30,
            "MinUpdatePeriod": 2,
            "SuggestedPresentationDelay": 10,
        },
    }
    return output | {name: usual | (output.get(name) or {}) for name, usual in settings.items()}


def _output(output: Thing) -> tuple[str, str]:
    return output.get("GroupName", ""), output.get("ManifestName", "")


def _address(region: Region, output: Thing) -> str:
    file = output.get("ManifestName") or "main"
    kind = "mpd" if output.get("Type") == "DASH" else "m3u8"
    return f"https://{region.name}.streampackage.example/v1/assembly/{region.token()}/{file}.{kind}"


def shown(region: Region, channel: Thing) -> Thing:
    """A channel with its programs and when they play."""
    programs = on_channel(region, channel["Id"])
    begins = starts(programs)
    schedule = [
        {
            "ProgramName": program["Name"],
            "ProgramId": program["Id"],
            "SourceType": program["SourceType"],
            "SourceId": program["source"],
            "SourceLocationId": program["SourceLocationId"],
            "StartTime": begins[program["Id"]],
            "Duration": str(duration(program)),
        }
        for program in sorted(programs, key=lambda one: begins[one["Id"]])
    ]
    return channel | {"AttachedPrograms": [one["Id"] for one in programs], "ProgramSchedules": schedule}


@answered("CreateStreamPackageLinearAssemblyChannel")
def _create(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    region.assemblies.room(call)
    region.assemblies.free(call, params["Name"])
    channel = made(call, params)
    channel["Tier"] = channel["Tier"] or "Basic"
    channel["PlaybackMode"] = channel["PlaybackMode"] or "Linear"
    _check(region, channel, call)
    channel |= {
        "Id": region.ident(call.now),
        "Region": region.name,
        "State": STOPPED,
        "CreateTime": call.now,
        "Outputs": with_addresses(region, channel["Outputs"], []),
    }
    return {"Info": shown(region, region.assemblies.add(channel))}


@answered("ModifyStreamPackageLinearAssemblyChannel")
def _modify(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = region.assemblies.get(call, params["Id"])
    region.assemblies.free(call, (channel | params)["Name"], but=channel)
    after = changed(call, channel, params)
    _check(region, after, call)
    live = any(program["SourceType"] == "Live" for program in on_channel(region, channel["Id"]))
    if live and after["Tier"] == "Basic":
        raise wrong(call, "Tier", "The channel has live programs, which Basic does not play.")
    after["Outputs"] = with_addresses(region, after["Outputs"], channel["Outputs"])
    channel.update(after)
    return {}


def _check(region: Region, channel: Thing, call: Call) -> None:
    if channel["Tier"] == "Basic" and channel["PlaybackMode"] == "Loop":
        raise wrong(call, "PlaybackMode", "A Basic channel plays Linear only.")
    if channel["Tier"] == "Basic" and channel["TimeShiftEnable"]:
        raise wrong(call, "TimeShiftEnable", "Only a Standard channel has time shift.")
    slate = channel.get("SlateConf") or {}
    if slate.get("VodSourceName"):
        source = source_named(region, slate.get("SourceLocationId", ""), slate["VodSourceName"])
        if source is None or source["Type"] != "VOD":
            raise wrong(call, "SlateConf", "The slate is no VOD source of that location.")
        if channel["PlaybackMode"] == "Loop":
            raise wrong(call, "SlateConf", "Only a Linear channel has a slate.")
    outputs = [_output(one) for one in channel["Outputs"]]
    if len(outputs) != len(set(outputs)):
        raise wrong(call, "OutputGroups", "Two outputs have one group and manifest name.")


@answered("DescribeStreamPackageLinearAssemblyChannel")
def _describe(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return {"Info": shown(region, region.assemblies.get(call, params["Id"]))}


@answered("DescribeStreamPackageLinearAssemblyChannels")
def _list(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return page(params, [shown(region, channel) for channel in region.assemblies])


@answered("StartStreamPackageLinearAssemblyChannel")
def _start(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """One that is on the air stays so: the page has no error for it."""
    region.assemblies.get(call, params["Id"])["State"] = RUNNING
    return {}


@answered("StopStreamPackageLinearAssemblyChannel")
def _stop(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    region.assemblies.get(call, params["Id"])["State"] = STOPPED
    return {}


@answered("DeleteStreamPackageLinearAssemblyChannel")
def _delete(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _drop(region, [params["Id"]], call)


@answered("DeleteStreamPackageLinearAssemblyChannels")
def _delete_all(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _drop(region, params["Ids"], call)


def _drop(region: Region, idents: list[str], call: Call) -> dict[str, Any]:
    """All of them or none; their programs go with them."""
    for channel in [region.assemblies.get(call, ident) for ident in idents]:
        if channel["State"] == RUNNING:
            raise Refusal(IN_USE, f"{channel['Name']} is on the air; stop it first.")
        if _served_by(region, channel["Id"]):
            raise Refusal(IN_USE, f"A play domain serves {channel['Name']}; take it off first.")
    for ident in idents:
        region.programs.drop(*[program["Id"] for program in on_channel(region, ident)])
    region.assemblies.drop(*idents)
    return {}


# Play domains.


def _served_by(region: Region, channel: str) -> list[Thing]:
    return [binding for binding in region.bindings if binding["ChannelId"] == channel]


@answered("BindLinearAssemblyCDNDomainWithChannel")
def _bind(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel, domain = region.assemblies.get(call, params["ChannelId"]), params["CdnDomain"]
    region.bindings.room(call)
    if not is_domain(domain):
        raise wrong(call, "CdnDomain", f"{domain} is no domain name.")
    if any(binding["CdnDomain"] == domain for binding in region.bindings):
        raise wrong(call, "CdnDomain", f"{domain} serves a channel already.")
    region.bindings.add(new_binding(region, region.ident(call.now), channel["Id"], domain))
    return {}


def new_binding(region: Region, ident: str, channel: str, domain: str) -> Thing:
    return {"Id": ident, "CdnDomain": domain, "Region": region.name, "ChannelId": channel}


@answered("UnbindLinearAssemblyCDNDomainWithChannel")
def _unbind(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    if region.assemblies.find(params["ChannelId"]) is None:
        raise wrong(call, "ChannelId", "There is no such channel in this region.")
    for binding in _served_by(region, params["ChannelId"]):
        if binding["CdnDomain"] == params["CdnDomain"]:
            region.bindings.drop(binding["Id"])
            return {}
    raise not_found(call, "binding")


@answered("DescribeLinearAssemblyCDNDomainWithChannel")
def _domains_of(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _records(_served_by(region, region.assemblies.get(call, params["ChannelId"])["Id"]))


@answered("DescribeLinearAssemblyCDNDomainWithChannels")
def _domains(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _records(list(region.bindings))


def _records(bindings: list[Thing]) -> dict[str, Any]:
    return {"Info": {"TotalSize": len(bindings), "Records": bindings}}
