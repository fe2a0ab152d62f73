"""Recording tasks, their files, and screenshot tasks, channel by channel (Server API)."""

from __future__ import annotations

from typing import Any

from livetui.resources.model import (
    Column,
    Data,
    Each,
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

TOLD = {"channelId": "channel_id", "channelName": "channel_name"}
EACH = Each("channel_channels", {"channelId": "channel_id"}, told=TOLD)
BY_CHANNEL = {"channelId": "channelId"}
TASK = {"channelId": "channelId", "taskId": "id"}
IDENT = {"id": "id"}
A_CALL_EACH = "one call a channel, of the 100 that the cloud lets through in a minute"

NOT_STARTED, RUNNING, COMPLETED, FAILED = range(4)


def status_of(value: Any) -> State:
    """The documents call 1 "starting": it is what a running task has."""
    states = {
        NOT_STARTED: State("not started"),
        RUNNING: State("running"),
        COMPLETED: State("completed", "off"),
        FAILED: State("exception", "bad"),
    }
    return states.get(value, State("not told", "unknown"))


def state(row: Data) -> State:
    return status_of(row.get("status"))


def says_ended(evidence: Evidence) -> Sighting:
    if not evidence.rows:
        return None, "not on its list"
    value = dig(evidence.rows[0], "status")
    return value in (COMPLETED, FAILED), f"status {status_of(value).word}"


def _verbs(listed: str, stop: str, delete: str, lost: str) -> tuple[Verb, ...]:
    """Stop and delete of tasks that the action `listed` lists."""
    source = Source(listed)
    now = Look(listed, BY_CHANNEL, show="taskSet", title="the task now", match=("id",), as_state=state)
    return (
        Verb(
            "stop",
            "Stop",
            "S",
            stop,
            TASK,
            states=("not started", "running", "not told"),
            look=(now,),
            warns=f"Ends a running task now; {lost}.",
            undo="create a new task",
            signs=(Sign(source, says_ended, IDENT, BY_CHANNEL),),
        ),
        Verb(
            "delete",
            "Delete",
            "D",
            delete,
            TASK,
            tier="type",
            look=(now,),
            warns="Takes the task off the list; nothing says whether a running one goes on: stop it first.",
            signs=(gone(source, IDENT, BY_CHANNEL),),
        ),
    )


SPAN = (
    Column("begin", "FROM", "startTime", "seconds", rank=1),
    Column("end", "TO", "endTime", "seconds", rank=1),
)
"""Seconds into the recording, as the catalogue reads the examples."""

RECORDS = Resource(
    id="channel_records",
    title="recordings",
    one="recording task",
    service="channel",
    key=("channelId", "id"),
    called="channelName",
    source=Source("DescribeRecordList", each=EACH),
    narrow=BY_CHANNEL,
    state=state,
    columns=(
        Column("channel", "CHANNEL", "channelName", rank=0, widest=48),
        Column("state", "STATE", "", "state", rank=0),
        Column("count", "FILES", "count", "number", rank=0),
        *SPAN,
        Column("id", "TASK", "id", rank=2),
    ),
    verbs=_verbs("DescribeRecordList", "StopRecord", "DeleteRecord", "what is recorded is kept"),
    create="CreateRecord",
    create_params=BY_CHANNEL,
    sections=(Section("files", "Its files", "DescribeRecord", TASK, "fileSet", items=True),),
    sort="channel",
    note=f"tasks of the last two months; {A_CALL_EACH}",
)

FILES = Resource(
    id="channel_files",
    title="files",
    one="recorded file",
    service="channel",
    key=("fileId",),
    called="fileName",
    source=Source("GetVodRecordFiles", last="7d", each=EACH),
    columns=(
        Column("name", "FILE", "fileName", rank=0, widest=60),
        Column("channel", "CHANNEL", "channelName", rank=1, widest=32),
        *SPAN,
        Column("report", "MESSAGE", "reportMessage", rank=3),
        Column("task", "TASK", "taskId", rank=4),
        Column("id", "ID", "fileId", rank=5),
    ),
    sort="name",
    note=f"files of the last 7 days; {A_CALL_EACH}",
)

SHOTS = Resource(
    id="channel_shots",
    title="screenshots",
    one="screenshot task",
    service="channel",
    key=("channelId", "id"),
    called="channelName",
    source=Source("DescribeLVBShotList", each=EACH),
    narrow=BY_CHANNEL,
    state=state,
    columns=(
        Column("channel", "CHANNEL", "channelName", rank=0, widest=48),
        Column("state", "STATE", "", "state", rank=0),
        *SPAN,
        Column("id", "TASK", "id", rank=1),
    ),
    verbs=_verbs("DescribeLVBShotList", "StopLVBShot", "DeleteLVBShot", "what it took is kept"),
    create="CreateLVBShot",
    create_params=BY_CHANNEL,
    sort="channel",
    note=f"what an earlier edition of the documents says of them; {A_CALL_EACH}",
)

RESOURCES = (RECORDS, FILES, SHOTS)
