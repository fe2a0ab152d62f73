"""The answers the documents print, read by what apsara.json declares: wrapped lists, quoted numbers, days.

Names are those the catalogue took where table and example disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from catalogued import PLAIN, coming

from livetui.catalogue import Field, times

APSARA = coming("apsara")

BPS = {"BpsValue": "11288111", "HttpBpsValue": "11286111", "HttpsBpsValue": "2000"}
TRAFFIC = {"HttpTrafficValue": "0", "HttpsTrafficValue": "454680793", "TrafficValue": "454680793"}
RATES = {"AudioFrameRate": "167.67", "BitRate": "192.02", "VideoFrameRate": "30.01"}
CASTERS = {"LD_CASTER": 86315, "SD_CASTER": 86315}
INDEX = {"Duration": 588.849, "Height": 480, "Width": 640, "StartTime": "2016-05-25T05:37:11Z"}
SPAN = {"StartTime": "2017-12-10T20:00:00Z", "EndTime": "2017-12-10T21:00:00Z"}

SAMPLES: list[tuple[str, dict[str, Any]]] = [
    (
        "DescribeLiveStreamsBlockList",
        {"PageNum": 2, "StreamUrls": {"StreamUrl": ["play.customer.example/app/stream1"]}, "TotalNum": 11},
    ),
    (
        "DescribeLiveStreamsControlHistory",
        {
            "ControlInfo": {
                "LiveStreamControlInfo": [{"Action": "forbid", "TimeStamp": "2015-12-01T16:36:18Z"}]
            }
        },
    ),
    (
        "DescribeLiveStreamsOnlineList",
        {"OnlineInfo": {"LiveStreamOnlineInfo": [{"PublishTime": "2015-12-02T06:58:04Z"}]}, "TotalPage": 2},
    ),
    (
        "DescribeLiveStreamsPublishList",
        {"PublishInfo": {"LiveStreamPublishInfo": [{"StopTime": "2015-12-02T03:11:19Z"}]}},
    ),
    (
        "DescribeLiveStreamBitRateData",
        {"FrameRateAndBitRateInfos": {"FrameRateAndBitRateInfo": [RATES | {"Time": "2016-09-13T16:05:00Z"}]}},
    ),
    (
        "DescribeLiveStreamTranscodeInfo",
        {
            "DomainTranscodeList": {
                "DomainTranscodeInfo": [
                    {"TranscodeApp": "live", "TranscodeTemplate": "lld"},
                    {"CustomTranscodeParameters": {"FPS": 25, "Height": 720, "VideoBitrate": 2000}},
                ]
            }
        },
    ),
    (
        "DescribeLiveRecordConfig",
        {
            "LiveAppRecordList": {
                "LiveAppRecord": [
                    {
                        "CreateTime": "2016-05-20T09:33:38Z",
                        "RecordFormatList": {"RecordFormat": [{"Format": "m3u8", "CycleDuration": 3600}]},
                    }
                ]
            },
            "Order": "desc",
        },
    ),
    ("CreateLiveStreamRecordIndexFiles", {"RecordInfo": INDEX}),
    ("DescribeLiveStreamRecordIndexFiles", {"RecordIndexInfoList": {"RecordIndexInfo": [INDEX]}}),
    (
        "DescribeLiveRecordNotifyConfig",
        {"LiveRecordNotifyConfig": {"NeedStatusNotify": False, "NotifyUrl": "http://told.customer.example"}},
    ),
    (
        "DescribeLiveStreamSnapshotInfo",
        {
            "LiveStreamSnapshotInfoList": {
                "LiveStreamSnapshotInfo": [{"CreateTime": "2016-05-25T09:41:09Z"}]
            },
            "NextStartTime": "2015-12-01T17:36:00Z",
        },
    ),
    (
        "DescribeLiveSnapshotDetectPornConfig",
        {
            "LiveSnapshotDetectPornConfigList": {
                "LiveSnapshotDetectPornConfig": [{"Interval": 80, "Scenes": {"scene": ["porn"]}}]
            }
        },
    ),
    (
        "DescribeLiveDomainBpsData",
        SPAN
        | {
            "BpsDataPerInterval": {"DataModule": [BPS | {"TimeStamp": "2017-12-10T20:00:00Z"}]},
            "DataInterval": "300",
        },
    ),
    (
        "DescribeLiveDomainTrafficData",
        {"TrafficDataPerInterval": {"DataModule": [TRAFFIC | {"TimeStamp": "2017-12-10T20:00:05Z"}]}},
    ),
    (
        "DescribeLiveDomainTranscodeData",
        {
            "TranscodeDataInfos": {
                "TranscodeDataInfo": [{"Date": "20180212", "Detail": CASTERS, "Total": 172630}]
            }
        },
    ),
    (
        "DescribeLiveDomainRecordData",
        {
            "RecordDataInfos": {
                "RecordDataInfo": [{"Date": "20180101", "Detail": {"TS": 86310}, "Total": 86310}]
            }
        },
    ),
    (
        "DescribeLiveDomainSnapshotData",
        {"SnapshotDataInfos": {"SnapshotDataInfo": [{"Date": "20180209", "Total": 110}]}},
    ),
    (
        "DescribeLiveStreamHistoryUserNum",
        {
            "LiveStreamUserNumInfos": {
                "LiveStreamUserNumInfo": [
                    {"StreamTime": "2017-10-20T06:20:00Z", "UserNum": 0},
                    {"StreamTime": "2017-10-20T06:18:00Z", "UserNum": "15"},
                ]
            }
        },
    ),
    (
        "DescribeLiveStreamOnlineUserNum",
        {"OnlineUserInfo": {"LiveStreamOnlineUserNumInfo": [{"UserNumber": 2}]}, "TotalUserNumber": 7},
    ),
]

KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "float": (int, float),
    "boolean": bool,
}


def _misfits(members: Iterable[Field], data: dict[str, Any], path: str) -> list[str]:
    """Where a reply isn't as its fields declare it."""
    known = {field.wire_name: field for field in members}
    wrong = [f"{path}.{name}" for name in data.keys() - known.keys()]
    for name, value in data.items():
        if name in known:
            wrong += _value_misfits(known[name], value, f"{path}.{name}")
    return wrong


def _value_misfits(field: Field, value: Any, path: str) -> list[str]:
    if field.inside:
        if not isinstance(value, dict) or list(value) != [field.inside]:
            return [path]
        value = value[field.inside]
    if field.key:
        other = next(f.name for f in APSARA.structure(field.item_type).members if f.name != field.key)
        value = [{field.key: key, other: plain} for key, plain in value.items()]
    if field.is_list != isinstance(value, list):
        return [path]
    items = value if field.is_list else [value]
    return [wrong for item in items for wrong in _item_misfits(field, item, path)]


def _item_misfits(field: Field, item: Any, path: str) -> list[str]:
    kind = field.item_type
    if kind not in PLAIN:
        return _misfits(APSARA.structure(kind).members, item, path)
    if kind == "timestamp":
        return [] if times.notation_of(field, item) else [path]
    if field.as_text and isinstance(item, str):
        item = float(item) if kind == "float" else int(item)
    return [] if isinstance(item, KINDS[kind]) else [path]


@pytest.mark.parametrize(("action", "sample"), SAMPLES)
def test_what_the_pages_print_can_be_read(action: str, sample: dict[str, Any]) -> None:
    assert _misfits(APSARA.action(action).response, sample, action) == []


def test_days_are_read_as_utc_days() -> None:
    day = next(f for f in APSARA.structure("SnapshotDataInfo").members if f.name == "Date")
    assert times.parse(day, "20180209") == datetime(2018, 2, 9, tzinfo=UTC)
