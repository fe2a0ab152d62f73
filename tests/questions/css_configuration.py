"""Calls of every action of the css account's configuration, and the refusals their pages tell of.

What has to be there first is made by the calls before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from questions.asking import Asker

from livetui.emulator.css.roster import Key

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
PRIVATE = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"
COS = {"CosAppId": 1250000001, "CosBucket": "pictures", "CosRegion": "ap-singapore"}
PUSH, PLAY = "push.market.example", "play.market.example"
REGION = "ap-singapore"


def domains(css: Asker) -> None:
    css.refused(
        "FailedOperation.DomainNeedVerifyOwner", "AddLiveDomain", DomainName="push.new.example", DomainType=0
    )
    css.refused(
        "InvalidParameter.DomainFormatError", "AuthenticateDomainOwner", DomainName="-", VerifyType="dbCheck"
    )
    asked = {"DomainName": "push.new.example", "VerifyType": "dnsCheck"}
    assert css("AuthenticateDomainOwner", **asked)["Status"] < 0
    css.served.advance(70)
    assert css("AuthenticateDomainOwner", **asked)["Status"] >= 0
    css("AddLiveDomain", DomainName="push.new.example", DomainType=0)
    assert css("DescribeLiveDomain", DomainName="push.new.example")["DomainInfo"]["Status"] == 1
    assert len(css("DescribeLiveDomains", PageSize=20)["DomainList"]) == 9
    css.refused("ResourceNotFound.DomainNotExist", "DescribeLiveDomain", DomainName="push.no.example")
    css.refused("FailedOperation", "DeleteLiveDomain", DomainName="push.new.example", DomainType=0)
    css("ForbidLiveDomain", DomainName="push.new.example")
    css("EnableLiveDomain", DomainName="push.new.example")
    css("ForbidLiveDomain", DomainName="push.new.example")
    css("DeleteLiveDomain", DomainName="push.new.example", DomainType=0)
    for action in ("EnableLiveDomain", "ForbidLiveDomain"):
        css.refused("ResourceNotFound", action, DomainName="push.new.example")
    css("ModifyLivePlayDomain", DomainName=PLAY, PlayType=2)
    css.refused("ResourceNotFound.DomainNotExist", "ModifyLivePlayDomain", DomainName=PUSH, PlayType=2)


def keys_and_referers(css: Asker) -> None:
    css(
        "ModifyLiveDomainReferer",
        DomainName=PLAY,
        Enable=1,
        Type=1,
        AllowEmpty=0,
        Rules="a.example;b.example",
    )
    assert (
        css("DescribeLiveDomainReferer", DomainName=PLAY)["RefererAuthConfig"]["Rules"]
        == "a.example;b.example"
    )
    css("ModifyLivePlayAuthKey", DomainName=PLAY, Enable=1, AuthKey="first", AuthDelta=60)
    assert css("DescribeLivePlayAuthKey", DomainName=PLAY)["PlayAuthKeyInfo"]["AuthKey"] == "first"
    css("ModifyLivePushAuthKey", DomainName=PUSH, BackupAuthKey="second")
    assert css("DescribeLivePushAuthKey", DomainName=PUSH)["PushAuthKeyInfo"]["BackupAuthKey"] == "second"
    unknown = "ResourceNotFound.DomainNotExist"
    css.refused(unknown, "DescribeLiveDomainReferer", DomainName=PUSH)
    css.refused(unknown, "ModifyLiveDomainReferer", DomainName=PUSH, Enable=0, Type=0, AllowEmpty=1, Rules="")
    for action in ("DescribeLivePlayAuthKey", "ModifyLivePlayAuthKey"):
        css.refused("ResourceNotFound.PlayDomainNoRecord", action, DomainName=PUSH)
    for action in ("DescribeLivePushAuthKey", "ModifyLivePushAuthKey"):
        css.refused("ResourceNotFound.PushDomainNoRecord", action, DomainName=PLAY)


def certificates(css: Asker) -> None:
    first = css("DescribeLiveCerts")["CertInfoSet"][0]
    assert css("DescribeLiveCert", CertId=first["CertId"])["CertInfo"] == first
    css.refused("ResourceNotFound.CrtDomainNotFound", "DescribeLiveCert", CertId=1)
    wanted = [{"DomainName": PLAY, "Status": 1}]
    css(
        "ModifyLiveDomainCertBindings",
        DomainInfos=wanted,
        CertificatePublicKey=PEM,
        CertificatePrivateKey=PRIVATE,
        CertificateAlias="own",
    )
    css.refused(
        "InvalidParameter.CloudCrtIdError",
        "ModifyLiveDomainCertBindings",
        DomainInfos=wanted,
        CloudCertId="none",
    )
    assert css("DescribeLiveDomainCert", DomainName=PLAY)["DomainCertInfo"]["CertName"] == "own"
    assert css("DescribeLiveDomainCertBindings", DomainName=PLAY)["TotalNum"] == 1
    css("UnBindLiveDomainCert", DomainName=PLAY)
    css.refused("InvalidParameter", "UnBindLiveDomainCert", DomainName=PLAY)
    css.refused("ResourceNotFound.CrtDomainNotFound", "DescribeLiveDomainCert", DomainName=PLAY)


def transcode(css: Asker) -> None:
    wanted = {"TemplateName": "fresh", "VideoBitrate": 650, "DRMType": "widevine", "DRMTracks": "AUDIO|HD"}
    id = css("CreateLiveTranscodeTemplate", **wanted)["TemplateId"]
    css("ModifyLiveTranscodeTemplate", TemplateId=id, Fps=25)
    told = css("DescribeLiveTranscodeTemplate", TemplateId=id)["Template"]
    assert (told["Fps"], told["DRMType"]) == (25, "")
    css.refused("InvalidParameter.ProcessorAlreadyExist", "CreateLiveTranscodeTemplate", **wanted)
    _family(
        css, "Transcode", id, {"DomainName": PLAY, "AppName": "", "StreamName": ""}, rule_by_template=True
    )


def record(css: Asker) -> None:
    id = css("CreateLiveRecordTemplate", TemplateName="fresh", Mp4Param={"Enable": 1})["TemplateId"]
    css("ModifyLiveRecordTemplate", TemplateId=id, HlsParam={"Enable": 1}, RemoveWatermark=True)
    told = css("DescribeLiveRecordTemplate", TemplateId=id)["Template"]
    assert told["HlsParam"]["Enable"] == told["Mp4Param"]["Enable"] == 1
    bad = {"TemplateName": "x", "FlvParam": {"VodFileName": "{x}"}}
    css.refused("InvalidParameter.InvalidVodFileName", "CreateLiveRecordTemplate", **bad)
    _family(css, "Record", id, {"DomainName": PUSH, "AppName": "live", "StreamName": ""})


def snapshot(css: Asker) -> None:
    id = css("CreateLiveSnapshotTemplate", TemplateName="fresh", **COS)["TemplateId"]
    css("ModifyLiveSnapshotTemplate", TemplateId=id, **COS, Width=640)
    assert css("DescribeLiveSnapshotTemplate", TemplateId=id)["Template"]["Width"] == 640
    bad = {**COS, "CosBucket": "pictures-1250000001"}
    css.refused("FailedOperation.CosBucketNotExist", "CreateLiveSnapshotTemplate", TemplateName="x", **bad)
    _family(css, "Snapshot", id, {"DomainName": PUSH, "AppName": "live", "StreamName": ""}, changed=COS)


def callback(css: Asker) -> None:
    url = "https://hooks.market.example/begin"
    id = css("CreateLiveCallbackTemplate", TemplateName="fresh", StreamBeginNotifyUrl=url)["TemplateId"]
    css("ModifyLiveCallbackTemplate", TemplateId=id, CallbackKey="secret")
    assert css("DescribeLiveCallbackTemplate", TemplateId=id)["Template"]["CallbackKey"] == "secret"
    css.refused(
        "InvalidParameter.UrlNotSafe",
        "CreateLiveCallbackTemplate",
        TemplateName="x",
        RecordNotifyUrl="nowhere",
    )
    _family(css, "Callback", id, {"DomainName": PUSH, "AppName": "studio"}, exists="InvalidParameter")


def timeshift(css: Asker) -> None:
    wanted = {"TemplateName": "fresh", "Duration": 86_400}
    id = css("CreateLiveTimeShiftTemplate", **wanted)["TemplateId"]
    css("ModifyLiveTimeShiftTemplate", TemplateId=id, ItemDuration=6)
    rows = {row["TemplateId"]: row for row in css("DescribeLiveTimeShiftTemplates")["Templates"]}
    assert rows[id]["ItemDuration"] == 6
    css.refused("InvalidParameter", "CreateLiveTimeShiftTemplate", **wanted, TranscodeTemplateIds=[5])
    place = {"DomainName": PUSH, "AppName": "live", "StreamName": ""}
    _family(css, "TimeShift", id, place, alone=False, unknown_to_rule="InternalError.ConfNotFound")
    span = {"StartTime": css.unix(seconds=-86_000), "EndTime": css.unix()}
    row = css("DescribeTimeShiftStreamList", REGION, **span)["StreamList"][0]
    named = {name: row[name] for name in ("Domain", "AppName", "StreamName")}
    assert css("DescribeTimeShiftRecordDetail", REGION, **named, **span, TransCodeId=row["TransCodeId"])[
        "RecordList"
    ]
    css.refused("UnsupportedRegion", "DescribeTimeShiftStreamList", "ap-tokyo", **span)
    css.refused("UnsupportedRegion", "DescribeTimeShiftRecordDetail", "ap-tokyo", **named, **span)


def _family(
    css: Asker,
    word: str,
    id: int,
    place: dict[str, Any],
    *,
    changed: dict[str, Any] | None = None,
    alone: bool = True,
    exists: str = "FailedOperation.RuleAlreadyExist",
    unknown_to_rule: str = "InvalidParameter.ConfNotFound",
    rule_by_template: bool = False,
) -> None:
    """What all families but the watermarks have in common, with a template that was just made."""
    unknown = "InternalError.ConfNotFound"
    assert id in [row["TemplateId"] for row in css(f"DescribeLive{word}Templates")["Templates"]]
    css.refused(unknown, f"ModifyLive{word}Template", TemplateId=5, **(changed or {}))
    if alone:
        css.refused(unknown, f"DescribeLive{word}Template", TemplateId=5)
    css.refused(unknown_to_rule, f"CreateLive{word}Rule", **place, TemplateId=5)
    css(f"CreateLive{word}Rule", **place, TemplateId=id)
    css.refused(exists, f"CreateLive{word}Rule", **place, TemplateId=id)
    assert id in [rule["TemplateId"] for rule in css(f"DescribeLive{word}Rules")["Rules"]]
    css.refused("FailedOperation.ConfInUsed", f"DeleteLive{word}Template", TemplateId=id)
    named = {**place, "TemplateId": id} if rule_by_template else place
    css(f"DeleteLive{word}Rule", **named)
    css.refused("FailedOperation.NotFound", f"DeleteLive{word}Rule", **named)
    css(f"DeleteLive{word}Template", TemplateId=id)


def watermark(css: Asker) -> None:
    picture = {"PictureUrl": "https://images.market.example/a.png", "XPosition": 5, "YPosition": 5}
    id = css("AddLiveWatermark", WatermarkName="fresh", **picture)["WatermarkId"]
    css("UpdateLiveWatermark", WatermarkId=id, **picture, Width=20)
    assert css("DescribeLiveWatermark", WatermarkId=id)["Watermark"]["Width"] == 20
    assert css("DescribeLiveWatermarks")["TotalNum"] == 4
    place = {"DomainName": PUSH, "AppName": "studio", "StreamName": "a"}
    css("CreateLiveWatermarkRule", **place, TemplateId=id)
    css.refused("FailedOperation.RuleAlreadyExist", "CreateLiveWatermarkRule", **place, TemplateId=id)
    assert id in [rule["TemplateId"] for rule in css("DescribeLiveWatermarkRules")["Rules"]]
    css.refused("InvalidParameter.ConfInUsed", "DeleteLiveWatermark", WatermarkId=id)
    css("DeleteLiveWatermarkRule", **place)
    css.refused("FailedOperation.NotFound", "DeleteLiveWatermarkRule", **place)
    css("DeleteLiveWatermark", WatermarkId=id)
    css.refused("InternalError.ConfNotFound", "DescribeLiveWatermark", WatermarkId=id)
    css.refused("ResourceNotFound.WatermarkNotExist", "UpdateLiveWatermark", WatermarkId=id, **picture)
    css.refused("MissingParameter", "AddLiveWatermark", WatermarkName="x")


def pulls(css: Asker) -> None:
    wanted = {
        "SourceType": "PullLivePushLive",
        "SourceUrls": ["rtmp://origin.market.example/live/a"],
        "DomainName": PUSH,
        "AppName": "live",
        "StreamName": "relay",
        "StartTime": css.iso(seconds=30),
        "EndTime": css.iso(hours=2),
        "Operator": "tests",
    }
    id = css("CreateLivePullStreamTask", REGION, **wanted)["TaskId"]
    css.refused(
        "InvalidParameter.InvalidSourceUrl",
        "CreateLivePullStreamTask",
        REGION,
        **{**wanted, "SourceUrls": ["x"]},
    )
    css.served.advance(90)
    one = {"TaskId": id, "Operator": "tests"}
    css("ModifyLivePullStreamTask", REGION, **one, Comment="hello")
    css("RestartLivePullStreamTask", REGION, **one)
    (row,) = css("DescribeLivePullStreamTasks", REGION, TaskId=id)["TaskInfos"]
    assert (row["Comment"], row["RecentPullInfo"]["FileUrl"]) == ("hello", wanted["SourceUrls"][0])
    assert css("DescribeLivePullStreamTasks", REGION, PageSize=20)["TotalNum"] == 5
    css.refused("UnsupportedRegion", "DescribeLivePullStreamTasks", "ap-jakarta")
    css("DeleteLivePullStreamTask", REGION, **one)
    for action in ("ModifyLivePullStreamTask", "RestartLivePullStreamTask", "DeleteLivePullStreamTask"):
        css.refused("InvalidParameter.TaskNotExist", action, REGION, **one)


def recordings(css: Asker) -> None:
    stream = {"StreamName": "shop-kitchen", "DomainName": PUSH, "AppName": "live"}
    id = css("CreateRecordTask", REGION, **stream, EndTime=css.unix(seconds=3600))["TaskId"]
    css.refused(
        "InvalidParameterValue",
        "CreateRecordTask",
        REGION,
        **stream,
        EndTime=css.unix(seconds=25 * 3600 + 600),
        StartTime=css.unix(),
    )
    span = {"StartTime": css.unix(seconds=-3 * 86_400), "EndTime": css.unix(seconds=86_400)}
    assert id in [row["TaskId"] for row in css("DescribeRecordTask", REGION, **span, **stream)["TaskList"]]
    css.refused("InvalidParameter", "DescribeRecordTask", REGION, **span, ScrollToken="nonsense")
    css("StopRecordTask", REGION, TaskId=id)
    css.refused("UnsupportedOperation", "StopRecordTask", REGION, TaskId=id)
    css("DeleteRecordTask", REGION, TaskId=id)
    css.refused("InvalidParameter", "DeleteRecordTask", REGION, TaskId=id)
    pictured = {**stream, "TemplateId": css("DescribeLiveSnapshotTemplates")["Templates"][0]["TemplateId"]}
    assert css("CreateScreenshotTask", **pictured, EndTime=css.unix(seconds=3600))["TaskId"]
    css.refused("InvalidParameterValue", "CreateScreenshotTask", **pictured, EndTime=css.unix(seconds=-3600))
    old = css("CreateLiveRecord", **stream, StartTime=css.beijing(hours=-1), EndTime=css.beijing(hours=1))[
        "TaskId"
    ]
    css("StopLiveRecord", StreamName="shop-kitchen", TaskId=old)
    css("DeleteLiveRecord", StreamName="shop-kitchen", TaskId=old)


def mixes(css: Asker) -> None:
    for name in ("studio_a", "studio_b"):
        css.served.account.streams.add(Key(PUSH, "live", name), "steady", css.served.clock.now())
    css.served.advance(1)
    inputs = [
        {"InputStreamName": name, "LayoutParams": {"ImageLayer": layer}}
        for layer, name in enumerate(("studio_a", "studio_b"), 1)
    ]
    wanted = {"MixStreamSessionId": "one", "InputStreamList": inputs}
    css("CreateCommonMixStream", **wanted, OutputParams={"OutputStreamName": "studio_a"})
    css.refused(
        "InvalidParameter.InvalidOutputType",
        "CreateCommonMixStream",
        **wanted,
        OutputParams={"OutputStreamName": "x"},
    )
    css("CancelCommonMixStream", MixStreamSessionId="one")
    css.refused("InvalidParameter.CancelSessionNotExist", "CancelCommonMixStream", MixStreamSessionId="one")


CHAPTERS: tuple[Callable[[Asker], None], ...] = (
    domains,
    keys_and_referers,
    certificates,
    transcode,
    record,
    snapshot,
    callback,
    timeshift,
    watermark,
    pulls,
    recordings,
    mixes,
)
