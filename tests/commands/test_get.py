"""`livetui get` as it is typed, on an emulated account."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from emulated import SECRET_ID, SECRET_KEY, Served

from livetui.cli import main

Get = Callable[..., int]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with the emulated account's key in its environment and nothing else."""
    for kind in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"LIVETUI_{kind}_DIR", str(tmp_path / kind.lower()))
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", SECRET_ID)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", SECRET_KEY)
    for name in ("TOKEN", "REGION"):
        monkeypatch.delenv(f"TENCENTCLOUD_{name}", raising=False)
    return tmp_path


@pytest.fixture
def get(emulator_now: Served) -> Get:
    return lambda *words: main(["get", *words, "--endpoint", emulator_now.url])


def online(emulator: Served, domain: str = "") -> set[str]:
    """Names of the streams that are on the air."""
    rows = emulator.call("DescribeLiveStreamOnlineList", PageSize=100, DomainName=domain)["OnlineInfo"]
    return {row["StreamName"] for row in rows}


def test_streams_as_a_table(get: Get, emulator_now: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert get("streams") == 0
    out, err = capsys.readouterr()
    title, *rows = out.splitlines()
    assert title.split()[:3] == ["STREAM", "STATE", "DOMAIN"]
    assert {row.split()[0] for row in rows} == online(emulator_now)
    assert err == ""


def test_a_filter_is_the_consoles(get: Get, emulator_now: Served, capsys: pytest.CaptureFixture[str]) -> None:
    assert get("streams", "--filter", "domain:harbor", "-o", "csv") == 0
    rows = list(csv.DictReader(StringIO(capsys.readouterr().out)))
    assert {row["name"] for row in rows} == online(emulator_now, "push.harbor.example")
    assert get("streams", "--filter", "fps<22", "-o", "csv") == 0
    slow = list(csv.DictReader(StringIO(capsys.readouterr().out)))
    assert slow and all(float(row["fps"]) < 22 for row in slow)
    assert get("streams", "--filter", "nothing-is-called-so") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_csv_holds_what_programs_can_read(get: Get, capsys: pytest.CaptureFixture[str]) -> None:
    assert get("streams", "-o", "csv") == 0
    out = capsys.readouterr().out
    assert "\r" not in out
    for row in csv.DictReader(StringIO(out)):
        assert float(row["rate"]) > 1000
        assert int(row["age"]) >= 0
        assert datetime.fromisoformat(row["since"]).utcoffset() is not None


def test_json_holds_the_members_of_the_api(
    get: Get, emulator_now: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    assert get("pull_tasks", "-o", "json") == 0
    tasks = json.loads(capsys.readouterr().out)
    assert tasks
    assert all(task["@region"] == task["Region"] for task in tasks)
    assert {"TaskId", "SourceType", "@state"} <= tasks[0].keys()
    assert get("pull_tasks", "--filter", "nothing-is-called-so", "-o", "json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_secrets_are_masked_in_every_form(
    get: Get, emulator_now: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    templates = emulator_now.call("DescribeLiveCallbackTemplates")["Templates"]
    keys = [template["CallbackKey"] for template in templates if template["CallbackKey"]]
    assert keys
    for form in ("json", "csv", "table"):
        assert get("callback_templates", "-o", form) == 0
        out = capsys.readouterr().out
        assert not [key for key in keys if key in out]
    assert get("pull_tasks", "-o", "json") == 0
    assert "token=••••" in capsys.readouterr().out


def test_names_that_steer_a_terminal_do_not(
    get: Get, emulator_now: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator_now.control("streams", {"domain": "push.harbor.example", "name": "evil\x1b[2J\u202ename"})
    for form in ("table", "csv", "json"):
        assert get("streams", "--filter", "evil", "-o", form) == 0
        out = capsys.readouterr().out
        assert "evil" in out
        assert "\x1b" not in out
        assert "\u202e" not in out


def test_without_a_resource_it_names_them(get: Get, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["get"]) == 0
    out = capsys.readouterr().out
    assert {"domains", "streams", "pull_tasks", "journal"} <= {line.split()[0] for line in out.splitlines()}
    assert get("spreams") == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "no resource 'spreams'" in err
    assert "streams" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--filter", "nosuchcolumn:x"], "nosuchcolumn"),
        (["--filter", "~("], "--filter"),
        (["--profile", "nope"], "no profile 'nope'"),
    ],
)
def test_bad_usage_is_two(
    get: Get, emulator_now: Served, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    assert get("streams", *words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert emulator_now.calls() == []


def test_what_the_service_refuses_is_one(
    get: Get, emulator_now: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator_now.fault("error", "DescribeLiveDomains", code="UnauthorizedOperation", message="no \x1b[31m")
    assert get("domains") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "UnauthorizedOperation" in err
    assert "RequestId" in err
    assert "administrator" in err
    assert "\x1b" not in err


def test_a_part_that_did_not_come_is_told_and_the_rest_printed(
    get: Get, emulator_now: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    emulator_now.fault(
        "error",
        "DescribeLivePullStreamTasks",
        region="ap-mumbai",
        code="UnauthorizedOperation",
        message="not here",
    )
    assert get("pull_tasks", "-o", "json") == 1
    out, err = capsys.readouterr()
    assert json.loads(out)
    assert "not all of it came" in err
    assert "ap-mumbai" in err


def test_no_key_and_no_network_are_one(
    get: Get, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["get", "streams", "--endpoint", "http://127.0.0.1:9"]) == 1
    assert "no answer" in capsys.readouterr().err
    assert main(["get", "streams", "--endpoint", "http://10.0.0.1"]) == 2
    assert "plain http" in capsys.readouterr().err
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "two words")
    assert get("streams") == 1
    err = capsys.readouterr().err
    assert "SecretKey" in err
    assert "two words" not in err
    monkeypatch.delenv("TENCENTCLOUD_SECRET_KEY")
    assert get("streams") == 1
    err = capsys.readouterr().err
    assert "TENCENTCLOUD_SECRET_KEY not set" in err
    assert "run livetui" in err


def test_a_broken_config_is_told_and_left_alone(
    get: Get, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = home / "config" / "config.toml"
    file.parent.mkdir()
    file.write_text("[profiles.prod]\ncredential = {enw = true}\n")
    assert get("streams") == 1
    err = capsys.readouterr().err
    assert f"{file}:2" in err
    assert "did you mean env" in err
    assert file.read_text() == "[profiles.prod]\ncredential = {enw = true}\n"


def test_several_profiles_and_no_choice_are_named(
    get: Get, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home / "config" / "config.toml"
    file.parent.mkdir()
    file.write_text('[profiles.a]\ncredential = {env = true}\n[profiles.b]\ncredential = {tccli = "b"}\n')
    assert get("domains") == 0  # the environment has a key of its own
    assert get("domains", "--profile", "a") == 0
    monkeypatch.delenv("TENCENTCLOUD_SECRET_ID")
    capsys.readouterr()
    assert get("domains") == 2
    assert "there are: a, b" in capsys.readouterr().err
    monkeypatch.setenv("HOME", str(home))
    assert get("domains", "--profile", "b") == 1
    assert "~/.tccli/b.credential: no such file" in capsys.readouterr().err


def test_the_journal_needs_no_network(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["get", "journal", "-o", "json", "--endpoint", "http://127.0.0.1:9"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    (home / "state" / "journal.jsonl").mkdir(parents=True)
    assert main(["get", "journal", "--endpoint", "http://127.0.0.1:9"]) == 1
    assert "journal.jsonl: Is a directory" in capsys.readouterr().err


def test_the_console_is_not_loaded_for_a_pipe(emulator_now: Served) -> None:
    code = (
        "import sys\n"
        "from livetui.cli import main\n"
        f"code = main(['get', 'domains', '--endpoint', {emulator_now.url!r}])\n"
        "print(*sorted(sys.modules), file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    loaded = {name.partition(".")[0] for name in run.stderr.split()}
    assert "livetui" in loaded
    assert not loaded & {"textual", "uvicorn", "starlette"}


def test_a_reader_that_leaves_early_is_no_failure(emulator_now: Served) -> None:
    words = ["get", "streams", "--endpoint", emulator_now.url]
    code = f"from livetui.cli import main; raise SystemExit(main({words!r}))"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout and child.stderr
        child.stdout.close()
        assert child.stderr.read() == ""
    assert child.returncode == 141
