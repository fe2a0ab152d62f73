"""What a console session holds besides its widgets: the account, its pollers, the guard, past troubles."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from typing import TYPE_CHECKING, Any

from livetui.catalogue import load
from livetui.catalogue.mask import public
from livetui.client import Budget, Client, ClientError, Priority, Spent
from livetui.resources import book
from livetui.resources.model import Book, Resource
from livetui.settings import Memory, MemoryUnavailable, Paths, Profile
from livetui.watch.cells import Reader
from livetui.watch.even import EvenClock
from livetui.watch.gather import Account, gather
from livetui.watch.poller import Poller
from livetui.watch.things import Gathered, Snapshot, moved

if TYPE_CHECKING:
    from livetui.console.after import Deed
    from livetui.operations.bulk import Run
    from livetui.operations.guard import Guard, Planned
    from livetui.operations.settle import Settler

TROUBLES = 200
"""How many past errors are kept for the list of them."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One past error, with what is needed to report it."""

    at: datetime
    where: str
    text: str
    meaning: str = ""
    remedy: str = ""
    request_id: str = ""


@dataclass
class Session:
    """One profile's account as the console works with it."""

    profile: Profile
    account: Account
    memory: Memory
    paths: Paths
    clock: EvenClock
    """The one that `now` tells."""
    zone: tzinfo | None = None
    """Zone that times are shown in; None is the machine's."""
    pollers: dict[str, Poller] = field(default_factory=dict)
    readers: dict[str, Reader] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    painted: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the first frame is on the screen: no reading takes its time before that."""
    told: Callable[[str, Snapshot], None] = lambda resource, snapshot: None
    """Called with a resource's id whenever its snapshot was read anew or a reading began."""
    deeds: list[Deed] = field(default_factory=list)
    """What was done from here and can be undone, oldest first."""
    runs: list[Run] = field(default_factory=list)
    """Bulk runs of this session, oldest first."""
    settler: Settler | None = None
    unknown: int = 0
    """Outcomes that are unknown as of the last look at the journal."""
    patience: float = 30.0
    """Seconds in which what was accepted has to be seen."""
    unkept: str = ""
    """Why nothing can be put on record now, so that writes are refused; empty when it can."""
    look_at_disk: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by whoever has seen trouble with it."""
    paused: bool = False
    """Polling is paused in every pane, also in those not looked at yet."""
    _failing: dict[str, frozenset[str]] = field(default_factory=dict)
    """Resource id -> the kinds of failure that its last reading ended with."""

    @cached_property
    def guard(self) -> Guard:
        """The way of every write, made when something is first to be written or its journal read."""
        from livetui.operations.guard import Guard
        from livetui.operations.journal import Journal

        journal = Journal(self.paths.journal_file, self.now)
        return Guard(self.account, journal, self.client.account)

    @property
    def writes_under_way(self) -> bool:
        """Whether something was sent whose outcome is not on record yet."""
        return "guard" in self.__dict__ and bool(self.guard.flying - {""})

    @property
    def client(self) -> Client:
        return self.account.client

    @property
    def book(self) -> Book:
        return self.account.book

    @property
    def may_write(self) -> bool:
        """Whether read-only can be lifted: the profile decides."""
        return not self.profile.read_only

    def now(self) -> datetime:
        return self.account.now()

    def key_for(self, binding: str, default: str) -> str:
        """The key of a verb or pane, as the config may have changed it."""
        return self.profile.keys.get(binding, default)

    def spent(self) -> Spent:
        """What the account's rate budget was spent on of late."""
        return self.client.budget.spent(self.client.account)

    def resource(self, resource_id: str) -> Resource:
        return self.book.resources[resource_id]

    def reader(self, resource_id: str) -> Reader:
        if resource_id not in self.readers:
            self.readers[resource_id] = Reader(self.account.catalogue, self.resource(resource_id), self.zone)
        return self.readers[resource_id]

    def poller(self, resource_id: str) -> Poller:
        """The resource's poller, made when it is first looked at; it remembers its snapshot when hidden."""
        if resource_id not in self.pollers:
            resource = self.resource(resource_id)
            seconds = self.profile.poll_streams if resource.poll == "streams" else self.profile.poll_others
            self.pollers[resource_id] = Poller(
                lambda asked: self.read(resource, Priority.READ if asked else Priority.POLL),
                self.reader(resource_id).values,
                interval=seconds,
                now=self.now,
                told=lambda snapshot: self._told(resource_id, snapshot),
            )
            self.pollers[resource_id].paused = self.paused
        return self.pollers[resource_id]

    async def read(self, resource: Resource, priority: Priority) -> Gathered:
        """One reading of a resource, from the cloud or from the journal."""
        await self.painted.wait()
        if resource.journal:
            from livetui.operations.records import gather_records

            return await asyncio.to_thread(gather_records, self.account, resource, self.guard.journal.path)
        poller = self.pollers.get(resource.id)
        known = poller.snapshot.things if poller is not None else {}
        gathered = await gather(self.account, resource, priority=priority, known=known)
        if resource.recorded is None:
            return gathered
        from livetui.operations.records import with_records

        journal = self.guard.journal.path
        return await asyncio.to_thread(with_records, self.account, resource, gathered, journal)

    def _told(self, resource_id: str, snapshot: Snapshot) -> None:
        """A failure is kept when it begins and when it becomes another one, not at each repetition."""
        failed: list[tuple[str, ClientError]] = []
        if snapshot.error is not None:
            failed = [(resource_id, snapshot.error)]
        elif snapshot.read is not None:
            failed = [
                (f"{resource_id}, {f.part} {f.region}".rstrip(), f.error) for f in snapshot.read.failures
            ]
        before = self._failing.get(resource_id, frozenset())
        self._failing[resource_id] = frozenset(_kind(where, error) for where, error in failed)
        for where, error in failed:
            if _kind(where, error) not in before:
                self.trouble(where, error)
        self.told(resource_id, snapshot)

    def drafts(self) -> Drafts:
        """Where forms keep their drafts."""
        return Drafts(self)

    def keep_call(self, planned: Planned) -> None:
        """Remember a call made from a form, without what is secret in it."""
        params = public(self.account.catalogue, planned.action.parameters, planned.params)
        try:
            self.memory.keep_call(
                self.profile.name, planned.action.service, planned.action.name, params, planned.region
            )
        except MemoryUnavailable as error:
            self.trouble("recent calls", error)

    def mind_the_clock(self) -> timedelta | None:
        """Go by the machine's clock again after somebody has set it; by how much, None when nobody has.

        Ages stay what they were: the times of what was read move along with the clock.
        """
        if self.clock.set_by() is None:
            return None
        off = self.clock.adopt()
        for poller in self.pollers.values():
            poller.snapshot = moved(poller.snapshot, off)
        self.client.skew = None
        return off

    def trouble(self, where: str, error: Exception) -> None:
        """Keep an error for the list of them."""
        self.troubles.append(
            Trouble(
                self.now(),
                where,
                str(error),
                getattr(error, "meaning", "") or "",
                getattr(error, "remedy", "") or "",
                getattr(error, "request_id", "") or "",
            )
        )
        del self.troubles[:-TROUBLES]


def _kind(where: str, error: Exception) -> str:
    """What tells one failure from another: not its RequestId, nor when it was."""
    return f"{where} {type(error).__name__} {getattr(error, 'code', '')}"


@dataclass(frozen=True)
class Drafts:
    """The profile's drafts in the memory; a full disk costs a draft its survival, not the form."""

    session: Session

    def load(self, key: str) -> Mapping[str, Any] | None:
        draft = self.session.memory.draft(self.session.profile.name, key)
        return draft.values if draft else None

    def save(self, key: str, kept: Mapping[str, Any]) -> None:
        try:
            self.session.memory.keep_draft(self.session.profile.name, key, kept)
        except MemoryUnavailable as error:
            self.session.trouble("draft", error)

    def drop(self, key: str) -> None:
        try:
            self.session.memory.drop_draft(self.session.profile.name, key)
        except MemoryUnavailable as error:
            self.session.trouble("draft", error)


def open_session(
    profile: Profile,
    paths: Paths,
    now: Callable[[], datetime],
    *,
    read_only: bool = False,
    zone: tzinfo | None = None,
    client: Client | None = None,
    seconds: Callable[[], float] | None = None,
) -> Session:
    """A session on a profile whose credential is there. Nothing is sent yet.

    `seconds` pass evenly whatever the clock `now` is set to; without them, all its leaps count as time.
    """
    if profile.credential is None:
        raise ValueError(f"profile {profile.name} has no credential")
    catalogue, clock = load("css"), EvenClock(now, seconds)
    client = client or Client(
        catalogue,
        profile.credential,
        endpoint=profile.endpoint,
        account=profile.account or profile.credential.secret_id,
        read_only=read_only or profile.read_only,
        now=clock.now,
        budget=Budget(polling_share=profile.polling_share, shared=paths.state / "budget"),
    )
    account = Account(profile.name, client, catalogue, book("css"), tuple(profile.regions), clock.now)
    return Session(profile, account, Memory(paths.state, clock.now), paths, clock, zone)
