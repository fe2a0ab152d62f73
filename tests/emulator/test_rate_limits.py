"""The documented limits, in a sliding window of a second."""

from __future__ import annotations

import pytest
from emulated import InProcess

from livetui.emulator.answers import Refusal
from livetui.emulator.limits import Limits


def test_the_window_slides():
    now = [0.0]
    limits = Limits(clock=lambda: now[0])
    limits.take("A", 2)
    now[0] = 0.6
    limits.take("A", 2)
    limits.take("B", 1)
    with pytest.raises(Refusal) as refused:
        limits.take("A", 2)
    assert refused.value.code == "RequestLimitExceeded"
    now[0] = 1.0
    limits.take("A", 2)
    with pytest.raises(Refusal):
        limits.take("A", 2)
    now[0] = 1.61
    limits.take("A", 2)


def test_refused_calls_do_not_count():
    now = [0.0]
    limits = Limits(clock=lambda: now[0])
    limits.take("A", 1)
    for _ in range(5):
        now[0] += 0.1
        with pytest.raises(Refusal):
            limits.take("A", 1)
    now[0] = 1.0
    limits.take("A", 1)


def test_without_limits():
    limits = Limits(enforced=False)
    for _ in range(1000):
        limits.take("A", 1)


async def test_the_documented_number_is_held(emulator_app: InProcess):
    stopped = 7.0
    emulator_app.app.limits._clock = lambda: stopped
    window = {"StartTime": "2026-03-10 19:00:00", "EndTime": "2026-03-10 19:05:00"}
    codes = []
    for _ in range(22):
        reply = await emulator_app.call("DescribeTranscodeTaskNum", **window)
        codes.append(reply.get("Error", {}).get("Code"))
    assert codes == [None] * 20 + ["RequestLimitExceeded"] * 2
    assert "OnlineInfo" in await emulator_app.call("DescribeLiveStreamOnlineList")
