"""Screenshot tasks and the queue (Server API / API Overview, which alone names them)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from livetui.emulator.answers import Call, Refusal
from livetui.emulator.css.schedule import second
from livetui.emulator.hosting.played import channel_of, page, played, time, value
from livetui.emulator.hosting.shots import Shot
from livetui.emulator.hosting.state import Hosting
from livetui.emulator.hosting.tapes import COMPLETED, FAILED, NOT_STARTED, RUNNING

BEGINS_AFTER = timedelta(minutes=2)
LASTS = timedelta(days=1)
"""What a task does for which no times were given."""


@played("CreateLVBShot", "channel")
def _create(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = channel_of(hosting, params["channelId"])
    now = call.now.replace(microsecond=0)
    start = time("channel", call, params, "startTime") or now + BEGINS_AFTER
    end = time("channel", call, params, "endTime") or start + LASTS
    if end <= start:
        raise Refusal("1000", "endTime lies before the start")
    return {"task_id": hosting.shots.add(channel.id, start, end).id}


@played("StopLVBShot", "channel")
def _stop(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Nothing happens to a task that is over."""
    _end(_shot_of(hosting, params), call.now)
    return {}


@played("DeleteLVBShot", "channel")
def _delete(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """A running task ends as well."""
    shot = _shot_of(hosting, params)
    _end(shot, call.now)
    shot.deleted = True
    return {}


@played("DescribeLVBShotList", "channel")
def _list(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    shots = hosting.shots.of(channel_of(hosting, params["channelId"]).id)
    return {
        "totalCount": len(shots),
        "taskSet": [_task(hosting, shot, call.now) for shot in page("channel", call, params, shots)],
    }


@played("DescribeQueueLog", "channel")
def _queue(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    number = value("channel", call, params, "count")
    return {
        "data": [
            {"stream_id": message.code, "pic_url": message.picture}
            for message in hosting.taken(number, call.now)
        ]
    }


def _shot_of(hosting: Hosting, params: dict[str, Any]) -> Shot:
    channel = channel_of(hosting, params["channelId"])
    shot = hosting.shots.find(channel.id, params["taskId"])
    if shot is None:
        raise Refusal("20328", "Screen cap task does not exist")
    return shot


def _end(shot: Shot, now: datetime) -> None:
    if now < shot.ends():
        shot.stopped = now.replace(microsecond=0)


def _task(hosting: Hosting, shot: Shot, now: datetime) -> dict[str, Any]:
    """Its times are those of its first and its last screenshot, from its start on."""
    start, end = second(shot.start), min(second(shot.ends()), second(now) + 1)
    taken = shot.moments(hosting.pushes(shot.channel, start, end)) if start < end else []
    return {
        "id": shot.id,
        "startTime": taken[0] - start if taken else 0,
        "endTime": taken[-1] - start if taken else 0,
        "status": _status(shot, now, taken),
    }


def _status(shot: Shot, now: datetime, taken: list[int]) -> int:
    if now < shot.start and now < shot.ends():
        return NOT_STARTED
    if now < shot.ends():
        return RUNNING
    return COMPLETED if taken else FAILED
