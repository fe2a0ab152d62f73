"""The emulated LVB API: figures of this moment, of the past, and of billing follow the streams of css."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from tenant import Tenant

from livetui.catalogue.times import from_wire
from livetui.emulator.css.quality import sample
from livetui.emulator.css.schedule import second

VIEWED = "match-01-main"
SEVERAL = "test-pattern"


@pytest.fixture
def lvb() -> Tenant:
    return Tenant("lvb")


def pages(lvb: Tenant, action: str, size: int) -> Iterator[dict[str, Any]]:
    number = 1
    while rows := lvb(action, page_no=number, page_size=size)["stream_info"]:
        yield from rows
        number += 1


def span(lvb: Tenant, **back: float) -> dict[str, int]:
    now = lvb.now
    return {"start_time": second(now - timedelta(**back)), "end_time": second(now)}


def test_a_row_for_each_code_on_the_air(lvb: Tenant) -> None:
    told = lvb("Get_LiveStat")
    rows = {row["stream_name"]: row for row in told["stream_info"]}
    live = {row["channel_id"] for row in lvb("Live_Channel_GetLiveChannelList")["channel_list"]}
    assert set(rows) == live
    assert told["stream_count"] == len(live)
    assert abs(sum(row["online"] for row in rows.values()) - told["total_online"]) <= len(rows)
    assert sum(row["bandwidth"] for row in rows.values()) == pytest.approx(told["total_bandwidth"], rel=1e-3)


def test_push_figures_are_those_of_the_encoder(lvb: Tenant) -> None:
    (row,) = lvb("Get_LivePushStat", stream_id=VIEWED)["stream_info"]
    (stream,) = lvb.account.streams.by_name[VIEWED]
    now = sample(stream, second(lvb.now))
    assert (row["fps"], row["speed"]) == (now.video_fps, now.video_bps + now.audio_bps)
    assert (row["client_ip"], row["server_ip"]) == (stream.client_ip, stream.server_ip)


def test_the_three_tell_the_same(lvb: Tenant) -> None:
    whole = {row["stream_name"]: row for row in lvb("Get_LiveStat")["stream_info"]}
    for action in ("Get_LivePushStat", "Get_LivePlayStat"):
        for row in lvb(action)["stream_info"]:
            assert row.items() <= whole[row["stream_name"]].items()


def test_figures_come_in_pages(lvb: Tenant) -> None:
    rows = [row["stream_name"] for row in pages(lvb, "Get_LivePushStat", 20)]
    assert rows == [row["stream_name"] for row in lvb("Get_LivePushStat")["stream_info"]]


@pytest.mark.parametrize("action", ["Get_LiveStat", "Get_LivePushStat", "Get_LivePlayStat"])
def test_of_a_code_that_is_not_live_the_output_is_blank(lvb: Tenant, action: str) -> None:
    lvb.account.hosting.codes.disable(VIEWED, lvb.now + timedelta(hours=1), lvb.now)
    assert lvb.send(action, stream_id=VIEWED) == {}


def test_viewers_of_one_play_domain_are_some_of_all(lvb: Tenant) -> None:
    everyone = lvb("Get_LivePlayStat")["total_online"]
    there = lvb("Get_LivePlayStat", pull_domain="play.stadium.example")["total_online"]
    assert 0 < there < everyone
    assert lvb("Get_LivePlayStat", pull_domain="play.elsewhere.example")["total_online"] == 0


def test_push_history_has_a_row_each_five_seconds(lvb: Tenant) -> None:
    rows = lvb("Get_LivePushStatHistory", stream_id=VIEWED, **span(lvb, minutes=2))["stream_info"]
    times = [second(from_wire("beijing", row["time"])) for row in rows]
    assert len(times) >= 24
    assert {later - earlier for earlier, later in pairwise(times)} == {5}
    assert times[-1] <= second(lvb.now)


def test_push_history_stops_where_the_stream_was_cut_off(lvb: Tenant) -> None:
    lvb("Live_Channel_SetStatus", channel_id=VIEWED, status=0)
    cut = second(lvb.now)
    lvb.advance(120)
    rows = lvb("Get_LivePushStatHistory", stream_id=VIEWED, **span(lvb, minutes=4))["stream_info"]
    assert max(second(from_wire("beijing", row["time"])) for row in rows) <= cut


def test_push_history_of_an_unknown_code_is_empty(lvb: Tenant) -> None:
    asked = span(lvb, minutes=2)
    assert lvb("Get_LivePushStatHistory", stream_id="nobody", **asked)["stream_info"] == []


def test_play_history_sums_up(lvb: Tenant) -> None:
    told = lvb("Get_LivePlayStatHistory", lacks=("domain",), stream_id=VIEWED, **span(lvb, hours=1))
    assert told["stream_id"] == VIEWED
    flux = sum(row["flux"] for row in told["stat_info"])
    assert told["sum_info"]["sum_flux"] == pytest.approx(flux, rel=1e-3)
    assert all(row["online"] > 0 for row in told["stat_info"])
    for row in told["stat_info"]:
        assert row["flux"] == pytest.approx(row["bandwidth"] * 60 / 8, rel=1e-3)


def test_play_history_of_the_account_holds_that_of_a_stream(lvb: Tenant) -> None:
    asked = span(lvb, hours=1)
    whole = lvb("Get_LivePlayStatHistory", lacks=("domain", "stream_id"), **asked)
    one = lvb("Get_LivePlayStatHistory", lacks=("domain",), stream_id=VIEWED, **asked)
    assert whole["sum_info"]["sum_flux"] > one["sum_info"]["sum_flux"] > 0


def test_play_history_serves_hosted_channels_by_id_and_code(lvb: Tenant) -> None:
    channel = next(iter(lvb.account.hosting.channels.values()))
    asked = span(lvb, hours=1)
    by_id, by_code = (
        lvb("Get_LivePlayStatHistory", lacks=("domain",), stream_id=name, **asked)["sum_info"]
        for name in (channel.id, channel.code)
    )
    assert by_id == by_code
    assert by_id["sum_flux"] > 0


def test_billing_by_five_minutes_and_its_peak(lvb: Tenant) -> None:
    asked = span(lvb, hours=2)
    rows = lvb("Get_BillingBandwidth", lacks=("domain",), **asked)["total_info"]
    assert len(rows) == 24
    (peak,) = lvb("Get_BillingBandwidth", lacks=("domain",), get_top_bd=1, **asked)["total_info"]
    assert peak["bandwidth"] == max(row["bandwidth"] for row in rows)
    assert peak["flux"] == pytest.approx(sum(row["flux"] for row in rows), rel=1e-6)


def test_billing_at_home_and_abroad_is_all(lvb: Tenant) -> None:
    asked = span(lvb, hours=1)
    all_, home, abroad = (
        lvb("Get_BillingBandwidth", lacks=("domain",), home_foreign=area, **asked)["total_info"][0]["flux"]
        for area in (0, 1, 2)
    )
    assert home > abroad > 0
    assert home + abroad == pytest.approx(all_, rel=1e-3)


def test_billing_tells_the_domain_it_was_asked_for(lvb: Tenant) -> None:
    told = lvb("Get_BillingBandwidth", domain="play.stadium.example", **span(lvb, hours=1))
    assert told["domain"] == "play.stadium.example"
    assert all(row["bandwidth"] > 0 for row in told["total_info"])


def test_nothing_is_told_of_the_future(lvb: Tenant) -> None:
    now = second(lvb.now)
    told = lvb(
        "Get_LivePlayStatHistory",
        lacks=("domain", "stream_id"),
        start_time=now - 300,
        end_time=now + 7200,
    )
    assert len(told["stat_info"]) <= 6


def test_several_pushes_of_a_code_are_one_row_with_all_viewers(lvb: Tenant) -> None:
    (row,) = lvb("Get_LiveStat", stream_id=SEVERAL)["stream_info"]
    keys = lvb.account.streams.online(lvb.now, name=SEVERAL)
    assert len(keys) > 1
    assert row["stream_name"] == SEVERAL
