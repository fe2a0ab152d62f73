"""One verb over many things: planned, read again, sent at the pace the limit allows, watched until seen.

    plan -> read_again -> (the operator confirms) -> Run.go

Every intent is on disk before its call is sent, many at the cost of one; so are the outcomes soon after.
A call that was never sent because the run was stopped says so in the journal.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from livetui.client import PartlyDone, Throttled
from livetui.operations.effect import PATIENCE, Case, Sleep, Verdict, Watcher, given_up, pauses
from livetui.operations.guard import Done, Guard, Planned, parameters, reason
from livetui.operations.journal import JournalUnavailable
from livetui.operations.targets import Plan, Present
from livetui.resources.model import Resource, Verb, dig
from livetui.watch.gather import Account
from livetui.watch.things import Identity, Thing

Stage = Literal[
    "pending",
    "sent",
    "accepted",
    "effective",
    "no effect",
    "refused",
    "not sent",
    "unknown",
    "cancelled",
]
STAGES: tuple[Stage, ...] = (
    "pending",
    "sent",
    "accepted",
    "effective",
    "no effect",
    "refused",
    "not sent",
    "unknown",
    "cancelled",
)
RETRYABLE: frozenset[Stage] = frozenset({"refused", "not sent", "no effect"})
"""Where it is certain that nothing was brought about."""
DONE: frozenset[Stage] = frozenset({"accepted", "effective"})

CHUNK = 25
"""Intents put on disk together: enough for the pace on a slow disk, few enough that a kill leaves little
to be looked up."""
AT_ONCE = 24
"""Calls under way at a time."""
WHILE_SENDING = 1.0
"""Seconds between looks at what was accepted while others are still being sent."""
THROTTLED_TRIES = 3
"""How often a call that the service turned away for its rate is made again by itself: it did nothing."""


def calls_of(
    account: Account,
    made: Plan,
    present: Mapping[Identity, Present],
    answers: Mapping[str, Any],
    *,
    operator: str,
) -> list[Item]:
    """What would be sent, call by call, as it looks now."""
    items = []
    for things in made.calls:
        first = things[0]
        batch = made.verb.batch if len(things) > 1 else None
        action = account.catalogue.action(batch.action if batch else made.verb.action)
        now = present.get(first.identity)
        row = now.data if now is not None and now.data is not None else first.data
        params = parameters(account, made.verb, first, answers, operator=operator, present=row)
        if batch:
            params = {name: value for name, value in params.items() if action.parameter(name)}
            params[batch.param] = [dig(thing.data, batch.member) for thing in things]
        targets = tuple(dict(zip(made.resource.key, t.identity.key, strict=True)) for t in things)
        region = first.region if action.regions else ""
        planned = Planned(action, params, region, targets, reason(answers))
        items.append(Item(things, planned, before=row))
    return items


# What becomes of it.


@dataclass(slots=True)
class Item:
    """One call of a bulk run, and how far it is."""

    things: tuple[Thing, ...]
    planned: Planned
    before: Mapping[str, Any] = field(default_factory=dict)
    """The thing it names as it was read just before."""
    stage: Stage = "pending"
    note: str = ""
    request_id: str = ""
    code: str = ""
    at: datetime | None = None
    """When it was sent."""
    done: Done | None = None
    tries: int = 0
    ident: str = ""
    given_up_at: float = 0.0
    """By the budget's clock: when what is not seen is said not to have happened."""

    @property
    def thing(self) -> Thing:
        return self.things[0]

    @property
    def name(self) -> str:
        return "/".join(part for part in self.thing.identity.key if part)

    @property
    def with_(self) -> str:
        """The other things that the call reaches."""
        return ", ".join("/".join(p for p in t.identity.key if p) for t in self.things[1:])


def together(seen: Sequence[tuple[Thing, Verdict]]) -> Verdict:
    """What is seen of a call by all its things: it took effect where it did on every one of them."""
    lacking = [(thing, one) for thing, one in seen if one.answer != "yes"]
    if not lacking:
        return seen[0][1]
    thing, first = next(((t, one) for t, one in lacking if one.answer == "no"), lacking[0])
    if len(seen) == 1:
        return first
    text = f"{len(lacking)} of {len(seen)} not: {'/'.join(thing.identity.key)} {first.text}"
    return Verdict(first.answer, text, first.request_id, all(one.final for _, one in lacking))


def parted(item: Item, done: Done, verb: Verb) -> list[Item]:
    """What one answered call did to several things, each by itself: from there on each has its own fate.

    Only what is certain is parted: no answer, or a refusal, is of all of them together.
    """
    batch, error = verb.batch, done.error
    if batch is None or len(item.things) == 1:
        return []
    if not (isinstance(error, PartlyDone) and error.outcomes) and done.status != "accepted":
        return []
    told = {one.target: one for one in error.outcomes} if isinstance(error, PartlyDone) else {}
    parts = []
    for thing in item.things:
        its = told.get(str(dig(thing.data, batch.member)))
        became = done
        if its is not None and its.done:
            became = replace(done, status="accepted", message="accepted", error=None)
        elif its is not None:
            became = replace(done, status="refused", message=f"{its.code}: {its.message}")
        before = item.before if thing is item.thing else thing.data
        code = its.code if its is not None and not its.done else ""
        parts.append(replace(item, things=(thing,), before=before, done=became, code=code))
    return parts


class Run:
    """A bulk run under way; `items` say at any time how far each call is.

    A call that was answered for several things becomes an item for each of them.
    """

    def __init__(
        self,
        guard: Guard,
        resource: Resource,
        verb: Verb,
        items: Sequence[Item],
        *,
        sleep: Sleep = asyncio.sleep,
        patience: float = PATIENCE,
    ) -> None:
        self.guard, self.resource, self.verb = guard, resource, verb
        self.items = list(items)
        self.patience = patience
        self.stopped = ""
        """Why nothing more is sent; empty while it goes on."""
        self.journal_trouble: JournalUnavailable | None = None
        self.ended = asyncio.Event()
        self.version = 0
        """Goes up with everything that becomes of an item."""
        self._sleep = sleep
        self._clock = guard.account.client.budget.now
        self._pending = deque(self.items)
        self._left = len(self.items)
        """Calls that may still be sent or are under way."""
        self._ready: asyncio.Queue[Item | None] = asyncio.Queue(CHUNK)
        self._outcomes: list[Done] = []
        self._partly: list[Done] = []
        """Calls that were done for some of their targets only."""
        self._news = asyncio.Event()
        self._arrived = asyncio.Event()
        self.sent = asyncio.Event()
        """Set once nothing more will be sent; looking whether it took effect goes on."""
        self._disk = asyncio.Lock()

    @property
    def counts(self) -> Counter[Stage]:
        return Counter(item.stage for item in self.items)

    @property
    def size(self) -> int:
        """How many things it is done to; where one call reaches what nobody named, how many calls."""
        return sum(len(item.things) for item in self.items) if self.verb.batch else len(self.items)

    def of(self, stages: frozenset[Stage]) -> list[Item]:
        return [item for item in self.items if item.stage in stages]

    def stop(self, why: str = "cancelled") -> None:
        """Send nothing more; what is under way comes to its end."""
        if not self.stopped:
            self.stopped = why
            self._news.set()

    async def go(self) -> None:
        """Sends all, then watches until everything is seen or given up. What is cut off the journal keeps."""
        try:
            if self.guard.account.client.read_only:
                self.stop("read-only: nothing was sent")
                for item in self.items:
                    self._say(item, "not sent", self.stopped)
                return
            async with asyncio.TaskGroup() as group:
                group.create_task(self._keep_outcomes())
                group.create_task(self._watch())
                group.create_task(self._write_intents())
                for _ in range(min(AT_ONCE, len(self.items))):
                    group.create_task(self._send_ready())
            for done in self._partly:
                # The answer told of each: it is not to be looked up as one without an answer is.
                if not any(i.ident == done.ident and i.stage == "accepted" for i in self.items):
                    await self._note_settled(done.ident, Verdict("yes", done.message, done.request_id))
        finally:
            self._keep_last()
            self.ended.set()
            self.version += 1

    # Intents.

    async def _write_intents(self) -> None:
        while self._left > 0:
            if not self._pending:
                self._news.clear()
                if self._left > 0 and not self._pending:
                    await self._news.wait()
                continue
            if self.stopped:
                self._cancel_pending()
                continue
            chunk = [self._pending.popleft() for _ in range(min(CHUNK, len(self._pending)))]
            if await self._intended(chunk):
                for item in chunk:
                    await self._ready.put(item)
        for _ in range(AT_ONCE):
            await self._ready.put(None)
        self.sent.set()
        self._arrived.set()

    def _cancel_pending(self) -> None:
        while self._pending:
            self._over(self._pending.popleft(), "cancelled", self.stopped)

    async def _intended(self, chunk: Sequence[Item]) -> bool:
        """Puts the intents on disk; where that fails nothing more is sent."""
        entries = [self.guard.entry(item.planned) for item in chunk]
        try:
            async with self._disk:
                idents = await asyncio.to_thread(self.guard.journal.intents, entries)
        except JournalUnavailable as error:
            self.journal_trouble = error
            self.stop(str(error))
            for item in chunk:
                self._over(item, "not sent", str(error))
            return False
        for item, ident in zip(chunk, idents, strict=True):
            item.ident = ident
        self.guard.flying.update(idents)
        return True

    # Calls.

    async def _send_ready(self) -> None:
        while (item := await self._ready.get()) is not None:
            if self.stopped:
                done = Done("not-sent", item.planned, f"not sent: {self.stopped}", ident=item.ident)
                self._note_outcome(done)
                self._over(item, "cancelled", self.stopped)
            else:
                await self._send(item)

    async def _send(self, item: Item) -> None:
        self._say(item, "sent")
        item.at = self.guard.account.now()
        done = replace(await self.guard.attempt(item.planned), ident=item.ident)
        self._note_outcome(done)
        item.done, item.request_id = done, done.request_id
        item.code = getattr(done.error, "code", "") if done.error else ""
        if isinstance(done.error, Throttled) and item.tries < THROTTLED_TRIES and not self.stopped:
            item.tries += 1
            self._say(item, "pending", "turned away for its rate; goes again")
            self._pending.append(item)
            self._news.set()
            return
        parts = parted(item, done, self.verb) or [item]
        if parts[0] is not item:
            place = next(number for number, one in enumerate(self.items) if one is item)
            self.items[place : place + 1] = parts
            if done.status == "unknown":
                self._partly.append(done)
        for part in parts:
            self._answered(part)
        self._left -= 1
        self._news.set()

    def _answered(self, item: Item) -> None:
        """What is known of it from the answer alone."""
        done = item.done
        assert done is not None
        if done.status in ("accepted", "unknown"):
            item.given_up_at = self._clock() + self.patience
        if done.status == "accepted":
            self._say(item, "accepted", "not seen yet" if self.verb.signs else "nothing tells its effect")
        elif done.status == "unknown":
            self._say(item, "unknown", done.message)
        else:
            self._say(item, "refused" if done.status == "refused" else "not sent", done.message)

    def _say(self, item: Item, stage: Stage, note: str = "") -> None:
        item.stage, item.note = stage, note
        self.version += 1

    def _over(self, item: Item, stage: Stage, note: str) -> None:
        """The call will not be sent any more."""
        self._say(item, stage, note)
        self._left -= 1
        self._news.set()

    # Outcomes.

    def _note_outcome(self, done: Done) -> None:
        self._outcomes.append(done)
        self._arrived.set()
        self.guard.done.append(done)

    async def _keep_outcomes(self) -> None:
        """Puts what has come meanwhile on disk together, again and again."""
        while not (self.sent.is_set() and not self._outcomes):
            if not self._outcomes:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            taken, self._outcomes = self._outcomes, []
            try:
                async with self._disk:
                    lines = [self.guard.outcome(done) for done in taken]
                    await asyncio.to_thread(self.guard.journal.outcomes, lines)
            except JournalUnavailable as error:
                self.journal_trouble = error
                self.stop(str(error))
            # What is unknown is looked up here for as long as the run goes on.
            self.guard.flying.difference_update(done.ident for done in taken if done.status != "unknown")

    def _keep_last(self) -> None:
        """Cut off in the middle: what is known of the calls goes on record, the others are unknown there."""
        taken, self._outcomes = self._outcomes, []
        if taken:
            try:
                self.guard.journal.outcomes([self.guard.outcome(done) for done in taken])
            except JournalUnavailable as error:
                self.journal_trouble = error
        self.guard.flying.difference_update(item.ident for item in self.items)

    # Effects.

    async def _watch(self) -> None:
        watcher = Watcher(self.guard.account, self.verb)
        waits = pauses()
        while True:
            sent_all = self.sent.is_set()
            waiting = [i for i in self.items if i.stage in ("accepted", "unknown") and i.given_up_at]
            if waiting:
                await self._look(watcher, waiting)
            elif sent_all:
                return
            if sent_all:
                await self._sleep(next(waits))
            else:
                # The sends go first; the end of them is not waited out.
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.sent.wait(), WHILE_SENDING)

    async def _look(self, watcher: Watcher, waiting: Sequence[Item]) -> None:
        """One look at all that is not seen yet."""
        now = self.guard.account.now()
        cases = [
            Case(
                thing,
                item.planned.params,
                (item.done.since if item.done else None) or now,
                item.before if thing is item.thing else thing.data,
            )
            for item in waiting
            for thing in self._shown_by(item)
        ]
        verdicts = iter(await watcher.look(cases))
        for item in waiting:
            verdict = together([(thing, next(verdicts)) for thing in self._shown_by(item)])
            late = self._clock() >= item.given_up_at
            if verdict.final or late:
                item.given_up_at = 0.0
                await self._settle(item, verdict if verdict.final else given_up(verdict, self.patience))

    def _shown_by(self, item: Item) -> tuple[Thing, ...]:
        """The things that show what a call did: the one it names, or all that it was told to do it to."""
        return item.things if self.verb.batch else item.things[:1]

    async def _settle(self, item: Item, verdict: Verdict) -> None:
        """What was seen, or was not in time; unknown outcomes are settled on record."""
        unknown = item.stage == "unknown"
        if verdict.answer == "yes":
            self._say(item, "effective", f"no answer came; {verdict.text}" if unknown else verdict.text)
        elif verdict.answer == "no":
            self._say(item, "no effect" if unknown else "accepted", verdict.text)
        else:
            self._say(item, item.stage, verdict.text)
        if verdict.answer == "no" or (unknown and verdict.answer == "yes"):
            await self._note_settled(item.ident, verdict)

    async def _note_settled(self, ident: str, verdict: Verdict) -> None:
        try:
            async with self._disk:
                await asyncio.to_thread(
                    self.guard.journal.settled,
                    ident,
                    verdict.answer == "yes",
                    message=verdict.text,
                    request_id=verdict.request_id,
                )
        except JournalUnavailable as error:
            self.journal_trouble = error
