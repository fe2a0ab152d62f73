"""The poller arms the next reading when the last has ended, and survives every failure of one."""

import asyncio
from datetime import UTC, datetime

import pytest

from livetui.client import ClientError, Unreachable
from livetui.watch.poller import Poller
from livetui.watch.things import Gathered, Snapshot

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


class Source:
    """Readings that end when the test says so."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.begun = asyncio.Event()
        self.answers: asyncio.Queue[ClientError | None] = asyncio.Queue()

    async def read(self, asked: bool) -> Gathered:
        self.asked.append(asked)
        self.begun.set()
        error = await self.answers.get()
        if error is not None:
            raise error
        return Gathered(things=(), at=NOW)

    async def reading(self) -> None:
        await asyncio.wait_for(self.begun.wait(), 5)
        self.begun.clear()


def poller(source: Source, told: list[Snapshot], interval: float = 3600.0) -> Poller:
    return Poller(source.read, lambda thing: {}, interval=interval, now=lambda: NOW, told=told.append)


async def test_no_second_reading_begins_while_one_is_under_way() -> None:
    source, told = Source(), []
    made = poller(source, told, interval=0.0)
    task = asyncio.create_task(made.run())
    await source.reading()
    made.poke()
    await asyncio.sleep(0)
    assert len(source.asked) == 1
    source.answers.put_nowait(None)
    await source.reading()
    assert len(source.asked) == 2
    task.cancel()


async def test_a_failed_reading_ages_the_snapshot_and_the_next_one_mends_it() -> None:
    source, told = Source(), []
    made = poller(source, told)
    task = asyncio.create_task(made.run())
    await source.reading()
    source.answers.put_nowait(Unreachable("X", "no connection"))
    made.poke()
    await source.reading()
    assert isinstance(made.snapshot.error, Unreachable) and made.snapshot.failing_since == NOW
    source.answers.put_nowait(None)
    made.poke()
    await source.reading()
    assert made.snapshot.error is None
    task.cancel()


async def test_the_first_reading_and_one_asked_for_are_no_polls() -> None:
    source, told = Source(), []
    made = poller(source, told, interval=0.0)
    task = asyncio.create_task(made.run())
    for _ in range(2):
        await source.reading()
        source.answers.put_nowait(None)
    await source.reading()
    made.poke()
    source.answers.put_nowait(None)
    await source.reading()
    assert source.asked == [True, False, False, True]
    task.cancel()


async def test_a_bug_in_a_reading_comes_out() -> None:
    async def read(asked: bool) -> Gathered:
        raise RuntimeError("a bug")

    made = Poller(read, lambda thing: {}, interval=1, now=lambda: NOW, told=lambda snapshot: None)
    with pytest.raises(RuntimeError, match="a bug"):
        await made.run()
    assert not made.reading


async def test_paused_it_reads_only_when_poked() -> None:
    source, told = Source(), []
    made = poller(source, told, interval=0.0)
    made.paused = True
    task = asyncio.create_task(made.run())
    await source.reading()
    source.answers.put_nowait(None)
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(source.asked) == 1
    made.poke()
    await source.reading()
    assert len(source.asked) == 2
    task.cancel()
