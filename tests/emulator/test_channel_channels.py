"""Emulated channel hosting: channels of every status, batches that succeed in part, and what is refused."""

from typing import Any

import pytest
from questions.channel import ABSENT, NEW, OF_A_CHANNEL
from tenant import Tenant

from livetui.catalogue.loader import load
from livetui.catalogue.times import from_wire
from livetui.emulator.answers import Refusal
from livetui.emulator.hosting.state import MOST_CHANNELS
from livetui.emulator.services import handlers


@pytest.fixture
def channel() -> Tenant:
    return Tenant("channel")


def listed(channel: Tenant, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = channel("DescribeLVBChannelList", pageSize=100, **params)["channelSet"]
    return rows


def named(channel: Tenant, name: str) -> str:
    ident: str = next(row["channel_id"] for row in listed(channel) if row["channel_name"] == name)
    return ident


def about(channel: Tenant, ident: str) -> dict[str, Any]:
    (row,) = channel("DescribeLVBChannel", channelId=ident)["channelInfo"]
    return dict(row)


def status(channel: Tenant, ident: str) -> int:
    value: int = about(channel, ident)["channel_status"]
    return value


def batch(channel: Tenant, action: str, *idents: str) -> None:
    assert channel(action, lacks=("detail",), channelIds=list(idents)) == {}


def test_every_action_has_someone_who_answers() -> None:
    assert set(handlers("channel")) == set(load("channel").names)


def test_there_is_a_channel_of_every_status(channel: Tenant) -> None:
    assert {row["channel_status"] for row in listed(channel)} == {0, 1, 2, 3, 4}
    for row in listed(channel):
        told = about(channel, row["channel_id"])
        assert (told["channel_name"], told["channel_status"]) == (row["channel_name"], row["channel_status"])


@pytest.mark.parametrize("wanted", range(5))
def test_the_list_is_filtered_by_status(channel: Tenant, wanted: int) -> None:
    rows = listed(channel, channelStatus=wanted)
    assert rows
    assert {row["channel_status"] for row in rows} == {wanted}


def test_the_list_comes_in_tens_either_way_round(channel: Tenant) -> None:
    first = channel("DescribeLVBChannelList")
    assert (len(first["channelSet"]), first["all_count"]) == (10, 12)
    assert len(channel("DescribeLVBChannelList", pageNo=2)["channelSet"]) == 2
    times = [from_wire("beijing", row["create_time"]) for row in listed(channel)]
    assert times == sorted(times)
    assert listed(channel, ascDesc=1) == listed(channel)[::-1]


def test_ids_are_text_and_exceed_63_bits(channel: Tenant) -> None:
    idents = [row["channel_id"] for row in listed(channel)]
    assert len(set(idents)) == len(idents)
    assert any(int(ident) > 2**63 for ident in idents)
    assert any(int(ident) < 2**63 for ident in idents)


def test_addresses_follow_the_output(channel: Tenant) -> None:
    both, hls, rtmp = (
        about(channel, named(channel, name)) for name in ("Harbor open day", "Kitchen class", "Campus choir")
    )
    assert both["hls_downstream_address"].endswith(".m3u8")
    assert both["rtmp_downstream_address"].startswith("rtmp://play.")
    assert (hls["rtmp_downstream_address"], rtmp["hls_downstream_address"]) == ("", "")
    (source,) = both["upstream_list"]
    assert source["sourceAddress"].startswith("rtmp://push.")
    assert "txSecret=" in source["sourceAddress"]


def test_only_some_have_a_player_password_and_a_picture(channel: Tenant) -> None:
    assert about(channel, named(channel, "Campus choir"))["password"]
    assert about(channel, named(channel, "Harbor open day"))["password"] is None
    assert about(channel, named(channel, "Ferry timetable"))["resolution"] is None
    assert about(channel, named(channel, "Press room"))["upstream_list"] == []


def test_a_new_channel_is_pushed_to_after_a_while(channel: Tenant) -> None:
    made = channel("CreateLVBChannel", **NEW, channelDescribe="at eight", playerPassword="open-sesame")
    told = about(channel, made["channel_id"])
    assert (told["channel_name"], told["channel_describe"]) == ("Evening news", "at eight")
    assert told["password"] == "open-sesame"
    assert told["upstream_list"][0]["sourceAddress"] == made["channelInfo"]["upstream_address"]
    assert told["channel_status"] == 0
    channel.advance(300)
    assert status(channel, made["channel_id"]) == 1
    assert from_wire("beijing", listed(channel)[-1]["create_time"]).year == 2026


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("1000", {"channelName": " "}),
        ("1000", {"outputRate": [10, 20]}),
        ("20500", {"watermarkId": 999_999}),
    ],
)
def test_what_a_new_channel_is_refused_for(channel: Tenant, code: str, more: dict[str, Any]) -> None:
    channel.refused(code, "CreateLVBChannel", **(NEW | more))
    assert len(listed(channel)) == 12


def test_the_account_has_room_for_so_many(channel: Tenant) -> None:
    for _ in range(MOST_CHANNELS - 12):
        channel("CreateLVBChannel", **NEW)
    channel.refused("20101", "CreateLVBChannel", **NEW)


def test_what_is_on_the_air_is_not_edited(channel: Tenant) -> None:
    live = named(channel, "Harbor open day")
    channel.refused("20108", "ModifyLVBChannel", channelId=live, channelName="Renamed")
    batch(channel, "StopLVBChannel", live)
    channel("ModifyLVBChannel", channelId=live, channelName="Renamed")
    told = about(channel, live)
    assert (told["channel_name"], told["channel_describe"]) == ("Renamed", "all day from the pier")
    channel("ModifyLVBChannel", channelId=live, channelName="Renamed", channelDescribe="")
    assert about(channel, live)["channel_describe"] == ""
    channel.refused("1000", "ModifyLVBChannel", channelId=live, channelName="")


def test_stopped_and_started(channel: Tenant) -> None:
    live = named(channel, "Harbor open day")
    batch(channel, "StopLVBChannel", live)
    assert status(channel, live) == 3
    channel.advance(600)
    assert status(channel, live) == 3
    batch(channel, "StopLVBChannel", live)
    batch(channel, "StartLVBChannel", live)
    assert status(channel, live) == 0
    channel.advance(60)
    assert status(channel, live) == 1


def test_only_what_is_disabled_is_started_or_deleted(channel: Tenant) -> None:
    live, off = named(channel, "Harbor open day"), named(channel, "Spring concert")
    channel.refused("20109", "StartLVBChannel", channelIds=[live])
    channel.refused("20109", "DeleteLVBChannel", channelIds=[live])
    batch(channel, "DeleteLVBChannel", off)
    channel.refused("20301", "DescribeLVBChannel", channelId=off)
    assert len(listed(channel)) == 11


def outcomes(refusal: Refusal) -> dict[str, int]:
    return {one["id"]: one["code"] for one in refusal.members["detail"]}


def test_a_batch_can_succeed_in_part(channel: Tenant) -> None:
    live, other = named(channel, "Harbor open day"), named(channel, "Campus choir")
    refusal = channel.refused("5400", "StopLVBChannel", channelIds=[live, "404", other])
    assert outcomes(refusal) == {live: 0, "404": 20301, other: 0}
    assert status(channel, live) == status(channel, other) == 3
    members = load("channel").structure("ChannelOutcome").members
    for one in refusal.members["detail"]:
        assert set(one) == {member.name for member in members}
        assert bool(one["message"]) == bool(one["code"])


def test_a_batch_that_fails_for_all_says_why(channel: Tenant) -> None:
    live = named(channel, "Harbor open day")
    refusal = channel.refused("20109", "DeleteLVBChannel", channelIds=[live, "404"])
    assert outcomes(refusal) == {live: 20109, "404": 20301}


def test_a_batch_of_several(channel: Tenant) -> None:
    off = [row["channel_id"] for row in listed(channel, channelStatus=3)]
    assert len(off) == 2
    batch(channel, "StartLVBChannel", *off)
    assert not listed(channel, channelStatus=3)


@pytest.mark.parametrize(("action", "params"), OF_A_CHANNEL)
def test_a_channel_that_is_not_there(channel: Tenant, action: str, params: dict[str, Any]) -> None:
    channel.refused("20301", action, channelId=ABSENT, **params)


def test_the_seed_makes_the_account() -> None:
    one, same, other = (listed(Tenant("channel", seed=seed)) for seed in (1, 1, 2))
    assert one == same
    assert {row["channel_id"] for row in one}.isdisjoint(row["channel_id"] for row in other)


def test_hosted_channels_are_on_no_list_of_css(channel: Tenant) -> None:
    before = len(channel.account.streams.online(channel.now))
    channel("CreateLVBChannel", **NEW)
    channel.advance(300)
    codes = {one.code for one in channel.account.hosting.channels.values()}
    live = {key.name for key in channel.account.streams.online(channel.now)}
    assert before
    assert codes.isdisjoint(live)
