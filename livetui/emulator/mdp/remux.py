"""VOD remux tasks. Plays "VOD Remux APIs"."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from livetui.emulator.answers import Call
from livetui.emulator.mdp.region import Region, answered, page
from livetui.emulator.mdp.shelf import Thing, is_url, wrong

WORKS = timedelta(seconds=90)
"""How long a task takes."""

WAITING, PROCESSING, FINISHED, FAILED = "Waiting", "Processing", "Finished", "Failed"
"""The documents show Processing and no other; the others are the emulator's words."""


def shown(task: Thing, now: datetime) -> Thing:
    """The task with its state, and what follows from it."""
    started: datetime | None = task["StartTime"]
    if started is None:
        return task | {"State": WAITING, "StartTime": 0, "EndTime": 0, "ErrorMsg": ""}
    end = started + WORKS
    if now < end:
        return task | {"State": PROCESSING, "EndTime": 0, "ErrorMsg": ""}
    return task | {"State": FAILED if task["ErrorMsg"] else FINISHED, "EndTime": end, "UpdateTime": end}


def _check(region: Region, params: dict[str, Any], call: Call) -> None:
    region.remuxes.free(call, params["Name"])
    read = params["InputFileInfo"]
    if read["Type"] == "COS" and not read.get("CosInputInfo"):
        raise wrong(call, "InputFileInfo", "Type COS needs CosInputInfo.")
    if read["Type"] == "URL" and not is_url(read.get("Url", "")):
        raise wrong(call, "InputFileInfo", "Type URL needs the Url of a file.")
    if not params["OutputStorage"]["CosOutputStorage"]["OutputDir"].startswith("/"):
        raise wrong(call, "OutputStorage", "OutputDir begins with a slash.")


@answered("CreateStreamPackageVodRemuxTask")
def _create(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    region.remuxes.room(call)
    _check(region, params, call)
    task = {
        "Id": region.ident(call.now),
        "Name": params["Name"],
        "Type": params["Type"],
        "InputFileInfo": params["InputFileInfo"],
        "OutputStorage": params["OutputStorage"],
        "CreateTime": call.now,
        "UpdateTime": call.now,
        "StartTime": None,
        "ErrorMsg": "",
        "Region": region.name,
    }
    return {"Info": shown(region.remuxes.add(task), call.now)}


@answered("StartStreamPackageVodRemuxTask")
def _start(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """A task that is over may be started again; what went wrong before is forgotten."""
    task = region.remuxes.get(call, params["Id"])
    _refuse_at_work(task, call)
    task.update(StartTime=call.now, UpdateTime=call.now, ErrorMsg="")
    return {}


@answered("DescribeStreamPackageVodRemuxTask")
def _describe(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return {"Info": shown(region.remuxes.get(call, params["Id"]), call.now)}


@answered("DescribeStreamPackageVodRemuxTasks")
def _list(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return page(params, [shown(task, call.now) for task in region.remuxes])


@answered("DeleteStreamPackageVodRemuxTask")
def _delete(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _drop(region, [params["Id"]], call)


@answered("DeleteStreamPackageVodRemuxTasks")
def _delete_all(region: Region, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _drop(region, params["Ids"], call)


def _drop(region: Region, idents: list[str], call: Call) -> dict[str, Any]:
    """All of them or none."""
    tasks = [region.remuxes.get(call, ident) for ident in idents]
    for task in tasks:
        _refuse_at_work(task, call)
    region.remuxes.drop(*idents)
    return {}


def _refuse_at_work(task: Thing, call: Call) -> None:
    if shown(task, call.now)["State"] == PROCESSING:
        raise wrong(call, "State", "The task is at work.")
