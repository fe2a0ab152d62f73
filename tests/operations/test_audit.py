"""`livetui audit`: readable at 80 columns, true, and never obeyed by a terminal."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from livetui.catalogue.text import columns
from livetui.cli import main
from livetui.commands.audit import since_when
from livetui.operations.journal import IntentEntry, Journal, Who

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
HOSTILE = "cam\x1b[2J\u202e" + "直播" * 40 + "x" * 2000


@pytest.fixture(autouse=True)
def shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    monkeypatch.setenv("LIVETUI_STATE_DIR", str(tmp_path))
    ticks = iter(NOON + timedelta(minutes=minute) for minute in range(100))
    return Journal(
        tmp_path / "journal.jsonl", lambda: next(ticks), who=Who("ops@jump", "203.0.113.9", "/dev/pts/3")
    )


def entry(action: str = "ForbidLiveStream", profile: str = "prod", name: str = "cam1") -> IntentEntry:
    return IntentEntry(
        profile=profile,
        account="AKIDexample0123456789wxyz",
        service="css",
        action=action,
        params={"AppName": "live", "DomainName": "push.harbor.example", "StreamName": name},
        target=[{"app": "live", "name": name}],
        reason="say = what",
    )


def test_nothing_yet(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["audit"]) == 0
    assert capsys.readouterr().out == ""
    assert main(["audit", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_an_entry_tells_all(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    ident = journal.intent(entry())
    journal.outcome(ident, "accepted", request_id="8e1c", took_ms=120)
    assert main(["audit"]) == 0
    assert (
        capsys.readouterr().out
        == """\
2026-01-02 20:00:00+08:00  ForbidLiveStream  accepted
  on      prod (AKID…wxyz)
  by      ops@jump from 203.0.113.9 /dev/pts/3
  target  app=live name=cam1
  params  AppName=live DomainName=push.harbor.example StreamName=cam1
  reason  say = what
  request 8e1c (120 ms)
  undo    ResumeLiveStream
"""
    )


def test_unknown_and_settled_are_told_apart(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    journal.intent(entry())
    ident = journal.intent(entry())
    journal.outcome(ident, "unknown", message="no answer in 15 s")
    journal.settled(ident, False, message="still on the air")
    main(["audit"])
    first = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert [line.partition("  ForbidLiveStream  ")[2] for line in first] == [
        "unknown (no outcome on record)",
        "unknown, settled: no effect",
    ]


def test_hostile_names_are_shown_whole_in_80_columns(
    journal: Journal, capsys: pytest.CaptureFixture[str]
) -> None:
    journal.outcome(journal.intent(entry(name=HOSTILE)), "refused", code="X\x9b", message="no\nway")
    main(["audit"])
    out = capsys.readouterr().out
    assert all(columns(line) <= 80 for line in out.split("\n"))
    assert not set(out) & set("\x1b\x9b\u202e\r")
    # Quoting writes the controls as JSON does; the answer's are made visible.
    assert "X\\u009b no␊way" in out
    together = "".join(line[10:] for line in out.split("\n"))
    assert "x" * 2000 in together
    assert "直播" * 40 in together


def test_filters(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    for action, profile in (
        ("ForbidLiveStream", "prod"),
        ("DropLiveStream", "prod"),
        ("DropLiveStream", "stage"),
    ):
        journal.intent(entry(action, profile))

    def told(*words: str) -> list[tuple[str, str]]:
        assert main(["audit", "--json", *words]) == 0
        return [(one["action"], one["profile"]) for one in json.loads(capsys.readouterr().out)]

    assert len(told()) == 3
    assert told("--profile", "stage") == [("DropLiveStream", "stage")]
    assert told("--action", "drop") == [("DropLiveStream", "prod"), ("DropLiveStream", "stage")]
    assert told("-n", "1") == [("DropLiveStream", "stage")]
    assert told("-n", "0") == []
    assert told("--since", "2026-01-02T20:01") == told("-n", "2")
    assert told("--since", "2026-01-02T12:02Z") == told("-n", "1")


def test_json_is_a_list_of_whole_entries(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    journal.outcome(journal.intent(entry()), "refused", code="LimitExceeded", request_id="8e1c")
    main(["audit", "--json"])
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["status"], one["at"]) == ("refused", "2026-01-02T12:00:00.000+00:00")
    assert one["who"] == {"user": "ops@jump", "client": "203.0.113.9", "tty": "/dev/pts/3"}
    assert one["outcome"]["code"] == "LimitExceeded"
    assert one["settled"] is None


@pytest.mark.parametrize(
    "words", [["--since", "soon"], ["--since", ""], ["--since", "9" * 30 + "d"], ["-n", "-1"]]
)
def test_bad_usage(journal: Journal, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert main(["audit", *words]) == 2
    assert "write" in capsys.readouterr().err


def test_foreign_lines_are_told(journal: Journal, capsys: pytest.CaptureFixture[str]) -> None:
    journal.intent(entry())
    with journal.path.open("a") as file:
        file.write("rubbish\n")
    assert main(["audit"]) == 0
    told = capsys.readouterr()
    assert "ForbidLiveStream" in told.out
    assert "line 2" in told.err


def test_a_journal_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVETUI_STATE_DIR", str(tmp_path))
    (tmp_path / "journal.jsonl").mkdir()
    assert main(["audit"]) == 1


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("7d", timedelta(days=7)),
        ("1w", timedelta(7)),
    ],
)
def test_durations_go_back_from_now(text: str, back: timedelta) -> None:
    assert since_when(text, NOON) == NOON - back


def test_a_date_is_local(tmp_path: Path) -> None:
    assert since_when("2026-01-02", NOON) == datetime(2026, 1, 1, 16, tzinfo=UTC)
