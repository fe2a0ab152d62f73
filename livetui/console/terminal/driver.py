"""Where the differ is joined to Textual: a driver whose output goes through it.

This is the only file that leans on how Textual works, and on no more than this:
- `App.get_driver_class` (public) says which driver is used, and on Linux that is `LinuxDriver`;
- all output goes through `Driver.write` (public), a frame in one call, to the terminal of `sys.__stderr__`;
- a frame is moves (CUP), text and SGRs, between the two switches of mode 2026 where the terminal has it;
- the terminal's answer to DECRQM 2026 comes to `Driver.process_message` (public) as a message;
- `LinuxDriver.run_input_thread` (public) is what reads the keys.
What of that can be told beforehand is checked, and Textual's own driver used where it does not hold. Output
that is not understood is passed on as it is; after it, nothing is taken for known until Textual has drawn it
again. After a resize, a suspension or a switch of screens, everything is written anew.
"""

from __future__ import annotations

import os
import re
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import Any

from textual import messages
from textual.driver import Driver
from textual.message import Message

try:
    from textual.drivers.linux_driver import LinuxDriver
except ImportError:  # where there are no such terminals
    LinuxDriver = None  # type: ignore[assignment,misc]

from livetui.console.terminal.cells import Unknown
from livetui.console.terminal.differ import SYNC_END, SYNC_START, Differ
from livetui.console.terminal.kinds import kind_of
from livetui.console.terminal.line import Line, Pace
from livetui.console.terminal.wanted import Frame, Wanted

OFF = "LIVETUI_PLAIN_OUTPUT"
"""Set in the environment, it leaves all output to Textual."""

_WITHOUT_A_TRACE = re.compile(
    r"(?:\x07"
    r"|\x1b\[\?(?:7|25|1000|1002|1003|1004|1006|1015|1016|2004|2048)[hl]"
    r"|\x1b\[\?\d+\$p"
    r"|\x1b\[[<=>][\d;]*u"
    r"|\x1b\](?:0|1|2|22|52);[^\x07\x1b]*(?:\x07|\x1b\\)"
    r")+"
)
"""Modes of input and wrapping, questions, bell, title, pointer, clipboard: they leave every cell as it is."""
_OTHER_SCREEN = re.compile(r"\x1b\[\?1049[hl]")


def joined(theirs: type[Driver]) -> type[Driver]:
    """The driver to use in place of Textual's: one that writes less where that is known to go well."""
    if LinuxDriver is None or theirs is not LinuxDriver or os.environ.get(OFF):
        return theirs
    to = sys.__stderr__
    if to is None or not to.isatty() or to.encoding.lower().replace("-", "") != "utf8":
        return theirs
    return DifferingDriver


if LinuxDriver is not None:

    class DifferingDriver(LinuxDriver):
        """Textual's driver, but for the way that output takes."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            assert sys.__stderr__ is not None
            self._output = sys.__stderr__.fileno()
            self._line: Line | None = None
            self._wanted = Wanted()
            self._frame: Frame | None = None
            """What the screen should show, as far as that is known."""
            self._synchronised = False
            self._touched = False
            """Whether the terminal may have changed what it shows by itself, as it does when resized."""
            self.frames = self._passed_on = 0
            self._lines_fell_back = 0

        @property
        def fell_back(self) -> int:
            """Of the `frames` that Textual drew, how many went out at full length."""
            return self._passed_on + self._lines_fell_back + (self._line.fell_back if self._line else 0)

        def start_application_mode(self) -> None:
            self._line = Line(self._output, Differ(kind_of(os.environ.get("TERM", ""))), Pace())
            self._line.start()
            self._comes_through = False
            super().start_application_mode()  # type: ignore[no-untyped-call]
            if not self._comes_through:
                # It writes in another way than was known: leave it to it.
                self._leave()
            theirs = signal.getsignal(signal.SIGWINCH)

            def resized(number: int, frame: FrameType | None) -> None:
                self._touched = True
                if callable(theirs):
                    theirs(number, frame)

            signal.signal(signal.SIGWINCH, resized)
            if self._line is not None and self._frame is not None:
                # Back from a suspension by a signal, after which Textual draws nothing by itself.
                self._line.show(self._frame)

        def run_input_thread(self) -> None:
            # A terminal that is gone is no error of the program's: whoever watches the line ends it.
            with suppress(OSError):
                super().run_input_thread()

        def close(self) -> None:
            self._leave()
            super().close()

        def _leave(self) -> None:
            line, self._line = self._line, None
            if line is not None:
                line.stop()
                self._lines_fell_back += line.fell_back

        def process_message(self, message: Message) -> None:
            if isinstance(message, messages.InBandWindowResize):
                self._touched = True
            elif (
                isinstance(message, messages.TerminalSupportsSynchronizedOutput)
                and self._line is not None
                and self._line.pace.answered()
            ):
                return
            super().process_message(message)

        def write(self, data: str) -> None:
            self._comes_through = True
            line = self._line
            if line is None:
                super().write(data)
            elif data in (SYNC_START, SYNC_END):
                self._synchronised = data == SYNC_START
            elif _WITHOUT_A_TRACE.fullmatch(data):
                line.write(data)
            elif _OTHER_SCREEN.fullmatch(data):
                line.pass_on(data)
            else:
                self._show(line, data)

        def _show(self, line: Line, data: str) -> None:
            if self._touched:
                self._touched = False
                line.pass_on("")
            self.frames += 1
            try:
                size = os.get_terminal_size(self._output)
                frame = self._wanted.draw(data, (size.columns, size.lines), synchronised=self._synchronised)
            except (Unknown, OSError):
                self._passed_on += 1
                self._pass_on(line, f"{SYNC_START}{data}{SYNC_END}" if self._synchronised else data)
            else:
                self._frame = frame
                line.show(frame)

        def _pass_on(self, line: Line, data: str) -> None:
            self._wanted.forget()
            self._frame = None
            line.pass_on(data)
