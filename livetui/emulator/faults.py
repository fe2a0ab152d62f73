"""Faults on request: what the control plane can make an emulated cloud do wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

KINDS = {
    "latency": "answers `ms` milliseconds late",
    "timeout": "does what was asked and never answers; with `close` it hangs up after `ms` milliseconds",
    "reset": "resets the connection before anything is done",
    "throttle": "says that there were too many calls, by the system's own code",
    "error": "says `code` (by default the system's own for a failure) and `message`, and does nothing",
    "http": "answers with HTTP status `status` (default 502) and no JSON",
    "malformed": "does what was asked and answers with what is no JSON",
    "truncated": "does what was asked and breaks off in mid-answer",
    "empty_page": "leaves the pages whose numbers are in `pages` empty",
    "clock_skew": "has a clock that is off by `seconds`",
}
"""Every kind of fault, and what it does."""

_MEMBERS: dict[str, dict[str, type]] = {
    "latency": {"ms": int},
    "timeout": {"close": bool, "ms": int},
    "error": {"code": str, "message": str},
    "http": {"status": int},
    "empty_page": {"pages": list},
    "clock_skew": {"seconds": int},
}


class BadFault(ValueError):
    """A fault that cannot be; says why."""


@dataclass(slots=True)
class Fault:
    """One thing that goes wrong, for some calls."""

    id: int
    kind: str
    action: str
    """An action's name, or "*" for all."""
    region: str | None
    """Only calls to this region; None for all."""
    left: int | None
    """How often it still happens; None without end."""
    skip: int = 0
    """Calls it lets through first."""
    details: dict[str, Any] = field(default_factory=dict)

    def fits(self, action: str, region: str | None) -> bool:
        return self.action in ("*", action) and self.region in (None, region) and self.left != 0

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "action": self.action,
            "region": self.region,
            "times": self.left,
            "skip": self.skip,
            **self.details,
        }


class Faults:
    """The faults that are set."""

    def __init__(self) -> None:
        self._all: list[Fault] = []
        self._ids = count(1)

    def add(self, wanted: dict[str, Any]) -> Fault:
        """Sets a fault from a control call's members. Raises BadFault."""
        given = dict(wanted)
        kind = given.pop("kind", None)
        if kind not in KINDS:
            raise BadFault(f"kind is one of: {', '.join(KINDS)}")
        action, region = given.pop("action", "*"), given.pop("region", None)
        times, skip = given.pop("times", None), given.pop("skip", 0)
        if not isinstance(action, str) or not isinstance(region, str | None):
            raise BadFault("action and region are text")
        if not _count(times, None) or not _count(skip, 0):
            raise BadFault("times and skip are whole numbers from 0 on")
        for name, value in given.items():
            needed = _MEMBERS.get(kind, {}).get(name)
            if needed is None:
                raise BadFault(f"{kind} has no {name}")
            if not isinstance(value, needed) or (needed is int and isinstance(value, bool)):
                raise BadFault(f"{name} of {kind} is a {needed.__name__}")
        fault = Fault(next(self._ids), kind, action, region, times, skip, given)
        self._all.append(fault)
        return fault

    def due(self, action: str, region: str | None) -> list[Fault]:
        """The faults that happen to this call; each is counted as having happened."""
        happening = []
        for fault in self._all:
            if not fault.fits(action, region):
                continue
            if fault.skip:
                fault.skip -= 1
                continue
            if fault.left is not None:
                fault.left -= 1
            happening.append(fault)
        self._all = [fault for fault in self._all if fault.left != 0]
        return happening

    def list(self) -> list[dict[str, Any]]:
        return [fault.shown() for fault in self._all]

    def clear(self, id: int | None = None) -> int:
        """Takes one fault away, or all; tells how many went."""
        kept = [fault for fault in self._all if id is not None and fault.id != id]
        gone = len(self._all) - len(kept)
        self._all = kept
        return gone


def _count(value: object, absent: object) -> bool:
    return value is absent or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)
