"""Live detection (document: the chapter of that name): what is looked for in the pictures of an app."""

from __future__ import annotations

from typing import Any

from livetui.catalogue.loader import load
from livetui.emulator import shape
from livetui.emulator.answers import Call
from livetui.emulator.apsara.played import SERVICE, check_object, check_store, played, sorted_page
from livetui.emulator.apsara.state import Apsara
from livetui.emulator.css.schedule import second

USUAL_INTERVAL = 10
"""The page names no default; its example has this one."""
PLACEHOLDERS = ("AppName", "StreamName", "Date", "Hour", "Minute", "Second", "Sequence", "UnixTimestamp")


def _check(params: dict[str, Any]) -> tuple[str, str]:
    """The config's key, when all it is to have can be."""
    check_store(params)
    check_object(params.get("OssObject", ""), PLACEHOLDERS)
    return params["DomainName"], params["AppName"]


@played("AddLiveSnapshotDetectPornConfig")
def add(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    key = _check(params)
    data = shape.made(load(SERVICE), call.action, {"Interval": USUAL_INTERVAL, **params})
    apsara.detections.add(key, data, second(call.now))
    return {}


@played("UpdateLiveSnapshotDetectPornConfig")
def update(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    key = _check(params)
    old = apsara.detections.have(key).data
    apsara.detections.put(key, shape.changed(load(SERVICE), call.action, old, params), second(call.now))
    return {}


@played("DeleteLiveSnapshotDetectPornConfig")
def delete(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    apsara.detections.delete((params["DomainName"], params["AppName"]), second(call.now))
    return {}


@played("DescribeLiveSnapshotDetectPornConfig")
def configs(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    app = params.get("AppName", "")
    kept = apsara.detections.of(params["DomainName"])
    rows, numbers = sorted_page(call, params, (c for c in kept if not app or c.key[1] == app))
    found = [config.data | {"Scenes": config.data["Scene"]} for config in rows]
    return {"LiveSnapshotDetectPornConfigList": found, **numbers}
