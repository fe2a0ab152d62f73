"""`livetui run` on streams of ApsaraVideo Live: whole addresses, the same way as elsewhere from there on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from clouds import bare, configure
from emulated import Served

from livetui.cli import main

Run = Callable[..., int]
Out = pytest.CaptureFixture[str]
UNTIL = ("--until", "1h", "--reason", "copyright claim 7")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator_now: Served) -> Path:
    configure(bare(tmp_path, monkeypatch), emulator_now.url)
    return tmp_path


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def go(verb: str, text: str, *words: str) -> int:
        (tmp_path / "list").write_text(text)
        return main(["run", verb, "--from", str(tmp_path / "list"), "--profile", "ali", *words])

    return go


def listed(capsys: Out, resource: str = "apsara_streams") -> list[str]:
    """The streams of a list, as domain/app/name."""
    capsys.readouterr()
    assert main(["get", resource, "-o", "json"]) == 0
    rows: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return [f"{row['DomainName']}/{row['AppName']}/{row['StreamName']}" for row in rows]


def sent(emulator: Served) -> list[dict[str, Any]]:
    """What was sent that changes something."""
    return [call for call in emulator.calls() if call["action"] in ("ForbidLiveStream", "ResumeLiveStream")]


def test_forbidden_streams_go_off_and_come_back(
    run: Run, emulator_now: Served, home: Path, capsys: Out
) -> None:
    names = listed(capsys)[:2]
    text = "\n".join(names)
    assert run("forbid", text, *UNTIL, "--confirm", "ali:2", "-o", "json") == 0
    out, err = capsys.readouterr()
    assert [one["outcome"] for one in json.loads(out)] == ["effective", "effective"]
    assert "profile ali" in err and "live" in err
    assert set(names) <= set(listed(capsys, "apsara_blocked"))
    first = sent(emulator_now)[0]["parameters"]
    assert first["LiveStreamType"] == "publisher" and first["ResumeTime"]
    intents = [json.loads(line) for line in (home / "state" / "journal.jsonl").read_text().splitlines()]
    assert {line["reason"] for line in intents if line["kind"] == "intent"} == {"copyright claim 7"}
    assert {line["cloud"] for line in intents if line["kind"] == "intent"} == {"aliyun"}
    assert run("resume", text, "--confirm", "ali:2") == 0
    assert not set(names) & set(listed(capsys, "apsara_blocked"))


def test_a_dry_run_tells_the_calls(run: Run, emulator_now: Served, capsys: Out) -> None:
    name = listed(capsys)[0]
    assert run("forbid-for-good", name, "--reason", "rights", "--dry-run", "-o", "json") == 0
    (call,) = json.loads(capsys.readouterr().out)
    assert call["target"] == name
    assert "ResumeTime" not in call["parameters"]
    assert sent(emulator_now) == []
    assert run("forbid-for-good", name, "--reason", "rights", "--yes") == 2
    assert "--confirm ali:1" in capsys.readouterr().err


def test_a_name_is_looked_up_in_the_lists_of_streams(run: Run, emulator_now: Served, capsys: Out) -> None:
    whole = [name for name in listed(capsys) if name.rpartition("/")[2] == "match-01-main"]
    assert run("forbid", "match-01-main\n", *UNTIL, "--confirm", "ali:1", "-o", "json") == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert [one["target"]] == whole and one["outcome"] == "effective"
    assert run("resume", "match-01-main\n", "--yes") == 0
    assert [call["action"] for call in sent(emulator_now)] == ["ForbidLiveStream", "ResumeLiveStream"]


def test_a_name_that_no_list_or_several_streams_have_sends_nothing(
    run: Run, emulator_now: Served, capsys: Out
) -> None:
    names = [name.rpartition("/")[2] for name in listed(capsys)]
    twice = next(name for name in names if names.count(name) > 1)
    assert run("forbid", f"{twice}\nnowhere\nlive.stadium.example/gate\n", *UNTIL) == 2
    err = capsys.readouterr().err
    assert "line 2: nowhere is not online or blocked" in err
    assert "line 1" in err and "line 3" in err and "nothing was sent" in err
    assert sent(emulator_now) == []


def test_what_is_not_done_there_is_said(run: Run, emulator_now: Served, home: Path, capsys: Out) -> None:
    assert run("drop", "a/b/c", "--yes") == 2
    assert "drop is nothing that apsara does to streams; there are: forbid" in capsys.readouterr().err
    configure(home, emulator_now.url, services=("lvb",))
    (home / "list").write_text("a")
    assert main(["run", "drop", "--from", str(home / "list"), "--yes"]) == 2
    assert "profile prod has lvb; streams of css and apsara" in capsys.readouterr().err


def test_a_domain_that_is_not_the_accounts_is_refused_by_the_cloud(run: Run, capsys: Out) -> None:
    assert run("forbid", "live.nobody.example/live/x", *UNTIL, "--yes") == 1
    out, err = capsys.readouterr()
    assert "refused" in out
    assert "could not be read" in err
