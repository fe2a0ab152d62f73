"""Programs of linear assembly channels, and what plays when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from livetui.emulator.answers import Call, Refusal
from livetui.emulator.mdp.locations import source_named
from livetui.emulator.mdp.region import Region, answered, page
from livetui.emulator.mdp.shelf import IN_USE, Thing, wrong

VOD_LENGTH = 30 * 60 * 1000
"""Milliseconds of every VOD source: the emulator has no files to measure."""

_DAY = 24 * 3600
"""Seconds of schedule that are shown when no number was asked for; the page tells none."""


def on_channel(region: Region, channel: str) -> list[Thing]:
    return [program for program in region.programs if program["AttachedChannel"] == channel]


def duration(program: Thing) -> int:
    """Milliseconds it plays: live as long as it was told, VOD what is behind its offset."""
    conf = program["PlaybackConf"]
    if program["SourceType"] == "Live":
        return int(conf.get("Duration") or 0)
    clip = conf.get("ClipRangeConf") or {}
    skipped = clip.get("Offset", 0) if clip.get("Type") == "SpecifyTimeRange" else 0
    return max(0, VOD_LENGTH - skipped)


def starts(programs: Sequence[Thing]) -> dict[str, int]:
    """UNIX seconds each program of one channel begins at, whatever other program it is beside."""
    by_id = {program["Id"]: program for program in programs}
    found: dict[str, int] = {}

    def start(program: Thing) -> int:
        known = found.get(program["Id"])
        if known is not None:
            return known
        conf = program["PlaybackConf"]
        other = by_id.get(conf.get("RelativeProgramId", ""))
        if conf.get("TransitionType") != "Relative" or other is None:
            begin = int(conf.get("StartTime") or 0)
        elif conf.get("RelativePosition") == "Before":
            begin = start(other) - duration(program) // 1000
        else:
            begin = start(other) + duration(other) // 1000
        found[program["Id"]] = begin
        return begin

    for program in programs:
        start(program)
    return found


def shown(region: Region, program: Thing, begin: int | None = None) -> Thing:
    """A program with the names of what it refers to; `begin`: when it plays, where that is asked."""
    location = region.locations.find(program["SourceLocationId"]) or {}
    source = region.sources.find(program["source"]) or {}
    conf = dict(program["PlaybackConf"])
    other = region.programs.find(conf.get("RelativeProgramId", ""))
    conf["RelativeProgramName"] = other["Name"] if other else ""
    if begin is not None:
        conf |= {"StartTime": begin, "Duration": duration(program)}
    return program | {
        "SourceLocationName": location.get("Name", ""),
        "SourceId": program["source"],
        "SourceName": source.get("Name", ""),
        "PlaybackConf": conf,
    }


@answered("CreateStreamPackageLinearAssemblyProgram")
def _create(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = region.assemblies.get(call, params["AttachedChannel"])
    region.programs.room(call)
    region.programs.free(call, params["Name"], AttachedChannel=channel["Id"])
    program = {
        "Id": region.ident(call.now),
        "Name": params["Name"],
        "SourceType": params.get("SourceType", "VOD"),
        "SourceLocationId": params.get("SourceLocationId", ""),
        "SourceName": params.get("SourceName", ""),
        "AttachedChannel": channel["Id"],
        "PlaybackConf": params.get("PlaybackConf", {}),
        "AdBreaks": params.get("AdBreaks", []),
        "Region": region.name,
    }
    program["source"] = _source_of(region, channel, program, call)
    return {"Info": shown(region, region.programs.add(program))}


@answered("ModifyStreamPackageLinearAssemblyProgram")
def _modify(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    program = region.programs.get(call, params["Id"])
    channel = region.assemblies.get(call, program["AttachedChannel"])
    region.programs.free(call, (program | params)["Name"], but=program, AttachedChannel=channel["Id"])
    current = region.sources.find(program["source"]) or {}
    # A source is held by its id: it may have got another name since.
    after = program | {"SourceName": current.get("Name", "")} | params
    conf = params.get("PlaybackConf", {})
    kept = {} if "TransitionType" in conf else program["PlaybackConf"]
    after["PlaybackConf"] = kept | conf
    after["source"] = _source_of(region, channel, after, call)
    program.update(after)
    return {}


def _source_of(region: Region, channel: Thing, program: Thing, call: Call) -> str:
    """The id of the source it plays, after everything the page rules was looked at."""
    source = source_named(region, program["SourceLocationId"], program["SourceName"])
    if source is None or source["Type"] != program["SourceType"]:
        raise wrong(
            call, "SourceName", f"The location has no {program['SourceType']} source {program['SourceName']}."
        )
    conf = program["PlaybackConf"]
    transition = conf.get("TransitionType", "")
    if program["SourceType"] == "Live":
        if channel["Tier"] == "Basic":
            raise wrong(call, "SourceType", "A Basic channel plays VOD only.")
        if transition != "Absolute":
            raise wrong(call, "PlaybackConf", "A live source begins at a time of its own (Absolute).")
        if not conf.get("Duration"):
            raise Refusal("MissingParameter", "A live source needs PlaybackConf.Duration.")
        if program["AdBreaks"]:
            raise wrong(call, "AdBreaks", "Only VOD has ad breaks.")
    if transition == "Absolute" and not conf.get("StartTime"):
        raise Refusal("MissingParameter", "Absolute needs PlaybackConf.StartTime.")
    if transition == "Relative":
        _check_neighbour(region, channel, program, call)
    ident: str = source["Id"]
    return ident


def _check_neighbour(region: Region, channel: Thing, program: Thing, call: Call) -> None:
    """The other program is one of the channel's, and does not in its turn hang on this one."""
    siblings = {one["Id"]: one for one in on_channel(region, channel["Id"])}
    other = siblings.get(program["PlaybackConf"].get("RelativeProgramId", ""))
    if other is None:
        raise wrong(call, "PlaybackConf", "RelativeProgramId is no program of this channel.")
    while other is not None:
        if other["Id"] == program.get("Id"):
            raise wrong(call, "PlaybackConf", "The two programs would wait for each other.")
        other = siblings.get(other["PlaybackConf"].get("RelativeProgramId", ""))


@answered("DescribeStreamPackageLinearAssemblyProgram")
def _describe(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return {"Info": shown(region, region.programs.get(call, params["Id"]))}


@answered("DescribeStreamPackageLinearAssemblyPrograms")
def _list(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = params.get("ChannelId", "")
    if channel:
        region.assemblies.get(call, channel)
    chosen = on_channel(region, channel) if channel else region.programs
    return page(params, [shown(region, program) for program in chosen])


@answered("DescribeStreamPackageLinearAssemblyProgramSchedules")
def _schedule(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """What plays from now on, in order: a program once for each time that it begins or goes on."""
    channel = region.assemblies.get(call, params["ChannelId"])
    now = int(call.now.timestamp())
    until = now + params.get("TimeWindow", _DAY)
    programs = on_channel(region, channel["Id"])
    begins = starts(programs)
    plays = [(begins[one["Id"]], begins[one["Id"]] + duration(one) // 1000, one) for one in programs]
    if channel["PlaybackMode"] == "Loop" and plays:
        plays = _looped(plays, now, until)
    due = sorted((play for play in plays if play[0] < until and play[1] > now), key=lambda play: play[0])
    return page(params, [shown(region, program, begin) for begin, _, program in due])


def _looped(plays: list[tuple[int, int, Thing]], now: int, until: int) -> list[tuple[int, int, Thing]]:
    """The rounds of a looped channel that touch the stretch from now to `until`."""
    first, last = min(begin for begin, _, _ in plays), max(end for _, end, _ in plays)
    length = last - first
    if length <= 0:
        return plays
    rounds = range(max(0, (now - first) // length), max(0, (until - first) // length) + 1)
    return [
        (begin + number * length, end + number * length, one)
        for number in rounds
        for begin, end, one in plays
    ]


@answered("DeleteStreamPackageLinearAssemblyProgram")
def _delete(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _drop(region, [params["Id"]], call)


@answered("DeleteStreamPackageLinearAssemblyPrograms")
def _delete_all(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _drop(region, params["Ids"], call)


def _drop(region: Region, idents: list[str], call: Call) -> dict[str, Any]:
    """All of them or none. One that is playing may go, one that another waits for may not."""
    for program in [region.programs.get(call, ident) for ident in idents]:
        waiting = [
            other["Name"]
            for other in region.programs
            if other["PlaybackConf"].get("RelativeProgramId") == program["Id"] and other["Id"] not in idents
        ]
        if waiting:
            raise Refusal(IN_USE, f"{waiting[0]} begins when {program['Name']} does or ends.")
    region.programs.drop(*idents)
    return {}
