"""The newer official client of ApsaraVideo Live, signing by version 2, unchanged: each of the 50 actions."""

from __future__ import annotations

from typing import Any

import pytest
from alibabacloud_live20161101 import models
from alibabacloud_live20161101.client import Client
from alibabacloud_tea_openapi.exceptions import AlibabaCloudException
from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params
from alibabacloud_tea_util.models import RuntimeOptions
from emulated import ALIYUN_ID, ALIYUN_SECRET, Served
from questions.apsara import STADIUM, questions
from shapes import assert_shape

from livetui.catalogue.loader import load
from livetui.client.envelopes import members

APSARA = load("apsara")
GONE = {name for name in APSARA.names if not hasattr(models, f"{name}Request")}
"""No longer in the client, which can call them by name all the same."""

WITH = "with_options"
METHODS = {name.removesuffix(WITH).replace("_", ""): name for name in vars(Client) if name.endswith(WITH)}
"""An action's name in small letters -> the client's method for it."""


def ask(emulator: Served, action: str, params: dict[str, Any], secret: str = ALIYUN_SECRET) -> dict[str, Any]:
    """The reply as it came."""
    client = Client(
        Config(
            access_key_id=ALIYUN_ID,
            access_key_secret=secret,
            endpoint=emulator.host,
            protocol="http",
            signature_algorithm="v2",
        )
    )
    if action in GONE:
        way = Params(
            action=action,
            version=APSARA.version,
            protocol="HTTP",
            pathname="/",
            method="POST",
            auth_type="AK",
            style="RPC",
            req_body_type="formData",
            body_type="json",
        )
        told = client.call_api(way, OpenApiRequest(query=params), RuntimeOptions(autoretry=False))
    else:
        request = getattr(models, f"{action}Request")().from_map(params)
        told = getattr(client, METHODS[action.lower()])(request, RuntimeOptions(autoretry=False)).to_map()
    body: dict[str, Any] = told["body"]
    return body


def test_those_that_are_gone_are_known() -> None:
    assert {
        "DescribeLiveDomainRecordData",
        "DescribeLiveDomainTranscodeData",
        "DescribeLiveStreamOnlineUserNum",
        "DescribeLiveStreamsFrameRateAndBitRateData",
    } == GONE


def test_every_action(present: Served) -> None:
    index = next(iter(present.account.apsara.indexes))
    asked = set()
    for action, params in questions(present.clock.now(), index):
        told = ask(present, action, params)
        assert told.pop("RequestId"), action
        if action in GONE:  # what has a model comes back as far as that knows it
            assert_shape(APSARA, APSARA.action(action).response, members.reply(APSARA, action, told), action)
        asked.add(action)
    assert asked == set(APSARA.names)
    assert {call["code"] for call in present.calls()} == {""}


def test_its_models_read_what_is_told(present: Served) -> None:
    told = ask(present, "DescribeLiveStreamsOnlineList", {"DomainName": STADIUM})
    rows = told["OnlineInfo"]["LiveStreamOnlineInfo"]
    assert rows and {row["DomainName"] for row in rows} == {STADIUM}


def test_a_refusal_is_told_as_one(present: Served) -> None:
    with pytest.raises(AlibabaCloudException) as caught:
        ask(present, "DescribeLiveStreamsOnlineList", {"DomainName": "live.elsewhere.example"})
    assert caught.value.code == "InvalidDomain.NotFound"
    with pytest.raises(AlibabaCloudException) as caught:
        ask(present, "DescribeLiveStreamsOnlineList", {"DomainName": STADIUM}, secret="another-key")
    assert caught.value.code == "SignatureDoesNotMatch"
