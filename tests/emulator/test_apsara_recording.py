"""The emulated ApsaraVideo Live: what is recorded, index files."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from questions.apsara import CAMPUS, HARBOR, M3U8, MAIN, MP4, PUBLISHER, STADIUM, STORE, span, utc
from tenant import START, Tenant

from livetui.catalogue.times import from_wire

BACKUP = MAIN | {"StreamName": "match-01-backup"}
CAMERA = {"DomainName": HARBOR, "AppName": "live", "StreamName": "harbor-cam-07"}
ADD, DELETE, LIST = "AddLiveAppRecordConfig", "DeleteLiveAppRecordConfig", "DescribeLiveRecordConfig"


@pytest.fixture
def apsara() -> Tenant:
    return Tenant("apsara")


def configs(apsara: Tenant, domain: str, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = apsara(LIST, DomainName=domain, **params)["LiveAppRecordList"]
    return rows


def recorded(
    apsara: Tenant, key: dict[str, Any], back: timedelta = timedelta(hours=1)
) -> list[dict[str, Any]]:
    asked = key | span(apsara.now, seconds=back.total_seconds())
    rows: list[dict[str, Any]] = apsara("DescribeLiveStreamRecordContent", **asked)["RecordContentInfoList"]
    return rows


def since_start(apsara: Tenant, key: dict[str, Any]) -> list[dict[str, Any]]:
    asked = key | {"StartTime": utc(START), "EndTime": utc(apsara.now)}
    rows: list[dict[str, Any]] = apsara("DescribeLiveStreamRecordContent", **asked)["RecordContentInfoList"]
    return rows


def test_configs_are_listed_and_deleted(apsara: Tenant) -> None:
    of_app = {"DomainName": CAMPUS, "AppName": "studio"}
    apsara(ADD, **of_app, **STORE, RecordFormat=[M3U8, MP4])
    (made,) = configs(apsara, CAMPUS, AppName="studio")
    assert made == of_app | STORE | {
        "CreateTime": utc(apsara.now),
        "RecordFormatList": [M3U8, MP4 | {"CycleDuration": 3600, "SliceOssObjectPrefix": ""}],
    }
    apsara.refused("ConfigAlreadyExists", ADD, **of_app, **STORE)
    apsara(ADD, **of_app, **STORE, StreamName="one")
    assert len(configs(apsara, CAMPUS, AppName="studio")) == 2
    apsara(DELETE, **of_app)
    assert len(configs(apsara, CAMPUS, AppName="studio")) == 1
    apsara.refused("ConfigNotFound", DELETE, **of_app)
    apsara(DELETE, **of_app, StreamName="one")
    assert configs(apsara, CAMPUS, AppName="studio") == []


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("InvalidOssBucket", {"OssBucket": "UPPER"}),
        ("InvalidOssEndpoint", {"OssEndpoint": "oss.example/path"}),
        ("MissingParameter", {"RecordFormat": [{"Format": "m3u8"}]}),
        (
            "InvalidOssObject",
            {"RecordFormat": [MP4 | {"OssObjectPrefix": "{EscapedStartTime}{EscapedEndTime}{Date}"}]},
        ),
        ("InvalidOssObject", {"RecordFormat": [M3U8 | {"SliceOssObjectPrefix": "{UnixTimestamp}{Hour}"}]}),
    ],
)
def test_configs_that_can_not_be(apsara: Tenant, code: str, wrong: dict[str, Any]) -> None:
    apsara.refused(code, ADD, **({"DomainName": CAMPUS, "AppName": "a"} | STORE | wrong))


def test_a_recording_grows_while_the_stream_is_pushed(apsara: Tenant) -> None:
    (before,) = recorded(apsara, CAMERA)
    apsara.advance(300)
    (after,) = recorded(apsara, CAMERA)
    assert after["StartTime"] == before["StartTime"]
    assert after["Duration"] == before["Duration"] + 300
    assert after["EndTime"] == utc(apsara.now)
    begin, end = (from_wire("utc", after[name]) for name in ("StartTime", "EndTime"))
    assert (end - begin).total_seconds() == after["Duration"]


def test_each_format_has_its_row(apsara: Tenant) -> None:
    rows = recorded(apsara, BACKUP)
    assert [row["OssObjectPrefix"].split("/")[1] for row in rows[:2]] == ["mp4", "flv"]


def test_a_ban_ends_a_piece(apsara: Tenant) -> None:
    apsara.advance(60)
    apsara("ForbidLiveStream", **CAMERA, **PUBLISHER)
    stopped = utc(apsara.now)
    apsara.advance(600)
    assert since_start(apsara, CAMERA)[-1]["EndTime"] == stopped
    apsara("ResumeLiveStream", **CAMERA, **PUBLISHER)
    resumed = utc(apsara.now)
    apsara.advance(60)
    assert since_start(apsara, CAMERA)[-1]["StartTime"] > resumed


def test_deleting_ends_what_is_recorded_and_keeps_what_was(apsara: Tenant) -> None:
    apsara(DELETE, DomainName=HARBOR, AppName="*")
    apsara.advance(600)
    (row,) = since_start(apsara, CAMERA) or recorded(apsara, CAMERA)
    assert row["EndTime"] == utc(START)
    apsara(ADD, DomainName=HARBOR, AppName="live", **STORE, RecordFormat=[MP4])
    apsara.advance(60)
    new = since_start(apsara, CAMERA)[-1]
    assert (new["StartTime"], new["Duration"]) == (utc(START + timedelta(minutes=10)), 60.0)


def test_the_nearest_config_counts(apsara: Tenant) -> None:
    apsara(ADD, DomainName=HARBOR, AppName="live", **STORE, RecordFormat=[MP4])
    apsara.advance(60)
    of_app = since_start(apsara, CAMERA)[-1]
    assert of_app["OssObjectPrefix"] == MP4["OssObjectPrefix"]
    ahead = {
        "StartTime": utc(apsara.now + timedelta(minutes=1)),
        "EndTime": utc(apsara.now + timedelta(minutes=3)),
    }
    flv = MP4 | {"Format": "flv", "OssObjectPrefix": "flv/{EscapedStartTime}{EscapedEndTime}"}
    apsara(ADD, **CAMERA, **(STORE | {"OssBucket": "one-camera"}), RecordFormat=[flv], **ahead)
    apsara.advance(600)
    told = [(row["OssBucket"], row["Duration"]) for row in since_start(apsara, CAMERA)][-3:]
    assert told == [("venue-recordings", 120.0), ("one-camera", 120.0), ("venue-recordings", 420.0)]


def test_on_demand_nothing_is_recorded(apsara: Tenant) -> None:
    hall = {"DomainName": CAMPUS, "AppName": "live", "StreamName": "lecture-hall-3"}
    assert configs(apsara, CAMPUS, AppName="live")
    assert recorded(apsara, hall, timedelta(days=1)) == []


def test_nothing_of_nobody(apsara: Tenant) -> None:
    assert recorded(apsara, MAIN | {"StreamName": "nobody"}) == []
    later = span(apsara.now + timedelta(days=2), days=1)
    assert apsara("DescribeLiveStreamRecordContent", **MAIN, **later)["RecordContentInfoList"] == []


# Index files.

CREATE, ONE, ALL = (
    "CreateLiveStreamRecordIndexFiles",
    "DescribeLiveStreamRecordIndexFile",
    "DescribeLiveStreamRecordIndexFiles",
)
NAME = {"OssObject": "{AppName}/{StreamName}/{Date}/{Hour}-{Minute}-{Second}.m3u8"}


def indexed(apsara: Tenant, end: datetime, key: dict[str, Any] = CAMERA, **params: Any) -> dict[str, Any]:
    made: dict[str, Any] = apsara(CREATE, **key, **STORE, **NAME, **(span(end, minutes=30) | params))[
        "RecordInfo"
    ]
    return made


def test_an_index_is_made_of_what_was_recorded(apsara: Tenant) -> None:
    made = indexed(apsara, apsara.now)
    assert made["OssObject"] == "live/harbor-cam-07/2026-03-01/11-30-00.m3u8"
    assert made["RecordUrl"] == f"http://venue-recordings.oss-cn-shanghai.example/{made['OssObject']}"
    assert (made["StartTime"], made["EndTime"]) == (utc(START - timedelta(minutes=30)), utc(START))
    assert made["Duration"] == 1800.0
    assert made["CreateTime"] == utc(START)
    assert made["Width"] > made["Height"] > 0
    assert apsara(ONE, **CAMERA, RecordId=made["RecordId"])["RecordIndexInfo"] == made


def test_an_index_leaves_out_what_was_not(apsara: Tenant) -> None:
    apsara("ForbidLiveStream", **CAMERA, **PUBLISHER)
    apsara.advance(600)
    made = indexed(apsara, apsara.now)
    assert (made["Duration"], made["EndTime"]) == (1200.0, utc(START))


def test_indexes_are_listed_by_their_span(apsara: Tenant) -> None:
    early = indexed(apsara, apsara.now - timedelta(hours=2))
    late = indexed(apsara, apsara.now)
    day = span(apsara.now, days=1)
    reply = apsara(ALL, **CAMERA, **day)
    assert reply["RecordIndexInfoList"] == [early, late]
    assert (reply["TotalNum"], reply["PageSize"], reply["Order"]) == (2, 10, "asc")
    assert apsara(ALL, **CAMERA, **day, Order="desc")["RecordIndexInfoList"] == [late, early]
    assert apsara(ALL, **CAMERA, **span(apsara.now, minutes=60))["RecordIndexInfoList"] == [late]
    assert apsara(ALL, **BACKUP, **day)["RecordIndexInfoList"] == []


def test_indexes_that_can_not_be(apsara: Tenant) -> None:
    nobody = MAIN | {"StreamName": "nobody"} | STORE | NAME | span(apsara.now, hours=1)
    apsara.refused("InvalidParameter", CREATE, **nobody)
    ahead = CAMERA | STORE | NAME | span(apsara.now + timedelta(hours=3), hours=1)
    apsara.refused("InvalidParameter", CREATE, **ahead)
    hour = span(apsara.now, hours=1)
    apsara.refused("InvalidOssObject", CREATE, **CAMERA, **STORE, OssObject="{Sequence}.m3u8", **hour)
    apsara.refused("InvalidOssBucket", CREATE, **CAMERA, **(STORE | {"OssBucket": "_"}), **NAME, **hour)
    made = indexed(apsara, apsara.now)
    apsara.refused("InvalidParameter", ONE, **BACKUP, RecordId=made["RecordId"])
    apsara.refused("InvalidParameter", ONE, **CAMERA, RecordId="none")


def test_the_seed_has_indexes_of_the_main_camera(apsara: Tenant) -> None:
    rows = apsara(ALL, **MAIN, **span(apsara.now, days=4))["RecordIndexInfoList"]
    assert rows
    assert {row["DomainName"] for row in rows} == {STADIUM}
