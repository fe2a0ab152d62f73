"""Pull stream tasks: relays of a live source, of video files or of images, each in a region of its own.

Plays the chapter "Stream Pulling APIs". Whatever is done to a task is done to the stream it pushes.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from livetui.emulator import shape
from livetui.emulator.answers import Call, Refusal, answers
from livetui.emulator.css.domains import PUSH
from livetui.emulator.css.pull_tasks import (
    CHANGED,
    DELETED,
    ENABLED,
    ENDED,
    EVENTS,
    LIMIT,
    LIVE,
    PAUSED,
    PAUSED_BY,
    RESTARTED,
    PullTask,
)
from livetui.emulator.css.schedule import second

if TYPE_CHECKING:
    from livetui.emulator.account import Account

PROTOCOLS = ("http", "https", "rtmp", "rtmps", "rtsp", "srt")

LONGEST = timedelta(days=7)
"""From begin to end."""


@answers("CreateLivePullStreamTask")
def _create(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    said = shape.made(account.catalogue, call.action, params)
    start, end = _times(account, call, params, None)
    _refuse_bad_sources(said)
    _refuse_bad_target(account, said)
    pulls, region = account.tasks.pulls, call.region or ""
    if "ignore_region" in said["ExtraCmd"]:
        region = pulls.least_loaded(account.catalogue.action(call.action).regions)
    if len(pulls.of(region)) >= LIMIT:
        raise Refusal(
            "InvalidParameter.TaskNumMoreThanLimit", f"{region} has {LIMIT} tasks, the most there may be."
        )
    said["CallbackEvents"] = said["CallbackEvents"] or list(EVENTS)
    task = pulls.add(region, said, start, end, call.now, params["Operator"])
    _push_anew(account, task, "", call.now)
    return shape.reply(account.catalogue, call.action, {"TaskId": task.id})


@answers("ModifyLivePullStreamTask")
def _modify(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    task = account.tasks.pulls.known(call.region, params["TaskId"])
    start, end = task.start, task.end
    if "StartTime" in params or "EndTime" in params:
        start, end = _times(account, call, params, task)
    said = shape.changed(account.catalogue, call.action, task.said, params)
    said["CallbackEvents"] = said["CallbackEvents"] or list(EVENTS)
    _refuse_bad_sources(said)
    if params.get("FileIndex", 1) > len(said["SourceUrls"]):
        raise Refusal("InvalidParameter", "FileIndex lies beyond the last of SourceUrls.")
    if "OffsetTime" in params and "FileIndex" not in params:
        raise Refusal("InvalidParameter", "OffsetTime needs FileIndex.")
    if "FileIndex" in params:
        task.file, task.offset = params["FileIndex"] - 1, params.get("OffsetTime", 0)
        task.began = max(call.now, start)
    another_source = said["SourceType"] == LIVE and said["SourceUrls"] != task.said["SourceUrls"]
    if start > call.now and task.status == ENABLED:
        task.began = task.halted = None
    task.said, task.start, task.end = said, start, end
    task.updated, task.updated_by = call.now, params["Operator"]
    _switch(account, task, params.get("Status", task.status), another_source, call.now)
    return {}


def _switch(account: Account, task: PullTask, status: str, another_source: bool, now: datetime) -> None:
    """Brings what the task pushes in line with what it was told."""
    before, task.status = task.status, status
    if status == PAUSED:
        if before == ENABLED:
            task.halted = min(now, task.halted) if task.halted else now
        _push_no_more(account, task, PAUSED_BY, now)
    elif before == PAUSED or another_source:
        _pull_anew(task, now)
        _push_anew(account, task, CHANGED, now)
    elif task.halted is None:
        _push_on(account, task, now)


def _pull_anew(task: PullTask, now: datetime) -> None:
    """The source is opened again, a list of files from its first."""
    task.halted, task.began, task.file, task.offset = None, max(now, task.start), 0, 0


def _push_on(account: Account, task: PullTask, now: datetime) -> None:
    """A push that is on the air goes on if it may, to what may be another end."""
    play = task.play
    if play is not None and play.start <= second(now) < play.end and task.start <= now:
        account.streams.prolong(play, second(task.finish()), now)
    else:
        _push_anew(account, task, CHANGED, now)


def _push_anew(account: Account, task: PullTask, cause: str, now: datetime) -> None:
    """Ends the push there is, for that cause, and plans the next."""
    _push_no_more(account, task, cause, now)
    if task.key is not None:
        finish = second(task.finish())
        task.play = account.streams.begin(task.key, second(task.start), finish, ENDED, now)


def _push_no_more(account: Account, task: PullTask, cause: str, now: datetime) -> None:
    if task.play is not None:
        account.streams.cut(task.play, cause, now)


@answers("RestartLivePullStreamTask")
def _restart(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    task = account.tasks.pulls.known(call.region, params["TaskId"])
    if not task.running(call.now):
        raise Refusal("FailedOperation", "The task is not running.")
    _pull_anew(task, call.now)
    _push_anew(account, task, RESTARTED, call.now)
    task.updated, task.updated_by = call.now, params["Operator"]
    return {}


@answers("DeleteLivePullStreamTask")
def _delete(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    task = account.tasks.pulls.known(call.region, params["TaskId"])
    _push_no_more(account, task, DELETED, call.now)
    del account.tasks.pulls.tasks[task.id]
    return {}


@answers("DescribeLivePullStreamTasks")
def _describe(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    found = account.tasks.pulls.of(call.region)
    alone = bool(params.get("TaskId"))
    if alone:
        found = [task for task in found if task.id == params["TaskId"]]
    size, page = params.get("PageSize", 10), params.get("PageNum", 1)
    data = {
        "TaskInfos": [_row(task, call.now, alone) for task in found[(page - 1) * size : page * size]],
        "PageNum": page,
        "PageSize": size,
        "TotalNum": len(found),
        "TotalPage": -(-len(found) // size),
        "LimitTaskNum": LIMIT,
    }
    return shape.reply(account.catalogue, call.action, data)


def _row(task: PullTask, now: datetime, alone: bool) -> dict[str, Any]:
    return {
        **task.said,
        "TaskId": task.id,
        "StartTime": task.start,
        "EndTime": task.end,
        "Region": task.region,
        "VodLoopTimes": int(task.said["VodLoopTimes"]),
        "CreateTime": task.created,
        "UpdateTime": task.updated,
        "CreateBy": task.created_by,
        "UpdateBy": task.updated_by,
        "Status": task.status,
        "RecentPullInfo": task.last_pull(now) if alone else shape.ABSENT,
    }


# What a task may be.


def _times(
    account: Account, call: Call, params: Mapping[str, Any], task: PullTask | None
) -> tuple[datetime, datetime]:
    """Begin and end, those of the task where they are not sent."""
    start = shape.time_of(account.catalogue, call.action, params, "StartTime")
    end = shape.time_of(account.catalogue, call.action, params, "EndTime")
    if task is not None:
        start, end = start or task.start, end or task.end
    if start is None or end is None:
        raise Refusal("InvalidParameter.InvalidTaskTime", "A task needs a begin and an end.")
    if not start < end or end <= call.now or end - start > LONGEST:
        raise Refusal(
            "InvalidParameter.InvalidTaskTime", "The end lies ahead, at most 7 days behind the begin."
        )
    return start, end


def _refuse_bad_sources(said: Mapping[str, Any]) -> None:
    kind, urls = said["SourceType"], said["SourceUrls"]
    if not urls or (kind == LIVE and len(urls) > 1) or len(urls) > 30:
        raise Refusal("InvalidParameter.InvalidSourceUrl", "One URL for a live source, at most 30 for files.")
    backups = [said["BackupSourceUrl"]] if said.get("BackupSourceUrl") else []
    if not all(_pullable(url) for url in (*urls, *backups)):
        raise Refusal("InvalidParameter.InvalidSourceUrl", "A source URL cannot be pulled from.")
    if kind != LIVE and (backups or said.get("BackupSourceType")):
        raise Refusal("InvalidParameter", "Only a live source can have a backup.")
    if bool(backups) != bool(said.get("BackupSourceType")):
        raise Refusal("InvalidParameter", "A backup source's type and URL go together.")
    callback = urlsplit(said.get("CallbackUrl") or "http://none.example")
    if callback.scheme not in ("http", "https") or not callback.hostname:
        raise Refusal("InvalidParameter.InvalidCallbackUrl", "The callback URL is malformed.")
    if len(said.get("WatermarkList") or ()) > 4:
        raise Refusal("InvalidParameter.InvalidWatermark", "At most 4 watermarks.")


def _pullable(url: str) -> bool:
    """Of a known protocol, with a host that is not on a private network."""
    parts = urlsplit(url)
    if parts.scheme not in PROTOCOLS or not parts.hostname:
        return False
    try:
        return not ipaddress.ip_address(parts.hostname).is_private
    except ValueError:
        return parts.hostname != "localhost"


def _refuse_bad_target(account: Account, said: Mapping[str, Any]) -> None:
    named = [said[name] for name in ("DomainName", "AppName", "StreamName")]
    if said["ToUrl"]:
        if any(named) or urlsplit(said["ToUrl"]).scheme not in ("rtmp", "rtmps"):
            raise Refusal(
                "InvalidParameter.InvalidToUrl", "With ToUrl, domain, app and stream are sent empty."
            )
        return
    if not all(named):
        raise Refusal("InvalidParameter", "Domain, app and stream, or ToUrl, tell where to push.")
    account.domains.require(said["DomainName"], PUSH)
