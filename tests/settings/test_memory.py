"""What is remembered between runs, and what damage to it does: little."""

from __future__ import annotations

import multiprocessing
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from livetui.settings import Memory, MemoryUnavailable
from livetui.settings.memory import RECENT_CALLS

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "state", Clock())


def test_an_empty_memory_knows_nothing(memory: Memory, tmp_path: Path) -> None:
    assert memory.view("prod", "streams") == {}
    assert memory.recent_calls("prod") == []
    assert memory.draft("prod", "x") is None
    assert memory.drafts("prod") == []
    assert memory.cautions == []
    memory.drop_draft("prod", "x")
    assert not (tmp_path / "state").exists()


def test_views_are_kept_by_profile_and_pane(memory: Memory, tmp_path: Path) -> None:
    memory.keep_view("prod", "streams", {"sort": "-age", "filter": "cam"})
    memory.keep_view("prod", "domains", {"sort": "name"})
    memory.keep_view("stage", "streams", {})
    again = Memory(tmp_path / "state", Clock())
    assert again.view("prod", "streams") == {"sort": "-age", "filter": "cam"}
    assert again.view("stage", "streams") == {}
    again.keep_view("prod", "streams", {"filter": None, "columns": {"hidden": ["app"]}})
    assert memory.view("prod", "streams") == {"sort": "-age", "columns": {"hidden": ["app"]}}
    assert memory.views("prod").keys() == {"streams", "domains"} and memory.views("none") == {}
    assert (tmp_path / "state" / "views.json").stat().st_mode & 0o777 == 0o600


def test_recent_calls_are_newest_first_once_and_not_endless(memory: Memory) -> None:
    for number in range(RECENT_CALLS + 5):
        memory.keep_call("prod", "css", "DescribeLiveDomains", {"PageNum": number})
    memory.keep_call("prod", "css", "DescribeLiveDomains", {"PageNum": 30})
    calls = memory.recent_calls("prod")
    assert [call.params["PageNum"] for call in calls[:3]] == [30, RECENT_CALLS + 4, RECENT_CALLS + 3]
    assert len(calls) == RECENT_CALLS
    assert sum(call.params["PageNum"] == 30 for call in calls) == 1


def test_a_draft_tells_unset_from_empty(memory: Memory) -> None:
    memory.keep_draft("prod", "CreateLiveRecordTemplate", {"Description": ""})
    memory.keep_draft("prod", "ModifyLiveTranscodeTemplate 7", {"Fps": 25})
    draft = memory.draft("prod", "CreateLiveRecordTemplate")
    assert draft is not None
    assert draft.values == {"Description": ""}
    assert [one.form for one in memory.drafts("prod")] == [
        "ModifyLiveTranscodeTemplate 7",
        "CreateLiveRecordTemplate",
    ]
    memory.drop_draft("prod", "CreateLiveRecordTemplate")
    assert memory.draft("prod", "CreateLiveRecordTemplate") is None


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"\xff\x00", b"[" * 100_000, b'{"prod": {"f": {"values"']
)
def test_damage_is_set_aside_and_told(memory: Memory, tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "state" / "drafts.json"
    file.parent.mkdir()
    file.write_bytes(damage)
    assert memory.draft("prod", "f") is None
    assert [caution.path for caution in memory.cautions] == [file]
    memory.keep_draft("prod", "f", {"A": 1})
    assert memory.draft("prod", "f") is not None
    assert file.with_name("drafts.json.damaged").read_bytes() == damage


@pytest.mark.parametrize("odd", ['{"prod": 3}', '{"prod": {"f": 3}}', '{"prod": [3, {"params": {}}]}'])
def test_odd_shapes_count_as_nothing(memory: Memory, tmp_path: Path, odd: str) -> None:
    (tmp_path / "state").mkdir()
    for name in ("views", "calls", "drafts"):
        (tmp_path / "state" / f"{name}.json").write_text(odd)
    assert memory.view("prod", "f") == {}
    assert memory.recent_calls("prod") == []
    assert memory.drafts("prod") == []
    memory.keep_view("prod", "f", {"a": 1})
    memory.keep_call("prod", "css", "X", {})
    memory.keep_draft("prod", "f", {})
    assert memory.view("prod", "f") == {"a": 1}


def test_a_disk_that_is_full_is_told(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MemoryUnavailable, match=r"drafts\.json: No space left"):
        memory.keep_draft("prod", "f", {})


def _keep(folder: Path, name: str) -> None:
    memory = Memory(folder, Clock())
    for number in range(20):
        memory.keep_draft("prod", f"{name}{number}", {})


def test_two_consoles_lose_nothing_of_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    both = [context.Process(target=_keep, args=(tmp_path, name)) for name in "ab"]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len(Memory(tmp_path, Clock()).drafts("prod")) == 40
