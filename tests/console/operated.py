"""An operator at the panes of one service: every list walked through, every verb done, every form filled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from emulated import LVB_APPID, LVB_KEY, Served
from opened import Console, opened

from livetui.console.forms import FormScreen
from livetui.console.screens.bulk import BulkConfirmScreen, RunScreen
from livetui.console.screens.confirm import ConfirmScreen
from livetui.console.screens.detail import DetailScreen
from livetui.console.standing import account_of, system
from livetui.console.telling import name_of
from livetui.emulator.app import Logged
from livetui.operations.guard import friction
from livetui.resources import book
from livetui.resources.model import Resource, Verb, dig
from livetui.settings import Credential
from livetui.watch.things import Thing

Fits = Callable[[Mapping[str, Any]], bool]
LEAVE = "no, leave it"


def anything(row: Mapping[str, Any]) -> bool:
    return True


def has(member: str, value: Any) -> Fits:
    return lambda row: dig(row, member) == value


class Doing(NamedTuple):
    """What a verb is done to, and what is answered."""

    fits: Fits = anything
    answers: Mapping[str, str] = {}
    """Parameter -> what is typed."""
    sends: Mapping[str, Any] = {}
    """What has to be on the wire for the answers; what the row gives is asserted in any case."""
    later: float = 0.0
    """Seconds until it shows."""


class Keys(tuple[str, ...]):
    """Keys pressed on a form's field, where it is not text that is typed."""


class Filling(NamedTuple):
    """What a form is filled with, and what of it has to be on the wire."""

    values: Sequence[tuple[str, str | Keys]]
    sends: Mapping[str, Any]
    fits: Fits = anything
    """The row under the cursor."""
    region: str = ""


@asynccontextmanager
async def operating(
    emulator: Served, folder: Path, service: str, start: str, **more: Any
) -> AsyncIterator[Console]:
    """A console on that service of the emulated account, on one of its lists."""
    profile = {
        "services": (service,),
        "lvb": Credential(LVB_APPID, LVB_KEY),
        "allow_plain_http": True,
        "polling_share": 1.0,
    }
    async with opened(emulator, folder, start=start, **(profile | more)) as console:
        yield console


def resources(service: str) -> list[Resource]:
    return list(book(service).resources.values())


def verbs(service: str) -> list[tuple[str, str]]:
    return [(resource.id, verb.id) for resource in resources(service) for verb in resource.verbs]


def noun(service: str, resource_id: str, verb_id: str) -> tuple[Resource, Verb]:
    resource = book(service).resources[resource_id]
    verb = resource.verb(verb_id)
    assert verb is not None
    return resource, verb


def listed(console: Console) -> list[Thing]:
    poller = console.session.poller(console.lists.resource.id)
    return [thing for ident, thing in poller.snapshot.things.items() if ident not in poller.snapshot.gone]


def calls(console: Console, action: str) -> list[Logged]:
    """What came in of an action, the oldest first, with its parameters by their catalogued names."""
    return [call for call in console.emulator.app.calls if call.action == action]


def words(text: str) -> str:
    """What is on a screen as one line, whatever borders and line ends part it."""
    return " ".join(text.translate(str.maketrans("┃│━─", "    ")).split())


def at(console: Console, fits: Fits, states: Sequence[str] = ()) -> Thing:
    """Put the cursor on a thing of the list, in one of those states."""
    reader = console.session.reader(console.lists.resource.id)
    found = (t for t in listed(console) if fits(t.data) and (not states or reader.state(t).word in states))
    thing = next(found, None)
    assert thing is not None, f"nothing to act on\n{console.text}"
    assert console.lists.table.move_to(thing.identity)
    return thing


# Lists.


async def walk(console: Console, resource: Resource) -> None:
    """Read it, read it again, sort it by each column, filter it down to a row, and open that."""
    table, poller = console.lists.table, console.session.poller(resource.id)
    read = poller.snapshot.read
    assert read is not None and poller.snapshot.error is None, poller.snapshot.error
    assert not read.failures and read.complete
    assert f"[{resource.title}]" in console.text
    count = len(listed(console))
    assert count
    await console.until(lambda: table.total_count == count, "drawn")
    await console.again()
    assert poller.snapshot.read is not read and table.total_count == count
    for _ in table.columns:
        await console.press(">")
        ordered = [row.identity for row in table.rows]
        assert len(ordered) == count
    await console.press("g")
    thing = console.lists.thing
    assert thing is not None
    word = console.session.reader(resource.id).cells(thing)[0].text.split()[0]
    await console.press("slash")
    await console.type(word)
    await console.press("enter")
    await console.until(lambda: 0 < table.shown_count <= count, "filtered")
    await console.press("g", "enter")
    await console.goes("DetailScreen")
    detail = console.app.screen
    assert isinstance(detail, DetailScreen)
    asked = [section.id for section in detail.sections if section.action]
    await console.until(lambda: set(asked) <= {*detail.read, *detail.failed}, "its sections")
    assert not detail.failed, detail.failed
    assert detail.resource is resource
    await console.press("escape", "escape")
    await console.goes("MainScreen")


# Verbs.


async def asked(console: Console, verb: Verb) -> ConfirmScreen:
    """Press the verb's key; the dialog when it has looked again."""
    await console.press(verb.key)
    await console.goes("ConfirmScreen")
    dialog = console.app.screen
    assert isinstance(dialog, ConfirmScreen)
    await console.until(lambda: dialog.looked_at is not None and not dialog.looking, "looked again")
    await console.pilot.pause()
    return dialog


def says_it_all(console: Console, resource: Resource, verb: Verb, thing: Thing) -> None:
    """At 80x24, without scrolling: which account, what, its present state, effect, way back, and the keys."""
    text = words(console.text)
    session = console.session.of(thing)
    assert f"{system(session)}, account {account_of(session)}, profile demo" in text, console.text
    assert f"{verb.label} {resource.one} {name_of(resource, thing)}" in text, console.text
    if thing.region:
        assert f"region {thing.region}" in text
    for one in verb.look:
        assert f"{one.title}: " in text, console.text
    assert words(verb.warns) in text, console.text
    undo = verb.undo or "undo"
    assert words(undo) in text, console.text
    assert "call" in text and LEAVE in text and f"yes, {verb.label.lower()}" in text, console.text


async def answer(console: Console, verb: Verb, doing: Doing, word: str) -> None:
    """Answer all that is asked, and say yes by the key the dialog names."""
    dialog = console.app.screen
    assert isinstance(dialog, ConfirmScreen)
    for ask in verb.asks:
        if ask.param in doing.answers:
            await console.type(doing.answers[ask.param])
        await console.press("enter")
    if dialog.friction == "type":
        await console.press("ctrl+y")
        await console.shows("to go on; Esc leaves it")
        await console.type(word)
    await console.press("ctrl+y")


async def done(console: Console, resource: Resource, verb: Verb, doing: Doing) -> Logged:
    """Do a verb to a row that it is for; the call that went out for it."""
    thing = at(console, doing.fits, verb.states)
    action = console.session.of(thing).account.catalogue.action(verb.action)
    before = len(calls(console, verb.action))
    dialog = await asked(console, verb)
    says_it_all(console, resource, verb, thing)
    assert dialog.friction == friction(verb.tier, action.effect, False)
    assert len(calls(console, verb.action)) == before
    await answer(console, verb, doing, "demo:1")
    await console.goes("MainScreen")
    what = f"{verb.label} {name_of(resource, thing)}: accepted"
    await console.until(lambda: what in console.said, what)
    console.emulator.advance(doing.later)
    seen = f"{what} and effective: " if verb.signs else "nothing tells whether it took effect"
    await console.until(lambda: seen in console.said, seen)
    (call,) = calls(console, verb.action)[before:]
    assert call.code == "" and (call.region or "") == (thing.region if action.regions else "")
    sent = {param: dig(thing.data, member) for param, member in verb.params.items()}
    for param, value in {**sent, **verb.fixed, **doing.sends}.items():
        field = action.parameter(param)
        assert field is not None
        value = [value] if field.is_list and not isinstance(value, list) else value
        assert dig(call.params, param) == value, (param, call.params)
    return call


async def marked(console: Console, things: Sequence[Thing], verb: Verb) -> BulkConfirmScreen:
    """Mark things and press the verb's key; the dialog when it has read them again."""
    for thing in things:
        assert console.lists.table.move_to(thing.identity)
        await console.press("space")
    assert len(console.lists.table.marks) == len(things)
    await console.press(verb.key)
    await console.until(lambda: isinstance(console.app.screen, BulkConfirmScreen), "bulk dialog")
    dialog = console.app.screen
    assert isinstance(dialog, BulkConfirmScreen)
    await console.until(lambda: dialog.looked_at is not None and not dialog.looking, "read again")
    await console.pilot.pause()
    return dialog


async def ran(console: Console, things: Sequence[Thing], verb: Verb, doing: Doing) -> RunScreen:
    """Do a verb to all of these at once; the screen of what became of each."""
    await marked(console, things, verb)
    text = words(console.text)
    session = console.session.of(things[0])
    assert f"{verb.label} {len(things)} " in text, console.text
    assert f"{system(session)}, account {account_of(session)}" in text, console.text
    assert LEAVE in text and f"type demo:{len(things)}" in text, console.text
    await answer(console, verb, doing, f"demo:{len(things)}")
    await console.goes("RunScreen")
    screen = console.app.screen
    assert isinstance(screen, RunScreen)
    await console.until(screen.run.ended.is_set, "ended")
    await console.pilot.pause()
    return screen


# Forms.


async def filled(console: Console, filling: Filling) -> FormScreen:
    """Type the values into the form that is open."""
    await console.goes("FormScreen")
    form = console.app.screen
    assert isinstance(form, FormScreen)
    for path, value in filling.values:
        form.lines.go(path)
        if isinstance(value, Keys):
            await console.press(*value)
        else:
            await console.type(value)
    return form


def forms(service: str) -> list[tuple[str, str]]:
    """(resource, key) of each form: of a new one, of an edit, and those of a detail's sections."""
    found: list[tuple[str, str]] = []
    for one in resources(service):
        found += [(one.id, "+")] if one.create else []
        found += [(one.id, "e")] if one.edit else []
        found += [(one.id, section.edit_key) for section in one.sections if section.edit]
    return found


async def sent(console: Console, key: str, filling: Filling) -> Logged:
    """Open the form of that key, fill it, send it, and see it accepted; the call that went out."""
    resource = console.lists.resource
    sections = {section.edit_key: section.edit for section in resource.sections if section.edit}
    edits = {"e": resource.edit.action} if resource.edit else {}
    action = {"+": resource.create, **edits, **sections}[key]
    if resource.source is not None:
        at(console, filling.fits)
    before = len(calls(console, action))
    if key in sections:
        await console.press("enter")
        await console.goes("DetailScreen")
    await console.press(key)
    await filled(console, filling)
    await console.press("ctrl+s")
    await console.until(
        lambda: isinstance(console.app.screen, ConfirmScreen) or "not sent" in console.text, "asked"
    )
    dialog = console.app.screen
    assert isinstance(dialog, ConfirmScreen), console.text
    await console.until(lambda: dialog.looked_at is not None and not dialog.looking, "looked again")
    assert LEAVE in console.text, console.text
    if dialog.friction == "type":
        await console.type("demo:1")
    await console.press("ctrl+y")
    await console.until(lambda: "accepted" in console.app.lists.message[0], "accepted")
    if type(console.app.screen).__name__ == "ReplyScreen":
        await console.press("escape")
    (call,) = calls(console, action)[before:]
    assert call.code == "" and (call.region or "") == filling.region
    for param, value in filling.sends.items():
        assert dig(call.params, param) == value, (param, call.params)
    return call
