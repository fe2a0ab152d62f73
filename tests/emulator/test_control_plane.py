"""The control plane: the account's time, keys, streams and log."""

from __future__ import annotations

import httpx
import pytest
from emulated import ALIYUN_ID, LVB_APPID, NOW, SECRET_ID, InProcess, make_emulator

from livetui.emulator.app import application

ONLINE = "DescribeLiveStreamOnlineList"


BESIDES = len(make_emulator(streams=0).account.streams.by_key)
"""Streams that every account has besides the encoders it was asked for: the stages, what tasks push."""


async def test_reset_gives_the_first_state_back(emulator_app: InProcess):
    first = await emulator_app.call(ONLINE, PageSize=100)
    await emulator_app.control("streams", {"domain": "push.harbor.example", "name": "extra"})
    await emulator_app.control("keys", {"secret_id": "AKIDother", "secret_key": "k"})
    await emulator_app.control("faults", {"kind": "throttle", "action": "DropLiveStream"})
    await emulator_app.call(
        "ForbidLiveStream", DomainName="push.market.example", AppName="live", StreamName="shop-kitchen"
    )
    await emulator_app.call("ForbidLiveDomain", DomainName="push.campus.example")
    told = await emulator_app.control("reset")
    assert told["keys"] == [SECRET_ID, ALIYUN_ID, LVB_APPID]
    assert told["faults"] == []
    assert told["calls"] == 0
    assert all(told["domains"].values())
    assert await emulator_app.call(ONLINE, PageSize=100) == first
    told = await emulator_app.control("reset", {"streams": 5})
    assert told["streams"]["all"] == 5 + BESIDES
    told = await emulator_app.control("seed", {"seed": 7, "streams": 60})
    assert (told["seed"], told["streams"]["all"]) == (7, 60 + BESIDES)


async def test_the_clock(emulator_app: InProcess):
    told = await emulator_app.control("clock", {"advance": 90.5})
    assert told == {"time": "2026-03-10T12:01:30.500000+00:00", "frozen": True}
    told = await emulator_app.control("clock", {"set": "2026-03-10T20:00:00+08:00"})
    assert told["time"] == NOW.isoformat()
    assert not (await emulator_app.control("clock", {"run": True}))["frozen"]
    assert (await emulator_app.control("clock", {"freeze": True}))["frozen"]
    told = await emulator_app.control("clock", {"freeze": "2026-01-01T00:00:00Z"})
    assert told["time"] == "2026-01-01T00:00:00+00:00"


async def test_streams_with_any_name(emulator_app: InProcess):
    name = "\x1b]0;owned\x07[red]x"
    told = await emulator_app.control(
        "streams", {"domain": "push.harbor.example", "app": "a", "name": name, "fps": 12, "habit": "frames"}
    )
    assert {"domain": "push.harbor.example", "app": "a", "name": name, "state": "active"} in told["streams"]
    rates = await emulator_app.call("DescribeLiveStreamPushInfoList", AppName="a")
    assert [(row["StreamName"], row["MetaFps"]) for row in rates["DataInfoList"]] == [(name, 12)]
    told = await emulator_app.control(
        "streams", {"domain": "push.harbor.example", "app": "a", "name": name}, "DELETE"
    )
    assert name not in {row["name"] for row in told["streams"]}
    assert (await emulator_app.call(ONLINE, AppName="a"))["TotalNum"] == 0


async def test_the_log_tells_what_came_in(emulator_app: InProcess):
    await emulator_app.call(ONLINE, PageNum=2)
    await emulator_app.call("DescribeLivePullStreamTasks", region="ap-tokyo")
    await emulator_app.call("DescribeLiveRecordRules", region="ap-nowhere", Bad=1)
    calls = (await emulator_app.control("calls", method="GET"))["calls"]
    assert [(call["action"], call["region"], call["code"]) for call in calls] == [
        (ONLINE, None, ""),
        ("DescribeLivePullStreamTasks", "ap-tokyo", ""),
        ("DescribeLiveRecordRules", "ap-nowhere", "UnknownParameter"),
    ]
    assert calls[0]["parameters"] == {"PageNum": 2}
    assert calls[0]["time"] == NOW.isoformat()
    assert calls[0]["secret_id"] == SECRET_ID
    assert (await emulator_app.control("calls", method="DELETE"))["calls"] == []


@pytest.mark.parametrize(
    ("path", "method", "told"),
    [
        ("seed", "POST", {}),
        ("reset", "POST", {"streams": -1}),
        ("clock", "POST", {"advance": "1"}),
        ("clock", "POST", {"set": "2026-01-01T00:00:00"}),
        ("clock", "POST", {"set": "soon"}),
        ("clock", "POST", {"forward": 1}),
        ("account", "POST", {"status": "happy"}),
        ("keys", "POST", {"secret_id": "a"}),
        ("keys", "POST", {"secret_id": "a", "secret_key": "b", "denied": ["Nothing"]}),
        ("keys", "DELETE", {"secret_id": "nobody"}),
        ("streams", "POST", {"domain": "push.harbor.example"}),
        ("streams", "POST", {"domain": "d", "name": "n", "serial": 1}),
        ("streams", "POST", {"domain": "d", "name": "n", "habit": "odd"}),
        ("streams", "DELETE", {"domain": "d", "name": "n"}),
        ("faults", "POST", {"kind": "x"}),
        ("latency", "POST", {}),
    ],
)
async def test_wrong_orders_are_explained(emulator_app: InProcess, path: str, method: str, told: dict):
    reply = await emulator_app.http.request(method, f"/_emulator/{path}", json=told)
    assert reply.status_code == 400
    assert reply.json()["error"]


async def test_bodies_have_to_be_json_objects(emulator_app: InProcess):
    kind = {"content-type": "application/json"}
    for content, headers in ((b"{", kind), (b"[]", kind), (b"{}", {"content-type": "text/plain"})):
        reply = await emulator_app.http.post("/_emulator/reset", content=content, headers=headers)
        assert reply.status_code == 400


async def test_only_this_machine_gives_orders():
    app = application(make_emulator())
    transport = httpx.ASGITransport(app=app, client=("203.0.113.9", 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://emulator.example") as http:
        assert (await http.get("/_emulator/state")).status_code == 403
