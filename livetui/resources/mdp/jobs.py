"""Harvest jobs, and remux tasks of videos (Harvest Job APIs, VOD Remux APIs)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from livetui.resources.mdp.parts import BY_ID, REGION, number
from livetui.resources.model import (
    Batch,
    Column,
    Data,
    Evidence,
    Look,
    Resource,
    Sighting,
    Sign,
    Source,
    State,
    Tone,
    Verb,
)
from livetui.resources.signs import gone

HARVESTS = Source("DescribeStreamPackageHarvestJobs")
REMUXES = Source("DescribeStreamPackageVodRemuxTasks")
BY_JOB = {"ID": "ID"}

_HARVEST: dict[str, State] = {
    "Running": State("running"),
    "Completed": State("done", "off"),
    "Failed": State("failed", "bad"),
}


def harvest_state(row: Data) -> State:
    word = str(row.get("Status") or "")
    return _HARVEST.get(word) or State(word.lower() or "not told", "unknown")


def harvest_seen(value: object) -> State:
    return harvest_state({"Status": value})


def remux_state(row: Data) -> State:
    """The word as it came: the documents show but one of them, so an error tells that it went wrong."""
    word = str(row.get("State") or "").lower() or "not told"
    tone: Tone = "ok" if word == "processing" else "off"
    return State(word, "bad" if row.get("ErrorMsg") or word.startswith("fail") else tone)


def remux_seen(value: object) -> State:
    return remux_state({"State": value})


def since(member: str) -> Callable[[Data], Any]:
    """A second of the task's life; 0 says that it has not come."""
    return lambda row: row.get(member) or None


def says_started(evidence: Evidence) -> Sighting:
    """At work, or begun since the call was made."""
    if not evidence.rows:
        return None, "not on its list"
    row = evidence.rows[0]
    state = f"state {remux_state(row).word}"
    begun = number(row.get("StartTime")) or 0.0
    return begun >= int(evidence.since.timestamp()), state


HARVEST = Resource(
    id="mdp_harvests",
    title="harvest",
    one="harvest job",
    service="mdp",
    key=("ID",),
    source=HARVESTS,
    state=harvest_state,
    columns=(
        Column("id", "JOB", "ID", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        Column("begin", "FROM", "StartTime", "time", rank=0),
        Column("end", "TO", "EndTime", "time", rank=2),
        Column("channel", "CHANNEL", "ChannelName", rank=1, widest=24),
        Column("endpoint", "ENDPOINT", "EndpointName", rank=3, widest=16),
        REGION._replace(rank=2),
        Column("error", "ERROR", "ErrMessage", rank=4),
        Column("into", "INTO", "Destination", "url", rank=5, widest=48),
        Column("made", "MADE", "CreateTime", "time", rank=6),
    ),
    verbs=(
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteStreamPackageHarvestJob",
            BY_JOB,
            tier="type",
            look=(
                Look(
                    "DescribeStreamPackageHarvestJob",
                    BY_JOB,
                    show="Info.Status",
                    title="state now",
                    as_state=harvest_seen,
                ),
            ),
            warns="One that is running is given up; nothing says what becomes of the files.",
            signs=(gone(HARVESTS, BY_JOB),),
            batch=Batch("DeleteStreamPackageHarvestJobs", "IDs", "ID"),
        ),
    ),
    create="CreateStreamPackageHarvestJob",
    create_params={"ChannelName": "ChannelName", "EndpointName": "EndpointName"},
    sort="-begin",
    note="a stretch of an endpoint's time shift, kept as a recording",
)

REMUX = Resource(
    id="mdp_remuxes",
    title="remux",
    one="remux task",
    service="mdp",
    key=("Id",),
    called="Name",
    source=REMUXES,
    state=remux_state,
    columns=(
        Column("name", "TASK", "Name", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        Column("kind", "KIND", "Type", rank=2),
        Column("begin", "BEGUN", since("StartTime"), "time", rank=0, notation="unix"),
        Column("end", "ENDED", since("EndTime"), "time", rank=2, notation="unix"),
        REGION,
        Column("error", "ERROR", "ErrorMsg", rank=3),
        Column("made", "MADE", "CreateTime", "time", rank=4),
        Column("into", "INTO", "OutputStorage.CosOutputStorage.OutputDir", rank=5),
        Column("id", "ID", "Id", rank=6),
    ),
    verbs=(
        Verb(
            "start",
            "Start",
            "a",
            "StartStreamPackageVodRemuxTask",
            BY_ID,
            look=(
                Look(
                    "DescribeStreamPackageVodRemuxTask",
                    BY_ID,
                    show="Info.State",
                    title="state now",
                    as_state=remux_seen,
                ),
            ),
            undo="no action stops a task; it can be deleted when it is done",
            signs=(Sign(REMUXES, says_started, BY_ID),),
        ),
        Verb(
            "delete",
            "Delete",
            "D",
            "DeleteStreamPackageVodRemuxTask",
            BY_ID,
            tier="type",
            look=(
                Look(
                    "DescribeStreamPackageVodRemuxTask",
                    BY_ID,
                    show="Info.State",
                    title="state now",
                    as_state=remux_seen,
                ),
            ),
            warns="The task is gone; what it has written is not said to go.",
            signs=(gone(REMUXES, BY_ID),),
            batch=Batch("DeleteStreamPackageVodRemuxTasks", "Ids", "Id"),
        ),
    ),
    create="CreateStreamPackageVodRemuxTask",
    sort="-made",
)

RESOURCES = (HARVEST, REMUX)
