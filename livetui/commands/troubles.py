"""What goes wrong in `livetui demo --trouble NAME`, as data, and how it is brought about."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

FORBID, ONLINE = "ForbidLiveStream", "DescribeLiveStreamOnlineList"
LOOK = 0.02
"""Seconds between two looks at what the emulated cloud was asked."""

Fault = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens, `after` so many seconds from the one before."""

    after: float
    says: str = ""
    faults: tuple[Fault, ...] = ()
    mends: bool = False
    """All faults are taken away first."""
    leap: float = 0.0
    """Seconds that pass at once, here and in the cloud."""
    calls: tuple[str, int] | None = None
    """First wait for an action to have come in so often."""
    kills: bool = False
    """The console is killed, as `kill -9` does it."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A story: what it is about, and what happens."""

    about: str
    steps: tuple[Step, ...]
    names: int = 0
    """So many streams wait in the list that `L` opens, by their names."""

    @property
    def kills(self) -> bool:
        return any(step.kills for step in self.steps)


def _outage() -> tuple[Step, ...]:
    gone = Step(
        8,
        "the network goes away: ten minutes in one. Nothing is blanked, r tries at once",
        faults=({"kind": "reset"},),
    )
    minutes = tuple(
        Step(5, f"{minute} minute{'s' if minute > 1 else ''} without a network", leap=55)
        for minute in range(1, 11)
    )
    return gone, *minutes, Step(2, "the network is back: the next poll shows what is true now", mends=True)


TROUBLES: Mapping[str, Trouble] = {
    "bulk": Trouble(
        "forty streams are to go dark; some calls are throttled, some refused, one is never answered",
        (
            Step(
                1,
                "forty names wait: L, f, Ctrl-y; then until, reason, demo:40, Ctrl-y. Some will fail",
                faults=(
                    {"kind": "throttle", "action": FORBID, "skip": 8, "times": 2},
                    {"kind": "timeout", "action": FORBID, "skip": 15, "times": 1, "close": True, "ms": 800},
                    {
                        "kind": "error",
                        "action": FORBID,
                        "skip": 25,
                        "times": 2,
                        "code": "FailedOperation.CallOtherSvrFailed",
                        "message": "A service behind it failed.",
                    },
                ),
            ),
            Step(0, "R sends the refused again; u takes it back; 5 is the journal", calls=(FORBID, 38)),
        ),
        names=40,
    ),
    "kill": Trouble(
        "forty streams are to go dark, and the console is killed in the middle of it",
        (
            Step(
                1,
                "forty names wait: L, f, Ctrl-y; then until, reason, demo:40, Ctrl-y. It will be killed",
                faults=({"kind": "latency", "action": FORBID, "skip": 12, "ms": 1500},),
            ),
            Step(0.1, calls=(FORBID, 12), kills=True),
        ),
        names=40,
    ),
    "outage": Trouble("ten minutes without a network, in one", _outage()),
    "slow": Trouble(
        "every answer takes four seconds",
        (Step(5, "every answer takes four seconds from now on", faults=({"kind": "latency", "ms": 4000},)),),
    ),
    "throttle": Trouble(
        "somebody else spends the account's rate",
        (
            Step(
                5,
                "somebody else spends the account's rate: the head says so, polls grow rare",
                faults=({"kind": "throttle", "action": ONLINE},),
            ),
            Step(60, "they have stopped; r reads at once", mends=True),
        ),
    ),
    "denied": Trouble(
        "the key may read and nothing else",
        (
            Step(
                1,
                "the key may only read: f and d are refused by the cloud, and the dialog says why",
                faults=tuple(
                    {
                        "kind": "error",
                        "action": action,
                        "code": "UnauthorizedOperation",
                        "message": "The key may not call it.",
                    }
                    for action in (FORBID, "DropLiveStream", "ResumeLiveStream", "AddDelayLiveStream")
                ),
            ),
        ),
    ),
    "unknown": Trouble(
        "what is done takes effect and is never answered",
        (
            Step(
                1,
                "writes take effect and are never answered: outcomes are unknown, looked up, settled",
                faults=tuple(
                    {"kind": "timeout", "action": action, "close": True, "ms": 1500}
                    for action in (FORBID, "DropLiveStream", "ResumeLiveStream")
                ),
            ),
        ),
    ),
    "clock": Trouble(
        "the clock here is an hour off",
        (
            Step(
                5,
                "the clock here is an hour off by the cloud's: refused once, corrected for, and on it goes",
                faults=({"kind": "clock_skew", "seconds": 3600},),
            ),
        ),
    ),
}


class DemoClock:
    """The machine's clock, which a story may put ahead."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Cloud:
    """The emulated cloud's control plane at `url`. Raises OSError when it is gone."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/_emulator/"
        self._open = build_opener(ProxyHandler({})).open

    def order(self, path: str, told: Mapping[str, Any] | None = None, method: str = "POST") -> Any:
        body = json.dumps(told or {}).encode()
        head = {"Content-Type": "application/json"}
        request = Request(self._url + path, body, head, method=method)
        with self._open(request, timeout=10) as reply:
            return json.load(reply)

    def streams(self, count: int) -> list[str]:
        """Names of streams on the air, with domain and app where the name alone fits several."""
        rows = self.order("streams", method="GET")["streams"]
        named = [row["name"] for row in rows]
        return [
            row["name"] if named.count(row["name"]) == 1 else f"{row['domain']}/{row['app']}/{row['name']}"
            for row in rows
            if row["state"] == "active"
        ][:count]

    def count(self, action: str) -> int:
        return sum(call["action"] == action for call in self.order("calls", method="GET")["calls"])


@dataclass
class Story:
    """Plays a trouble in a thread of its own, until it or the demo ends."""

    trouble: Trouble
    cloud: Cloud
    clock: DemoClock
    say: Callable[[str], None]
    """May raise RuntimeError: there is nobody to tell any more."""
    kill: Callable[[], None]
    ended: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        threading.Thread(target=self.play, name="livetui-story", daemon=True).start()

    def play(self) -> None:
        try:
            for step in self.trouble.steps:
                if not self._play(step):
                    return
        except (RuntimeError, URLError, OSError):
            return  # the demo has ended in the middle of the story

    def _play(self, step: Step) -> bool:
        """Returns whether the story goes on."""
        if step.calls is not None:
            action, wanted = step.calls
            while self.cloud.count(action) < wanted:
                if self.ended.wait(LOOK):
                    return False
        if self.ended.wait(step.after):
            return False
        if step.mends:
            self.cloud.order("faults", method="DELETE")
        for fault in step.faults:
            self.cloud.order("faults", fault)
        if step.leap:
            self.cloud.order("clock", {"advance": step.leap})
            self.clock.ahead += timedelta(seconds=step.leap)
        if step.says:
            self.say(f"story: {step.says}")
        if step.kills:
            self.kill()
        return True


def listed() -> str:
    """Every trouble with what it is about, a line each."""
    wide = max(map(len, TROUBLES))
    return "\n".join(f"{name.ljust(wide)}  {trouble.about}" for name, trouble in TROUBLES.items())
