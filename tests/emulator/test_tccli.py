"""tccli, unchanged, against the emulator: another hand's signature, parameters and reading of the envelope.

It brings the whole SDK and so is installed apart from the other test requirements; see README, "Tests".
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from emulated import Served

TCCLI = shutil.which("tccli")

pytestmark = pytest.mark.skipif(TCCLI is None, reason="tccli is not on the PATH: pip install '.[tccli]'")

HARBOR = {"DomainName": "push.harbor.example", "AppName": "live"}

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def tccli(emulator_now: Served, tmp_path: Path) -> Run:
    """Runs one action, with a home folder of its own so that nobody's configuration is read or written."""
    environ = {name: value for name, value in os.environ.items() if "TENCENTCLOUD" not in name}

    def run(action: str, region: str = "ap-singapore", **params: Any) -> subprocess.CompletedProcess[str]:
        words = [str(TCCLI), "live", action, "--endpoint", emulator_now.url, "--region", region]
        words += ["--secretId", emulator_now.secret_id, "--secretKey", emulator_now.secret_key]
        for name, value in params.items():
            words += [f"--{name}", value if isinstance(value, str) else json.dumps(value)]
        return subprocess.run(
            words, capture_output=True, text=True, timeout=60, env={**environ, "HOME": str(tmp_path)}
        )

    return run


def reply(run: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_list_in_pages(tccli: Run, emulator_now: Served) -> None:
    listed = reply(tccli("DescribeLiveStreamOnlineList", PageNum=1, PageSize=10))
    assert len(listed["OnlineInfo"]) == 10
    assert listed["TotalNum"] == emulator_now.call("DescribeLiveStreamOnlineList")["TotalNum"]


def test_a_forbidden_stream_is_forbidden_and_comes_back(tccli: Run, emulator_now: Served) -> None:
    stream = {**HARBOR, "StreamName": "of-tccli"}
    reply(tccli("ForbidLiveStream", **stream, Reason='a reason with blanks, 直播 and "quotes"'))
    assert reply(tccli("DescribeLiveStreamState", **stream))["StreamState"] == "forbid"
    names = [
        row["StreamName"] for row in emulator_now.call("DescribeLiveForbidStreamList")["ForbidStreamList"]
    ]
    assert "of-tccli" in names
    reply(tccli("ResumeLiveStream", **stream))
    assert reply(tccli("DescribeLiveStreamState", **stream))["StreamState"] == "inactive"


def test_nested_parameters(tccli: Run) -> None:
    made = reply(
        tccli(
            "CreateLiveRecordTemplate",
            TemplateName="of-tccli",
            Mp4Param={"Enable": 1, "RecordInterval": 3600},
        )
    )
    held = reply(tccli("DescribeLiveRecordTemplate", TemplateId=made["TemplateId"]))["Template"]
    assert held["Mp4Param"]["RecordInterval"] == 3600


def test_a_regional_action(tccli: Run) -> None:
    assert "TaskInfos" in reply(tccli("DescribeLivePullStreamTasks", region="ap-singapore"))


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("DescribeLiveRecordTemplate", {"TemplateId": 99}, "NotFound"),
        ("DescribeLiveStreamOnlineList", {"PageSize": 5}, "InvalidParameter"),
    ],
)
def test_an_error_is_told_as_one(tccli: Run, action: str, params: dict[str, Any], code: str) -> None:
    """It takes a reply for a success unless the content type is exactly that of the cloud."""
    run = tccli(action, **params)
    assert run.returncode != 0
    assert code in run.stdout + run.stderr
