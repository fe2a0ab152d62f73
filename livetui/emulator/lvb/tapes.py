"""Recording tasks, their files, and the queue of screenshots.

Documents: Create Recording Task, End Recording Task, Query Recording File; of the queue only the overview.
"""

from __future__ import annotations

from typing import Any

from livetui.emulator.answers import Call, Refusal
from livetui.emulator.css.schedule import moment, second
from livetui.emulator.hosting.orders import made_by, ordered, tape_of
from livetui.emulator.hosting.played import page, played, time, value
from livetui.emulator.hosting.state import Hosting
from livetui.emulator.hosting.tapes import Piece, Tape

AT_ONCE = 1
"""task_sub_type."""
_NO_PICTURE = "aac"
_SUFFIXES = {"hls": "m3u8", "aac": "aac", "flv": "flv", "mp4": "mp4"}


@played("Live_Tape_Start", "lvb")
def _start(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Its page has no codes of its own: those of the video service are taken (Error Code List)."""
    form = value("lvb", call, params, "file_format")
    if form == _NO_PICTURE and value("lvb", call, params, "record_type") != "audio":
        raise Refusal("1000", "aac needs record_type audio")
    start, end = (time("lvb", call, params, name) for name in ("start_time", "end_time"))
    at_once = params["task_sub_type"] == AT_ONCE
    tape = ordered(hosting, params["channel_id"], start, end, call.now, at_once=at_once, form=form)
    return {"task_id": tape.id}


@played("Live_Tape_Stop", "lvb")
def _stop(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """A task is found among those of its own kind only: task_sub_type 1 has to be told."""
    tape = tape_of(hosting, params["channel_id"], params["task_id"])
    if tape.at_once != (value("lvb", call, params, "task_sub_type") == AT_ONCE):
        raise Refusal("20327", "The recording task does not exist among those of this kind")
    tape.stop(call.now)
    return {}


@played("Live_Tape_GetFilelist", "lvb")
def _files(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Files that begin in the window."""
    start, end = (time("lvb", call, params, name) for name in ("start_time", "end_time"))
    tapes = [tape for tape in hosting.tapes.all.values() if tape.about == params["channel_id"]]
    found = sorted(
        (
            (piece, tape)
            for tape in tapes
            for piece in made_by(hosting, tape, call.now)
            if (start is None or second(start) <= piece.start) and (end is None or piece.start <= second(end))
        ),
        key=lambda one: (one[0].start, one[0].serial),
        reverse=params.get("sort_type") == "desc",
    )
    return {
        "all_count": len(found),
        "file_list": [_file(hosting, piece, tape) for piece, tape in page("lvb", call, params, found)],
    }


def _file(hosting: Hosting, piece: Piece, tape: Tape) -> dict[str, Any]:
    vid = f"{hosting.bizid}_{piece.video}"
    return {
        "vid": vid,
        "start_time": moment(piece.start),
        "end_time": moment(piece.end),
        "file_id": piece.file,
        "record_file_url": f"http://{hosting.bizid}.vod.example/{vid}.f0.{_SUFFIXES[tape.form]}",
    }


@played("Live_Queue_Get", "lvb")
def _queue(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    messages = hosting.taken(value("lvb", call, params, "count"), call.now)
    return {
        "count": len(messages),
        "data": [
            {"stream_id": message.code, "pic_url": message.picture, "create_time": moment(message.at)}
            for message in messages
        ],
    }
