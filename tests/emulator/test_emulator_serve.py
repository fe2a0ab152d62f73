"""`livetui emulator` as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest
from emulated import make_emulator, signed

from livetui import loopback
from livetui.cli import main
from livetui.emulator import serve


@contextmanager
def emulator(*words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    command = [sys.executable, "-m", "livetui", "emulator", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_tells_where_it_listens_and_ends_when_told(number: int):
    with emulator("--streams", "12", "--seed", "3", "--no-rate-limits") as (process, told):
        aliyun, lvb = {"access_key_id", "access_key_secret"}, {"lvb_appid", "lvb_key"}
        assert set(told) == {"url", "secret_id", "secret_key", "domains"} | aliyun | lvb
        assert all(told.values())
        state = httpx.get(f"{told['url']}/_emulator/state", trust_env=False).json()
        assert state["streams"]["all"] == 12 + len(make_emulator(streams=0).account.streams.by_key)
        assert (state["seed"], state["limits"]) == (3, False)
        headers, body = signed(
            "DescribeLiveStreamOnlineList",
            {},
            at=datetime.now(UTC),
            host=told["url"].removeprefix("http://"),
            secret_id=told["secret_id"],
            secret_key=told["secret_key"],
        )
        reply = httpx.post(told["url"], headers=headers, content=body, trust_env=False)
        assert "OnlineInfo" in reply.json()["Response"]
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
        assert (process.returncode, out, err) == (0, "", "")


def test_it_ends_with_its_standard_input():
    with emulator("--until-stdin-closes") as (process, _):
        process.stdin.close()
        assert process.wait(10) == 0


def test_it_ends_with_its_parent():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as parent:
        with emulator("--parent-pid", str(parent.pid)) as (process, _):
            parent.communicate(b"\n")
            assert process.wait(10) == 0


def test_a_parent_that_is_gone_is_gone():
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pass
    assert not serve._alive(child.pid)
    assert serve._alive(os.getpid())


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_other_machines_are_kept_out(host: str, capsys: pytest.CaptureFixture[str]):
    assert main(["emulator", "--host", host]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "--expose" in captured.err


def test_leave_can_be_given():
    listening = loopback.bind("0.0.0.0", 0, expose=True)
    with listening:
        assert loopback.url_of(listening).startswith("http://0.0.0.0:")


def test_a_port_in_use_is_named(capsys: pytest.CaptureFixture[str]):
    with loopback.bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert main(["emulator", "--port", str(port)]) == 2
    assert str(port) in capsys.readouterr().err
