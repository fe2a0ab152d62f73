"""Calls of every interface of the LVB API, and the refusals its documents tell of.

What has to be there first is made by the calls before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from questions.asking import Asker

MIX = "mix_streamv2.start_mix_stream_advanced"
LEFT, RIGHT = "stage_left", "stage_right"
STEADY = "match-01-backup"
ABSENT = "nobody_here"
"""A code that never pushed."""


def codes(lvb: Asker) -> None:
    live = lvb("Live_Channel_GetLiveChannelList")
    assert STEADY in [row["channel_id"] for row in live["channel_list"]]
    assert lvb("Live_Channel_GetChannelList", status=1, page_size=100)["all_count"] == live["all_count"]
    assert lvb("Live_Channel_GetStatus", channel_id=STEADY)["status"] == 1
    lvb.refused("20601", "Live_Channel_GetStatus", channel_id=ABSENT)
    lvb("Live_Channel_SetStatus", channel_id=STEADY, status=0)
    assert lvb("Live_Channel_GetStatus", channel_id=STEADY)["status"] == 3
    until = {"channel_id": STEADY, "action": "forbid"}
    lvb("channel_manager", **until, abstime_end=lvb.unix(hours=1))
    lvb.refused("1000", "channel_manager", **until, abstime_end=lvb.unix(hours=-1))
    lvb("channel_manager", **until | {"action": "resume"}, abstime_end=lvb.unix(hours=1))
    lvb.served.advance(60)
    assert lvb("Live_Channel_GetStatus", channel_id=STEADY)["status"] == 1


def recordings(lvb: Asker) -> None:
    code = {"channel_id": LEFT}
    span = {"start_time": lvb.beijing(minutes=60), "end_time": lvb.beijing(minutes=120)}
    task = lvb("Live_Tape_Start", **code, **span, task_sub_type=0)["task_id"]
    lvb.refused("20322", "Live_Tape_Start", **code, **span, task_sub_type=0)
    over = {"start_time": lvb.beijing(minutes=-10), "end_time": lvb.beijing(minutes=-5)}
    lvb.refused("20323", "Live_Tape_Start", **code, **over, task_sub_type=1)
    lvb.refused("1000", "Live_Tape_Start", **code, **span, task_sub_type=1, file_format="aac")
    lvb("Live_Tape_Stop", **code, task_id=task, task_sub_type=0)
    lvb.refused("20327", "Live_Tape_Stop", channel_id=RIGHT, task_id=task, task_sub_type=0)
    assert lvb("Live_Tape_GetFilelist", **code)["file_list"]
    assert lvb("Live_Queue_Get", bid=100, count=5)["count"] == 5


def figures(lvb: Asker) -> None:
    for action in ("Get_LiveStat", "Get_LivePushStat", "Get_LivePlayStat"):
        (row,) = lvb(action, stream_id=STEADY)["stream_info"]
        assert row["stream_name"] == STEADY
        assert len(lvb(action, page_size=5)["stream_info"]) == 5
    hour = {"start_time": lvb.unix(hours=-1), "end_time": lvb.unix()}
    assert lvb("Get_LivePushStatHistory", **hour, stream_id=STEADY)["stream_info"]
    assert lvb("Get_LivePlayStatHistory", **hour, stream_id=STEADY)["stat_info"]
    assert lvb("Get_BillingBandwidth", **hour, domain="play.stadium.example")["total_info"]


def mixes(lvb: Asker) -> None:
    def taken(name: str, layer: int) -> dict[str, Any]:
        return {"input_stream_id": name, "layout_params": {"image_layer": layer}}

    room = {"mix_stream_session_id": "room", "output_stream_type": 1}
    both = {"input_stream_list": [taken(LEFT, 1), taken(RIGHT, 2)]}
    lvb(MIX, **room, **both, output_stream_id="mixed_1")
    lvb.refused("-30300", MIX, **room, **both, output_stream_id="mixed_2")
    odd = room | {"input_stream_list": [taken(ABSENT, 1), taken(RIGHT, 2)]}
    lvb.refused("-505", MIX, **odd, output_stream_id="mixed_1")
    same = room | {"input_stream_list": [taken(LEFT, 1), taken(RIGHT, 1)]}
    lvb.refused("1000", MIX, **same, output_stream_id="mixed_1")
    lvb(MIX, **room, input_stream_list=[taken(LEFT, 1)], output_stream_id="mixed_1")


CHAPTERS: tuple[Callable[[Asker], None], ...] = (codes, recordings, figures, mixes)
