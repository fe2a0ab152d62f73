"""A thing's value in a column: the text people read and the value that sorting and filtering compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cell:
    """What one column shows of one thing."""

    text: str = ""
    value: Any = None
    """Comparable within its column: str, int/float (bits a second, seconds, counts) or None for nothing."""
    tone: str = ""
    """ok, warn, bad, off, unknown or empty."""
