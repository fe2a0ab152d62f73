"""Pull tasks of all regions: what each pulls, what it pushes and how its last pull went.

A task has no failure state; what tells of its health is the time of its last pull report.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from livetui.emulator import shape
from livetui.emulator.account import PUSH_DOMAINS
from livetui.emulator.answers import Refusal
from livetui.emulator.css.relays import Play
from livetui.emulator.css.roster import Key
from livetui.emulator.css.schedule import second

if TYPE_CHECKING:
    from livetui.emulator.account import Account

LIMIT = 20
"""Tasks of one region (`LimitTaskNum`)."""

REPORTS_EVERY = timedelta(seconds=15)
FILE_LASTS = timedelta(minutes=20)
"""How long every emulated video file plays."""

LIVE, FILES, IMAGES = "PullLivePushLive", "PullVodPushLive", "PullPicPushLive"
EVENTS = (
    "TaskStart",
    "TaskExit",
    "VodSourceFileStart",
    "VodSourceFileFinish",
    "ResetTaskConfig",
    "TaskAlarm",
)
ENABLED, PAUSED = "enable", "pause"

ENDED, SOURCE_LOST = "pull task ended", "pull task got nothing from its source"
PAUSED_BY, DELETED, RESTARTED, CHANGED = (
    f"pull task {what}" for what in ("paused", "deleted", "restarted", "changed")
)
"""What the events of a task's stream give as the cause."""


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
    play: Play | None = None
    """What it pushes to the account, last or next; None when it pushes elsewhere."""

    @property
    def key(self) -> Key | None:
        """The stream it pushes; None for one that is not the account's (ToUrl)."""
        domain, app, stream = (self.said[name] for name in ("DomainName", "AppName", "StreamName"))
        return Key(domain, app, stream) if domain else None

    def running(self, now: datetime) -> bool:
        return self.status == ENABLED and self.start <= now < self.end

    def finish(self) -> datetime:
        """When it has nothing more to push: at its end, or when its files are through."""
        loops = int(self.said["VodLoopTimes"])
        if self.said["SourceType"] != FILES or loops < 0:
            return self.end
        left = (loops + 1) * len(self.said["SourceUrls"]) - self.file
        through = (self.began or self.start) + left * FILE_LASTS - timedelta(seconds=self.offset)
        return min(self.end, through)

    def last_pull(self, now: datetime) -> Any:
        """RecentPullInfo, ABSENT for a task that has not pulled yet."""
        began = self.began or self.start
        until = min(when for when in (now, self.finish(), self.halted) if when is not None)
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
        for task in self.tasks.values():
            if task.key is not None:
                cause = {stale.id: SOURCE_LOST, paused.id: PAUSED_BY}.get(task.id, ENDED)
                task.play = Play(task.key, second(task.start), second(task.halted or task.finish()), cause)

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

    def plays(self) -> list[Play]:
        """What the tasks push."""
        return [task.play for task in self.tasks.values() if task.play is not None]

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
