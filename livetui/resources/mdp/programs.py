"""Programs of linear assembly channels, and when each plays (Linear Assembly APIs)."""

from __future__ import annotations

from livetui.resources.mdp.parts import ASSEMBLIES, BY_ID, REGION, Play, count, entries, play
from livetui.resources.model import Batch, Column, Data, Edit, Join, Look, Resource, Source, Verb, dig
from livetui.resources.signs import gone

LISTED = Source("DescribeStreamPackageLinearAssemblyPrograms")


def looped(row: Data) -> bool:
    """Whether its channel plays it round and round: then what is told of its begin is of the first time."""
    return bool(dig(row, "channel.PlaybackMode") == "Loop")


def told(row: Data) -> tuple[Play, ...]:
    """When the channel says that it plays; else when the program itself says so."""
    ident = row.get("Id")
    said = [one for one in entries(row, "channel.ProgramSchedules") if one.get("ProgramId") == ident]
    conf = dig(row, "PlaybackConf") or {}
    found = [play(one.get("StartTime"), one.get("Duration")) for one in said]
    found = found or [play(conf.get("StartTime"), conf.get("Duration"))]
    return tuple(one for one in found if one)


def plays(row: Data) -> tuple[Play, ...]:
    """The same where it says when it plays next."""
    return () if looped(row) else told(row)


def begins(row: Data) -> int | None:
    return next((int(begin) for begin, _, _ in plays(row)), None)


def length(row: Data) -> float | None:
    return next((seconds or None for _, seconds, _ in told(row)), None)


def transition(row: Data) -> str:
    """What decides when it begins."""
    conf = dig(row, "PlaybackConf") or {}
    if conf.get("TransitionType") != "Relative":
        return "in turn" if looped(row) else "at its time"
    other = conf.get("RelativeProgramName") or conf.get("RelativeProgramId") or "another"
    return f"{str(conf.get('RelativePosition') or 'beside').lower()} {other}"


PROGRAMS = Resource(
    id="mdp_programs",
    title="programs",
    one="program",
    service="mdp",
    key=("Id",),
    called="Name",
    source=LISTED,
    joins=(Join("channel", ASSEMBLIES, on=(("AttachedChannel", "Id"),), title="the channels"),),
    columns=(
        Column("channel", "CHANNEL", "channel.Name", rank=0, widest=24),
        Column("name", "PROGRAM", "Name", rank=0, widest=24),
        Column("begin", "BEGINS", begins, "time", rank=0, notation="unix"),
        Column("length", "LENGTH", length, "seconds", rank=1),
        Column("line", "NEXT 6 HOURS", plays, "line", rank=1),
        Column("how", "WHEN", transition, rank=2, widest=24),
        Column("kind", "PLAYS", "SourceType", rank=3),
        Column("source", "SOURCE", "SourceName", rank=2, widest=24),
        Column("location", "FROM", "SourceLocationName", rank=5, widest=24),
        Column("ads", "AD BREAKS", count("AdBreaks"), "number", rank=4),
        REGION._replace(rank=3),
        Column("id", "ID", "Id", rank=7),
    ),
    verbs=(
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteStreamPackageLinearAssemblyProgram",
            BY_ID,
            tier="type",
            look=(
                Look(
                    LISTED.action,
                    {"ChannelId": "AttachedChannel"},
                    show="Infos",
                    title="begin when it does or ends",
                    match=("PlaybackConf.RelativeProgramId=Id",),
                    columns=("Name",),
                ),
            ),
            warns="The channel plays something else, or nothing, in its place, at once if it is on.",
            signs=(gone(LISTED, BY_ID),),
            batch=Batch("DeleteStreamPackageLinearAssemblyPrograms", "Ids", "Id"),
        ),
    ),
    create="CreateStreamPackageLinearAssemblyProgram",
    create_params={"AttachedChannel": "AttachedChannel", "SourceLocationId": "SourceLocationId"},
    edit=Edit(
        "ModifyStreamPackageLinearAssemblyProgram",
        BY_ID,
        read="DescribeStreamPackageLinearAssemblyProgram",
        read_params=BY_ID,
        read_member="Info",
    ),
    sort="begin",
    note="a program of a loop plays again and again: the schedule has each time",
)

RESOURCES = (PROGRAMS,)
