"""Events on disk: whole lines, each once, through rotation, torn writes, full disks and company."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from livetui.settings import lines
from livetui.settings.events import EventsFile, EventsUnavailable, Kept, put_aside, read
from livetui.settings.listeners import SILENT, Listener, listeners, sweep, tell

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "events.jsonl"


def event(key: str, text: str = "") -> Kept:
    return Kept(key, NOON, "prod", {"event_type": 1, "stream_id": text})


def keys(path: Path) -> list[str]:
    return [kept.key for kept in read(path)]


def test_an_event_comes_back_as_it_was_kept(path: Path) -> None:
    odd = event("1:a", "cam\x1b[2J\x7f\u202e\ud800 文")
    assert EventsFile(path).add(odd)
    assert read(path) == [odd]
    raw = path.read_bytes()
    assert raw.endswith(b"}\n") and all(0x20 <= byte < 0x7F for byte in raw[:-1])
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_no_file_has_no_events(path: Path) -> None:
    assert read(path) == []


def test_each_is_kept_once_by_whomever(path: Path) -> None:
    one, two = EventsFile(path), EventsFile(path)
    assert one.add(event("1:a"))
    assert not two.add(event("1:a"))
    assert two.add(event("1:b"))
    assert not one.add(event("1:b"))
    assert not EventsFile(path).add(event("1:a"))
    assert keys(path) == ["1:a", "1:b"]


def test_the_file_is_put_aside_when_it_is_long_and_two_are_remembered(path: Path) -> None:
    files = [EventsFile(path, most_bytes=1000) for _ in range(3)]
    for number in range(60):
        assert files[number % 3].add(event(f"1:{number}"))
        assert not files[(number + 1) % 3].add(event(f"1:{number}"))
    assert path.stat().st_size <= 1000
    assert put_aside(path).stat().st_size <= 1000
    kept = keys(path)
    assert kept == [f"1:{number}" for number in range(60 - len(kept), 60)]
    assert len(kept) > 10
    assert not EventsFile(path).add(event(kept[0])), "the older file is remembered, too"
    assert sorted(one.name for one in path.parent.iterdir()) == ["events.1.jsonl", "events.jsonl"]
    assert put_aside(path).stat().st_mode & 0o777 == 0o600


def test_one_line_that_is_longer_than_a_file_is_kept(path: Path) -> None:
    file = EventsFile(path, most_bytes=1000)
    for number in range(3):
        assert file.add(event(f"1:{number}", "x" * 5000))
    assert keys(path) == ["1:1", "1:2"]


def test_a_file_that_was_taken_away_is_begun_anew(path: Path) -> None:
    file = EventsFile(path)
    file.add(event("1:a"))
    path.unlink()
    assert file.add(event("1:a"))
    assert keys(path) == ["1:a"]
    path.unlink()
    other = EventsFile(path)
    for number in range(5):
        assert other.add(event(f"1:{number}"))
    assert file.add(event("1:a"))
    assert not file.add(event("1:4"))


def test_a_torn_line_costs_no_other(path: Path) -> None:
    file = EventsFile(path)
    file.add(event("1:a"))
    with path.open("ab") as raw:
        raw.write(b'{"key":"1:torn","at":"20')
    assert file.add(event("1:b"))
    assert keys(path) == ["1:a", "1:b"]
    assert not EventsFile(path).add(event("1:b"))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"text",
        b"[]",
        b"5",
        b"[" * 10_000,
        b'{"key":1,"at":"2026-03-10T12:00:00+00:00","profile":"","message":{}}',
        b'{"key":"a","at":"2026-03-10T12:00:00","profile":"","message":{}}',
        b'{"key":"a","at":5,"profile":"","message":{}}',
        b'{"key":"a","at":"2026-03-10T12:00:00+00:00","profile":null,"message":{}}',
        b'{"key":"a","at":"2026-03-10T12:00:00+00:00","profile":"","message":[]}',
    ],
)
def test_foreign_lines_are_left_out(path: Path, line: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(line + b"\n")
    assert EventsFile(path).add(event("a"))
    assert keys(path) == ["a"]


def test_a_disk_that_takes_half_a_line_keeps_none_of_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = EventsFile(path)
    file.add(event("1:a"))
    before, real = path.read_bytes(), os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:10]))
    with pytest.raises(EventsUnavailable, match="part of the line"):
        file.add(event("1:b"))
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert file.add(event("1:b"))


def test_what_is_not_surely_on_disk_is_not_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else its next sending would be taken for a repeat of it."""
    file = EventsFile(path)
    file.add(event("1:a"))

    def lost(handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", lost)
    with pytest.raises(EventsUnavailable, match="Input/output error"):
        file.add(event("1:b"))
    monkeypatch.undo()
    assert keys(path) == ["1:a"]
    assert file.add(event("1:b"))


def test_a_folder_that_cannot_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    with pytest.raises(EventsUnavailable, match="cannot be written"):
        EventsFile(tmp_path / "state" / "events.jsonl").add(event("1:a"))


def test_a_writer_that_is_stuck_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    EventsFile(path).add(event("1:a"))
    monkeypatch.setattr(lines, "LOCK_SECONDS", 0.0)
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(EventsUnavailable, match="does not let go"):
            EventsFile(path).add(event("1:b"))


def test_processes_that_write_at_once_keep_each_event_once(path: Path) -> None:
    code = (
        "import sys\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        "from livetui.settings.events import EventsFile, Kept\n"
        "file = EventsFile(Path(sys.argv[1]), most_bytes=4000)\n"
        "at = datetime(2026, 3, 10, tzinfo=UTC)\n"
        "print(sum(file.add(Kept(f'1:{n % 40}', at, '', {})) for n in range(80)))"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    added = [int(process.communicate(timeout=60)[0]) for process in started]
    assert sum(added) == 40
    assert sorted(keys(path)) == sorted(f"1:{n}" for n in range(40))


# What listeners say of themselves.

ONE = Listener("ab12", "http://127.0.0.1:4", NOON, NOON, "prod", received=3, refused={"sign": 2})


def test_a_listener_comes_back_as_it_told(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    assert listeners(folder) == []
    tell(folder, ONE)
    tell(folder, replace(ONE, id="cd34", since=NOON - timedelta(hours=1)))
    assert listeners(folder)[1] == ONE
    assert [one.id for one in listeners(folder)] == ["cd34", "ab12"]


def test_silent_is_who_did_not_tell_for_long(tmp_path: Path) -> None:
    assert not ONE.silent(NOON + SILENT)
    assert ONE.silent(NOON + SILENT + timedelta(seconds=1))
    assert not replace(ONE, ended=True).silent(NOON + timedelta(days=1))
    tell(tmp_path, ONE)
    tell(tmp_path, replace(ONE, id="ended", ended=True))
    sweep(tmp_path, NOON)
    assert [one.id for one in listeners(tmp_path)] == ["ab12"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"listener": 5}',
        '{"listener": {"id": "ab12"}}',
        "changed:received:true",
        "changed:refused:5",
        'changed:refused:{"sign": "many"}',
        "changed:since:5",
        'changed:since:"2026-03-10T12:00:00"',
        'changed:id:"../../elsewhere"',
        "changed:more:1",
    ],
)
def test_foreign_files_are_left_out(tmp_path: Path, text: str) -> None:
    tell(tmp_path, ONE)
    file = tmp_path / "listener-ab12.json"
    if text.startswith("changed:"):
        _, name, value = text.split(":", 2)
        held = json.loads(file.read_bytes())
        held["listener"][name] = json.loads(value)
        text = json.dumps(held)
    file.write_text(text)
    assert listeners(tmp_path) == []
