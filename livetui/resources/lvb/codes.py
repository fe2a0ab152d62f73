"""Streams by their LVB code: live, known and disabled (Operation API, Query API).

Calls that set a status take 0 disable, 1 enable, 2 interrupt; calls that read give 0 interrupted, 1 live,
3 disabled. The two codings are never mixed here: `DISABLE` and its like are sent, `status_of` reads.
"""

from __future__ import annotations

from typing import Any

from livetui.catalogue.times import from_wire
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

DISABLE, ENABLE, INTERRUPT = 0, 1, 2
"""As they are sent by Live_Channel_SetStatus."""
INTERRUPTED, LIVE, DISABLED = 0, 1, 3
"""As they are read."""

CODE = {"channel_id": "channel_id"}
STATUS = Source("Live_Channel_GetStatus", items="status")
KNOWN = Source("Live_Channel_GetChannelList")
LIVE_LIST = Source("Live_Channel_GetLiveChannelList", items="channel_list")
DISABLED_LIST = Source("Live_Channel_GetChannelList", {"status": DISABLED})


def status_of(value: Any) -> State:
    """A status as calls that read tell it; one that isn't told is not called good."""
    states = {
        INTERRUPTED: State("interrupted", "off"),
        LIVE: State("live"),
        DISABLED: State("disabled", "bad"),
    }
    return states.get(value, State("not told", "unknown"))


def state(row: Data) -> State:
    """By which of the lists it is on; a list that did not come tells nothing of it."""
    if row.get("off"):
        return status_of(DISABLED)
    if row.get("live"):
        return status_of(LIVE)
    return status_of(None if "off" in row or "live" in row else INTERRUPTED)


NOW = Look("Live_Channel_GetStatus", CODE, show="status", title="status now", as_state=status_of)


# What shows that something took effect.


def _over(evidence: Evidence) -> bool:
    """Whether the end that was sent has passed: then nothing tells any more."""
    end = evidence.params.get("abstime_end")
    return end is not None and from_wire("unix", end) <= evidence.now


def says_disabled(evidence: Evidence) -> Sighting:
    if _over(evidence):
        return None, "the ban is over by now"
    value = evidence.rows[0] if evidence.rows else None
    return value == DISABLED, f"status {status_of(value).word}"


def listed_disabled(evidence: Evidence) -> Sighting:
    if _over(evidence):
        return None, "the ban is over by now"
    return (True, "disabled") if evidence.rows else (False, "not among the disabled")


def says_enabled(evidence: Evidence) -> Sighting:
    value = evidence.rows[0] if evidence.rows else None
    return value in (INTERRUPTED, LIVE), f"status {status_of(value).word}"


def off_the_disabled(evidence: Evidence) -> Sighting:
    return (False, "still among the disabled") if evidence.rows else (True, "not disabled")


def says_off(evidence: Evidence) -> Sighting:
    """Off the air; what is live may have been cut and be back: its status can't tell."""
    value = evidence.rows[0] if evidence.rows else None
    if value == LIVE:
        return None, "live: back on the air, or never cut"
    return (None, "status not told") if value is None else (True, f"status {status_of(value).word}")


OFF = (Sign(STATUS, says_disabled, narrow=CODE), Sign(DISABLED_LIST, listed_disabled, CODE))
ON = (Sign(STATUS, says_enabled, narrow=CODE), Sign(DISABLED_LIST, off_the_disabled, CODE))

# What is done to them.

WHY = Ask(REASON, "reason", required=True)
EVERYWHERE = "Every stream of this code goes dark, on all domains"

INTERRUPT_IT = Verb(
    "interrupt",
    "Interrupt",
    "d",
    "Live_Channel_SetStatus",
    CODE,
    fixed={"status": INTERRUPT},
    look=(NOW,),
    warns="An encoder that reconnects is back at once; disable or forbid keeps it off.",
    undo="the encoder reconnects by itself",
    signs=(Sign(STATUS, says_off, narrow=CODE),),
)
DISABLE_IT = Verb(
    "disable",
    "Disable",
    "D",
    "Live_Channel_SetStatus",
    CODE,
    fixed={"status": DISABLE},
    tier="choose",
    asks=(WHY,),
    look=(NOW,),
    warns=f"{EVERYWHERE}, for 3 months; forbid ends when you choose.",
    undo="enable lets it push again",
    signs=OFF,
    back="lvb_disabled.enable",
)
FORBID_IT = Verb(
    "forbid",
    "Forbid",
    "f",
    "channel_manager",
    CODE,
    fixed={"action": "forbid"},
    tier="choose",
    asks=(
        Ask(
            "abstime_end",
            "until",
            choices=("15m", "1h", "4h", "7d"),
            required=True,
            hint="or 2026-01-31 18:00; at most 3 months",
        ),
        WHY,
    ),
    look=(NOW,),
    warns=f"{EVERYWHERE}, until then.",
    undo="allow lets it push again",
    signs=OFF,
    back="lvb_disabled.allow",
)
ENABLE_IT = Verb(
    "enable",
    "Enable",
    "a",
    "Live_Channel_SetStatus",
    CODE,
    fixed={"status": ENABLE},
    states=("disabled",),
    look=(NOW,),
    undo="disable it again, or forbid it until a time",
    signs=ON,
    back="lvb_codes.disable",
)
ALLOW_IT = Verb(
    "allow",
    "Allow",
    "A",
    "channel_manager",
    CODE,
    fixed={"action": "resume"},
    tier="choose",
    asks=(
        Ask(
            "abstime_end",
            "end",
            choices=("15m",),
            required=True,
            hint="the call needs one, but it means nothing here",
        ),
    ),
    states=("disabled",),
    look=(NOW,),
    warns="The way back of forbid; what was disabled is enabled.",
    undo="forbid it again",
    signs=ON,
    back="lvb_codes.forbid",
)

# What is shown of one.


def megabits(path: str) -> Any:
    """Mbit/s as bits a second, which the table writes in one notation for all."""

    def read(row: Data) -> float | None:
        value = dig(row, path)
        return value * 1e6 if isinstance(value, int | float) else None

    return read


MINUTES = (
    Column("time", "MINUTE", "time", "time", rank=0),
    Column("online", "VIEWERS", "online", "number", rank=0),
    Column("bandwidth", "BANDWIDTH", megabits("bandwidth"), "bps", rank=0),
    Column("flux", "MB", "flux", "number", rank=1),
)

PUSHES = Section(
    "pushes",
    "Push figures, last 5 minutes",
    "Get_LivePushStatHistory",
    {"stream_id": "channel_id"},
    "stream_info",
    items=True,
    last="5m",
    newest_last=True,
    columns=(
        Column("time", "WHEN", "time", "time", rank=0),
        Column("fps", "FPS", "fps", "number", rank=0),
        Column("rate", "BITRATE", "speed", "bps", rank=0),
        Column("client", "CLIENT", "client_ip", rank=1),
        Column("server", "SERVER", "server_ip", rank=1),
    ),
)
PLAYS = Section(
    "plays",
    "Play figures, last hour",
    "Get_LivePlayStatHistory",
    {"stream_id": "channel_id"},
    "stat_info",
    items=True,
    last="1h",
    newest_last=True,
    columns=MINUTES,
)


def at_once(row: Data) -> dict[str, Any]:
    """A recording starts at once unless the operator says otherwise."""
    return {"task_sub_type": 1}


FILES = Section(
    "files",
    "Recorded files, the newest",
    "Live_Tape_GetFilelist",
    CODE,
    "file_list",
    items=True,
    fixed={"sort_type": "desc", "page_size": 20},
    edit="Live_Tape_Start",
    edit_key="R",
    edit_does="starts a recording",
    proposals=at_once,
)
STATUS_NOW = Section("status", "Status now", "Live_Channel_GetStatus", CODE, "status")
SECTIONS = (STATUS_NOW, PUSHES, PLAYS, FILES)


LIVE_ONES = Resource(
    id="lvb_live",
    title="online",
    one="stream",
    service="lvb",
    key=("channel_id",),
    source=LIVE_LIST,
    joins=(Join("stat", Source("Get_LiveStat"), on=(("channel_id", "stream_name"),), title="statistics"),),
    state=lambda row: status_of(LIVE),
    columns=(
        Column("code", "LVB CODE", "channel_id", rank=0, widest=48),
        Column("state", "STATE", "", "state", rank=1),
        Column("fps", "FPS", "stat.fps", "number", rank=1, moves=True),
        Column("rate", "BITRATE", "stat.speed", "bps", rank=1, moves=True),
        Column("viewers", "VIEWERS", "stat.online", "number", rank=0, moves=True),
        Column("bandwidth", "BANDWIDTH", megabits("stat.bandwidth"), "bps", rank=2, moves=True),
        Column("client", "CLIENT", "stat.client_ip", rank=3),
        Column("server", "SERVER", "stat.server_ip", rank=4),
    ),
    verbs=(INTERRUPT_IT, DISABLE_IT, FORBID_IT),
    sections=SECTIONS,
    poll="streams",
    sort="code",
    note="figures come from an API of its own, which the cloud's support has to switch on",
)

CODES = Resource(
    id="lvb_codes",
    title="codes",
    one="LVB code",
    service="lvb",
    key=("channel_id",),
    source=KNOWN,
    joins=(
        Join("off", DISABLED_LIST, on=(("channel_id", "channel_id"),), title="the disabled"),
        Join("live", LIVE_LIST, on=(("channel_id", "channel_id"),), title="the live"),
    ),
    state=state,
    columns=(
        Column("code", "LVB CODE", "channel_id", rank=0, widest=60),
        Column("state", "STATE", "", "state", rank=0),
    ),
    verbs=(INTERRUPT_IT._replace(states=("live", "not told")), DISABLE_IT, FORBID_IT, ENABLE_IT, ALLOW_IT),
    sections=SECTIONS,
    sort="code",
    note="a code that never pushed is on no list: Live_Channel_SetStatus by name is under any action",
)

DISABLED_ONES = Resource(
    id="lvb_disabled",
    title="disabled",
    one="disabled stream",
    service="lvb",
    key=("channel_id",),
    source=DISABLED_LIST,
    state=lambda row: status_of(DISABLED),
    columns=(
        Column("code", "LVB CODE", "channel_id", rank=0, widest=48),
        Column("state", "STATE", "", "state", rank=0),
        Column("why", "WHY", "@journal.reason", rank=1, widest=32),
        Column("by", "BY", "@journal.who", rank=1, widest=20),
        Column("at", "SINCE", "@journal.at", "time", rank=2),
    ),
    recorded=Recorded(
        ("channel_manager", "Live_Channel_SetStatus"),
        CODE,
        lambda params, row: params.get("action") == "forbid" or params.get("status") == DISABLE,
    ),
    verbs=(ENABLE_IT, ALLOW_IT, FORBID_IT._replace(id="extend", label="Extend")),
    sections=(STATUS_NOW,),
    poll="streams",
    sort="code",
    note="nothing tells until when; why, by whom and since when: as far as the journal of this machine knows",
)

RESOURCES = (LIVE_ONES, CODES, DISABLED_ONES)
