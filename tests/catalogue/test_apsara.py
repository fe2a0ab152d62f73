"""apsara.json against itself and against what the documents print: pages, times, spans, slips."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from catalogued import coming, fields, holds_together, inputs

from livetui.catalogue import Field, times
from livetui.catalogue.check import check
from livetui.catalogue.mask import DOTS, mask

APSARA = coming("apsara")
NOW = datetime(2018, 4, 10, 12, 0, tzinfo=UTC)

WRITES = {
    "AddCustomLiveStreamTranscode",
    "AddLiveAppRecordConfig",
    "AddLiveAppSnapshotConfig",
    "AddLiveDetectNotifyConfig",
    "AddLivePullStreamInfoConfig",
    "AddLiveRecordNotifyConfig",
    "AddLiveSnapshotDetectPornConfig",
    "AddLiveStreamTranscode",
    "CreateLiveStreamRecordIndexFiles",
    "ResumeLiveStream",
}

DESTRUCTIVE = {
    # No call takes it back from the players.
    "AddTrancodeSEI",
    "DeleteLiveAppRecordConfig",
    "DeleteLiveAppSnapshotConfig",
    "DeleteLiveDetectNotifyConfig",
    "DeleteLivePullStreamInfoConfig",
    "DeleteLiveRecordNotifyConfig",
    "DeleteLiveSnapshotDetectPornConfig",
    "DeleteLiveStreamTranscode",
    "DeleteLiveStreamsNotifyUrlConfig",
    "ForbidLiveStream",
    # Each of these can take pictures, findings or messages away that can't be had later.
    "SetLiveStreamsNotifyUrlConfig",
    "UpdateLiveAppSnapshotConfig",
    "UpdateLiveDetectNotifyConfig",
    "UpdateLiveRecordNotifyConfig",
    "UpdateLiveSnapshotDetectPornConfig",
}

CHAPTERS = {
    "Screenshot": 5,
    "Pull-stream": 3,
    "Live detection": 8,
    "Notify": 3,
    "Live recording": 11,
    "Streams": 8,
    "Transcoding": 5,
    "Resource monitoring": 7,
}
"""As the overview counts them."""

STREAM = {"DomainName": "play.customer.example", "AppName": "live", "StreamName": "cup"}
OSS = {"OssBucket": "shots", "OssEndpoint": "oss.customer.example"}
SHOTS = {"DomainName": "play.customer.example", "AppName": "*", "TimeInterval": 5, **OSS}


def problems(action: str, params: dict[str, Any]) -> list[str]:
    found = check(APSARA, APSARA.action(action), params, NOW)
    return [f"{problem.path} {problem.kind}" for problem in found]


def utc(when: datetime) -> str:
    return str(times.to_wire("utc", when))


def _parameter(action: str, name: str) -> Field:
    field = APSARA.action(action).parameter(name)
    assert field is not None
    return field


def test_it_holds_together() -> None:
    holds_together(APSARA)


def test_what_it_says_of_itself() -> None:
    assert (APSARA.service, APSARA.version, APSARA.host) == ("apsara", "2016-11-01", "live.aliyuncs.com")
    assert (APSARA.cloud, APSARA.scheme, APSARA.envelope) == ("aliyun", "rpc", "rpc")
    assert (APSARA.method, APSARA.product, APSARA.regions) == ("GET", "live", ())


def test_the_fifty_actions_of_the_overview() -> None:
    counted: dict[str, int] = {}
    for action in APSARA:
        chapter, _, page = action.section.partition(" / ")
        counted[chapter] = counted.get(chapter, 0) + 1
        # One page's title lacks a letter.
        assert page in (action.name, "DeleteLiveStreamNotifyUrlConfig"), action.name
    assert counted == CHAPTERS
    assert len(APSARA.names) == sum(CHAPTERS.values()) == 50


def test_effects_are_decided_by_hand() -> None:
    assert {action.name for action in APSARA if action.effect == "write"} == WRITES
    assert {action.name for action in APSARA if action.effect == "destructive"} == DESTRUCTIVE
    assert {action.name for action in APSARA if action.name.startswith("Describe")} == set(
        APSARA.names
    ) - WRITES - DESTRUCTIVE
    for action in APSARA:
        assert action.because.startswith(("Description: ", "Row ", "Rows ")), action.name


def test_what_undoes_what() -> None:
    assert {action.name: action.inverse for action in APSARA if action.inverse} == {
        "AddCustomLiveStreamTranscode": "DeleteLiveStreamTranscode",
        "AddLiveAppRecordConfig": "DeleteLiveAppRecordConfig",
        "AddLiveAppSnapshotConfig": "DeleteLiveAppSnapshotConfig",
        "AddLiveDetectNotifyConfig": "DeleteLiveDetectNotifyConfig",
        "AddLivePullStreamInfoConfig": "DeleteLivePullStreamInfoConfig",
        "AddLiveRecordNotifyConfig": "DeleteLiveRecordNotifyConfig",
        "AddLiveSnapshotDetectPornConfig": "DeleteLiveSnapshotDetectPornConfig",
        "AddLiveStreamTranscode": "DeleteLiveStreamTranscode",
        "ForbidLiveStream": "ResumeLiveStream",
        "ResumeLiveStream": "ForbidLiveStream",
    }


def test_common_parameters_are_not_listed() -> None:
    common = {"Action", "Version", "Format", "Timestamp", "OwnerId", "SecurityToken", "RegionId"}
    for action in APSARA:
        assert not common & {field.name for field in action.parameters}, action.name
        assert "RequestId" not in {field.name for field in action.response}, action.name


def test_no_limit_is_documented_and_ours_is_said_to_be_ours() -> None:
    assert {action.rate_limit for action in APSARA} == {0}
    assert APSARA.default_rate == 10
    assert any("default_rate" in note and "own" in note for note in APSARA.notes)


def test_every_list_but_one_is_wrapped() -> None:
    bare = {
        where
        for where, field in fields(APSARA)
        if field.is_list and not field.inside and where not in dict(inputs(APSARA))
    }
    assert bare == {"TranscodeDataInfo.Detail"}
    assert {where for where, field in fields(APSARA) if field.key} == bare
    # A plain value stands under each key: the structure has the key's member and one more.
    assert [f.name for f in APSARA.structure("TemplateSeconds").members] == ["Template", "Seconds"]


@pytest.mark.parametrize(
    ("action", "page"),
    [
        ("DescribeLiveStreamsBlockList", ("PageNum", 1, 3000, 2000, "StreamUrls")),
        ("DescribeLiveStreamsOnlineList", ("PageNum", 1, 3000, 2000, "OnlineInfo")),
        ("DescribeLiveStreamsPublishList", ("PageNumber", 1, 3000, 3000, "PublishInfo")),
        ("DescribeLiveRecordConfig", ("PageNum", 5, 30, 10, "LiveAppRecordList")),
        ("DescribeLiveStreamRecordIndexFiles", ("PageNum", 5, 30, 10, "RecordIndexInfoList")),
        ("DescribeLiveSnapshotConfig", ("PageNum", 5, 30, 10, "LiveStreamSnapshotConfigList")),
        ("DescribeLiveSnapshotDetectPornConfig", ("PageNum", 5, 30, 10, "LiveSnapshotDetectPornConfigList")),
    ],
)
def test_numbered_pages(action: str, page: tuple[str, int, int, int, str]) -> None:
    declared = APSARA.action(action).page
    assert declared is not None
    size = _parameter(action, "PageSize").default
    assert (declared.page, declared.min_size, declared.max_size, size, declared.items) == page
    assert (declared.style, declared.total, declared.pages) == ("number", "TotalNum", "TotalPage")


def test_pictures_come_by_a_next_start_and_the_rest_in_one_piece() -> None:
    paged = {action.name: action.page for action in APSARA if action.page}
    assert len(paged) == 8
    page = paged["DescribeLiveStreamSnapshotInfo"]
    assert (page.style, page.token, page.token_param) == ("marker", "NextStartTime", "StartTime")
    assert (page.size, page.max_size, page.total) == ("Limit", 100, "")
    action = APSARA.action("DescribeLiveStreamSnapshotInfo")
    assert page.token in {field.name for field in action.response}
    assert _parameter(action.name, page.token_param).time == ("utc",)
    assert _parameter(action.name, page.size).default == 10


def test_times_are_utc_and_days_are_utc_days() -> None:
    for where, field in fields(APSARA):
        assert field.time in ((), ("utc",), ("date-compact-utc",)), where
    for where, field in inputs(APSARA):
        assert field.time in ((), ("utc",)), where
    start = _parameter("ForbidLiveStream", "ResumeTime")
    assert times.parse(start, "2015-12-01T17:37:00Z") == datetime(2015, 12, 1, 17, 37, tzinfo=UTC)
    with pytest.raises(ValueError, match="utc"):
        times.parse(start, "2017-12-22T08:00:00:00Z")  # as most tables print it


SPANS = {
    "CreateLiveStreamRecordIndexFiles": 4,
    "DescribeLiveDomainRecordData": 90,
    "DescribeLiveDomainSnapshotData": 90,
    "DescribeLiveDomainTranscodeData": 90,
    "DescribeLiveStreamHistoryUserNum": 1,
    "DescribeLiveStreamOnlineUserNum": 7,
    "DescribeLiveStreamRecordContent": 4,
    "DescribeLiveStreamRecordIndexFiles": 4,
    "DescribeLiveStreamSnapshotInfo": 1,
    "DescribeLiveStreamsControlHistory": 30,
    "DescribeLiveStreamsFrameRateAndBitRateData": 7,
    "DescribeLiveStreamsPublishList": 30,
}


@pytest.mark.parametrize(("action", "days"), SPANS.items())
def test_a_span_has_its_most_days(action: str, days: int) -> None:
    def asked(span: timedelta) -> list[str]:
        end = NOW - timedelta(days=1)
        given = STREAM | OSS | {"OssObject": "cup.m3u8", "StartTime": utc(end - span), "EndTime": utc(end)}
        names = {field.name for field in APSARA.action(action).parameters}
        return problems(action, {name: value for name, value in given.items() if name in names})

    assert asked(timedelta(days=days)) == []
    assert asked(timedelta(days=days, seconds=1)) == ["EndTime rule"]
    assert asked(timedelta(seconds=-1)) == ["EndTime rule"]


def test_no_other_span_is_limited() -> None:
    limited = {a.name for a in APSARA for r in a.rules if r.kind == "window" and r.maximum is not None}
    assert limited == {*SPANS, "AddLivePullStreamInfoConfig"}


@pytest.mark.parametrize("action", ["DescribeLiveDomainBpsData", "DescribeLiveDomainTrafficData"])
def test_figures_of_domains_go_back_ninety_days(action: str) -> None:
    def asked(back: int) -> list[str]:
        start = NOW - timedelta(days=back)
        return problems(action, {"StartTime": utc(start), "EndTime": utc(start + timedelta(hours=1))})

    assert asked(89) == []
    assert asked(91) == ["StartTime rule"]
    assert problems(action, {}) == []
    assert problems(action, {"StartTime": utc(NOW)}) == ["EndTime rule"]
    assert problems(action, {"EndTime": utc(NOW)}) == ["StartTime rule"]
    ahead = {"StartTime": utc(NOW), "EndTime": utc(NOW + timedelta(hours=1))}
    assert problems(action, ahead) == ["EndTime rule"]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"ResumeTime": "2018-04-11T12:00:00Z"}, []),
        ({"ResumeTime": "2018-04-09T12:00:00Z"}, ["ResumeTime rule"]),
        ({"ResumeTime": "2018-04-11 12:00:00"}, ["ResumeTime value"]),
        ({"LiveStreamType": "player"}, ["LiveStreamType value"]),
    ],
)
def test_a_ban(given: dict[str, Any], wrong: list[str]) -> None:
    assert problems("ForbidLiveStream", STREAM | {"LiveStreamType": "publisher"} | given) == wrong


@pytest.mark.parametrize(
    ("start", "end", "wrong"),
    [
        (0, 7, []),
        (-1, 1, []),
        (0, 8, ["EndTime rule"]),
        (-2, -1, ["EndTime rule"]),
        (30, 31, []),
    ],
)
def test_a_pull_ends_ahead_and_within_a_week(start: int, end: int, wrong: list[str]) -> None:
    span = {
        "StartTime": utc(NOW + timedelta(days=start)),
        "EndTime": utc(NOW + timedelta(days=end)),
    }
    source = {"SourceUrl": "rtmp://origin.customer.example/live/cup"}
    assert problems("AddLivePullStreamInfoConfig", STREAM | source | span) == wrong


RECORDED_AS = "record/{AppName}/{StreamName}/{Sequence}{EscapedStartTime}{EscapedEndTime}"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"EndTime": "2018-04-16T09:57:21Z"}, []),
        ({"EndTime": "2018-04-26T09:57:21Z"}, ["EndTime rule"]),
        ({"OnDemand": 3}, ["OnDemand value"]),
        ({"RecordFormat": [{"Format": "m3u8", "OssObjectPrefix": RECORDED_AS}]}, []),
        (
            {"RecordFormat": [{"OssObjectPrefix": "{EscapedStartTime}"}]},
            ["RecordFormat.0.OssObjectPrefix value"],
        ),
        (
            {"RecordFormat": [{"SliceOssObjectPrefix": "{Sequence}"}]},
            ["RecordFormat.0.SliceOssObjectPrefix value"],
        ),
        ({"RecordFormat": [{"CycleDuration": 899}]}, ["RecordFormat.0.CycleDuration value"]),
        ({"RecordFormat": [{"CycleDuration": 21600, "Format": "ts"}]}, ["RecordFormat.0.Format value"]),
    ],
)
def test_a_recording(given: dict[str, Any], wrong: list[str]) -> None:
    assert problems("AddLiveAppRecordConfig", STREAM | OSS | given) == wrong


def test_only_the_recording_of_one_stream_has_times() -> None:
    config = {"DomainName": "play.customer.example", "AppName": "*"} | OSS
    config |= {"StartTime": "2018-04-10T13:57:21Z", "EndTime": "2018-04-16T09:57:21Z"}
    assert problems("AddLiveAppRecordConfig", config) == ["StreamName rule", "StreamName rule"]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"OverwriteOssObject": "{AppName}/{StreamName}.jpg"}, []),
        ({"OverwriteOssObject": "x" * 256}, ["OverwriteOssObject value"]),
        ({"SequenceOssObject": "snapshot/{AppName}/{StreamName}/{UnixTimestamp}.jpg"}, []),
        ({"SequenceOssObject": "{Sequence}.jpg"}, []),
        ({"SequenceOssObject": "{StreamName}.jpg"}, ["SequenceOssObject value"]),
        ({"TimeInterval": 4}, ["TimeInterval value"]),
        ({"TimeInterval": 3601}, ["TimeInterval value"]),
    ],
)
@pytest.mark.parametrize("action", ["AddLiveAppSnapshotConfig", "UpdateLiveAppSnapshotConfig"])
def test_pictures(action: str, given: dict[str, Any], wrong: list[str]) -> None:
    assert problems(action, SHOTS | given) == wrong


def test_only_an_update_takes_a_pictures_name_away() -> None:
    assert problems("UpdateLiveAppSnapshotConfig", SHOTS | {"SequenceOssObject": "-"}) == []
    assert problems("AddLiveAppSnapshotConfig", SHOTS | {"SequenceOssObject": "-"}) == [
        "SequenceOssObject value"
    ]


CUSTOM = {
    "Domain": "play.customer.example",
    "App": "live",
    "Template": "LDtest",
    "TemplateType": "h264-nbhd",
    "Height": 1280,
    "Width": 720,
    "FPS": 25,
    "VideoBitrate": 2400,
}


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, []),
        ({"TemplateType": "h264"}, []),
        ({"Template": "LD_test"}, ["Template value"]),
        ({"App": "li ve"}, ["App value"]),
        ({"Width": 99}, ["Width value"]),
        ({"Height": 1921}, ["Height value"]),
        ({"FPS": 31}, ["FPS value"]),
        ({"VideoBitrate": 6001}, ["VideoBitrate value"]),
        ({"Version": "1.0"}, ["Version unknown"]),
    ],
)
def test_a_template_of_ones_own(given: dict[str, Any], wrong: list[str]) -> None:
    assert problems("AddCustomLiveStreamTranscode", CUSTOM | given) == wrong


@pytest.mark.parametrize(
    ("given", "wrong"),
    [({}, []), ({"Repeat": -2}, ["Repeat value"]), ({"Text": "é" * 2001}, ["Text value"])],
)
def test_a_text_in_the_frames(given: dict[str, Any], wrong: list[str]) -> None:
    sei = STREAM | {"Text": "firsttxt", "Pattern": "keyframe", "Repeat": -1, "Delay": 100}
    assert problems("AddTrancodeSEI", sei | given) == wrong


def test_what_an_update_does_with_what_it_is_not_given() -> None:
    reset = {
        f"{action.name}.{field.name}"
        for action in APSARA
        for field in action.parameters
        if field.omit == "reset"
    }
    assert reset == {
        "UpdateLiveRecordNotifyConfig.NeedStatusNotify",
        "UpdateLiveSnapshotDetectPornConfig.OssObject",
        "UpdateLiveSnapshotDetectPornConfig.Scene",
    }
    for action in APSARA:
        if action.name.startswith("Update"):
            keys = {"DomainName", "AppName"}
            assert all(field.omit for field in action.parameters if field.name not in keys), action.name


def test_callbacks_begin_as_the_pages_say() -> None:
    domain = {"DomainName": "play.customer.example"}
    for scheme, wrong in (("http", []), ("https", ["NotifyUrl value"]), ("rtmp", ["NotifyUrl value"])):
        url = {"NotifyUrl": f"{scheme}://told.customer.example/"}
        assert problems("SetLiveStreamsNotifyUrlConfig", domain | url) == wrong
    for scheme, wrong in (("http", []), ("https", []), ("rtmp", ["NotifyUrl value"])):
        url = {"NotifyUrl": f"{scheme}://told.customer.example/"}
        assert problems("AddLiveRecordNotifyConfig", domain | url) == wrong


def test_addresses_that_may_hold_a_key_are_sensitive() -> None:
    marked = {where.rpartition(".")[2] for where, field in fields(APSARA) if field.sensitive}
    assert marked == {"NotifyUrl", "PublishUrl", "RecordUrl", "SourceUrl"}
    assert {field.sensitive for _, field in fields(APSARA) if field.sensitive} == {"url"}
    params = STREAM | {"SourceUrl": "rtmp://origin.customer.example/live/cup?auth_key=1-2-3"}
    hidden = mask(APSARA, APSARA.action("AddLivePullStreamInfoConfig").parameters, params)
    assert hidden["SourceUrl"] == f"rtmp://origin.customer.example/live/cup?auth_key={DOTS}"


def test_where_the_document_disagrees_the_choice_is_noted() -> None:
    for action, name in (
        ("SetLiveStreamsNotifyUrlConfig", "NotifyUrl"),
        ("AddLiveStreamTranscode", "Template"),
        ("AddCustomLiveStreamTranscode", "TemplateType"),
        ("DescribeLiveDomainBpsData", "StartTime"),
        ("AddTrancodeSEI", "Pattern"),
    ):
        assert _parameter(action, name).note, f"{action}.{name}"
    for action in (
        "AddCustomLiveStreamTranscode",
        "AddTrancodeSEI",
        "DeleteLiveStreamsNotifyUrlConfig",
        "DescribeLiveStreamsPublishList",
        "DescribeLiveStreamsFrameRateAndBitRateData",
    ):
        assert APSARA.action(action).note, action
    answered = dict(fields(APSARA))
    for where in (
        "DescribeLiveStreamsNotifyUrlConfig reply.LiveStreamsNotifyConfig",
        "DescribeLiveStreamHistoryUserNum reply.LiveStreamUserNumInfos",
        "LiveAppRecord.RecordFormatList",
        "LiveSnapshotDetectPornConfig.Scenes",
        "TranscodeDataInfo.Detail",
    ):
        assert answered[where].note, where


@pytest.mark.parametrize(
    ("code", "retryable"),
    [
        ("InternalError", True),
        ("ServiceUnavailable", True),
        ("Throttling.User", True),
        ("InvalidEndTime.BeyondCurrent", False),
        ("SignatureNonceUsed", False),
        ("InvalidAccessKeyId.NotFound", False),
        ("InvalidSecurityToken.Expired", False),
        ("Forbidden.RAM", False),
        ("InvalidDomain.NotFound", False),
        ("InvalidOssBucket.NotFound", False),
        ("ConfigNotFound", False),
    ],
)
def test_an_error_has_meaning_and_remedy(code: str, retryable: bool) -> None:
    fact = APSARA.error(code)
    assert fact is not None
    assert fact.meaning.endswith(".")
    assert fact.remedy.endswith(".")
    assert fact.retryable == retryable


def test_the_errors_the_pages_print() -> None:
    beyond = {action.name for action in APSARA if action.errors == ("InvalidEndTime.BeyondCurrent",)}
    assert beyond == {f"DescribeLiveDomain{what}Data" for what in ("Transcode", "Record", "Snapshot")}
    assert {action.errors for action in APSARA} == {("InternalError",), ("InvalidEndTime.BeyondCurrent",)}
