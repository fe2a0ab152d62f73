"""A verb on one thing: confirmed, done, and told what came of it. Forms are in `filling`, runs in `bulk`; all
go one way, through the guard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from textual.screen import Screen

from livetui.client import ClientError
from livetui.console import after, telling
from livetui.console.after import Deed
from livetui.console.screens.confirm import ConfirmScreen, Question
from livetui.console.session import Session
from livetui.operations.guard import Done, Planned, Seen, look, parameters, reason
from livetui.operations.names import placed
from livetui.resources.model import Resource, Verb
from livetui.watch.things import Thing


def act(screen: Screen[Any], resource: Resource, verb: Verb, thing: Thing) -> None:
    """Confirm a verb on a thing and do it."""
    screen.run_worker(do(screen, resource, verb, thing), group="act", exclusive=True)


async def do(
    screen: Screen[Any], resource: Resource, verb: Verb, thing: Thing, *, undoes: Deed | None = None
) -> None:
    """The same, in a worker of the caller's; `undoes` is what it is the way back of."""
    session = telling.session_of(screen).of(thing)
    try:
        (thing,) = await placed(session.account, verb, [thing])
    except ClientError as error:
        session.trouble(verb.action, error)
        telling.tell(
            screen, f"{verb.label} {telling.name_of(resource, thing)}: not done; {error}", "bold red"
        )
        return
    action = session.account.catalogue.action(verb.action)

    def make(answers: Mapping[str, Any], seen: Sequence[Seen]) -> Planned:
        present = seen[0].rows[0] if verb.modifies and seen and seen[0].rows else thing.data
        params = parameters(
            session.account, verb, thing, answers, operator=telling.operator(), present=present
        )
        return Planned(
            action,
            params,
            region=thing.region if action.regions else "",
            targets=(telling.target(resource, thing),),
            reason=reason(answers),
        )

    done = await screen.app.push_screen_wait(
        ConfirmScreen(
            session,
            Question(
                title=f"{verb.label} {resource.one} {telling.name_of(resource, thing)}",
                verb=verb.label,
                action=action,
                make=make,
                tier=verb.tier,
                thing=thing,
                shown=session.reader(resource.id).state(thing),
                looks=verb.look,
                asks=verb.asks,
                region=thing.region,
                warns=verb.warns,
                undo=verb.undo,
                replaces=_replaced(session, resource, verb, thing),
            ),
        )
    )
    what = f"{verb.label} {telling.name_of(resource, thing)}"
    if done is None:
        telling.tell(screen, f"{what}: not done")
        return
    await report(screen, session, done, what, thing, verb, resource=resource, undoes=undoes)


def _replaced(session: Session, resource: Resource, verb: Verb, thing: Thing) -> dict[str, str]:
    """Parameter -> what its answer takes the place of, as the list shows it."""
    cells = session.reader(resource.id).cells(thing, session.now())
    return {
        param: next((cells[n].text for n, c in enumerate(resource.columns) if c.path == member), "")
        for param, member in verb.replaces.items()
    }


async def report(
    screen: Screen[Any],
    session: Session,
    done: Done,
    what: str,
    thing: Thing | None = None,
    verb: Verb | None = None,
    told: str = "",
    resource: Resource | None = None,
    undoes: Deed | None = None,
) -> None:
    """Say what came of a call: accepted is not the same as effective, so its effect is looked for as well."""
    text = f"{what}: {done.status}"
    if done.status == "unknown":
        text += "; whether it took effect is not known: it is being looked up"
        if done.error is not None:
            session.trouble(done.planned.action.name, done.error)
    text += f"; {told}" if told else ""
    if done.request_id:
        text += f", RequestId {done.request_id}"
    seen_later = done.status == "accepted" and thing is not None and verb is not None and bool(verb.signs)
    if seen_later:
        text += "; looking whether it took effect…"
    elif done.status == "accepted" and verb is not None and not verb.signs:
        text += "; nothing tells whether it took effect"
    looks = verb.look[:1] if verb and thing and not seen_later else ()
    if looks and thing is not None:
        seen = await look(session.account, thing, looks)
        text += f"; {seen[0].title}: {seen[0].text}"
    if done.journal_trouble is not None:
        text += f"; NOT ON RECORD: {done.journal_trouble}"
        session.trouble("journal", done.journal_trouble)
    telling.tell(
        screen, text, "bold" if done.status == "accepted" and done.journal_trouble is None else "bold red"
    )
    if done.status == "unknown" and session.settler is not None:
        session.settler.poke()
    if undoes is None:
        after.remember(session, what, resource, verb, [(thing, done)])
    elif done.status == "accepted" and undoes in session.deeds:
        session.deeds.remove(undoes)
    if seen_later and thing is not None and verb is not None:
        after.follow(screen, session, what, done, thing, verb)
    telling.refresh(screen)
