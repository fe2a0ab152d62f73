"""Streams: online, forbidden, what was done to them, and past pushes (Streams, Statistics of the API)."""

from __future__ import annotations

from typing import Any

from livetui.resources.apsara.parts import (
    APP,
    BY_DOMAIN,
    DOMAIN,
    IDENTITY,
    NAME,
    NAMED,
    OF_APP,
    OF_DOMAIN,
    PUSHED,
    TOLD_DOMAIN,
    address,
    figures,
    lasted,
    when,
)
from livetui.resources.apsara.recording import CONTENTS, INDEX_FILES
from livetui.resources.apsara.transcode import TEMPLATE_COLUMNS
from livetui.resources.model import (
    REASON,
    Ask,
    Column,
    Data,
    Evidence,
    Join,
    Look,
    Recorded,
    Resource,
    Section,
    Sighting,
    Sign,
    Source,
    State,
    Verb,
    dig,
)

ONLINE = Source("DescribeLiveStreamsOnlineList", PUSHED, each=BY_DOMAIN)
FRAMES = address("StreamUrl")
BLOCKED_LIST = Source("DescribeLiveStreamsBlockList", each=BY_DOMAIN, reads=FRAMES)
PUBLISHER = {"LiveStreamType": "publisher"}
ABOUT_TO_END = 15 * 60.0
SELF = {name: name for name in IDENTITY}


def online_state(row: Data) -> State:
    """Live, and whether anything comes: a push without a bit rate is open and sends nothing."""
    push = row.get("push")
    return State("no data", "bad") if push and push.get("BitRate") == 0 else State("live")


# What shows that something took effect.


def _over(evidence: Evidence) -> bool:
    end = when(evidence.params.get("ResumeTime"))
    return end is not None and end <= evidence.now


def listed_blocked(evidence: Evidence) -> Sighting:
    """On the block list, which does not tell until when."""
    if _over(evidence):
        return None, "the ban is over by now"
    return (True, "on the block list") if evidence.rows else (False, "not on the block list")


def off_the_blocked(evidence: Evidence) -> Sighting:
    return (False, "still on the block list") if evidence.rows else (True, "off the block list")


IS_BLOCKED = Sign(BLOCKED_LIST, listed_blocked, SELF, OF_DOMAIN)
IS_FREE = Sign(BLOCKED_LIST, off_the_blocked, SELF, OF_DOMAIN)

# What is done to them.

NOW = Look(
    ONLINE.action,
    OF_APP,
    show="OnlineInfo",
    title="on the air now",
    match=IDENTITY,
    columns=("PublishTime", "PublishDomain"),
    fixed=PUSHED,
)
UNTIL = Ask(
    "ResumeTime",
    "until",
    choices=("15m", "1h", "4h", "7d"),
    required=True,
    hint="or a time: 2026-01-31 18:00",
)
WHY = Ask(REASON, "reason", required=True)

FORBID = Verb(
    "forbid",
    "Forbid",
    "f",
    "ForbidLiveStream",
    NAMED,
    fixed=PUBLISHER,
    tier="choose",
    asks=(UNTIL, WHY),
    look=(NOW,),
    warns="It goes off the air and may not be pushed until then.",
    signs=(IS_BLOCKED,),
    back="apsara_blocked.resume",
)
FORBID_FOR_GOOD = FORBID._replace(
    id="forbid-for-good",
    label="Forbid for good",
    key="F",
    tier="type",
    asks=(WHY,),
    warns="It goes off the air and stays off until somebody resumes it.",
)
EXTEND = FORBID._replace(
    id="extend",
    label="Extend",
    warns="Forbids again until another end; the list tells no end, so that it can't be checked here.",
    replaces={"ResumeTime": "@journal.until"},
)
RESUME = Verb(
    "resume",
    "Resume",
    "R",
    "ResumeLiveStream",
    NAMED,
    fixed=PUBLISHER,
    look=(
        Look(
            BLOCKED_LIST.action,
            OF_DOMAIN,
            show="StreamUrls",
            title="on the block list",
            match=IDENTITY,
            reads=FRAMES,
        ),
    ),
    warns="An encoder that is still trying is back on the air at once.",
    signs=(IS_FREE,),
    back="apsara_streams.forbid",
)
# What is shown of one.

_RATES = (
    Column("time", "TIME", "Time", "time"),
    Column("fps", "FPS", "VideoFrameRate", "number"),
    Column("audio", "AUDIO FPS", "AudioFrameRate", "number"),
    Column("rate", "KBPS", "BitRate", "number"),
)
RATES_NOW = Section(
    "rates_now",
    "Frame and bit rate now",
    "DescribeLiveStreamsFrameRateAndBitRateData",
    NAMED,
    "FrameRateAndBitRateInfos",
    items=True,
    columns=_RATES,
)
RATES = figures(
    "rates",
    "Frame and bit rate, last 30 minutes",
    "DescribeLiveStreamBitRateData",
    "FrameRateAndBitRateInfos",
    "30m",
    _RATES,
)
VIEWERS = figures(
    "viewers",
    "Viewers, last hour",
    "DescribeLiveStreamHistoryUserNum",
    "LiveStreamUserNumInfos",
    "1h",
    (Column("time", "TIME", "StreamTime", "time"), Column("viewers", "VIEWERS", "UserNum", "number")),
)
SNAPSHOTS = figures(
    "snapshots",
    "Pictures, last 10 minutes",
    "DescribeLiveStreamSnapshotInfo",
    "LiveStreamSnapshotInfoList",
    "10m",
    (Column("time", "TAKEN", "CreateTime", "time"), Column("object", "OBJECT", "OssObject", widest=60)),
)._replace(fixed={"Limit": 100})
RENDITIONS = Section(
    "renditions",
    "Transcoding of its app",
    "DescribeLiveStreamTranscodeInfo",
    {"DomainTranscodeName": "DomainName"},
    "DomainTranscodeList",
    items=True,
    match=("TranscodeApp=AppName",),
    columns=TEMPLATE_COLUMNS,
    edit="AddCustomLiveStreamTranscode",
    edit_key="K",
    edit_does="adds a template of your own",
    edit_params={"Domain": "DomainName", "App": "AppName"},
)
TEXT = Section(
    "text",
    "Text in the frames of its renditions",
    "",
    NAMED,
    "",
    edit="AddTrancodeSEI",
    edit_key="T",
    edit_does="writes one",
    edit_params=NAMED,
)

STREAMS = Resource(
    id="apsara_streams",
    title="online",
    one="stream",
    service="apsara",
    key=IDENTITY,
    source=ONLINE,
    joins=(
        Join(
            "push",
            Source(
                "DescribeLiveStreamBitRateData",
                last="5m",
                each=BY_DOMAIN,
                items="FrameRateAndBitRateInfos",
                reads=FRAMES,
            ),
            on=tuple(SELF.items()),
            title="frame and bit rates",
            latest="Time",
        ),
        Join(
            "seen",
            Source(
                "DescribeLiveStreamOnlineUserNum",
                each=BY_DOMAIN,
                items="OnlineUserInfo",
                reads=FRAMES,
            ),
            on=tuple(SELF.items()),
            title="viewers",
        ),
    ),
    state=online_state,
    columns=(
        NAME,
        Column("state", "STATE", "", "state", rank=0),
        DOMAIN,
        APP,
        Column("age", "UP", "PublishTime", "age", rank=1),
        Column("viewers", "VIEWERS", "seen.UserNumber", "number", rank=1, moves=True),
        Column("fps", "FPS", "push.VideoFrameRate", "number", rank=2, moves=True),
        Column("rate", "BITRATE", "push.BitRate", "bps", rank=2, moves=True),
        Column("push", "PUSHED TO", "PublishDomain", rank=6),
        Column("since", "SINCE", "PublishTime", "time", rank=8),
    ),
    verbs=(FORBID, FORBID_FOR_GOOD),
    narrow=OF_APP,
    sections=(RATES_NOW, RATES, VIEWERS, SNAPSHOTS, CONTENTS, INDEX_FILES, RENDITIONS, TEXT),
    poll="streams",
    sort="name",
    note="as pushed, of the domains that the profile names; their renditions are no rows of their own",
)

CONTROLLED = Source(
    "DescribeLiveStreamsControlHistory",
    last="7d",
    each=TOLD_DOMAIN,
    items="ControlInfo",
    reads=address("StreamName"),
)


def forbidden_since(row: Data) -> Any:
    """When it was forbidden from here, or as the last 7 days' history has it."""
    return dig(row, "@journal.at") or dig(row, "control.TimeStamp")


BLOCKED = Resource(
    id="apsara_blocked",
    title="blocked",
    one="forbidden stream",
    service="apsara",
    key=IDENTITY,
    source=BLOCKED_LIST,
    joins=(Join("control", CONTROLLED, on=tuple(SELF.items()), title="control history", latest="TimeStamp"),),
    state=lambda row: State("forbidden", "bad"),
    columns=(
        NAME,
        Column("state", "STATE", "", "state", rank=6),
        Column("until", "UNTIL", "@journal.until", "time", rank=1, notation="utc"),
        Column("left", "LEFT", "@journal.until", "left", rank=1, soon=ABOUT_TO_END, notation="utc"),
        Column("why", "WHY", "@journal.reason", rank=1, widest=32),
        Column("by", "BY", "@journal.who", rank=2, widest=20),
        DOMAIN._replace(rank=0),
        APP,
        Column("client", "FROM", "control.ClientIP", rank=5),
        Column("since", "SINCE", forbidden_since, "time", rank=1, notation="utc"),
    ),
    recorded=Recorded(("ForbidLiveStream",), NAMED, shows={"until": "ResumeTime"}),
    verbs=(RESUME, EXTEND),
    narrow=OF_DOMAIN,
    sections=(CONTENTS,),
    poll="streams",
    sort="name",
    note="until when, why and by whom: as this machine's journal knows; since when: the last 7 days' history",
)

CONTROL = Resource(
    id="apsara_control",
    title="control history",
    one="operation",
    service="apsara",
    key=(*IDENTITY, "TimeStamp", "Action"),
    called="StreamName",
    source=CONTROLLED,
    columns=(
        Column("time", "WHEN", "TimeStamp", "time", rank=0),
        Column("action", "DONE", "Action", rank=0),
        NAME._replace(widest=40),
        DOMAIN,
        APP,
        Column("client", "FROM", "ClientIP", rank=2),
    ),
    sort="-time",
    note="what was done to streams in the last 7 days, from wherever",
)

HISTORY = Resource(
    id="apsara_history",
    title="history",
    one="push",
    service="apsara",
    key=(*IDENTITY, "PublishTime"),
    called="StreamName",
    source=Source("DescribeLiveStreamsPublishList", last="24h", each=BY_DOMAIN),
    columns=(
        NAME._replace(widest=40),
        Column("end", "ENDED", "StopTime", "time", rank=0),
        Column("lasted", "LASTED", lasted("PublishTime", "StopTime"), "seconds", rank=1),
        DOMAIN,
        Column("begin", "BEGAN", "PublishTime", "time", rank=2),
        Column("client", "CLIENT", "ClientAddr", rank=3),
        APP,
        Column("push", "PUSHED TO", "PublishDomain", rank=5),
        Column("server", "SERVER", "EdgeNodeAddr", rank=6),
    ),
    sections=(CONTENTS, INDEX_FILES),
    sort="-end",
    note="pushes of the last 24 hours",
)

RESOURCES = (STREAMS, BLOCKED, CONTROL, HISTORY)
