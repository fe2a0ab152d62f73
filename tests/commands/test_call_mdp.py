"""`livetui call mdp` as it is typed, against the emulated cloud."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from emulated import Served

from livetui.cli import main

REGION = "ap-singapore"
Call = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator_now: Served) -> Path:
    """A machine with the emulator's key in its environment and nothing else."""
    for kind in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"LIVETUI_{kind}_DIR", str(tmp_path / kind.lower()))
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", emulator_now.secret_id)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", emulator_now.secret_key)
    monkeypatch.delenv("TENCENTCLOUD_TOKEN", raising=False)
    monkeypatch.delenv("TENCENTCLOUD_REGION", raising=False)
    return tmp_path


@pytest.fixture
def call(emulator_now: Served, capsys: pytest.CaptureFixture[str]) -> Call:
    """One call that has to succeed; its reply."""

    def made(action: str, **params: Any) -> dict[str, Any]:
        where = ["--region", REGION, "--endpoint", emulator_now.url]
        code = main(["call", "mdp", action, "--json", json.dumps(params), "--yes", *where])
        out, err = capsys.readouterr()
        assert (code, err) == (0, ""), action
        reply: dict[str, Any] = json.loads(out)
        assert reply.pop("RequestId")
        return reply

    return made


def test_a_read(call: Call) -> None:
    assert call("DescribeStreamPackageChannels", PageSize=2)["TotalNum"] == 5


def test_a_change_is_on_record(call: Call, home: Path) -> None:
    call("CreateStreamPackageChannel", Name="gate", Protocol="HLS")
    lines = (home / "state" / "journal.jsonl").read_text().splitlines()
    entry = json.loads(lines[0])
    assert (entry["service"], entry["action"], entry["region"]) == (
        "mdp",
        "CreateStreamPackageChannel",
        REGION,
    )


def test_what_fails(emulator_now: Served, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["call", "mdp", "DescribeStreamPackageChannel", "--endpoint", emulator_now.url, "Id=none"]
    assert main(words) == 2
    assert "egion" in capsys.readouterr().err
    assert main([*words, "--region", REGION]) == 1
    assert "InvalidParameter.NotFound" in capsys.readouterr().err
    assert main(["call", "mdp", "DescribeLiveDomains"]) == 2
    assert "mdp has no action" in capsys.readouterr().err


def test_a_dry_run_is_signed_for_mdp(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["call", "mdp", "DescribeStreamPackageChannels", "--region", REGION, "--dry-run"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["url"] == "https://mdp.intl.tencentcloudapi.com/"
    assert shown["headers"]["x-tc-version"] == "2020-05-27"
    assert "/mdp/tc3_request" in shown["headers"]["authorization"]


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("live.intl.tencentcloudapi.com", "https://mdp.intl.tencentcloudapi.com/"),
        ("mdp.ap-seoul.tencentcloudapi.com", "https://mdp.ap-seoul.tencentcloudapi.com/"),
        ("https://proxy.example/", "https://proxy.example/"),
    ],
)
def test_a_profiles_endpoint_is_for_its_own_service(
    home: Path, capsys: pytest.CaptureFixture[str], endpoint: str, url: str
) -> None:
    (home / "config").mkdir()
    text = f'[profiles.prod]\ncredential = {{env = true}}\nendpoint = "{endpoint}"\n'
    (home / "config" / "config.toml").write_text(text)
    assert main(["call", "mdp", "DescribeStreamPackageChannels", "--region", REGION, "--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out)["url"] == url
