"""The official SDK, unchanged, against every action of the account's configuration.

Each step is a call the documents allow; where a page documents a refusal, one is called for too. The SDK
warns of members it does not know, and warnings are errors here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from emulated import Served
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.live.v20180801 import live_client, models

from livetui.catalogue.loader import load
from livetui.emulator.answers import ANSWERS
from livetui.emulator.css.roster import Key

PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
PRIVATE = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"
COS = {"CosAppId": 1250000001, "CosBucket": "pictures", "CosRegion": "ap-singapore"}
PUSH, PLAY = "push.market.example", "play.market.example"
REGION = "ap-singapore"


@dataclass
class Official:
    """The SDK's client, and what was called through it."""

    served: Served
    called: set[str] = field(default_factory=set)
    refusals: set[str] = field(default_factory=set)

    def __call__(self, action: str, region: str = "", **params: Any) -> dict[str, Any]:
        """The reply as the SDK's own models read it, but for what they leave out."""
        http = HttpProfile(protocol="http", endpoint=self.served.host)
        client = live_client.LiveClient(
            Credential(self.served.secret_id, self.served.secret_key), region, ClientProfile(httpProfile=http)
        )
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps(params))
        self.called.add(action)
        return json.loads(getattr(client, action)(request).to_json_string())

    def now(self, **ahead: float) -> datetime:
        return self.served.clock.now() + timedelta(**ahead)

    def iso(self, **ahead: float) -> str:
        return self.now(**ahead).strftime("%Y-%m-%dT%H:%M:%SZ")

    def beijing(self, **ahead: float) -> str:
        return (self.now(**ahead) + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")

    def unix(self, **ahead: float) -> int:
        return int(self.now(**ahead).timestamp())

    def refused(self, code: str, action: str, region: str = "", **params: Any) -> None:
        with pytest.raises(TencentCloudSDKException) as caught:
            self(action, region, **params)
        assert caught.value.get_code() == code
        assert caught.value.get_request_id()
        self.refusals.add(action)


@pytest.fixture
def official(emulator_now: Served) -> Official:
    return Official(emulator_now)


def domains(css: Official) -> None:
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


def keys_and_referers(css: Official) -> None:
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


def certificates(css: Official) -> None:
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


def transcode(css: Official) -> None:
    wanted = {"TemplateName": "fresh", "VideoBitrate": 650, "DRMType": "widevine", "DRMTracks": "AUDIO|HD"}
    id = css("CreateLiveTranscodeTemplate", **wanted)["TemplateId"]
    css("ModifyLiveTranscodeTemplate", TemplateId=id, Fps=25)
    told = css("DescribeLiveTranscodeTemplate", TemplateId=id)["Template"]
    assert (told["Fps"], told["DRMType"]) == (25, "")
    css.refused("InvalidParameter.ProcessorAlreadyExist", "CreateLiveTranscodeTemplate", **wanted)
    _family(
        css, "Transcode", id, {"DomainName": PLAY, "AppName": "", "StreamName": ""}, rule_by_template=True
    )


def record(css: Official) -> None:
    id = css("CreateLiveRecordTemplate", TemplateName="fresh", Mp4Param={"Enable": 1})["TemplateId"]
    css("ModifyLiveRecordTemplate", TemplateId=id, HlsParam={"Enable": 1}, RemoveWatermark=True)
    told = css("DescribeLiveRecordTemplate", TemplateId=id)["Template"]
    assert told["HlsParam"]["Enable"] == told["Mp4Param"]["Enable"] == 1
    bad = {"TemplateName": "x", "FlvParam": {"VodFileName": "{x}"}}
    css.refused("InvalidParameter.InvalidVodFileName", "CreateLiveRecordTemplate", **bad)
    _family(css, "Record", id, {"DomainName": PUSH, "AppName": "live", "StreamName": ""})


def snapshot(css: Official) -> None:
    id = css("CreateLiveSnapshotTemplate", TemplateName="fresh", **COS)["TemplateId"]
    css("ModifyLiveSnapshotTemplate", TemplateId=id, **COS, Width=640)
    assert css("DescribeLiveSnapshotTemplate", TemplateId=id)["Template"]["Width"] == 640
    bad = {**COS, "CosBucket": "pictures-1250000001"}
    css.refused("FailedOperation.CosBucketNotExist", "CreateLiveSnapshotTemplate", TemplateName="x", **bad)
    _family(css, "Snapshot", id, {"DomainName": PUSH, "AppName": "live", "StreamName": ""}, changed=COS)


def callback(css: Official) -> None:
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


def timeshift(css: Official) -> None:
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
    css: Official,
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


def watermark(css: Official) -> None:
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


def pulls(css: Official) -> None:
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


def recordings(css: Official) -> None:
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


def mixes(css: Official) -> None:
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


CHAPTERS: tuple[Callable[[Official], None], ...] = (
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

MODULES = (
    ".domains",
    ".authentication",
    ".certificates",
    ".templates",
    ".pulling",
    ".recording",
    ".screenshots",
    ".mixing",
    ".timeshift_records",
)
"""Where the actions of the configuration are answered."""


def test_every_action_of_the_configuration(official: Official) -> None:
    for chapter in CHAPTERS:
        chapter(official)
    configuration = {name for name, handler in ANSWERS["css"].items() if handler.__module__.endswith(MODULES)}
    assert len(configuration) == 84
    assert official.called == configuration
    never = configuration - official.refusals
    assert all(name.startswith("Describe") or load("css").action(name).undocumented for name in never), never
