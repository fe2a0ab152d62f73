"""ApsaraVideo Live's side of the account: domains, streams, configs, and what was done.

Its domains and streams are its own: the same venues have others at the other clouds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from livetui.emulator.account import VENUES
from livetui.emulator.apsara.air import Air
from livetui.emulator.apsara.configs import Configs, Thing
from livetui.emulator.css.relays import Play
from livetui.emulator.css.roster import Key, Stream
from livetui.emulator.css.schedule import draw

if TYPE_CHECKING:
    from livetui.emulator.account import Account

DOMAINS = tuple(f"live.{venue}.example" for venue in VENUES)
STOPPED = "live.regatta.example"
"""A domain that was taken out of service: it is read, and nothing can be set for it."""

_BY_INGEST = {f"live.{venue}.example": f"ingest.{venue}.example" for venue in VENUES[:3]}
"""Push domain of a play domain; without one, streams are pushed to the play domain."""

HERE = "127.0.0.1"
"""Whoever calls the emulator calls it from this machine."""


class Operation(NamedTuple):
    """What somebody did to a stream."""

    key: Key
    action: str
    client: str
    at: datetime


@dataclass
class Index:
    """An index file of recordings."""

    key: Key
    start: datetime
    end: datetime
    row: Thing


class Apsara:
    """All that the account has there."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.domains = (*DOMAINS, STOPPED)
        self.air = Air(account)
        self.records = Configs("recording config")
        self.snapshots = Configs("snapshot config")
        self.detections = Configs("detection config")
        self.transcodes = Configs("transcoding")
        self.pulls = Configs("pull config")
        self.stream_notices = Configs("stream notice")
        self.record_notices = Configs("recording notice")
        self.detect_notices = Configs("detection notice")
        self.plays: dict[Key, Play] = {}
        """What each pull config brings in."""
        self.operations: list[Operation] = []
        self.indexes: dict[str, Index] = {}
        """By RecordId."""
        self.days: dict[tuple[str, str, int], Thing] = {}
        """What was worked out of a whole day that is past, by (what, domain, the day's first second)."""
        self.random = account.random("apsara")
        from livetui.emulator.apsara.seed import fill

        fill(self)

    def ident(self) -> str:
        """A new id, written as a UUID is."""
        digits = f"{self.random.getrandbits(128):032x}"
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))

    def ingest(self, stream: Stream) -> str:
        """The domain a stream is pushed to."""
        return _BY_INGEST.get(stream.key.domain, stream.key.domain)

    def push_url(self, stream: Stream, start: int) -> str:
        """The full address of a push that began then: signed by its encoder, or the origin it comes from."""
        pull = self.pulls.find(tuple(stream.key))
        play = self.plays.get(stream.key)
        if pull is not None and play is not None and play.start <= start < play.end:
            return str(pull.data["SourceUrl"]).partition(";")[0]
        signed = "".join(f"{int(draw(stream.serial, start, n) * 2**32):08x}" for n in range(71, 75))
        name = f"{stream.key.app}/{stream.key.name}"
        return f"rtmp://{self.ingest(stream)}/{name}?auth_key={start + 86400}-0-0-{signed}"


def rtmp(key: Key) -> str:
    """A stream's address as the figures have it."""
    return f"rtmp://{key.domain}/{key.app}/{key.name}"
