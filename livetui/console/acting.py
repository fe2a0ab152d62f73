"""What the screens' keys start: verbs, details, raw replies; forms are in `filling`. All go one way:
through the guard.

The list screen has this from the start; what only a key needs is imported when it is pressed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import App
from textual.screen import Screen

from livetui.catalogue import Action
from livetui.client import ClientError
from livetui.console.session import Session
from livetui.resources.model import Resource, State, Verb, dig
from livetui.watch.things import Thing

if TYPE_CHECKING:
    from livetui.console.after import Deed
    from livetui.operations.guard import Done, Planned, Seen


def name_of(resource: Resource, thing: Thing) -> str:
    """What a thing is called on the screen: by its name, with the key where that says more."""
    key = "/".join(part for part in thing.identity.key if part)
    called = dig(thing.data, resource.called) if resource.called else None
    if called is not None and str(called) in thing.identity.key:
        return str(called)
    return f"{called} ({key})" if called else key


def target(resource: Resource, thing: Thing) -> dict[str, str]:
    """What a thing is called in the journal."""
    return dict(zip(resource.key, thing.identity.key, strict=True))


def act(screen: Screen[Any], resource: Resource, verb: Verb, thing: Thing) -> None:
    """Confirm a verb on a thing and do it."""
    screen.run_worker(do(screen, resource, verb, thing), group="act", exclusive=True)


async def do(
    screen: Screen[Any], resource: Resource, verb: Verb, thing: Thing, *, undoes: Deed | None = None
) -> None:
    """The same, in a worker of the caller's; `undoes` is what it is the way back of."""
    from livetui.console.screens.confirm import ConfirmScreen, Question
    from livetui.operations.guard import Planned, parameters, reason
    from livetui.operations.names import placed

    session = session_of(screen).of(thing)
    try:
        (thing,) = await placed(session.account, verb, [thing])
    except ClientError as error:
        session.trouble(verb.action, error)
        tell(screen, f"{verb.label} {name_of(resource, thing)}: not done; {error}", "bold red")
        return
    action = session.account.catalogue.action(verb.action)

    def make(answers: Mapping[str, Any], seen: Sequence[Seen]) -> Planned:
        present = seen[0].rows[0] if verb.modifies and seen and seen[0].rows else thing.data
        params = parameters(session.account, verb, thing, answers, operator=operator(), present=present)
        return Planned(
            action,
            params,
            region=thing.region if action.regions else "",
            targets=(target(resource, thing),),
            reason=reason(answers),
        )

    done = await screen.app.push_screen_wait(
        ConfirmScreen(
            session,
            Question(
                title=f"{verb.label} {resource.one} {name_of(resource, thing)}",
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
    what = f"{verb.label} {name_of(resource, thing)}"
    if done is None:
        tell(screen, f"{what}: not done")
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
    from livetui.console import after
    from livetui.operations.guard import look

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
    tell(screen, text, "bold" if done.status == "accepted" and done.journal_trouble is None else "bold red")
    if done.status == "unknown" and session.settler is not None:
        session.settler.poke()
    if undoes is None:
        after.remember(session, what, resource, verb, [(thing, done)])
    elif done.status == "accepted" and undoes in session.deeds:
        session.deeds.remove(undoes)
    if seen_later and thing is not None and verb is not None:
        after.follow(screen, session, what, done, thing, verb)
    refresh(screen)


def open_detail(
    screen: Screen[Any], resource: Resource, thing: Thing, state: State | None = None, said: str = ""
) -> None:
    """All of a thing; for one that is in no list, its `state` as it was asked for, and what is said of it."""
    from livetui.console.screens.detail import DetailScreen

    screen.app.push_screen(DetailScreen(session_of(screen).of(thing), resource, thing, state, said))


def show_raw(
    screen: Screen[Any],
    session: Session,
    resource: Resource,
    parts: Sequence[tuple[str, Sequence[str]]] = (),
    thing: Thing | None = None,
) -> None:
    """Replies as they came, secrets masked: those of a thing's `parts` (title, lines), then the list's.

    Of a list that was asked for each of several parents, each one's reply; of a thing, its parent's.
    """
    from livetui.console.screens.texts import TextScreen

    if resource.source is None:
        tell(screen, f"no service answered for the {resource.title}; Enter shows all of an entry", "bold")
        return
    read = session.poller(resource.id).snapshot.read
    action = session.account.catalogue.action(resource.source.action)
    if read is not None and read.raw:
        replies = [(f", {whose}", raw) for whose, raw in read.raws if raw] or [("", read.raw)]
        own = [one for one in replies if thing is not None and _is_of(thing, one[0])]
        parts = [
            *parts,
            *(
                (f"list, {action.name}{whose}", raw_lines(session, action, raw))
                for whose, raw in own or replies
            ),
        ]
    if not parts:
        tell(screen, "no reply to show yet", "bold")
        return
    if len(parts) == 1:
        screen.app.push_screen(TextScreen(f"raw reply of {parts[0][0].removeprefix('list, ')}", parts[0][1]))
        return
    lines = [text for title, held in parts for text in (f"-- {title} --", *held)]
    screen.app.push_screen(TextScreen(f"raw replies: {', '.join(title for title, _ in parts)}", lines))


def _is_of(thing: Thing, whose: str) -> bool:
    return {*whose.split(", ")} - {""} <= {*thing.identity.key}


def raw_lines(session: Session, action: Action, raw: str) -> list[str]:
    """A reply's JSON, indented, its sensitive members masked."""
    import json

    from livetui.catalogue.mask import anywhere

    try:
        held = json.loads(raw)
    except ValueError:
        return [f"not the documented envelope, {len(raw)} characters"]
    shown = anywhere(session.account.catalogue, action.response, held)
    return json.dumps(shown, indent=2, ensure_ascii=False).splitlines()


def operator() -> str:
    """Who is at the keyboard, for the parameters that ask it."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "livetui"


def session_of(screen: Screen[Any]) -> Session:
    session = getattr(screen.app, "session", None)
    if not isinstance(session, Session):
        raise TypeError("this screen needs an open session")
    return session


def tell(screen: Screen[Any], text: str, style: str = "") -> None:
    """Say something on the list screen, where it stays."""
    say(screen.app, text, style)


def refresh(screen: Screen[Any]) -> None:
    poke(screen.app)


def say(app: App[Any], text: str, style: str = "") -> None:
    """The same from where no screen is at hand; an app without a list screen has nowhere to say it."""
    told = getattr(app, "tell", None)
    if told is not None:
        told(text, style)


def poke(app: App[Any]) -> None:
    """Something was changed from here: what is shown is read again."""
    poked = getattr(app, "poke", None)
    if poked is not None:
        poked()
