"""A second judge: tmux, which is also where the console is mostly run."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from emulated import Served
from gestures import KEYS, PATIENCE, command

from livetui.console.terminal.driver import OFF

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="there is no tmux here")


class Pane:
    """A console in a tmux of its own."""

    def __init__(self, socket: Path) -> None:
        self._socket, self._marks = socket, 0

    def tell(self, *words: str) -> str:
        done = subprocess.run(["tmux", "-S", self._socket, *words], stdout=subprocess.PIPE, check=True)
        return done.stdout.decode()

    def after(self, *keys: str) -> str:
        """The screen with its colours and attributes, once all that was pressed has been answered."""
        self._marks += 1
        for key in (*keys, "f12"):
            self.tell("send-keys", "-l", KEYS.get(key, key))
        end = time.monotonic() + PATIENCE
        while f"mark {self._marks}" not in self.tell("display-message", "-p", "#{pane_title}"):
            assert time.monotonic() < end, self.tell("capture-pane", "-p")
        return self.tell("capture-pane", "-p", "-e")


@contextmanager
def pane(url: str, folder: Path, env: dict[str, str]) -> Iterator[Pane]:
    folder.mkdir()
    made = Pane(folder / "tmux")
    words = command(url, folder)
    variables = {**env, "PYTHONPATH": os.pathsep.join(sys.path), "LC_ALL": "C.UTF-8"}
    setting = [word for name, value in variables.items() for word in ("-e", f"{name}={value}")]
    where = ["-x", "80", "-y", "24", "-c", str(folder)]
    made.tell("-f", "/dev/null", "new-session", "-d", *where, *setting, shlex.join(words))
    try:
        end = time.monotonic() + PATIENCE
        while "as of" not in (text := made.tell("capture-pane", "-p")):
            assert time.monotonic() < end, text
        yield made
    finally:
        made.tell("kill-server")


def test_tmux_shows_the_same(serve_emulator: Callable[..., Served], tmp_path: Path) -> None:
    accounts = [serve_emulator() for _ in range(2)]
    for account in accounts:
        account.app._request_id = lambda: "00000000-1111-2222-3333-444444444444"
    with (
        pane(accounts[0].url, tmp_path / "thrifty", {}) as thrifty,
        pane(accounts[1].url, tmp_path / "plain", {OFF: "1"}) as plain,
    ):
        for keys in (
            (),
            ("f11",),
            ("f10",),
            ("f7",),
            ("down",) * 20,
            ("down",) * 3,
            ("pagedown",),
            ("up",) * 30,
        ):
            thrifty.after(*keys), plain.after(*keys)
            # An age may turn, and a reading come, in the one before it does in the other.
            end = time.monotonic() + PATIENCE
            while (shown := thrifty.after()) != (expected := plain.after()):
                assert time.monotonic() < end, (keys, shown, expected)
