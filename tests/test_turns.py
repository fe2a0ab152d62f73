"""Long work has its turns when the loop has nothing else to do, and what was asked for comes first."""

from __future__ import annotations

import asyncio
from collections.abc import Generator

import pytest

from livetui import turns
from livetui.turns import Pace, at_once, through, turn


async def test_a_turn_comes_when_nothing_else_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_PATIENCE", 60.0)
    order: list[str] = []

    async def hops() -> None:
        """As a key's way to the screen: one short step after the other, each as long as a busy round."""
        for _ in range(12):
            ends = asyncio.get_running_loop().time() + 2 * turns._NOTHING
            while asyncio.get_running_loop().time() < ends:
                continue
            await asyncio.sleep(0)
        order.append("shown")

    async def work() -> None:
        await turn()
        order.append("worked")

    await asyncio.gather(work(), hops())
    assert order == ["shown", "worked"]


async def test_a_loop_that_is_never_calm_starves_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_NOTHING", 0.0)  # no round is short enough
    async with asyncio.timeout(20):
        await turn()


async def test_what_was_asked_for_comes_first() -> None:
    order: list[str] = []

    async def page(name: str) -> None:
        await turn()
        order.append(name)

    async def work(name: str, asked: bool) -> None:
        await Pace(asked=asked).rest()
        order.append(name)

    await asyncio.gather(page("page 2"), page("page 3"), work("page 1", False), work("filter", True))
    assert order == ["filter", "page 1", "page 2", "page 3"]


async def test_one_at_a_time() -> None:
    """Between the turns of two, the loop goes round: a dozen at once are no longer than one."""
    rounds: list[int] = []
    gone = 0

    def count() -> None:
        nonlocal gone
        gone += 1
        loop.call_soon(count)

    async def one() -> None:
        await turn()
        rounds.append(gone)

    loop = asyncio.get_running_loop()
    loop.call_soon(count)
    await asyncio.gather(*(one() for _ in range(12)))
    assert len(set(rounds)) == 12


async def test_who_gives_up_is_passed_over() -> None:
    given_up = asyncio.ensure_future(turn())
    waiting = asyncio.ensure_future(turn())
    await asyncio.sleep(0)
    given_up.cancel()
    async with asyncio.timeout(20):
        await waiting
        await turn()
    assert given_up.cancelled()


def steps(count: int) -> Generator[None, None, int]:
    for _ in range(count):
        yield
    return count


async def test_work_with_pauses_comes_to_the_same_either_way() -> None:
    assert at_once(steps(5)) == 5
    assert await through(steps(5)) == 5
    assert await through(steps(0), asked=True) == 0


async def test_it_rests_only_when_its_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    rests = 0

    turn_of = turns._Waiting.turn

    async def counted(self: turns._Waiting, rank: int) -> None:
        nonlocal rests
        rests += 1
        await turn_of(self, rank)

    def passing(count: int) -> Generator[None, None, None]:
        nonlocal now
        for _ in range(count):
            now += 0.25
            yield

    monkeypatch.setattr(turns, "WORK", 1.0)
    monkeypatch.setattr(turns, "perf_counter", lambda: now)
    monkeypatch.setattr(turns._Waiting, "turn", counted)
    await turn()
    await through(passing(40))
    assert rests == 1 + 10
    pace = Pace()
    await pace.rest()
    assert not pace.due
    now += turns.WORK
    assert pace.due


async def test_one_turn_is_no_longer_for_several_pieces_of_work(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 10.0
    monkeypatch.setattr(turns, "perf_counter", lambda: now)
    await turn()
    first, second = Pace(), Pace(asked=True)
    now += turns.WORK / 2
    assert not first.due and not second.due and not Pace().due
    now += turns.WORK
    assert first.due and second.due and Pace().due
