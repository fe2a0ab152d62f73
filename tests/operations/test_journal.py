"""The journal keeps whole lines through kills, full disks and company."""

from __future__ import annotations

import errno
import fcntl
import json
import multiprocessing
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from livetui.catalogue.loader import UnknownAction
from livetui.operations.journal import (
    Foreign,
    Intent,
    IntentEntry,
    Journal,
    JournalUnavailable,
    Outcome,
    Settled,
    Who,
    pair,
    read,
    whoami,
)
from livetui.settings import lines

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
WHO = Who("ops@jump", "203.0.113.9", "/dev/pts/3")
FORBID = IntentEntry(
    profile="prod",
    account="AKIDexample0123456789wxyz",
    service="css",
    action="ForbidLiveStream",
    params={"AppName": "live", "DomainName": "push.harbor.example", "StreamName": "cam\x1b[2J\x7f\u202e"},
    target=[{"DomainName": "push.harbor.example", "StreamName": "cam1"}, "cam2"],
    reason="rights holder's call 文",
)


def journal_at(path: Path) -> Journal:
    return Journal(path, lambda: NOON, who=WHO)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "journal.jsonl"


def test_an_intent_and_its_outcome(path: Path) -> None:
    journal = journal_at(path)
    ident = journal.intent(FORBID)
    journal.outcome(ident, "accepted", request_id="r-1", took_ms=120)
    intent, outcome = read(path)
    assert isinstance(intent, Intent)
    assert (intent.at, intent.who, intent.pid) == (NOON, WHO, os.getpid())
    assert intent.account == "AKID…wxyz"
    assert (intent.effect, intent.undo) == ("destructive", "ResumeLiveStream")
    assert intent.target == ({"DomainName": "push.harbor.example", "StreamName": "cam1"}, "cam2")
    assert intent.params == FORBID.params
    assert intent.reason == FORBID.reason
    assert outcome == Outcome(ident, NOON, "accepted", request_id="r-1", took_ms=120)
    (record,) = pair(read(path))
    assert record.status == "accepted"
    assert not record.open


def test_the_file_is_private_and_safe_to_print(path: Path) -> None:
    journal_at(path).intent(FORBID)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    raw = path.read_bytes()
    assert raw.endswith(b"}\n")
    assert all(0x20 <= byte < 0x7F for byte in raw[:-1])


def test_secrets_never_reach_the_disk(path: Path) -> None:
    secret = "TheAuthKeyItself0123456789"
    params = {"DomainName": "push.harbor.example", "Enable": 1, "MasterAuthKey": secret}
    entry = IntentEntry("prod", "AKIDexample0123456789wxyz", "css", "ModifyLivePushAuthKey", params)
    journal_at(path).intent(entry)
    text = path.read_text()
    assert secret not in text
    assert "AKIDexample0123456789wxyz" not in text
    (intent,) = read(path)
    assert isinstance(intent, Intent)
    assert intent.params["MasterAuthKey"] == "••••6789"


def test_an_action_nobody_knows_is_not_recorded(path: Path) -> None:
    with pytest.raises(UnknownAction):
        journal_at(path).intent(IntentEntry("prod", "a", "css", "DropEverything", {}))
    assert not path.exists()


def test_an_intent_alone_is_unknown_until_settled(path: Path) -> None:
    journal = journal_at(path)
    first, second = journal.intent(FORBID), journal.intent(FORBID)
    journal.outcome(second, "unknown", message="no answer in 15 s")
    assert [(record.status, record.open) for record in pair(read(path))] == [("unknown", True)] * 2
    journal.settled(second, True, message="on the forbidden list", request_id="r-9")
    records = pair(read(path))
    assert [record.open for record in records] == [True, False]
    assert records[0].intent.id == first
    assert records[1].settled == Settled(second, NOON, True, "on the forbidden list", "r-9")


def test_no_journal_has_no_entries(path: Path) -> None:
    assert list(read(path)) == []


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        '{"kind":"intent"}',
        '{"kind":"other","id":"x","at":"2026-01-02T12:00:00+00:00"}',
        '{"kind":"outcome","id":"x","at":"2026-01-02T12:00:00","status":"accepted"}',
        '{"kind":"outcome","id":"x","at":"2026-01-02T12:00:00+00:00","status":"fine"}',
        '{"kind":"outcome","id":3,"at":"2026-01-02T12:00:00+00:00","status":"accepted"}',
        '{"kind":"outcome","id":"x","at":"yesterday","status":"accepted"}',
        '{"kind":"settled","id":"x","at":"2026-01-02T12:00:00+00:00","effective":"yes"}',
        "\x00" * 40,
        "[" * 100_000,
    ],
)
def test_a_foreign_line_is_passed_over(path: Path, line: str) -> None:
    journal = journal_at(path)
    journal.intent(FORBID)
    with path.open("a") as file:
        file.write(line + "\n")
    journal.intent(FORBID)
    kinds = [type(entry) for entry in read(path)]
    assert kinds == [Intent, Foreign, Intent]
    assert len(pair(read(path))) == 2


def test_members_of_a_later_version_are_no_harm(path: Path) -> None:
    journal = journal_at(path)
    journal.outcome("x", "refused", code="LimitExceeded")
    held = {**json.loads(path.read_text()), "news": 1}
    path.write_text(json.dumps(held) + "\n")
    assert next(read(path)) == Outcome("x", NOON, "refused", "LimitExceeded")


def test_a_torn_line_does_not_take_the_next_with_it(path: Path) -> None:
    journal = journal_at(path)
    journal.intent(FORBID)
    whole = path.read_bytes()
    for cut in (1, len(whole) // 2, len(whole) - 2, len(whole) - 1):
        path.write_bytes(whole + whole[:cut])
        ident = journal.intent(FORBID)
        entries = list(read(path))
        last = entries[-1]
        assert isinstance(last, Intent)
        assert last.id == ident
        # A line that lacks nothing but its end is whole.
        assert isinstance(entries[1], Foreign if cut < len(whole) - 1 else Intent)


WRITER = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from livetui.operations.journal import IntentEntry, Journal
journal = Journal(Path(sys.argv[1]), lambda: datetime.now(UTC))
print("ready", flush=True)
while True:
    params = {"StreamName": "x" * 5000}
    ident = journal.intent(IntentEntry("prod", "a", "css", "DropLiveStream", params))
    print(ident, flush=True)
"""


def test_a_kill_loses_no_entry_that_was_acknowledged(path: Path) -> None:
    for _ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        told = [writer.stdout.readline().strip() for _ in range(10)][1:]
        writer.send_signal(signal.SIGKILL)
        told += [line.strip() for line in writer.stdout]
        writer.stdout.close()
        writer.wait()
        kept = {entry.id for entry in read(path) if isinstance(entry, Intent)}
        assert {ident for ident in told if len(ident) == 16} <= kept
    before = len(kept)
    journal_at(path).intent(FORBID)
    records = pair(read(path))
    assert len(records) == before + 1
    assert all(record.status == "unknown" for record in records)


def _write_many(path: Path, name: str) -> None:
    journal = Journal(path, lambda: NOON, who=Who(name))
    for _ in range(50):
        ident = journal.intent(FORBID)
        journal.outcome(ident, "accepted", message=name * 3000)


def test_two_processes_keep_their_lines_whole(path: Path) -> None:
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=_write_many, args=(path, name)) for name in "ab"]
    for one in both:
        one.start()
    for one in both:
        one.join()
    entries = list(read(path))
    assert len(entries) == 200
    assert not any(isinstance(entry, Foreign) for entry in entries)
    assert all(record.status == "accepted" for record in pair(entries))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_told() -> None:
    with pytest.raises(JournalUnavailable, match="/dev/full cannot be written: No space left") as caught:
        journal_at(Path("/dev/full")).intent(FORBID)
    assert caught.value.path == Path("/dev/full")


def test_a_disk_that_takes_half_a_line_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = journal_at(path)
    journal.intent(FORBID)
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:100]))
    with pytest.raises(JournalUnavailable, match="only a part"):
        journal.intent(FORBID)
    monkeypatch.undo()
    ident = journal.intent(FORBID)
    kinds = [type(entry) for entry in read(path)]
    assert kinds == [Intent, Intent], "nothing of what was not sent is left"
    assert pair(read(path))[-1].intent.id == ident


def test_a_line_that_is_not_surely_on_disk_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    journal = journal_at(path)
    journal.check()
    monkeypatch.setattr(os, "fsync", lost)
    with pytest.raises(JournalUnavailable, match="Input/output"):
        journal.outcome("x", "accepted")


def test_a_file_in_the_folder_s_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("")
    journal = journal_at(tmp_path / "state" / "journal.jsonl")
    with pytest.raises(JournalUnavailable):
        journal.intent(FORBID)
    with pytest.raises(JournalUnavailable):
        journal.check()


def test_a_writer_that_is_stuck_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = journal_at(path)
    journal.check()
    monkeypatch.setattr(lines, "LOCK_SECONDS", 0.0)
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(JournalUnavailable, match="another livetui holds it"):
            journal.intent(FORBID)
    journal.intent(FORBID)
    assert len(list(read(path))) == 1


def test_checking_writes_nothing(path: Path) -> None:
    journal_at(path).check()
    assert path.read_bytes() == b""


def test_who_is_the_system_s_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "somebody-else")
    who = whoami({"SSH_CONNECTION": "203.0.113.9 50000 198.51.100.1 22"})
    assert who.client == "203.0.113.9"
    assert "somebody-else" not in who.user
    assert "@" in who.user
    assert whoami({}).client == ""


def test_times_are_written_in_utc(path: Path) -> None:
    from datetime import timezone

    beijing = timezone(timedelta(hours=8))
    Journal(path, lambda: NOON.astimezone(beijing), who=WHO).outcome("x", "refused")
    assert json.loads(path.read_text())["at"] == "2026-01-02T12:00:00.000+00:00"
