"""The official SDK, unchanged, against a served emulator: live streams, delays, monitoring, billing."""

from __future__ import annotations

import json

import pytest
from emulated import Served
from questions.css import MAIN, questions
from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.live.v20180801 import models
from tencentcloud.live.v20180801.live_client import LiveClient

UNMODELLED = {"DescribeLiveForbidStreamList"}
"""Documented, and not among the methods of this SDK; its client can call it by name all the same."""


def sdk(
    emulator: Served, method: str = "POST", signature: str = "TC3-HMAC-SHA256", key: str = ""
) -> LiveClient:
    profile = ClientProfile(
        signMethod=signature,
        httpProfile=HttpProfile(protocol="http", endpoint=emulator.host, reqMethod=method),
    )
    return LiveClient(credential.Credential(emulator.secret_id, key or emulator.secret_key), "", profile)


def ask(client: LiveClient, action: str, params: dict) -> dict:
    if action in UNMODELLED:
        return client.call_json(action, params)["Response"]
    request = getattr(models, f"{action}Request")()
    request.from_json_string(json.dumps(params))
    return json.loads(getattr(client, action)(request).to_json_string())


@pytest.fixture
def present(emulator_now: Served) -> Served:
    emulator_now.app.limits.enforced = False
    return emulator_now


def test_every_action(present: Served):
    client = sdk(present)
    for action, params in questions(present.clock.now()):
        reply = ask(client, action, params)
        assert reply["RequestId"], action


@pytest.mark.parametrize(
    ("method", "signature"),
    [
        ("GET", "TC3-HMAC-SHA256"),
        ("GET", "HmacSHA1"),
        ("POST", "HmacSHA1"),
        ("GET", "HmacSHA256"),
        ("POST", "HmacSHA256"),
    ],
)
def test_every_way_to_sign(present: Served, method: str, signature: str):
    client = sdk(present, method, signature)
    for action, params in questions(present.clock.now())[::3]:
        assert ask(client, action, params)["RequestId"], action


def test_models_hold_what_was_said(present: Served):
    request = models.DescribeLiveStreamOnlineListRequest()
    request.PageSize = 100
    reply = sdk(present).DescribeLiveStreamOnlineList(request)
    assert reply.TotalNum == len(reply.OnlineInfo) > 40
    assert reply.OnlineInfo[0].PublishTimeList[0].PublishTime.endswith("Z")


def test_errors_are_taken_for_errors(present: Served):
    with pytest.raises(TencentCloudSDKException) as refused:
        ask(sdk(present, key="wrong"), "DescribeLiveStreamOnlineList", {})
    assert refused.value.get_code() == "AuthFailure.SignatureFailure"
    with pytest.raises(TencentCloudSDKException) as refused:
        ask(sdk(present), "DescribeLiveStreamState", MAIN | {"DomainName": "push.elsewhere.example"})
    assert refused.value.get_code() == "InternalError.ConfigNotExist"
    assert refused.value.get_request_id()


def test_a_ban_by_the_sdk(present: Served):
    client = sdk(present)
    assert ask(client, "DescribeLiveStreamState", MAIN)["StreamState"] == "active"
    ask(client, "ForbidLiveStream", MAIN | {"Reason": "Tor für Köln & Co."})
    assert ask(client, "DescribeLiveStreamState", MAIN)["StreamState"] == "forbid"
    assert present.account.streams.bans[-1].reason == "Tor für Köln & Co."
    ask(client, "ResumeLiveStream", MAIN)
    present.advance(10)
    assert ask(client, "DescribeLiveStreamState", MAIN)["StreamState"] == "active"
