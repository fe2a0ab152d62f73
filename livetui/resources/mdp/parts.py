"""What the declarations of Media Packaging have in common: ids, regions, times without a notation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livetui.resources.model import Column, Data, Source, State, dig

BY_ID = {"Id": "Id"}
REGION = Column("region", "REGION", "@region", rank=1, widest=14)
"""Everything of this service is in one region."""

CHANNELS = Source("DescribeStreamPackageChannels")
ASSEMBLIES = Source("DescribeStreamPackageLinearAssemblyChannels")

Play = tuple[float, float, str]
"""When something begins (UNIX seconds), how long it goes on (seconds), and its name."""


def number(value: Any) -> float | None:
    """A number however it travels; None for what is none."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def play(begins: Any, milliseconds: Any, name: str = "") -> Play | None:
    """One stretch of a schedule; None where nothing tells its begin. A length nobody tells counts as none."""
    start = number(begins)
    if not start:
        return None
    return start, (number(milliseconds) or 0.0) / 1000, name


def assembly_state(row: Data) -> State:
    """On the air or not. The documents name no words for it: one that is not known is shown as it came."""
    word = str(row.get("State") or "")
    if word.casefold().startswith(("run", "start")):
        return State("running")
    if word.casefold().startswith("stop"):
        return State("stopped", "off")
    return State(word.lower() or "not told", "unknown")


def seen_state(value: Any) -> State:
    return assembly_state({"State": value})


def count(path: str) -> Any:
    """How many a list holds."""

    def counted(row: Data) -> int:
        return len(dig(row, path) or ())

    return counted


def entries(row: Data, path: str) -> list[Mapping[str, Any]]:
    return list(dig(row, path) or ())
