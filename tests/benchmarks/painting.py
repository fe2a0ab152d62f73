"""Programs in a terminal of their own, and what they paint."""

from __future__ import annotations

import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from fcntl import ioctl
from tempfile import TemporaryDirectory
from typing import Any

from served import Place

from livetui.settings import paths, save_profile

PATIENCE = 60.0
"""Seconds that a program is waited for."""

CONSOLE = "import sys; from livetui.cli import main; sys.exit(main(['--profile', 'bench']))"
BARE = "from bare import Bare; Bare().run()"
HEADER = b"STREAM"
"""The title of the table's first column; the bare app says the same word."""


class Painted:
    """A program, what it wrote so far, and when it was started."""

    def __init__(self, process: subprocess.Popen[bytes], reads: int, started: float) -> None:
        self.process, self._reads, self.started = process, reads, started
        self.wrote = b""
        self._screen: Any = None
        self._stream: Any = None
        self._fed = 0

    def read(self) -> bytes:
        """What comes next."""
        ready, _, _ = select.select([self._reads], [], [], PATIENCE)
        if not ready:
            raise TimeoutError("nothing was painted")
        try:
            came = os.read(self._reads, 65536)
        except OSError:  # so Linux tells that the other side has closed
            came = b""
        if not came:
            raise RuntimeError(f"the program has ended: {self.wrote[-2000:].decode(errors='replace')}")
        self.wrote += came
        return came

    def until(self, word: bytes) -> float:
        """Seconds from the start until the word was painted."""
        while word not in self.wrote:
            self.read()
        return time.perf_counter() - self.started

    def type(self, keys: bytes) -> None:
        os.write(self._reads, keys)

    def watch(self, size: tuple[int, int], true: Callable[[str], object]) -> str:
        """Wait until the screen's text is as asked for; returns it."""
        import pyte

        if self._screen is None:
            self._screen = pyte.Screen(*size)
            self._stream = pyte.ByteStream(self._screen)
        began = time.perf_counter()
        while True:
            # All that was written counts: the console sends only the cells that differ.
            self._stream.feed(self.wrote[self._fed :])
            self._fed = len(self.wrote)
            if true(text := "\n".join(self._screen.display)):
                break
            if time.perf_counter() - began > PATIENCE:
                raise TimeoutError(f"never came:\n{text}")
            self.read()
        return text


@contextmanager
def painting(code: str, env: Mapping[str, str], size: tuple[int, int] = (80, 24)) -> Iterator[Painted]:
    """A Python program in a terminal of that many columns and lines; it ends with the block."""
    mine, its = pty.openpty()
    ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    told = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **env}
    told.pop("NO_COLOR", None)
    try:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-c", code], stdin=its, stdout=its, stderr=its, env=told, start_new_session=True
        )
        os.close(its)
        try:
            yield Painted(process, mine, started)
        finally:
            process.kill()
            process.wait()
    finally:
        os.close(mine)


@contextmanager
def profile_folder(place: Place, poll: float = 3600.0) -> Iterator[dict[str, str]]:
    """The environment of a console with one profile, `bench`, on the account; read at the full rate."""
    with TemporaryDirectory() as folder:
        env = {f"LIVETUI_{kind}_DIR": f"{folder}/{kind.lower()}" for kind in ("CONFIG", "STATE", "CACHE")}
        made = place.profile(poll_streams=poll, poll_others=poll, polling_share=1.0)
        save_profile(paths(env).config_file, made)
        yield env
