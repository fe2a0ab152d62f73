"""Record tasks, screenshot tasks, and the three disused record actions."""

from datetime import timedelta
from typing import Any

import pytest
from customer import START, Customer

from livetui.emulator.css.recording import PAGE

SINGAPORE, FRANKFURT = "ap-singapore", "eu-frankfurt"


def at(**ahead: float) -> int:
    return int((START + timedelta(**ahead)).timestamp())


STREAM = {"StreamName": "shop-kitchen", "DomainName": "push.market.example", "AppName": "live"}
WIDE = {"StartTime": at(days=-5), "EndTime": at(days=2)}


@pytest.fixture
def css() -> Customer:
    return Customer()


def make(css: Customer, start: int | None = None, end: int | None = None, **more: Any) -> str:
    times = {"EndTime": end or at(hours=2)} | ({"StartTime": start} if start else {})
    return css("CreateRecordTask", FRANKFURT, **STREAM, **times, **more)["TaskId"]


def listed(css: Customer, region: str = FRANKFURT, **params: Any) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    token = ""
    while True:
        reply = css("DescribeRecordTask", region, **{**WIDE, **params, "ScrollToken": token})
        assert not found.keys() & {row["TaskId"] for row in reply["TaskList"]}
        found |= {row["TaskId"]: row for row in reply["TaskList"]}
        token = reply["ScrollToken"]
        if not token:
            return found


def test_there_are_finished_running_and_coming_tasks_in_two_regions(css: Customer) -> None:
    now = int(START.timestamp())
    for region in (SINGAPORE, FRANKFURT):
        rows = listed(css, region).values()
        assert any(row["EndTime"] < now for row in rows)
        assert any(row["StartTime"] <= now < row["EndTime"] for row in rows)
        assert any(row["StartTime"] > now for row in rows)
    assert any(row["Stopped"] for row in listed(css).values())
    assert listed(css, "ap-tokyo") == {}
    css.refused("UnsupportedRegion", "DescribeRecordTask", "ap-beijing", **WIDE)


def test_a_list_is_scrolled_and_what_comes_meanwhile_doubles_nothing(css: Customer) -> None:
    week = {"StartTime": at(days=-6), "EndTime": at(days=1)}
    first = css("DescribeRecordTask", SINGAPORE, **week)
    assert len(first["TaskList"]) == PAGE
    assert first["ScrollToken"]
    css("DeleteRecordTask", SINGAPORE, TaskId=first["TaskList"][0]["TaskId"])
    second = css("DescribeRecordTask", SINGAPORE, **week, ScrollToken=first["ScrollToken"])
    assert second["ScrollToken"] == ""
    seen = [row["TaskId"] for row in (*first["TaskList"], *second["TaskList"])]
    assert len(seen) == len(set(seen)) > PAGE
    css.refused("InvalidParameter", "DescribeRecordTask", SINGAPORE, **week, ScrollToken="nonsense!")


def test_a_task_lies_within_the_span_as_a_whole(css: Customer) -> None:
    id = make(css, at(hours=1), at(hours=3))
    assert id in listed(css, StartTime=at(hours=1), EndTime=at(hours=3))
    assert id not in listed(css, StartTime=at(hours=1), EndTime=at(hours=2))
    assert id not in listed(css, StartTime=at(hours=2), EndTime=at(hours=3))


def test_tasks_are_filtered_by_stream(css: Customer) -> None:
    id = make(css)
    assert set(listed(css, **STREAM)) == {id}
    assert id not in listed(css, DomainName="push.campus.example")


@pytest.mark.parametrize(
    "span",
    [
        {"StartTime": at(days=-8), "EndTime": at(days=0)},
        {"StartTime": at(days=-91), "EndTime": at(days=-90)},
        {"StartTime": at(days=1), "EndTime": at(days=0)},
    ],
)
def test_spans_that_cannot_be_asked_for(css: Customer, span: dict[str, int]) -> None:
    css.refused("InvalidParameterValue", "DescribeRecordTask", SINGAPORE, **span)


def test_a_task_without_a_start_begins_now(css: Customer) -> None:
    id = make(css, TemplateId=5)
    row = listed(css)[id]
    assert (row["StartTime"], row["EndTime"], row["Stopped"]) == (at(), at(hours=2), 0)
    # A template that is not there is taken for none.
    assert row["TemplateId"] == 0


def test_a_task_keeps_its_template(css: Customer) -> None:
    template = css("DescribeLiveRecordTemplates")["Templates"][0]["TemplateId"]
    id = make(css, TemplateId=template)
    assert listed(css)[id]["TemplateId"] == template


@pytest.mark.parametrize(
    "times",
    [
        {"StartTime": at(hours=1), "EndTime": at(hours=26)},
        {"StartTime": at(hours=2), "EndTime": at(hours=1)},
        {"StartTime": at(days=6, hours=1), "EndTime": at(days=6, hours=2)},
        {"EndTime": at(hours=-1)},
    ],
)
def test_times_no_task_can_have(css: Customer, times: dict[str, int]) -> None:
    css.refused("InvalidParameterValue", "CreateRecordTask", FRANKFURT, **STREAM, **times)
    template = css("DescribeLiveSnapshotTemplates")["Templates"][0]["TemplateId"]
    css.refused("InvalidParameterValue", "CreateScreenshotTask", **STREAM, **times, TemplateId=template)


def test_a_task_needs_a_push_domain_of_the_account(css: Customer) -> None:
    other = {**STREAM, "DomainName": "play.market.example", "EndTime": at(hours=1)}
    css.refused("InvalidParameter", "CreateRecordTask", FRANKFURT, **other)


def test_a_stream_has_three_tasks_at_one_time(css: Customer) -> None:
    for _ in range(3):
        make(css)
    css.refused(
        "LimitExceeded.MaximumRunningTask", "CreateRecordTask", FRANKFURT, **STREAM, EndTime=at(hours=1)
    )
    make(css, at(hours=2), at(hours=3))


def test_stopping_ends_a_running_task_and_leaves_it_on_the_list(css: Customer) -> None:
    id = make(css)
    css.clock.advance(60)
    css("StopRecordTask", FRANKFURT, TaskId=id)
    assert listed(css)[id]["Stopped"] == at(minutes=1)
    assert id not in [span.id for span in css.account.tasks.recordings.running(css.clock.now())]
    css.refused("UnsupportedOperation", "StopRecordTask", FRANKFURT, TaskId=id)
    coming = make(css, at(hours=1), at(hours=2))
    css.refused("UnsupportedOperation", "StopRecordTask", FRANKFURT, TaskId=coming)
    css.refused("InvalidParameter", "StopRecordTask", SINGAPORE, TaskId=id)


def test_deleting_takes_a_task_off_the_list_and_does_not_stop_it(css: Customer) -> None:
    id = make(css)
    css("DeleteRecordTask", FRANKFURT, TaskId=id)
    assert id not in listed(css)
    recordings = css.account.tasks.recordings
    assert id in [span.id for span in recordings.running(css.clock.now())]
    css.clock.advance(2 * 3600)
    assert id not in [span.id for span in recordings.running(css.clock.now())]
    css.refused("InvalidParameter", "DeleteRecordTask", FRANKFURT, TaskId=id)


def test_a_task_that_has_not_begun_never_does_once_it_is_deleted(css: Customer) -> None:
    id = make(css, at(hours=1), at(hours=2))
    css("DeleteRecordTask", FRANKFURT, TaskId=id)
    css.clock.advance(3700)
    assert id not in [span.id for span in css.account.tasks.recordings.running(css.clock.now())]


def test_tasks_are_forgotten_after_three_months(css: Customer) -> None:
    id = make(css)
    css.clock.advance(91 * 86_400)
    assert id not in listed(css, StartTime=at(days=1.5), EndTime=at(days=8))


def test_a_screenshot_task_is_made_even_with_a_template_that_is_not_there(css: Customer) -> None:
    wanted = {**STREAM, "EndTime": at(hours=1), "TemplateId": 5}
    ids = {css("CreateScreenshotTask", **wanted)["TaskId"] for _ in range(3)}
    assert set(css.account.tasks.screenshots) == ids
    assert len(ids) == 3
    css.refused("LimitExceeded.MaximumRunningTask", "CreateScreenshotTask", **wanted)


# The disused actions; their times are Beijing's.


def test_a_disused_recording_is_timed(css: Customer) -> None:
    times = {"StartTime": "2026-03-01 19:00:00", "EndTime": "2026-03-01 21:00:00"}
    id = css("CreateLiveRecord", **STREAM, **times)["TaskId"]
    assert str(id) in [span.id for span in css.account.tasks.recordings.running(START)]
    named = {"StreamName": "shop-kitchen", "TaskId": id}
    css.refused("ResourceNotFound.TaskId", "StopLiveRecord", StreamName="other", TaskId=id)
    css("StopLiveRecord", **named)
    css.refused("InvalidParameter", "StopLiveRecord", **named)
    css("DeleteLiveRecord", **named)
    css.refused("ResourceNotFound.TaskId", "DeleteLiveRecord", **named)
    css.refused("MissingParameter", "CreateLiveRecord", **STREAM)


def test_a_disused_recording_begun_at_once_lasts_half_an_hour_at_most(css: Customer) -> None:
    id = css("CreateLiveRecord", **STREAM, Highlight=1, EndTime="2026-03-01 23:00:00")["TaskId"]
    css("DeleteLiveRecord", StreamName="shop-kitchen", TaskId=id)
    running = css.account.tasks.recordings.running
    assert str(id) in [span.id for span in running(START + timedelta(minutes=29))]
    assert str(id) not in [span.id for span in running(START + timedelta(minutes=30))]
