"""Live recording (document: the chapter of that name): configs, what was recorded, index files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from livetui.catalogue.loader import load
from livetui.emulator import shape
from livetui.emulator.answers import Call, Refusal
from livetui.emulator.apsara.configs import Config, by_stream
from livetui.emulator.apsara.played import (
    SERVICE,
    check_object,
    check_store,
    key_of,
    object_name,
    played,
    sorted_page,
    span,
    time,
    wall,
)
from livetui.emulator.apsara.state import Apsara, Index
from livetui.emulator.css.roster import Stream
from livetui.emulator.css.schedule import NEVER, moment, second

if TYPE_CHECKING:
    from livetui.emulator.apsara.configs import Thing

PLACEHOLDERS = {
    "OssObjectPrefix": ("AppName", "StreamName", "Sequence", "EscapedStartTime", "EscapedEndTime"),
    "SliceOssObjectPrefix": ("AppName", "StreamName", "UnixTimestamp", "Sequence"),
}
INDEX_PLACEHOLDERS = ("AppName", "StreamName", "Date", "Hour", "Minute", "Second")


@played("AddLiveAppRecordConfig")
def add(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Raises MissingParameter for an m3u8 whose pieces have no name."""
    check_store(params)
    formats = [_format(setting) for setting in params.get("RecordFormat", ())]
    start, end = time(call, params, "StartTime"), time(call, params, "EndTime")
    data = shape.made(load(SERVICE), call.action, params) | {"RecordFormatList": formats}
    apsara.records.add(
        _key(params),
        data,
        second(call.now),
        begin=second(start) if start else -NEVER,
        end=second(end) if end else NEVER,
    )
    return {}


def _format(given: Thing) -> Thing:
    for name, known in PLACEHOLDERS.items():
        check_object(given.get(name, ""), known)
    if given.get("Format") == "m3u8" and not given.get("SliceOssObjectPrefix"):
        raise Refusal("MissingParameter", "RecordFormat: m3u8 needs SliceOssObjectPrefix.")
    fields = load(SERVICE).structure("RecordFormatSetting").members
    return {field.name: given.get(field.name, field.default or "") for field in fields}


def _key(params: dict[str, Any]) -> tuple[str, ...]:
    return params["DomainName"], params["AppName"], params.get("StreamName", "")


@played("DeleteLiveAppRecordConfig")
def delete(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """What is on the air is recorded no more."""
    apsara.records.delete(_key(params), second(call.now))
    return {}


@played("DescribeLiveRecordConfig")
def configs(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Those of single streams too, which the rows do not tell from their app's."""
    app = params.get("AppName", "")
    kept = apsara.records.of(params["DomainName"])
    rows, numbers = sorted_page(call, params, (c for c in kept if not app or c.key[1] == app))
    found = [config.data | {"CreateTime": moment(config.made)} for config in rows]
    return {"LiveAppRecordList": found, **numbers}


# What was recorded.


class Piece(NamedTuple):
    """A time on the air that was recorded as one config had it; UNIX seconds."""

    start: int
    end: int
    config: Config


def pieces(apsara: Apsara, stream: Stream, start: int, end: int, now: int) -> Iterator[Piece]:
    """What was recorded of a stream by now with a part in [start, end), whole pieces, in order of time.

    What is recorded on demand is not: nobody answers the callback that would ask for it.
    """
    keys = by_stream(*stream.key)
    for push in apsara.air.pushes(stream, start, min(end, now)):
        for first, last, config in apsara.records.acting(keys, push.start, min(push.end, now)):
            wanted = config.data["RecordFormatList"] and not config.data["OnDemand"]
            if wanted and first < end and last > start:
                yield Piece(first, last, config)


def _recorded(apsara: Apsara, params: dict[str, Any], call: Call) -> tuple[Stream | None, list[Piece]]:
    stream = apsara.air.by_key.get(key_of(params))
    if stream is None:
        return None, []
    start, end = span(call, params)
    born = second(apsara.account.born)
    return stream, list(pieces(apsara, stream, max(start, born), end, second(call.now)))


@played("DescribeLiveStreamRecordContent")
def content(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """One row a piece and format; a piece that is being recorded ends now."""
    _, found = _recorded(apsara, params, call)
    return {
        "RecordContentInfoList": [
            {
                "OssBucket": piece.config.data["OssBucket"],
                "OssEndpoint": piece.config.data["OssEndpoint"],
                "OssObjectPrefix": form["OssObjectPrefix"],
                "StartTime": moment(piece.start),
                "EndTime": moment(piece.end),
                "Duration": piece.end - piece.start,
            }
            for piece in found
            for form in piece.config.data["RecordFormatList"]
        ]
    }


# Index files.


@played("CreateLiveStreamRecordIndexFiles")
def create_index(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Of what was recorded in the span. Raises InvalidParameter where that is nothing."""
    check_store(params)
    check_object(params["OssObject"], INDEX_PLACEHOLDERS)
    stream, found = _recorded(apsara, params, call)
    if stream is None or not found:
        raise Refusal("InvalidParameter", "Nothing was recorded of the stream from StartTime to EndTime.")
    start, end = span(call, params)
    spans = [(max(piece.start, start), min(piece.end, end)) for piece in found]
    return {"RecordInfo": make_index(apsara, stream, params, spans, call)}


def make_index(
    apsara: Apsara, stream: Stream, store: Thing, spans: list[tuple[int, int]], call: Call
) -> Thing:
    """An index file of those spans; `store` tells OssBucket, OssEndpoint and OssObject."""
    key, start, end = stream.key, moment(spans[0][0]), moment(spans[-1][1])
    name = object_name(store["OssObject"], {"AppName": key.app, "StreamName": key.name, **wall(start)})
    width, _, height = stream.resolution.partition("*")
    row = {
        "RecordId": apsara.ident(),
        "RecordUrl": f"http://{store['OssBucket']}.{store['OssEndpoint']}/{name}",
        "DomainName": key.domain,
        "AppName": key.app,
        "StreamName": key.name,
        "OssBucket": store["OssBucket"],
        "OssEndpoint": store["OssEndpoint"],
        "OssObject": name,
        "StartTime": start,
        "EndTime": end,
        "Duration": sum(last - first for first, last in spans),
        "Height": int(height),
        "Width": int(width),
        "CreateTime": call.now,
    }
    apsara.indexes[row["RecordId"]] = Index(key, start, end, row)
    return row


@played("DescribeLiveStreamRecordIndexFile")
def one_index(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    index = apsara.indexes.get(params["RecordId"])
    if index is None or index.key != key_of(params):
        raise Refusal("InvalidParameter", "RecordId: there is no such index of this stream.")
    return {"RecordIndexInfo": index.row}


@played("DescribeLiveStreamRecordIndexFiles")
def indexes(apsara: Apsara, params: dict[str, Any], call: Call) -> dict[str, Any]:
    """Those of what was recorded in the span, by when it was."""
    start, end = (moment(at) for at in span(call, params))
    key = key_of(params)
    mine = [index for index in apsara.indexes.values() if index.key == key]
    found = sorted((i for i in mine if i.start <= end and i.end >= start), key=lambda i: i.start)
    rows, numbers = sorted_page(call, params, found)
    return {"RecordIndexInfoList": [index.row for index in rows], **numbers}
