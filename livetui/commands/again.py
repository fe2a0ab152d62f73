"""A console that may be killed: it runs in a process of its own, and the terminal is put right after it."""

from __future__ import annotations

import os
import signal
import sys
import termios
from collections.abc import Callable

AS_BEFORE = "\x1b[?2004l\x1b[?7h\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l\x1b[0m\r"
"""What a console that ends by itself writes last: no paste mode, wrapping, the usual screen and cursor."""

KILLED = """\
The console was killed (kill -9). The account is as it was then, and the journal has what was sent:
    livetui audit --since 10m
Enter starts the console again on the same account, q and Enter ends: """


def run(console: Callable[[bool], int]) -> int:
    """Run it until it ends by itself; its exit code. `console` is told whether it is the first time."""
    before = termios.tcgetattr(sys.stdin)
    first = True
    while True:
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = console(first)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(code)
        code = _wait(child)
        if code != -signal.SIGKILL:
            return code if code >= 0 else 128 - code
        first = False
        termios.tcsetattr(sys.stdin, termios.TCSAFLUSH, before)
        sys.stdout.write(AS_BEFORE + KILLED)
        sys.stdout.flush()
        if sys.stdin.readline().strip() not in ("", "y"):
            return 0


def _wait(child: int) -> int:
    """The exit code of the process, or less than zero for the signal that ended it."""
    handed_on = {
        number: signal.signal(number, lambda number, frame: os.kill(child, number))
        for number in (signal.SIGTERM, signal.SIGHUP)
    }
    try:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        for number, handler in handed_on.items():
            signal.signal(number, handler)
