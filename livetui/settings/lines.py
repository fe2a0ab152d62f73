"""Files of lines that several processes append to: private, each line whole and seen on disk."""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from livetui.settings.paths import FILE_MODE, private_folder, sync_folder

LOCK_SECONDS = 2.0
"""How long to wait for another livetui that is writing its line."""


def opened(path: Path) -> int:
    """The file for appending, made with its folder where it is not there; the caller closes it."""
    fresh = not path.exists()
    if fresh:
        private_folder(path.parent)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    if fresh:
        try:
            sync_folder(path.parent)
        except OSError:
            os.close(handle)
            raise
    return handle


def lock(handle: int) -> None:
    """Keep other writers out until the file is closed. Raises TimeoutError: one of them is stuck."""
    give_up = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                raise TimeoutError(None, "another livetui holds it and does not let go") from None
            time.sleep(0.005)


def append(handle: int, data: bytes) -> None:
    """Write lines to a locked file and see them on disk, or raise OSError and leave it as it was.

    What a crash left torn before them is ended first.
    """
    size = os.fstat(handle).st_size
    if size and os.pread(handle, 1, size - 1) != b"\n":
        data = b"\n" + data
    try:
        if os.write(handle, data) != len(data):
            raise OSError(None, "the disk took only a part of the line")
        os.fsync(handle)
    except OSError:
        with suppress(OSError):  # not every file can be cut
            os.ftruncate(handle, size)
        raise


def encoded(held: Mapping[str, Any], default: Callable[[Any], Any] | None = None) -> bytes:
    """One line, ASCII; `default` is for values that JSON does not know."""
    text = json.dumps(held, default=default, separators=(",", ":"))
    # JSON escapes every control character but DEL.
    return text.replace("\x7f", "\\u007f").encode("ascii") + b"\n"
