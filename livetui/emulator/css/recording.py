"""Recordings with a begin and an end: record tasks by region, and the three disused record actions.

Plays the task half of "Recording Management APIs". A task that is deleted is gone from the list, and what it
records goes on until its end; a task that is stopped stays on the list and records no more.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from livetui.emulator import shape
from livetui.emulator.account import PUSH_DOMAINS
from livetui.emulator.answers import Call, Refusal, answers
from livetui.emulator.css.domains import PUSH

if TYPE_CHECKING:
    from livetui.emulator.account import Account

LONGEST = timedelta(hours=24)
AHEAD = timedelta(days=6)
"""How far ahead a task may begin."""
KEPT = timedelta(days=90)
WIDEST = timedelta(days=7)
"""The longest span of one query."""
AT_ONCE = 3
"""Tasks of one stream whose times may overlap."""
PAGE = 20
HIGHLIGHT = timedelta(minutes=30)
"""How long a recording begun at once may last, in the disused actions."""

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass
class Span:
    """Something done to one stream between two times."""

    id: str
    domain: str
    app: str
    stream: str
    start: datetime
    end: datetime
    region: str = ""
    template: int = 0
    """0 for none or one that is not there: HLS, kept for ever."""
    stopped: datetime | None = None

    def ends(self) -> datetime:
        return min(self.end, self.stopped) if self.stopped else self.end

    def running(self, now: datetime) -> bool:
        return self.start <= now < self.ends()

    def overlaps(self, other: Span) -> bool:
        same = (self.domain, self.app, self.stream) == (other.domain, other.app, other.stream)
        return same and self.start < other.ends() and other.start < self.ends()


class Recordings:
    """Record tasks of all regions, and those that the disused actions made."""

    def __init__(self, account: Account) -> None:
        self._random = account.random("recording")
        self._numbers = count(7_100 + self._random.randrange(500))
        self.tasks: dict[str, Span] = {}
        self.orphans: list[Span] = []
        """Running when they were deleted, recording on."""
        self.disused: dict[int, Span] = {}
        self._seed(account.born + timedelta(days=400))

    def _seed(self, start: datetime) -> None:
        harbor, stadium, campus, _market = PUSH_DOMAINS
        hour = timedelta(hours=1)
        for day in range(1, 9):
            for stream, length in (("pier-04", 8), ("crane-02", 6), ("harbor-cam-07", 3)):
                begun = start - timedelta(days=day) + hour
                self._plan("ap-singapore", harbor, stream, begun, begun + length * hour)
        now_on = (
            ("ap-singapore", stadium, "match-01-main", -1.5, 2.0),
            ("ap-singapore", harbor, "harbor-cam-07", -3.0, 5.0),
            ("eu-frankfurt", stadium, "match-01-backup", -1.5, 2.0),
            ("eu-frankfurt", campus, "lecture-hall-3", -0.5, 1.0),
        )
        to_come = (
            ("ap-singapore", stadium, "match-02-main", 4.0, 6.5),
            ("ap-singapore", harbor, "pier-04", 21.0, 29.0),
            ("eu-frankfurt", campus, "lecture-hall-3", 46.0, 48.0),
        )
        for region, domain, stream, begin, end in (*now_on, *to_come):
            self._plan(region, domain, stream, start + begin * hour, start + end * hour)
        for day in (1, 2, 5):
            begun = start - timedelta(days=day, hours=2)
            self._plan("eu-frankfurt", campus, "auditorium-3", begun, begun + 2 * hour)
        early = self._plan(
            "eu-frankfurt", stadium, "match-03-goal-line", start - 30 * hour, start - 26 * hour
        )
        early.stopped = start - 28 * hour

    def _plan(self, region: str, domain: str, stream: str, begin: datetime, end: datetime) -> Span:
        return self.add(Span(self.new_id(), domain, "live", stream, begin, end, region))

    def new_id(self) -> str:
        return "".join(self._random.choice(_ALPHABET) for _ in range(58))

    def new_number(self) -> int:
        return next(self._numbers)

    def add(self, span: Span) -> Span:
        self.tasks[span.id] = span
        return span

    def known(self, region: str | None, id: str) -> Span:
        """Raises `InvalidParameter` for a task that the region has not."""
        span = self.tasks.get(id)
        if span is None or span.region != region:
            raise Refusal("InvalidParameter", f"No record task {id} in {region}.")
        return span

    def remove(self, span: Span, now: datetime) -> None:
        del self.tasks[span.id]
        if span.running(now):
            self.orphans.append(span)

    def running(self, now: datetime) -> list[Span]:
        """Everything that records now, deleted tasks among it."""
        spans = (*self.tasks.values(), *self.orphans, *self.disused.values())
        return [span for span in spans if span.running(now)]


def refuse_fourth(wanted: Span, others: list[Span]) -> None:
    """A stream has at most three tasks of a kind whose times overlap."""
    if sum(wanted.overlaps(other) for other in others) >= AT_ONCE:
        raise Refusal(
            "LimitExceeded.MaximumRunningTask", f"{AT_ONCE} tasks of the stream at that time already."
        )


def span_asked(account: Account, call: Call, params: Mapping[str, Any], id: str) -> Span:
    """The span that CreateRecordTask or CreateScreenshotTask asks for. Raises where it cannot be."""
    start = shape.time_of(account.catalogue, call.action, params, "StartTime") or call.now
    end = shape.time_of(account.catalogue, call.action, params, "EndTime") or call.now
    account.domains.require(params["DomainName"], PUSH)
    if end <= start or end <= call.now:
        raise Refusal("InvalidParameter", "EndTime lies behind StartTime and ahead of now.")
    # Without a StartTime, now is when the request arrives, some time after the caller read his clock.
    leeway = timedelta(0) if params.get("StartTime") else timedelta(minutes=5)
    if end - start > LONGEST + leeway:
        raise Refusal("InvalidParameter", "EndTime lies at most 24 hours behind StartTime.")
    if start - call.now > AHEAD:
        raise Refusal("InvalidParameter", "StartTime lies at most 6 days ahead.")
    return Span(
        id, params["DomainName"], params["AppName"], params["StreamName"], start, end, call.region or ""
    )


@answers("CreateRecordTask")
def _create(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    recordings = account.tasks.recordings
    span = span_asked(account, call, params, recordings.new_id())
    refuse_fourth(span, list(recordings.tasks.values()))
    template = params.get("TemplateId", 0)
    span.template = template if template in account.families.record.templates else 0
    recordings.add(span)
    return shape.reply(account.catalogue, call.action, {"TaskId": span.id})


@answers("StopRecordTask")
def _stop(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    span = account.tasks.recordings.known(call.region, params["TaskId"])
    if not span.running(call.now):
        raise Refusal("UnsupportedOperation", "The task is not running.")
    span.stopped = call.now
    return {}


@answers("DeleteRecordTask")
def _delete(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    recordings = account.tasks.recordings
    recordings.remove(recordings.known(call.region, params["TaskId"]), call.now)
    return {}


@answers("DescribeRecordTask")
def _describe(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Only tasks that lie within the span as a whole."""
    low, high = _query_span(account, call, params)
    last = _unscrolled(params.get("ScrollToken", ""))
    found = sorted(
        (
            span
            for span in account.tasks.recordings.tasks.values()
            if span.region == call.region
            and low <= span.start
            and span.end <= high
            and span.end > call.now - KEPT
            and params.get("StreamName") in (None, "", span.stream)
            and params.get("DomainName") in (None, "", span.domain)
            and params.get("AppName") in (None, "", span.app)
            and _place(span) > last
        ),
        key=_place,
    )
    token = _scrolled(found[PAGE - 1]) if len(found) > PAGE else ""
    data = {"ScrollToken": token, "TaskList": [_row(span) for span in found[:PAGE]]}
    return shape.reply(account.catalogue, call.action, data)


def _query_span(account: Account, call: Call, params: Mapping[str, Any]) -> tuple[datetime, datetime]:
    low = shape.time_of(account.catalogue, call.action, params, "StartTime") or call.now
    high = shape.time_of(account.catalogue, call.action, params, "EndTime") or call.now
    if low >= high or high - low > WIDEST:
        raise Refusal("InvalidParameter", "The span ends behind its begin, a week later at most.")
    if call.now - low > KEPT + timedelta(minutes=5):
        raise Refusal("InvalidParameter", "The span begins at most 90 days ago.")
    return low, high


def _place(span: Span) -> tuple[float, str]:
    return span.start.timestamp(), span.id


def _scrolled(span: Span) -> str:
    """A token that names the last record sent, so that what comes and goes elsewhere moves nothing."""
    start, id = _place(span)
    return base64.urlsafe_b64encode(f"{start:.6f} {id}".encode()).decode()


def _unscrolled(token: str) -> tuple[float, str]:
    if not token:
        return 0.0, ""
    try:
        start, _, id = base64.urlsafe_b64decode(token).decode().partition(" ")
        return float(start), id
    except (binascii.Error, ValueError):
        raise Refusal("InvalidParameter", "The ScrollToken is none of ours.") from None


def _row(span: Span) -> dict[str, Any]:
    return {
        "TaskId": span.id,
        "DomainName": span.domain,
        "AppName": span.app,
        "StreamName": span.stream,
        "StartTime": span.start,
        "EndTime": span.end,
        "TemplateId": span.template,
        "Stopped": span.stopped or 0,
    }


# The disused actions: no page tells of them, the SDK's models do.


@answers("CreateLiveRecord")
def _create_disused(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    recordings = account.tasks.recordings
    start = shape.time_of(account.catalogue, call.action, params, "StartTime")
    end = shape.time_of(account.catalogue, call.action, params, "EndTime")
    if params.get("Highlight", 0):
        limit = call.now + HIGHLIGHT
        start, end = call.now, end if end is not None and call.now < end <= limit else limit
    elif start is None or end is None:
        raise Refusal("MissingParameter", "A timed recording needs StartTime and EndTime.")
    elif end <= start or end <= call.now:
        raise Refusal("InvalidParameter", "EndTime lies behind StartTime and ahead of now.")
    number = recordings.new_number()
    domain, app = params.get("DomainName", ""), params.get("AppName", "live")
    recordings.disused[number] = Span(str(number), domain, app, params["StreamName"], start, end)
    return shape.reply(account.catalogue, call.action, {"TaskId": number})


@answers("StopLiveRecord")
def _stop_disused(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    span = _known_disused(account, params)
    if not span.running(call.now):
        raise Refusal("InvalidParameter", "The recording is not running.")
    span.stopped = call.now
    return {}


@answers("DeleteLiveRecord")
def _delete_disused(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
    span = _known_disused(account, params)
    del account.tasks.recordings.disused[params["TaskId"]]
    if span.running(call.now):
        account.tasks.recordings.orphans.append(span)
    return {}


def _known_disused(account: Account, params: Mapping[str, Any]) -> Span:
    span = account.tasks.recordings.disused.get(params["TaskId"])
    if span is None or span.stream != params["StreamName"]:
        raise Refusal("ResourceNotFound.TaskId", "No such recording of that stream.")
    return span
