"""Systems beside css and mdp in tests: an emulated account of one, whose clock goes with what is slept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from emulated import ALIYUN_ID, ALIYUN_SECRET, LVB_APPID, LVB_KEY, SECRET_ID, SECRET_KEY, make_emulator

from livetui.catalogue import Catalogue, load
from livetui.client import Budget, Client, Priority
from livetui.console.table.layout import arrange
from livetui.console.table.row import TableColumn
from livetui.emulator.account import Account as Emulated
from livetui.emulator.app import Emulator, application
from livetui.operations.effect import Verdict, effective
from livetui.operations.guard import Done, Guard, Planned, parameters
from livetui.operations.journal import Journal
from livetui.operations.records import gather_records
from livetui.resources import book
from livetui.resources.model import Resource, Verb
from livetui.settings import Credential
from livetui.watch.cells import Reader
from livetui.watch.gather import Account, gather
from livetui.watch.things import Gathered, Thing


class Leaping:
    """A clock that stands still but for what is slept, which takes no time; the account's goes with it."""

    def __init__(self, account: Emulated) -> None:
        self.at, self.account = 0.0, account

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.account.clock.advance(seconds)
        await asyncio.sleep(0)


class Host:
    """What an operator of one of the two systems can do."""

    def __init__(self, account: Account, guard: Guard, clock: Leaping, emulator: Emulator) -> None:
        self.account, self.guard, self.clock, self.emulator = account, guard, clock, emulator

    @property
    def asked(self) -> list[tuple[str, Mapping[str, Any] | None]]:
        """What came in: (action, parameters), the oldest first."""
        return [(call.action, call.params) for call in self.emulator.calls]

    async def read(self, resource_id: str) -> Gathered:
        resource = self.account.book.resources[resource_id]
        if resource.source is None:
            return gather_records(self.account, resource, self.guard.journal.path)
        return await gather(self.account, resource, priority=Priority.READ)

    async def things(self, resource_id: str) -> list[Thing]:
        return list((await self.read(resource_id)).things)

    async def call(self, name: str, /, **params: Any) -> Done:
        """A call that a form makes: on record, as one from a pane is."""
        action = self.account.catalogue.action(name)
        return await self.guard.send(Planned(action, params))

    async def do(self, resource_id: str, verb_id: str, thing: Thing, /, **answers: Any) -> Done:
        resource, verb = self.noun(resource_id, verb_id)
        params = parameters(self.account, verb, thing, answers, operator="me", present=thing.data)
        target = dict(zip(resource.key, thing.identity.key, strict=True))
        action = self.account.catalogue.action(verb.action)
        return await self.guard.send(Planned(action, params, thing.region, (target,)))

    async def seen(self, verb: Verb, thing: Thing, done: Done) -> Verdict:
        """Whether what was done is seen to have taken effect."""
        assert done.status == "accepted", done.message
        assert done.since is not None
        return await effective(
            self.account,
            verb,
            thing,
            done.since,
            params=done.planned.params,
            before=thing.data,
            sleep=self.clock.sleep,
        )

    def noun(self, resource_id: str, verb_id: str) -> tuple[Resource, Verb]:
        resource = self.account.book.resources[resource_id]
        verb = resource.verb(verb_id)
        assert verb is not None
        return resource, verb


def shown_in(width: int, catalogue: Catalogue, resource: Resource, things: Sequence[Thing]) -> set[str]:
    """The columns that a screen of that width has room for."""
    rows = [Reader(catalogue, resource).cells(thing, thing.at) for thing in things]
    columns = [TableColumn(c.id, c.title, rank=c.rank, widest=c.widest) for c in resource.columns]
    titles = [len(column.title) for column in resource.columns]
    wanted = [max(titles[n], *(len(row[n].text) for row in rows), 1) for n in range(len(columns))]
    return {columns[place.index].id for place in arrange(columns, wanted, width, titles=titles).places}


KEYS = {
    "lvb": Credential(LVB_APPID, LVB_KEY),
    "channel": Credential(SECRET_ID, SECRET_KEY),
    "apsara": Credential(ALIYUN_ID, ALIYUN_SECRET),
}


@asynccontextmanager
async def hosted(
    service: str, at: datetime, folder: Path, domains: tuple[str, ...] = ()
) -> AsyncIterator[Host]:
    """A way to one system of an emulated account that stands at a time; its journal lies in the folder.

    `domains` are those that its profile names.
    """
    emulator = make_emulator(at=at)
    catalogue, now, clock = load(service), emulator.account.clock.now, Leaping(emulator.account)
    async with Client(
        catalogue,
        KEYS[service],
        budget=Budget(clock.now, clock.sleep),
        now=now,
        transport=httpx.ASGITransport(application(emulator)),
        allow_plain_http=True,
    ) as client:
        account = Account("p", client, catalogue, book(service), (), now, domains)
        guard = Guard(account, Journal(folder / "journal.jsonl", now), client.account)
        yield Host(account, guard, clock, emulator)
