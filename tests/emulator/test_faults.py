"""What the control plane can make go wrong, seen over a real connection."""

from __future__ import annotations

import httpx
import pytest
from emulated import InProcess, Served

from livetui.emulator.faults import KINDS, BadFault, Faults

ONLINE = "DescribeLiveStreamOnlineList"
MAIN = {"DomainName": "push.stadium.example", "AppName": "live", "StreamName": "match-01-main"}


def state(emulator: Served) -> str:
    return emulator.call("DescribeLiveStreamState", **MAIN)["StreamState"]


def test_faults_fit_by_action_and_region_and_run_out():
    faults = Faults()
    faults.add({"kind": "throttle", "action": "A", "times": 2})
    faults.add({"kind": "http", "region": "ap-tokyo", "skip": 1})
    assert [f.kind for f in faults.due("A", None)] == ["throttle"]
    assert faults.due("B", None) == []
    assert faults.due("B", "ap-tokyo") == []
    assert [f.kind for f in faults.due("A", "ap-tokyo")] == ["throttle", "http"]
    assert [f.kind for f in faults.due("A", "ap-tokyo")] == ["http"]
    assert [f["kind"] for f in faults.list()] == ["http"]
    assert faults.clear() == 1
    assert faults.due("A", "ap-tokyo") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"kind": "flood"},
        {"kind": "latency", "ms": "long"},
        {"kind": "latency", "ms": True},
        {"kind": "reset", "ms": 1},
        {"kind": "reset", "times": -1},
        {"kind": "reset", "action": 1},
    ],
)
def test_faults_that_cannot_be(wrong: dict):
    with pytest.raises(BadFault):
        Faults().add(wrong)


def test_reset_before_the_effect(emulator: Served):
    emulator.fault("reset", "ForbidLiveStream", times=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        emulator.call("ForbidLiveStream", **MAIN)
    assert state(emulator) == "active"
    emulator.call("ForbidLiveStream", **MAIN)
    assert state(emulator) == "forbid"
    assert [call["code"] for call in emulator.calls("ForbidLiveStream")] == ["-", ""]


def test_hanging_up_after_the_effect(emulator: Served):
    emulator.fault("timeout", "ForbidLiveStream", times=1, close=True)
    with pytest.raises(httpx.RemoteProtocolError):
        emulator.call("ForbidLiveStream", **MAIN)
    assert state(emulator) == "forbid"


def test_never_answering_after_the_effect(emulator: Served):
    emulator.fault("timeout", "ForbidLiveStream", times=1)
    emulator.http.timeout = 0.2
    with pytest.raises(httpx.ReadTimeout):
        emulator.call("ForbidLiveStream", **MAIN)
    emulator.http.timeout = 10
    assert state(emulator) == "forbid"


def test_an_end_with_somebody_waiting(emulator: Served):
    """The fixture's end would fail, or take its ten seconds, if a held call kept the server."""
    emulator.fault("timeout", ONLINE)
    emulator.http.timeout = 0.1
    with pytest.raises(httpx.ReadTimeout):
        emulator.call(ONLINE)


def test_throttle_and_error(emulator: Served):
    emulator.fault("throttle", "DropLiveStream", times=1)
    emulator.fault("error", ONLINE, times=1, code="InternalError.GetStreamInfoError", message="later")
    assert emulator.call("DropLiveStream", **MAIN)["Error"]["Code"] == "RequestLimitExceeded"
    assert state(emulator) == "active"
    reply = emulator.call(ONLINE)
    assert reply["Error"] == {"Code": "InternalError.GetStreamInfoError", "Message": "later"}
    assert "OnlineInfo" in emulator.call(ONLINE)


def test_http_errors(emulator: Served):
    emulator.fault("http", status=503, times=1)
    headers = {"X-TC-Action": ONLINE}
    reply = emulator.http.post(emulator.url, headers=headers)
    assert reply.status_code == 503
    assert "json" not in reply.headers["content-type"]


def test_malformed_and_truncated(emulator: Served):
    emulator.fault("malformed", ONLINE, times=1)
    with pytest.raises(ValueError):
        emulator.call(ONLINE)
    emulator.fault("truncated", ONLINE, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        emulator.call(ONLINE)
    assert "OnlineInfo" in emulator.call(ONLINE)


def test_an_empty_page_in_mid_list(emulator: Served):
    emulator.fault("empty_page", ONLINE, pages=[2])
    pages = [emulator.call(ONLINE, PageNum=number) for number in (1, 2, 3)]
    assert [len(page["OnlineInfo"]) for page in pages] == [10, 0, 10]
    assert len({page["TotalNum"] for page in pages}) == 1


def test_a_clock_that_is_off(emulator: Served):
    emulator.fault("clock_skew", seconds=1000)
    assert emulator.call(ONLINE)["Error"]["Code"] == "AuthFailure.SignatureExpire"
    reply = emulator.http.post(emulator.url)
    assert reply.headers["date"] == "Tue, 10 Mar 2026 12:16:40 GMT"


def test_latency(emulator: Served):
    emulator.fault("latency", ONLINE, ms=50, times=1)
    assert "OnlineInfo" in emulator.call(ONLINE)
    emulator.control("latency", {"ms": 10})
    headers = emulator.http.post(emulator.url).elapsed
    assert headers.total_seconds() >= 0.01


async def test_in_process_there_is_no_connection_to_break(emulator_app: InProcess):
    for kind, error in (("reset", ConnectionResetError), ("timeout", TimeoutError)):
        await emulator_app.control("faults", {"kind": kind, "action": ONLINE, "times": 1})
        with pytest.raises(error):
            await emulator_app.call(ONLINE)
    assert "OnlineInfo" in await emulator_app.call(ONLINE)


def test_every_kind_can_be_set(emulator: Served):
    for kind in KINDS:
        emulator.fault(kind, "DescribeLiveCerts")
    assert [fault["kind"] for fault in emulator.control("state", method="GET")["faults"]] == list(KINDS)
    assert emulator.control("faults", method="DELETE") == {"cleared": len(KINDS)}
