"""Recording tasks and their files (Server API: Create, End, Delete Recording Task and the three queries)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from livetui.emulator.answers import Call
from livetui.emulator.css.schedule import second
from livetui.emulator.hosting.orders import made_by, ordered, tape_of
from livetui.emulator.hosting.played import channel_of, page, played, time
from livetui.emulator.hosting.state import Hosting
from livetui.emulator.hosting.tapes import KEPT, Piece, Tape, named

AT_ONCE = 1
"""tapeType."""


@played("CreateRecord", "channel")
def _create(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = channel_of(hosting, params["channelId"])
    start, end = (time("channel", call, params, name) for name in ("startTime", "endTime"))
    at_once = params["tapeType"] == AT_ONCE
    return {"task_id": ordered(hosting, channel.id, start, end, call.now, at_once=at_once).id}


@played("StopRecord", "channel")
def _stop(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Nothing happens to a task that is over."""
    _tape_of(hosting, params).stop(call.now)
    return {}


@played("DeleteRecord", "channel")
def _delete(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """A running task ends as well: nothing could end it later. Its files stay, they are VOD's."""
    tape = _tape_of(hosting, params)
    tape.stop(call.now)
    tape.deleted = True
    return {}


@played("DescribeRecordList", "channel")
def _list(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = channel_of(hosting, params["channelId"])
    tapes = [tape for tape in hosting.tapes.of(channel.id) if tape.ends() >= call.now - KEPT]
    return {
        "totalCount": len(tapes),
        "taskSet": [_task(hosting, tape, call.now) for tape in page("channel", call, params, tapes)],
    }


@played("DescribeRecord", "channel")
def _pieces(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    tape = _tape_of(hosting, params)
    title = hosting.channels[tape.about].name
    pieces = made_by(hosting, tape, call.now)
    return {
        "totalCount": len(pieces),
        "fileSet": [_file(title, piece) for piece in page("channel", call, params, pieces)],
    }


@played("GetVodRecordFiles", "channel")
def _files(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Files that begin in the window; those of deleted tasks are there as well."""
    channel = channel_of(hosting, params["channelId"])
    start, end = (time("channel", call, params, name) for name in ("startTime", "endTime"))
    first = second(max(start or call.now, call.now - KEPT))
    last = second(end or call.now)
    tapes = [tape for tape in hosting.tapes.all.values() if tape.about == channel.id]
    pieces = sorted(
        (
            piece
            for tape in tapes
            for piece in made_by(hosting, tape, call.now)
            if first <= piece.start <= last
        ),
        key=lambda piece: (piece.start, piece.serial),
    )
    return {
        "totalCount": len(pieces),
        "filesInfo": [
            _file(channel.name, piece) | {"taskId": piece.task, "reportMessage": None}
            for piece in page("channel", call, params, pieces)
        ],
    }


def _tape_of(hosting: Hosting, params: dict[str, Any]) -> Tape:
    channel = channel_of(hosting, params["channelId"])
    return tape_of(hosting, channel.id, params["taskId"])


def _task(hosting: Hosting, tape: Tape, now: datetime) -> dict[str, Any]:
    pieces = made_by(hosting, tape, now)
    return {
        "id": tape.id,
        "startTime": pieces[0].offset if pieces else 0,
        "endTime": pieces[-1].offset + pieces[-1].length if pieces else 0,
        "status": tape.status(pieces, now),
        "count": len(pieces),
    }


def _file(title: str, piece: Piece) -> dict[str, Any]:
    return {
        "fileId": piece.file,
        "fileName": named(title, piece),
        "startTime": piece.offset,
        "endTime": piece.offset + piece.length,
    }
