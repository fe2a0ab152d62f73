"""Emulated channel hosting: recording tasks and their files, screenshot tasks and the queue."""

from datetime import timedelta
from typing import Any

import pytest
from tenant import Tenant

from livetui.catalogue.times import to_wire


@pytest.fixture
def channel() -> Tenant:
    return Tenant("channel")


@pytest.fixture
def live(channel: Tenant) -> str:
    return _named(channel, "Campus choir")


def _named(channel: Tenant, name: str) -> str:
    rows = channel("DescribeLVBChannelList", pageSize=100)["channelSet"]
    ident: str = next(row["channel_id"] for row in rows if row["channel_name"] == name)
    return ident


def when(channel: Tenant, minutes: float) -> str:
    return str(to_wire("beijing", channel.now + timedelta(minutes=minutes)))


def record(channel: Tenant, ident: str, start: float, end: float, kind: int) -> str:
    span = {"startTime": when(channel, start), "endTime": when(channel, end)}
    task: str = channel("CreateRecord", channelId=ident, tapeType=kind, **span)["task_id"]
    return task


def tasks(channel: Tenant, ident: str) -> dict[str, dict[str, Any]]:
    rows = channel("DescribeRecordList", channelId=ident, pageSize=100)["taskSet"]
    return {row["id"]: row for row in rows}


def pieces(channel: Tenant, ident: str, task: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = channel("DescribeRecord", channelId=ident, taskId=task, pageSize=100)[
        "fileSet"
    ]
    return rows


def files(channel: Tenant, ident: str, minutes: float = -60 * 48, **more: Any) -> list[dict[str, Any]]:
    asked = {"channelId": ident, "startTime": when(channel, minutes), "pageSize": 100} | more
    rows: list[dict[str, Any]] = channel("GetVodRecordFiles", **asked)["filesInfo"]
    return rows


def test_there_is_a_task_of_every_status(channel: Tenant) -> None:
    idents = [row["channel_id"] for row in channel("DescribeLVBChannelList", pageSize=100)["channelSet"]]
    assert {row["status"] for ident in idents for row in tasks(channel, ident).values()} == {0, 1, 2, 3}


def test_a_task_goes_through_its_statuses(channel: Tenant, live: str) -> None:
    task = record(channel, live, 10, 50, 0)
    assert tasks(channel, live)[task]["status"] == 0
    channel.advance(11 * 60)
    assert tasks(channel, live)[task]["status"] == 1
    channel.advance(45 * 60)
    told = tasks(channel, live)[task]
    assert (told["status"], told["count"]) == (2, 2)
    assert (told["endTime"] - told["startTime"]) == pytest.approx(40 * 60, abs=10)


def test_a_task_of_a_silent_channel_ends_in_an_exception(channel: Tenant) -> None:
    silent = _named(channel, "Ferry timetable")
    task = record(channel, silent, 1, 5, 0)
    channel.advance(600)
    assert tasks(channel, silent)[task]["status"] == 3
    assert pieces(channel, silent, task) == []


def test_at_once_the_start_may_be_left_out(channel: Tenant, live: str) -> None:
    task = channel("CreateRecord", channelId=live, tapeType=1, endTime=when(channel, 120))["task_id"]
    channel.advance(31 * 60)
    told = tasks(channel, live)[task]
    assert (told["status"], told["count"]) == (2, 1)
    assert told["endTime"] <= 30 * 60


def test_what_a_recording_is_refused_for(channel: Tenant, live: str) -> None:
    silent = _named(channel, "Ferry timetable")
    end = when(channel, 10)
    channel.refused("20320", "CreateRecord", channelId=silent, tapeType=1, endTime=end)
    over = when(channel, -1)
    channel.refused("20323", "CreateRecord", channelId=live, tapeType=1, endTime=over)
    record(channel, live, 10, 50, 0)
    span = {"startTime": when(channel, 49), "endTime": when(channel, 80)}
    channel.refused("20322", "CreateRecord", channelId=live, tapeType=0, **span)
    record(channel, live, 50, 80, 0)


def test_a_stopped_task_keeps_what_it_has(channel: Tenant, live: str) -> None:
    task = record(channel, live, 0, 20, 1)
    channel.advance(300)
    channel("StopRecord", channelId=live, taskId=task)
    channel("StopRecord", channelId=live, taskId=task)
    channel.advance(60)
    assert tasks(channel, live)[task]["status"] == 2
    (piece,) = pieces(channel, live, task)
    assert piece["endTime"] <= 300


def test_a_stopped_task_that_had_not_begun_makes_room(channel: Tenant, live: str) -> None:
    task = record(channel, live, 10, 50, 0)
    channel("StopRecord", channelId=live, taskId=task)
    assert tasks(channel, live)[task]["status"] == 3
    record(channel, live, 10, 50, 0)


def test_a_deleted_task_leaves_its_files(channel: Tenant, live: str) -> None:
    task = record(channel, live, 0, 20, 1)
    channel.advance(300)
    channel("DeleteRecord", channelId=live, taskId=task)
    channel.advance(60)
    assert task not in tasks(channel, live)
    assert [row["taskId"] for row in files(channel, live)] == [task]
    for action in ("StopRecord", "DeleteRecord", "DescribeRecord"):
        channel.refused("20327", action, channelId=live, taskId=task)


def test_a_break_of_the_stream_ends_a_file(channel: Tenant, live: str) -> None:
    task = record(channel, live, 0, 25, 1)
    channel.advance(300)
    channel("StopLVBChannel", lacks=("detail",), channelIds=[live])
    channel.advance(300)
    channel("StartLVBChannel", lacks=("detail",), channelIds=[live])
    channel.advance(30 * 60)
    first, second = pieces(channel, live, task)
    assert first["endTime"] <= 300
    assert second["startTime"] >= 600


def test_files_are_those_of_the_tasks(channel: Tenant) -> None:
    harbor = _named(channel, "Harbor open day")
    of_tasks = [piece for task in tasks(channel, harbor) for piece in pieces(channel, harbor, task)]
    found = files(channel, harbor)
    assert {row["fileId"] for row in found} == {row["fileId"] for row in of_tasks}
    assert all(row["endTime"] - row["startTime"] <= 1800 for row in found)
    assert all(row["fileName"].startswith("LVB-Harbor open day-2026") for row in found)
    assert any(int(row["fileId"]) > 2**63 for row in found)
    assert len(files(channel, harbor, -120)) < len(found)
    assert files(channel, harbor, endTime=when(channel, -60 * 20))[-1] in found
    assert (
        len(channel("GetVodRecordFiles", channelId=harbor, startTime=when(channel, -2880))["filesInfo"]) > 1
    )


def test_two_months_back_and_no_further(channel: Tenant) -> None:
    harbor = _named(channel, "Harbor open day")
    assert files(channel, harbor)
    channel.advance(63 * 86400)
    assert files(channel, harbor, -60 * 24 * 80) == []
    assert tasks(channel, harbor) == {}


def shots(channel: Tenant, ident: str) -> dict[str, dict[str, Any]]:
    rows = channel("DescribeLVBShotList", channelId=ident, pageSize=100)["taskSet"]
    return {row["id"]: row for row in rows}


def test_a_screenshot_task_begins_in_two_minutes_and_lasts_a_day(channel: Tenant, live: str) -> None:
    task = channel("CreateLVBShot", channelId=live)["task_id"]
    channel.advance(110)
    assert shots(channel, live)[task]["status"] == 0
    channel.advance(30)
    assert shots(channel, live)[task]["status"] == 1
    channel.advance(86400)
    assert shots(channel, live)[task]["status"] == 2


def test_screenshots_stop(channel: Tenant, live: str) -> None:
    channel("DescribeQueueLog", bid=100, count=100)
    span = {"startTime": when(channel, 0), "endTime": when(channel, 60)}
    task = channel("CreateLVBShot", channelId=live, **span)["task_id"]
    channel.advance(60)
    channel("StopLVBShot", channelId=live, taskId=task)
    channel.advance(60)
    told = shots(channel, live)[task]
    assert (told["status"], told["endTime"]) == (2, 50)
    code = channel.account.hosting.channels[live].code
    mine = [
        row for row in channel("DescribeQueueLog", bid=100, count=100)["data"] if row["stream_id"] == code
    ]
    assert len(mine) == 6
    channel("DeleteLVBShot", channelId=live, taskId=task)
    assert task not in shots(channel, live)
    for action in ("StopLVBShot", "DeleteLVBShot"):
        channel.refused("20328", action, channelId=live, taskId=task)


def test_screenshots_of_a_silent_channel(channel: Tenant) -> None:
    silent = _named(channel, "Ferry timetable")
    span = {"startTime": when(channel, 0), "endTime": when(channel, 1)}
    task = channel("CreateLVBShot", channelId=silent, **span)["task_id"]
    channel.advance(120)
    assert shots(channel, silent)[task]["status"] == 3


def test_screenshots_end_after_they_begin(channel: Tenant, live: str) -> None:
    channel.refused("1000", "CreateLVBShot", channelId=live, endTime=when(channel, 1))


def test_the_queue_keeps_messages_for_a_while_only(channel: Tenant) -> None:
    channel.advance(7200)
    first = channel("DescribeQueueLog", bid=100, count=100)["data"]
    assert 0 < len(first) <= 61
    assert len({row["pic_url"] for row in first}) == len(first)
    assert channel("DescribeQueueLog", bid=100)["data"] == []
