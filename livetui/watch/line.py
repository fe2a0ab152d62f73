"""A line of the next hours: what is on when, a character for each quarter of an hour, read without colour."""

from __future__ import annotations

from collections.abc import Iterable

HOURS = 6
SLOT = 900.0
"""Seconds that a character stands for."""
LENGTH = round(HOURS * 3600 / SLOT)
"""Characters of the bar: one that is cut tells of fewer hours than its title says."""
ON = "█▒"
"""Programs take turns, so that it is seen where one ends and the next begins."""
IDLE = "·"

Play = tuple[float, float, str]
"""(UNIX second it begins at, seconds, name or "")."""


def line(plays: Iterable[Play], now: float) -> tuple[str, float | None]:
    """(text, when the first of them that is not over begins): the bar from `now` on, and what is on by name.

    Something of no known length takes one character. Nothing at all is (“”, None).
    """
    known = sorted(plays)
    if not known:
        return "", None
    slots = [IDLE] * LENGTH
    for number, (begin, seconds, _) in enumerate(known):
        first = int((begin - now) // SLOT)
        last = int(-(-(begin + max(seconds, 1.0) - now) // SLOT))
        for slot in range(max(0, first), min(len(slots), last)):
            slots[slot] = ON[number % 2]
    name = next((name for begin, seconds, name in known if begin <= now < begin + seconds), "")
    due = next((begin for begin, seconds, _ in known if begin + seconds > now), known[-1][0])
    return f"{''.join(slots)} {name}".rstrip(), due
