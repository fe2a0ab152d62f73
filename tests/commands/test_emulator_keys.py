"""The keys that `livetui emulator` prints, each good for its systems, by `livetui call` and by the demo."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clouds import bare

from livetui.catalogue import SERVICES
from livetui.cli import main
from livetui.commands.demo import emulated, profiles
from livetui.commands.whom import account_of

CALLS = {
    "css": ("DescribeLiveDomains",),
    "mdp": ("DescribeStreamPackageChannels", "--region", "ap-singapore"),
    "lvb": ("Live_Channel_GetLiveChannelList",),
    "channel": ("DescribeLVBChannelList",),
    "apsara": ("DescribeLiveStreamsOnlineList", "DomainName={domain}"),
}


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, Any]]:
    """What an emulator of its own said when it listened."""
    with emulated(streams=12) as line:
        yield line


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return bare(tmp_path, monkeypatch)


@pytest.mark.parametrize("service", SERVICES)
def test_each_key_is_good_for_its_systems(
    told: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], service: str
) -> None:
    names = {
        "secret_id": "TENCENTCLOUD_SECRET_ID",
        "secret_key": "TENCENTCLOUD_SECRET_KEY",
        "access_key_id": "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "access_key_secret": "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "lvb_appid": "LIVETUI_LVB_APPID",
        "lvb_key": "LIVETUI_LVB_KEY",
    }
    for member, name in names.items():
        monkeypatch.setenv(name, told[member])
    words = [word.format(domain=told["domains"][0]) for word in CALLS[service]]
    assert main(["call", service, *words, "--endpoint", told["url"]]) == 0
    assert json.loads(capsys.readouterr().out)


async def test_the_demos_profiles_reach_every_service(told: dict[str, Any]) -> None:
    reached = []
    for profile in profiles(told):
        for service in profile.served:
            async with account_of(profile, service).client as client:
                action, *words = CALLS[service]
                params = {"DomainName": profile.domains[0]} if service == "apsara" else {}
                region = words[-1] if service == "mdp" else None
                reached.append((await client.call(action, params, region=region)).action)
    assert len(reached) == len(SERVICES)
