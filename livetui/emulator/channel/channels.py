"""Channels: listed, made, changed, enabled, disabled and deleted (Server API, the seven channel pages)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from livetui.catalogue.loader import load
from livetui.emulator import shape
from livetui.emulator.answers import Call, Refusal
from livetui.emulator.css.schedule import second
from livetui.emulator.hosting.played import channel_of, page, played
from livetui.emulator.hosting.state import (
    DISABLED,
    EXCEPTION,
    FIRST_PUSH,
    LIVE,
    MOST_CHANNELS,
    PUSHED,
    Channel,
    Hosting,
)

_NEWEST_FIRST = 1
_SOME, _DONE = "5400", 0

Each = Callable[[Hosting, Channel, Call], None]


@played("CreateLVBChannel", "channel")
def _create(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """The push address is good at once; the emulated crew pushes after a while."""
    if not params["channelName"].strip():
        raise Refusal("1000", "channelName is empty")
    rates = tuple(params.get("outputRate", (0,)))
    if 0 not in rates:
        raise Refusal("1000", "outputRate needs 0 among its values")
    watermark = params.get("watermarkId")
    if watermark is not None and watermark not in hosting.account.families.watermark.templates:
        raise Refusal("20500", "Watermark does not exist")
    if len(hosting.channels) >= MOST_CHANNELS:
        raise Refusal("20101", "Number of channels exceeds the limit")
    (source,) = params["sourceList"]
    channel = hosting.open(
        params["channelName"],
        params.get("channelDescribe", ""),
        params["outputSourceType"],
        call.now.replace(microsecond=0),
        since=second(call.now + FIRST_PUSH),
        source=source["name"],
    )
    channel.password, channel.rates = params.get("playerPassword"), rates
    addresses = {"rate_type": 0} | {f"{form}_downstream_address": channel.played(form) for form in _FORMS}
    return {
        "channel_id": channel.id,
        "channelInfo": {"upstream_address": hosting.pushed_at(channel), "downstream_address": addresses},
    }


_FORMS = ("hls", "rtmp", "flv")


@played("DescribeLVBChannelList", "channel")
def _list(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """By their creation, whatever orderBy says: the page names no other order."""
    wanted = params.get("channelStatus")
    told = [(channel, hosting.status(channel, call.now)) for channel in hosting.channels.values()]
    rows = [(channel, status) for channel, status in told if wanted is None or status == wanted]
    rows.sort(key=lambda row: row[0].created, reverse=params.get("ascDesc") == _NEWEST_FIRST)
    return {
        "all_count": len(rows),
        "channelSet": [
            {
                "channel_id": channel.id,
                "channel_name": channel.name,
                "channel_status": status,
                "create_time": channel.created,
            }
            for channel, status in page("channel", call, params, rows)
        ],
    }


@played("DescribeLVBChannel", "channel")
def _describe(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    channel = channel_of(hosting, params["channelId"])
    source = channel.source
    live = hosting.status(channel, call.now) in (LIVE, EXCEPTION)
    return {
        "channelInfo": [
            {
                "channel_id": channel.id,
                "channel_name": channel.name,
                "channel_describe": channel.about,
                "channel_status": hosting.status(channel, call.now),
                "upstream_list": [
                    {
                        "sourceName": source.name,
                        "sourceID": source.id,
                        "sourceType": PUSHED,
                        "sourceAddress": hosting.pushed_at(channel),
                    }
                ]
                if source
                else [],
                "hls_downstream_address": channel.played("hls"),
                "rtmp_downstream_address": channel.played("rtmp"),
                "player_id": channel.player,
                "resolution": channel.stream.resolution if live else None,
                "password": channel.password,
            }
        ]
    }


@played("ModifyLVBChannel", "channel")
def _modify(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """What is on the air can't be edited."""
    channel = channel_of(hosting, params["channelId"])
    if hosting.status(channel, call.now) in (LIVE, EXCEPTION):
        raise Refusal("20108", "Channel is not in an editable status")
    if not params["channelName"].strip():
        raise Refusal("1000", "channelName is empty")
    channel.name = params["channelName"]
    channel.about = params.get("channelDescribe", channel.about)
    return {}


@played("StartLVBChannel", "channel")
def _start(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _batch(hosting, params["channelIds"], call, _enable)


@played("StopLVBChannel", "channel")
def _stop(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Succeeds on a channel that is disabled already: the documents have no code against it."""
    return _batch(
        hosting, params["channelIds"], call, lambda where, channel, call: where.disable(channel, call.now)
    )


@played("DeleteLVBChannel", "channel")
def _delete(hosting: Hosting, params: dict[str, Any], call: Call) -> dict[str, Any]:
    return _batch(hosting, params["channelIds"], call, _forget)


def _enable(hosting: Hosting, channel: Channel, call: Call) -> None:
    _refuse_unless_disabled(hosting, channel, call)
    hosting.enable(channel, call.now)


def _forget(hosting: Hosting, channel: Channel, call: Call) -> None:
    _refuse_unless_disabled(hosting, channel, call)
    del hosting.channels[channel.id]


def _refuse_unless_disabled(hosting: Hosting, channel: Channel, call: Call) -> None:
    if hosting.status(channel, call.now) != DISABLED:
        raise Refusal("20109", "Channel is not in disabled status")


def _batch(hosting: Hosting, idents: Iterable[str], call: Call, do: Each) -> dict[str, Any]:
    """Done for each by itself. Raises Refusal with what became of each when one or all of them fail.

    Document: Return Results, batch asynchronous task APIs.
    """
    outcomes: list[dict[str, Any]] = []
    refused: list[Refusal] = []
    for ident in dict.fromkeys(idents):
        code, message = _DONE, ""
        try:
            do(hosting, channel_of(hosting, ident), call)
        except Refusal as refusal:
            code, message = int(refusal.code), refusal.message
            refused.append(refusal)
        outcomes.append({"id": ident, "code": code, "message": message, "requestId": call.request_id})
    if not refused:
        return {"detail": shape.ABSENT}
    detail = shape.reply(load("channel"), call.action, {"detail": outcomes})
    if len(refused) < len(outcomes):
        message = f"Done for {len(outcomes) - len(refused)} of {len(outcomes)}"
        raise Refusal(_SOME, message, detail)
    raise Refusal(refused[0].code, refused[0].message, detail)
