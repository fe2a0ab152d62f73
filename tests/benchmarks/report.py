"""Tables of what was measured, and the processes that measure."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """The first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in (header, *rows)) for i in range(len(header))]
    for row in (header, *rows):
        first, *others = (
            text.ljust(wide) if i == 0 else text.rjust(wide)
            for i, (text, wide) in enumerate(zip(row, widths, strict=True))
        )
        print("  " + "  ".join([first, *others]).rstrip(), flush=True)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:,.{0 if seconds >= 0.1 else 1 if seconds >= 0.01 else 2}f} ms"


def spread(values: Sequence[float]) -> list[str]:
    """Median, 99th percentile and worst."""
    high = quantiles(values, n=100)[98] if len(values) > 1 else values[0]
    return [ms(median(values)), ms(min(high, max(values))), ms(max(values))]


SPREAD = ["p50", "p99", "worst"]


def child(name: str, **told: Any) -> Any:
    """What a function of these modules returns when a process of its own runs it."""
    words = [sys.executable, str(Path(__file__).parent), "--child", name, json.dumps(told)]
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])
