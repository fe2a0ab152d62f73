"""A minute in which every row is replaced or moved each second, and verbs are fired in the middle of it.

The newest are listed first, and each second a quarter of the streams gives way to new ones: those
come in at the top, so that what stays is on another line. What reaches the cloud is held against what the
operator had under the cursor, or had marked, when the key was pressed.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from emulated import Served
from opened import Console, opened

from livetui.console.screens.bulk import RunScreen
from livetui.console.screens.confirm import ConfirmScreen
from livetui.operations.bulk import Run
from livetui.watch.things import Identity

SECONDS = 60
STREAMS, QUARTER = 24, 6
DOMAIN = "push.harbor.example"


class Air:
    """The account's streams, which come and go."""

    def __init__(self, served: Served) -> None:
        self.served, self._rng, self._number = served, random.Random(11), 0
        for one in served.control("streams", method="GET")["streams"]:
            gone = {"domain": one["domain"], "app": one["app"], "name": one["name"]}
            served.control("streams", gone, "DELETE")
        self._names: list[str] = []
        for _ in range(STREAMS):
            self._begin()

    def _begin(self) -> None:
        self._number += 1
        name = f"cam-{self._number:04}"
        self.served.control("streams", {"domain": DOMAIN, "name": name})
        self._names.append(name)

    def pass_a_second(self) -> None:
        # Half of what leaves is the oldest, below all others, so that fewer leave above a row than come.
        half = QUARTER // 2
        for name in [*self._names[:half], *self._rng.sample(self._names[half:], half)]:
            self.served.control("streams", {"domain": DOMAIN, "name": name}, "DELETE")
            self._names.remove(name)
        self.served.advance(1)
        for _ in range(QUARTER):
            self._begin()

    @property
    def dropped(self) -> list[tuple[str, str, str]]:
        """What DropLiveStream was called for, the first call first."""
        calls = [call["parameters"] for call in self.served.calls("DropLiveStream")]
        return [(one["DomainName"], one["AppName"], one["StreamName"]) for one in calls]


def keys(*identities: object) -> set[tuple[str, ...]]:
    return {one.key for one in identities if isinstance(one, Identity)}


def lines(console: Console) -> dict[object, int]:
    """Thing -> the line that it is on, of those in view and beyond."""
    listing = console.lists.table._listing
    return {row.identity: at for at in range(len(listing)) if (row := listing.row(at)) and not row.gone}


def asking(console: Console) -> bool:
    return isinstance(console.app.screen, ConfirmScreen)


def all_answered(run: Run) -> bool:
    return not any(item.stage in ("pending", "sent") for item in run.items)


async def answered(console: Console, key: str) -> None:
    """Say yes to what is asked, as often as it is asked again because it has changed; or leave it."""
    for _ in range(3):
        await console.until(lambda: "looking" not in console.text, "looked at")
        if not asking(console):
            return
        if wanted := re.search(r"type (demo:\d+)", console.text):
            await console.type(wanted[1])
        await console.press(key)
    if asking(console):
        await console.press("escape")


@pytest.mark.parametrize("marked", [False, True], ids=["cursor", "marks"])
async def test_a_verb_in_full_churn_never_acts_on_another_thing(
    serve_emulator: Callable[..., Served], tmp_path: Path, marked: bool
) -> None:
    air, rng = Air(serve_emulator(streams=0, limits=False)), random.Random(12)
    acted = still = seen = 0
    async with opened(air.served, tmp_path) as console:
        table, poller = console.lists.table, console.session.poller("streams")
        table.sort_by("age")
        for second in range(SECONDS):
            before = lines(console)
            air.pass_a_second()
            await console.again()
            after = lines(console)
            still += sum(before.get(one) == line for one, line in after.items())
            seen += len(after)
            if second % 3:
                continue
            await console.type("gj jj jj jj" if marked else rng.choice("jkgG") + "j" * rng.randrange(6))
            aimed = keys(*table.marks) if marked else keys(table.cursor)
            assert len(aimed) >= (2 if marked else 0), console.text
            sent = len(air.dropped)
            air.pass_a_second()
            poller.poke()
            await console.press("d")
            await console.until(lambda: not console.app.keys_wait, "the key is done")
            if type(console.app.screen).__name__ == "ChoiceScreen":
                await console.press("s")  # some of the marked have left; those that are shown
            air.pass_a_second()
            poller.poke()
            await answered(console, "ctrl+y" if marked else "y")
            if isinstance(screen := console.app.screen, RunScreen):
                await console.until(partial(all_answered, screen.run), "all sent")
                await console.press("escape")
            await console.goes("MainScreen")
            if marked:
                await console.press("C")
            done = air.dropped[sent:]
            assert {*done} <= aimed, f"{done} for {aimed}"
            acted += len(done)
    assert still <= seen / 20, "a row stands still where as many left above it as came"
    assert acted >= 5, "most of what was aimed at was still there"
    assert len(air.dropped) == acted
