"""Pull-stream (document: the chapter of that name): streams fetched from other origins."""

from __future__ import annotations

from typing import Any

from livetui.emulator.answers import Call
from livetui.emulator.apsara.played import key_of, played, span
from livetui.emulator.apsara.state import Apsara
from livetui.emulator.css.roster import Key
from livetui.emulator.css.schedule import moment, second


@played("AddLivePullStreamInfoConfig")
def add(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """One that is over gives way to a new one of the same stream."""
    key = key_of(params)
    play = apsara.plays.get(key)
    if play is not None and play.end <= second(call.now) and apsara.pulls.find(key) is not None:
        apsara.pulls.delete(key, second(call.now))
    start, end = span(call, params)
    fetch(apsara, key, params["SourceUrl"], start, end, call)
    return {}


def fetch(apsara: Apsara, key: Key, source: str, start: int, end: int, call: Call) -> None:
    """Has a stream fetched in [start, end), and not before now. Raises ConfigAlreadyExists."""
    apsara.pulls.add(key, {"SourceUrl": source, "StartTime": start, "EndTime": end}, second(call.now))
    apsara.plays[key] = apsara.air.fetch(key, max(start, second(call.now)), end, call.now)


@played("DeleteLivePullStreamInfoConfig")
def delete(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """What it brings in ends with it."""
    key = key_of(params)
    apsara.pulls.delete(key, second(call.now))
    apsara.air.drop(apsara.plays[key], call.now)
    return {}


@played("DescribeLivePullStreamConfig")
def configs(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Those that are over too, until they are deleted."""
    return {
        "LiveAppRecordList": [
            dict(zip(("DomainName", "AppName", "StreamName"), config.key, strict=True))
            | {
                "SourceUrl": config.data["SourceUrl"],
                "StartTime": moment(config.data["StartTime"]),
                "EndTime": moment(config.data["EndTime"]),
            }
            for config in apsara.pulls.of(params["DomainName"])
        ]
    }
