"""Ad insertion: its channels and how much they were used (SSAI APIs)."""

from __future__ import annotations

from livetui.resources.mdp.parts import REGION, number
from livetui.resources.model import Column, Data, Edit, Look, Resource, Section, Source, Verb
from livetui.resources.signs import gone

BY_ID = {"ID": "ID"}
LISTED = Source("DescribeStreamPackageSSAIChannels")
USED = Look(
    "DescribeStreamPackageSSAIUsage",
    {"ChannelIds": "ID"},
    show="Info.Impression",
    title="ads shown in the last day",
)


def filled(row: Data) -> str:
    """The share of what could be filled with ads that was, whichever kind the row is of."""
    share = number(row.get("PreReplaceRate" if row.get("AdType") == "Preroll" else "MidFillRate"))
    return "" if share is None else f"{share:.1%}"


FIGURES = (
    Column("kind", "KIND", "AdType", rank=0),
    Column("shown", "SHOWN", "Impression", "number", rank=0, moves=True),
    Column("filled", "FILLED", filled, rank=0, moves=True),
    Column("answered", "ANSWERED", "AdRequestSuccess", "number", rank=1, moves=True),
    Column("failed", "FAILED", "AdRequestFail", "number", rank=1, moves=True),
    Column("whole", "TO THE END", "Complete", "number", rank=2, moves=True),
)

SSAI = Resource(
    id="mdp_ssai",
    title="ssai",
    one="ad insertion channel",
    service="mdp",
    key=("ID",),
    called="Name",
    source=LISTED,
    columns=(
        Column("name", "CHANNEL", "Name", rank=0),
        Column("source", "CONTENT FROM", "ContentSource", "url", rank=0, widest=36),
        Column("ads", "ADS FROM", "SSAIInfo.AdsUrl", "url", rank=1, widest=36),
        REGION,
        Column("prefix", "PLAYED UNDER", "PlaybackPrefix", "url", rank=3, widest=60),
        Column("markers", "SCTE-35", "SSAIInfo.SCTE35AdType", "code", rank=4),
        Column("threshold", "THRESHOLD", "SSAIInfo.Threshold", "seconds", rank=5),
        Column("id", "ID", "ID", rank=6),
    ),
    verbs=(
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteStreamPackageSSAIChannel",
            BY_ID,
            tier="type",
            look=(USED,),
            warns="What is played under its prefix stops; a new one gets another prefix.",
            signs=(gone(LISTED, BY_ID),),
        ),
    ),
    create="CreateStreamPackageSSAIChannel",
    edit=Edit(
        "ModifyStreamPackageSSAIChannel",
        BY_ID,
        read="DescribeStreamPackageSSAIChannel",
        read_params=BY_ID,
        read_member="Info",
        look=(USED,),
    ),
    sections=(
        Section(
            "usage",
            "Usage, last 24 h",
            "DescribeStreamPackageSSAIUsage",
            {"ChannelIds": "ID"},
            "Info.UsageDetails",
            items=True,
            last="24h",
            columns=FIGURES,
        ),
    ),
    sort="name",
)

USAGE = Resource(
    id="mdp_ssai_usage",
    title="ssai usage",
    one="ad usage",
    service="mdp",
    key=("ChannelId", "AdType"),
    called="ChannelName",
    source=Source("DescribeStreamPackageSSAIUsage", last="24h", items="Info.UsageDetails"),
    columns=(
        Column("channel", "CHANNEL", "ChannelName", rank=0),
        *FIGURES,
        REGION,
        Column("id", "ID", "ChannelId", rank=4),
    ),
    sort="channel",
    note="the last 24 hours: ad requests answered and failed, ads shown",
)

RESOURCES = (SSAI, USAGE)
