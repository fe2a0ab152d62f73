"""`livetui run` as it is typed, on an emulated account."""

from __future__ import annotations

import csv
import json
import os
import pty
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from emulated import SECRET_ID, SECRET_KEY, Served

from livetui.cli import main

Run = Callable[..., int]


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
def run(emulator_now: Served, home: Path) -> Run:
    def made(verb: str, text: str, *words: str) -> int:
        (home / "list").write_text(text)
        return main(["run", verb, "--from", str(home / "list"), *words, "--endpoint", emulator_now.url])

    return made


def online(emulator: Served) -> list[str]:
    """Full names of streams on the air whose name is there once."""
    rows = emulator.call("DescribeLiveStreamOnlineList", PageSize=100)["OnlineInfo"]
    count = Counter(row["StreamName"] for row in rows)
    return [
        f"{r['DomainName']}/{r['AppName']}/{r['StreamName']}" for r in rows if count[r["StreamName"]] == 1
    ]


def journal(home: Path) -> list[dict[str, Any]]:
    file = home / "state" / "journal.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


UNTIL = ("--until", "1h", "--reason", "copyright claim 7")


def test_forty_names_go_dark(
    run: Run, emulator_now: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = online(emulator_now)[:40]
    assert (
        run("forbid", "# dark\n\n" + "\n".join(names), *UNTIL, "--confirm", f"environment:{len(names)}") == 0
    )
    out, err = capsys.readouterr()
    title, *rows = out.splitlines()
    assert title.split() == ["TARGET", "OUTCOME", "SEEN", "REQUEST", "ID"] and len(rows) == len(names)
    assert all(" effective " in row for row in rows) and f"{len(names)} effective" in err
    sent = emulator_now.calls("ForbidLiveStream")
    assert [c["parameters"]["StreamName"] for c in sent] != [] and len(sent) == len(names)
    assert {c["parameters"]["Reason"] for c in sent} == {"copyright claim 7"}
    assert {e["reason"] for e in journal(home) if e["kind"] == "intent"} == {"copyright claim 7"}


def test_yes_does_not_replace_the_confirmation_of_many(
    run: Run, emulator_now: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = online(emulator_now)[:3]
    assert run("drop", "\n".join(names), "--yes") == 2
    assert "--confirm environment:3" in capsys.readouterr().err
    assert run("drop", "\n".join(names), "--yes", "--confirm", "environment:2") == 2
    assert "this is environment:3" in capsys.readouterr().err
    assert not emulator_now.calls("DropLiveStream") and journal(home) == []


def test_one_stream_takes_a_yes_and_a_production_profile_more(
    run: Run, emulator_now: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two, *_ = online(emulator_now)
    assert run("drop", one) == 2 and "--yes" in capsys.readouterr().err
    assert run("drop", one.rpartition("/")[2], "--yes", "--reason", "why") == 0
    assert [e["reason"] for e in journal(home) if e["kind"] == "intent"] == ["why"]
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "config.toml").write_text(
        "[profiles.prod]\ncredential = {env = true}\nproduction = true\n"
    )
    assert run("drop", two, "--yes") == 2 and "prod:1" in capsys.readouterr().err
    assert run("drop", two, "--confirm", "prod:1") == 0


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("test-pattern", ("fits several streams", "push.harbor.example/live/test-pattern (online)")),
        ("no-such-stream", ("is not online, not forbidden",)),
        ("a/b/c/d", ("line 1", "more than domain/app/name")),
    ],
)
def test_unclear_lines_stop_everything_before_anything_is_sent(
    text: str, told: tuple[str, ...], run: Run, emulator_now: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    good = online(emulator_now)[0]
    assert run("forbid", f"{text}\n{good}", *UNTIL, "--confirm", "environment:2") == 2
    err = capsys.readouterr().err
    assert all(one in err for one in (*told, "nothing was sent"))
    assert not emulator_now.calls("ForbidLiveStream")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--reason", "x"), "needs --until"),
        (("--until", "1h"), "needs --reason"),
        (("--until", "soon", "--reason", "x"), "--until soon"),
        (("--until", "200d", "--reason", "x", "--yes"), "ResumeTime"),
        (("--seconds", "5", *UNTIL), "takes no --seconds"),
    ],
)
def test_what_a_ban_needs_is_said(
    words: tuple[str, ...],
    told: str,
    run: Run,
    emulator_now: Served,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("forbid", online(emulator_now)[0], *words) == 2
    assert told in capsys.readouterr().err
    assert not emulator_now.calls("ForbidLiveStream")


@pytest.mark.parametrize("verb", ["delete", "extend", "cancel"])
def test_only_what_is_done_to_streams_can_be_run(verb: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", verb, "--from", "-"])
    assert ended.value.code == 2


def test_an_empty_or_missing_list_is_bad_usage(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("drop", "# nobody\n") == 2
    assert main(["run", "drop", "--from", "/nowhere/list"]) == 2
    assert "no stream is named" in capsys.readouterr().err


def test_a_dry_run_tells_the_calls_and_sends_none(
    run: Run, emulator_now: Served, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = online(emulator_now)[:2]
    assert run("forbid", "\n".join(names), *UNTIL, "--dry-run", "-o", "json") == 0
    out, err = capsys.readouterr()
    assert [one["target"] for one in json.loads(out)] == names
    assert json.loads(out)[0]["parameters"]["Reason"] == "copyright claim 7"
    assert "every stream of this name goes dark" in err and "2 streams" in err
    assert not emulator_now.calls("ForbidLiveStream") and journal(home) == []


def test_the_same_name_on_two_domains_is_one_call_and_said_so(
    run: Run, emulator_now: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "push.harbor.example/test-pattern\npush.stadium.example/test-pattern\n"
    assert run("forbid", text, *UNTIL, "--confirm", "environment:2", "-o", "csv") == 0
    out, err = capsys.readouterr()
    (row,) = csv.DictReader(StringIO(out))
    assert row["outcome"] == "effective" and row["also reached"] == "push.stadium.example/live/test-pattern"
    assert "the same call reaches push.stadium.example/live/test-pattern" in err
    assert len(emulator_now.calls("ForbidLiveStream")) == 1


def test_some_refused_is_exit_code_1(
    run: Run, emulator_now: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    names = online(emulator_now)[:3]
    emulator_now.fault(
        "error", "DropLiveStream", code="InternalError.NotPermmitOperat", message="no", times=1
    )
    assert run("drop", "\n".join(names), "--confirm", "environment:3", "-o", "json") == 1
    outcomes = Counter(one["outcome"] for one in json.loads(capsys.readouterr().out))
    assert outcomes == {"refused": 1, "effective": 2}


def test_what_was_forbidden_is_resumed_and_delayed_streams_are_told_their_seconds(
    run: Run, emulator_now: Served, capsys: pytest.CaptureFixture[str]
) -> None:
    one = online(emulator_now)[0]
    assert run("forbid", one, *UNTIL, "--yes") == 0
    assert run("resume", one, "--yes") == 0
    assert "forbidden" in capsys.readouterr().err
    assert run("delay", one, "--until", "1h", "--yes") == 2
    assert "--seconds" in capsys.readouterr().err
    two = online(emulator_now)[5]
    assert run("delay", two, "--until", "1h", "--seconds", "60", "--yes") == 0
    assert emulator_now.calls("AddDelayLiveStream")[0]["parameters"]["DelayTime"] == 60
    assert run("end-delay", two, "--yes") == 0


def test_a_read_only_profile_and_a_journal_that_cannot_be_written_send_nothing(
    run: Run,
    emulator_now: Served,
    home: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = online(emulator_now)[0]
    monkeypatch.setenv("LIVETUI_STATE_DIR", "/proc/nowhere")
    assert run("drop", one, "--yes") == 2 and "on record" in capsys.readouterr().err
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "config.toml").write_text(
        "[profiles.p]\ncredential = {env = true}\nread_only = true\n"
    )
    assert run("drop", one, "--yes") == 2 and "read-only" in capsys.readouterr().err
    assert not emulator_now.calls("DropLiveStream")


def test_names_come_by_a_pipe_and_an_interrupt_stops_what_is_not_sent(
    emulator_now: Served, home: Path
) -> None:
    emulator_now.fault("latency", "DropLiveStream", ms=400)
    names = online(emulator_now)
    command = [sys.executable, "-m", "livetui", "run", "drop", "--from", "-", "-o", "csv"]
    command += ["--confirm", f"environment:{len(names)}", "--endpoint", emulator_now.url]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None and child.stderr is not None
        child.stdin.write("\n".join(names))
        child.stdin.close()
        child.stdin = None
        while emulator_now.app.calls and emulator_now.app.calls[-1].action != "DropLiveStream":
            select.select([], [], [], 0.02)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=20)
    rows = list(csv.DictReader(StringIO(out)))
    outcomes = Counter(row["outcome"] for row in rows)
    assert child.returncode == 1, err
    assert outcomes["effective"] > 0 and outcomes["cancelled"] > 0, outcomes
    assert len(emulator_now.calls("DropLiveStream")) == outcomes["effective"]
    assert {e["status"] for e in journal(home) if e["kind"] == "outcome"} <= {"accepted", "not-sent"}


def test_at_a_terminal_the_word_is_typed(emulator_now: Served, home: Path) -> None:
    names = online(emulator_now)[:2]
    (home / "list").write_text("\n".join(names))
    command = [sys.executable, "-m", "livetui", "run", "drop", "--from", str(home / "list")]
    mine, theirs = pty.openpty()
    with subprocess.Popen(
        [*command, "--endpoint", emulator_now.url], stdin=theirs, stdout=subprocess.PIPE, stderr=theirs
    ) as child:
        os.close(theirs)
        seen = b""
        while b"to send it" not in seen:
            seen += os.read(mine, 4096)
        assert b"Type environment:2 to send it" in seen
        os.write(mine, b"environment:2\n")
        out, _ = child.communicate(timeout=20)
        os.close(mine)
    assert child.returncode == 0 and out.count(b"effective") == 2
