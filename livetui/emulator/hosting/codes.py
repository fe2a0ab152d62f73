"""LVB codes: the names of the account's streams, each once, whatever domains push it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from livetui.emulator.css.roster import Key, Stream
from livetui.emulator.css.schedule import NEVER, draw, second

if TYPE_CHECKING:
    from livetui.emulator.account import Account

INTERRUPTED, LIVE, DISABLED = 0, 1, 3
"""Status as calls that read tell it; those that set it have a coding of their own."""


class Codes:
    """What is known by its code, and in which status."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._live: list[str] = []
        self._live_of = -1
        self._lists: dict[tuple[int | None, bool], list[str]] = {}
        self._lists_of: tuple[int, tuple[str, ...]] | None = None

    def status(self, code: str, now: datetime) -> int | None:
        """None for a code that nobody has pushed under."""
        if self._account.streams.ban(code, now) is not None:
            return DISABLED
        if self.keys(code, now):
            return LIVE
        return INTERRUPTED if self._account.streams.by_name.get(code) else None

    def keys(self, code: str, now: datetime) -> list[Key]:
        """The streams on the air under a code."""
        return self._account.streams.online(now, name=code)

    def live(self, now: datetime) -> list[str]:
        """The codes on the air, in the order of their names."""
        streams = self._account.streams
        streams.settle(second(now))
        if self._live_of != streams.index.version:
            self._live = sorted({key.name for key in streams.online(now)})
            self._live_of = streams.index.version
        return self._live

    def listed(self, status: int | None, now: datetime, *, newest_first: bool) -> list[str]:
        """Codes of that status, of any for None, by when they were first pushed."""
        streams = self._account.streams
        streams.settle(second(now))
        as_of = (streams.index.version, tuple(ban.name for ban in streams.banned(now)))
        if as_of != self._lists_of:
            # Pages are asked for by the hundred: the list is made once for what it is the list of.
            self._lists, self._lists_of = {}, as_of
        wanted = (status, newest_first)
        if wanted not in self._lists:
            told = self._statuses(now, as_of[1])
            codes = [code for code, one in told.items() if status is None or one == status]
            codes.sort(key=lambda code: (self._created(code), code), reverse=newest_first)
            self._lists[wanted] = codes
        return self._lists[wanted]

    def _statuses(self, now: datetime, banned: tuple[str, ...]) -> dict[str, int]:
        live = {key.name for key in self._account.streams.online(now)}
        dark = set(banned)
        return {
            code: DISABLED if code in dark else LIVE if code in live else INTERRUPTED
            for code, streams in self._account.streams.by_name.items()
            if streams
        }

    def _created(self, code: str) -> int:
        return min(self._first_push(stream) for stream in self._account.streams.by_name[code])

    def _first_push(self, stream: Stream) -> int:
        """As the encoder says; for one that always was, some time since the account was opened."""
        if -NEVER < stream.rhythm.since < NEVER:
            return stream.rhythm.since
        born, made = second(self._account.born), second(self._account.made)
        return born + int(draw(stream.serial, 61) * (made - born))

    # What is done to them.

    def disable(self, code: str, until: datetime, now: datetime) -> None:
        """Every stream of that name goes dark, as it does by css ForbidLiveStream."""
        known = self._account.streams.by_name.get(code)
        key = known[0].key if known else Key("", "", code)
        self._account.streams.forbid(key, until, "", now)

    def enable(self, code: str, now: datetime) -> None:
        self._account.streams.resume(code, now)

    def interrupt(self, code: str, now: datetime) -> None:
        """Cuts the pushes of a code off; their encoders may come back."""
        for key in self.keys(code, now):
            self._account.streams.drop(key, now)
