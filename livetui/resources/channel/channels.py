"""Hosted channels: listed, enabled, disabled, made, changed and deleted (Server API)."""

from __future__ import annotations

from typing import Any

from livetui.resources.model import (
    Batch,
    Column,
    Data,
    Edit,
    Evidence,
    Look,
    Resource,
    Section,
    Sighting,
    Sign,
    Source,
    State,
    Verb,
    dig,
)
from livetui.resources.signs import gone

NO_INPUT, LIVE, EXCEPTION, DISABLED, INCOMPLETE = range(5)

SELF = {"channel_id": "channel_id"}
OF_CHANNEL = {"channelId": "channel_id"}
LIST = Source("DescribeLVBChannelList")
ONE = Source("DescribeLVBChannel", items="channelInfo")
MOST = 20
"""Channels in one batch call: no number is documented, this one is ours."""


def status_of(value: Any) -> State:
    """A status in words; the documents have no other than these five."""
    states = {
        NO_INPUT: State("no input", "warn"),
        LIVE: State("live"),
        EXCEPTION: State("exception", "bad"),
        DISABLED: State("disabled", "off"),
        INCOMPLETE: State("not set up", "off"),
    }
    return states.get(value, State("not told", "unknown"))


def state(row: Data) -> State:
    return status_of(row.get("channel_status"))


def says(enabled: bool) -> Any:
    """A sighting: whether the channel is enabled, or disabled, by its status."""

    def shows(evidence: Evidence) -> Sighting:
        if not evidence.rows:
            return None, "not on its list"
        value = dig(evidence.rows[0], "channel_status")
        return (value != DISABLED) == enabled, f"status {status_of(value).word}"

    return shows


def _signs(*, enabled: bool) -> tuple[Sign, ...]:
    return Sign(ONE, says(enabled), narrow=OF_CHANNEL), Sign(LIST, says(enabled), SELF)


NOW = Look(
    "DescribeLVBChannel",
    OF_CHANNEL,
    show="channelInfo.0.channel_status",
    title="status now",
    as_state=status_of,
)


def _batch(action: str) -> Batch:
    return Batch(action, "channelIds", "channel_id", MOST)


def at_once(row: Data) -> dict[str, Any]:
    """A recording starts at once unless the operator says otherwise."""
    return {"tapeType": 1}


CHANNELS = Resource(
    id="channel_channels",
    title="channels",
    one="channel",
    service="channel",
    key=("channel_id",),
    called="channel_name",
    source=LIST,
    state=state,
    columns=(
        Column("name", "CHANNEL", "channel_name", rank=0, widest=48),
        Column("state", "STATE", "", "state", rank=0),
        Column("made", "CREATED", "create_time", "time", rank=1),
        Column("id", "ID", "channel_id", rank=2),
    ),
    verbs=(
        Verb(
            "start",
            "Start",
            "a",
            "StartLVBChannel",
            {"channelIds": "channel_id"},
            states=("disabled",),
            look=(NOW,),
            signs=_signs(enabled=True),
            back="channel_channels.stop",
            batch=_batch("StartLVBChannel"),
        ),
        Verb(
            "stop",
            "Stop",
            "S",
            "StopLVBChannel",
            {"channelIds": "channel_id"},
            states=("live", "no input", "exception", "not set up", "not told"),
            look=(NOW,),
            warns="What it broadcasts goes off the air, and no push is let in until it is started.",
            signs=_signs(enabled=False),
            back="channel_channels.start",
            batch=_batch("StopLVBChannel"),
        ),
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteLVBChannel",
            {"channelIds": "channel_id"},
            tier="type",
            states=("disabled",),
            look=(NOW,),
            warns="Its addresses stop working for good; a new channel gets another id and others.",
            signs=(gone(LIST, SELF),),
            batch=_batch("DeleteLVBChannel"),
        ),
    ),
    create="CreateLVBChannel",
    edit=Edit(
        "ModifyLVBChannel",
        OF_CHANNEL,
        read="DescribeLVBChannel",
        read_params=OF_CHANNEL,
        read_member="channelInfo.0",
        rename={"channelName": "channel_name", "channelDescribe": "channel_describe"},
        look=(NOW,),
    ),
    sections=(
        Section("all", "Source and addresses", "DescribeLVBChannel", OF_CHANNEL, "channelInfo.0"),
        Section(
            "records",
            "Recording tasks",
            "DescribeRecordList",
            OF_CHANNEL,
            "taskSet",
            items=True,
            edit="CreateRecord",
            edit_key="R",
            edit_does="makes one",
            proposals=at_once,
        ),
        Section(
            "shots",
            "Screenshot tasks",
            "DescribeLVBShotList",
            OF_CHANNEL,
            "taskSet",
            items=True,
            edit="CreateLVBShot",
            edit_key="T",
            edit_does="makes one",
            proposals=lambda row: {"channelId": row.get("channel_id")},
        ),
    ),
    sort="name",
    note="only a disabled channel can be deleted; viewers over time: Get_LivePlayStatHistory of LVB",
)

RESOURCES = (CHANNELS,)
