"""The vendor's own client of channel hosting, unchanged, against a served emulator: each of the 18 actions.

It speaks TLS to one host only, so its connection is led to the emulator; what it sends over it, and signs for
that host, is its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection
from typing import Any

import pytest
from emulated import SECRET_ID, SECRET_KEY, Served
from QcloudApi.modules.live import Live
from questions import channel
from questions.asking import Asker
from shapes import assert_shape

from livetui.catalogue.loader import load
from livetui.client.envelopes import members
from livetui.client.envelopes.channel import taken_apart

CHANNEL = load("channel")
WITHOUT_DETAIL = {"StartLVBChannel", "StopLVBChannel", "DeleteLVBChannel"}
"""Their `detail` comes only where they fail for some."""


class Led(HTTPConnection):
    """The way to the emulator, for a client that believes to talk to the vendor's host."""

    request_length = 0

    def request(self, method: str, url: str, body: Any = None, headers: Mapping[str, str] = {}, **more: Any):  # type: ignore[no-untyped-def]
        super().request(method, url, body, {**headers, "Host": CHANNEL.host}, **more)


class Official(Asker):
    """Whoever calls channel hosting with the vendor's client."""

    def __init__(self, served: Served, **config: str) -> None:
        super().__init__(served)
        self.client = Live({"secretId": SECRET_ID, "secretKey": SECRET_KEY, "Region": "gz", **config})
        self.client.apiRequest.conn = Led(served.host)

    def ask(self, action: str, params: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.client.call(action, {**params, "Timestamp": self.unix()}))
        return told

    def __call__(self, action: str, region: str = "", /, **params: Any) -> dict[str, Any]:
        told = self.ask(action, params)
        assert (told.pop("code"), told.pop("message"), told.pop("codeDesc")) == (0, "", "Success"), told
        # Counts and flags come as text; who reads them as what they are is this client's reader.
        told = members.reply(CHANNEL, action, told)
        fields = CHANNEL.action(action).response
        declared = [one for one in fields if one.name != "detail" or action not in WITHOUT_DETAIL]
        assert_shape(CHANNEL, declared, told, action)
        self.called.add(action)
        return told

    def refused(self, code: str, action: str, region: str = "", /, **params: Any) -> None:
        told = self.ask(action, params)
        assert taken_apart(str(told["code"]), told["message"])[0] == code, told
        self.refusals.add(action)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("signature", ["HmacSHA1", "HmacSHA256"])
def test_every_action_and_what_it_refuses(emulator: Served, method: str, signature: str) -> None:
    cloud = Official(emulator, method=method, SignatureMethod=signature)
    for chapter in channel.CHAPTERS:
        chapter(cloud)
    assert cloud.called == set(CHANNEL.names)
    assert cloud.refusals


def test_another_key_is_refused(emulator: Served) -> None:
    cloud = Official(emulator, secretKey="another-key")
    assert cloud.ask("DescribeLVBChannelList", {})["code"] == 4100
