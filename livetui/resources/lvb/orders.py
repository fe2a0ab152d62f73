"""Recordings and mixes: nothing lists either, so only those made here are known (Operation API)."""

from __future__ import annotations

from livetui.resources.lvb.codes import FILES
from livetui.resources.model import Column, Data, Resource, State, Verb

MIX = "mix_streamv2.start_mix_stream_advanced"


def tape_state(row: Data) -> State:
    """By the last call about it that was made here."""
    if row.get("@status") == "unknown":
        return State("unknown", "unknown")
    return State("stopped", "off") if row.get("@action") == "Live_Tape_Stop" else State("started")


TAPES = Resource(
    id="lvb_tapes",
    title="recordings",
    one="recording task",
    service="lvb",
    key=("channel_id", "task_id"),
    called="channel_id",
    journal=("Live_Tape_Start", "Live_Tape_Stop"),
    state=tape_state,
    over="end_time",
    columns=(
        Column("code", "LVB CODE", "channel_id", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        Column("made", "LAST CALL", "@at", "time", rank=0),
        Column("end", "ENDS IN", "end_time", "left", rank=0),
        Column("kind", "BEGINS", "task_sub_type", "code", rank=1),
        Column("form", "FORMAT", "file_format", rank=2),
        Column("id", "TASK", "task_id", rank=3),
    ),
    verbs=(
        Verb(
            "stop",
            "Stop",
            "S",
            "Live_Tape_Stop",
            {"channel_id": "channel_id", "task_id": "task_id", "task_sub_type": "task_sub_type"},
            states=("started", "unknown"),
            warns="Ends a running recording now; what is recorded is kept.",
            undo="start a new one",
        ),
    ),
    create="Live_Tape_Start",
    create_params={"channel_id": "channel_id"},
    sections=(FILES,),
    sort="-made",
    note="from the journal: no action lists these, so only those made here are known; the detail has files",
)


def mix_state(row: Data) -> State:
    """By the last call about it that was made here: one with a single input ends the mix."""
    if row.get("@status") == "unknown":
        return State("unknown", "unknown")
    return State("cancelled", "off") if len(row.get("input_stream_list") or ()) == 1 else State("started")


def inputs(row: Data) -> str:
    return ", ".join(str(one.get("input_stream_id")) for one in row.get("input_stream_list") or ())


MIXES = Resource(
    id="lvb_mixes",
    title="mixes",
    one="mix",
    service="lvb",
    key=("mix_stream_session_id",),
    journal=(MIX,),
    state=mix_state,
    columns=(
        Column("session", "SESSION", "mix_stream_session_id", rank=0),
        Column("state", "STATE", "", "state", rank=0),
        Column("made", "LAST CALL", "@at", "time", rank=0),
        Column("output", "OUTPUT", "output_stream_id", rank=0),
        Column("inputs", "INPUTS", inputs, rank=1, widest=48),
    ),
    verbs=(
        Verb(
            "cancel",
            "Cancel",
            "D",
            MIX,
            {
                "mix_stream_session_id": "mix_stream_session_id",
                "output_stream_id": "output_stream_id",
                # One input alone is what ends a mix.
                "input_stream_list": "input_stream_list.0",
            },
            states=("started", "unknown"),
            warns="The mixed stream goes off the air; its session takes another output in half a minute.",
            undo="create the mix again",
        ),
    ),
    create=MIX,
    sort="-made",
    note="from the journal: no action lists mixes, so only those made here are known",
)

RESOURCES = (TAPES, MIXES)
