"""`livetui listen` as a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from notified import GOOD, KEY, push, signed

from livetui.cli import main
from livetui.settings.events import read
from livetui.settings.listeners import listeners


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for kind in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"LIVETUI_{kind}_DIR", str(tmp_path / kind.lower()))
    monkeypatch.setenv("LIVETUI_CALLBACK_KEY", KEY)
    return tmp_path / "state"


@contextmanager
def listen(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, "-m", "livetui", "listen", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process, json.loads(process.stdout.readline())["url"]
        finally:
            process.kill()


def post(url: str, message: dict[str, Any]) -> httpx.Response:
    return httpx.post(url, json=message, trust_env=False)


def now_signed(message: dict[str, Any]) -> dict[str, Any]:
    return signed(message, int(time.time()) + 600)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_prints_events_as_json_lines_and_its_counts_at_the_end(number: int, state: Path) -> None:
    with listen() as (process, url):
        message = now_signed(push(stream_id="cam\x1b[2J\x7f\u202e"))
        assert post(f"{url}/any/path?x=1", message).json() == GOOD
        assert post(url, message).json() == GOOD
        assert post(url, {**message, "sign": "0" * 32}).status_code == 403
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert process.returncode == 0
    (line,) = out.splitlines()
    assert line.isascii() and line.isprintable()
    told = json.loads(line)
    assert told["event_type"] == 1
    assert told["message"]["stream_id"] == "cam\x1b[2J\x7f\u202e"
    assert err == "livetui: received 1, repeated 1, refused 1 (1 sign)\n"
    assert KEY not in out + err
    assert message["sign"] not in out + err
    assert len(read(state / "events.jsonl")) == 1
    (listener,) = listeners(state)
    assert listener.ended
    for file in state.iterdir():
        assert KEY not in file.read_text()


def test_it_ends_when_its_output_is_closed() -> None:
    with listen() as (process, url):
        process.stdout.close()
        process.stdout = None
        assert post(url, now_signed(push())).json() == GOOD
        assert process.wait(10) == 141


def test_the_key_is_never_an_argument(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["listen", "--help"])
    assert "--key-from PROFILE" in capsys.readouterr().out
    for word in ("--key", "--key=abc"):
        with pytest.raises(SystemExit) as ended:
            main(["listen", word])
        assert ended.value.code == 2


def test_without_a_key_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("LIVETUI_CALLBACK_KEY")
    monkeypatch.setattr(sys, "stdin", StringIO())
    assert main(["listen"]) == 2
    said = capsys.readouterr().err
    assert "LIVETUI_CALLBACK_KEY" in said and "--no-sign" in said
    assert main(["listen", "--key-from", "nobody"]) == 2
    assert "no profile 'nobody'" in capsys.readouterr().err


def test_unsigned_has_to_be_said() -> None:
    with listen("--no-sign") as (_, url):
        assert post(url, push()).json() == GOOD


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_other_machines_are_kept_out(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["listen", "--host", host]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "--expose" in captured.err


def test_a_port_that_is_taken_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with listen() as (_, url):
        assert main(["listen", "--port", url.rpartition(":")[2]]) == 2
    assert "cannot listen" in capsys.readouterr().err


@pytest.mark.parametrize("inline", [True, False])
def test_a_profile_lends_its_callback_key(state: Path, monkeypatch: pytest.MonkeyPatch, inline: bool) -> None:
    """Its API key is of no use here, so it does not matter that the environment has none."""
    monkeypatch.delenv("LIVETUI_CALLBACK_KEY")
    monkeypatch.setenv("HOOK_KEY", KEY)
    held = f'"{KEY}"' if inline else '{env = "HOOK_KEY"}'
    file = state.parent / "config" / "config.toml"
    file.parent.mkdir()
    file.write_text(f"[profiles.prod]\ncredential = {{env = true}}\ncallback_key = {held}\n")
    with listen("--key-from", "prod") as (_, url):
        assert post(url, now_signed(push())).json() == GOOD
        assert post(url, signed(push(), int(time.time()) + 600, "another-key")).status_code == 403
    (kept,) = read(state / "events.jsonl")
    assert kept.profile == "prod"


def test_a_profile_without_a_callback_key_says_what_to_do(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = state.parent / "config" / "config.toml"
    file.parent.mkdir()
    prod = "[profiles.prod]\ncredential = {env = true}\n"
    file.write_text(prod)
    assert main(["listen", "--key-from", "prod"]) == 2
    assert "profile prod has no callback_key" in capsys.readouterr().err
    file.write_text(prod + 'callback_key = {env = "HOOK_KEY"}\n')
    assert main(["listen", "--key-from", "prod"]) == 2
    assert "export HOOK_KEY" in capsys.readouterr().err
