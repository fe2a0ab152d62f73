"""What one console window holds: the profiles that are open in it, and what all their sessions share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from livetui.client import ClientError
from livetui.frozen import frozen
from livetui.resources import joined
from livetui.resources.model import Book, Resource
from livetui.resources.union import ALL_STREAMS, ON_AIR
from livetui.settings import Memory, Paths
from livetui.watch.even import EvenClock
from livetui.watch.things import Identity, Snapshot

if TYPE_CHECKING:
    from livetui.console.after import Deed
    from livetui.console.session import Session
    from livetui.operations.bulk import Run
    from livetui.watch.union import Part, UnionPoller, UnionReader

TROUBLES = 200
"""How many past errors are kept for the list of them."""
T = TypeVar("T")


class Waiting(NamedTuple):
    """A service that is still to join its profile."""

    profile: str
    service: str
    open: Callable[[], Session]
    """Raises ClientError or CredentialMissing."""


@frozen
class Trouble:
    """One past error, with what is needed to report it."""

    at: datetime
    where: str
    text: str
    meaning: str = ""
    remedy: str = ""
    request_id: str = ""


class Shared(Generic[T]):
    """A member of a session that is its window's, the same for all of them; it is set there."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, session: Session, owner: type | None = None) -> T:
        value: T = getattr(session.window, self._name)
        return value


@dataclass(eq=False, repr=False)
class Window:
    """The sessions of one window, by profile and service, in the order they were opened."""

    memory: Memory
    paths: Paths
    clock: EvenClock
    zone: tzinfo | None = None
    """Zone that times are shown in; None is the machine's."""
    front: str = ""
    """The profile whose panes are shown."""
    sessions: dict[tuple[str, str], Session] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    painted: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once the first frame is on the screen: no reading takes its time before that."""
    told: Callable[[str, Snapshot], None] = lambda resource, snapshot: None
    """Called with a resource's id whenever its snapshot was read anew or a reading began."""
    deeds: list[Deed] = field(default_factory=list)
    """What was done from here and can be undone, oldest first."""
    runs: list[Run] = field(default_factory=list)
    """Bulk runs of this window, oldest first."""
    patience: float = 30.0
    """Seconds in which what was accepted has to be seen."""
    unkept: str = ""
    """Why nothing can be put on record now, so that writes are refused; empty when it can."""
    look_at_disk: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by whoever has seen trouble with it."""
    paused: bool = False
    """Polling is paused in every pane, also in those not looked at yet."""
    read_only: bool = False
    """The operator wants no writes from here, whatever the profiles allow; `write` switches it."""
    waiting: list[Waiting] = field(default_factory=list)
    """Services that are still to join: see `complete`."""
    _book: Book | None = None
    _reader_of_all: UnionReader | None = None
    _poller_of_all: UnionPoller | None = None
    _failing: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    """Profile and resource id -> the kinds of failure that the last reading ended with."""

    # -- profiles -------------------------------------------------------------------------------------

    @property
    def profiles(self) -> tuple[str, ...]:
        """Names of the profiles that are open, the one in front first."""
        names = dict.fromkeys(name for name, _ in self.sessions)
        return (self.front, *(name for name in names if name != self.front))

    def complete(self) -> list[str]:
        """Let the services join that have waited; why one could not, which is listed as a trouble too."""
        waited, self.waiting = self.waiting, []
        return self._let_in(waited, _opened(waited))

    async def completed(self) -> list[str]:
        """The same; each is opened beside the loop, since it has its documents to read."""
        waited, self.waiting = self.waiting, []
        return self._let_in(waited, await asyncio.to_thread(_opened, waited))

    def _let_in(self, waited: Sequence[Waiting], opened: Sequence[Session | Exception]) -> list[str]:
        why: list[str] = []
        for (profile, service, _), came in zip(waited, opened, strict=True):
            if profile not in self.profiles:
                continue
            if isinstance(came, Exception):
                self.trouble(f"profile {profile}, {service}", came)
                why.append(f"{service} of profile {profile} could not be opened: {came}")
            else:
                self.take_in(came)
        return why

    def of_profile(self, name: str) -> list[Session]:
        return [session for (owner, _), session in self.sessions.items() if owner == name]

    def take_in(self, session: Session) -> None:
        session.client.read_only = self.read_only or session.profile.read_only
        self.sessions[(session.profile.name, session.service)] = session
        self._changed()

    def let_go(self, name: str) -> list[Session]:
        """Forget a profile; its sessions, to be closed by whoever lets go of them."""
        gone = self.of_profile(name)
        for session in gone:
            del self.sessions[(name, session.service)]
        self.waiting = [one for one in self.waiting if one.profile != name]
        self._failing = {key: kinds for key, kinds in self._failing.items() if key[0] != name}
        self._changed()
        return gone

    def bring_to_front(self, name: str) -> Session:
        """Show this profile's panes from now on. KeyError for one that is not open."""
        first = self.of_profile(name)
        if not first:
            raise KeyError(name)
        self.front = name
        self._changed()
        return first[0]

    def _changed(self) -> None:
        self._book = self._reader_of_all = None
        if self._poller_of_all is not None:
            self._poller_of_all.change(self._parts().values())

    def write(self, on: bool) -> None:
        """Switch writes off everywhere, or on where the profile allows it."""
        self.read_only = not on
        for session in self.sessions.values():
            session.client.read_only = self.read_only or session.profile.read_only

    async def aclose(self) -> None:
        await asyncio.gather(*(session.client.aclose() for session in self.sessions.values()))

    # -- resources ------------------------------------------------------------------------------------

    @property
    def book(self) -> Book:
        if self._book is None:
            services = [session.service for session in self.of_profile(self.front)]
            self._book = joined(services, ALL_STREAMS if len(self._on_air()) > 1 else None)
        return self._book

    @property
    def home(self) -> str:
        """The resource that is shown first where nothing else is asked for."""
        panes = self.book.panes
        return next((pane for pane in panes if set(ON_AIR) & set(pane.resources)), panes[0]).resources[0]

    def owner(self, profile: str, resource_id: str) -> Session:
        """The session whose account has the resource; the profile's first for what no service has alone."""
        sessions = self.of_profile(profile)
        return next((one for one in sessions if resource_id in one.account.book.resources), sessions[0])

    # -- all sources as one ---------------------------------------------------------------------------

    def is_union(self, resource_id: str) -> bool:
        return resource_id == ALL_STREAMS.id

    def _on_air(self) -> list[tuple[Session, Resource]]:
        """The lists that the union is made of: one of each session that has one."""
        return [
            (session, session.account.book.resources[name])
            for session in self.sessions.values()
            for name in ON_AIR
            if name in session.account.book.resources
        ]

    @property
    def on_air(self) -> list[Resource]:
        """What the rows of the list of all sources are."""
        return [resource for _, resource in self._on_air()]

    def label(self, session: Session) -> str:
        """What a source is called: its profile, and the service where the profile has several."""
        several = sum(one.profile.name == session.profile.name for one, _ in self._on_air()) > 1
        return f"{session.profile.name} {session.service}" if several else session.profile.name

    def sources(self, identities: Iterable[Identity]) -> list[str]:
        """What the sources of things are called, in the order they were opened."""
        lists = {(one.profile, one.kind) for one in identities}
        return [
            self.label(session)
            for session, resource in self._on_air()
            if (session.profile.name, resource.id) in lists
        ]

    def union_reader(self) -> UnionReader:
        from livetui.watch.union import UnionReader

        if self._reader_of_all is None:
            self._reader_of_all = UnionReader(ALL_STREAMS, self._parts(), self.zone)
        return self._reader_of_all

    def union_poller(self) -> UnionPoller:
        from livetui.watch.union import UnionPoller

        if self._poller_of_all is None:
            self._poller_of_all = UnionPoller(self._parts().values())
        return self._poller_of_all

    def _parts(self) -> dict[tuple[str, str], Part]:
        from livetui.watch.union import Part

        return {
            (session.profile.name, one.id): Part(
                self.label(session), session.reader(one.id), session.own_poller(one.id)
            )
            for session, one in self._on_air()
        }

    # -- what went wrong ------------------------------------------------------------------------------

    def note_failures(self, session: Session, resource_id: str, snapshot: Snapshot) -> None:
        """A failure is kept when it begins and when it becomes another one, not at each repetition."""
        failed: list[tuple[str, ClientError]] = []
        if snapshot.error is not None:
            failed = [(resource_id, snapshot.error)]
        elif snapshot.read is not None:
            failed = [
                (f"{resource_id}, {f.part} {f.region}".rstrip(), f.error) for f in snapshot.read.failures
            ]
        key = (session.profile.name, resource_id)
        before = self._failing.get(key, frozenset())
        self._failing[key] = frozenset(_kind(where, error) for where, error in failed)
        for where, error in failed:
            if _kind(where, error) not in before:
                session.trouble(where, error)

    def trouble(self, where: str, error: Exception) -> None:
        """Keep an error for the list of them."""
        self.troubles.append(
            Trouble(
                self.clock.now(),
                where,
                str(error),
                getattr(error, "meaning", "") or "",
                getattr(error, "remedy", "") or "",
                getattr(error, "request_id", "") or "",
            )
        )
        del self.troubles[:-TROUBLES]


def _opened(waited: Sequence[Waiting]) -> list[Session | Exception]:
    """What each came to; nothing is sent yet."""
    from livetui.settings import CredentialMissing

    made: list[Session | Exception] = []
    for one in waited:
        try:
            made.append(one.open())
        except (ClientError, CredentialMissing) as error:
            made.append(error)
    return made


def _kind(where: str, error: Exception) -> str:
    """What tells one failure from another: not its RequestId, nor when it was."""
    return f"{where} {type(error).__name__} {getattr(error, 'code', '')}"


def titles(sessions: Sequence[Session]) -> str:
    """The systems of some sessions, in words."""
    return " + ".join(session.account.catalogue.title for session in sessions)
