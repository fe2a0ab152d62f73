"""Pull stream tasks."""

from datetime import timedelta
from typing import Any

import pytest
from customer import START, Customer

from livetui.catalogue.times import from_wire, to_wire

SINGAPORE, FRANKFURT, ASHBURN = "ap-singapore", "eu-frankfurt", "na-ashburn"


def at(**ahead: float) -> str:
    return str(to_wire("utc", START + timedelta(**ahead)))


WANTED: dict[str, Any] = {
    "SourceType": "PullLivePushLive",
    "SourceUrls": ["rtmp://origin.market.example/live/a"],
    "DomainName": "push.market.example",
    "AppName": "live",
    "StreamName": "relay",
    "StartTime": at(minutes=1),
    "EndTime": at(days=2),
    "Operator": "tests",
}
FILES = {
    **WANTED,
    "SourceType": "PullVodPushLive",
    "SourceUrls": ["https://m.example/1.mp4", "https://m.example/2.mp4"],
}


@pytest.fixture
def css() -> Customer:
    return Customer()


def tasks(css: Customer, region: str, **params: Any) -> dict[str, dict[str, Any]]:
    rows = css("DescribeLivePullStreamTasks", region, PageSize=20, **params)["TaskInfos"]
    return {row["StreamName"]: row for row in rows}


def task(css: Customer, region: str, id: str) -> dict[str, Any]:
    (row,) = css("DescribeLivePullStreamTasks", region, TaskId=id)["TaskInfos"]
    return row


def age(css: Customer, row: dict[str, Any]) -> float:
    """Seconds since the last pull report."""
    return (css.clock.now() - from_wire("utc", row["RecentPullInfo"]["ReportTime"])).total_seconds()


def test_each_region_has_its_own_tasks(css: Customer) -> None:
    seen = [len(tasks(css, region)) for region in (SINGAPORE, FRANKFURT, ASHBURN, "ap-tokyo")]
    assert seen == [4, 2, 2, 0]
    css.refused("UnsupportedRegion", "DescribeLivePullStreamTasks", "ap-jakarta")
    css.refused("MissingParameter", "DescribeLivePullStreamTasks")
    id = tasks(css, SINGAPORE)["relay_ferries"]["TaskId"]
    css.refused(
        "InvalidParameter.TaskNotExist", "RestartLivePullStreamTask", FRANKFURT, TaskId=id, Operator="t"
    )


def test_the_last_changed_come_first_in_pages(css: Customer) -> None:
    first, second = (
        css("DescribeLivePullStreamTasks", SINGAPORE, PageSize=3, PageNum=page) for page in (1, 2)
    )
    assert (first["TotalNum"], first["TotalPage"], first["LimitTaskNum"]) == (4, 2, 20)
    times = [row["UpdateTime"] for row in (*first["TaskInfos"], *second["TaskInfos"])]
    assert len(times) == 4
    assert times == sorted(times, reverse=True)


def test_recent_pull_info_is_given_for_one_task_alone(css: Customer) -> None:
    rows = tasks(css, SINGAPORE)
    assert all("RecentPullInfo" not in row for row in rows.values())
    assert age(css, task(css, SINGAPORE, rows["relay_ferries"]["TaskId"])) < 30
    css.clock.advance(3600)
    assert age(css, task(css, SINGAPORE, rows["relay_ferries"]["TaskId"])) < 30


def test_one_troubled_task_is_stale_until_it_is_restarted(css: Customer) -> None:
    id = tasks(css, FRANKFURT)["relay_stadium_eu"]["TaskId"]
    row = task(css, FRANKFURT, id)
    assert row["Status"] == "enable"
    assert age(css, row) > 40 * 60
    css("RestartLivePullStreamTask", FRANKFURT, TaskId=id, Operator="tests")
    css.clock.advance(60)
    assert age(css, task(css, FRANKFURT, id)) < 30


def test_one_task_is_paused_and_goes_on_when_it_is_enabled(css: Customer) -> None:
    id = tasks(css, SINGAPORE)["loop_orientation"]["TaskId"]
    assert task(css, SINGAPORE, id)["Status"] == "pause"
    css.refused("FailedOperation", "RestartLivePullStreamTask", SINGAPORE, TaskId=id, Operator="tests")
    css("ModifyLivePullStreamTask", SINGAPORE, TaskId=id, Operator="tests", Status="enable")
    css.clock.advance(60)
    row = task(css, SINGAPORE, id)
    assert (row["Status"], row["UpdateBy"], row["UpdateTime"]) == ("enable", "tests", at())
    assert age(css, row) < 30


def test_a_paused_task_reports_no_more(css: Customer) -> None:
    id = tasks(css, SINGAPORE)["relay_ferries"]["TaskId"]
    css("ModifyLivePullStreamTask", SINGAPORE, TaskId=id, Operator="tests", Status="pause")
    css.clock.advance(600)
    assert age(css, task(css, SINGAPORE, id)) >= 600


def test_a_task_that_has_not_begun_has_no_pull_info(css: Customer) -> None:
    id = tasks(css, ASHBURN)["relay_convocation"]["TaskId"]
    assert "RecentPullInfo" not in task(css, ASHBURN, id)


def test_files_are_played_one_after_the_other_in_a_loop(css: Customer) -> None:
    id = css("CreateLivePullStreamTask", "ap-tokyo", **FILES)["TaskId"]
    css.clock.advance(60 + 25 * 60)
    info = task(css, "ap-tokyo", id)["RecentPullInfo"]
    assert (info["FileUrl"], info["OffsetTime"], info["LoopedTimes"]) == ("https://m.example/2.mp4", 300, 0)
    css.clock.advance(20 * 60)
    info = task(css, "ap-tokyo", id)["RecentPullInfo"]
    assert (info["FileUrl"], info["OffsetTime"], info["LoopedTimes"]) == ("https://m.example/1.mp4", 300, 1)
    css("ModifyLivePullStreamTask", "ap-tokyo", TaskId=id, Operator="t", FileIndex=2, OffsetTime=90)
    info = task(css, "ap-tokyo", id)["RecentPullInfo"]
    assert (info["FileUrl"], info["OffsetTime"]) == ("https://m.example/2.mp4", 90)


def test_a_task_is_told_as_it_was_made(css: Customer) -> None:
    id = css("CreateLivePullStreamTask", "ap-tokyo", **WANTED, Comment="hello")["TaskId"]
    row = tasks(css, "ap-tokyo")["relay"]
    told = {name: row[name] for name in WANTED if name != "Operator"}
    assert told == {name: value for name, value in WANTED.items() if name != "Operator"}
    assert (row["TaskId"], row["Region"], row["Status"], row["VodLoopTimes"]) == (
        id,
        "ap-tokyo",
        "enable",
        -1,
    )
    assert (row["CreateBy"], row["CreateTime"], row["Comment"]) == ("tests", at(), "hello")
    assert "TaskAlarm" in row["CallbackEvents"]


def test_a_region_has_twenty_tasks_at_most(css: Customer) -> None:
    for _ in range(20):
        css("CreateLivePullStreamTask", "ap-tokyo", **WANTED)
    css.refused("InvalidParameter.TaskNumMoreThanLimit", "CreateLivePullStreamTask", "ap-tokyo", **WANTED)
    css("CreateLivePullStreamTask", "ap-seoul", **WANTED)


def test_ignore_region_finds_a_region_with_room(css: Customer) -> None:
    css("CreateLivePullStreamTask", SINGAPORE, **WANTED, ExtraCmd="ignore_region")
    assert "relay" not in tasks(css, SINGAPORE)
    assert "relay" in tasks(css, "ap-bangkok")


@pytest.mark.parametrize(
    ("code", "params"),
    [
        ("InvalidParameter.InvalidSourceUrl", {"SourceUrls": ["rtmp://a.example/1", "rtmp://a.example/2"]}),
        ("InvalidParameter.InvalidSourceUrl", {"SourceUrls": ["gopher://a.example/1"]}),
        ("InvalidParameter.InvalidSourceUrl", {"SourceUrls": ["http://10.0.0.7/1.flv"]}),
        ("InvalidParameter.InvalidCallbackUrl", {"CallbackUrl": "nowhere"}),
        ("InvalidParameter.InvalidToUrl", {"ToUrl": "rtmp://else.example/live/a"}),
        ("InvalidParameter", {"DomainName": "push.nowhere.example"}),
        ("InvalidParameter", {"StreamName": ""}),
        ("InvalidParameter", {"BackupSourceType": "PullLivePushLive"}),
        ("InvalidParameterValue", {"EndTime": at(days=8)}),
        ("InvalidParameterValue", {"StartTime": at(days=3)}),
        ("InvalidParameterValue", {"VodLoopTimes": "often"}),
    ],
)
def test_what_no_task_can_be(css: Customer, code: str, params: dict[str, Any]) -> None:
    css.refused(code, "CreateLivePullStreamTask", "ap-tokyo", **{**WANTED, **params})


def test_a_task_may_push_elsewhere(css: Customer) -> None:
    empty = dict.fromkeys(("DomainName", "AppName", "StreamName"), "")
    css("CreateLivePullStreamTask", "ap-tokyo", **{**WANTED, **empty}, ToUrl="rtmp://else.example/live/a")


def test_backups_are_for_live_sources(css: Customer) -> None:
    backup = {"BackupSourceType": "PullVodPushLive", "BackupSourceUrl": "https://m.example/slate.mp4"}
    css("CreateLivePullStreamTask", "ap-tokyo", **WANTED, **backup)
    css.refused("InvalidParameter", "CreateLivePullStreamTask", "ap-tokyo", **FILES, **backup)


def test_a_change_keeps_what_is_left_out_but_the_backup_source_and_the_events(css: Customer) -> None:
    before = tasks(css, SINGAPORE)["relay_ferries"]
    assert before["BackupSourceType"]
    who = {"TaskId": before["TaskId"], "Operator": "tests"}
    css("ModifyLivePullStreamTask", SINGAPORE, **who, Comment="a", CallbackEvents=["TaskExit"])
    after = tasks(css, SINGAPORE)["relay_ferries"]
    assert (after["BackupSourceType"], after["BackupSourceUrl"]) == ("", "")
    assert after["CallbackEvents"] == ["TaskExit"]
    same = ("SourceUrls", "StartTime", "EndTime", "Status", "CallbackUrl", "CreateTime", "CreateBy")
    assert [after[name] for name in same] == [before[name] for name in same]
    css("ModifyLivePullStreamTask", SINGAPORE, **who, Comment="b")
    assert len(tasks(css, SINGAPORE)["relay_ferries"]["CallbackEvents"]) == 6


def test_an_empty_list_takes_watermarks_off(css: Customer) -> None:
    mark = {
        "PictureUrl": "https://m.example/a.png",
        "XPosition": 1,
        "YPosition": 1,
        "Width": 9,
        "Height": 0,
        "Location": 2,
    }
    id = css("CreateLivePullStreamTask", "ap-tokyo", **WANTED, WatermarkList=[mark])["TaskId"]
    css("ModifyLivePullStreamTask", "ap-tokyo", TaskId=id, Operator="t", Comment="x")
    assert task(css, "ap-tokyo", id)["WatermarkList"] == [mark]
    css("ModifyLivePullStreamTask", "ap-tokyo", TaskId=id, Operator="t", WatermarkList=[])
    assert task(css, "ap-tokyo", id)["WatermarkList"] == []


@pytest.mark.parametrize(
    ("code", "params"),
    [
        ("InvalidParameter", {"FileIndex": 3}),
        ("MissingParameter", {"OffsetTime": 3}),
        ("InvalidParameter.InvalidTaskTime", {"EndTime": at(days=7, minutes=9)}),
        ("InvalidParameter.InvalidSourceUrl", {"SourceUrls": ["nowhere"]}),
    ],
)
def test_what_no_task_can_become(css: Customer, code: str, params: dict[str, Any]) -> None:
    id = css("CreateLivePullStreamTask", "ap-tokyo", **FILES)["TaskId"]
    css.refused(code, "ModifyLivePullStreamTask", "ap-tokyo", TaskId=id, Operator="t", **params)


def test_a_deleted_task_is_gone(css: Customer) -> None:
    id = tasks(css, ASHBURN)["relay_stadium_us"]["TaskId"]
    css("DeleteLivePullStreamTask", ASHBURN, TaskId=id, Operator="tests")
    assert css("DescribeLivePullStreamTasks", ASHBURN, TaskId=id)["TotalNum"] == 0
    css.refused("InvalidParameter.TaskNotExist", "DeleteLivePullStreamTask", ASHBURN, TaskId=id, Operator="t")
    css.refused("InvalidParameter.TaskNotExist", "ModifyLivePullStreamTask", ASHBURN, TaskId=id, Operator="t")


def test_an_ended_task_reports_no_more(css: Customer) -> None:
    id = css("CreateLivePullStreamTask", "ap-tokyo", **WANTED)["TaskId"]
    css.clock.advance(3 * 86_400)
    assert age(css, task(css, "ap-tokyo", id)) >= 86_400
    css.refused("FailedOperation", "RestartLivePullStreamTask", "ap-tokyo", TaskId=id, Operator="t")
