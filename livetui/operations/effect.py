"""Whether what was done took effect: accepted is not the same as effective.

Each verb declares its signs; here they are read, for one thing or for many at once, until they say yes or
patience runs out. That a thing is missing from a list of several pages proves nothing until a second
reading agrees.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from livetui.client import Priority
from livetui.resources.model import Evidence, Sign, Verb, dig
from livetui.watch.gather import Account
from livetui.watch.lists import Answer, Asked, ask
from livetui.watch.things import Identity, Thing

PATIENCE = 30.0
"""Seconds after which what was not seen is said not to have happened."""
PAUSES = (0.2, 0.4, 0.8, 1.5, 3.0, 5.0)
"""Seconds between looks; the last goes on."""

Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a look at the signs says."""

    answer: Literal["yes", "no", "unknown"]
    """no: not so far, or not in time; unknown: it could not be looked at, or nothing tells."""
    text: str = ""
    """What is seen, in words."""
    request_id: str = ""
    """Of the read that showed it."""
    final: bool = True
    """Whether a further look can't say otherwise."""


@dataclass(frozen=True, slots=True)
class Case:
    """Something that was done to a thing, and is to be seen."""

    thing: Thing
    params: Mapping[str, Any]
    """What was sent."""
    since: datetime
    """When, by the service's clock."""
    before: Mapping[str, Any] = field(default_factory=dict)
    """The thing as it was read just before; empty where it was not."""


class Watcher:
    """Looks at the signs of one verb; remembers from look to look what was missing already."""

    def __init__(self, account: Account, verb: Verb, priority: Priority = Priority.READ) -> None:
        self.account, self.verb, self.priority = account, verb, priority
        self._missed: set[Identity] = set()

    async def look(self, cases: Sequence[Case]) -> list[Verdict]:
        """One look at each, all of them in as few calls as it takes."""
        if not self.verb.signs:
            return [Verdict("unknown", "nothing tells whether it took effect")] * len(cases)
        sign = self.verb.signs[0] if len(cases) == 1 else self.verb.signs[-1]
        answers = await ask(
            self.account, sign.source, [_asked(sign, case.thing) for case in cases], self.priority
        )
        return [self._judge(sign, case, answer) for case, answer in zip(cases, answers, strict=True)]

    def _judge(self, sign: Sign, case: Case, answer: Answer) -> Verdict:
        if answer.error is not None:
            return Verdict("unknown", f"could not be looked at: {answer.error}", final=False)
        evidence = Evidence(
            answer.rows, case.params, case.since, case.before or case.thing.data, self.account.now()
        )
        holds, text = sign.shows(evidence)
        if holds is None:
            return Verdict("unknown", text, answer.request_id)
        if holds and not answer.rows and not answer.whole and case.thing.identity not in self._missed:
            self._missed.add(case.thing.identity)
            return Verdict("unknown", f"{text}, by one reading", answer.request_id, final=False)
        if answer.rows:
            self._missed.discard(case.thing.identity)
        return Verdict("yes" if holds else "no", text, answer.request_id, final=holds)


def _asked(sign: Sign, thing: Thing) -> Asked:
    match = {theirs: _text(dig(thing.data, ours)) for theirs, ours in sign.match.items()}
    narrow = {param: value for param, ours in sign.narrow.items() if (value := dig(thing.data, ours))}
    return Asked(match, narrow, thing.region)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


async def effective(
    account: Account,
    verb: Verb,
    thing: Thing,
    since: datetime,
    *,
    params: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    patience: float = PATIENCE,
    sleep: Sleep = asyncio.sleep,
) -> Verdict:
    """Looks at one thing until its signs say yes; "no" after `patience` seconds in which they did not.

    `since` is when it was sent by the service's clock, `params` what was sent, `before` the thing as it was
    read just before.
    """
    watcher, case = Watcher(account, verb), Case(thing, params, since, before or {})
    clock = account.client.budget.now
    began = clock()
    for pause in pauses():
        (verdict,) = await watcher.look([case])
        if verdict.final:
            return verdict
        left = began + patience - clock()
        if left <= 0:
            return given_up(verdict, patience)
        await sleep(min(pause, left))
    raise AssertionError("pauses never end")


def pauses() -> Iterator[float]:
    """The waits between looks, without end."""
    yield from PAUSES
    while True:
        yield PAUSES[-1]


def given_up(verdict: Verdict, patience: float) -> Verdict:
    """The last word on what was not seen in time."""
    seen = f": {verdict.text}" if verdict.text else ""
    if verdict.answer == "unknown":
        return Verdict("unknown", f"not known after {patience:g} s{seen}", verdict.request_id)
    return Verdict("no", f"not seen after {patience:g} s{seen}", verdict.request_id)
