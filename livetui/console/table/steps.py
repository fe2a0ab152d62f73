"""What a key asks of all rows of a list: at once where they are few, else with pauses in which keys go on."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from textual.dom import DOMNode
from textual.worker import Worker

from livetui.turns import Pace, at_once, through

T = TypeVar("T")

MANY = 1_000
"""Rows that are gone through in slices when there are more."""
ASKED = "asked"
"""Group of the workers that the next key waits for: it is meant for what is on the screen at their end."""


def go_through(
    node: DOMNode,
    steps: Generator[None, None, T],
    rows: int,
    then: Callable[[T], None],
    group: str = ASKED,
) -> None:
    """Do work that pauses, over so many rows; `then` takes what came of it.

    What the node has under way in the same group is given up, with nothing of it done.
    """

    async def with_pauses() -> None:
        made = await through(steps, asked=True)
        # What follows may close a line and draw bars; together with the new rows it would hold the next key.
        await Pace(asked=True).rest()
        then(made)

    if rows > MANY:
        _: Worker[None] = node.run_worker(with_pauses, group=group, exclusive=True)
    else:
        node.workers.cancel_group(node, group)
        then(at_once(steps))
