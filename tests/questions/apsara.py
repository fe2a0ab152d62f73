"""A question for each action of ApsaraVideo Live, in an order in which every one is answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from livetui.catalogue.times import to_wire

HARBOR, STADIUM, CAMPUS, MARKET = (
    f"live.{venue}.example" for venue in ("harbor", "stadium", "campus", "market")
)
MAIN = {"DomainName": STADIUM, "AppName": "live", "StreamName": "match-01-main"}
PUBLISHER = {"LiveStreamType": "publisher"}
STORE = {"OssBucket": "venue-recordings", "OssEndpoint": "oss-cn-shanghai.example"}
NAMED = "{AppName}/{StreamName}/{EscapedStartTime}_{EscapedEndTime}"
M3U8 = {
    "Format": "m3u8",
    "CycleDuration": 900,
    "OssObjectPrefix": NAMED,
    "SliceOssObjectPrefix": "{StreamName}/{UnixTimestamp}",
}
MP4 = {"Format": "mp4", "OssObjectPrefix": NAMED}


def utc(when: datetime) -> str:
    return str(to_wire("utc", when))


def span(now: datetime, **back: float) -> dict[str, str]:
    return {"StartTime": utc(now - timedelta(**back)), "EndTime": utc(now)}


Question = tuple[str, dict[str, Any]]


def questions(now: datetime, index: str) -> Iterator[Question]:
    """`index` is the id of an index of the main stream."""
    yield from _streams(now)
    yield from _configs(now)
    yield from _recording(now, index)
    yield from _monitoring(now)


def _streams(now: datetime) -> Iterator[Question]:
    of_domain = {"DomainName": STADIUM}
    yield "DescribeLiveStreamsOnlineList", of_domain | {"PageSize": 20}
    yield "DescribeLiveStreamsPublishList", of_domain | span(now, days=2)
    yield "DescribeLiveStreamsBlockList", of_domain
    yield "DescribeLiveStreamsControlHistory", of_domain | span(now, days=30)
    yield "DescribeLiveStreamBitRateData", MAIN | span(now, minutes=10)
    yield "DescribeLiveStreamsFrameRateAndBitRateData", {"DomainName": STADIUM, "AppName": "live"}
    yield "ForbidLiveStream", MAIN | PUBLISHER | {"ResumeTime": utc(now + timedelta(hours=1))}
    yield "ResumeLiveStream", MAIN | PUBLISHER


def _configs(now: datetime) -> Iterator[Question]:
    at_campus = {"DomainName": CAMPUS}
    guest = at_campus | {"AppName": "live", "StreamName": "guest"}
    week = {"StartTime": utc(now), "EndTime": utc(now + timedelta(days=7))}
    yield "AddLivePullStreamInfoConfig", guest | week | {"SourceUrl": "rtmp://origin.example/live/a"}
    yield "DescribeLivePullStreamConfig", at_campus
    yield "DeleteLivePullStreamInfoConfig", guest
    url = {"NotifyUrl": "http://events.campus.example/told"}
    yield "SetLiveStreamsNotifyUrlConfig", at_campus | url
    yield "DescribeLiveStreamsNotifyUrlConfig", at_campus
    yield "DeleteLiveStreamsNotifyUrlConfig", at_campus
    for kind in ("Record", "Detect"):
        yield f"AddLive{kind}NotifyConfig", at_campus | url
        yield f"DescribeLive{kind}NotifyConfig", at_campus
        yield f"UpdateLive{kind}NotifyConfig", at_campus | {"NotifyUrl": "http://events.campus.example/2"}
        yield f"DeleteLive{kind}NotifyConfig", at_campus
    app = {"Domain": MARKET, "App": "live"}
    own = {"TemplateType": "h264", "Height": 720, "Width": 1280, "FPS": 25, "VideoBitrate": 1500}
    yield "AddLiveStreamTranscode", app | {"Template": "lld"}
    yield "AddCustomLiveStreamTranscode", app | {"Template": "shop-720"} | own
    yield "DescribeLiveStreamTranscodeInfo", {"DomainTranscodeName": MARKET}
    yield "DeleteLiveStreamTranscode", app | {"Template": "lld"}
    text = {"Text": "goal", "Pattern": "keyframe", "Repeat": 1, "Delay": 100}
    yield "AddTrancodeSEI", MAIN | text
    of_app = at_campus | {"AppName": "studio"}
    yield "AddLiveAppSnapshotConfig", of_app | STORE | {"TimeInterval": 5, "SequenceOssObject": "{Sequence}"}
    yield "DescribeLiveSnapshotConfig", at_campus
    yield "UpdateLiveAppSnapshotConfig", of_app | {"TimeInterval": 10}
    yield "DeleteLiveAppSnapshotConfig", of_app
    yield "DescribeLiveStreamSnapshotInfo", MAIN | span(now, hours=1) | {"Limit": 5}
    yield "AddLiveSnapshotDetectPornConfig", of_app | STORE | {"Interval": 5, "Scene": ["porn", "ad"]}
    yield "DescribeLiveSnapshotDetectPornConfig", at_campus
    yield "UpdateLiveSnapshotDetectPornConfig", of_app | {"Scene": ["qrcode"]}
    yield "DeleteLiveSnapshotDetectPornConfig", of_app


def _recording(now: datetime, index: str) -> Iterator[Question]:
    of_app = {"DomainName": CAMPUS, "AppName": "studio"}
    yield "AddLiveAppRecordConfig", of_app | STORE | {"RecordFormat": [M3U8, MP4], "OnDemand": 0}
    yield "DescribeLiveRecordConfig", {"DomainName": CAMPUS, "Order": "desc"}
    yield "DeleteLiveAppRecordConfig", of_app
    yield "DescribeLiveStreamRecordContent", MAIN | span(now, days=1)
    new = {"OssObject": "index/{StreamName}/{Date}.m3u8"}
    yield "CreateLiveStreamRecordIndexFiles", MAIN | STORE | new | span(now, hours=1)
    yield "DescribeLiveStreamRecordIndexFiles", MAIN | span(now, days=4)
    yield "DescribeLiveStreamRecordIndexFile", MAIN | {"RecordId": index}


def _monitoring(now: datetime) -> Iterator[Question]:
    of_domain = {"DomainName": STADIUM}
    yield "DescribeLiveDomainBpsData", of_domain | span(now, hours=6)
    yield "DescribeLiveDomainTrafficData", {}
    month = of_domain | span(now, days=30)
    yield "DescribeLiveDomainTranscodeData", month
    yield "DescribeLiveDomainRecordData", month
    yield "DescribeLiveDomainSnapshotData", month
    yield "DescribeLiveStreamHistoryUserNum", MAIN | span(now, hours=1)
    yield "DescribeLiveStreamOnlineUserNum", of_domain
