"""What follows a call: whether it took effect, what became of unknown outcomes, and the way back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import App
from textual.screen import Screen

from livetui.console import telling
from livetui.console.session import Session
from livetui.operations.effect import Verdict, effective
from livetui.operations.guard import Done, Planned
from livetui.operations.journal import JournalUnavailable
from livetui.operations.settle import Opened, Settler
from livetui.operations.undo import call_back, subject, verb_back
from livetui.resources.model import Resource, Verb
from livetui.watch.things import Thing


@dataclass(frozen=True)
class Deed:
    """Something done from here that can be undone: one call, or the accepted ones of a bulk run."""

    what: str
    whose: tuple[str, str]
    """Profile and service: it is undone there and nowhere else."""
    resource: Resource | None
    verb: Verb | None
    done: tuple[tuple[Thing | None, Done], ...]


# Whether it took effect.


def follow(screen: Screen[Any], session: Session, what: str, done: Done, thing: Thing, verb: Verb) -> None:
    """Look in the background whether an accepted call took effect, and say what is seen."""
    app = screen.app
    app.run_worker(_follow(app, session, what, done, thing, verb), group="effect", name=session.named)


async def _follow(app: App[Any], session: Session, what: str, done: Done, thing: Thing, verb: Verb) -> None:
    verdict = await effective(
        session.account,
        verb,
        thing,
        done.since or session.now(),
        params=done.planned.params,
        before=thing.data,
        patience=session.patience,
    )
    tail = f", RequestId {done.request_id}" if done.request_id else ""
    if verdict.answer == "yes":
        telling.say(app, f"{what}: accepted and effective: {verdict.text}{tail}", "bold")
    elif verdict.answer == "unknown":
        telling.say(app, f"{what}: accepted; whether it took effect: {verdict.text}{tail}", "bold")
    else:
        telling.say(app, f"{what}: ACCEPTED, BUT {verdict.text}{tail}", "bold red")
        await _record_no_effect(session, done, verdict)
    telling.poke(app)


async def _record_no_effect(session: Session, done: Done, verdict: Verdict) -> None:
    """That something accepted was not seen is worth a line; that it was goes without saying."""
    if not done.ident:
        return
    try:
        await asyncio.to_thread(
            session.guard.journal.settled,
            done.ident,
            False,
            message=verdict.text,
            request_id=verdict.request_id,
        )
    except JournalUnavailable as error:
        session.trouble("journal", error)


# Unknown outcomes.


async def settle(app: App[Any], session: Session) -> None:
    """Look up what is unknown of this profile, from earlier sessions too, until the console ends."""

    def told(opened: Opened, verdict: Verdict) -> None:
        intent = opened.record.intent
        name = ", ".join(intent.names)
        came = "took effect" if verdict.answer == "yes" else "had NO effect"
        telling.say(app, f"{intent.action} {name}: no answer had come; it {came}: {verdict.text}", "bold")
        telling.poke(app)

    settler = Settler(session.guard, told=told)
    session.settler = settler
    first = True

    def looked(settler: Settler) -> None:
        nonlocal first
        session.unknown = len(settler.open)
        if first and settler.open:
            count = len(settler.open)
            outcomes = "outcome of an earlier call is" if count == 1 else "outcomes of earlier calls are"
            telling.say(
                app, f"{count} {outcomes} unknown; being looked up, the journal pane lists them", "bold"
            )
        first = False
        draw = getattr(app, "draw_bars", None)
        if draw is not None:
            draw()

    settler.looked = looked
    await settler.run()


# The way back.


def remember(
    session: Session,
    what: str,
    resource: Resource | None,
    verb: Verb | None,
    done: Sequence[tuple[Thing | None, Done]],
) -> None:
    """Keep what was accepted, if there is a way back."""
    accepted = tuple((thing, one) for thing, one in done if one.status == "accepted")
    if not accepted:
        return
    deed = Deed(what, (session.profile.name, session.service), resource, verb, accepted)
    by_verb = verb is not None and verb_back(session.account.book, verb)
    if by_verb or call_back_of(session, deed) is not None:
        session.deeds.append(deed)


def call_back_of(session: Session, deed: Deed) -> Planned | None:
    """The call that undoes what was done by one call, where the catalogue knows one."""
    if len(deed.done) != 1:
        return None
    thing, done = deed.done[0]
    return call_back(session.account, done, thing.data if thing else None, operator=telling.operator())


def things_back(
    session: Session, resource: Resource, verb: Verb, done: Sequence[tuple[Thing | None, Done]]
) -> list[Thing]:
    """What was acted on, as things of the resource whose verb undoes it."""
    return [
        subject(
            session.account,
            resource,
            verb,
            one.planned.params,
            thing.region if thing else one.planned.region,
            thing.data if thing else None,
        )
        for thing, one in done
    ]
