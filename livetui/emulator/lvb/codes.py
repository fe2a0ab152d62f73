"""Streams by their LVB code: set, forbidden until a time, asked for and listed.

Documents: Enable Close Push, Pause and Resume after Latency, Query Live Status, the two channel lists.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime
from typing import Any

from livetui.emulator.answers import Call, Refusal
from livetui.emulator.hosting.played import page, played, time
from livetui.emulator.hosting.state import Hosting

DISABLE, ENABLE, INTERRUPT = 0, 1, 2
"""Status as it is set; what calls that read tell is another coding (`hosting.codes`)."""

LONGEST_MONTHS = 3
ORIGINAL_RATE, EVERY_WAY = 0, 3
_NEWEST_FIRST = 1


def latest_end(now: datetime) -> datetime:
    """Three months from now: the same day of that month, or its last."""
    months = now.month - 1 + LONGEST_MONTHS
    year, month = now.year + months // 12, months % 12 + 1
    return now.replace(year=year, month=month, day=min(now.day, monthrange(year, month)[1]))


@played("Live_Channel_SetStatus", "lvb")
def _set_status(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """A code that never pushed can be disabled as well; one that isn't live is interrupted in vain."""
    code = params["channel_id"]
    if params["status"] == DISABLE:
        hosting.codes.disable(code, latest_end(call.now), call.now)
    elif params["status"] == ENABLE:
        hosting.codes.enable(code, call.now)
    elif params["status"] == INTERRUPT:
        hosting.codes.interrupt(code, call.now)
    return {}


@played("channel_manager", "lvb")
def _manage(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """An end beyond three months is cut to them."""
    code, end = params["channel_id"], time("lvb", call, params, "abstime_end")
    if params["action"] == "resume":
        hosting.codes.enable(code, call.now)
    elif end is None or end <= call.now:
        raise Refusal("1000", "abstime_end is over")
    else:
        hosting.codes.disable(code, min(end, latest_end(call.now)), call.now)
    return {}


@played("Live_Channel_GetStatus", "lvb")
def _status(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    status = hosting.codes.status(params["channel_id"], call.now)
    if status is None:
        raise Refusal("20601", "This stream has never been pushed")
    return {"rate_type": ORIGINAL_RATE, "recv_type": EVERY_WAY, "status": status}


@played("Live_Channel_GetChannelList", "lvb")
def _list(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    newest_first = params.get("order_type") == _NEWEST_FIRST
    codes = hosting.codes.listed(params.get("status"), call.now, newest_first=newest_first)
    rows = page("lvb", call, params, codes)
    return {"all_count": len(codes), "channel_list": [{"channel_id": code} for code in rows]}


@played("Live_Channel_GetLiveChannelList", "lvb")
def _live(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    codes = hosting.codes.live(call.now)
    return {"all_count": len(codes), "channel_list": [{"channel_id": code} for code in codes]}
