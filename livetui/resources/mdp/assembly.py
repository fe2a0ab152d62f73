"""Linear assembly channels: on and off the air, and what plays on them when (Linear Assembly APIs)."""

from __future__ import annotations

from typing import Any

from livetui.resources.mdp.domains import BINDINGS, says_bound
from livetui.resources.mdp.parts import (
    ASSEMBLIES,
    BY_ID,
    REGION,
    Play,
    assembly_state,
    count,
    entries,
    seen_state,
)
from livetui.resources.mdp.parts import play as one_play
from livetui.resources.model import (
    Ask,
    Batch,
    Column,
    Data,
    Each,
    Edit,
    Evidence,
    Look,
    Resource,
    Section,
    Sighting,
    Sign,
    Source,
    Verb,
    dig,
)
from livetui.resources.signs import gone

NOW = Look(
    "DescribeStreamPackageLinearAssemblyChannel",
    BY_ID,
    show="Info.State",
    title="state now",
    as_state=seen_state,
)
SERVED = Look(
    "DescribeLinearAssemblyCDNDomainWithChannel",
    {"ChannelId": "Id"},
    show="Info.Records",
    title="domains that serve it",
    columns=("CdnDomain",),
)
HOURS = 12
"""How much of the schedule is asked for."""


def plays(row: Data) -> tuple[Play, ...]:
    """What a channel says of its programs. A looped one tells of its first round only, which says nothing."""
    if row.get("PlaybackMode") == "Loop":
        return ()
    found = (
        one_play(one.get("StartTime"), one.get("Duration"), str(one.get("ProgramName") or ""))
        for one in entries(row, "ProgramSchedules")
    )
    return tuple(one for one in found if one)


def playing(row: Data) -> tuple[Play, ...]:
    """One row of a schedule."""
    one = one_play(dig(row, "PlaybackConf.StartTime"), dig(row, "PlaybackConf.Duration"))
    return (one,) if one else ()


def length(row: Data) -> float | None:
    """Seconds it plays; None where it is not told."""
    one = playing(row)
    return one[0][1] or None if one else None


def time_shift(row: Data) -> int | None:
    """Seconds that viewers may go back; None where they may not."""
    return dig(row, "TimeShiftConf.TimeWindows") or None if row.get("TimeShiftEnable") else None


def _says(wanted: str) -> Any:
    def shows(evidence: Evidence) -> Sighting:
        if not evidence.rows:
            return None, "not on its list"
        word = assembly_state(evidence.rows[0]).word
        return (word == wanted if word in ("running", "stopped") else None), f"state {word}"

    return shows


SCHEDULE = (
    Column("begin", "BEGINS", "PlaybackConf.StartTime", "time", rank=0),
    Column("length", "LENGTH", length, "seconds", rank=0),
    Column("line", "NEXT 6 HOURS", playing, "line", rank=0),
    Column("name", "PROGRAM", "Name", rank=0),
    Column("kind", "PLAYS", "SourceType", rank=2),
    Column("source", "SOURCE", "SourceName", rank=1),
)

CHANNEL = Resource(
    id="mdp_assembly",
    title="channels",
    one="assembly channel",
    service="mdp",
    key=("Id",),
    called="Name",
    source=ASSEMBLIES,
    state=assembly_state,
    columns=(
        Column("name", "CHANNEL", "Name", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        Column("line", "NEXT 6 HOURS", plays, "line", rank=0),
        REGION,
        Column("mode", "PLAYS", "PlaybackMode", rank=2),
        Column("programs", "PROGRAMS", count("AttachedPrograms"), "number", rank=3),
        Column("tier", "TIER", "Tier", rank=4),
        Column("shift", "TIME SHIFT", time_shift, "seconds", rank=5),
        Column("outputs", "OUTPUTS", count("Outputs"), "number", rank=5),
        Column("made", "MADE", "CreateTime", "time", rank=6),
        Column("id", "ID", "Id", rank=7),
    ),
    verbs=(
        # No states: the documents name none, and a word that is not known must not keep one from the air.
        Verb(
            "start",
            "Start",
            "a",
            "StartStreamPackageLinearAssemblyChannel",
            BY_ID,
            look=(NOW,),
            signs=(Sign(ASSEMBLIES, _says("running"), BY_ID),),
            back="mdp_assembly.stop",
        ),
        Verb(
            "stop",
            "Stop",
            "x",
            "StopStreamPackageLinearAssemblyChannel",
            BY_ID,
            look=(NOW, SERVED),
            warns="The channel goes off the air for everyone.",
            signs=(Sign(ASSEMBLIES, _says("stopped"), BY_ID),),
            back="mdp_assembly.start",
        ),
        Verb(
            "bind",
            "Bind domain",
            "b",
            "BindLinearAssemblyCDNDomainWithChannel",
            {"ChannelId": "Id"},
            asks=(Ask("CdnDomain", "cdn domain", required=True, hint="tv.example.com"),),
            look=(SERVED,),
            signs=(Sign(BINDINGS, says_bound, {"ChannelId": "Id"}),),
            back="mdp_cdn_domains.unbind",
        ),
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteStreamPackageLinearAssemblyChannel",
            BY_ID,
            tier="type",
            look=(NOW, SERVED),
            warns="Its programs go with it, and its addresses stop working.",
            signs=(gone(ASSEMBLIES, BY_ID),),
            batch=Batch("DeleteStreamPackageLinearAssemblyChannels", "Ids", "Id"),
        ),
    ),
    create="CreateStreamPackageLinearAssemblyChannel",
    edit=Edit(
        "ModifyStreamPackageLinearAssemblyChannel",
        BY_ID,
        read="DescribeStreamPackageLinearAssemblyChannel",
        read_params=BY_ID,
        read_member="Info",
        look=(NOW, SERVED),
    ),
    sections=(
        Section(
            "schedule",
            f"Schedule of the next {HOURS} hours",
            "DescribeStreamPackageLinearAssemblyProgramSchedules",
            {"ChannelId": "Id"},
            "Infos",
            items=True,
            fixed={"TimeWindow": HOURS * 3600, "PageSize": 100},
            columns=SCHEDULE[:5],
        ),
        Section(
            "domains",
            "Domains",
            "DescribeLinearAssemblyCDNDomainWithChannel",
            {"ChannelId": "Id"},
            "Info.Records",
            items=True,
        ),
    ),
    sort="name",
)

PLAYING = Resource(
    id="mdp_schedule",
    title="schedule",
    one="scheduled program",
    service="mdp",
    key=("ChannelId", "Id", "PlaybackConf.StartTime"),
    called="Name",
    source=Source(
        "DescribeStreamPackageLinearAssemblyProgramSchedules",
        {"TimeWindow": HOURS * 3600},
        each=Each("mdp_assembly", {"ChannelId": "Id"}, told={"ChannelId": "Id", "ChannelName": "Name"}),
    ),
    columns=(
        Column("channel", "CHANNEL", "ChannelName", rank=0, widest=24),
        *SCHEDULE[:4],
        REGION._replace(rank=2),
        *(column._replace(rank=column.rank + 2) for column in SCHEDULE[4:]),
    ),
    sort="begin",
    note=f"what plays in the next {HOURS} hours, channel by channel",
)

RESOURCES = (CHANNEL, PLAYING)
