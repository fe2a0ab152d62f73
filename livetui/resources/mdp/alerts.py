"""What went wrong with linear assembly: alerts of channels, sources and locations (Linear Assembly APIs)."""

from __future__ import annotations

from collections.abc import Mapping

from livetui.resources.mdp.parts import REGION
from livetui.resources.model import Column, Each, Resource, Source

DAYS = "6d"
"""The service keeps them for 7 days; one that ends while the call is under way is not asked for."""


SAID = (
    Column("at", "WHEN", "LastModifiedTime", "time", rank=0),
    Column("category", "CATEGORY", "Category", rank=1),
    Column("code", "CODE", "Code", "text", rank=2),
    Column("message", "MESSAGE", "Message", rank=0, widest=60),
)


def _alerts(
    noun: str, action: str, parent: str, asks: str, *, last: str, items: str, columns: Mapping[str, str]
) -> Resource:
    """Alerts of one kind of thing; columns: the members that say about what, by their titles."""
    about = tuple(
        Column(title.lower(), title, member, rank=rank, widest=24)
        for rank, (title, member) in enumerate(columns.items())
    )
    return Resource(
        id=f"mdp_{noun}_alerts",
        title=f"{noun} alerts",
        one=f"{noun} alert",
        service="mdp",
        key=(*(member.replace("Name", "Id") for member in columns.values()), "Code", "LastModifiedTime"),
        source=Source(action, last=last, items=items, each=Each(parent, {asks: "Id"})),
        called=next(iter(columns.values())),
        columns=(SAID[0], *about, *SAID[1:], REGION._replace(rank=3)),
        sort="-at",
        note=f"of the last 6 days, {noun} by {noun}" if last else f"all that is told, {noun} by {noun}",
    )


RESOURCES = (
    _alerts(
        "channel",
        "DescribeStreamPackageLinearAssemblyChannelAlerts",
        "mdp_assembly",
        "ChannelId",
        last=DAYS,
        items="Infos.ProgramAlertInfos",
        columns={"CHANNEL": "ChannelName", "PROGRAM": "ProgramName"},
    ),
    _alerts(
        "source",
        "DescribeStreamPackageSourceAlerts",
        "mdp_sources",
        "SourceId",
        last=DAYS,
        items="Infos",
        columns={"SOURCE": "SourceName"},
    ),
    _alerts(
        "location",
        "DescribeStreamPackageSourceLocationAlerts",
        "mdp_locations",
        "LocationId",
        last="",
        items="Infos",
        columns={"LOCATION": "LocationName"},
    ),
)
