"""Configs of domains, apps and streams: which are in force, and which were at any time.

What a config brought about in the past stays as it was when the config is changed or deleted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from livetui.emulator.answers import Refusal
from livetui.emulator.css.schedule import NEVER

Thing = dict[str, Any]
Name = tuple[str, ...]
"""What tells a config from others: domain first, then app, stream or template as far as needed."""
ANY_APP = "*"
"""As a config's app: every app of the domain that has none of its own."""


@dataclass(slots=True)
class Config:
    """One config as it stood for a time; times are UNIX seconds."""

    key: Name
    data: Thing
    since: int
    made: int
    """When it was added; `since` is that of its latest change."""
    until: int = NEVER
    begin: int = -NEVER
    """No effect before this, and none from `end` on."""
    end: int = NEVER

    def acts(self, at: int) -> bool:
        return max(self.since, self.begin) <= at < min(self.until, self.end)


class Configs:
    """Configs of one kind, at most one for each key."""

    def __init__(self, one: str) -> None:
        """`one` is what people call such a config."""
        self._one = one
        self._all: dict[Name, list[Config]] = defaultdict(list)

    def find(self, key: Name) -> Config | None:
        kept = self._all.get(key)
        return kept[-1] if kept and kept[-1].until == NEVER else None

    def have(self, key: Name) -> Config:
        """Raises ConfigNotFound."""
        found = self.find(key)
        if found is None:
            raise Refusal("ConfigNotFound", f"There is no {self._one} of {'/'.join(filter(None, key))}.")
        return found

    def of(self, domain: str) -> list[Config]:
        """Those that a domain has now, the oldest first."""
        kept = [rows[-1] for key, rows in self._all.items() if key[0] == domain]
        return sorted((c for c in kept if c.until == NEVER), key=lambda c: (c.made, c.key))

    def ever(self, domain: str) -> list[Config]:
        """Those that a domain has or had."""
        return [config for key, rows in self._all.items() if key[0] == domain for config in rows]

    def add(self, key: Name, data: Thing, at: int, *, begin: int = -NEVER, end: int = NEVER) -> None:
        """Raises ConfigAlreadyExists."""
        if self.find(key) is not None:
            words = f"There is a {self._one} of {'/'.join(filter(None, key))} already."
            raise Refusal("ConfigAlreadyExists", words)
        self._all[key].append(Config(key, data, at, at, begin=begin, end=end))

    def put(self, key: Name, data: Thing, at: int) -> None:
        """Changes the config from now on; adds it where there is none."""
        there = self.find(key)
        if there is not None:
            there.until = at
        self._all[key].append(Config(key, data, at, at if there is None else there.made))

    def delete(self, key: Name, at: int) -> None:
        """Raises ConfigNotFound."""
        self.have(key).until = at

    def at(self, keys: Sequence[Name], at: int) -> Config | None:
        """The one that acts at a moment; of several keys the first that has one."""
        return next((c for key in keys for c in self._all.get(key, ()) if c.acts(at)), None)

    def acting(self, keys: Sequence[Name], start: int, end: int) -> Iterator[tuple[int, int, Config]]:
        """Which acts when within [start, end), as spans in order of time."""
        rows = [config for key in keys for config in self._all.get(key, ())]
        moments = (at for c in rows for at in (c.since, c.begin, c.until, c.end) if start < at < end)
        began, acts = start, None
        for at in sorted({start, *moments}):
            config = next((c for c in rows if c.acts(at)), None)
            if config is not acts:
                if acts is not None:
                    yield began, at, acts
                began, acts = at, config
        if acts is not None:
            yield began, end, acts


def by_app(domain: str, app: str) -> tuple[tuple[str, str], ...]:
    """Whose config counts for an app: its own, else that of every app."""
    return (domain, app), (domain, ANY_APP)


def by_stream(domain: str, app: str, name: str) -> tuple[tuple[str, str, str], ...]:
    """Whose config counts for a stream: its own, else its app's, else that of every app."""
    return (domain, app, name), (domain, ANY_APP, name), (domain, app, ""), (domain, ANY_APP, "")
