"""channel.json against itself and against what the documents print: counts as text, batches, two layers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from catalogued import coming, fields, holds_together

from livetui.catalogue import times
from livetui.catalogue.check import check
from livetui.catalogue.mask import DOTS, mask

CHANNEL = coming("channel")
NOW = datetime(2018, 8, 1, 12, 0, tzinfo=UTC)

EFFECTS = {
    "CreateLVBChannel": "write",
    "DescribeLVBChannelList": "read",
    "DescribeLVBChannel": "read",
    "ModifyLVBChannel": "write",
    "StartLVBChannel": "write",
    "StopLVBChannel": "destructive",
    "DeleteLVBChannel": "destructive",
    "CreateRecord": "write",
    "StopRecord": "destructive",
    "GetVodRecordFiles": "read",
    "DescribeRecord": "read",
    "CreateLVBShot": "write",
    "StopLVBShot": "destructive",
    # The same queue as LVB's Live_Queue_Get, whose calls take messages out for good.
    "DescribeQueueLog": "destructive",
    "DeleteRecord": "destructive",
    "DeleteLVBShot": "destructive",
    "DescribeRecordList": "read",
    "DescribeLVBShotList": "read",
}

PAGES = {"channelId", "pageNo", "pageSize"}

PARAMETERS = {
    "CreateLVBChannel": {
        "channelName",
        "channelDescribe",
        "outputSourceType",
        "playerPassword",
        "sourceList",
        "watermarkId",
        "outputRate",
    },
    "DescribeLVBChannelList": {"channelStatus", "ascDesc", "pageNo", "pageSize", "orderBy"},
    "DescribeLVBChannel": {"channelId"},
    "ModifyLVBChannel": {"channelId", "channelName", "channelDescribe"},
    "StartLVBChannel": {"channelIds"},
    "StopLVBChannel": {"channelIds"},
    "DeleteLVBChannel": {"channelIds"},
    "CreateRecord": {"channelId", "startTime", "endTime", "tapeType"},
    "StopRecord": {"channelId", "taskId"},
    "GetVodRecordFiles": {"channelId", "startTime", "endTime", "pageNum", "pageSize"},
    "DescribeRecord": PAGES | {"taskId"},
    "CreateLVBShot": {"channelId", "startTime", "endTime"},
    "StopLVBShot": {"channelId", "taskId"},
    "DescribeQueueLog": {"bid", "count"},
    "DeleteRecord": {"channelId", "taskId"},
    "DeleteLVBShot": {"channelId", "taskId"},
    "DescribeRecordList": PAGES,
    "DescribeLVBShotList": PAGES,
}


def problems(action: str, params: dict[str, Any]) -> list[str]:
    found = check(CHANNEL, CHANNEL.action(action), params, NOW)
    return [f"{problem.path} {problem.kind}" for problem in found]


def test_it_holds_together() -> None:
    holds_together(CHANNEL)


def test_what_the_service_is() -> None:
    assert (CHANNEL.scheme, CHANNEL.envelope, CHANNEL.method) == ("v2", "channel", "GET")
    assert CHANNEL.host == "live.api.qcloud.com"  # as the vendor's Python client has it
    assert CHANNEL.regions == ("bj", "gz", "sh", "hk", "ca")
    assert {action.regions for action in CHANNEL} == {()}


def test_all_eighteen_with_their_effects_in_the_order_of_the_overview() -> None:
    assert CHANNEL.names == tuple(EFFECTS)
    assert {action.name: action.effect for action in CHANNEL} == EFFECTS


def test_parameters() -> None:
    assert {action.name: {f.name for f in action.parameters} for action in CHANNEL} == PARAMETERS


def test_five_have_no_page_and_say_where_they_come_from() -> None:
    without = {action.name for action in CHANNEL if action.undocumented}
    shots = {"CreateLVBShot", "StopLVBShot", "DeleteLVBShot", "DescribeLVBShotList"}
    assert without == shots | {"DescribeQueueLog"}
    assert all(CHANNEL.action(name).note for name in without)


def test_a_hundred_calls_a_minute() -> None:
    assert {(action.rate_limit, action.rate_window) for action in CHANNEL} == {(100, 60)}


def test_counts_and_flags_may_be_quoted_and_identifiers_are_text() -> None:
    for where, field in fields(CHANNEL):
        if field.name in ("id", "channel_id", "channelId", "taskId", "task_id", "fileId", "player_id"):
            assert field.type == "string", where
    replies = [field for action in CHANNEL for field in action.response]
    outputs = ("Channel", "ChannelInfo", "ChannelUpstream", "ChannelRecordTask", "ChannelVodFile")
    replies += [field for name in outputs for field in CHANNEL.structure(name).members]
    assert all(field.as_text for field in replies if field.type == "integer")
    assert not any(field.as_text for action in CHANNEL for field in action.parameters)


def test_an_identifier_beyond_63_bits_may_be_sent() -> None:
    big = "16093104850681751595"
    assert int(big) > 2**63
    assert problems("StopRecord", {"channelId": big, "taskId": big}) == []
    assert problems("StopRecord", {"channelId": int(big), "taskId": big}) == ["channelId type"]


@pytest.mark.parametrize("action", ["StartLVBChannel", "StopLVBChannel", "DeleteLVBChannel"])
def test_a_batch_tells_what_became_of_each(action: str) -> None:
    made = CHANNEL.action(action)
    (detail,) = made.response
    assert (detail.name, detail.key) == ("detail", "id")
    members = [field.name for field in CHANNEL.structure(detail.item_type).members]
    assert members == ["id", "code", "message", "requestId"]
    assert any("5400" in rule.text for rule in made.rules)
    assert problems(action, {"channelIds": ["96171715553394807", "96171715553394808"]}) == []
    assert problems(action, {"channelIds": []}) == ["channelIds value"]


def test_errors_have_two_layers_that_do_not_overlap() -> None:
    access = [code for code in CHANNEL._raw["errors"] if 4000 <= int(code) <= 6200 and code != "4001"]
    assert len(access) == 16
    assert len(CHANNEL._raw["errors"]) == 16 + 39
    for code in ("5100", "20108", "5400", "4500", "20301", "4001"):
        fact = CHANNEL.error(code)
        assert fact is not None
        assert fact.code == code
    inner = {code for action in CHANNEL for code in action.errors}
    assert not inner & set(access)


@pytest.mark.parametrize("fact", [CHANNEL.error(code) for code in CHANNEL._raw["errors"]])
def test_an_error_has_meaning_and_remedy(fact: Any) -> None:
    assert fact.meaning.endswith(".")
    assert fact.remedy.endswith(".")
    assert not fact.retryable or fact.code in ("3000", "6000")


def test_inverses() -> None:
    assert {action.name: action.inverse for action in CHANNEL if action.inverse} == {
        "CreateLVBChannel": "DeleteLVBChannel",
        "StartLVBChannel": "StopLVBChannel",
        "StopLVBChannel": "StartLVBChannel",
        "CreateRecord": "StopRecord",
        "CreateLVBShot": "StopLVBShot",
    }


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"outputRate": [0, 10]}, []),
        ({"outputRate": [5]}, ["outputRate.0 value"]),
        ({"sourceList": [{"name": "a", "type": 1}, {"name": "b", "type": 1}]}, ["sourceList value"]),
        ({"sourceList": [{"name": "a", "type": 3}]}, ["sourceList.0.type value"]),
        ({"outputSourceType": 4}, ["outputSourceType value"]),
    ],
)
def test_a_new_channel(given: dict[str, Any], wrong: list[str]) -> None:
    channel = {"channelName": "cup", "outputSourceType": 2, "sourceList": [{"name": "a", "type": 1}]}
    assert problems("CreateLVBChannel", channel | given) == wrong


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"tapeType": 1, "endTime": "2018-08-01 21:00:00"}, []),
        ({"tapeType": 0, "endTime": "2018-08-01 21:00:00"}, ["startTime rule"]),
        ({"tapeType": 0, "startTime": "2018-08-01 20:30:00", "endTime": "2018-08-01 21:00:00"}, []),
        (
            {"tapeType": 0, "startTime": "2018-08-01 20:30:00", "endTime": "2018-08-02 21:00:00"},
            ["endTime rule"],
        ),
        ({"tapeType": 1}, ["endTime missing"]),
    ],
)
def test_a_recording(given: dict[str, Any], wrong: list[str]) -> None:
    assert problems("CreateRecord", {"channelId": "123"} | given) == wrong


def test_times_are_those_of_china() -> None:
    assert {field.time for _, field in fields(CHANNEL)} == {(), ("beijing",)}
    created = CHANNEL.structure("Channel").members[-1]
    assert times.parse(created, "2015-07-23 20:05:52") == datetime(2015, 7, 23, 12, 5, 52, tzinfo=UTC)


def test_a_recording_begins_some_seconds_into_it_and_not_at_a_time() -> None:
    for name in ("ChannelRecordTask", "ChannelVodFile", "ChannelRecordPiece"):
        spans = [field for field in CHANNEL.structure(name).members if field.name in ("startTime", "endTime")]
        assert {(field.type, field.unit, field.as_text) for field in spans} == {("integer", "seconds", True)}
        assert all(field.note for field in spans)


def test_pages() -> None:
    pages = {a.name: (a.page.page, a.page.max_size, a.page.items, a.page.total) for a in CHANNEL if a.page}
    assert pages == {
        "DescribeLVBChannelList": ("pageNo", 10, "channelSet", "all_count"),
        "GetVodRecordFiles": ("pageNum", 20, "filesInfo", "totalCount"),
        "DescribeRecord": ("pageNo", 10, "fileSet", "totalCount"),
        "DescribeRecordList": ("pageNo", 10, "taskSet", "totalCount"),
        "DescribeLVBShotList": ("pageNo", 10, "taskSet", "totalCount"),
    }


def test_the_password_and_addresses_are_hidden() -> None:
    shown = mask(CHANNEL, CHANNEL.action("CreateLVBChannel").parameters, {"playerPassword": "open"})
    assert shown == {"playerPassword": DOTS}
    source = {"sourceName": "RTMP", "sourceAddress": "rtmp://push.harbor.example/live/a?bizid=2000"}
    rows = {"channelInfo": [{"password": "open", "upstream_list": [source]}]}
    (row,) = mask(CHANNEL, CHANNEL.action("DescribeLVBChannel").response, rows)["channelInfo"]
    assert row["password"] == DOTS
    assert row["upstream_list"][0]["sourceAddress"] == f"rtmp://push.harbor.example/live/a?bizid={DOTS}"
