"""The emulated ApsaraVideo Live: every action's shape; streams, bans, history, rates, pulls."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from questions.apsara import CAMPUS, HARBOR, MAIN, MARKET, PUBLISHER, STADIUM, questions, span, utc
from tenant import START, Tenant

from livetui.catalogue.loader import load
from livetui.emulator.account import Account
from livetui.emulator.apsara.seed import SILENT
from livetui.emulator.apsara.state import STOPPED
from livetui.emulator.clock import Clock
from livetui.emulator.services import handlers

ONLINE = "DescribeLiveStreamsOnlineList"
BLOCKED = "DescribeLiveStreamsBlockList"
BACKUP = MAIN | {"StreamName": "match-01-backup"}


@pytest.fixture
def apsara() -> Tenant:
    return Tenant("apsara")


def online(apsara: Tenant, domain: str = STADIUM, **params: Any) -> dict[str, dict[str, Any]]:
    reply = apsara(ONLINE, DomainName=domain, PageSize=3000, **({"StreamType": "raw"} | params))
    return {row["StreamName"]: row for row in reply["OnlineInfo"]}


def blocked(apsara: Tenant, domain: str = STADIUM) -> list[str]:
    urls: list[str] = apsara(BLOCKED, DomainName=domain)["StreamUrls"]
    return urls


def test_every_action_has_someone_who_answers() -> None:
    assert set(handlers("apsara")) == set(load("apsara").names)


def test_every_action_answers_in_its_documented_shape(apsara: Tenant) -> None:
    index = next(iter(apsara.account.apsara.indexes))
    asked = list(questions(apsara.now, index))
    assert {action for action, _ in asked} == set(load("apsara").names)
    for action, params in asked:
        apsara(action, **params)


def test_the_seed_decides_whatever_the_order(apsara: Tenant) -> None:
    other = Tenant("apsara")
    other.account.streams.online(other.now)
    other(BLOCKED, DomainName=HARBOR)
    assert online(apsara) == online(other)
    assert online(apsara) != online(Tenant("apsara", seed=2))


def test_css_does_without_it() -> None:
    account = Account(clock=Clock(START))
    account.streams.online(START)
    assert "apsara" not in account.__dict__


# Domains.


def test_only_the_accounts_domains(apsara: Tenant) -> None:
    apsara.refused("InvalidDomain.NotFound", ONLINE, DomainName="live.nobody.example")
    apsara.refused("InvalidDomain.NotFound", "DescribeLiveDomainBpsData", DomainName=f"{STADIUM},a.example")
    transcode = {"Domain": "live.nobody.example", "App": "a", "Template": "ld"}
    apsara.refused("InvalidDomain.NotFound", "AddLiveStreamTranscode", **transcode)
    asked = {"DomainTranscodeName": "live.nobody.example"}
    apsara.refused("InvalidDomain.NotFound", "DescribeLiveStreamTranscodeInfo", **asked)


def test_a_domain_out_of_service_is_read_only(apsara: Tenant) -> None:
    assert online(apsara, STOPPED) == {}
    key = {"DomainName": STOPPED, "AppName": "a", "StreamName": "s"}
    apsara.refused("IllegalOperation", "ForbidLiveStream", **key, **PUBLISHER)


# Who is on the air.


def test_the_list_is_of_one_domain_and_app(apsara: Tenant) -> None:
    rows = online(apsara, CAMPUS, StreamType="all")
    assert {row["DomainName"] for row in rows.values()} == {CAMPUS}
    studio = online(apsara, CAMPUS, AppName="studio")
    assert set(studio) < set(rows)
    assert {row["AppName"] for row in studio.values()} == {"studio"}


def test_who_pushes_where(apsara: Tenant) -> None:
    main = online(apsara)["match-01-main"]
    assert main["PublishDomain"] == "ingest.stadium.example"
    assert main["PublishUrl"].startswith("rtmp://ingest.stadium.example/live/match-01-main?auth_key=")
    assert {row["PublishDomain"] for row in online(apsara, MARKET).values()} == {MARKET}


def test_renditions_are_streams_of_their_own(apsara: Tenant) -> None:
    raw, trans, both = (set(online(apsara, StreamType=kind)) for kind in ("raw", "trans", "all"))
    assert both == raw | trans
    assert trans == {f"{name}_{template}" for name in raw for template in ("ld", "hd", "match-720")}
    apsara("DeleteLiveStreamTranscode", Domain=STADIUM, App="live", Template="hd")
    assert not any(name.endswith("_hd") for name in online(apsara, StreamType="trans"))


def test_pages(apsara: Tenant) -> None:
    whole = list(online(apsara))
    reply = apsara(ONLINE, DomainName=STADIUM, StreamType="raw", PageNum=2, PageSize=5)
    assert [row["StreamName"] for row in reply["OnlineInfo"]] == whole[5:10]
    assert (reply["PageNum"], reply["PageSize"], reply["TotalNum"]) == (2, 5, len(whole))
    assert reply["TotalPage"] == -(-len(whole) // 5)
    assert apsara(ONLINE, DomainName=STADIUM)["PageSize"] == 2000


def test_streams_come_and_go_with_the_clock(apsara: Tenant) -> None:
    before = {name: row["PublishTime"] for name, row in online(apsara, CAMPUS).items()}
    apsara.advance(3600)
    after = {name: row["PublishTime"] for name, row in online(apsara, CAMPUS).items()}
    assert before != after
    assert set(before) & set(after)


# Bans.


def test_forbid_for_good_and_resume(apsara: Tenant) -> None:
    url = f"{STADIUM}/live/match-01-main"
    apsara("ForbidLiveStream", **MAIN, **PUBLISHER)
    assert "match-01-main" not in online(apsara)
    assert blocked(apsara)[0] == url
    apsara.advance(400 * 86400)
    assert url in blocked(apsara)
    apsara("ResumeLiveStream", **MAIN, **PUBLISHER)
    assert url not in blocked(apsara)
    assert "match-01-main" not in online(apsara)
    apsara.advance(300)
    assert "match-01-main" in online(apsara)


def test_forbid_until_a_time(apsara: Tenant) -> None:
    apsara("ForbidLiveStream", **MAIN, **PUBLISHER, ResumeTime=utc(apsara.now + timedelta(minutes=10)))
    apsara.advance(590)
    assert "match-01-main" not in online(apsara)
    apsara.advance(30)
    assert f"{STADIUM}/live/match-01-main" not in blocked(apsara)
    assert "match-01-main" in online(apsara)


def test_a_ban_is_of_one_domain(apsara: Tenant) -> None:
    name = {"AppName": "live", "StreamName": "test-pattern"}
    apsara("ForbidLiveStream", DomainName=STADIUM, **name, **PUBLISHER)
    assert "test-pattern" not in online(apsara)
    assert "test-pattern" in online(apsara, HARBOR)


def test_a_second_ban_takes_the_place_of_the_first(apsara: Tenant) -> None:
    apsara("ForbidLiveStream", **MAIN, **PUBLISHER)
    apsara("ForbidLiveStream", **MAIN, **PUBLISHER, ResumeTime=utc(apsara.now + timedelta(minutes=1)))
    assert blocked(apsara).count(f"{STADIUM}/live/match-01-main") == 1
    apsara.advance(120)
    assert f"{STADIUM}/live/match-01-main" not in blocked(apsara)


def test_a_stream_nobody_pushes_can_be_forbidden(apsara: Tenant) -> None:
    apsara("ForbidLiveStream", DomainName=HARBOR, AppName="live", StreamName="not-yet", **PUBLISHER)
    assert f"{HARBOR}/live/not-yet" in blocked(apsara, HARBOR)


def test_the_control_history_tells_who_did_what(apsara: Tenant) -> None:
    apsara("ForbidLiveStream", **MAIN, **PUBLISHER)
    apsara.advance(60)
    apsara("ResumeLiveStream", **MAIN, **PUBLISHER)
    asked = {"DomainName": STADIUM} | span(apsara.now, minutes=5)
    rows = apsara("DescribeLiveStreamsControlHistory", **asked)["ControlInfo"]
    assert [(row["Action"], row["TimeStamp"]) for row in rows] == [
        ("resume", utc(apsara.now)),
        ("forbid", utc(START)),
    ]
    assert {row["StreamName"] for row in rows} == {f"{STADIUM}/live/match-01-main"}
    assert {row["ClientIP"] for row in rows} == {"127.0.0.1"}
    assert apsara("DescribeLiveStreamsControlHistory", **asked, AppName="studio")["ControlInfo"] == []
    later = {"DomainName": STADIUM} | span(apsara.now + timedelta(hours=2), hours=1)
    assert apsara("DescribeLiveStreamsControlHistory", **later)["ControlInfo"] == []


def test_the_seeded_bans_are_in_the_history(apsara: Tenant) -> None:
    every = [url for domain in (HARBOR, STADIUM, CAMPUS, MARKET) for url in blocked(apsara, domain)]
    told = [
        (row["StreamName"], row["Action"])
        for domain in (HARBOR, STADIUM, CAMPUS, MARKET)
        for row in apsara(
            "DescribeLiveStreamsControlHistory", DomainName=domain, **span(apsara.now, days=30)
        )["ControlInfo"]
    ]
    assert len(every) == 3
    assert {(url, "forbid") for url in every} < set(told)
    assert sum(action == "resume" for _, action in told) == 1
    apsara.advance(600)
    assert sum(len(blocked(apsara, domain)) for domain in (HARBOR, STADIUM, CAMPUS, MARKET)) == 2


# What was.


def published(apsara: Tenant, end: datetime, **params: Any) -> list[dict[str, Any]]:
    asked = {"DomainName": STADIUM} | span(end, days=2) | params
    rows: list[dict[str, Any]] = apsara("DescribeLiveStreamsPublishList", **asked)["PublishInfo"]
    return rows


def test_pushes_that_ended_are_listed_the_latest_first(apsara: Tenant) -> None:
    rows = published(apsara, apsara.now)
    ends = [row["StopTime"] for row in rows]
    assert ends == sorted(ends, reverse=True)
    assert all(row["PublishTime"] < row["StopTime"] <= utc(apsara.now) for row in rows)
    assert rows[0]["StreamUrl"].startswith(f"http://{STADIUM}/live/")
    name = rows[0]["StreamName"]
    assert {row["StreamName"] for row in published(apsara, apsara.now, StreamName=name)} == {name}
    assert published(apsara, apsara.now, AppName="none") == []


def test_a_forbidden_push_ends_in_the_history(apsara: Tenant) -> None:
    since = online(apsara)["match-01-main"]["PublishTime"]
    apsara("ForbidLiveStream", **MAIN, **PUBLISHER)
    apsara.advance(60)
    row = published(apsara, apsara.now, StreamName="match-01-main")[0]
    assert (row["PublishTime"], row["StopTime"]) == (since, utc(START))


def test_the_history_comes_in_pages(apsara: Tenant) -> None:
    asked = {"DomainName": CAMPUS} | span(apsara.now, days=2)
    first = apsara("DescribeLiveStreamsPublishList", **asked, PageSize=100)
    second = apsara("DescribeLiveStreamsPublishList", **asked, PageNumber=2, PageSize=100)
    assert (second["PageNum"], len(second["PublishInfo"])) == (2, 100)
    assert second["PublishInfo"][0]["StopTime"] <= first["PublishInfo"][-1]["StopTime"]


# Frame and bit rates.

RATES = "FrameRateAndBitRateInfos"


def test_rates_now_are_of_what_is_on_the_air(apsara: Tenant) -> None:
    rows = apsara("DescribeLiveStreamsFrameRateAndBitRateData", DomainName=STADIUM, AppName="live")[RATES]
    assert {row["StreamUrl"] for row in rows} == {f"rtmp://{STADIUM}/live/{name}" for name in online(apsara)}
    main = next(row for row in rows if row["StreamUrl"].endswith("/match-01-main"))
    assert 25 <= main["VideoFrameRate"] <= 35
    assert 3000 < main["BitRate"] < 7000
    assert main["Time"] == utc(apsara.now)


def test_rates_vary_and_are_the_same_again(apsara: Tenant) -> None:
    asked = MAIN | span(apsara.now, minutes=30)
    rows = apsara("DescribeLiveStreamBitRateData", **asked)[RATES]
    assert len(rows) == 31
    assert [row["Time"] for row in rows] == sorted((row["Time"] for row in rows), reverse=True)
    assert len({row["BitRate"] for row in rows}) > 20
    apsara.advance(3600)
    assert apsara("DescribeLiveStreamBitRateData", **asked)[RATES] == rows


def test_no_rates_while_off_the_air(apsara: Tenant) -> None:
    apsara("ForbidLiveStream", **MAIN, **PUBLISHER)
    apsara.advance(600)
    assert apsara("DescribeLiveStreamsFrameRateAndBitRateData", **MAIN)[RATES] == []
    rows = apsara("DescribeLiveStreamBitRateData", **MAIN, **span(apsara.now, minutes=20))[RATES]
    assert rows[0]["Time"] == utc(START - timedelta(minutes=1))
    then = apsara("DescribeLiveStreamsFrameRateAndBitRateData", **MAIN, EndTime=utc(START - timedelta(1)))
    assert len(then[RATES]) == 1


def test_past_rates_end_somewhere(apsara: Tenant) -> None:
    rows = apsara("DescribeLiveStreamBitRateData", DomainName=STADIUM, **span(apsara.now, days=90))[RATES]
    assert len(rows) == 10_000
    assert rows[0]["Time"] == utc(apsara.now)
    usual = apsara("DescribeLiveStreamBitRateData", DomainName=STADIUM)[RATES]
    assert usual == rows[: len(usual)]


def test_one_camera_is_connected_and_sends_nothing(apsara: Tenant) -> None:
    apsara.advance(600)
    key = dict(zip(("DomainName", "AppName", "StreamName"), SILENT, strict=True))
    (row,) = apsara("DescribeLiveStreamsFrameRateAndBitRateData", **key)[RATES]
    assert (row["BitRate"], row["VideoFrameRate"]) == (0.0, 0.0)


# Streams fetched from elsewhere.

GUEST = {"DomainName": MARKET, "AppName": "live", "StreamName": "guest"}
SOURCE = "rtmp://a.example/live/one;rtmp://b.example/live/two"


def pulled(apsara: Tenant, **params: Any) -> None:
    plan = {"StartTime": utc(apsara.now), "EndTime": utc(apsara.now + timedelta(hours=1))}
    apsara("AddLivePullStreamInfoConfig", **(GUEST | plan | {"SourceUrl": SOURCE} | params))


def pulls(apsara: Tenant, domain: str = MARKET) -> dict[str, dict[str, Any]]:
    rows = apsara("DescribeLivePullStreamConfig", DomainName=domain)["LiveAppRecordList"]
    return {row["StreamName"]: row for row in rows}


def test_a_pulled_stream_is_on_the_air_for_its_time(apsara: Tenant) -> None:
    pulled(apsara, StartTime=utc(apsara.now + timedelta(minutes=5)))
    assert pulls(apsara)["guest"]["SourceUrl"] == SOURCE
    assert "guest" not in online(apsara, MARKET)
    apsara.advance(301)
    row = online(apsara, MARKET)["guest"]
    assert (row["PublishUrl"], row["PublishDomain"]) == ("rtmp://a.example/live/one", MARKET)
    assert row["PublishTime"] == utc(START + timedelta(minutes=5))
    apsara.advance(3600)
    assert "guest" not in online(apsara, MARKET)
    assert "guest" in pulls(apsara)
    ended = published(apsara, apsara.now, DomainName=MARKET, StreamName="guest")
    assert [row["StopTime"] for row in ended] == [utc(START + timedelta(hours=1))]


def test_deleting_a_pull_ends_what_it_brings_in(apsara: Tenant) -> None:
    pulled(apsara)
    apsara.refused(
        "ConfigAlreadyExists",
        "AddLivePullStreamInfoConfig",
        **GUEST,
        SourceUrl=SOURCE,
        StartTime=utc(apsara.now),
        EndTime=utc(apsara.now + timedelta(days=1)),
    )
    apsara.advance(60)
    assert "guest" in online(apsara, MARKET)
    apsara("DeleteLivePullStreamInfoConfig", **GUEST)
    assert "guest" not in online(apsara, MARKET)
    assert "guest" not in pulls(apsara)
    apsara.refused("ConfigNotFound", "DeleteLivePullStreamInfoConfig", **GUEST)
    pulled(apsara)
    apsara.advance(60)
    assert "guest" in online(apsara, MARKET)


def test_a_pull_that_is_over_gives_way(apsara: Tenant) -> None:
    pulled(apsara)
    apsara.advance(3700)
    pulled(apsara)
    apsara.advance(10)
    assert "guest" in online(apsara, MARKET)
    assert pulls(apsara)["guest"]["EndTime"] == utc(START + timedelta(seconds=3700 + 3600))


def test_a_pulled_stream_can_be_forbidden(apsara: Tenant) -> None:
    pulled(apsara)
    apsara.advance(10)
    apsara("ForbidLiveStream", **GUEST, **PUBLISHER)
    assert "guest" not in online(apsara, MARKET)
    apsara("ResumeLiveStream", **GUEST, **PUBLISHER)
    apsara.advance(30)
    assert "guest" in online(apsara, MARKET)


def test_a_pull_takes_an_encoders_place(apsara: Tenant) -> None:
    before = online(apsara)["match-01-backup"]["PublishUrl"]
    pulled(apsara, **BACKUP)
    apsara.advance(30)
    assert online(apsara)["match-01-backup"]["PublishUrl"] == "rtmp://a.example/live/one"
    apsara("DeleteLivePullStreamInfoConfig", **BACKUP)
    apsara.advance(30)
    back = online(apsara)["match-01-backup"]["PublishUrl"]
    assert back.partition("?")[0] == before.partition("?")[0]


def test_the_seeded_pulls_are_running_to_come_and_over(apsara: Tenant) -> None:
    assert "visiting-fleet" in online(apsara, HARBOR)
    assert "guest-kitchen" not in online(apsara, MARKET)
    assert pulls(apsara)["guest-kitchen"]["StartTime"] > utc(apsara.now)
    assert pulls(apsara, CAMPUS)["guest-lecture"]["EndTime"] < utc(apsara.now)
