"""The line to the terminal: a thread that writes, so that a slow line never holds the event loop.

While it writes, frames come and go; when it is done, only the last of them is compared with what the terminal
shows. A line that is slower than the frames shows fewer of them, and is behind by what is on its way alone.
"""

from __future__ import annotations

import os
import select
import threading
from collections import deque
from queue import SimpleQueue

from livetui.console.terminal.differ import Differ, plainly
from livetui.console.terminal.wanted import Frame

PATIENCE = 5.0
"""Seconds that what was written last is waited for at the end; a line that is stuck holds no one longer."""


class Pace:
    """How much is on its way to a terminal that tells what has arrived.

    Pipes, shells and multiplexers between take in more than a slow line has brought to anybody's eyes. So the
    terminal is asked now and then, behind what was written, for something that it answers without a trace.
    """

    QUESTION = b"\x1b[?2026$p"
    """Whether it knows synchronised output (DECRQM); Textual asks it as well, and reads the answer."""
    MOST = 8192
    """Bytes on their way that the next frame waits behind."""
    EVERY = 2048
    """Bytes from one question to the next."""
    SECONDS = 2.0
    """So long an answer is waited for."""

    def __init__(self) -> None:
        self.answers = False
        """Whether it answers, for all that is known."""
        self._written = self._arrived = self._asked = 0
        self._questions: deque[int] = deque()
        self._news = threading.Event()
        self._missed = 0

    def question(self, length: int) -> bytes:
        """What to write behind so many bytes that are about to be written."""
        self._written += length
        if not self.answers or self._written - self._asked < self.EVERY:
            return b""
        self._asked = self._written
        self._questions.append(self._written)
        return self.QUESTION

    def answered(self) -> bool:
        """An answer came; whether it is to a question of ours. Called from any thread."""
        self.answers, self._missed = True, 0
        if not self._questions:
            return False
        self._arrived = max(self._arrived, self._questions.popleft())
        self._news.set()
        return True

    def wait(self) -> None:
        """Until there is little on its way, or no answer to be hoped for."""
        while self._questions and self._written - self._arrived > self.MOST:
            self._news.clear()
            if self._written - self._arrived > self.MOST and not self._news.wait(self.SECONDS):
                self._arrived = self._written
                self._missed += 1
                if self._missed > 2:
                    self.answers = False
                    self._questions.clear()


class _Foreign(str):
    """Output after which it is not known what the terminal shows."""


class Line:
    """Writes to a file descriptor in the order in which it is told to; of frames, only the latest."""

    def __init__(self, handle: int, differ: Differ, pace: Pace) -> None:
        self.pace = pace
        self._handle, self._differ = handle, differ
        # One that signal handlers may put into while it is being put into.
        self._queue: SimpleQueue[str | Frame | None] = SimpleQueue()
        self._latest: Frame | None = None
        self._called = False
        """Whether the thread has been called to the latest frame and has not taken it yet."""
        self._ending = self._broken = False
        self.fell_back = 0
        """Frames that were written in full because they could not be compared."""
        self._thread = threading.Thread(target=self._run, name="livetui-output", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def show(self, frame: Frame) -> None:
        """Bring the terminal to this, unless a later frame comes first."""
        self._latest = frame
        if not self._called:
            self._called = True
            self._queue.put(frame)

    def write(self, text: str) -> None:
        """Output that leaves the cells of the screen as they are."""
        self._queue.put(text)

    def pass_on(self, text: str) -> None:
        """Output after which it is not known what the terminal shows; later frames come after it."""
        self._queue.put(_Foreign(text))
        self._called = False

    def stop(self) -> None:
        """Write what there is to write, and end."""
        self._ending = True
        self._queue.put(None)
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            if isinstance(item, str):
                if isinstance(item, _Foreign):
                    self._differ.forget()
                self._write(item)
            else:
                if not self._ending:
                    self.pace.wait()
                self._called = False
                self._write(self._output(self._latest or item))

    def _output(self, frame: Frame) -> str:
        try:
            return self._differ.output(frame)
        except Exception:  # noqa: BLE001
            # Whatever is wrong with saving bytes, the operator has to see the screen.
            self.fell_back += 1
            self._differ.forget()
            return plainly(frame)

    def _write(self, text: str) -> None:
        data = text.encode(errors="backslashreplace")
        data += self.pace.question(len(data))
        while data and not self._broken:
            try:
                data = data[os.write(self._handle, data) :]
            except BlockingIOError:
                select.select([], [self._handle], [])
            except OSError:
                # The terminal is gone. Whoever reads from it is told so; there is nobody to write to.
                self._broken = True
