"""The emulated ApsaraVideo Live: notices, transcoding, pictures, detection."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from questions.apsara import CAMPUS, HARBOR, MAIN, MARKET, PUBLISHER, STADIUM, STORE, span, utc
from tenant import START, Tenant

from livetui.emulator.answers import Refusal


@pytest.fixture
def apsara() -> Tenant:
    return Tenant("apsara")


# Notices.

STREAM = "LiveStreamsNotifyConfig"
URL, OTHER = "http://events.campus.example/a", "http://events.campus.example/b"


def told(apsara: Tenant, kind: str, domain: str = CAMPUS) -> dict[str, Any]:
    """What a Describe tells; where nobody is told, an object without members."""
    action = f"DescribeLive{kind}NotifyConfig" if kind else "DescribeLiveStreamsNotifyUrlConfig"
    reply = apsara.send(action, DomainName=domain)
    if list(reply.values()) == [{}]:
        return {}
    (config,) = apsara(action, DomainName=domain).values()
    return dict(config)


def test_the_stream_notice_is_set_replaced_and_deleted(apsara: Tenant) -> None:
    assert told(apsara, "") == {}
    apsara("SetLiveStreamsNotifyUrlConfig", DomainName=CAMPUS, NotifyUrl=URL)
    apsara("SetLiveStreamsNotifyUrlConfig", DomainName=CAMPUS, NotifyUrl=OTHER)
    assert told(apsara, "") == {"DomainName": CAMPUS, "NotifyUrl": OTHER}
    apsara("DeleteLiveStreamsNotifyUrlConfig", DomainName=CAMPUS)
    assert told(apsara, "") == {}
    apsara.refused("ConfigNotFound", "DeleteLiveStreamsNotifyUrlConfig", DomainName=CAMPUS)
    assert told(apsara, "", HARBOR)


@pytest.mark.parametrize("kind", ["Record", "Detect"])
def test_the_other_notices_are_added_updated_and_deleted(apsara: Tenant, kind: str) -> None:
    name = f"Live{kind}NotifyConfig"
    apsara.refused("ConfigNotFound", f"Update{name}", DomainName=CAMPUS, NotifyUrl=URL)
    apsara.refused("ConfigNotFound", f"Delete{name}", DomainName=CAMPUS)
    apsara(f"Add{name}", DomainName=CAMPUS, NotifyUrl=URL)
    assert told(apsara, kind)["NotifyUrl"] == URL
    apsara.refused("ConfigAlreadyExists", f"Add{name}", DomainName=CAMPUS, NotifyUrl=OTHER)
    apsara(f"Update{name}", DomainName=CAMPUS, NotifyUrl=OTHER)
    assert told(apsara, kind)["NotifyUrl"] == OTHER
    apsara(f"Delete{name}", DomainName=CAMPUS)
    assert told(apsara, kind) == {}


def test_states_are_told_no_more_when_an_update_leaves_them_out(apsara: Tenant) -> None:
    assert told(apsara, "Record", HARBOR)["NeedStatusNotify"] is True
    before = told(apsara, "Record", HARBOR)["NotifyUrl"]
    apsara("UpdateLiveRecordNotifyConfig", DomainName=HARBOR, NeedStatusNotify=True)
    assert told(apsara, "Record", HARBOR)["NeedStatusNotify"] is True
    apsara("UpdateLiveRecordNotifyConfig", DomainName=HARBOR)
    assert told(apsara, "Record", HARBOR) == {
        "DomainName": HARBOR,
        "NotifyUrl": before,
        "NeedStatusNotify": False,
    }


# Transcoding.

AT_MARKET = {"Domain": MARKET, "App": "live"}
OWN = {"TemplateType": "h264", "Height": 720, "Width": 1280, "FPS": 25, "VideoBitrate": 1500}


def templates(apsara: Tenant, domain: str = MARKET) -> dict[str, Any]:
    rows = apsara("DescribeLiveStreamTranscodeInfo", DomainTranscodeName=domain)["DomainTranscodeList"]
    return {row["TranscodeTemplate"]: row.get("CustomTranscodeParameters") for row in rows}


def test_templates_are_added_and_deleted(apsara: Tenant) -> None:
    apsara("AddLiveStreamTranscode", **AT_MARKET, Template="ld")
    apsara("AddCustomLiveStreamTranscode", **AT_MARKET, Template="shop-720", **OWN)
    assert templates(apsara) == {"ld": None, "shop-720": OWN}
    apsara.refused("ConfigAlreadyExists", "AddLiveStreamTranscode", **AT_MARKET, Template="ld")
    apsara("DeleteLiveStreamTranscode", **AT_MARKET, Template="ld")
    apsara.refused("ConfigNotFound", "DeleteLiveStreamTranscode", **AT_MARKET, Template="ld")
    assert templates(apsara) == {"shop-720": OWN}


@pytest.mark.parametrize(
    "wrong",
    [
        {"Width": 1920, "Height": 1081},
        {"Width": 1100, "Height": 1100},
        {"Template": "hd"},
    ],
)
def test_templates_that_can_not_be(apsara: Tenant, wrong: dict[str, Any]) -> None:
    params = AT_MARKET | {"Template": "mine"} | OWN | wrong
    apsara.refused("InvalidParameter", "AddCustomLiveStreamTranscode", **params)
    apsara(
        "AddCustomLiveStreamTranscode", **(params | OWN | {"Template": "tall", "Height": 1920, "Width": 1080})
    )


def test_a_text_needs_a_rendition_to_be_put_into(apsara: Tenant) -> None:
    text = {"Text": "goal", "Pattern": "frame", "Repeat": -1, "Delay": 0}
    apsara("AddTrancodeSEI", **MAIN, **text)
    apsara.refused("ConfigNotFound", "AddTrancodeSEI", **(MAIN | {"DomainName": HARBOR}), **text)


# Pictures.

OF_STUDIO = {"DomainName": CAMPUS, "AppName": "studio"}
SEQUENCE = "{AppName}/{StreamName}/{Sequence}.jpg"
UNIX = "{AppName}/{StreamName}/{UnixTimestamp}.jpg"
REPLACED = "{AppName}/{StreamName}.jpg"
SNAPSHOTS = "LiveStreamSnapshotConfigList"


def snapshots(apsara: Tenant, domain: str = CAMPUS, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = apsara("DescribeLiveSnapshotConfig", DomainName=domain, **params)[SNAPSHOTS]
    return rows


def pictures(apsara: Tenant, end: timedelta = timedelta(), **params: Any) -> tuple[list[dict[str, Any]], str]:
    """The rows, and where the next begin ("" at the last)."""
    asked = MAIN | {"StartTime": utc(START), "EndTime": utc(apsara.now + end)} | params
    reply = apsara.send("DescribeLiveStreamSnapshotInfo", **asked)
    apsara(
        "DescribeLiveStreamSnapshotInfo",
        lacks=() if "NextStartTime" in reply else ("NextStartTime",),
        **asked,
    )
    return reply["LiveStreamSnapshotInfoList"], reply.get("NextStartTime", "")


def test_snapshot_configs_are_added_changed_and_deleted(apsara: Tenant) -> None:
    apsara("AddLiveAppSnapshotConfig", **OF_STUDIO, **STORE, TimeInterval=30, SequenceOssObject=SEQUENCE)
    (made,) = snapshots(apsara)
    assert made == OF_STUDIO | STORE | {
        "TimeInterval": 30,
        "CreateTime": utc(apsara.now),
        "OverwriteOssObject": "",
        "SequenceOssObject": SEQUENCE,
    }
    again = OF_STUDIO | STORE | {"TimeInterval": 30}
    apsara.refused("ConfigAlreadyExists", "AddLiveAppSnapshotConfig", **again)
    apsara.advance(60)
    apsara("UpdateLiveAppSnapshotConfig", **OF_STUDIO, OverwriteOssObject=REPLACED, SequenceOssObject="-")
    (changed,) = snapshots(apsara)
    assert changed == made | {"OverwriteOssObject": REPLACED, "SequenceOssObject": ""}
    apsara("DeleteLiveAppSnapshotConfig", **OF_STUDIO)
    assert snapshots(apsara) == []
    apsara.refused("ConfigNotFound", "DeleteLiveAppSnapshotConfig", **OF_STUDIO)
    apsara.refused("ConfigNotFound", "UpdateLiveAppSnapshotConfig", **OF_STUDIO, TimeInterval=5)


def test_configs_come_in_order_and_in_pages(apsara: Tenant) -> None:
    for number in range(7):
        of_app = {"DomainName": CAMPUS, "AppName": f"app-{number}"}
        apsara("AddLiveAppSnapshotConfig", **of_app, **STORE, TimeInterval=5)
        apsara.advance(1)
    names = [f"app-{number}" for number in range(7)]
    assert [row["AppName"] for row in snapshots(apsara)] == names
    assert [row["AppName"] for row in snapshots(apsara, Order="desc")] == names[::-1]
    page = apsara("DescribeLiveSnapshotConfig", DomainName=CAMPUS, PageSize=5, PageNum=2, Order="desc")
    assert [row["AppName"] for row in page[SNAPSHOTS]] == names[1::-1]
    assert [page[name] for name in ("PageNum", "PageSize", "TotalNum", "TotalPage", "Order")] == [
        2,
        5,
        7,
        2,
        "desc",
    ]
    assert [row["AppName"] for row in snapshots(apsara, AppName="app-3")] == ["app-3"]


def test_pictures_are_taken_as_time_passes(apsara: Tenant) -> None:
    assert len(pictures(apsara, timedelta(seconds=5))[0]) <= 1
    apsara.advance(65)
    rows, _ = pictures(apsara)
    assert 6 <= len(rows) <= 7
    assert rows[0]["OssObject"].startswith("snapshot/live/match-01-main/17")
    times = [row["CreateTime"] for row in rows]
    assert times == sorted(times)
    assert all(utc(START) <= time <= utc(apsara.now) for time in times)


def test_pictures_come_in_pieces(apsara: Tenant) -> None:
    apsara.advance(600)
    whole, end = pictures(apsara, Limit=100)
    assert (len(whole), end) == (60, "")
    found: list[dict[str, Any]] = []
    start: str | None = utc(START)
    while start:
        rows, start = pictures(apsara, StartTime=start, Limit=7)
        found += rows
    assert found == whole
    assert len(pictures(apsara)[0]) == 10


def pushed_again(apsara: Tenant) -> None:
    apsara("ForbidLiveStream", **MAIN, **PUBLISHER)
    apsara.advance(5)
    apsara("ResumeLiveStream", **MAIN, **PUBLISHER)
    apsara.advance(115)


def test_a_push_keeps_to_the_config_it_began_under(apsara: Tenant) -> None:
    of_app = {"DomainName": STADIUM, "AppName": "live"}
    apsara("UpdateLiveAppSnapshotConfig", **of_app, TimeInterval=5, SequenceOssObject=SEQUENCE)
    apsara.advance(120)
    assert len(pictures(apsara, Limit=100)[0]) == 12
    again = utc(apsara.now)
    pushed_again(apsara)
    rows, _ = pictures(apsara, StartTime=again, Limit=100)
    assert len(rows) >= 20
    assert rows[0]["OssObject"] == "live/match-01-main/0.jpg"
    apsara("DeleteLiveAppSnapshotConfig", **of_app)
    deleted = utc(apsara.now)
    apsara.advance(60)
    assert len(pictures(apsara, StartTime=deleted, Limit=100)[0]) >= 11
    last = utc(apsara.now)
    pushed_again(apsara)
    assert pictures(apsara, StartTime=last)[0] == []
    assert len(pictures(apsara, Limit=100)[0]) > 40


def test_a_replaced_picture_is_not_listed(apsara: Tenant) -> None:
    apsara.advance(600)
    camera = {"DomainName": HARBOR, "AppName": "live", "StreamName": "harbor-cam-07"}
    assert pictures(apsara, **camera) == ([], "")
    kitchen = {"DomainName": MARKET, "AppName": "live", "StreamName": "shop-kitchen"}
    assert pictures(apsara, **kitchen)[0]


def test_no_pictures_of_nobody(apsara: Tenant) -> None:
    assert pictures(apsara, StreamName="nobody", EndTime=utc(START + timedelta(1))) == ([], "")


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("InvalidOssBucket", {"OssBucket": "No Bucket"}),
        ("InvalidOssBucket", {"OssBucket": "ab"}),
        ("InvalidOssEndpoint", {"OssEndpoint": "http://oss.example"}),
        ("InvalidOssEndpoint", {"OssEndpoint": "oss"}),
        ("InvalidOssObject", {"OverwriteOssObject": "{App}/{StreamName}.jpg"}),
        ("InvalidOssObject", {"SequenceOssObject": "{Sequence}/{Date}"}),
    ],
)
def test_where_pictures_can_not_go(apsara: Tenant, code: str, wrong: dict[str, Any]) -> None:
    apsara.refused(code, "AddLiveAppSnapshotConfig", **(OF_STUDIO | STORE | {"TimeInterval": 5} | wrong))
    apsara.refused(
        code, "UpdateLiveAppSnapshotConfig", **({"DomainName": STADIUM, "AppName": "live"} | wrong)
    )


# Detection.

DETECT = "LiveSnapshotDetectPornConfig"
USUAL = "{AppName}/{StreamName}/{Date}/{Hour}/{Minute}_{Second}.jpg"


def detections(apsara: Tenant, domain: str = CAMPUS, **params: Any) -> list[dict[str, Any]]:
    reply = apsara(f"Describe{DETECT}", DomainName=domain, **params)
    rows: list[dict[str, Any]] = reply[f"{DETECT}List"]
    return rows


def test_detection_is_added_changed_and_deleted(apsara: Tenant) -> None:
    apsara.refused("ConfigNotFound", f"Update{DETECT}", **OF_STUDIO)
    apsara(f"Add{DETECT}", **OF_STUDIO, **STORE)
    (made,) = detections(apsara)
    assert made == OF_STUDIO | STORE | {"Interval": 10, "OssObject": USUAL, "Scenes": ["porn"]}
    apsara.refused("ConfigAlreadyExists", f"Add{DETECT}", **OF_STUDIO, **STORE)
    apsara(f"Update{DETECT}", **OF_STUDIO, Interval=60, Scene=["ad", "live"], OssObject="{Sequence}.jpg")
    assert detections(apsara) == [
        made | {"Interval": 60, "Scenes": ["ad", "live"], "OssObject": "{Sequence}.jpg"}
    ]
    apsara(f"Update{DETECT}", **OF_STUDIO)
    (reset,) = detections(apsara)
    assert (reset["Scenes"], reset["Interval"]) == (["porn"], 60)
    assert detections(apsara, AppName="live") == []
    apsara(f"Delete{DETECT}", **OF_STUDIO)
    assert detections(apsara) == []
    apsara.refused("ConfigNotFound", f"Delete{DETECT}", **OF_STUDIO)


def test_where_suspicious_pictures_can_not_go(apsara: Tenant) -> None:
    apsara.refused("InvalidOssObject", f"Add{DETECT}", **OF_STUDIO, **STORE, OssObject="{Day}.jpg")
    apsara.refused("InvalidOssBucket", f"Add{DETECT}", **OF_STUDIO, **(STORE | {"OssBucket": "-a-"}))


def test_a_refusal_does_not_tell_what_the_url_was(apsara: Tenant) -> None:
    secret = "http://events.campus.example/?token=hidden"
    apsara("AddLiveDetectNotifyConfig", DomainName=CAMPUS, NotifyUrl=secret)
    with pytest.raises(Refusal) as refused:
        apsara.send("AddLiveDetectNotifyConfig", DomainName=CAMPUS, NotifyUrl=secret)
    assert "hidden" not in str(refused.value)


def test_a_span_in_the_future_has_no_pictures(apsara: Tenant) -> None:
    later = span(apsara.now + timedelta(hours=5), hours=1)
    assert pictures(apsara, **later) == ([], "")
