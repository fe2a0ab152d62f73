"""To a stream by its name, online or not: looked for, its state asked, and shown where it is listed."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from livetui.client import ClientError
from livetui.console import finding
from livetui.operations.guard import Seen, look
from livetui.operations.names import Candidates, Found, Name, Place, resolve_all
from livetui.resources.model import State

if TYPE_CHECKING:
    from livetui.console.screens.main import MainScreen

SERVICE = "css"
"""The system whose streams can be looked up by their name alone."""
IDENTITY = ("DomainName", "AppName", "StreamName")
"""The key of a list of streams."""
LISTED = {"online": "streams", "forbidden": "forbidden"}
"""Where a name was found -> the resource that lists it."""
WHERE = {"online": "online", "forbidden": "forbidden", "events": "not online, seen in the events"}
"""Where a name was found, in words."""
ASKED = 12
"""Candidates whose states are asked for before they are offered: as many as are seen at once."""


def go_to(lists: MainScreen, name: Name) -> None:
    lists.run_worker(_go_to(lists, name), group="lookup", exclusive=True)


async def _go_to(lists: MainScreen, name: Name) -> None:
    lists.say(f"looking for {name}: online, forbidden, in the events…")
    try:
        resolved = await resolve_all(lists.session.of(SERVICE).account, [name])
    except ClientError as error:
        lists.session.trouble(f"stream {name}", error)
        lists.say(f"{name} could not be looked up: {error}", "bold red")
        return
    for found in resolved.found:
        await _show(lists, found)
    for candidates in resolved.candidates:
        await _offer(lists, candidates)
    for missing in resolved.missing:
        lists.say(f"{name} {missing.why or 'is not known to any list'}", "bold")


async def _offer(lists: MainScreen, candidates: Candidates) -> None:
    """Several streams have the name: each with where it was found and its present state."""
    from livetui.console.screens.palette import Entry, PaletteScreen

    places = candidates.places
    states = await asyncio.gather(*(_state(lists, place) for place in places[:ASKED]))
    words = [f"state now: {seen.text}" for seen in states] + [""] * (len(places) - ASKED)
    entries = [
        Entry(
            str(place),
            f"{WHERE[place.where]}  {word}",
            partial(_chosen, lists, Found(candidates.asked, place)),
            -number,
        )
        for number, (place, word) in enumerate(zip(places, words, strict=True))
    ]
    lists.say(f"{len(places)} streams are called {candidates.asked}")
    lists.app.push_screen(
        PaletteScreen(entries, hint=f"{len(places)} streams are called {candidates.asked}: which one?")
    )


def _chosen(lists: MainScreen, found: Found) -> None:
    lists.run_worker(_show(lists, found), group="lookup", exclusive=True)


async def _show(lists: MainScreen, found: Found) -> None:
    """The stream in the list that it is in; in a detail of its own where no list has it."""
    place = found.place
    resource_id = LISTED.get(place.where)
    if resource_id is not None and await _in_list(lists, resource_id, place):
        return
    seen = await _state(lists, place)
    resource = lists.session.resource(LISTED["online"])
    said = f"{place}: {WHERE[place.where]}; state when asked: {seen.text}"
    lists.say(said, "bold")
    state = seen.state or State(seen.text, "unknown")
    from livetui.console.screens import detail

    detail.show(lists, resource, place.thing(lists.session.of(SERVICE).account), state, said)


async def _in_list(lists: MainScreen, resource_id: str, place: Place) -> bool:
    """Go to the list and put the cursor on the stream; False where the list does not have it."""
    lists.go(resource_id)
    poller = lists.session.poller(resource_id)
    for again in (False, True):
        if again or poller.snapshot.read is None:
            await poller.once()
        await lists.shown()
        for identity in poller.snapshot.things:
            if identity.key in (place.key, ("", "", place.name)):
                lists.say(f"{place}: {place.where}")
                return finding.show_thing(lists, identity)
    return False


async def _state(lists: MainScreen, place: Place) -> Seen:
    """The stream's state, asked of the service now."""
    session = lists.session.of(SERVICE)
    resource = session.resource(LISTED["online"])
    asks = next(one for verb in resource.verbs for one in verb.look if one.as_state is not None)
    (seen,) = await look(session.account, place.thing(session.account), (asks,))
    return seen
