"""Calls of every action of channel hosting, and the refusals its documents tell of.

What has to be there first is made by the calls before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from questions.asking import Asker

NEW = {"channelName": "Evening news", "outputSourceType": 3, "sourceList": [{"name": "studio", "type": 1}]}
ABSENT = "9896125784085535840"
"""The id of no channel."""
OF_A_CHANNEL: tuple[tuple[str, dict[str, Any]], ...] = (
    ("DescribeLVBChannel", {}),
    ("ModifyLVBChannel", {"channelName": "x"}),
    ("CreateRecord", {"tapeType": 1, "endTime": "2026-03-01 20:10:00"}),
    ("StopRecord", {"taskId": "1"}),
    ("DeleteRecord", {"taskId": "1"}),
    ("DescribeRecordList", {}),
    ("DescribeRecord", {"taskId": "1"}),
    ("GetVodRecordFiles", {"startTime": "2026-03-01 00:00:00"}),
    ("CreateLVBShot", {}),
    ("StopLVBShot", {"taskId": "1"}),
    ("DeleteLVBShot", {"taskId": "1"}),
    ("DescribeLVBShotList", {}),
)
"""Every action about one channel, and what else it needs."""


def channels(cloud: Asker) -> None:
    listed = cloud("DescribeLVBChannelList", pageSize=10)
    assert len(listed["channelSet"]) == 10 < listed["all_count"]
    ident = cloud("CreateLVBChannel", **NEW, playerPassword="open-sesame")["channel_id"]
    cloud.refused("1000", "CreateLVBChannel", **NEW, outputRate=[10, 20])
    cloud.refused("20500", "CreateLVBChannel", **NEW, watermarkId=999_999)
    (told,) = cloud("DescribeLVBChannel", channelId=ident)["channelInfo"]
    assert told["channel_name"] == "Evening news"
    cloud.refused("20109", "StartLVBChannel", channelIds=[ident])
    cloud.refused("20109", "DeleteLVBChannel", channelIds=[ident])
    cloud.served.advance(300)
    cloud.refused("20108", "ModifyLVBChannel", channelId=ident, channelName="Late news")
    cloud("StopLVBChannel", channelIds=[ident])
    cloud("ModifyLVBChannel", channelId=ident, channelName="Late news")
    cloud.refused("5400", "StartLVBChannel", channelIds=[ident, ABSENT])
    cloud("StopLVBChannel", channelIds=[ident])
    cloud("StartLVBChannel", channelIds=[ident])
    cloud("StopLVBChannel", channelIds=[ident])
    cloud("DeleteLVBChannel", channelIds=[ident])
    for action in ("StartLVBChannel", "StopLVBChannel", "DeleteLVBChannel"):
        cloud.refused("20301", action, channelIds=[ident])


def recordings(cloud: Asker) -> None:
    live = {"channelId": _named(cloud, "Campus choir")}
    silent = {"channelId": _named(cloud, "Ferry timetable")}
    soon = {"startTime": cloud.beijing(minutes=10), "endTime": cloud.beijing(minutes=50)}
    task = cloud("CreateRecord", **live, **soon, tapeType=0)["task_id"]
    cloud.refused("20322", "CreateRecord", **live, **soon, tapeType=0)
    cloud.refused("20323", "CreateRecord", **live, tapeType=1, endTime=cloud.beijing(minutes=-1))
    cloud.refused("20320", "CreateRecord", **silent, tapeType=1, endTime=cloud.beijing(minutes=10))
    cloud.served.advance(1200)
    assert task in [row["id"] for row in cloud("DescribeRecordList", **live)["taskSet"]]
    cloud("StopRecord", **live, taskId=task)
    cloud.served.advance(60)
    assert cloud("DescribeRecord", **live, taskId=task)["fileSet"]
    assert cloud("GetVodRecordFiles", **live, startTime=cloud.beijing(hours=-1))["filesInfo"]
    cloud("DeleteRecord", **live, taskId=task)
    for action in ("StopRecord", "DeleteRecord", "DescribeRecord"):
        cloud.refused("20327", action, **live, taskId=task)


def screenshots(cloud: Asker) -> None:
    live = {"channelId": _named(cloud, "Campus choir")}
    task = cloud("CreateLVBShot", **live)["task_id"]
    cloud.refused("1000", "CreateLVBShot", **live, endTime=cloud.beijing(minutes=1))
    cloud.served.advance(300)
    assert task in [row["id"] for row in cloud("DescribeLVBShotList", **live)["taskSet"]]
    assert cloud("DescribeQueueLog", bid=100, count=5)["data"]
    cloud("StopLVBShot", **live, taskId=task)
    cloud("DeleteLVBShot", **live, taskId=task)
    for action in ("StopLVBShot", "DeleteLVBShot"):
        cloud.refused("20328", action, **live, taskId=task)


def absent(cloud: Asker) -> None:
    for action, params in OF_A_CHANNEL:
        cloud.refused("20301", action, channelId=ABSENT, **params)


def _named(cloud: Asker, name: str) -> str:
    """The id of the channel of that name."""
    rows = [row for page in (1, 2) for row in cloud("DescribeLVBChannelList", pageNo=page)["channelSet"]]
    ident: str = next(row["channel_id"] for row in rows if row["channel_name"] == name)
    return ident


CHAPTERS: tuple[Callable[[Asker], None], ...] = (channels, recordings, screenshots, absent)
