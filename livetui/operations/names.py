"""Streams by the names people write: `[domain/[app/]]name`, one or a list of them.

A name is looked for among the streams online, then among the forbidden, then in the events of the last
weeks. One that fits several streams is not guessed at: its candidates are told instead.
Where no list can be asked by name, the lists of streams are read whole; where there are none, names are
whole addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from livetui.client import Priority
from livetui.resources.model import Book, Resource, Source, Verb
from livetui.watch.gather import Account, gather
from livetui.watch.lists import Answer, Asked, ask, each
from livetui.watch.things import Identity, Thing

EVENTS_BACK = "29d"
"""How far back the events are asked; they are listed for 60 days, 30 at a time."""

ONLINE = Source("DescribeLiveStreamOnlineList")
FORBIDDEN = Source("DescribeLiveForbidStreamList")
EVENTS = Source("DescribeLiveStreamEventList", {"IsStrict": 1}, last=EVENTS_BACK)
STREAM = ("DomainName", "AppName", "StreamName")
"""The key of a list of streams."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it was written; a part left out is empty."""

    name: str
    app: str = ""
    domain: str = ""
    line: int = 0
    """From 1 in a list; 0 for one that stood alone."""

    def __str__(self) -> str:
        return "/".join(part for part in (self.domain, self.app, self.name) if part)


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a list that is no name; `why` reads on from its text."""

    text: str
    why: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.text} {self.why}"


@dataclass(frozen=True, slots=True)
class Place:
    """One stream that a name stands for."""

    domain: str
    app: str
    name: str
    where: str
    """online, forbidden or events: the list it was found in."""
    data: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """Its row of that list."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.domain, self.app, self.name

    def __str__(self) -> str:
        return f"{self.domain}/{self.app}/{self.name}"

    def thing(self, account: Account, resource: str = "streams") -> Thing:
        """The stream as a thing of a list of streams."""
        named = {"DomainName": self.domain, "AppName": self.app, "StreamName": self.name}
        return Thing(Identity(account.profile, "", resource, self.key), {**self.data, **named}, account.now())


@dataclass(frozen=True, slots=True)
class Found:
    """A name that stands for one stream."""

    asked: Name
    place: Place


@dataclass(frozen=True, slots=True)
class Candidates:
    """A name that fits several streams."""

    asked: Name
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A name that no list knows, or that no list says the domain of."""

    asked: Name
    why: str = ""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What the names of a list stand for, each in the list's order."""

    found: tuple[Found, ...] = ()
    candidates: tuple[Candidates, ...] = ()
    missing: tuple[Missing, ...] = ()
    bad: tuple[BadLine, ...] = ()
    repeated: tuple[Name, ...] = ()
    """Names that stand for a stream which an earlier line stands for already."""

    @property
    def clear(self) -> bool:
        """Whether every line stands for one stream, so that something may be sent."""
        return bool(self.found) and not (self.candidates or self.missing or self.bad)

    def places(self) -> tuple[Place, ...]:
        """The streams, none twice."""
        return tuple(one.place for one in self.found)


def parse(text: str, line: int = 0) -> Name | BadLine:
    """One name: `name`, `domain/name` or `domain/app/name`."""
    text = text.strip()
    parts = text.split("/")
    if len(parts) > 3:
        return BadLine(text, "has more than domain/app/name", line)
    if not all(parts):
        return BadLine(text, "has an empty part", line)
    if any(re.search(r"\s", part) for part in parts):
        return BadLine(text, "holds a blank: write one name a line", line)
    domain = parts[0] if len(parts) > 1 else ""
    app = parts[1] if len(parts) > 2 else ""
    return Name(parts[-1], app, domain, line)


def parse_list(text: str) -> list[Name | BadLine]:
    """A name a line. Left out: blank lines, and a `#` at the start or after a blank with what follows."""
    made: list[Name | BadLine] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        bare = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        if bare:
            made.append(parse(bare, number))
    return made


async def resolve(
    account: Account, text: str, priority: Priority = Priority.READ
) -> Found | Candidates | None:
    """What one name stands for; None when no list knows it.

    Raises ClientError when a list that has to be asked can't be, ValueError for what is no name.
    """
    name = parse(text)
    if isinstance(name, BadLine):
        raise ValueError(str(name))
    resolved = await resolve_all(account, [name], priority)
    one: tuple[Found | Candidates, ...] = resolved.found or resolved.candidates
    return one[0] if one else None


async def resolve_all(
    account: Account, names: Iterable[Name | BadLine], priority: Priority = Priority.READ
) -> Resolved:
    """What each name stands for. Raises ClientError when a list that has to be asked can't be.

    A service without these lists has none that is asked by name: there its lists of streams are read, once
    for all names that do not say everything.
    """
    lines = list(names)
    if ONLINE.action not in account.catalogue:
        return _sorted(lines, await _read(account, [n for n in lines if isinstance(n, Name)], priority))
    wanted = [one for one in lines if isinstance(one, Name)]
    results: dict[Name, Found | Candidates | Missing] = {}
    await _look(account, ONLINE, "online", wanted, results, priority)
    left = [one for one in wanted if one not in results]
    forbidden = await _look(account, FORBIDDEN, "forbidden", left, results, priority)
    left = [one for one in left if one not in results]
    await _look(account, EVENTS, "events", left, results, priority)
    for one in left:
        if one not in results:
            results[one] = Missing(one, _why(one, forbidden.get(one)))
        elif isinstance(got := results[one], Found) and (row := _unplaced(forbidden.get(one))):
            results[one] = Found(one, Place(*got.place.key, "forbidden", row))
    return _sorted(lines, results)


def form(account: Account) -> str:
    """How a name is written: whole where there is no list to look it up in."""
    known = ONLINE.action in account.catalogue or _lists(account.book)
    return "[domain/[app/]]name" if known else "domain/app/name"


def _lists(book: Book) -> list[Resource]:
    """The lists of streams, from the pane of the first of them: the others hold what is made of streams."""
    known = [one for one in book.resources.values() if one.key == STREAM and one.source is not None]
    return [one for one in known if book.pane_of(one.id) is book.pane_of(known[0].id)]


async def _read(
    account: Account, names: Sequence[Name], priority: Priority
) -> dict[Name, Found | Candidates | Missing]:
    """What the names stand for by the lists of streams, the first that has one; whole ones as written."""
    results: dict[Name, Found | Candidates | Missing] = {
        one: Found(one, Place(one.domain, one.app, one.name, "as written"))
        for one in names
        if one.domain and one.app
    }
    lists, failed = _lists(account.book), ""
    for resource in lists:
        left = [one for one in names if one not in results]
        if not left:
            break
        read = await gather(account, resource._replace(joins=()), priority=priority)
        failed = failed or "".join(f"; not all of it came: {failure}" for failure in read.failures[:1])
        rows: dict[str, list[Mapping[str, Any]]] = {}
        for thing in read.things:
            rows.setdefault(thing.identity.key[-1], []).append(thing.data)
        for one in left:
            places = _places(one, resource.title, rows.get(one.name, ()))
            if places:
                several = Candidates(one, tuple(places))
                results[one] = Found(one, places[0]) if len(places) == 1 else several
    titles = " or ".join(resource.title for resource in lists)
    why = f"is not {titles}{failed}" if lists else "is not looked up at this service: write domain/app/name"
    return {one: results.get(one) or Missing(one, why) for one in names}


def _why(name: Name, answer: Answer | None) -> str:
    if _unplaced(answer):
        return "is forbidden, but no list says on which domain: write domain/app/name"
    return "is not online, not forbidden, and not in the events of the last four weeks"


def _unplaced(answer: Answer | None) -> Mapping[str, Any]:
    """A forbidden row that tells no domain, as that of a name in use on several does."""
    rows = answer.rows if answer else ()
    return next((row for row in rows if not row.get("DomainName")), {})


async def _look(
    account: Account,
    source: Source,
    where: str,
    names: Sequence[Name],
    results: dict[Name, Found | Candidates | Missing],
    priority: Priority,
) -> dict[Name, Answer]:
    """Looks the names up in one list and adds what it tells to the results."""
    if not names:
        return {}
    asked = [Asked({"StreamName": one.name}, {"StreamName": one.name}) for one in names]
    if where == "events":
        answers = await _events(account, names, priority)
    else:
        answers = await ask(account, source, asked, priority)
    for one, answer in zip(names, answers, strict=True):
        if answer.error is not None:
            raise answer.error
        places = _places(one, where, answer.rows)
        if len(places) == 1:
            results[one] = Found(one, places[0])
        elif places:
            results[one] = Candidates(one, tuple(places))
    return dict(zip(names, answers, strict=True))


async def _events(account: Account, names: Sequence[Name], priority: Priority) -> list[Answer]:
    """The newest pushes of each name: a page tells enough of where it was pushed to."""
    page = account.catalogue.action(EVENTS.action).page
    assert page is not None
    once = Source(EVENTS.action, {**EVENTS.params, page.size: page.max_size}, EVENTS.last, items=page.items)
    return await each(account, once, [{"StreamName": one.name} for one in names], priority)


def _places(name: Name, where: str, rows: Iterable[Mapping[str, Any]]) -> list[Place]:
    """The distinct streams among rows of that name, as far as the name says which."""
    found: dict[tuple[str, str, str], Place] = {}
    for row in rows:
        domain, app = str(row.get("DomainName") or ""), str(row.get("AppName") or "")
        if where == "forbidden" and not domain and name.domain and name.app:
            domain, app = name.domain, name.app
        if not domain or row.get("StreamName") != name.name:
            continue
        if (name.domain and name.domain != domain) or (name.app and name.app != app):
            continue
        place = Place(domain, app, name.name, where, row)
        found.setdefault(place.key, place)
    return [found[key] for key in sorted(found)]


def _sorted(
    lines: Sequence[Name | BadLine], results: Mapping[Name, Found | Candidates | Missing]
) -> Resolved:
    found: dict[tuple[str, str, str], Found] = {}
    repeated: list[Name] = []
    candidates: list[Candidates] = []
    missing: list[Missing] = []
    for one in lines:
        if isinstance(one, BadLine):
            continue
        result = results[one]
        if isinstance(result, Candidates):
            candidates.append(result)
        elif isinstance(result, Missing):
            missing.append(result)
        elif result.place.key in found:
            repeated.append(one)
        else:
            found[result.place.key] = result
    bad = tuple(one for one in lines if isinstance(one, BadLine))
    return Resolved(tuple(found.values()), tuple(candidates), tuple(missing), bad, tuple(repeated))


async def placed(account: Account, verb: Verb, things: Sequence[Thing]) -> list[Thing]:
    """The things with a domain and an app to call a verb with that reaches by name alone.

    A ban on a name in use on several domains is listed without either. The newest push tells them; where
    there is none, one of the account's push domains will do, since the name alone decides. Raises
    ClientError.
    """
    lacking = [
        thing
        for thing in things
        if "StreamName" in verb.reach and thing.data.get("StreamName") and not thing.data.get("DomainName")
    ]
    if not lacking:
        return list(things)
    answers = await _events(account, [Name(str(t.data["StreamName"])) for t in lacking], Priority.WRITE)
    found: dict[Identity, Mapping[str, Any]] = {}
    for thing, answer in zip(lacking, answers, strict=True):
        row = next((row for row in answer.rows if row.get("DomainName")), None)
        if row is None:
            row = {"DomainName": await _own_domain(account), "AppName": "live"}
        named = {"DomainName": row["DomainName"], "AppName": row.get("AppName") or "live"}
        found[thing.identity] = {**thing.data, **named}
    return [replace(t, held=found[t.identity]) if t.identity in found else t for t in things]


async def _own_domain(account: Account) -> str:
    reply = await account.client.call(
        "DescribeLiveDomains", {"DomainType": 0, "DomainStatus": 1, "PageSize": 10}, priority=Priority.WRITE
    )
    return next((str(row.get("Name") or "") for row in reply.data.get("DomainList") or ()), "")
