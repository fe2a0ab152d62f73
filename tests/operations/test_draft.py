"""A draft has three states per field, and a modification sends what would otherwise be lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from livetui.catalogue import UNSET, load
from livetui.operations import entry
from livetui.operations.draft import REGION, CannotBeEmpty, Draft, Fixed, SavedElsewhere

CSS = load("css")
NOW = datetime(2026, 11, 20, 10, 0, 0, tzinfo=UTC)
PRAGUE = timezone(timedelta(hours=1))

TRANSCODE = {
    "TemplateId": 12,
    "TemplateName": "900p",
    "Vcodec": "h264",
    "VideoBitrate": 1500,
    "Height": 900,
    "Width": 0,
    "DRMType": "widevine",
    "DRMTracks": "AUDIO|HD",
    "Description": "evening",
    "NotAParameter": 1,
    "Acodec": None,
}


def draft_of(action: str, **opening: Any) -> Draft:
    return Draft(CSS, CSS.action(action), now=lambda: NOW, zone=PRAGUE, **opening)


def paths(draft: Draft) -> dict[str, str]:
    return {problem.path: problem.kind for problem in draft.problems(NOW)}


def test_a_new_thing_sends_the_fields_that_are_set_and_no_other() -> None:
    draft = draft_of("CreateLiveTranscodeTemplate")
    assert draft.params() == {}
    assert paths(draft) == {"TemplateName": "missing", "VideoBitrate": "missing"}
    draft.set("TemplateName", "900p")
    draft.set("VideoBitrate", "1500")
    draft.set("AdaptBitratePercent", "0.2")
    assert draft.params() == {"TemplateName": "900p", "VideoBitrate": 1500, "AdaptBitratePercent": 0.2}
    assert draft.problems(NOW) == []
    assert draft.changes() == [
        ("TemplateName", UNSET, "900p"),
        ("VideoBitrate", UNSET, 1500),
        ("AdaptBitratePercent", UNSET, 0.2),
    ]


def test_unset_empty_and_a_value_are_three_things() -> None:
    draft = draft_of("CreateLiveTranscodeTemplate")
    assert draft.state("Description") == "unset"
    draft.empty("Description")
    assert draft.state("Description") == "empty"
    assert draft.params()["Description"] == ""
    draft.set("Description", "x")
    assert draft.state("Description") == "value"
    draft.clear("Description")
    assert draft.state("Description") == "unset"
    assert "Description" not in draft.params()
    with pytest.raises(CannotBeEmpty):
        draft.empty("VideoBitrate")


def test_text_that_is_no_number_is_kept_and_told() -> None:
    draft = draft_of("CreateLiveTranscodeTemplate")
    draft.set("VideoBitrate", "15x")
    assert draft.text("VideoBitrate") == "15x"
    assert [str(p) for p in draft.problems(NOW) if p.path == "VideoBitrate"] == [
        "VideoBitrate is a whole number"
    ]
    draft.set("VideoBitrate", "9000")
    assert [p.message for p in draft.problems(NOW) if p.path == "VideoBitrate"] == [
        "has to be from 100 to 8000, not 9000"
    ]
    draft.set("VideoBitrate", "")
    assert draft.state("VideoBitrate") == "unset"


def test_a_coded_value_can_be_typed_by_its_word() -> None:
    draft = draft_of("CreateLiveTranscodeTemplate")
    draft.set("NeedVideo", "no")
    assert draft.params() == {"NeedVideo": 0}


def test_a_modification_resends_the_encryption_that_would_be_taken_off() -> None:
    draft = draft_of("ModifyLiveTranscodeTemplate", present=TRANSCODE, given={"TemplateId": 12})
    assert draft.changes() == []
    assert not draft.dirty
    draft.set("VideoBitrate", "1800")
    assert draft.params() == {
        "TemplateId": 12,
        "VideoBitrate": 1800,
        "DRMType": "widevine",
        "DRMTracks": "AUDIO|HD",
    }
    assert draft.changes() == [("VideoBitrate", 1500, 1800)]
    assert draft.problems(NOW) == []


def test_what_is_kept_when_left_out_goes_back_when_it_is_cleared() -> None:
    draft = draft_of("ModifyLiveTranscodeTemplate", present=TRANSCODE, given={"TemplateId": 12})
    draft.set("Description", "morning")
    draft.clear("Description")
    assert draft.get("Description") == "evening"
    assert draft.changes() == []


def test_what_is_reset_when_left_out_can_be_left_out_on_purpose_or_sent_empty() -> None:
    draft = draft_of("ModifyLiveTranscodeTemplate", present=TRANSCODE, given={"TemplateId": 12})
    draft.clear("DRMTracks")
    draft.empty("DRMType")
    assert draft.params() == {"TemplateId": 12, "DRMType": ""}
    assert draft.changes() == [("DRMType", "widevine", ""), ("DRMTracks", "AUDIO|HD", UNSET)]
    draft.revert("DRMTracks")
    assert draft.params()["DRMTracks"] == "AUDIO|HD"


def test_a_modification_of_a_pull_task_keeps_its_backup_source() -> None:
    present = {
        "TaskId": "t1",
        "SourceUrls": ["rtmp://a.example/live/x"],
        "Status": "enable",
        "CallbackEvents": ["TaskExit"],
        "BackupSourceType": "PullLivePushLive",
        "BackupSourceUrl": "rtmp://b.example/live/x",
        "StartTime": "2026-11-19T10:00:00Z",
        "EndTime": "2026-11-22T10:00:00Z",
    }
    draft = draft_of("ModifyLivePullStreamTask", present=present, given={"TaskId": "t1", "Operator": "night"})
    draft.set("EndTime", "+2h")
    assert draft.params() == {
        "TaskId": "t1",
        "Operator": "night",
        "EndTime": "2026-11-20T12:00:00Z",
        "CallbackEvents": ["TaskExit"],
        "BackupSourceType": "PullLivePushLive",
        "BackupSourceUrl": "rtmp://b.example/live/x",
    }
    assert draft.problems(NOW) == []
    masked = draft.changes(masked=True)
    draft.set("BackupSourceUrl", "rtmp://b.example/live/x?txSecret=0123456789abcdef")
    assert masked == [("EndTime", "2026-11-22T10:00:00Z", "2026-11-20T12:00:00Z")]
    assert "0123456789abcdef" not in repr(draft.changes(masked=True))


def test_a_modification_of_a_snapshot_template_always_names_the_bucket() -> None:
    present = {
        "TemplateId": 7,
        "TemplateName": "every10",
        "SnapshotInterval": 10,
        "Width": 0,
        "Height": 0,
        "PornFlag": 1,
        "CosAppId": 1250000000,
        "CosBucket": "shots",
        "CosRegion": "beijing",
        "CosPrefix": "a/",
    }
    draft = draft_of("ModifyLiveSnapshotTemplate", present=present, given={"TemplateId": 7})
    draft.set("TemplateName", "every30")
    assert draft.params() == {
        "TemplateId": 7,
        "CosAppId": 1250000000,
        "CosBucket": "shots",
        "CosRegion": "beijing",
        "TemplateName": "every30",
        "SnapshotInterval": 10,
        "Width": 0,
        "Height": 0,
        "PornFlag": 1,
    }
    draft.clear("CosBucket")
    assert paths(draft) == {"CosBucket": "missing"}


def test_a_modification_without_a_refused_field_is_told() -> None:
    draft = draft_of("ModifyLiveSnapshotTemplate", present={"TemplateId": 7}, given={"TemplateId": 7})
    assert set(paths(draft)) == {"CosAppId", "CosBucket", "CosRegion"}


def test_what_names_the_thing_is_fixed() -> None:
    draft = draft_of("ModifyLiveTranscodeTemplate", present=TRANSCODE, given={"TemplateId": 12})
    for act in (lambda: draft.set("TemplateId", "13"), lambda: draft.clear("TemplateId")):
        with pytest.raises(Fixed):
            act()


@pytest.mark.parametrize(
    ("action", "name", "text", "sent"),
    [
        ("ForbidLiveStream", "ResumeTime", "2026-11-20 18:00", "2026-11-20T17:00:00Z"),
        ("ForbidLiveStream", "ResumeTime", "2026-11-20 18:00:07", "2026-11-20T17:00:07Z"),
        ("ForbidLiveStream", "ResumeTime", "+2h", "2026-11-20T12:00:00Z"),
        ("ForbidLiveStream", "ResumeTime", "1h30m", "2026-11-20T11:30:00Z"),
        ("ForbidLiveStream", "ResumeTime", "7d", "2026-11-27T10:00:00Z"),
        ("ForbidLiveStream", "ResumeTime", "2026-11-20T18:00:00+08:00", "2026-11-20T10:00:00Z"),
        ("ForbidLiveStream", "ResumeTime", "2026-11-20T18:00:00Z", "2026-11-20T18:00:00Z"),
        ("ForbidLiveStream", "ResumeTime", "2026-11-21", "2026-11-20T23:00:00Z"),
    ],
)
def test_time_is_entered_in_local_time(action: str, name: str, text: str, sent: str) -> None:
    draft = draft_of(action)
    draft.set(name, text)
    assert draft.get(name) == sent
    again = draft_of(action)
    again.set(name, draft.text(name))
    assert again.get(name) == sent


@pytest.mark.parametrize(
    ("notation", "text", "sent"),
    [
        ("utc", "2026-11-20 18:00", "2026-11-20T17:00:00Z"),
        ("beijing", "2026-11-20 18:00", "2026-11-21 01:00:00"),
        ("beijing-z", "2026-11-20 18:00", "2026-11-21T01:00:00Z"),
        ("beijing-minute", "+30m", "2026-11-20 18:30"),
        ("unix", "-1d", 1795082400),
        ("unix", "1795082400", 1795082400),
        ("unix-text", "-1d", "1795082400"),
        ("date", "2026-11-20", "2026-11-20"),
        ("date-compact", "20261120", "20261120"),
        ("date-compact", "2026-11-20 23:30", "20261121"),
        ("hms", "18:30:00", "18:30:00"),
    ],
)
def test_time_travels_in_the_first_notation_of_its_field(notation: str, text: str, sent: str | int) -> None:
    field = CSS.action("ForbidLiveStream").parameters[3]._replace(type="timestamp", time=(notation,))
    value = entry.read(field, text, NOW, PRAGUE)
    assert value == sent
    assert entry.read(field, entry.write(field, value, PRAGUE), NOW, PRAGUE) == sent


def test_a_time_that_is_none_is_told() -> None:
    draft = draft_of("ForbidLiveStream", given={"AppName": "live", "DomainName": "d", "StreamName": "s"})
    for text in ("tomorrow", "2026-13-01 00:00", "99999999d", "9999999999999999s", "2026-11-20T25:00:00Z"):
        draft.set("ResumeTime", text)
        assert paths(draft) == {"ResumeTime": "type"}, text
    draft.set("ResumeTime", "91d")
    assert paths(draft) == {"ResumeTime": "rule"}


def test_nested_inputs_of_a_mix() -> None:
    draft = draft_of("CreateCommonMixStream")
    draft.set("MixStreamSessionId", "show1")
    first = draft.add("InputStreamList")
    assert first == "InputStreamList.0"
    assert "InputStreamList.0.LayoutParams" in paths(draft)
    draft.set("InputStreamList.0.InputStreamName", "main")
    draft.set("InputStreamList.0.LayoutParams.ImageLayer", "1")
    draft.set("InputStreamList.1.InputStreamName", "guest")
    draft.set("InputStreamList.1.LayoutParams.ImageLayer", "17")
    draft.set("OutputParams.OutputStreamName", "main")
    assert paths(draft) == {"InputStreamList.1.LayoutParams.ImageLayer": "value"}
    draft.set("InputStreamList.1.LayoutParams.ImageLayer", "two")
    assert paths(draft) == {"InputStreamList.1.LayoutParams.ImageLayer": "type"}
    draft.remove("InputStreamList.0")
    assert paths(draft) == {"InputStreamList.0.LayoutParams.ImageLayer": "type"}
    draft.set("InputStreamList.0.LayoutParams.ImageLayer", "2")
    assert draft.params() == {
        "MixStreamSessionId": "show1",
        "InputStreamList": [{"InputStreamName": "guest", "LayoutParams": {"ImageLayer": 2}}],
        "OutputParams": {"OutputStreamName": "main"},
    }
    draft.clear("OutputParams.OutputStreamName")
    assert draft.state("OutputParams") == "unset"
    draft.remove("InputStreamList.0")
    assert draft.state("InputStreamList") == "unset"


def test_lists_of_plain_values() -> None:
    draft = draft_of(
        "ModifyLivePullStreamTask", present={"TaskId": "t"}, given={"TaskId": "t", "Operator": "o"}
    )
    draft.set("CallbackEvents", "TaskStart, TaskExit")
    assert draft.get("CallbackEvents") == ["TaskStart", "TaskExit"]
    assert draft.text("CallbackEvents") == "TaskStart TaskExit"
    draft.set("SourceUrls", "http://a.example/1,2.mp4 http://a.example/3.mp4")
    assert draft.get("SourceUrls") == ["http://a.example/1,2.mp4", "http://a.example/3.mp4"]
    path = draft.add("CallbackEvents")
    assert paths(draft) == {path: "missing"}
    draft.set(path, "Nonsense")
    assert paths(draft) == {path: "value"}
    draft.clear(path)
    draft.remove(path)
    assert draft.problems(NOW) == []


def test_a_structure_that_was_there_is_sent_whole_with_the_change() -> None:
    present = {
        "TemplateId": 3,
        "FlvParam": {"Enable": 1, "RecordInterval": 1800, "StorageTime": None, "Else": 1},
    }
    draft = draft_of("ModifyLiveRecordTemplate", present=present, given={"TemplateId": 3})
    assert draft.params() == {"TemplateId": 3}
    draft.set("FlvParam.RecordInterval", "3600")
    assert draft.params() == {"TemplateId": 3, "FlvParam": {"Enable": 1, "RecordInterval": 3600}}
    assert draft.changes() == [("FlvParam.RecordInterval", 1800, 3600)]


def test_an_empty_text_that_has_to_be_sent_is() -> None:
    draft = draft_of("CreateLiveTranscodeRule")
    assert draft.state("AppName") == "empty"
    draft.set("DomainName", "play.harbor.example")
    draft.set("TemplateId", "12")
    assert draft.params() == {
        "DomainName": "play.harbor.example",
        "AppName": "",
        "StreamName": "",
        "TemplateId": 12,
    }
    assert draft.problems(NOW) == []
    rule = draft_of("DeleteLiveRecordRule", given={"DomainName": "push.harbor.example"})
    assert rule.params() == {"DomainName": "push.harbor.example", "AppName": "", "StreamName": ""}


def test_a_field_that_another_needs_is_sent_with_it() -> None:
    draft = draft_of(
        "ModifyLivePullStreamTask",
        present={"FileIndex": 2, "OffsetTime": 5},
        given={"TaskId": "t", "Operator": "o"},
    )
    draft.set("OffsetTime", "9")
    assert draft.params() == {"TaskId": "t", "Operator": "o", "FileIndex": 2, "OffsetTime": 9}


def test_a_kept_draft_holds_what_was_touched_and_no_secret() -> None:
    present = {"Comment": "old", "SourceUrls": ["rtmp://a.example/x?txSecret=deadbeef"], "Status": "enable"}
    given = {"TaskId": "t", "Operator": "o"}
    draft = draft_of("ModifyLivePullStreamTask", present=present, given=given)
    draft.set("Comment", "new")
    draft.set("OffsetTime", "soon")
    draft.set("SourceUrls", "rtmp://b.example/x?txSecret=cafebabe")
    draft.set("WatermarkList.0.PictureUrl", "http://c.example/p.png?sign=feedface")
    draft.set("WatermarkList.0.Width", "10")
    kept = draft.to_json()
    text = json.dumps(kept)
    assert not any(secret in text for secret in ("deadbeef", "cafebabe", "feedface"))

    later = draft_of("ModifyLivePullStreamTask", present={**present, "Status": "pause"}, given=given)
    assert later.restore(json.loads(text)) == ["SourceUrls"]
    assert later.get("Comment") == "new"
    assert later.get("Status") == "pause"
    assert later.get("SourceUrls") == present["SourceUrls"]
    assert later.get("WatermarkList") == [{"Width": 10}]
    assert "OffsetTime" in paths(later)
    with pytest.raises(SavedElsewhere):
        draft_of("CreateLiveTranscodeTemplate").restore(kept)
    for broken in ({}, {"action": 1}, {"values": 3}, {**kept, "rough": [1]}, {**kept, "secret": 5}):
        with pytest.raises(SavedElsewhere):
            later.restore(broken)


def test_a_kept_draft_is_read_back_by_name() -> None:
    draft = draft_of("CreateLiveTranscodeTemplate")
    draft.set("TemplateName", "900p")
    draft.empty("Description")
    again = draft_of("CreateLiveTranscodeTemplate")
    again.restore(draft.to_json())
    assert again.params() == draft.params()
    assert again.dirty


def test_a_regional_call_asks_for_its_region() -> None:
    draft = draft_of("DescribeRecordTask", regions=("ap-mumbai", "ap-guangzhou"))
    assert draft.rows()[0].path == REGION
    assert REGION in paths(draft)
    draft.set(REGION, "ap-mumbai")
    assert draft.region == "ap-mumbai"
    assert REGION not in draft.params()


def test_rows_unfold() -> None:
    draft = draft_of("CreateCommonMixStream")
    assert all(row.depth == 0 for row in draft.rows())
    draft.set("InputStreamList.0.InputStreamName", "main")
    opened = {"InputStreamList", "InputStreamList.0", "InputStreamList.0.LayoutParams"}
    rows = {row.path: row for row in draft.rows(opened)}
    assert rows["InputStreamList.0"].entry
    assert rows["InputStreamList.0.LayoutParams.ImageLayer"].depth == 3


@pytest.mark.parametrize("name", CSS.names)
def test_every_action_can_be_drafted(name: str) -> None:
    action = CSS.action(name)
    draft = draft_of(name)
    everything = {row.path for row in draft.rows()}
    for row in draft.rows(everything):
        assert draft.text(row.path) == "" or draft.state(row.path) != "unset"
        assert draft.field(row.path).name == row.field.name
    draft.problems(NOW)
    assert [field.name for field in action.parameters] == [
        row.path for row in draft.rows() if row.path != REGION
    ]
