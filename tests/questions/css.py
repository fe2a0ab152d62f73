"""A question for every action of the live, delay, monitoring and billing chapters, as of a moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from livetui.catalogue.times import to_wire

MAIN = {"DomainName": "push.stadium.example", "AppName": "live", "StreamName": "match-01-main"}
PLAYED = ["play.stadium.example"]


def beijing(when: datetime) -> str:
    return str(to_wire("beijing", when))


def utc(when: datetime) -> str:
    return str(to_wire("utc", when))


def window(hours: float, end: datetime) -> dict[str, str]:
    return {"StartTime": beijing(end - timedelta(hours=hours)), "EndTime": beijing(end)}


def window_utc(hours: float, end: datetime) -> dict[str, str]:
    return {"StartTime": utc(end - timedelta(hours=hours)), "EndTime": utc(end)}


def questions(now: datetime) -> list[tuple[str, dict[str, Any]]]:
    def day(ago: int) -> str:
        return str(to_wire("date-compact", now - timedelta(days=ago)))

    stream_window = {"StreamName": "match-01-main"} | window(1, now)
    return [
        ("AddDelayLiveStream", MAIN | {"DelayTime": 30}),
        ("DescribeLiveDelayInfoList", {}),
        ("ResumeDelayLiveStream", MAIN),
        ("DescribeAllStreamPlayInfoList", {"QueryTime": beijing(now - timedelta(hours=1))}),
        ("DescribeGroupProIspPlayInfoList", window(1, now)),
        ("DescribeGroupProIspPlayInfoList", window_utc(48, now) | {"MainlandOrOversea": "Oversea"}),
        ("DescribeHttpStatusInfoList", window(6, now)),
        ("DescribeLiveDomainPlayInfoList", {}),
        ("DescribeLiveDomainPlayInfoList", {"PlayDomains": PLAYED}),
        ("DescribeLiveStreamPushInfoList", {}),
        ("DescribeLiveTranscodeDetailInfo", {"DayTime": day(1)}),
        ("DescribeLiveTranscodeDetailInfo", {"StartDayTime": day(3), "EndDayTime": day(1), "PageSize": 50}),
        ("DescribePlayErrorCodeDetailInfoList", window(1, now) | {"Granularity": 1, "StatType": "4xx,5xx"}),
        ("DescribePlayErrorCodeSumInfoList", window(1, now)),
        (
            "DescribePlayErrorCodeSumInfoList",
            window(1, now) | {"GroupType": "Country", "OutLanguage": "English"},
        ),
        ("DescribeProIspPlaySumInfoList", window(1, now) | {"StatType": "Province"}),
        ("DescribeProIspPlaySumInfoList", window(1, now) | {"StatType": "Isp", "OutLanguage": "English"}),
        ("DescribeProvinceIspPlayInfoList", window(1, now) | {"Granularity": 1, "StatType": "Bandwidth"}),
        ("DescribeStreamDayPlayInfoList", {"DayTime": str(to_wire("date", now - timedelta(days=1)))}),
        ("DescribeStreamPlayInfoList", window(1, now)),
        ("DescribeStreamPlayInfoList", stream_window | {"ServiceName": "LEB"}),
        ("DescribeStreamPushInfoList", stream_window),
        ("DescribeStreamPushInfoList", {"StreamName": "match-01-main"} | window_utc(1, now)),
        ("DescribeTopClientIpSumInfoList", window(1, now) | {"OrderParam": "FailedRequest"}),
        ("DescribeVisitTopSumInfoList", window(1, now) | {"TopIndex": "StreamId"}),
        ("DescribeVisitTopSumInfoList", window(1, now) | {"TopIndex": "Domain", "OrderParam": "TotalFlux"}),
        ("DescribeAreaBillBandwidthAndFluxList", window(1, now)),
        ("DescribeDeliverBandwidthList", window(1, now)),
        ("DescribeLiveTimeShiftBillInfoList", window_utc(1, now)),
        ("DescribeLiveTranscodeTotalInfo", window(1, now)),
        ("DescribeLiveTranscodeTotalInfo", window(48, now)),
        ("DescribeScreenShotSheetNumList", window_utc(12, now) | {"Granularity": "Minute"}),
        ("DescribeScreenShotSheetNumList", window_utc(96, now)),
        ("DescribeTranscodeTaskNum", window(1, now)),
        ("DescribeUploadStreamNums", window(1, now)),
        ("DescribeUploadStreamNums", window(24 * 7, now) | {"Granularity": 1440}),
        ("DescribeConcurrentRecordStreamNum", window(1, now) | {"LiveType": "NormalLive"}),
        ("DescribeBillBandwidthAndFluxList", window(1, now)),
        ("DescribeBillBandwidthAndFluxList", window(24 * 30, now) | {"Granularity": 1440}),
        (
            "DescribeBillBandwidthAndFluxList",
            window(24, now) | {"Granularity": 60, "RegionNames": ["Europe"]},
        ),
        ("DescribeLiveForbidStreamList", {}),
        ("DescribeLiveStreamEventList", window_utc(1, now)),
        ("DescribeLiveStreamOnlineList", {}),
        ("DescribeLiveStreamPublishedList", window_utc(1, now) | {"DomainName": "push.campus.example"}),
        ("DropLiveStream", MAIN),
        ("ResumeLiveStream", MAIN),
        ("DescribeLiveStreamState", MAIN),
        ("ForbidLiveStream", MAIN),
    ]
