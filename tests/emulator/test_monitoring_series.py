"""Monitoring and billing: documented shapes, and figures that follow the streams."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from emulated import NOW, InProcess, make_emulator
from questions.css import MAIN, questions, utc, window, window_utc
from shapes import assert_shape

from livetui.catalogue import load
from livetui.catalogue.times import from_wire, to_wire
from livetui.emulator.answers import ANSWERS, Call
from livetui.emulator.css.audience import CODES, PLACES, Steps

CSS = load("css")


ASKED = questions(NOW)


def data(reply: dict) -> list:
    return next((value for value in reply.values() if isinstance(value, list)), [])


@pytest.mark.parametrize(("action", "params"), ASKED, ids=[f"{n}-{a}" for n, (a, _) in enumerate(ASKED)])
async def test_replies_have_exactly_the_documented_members(
    emulator_app: InProcess, action: str, params: dict
):
    reply = await emulator_app.call(action, **params)
    assert "Error" not in reply
    del reply["RequestId"]
    assert_shape(CSS, CSS.action(action).response, reply, action)
    if any(member.is_list for member in CSS.action(action).response):
        assert data(reply), "a demo shows something"


def test_every_action_of_these_chapters_is_asked():
    chapters = ("Delayed Playback", "Monitoring", "Billing", "Live Stream Management")
    mine = {action.name for action in CSS if any(word in action.section for word in chapters)}
    assert mine
    assert mine <= {action for action, _ in ASKED}


def test_every_catalogued_action_is_answered():
    make_emulator()
    assert set(ANSWERS["css"]) == set(CSS.names)


async def test_a_forbidden_stream_ends_everywhere_at_that_minute(emulator_app: InProcess):
    async def push_info() -> set[str]:
        reply = await emulator_app.call("DescribeLiveStreamPushInfoList", PageSize=1000)
        return {row["StreamName"] for row in reply["DataInfoList"]}

    assert "match-01-main" in await push_info()
    await emulator_app.call("ForbidLiveStream", **MAIN)
    later = emulator_app.clock.advance(300)

    assert "match-01-main" not in await push_info()
    reply = await emulator_app.call(
        "DescribeStreamPushInfoList", StreamName="match-01-main", **window(1, later)
    )
    samples = [from_wire("beijing-ms", row["Time"]) for row in reply["DataInfoList"]]
    assert samples[-1] == NOW - timedelta(seconds=5)
    assert samples == sorted(samples)
    reply = await emulator_app.call(
        "DescribeLiveStreamEventList", StreamName="match-01-main", IsStrict=1, **window_utc(1, later)
    )
    assert reply["EventList"][0]["StreamEndTime"] == utc(NOW)
    assert reply["EventList"][0]["StopReason"]

    later = emulator_app.clock.advance(600)
    reply = await emulator_app.call(
        "DescribeStreamPlayInfoList", StreamName="match-01-main", **window(1, later)
    )
    minutes = [from_wire("beijing", row["Time"]) for row in reply["DataInfoList"]]
    assert minutes[-1] == NOW - timedelta(minutes=1)

    untouched = make_emulator().account
    question = {"Domains": ["push.stadium.example"]} | window(0.25, later)
    call = Call("DescribeUploadStreamNums", None, later, "id")
    without = ANSWERS["css"][call.action](untouched, question, call)["DataInfoList"]
    with_ban = (await emulator_app.call("DescribeUploadStreamNums", **question))["DataInfoList"]
    missing = [a["Num"] - b["Num"] for a, b in zip(without, with_ban, strict=True)]
    assert missing == [1, 1, 1]


async def test_push_info_is_the_online_list_with_rates(emulator_app: InProcess):
    online = await emulator_app.call("DescribeLiveStreamOnlineList", PageSize=100)
    rates = await emulator_app.call("DescribeLiveStreamPushInfoList", PageSize=1000)
    published = {
        (row["DomainName"], row["AppName"], row["StreamName"]): row["PublishTimeList"][0]["PublishTime"]
        for row in online["OnlineInfo"]
    }
    begun = {
        (row["PushDomain"], row["AppName"], row["StreamName"]): utc(
            from_wire("beijing", row["BeginPushTime"])
        )
        for row in rates["DataInfoList"]
    }
    assert published == begun
    one = await emulator_app.call(
        "DescribeLiveStreamPushInfoList", PushDomain="push.market.example", AppName="studio"
    )
    assert {(row["PushDomain"], row["AppName"]) for row in one["DataInfoList"]} == {
        ("push.market.example", "studio")
    }


async def test_some_streams_are_in_trouble(emulator_app: InProcess):
    slow, thin = set(), set()
    for _ in range(16):
        reply = await emulator_app.call("DescribeLiveStreamPushInfoList", PageSize=1000)
        for row in reply["DataInfoList"]:
            if row["VideoFps"] < row["MetaFps"] / 2:
                slow.add(row["StreamName"])
            if row["VideoSpeed"] < row["MetaVideoSpeed"] / 8:
                thin.add(row["StreamName"])
        emulator_app.clock.advance(60)
    assert "match-02-main" in slow
    assert "harbor-cam-07" in thin
    assert len(slow | thin) < 10


async def test_push_samples_are_five_seconds_apart_and_lag_when_frames_fail(emulator_app: InProcess):
    reply = await emulator_app.call(
        "DescribeStreamPushInfoList", StreamName="match-02-main", **window(0.5, NOW)
    )
    rows = reply["DataInfoList"]
    assert len(rows) == 361
    bad = [row for row in rows if row["VideoFps"] < 10]
    good = [row for row in rows if row["VideoFps"] >= 10]
    assert bad
    assert good
    assert all(row["LocalTs"] - row["VideoTs"] > 2000 for row in bad)
    assert all(row["LocalTs"] == row["VideoTs"] for row in good)
    assert len({row["Sequence"] for row in rows}) == 1


async def test_series_answer_in_the_notation_they_were_asked_in(emulator_app: InProcess):
    there = await emulator_app.call("DescribeStreamPlayInfoList", **window(1, NOW))
    here = await emulator_app.call("DescribeStreamPlayInfoList", **window_utc(1, NOW))
    assert [from_wire("beijing", row.pop("Time")) for row in there["DataInfoList"]] == [
        from_wire("utc", row.pop("Time")) for row in here["DataInfoList"]
    ]
    assert there["DataInfoList"] == here["DataInfoList"]


async def test_windows_and_granularities(emulator_app: InProcess):
    reply = await emulator_app.call("DescribeStreamPlayInfoList", **window(1, NOW))
    last = from_wire("beijing", reply["DataInfoList"][-1]["Time"])
    assert last == NOW - timedelta(minutes=5)
    assert len(reply["DataInfoList"]) == 56
    for action, wrong in (
        ("DescribeStreamPlayInfoList", window(25, NOW)),
        ("DescribeStreamPushInfoList", {"StreamName": "x"} | window(4, NOW)),
        ("DescribeStreamPushInfoList", {"StreamName": "x"} | window(1, NOW - timedelta(days=8))),
        ("DescribeUploadStreamNums", window(25, NOW)),
        ("DescribeBillBandwidthAndFluxList", window(25, NOW)),
        ("DescribeLiveStreamEventList", window_utc(24 * 31, NOW)),
    ):
        reply = await emulator_app.call(action, **wrong)
        assert reply["Error"]["Code"] == "InvalidParameterValue", action
    reply = await emulator_app.call("DescribeHttpStatusInfoList", **window(3, NOW))
    assert from_wire("beijing", reply["DataInfoList"][-1]["Time"]) == NOW - timedelta(hours=1, minutes=5)


async def test_sums_agree_with_their_series(emulator_app: InProcess):
    bill = await emulator_app.call(
        "DescribeBillBandwidthAndFluxList", **window(4, NOW - timedelta(minutes=5))
    )
    rows = bill["DataInfoList"]
    assert bill["SumFlux"] == pytest.approx(sum(row["Flux"] for row in rows), abs=0.1)
    assert bill["PeakBandwidth"] == max(row["Bandwidth"] for row in rows)
    assert bill["P95PeakBandwidth"] <= bill["PeakBandwidth"]
    day = await emulator_app.call("DescribeBillBandwidthAndFluxList", **window(23, NOW), Granularity=1440)
    fine = await emulator_app.call("DescribeBillBandwidthAndFluxList", **window(23, NOW))
    assert max(row["Bandwidth"] for row in day["DataInfoList"]) >= fine["PeakBandwidth"]

    codes = await emulator_app.call("DescribePlayErrorCodeSumInfoList", **window(1, NOW))
    assert codes["TotalCodeAll"] == sum(codes[f"TotalCode{n}xx"] for n in (2, 3, 4, 5))
    assert codes["TotalCodeAll"] == sum(row["Num"] for row in codes["TotalCodeList"])

    now = await emulator_app.call("DescribeLiveDomainPlayInfoList")
    details = [part for row in now["DomainInfoList"] for part in row["DetailInfoList"]]
    assert now["TotalOnline"] == sum(part["Online"] for part in details)


async def test_unknown_names_have_no_figures(emulator_app: InProcess):
    reply = await emulator_app.call("DescribeStreamPlayInfoList", StreamName="nobody", **window(1, NOW))
    assert reply["DataInfoList"] == []
    reply = await emulator_app.call(
        "DescribeStreamPlayInfoList", PlayDomain="play.elsewhere.example", **window(1, NOW)
    )
    assert {row["Online"] for row in reply["DataInfoList"]} == {0}


def test_shares_add_up():
    assert sum(place.share for place in PLACES) == pytest.approx(1)
    assert sum(share for _, share in CODES) == pytest.approx(1)


def test_steps_begin_on_whole_multiples_and_days_are_beijings():
    at = int(NOW.timestamp())
    assert list(Steps.within(at + 7, at + 601, 300, at + 10_000).starts) == [at, at + 300, at + 600]
    assert list(Steps.within(at, at + 600, 300, at).starts) == []
    (day,) = Steps.within(at, at, 86400, at + 1).starts
    assert to_wire("beijing", datetime.fromtimestamp(day, NOW.tzinfo)) == "2026-03-10 00:00:00"


def test_a_month_of_twenty_thousand_streams_is_thinned_out():
    emulator = make_emulator(streams=3000)
    call = Call("DescribeUploadStreamNums", None, NOW, "id")
    params = window(24 * 7, NOW) | {"Granularity": 1440}
    reply = ANSWERS["css"][call.action](emulator.account, params, call)
    assert all(2300 < row["Num"] < 2900 for row in reply["DataInfoList"])
