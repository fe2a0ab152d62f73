"""`livetui demo` as it is started: in a terminal, and where there is none."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from terminal import PATIENCE, PROJECT, terminal

from livetui.cli import main
from livetui.commands import demo
from livetui.settings.profiles import SERVICES


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {
        "HOME": str(tmp_path),
        "LIVETUI_CONFIG_DIR": str(tmp_path / "config"),
        "LIVETUI_STATE_DIR": str(tmp_path / "state"),
    }


def children(pid: int) -> list[int]:
    """Processes that this one started and that are still at work."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
        except OSError:
            continue  # gone in the meantime
        if int(parent) == pid and state != "Z":
            found.append(int(folder.name))
    return found


@contextmanager
def watched(pid: int) -> Iterator[Callable[[], bool]]:
    """A way to wait for the end of a process that is not our own child."""
    handle = os.pidfd_open(pid)
    try:
        yield lambda: bool(select.select([handle], [], [], PATIENCE)[0])
    finally:
        os.close(handle)


def rows(text: str) -> list[str]:
    """The lines of the table that hold a stream."""
    return [line for line in text.splitlines() if re.search(r"\blive\b.*\b(push|live)\.", line)]


needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


@needs_proc
def test_the_demo_moves_and_leaves_nothing_behind(env: dict[str, str], tmp_path: Path) -> None:
    with terminal("demo", env=env) as screen:
        first = screen.until(
            lambda text: (
                "as of" in text
                and all(any(source in row for row in rows(text)) for source in ("demo css", "demo-ali"))
            ),
            "a table of both clouds' streams",
        )
        assert "[all sources]" in first
        (emulator,) = children(screen.child.pid)
        with watched(emulator) as ends:
            screen.until(lambda text: rows(text) and rows(text) != rows(first), "a table that moves")
            screen.press("q")
            assert screen.ends() == 0
            assert ends()
    assert not (tmp_path / "config").exists()


@needs_proc
def test_the_emulated_account_ends_with_a_demo_that_was_killed(env: dict[str, str]) -> None:
    with terminal("demo", env=env) as screen:
        screen.until(rows, "a table of streams")
        (emulator,) = children(screen.child.pid)
        with watched(emulator) as ends:
            os.kill(screen.child.pid, signal.SIGKILL)
            assert ends()


def test_the_demo_starts_at_the_pane_asked_for_and_read_only(env: dict[str, str]) -> None:
    with terminal("demo", "--pane", "domains", "--read-only", "--streams", "3", env=env) as screen:
        screen.shows("READ-ONLY", "[1 Domains]", "push.harbor.example")
        screen.press("q")
        assert screen.ends() == 0


def test_without_a_terminal_it_says_what_there_is_for_scripts(env: dict[str, str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "livetui", "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, **env},
        cwd=PROJECT,
        timeout=PATIENCE,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert "livetui emulator" in run.stderr


def test_bad_numbers_are_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--streams", "-1"], ["--latency", "-5"], ["--streams", "many"]):
        with pytest.raises(SystemExit) as left:
            main(["demo", *words])
        assert left.value.code == 2
    assert "0 or more" in capsys.readouterr().err


def test_the_demo_has_an_account_of_each_cloud_with_all_their_services() -> None:
    told = {
        "url": "http://127.0.0.1:1",
        **{name: f"{name} x" for name in ("secret_id", "secret_key", "access_key_id", "access_key_secret")},
        "lvb_appid": "1",
        "lvb_key": "lvb_key x",
        "domains": ["live.harbor.example"],
    }
    tencent, aliyun = demo.profiles(told)
    assert (tencent.name, tencent.served) == ("demo", SERVICES["tencent"])
    assert (aliyun.name, aliyun.served, aliyun.domains) == (
        "demo-ali",
        SERVICES["aliyun"],
        ("live.harbor.example",),
    )
    keys = [tencent.credential_for("css"), tencent.credential_for("lvb"), aliyun.credential_for("apsara")]
    assert [key and key.secret_key for key in keys] == ["secret_key x", "lvb_key x", "access_key_secret x"]


def test_why_the_emulated_account_did_not_start_is_told() -> None:
    with pytest.raises(demo.NotStarted, match="0 or more"), demo.emulated(streams=-1):
        raise AssertionError("it started")


def test_a_folder_full_of_traps_is_not_imported_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo is started from anywhere, also where a `random.py` lies about."""
    for name in ("random", "json", "uvicorn", "livetui"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong one')\n")
    monkeypatch.chdir(tmp_path)
    with demo.emulated(streams=0) as told:
        assert told["url"].startswith("http://127.0.0.1:")


def test_the_child_is_gone_when_the_console_fails() -> None:
    with pytest.raises(RuntimeError, match="crashed"), demo.emulated(streams=0) as told:
        url = told["url"]
        raise RuntimeError("crashed")
    with socket.socket() as probe:
        port = int(url.rpartition(":")[2])
        assert probe.connect_ex(("127.0.0.1", port)) != 0
