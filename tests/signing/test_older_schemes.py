"""Signatures of channel hosting, LVB 2017 and ApsaraVideo Live: published vectors, the official signer."""

from urllib.parse import parse_qsl

import pytest
from aliyunsdkcore.auth.composer import rpc_signature_composer as composer
from hypothesis import given
from hypothesis import strategies as st

from livetui.signing import md5, rpc, v2

ASKED = {
    "Action": "DescribeInstances",
    "Nonce": "11886",
    "Region": "gz",
    "SecretId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA",
    "Timestamp": "1465185768",
    "instanceIds.0": "ins-09dx96dg",
    "limit": "20",
    "offset": "0",
}


def test_channel_hosting_signs_as_its_document_prints() -> None:
    signature = v2.sign(
        "Gu5t9xGARNpq86cd98joQYCN3Cozk1qA",
        method="GET",
        host="cvm.api.qcloud.com",
        path="/v2/index.php",
        params=ASKED,
    )
    assert signature == "NSI3UqqD99b/UJb4tbG/xZpRW64="


def test_channel_hosting_hashes_an_underscore_as_a_dot() -> None:
    def signed(name: str) -> str:
        return v2.sign("k", method="GET", host="h", path="/", params={name: "1"})

    assert signed("channel_id") == signed("channel.id") != signed("channelid")
    with pytest.raises(ValueError, match="told apart"):
        v2.sign("k", method="GET", host="h", path="/", params={"a_b": "1", "a.b": "2"})


def test_lvb_signs_as_its_document_prints() -> None:
    key = "5d41402abc4b2a76b9719d911017c592"
    assert md5.sign(key, 1471850187) == "b17971b51ba0fe5916ddcd96692e9fb3"
    assert md5.holds(key, 1471850187, "B17971B51BA0FE5916DDCD96692E9FB3")
    assert not md5.holds(key, 1471850188, "b17971b51ba0fe5916ddcd96692e9fb3")
    assert not md5.holds(key, 1471850187, "é")


@given(
    st.dictionaries(st.text(min_size=1).filter(lambda name: name != "Signature"), st.text(), max_size=8),
    st.text(min_size=1, max_size=40),
    st.sampled_from(["GET", "POST"]),
)
def test_apsara_signs_as_the_official_client_does(params: dict[str, str], secret: str, method: str) -> None:
    url, text = composer.get_signed_url(dict(params), "LTAIexample", secret, "JSON", method, {})
    sent = dict(parse_qsl(url.partition("?")[2], keep_blank_values=True))
    theirs = sent.pop("Signature")
    assert rpc.string_to_sign(method, sent) == text
    assert rpc.sign(secret, method=method, params=sent) == theirs
