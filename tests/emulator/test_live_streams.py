"""Live streams under the verbs: forbid, drop, resume, delay; and what the lists say of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from emulated import NOW, InProcess, make_emulator

from livetui.catalogue.times import from_wire, to_wire
from livetui.emulator.css.roster import Key

MAIN = {"DomainName": "push.stadium.example", "AppName": "live", "StreamName": "match-01-main"}
MAIN_KEY = Key("push.stadium.example", "live", "match-01-main")


def utc(when: datetime) -> str:
    return str(to_wire("utc", when))


async def online(emulator: InProcess, **params) -> list[dict]:
    reply = await emulator.call("DescribeLiveStreamOnlineList", PageSize=100, **params)
    return reply["OnlineInfo"]


async def names(emulator: InProcess, **params) -> set[str]:
    return {row["StreamName"] for row in await online(emulator, **params)}


async def state(emulator: InProcess, stream: dict = MAIN) -> str:
    return (await emulator.call("DescribeLiveStreamState", **stream))["StreamState"]


async def forbidden(emulator: InProcess, name: str) -> dict | None:
    reply = await emulator.call("DescribeLiveForbidStreamList", StreamName=name)
    return next(iter(reply["ForbidStreamList"]), None)


async def last_event(emulator: InProcess, stream: dict) -> dict:
    now = emulator.clock.now()
    reply = await emulator.call(
        "DescribeLiveStreamEventList",
        StartTime=utc(now - timedelta(hours=1)),
        EndTime=utc(now),
        IsStrict=1,
        **stream,
    )
    return next(iter(reply["EventList"]), {})


async def test_most_streams_are_on_the_air_and_some_come_and_go():
    emulator = make_emulator(streams=2000)
    streams = emulator.account.streams
    seen = set()
    for minute in range(0, 24 * 60, 37):
        at = NOW + timedelta(minutes=minute)
        seen.add(share := len(streams.online(at)) / 2000)
        assert 0.8 < share < 0.9
    before = set(streams.online(NOW + timedelta(days=2)))
    after = set(streams.online(NOW + timedelta(days=2, minutes=1)))
    assert before - after
    assert after - before


async def test_the_account_is_a_function_of_seed_and_time():
    def picture(seed: int, path: list[int]) -> list:
        emulator = make_emulator(seed=seed)
        for seconds in path:
            emulator.account.streams.online(NOW + timedelta(seconds=seconds))
        streams = emulator.account.streams
        return [streams.row(key) for key in streams.online(NOW + timedelta(seconds=7200))]

    assert picture(1, []) == picture(1, [60, 300, 4000]) == picture(1, [9000, 10])
    assert picture(1, []) != picture(2, [])


async def test_the_list_comes_in_pages(emulator_app: InProcess):
    whole = await online(emulator_app)
    pages = []
    for number in (1, 2, 3, 4, 5, 6):
        reply = await emulator_app.call("DescribeLiveStreamOnlineList", PageNum=number, PageSize=10)
        assert reply["TotalNum"] == len(whole)
        assert reply["TotalPage"] == -(-len(whole) // 10)
        pages += reply["OnlineInfo"]
    assert pages == whole


async def test_the_list_is_filtered(emulator_app: InProcess):
    whole = await online(emulator_app)
    for member, parameter, value in (
        ("DomainName", "DomainName", "push.campus.example"),
        ("AppName", "AppName", "studio"),
        ("StreamName", "StreamName", "test-pattern"),
    ):
        rows = await online(emulator_app, **{parameter: value})
        assert rows == [row for row in whole if row[member] == value]
        assert rows


async def test_the_list_ends_at_twenty_thousand():
    emulator = make_emulator(streams=25_000)
    streams = emulator.account.streams
    assert len(streams.by_key) >= 25_000
    assert len(streams.online(NOW)) > 20_000
    from livetui.emulator.answers import ANSWERS, Call

    call = Call("DescribeLiveStreamOnlineList", None, NOW, "id")
    answer = ANSWERS["css"][call.action]
    reply = answer(emulator.account, {"PageNum": 200, "PageSize": 100}, call)
    assert reply["TotalNum"] == 20_000
    assert len(reply["OnlineInfo"]) == 100
    assert not answer(emulator.account, {"PageNum": 201, "PageSize": 100}, call)["OnlineInfo"]


async def test_forbid_until_a_time_and_back(emulator_app: InProcess):
    assert await state(emulator_app) == "active"
    (before,) = await online(emulator_app, StreamName="match-01-main")
    until = NOW + timedelta(hours=1)
    reply = await emulator_app.call("ForbidLiveStream", ResumeTime=utc(until), Reason="off", **MAIN)
    assert set(reply) == {"RequestId"}

    assert await state(emulator_app) == "forbid"
    assert "match-01-main" not in await names(emulator_app)
    row = await forbidden(emulator_app, "match-01-main")
    # Beijing time in spite of the Z: the note on these members says so.
    assert from_wire("beijing-z", row["CreateTime"]) == NOW
    assert from_wire("beijing-z", row["ExpireTime"]) == until
    assert (row["DomainName"], row["AppName"]) == ("push.stadium.example", "live")

    event = await last_event(emulator_app, MAIN)
    assert event["StreamEndTime"] == utc(NOW)
    assert event["StopReason"] == "forbidden by ForbidLiveStream"
    assert event["StreamStartTime"] == before["PublishTimeList"][0]["PublishTime"]

    emulator_app.clock.advance(3599)
    assert await state(emulator_app) == "forbid"
    emulator_app.clock.advance(1)
    assert await forbidden(emulator_app, "match-01-main") is None
    assert await state(emulator_app) == "inactive"
    emulator_app.clock.advance(10)
    assert await state(emulator_app) == "active"
    (row,) = await online(emulator_app, StreamName="match-01-main")
    assert from_wire("utc", row["PublishTimeList"][0]["PublishTime"]) > until


async def test_a_ban_lasts_a_week_unless_told(emulator_app: InProcess):
    await emulator_app.call("ForbidLiveStream", **MAIN)
    row = await forbidden(emulator_app, "match-01-main")
    assert from_wire("beijing-z", row["ExpireTime"]) == NOW + timedelta(days=7)


@pytest.mark.parametrize("wrong", [timedelta(days=91), timedelta(minutes=-1)])
async def test_a_ban_ends_within_ninety_days_and_not_before_now(emulator_app: InProcess, wrong: timedelta):
    reply = await emulator_app.call("ForbidLiveStream", ResumeTime=utc(NOW + wrong), **MAIN)
    assert reply["Error"]["Code"] == "InvalidParameterValue"
    assert await state(emulator_app) == "active"


async def test_a_ban_goes_by_the_name_alone(emulator_app: InProcess):
    rows = await online(emulator_app, StreamName="opening-night")
    assert {row["DomainName"] for row in rows} == {"push.stadium.example", "push.market.example"}
    stream = {"DomainName": "push.stadium.example", "AppName": "wrong", "StreamName": "opening-night"}
    await emulator_app.call("ForbidLiveStream", **stream)
    assert not await online(emulator_app, StreamName="opening-night")
    row = await forbidden(emulator_app, "opening-night")
    assert (row["DomainName"], row["AppName"]) == (None, None)


async def test_a_name_nobody_pushes_can_be_forbidden(emulator_app: InProcess):
    stream = MAIN | {"StreamName": "not-yet"}
    await emulator_app.call("ForbidLiveStream", **stream)
    assert await state(emulator_app, stream) == "forbid"
    await emulator_app.control("streams", {"domain": "push.harbor.example", "name": "not-yet"})
    assert "not-yet" not in await names(emulator_app)


async def test_resume_and_forbid_again(emulator_app: InProcess):
    await emulator_app.call("ForbidLiveStream", **MAIN)
    emulator_app.clock.advance(60)
    await emulator_app.call("ResumeLiveStream", **MAIN)
    assert await forbidden(emulator_app, "match-01-main") is None
    emulator_app.clock.advance(10)
    assert await state(emulator_app) == "active"
    await emulator_app.call("ForbidLiveStream", **MAIN)
    emulator_app.clock.advance(30)
    await emulator_app.call("ForbidLiveStream", ResumeTime=utc(NOW + timedelta(minutes=5)), **MAIN)
    reply = await emulator_app.call("DescribeLiveForbidStreamList", StreamName="match-01-main")
    assert len(reply["ForbidStreamList"]) == 1
    emulator_app.clock.advance(300)
    assert await state(emulator_app) == "active"


async def test_resuming_what_is_not_forbidden_is_no_error(emulator_app: InProcess):
    assert set(await emulator_app.call("ResumeLiveStream", **MAIN)) == {"RequestId"}
    assert await state(emulator_app) == "active"


async def test_a_dropped_stream_is_back_within_seconds(emulator_app: InProcess):
    (before,) = await online(emulator_app, StreamName="match-01-main")
    await emulator_app.call("DropLiveStream", **MAIN)
    assert await state(emulator_app) == "inactive"
    assert not await online(emulator_app, StreamName="match-01-main")
    emulator_app.clock.advance(10)
    (after,) = await online(emulator_app, StreamName="match-01-main")
    assert after["PublishTimeList"][0]["PublishTime"] > before["PublishTimeList"][0]["PublishTime"]
    event = await last_event(emulator_app, MAIN)
    assert (event["StreamEndTime"], event["StopReason"]) == (utc(NOW), "dropped by DropLiveStream")


async def test_dropping_an_inactive_stream_succeeds(emulator_app: InProcess):
    stream = MAIN | {"StreamName": "nobody"}
    assert set(await emulator_app.call("DropLiveStream", **stream)) == {"RequestId"}
    assert await state(emulator_app, stream) == "inactive"


@pytest.mark.parametrize(
    "action", ["DescribeLiveStreamState", "DropLiveStream", "ForbidLiveStream", "ResumeLiveStream"]
)
async def test_another_customers_domain(emulator_app: InProcess, action: str):
    reply = await emulator_app.call(action, **(MAIN | {"DomainName": "push.elsewhere.example"}))
    assert reply["Error"]["Code"] == "InternalError.ConfigNotExist"


async def test_a_disabled_domain_takes_its_streams_along(emulator_app: InProcess):
    domain = "push.stadium.example"
    others = len(await online(emulator_app)) - len(await online(emulator_app, DomainName=domain))
    await emulator_app.call("ForbidLiveDomain", DomainName=domain)
    emulator_app.clock.advance(300)
    assert not await online(emulator_app, DomainName=domain)
    assert abs(len(await online(emulator_app)) - others) <= 4
    event = await last_event(emulator_app, MAIN)
    assert (event["StreamEndTime"], event["StopReason"]) == (utc(NOW), "push domain disabled")
    await emulator_app.call("EnableLiveDomain", DomainName=domain)
    emulator_app.clock.advance(10)
    assert await state(emulator_app) == "active"


async def test_delays(emulator_app: InProcess):
    before = (await emulator_app.call("DescribeLiveDelayInfoList"))["DelayInfoList"]
    until = NOW + timedelta(hours=2)
    await emulator_app.call("AddDelayLiveStream", DelayTime=60, ExpireTime=utc(until), **MAIN)
    rows = (await emulator_app.call("DescribeLiveDelayInfoList"))["DelayInfoList"]
    (row,) = [row for row in rows if row not in before]
    assert row == MAIN | {
        "DelayInterval": 60,
        "CreateTime": utc(NOW),
        "ExpireTime": utc(until),
        "Status": 1,
    }
    emulator_app.clock.advance(7200)
    rows = (await emulator_app.call("DescribeLiveDelayInfoList"))["DelayInfoList"]
    assert {row["StreamName"]: row["Status"] for row in rows}["match-01-main"] == -1
    await emulator_app.call("ResumeDelayLiveStream", **MAIN)
    rows = (await emulator_app.call("DescribeLiveDelayInfoList"))["DelayInfoList"]
    assert "match-01-main" not in {row["StreamName"] for row in rows}
    for wrong in ({"DelayTime": 601}, {"DelayTime": 30, "ExpireTime": utc(NOW + timedelta(days=9))}):
        reply = await emulator_app.call("AddDelayLiveStream", **MAIN, **wrong)
        assert reply["Error"]["Code"] == "InvalidParameterValue"


async def test_events_by_order_window_and_name(emulator_app: InProcess):
    window = {"StartTime": utc(NOW - timedelta(hours=6)), "EndTime": utc(NOW)}
    late = await emulator_app.call("DescribeLiveStreamEventList", PageSize=100, **window)
    early = await emulator_app.call("DescribeLiveStreamEventList", PageSize=100, IsAsc=1, **window)
    ends = [event["StreamEndTime"] for event in late["EventList"]]
    assert ends == sorted(ends, reverse=True)
    ends = [event["StreamEndTime"] for event in early["EventList"]]
    assert ends == sorted(ends)
    assert all(window["StartTime"] <= end <= window["EndTime"] for end in ends)
    assert late["TotalNum"] == early["TotalNum"] > 100

    fuzzy = await emulator_app.call("DescribeLiveStreamEventList", StreamName="lecture-hall", **window)
    strict = await emulator_app.call(
        "DescribeLiveStreamEventList", StreamName="lecture-hall", IsStrict=1, **window
    )
    assert fuzzy["TotalNum"] > 0
    assert strict["TotalNum"] == 0

    flapping = {"StreamName": "lecture-hall-3", "IsStrict": 1, "PageSize": 100} | window
    every = await emulator_app.call("DescribeLiveStreamEventList", **flapping)
    whole = await emulator_app.call("DescribeLiveStreamEventList", IsFilter=1, **flapping)
    assert every["TotalNum"] > whole["TotalNum"] > 200
    assert any(event["Duration"] == 0 for event in every["EventList"])
    assert all(event["Duration"] > 0 for event in whole["EventList"])


async def test_events_end_at_ten_thousand():
    emulator = make_emulator(streams=400)
    streams, now = emulator.account.streams, emulator.account.clock.now()
    found = streams.ended(streams.by_key.values(), now - timedelta(days=30), now, latest_first=True)
    kept = streams.remembered_events("all", found)
    assert len(kept) == 10_000
    assert streams.remembered_events("all", iter(())) is kept


async def test_the_published_list_is_of_one_domain(emulator_app: InProcess):
    reply = await emulator_app.call(
        "DescribeLiveStreamPublishedList",
        DomainName="push.campus.example",
        StartTime=utc(NOW - timedelta(hours=3)),
        EndTime=utc(NOW),
        PageSize=100,
    )
    assert reply["PublishInfo"]
    assert {row["DomainName"] for row in reply["PublishInfo"]} == {"push.campus.example"}
    reply = await emulator_app.call(
        "DescribeLiveStreamPublishedList",
        DomainName="push.campus.example",
        StartTime=utc(NOW - timedelta(days=61)),
        EndTime=utc(NOW - timedelta(days=60)),
    )
    assert reply["Error"]["Code"] == "InvalidParameterValue"


async def test_an_index_kept_up_equals_one_made_anew():
    emulator = make_emulator(streams=300)
    streams = emulator.account.streams
    keys = sorted(streams.by_key)
    for step in range(200):
        now = emulator.account.clock.advance(37)
        if step % 9 == 0:
            streams.drop(keys[step % len(keys)], now)
        if step % 13 == 0:
            streams.forbid(keys[(7 * step) % len(keys)], now + timedelta(minutes=step), "", now)
        if step % 31 == 0:
            streams.resume(keys[(7 * (step - 13)) % len(keys)].name, now)
        kept = list(streams.online(now))
        rows = [dict(streams.row(key)) for key in kept]
        streams.index.rebuild(int(now.timestamp()))
        assert list(streams.online(now)) == kept == sorted(kept)
        assert [streams.row(key) for key in kept] == rows
        assert not {ban.name for ban in streams.banned(now)} & {key.name for key in kept}


async def test_seeded_bans_come_back_by_themselves(emulator_app: InProcess):
    bans = emulator_app.account.streams.banned(NOW)
    soon = min(bans, key=lambda ban: ban.end)
    assert datetime.fromtimestamp(soon.end, UTC) == NOW + timedelta(minutes=6)
    emulator_app.clock.advance(361)
    assert len(emulator_app.account.streams.banned(emulator_app.clock.now())) == len(bans) - 1
