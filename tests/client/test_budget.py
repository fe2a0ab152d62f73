"""The rate budget, on a clock of the test's own."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from heapq import heappop, heappush
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetui.client import Budget, Priority


class FakeTime:
    """Seconds that pass only when everything waits."""

    def __init__(self) -> None:
        self.at = 1000.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._turn = 0

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self._turn += 1
        event = asyncio.Event()
        heappush(self._sleepers, (self.at + seconds, self._turn, event))
        await event.wait()

    async def run(self, work: Awaitable[Any]) -> Any:
        """Let it run to its end, moving on to the next alarm whenever nothing else can happen."""
        task = asyncio.ensure_future(work)
        while not task.done():
            for _ in range(40):
                await asyncio.sleep(0)
            if not task.done() and self._sleepers:
                self.at, _, event = heappop(self._sleepers)
                event.set()
        return task.result()


def played(scene: Callable[[FakeTime, Budget], Coroutine[Any, Any, None]], **settings: Any) -> None:
    async def play() -> None:
        time = FakeTime()
        await time.run(scene(time, Budget(time.now, time.sleep, **settings)))

    asyncio.run(play())


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(start <= other <= start + 1 for other in moments) for start in moments)


calls = st.lists(
    st.tuples(
        st.floats(0, 3),  # comes so long after the start
        st.floats(0, 2.5),  # is under way so long
        st.floats(0, 1),  # and reaches the service after this part of it
        st.sampled_from(Priority),
    ),
    min_size=1,
    max_size=25,
)


@given(calls, st.integers(1, 6))
def test_the_service_never_counts_more_than_the_limit_in_a_second(
    plan: list[tuple[float, float, float, Priority]], limit: int
) -> None:
    """However late the network delivers some calls and not others."""
    arrived: list[float] = []

    async def scene(time: FakeTime, budget: Budget) -> None:
        async def one(wait: float, takes: float, part: float, priority: Priority) -> None:
            await time.sleep(wait)
            async with budget.slot("acc", "A", limit, priority):
                await time.sleep(takes * part)
                arrived.append(time.now())
                await time.sleep(takes * (1 - part))

        await asyncio.gather(*(one(*call) for call in plan))

    played(scene, polling_share=1.0)
    assert len(arrived) == len(plan)
    assert most_in_a_second(arrived) <= limit


@given(st.integers(1, 40), st.integers(1, 8))
def test_the_rate_is_used_up_all_the_same(count: int, limit: int) -> None:
    async def scene(time: FakeTime, budget: Budget) -> None:
        started = time.now()
        for _ in range(count):
            await budget.take("acc", "A", limit)
        assert time.now() - started <= (count - 1) // limit * 1.01

    played(scene)


def test_writes_overtake_reads_and_reads_overtake_polls() -> None:
    order: list[str] = []

    async def scene(time: FakeTime, budget: Budget) -> None:
        async def one(name: str, priority: Priority) -> None:
            await budget.take("acc", "A", 1, priority)
            order.append(name)

        await one("first", Priority.READ)
        waiting = [
            asyncio.ensure_future(one(name, priority))
            for name, priority in [
                ("poll", Priority.POLL),
                ("read 1", Priority.READ),
                ("read 2", Priority.READ),
                ("write 1", Priority.WRITE),
                ("write 2", Priority.WRITE),
            ]
        ]
        await asyncio.gather(*waiting)

    played(scene)
    assert order == ["first", "write 1", "write 2", "read 1", "read 2", "poll"]


@pytest.mark.parametrize(
    ("limit", "share", "polls"), [(200, 0.1, 20), (20, 0.1, 2), (5, 0.1, 1), (10, 0.5, 5)]
)
def test_polls_have_their_share_and_leave_the_rest(limit: int, share: float, polls: int) -> None:
    polled: list[float] = []
    read: list[float] = []

    async def scene(time: FakeTime, budget: Budget) -> None:
        async def one(priority: Priority, into: list[float]) -> None:
            await budget.take("acc", "A", limit, priority)
            into.append(time.now())

        await asyncio.gather(
            *(one(Priority.POLL, polled) for _ in range(polls * 3)),
            *(one(Priority.READ, read) for _ in range(limit - polls)),
        )

    played(scene, polling_share=share)
    assert most_in_a_second(polled) == polls
    assert max(read) - min(read) < 0.01


def test_actions_and_accounts_have_budgets_of_their_own() -> None:
    async def scene(time: FakeTime, budget: Budget) -> None:
        started = time.now()
        for account in ("a", "b"):
            for action in ("A", "B"):
                await budget.take(account, action, 1)
        assert time.now() == started

    played(scene)


def test_one_who_gives_up_waiting_holds_nobody_up() -> None:
    async def scene(time: FakeTime, budget: Budget) -> None:
        await budget.take("acc", "A", 1)
        gone = asyncio.ensure_future(budget.take("acc", "A", 1, Priority.WRITE))
        stays = asyncio.ensure_future(budget.take("acc", "A", 1, Priority.READ))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gone.cancel()
        await stays
        assert time.now() - 1000 < 1.1

    played(scene)


def test_a_throttled_action_rests_and_comes_back_slowly() -> None:
    async def scene(time: FakeTime, budget: Budget) -> None:
        budget.throttled("acc", "A")
        budget.throttled("acc", "A")
        started = time.now()
        granted = []
        for _ in range(40):
            await budget.take("acc", "A", 20)
            granted.append(time.now() - started)
        assert granted[0] >= 1.0
        assert most_in_a_second(granted) <= 12
        await time.sleep(60)
        granted = []
        for _ in range(40):
            await budget.take("acc", "A", 20)
            granted.append(time.now())
        assert most_in_a_second(granted) == 20
        await budget.take("acc", "B", 20)

    played(scene)


def test_what_was_spent_is_told() -> None:
    async def scene(time: FakeTime, budget: Budget) -> None:
        assert budget.spent("acc").last_minute == 0
        for _ in range(3):
            await budget.take("acc", "A", 20)
        await time.sleep(2)
        await budget.take("acc", "B", 20)
        spent = budget.spent("acc")
        assert (spent.last_second, spent.last_minute) == (1, 4)
        assert spent.by_action == {"A": 3, "B": 1}
        assert spent.throttled_at is None
        budget.throttled("acc", "A")
        assert budget.spent("acc").throttled_at == time.now()
        await time.sleep(61)
        assert budget.spent("acc").last_minute == 0
        assert budget.spent("other").last_minute == 0

    played(scene)


def test_a_limit_for_a_minute_is_held_over_a_minute() -> None:
    moments: list[float] = []

    async def scene(time: FakeTime, budget: Budget) -> None:
        for _ in range(7):
            async with budget.slot("acc", "A", 3, Priority.READ, 60):
                moments.append(time.at)

    played(scene)
    assert max(sum(start <= other <= start + 60 for other in moments) for start in moments) == 3
    assert moments[-1] - moments[0] < 121


def test_a_throttled_minute_rests_for_longer() -> None:
    moments: list[float] = []

    async def scene(time: FakeTime, budget: Budget) -> None:
        for _ in range(2):
            async with budget.slot("acc", "A", 100, Priority.READ, 60):
                moments.append(time.at)
            budget.throttled("acc", "A")

    played(scene)
    assert moments[1] - moments[0] >= 6
