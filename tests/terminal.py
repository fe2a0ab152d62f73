"""A real terminal for tests: a command under a pty, and the screen it draws."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path
from struct import pack
from termios import TIOCSWINSZ

import pyte

import livetui

PROJECT = Path(livetui.__file__).parents[1]
PATIENCE = 30.0
"""Seconds to wait for a screen on a busy machine; a test that passes waits only as long as it takes."""


class Terminal:
    """80x24, with a `livetui` in it."""

    def __init__(self, child: subprocess.Popen[bytes], handle: int, size: tuple[int, int]) -> None:
        self.child, self._handle = child, handle
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.drawn = b""

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def until(self, true: Callable[[str], object], what: str = "") -> str:
        """Wait for the screen to come to a state and return it; fails with what it shows instead."""
        end = time.monotonic() + PATIENCE
        while not true(self.text):
            left = end - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"never came: {what}\n{self.text}")
        return self.text

    def shows(self, *texts: str) -> str:
        return self.until(lambda text: all(one in text for one in texts), " and ".join(texts))

    def press(self, keys: str) -> None:
        os.write(self._handle, keys.encode())

    def ends(self) -> int:
        """Wait for the command to end; its exit code."""
        end = time.monotonic() + PATIENCE
        while self._read(max(0.0, end - time.monotonic())):
            pass
        return self.child.wait(PATIENCE)

    def _read(self, seconds: float) -> bool:
        """Take in what is drawn next; False when nothing came in that time or nothing will."""
        ready, _, _ = select.select([self._handle], [], [], seconds)
        try:
            data = os.read(self._handle, 65536) if ready else b""
        except OSError:  # how Linux tells that the other end is closed
            data = b""
        self.drawn += data
        self._stream.feed(data)
        return bool(data)


@contextmanager
def terminal(
    *words: str, env: Mapping[str, str], size: tuple[int, int] = (80, 24), cwd: Path = PROJECT
) -> Iterator[Terminal]:
    """`livetui WORDS` in a terminal of its own, with nothing in its environment but `env`."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, pack("HHHH", size[1], size[0], 0, 0))
    hang_up = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it would be ignored for good
    child = subprocess.Popen(
        [sys.executable, "-m", "livetui", *words],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **env},
    )
    signal.signal(signal.SIGHUP, hang_up)
    os.close(theirs)
    try:
        with child:
            try:
                yield Terminal(child, ours, size)
            finally:
                if child.poll() is None:
                    os.killpg(child.pid, signal.SIGKILL)
    finally:
        os.close(ours)
