"""`livetui get` for the lists of every service, as typed, against the emulated cloud."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from clouds import DOMAINS, KEYS, bare, configure
from emulated import Served

from livetui.catalogue import SERVICES
from livetui.cli import main
from livetui.resources import book

Out = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return bare(tmp_path, monkeypatch)


def get(capsys: Out, *words: str, code: int = 0) -> Any:
    assert main(["get", *words, "-o", "json"]) == code
    out, err = capsys.readouterr()
    return err if code else json.loads(out)


@pytest.mark.parametrize("service", SERVICES)
def test_every_list_of_a_service(emulator_now: Served, home: Path, capsys: Out, service: str) -> None:
    configure(home, emulator_now.url)
    listed = [r.id for r in book(service).resources.values() if r.service == service]
    assert len(listed) > 3
    counts = {name: len(get(capsys, name)) for name in listed}
    from_the_journal = {name for name in listed if book(service).resources[name].journal}
    assert {name for name, count in counts.items() if not count} == from_the_journal, counts


def test_the_profile_of_the_lists_own_cloud_is_taken(emulator_now: Served, home: Path, capsys: Out) -> None:
    """`prod` is the default; what is of the other cloud goes to the only profile of that."""
    configure(home, emulator_now.url)
    rows = get(capsys, "apsara_streams")
    assert {row["DomainName"] for row in rows} == set(DOMAINS)
    assert get(capsys, "apsara_streams", "--profile", "ali")
    assert "is of tencent, and this is of aliyun" in get(
        capsys, "apsara_streams", "--profile", "prod", code=2
    )
    assert "is of aliyun" in get(capsys, "streams", "--profile", "ali", code=2)


def test_a_service_that_the_profile_does_not_have_is_told(
    emulator_now: Served, home: Path, capsys: Out
) -> None:
    configure(home, emulator_now.url, services=("css", "mdp"))
    said = get(capsys, "channel_channels", code=2)
    assert "channel_channels is of channel, and profile prod has css, mdp" in said
    assert 'add "channel" to its services' in said
    assert emulator_now.calls() == []


def test_the_environment_alone_will_do(
    emulator_now: Served, capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = ("--endpoint", emulator_now.url)
    assert "export LIVETUI_LVB_APPID and LIVETUI_LVB_KEY" in get(capsys, "lvb_live", *where, code=1)
    monkeypatch.setenv("LIVETUI_LVB_APPID", KEYS["LIVETUI_LVB_APPID"])
    monkeypatch.setenv("LIVETUI_LVB_KEY", KEYS["LIVETUI_LVB_KEY"])
    assert get(capsys, "lvb_live", *where)
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID" in get(capsys, "apsara_streams", *where, code=1)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", KEYS["ALIBABA_CLOUD_ACCESS_KEY_ID"])
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", KEYS["ALIBABA_CLOUD_ACCESS_KEY_SECRET"])
    said = get(capsys, "apsara_streams", *where, code=1)
    assert "the profile names none" in said and "domains = [" in said
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", KEYS["TENCENTCLOUD_SECRET_ID"])
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", KEYS["TENCENTCLOUD_SECRET_KEY"])
    assert get(capsys, "channel_channels", *where)


def test_lvb_goes_unencrypted_only_where_the_profile_says_so(
    capsys: Out, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVETUI_LVB_APPID", KEYS["LIVETUI_LVB_APPID"])
    monkeypatch.setenv("LIVETUI_LVB_KEY", KEYS["LIVETUI_LVB_KEY"])
    assert "allow_plain_http = true" in get(capsys, "lvb_live", code=2)


def test_what_is_kept_on_this_machine_needs_no_key(home: Path, capsys: Out) -> None:
    for name in ("journal", "notices", "listeners"):
        assert get(capsys, name) == []


def test_the_names_are_told_by_service(capsys: Out) -> None:
    assert main(["get"]) == 0
    lines = capsys.readouterr().out.splitlines()
    heads = [line.partition(":")[0] for line in lines if not line.startswith(" ")]
    assert heads == [*SERVICES, "on this machine"]
    assert main(["get", "apsara_stream"]) == 2
    err = capsys.readouterr().err
    assert "no resource 'apsara_stream'" in err and "apsara: Alibaba ApsaraVideo Live" in err
