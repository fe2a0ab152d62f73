"""One service of one account as the console works with it; what a window's sessions share is in `Window`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from functools import cached_property, partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar

from livetui.catalogue.mask import public
from livetui.client import Budget, Client, Priority, Spent
from livetui.console.window import Shared, Trouble, Waiting, Window
from livetui.frozen import frozen
from livetui.resources.model import Book, Resource
from livetui.settings import Memory, MemoryUnavailable, Paths, Profile
from livetui.watch.cells import Reader
from livetui.watch.even import EvenClock
from livetui.watch.gather import Account
from livetui.watch.opening import open_account
from livetui.watch.poller import Poller
from livetui.watch.things import Gathered, Identity, Snapshot, Thing, moved

if TYPE_CHECKING:
    from livetui.console.after import Deed
    from livetui.operations.bulk import Run
    from livetui.operations.guard import Guard, Planned
    from livetui.operations.settle import Settler
    from livetui.watch.union import UnionPoller


@dataclass(eq=False, repr=False)
class Session:
    """One service of one profile's account.

    Asked for a resource, a reader or a poller it gives also those of the profile's other services: ids of
    resources are the same for all of them. What is sent goes by the session whose account has it: see `of`.
    """

    profile: Profile
    account: Account
    window: Window
    pollers: dict[str, Poller] = field(default_factory=dict)
    readers: dict[str, Reader] = field(default_factory=dict)
    settler: Settler | None = None
    unknown: int = 0
    """Outcomes of this service that are unknown as of the last look at the journal."""

    memory: ClassVar[Shared[Memory]] = Shared()
    paths: ClassVar[Shared[Paths]] = Shared()
    clock: ClassVar[Shared[EvenClock]] = Shared()
    zone: ClassVar[Shared[tzinfo | None]] = Shared()
    troubles: ClassVar[Shared[list[Trouble]]] = Shared()
    painted: ClassVar[Shared[asyncio.Event]] = Shared()
    told: ClassVar[Shared[Callable[[str, Snapshot], None]]] = Shared()
    deeds: ClassVar[Shared[list[Deed]]] = Shared()
    runs: ClassVar[Shared[list[Run]]] = Shared()
    patience: ClassVar[Shared[float]] = Shared()
    unkept: ClassVar[Shared[str]] = Shared()
    look_at_disk: ClassVar[Shared[asyncio.Event]] = Shared()
    paused: ClassVar[Shared[bool]] = Shared()

    @property
    def service(self) -> str:
        return self.account.catalogue.service

    @property
    def named(self) -> str:
        """What workers are called that end with it."""
        return f"{self.profile.name} {self.service}"

    # -- which session --------------------------------------------------------------------------------

    def of(self, what: Resource | Thing | Identity | str) -> Session:
        """The session whose account has a thing, a resource's list, or a service (by its id)."""
        if isinstance(what, Thing):
            what = what.identity
        if isinstance(what, Identity):
            return self.window.owner(what.profile, what.kind)
        if isinstance(what, Resource):
            return self.window.owner(self.profile.name, what.id)
        return self.window.sessions[(self.profile.name, what)]

    @property
    def siblings(self) -> list[Session]:
        """Every session of the profile, this one too."""
        return self.window.of_profile(self.profile.name)

    @cached_property
    def guard(self) -> Guard:
        """The way of every write, made when something is first to be written or its journal read."""
        from livetui.operations.guard import Guard
        from livetui.operations.journal import Journal

        journal = Journal(self.paths.journal_file, self.now)
        cloud = self.account.catalogue.cloud
        return Guard(self.account, journal, self.client.account, cloud)

    @property
    def writes_under_way(self) -> bool:
        """Whether something was sent whose outcome is not on record yet."""
        return "guard" in self.__dict__ and bool(self.guard.flying - {""})

    @property
    def client(self) -> Client:
        return self.account.client

    @property
    def book(self) -> Book:
        """All that can be looked at: the panes of the profile in front."""
        return self.window.book

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
        """Any of the profile's, or of what the window shows. Raises KeyError."""
        own = self.window.owner(self.profile.name, resource_id).account.book.resources
        return own[resource_id] if resource_id in own else self.book.resources[resource_id]

    def reader(self, resource_id: str) -> Reader:
        if self.window.is_union(resource_id):
            return self.window.union_reader()
        owner = self.window.owner(self.profile.name, resource_id)
        if resource_id not in owner.readers:
            resource = self.resource(resource_id)
            owner.readers[resource_id] = Reader(owner.account.catalogue, resource, self.zone)
        return owner.readers[resource_id]

    def poller(self, resource_id: str) -> Poller | UnionPoller:
        """What keeps a list fresh: its own poller, or those of all sources together."""
        if self.window.is_union(resource_id):
            return self.window.union_poller()
        return self.own_poller(resource_id)

    def own_poller(self, resource_id: str) -> Poller:
        """One list's poller, made when it is first looked at; it remembers its snapshot when hidden."""
        owner = self.window.owner(self.profile.name, resource_id)
        if resource_id not in owner.pollers:
            owner.pollers[resource_id] = owner._made_poller(self.resource(resource_id))
        return owner.pollers[resource_id]

    def _made_poller(self, resource: Resource) -> Poller:
        profile = self.profile
        made = Poller(
            lambda asked: self.read(resource, Priority.READ if asked else Priority.POLL),
            self.reader(resource.id).values,
            interval=profile.poll_streams if resource.poll == "streams" else profile.poll_others,
            now=self.now,
            told=lambda snapshot: self._told(resource.id, snapshot),
        )
        made.paused = self.paused
        return made

    async def read(self, resource: Resource, priority: Priority) -> Gathered:
        """One reading of a resource, from the cloud or from the journal."""
        await self.painted.wait()
        # What reading takes is loaded beside the loop, at the first reading.
        await asyncio.to_thread(import_module, "livetui.operations.reading")
        from livetui.operations.reading import read_list

        return await read_list(
            self.account, resource, self.paths, priority=priority, known=self.known(resource.id)
        )

    def known(self, resource_id: str) -> Mapping[Identity, Thing]:
        """What was read of a list so far."""
        if self.window.is_union(resource_id):
            return self.window.union_poller().snapshot.things
        poller = self.window.owner(self.profile.name, resource_id).pollers.get(resource_id)
        return poller.snapshot.things if poller is not None else {}

    def _told(self, resource_id: str, snapshot: Snapshot) -> None:
        self.window.note_failures(self, resource_id, snapshot)
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
        for session in self.window.sessions.values():
            for poller in session.pollers.values():
                poller.snapshot = moved(poller.snapshot, off)
            session.client.skew = None
        return off

    def trouble(self, where: str, error: Exception) -> None:
        """Keep an error for the list of them, with whose it is where several profiles are open."""
        several = len(self.window.profiles) > 1
        self.window.trouble(f"{self.profile.name}: {where}" if several else where, error)


@frozen
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
    """A window of its own on a profile whose credential is there: the session of its first service.

    The others join it with `Window.complete`, since each has its documents to read. `seconds` pass evenly
    whatever the clock `now` is set to; without them, all its leaps count as time. Nothing is sent yet.
    Raises what `join` does.
    """
    clock = EvenClock(now, seconds)
    memory = Memory(paths.state, clock.now)
    window = Window(memory, paths, clock, zone, front=profile.name, read_only=read_only)
    return join(window, profile, client=client)


def join(window: Window, profile: Profile, *, client: Client | None = None) -> Session:
    """Take a profile into a window, its first service now and the others with `Window.complete`.

    `client` is the first one's, for tests and benchmarks. Raises CredentialMissing, BadEndpoint,
    PlainHttpRefused or BadCredential; then nothing is taken in.
    """
    budget = Budget(polling_share=profile.polling_share, shared=window.paths.state / "budget")

    def opened(service: str, client: Client | None = None) -> Session:
        account = open_account(profile, service, now=window.clock.now, budget=budget, client=client)
        return Session(profile, account, window)

    first, *others = profile.served
    session = opened(first, client)
    window.take_in(session)
    window.waiting += [Waiting(profile.name, service, partial(opened, service)) for service in others]
    return session
