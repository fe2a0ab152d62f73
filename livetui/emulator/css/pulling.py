"""Pull stream tasks: relays of a live source, of video files or of images, each in a region of its own.

Plays the chapter "Stream Pulling APIs". A task has no failure state; what tells of its health is the time of
its last pull report, given only when that one task is asked for.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from livetui.emulator.account import PUSH_DOMAINS
from livetui.emulator.answers import Call, Refusal, answers
from livetui.emulator.css import shape
from livetui.emulator.css.domains import PUSH

if TYPE_CHECKING:
    from livetui.emulator.account import Account

LIMIT = 20
"""Tasks of one region (`LimitTaskNum`)."""

LONGEST = timedelta(days=7)
REPORTS_EVERY = timedelta(seconds=15)
FILE_LASTS = timedelta(minutes=20)
"""How long every emulated video file plays."""

LIVE, FILES, IMAGES = "PullLivePushLive", "PullVodPushLive", "PullPicPushLive"
PROTOCOLS = ("http", "https", "rtmp", "rtmps", "rtsp", "srt")
EVENTS = (
    "TaskStart",
    "TaskExit",
    "VodSourceFileStart",
    "VodSourceFileFinish",
    "ResetTaskConfig",
    "TaskAlarm",
)
ENABLED, PAUSED = "enable", "pause"


@dataclass
class PullTask:
    """One relay. `said` holds the create call's parameters that a task keeps."""

    id: str
    region: str
    said: dict[str, Any]
    start: datetime
    end: datetime
    created: datetime
    updated: datetime
    created_by: str
    updated_by: str = ""
    status: str = ENABLED
    halted: datetime | None = None
    """Since when it pulls nothing: paused, or in trouble; None while it pulls."""
    file: int = 0
    """Place in SourceUrls where the present play began."""
    offset: int = 0
    """Seconds into that file where it began."""
    began: datetime | None = None
    """When the present play began, if not at `start`."""

    def running(self, now: datetime) -> bool:
        return self.status == ENABLED and self.start <= now < self.end

    def pulling(self, now: datetime) -> bool:
        """Whether its stream is on the air."""
        return self.running(now) and (self.halted is None or self.halted > now)

    def last_pull(self, now: datetime) -> Any:
        """RecentPullInfo, ABSENT for a task that has not pulled yet."""
        began = self.began or self.start
        until = min(when for when in (now, self.end, self.halted) if when is not None)
        if until < began:
            return shape.ABSENT
        reported = until - (until - began) % REPORTS_EVERY
        urls = self.said["SourceUrls"]
        if self.said["SourceType"] != FILES:
            return _pulled(urls[0], int((reported - began).total_seconds()), reported, 0)
        played = reported - began + timedelta(seconds=self.offset) + self.file * FILE_LASTS
        files, rest = divmod(played, FILE_LASTS)
        return _pulled(urls[files % len(urls)], int(rest.total_seconds()), reported, files // len(urls))


def _pulled(url: str, offset: int, reported: datetime, looped: int) -> dict[str, Any]:
    return {"FileUrl": url, "OffsetTime": offset, "ReportTime": reported, "LoopedTimes": looped}


class Pulls:
    """The account's pull tasks in all regions."""

    def __init__(self, account: Account) -> None:
        self._random = account.random("pulling")
        self._ids = count(19_000 + self._random.randrange(900), 3)
        self.tasks: dict[str, PullTask] = {}
        self._seed(account.born + timedelta(days=400))

    def _seed(self, start: datetime) -> None:
        harbor, stadium, campus, market = PUSH_DOMAINS
        plans: tuple[tuple[str, str, str, str, int], ...] = (
            # region, type, domain, stream, minutes it has run (less than 0: minutes until it starts)
            ("ap-singapore", LIVE, harbor, "relay_ferries", 3100),
            ("ap-singapore", LIVE, stadium, "relay_stadium_world", 190),
            ("ap-singapore", FILES, market, "loop_catalogue", 5000),
            ("ap-singapore", FILES, campus, "loop_orientation", 1500),
            ("eu-frankfurt", LIVE, stadium, "relay_stadium_eu", 185),
            ("eu-frankfurt", FILES, harbor, "loop_harbor_nights", 4200),
            ("na-ashburn", LIVE, stadium, "relay_stadium_us", 170),
            ("na-ashburn", LIVE, campus, "relay_convocation", -600),
        )
        for region, kind, domain, stream, age in plans:
            self._plan(start, region, kind, domain, stream, timedelta(minutes=age))
        stale, paused = self.named("relay_stadium_eu"), self.named("loop_orientation")
        stale.halted = start - timedelta(minutes=47, seconds=12)
        paused.status, paused.halted = PAUSED, start - timedelta(hours=5)
        paused.updated, paused.updated_by = paused.halted, "wendy"
        self.named("relay_ferries").said.update(
            BackupSourceType=FILES, BackupSourceUrl="https://media.harbor.example/slate.mp4"
        )

    def _plan(
        self, start: datetime, region: str, kind: str, domain: str, stream: str, age: timedelta
    ) -> None:
        venue = domain.split(".")[1]
        made = start - max(age, timedelta()) - timedelta(minutes=self._random.randrange(10, 90))
        urls = [f"rtmp://origin.{venue}.example/live/{stream}?token={self._random.getrandbits(48):012x}"]
        if kind == FILES:
            urls = [f"https://media.{venue}.example/{stream}/part-{part}.mp4" for part in (1, 2, 3)]
        said = {
            "SourceType": kind,
            "SourceUrls": urls,
            "DomainName": domain,
            "AppName": "live",
            "StreamName": stream,
            "CallbackUrl": f"https://hooks.{venue}.example/pull",
            "CallbackEvents": list(EVENTS),
            "VodLoopTimes": "-1",
            "VodRefreshType": "ContinueBreakPoint" if kind == FILES else "",
            "Comment": f"relay for {venue}",
        }
        task = self.add(region, said, start - age, start - age + timedelta(days=6, hours=12), made, "nadia")
        task.updated = made

    def named(self, stream: str) -> PullTask:
        return next(task for task in self.tasks.values() if task.said["StreamName"] == stream)

    def add(
        self, region: str, said: dict[str, Any], start: datetime, end: datetime, now: datetime, operator: str
    ) -> PullTask:
        task = PullTask(str(next(self._ids)), region, said, start, end, now, now, operator, operator)
        self.tasks[task.id] = task
        return task

    def of(self, region: str | None) -> list[PullTask]:
        """A region's tasks, the last changed first."""
        found = [task for task in self.tasks.values() if task.region == region]
        return sorted(found, key=lambda task: (task.updated, task.id), reverse=True)

    def known(self, region: str | None, id: str) -> PullTask:
        """Raises `InvalidParameter.TaskNotExist` for one that the region has not."""
        task = self.tasks.get(id)
        if task is None or task.region != region:
            raise Refusal("InvalidParameter.TaskNotExist", f"No task {id} in {region}.")
        return task

    def least_loaded(self, regions: Iterable[str]) -> str:
        return min(regions, key=lambda region: (len(self.of(region)), region))


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
    task.said, task.start, task.end = said, start, end
    task.updated, task.updated_by = call.now, params["Operator"]
    _switch(task, params.get("Status", task.status), call.now)
    return {}


def _switch(task: PullTask, status: str, now: datetime) -> None:
    if status == PAUSED and task.status == ENABLED:
        task.halted = min(now, task.halted) if task.halted else now
    elif status == ENABLED and task.status == PAUSED:
        _pull_anew(task, now)
    task.status = status


def _pull_anew(task: PullTask, now: datetime) -> None:
    """The source is opened again, a list of files from its first."""
    task.halted, task.began, task.file, task.offset = None, max(now, task.start), 0, 0


@answers("RestartLivePullStreamTask")
def _restart(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    task = account.tasks.pulls.known(call.region, params["TaskId"])
    if not task.running(call.now):
        raise Refusal("FailedOperation", "The task is not running.")
    _pull_anew(task, call.now)
    task.updated, task.updated_by = call.now, params["Operator"]
    return {}


@answers("DeleteLivePullStreamTask")
def _delete(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    task = account.tasks.pulls.known(call.region, params["TaskId"])
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
