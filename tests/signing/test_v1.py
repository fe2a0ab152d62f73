from __future__ import annotations

import string
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tencentcloud.common import credential
from tencentcloud.common.abstract_client import AbstractClient
from tencentcloud.common.http.request import RequestInternal
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.common.sign import Sign

from livetui.signing import v1

KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"


def test_published_vector() -> None:
    params = {
        "Action": "DescribeInstances",
        "InstanceIds.0": "ins-09dx96dg",
        "Limit": "20",
        "Nonce": "11886",
        "Offset": "0",
        "Region": "ap-guangzhou",
        "SecretId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        "Timestamp": "1465185768",
        "Version": "2017-03-12",
    }
    made = v1.sign(KEY, method="GET", host="cvm.tencentcloudapi.com", path="/", params=params)
    assert made == "EliP9YW3pW28FpsEdkXt/+WcGeI="


def test_parameters_are_sorted_as_bytes_go() -> None:
    made = v1.string_to_sign("get", "h", "/", {"Ids.2": "b", "Ids.12": "a", "Signature": "x"})
    assert made == "GETh/?Ids.12=a&Ids.2=b"


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(ValueError, match="HmacMD5"):
        v1.sign(KEY, method="GET", host="h", path="/", params={}, algorithm="HmacMD5")  # type: ignore[arg-type]


names = st.text(string.ascii_letters + string.digits, min_size=1, max_size=20)
leaves = st.integers() | st.text()
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
)


@given(
    st.dictionaries(names, values, max_size=5) | st.just({"Big": "汉🎥" * 20000}),
    names,
    st.sampled_from(["HmacSHA1", "HmacSHA256"]),
)
def test_agrees_with_the_official_sdk(payload: dict[str, Any], key: str, algorithm: v1.Algorithm) -> None:
    profile = ClientProfile(signMethod=algorithm, httpProfile=HttpProfile(endpoint="127.0.0.1:1"))
    client = AbstractClient(credential.Credential("AKID", key, "token"), "ap-guangzhou", profile)
    client._service, client._apiVersion = "live", "2018-08-01"
    request = RequestInternal("127.0.0.1:1", "POST", "/")
    with mock.patch("tencentcloud.common.abstract_client.time.time", return_value=1_700_000_000):
        client._build_req_inter("DescribeLiveDomains", payload, request)
    sent = dict(parse_qsl(request.data, keep_blank_values=True, strict_parsing=True))
    theirs = sent.pop("Signature")
    ours = v1.sign(key, method="POST", host="127.0.0.1:1", path="/", params=sent, algorithm=algorithm)
    assert ours == theirs


@given(st.text(), names, st.sampled_from(["HmacSHA1", "HmacSHA256"]))
def test_the_bare_signature_agrees_too(value: str, key: str, algorithm: v1.Algorithm) -> None:
    text = v1.string_to_sign("POST", "h", "/", {"A": value})
    assert v1.sign(key, method="POST", host="h", path="/", params={"A": value}, algorithm=algorithm) == (
        Sign.sign(key, text, algorithm)
    )
