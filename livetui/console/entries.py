"""What the palette offers besides panes, verbs and actions: streams, saved filters, profiles."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from livetui.console import finding, lookup, switching, views
from livetui.console.screens.palette import Entry
from livetui.console.session import Session
from livetui.console.standing import SYSTEMS
from livetui.operations.names import Name, parse
from livetui.resources.model import Resource
from livetui.resources.union import ON_AIR
from livetui.watch.things import Identity, Thing

if TYPE_CHECKING:
    from livetui.console.app import LivetuiApp
    from livetui.console.screens.main import MainScreen

MOST = 30
"""Streams offered at once."""
NAMED = 5.0
"""Rank of a stream that has in its name what was typed; those after the first lose a hair."""
STREAM, SAVE, DELETE = "stream", "save-filter", "delete-filter"


def standing_entries(app: LivetuiApp) -> list[Entry]:
    """Saved filters and profiles: what is there whatever is typed."""
    return [*_filters(app.lists), *switching.entries(app)]


def _filters(lists: MainScreen) -> list[Entry]:
    """This list's saved filters before those of others."""
    return [
        Entry(
            f"filter {name}",
            f"{resource.title}: {text}",
            partial(finding.recall, lists, resource.id, text, name),
            1.5 if resource is lists.resource else 0.8,
        )
        for resource, name, text in _saved(lists.session)
    ]


def _saved(session: Session) -> list[tuple[Resource, str, str]]:
    """Every saved filter of the profile, with its list and its name."""
    held = session.memory.views(session.profile.name)
    return [
        (resource, name, text)
        for resource in session.book.resources.values()
        if resource.id in held
        for name, text in views.read(held[resource.id], resource).saved.items()
    ]


def offers(app: LivetuiApp) -> Callable[[str], list[Entry]]:
    """What is offered for a text only once it is typed, each with its rank among what else was found."""
    lists = app.lists
    rolls: dict[str, Roll] = {}

    def offer(text: str) -> list[Entry]:
        command, _, rest = text.strip().partition(" ")
        rest = rest.strip()
        if command == SAVE:
            return _save(lists, rest)
        if command == DELETE:
            return _delete(lists, rest)
        if command == STREAM and rest:
            found = _streams(lists, rolls, rest)
            # Whoever asks for a stream by its name means no verb that happens to have the words too.
            found = [replace(one, boost=one.boost + 10) if one.boost > NAMED - 1 else one for one in found]
            return [*_look_up(lists, rest, 20.0), *found, *_not_asked(lists, len(found))]
        if command == STREAM:
            return []
        return [*_streams(lists, rolls, text.strip()), *_look_up(lists, text, -1.0)]

    return offer


def _save(lists: MainScreen, name: str) -> list[Entry]:
    text = lists.table.filter_text
    about = f"keep {text} for {lists.resource.title}" if text else "no filter is in force: / types one"
    if not name:
        return [Entry(SAVE, f"{about}: type a name", lambda: None, 20.0)]
    return [Entry(f"{SAVE} {name}", about, partial(finding.save, lists, name), 20.0)]


def _delete(lists: MainScreen, part: str) -> list[Entry]:
    return [
        Entry(
            f"{DELETE} {name}",
            f"{resource.title}: {text}",
            partial(finding.delete, lists, resource.id, name),
            20.0 if resource is lists.resource else 19.0,
        )
        for resource, name, text in _saved(lists.session)
        if part.casefold() in name.casefold()
    ]


def _look_up(lists: MainScreen, text: str, rank: float) -> list[Entry]:
    """Ask the service, for a name that may be online, forbidden or gone."""
    if not _asked_by_name(lists):
        return []
    name = parse(text)
    if not isinstance(name, Name):
        about = f"{name.text or 'this'} {name.why}"
        return [Entry(f"{STREAM} …", about, lambda: None, rank)] if rank > 0 else []
    about = "looked up online, forbidden, in the events"
    return [Entry(f"{STREAM} {name}", about, partial(lookup.go_to, lists, name), rank)]


def _asked_by_name(lists: MainScreen) -> bool:
    return any(session.service == lookup.SERVICE for session in lists.session.siblings)


def _not_asked(lists: MainScreen, found: int) -> list[Entry]:
    """That no service was asked: below what the lists know, or in its place."""
    if _asked_by_name(lists):
        return []
    name = "not looked up by name" if found else "not listed, nor looked up by name"
    about = f"only {SYSTEMS[lookup.SERVICE]} can be asked so; {lists.session.profile.name} has none"
    return [Entry(name, about, lambda: None, 0.1 if found else 20.0)]


# Streams by name, from what was read last.


@dataclass
class Roll:
    """The names of one list's things, made to be searched while somebody types."""

    things: Mapping[Identity, Thing]
    identities: list[Identity]
    lines: list[str]
    text: str

    @classmethod
    def of(cls, things: Mapping[Identity, Thing]) -> Roll:
        identities = [identity for identity in things if len(identity.key) == len(lookup.IDENTITY)]
        lines = ["/".join(identity.key).replace("\n", " ").casefold() for identity in identities]
        return cls(things, identities, lines, "\n".join(lines))

    def search(self, text: str, most: int) -> tuple[list[Identity], int]:
        """At most so many things that have every word in name, app or domain, and how many there are.

        First those whose own name begins with what was typed, then those that have it in the name. Where no
        thing has every word: those that have the letters in this order, as many as are asked for.
        """
        words = text.casefold().split()
        if not words:
            return [], 0
        hits = [i for i, held in enumerate(self.lines) if words[0] in held]
        for word in words[1:]:
            hits = [i for i in hits if word in self.lines[i]]
        if hits:
            hits.sort(key=lambda i: self._distance(i, words[-1]))
            return [self.identities[i] for i in hits[:most]], len(hits)
        letters = "".join(words)
        return (self._in_order(letters, most), 0) if len(letters) > 2 else ([], 0)

    def _distance(self, number: int, word: str) -> int:
        name = self.lines[number].rpartition("/")[2]
        return 0 if name.startswith(word) else 1 if word in name else 2

    def _in_order(self, letters: str, most: int) -> list[Identity]:
        pattern = re.compile("^[^\n]*?" + "[^\n]*?".join(map(re.escape, letters)), re.MULTILINE)
        found: list[Identity] = []
        line, at = 0, 0
        for match in pattern.finditer(self.text):
            line, at = line + self.text.count("\n", at, match.start()), match.start()
            found.append(self.identities[line])
            if len(found) == most:
                break
        return found


def _streams(lists: MainScreen, rolls: dict[str, Roll], text: str) -> list[Entry]:
    """Streams by name across all domains, from the lists as they were last read."""
    session = lists.session
    made: list[Entry] = []
    for resource in _searched(lists):
        things = session.known(resource.id)
        if not things:
            continue
        if resource.id not in rolls or rolls[resource.id].things is not things:
            rolls[resource.id] = Roll.of(things)
        found, count = rolls[resource.id].search(text, MOST)
        for number, identity in enumerate(found):
            named = text.casefold() in identity.key[-1].casefold()
            rank = NAMED if named else 3.0 if count else 0.5
            made.append(_stream(lists, resource, things[identity], rank - number / 1000))
        if count > MOST:
            name, about = f"all {count:,} {resource.title}: {text}", "as a filter of the list"
            made.append(Entry(name, about, partial(finding.recall, lists, resource.id, text), 2.9))
    return made


def _searched(lists: MainScreen) -> list[Resource]:
    """The lists of streams; that of all sources, while it is in view, for those that it is made of."""
    window = lists.session.window
    together = window.is_union(lists.resource.id)
    return [
        one
        for one in window.book.resources.values()
        if (window.is_union(one.id) and together)
        or (one.key == lookup.IDENTITY and not (together and one.id in ON_AIR))
    ]


def _stream(lists: MainScreen, resource: Resource, thing: Thing, rank: float) -> Entry:
    domain, app, name = thing.identity.key
    profile = f"{thing.identity.profile}  " if len(lists.session.window.profiles) > 1 else ""
    state = lists.session.reader(resource.id).state(thing).word
    where = "/".join(part for part in (domain, app) if part)
    about = f"{state if state == resource.title else f'{resource.title}, {state}'}  {profile}{where}"
    go = partial(lists.follow, resource.id, thing.identity.key)
    return Entry(f"{STREAM} {name}", about, go, rank)
