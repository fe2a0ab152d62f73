"""The emulated account that everything is measured against, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from livetui.catalogue import load
from livetui.client import Budget, Client, Priority
from livetui.settings import Credential, Profile


@dataclass(frozen=True)
class Place:
    """Where the account is served, and with which key."""

    url: str
    secret_id: str
    secret_key: str

    @classmethod
    def read(cls, line: bytes) -> Place:
        """From what the emulator prints once it is ready."""
        told = json.loads(line)
        return cls(told["url"], told["secret_id"], told["secret_key"])

    @property
    def told(self) -> dict[str, str]:
        return asdict(self)

    @property
    def credential(self) -> Credential:
        return Credential(self.secret_id, self.secret_key, source="the emulator")

    def client(self, budget: Budget) -> Client:
        return Client(load("css"), self.credential, endpoint=self.url, budget=budget)

    def profile(self, **more: Any) -> Profile:
        return Profile(name="bench", credential=self.credential, endpoint=self.url, **more)


AWAY = 1.15
"""An emulated account's streams to those of them that are online at a time."""


@contextmanager
def served(streams: int, latency: int = 0, *, limited: bool = False) -> Iterator[tuple[Place, int]]:
    """An account with about so many streams online, and its process's id.

    `latency` in milliseconds; `limited`: it keeps its documented rate limits.
    """
    words = [sys.executable, "-m", "livetui", "emulator", "--until-stdin-closes"]
    words += [] if limited else ["--no-rate-limits"]
    words += ["--streams", str(round(streams * AWAY)), "--latency", str(latency)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield Place.read(process.stdout.readline()), process.pid
        finally:
            process.stdin.close()


class Lifted(Budget):
    """A budget that counts as ever but never makes anybody wait."""

    def slot(
        self,
        account: str,
        action: str,
        limit: int,
        priority: Priority = Priority.READ,
        window: float = 1.0,
    ) -> AbstractAsyncContextManager[None]:
        return super().slot(account, action, 1_000_000, Priority.READ, window)


def cpu_of(pid: int) -> float | None:
    """Seconds of CPU that another process's threads have used; None where the system does not tell."""
    threads = [*Path(f"/proc/{pid}/task").glob("*/schedstat")]
    if threads:
        return sum(int(one.read_text().split()[0]) for one in threads) / 1e9
    # In hundredths, of which a console at rest uses a handful in the whole of the time.
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return None
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_of(pid: int) -> int:
    """Bytes of another process that are resident now."""
    return _memory(pid, "VmRSS", "rss")


def peak_of(pid: int) -> int | None:
    """The most bytes that were resident; None where the system does not tell."""
    return _memory(pid, "VmHWM", "") if Path(f"/proc/{pid}/status").exists() else None


def _memory(pid: int, line: str, column: str) -> int:
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        found = next(one for one in status.read_text().splitlines() if one.startswith(f"{line}:"))
        return int(found.split()[1]) * 1024
    told = subprocess.run(["ps", "-o", f"{column}=", "-p", str(pid)], stdout=subprocess.PIPE, check=True)
    return int(told.stdout) * 1024
