"""Tasks: pull-stream relays, recordings, screenshot tasks and mixes (Stream Pulling, Recording, Mix APIs)."""

from __future__ import annotations

from typing import Any

from livetui.resources.model import Column, Data, Edit, Look, Resource, Section, Sign, Source, State, Verb
from livetui.resources.signs import gone, member

TASK = {"TaskId": "TaskId"}
PULL_NOW = Look(
    "DescribeLivePullStreamTasks",
    TASK,
    show="TaskInfos",
    title="the task now",
    match=("TaskId",),
    columns=("Status", "StreamName", "EndTime", "RecentPullInfo.ReportTime"),
)


def pull_state(row: Data) -> State:
    """The cloud knows only enable and pause; a task past its end does nothing either."""
    return State("paused", "off") if row.get("Status") == "pause" else State("enabled")


PULLS = Source("DescribeLivePullStreamTasks")
RECORDINGS = Source("DescribeRecordTask", last="6d", ahead="1d")


def _pull(verb_id: str, label: str, key: str, status: str, **rest: Any) -> Verb:
    return Verb(
        verb_id,
        label,
        key,
        "ModifyLivePullStreamTask",
        TASK,
        fixed={"Status": status},
        look=(PULL_NOW,),
        modifies=True,
        operator="Operator",
        signs=(
            Sign(
                PULLS, member("Status", lambda value: value == status, lambda value: str(value)), TASK, TASK
            ),
        ),
        **rest,
    )


PULL_TASKS = Resource(
    id="pull_tasks",
    title="pull",
    one="pull task",
    service="css",
    key=("TaskId",),
    called="StreamName",
    source=PULLS,
    narrow=TASK,
    state=pull_state,
    over="EndTime",
    columns=(
        Column("stream", "STREAM", "StreamName", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        Column("region", "REGION", "Region", rank=1),
        Column("source", "SOURCE", "SourceUrls.0", "url", rank=2, widest=44),
        Column("kind", "KIND", "SourceType", "code", rank=3, widest=18),
        Column("left", "ENDS IN", "EndTime", "left", rank=1),
        Column("domain", "DOMAIN", "DomainName", rank=4),
        Column("comment", "REMARK", "Comment", rank=6),
        Column("id", "TASK", "TaskId", rank=7),
    ),
    verbs=(
        Verb(
            "restart",
            "Restart",
            "S",
            "RestartLivePullStreamTask",
            TASK,
            look=(PULL_NOW,),
            warns="The relayed stream breaks for a moment.",
            operator="Operator",
            undo="nothing to undo",
        ),
        _pull(
            "pause",
            "Pause",
            "P",
            "pause",
            states=("enabled",),
            warns="The relayed stream goes off the air.",
            back="pull_tasks.enable",
        ),
        _pull("enable", "Enable", "a", "enable", states=("paused",), back="pull_tasks.pause"),
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteLivePullStreamTask",
            TASK,
            tier="type",
            look=(PULL_NOW,),
            warns="The relayed stream goes off the air and the task is gone.",
            operator="Operator",
            signs=(gone(PULLS, TASK, TASK),),
        ),
    ),
    create="CreateLivePullStreamTask",
    edit=Edit(
        "ModifyLivePullStreamTask",
        TASK,
        read="DescribeLivePullStreamTasks",
        read_params=TASK,
        read_member="TaskInfos.0",
        operator="Operator",
        look=(PULL_NOW,),
    ),
    sections=(
        Section("recent", "Last pull", "DescribeLivePullStreamTasks", TASK, "TaskInfos.0.RecentPullInfo"),
    ),
    sort="stream",
    note="a task has no failed state: its last pull, in the detail, tells its health",
)


def record_state(row: Data) -> State:
    """`Stopped` is the second it was stopped at; 0 says that nobody stopped it."""
    return State("stopped", "off") if row.get("Stopped") else State("scheduled")


def _stopped(at: object) -> str:
    return "stopped" if at else "not stopped"


RECORD_TASKS = Resource(
    id="record_tasks",
    title="record",
    one="record task",
    service="css",
    key=("TaskId",),
    called="StreamName",
    source=RECORDINGS,
    state=record_state,
    over="EndTime",
    columns=(
        Column("stream", "STREAM", "StreamName", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        Column("begin", "BEGINS", "StartTime", "time", rank=0),
        Column("left", "ENDS IN", "EndTime", "left", rank=0),
        Column("domain", "DOMAIN", "DomainName", rank=2),
        Column("region", "REGION", "@region", rank=1),
        Column("template", "TEMPLATE", "TemplateId", rank=3),
        Column("stopped", "STOPPED", "Stopped", "time", rank=4),
        Column("id", "TASK", "TaskId", rank=6),
    ),
    verbs=(
        Verb(
            "stop",
            "Stop",
            "S",
            "StopRecordTask",
            TASK,
            states=("scheduled",),
            tier="confirm",
            warns="Ends a running recording now; what is recorded is kept.",
            undo="create a new task",
            signs=(Sign(RECORDINGS, member("Stopped", bool, _stopped), TASK),),
        ),
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteRecordTask",
            TASK,
            tier="type",
            warns="Takes the task off the list; it does NOT stop a recording that runs. Stop does.",
            signs=(gone(RECORDINGS, TASK),),
        ),
    ),
    create="CreateRecordTask",
    sort="-begin",
    note="tasks of the last 6 days and the next day",
)

SCREENSHOT_TASKS = Resource(
    id="screenshot_tasks",
    title="screenshot",
    one="screenshot task",
    service="css",
    key=("TaskId",),
    called="StreamName",
    journal=("CreateScreenshotTask",),
    columns=(
        Column("stream", "STREAM", "StreamName", rank=0),
        Column("made", "MADE", "@at", "time", rank=0),
        Column("until", "UNTIL", "EndTime", "time", rank=0),
        Column("domain", "DOMAIN", "DomainName", rank=1),
        Column("template", "TEMPLATE", "TemplateId", rank=2),
        Column("id", "TASK", "TaskId", rank=3),
    ),
    create="CreateScreenshotTask",
    sort="-made",
    note="from the journal: no action lists or stops these, so only those made here are known",
)


def mix_state(row: Data) -> State:
    """By the last call about it that was made here."""
    if row.get("@status") == "unknown":
        return State("unknown", "unknown")
    return State("cancelled", "off") if row.get("@action") == "CancelCommonMixStream" else State("started")


MIXES = Resource(
    id="mixes",
    title="mix",
    one="mix",
    service="css",
    key=("MixStreamSessionId",),
    journal=("CreateCommonMixStream", "CancelCommonMixStream"),
    state=mix_state,
    columns=(
        Column("session", "SESSION", "MixStreamSessionId", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        Column("made", "LAST CALL", "@at", "time", rank=0),
        Column("output", "OUTPUT", "OutputParams.OutputStreamName", rank=1),
    ),
    verbs=(
        Verb(
            "cancel",
            "Cancel",
            "D",
            "CancelCommonMixStream",
            {"MixStreamSessionId": "MixStreamSessionId"},
            states=("started", "unknown"),
            tier="confirm",
            warns="The mixed stream goes off the air.",
            undo="create the mix again",
        ),
    ),
    create="CreateCommonMixStream",
    sort="-made",
    note="from the journal: no action lists mixes, so only those made here are known",
)

RESOURCES = (PULL_TASKS, RECORD_TASKS, SCREENSHOT_TASKS, MIXES)
