"""When cycles are looked for: never while a key might wait for it, and always in the end."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from livetui.console.collector import EVERY, FEW, QUIET, Collector


class Node:
    """One of a circle."""

    def __init__(self) -> None:
        self.other = self


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    before, enabled = gc.get_threshold(), gc.isenabled()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)
    (gc.enable if enabled else gc.disable)()


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def circle_kept(collector: Collector, rows: int) -> weakref.ref[Node]:
    """A circle that is alive when a reading is shown, and let go of after it."""
    node = Node()
    collector.read(rows)
    return weakref.ref(node)


@pytest.mark.parametrize("rows", [10, FEW + 1])
def test_what_was_put_out_of_sight_is_found_in_the_end(rows: int) -> None:
    clock = Clock()
    collector = Collector(clock)
    collector.begin()
    left = circle_kept(collector, rows)
    clock.now = QUIET
    for _ in range(EVERY - 2):
        collector.read(rows)
        gc.collect()
    assert left() is not None, "it is not looked at"
    collector.read(rows)
    assert left() is None


def test_many_rows_are_not_walked_while_somebody_types() -> None:
    clock = Clock()
    collector = Collector(clock)
    collector.begin()
    left = circle_kept(collector, FEW + 1)
    for _ in range(3 * EVERY):
        clock.now += 1
        collector.typed()
        collector.read(FEW + 1)
    clock.now += QUIET - 1
    collector.read(FEW + 1)
    assert left() is not None
    clock.now += 1
    collector.read(FEW + 1)
    assert left() is None


def test_until_it_begins_nothing_is_done() -> None:
    before, frozen = gc.get_threshold(), gc.get_freeze_count()
    collector = Collector(Clock())
    collector.set_aside()
    for _ in range(EVERY):
        collector.read(10)
    assert gc.get_threshold() == before and gc.get_freeze_count() == frozen
