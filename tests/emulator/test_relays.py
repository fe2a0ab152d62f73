"""What the account's own tasks push is on the air like any other stream: pull tasks and mixes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from customer import START, Customer
from hypothesis import given
from hypothesis import strategies as st

from livetui.catalogue.times import from_wire, to_wire
from livetui.emulator.css.relays import Play, sessions
from livetui.emulator.css.roster import STAGES, Key
from livetui.emulator.css.schedule import (
    next_look,
    push_at,
    pushes_between,
    pushes_ended,
)

SINGAPORE, FRANKFURT, TOKYO = "ap-singapore", "eu-frankfurt", "ap-tokyo"
WANTED: dict[str, Any] = {
    "SourceType": "PullLivePushLive",
    "SourceUrls": ["rtmp://origin.market.example/live/a"],
    "DomainName": "push.market.example",
    "AppName": "live",
    "StreamName": "relay",
    "StartTime": to_wire("utc", START + timedelta(minutes=1)),
    "EndTime": to_wire("utc", START + timedelta(hours=1)),
    "Operator": "tests",
}
RELAY = {name: WANTED[name] for name in ("DomainName", "AppName", "StreamName")}


@pytest.fixture
def css() -> Customer:
    return Customer()


def task_id(css: Customer, region: str, stream: str) -> str:
    rows = css("DescribeLivePullStreamTasks", region, PageSize=20)["TaskInfos"]
    return next(row["TaskId"] for row in rows if row["StreamName"] == stream)


def modified(css: Customer, region: str, id: str, **change: Any) -> None:
    css("ModifyLivePullStreamTask", region, TaskId=id, Operator="tests", **change)


def published(css: Customer, stream: str) -> str | None:
    """The publish time of a stream of the online list, None for one that is not on it."""
    rows = css("DescribeLiveStreamOnlineList", StreamName=stream)["OnlineInfo"]
    return rows[0]["PublishTimeList"][0]["PublishTime"] if rows else None


def last_event(css: Customer, stream: str) -> tuple[str, str]:
    """(when the last push of a stream ended, why)."""
    now = css.clock.now()
    window = {"StartTime": to_wire("utc", now - timedelta(days=1)), "EndTime": to_wire("utc", now)}
    rows = css("DescribeLiveStreamEventList", StreamName=stream, IsStrict=1, **window)["EventList"]
    return rows[0]["StreamEndTime"], rows[0]["StopReason"]


def now(css: Customer) -> str:
    return str(to_wire("utc", css.clock.now()))


def window(css: Customer, minutes: float) -> dict[str, Any]:
    end = css.clock.now()
    return {
        "StartTime": to_wire("beijing", end - timedelta(minutes=minutes)),
        "EndTime": to_wire("beijing", end),
    }


def test_a_task_pushes_from_its_begin_to_its_end(css: Customer) -> None:
    css("CreateLivePullStreamTask", TOKYO, **WANTED)
    css.clock.advance(59)
    assert published(css, "relay") is None
    assert css("DescribeLiveStreamState", **RELAY)["StreamState"] == "inactive"
    css.clock.advance(1)
    assert published(css, "relay") == WANTED["StartTime"]
    assert css("DescribeLiveStreamState", **RELAY)["StreamState"] == "active"
    css.clock.advance(59 * 60)
    assert published(css, "relay") is None
    assert last_event(css, "relay") == (WANTED["EndTime"], "pull task ended")


def test_what_a_task_pushes_is_in_every_figure(css: Customer) -> None:
    untouched = Customer()
    css("CreateLivePullStreamTask", TOKYO, **{**WANTED, "DomainName": "push.harbor.example"})
    for customer in (css, untouched):
        customer.clock.advance(1800)
    rates = css("DescribeLiveStreamPushInfoList", PushDomain="push.harbor.example", PageSize=1000)
    (row,) = [row for row in rates["DataInfoList"] if row["StreamName"] == "relay"]
    assert row["VideoFps"] > 0
    samples = css("DescribeStreamPushInfoList", StreamName="relay", **window(css, 5))["DataInfoList"]
    assert len(samples) == 61
    begun = {from_wire("beijing-ms", row["BeginPushTime"]).replace(microsecond=0) for row in samples}
    assert begun == {START + timedelta(minutes=1)}
    with_it, without = (
        customer("DescribeUploadStreamNums", Domains=["push.harbor.example"], **window(css, 40))
        for customer in (css, untouched)
    )
    more = [
        a["Num"] - b["Num"] for a, b in zip(with_it["DataInfoList"], without["DataInfoList"], strict=True)
    ]
    # From ten minutes before the task to the end of the window, by five minutes.
    assert more == [0, 0, 1, 1, 1, 1, 1, 1]
    watched = css("DescribeStreamPlayInfoList", StreamName="relay", **window(css, 20))["DataInfoList"]
    assert len(watched) == 16
    assert all(row["Bandwidth"] > 0 for row in watched)


def test_a_pause_ends_the_push_and_enabling_begins_another(css: Customer) -> None:
    id = task_id(css, SINGAPORE, "relay_ferries")
    before = published(css, "relay_ferries")
    assert before
    modified(css, SINGAPORE, id, Status="pause")
    assert published(css, "relay_ferries") is None
    assert last_event(css, "relay_ferries") == (now(css), "pull task paused")
    css.clock.advance(600)
    assert published(css, "relay_ferries") is None
    modified(css, SINGAPORE, id, Status="enable")
    assert published(css, "relay_ferries") == now(css)
    css.clock.advance(600)
    assert published(css, "relay_ferries") == to_wire("utc", css.clock.now() - timedelta(minutes=10))


def test_a_restart_is_seen_by_a_new_publish_time(css: Customer) -> None:
    id = task_id(css, SINGAPORE, "relay_ferries")
    before = published(css, "relay_ferries")
    css("RestartLivePullStreamTask", SINGAPORE, TaskId=id, Operator="tests")
    assert last_event(css, "relay_ferries") == (now(css), "pull task restarted")
    css.clock.advance(5)
    after = published(css, "relay_ferries")
    assert before
    assert after
    assert before < to_wire("utc", START) < after


def test_deleting_a_task_ends_its_push_and_keeps_its_past(css: Customer) -> None:
    before = published(css, "relay_ferries")
    id = task_id(css, SINGAPORE, "relay_ferries")
    css("DeleteLivePullStreamTask", SINGAPORE, TaskId=id, Operator="tests")
    css.clock.advance(60)
    assert published(css, "relay_ferries") is None
    assert last_event(css, "relay_ferries") == (to_wire("utc", START), "pull task deleted")
    rows = css("DescribeLiveStreamEventList", StreamName="relay_ferries", **_last_day(css))["EventList"]
    assert [row["StreamStartTime"] for row in rows] == [before]


def _last_day(css: Customer) -> dict[str, Any]:
    end = css.clock.now()
    return {"StartTime": to_wire("utc", end - timedelta(days=1)), "EndTime": to_wire("utc", end)}


def test_the_stale_task_is_enabled_and_its_stream_is_off_the_air_until_a_restart(css: Customer) -> None:
    id = task_id(css, FRANKFURT, "relay_stadium_eu")
    (row,) = css("DescribeLivePullStreamTasks", FRANKFURT, TaskId=id)["TaskInfos"]
    assert row["Status"] == "enable"
    assert published(css, "relay_stadium_eu") is None
    ended, cause = last_event(css, "relay_stadium_eu")
    assert START - from_wire("utc", ended) == timedelta(minutes=47, seconds=12)
    assert cause == "pull task got nothing from its source"
    modified(css, FRANKFURT, id, Comment="looked at")
    assert published(css, "relay_stadium_eu") is None
    css("RestartLivePullStreamTask", FRANKFURT, TaskId=id, Operator="tests")
    assert published(css, "relay_stadium_eu") == to_wire("utc", START)


def test_another_source_brings_a_stale_task_back(css: Customer) -> None:
    id = task_id(css, FRANKFURT, "relay_stadium_eu")
    modified(css, FRANKFURT, id, SourceUrls=["rtmp://origin.stadium.example/live/second"])
    assert published(css, "relay_stadium_eu") == to_wire("utc", START)


def test_seeded_tasks_push_what_they_say(css: Customer) -> None:
    seen = {
        task.said["StreamName"]: published(css, task.said["StreamName"]) is not None
        for task in css.account.tasks.pulls.tasks.values()
    }
    off = {"relay_stadium_eu", "loop_orientation", "relay_convocation"}
    assert seen == {stream: stream not in off for stream in seen}
    assert len(seen) == 8


def test_moving_the_times_of_a_task_moves_its_push(css: Customer) -> None:
    id = css("CreateLivePullStreamTask", TOKYO, **WANTED)["TaskId"]
    modified(css, TOKYO, id, StartTime=to_wire("utc", START + timedelta(minutes=10)))
    css.clock.advance(300)
    assert published(css, "relay") is None
    css.clock.advance(300)
    begun = published(css, "relay")
    assert begun == now(css)
    modified(css, TOKYO, id, EndTime=to_wire("utc", START + timedelta(minutes=20)), Comment="shorter")
    assert published(css, "relay") == begun
    css.clock.advance(600)
    assert published(css, "relay") is None
    assert last_event(css, "relay") == (now(css), "pull task ended")
    with pytest.raises(AssertionError, match="FailedOperation"):
        css("RestartLivePullStreamTask", TOKYO, TaskId=id, Operator="tests")


def test_files_that_are_through_end_the_push(css: Customer) -> None:
    files = {
        "SourceType": "PullVodPushLive",
        "SourceUrls": ["https://m.example/1.mp4"],
        "VodLoopTimes": "1",
        "EndTime": to_wire("utc", START + timedelta(hours=9)),
    }
    id = css("CreateLivePullStreamTask", TOKYO, **{**WANTED, **files})["TaskId"]
    css.clock.advance(60 + 2 * 1200 - 1)
    assert published(css, "relay")
    modified(css, TOKYO, id, FileIndex=1, OffsetTime=600)
    css.clock.advance(600 + 1200 - 1)
    assert published(css, "relay")
    css.clock.advance(1)
    assert published(css, "relay") is None


def test_a_forbidden_stream_stays_off_while_its_task_runs(css: Customer) -> None:
    stream = {"DomainName": "push.harbor.example", "AppName": "live", "StreamName": "relay_ferries"}
    id = task_id(css, SINGAPORE, "relay_ferries")
    css("ForbidLiveStream", **stream, ResumeTime=to_wire("utc", START + timedelta(hours=1)))
    assert last_event(css, "relay_ferries") == (now(css), "forbidden by ForbidLiveStream")
    css.clock.advance(60)
    css("RestartLivePullStreamTask", SINGAPORE, TaskId=id, Operator="tests")
    css.clock.advance(60)
    assert published(css, "relay_ferries") is None
    assert css("DescribeLiveStreamState", **stream)["StreamState"] == "forbid"
    (row,) = css("DescribeLivePullStreamTasks", SINGAPORE, TaskId=id)["TaskInfos"]
    assert row["Status"] == "enable"
    css.clock.advance(3600)
    assert published(css, "relay_ferries")


def test_a_dropped_relay_is_back_within_seconds(css: Customer) -> None:
    stream = {"DomainName": "push.harbor.example", "AppName": "live", "StreamName": "relay_ferries"}
    before = published(css, "relay_ferries")
    css("DropLiveStream", **stream)
    assert published(css, "relay_ferries") is None
    css.clock.advance(10)
    assert published(css, "relay_ferries") not in (None, before)


def test_a_disabled_domain_keeps_its_relays_off(css: Customer) -> None:
    css("ForbidLiveDomain", DomainName="push.market.example")
    css("CreateLivePullStreamTask", TOKYO, **WANTED)
    css.clock.advance(120)
    assert published(css, "loop_catalogue") is None
    assert published(css, "relay") is None
    css("EnableLiveDomain", DomainName="push.market.example")
    css.clock.advance(10)
    assert published(css, "loop_catalogue")
    assert published(css, "relay")


def test_a_task_takes_the_place_of_an_encoder_of_that_name(css: Customer) -> None:
    taken = {"DomainName": "push.stadium.example", "StreamName": "match-01-main"}
    before = published(css, "match-01-main")
    css("CreateLivePullStreamTask", TOKYO, **{**WANTED, **taken})
    assert published(css, "match-01-main") == before
    css.clock.advance(60)
    assert published(css, "match-01-main") == now(css)
    assert last_event(css, "match-01-main") == (now(css), "replaced by a push task of that name")
    css.clock.advance(59 * 60)
    assert last_event(css, "match-01-main") == (now(css), "pull task ended")
    css.clock.advance(10)
    assert published(css, "match-01-main")


def test_a_task_that_pushes_elsewhere_is_on_no_list(css: Customer) -> None:
    before = css("DescribeLiveStreamOnlineList", PageSize=100)["TotalNum"]
    empty = dict.fromkeys(RELAY, "")
    id = css("CreateLivePullStreamTask", TOKYO, **{**WANTED, **empty}, ToUrl="rtmp://else.example/live/a")
    css("DeleteLivePullStreamTask", TOKYO, TaskId=id["TaskId"], Operator="tests")
    assert css("DescribeLiveStreamOnlineList", PageSize=100)["TotalNum"] == before


def test_the_same_orders_make_the_same_account() -> None:
    def picture(look_first: bool) -> list[Any]:
        css = Customer()
        if look_first:
            css("DescribeLiveStreamOnlineList")
        css("CreateLivePullStreamTask", TOKYO, **WANTED)
        modified(css, SINGAPORE, task_id(css, SINGAPORE, "relay_ferries"), Status="pause")
        css.clock.advance(300)
        if not look_first:
            css.clock.advance(5000)
            css("DescribeLiveStreamOnlineList")
            css.clock.advance(-5000)
        return [
            css("DescribeLiveStreamPushInfoList", PageSize=1000),
            css("DescribeLiveStreamEventList", PageSize=100, **_last_day(css)),
        ]

    assert picture(True) == picture(False)


# Mixes.


def mix(
    output: str, kind: int = 1, inputs: tuple[str, ...] = ("stage_left", "stage_right")
) -> dict[str, Any]:
    return {
        "MixStreamSessionId": "session",
        "InputStreamList": [
            {"InputStreamName": name, "LayoutParams": {"ImageLayer": place}}
            for place, name in enumerate(inputs, 1)
        ],
        "OutputParams": {"OutputStreamName": output, "OutputStreamType": kind},
    }


def test_two_seeded_streams_have_names_a_mix_takes(css: Customer) -> None:
    assert {published(css, name) is not None for _, _, name in STAGES} == {True}


def test_a_mix_is_on_the_air_until_it_is_cancelled(css: Customer) -> None:
    css("CreateCommonMixStream", **mix("stage_both"))
    (row,) = css("DescribeLiveStreamOnlineList", StreamName="stage_both")["OnlineInfo"]
    assert (row["DomainName"], row["AppName"]) == ("push.campus.example", "studio")
    css.clock.advance(86_400)
    css("CreateCommonMixStream", **mix("stage_both", inputs=("stage_left",)), ControlParams={"AllowCopy": 1})
    assert published(css, "stage_both") == to_wire("utc", START)
    css("CancelCommonMixStream", MixStreamSessionId="session")
    assert published(css, "stage_both") is None
    assert last_event(css, "stage_both") == (now(css), "mix cancelled")
    css.clock.advance(10)
    css("CreateCommonMixStream", **mix("stage_both"))
    assert published(css, "stage_both") == now(css)


def test_a_mix_that_ends_by_its_inputs_or_changes_its_output_leaves_the_air(css: Customer) -> None:
    css("CreateCommonMixStream", **mix("stage_both"))
    css.clock.advance(10)
    css("CreateCommonMixStream", **mix("stage_both", inputs=("stage_left",)))
    assert published(css, "stage_both") is None
    css.clock.advance(10)
    css("CreateCommonMixStream", **mix("stage_both"))
    css.clock.advance(10)
    css.account.streams.add(Key("push.market.example", "live", "stage_both"), "steady", css.clock.now())
    css("CreateCommonMixStream", **mix("stage_both", kind=0, inputs=("stage_left", "stage_both")))
    rows = css("DescribeLiveStreamOnlineList", StreamName="stage_both")["OnlineInfo"]
    assert [row["DomainName"] for row in rows] == ["push.market.example"]
    assert last_event(css, "stage_both") == (now(css), "mix changed")


def test_a_mix_into_one_of_its_inputs_adds_no_stream(css: Customer) -> None:
    before = css("DescribeLiveStreamOnlineList", PageSize=100)
    css("CreateCommonMixStream", **mix("stage_left", kind=0))
    assert css("DescribeLiveStreamOnlineList", PageSize=100) == before
    css("CancelCommonMixStream", MixStreamSessionId="session")
    assert css("DescribeLiveStreamOnlineList", PageSize=100) == before


def test_a_forbidden_mix_is_off_the_air(css: Customer) -> None:
    css("CreateCommonMixStream", **mix("stage_both"))
    stream = {"DomainName": "push.campus.example", "AppName": "studio", "StreamName": "stage_both"}
    css("ForbidLiveStream", **stream)
    css.clock.advance(60)
    assert published(css, "stage_both") is None
    css("ResumeLiveStream", **stream)
    css.clock.advance(10)
    assert published(css, "stage_both")


# Recordings.


def test_seeded_record_tasks_are_of_streams_there_are(css: Customer) -> None:
    spans = css.account.tasks.recordings.tasks.values()
    wanted = {Key(span.domain, span.app, span.stream) for span in spans}
    assert wanted
    assert wanted <= set(css.account.streams.by_key)


# Plays.

plays = st.lists(
    st.builds(
        lambda start, length, cause: Play(Key("d", "a", "n"), start, start + length, cause),
        st.integers(0, 100),
        st.integers(-5, 30),
        st.sampled_from(("ended", "paused")),
    ),
    max_size=6,
)


@given(plays, st.integers(-10, 150))
def test_plays_of_one_stream_lie_apart(ordered: list[Play], at: int) -> None:
    timetable = sessions(ordered)
    ends = [push.end for push in timetable.pushes]
    assert all(
        before < push.start < push.end for before, push in zip([-1, *ends], timetable.pushes, strict=False)
    )
    push = push_at(timetable, [], at)
    assert (push is not None) == any(push.start <= at < push.end for push in timetable.pushes)
    assert push is None or any(play.start <= at < play.end for play in ordered)
    due = next_look(timetable, [], at)
    assert due > at
    assert all(push_at(timetable, [], when) == push for when in range(at, min(due, 200)))


@given(plays, st.integers(-10, 150), st.integers(1, 100))
def test_the_history_of_plays_is_the_same_forwards_and_backwards(
    ordered: list[Play], start: int, length: int
) -> None:
    timetable = sessions(ordered)
    forwards = list(pushes_ended(timetable, [], start, start + length, latest_first=False))
    backwards = list(pushes_ended(timetable, [], start, start + length, latest_first=True))
    assert forwards == backwards[::-1]
    assert forwards == [push for push in timetable.pushes if start <= push.end <= start + length]
    assert list(pushes_between(timetable, [], start, start + length)) == [
        push for push in timetable.pushes if push.start < start + length and push.end > start
    ]
