"""Source locations and the sources in them, live and VOD (Linear Assembly APIs)."""

from __future__ import annotations

from livetui.resources.mdp.alerts import SAID
from livetui.resources.mdp.parts import BY_ID, REGION, count, entries
from livetui.resources.model import Column, Data, Each, Edit, Look, Resource, Section, Source, Verb
from livetui.resources.signs import gone

LOCATIONS = Source("DescribeStreamPackageSourceLocations")
SOURCES = Source("DescribeStreamPackageSources")
INSIDE = Look(
    SOURCES.action,
    {"LocationId": "Id"},
    show="Infos",
    title="sources in it",
    columns=("Name", "Type"),
)
PLAYED = Look(
    "DescribeStreamPackageLinearAssemblyPrograms",
    {},
    show="Infos",
    title="programs that play it",
    match=("SourceId=Id",),
    columns=("Name", "AttachedChannel"),
)


def segments(row: Data) -> str:
    """Where segments come from."""
    if row.get("SegmentDeliverEnable"):
        return "another address"
    return "the packager" if row.get("SegmentDeliverUsePackageEnable") else "the location"


def paths(row: Data) -> str:
    return ", ".join(str(one.get("Path") or "") for one in entries(row, "PackageConf"))


LOCATION = Resource(
    id="mdp_locations",
    title="locations",
    one="source location",
    service="mdp",
    key=("Id",),
    called="Name",
    source=LOCATIONS,
    columns=(
        Column("name", "LOCATION", "Name", rank=0),
        Column("url", "BASE URL", "BaseUrl", "url", rank=0, widest=48),
        Column("live", "LIVE", count("AttachedLiveSources"), "number", rank=1),
        Column("vod", "VOD", count("AttachedVodSources"), "number", rank=1),
        REGION,
        Column("segments", "SEGMENTS FROM", segments, rank=3),
        Column("changed", "CHANGED", "UpdateTime", "time", rank=4),
        Column("id", "ID", "Id", rank=5),
    ),
    verbs=(
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteStreamPackageSourceLocation",
            BY_ID,
            tier="type",
            look=(INSIDE,),
            warns="Nothing can be played from it any more; it has to be empty.",
            signs=(gone(LOCATIONS, BY_ID),),
        ),
    ),
    create="CreateStreamPackageSourceLocation",
    edit=Edit(
        "ModifyStreamPackageSourceLocation",
        BY_ID,
        read="DescribeStreamPackageSourceLocation",
        read_params=BY_ID,
        read_member="Info",
        look=(INSIDE,),
    ),
    sections=(
        Section(
            "alerts",
            "Alerts",
            "DescribeStreamPackageSourceLocationAlerts",
            {"LocationId": "Id"},
            "Infos",
            items=True,
            newest_last=True,
            columns=SAID,
        ),
    ),
    sort="name",
)

SOURCE = Resource(
    id="mdp_sources",
    title="sources",
    one="source",
    service="mdp",
    key=("Id",),
    called="Name",
    # A source does not say where it lies: each location is asked for its own.
    source=SOURCES._replace(
        each=Each("mdp_locations", {"LocationId": "Id"}, told={"LocationId": "Id", "LocationName": "Name"})
    ),
    columns=(
        Column("name", "SOURCE", "Name", rank=0),
        Column("kind", "KIND", "Type", rank=0),
        Column("location", "LOCATION", "LocationName", rank=0),
        REGION,
        Column("paths", "PATHS", paths, rank=2, widest=48),
        Column("changed", "CHANGED", "UpdateTime", "time", rank=3),
        Column("id", "ID", "Id", rank=4),
    ),
    verbs=(
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteStreamPackageSource",
            BY_ID,
            tier="type",
            look=(PLAYED,),
            warns="A source that a program or a slate plays can't be deleted; those first.",
            signs=(gone(SOURCES, BY_ID),),
        ),
    ),
    create="CreateStreamPackageSource",
    create_params={"AttachedLocation": "LocationId"},
    edit=Edit(
        "ModifyStreamPackageSource",
        BY_ID,
        read="DescribeStreamPackageSource",
        read_params=BY_ID,
        read_member="Info",
        rename={"PackageConfs": "PackageConf"},
        look=(PLAYED,),
    ),
    sections=(
        Section(
            "alerts",
            "Alerts, last 6 days",
            "DescribeStreamPackageSourceAlerts",
            {"SourceId": "Id"},
            "Infos",
            items=True,
            last="6d",
            newest_last=True,
            columns=SAID,
        ),
    ),
    sort="location",
    note="live and VOD; kind:live or kind:vod in the filter shows one of them",
)

RESOURCES = (LOCATION, SOURCE)
