"""The official client of ApsaraVideo Live, unchanged, against a served emulator: each of the 50 actions."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from aliyunsdkcore.acs_exception.exceptions import ServerException
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import RpcRequest
from emulated import ALIYUN_ID, ALIYUN_SECRET, Served
from questions.apsara import MAIN, PUBLISHER, STADIUM, questions, span, utc
from shapes import assert_shape

from livetui.catalogue.loader import load
from livetui.client import Client
from livetui.client.envelopes import members
from livetui.settings import Credential

APSARA = load("apsara")
GONE = {
    "DescribeLiveDomainRecordData",
    "DescribeLiveDomainTranscodeData",
    "DescribeLiveStreamOnlineUserNum",
    "DescribeLiveStreamsFrameRateAndBitRateData",
}
"""No longer in the client, which can call them by name all the same."""
LISTS = {"RecordFormat": "RecordFormats", "Scene": "Scenes"}
"""Lists have setters in the plural."""


def request_of(emulator: Served, action: str, params: dict[str, Any]) -> RpcRequest:
    if action in GONE:
        request = RpcRequest("live", APSARA.version, action)
        for name, value in params.items():
            request.add_query_param(name, value)
    else:
        request = getattr(
            import_module(f"aliyunsdklive.request.v20161101.{action}Request"), f"{action}Request"
        )()
        for name, value in params.items():
            getattr(request, f"set_{LISTS.get(name, name)}")(value)
    request.set_endpoint(emulator.host)
    request.set_protocol_type("http")
    request.set_accept_format("JSON")
    return request


def ask(emulator: Served, action: str, params: dict[str, Any], secret: str = ALIYUN_SECRET) -> dict[str, Any]:
    client = AcsClient(ALIYUN_ID, secret, "cn-shanghai", auto_retry=False)
    reply = client.do_action_with_exception(request_of(emulator, action, params))
    told: dict[str, Any] = json.loads(reply)
    return told


def test_every_action(present: Served) -> None:
    index = next(iter(present.account.apsara.indexes))
    asked = set()
    for action, params in questions(present.clock.now(), index):
        told = ask(present, action, params)
        assert told.pop("RequestId"), action
        reply = members.reply(APSARA, action, told)
        assert_shape(APSARA, APSARA.action(action).response, reply, action)
        asked.add(action)
    assert asked == set(APSARA.names)
    assert {call["code"] for call in present.calls()} == {""}


def test_lists_and_numbers_travel_as_documented(present: Served) -> None:
    now = present.clock.now()
    told = ask(present, "DescribeLiveStreamsOnlineList", {"DomainName": STADIUM})
    assert told["OnlineInfo"]["LiveStreamOnlineInfo"][0]["DomainName"] == STADIUM
    told = ask(present, "DescribeLiveDomainBpsData", {"DomainName": STADIUM} | span(now, hours=1))
    assert told["DataInterval"] == "300"
    assert float(told["BpsDataPerInterval"]["DataModule"][0]["BpsValue"]) > 0
    days = {"DomainName": STADIUM} | span(now, days=2)
    told = ask(present, "DescribeLiveDomainTranscodeData", days)
    detail = told["TranscodeDataInfos"]["TranscodeDataInfo"][0]["Detail"]
    assert set(detail) == {"LD", "HD", "match-720"}
    assert all(isinstance(seconds, int) for seconds in detail.values())
    told = ask(present, "DescribeLiveSnapshotDetectPornConfig", {"DomainName": STADIUM})
    (config,) = told["LiveSnapshotDetectPornConfigList"]["LiveSnapshotDetectPornConfig"]
    assert config["Scenes"] == {"scene": ["porn", "terrorism", "live"]}


def test_a_notice_that_is_not_set_is_empty(present: Served) -> None:
    told = ask(present, "DescribeLiveDetectNotifyConfig", {"DomainName": STADIUM})
    assert told["LiveDetectNotifyConfig"] == {}


def test_a_ban_is_seen(present: Served) -> None:
    now = present.clock.now()
    ask(present, "ForbidLiveStream", MAIN | PUBLISHER | {"ResumeTime": utc(now + timedelta(hours=1))})
    told = ask(present, "DescribeLiveStreamsBlockList", {"DomainName": STADIUM})
    assert f"{STADIUM}/live/match-01-main" in told["StreamUrls"]["StreamUrl"]


@pytest.mark.parametrize(
    ("action", "params", "status", "code"),
    [
        ("DescribeLiveStreamsOnlineList", {"DomainName": "a.example"}, 404, "InvalidDomain.NotFound"),
        ("DeleteLiveRecordNotifyConfig", {"DomainName": STADIUM}, 404, "ConfigNotFound"),
        ("AddLiveDetectNotifyConfig", {"NotifyUrl": "http://a.example"}, 400, "MissingParameter"),
        (
            "AddLiveStreamTranscode",
            {"Domain": STADIUM, "App": "live", "Template": "ld"},
            400,
            "ConfigAlreadyExists",
        ),
        (
            "ForbidLiveStream",
            MAIN | PUBLISHER | {"DomainName": "live.regatta.example"},
            400,
            "IllegalOperation",
        ),
        (
            "AddLiveAppSnapshotConfig",
            {
                "DomainName": STADIUM,
                "AppName": "a",
                "TimeInterval": 5,
                "OssBucket": "B",
                "OssEndpoint": "oss.example",
            },
            400,
            "InvalidOssBucket",
        ),
    ],
)
def test_refusals(present: Served, action: str, params: dict[str, Any], status: int, code: str) -> None:
    with pytest.raises(ServerException) as caught:
        ask(present, action, params)
    assert (caught.value.get_http_status(), caught.value.get_error_code()) == (status, code)


def test_an_end_in_the_future_is_refused(present: Served) -> None:
    ahead = {"DomainName": STADIUM} | span(present.clock.now() + timedelta(days=2), days=3)
    with pytest.raises(ServerException) as caught:
        ask(present, "DescribeLiveDomainRecordData", ahead)
    assert caught.value.get_error_code() == "InvalidEndTime.BeyondCurrent"


async def test_our_client_leafs_through_lists_and_pictures(emulator: Served) -> None:
    key = Credential(ALIYUN_ID, ALIYUN_SECRET)
    async with Client(APSARA, key, endpoint=emulator.url, now=emulator.clock.now) as client:
        now = emulator.clock.now()
        history = await client.sweep("DescribeLiveStreamsPublishList", MAIN | span(now, days=20))
        assert history.items
        pictures = await client.sweep("DescribeLiveStreamSnapshotInfo", MAIN | span(now, hours=1))
        taken = [item.data["CreateTime"] for item in pictures.items]
        assert len(taken) > 300
        assert taken == sorted(set(taken))
