"""The six template families: what all have in common, then what each has of its own."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from customer import Customer

from livetui.emulator.css.domains import PUSH
from livetui.emulator.css.templates import Kind

COS = {"CosAppId": 1250000001, "CosBucket": "pictures", "CosRegion": "ap-singapore"}
PLACE = {"DomainName": "push.market.example", "AppName": "studio", "StreamName": ""}


@dataclass(frozen=True)
class Case:
    """A family and a request that makes a template of it."""

    part: str
    create: dict[str, Any]
    change: dict[str, Any]
    """Members of a modify call besides the id."""
    place: dict[str, Any] = field(default_factory=lambda: dict(PLACE))
    exists: str = "FailedOperation.RuleAlreadyExist"
    unknown: str = "InternalError.ConfNotFound"
    unknown_to_rule: str = "InvalidParameter.ConfNotFound"
    in_use: str = "FailedOperation.ConfInUsed"


CASES = (
    Case(
        "transcode",
        {"TemplateName": "fresh", "VideoBitrate": 700},
        {"Description": "changed"},
        {"DomainName": "play.market.example", "AppName": "", "StreamName": ""},
    ),
    Case("record", {"TemplateName": "fresh", "Mp4Param": {"Enable": 1}}, {"Description": "changed"}),
    Case("snapshot", {"TemplateName": "fresh", **COS}, {**COS, "Description": "changed"}),
    Case(
        "callback",
        {"TemplateName": "fresh", "StreamEndNotifyUrl": "https://hooks.market.example/end"},
        {"Description": "changed"},
        {"DomainName": "push.market.example", "AppName": "studio"},
        exists="InvalidParameter",
    ),
    Case(
        "watermark",
        {"WatermarkName": "fresh", "PictureUrl": "https://images.market.example/a.png"},
        {
            "WatermarkName": "changed",
            "PictureUrl": "https://images.market.example/b.png",
            "XPosition": 1,
            "YPosition": 2,
        },
        unknown="ResourceNotFound.WatermarkNotExist",
        in_use="InvalidParameter.ConfInUsed",
    ),
    Case(
        "timeshift",
        {"TemplateName": "fresh", "Duration": 86_400},
        {"Description": "changed", "Duration": 259_200},
        unknown_to_rule="InternalError.ConfNotFound",
    ),
)


@pytest.fixture
def css() -> Customer:
    return Customer()


@pytest.fixture(params=CASES, ids=lambda case: case.part)
def case(request: pytest.FixtureRequest) -> Case:
    return request.param


def kind(css: Customer, case: Case) -> Kind:
    return getattr(css.account.families, case.part).kind


def create(css: Customer, case: Case) -> int:
    family = kind(css, case)
    return css(family.create, **case.create)[family.id]


def template(css: Customer, case: Case, id: int) -> dict[str, Any]:
    family = kind(css, case)
    return next(row for row in css(family.list)[family.members] if row[family.id] == id)


def rule_of(css: Customer, case: Case, id: int) -> dict[str, Any]:
    return {**case.place, "TemplateId": id}


def unbind(css: Customer, case: Case, rule: dict[str, Any]) -> dict[str, Any]:
    return {name: rule[name] for name in kind(css, case).rule_key}


def test_there_are_templates_and_rules_at_first(css: Customer, case: Case) -> None:
    family = kind(css, case)
    templates, rules = css(family.list)[family.members], css(family.list_rules)["Rules"]
    assert len(templates) == 1 if case.part == "timeshift" else 3 <= len(templates) <= 6
    assert 2 < len(rules) < 7
    assert {rule["TemplateId"] for rule in rules} <= {row[family.id] for row in templates}
    assert all(rule["DomainName"].startswith("push." if family.binds == PUSH else "play.") for rule in rules)


def test_a_template_is_made_told_of_changed_and_deleted(css: Customer, case: Case) -> None:
    family = kind(css, case)
    id = create(css, case)
    before = template(css, case, id)
    assert {name: before[name] for name in case.create if not isinstance(before[name], dict)} == {
        name: value for name, value in case.create.items() if not isinstance(value, dict)
    }
    if family.describe:
        assert css(family.describe, **{family.id: id})[family.member] == before
    css(family.modify, **{family.id: id}, **case.change)
    assert template(css, case, id) == {**before, **case.change}
    css(family.delete, **{family.id: id})
    assert id not in [row[family.id] for row in css(family.list)[family.members]]


def test_an_unknown_template_is_refused(css: Customer, case: Case) -> None:
    family = kind(css, case)
    css.refused(case.unknown, family.modify, **{family.id: 5}, **case.change)
    css.refused(case.unknown, family.delete, **{family.id: 5})
    if family.describe:
        css.refused("InternalError.ConfNotFound", family.describe, **{family.id: 5})
    css.refused(case.unknown_to_rule, family.create_rule, **rule_of(css, case, 5))


def test_a_template_in_use_cannot_be_deleted(css: Customer, case: Case) -> None:
    family = kind(css, case)
    id = create(css, case)
    rule = rule_of(css, case, id)
    css(family.create_rule, **rule)
    css.refused(case.in_use, family.delete, **{family.id: id})
    css(family.delete_rule, **unbind(css, case, rule))
    css(family.delete, **{family.id: id})


def test_a_rule_is_made_once_in_beijing_time(css: Customer, case: Case) -> None:
    family = kind(css, case)
    rule = rule_of(css, case, create(css, case))
    css(family.create_rule, **rule)
    css.refused(case.exists, family.create_rule, **rule)
    time = "2026-03-01T20:00:00Z" if case.part == "watermark" else "2026-03-01 20:00:00"
    assert {**rule, "CreateTime": time, "UpdateTime": time} in css(family.list_rules)["Rules"]


def test_a_rule_that_is_not_there_cannot_be_deleted(css: Customer, case: Case) -> None:
    rule = unbind(css, case, rule_of(css, case, 5))
    css.refused("FailedOperation.NotFound", kind(css, case).delete_rule, **rule)


def test_rules_bind_domains_of_the_right_kind(css: Customer, case: Case) -> None:
    family = kind(css, case)
    rule = rule_of(css, case, create(css, case))
    wrong = rule["DomainName"].replace("push.", "x.").replace("play.", "push.").replace("x.", "play.")
    css.refused("InvalidParameter", family.create_rule, **{**rule, "DomainName": wrong})
    css.refused("InvalidParameter", family.create_rule, **{**rule, "DomainName": "push.nowhere.example"})
    css.refused("InvalidParameter.DomainFormatError", family.create_rule, **{**rule, "DomainName": "..."})


def test_there_is_an_end_to_templates(css: Customer, case: Case) -> None:
    family = kind(css, case)
    name = "WatermarkName" if case.part == "watermark" else "TemplateName"
    for number in range(family.limit - len(getattr(css.account.families, case.part).templates)):
        css(family.create, **{**case.create, name: f"t{number}"})
    css.refused("InternalError.ConfOutLimit", family.create, **{**case.create, name: "onemore"})


def test_what_the_catalogue_says_resets_is_reset(css: Customer, case: Case) -> None:
    family = kind(css, case)
    action = css.catalogue.action(family.modify)
    resets = {field.name for field in action.parameters if field.omit == "reset"}
    id = create(css, case)
    stored = getattr(css.account.families, case.part).templates[id]
    stored.update(dict.fromkeys(resets, "before"))
    css(family.modify, **{family.id: id}, **case.change)
    after = getattr(css.account.families, case.part).templates[id]
    assert "before" not in after.values()


# Transcoding.


def transcode(css: Customer, id: int) -> dict[str, Any]:
    return css("DescribeLiveTranscodeTemplate", TemplateId=id)["Template"]


def test_leaving_drm_out_of_a_change_takes_it_off(css: Customer) -> None:
    rows = css("DescribeLiveTranscodeTemplates")["Templates"]
    before = next(row for row in rows if row["DRMType"])
    id = before["TemplateId"]
    css("ModifyLiveTranscodeTemplate", TemplateId=id, Fps=30, DRMType="widevine", DRMTracks="AUDIO|HD")
    assert transcode(css, id) == {**before, "Fps": 30}
    css("ModifyLiveTranscodeTemplate", TemplateId=id, Fps=25)
    assert transcode(css, id) == {**before, "DRMType": "", "DRMTracks": ""}


def test_no_two_transcoding_templates_have_a_bitrate_or_a_name_in_common(css: Customer) -> None:
    id = css("CreateLiveTranscodeTemplate", TemplateName="fresh", VideoBitrate=1800)["TemplateId"]
    assert transcode(css, id)["VideoBitrate"] == 1799
    css.refused(
        "InvalidParameter.ProcessorAlreadyExist",
        "CreateLiveTranscodeTemplate",
        TemplateName="fresh",
        VideoBitrate=200,
    )


def test_a_top_speed_template_needs_a_height_and_a_longer_name(css: Customer) -> None:
    wanted = {"VideoBitrate": 700, "AiTransCode": 1}
    css.refused("MissingParameter", "CreateLiveTranscodeTemplate", TemplateName="fast", **wanted)
    css.refused("InvalidParameter", "CreateLiveTranscodeTemplate", TemplateName="fast", Height=0, **wanted)
    css.refused(
        "InvalidParameter.ArgsNotMatch",
        "CreateLiveTranscodeTemplate",
        TemplateName="ts",
        Height=480,
        **wanted,
    )
    css("CreateLiveTranscodeTemplate", TemplateName="fast", Height=480, **wanted)


def test_a_transcoding_rule_is_deleted_with_its_empty_parts_sent(css: Customer) -> None:
    rules = css("DescribeLiveTranscodeRules", DomainNames=["play.campus.example"])["Rules"]
    assert [(rule["AppName"], rule["StreamName"]) for rule in rules] == [("", "")]
    known = {"DomainName": "play.campus.example", "TemplateId": rules[0]["TemplateId"]}
    css.refused("MissingParameter", "DeleteLiveTranscodeRule", **known)
    css.refused("FailedOperation.NotFound", "DeleteLiveTranscodeRule", **known, AppName="live", StreamName="")
    css("DeleteLiveTranscodeRule", **known, AppName="", StreamName="")
    assert css("DescribeLiveTranscodeRules", DomainNames=["play.campus.example"])["Rules"] == []


def test_transcoding_rules_are_filtered_by_template(css: Customer) -> None:
    id = css("DescribeLiveTranscodeRules")["Rules"][0]["TemplateId"]
    assert {rule["TemplateId"] for rule in css("DescribeLiveTranscodeRules", TemplateIds=[id])["Rules"]} == {
        id
    }


def test_one_place_may_have_several_transcoding_templates(css: Customer) -> None:
    place = {"DomainName": "play.harbor.example", "AppName": "live", "StreamName": ""}
    bound = {
        r["TemplateId"]
        for r in css("DescribeLiveTranscodeRules", DomainNames=["play.harbor.example"])["Rules"]
    }
    free = next(
        row["TemplateId"]
        for row in css("DescribeLiveTranscodeTemplates")["Templates"]
        if row["TemplateId"] not in bound
    )
    css("CreateLiveTranscodeRule", **place, TemplateId=free)
    css.refused("FailedOperation.RuleAlreadyExist", "CreateLiveTranscodeRule", **place, TemplateId=free)


def test_there_are_fifty_transcoding_rules_at_most(css: Customer) -> None:
    id = css("DescribeLiveTranscodeTemplates")["Templates"][0]["TemplateId"]
    place = {"DomainName": "play.market.example", "AppName": "live", "TemplateId": id}
    for number in range(50 - len(css("DescribeLiveTranscodeRules")["Rules"])):
        css("CreateLiveTranscodeRule", **place, StreamName=f"s{number}")
    css.refused("InternalError.RuleOutLimit", "CreateLiveTranscodeRule", **place, StreamName="onemore")


# Recording.


def test_a_format_that_is_left_out_keeps_and_one_sent_in_part_keeps_the_rest(css: Customer) -> None:
    rows = css("DescribeLiveRecordTemplates")["Templates"]
    before = next(row for row in rows if row["TemplateName"] == "mp4-hourly")
    css(
        "ModifyLiveRecordTemplate",
        TemplateId=before["TemplateId"],
        Mp4Param={"Enable": 1, "RecordInterval": 600},
    )
    after = css("DescribeLiveRecordTemplate", TemplateId=before["TemplateId"])["Template"]
    assert after == {**before, "Mp4Param": {**before["Mp4Param"], "RecordInterval": 600}}
    assert after["Mp4Param"]["StorageTime"] == 7 * 86_400


def test_slow_live_templates_are_asked_for_apart(css: Customer) -> None:
    slow = css("DescribeLiveRecordTemplates", IsDelayLive=1)["Templates"]
    assert [row["TemplateName"] for row in slow] == ["slow-hls"]
    assert "slow-hls" not in [row["TemplateName"] for row in css("DescribeLiveRecordTemplates")["Templates"]]


def test_unknown_placeholders_of_a_recording_are_refused(css: Customer) -> None:
    css.refused(
        "InvalidParameter.InvalidVodFileName",
        "CreateLiveRecordTemplate",
        TemplateName="x",
        HlsParam={"Enable": 1, "VodFileName": "{Nonsense}"},
    )


def test_a_recording_rule_needs_its_stream_sent_empty_to_be_deleted(css: Customer) -> None:
    place = {"DomainName": "push.harbor.example", "AppName": "live"}
    css.refused("FailedOperation.NotFound", "DeleteLiveRecordRule", **place)
    css("DeleteLiveRecordRule", **place, StreamName="")


def test_a_recording_rule_without_an_app_is_for_live(css: Customer) -> None:
    id = css("DescribeLiveRecordTemplates")["Templates"][0]["TemplateId"]
    css("CreateLiveRecordRule", DomainName="push.market.example", TemplateId=id)
    rules = css("DescribeLiveRecordRules")["Rules"]
    made = next(rule for rule in rules if rule["DomainName"] == "push.market.example")
    assert (made["AppName"], made["StreamName"]) == ("live", "")


# Screenshots.


def test_the_cos_settings_have_to_be_sent_again(css: Customer) -> None:
    id = css("DescribeLiveSnapshotTemplates")["Templates"][0]["TemplateId"]
    css.refused("MissingParameter", "ModifyLiveSnapshotTemplate", TemplateId=id, Description="x")


def test_bucket_names_go_without_the_application_id(css: Customer) -> None:
    bad = {**COS, "CosBucket": "pictures-1250000001"}
    css.refused("FailedOperation.CosBucketNotExist", "CreateLiveSnapshotTemplate", TemplateName="x", **bad)
    css.refused(
        "InvalidParameter.COSCustomFileNameError",
        "CreateLiveSnapshotTemplate",
        TemplateName="x",
        **COS,
        CosFileName="{What}",
    )


def test_a_domain_has_one_screenshot_template(css: Customer) -> None:
    rules, rows = css("DescribeLiveSnapshotRules")["Rules"], css("DescribeLiveSnapshotTemplates")["Templates"]
    here = next(rule["TemplateId"] for rule in rules if rule["DomainName"] == "push.harbor.example")
    other = next(row["TemplateId"] for row in rows if row["TemplateId"] != here)
    place = {"DomainName": "push.harbor.example", "AppName": "studio"}
    css.refused("FailedOperation.RuleAlreadyExist", "CreateLiveSnapshotRule", **place, TemplateId=other)
    css("CreateLiveSnapshotRule", **place, TemplateId=here)
    css("DeleteLiveSnapshotRule", **place)


# Callbacks.


def test_a_callback_template_keeps_at_least_one_url(css: Customer) -> None:
    css.refused("MissingParameter", "CreateLiveCallbackTemplate", TemplateName="none")
    css.refused("InvalidParameter", "CreateLiveCallbackTemplate", TemplateName="none", StreamEndNotifyUrl="")
    rows = css("DescribeLiveCallbackTemplates")["Templates"]
    staging = next(row for row in rows if row["TemplateName"] == "staging")
    css.refused(
        "InvalidParameter",
        "ModifyLiveCallbackTemplate",
        TemplateId=staging["TemplateId"],
        StreamBeginNotifyUrl="",
    )


def test_callback_urls_have_to_resolve(css: Customer) -> None:
    css.refused(
        "InvalidParameter.UrlNotSafe",
        "CreateLiveCallbackTemplate",
        TemplateName="x",
        RecordNotifyUrl="ftp://x/",
    )


def test_callback_templates_hold_urls_and_keys(css: Customer) -> None:
    rows = css("DescribeLiveCallbackTemplates")["Templates"]
    assert sum(bool(row["CallbackKey"]) for row in rows) == 2
    assert all(row["AudioAuditNotifyUrl"] is None for row in rows)


# Watermarks.


def test_a_watermark_is_in_use_while_a_rule_binds_it(css: Customer) -> None:
    reply = css("DescribeLiveWatermarks")
    assert reply["TotalNum"] == len(reply["WatermarkList"]) == 3
    assert {row["WatermarkName"]: row["Status"] for row in reply["WatermarkList"]} == {
        "logo": 1,
        "sponsor": 1,
        "logo-2024": 0,
    }


def test_a_watermark_is_made_in_beijing_time_whatever_its_z_says(css: Customer) -> None:
    id = css("AddLiveWatermark", WatermarkName="w", PictureUrl="https://images.market.example/a.png")[
        "WatermarkId"
    ]
    assert css("DescribeLiveWatermark", WatermarkId=id)["Watermark"]["CreateTime"] == "2026-03-01T20:00:00Z"


# Time shift.


def test_time_shift_keeps_known_transcoded_streams_only(css: Customer) -> None:
    wanted = {"TemplateName": "x", "Duration": 86_400}
    css.refused("InvalidParameter", "CreateLiveTimeShiftTemplate", **wanted, TranscodeTemplateIds=[5])
    known = css("DescribeLiveTranscodeTemplates")["Templates"][0]["TemplateId"]
    css("CreateLiveTimeShiftTemplate", **wanted, TranscodeTemplateIds=[known])
