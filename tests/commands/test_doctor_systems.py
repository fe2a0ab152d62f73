"""`livetui doctor` on profiles of both clouds: each service by itself, against the emulated cloud."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from clouds import DOMAINS, EVERYTHING, KEYS, bare, configure
from emulated import ALIYUN_ID, ALIYUN_SECRET, LVB_APPID, LVB_KEY, SECRET_ID, SECRET_KEY, Served

from livetui.cli import main
from livetui.resources import book

Checks = list[dict[str, Any]]
Doctor = Callable[..., tuple[int, Checks]]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator_now: Served) -> Path:
    """A machine with a profile of each cloud at the emulator, and a terminal."""
    configure(bare(tmp_path, monkeypatch), emulator_now.url)
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    return tmp_path


@pytest.fixture
def doctor(capsys: pytest.CaptureFixture[str]) -> Doctor:
    def go(*words: str) -> tuple[int, Checks]:
        code = main(["doctor", "--json", *words])
        return code, json.loads(capsys.readouterr().out)

    return go


def named(checks: Checks, name: str) -> list[tuple[str, str, str]]:
    return [(one["status"], one["found"], one["remedy"]) for one in checks if one["name"] == name]


def panes(checks: Checks) -> dict[str, str]:
    return {one["name"]: one["status"] for one in checks if one["name"].startswith("pane ")}


def skipped(checks: Checks) -> list[str]:
    """Panes of which a list could not be asked."""
    return [one["found"] for one in checks if "not asked" in one["found"]]


def titles(*services: str) -> set[str]:
    told = {f"pane {pane.title}" for service in services for pane in book(service).panes}
    return told - {"pane Journal"}


def test_all_services_of_a_tencent_profile_are_well(doctor: Doctor) -> None:
    code, checks = doctor()
    assert code == 0, [one for one in checks if one["status"] != "ok"]
    assert panes(checks) == dict.fromkeys(titles(*EVERYTHING), "ok")
    assert skipped(checks) == []
    ((status, found, _),) = named(checks, "lvb key")
    assert status == "ok" and "config.toml" in found
    assert len(named(checks, "network")) == 1, "one place is asked once"
    assert not named(checks, "plain http"), "nothing leaves this machine"


def test_a_profile_of_alibaba_is_well(doctor: Doctor) -> None:
    code, checks = doctor("--profile", "ali")
    assert code == 0, [one for one in checks if one["status"] != "ok"]
    assert panes(checks) == dict.fromkeys(titles("apsara"), "ok")
    assert skipped(checks) == []
    assert named(checks, "domains") == [("ok", ", ".join(DOMAINS), "")]
    assert not named(checks, "regions")
    ((_, found, _),) = named(checks, "credential")
    assert found.startswith("LTAI…0001 from ")


def test_what_each_key_lacks_is_told_by_service(doctor: Doctor, emulator_now: Served) -> None:
    denied = ["DescribeStreamPackageChannels", "DescribeLVBChannelList"]
    key = {"secret_id": SECRET_ID, "secret_key": SECRET_KEY, "denied": denied}
    emulator_now.control("keys", key)
    code, checks = doctor()
    assert code == 1
    failed = {one["name"]: one["remedy"] for one in checks if one["status"] == "fail"}
    assert set(failed) == {"pane Packaging", "pane Channels"}
    assert "mdp:DescribeStreamPackageChannels" in failed["pane Packaging"]
    assert "live:DescribeLVBChannelList" in failed["pane Channels"]


def test_a_permission_that_an_alibaba_key_lacks_is_told(doctor: Doctor, emulator_now: Served) -> None:
    denied = ["DescribeLiveStreamsOnlineList"]
    key = {"secret_id": ALIYUN_ID, "secret_key": ALIYUN_SECRET, "cloud": "aliyun", "denied": denied}
    emulator_now.control("keys", key)
    code, checks = doctor("--profile", "ali")
    assert code == 1
    ((status, found, remedy),) = named(checks, "pane Streams")
    assert status == "fail" and "DescribeLiveStreamsOnlineList" in found
    assert "live:DescribeLiveStreamsOnlineList" in remedy


@pytest.mark.parametrize(
    ("held", "service", "said"),
    [
        (SECRET_KEY, "css", "AuthFailure.SignatureFailure"),
        (LVB_KEY, "lvb", "sign does not fit"),
        (ALIYUN_SECRET, "apsara", "SignatureDoesNotMatch"),
    ],
)
def test_a_wrong_key_is_told_once(doctor: Doctor, home: Path, held: str, service: str, said: str) -> None:
    file = home / "config" / "config.toml"
    file.write_text(file.read_text().replace(held, "wrong"))
    code, checks = doctor("--profile", "ali" if service == "apsara" else "prod")
    assert code == 1
    failed = [one for one in checks if one["status"] == "fail"]
    assert [one["name"] for one in failed] == ["permissions"]
    assert said in failed[0]["found"]
    not_asked = [found for status, found, _ in named(checks, "permissions") if status == "warn"]
    others = ["mdp", "channel"] if service == "css" else []
    assert not_asked == [f"{other} not asked: the key was refused" for other in others]


def test_a_service_that_nobody_named_is_not_held_against_the_account(
    doctor: Doctor, home: Path, emulator_now: Served
) -> None:
    key = {"secret_id": SECRET_ID, "secret_key": SECRET_KEY, "denied": ["DescribeStreamPackageChannels"]}
    emulator_now.control("keys", key)
    file = home / "config" / "config.toml"
    named_services = f"services = {json.dumps(EVERYTHING)}\n"
    assert named_services in file.read_text()
    file.write_text(file.read_text().replace(named_services, ""))
    code, checks = doctor()
    assert code == 0
    ((status, _, remedy),) = named(checks, "pane Packaging")
    assert status == "warn"
    assert 'services = ["css"]' in remedy


def test_a_profile_without_domains_is_told_what_to_write(doctor: Doctor, home: Path) -> None:
    file = home / "config" / "config.toml"
    file.write_text(file.read_text().replace(f"domains = {json.dumps(DOMAINS)}\n", ""))
    _, checks = doctor("--profile", "ali")
    ((status, _, remedy),) = named(checks, "domains")
    assert status == "warn" and "domains = [" in remedy


def test_lvbs_missing_key_is_told_and_the_others_are_asked(doctor: Doctor, home: Path) -> None:
    file = home / "config" / "config.toml"
    held = f'lvb = {{appid = "{LVB_APPID}", key = "{LVB_KEY}"}}'
    assert held in file.read_text()
    file.write_text(file.read_text().replace(held, "lvb = {env = true}"))
    code, checks = doctor()
    assert code == 1
    ((status, found, remedy),) = named(checks, "lvb key")
    assert status == "fail" and "LIVETUI_LVB_APPID and LIVETUI_LVB_KEY not set" in found
    assert remedy == "export LIVETUI_LVB_APPID and LIVETUI_LVB_KEY"
    assert panes(checks) == dict.fromkeys(titles("css", "mdp", "channel"), "ok")


def test_lvbs_own_hosts_are_plain_http_and_said_so(
    doctor: Doctor, home: Path, emulator_now: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def nowhere(host: str, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    file = home / "config" / "config.toml"
    text = file.read_text().replace(f'endpoint = "{emulator_now.url}"\n', "allow_plain_http = true\n")
    file.write_text(text.replace(json.dumps(EVERYTHING), '["lvb"]'))
    code, checks = doctor()
    assert code == 1
    ((status, found, _),) = named(checks, "plain http")
    assert status == "warn"
    assert "unencrypted to fcgi.video.qcloud.com, statcgi.video.qcloud.com" in found
    assert asked == ["fcgi.video.qcloud.com", "statcgi.video.qcloud.com"]
    assert named(checks, "permissions")[0][1] == "lvb not asked: the endpoint cannot be reached"


def test_an_alibaba_profile_without_its_key_is_told_which(doctor: Doctor, home: Path) -> None:
    file = home / "config" / "config.toml"
    held = f'{{access_key_id = "{ALIYUN_ID}", access_key_secret = "{ALIYUN_SECRET}"}}'
    file.write_text(file.read_text().replace(held, "{env = true}"))
    code, checks = doctor("--profile", "ali")
    assert code == 1
    ((_, found, remedy),) = named(checks, "credential")
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET not set" in found
    assert remedy.startswith("export ALIBABA_CLOUD_ACCESS_KEY_ID")


def test_without_a_config_the_key_that_is_there_is_looked_at(
    doctor: Doctor, home: Path, emulator_now: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "config" / "config.toml").unlink()
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        monkeypatch.setenv(name, KEYS[name])
    _, checks = doctor("--endpoint", emulator_now.url)
    assert named(checks, "credential")[0][1] == "LTAI…0001 from environment (Alibaba) (permanent)"
    assert set(panes(checks)) == titles("apsara")
