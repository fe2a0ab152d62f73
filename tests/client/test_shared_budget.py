"""The rate budget of several processes: what they may call together, and what happens when one fails."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest
from emulated import SECRET_ID, SECRET_KEY

from livetui.client import Budget, Priority
from livetui.client.ledger import COUNTS, ENDED, FLYING, LEASE, Busy, Joint, Ledger, _packed

ACTION, LIMIT = "DescribeLiveStreamState", 20

CALLER = """
import asyncio, sys
from pathlib import Path
from livetui.catalogue import load
from livetui.client import Budget, Client, Priority
from livetui.settings import Credential

async def main(url, folder, key, secret, action, times, priority):
    client = Client(load("css"), Credential(key, secret), endpoint=url, budget=Budget(shared=Path(folder)))
    print("ready", flush=True)
    sys.stdin.readline()
    ask = {"DomainName": "push.stadium.example", "AppName": "live", "StreamName": "match-01-main"}
    async with client:
        await asyncio.gather(
            *(client.call(action, ask, priority=Priority[priority]) for _ in range(int(times)))
        )

asyncio.run(main(*sys.argv[1:]))
"""


def caller(url: str, folder: Path, times: int, priority: str = "READ") -> subprocess.Popen[bytes]:
    """A process that makes so many calls at once as soon as it is told to."""
    words = [url, str(folder), SECRET_ID, SECRET_KEY, ACTION, str(times), priority]
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", CALLER, *words], stdin=pipe, stdout=pipe)


def go(*callers: subprocess.Popen[bytes]) -> None:
    for one in callers:
        assert one.stdout is not None and one.stdout.readline() == b"ready\n"
    for one in callers:
        assert one.stdin is not None
        one.stdin.write(b"go\n")
        one.stdin.flush()


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(start <= other < start + 1 for other in moments) for start in moments)


def moments(emulator, code: str | None = None) -> list[float]:
    return [
        datetime.fromisoformat(call["time"]).timestamp()
        for call in emulator.calls(ACTION)
        if code in (None, call["code"])
    ]


def test_two_processes_keep_to_the_limit_together(serve_emulator, tmp_path: Path) -> None:
    emulator = serve_emulator(at=None, limits=False)
    limit = emulator.account.catalogue.action(ACTION).rate_limit
    callers = [caller(emulator.url, tmp_path, limit) for _ in range(2)]
    go(*callers)
    for one in callers:
        with one:
            assert one.wait(60) == 0
    seen = moments(emulator)
    assert len(seen) == 2 * limit
    assert most_in_a_second(seen) <= limit


def test_polls_of_two_processes_keep_to_their_share_together(serve_emulator, tmp_path: Path) -> None:
    emulator = serve_emulator(at=None, limits=False)
    share = emulator.account.catalogue.action(ACTION).rate_limit // 10
    callers = [caller(emulator.url, tmp_path, share, "POLL") for _ in range(2)]
    go(*callers)
    for one in callers:
        with one:
            assert one.wait(60) == 0
    assert len(moments(emulator)) == 2 * share
    assert most_in_a_second(moments(emulator)) <= share


def test_what_a_killed_process_had_under_way_is_free_again_soon(serve_emulator, tmp_path: Path) -> None:
    emulator = serve_emulator(at=None, limits=False)
    limit = emulator.account.catalogue.action(ACTION).rate_limit
    emulator.fault("latency", ACTION, ms=60_000)
    first = caller(emulator.url, tmp_path, limit)
    with first:
        go(first)
        ledger = Ledger(tmp_path, SECRET_ID)
        end = time.monotonic() + 30
        while sum(s.kind == FLYING for s in ledger._read(time.monotonic())) < limit:
            assert time.monotonic() < end
        assert ledger.enter(ACTION, limit, None, 1, time.monotonic(), COUNTS) > 0
        os.kill(first.pid, signal.SIGKILL)
    emulator.control("faults", method="DELETE")
    began = time.monotonic()
    second = caller(emulator.url, tmp_path, 1)
    with second:
        go(second)
        assert second.wait(30) == 0
    assert time.monotonic() - began < 20 < LEASE


# One ledger, at times of the test's own.


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Ledger, Ledger]:
    return Ledger(tmp_path, "account", pid=1), Ledger(tmp_path, "account", pid=2)


def enter(ledger: Ledger, at: float, *, rank: int = 1, limit: int = 2, polls: int | None = None) -> bool:
    return ledger.enter(ACTION, limit, polls, rank, at, COUNTS) == 0


def test_a_slot_is_free_a_second_after_the_call_has_ended(pair: tuple[Ledger, Ledger]) -> None:
    one, two = (Ledger(p.path.parent, "account", pid=p._pid, lives=lambda pid: True) for p in pair)
    assert enter(one, 10.0) and enter(two, 10.1)
    assert not enter(one, 10.2) and not enter(two, 30.0)
    one.leave(ACTION, 1, 30.0, COUNTS)
    assert not enter(two, 31.0)
    assert enter(two, 31.01)


def test_a_window_of_a_minute_is_kept_for_all_processes(tmp_path: Path) -> None:
    at = [10.0]
    one, two = (Joint(tmp_path, lambda: at[0]) for _ in range(2))
    assert one.enter("account", ACTION, 1, None, 1, 60) == 0
    one.leave("account", ACTION, 1, 60)
    at[0] = 69.9
    assert two.enter("account", ACTION, 1, None, 1, 60) != 0
    at[0] = 70.1
    assert two.enter("account", ACTION, 1, None, 1, 60) == 0


def test_one_that_waits_to_write_is_let_in_before_one_that_reads(pair: tuple[Ledger, Ledger]) -> None:
    one, two = (Ledger(p.path.parent, "account", pid=p._pid, lives=lambda pid: True) for p in pair)
    assert enter(one, 10.0, limit=1)
    one.leave(ACTION, 1, 10.0, COUNTS)
    assert not enter(two, 11.0, limit=1, rank=0)
    assert not enter(one, 11.01, limit=1, rank=1), "the reader takes what the writer waits for"
    assert enter(two, 11.02, limit=1, rank=0)
    # One that has given up keeps nothing free for long.
    assert not enter(one, 11.03, limit=1, rank=0)
    two.leave(ACTION, 0, 11.1, COUNTS)
    assert enter(two, 13.0, limit=1, rank=1)


def test_a_throttled_action_rests_in_every_process(pair: tuple[Ledger, Ledger]) -> None:
    one, two = pair
    one.rest(ACTION, 12.0, 11.0)
    assert not enter(two, 11.5)
    assert two.enter("DescribeLiveDomains", 2, None, 1, 11.5, COUNTS) == 0
    assert enter(two, 12.1)


def test_a_dead_process_is_noticed_and_waited_out(tmp_path: Path) -> None:
    dead = Ledger(tmp_path, "account", pid=1)
    mine = Ledger(tmp_path, "account", pid=2, lives=lambda pid: pid != 1)
    assert enter(dead, 10.0, limit=1)
    assert not enter(mine, 20.0, limit=1)
    assert not enter(mine, 21.0, limit=1), "what it had sent may arrive yet"
    assert enter(mine, 21.01, limit=1)


@pytest.mark.parametrize("held", [b"", b"not a ledger at all", b"livetui1\xff\xff\xff\xff....abc"])
def test_a_damaged_file_counts_as_empty(pair: tuple[Ledger, Ledger], held: bytes) -> None:
    one, two = pair
    one.path.write_bytes(held)
    assert enter(one, 10.0) and enter(two, 10.0)


def test_times_of_another_start_of_the_machine_do_not_count(pair: tuple[Ledger, Ledger]) -> None:
    one, two = pair
    assert enter(one, 90_000.0, limit=1)
    assert enter(two, 10.0, limit=1)


def test_the_file_is_private_small_and_names_nobody(pair: tuple[Ledger, Ledger]) -> None:
    one, _ = pair
    for number in range(200):
        assert enter(one, 10.0 + number / 1000, limit=200)
        one.leave(ACTION, 1, 10.0 + number / 1000, COUNTS)
    assert one.path.stat().st_mode & 0o777 == 0o600
    assert one.path.stat().st_size < 8192
    assert b"account" not in one.path.read_bytes() and "account" not in one.path.name


def test_a_removed_file_is_made_again(pair: tuple[Ledger, Ledger]) -> None:
    one, two = pair
    assert enter(one, 10.0, limit=1)
    one.path.unlink()
    assert enter(one, 10.1, limit=1)
    assert not enter(two, 10.2, limit=1)


# What a budget does with it.


class Steady:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds
        await asyncio.sleep(0)


async def test_a_folder_that_cannot_be_written_costs_the_sharing_only(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    clock = Steady()
    budget = Budget(clock.now, clock.sleep, shared=blocked / "budget")
    for _ in range(5):
        await budget.take("a", ACTION, LIMIT)
    assert "Not a directory" in budget.spent("a").alone
    assert budget.spent("a").last_second == 5
    blocked.unlink()
    clock.at += 31
    await budget.take("a", ACTION, LIMIT)
    assert budget.spent("a").alone == ""


async def test_a_process_that_holds_the_file_for_long_is_not_waited_for(tmp_path: Path) -> None:
    import fcntl

    clock = Steady()
    budget = Budget(clock.now, clock.sleep, shared=tmp_path)
    await budget.take("a", ACTION, LIMIT)
    ledger = Ledger(tmp_path, "a")
    with ledger.path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Busy):
            ledger.enter(ACTION, LIMIT, None, 1, clock.at, COUNTS)
        before = clock.at
        await budget.take("a", ACTION, LIMIT)
        assert clock.at - before < 0.5
        assert "does not let go" in budget.spent("a").alone
    ledger.close()


async def test_a_slow_folder_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(1000))
    monkeypatch.setattr("livetui.client.ledger.time.perf_counter", lambda: float(next(ticks)))
    clock = Steady()
    budget = Budget(clock.now, clock.sleep, shared=tmp_path)
    await budget.take("a", ACTION, LIMIT)
    assert "takes 1.0 s to answer" in budget.spent("a").alone


async def test_a_full_disk_costs_the_sharing_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, data: bytes, offset: int) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("livetui.client.ledger.os.pwrite", full)
    clock = Steady()
    budget = Budget(clock.now, clock.sleep, shared=tmp_path)
    await budget.take("a", ACTION, LIMIT)
    assert "No space left" in budget.spent("a").alone


async def test_two_budgets_of_one_folder_never_have_more_slots_than_one(tmp_path: Path) -> None:
    clock = Steady()
    budgets = [Budget(clock.now, clock.sleep, shared=tmp_path) for _ in range(2)]
    took: list[float] = []

    async def take(budget: Budget) -> None:
        async with budget.slot("a", ACTION, 3, Priority.READ):
            took.append(clock.at)

    await asyncio.gather(*(take(budgets[number % 2]) for number in range(20)))
    assert len(took) == 20
    assert most_in_a_second(took) <= 3


async def test_what_was_owed_while_the_file_was_held_is_told_by_itself(tmp_path: Path) -> None:
    import fcntl

    joint = Joint(tmp_path, time.monotonic)
    assert joint.enter("a", ACTION, 1, None, 1) == 0
    ledger = Ledger(tmp_path, "a")
    with ledger.path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        joint.leave("a", ACTION, 1)
    async with asyncio.timeout(10):
        while any(s.kind == FLYING for s in ledger._read(time.monotonic())):  # noqa: ASYNC110
            await asyncio.sleep(0)
    assert [slot.kind for slot in ledger._read(time.monotonic())] in ([ENDED], [])
    ledger.close()


def test_more_slots_than_the_file_takes_are_cut_off_at_its_old_end() -> None:
    from livetui.client.ledger import KEPT, Slot

    slots = [Slot(b"12345678", 1, FLYING, 0, float(n)) for n in range(KEPT + 5)]
    assert len(_packed(slots)) == len(_packed(slots[5:]))
