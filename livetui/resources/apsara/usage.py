"""Figures of each domain over time: bandwidth, traffic, and what is paid by use (Domain data of the API)."""

from __future__ import annotations

from typing import Any

from livetui.resources.apsara.parts import DOMAIN, TOLD_DOMAIN
from livetui.resources.model import Column, Data, Resource, Source, dig

DAY = Column("day", "UTC DAY", "Date", "day", rank=0)
A_MONTH = "30d"
ONE = DOMAIN._replace(rank=0)


def by_template(row: Data) -> str:
    """How long, for each template; as it came where that is a text, as the page has it in one place."""
    detail = dig(row, "Detail")
    if not isinstance(detail, list):
        return str(detail or "")
    return ", ".join(f"{one.get('Template')} {_length(one.get('Seconds'))}" for one in detail)


def _length(seconds: Any) -> str:
    if not isinstance(seconds, int | float) or seconds < 60:
        return f"{seconds}s"
    return f"{seconds / 60:.0f}m" if seconds < 3600 else f"{seconds / 3600:,.0f}h"


def _figures(
    ident: str, title: str, action: str, member: str, last: str, columns: tuple[Column, ...], one: str
) -> Resource:
    moment = columns[0]
    return Resource(
        id=f"apsara_{ident}",
        title=title,
        one=one,
        service="apsara",
        key=("DomainName", str(moment.path)),
        called="DomainName",
        source=Source(action, last=last, each=TOLD_DOMAIN, items=member),
        columns=(moment, ONE, *columns[1:]),
        sort=f"-{moment.id}",
        note=f"the last {'24 hours' if last == '24h' else '30 days'} of each domain that the profile names",
    )


BANDWIDTH = _figures(
    "bandwidth",
    "bandwidth",
    "DescribeLiveDomainBpsData",
    "BpsDataPerInterval",
    "24h",
    (
        Column("time", "FROM", "TimeStamp", "time", rank=0),
        Column("total", "BANDWIDTH", "BpsValue", "bps", rank=0),
        Column("http", "HTTP", "HttpBpsValue", "bps", rank=1),
        Column("https", "HTTPS", "HttpsBpsValue", "bps", rank=1),
    ),
    "slice",
)
TRAFFIC = _figures(
    "traffic",
    "traffic",
    "DescribeLiveDomainTrafficData",
    "TrafficDataPerInterval",
    "24h",
    (
        Column("time", "FROM", "TimeStamp", "time", rank=0),
        Column("total", "TRAFFIC", "TrafficValue", "bytes", rank=0),
        Column("http", "HTTP", "HttpTrafficValue", "bytes", rank=1),
        Column("https", "HTTPS", "HttpsTrafficValue", "bytes", rank=1),
    ),
    "slice",
)
TRANSCODED = _figures(
    "transcoded",
    "transcoded",
    "DescribeLiveDomainTranscodeData",
    "TranscodeDataInfos",
    A_MONTH,
    (
        DAY,
        Column("total", "TRANSCODED", "Total", "seconds", rank=0),
        Column("detail", "BY TEMPLATE", by_template, rank=1, widest=60),
    ),
    "day",
)
RECORDED = _figures(
    "recorded",
    "recorded",
    "DescribeLiveDomainRecordData",
    "RecordDataInfos",
    A_MONTH,
    (
        DAY,
        Column("total", "RECORDED", "Total", "seconds", rank=0),
        Column("ts", "TS", "Detail.TS", "seconds", rank=1),
        Column("mp4", "MP4", "Detail.MP4", "seconds", rank=1),
        Column("flv", "FLV", "Detail.FLV", "seconds", rank=1),
    ),
    "day",
)
PICTURED = _figures(
    "pictured",
    "pictured",
    "DescribeLiveDomainSnapshotData",
    "SnapshotDataInfos",
    A_MONTH,
    (DAY, Column("total", "PICTURES", "Total", "number", rank=0)),
    "day",
)

RESOURCES = (BANDWIDTH, TRAFFIC, TRANSCODED, RECORDED, PICTURED)
