"""The official SDK, unchanged, against every action of the account's configuration.

Each step is a call the documents allow; where a page documents a refusal, one is called for too. The SDK
warns of members it does not know, and warnings are errors here.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from emulated import Served
from questions.asking import Asker
from questions.css_configuration import CHAPTERS
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.live.v20180801 import live_client, models

from livetui.catalogue.loader import load
from livetui.emulator.answers import ANSWERS


class Official(Asker):
    """The SDK's client."""

    def __call__(self, action: str, region: str = "", /, **params: Any) -> dict[str, Any]:
        """The reply as the SDK's own models read it, but for what they leave out."""
        http = HttpProfile(protocol="http", endpoint=self.served.host)
        client = live_client.LiveClient(
            Credential(self.served.secret_id, self.served.secret_key), region, ClientProfile(httpProfile=http)
        )
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps(params))
        self.called.add(action)
        return json.loads(getattr(client, action)(request).to_json_string())

    def refused(self, code: str, action: str, region: str = "", /, **params: Any) -> None:
        with pytest.raises(TencentCloudSDKException) as caught:
            self(action, region, **params)
        assert caught.value.get_code() == code
        assert caught.value.get_request_id()
        self.refusals.add(action)


@pytest.fixture
def official(emulator_now: Served) -> Official:
    return Official(emulator_now)


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
