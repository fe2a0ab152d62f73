"""One emulated account: a seed, a clock, and one part for each noun."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING

from livetui.catalogue.loader import Catalogue, load
from livetui.emulator.clock import Clock

if TYPE_CHECKING:
    from livetui.emulator.apsara.state import Apsara
    from livetui.emulator.css.certificates import Certificates
    from livetui.emulator.css.domains import Domains
    from livetui.emulator.css.families import Families
    from livetui.emulator.css.streams import Streams
    from livetui.emulator.css.tasks import Tasks
    from livetui.emulator.hosting.state import Hosting
    from livetui.emulator.mdp.region import Packaging

VENUES = ("harbor", "stadium", "campus", "market")
"""The account's sites; each has a push and a play domain under the reserved `.example`."""

PUSH_DOMAINS = tuple(f"push.{venue}.example" for venue in VENUES)
PLAY_DOMAINS = tuple(f"play.{venue}.example" for venue in VENUES)

ACTIVE, NOT_ACTIVATED, SUSPENDED = "active", "not-activated", "suspended"
STATES = (ACTIVE, NOT_ACTIVATED, SUSPENDED)


class Account:
    """Everything the emulated cloud remembers of one customer.

    A part is made when it is first asked for, as `Part(account)`, from `random(its name)`: the account
    is a function of its seed whatever order the parts are used in. A part reaches the others through
    the account, never while it is being made; what the tasks push is handed to the streams.
    """

    def __init__(self, seed: int = 1, streams: int = 60, clock: Clock | None = None) -> None:
        """`streams`: how many encoders; what the account's own tasks push, and two stages, come on top."""
        self.seed = seed
        self.stream_count = streams
        self.clock = clock or Clock()
        self.catalogue: Catalogue = load("css")
        self.app_id = 1_250_000_000 + seed % 1_000_000
        self.status = ACTIVE
        self.made: datetime = self.clock.now().replace(microsecond=0)
        """As of when the account was drawn from its seed."""
        self.born: datetime = self.made - timedelta(days=400)
        """When the customer opened the account: nothing in it is older."""

    def random(self, name: str) -> Random:
        """A generator of its own for each name, so that one part's draws never move another's."""
        return Random(f"{self.seed}/{name}")

    def reset(self, *, seed: int | None = None, streams: int | None = None) -> None:
        """Back to the state the seed gives at the clock's present time."""
        fresh = Account(
            self.seed if seed is None else seed,
            self.stream_count if streams is None else streams,
            self.clock,
        )
        self.__dict__.clear()
        self.__dict__.update(fresh.__dict__)

    @cached_property
    def domains(self) -> Domains:
        from livetui.emulator.css.domains import Domains

        return Domains(self)

    @cached_property
    def certificates(self) -> Certificates:
        from livetui.emulator.css.certificates import Certificates

        return Certificates(self)

    @cached_property
    def streams(self) -> Streams:
        from livetui.emulator.css.streams import Streams

        return Streams(self, self.tasks.pulls.plays())

    @cached_property
    def families(self) -> Families:
        from livetui.emulator.css.families import Families

        return Families(self)

    @cached_property
    def tasks(self) -> Tasks:
        from livetui.emulator.css.tasks import Tasks

        return Tasks(self)

    @cached_property
    def packaging(self) -> Packaging:
        from livetui.emulator.mdp.region import Packaging

        return Packaging(self)

    @cached_property
    def hosting(self) -> Hosting:
        from livetui.emulator.hosting.state import Hosting

        return Hosting(self)

    @cached_property
    def apsara(self) -> Apsara:
        from livetui.emulator.apsara.state import Apsara

        return Apsara(self)
