from __future__ import annotations

import json
import string
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tencentcloud.common import credential
from tencentcloud.common.abstract_client import AbstractClient
from tencentcloud.common.http.request import RequestInternal
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from livetui.signing import tc3

KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
ID = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
PUBLISHED = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'


def test_published_vector() -> None:
    made = tc3.sign(
        ID,
        KEY,
        service="cvm",
        host="cvm.tencentcloudapi.com",
        method="POST",
        path="/",
        query="",
        headers={"content-type": "application/json; charset=utf-8"},
        payload=PUBLISHED,
        timestamp=1551113065,
    )
    assert made == (
        f"TC3-HMAC-SHA256 Credential={ID}/2019-02-25/cvm/tc3_request, SignedHeaders=content-type;host, "
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


def test_published_canonical_request() -> None:
    headers = {"content-type": "application/json; charset=utf-8", "host": "cvm.tencentcloudapi.com"}
    assert tc3.canonical_request(
        method="POST",
        path="/",
        query="",
        headers=headers,
        signed_headers=("content-type", "host"),
        payload=PUBLISHED,
    ) == (
        "POST\n/\n\ncontent-type:application/json; charset=utf-8\nhost:cvm.tencentcloudapi.com\n\n"
        "content-type;host\n35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064"
    )


keys = st.text(string.ascii_letters + string.digits, min_size=1, max_size=40)
hosts = st.sampled_from(
    ["live.tencentcloudapi.com", "127.0.0.1:8080", "http://127.0.0.1:8080", "live.ap-guangzhou.example"]
)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)
payloads = st.dictionaries(st.text(min_size=1), values, max_size=5)
large = st.integers(1, 40).map(lambda size: {"Content": "汉🎥x" * 2500 * size})


def official(payload: dict[str, Any], key: str, host: str, timestamp: int) -> tuple[str, bytes, str]:
    """What the official SDK signs and sends: header, body, content type."""
    profile = ClientProfile(httpProfile=HttpProfile(endpoint=host))
    client = AbstractClient(credential.Credential(ID, key), "ap-guangzhou", profile)
    client._service, client._apiVersion = "live", "2018-08-01"
    request = RequestInternal(host, "POST", "/")
    with mock.patch("tencentcloud.common.abstract_client.time.time", return_value=timestamp):
        client._build_req_inter("DescribeLiveDomains", payload, request)
    return request.header["Authorization"], request.data.encode(), request.header["Content-Type"]


@given(payloads | large, keys, hosts, st.integers(0, 4102444800))
def test_agrees_with_the_official_sdk(payload: dict[str, Any], key: str, host: str, timestamp: int) -> None:
    theirs, body, content_type = official(payload, key, host, timestamp)
    ours = tc3.sign(
        ID,
        key,
        service="live",
        host=host,
        method="POST",
        path="/",
        query="",
        headers={"content-type": content_type},
        payload=body,
        timestamp=timestamp,
    )
    assert ours == theirs


@given(st.binary(), keys, st.integers(0, 4102444800), st.dictionaries(keys.map(str.lower), keys, max_size=3))
def test_a_signature_can_be_verified_from_what_arrives(
    payload: bytes, key: str, timestamp: int, extra: dict[str, str]
) -> None:
    headers = {**extra, "content-type": "application/json"}
    text = tc3.sign(
        ID,
        key,
        service="live",
        host="h",
        method="POST",
        path="/",
        query="",
        headers=headers,
        payload=payload,
        timestamp=timestamp,
    )
    claim = tc3.parse_authorization(text)
    canonical = tc3.canonical_request(
        method="POST",
        path="/",
        query="",
        headers={**headers, "host": "h"},
        signed_headers=claim.signed_headers,
        payload=payload,
    )
    again = tc3.signature(key, service=claim.service, timestamp=timestamp, canonical=canonical)
    assert (claim.secret_id, claim.signature) == (ID, again)
    assert claim.date == tc3.date_of(timestamp)
    other = tc3.signature(key + "x", service=claim.service, timestamp=timestamp, canonical=canonical)
    assert other != again


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Basic abc",
        "TC3-HMAC-SHA256",
        "TC3-HMAC-SHA256 Credential=a/b/c/tc3_request, SignedHeaders=host",
        "TC3-HMAC-SHA256 Credential=a/b/tc3_request, SignedHeaders=host, Signature=x",
        "TC3-HMAC-SHA256 Credential=a/b/c/aws4_request, SignedHeaders=host, Signature=x",
        "TC3-HMAC-SHA256 Credential=/b/c/tc3_request, SignedHeaders=host, Signature=x",
    ],
)
def test_what_is_no_authorization_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        tc3.parse_authorization(text)


def test_the_body_may_be_any_json_text() -> None:
    """The signature covers bytes, so spacing and escapes change it; what is sent must be what is signed."""
    bodies = {json.dumps({"A": "é"}).encode(), json.dumps({"A": "é"}, ensure_ascii=False).encode()}
    made = {
        tc3.canonical_request(
            method="POST", path="/", query="", headers={"host": "h"}, signed_headers=["host"], payload=body
        )
        for body in bodies
    }
    assert len(made) == 2
