"""One account's slots on record where all of a user's processes see them, so that their limits hold together.

A small file for each account: every call under way, every one that ended less than a second ago, who waits
for a slot, and which action rests after the cloud has throttled it. Times are seconds of the system's
monotonic clock, which all processes of one start of one machine share; the file's name tells that start.

Nothing here waits: a file that another process holds at this moment says so, and is tried again. What a
process that died left under way stops counting a second after that is noticed.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from struct import Struct, error
from typing import NamedTuple

LEASE = 75.0
"""Seconds after which a call counts as over, whatever became of the process that made it."""
HAIR = 0.001
COUNTS = 1 + HAIR
"""Seconds that a call counts once it is over: the cloud's window, a second mostly, and a hair."""
BREATH = 0.001
"""Seconds until a file that another process holds is tried again."""
STUCK, SLOW, AGAIN = 0.25, 0.1, 30.0
"""Seconds: held so long, a file is given up; one access may take; until what was given up is tried again."""
KEPT = 4000
"""Slots in the file at most; far more than any account may have taken at once."""

_HEAD, _SLOT = Struct("<8sI4x"), Struct("<8sIBBxxd")
_MAGIC = b"livetui1"
FLYING, ENDED, WAITING, RESTING = range(4)
ANYONE = 255
"""The rank of a slot that is nobody's turn."""


class Busy(Exception):
    """Another process holds the file at this moment; it lets go within a fraction of a millisecond."""


class Slot(NamedTuple):
    """A line of the ledger."""

    action: bytes
    """The first bytes of a digest of its name."""
    pid: int
    kind: int
    rank: int
    """The priority of the call: 0 goes first."""
    until: float
    """When it stops counting."""


class Ledger:
    """The ledger of one account, for one process. `lives` tells whether a process is still there.

    Each method raises OSError where the file cannot be kept, and Busy.
    """

    def __init__(
        self, folder: Path, account: str, *, pid: int = 0, lives: Callable[[int], bool] | None = None
    ) -> None:
        self.path = folder / f"{_digest(f'{account} {_start()}').hex()[:20]}.slots"
        self._pid, self._lives = pid or os.getpid(), lives or _lives
        self._file: int | None = None

    def enter(
        self, action: str, limit: int, polls: int | None, rank: int, now: float, window: float
    ) -> float:
        """Takes a slot and returns 0, or returns how many seconds at most to wait before asking again.

        `limit` holds for the account's calls of the action in any `window` seconds; `polls`, for a poll,
        for its polls. A process that waits with a better rank keeps a slot free for itself meanwhile.
        """
        name = _short(action)

        def change(slots: list[Slot]) -> tuple[list[Slot], float]:
            kept = [s for s in slots if not (s.kind == WAITING and s.pid == self._pid and s.action == name)]
            mine = [s for s in kept if s.action == name]
            rest = max((s.until for s in mine if s.kind == RESTING), default=now)
            taken = [s for s in mine if s.kind in (FLYING, ENDED)]
            turn = sum(s.kind == WAITING and s.rank < rank for s in mine)
            delay = max(rest - now, _wait(taken, turn, limit, now))
            if polls is not None:
                delay = max(delay, _wait([s for s in taken if s.rank == rank], 0, polls, now))
            if delay <= 0:
                return [*kept, Slot(name, self._pid, FLYING, rank, now + LEASE)], 0.0
            waits = Slot(name, self._pid, WAITING, rank, now + min(delay, _LOOK) + _LOOK)
            return [*self._without_dead(kept, now, window), waits], min(delay, _LOOK)

        return self._change(change, now)

    def leave(self, action: str, rank: int, now: float, window: float) -> None:
        """A call that had entered is over: its slot counts for so many seconds more."""
        name = _short(action)

        def change(slots: list[Slot]) -> tuple[list[Slot], float]:
            for number, slot in enumerate(slots):
                if slot[:4] == (name, self._pid, FLYING, rank):
                    slots[number] = Slot(name, self._pid, ENDED, rank, now + window)
                    break
            return slots, 0.0

        self._change(change, now)

    def rest(self, action: str, until: float, now: float) -> None:
        """The cloud has throttled the action: no process calls it until then."""
        slot = Slot(_short(action), self._pid, RESTING, ANYONE, until)
        self._change(lambda slots: ([*slots, slot], 0.0), now)

    def close(self) -> None:
        handle, self._file = self._file, None
        if handle is not None:
            os.close(handle)

    def _without_dead(self, slots: list[Slot], now: float, window: float) -> list[Slot]:
        """What a dead process had under way may reach the cloud yet, and is over then."""
        flying = {slot.pid for slot in slots if slot.kind == FLYING} - {self._pid}
        dead = {pid for pid in flying if not self._lives(pid)}
        return [
            slot._replace(kind=ENDED, until=now + window)
            if slot.kind == FLYING and slot.pid in dead
            else slot
            for slot in slots
        ]

    # The file.

    def _change(self, change: Callable[[list[Slot]], tuple[list[Slot], float]], now: float) -> float:
        handle = self._open()
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        try:
            slots, told = change(self._read(now))
            os.pwrite(handle, _packed(slots), 0)
        finally:
            fcntl.flock(handle, fcntl.LOCK_UN)
        return told

    def _open(self) -> int:
        """The file's handle; a new one where somebody has removed the file."""
        if self._file is not None and os.fstat(self._file).st_nlink:
            return self._file
        self.close()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file

    def _read(self, now: float) -> list[Slot]:
        """What still counts; nothing where the file is not one of ours."""
        try:
            data = os.pread(self._open(), _HEAD.size + KEPT * _SLOT.size, 0)
            magic, count = _HEAD.unpack_from(data)
            if magic != _MAGIC:
                return []
            slots = islice(_SLOT.iter_unpack(data[_HEAD.size :][: count * _SLOT.size]), KEPT)
            return [Slot(*slot) for slot in slots if now < slot[4] <= now + LEASE + 1]
        except error:
            return []


_LOOK = 0.05
"""Seconds between two looks while other processes have all slots."""


def _wait(taken: list[Slot], kept_free: int, limit: int, now: float) -> float:
    """Seconds until one of `limit` slots is free, as far as that is known; 0 or less when one is."""
    over = len(taken) + kept_free - limit
    if over < 0:
        return 0.0
    ends = sorted(slot.until for slot in taken if slot.kind == ENDED)
    return ends[over] - now if over < len(ends) else _LOOK


def _packed(slots: list[Slot]) -> bytes:
    kept = slots[-KEPT:]
    return _HEAD.pack(_MAGIC, len(kept)) + b"".join(_SLOT.pack(*slot) for slot in kept)


def _short(action: str) -> bytes:
    return _digest(action)[:8]


def _digest(text: str) -> bytes:
    from hashlib import sha256

    return sha256(text.encode()).digest()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _start() -> str:
    """What tells this start of this machine, and whose process numbers these are: no others compare."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return os.uname().nodename


class Joint:
    """The ledgers of a folder, as a budget uses them: trouble with a file costs the sharing, never a call."""

    def __init__(self, folder: Path, now: Callable[[], float]) -> None:
        self.trouble = ""
        """Why this process counts its own calls only; empty while it counts with the others."""
        self._folder, self._now = folder, now
        self._ledgers: dict[str, Ledger] = {}
        self._again_at = 0.0
        self._busy_since: float | None = None
        self._owed: deque[Callable[[], None]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def enter(
        self, account: str, action: str, limit: int, polls: int | None, rank: int, window: float = 1.0
    ) -> float | None:
        """0 once a slot is taken for all to see, or seconds until to ask again; None when nobody sees it.

        None is leave to go on as if there were no others.
        """
        now = self._now()
        if now < self._again_at:
            return None
        ledger = self._ledger(account)
        try:
            with self._watched():
                self._pay()
                delay = ledger.enter(action, limit, polls, rank, now, window + HAIR)
        except Busy:
            if self._busy_since is None:
                self._busy_since = now
            if now - self._busy_since < STUCK:
                return BREATH
            self._give_up("another livetui holds its file and does not let go")
            return None
        except OSError as failed:
            self._give_up(f"{ledger.path.parent}: {failed.strerror or failed}")
            return None
        self._busy_since, self.trouble = None, ""
        return delay

    def leave(self, account: str, action: str, rank: int, window: float = 1.0) -> None:
        """A call for which `enter` returned 0 is over."""
        ledger, now = self._ledger(account), self._now()
        self._owe(lambda: ledger.leave(action, rank, now, window + HAIR))

    def rest(self, account: str, action: str, until: float) -> None:
        """The cloud has throttled the action."""
        ledger, now = self._ledger(account), self._now()
        self._owe(lambda: ledger.rest(action, until, now))

    def _ledger(self, account: str) -> Ledger:
        if account not in self._ledgers:
            self._ledgers[account] = Ledger(self._folder, account)
        return self._ledgers[account]

    def _owe(self, change: Callable[[], None]) -> None:
        self._owed.append(change)
        self._settle()

    def _settle(self) -> None:
        """Put on record what is owed; what has to wait for another process is tried again by itself."""
        try:
            with self._watched():
                self._pay()
        except Busy:
            if self._timer is None:
                # One that has given the file up is in no hurry any more.
                delay = BREATH if self._now() >= self._again_at else 1.0
                self._timer = asyncio.get_running_loop().call_later(delay, self._retry)
        except OSError as failed:
            self._owed.clear()
            self._give_up(failed.strerror or str(failed))

    def _retry(self) -> None:
        self._timer = None
        self._settle()

    def _pay(self) -> None:
        while self._owed:
            self._owed[0]()
            self._owed.popleft()

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Files of a folder far away may take long, and the event loop waits for them: then without."""
        began = time.perf_counter()
        yield
        if (took := time.perf_counter() - began) > SLOW:
            self._give_up(f"the state folder takes {took:.1f} s to answer")

    def _give_up(self, why: str) -> None:
        self.trouble, self._busy_since = why, None
        self._again_at = self._now() + AGAIN
