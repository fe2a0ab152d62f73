"""Streams: online, forbidden, delayed, their events and their history (Live Stream Management APIs)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from livetui.catalogue.times import from_wire
from livetui.resources.model import (
    Ask,
    Column,
    Data,
    Each,
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
)

NAMED = {"DomainName": "DomainName", "AppName": "AppName", "StreamName": "StreamName"}
PUSH_DOMAINS = (("Type", 0), ("Status", 1))

LOW_FPS = 0.6
LOW_BITRATE = 0.3
"""A stream that sends less than this share of what its metadata promises is in trouble."""


def online_state(row: Data) -> State:
    """Live, and whether the push keeps what its metadata promises; unknown quality is not called good."""
    push = row.get("push")
    if not push:
        return State("live")
    fps, meta_fps = push.get("VideoFps") or 0, push.get("MetaFps") or 0
    rate, meta_rate = push.get("VideoSpeed") or 0, push.get("MetaVideoSpeed") or 0
    if meta_fps and fps < meta_fps * LOW_FPS:
        return State("low fps", "bad")
    if meta_rate and rate < meta_rate * LOW_BITRATE:
        return State("low rate", "warn")
    return State("live")


def last_publish(row: Data) -> Any:
    """The newest publish time: each reconnection adds one."""
    times = [time for t in row.get("PublishTimeList") or () if (time := t.get("PublishTime"))]
    return max(times, default=None)


def asked_state(value: Any) -> State:
    """The word of DescribeLiveStreamState; when it tells nothing, the documents say to take it for online."""
    tones = {
        "active": State("active"),
        "inactive": State("inactive", "off"),
        "forbid": State("forbidden", "bad"),
    }
    return tones.get(str(value), State(f"{value or 'not told'}: take it for online", "unknown"))


def codecs(row: Data) -> str:
    push = row.get("push") or {}
    return "/".join(str(c) for c in (push.get("Vcodec"), push.get("Acodec")) if c)


NOW = Look("DescribeLiveStreamState", NAMED, show="StreamState", title="state now", as_state=asked_state)
SAME_NAME = Look(
    "DescribeLiveStreamOnlineList",
    {"StreamName": "StreamName"},
    show="OnlineInfo",
    title="on the air under this name",
    match=("StreamName",),
    columns=("DomainName", "AppName", "StreamName"),
)

BAN_TIMES = "beijing-z"
"""Notation of the times in the forbidden list; what is sent is in "utc"."""
ABOUT_TO_END = 15 * 60.0
SAME_END = timedelta(seconds=90)
"""Two ends of a ban nearer than this are one."""
BY_NAME = {"StreamName": "StreamName"}
STATE = Source("DescribeLiveStreamState", items="StreamState")
FORBIDDEN_LIST = Source("DescribeLiveForbidStreamList")
ONLINE_LIST = Source("DescribeLiveStreamOnlineList")
DELAY_LIST = Source("DescribeLiveDelayInfoList", items="DelayInfoList")


def _time(notation: str, value: Any) -> datetime | None:
    try:
        return from_wire(notation, value)
    except ValueError:
        return None


def says_forbidden(evidence: Evidence) -> Sighting:
    """The state says so; once the ban is over, it can't tell any more."""
    if _over(evidence):
        return None, "the ban is over by now"
    word = str(evidence.rows[0]) if evidence.rows else ""
    return word == "forbid", f"state {asked_state(word).word}"


def listed_forbidden(evidence: Evidence) -> Sighting:
    """On the forbidden list, until the time that was sent where one was."""
    if _over(evidence):
        return None, "the ban is over by now"
    if not evidence.rows:
        return False, "not on the forbidden list"
    sent = _time("utc", evidence.params.get("ResumeTime"))
    ends = [_time(BAN_TIMES, row.get("ExpireTime")) for row in evidence.rows]
    if sent is None or any(end is None or abs(end - sent) <= SAME_END for end in ends):
        return True, "forbidden"
    return False, "forbidden, but until another time than was sent"


def _over(evidence: Evidence) -> bool:
    end = _time("utc", evidence.params.get("ResumeTime"))
    return end is not None and end <= evidence.now


def says_not_forbidden(evidence: Evidence) -> Sighting:
    word = str(evidence.rows[0]) if evidence.rows else ""
    return word not in ("", "forbid"), f"state {asked_state(word).word}"


def off_the_forbidden(evidence: Evidence) -> Sighting:
    return (False, "still on the forbidden list") if evidence.rows else (True, "off the forbidden list")


def off_or_back(evidence: Evidence) -> Sighting:
    """Off the list, or on it again with a push that began since: what is back has been cut off too."""
    if not evidence.rows:
        return True, "off the air"
    now = max((str(last_publish(row) or "") for row in evidence.rows), default="")
    before = str(last_publish(evidence.before) or "")
    began = _time("utc", now)
    later = began is not None and began >= evidence.since.replace(microsecond=0)
    again = now > before if before else later
    return (True, "cut off and back on the air") if again else (False, "on the air with the same push")


def delayed_by(evidence: Evidence) -> Sighting:
    there = [row for row in evidence.rows if row.get("Status") == 1]
    if any(row.get("DelayInterval") == evidence.params.get("DelayTime") for row in there):
        return True, "delayed"
    return False, "delayed by another time" if there else "not delayed"


def not_delayed(evidence: Evidence) -> Sighting:
    there = any(row.get("Status") == 1 for row in evidence.rows)
    return (False, "still delayed") if there else (True, "not delayed")


def same_end(params: Data, row: Data) -> bool:
    """Whether a journalled ban can be the one on the list: its end tells; without one it is the usual."""
    sent, shown = _time("utc", params.get("ResumeTime")), _time(BAN_TIMES, row.get("ExpireTime"))
    return sent is None or shown is None or abs(sent - shown) <= SAME_END


SELF = {name: name for name in NAMED}
ON_FORBIDDEN_LIST = Sign(FORBIDDEN_LIST, listed_forbidden, BY_NAME, BY_NAME)

DROP = Verb(
    "drop",
    "Drop",
    "d",
    "DropLiveStream",
    NAMED,
    tier="confirm",
    look=(NOW,),
    warns="An encoder that reconnects is back at once; forbid keeps it off.",
    undo="the encoder reconnects by itself",
    signs=(Sign(ONLINE_LIST, off_or_back, SELF, BY_NAME),),
)
FORBID = Verb(
    "forbid",
    "Forbid",
    "f",
    "ForbidLiveStream",
    NAMED,
    tier="choose",
    asks=(
        Ask(
            "ResumeTime",
            "until",
            choices=("15m", "1h", "4h", "7d"),
            required=True,
            hint="or a time: 2026-01-31 18:00",
        ),
        Ask("Reason", "reason", required=True),
    ),
    look=(NOW, SAME_NAME),
    warns="Forbids by stream name: every stream of this name goes dark, on all domains.",
    signs=(Sign(STATE, says_forbidden, narrow=NAMED), ON_FORBIDDEN_LIST),
    reach=("StreamName",),
    back="forbidden.resume",
)
EXTEND = FORBID._replace(
    id="extend",
    label="Extend",
    look=(NOW,),
    warns="Forbids again: from now on the new end holds, also where it is earlier.",
    signs=(ON_FORBIDDEN_LIST,),
    replaces={"ResumeTime": "ExpireTime"},
)
RESUME = Verb(
    "resume",
    "Resume",
    "R",
    "ResumeLiveStream",
    NAMED,
    tier="confirm",
    look=(NOW,),
    signs=(
        Sign(STATE, says_not_forbidden, narrow=NAMED),
        Sign(FORBIDDEN_LIST, off_the_forbidden, BY_NAME, BY_NAME),
    ),
    reach=("StreamName",),
    back="streams.forbid",
)
DELAY = Verb(
    "delay",
    "Delay",
    "l",
    "AddDelayLiveStream",
    NAMED,
    tier="choose",
    asks=(
        Ask(
            "DelayTime",
            "seconds of delay",
            choices=("30", "60", "120", "300"),
            required=True,
            hint="up to 600",
        ),
        Ask("ExpireTime", "until", choices=("1h", "4h", "1d", "7d"), required=True, hint="at most 7 days"),
    ),
    look=(NOW,),
    signs=(Sign(DELAY_LIST, delayed_by, SELF),),
    back="delayed.end-delay",
)
END_DELAY = Verb(
    "end-delay",
    "End delay",
    "R",
    "ResumeDelayLiveStream",
    NAMED,
    tier="confirm",
    look=(NOW,),
    warns="Viewers jump to the present: the safety margin is gone.",
    signs=(Sign(DELAY_LIST, not_delayed, SELF),),
    back="streams.delay",
)

IDENTITY = ("DomainName", "AppName", "StreamName")

STREAMS = Resource(
    id="streams",
    title="online",
    one="stream",
    service="css",
    key=IDENTITY,
    source=Source("DescribeLiveStreamOnlineList"),
    joins=(
        Join(
            "push",
            Source("DescribeLiveStreamPushInfoList"),
            on=(("DomainName", "PushDomain"), ("AppName", "AppName"), ("StreamName", "StreamName")),
            title="push quality",
        ),
    ),
    state=online_state,
    columns=(
        Column("name", "STREAM", "StreamName", rank=0, widest=48),
        Column("state", "STATE", "", "state", rank=0),
        Column("domain", "DOMAIN", "DomainName", rank=1),
        Column("app", "APP", "AppName", rank=4, widest=16),
        Column("age", "UP", last_publish, "age", rank=1, notation="utc"),
        Column("fps", "FPS", "push.VideoFps", "number", rank=2, moves=True),
        Column("rate", "BITRATE", "push.VideoSpeed", "bps", rank=2, moves=True),
        Column("client", "CLIENT", "push.ClientIp", rank=5),
        Column("size", "SIZE", "push.Resolution", rank=6),
        Column("codec", "CODEC", codecs, rank=7),
        Column("since", "SINCE", last_publish, "time", rank=8, notation="utc"),
        Column("server", "SERVER", "push.ServerIp", rank=9),
    ),
    verbs=(FORBID, DROP, DELAY),
    narrow=BY_NAME,
    sections=(
        Section("state", "State now", "DescribeLiveStreamState", NAMED, "StreamState"),
        Section(
            "events",
            "Events, last 24 h",
            "DescribeLiveStreamEventList",
            NAMED,
            "EventList",
            items=True,
            last="24h",
        ),
        Section(
            "quality",
            "Push quality, last 30 minutes",
            "DescribeStreamPushInfoList",
            {"StreamName": "StreamName", "PushDomain": "DomainName", "AppName": "AppName"},
            "DataInfoList",
            items=True,
            last="30m",
            newest_last=True,
        ),
    ),
    poll="streams",
    sort="name",
)


FORBIDDEN = Resource(
    id="forbidden",
    title="forbidden",
    one="forbidden stream",
    service="css",
    key=IDENTITY,
    source=Source("DescribeLiveForbidStreamList"),
    state=lambda row: State("forbidden", "bad"),
    columns=(
        Column("name", "STREAM", "StreamName", rank=0, widest=48),
        Column("until", "UNTIL", "ExpireTime", "time", rank=0),
        Column("left", "LEFT", "ExpireTime", "left", rank=0, soon=ABOUT_TO_END),
        Column("why", "WHY", "@journal.reason", rank=1, widest=32),
        Column("by", "BY", "@journal.who", rank=2, widest=20),
        Column("domain", "DOMAIN", "DomainName", rank=4),
        Column("app", "APP", "AppName", rank=5, widest=16),
        Column("since", "SINCE", "CreateTime", "time", rank=3),
    ),
    recorded=Recorded(("ForbidLiveStream",), BY_NAME, same_end),
    note="why and by whom: as far as the journal of this machine knows",
    verbs=(RESUME, EXTEND),
    narrow=BY_NAME,
    sections=(Section("state", "State now", "DescribeLiveStreamState", NAMED, "StreamState"),),
    poll="streams",
    sort="left",
)

DELAYED = Resource(
    id="delayed",
    title="delayed",
    one="delayed stream",
    service="css",
    key=IDENTITY,
    source=Source("DescribeLiveDelayInfoList", items="DelayInfoList"),
    state=lambda row: State("in effect") if row.get("Status") == 1 else State("expired", "off"),
    columns=(
        Column("name", "STREAM", "StreamName", rank=0, widest=48),
        Column("state", "STATE", "", "state", rank=0),
        Column("delay", "DELAY", "DelayInterval", "seconds", rank=0),
        Column("left", "LEFT", "ExpireTime", "left", rank=1),
        Column("domain", "DOMAIN", "DomainName", rank=1),
        Column("app", "APP", "AppName", rank=3, widest=16),
        Column("until", "UNTIL", "ExpireTime", "time", rank=2),
    ),
    verbs=(END_DELAY,),
    sort="left",
)

_PAST = (
    Column("name", "STREAM", "StreamName", rank=0, widest=40),
    Column("end", "ENDED", "StreamEndTime", "time", rank=0),
    Column("cause", "CAUSE", "StopReason", rank=0, widest=32),
    Column("lasted", "LASTED", "Duration", "seconds", rank=1),
    Column("domain", "DOMAIN", "DomainName", rank=1),
    Column("begin", "BEGAN", "StreamStartTime", "time", rank=2),
    Column("client", "CLIENT", "ClientIp", rank=3),
    Column("app", "APP", "AppName", rank=4, widest=16),
    Column("size", "SIZE", "Resolution", rank=5),
)
PAST_KEY = (*IDENTITY, "StreamStartTime", "StreamEndTime")

EVENTS = Resource(
    id="events",
    title="events",
    one="push",
    service="css",
    key=PAST_KEY,
    source=Source("DescribeLiveStreamEventList", last="6h"),
    columns=_PAST,
    sort="-end",
    note="pushes that ended in the last 6 hours",
)
HISTORY = Resource(
    id="history",
    title="history",
    one="push",
    service="css",
    key=PAST_KEY,
    source=Source(
        "DescribeLiveStreamPublishedList",
        last="24h",
        each=Each("domains", {"DomainName": "Name"}, PUSH_DOMAINS),
    ),
    columns=_PAST,
    sort="-end",
    note="pushes of the last 24 hours, domain by domain",
)

RESOURCES = (STREAMS, FORBIDDEN, DELAYED, EVENTS, HISTORY)
