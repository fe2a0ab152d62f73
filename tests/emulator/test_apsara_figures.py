"""The emulated ApsaraVideo Live: figures of domains by slice and by day, viewers of streams."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from questions.apsara import CAMPUS, HARBOR, M3U8, MAIN, MARKET, PUBLISHER, STADIUM, STORE, span, utc
from tenant import Tenant

from livetui.catalogue.times import from_wire

BPS, TRAFFIC = "DescribeLiveDomainBpsData", "DescribeLiveDomainTrafficData"
DOMAINS = (HARBOR, STADIUM, CAMPUS, MARKET)


@pytest.fixture
def apsara() -> Tenant:
    return Tenant("apsara")


def bps(apsara: Tenant, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = apsara(BPS, **params)["BpsDataPerInterval"]
    return rows


# Bandwidth and traffic.


@pytest.mark.parametrize(
    ("back", "slice_", "number"),
    [
        (timedelta(hours=1), 300, 12),
        (timedelta(days=3), 300, 864),
        (timedelta(days=4), 3600, 96),
        (timedelta(days=31), 3600, 744),
        (timedelta(days=45), 86400, 46),
    ],
)
def test_slices_grow_with_the_span(apsara: Tenant, back: timedelta, slice_: int, number: int) -> None:
    asked = span(apsara.now, seconds=back.total_seconds())
    for action, member in ((BPS, "BpsDataPerInterval"), (TRAFFIC, "TrafficDataPerInterval")):
        reply = apsara(action, DomainName=STADIUM, **asked)
        assert (reply["DataInterval"], len(reply[member])) == (slice_, number)
        assert (reply["StartTime"], reply["EndTime"]) == (asked["StartTime"], asked["EndTime"])
        times = [from_wire("utc", row["TimeStamp"]).timestamp() for row in reply[member]]
        assert all(after - before == slice_ for before, after in pairwise(times))
        assert times[0] % slice_ == 0
        assert times[-1] < apsara.now.timestamp()


def test_a_day_is_meant_where_no_span_is_told(apsara: Tenant) -> None:
    reply = apsara(BPS, DomainName=STADIUM)
    assert reply["StartTime"] == utc(apsara.now - timedelta(days=1))
    assert (reply["DomainName"], len(reply["BpsDataPerInterval"])) == (STADIUM, 288)


def test_all_domains_are_summed_where_none_is_named(apsara: Tenant) -> None:
    hour = span(apsara.now, hours=1)
    parts = [bps(apsara, DomainName=domain, **hour) for domain in DOMAINS]
    for together in (bps(apsara, **hour), bps(apsara, DomainName=",".join(DOMAINS), **hour)):
        for row, *rest in zip(together, *parts, strict=True):
            assert row["BpsValue"] == pytest.approx(sum(part["BpsValue"] for part in rest), rel=1e-6)


def test_traffic_is_bandwidth_times_time(apsara: Tenant) -> None:
    hour = span(apsara.now, hours=1)
    traffic = apsara(TRAFFIC, DomainName=STADIUM, **hour)["TrafficDataPerInterval"]
    for row, moved in zip(bps(apsara, DomainName=STADIUM, **hour), traffic, strict=True):
        assert moved["TrafficValue"] == pytest.approx(row["BpsValue"] * 300 / 8, rel=1e-6)
        assert moved["HttpTrafficValue"] + moved["HttpsTrafficValue"] == moved["TrafficValue"]
        assert row["HttpBpsValue"] + row["HttpsBpsValue"] == row["BpsValue"] > 0


def test_a_slice_that_has_just_begun_is_no_dip(apsara: Tenant) -> None:
    apsara.advance(30)
    *_, before, last = bps(apsara, DomainName=STADIUM, **span(apsara.now, hours=1))
    assert last["BpsValue"] > before["BpsValue"] / 2


def test_a_ban_takes_its_viewers_out(apsara: Tenant) -> None:
    apsara("ForbidLiveStream", **MAIN, **PUBLISHER)
    apsara.advance(600)
    before, after = (
        row["BpsValue"] for row in bps(apsara, DomainName=STADIUM, **span(apsara.now, minutes=15))[::2]
    )
    assert after < before * 0.9


# By the day.

ACTIONS = {
    "DescribeLiveDomainTranscodeData": "TranscodeDataInfos",
    "DescribeLiveDomainRecordData": "RecordDataInfos",
    "DescribeLiveDomainSnapshotData": "SnapshotDataInfos",
}


def days(apsara: Tenant, action: str, domain: str = STADIUM, **params: Any) -> list[dict[str, Any]]:
    asked = {"DomainName": domain} | span(apsara.now, days=3) | params
    rows: list[dict[str, Any]] = apsara(action, **asked)[ACTIONS[action]]
    return rows


@pytest.mark.parametrize("action", ACTIONS)
def test_each_day_the_span_touches_has_its_figures(apsara: Tenant, action: str) -> None:
    rows = days(apsara, action)
    assert [row["Date"] for row in rows] == ["20260226", "20260227", "20260228", "20260301"]
    assert all(row["Total"] > 0 for row in rows)
    assert rows[-1]["Total"] < rows[-2]["Total"]
    assert days(apsara, action) == rows
    apsara.advance(3600)
    *past, today = days(apsara, action)
    assert past == rows[:-1]
    assert today["Total"] > rows[-1]["Total"]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_change_does_not_change_the_past(apsara: Tenant, action: str) -> None:
    before = days(apsara, action)
    for name in ("ld", "hd", "match-720"):
        apsara("DeleteLiveStreamTranscode", Domain=STADIUM, App="live", Template=name)
    apsara("DeleteLiveAppRecordConfig", DomainName=STADIUM, AppName="live")
    apsara("DeleteLiveAppRecordConfig", **MAIN)
    apsara("DeleteLiveAppSnapshotConfig", DomainName=STADIUM, AppName="live")
    assert days(apsara, action) == before
    later = apsara.now + timedelta(days=4)
    apsara.advance(4 * 86400)
    assert days(apsara, action, **span(later, days=6))[:2] == before[-3:-1]
    if action != "DescribeLiveDomainSnapshotData":  # a push keeps to the config it began under
        assert [row["Total"] for row in days(apsara, action, **span(later, days=2))] == [0, 0, 0]


@pytest.mark.parametrize("action", ACTIONS)
def test_there_are_no_figures_before_2018(apsara: Tenant, action: str) -> None:
    early = {"StartTime": "2017-12-31T23:59:59Z", "EndTime": "2018-01-03T00:00:00Z"}
    assert days(apsara, action, **early) == []
    first = {"StartTime": "2018-01-01T00:00:00Z", "EndTime": "2018-01-03T00:00:00Z"}
    assert [row["Total"] for row in days(apsara, action, **first)] == [0, 0, 0]


def test_recorded_seconds_are_of_what_was_recorded(apsara: Tenant) -> None:
    apsara("AddLiveAppRecordConfig", DomainName=MARKET, AppName="studio", **STORE, RecordFormat=[M3U8])
    apsara.advance(600)
    key = {"DomainName": MARKET, "AppName": "studio", "StreamName": "market-square"}
    asked = key | span(apsara.now, hours=1)
    (row,) = apsara("DescribeLiveStreamRecordContent", **asked)["RecordContentInfoList"]
    assert row["Duration"] == 600
    today = days(apsara, "DescribeLiveDomainRecordData", MARKET)[-1]
    assert today["Detail"] == {"TS": today["Total"]}
    assert today["Total"] == 600


def test_one_format_alone(apsara: Tenant) -> None:
    rows = days(apsara, "DescribeLiveDomainRecordData")
    assert set(rows[0]["Detail"]) == {"TS", "MP4", "FLV"}
    assert rows[0]["Total"] == sum(rows[0]["Detail"].values())
    alone = days(apsara, "DescribeLiveDomainRecordData", RecordType="MP4")
    assert alone[0] == {
        "Date": rows[0]["Date"],
        "Total": rows[0]["Detail"]["MP4"],
        "Detail": {"MP4": rows[0]["Detail"]["MP4"]},
    }


def test_transcoded_seconds_by_template(apsara: Tenant) -> None:
    (row, *_) = days(apsara, "DescribeLiveDomainTranscodeData")
    told = {one["Template"]: one["Seconds"] for one in row["Detail"]}
    assert set(told) == {"LD", "HD", "match-720"}
    assert len(set(told.values())) == 1
    assert row["Total"] == sum(told.values())
    assert days(apsara, "DescribeLiveDomainTranscodeData", HARBOR)[0]["Detail"] == []


def test_pictures_counted_are_pictures_listed(apsara: Tenant) -> None:
    apsara("DeleteLiveAppSnapshotConfig", DomainName=STADIUM, AppName="live")
    of_app = {"DomainName": CAMPUS, "AppName": "solo"}
    names = {"SequenceOssObject": "{Sequence}.jpg"}
    apsara("AddLiveAppSnapshotConfig", **of_app, **STORE, TimeInterval=7, **names)
    plan = {"StartTime": utc(apsara.now), "EndTime": utc(apsara.now + timedelta(minutes=10))}
    key = of_app | {"StreamName": "one"}
    apsara("AddLivePullStreamInfoConfig", **key, **plan, SourceUrl="rtmp://a.example/a/b")
    apsara.advance(1200)
    asked = key | span(apsara.now, hours=1) | {"Limit": 100}
    reply = apsara("DescribeLiveStreamSnapshotInfo", **asked, lacks=("NextStartTime",))
    assert len(reply["LiveStreamSnapshotInfoList"]) == 86
    assert days(apsara, "DescribeLiveDomainSnapshotData", CAMPUS)[-1]["Total"] == 86


# Viewers.


def test_viewers_now_and_in_all(apsara: Tenant) -> None:
    reply = apsara("DescribeLiveStreamOnlineUserNum", DomainName=STADIUM)
    rows = reply["OnlineUserInfo"]
    assert reply["TotalUserNumber"] == sum(row["UserNumber"] for row in rows) > 1000
    live = apsara("DescribeLiveStreamsOnlineList", DomainName=STADIUM, StreamType="raw")["OnlineInfo"]
    assert [row["StreamUrl"] for row in rows] == [
        f"rtmp://{row['DomainName']}/{row['AppName']}/{row['StreamName']}" for row in live
    ]
    (one,) = apsara("DescribeLiveStreamOnlineUserNum", **MAIN)["OnlineUserInfo"]
    assert one in rows
    less = apsara("DescribeLiveStreamOnlineUserNum", **MAIN, HlsSwitch="false")["TotalUserNumber"]
    assert 0 < less < one["UserNumber"]


def test_viewers_by_the_minute(apsara: Tenant) -> None:
    action = "DescribeLiveStreamHistoryUserNum"
    rows = apsara(action, **MAIN, **span(apsara.now, hours=1))["LiveStreamUserNumInfos"]
    assert [row["StreamTime"] for row in rows] == [
        utc(apsara.now - timedelta(minutes=minute)) for minute in range(61)
    ]
    now = apsara("DescribeLiveStreamOnlineUserNum", **MAIN)["TotalUserNumber"]
    assert rows[0]["UserNum"] == now
    assert len({row["UserNum"] for row in rows}) > 30
    apsara("ForbidLiveStream", **MAIN, **PUBLISHER)
    apsara.advance(120)
    rows = apsara(action, **MAIN, **span(apsara.now, minutes=5))["LiveStreamUserNumInfos"]
    assert [row["UserNum"] > 0 for row in rows] == [False, False, False, True, True, True]
    assert apsara("DescribeLiveStreamOnlineUserNum", **MAIN)["OnlineUserInfo"] == []


def test_the_evening_is_busier_than_the_morning(apsara: Tenant) -> None:
    def at(hour: int) -> int:
        when = datetime(2026, 2, 27, hour, tzinfo=UTC)
        asked = MAIN | {"StreamName": "match-01-main", "EndTime": utc(when)}
        total: int = apsara("DescribeLiveStreamOnlineUserNum", **asked)["TotalUserNumber"]
        return total

    assert at(13) > 3 * at(1) > 0
