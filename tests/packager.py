"""Media Packaging in tests: an account on the emulated one, and a clock that leaps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from emulated import Served

from livetui.catalogue import load
from livetui.client import Budget, Client, Priority, Timeouts
from livetui.operations.effect import Verdict, effective
from livetui.operations.guard import Done, Guard, Planned, parameters
from livetui.operations.journal import Journal
from livetui.resources import book
from livetui.resources.model import Resource, Verb
from livetui.settings import Credential
from livetui.watch.gather import Account, gather
from livetui.watch.things import Gathered, Thing

MDP, BOOK = load("mdp"), book("mdp")
LISTED = [r.id for r in BOOK.resources.values() if r.source is not None]
VERBS = [(r.id, verb.id) for r in BOOK.resources.values() for verb in r.verbs]


class Leaping:
    """A clock that stands still but for what is slept, which takes no time; the account's goes with it."""

    def __init__(self, emulator: Served) -> None:
        self.at, self.emulator = 0.0, emulator

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.emulator.advance(seconds)
        await asyncio.sleep(0)


class Packager:
    """What an operator of the emulated account can do."""

    def __init__(self, account: Account, guard: Guard, clock: Leaping) -> None:
        self.account, self.guard, self.clock = account, guard, clock

    async def read(self, resource: str) -> Gathered:
        return await gather(self.account, BOOK.resources[resource], priority=Priority.READ)

    async def things(self, resource: str) -> list[Thing]:
        return list((await self.read(resource)).things)

    async def call(self, action: str, region: str, **params: Any) -> dict[str, Any]:
        reply = await self.account.client.call(action, params, region=region)
        return dict(reply.data)

    async def do(self, resource: Resource, verb: Verb, thing: Thing, **answers: Any) -> Done:
        params = parameters(self.account, verb, thing, answers, operator="me", present=thing.data)
        target = dict(zip(resource.key, thing.identity.key, strict=True))
        return await self.guard.send(Planned(MDP.action(verb.action), params, thing.region, (target,)))

    async def seen(self, verb: Verb, thing: Thing, done: Done, patience: float = 30) -> Verdict:
        assert done.status == "accepted" and done.since is not None, done
        return await effective(
            self.account,
            verb,
            thing,
            done.since,
            params=done.planned.params,
            before=thing.data,
            patience=patience,
            sleep=self.clock.sleep,
        )


def noun(resource: str, verb: str) -> tuple[Resource, Verb]:
    found = BOOK.resources[resource].verb(verb)
    assert found is not None
    return BOOK.resources[resource], found


@asynccontextmanager
async def packager(emulator: Served, folder: Path) -> AsyncIterator[Packager]:
    clock = Leaping(emulator)
    async with Client(
        MDP,
        Credential(emulator.secret_id, emulator.secret_key),
        endpoint=emulator.url,
        budget=Budget(clock.now, clock.sleep),
        now=emulator.clock.now,
        timeouts=Timeouts(connect=2, read=2),
    ) as client:
        account = Account("p", client, MDP, BOOK, (), emulator.clock.now)
        journal = Journal(folder / "journal.jsonl", emulator.clock.now)
        yield Packager(account, Guard(account, journal, emulator.secret_id), clock)
