"""One verb over marks or over a pasted list: which set is meant, the dialog, the run, its results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from livetui.client import ClientError
from livetui.console import after, pasted, telling
from livetui.console.screens.bulk import BulkConfirmScreen, RunScreen
from livetui.console.screens.choice import Choice, ChoiceScreen
from livetui.console.screens.paste import PasteScreen
from livetui.console.session import Session
from livetui.console.standing import system
from livetui.operations.bulk import DONE, Item, Run
from livetui.operations.names import placed
from livetui.operations.results import as_csv, as_markdown, summary
from livetui.operations.targets import plan, stream_verbs
from livetui.operations.undo import verb_back
from livetui.resources.model import Resource, Verb
from livetui.settings.paths import write_private
from livetui.watch.things import Identity, Thing

if TYPE_CHECKING:
    from livetui.console.after import Deed
    from livetui.console.screens.main import MainScreen


def act_on_marks(main: MainScreen, verb: Verb) -> None:
    """A verb over what is marked; where a filter hides some of it, the operator says what is meant."""
    main.run_worker(_act_on_marks(main, verb), group="act", exclusive=True)


async def _act_on_marks(main: MainScreen, verb: Verb) -> None:
    table, resource = main.table, main.resource
    snapshot = main.session.poller(resource.id).snapshot
    there = [
        m for m in table.marks if isinstance(m, Identity) and m in snapshot.things and m not in snapshot.gone
    ]
    left = len(table.marks) - len(there)
    hidden = [mark for mark in there if mark in table.hidden_marks]
    chosen = there
    if hidden or left:
        shown = [mark for mark in there if mark not in table.hidden_marks]
        answer = await main.app.push_screen_wait(_which(verb, shown, hidden, left))
        if answer is None:
            main.say(f"{verb.label}: not done; the marks are as they were")
            return
        chosen = shown if answer == "shown" else there
    if len({(one.profile, one.kind) for one in chosen}) > 1:
        names = " and ".join(main.session.window.sources(chosen))
        main.say(
            f"{verb.label}: not done; marked are things of {names}, and a call goes to one account: "
            "filter source:NAME, then choose only the shown",
            "bold",
        )
        return
    noun = main.session.of(chosen[0]).account.book.resources[chosen[0].kind] if chosen else resource
    if noun.verb(verb.id) != verb:
        main.say(f"{verb.label} is for {main.noun.title}; what is marked is of {noun.title}", "bold")
        return
    order = {identity: number for number, identity in enumerate(snapshot.things)}
    things = [snapshot.things[one] for one in sorted(chosen, key=order.__getitem__)]

    def unmark(run: Run) -> str:
        if main.resource is resource:
            table.mark([thing.identity for item in run.of(DONE) for thing in item.things], False)
        return ""

    await bulk(main, noun, verb, things, ended=unmark)


def _which(verb: Verb, shown: Sequence[Identity], hidden: Sequence[Identity], left: int) -> ChoiceScreen[str]:
    choices = []
    if shown:
        choices.append(Choice("s", f"only the {len(shown)} shown", "shown"))
    if hidden:
        both = len(shown) + len(hidden)
        choices.append(Choice("a", f"all {both}, the {len(hidden)} that the filter hides too", "all"))
    about = [f"{len(hidden)} of the marks are hidden by the filter."] if hidden else []
    about += [f"{left} of the marked have left and can't be acted on."] if left else []
    return ChoiceScreen(f"{verb.label}: which of the marked are meant?", choices, about)


async def bulk(
    screen: Screen[Any],
    resource: Resource,
    verb: Verb,
    things: Sequence[Thing],
    *,
    texts: Sequence[str] = (),
    begun: Callable[[Run], None] = lambda run: None,
    ended: Callable[[Run], str] = lambda run: "",
    undoes: Deed | None = None,
    back: bool = False,
) -> None:
    """Confirm a verb over these things and run it.

    `begun` is called with the run before anything is sent; `ended` at its end, for a word to say beside it.
    `back`: it is the way back of what was done to them, as it is where it `undoes` a deed.
    """
    session = telling.session_of(screen)
    session = session.of(things[0]) if things else session
    try:
        things = await placed(session.account, verb, things)
    except ClientError as error:
        session.trouble("names", error)
        telling.tell(screen, f"{verb.label}: nothing done; {error}", "bold red")
        return
    made = plan(resource, verb, things, undoes=back or undoes is not None)
    if not made.calls:
        why = made.left_out[0][1] if made.left_out else "nothing is marked"
        telling.tell(screen, f"{verb.label}: nothing to do: {why}", "bold")
        return
    dialog = BulkConfirmScreen(session, made, texts)
    await screen.app.push_screen_wait(dialog)
    if dialog.confirmed is None:
        telling.tell(screen, f"{verb.label} {len(made.things)}: not done")
        return
    run = Run(session.guard, resource, verb, dialog.confirmed, patience=session.patience)
    session.runs.append(run)
    begun(run)
    screen.app.run_worker(_drive(screen, session, run, ended, undoes), group="bulk", name=session.named)
    show(screen, run, dialog.texts)


def show(screen: Screen[Any], run: Run, texts: Sequence[str] = ()) -> None:
    """The table of a run, under way or ended."""
    session, thing = telling.session_of(screen), run.items[0].thing
    if thing.identity.profile not in session.window.profiles:
        telling.tell(screen, f"profile {thing.identity.profile} is closed: open it to see its run", "bold")
        return
    session = session.of(thing)

    def again(ended: Run, items: Sequence[Item]) -> None:
        things = [thing for item in items for thing in item.things]
        _begin(screen, ended.resource, ended.verb, things, texts)

    back = verb_back(session.account.book, run.verb)

    def undo(ended: Run, items: Sequence[Item]) -> None:
        if back is not None:
            done = [(item.thing, item.done) for item in items if item.done is not None]
            _begin(screen, *back, after.things_back(session, *back, done), (), back=True)

    def write(ended: Run, kind: str) -> str:
        return export(session, ended, kind)

    screen.app.push_screen(RunScreen(session, run, again=again, undo=undo if back else None, export=write))


def _begin(
    screen: Screen[Any],
    resource: Resource,
    verb: Verb,
    things: Sequence[Thing],
    texts: Sequence[str],
    *,
    back: bool = False,
) -> None:
    screen.run_worker(
        bulk(screen, resource, verb, things, texts=texts, back=back), group="act", exclusive=True
    )


async def _drive(
    screen: Screen[Any],
    session: Session,
    run: Run,
    ended: Callable[[Run], str],
    undoes: Deed | None,
) -> None:
    """The run from beginning to end; what it leaves unknown is looked up further."""
    what = f"{run.verb.label} {run.size}"
    try:
        await run.go()
    finally:
        more = ended(run)
    done = run.of(DONE)
    pairs = [(item.thing, item.done) for item in done if item.done is not None]
    if undoes is not None and undoes in session.deeds:
        session.deeds.remove(undoes)
    elif undoes is None:
        after.remember(session, what, run.resource, run.verb, pairs)
    if run.journal_trouble is not None:
        session.trouble("journal", run.journal_trouble)
    for item in run.items:
        if item.stage in ("refused", "not sent") and item.done is not None and item.done.error is not None:
            session.trouble(f"{item.planned.action.name} {item.name}", item.done.error)
    if session.settler is not None:
        session.settler.poke()
    telling.tell(screen, f"{what}: {summary(run)}{more}", "bold")
    telling.refresh(screen)


def export(session: Session, run: Run, kind: str) -> str:
    """Write what became of a run to the state folder; returns what to tell the operator."""
    stamp = f"{session.now():%Y%m%d-%H%M%S}"
    path = session.paths.state / "results" / f"{run.verb.id}-{stamp}.{kind}"
    try:
        write_private(path, (as_csv(run) if kind == "csv" else as_markdown(run)).encode())
    except OSError as error:
        session.trouble("export", error)
        return f"not written: {path}: {error.strerror}"
    return f"written: {path}"


# A pasted list.


def paste(screen: Screen[Any], verb: Verb | None = None) -> None:
    """Ask for a verb where none is given, and for a list of streams, and go on as for marks."""
    screen.run_worker(_paste(screen, verb), group="act", exclusive=True)


async def _paste(screen: Screen[Any], verb: Verb | None) -> None:
    siblings = telling.session_of(screen).siblings
    session = next((one for one in siblings if stream_verbs(one.account.book)), None)
    whose = f"profile {siblings[0].profile.name}"
    if session is None:
        there = ", ".join(system(one) for one in siblings)
        telling.tell(screen, f"{whose} has {there}: none of them knows a stream by its name alone", "bold")
        return
    verbs = list(stream_verbs(session.account.book).values())
    if verb is None:
        verb = await screen.app.push_screen_wait(_verb_choice(verbs, f"{system(session)}, {whose}"))
    if verb is None:
        return
    resource = next(owner for owner, one in verbs if one.id == verb.id)
    dialog = PasteScreen(session, verb, await pasted.text(session))
    resolved = await screen.app.push_screen_wait(dialog)
    if resolved is None:
        telling.tell(screen, f"{verb.label} a list: not done; the text is kept for the next time")
        return
    things = [place.thing(session.account, resource.id) for place in resolved.places()]
    await bulk(
        screen,
        resource,
        verb,
        things,
        begun=partial(pasted.begun, session),
        ended=partial(pasted.ended, session),
    )


def _verb_choice(verbs: Sequence[tuple[Resource, Verb]], whose: str) -> ChoiceScreen[Verb]:
    taken: set[str] = set()
    choices = []
    for number, (_, verb) in enumerate(verbs, 1):
        key = verb.key if verb.key not in taken else str(number)
        taken.add(key)
        choices.append(Choice(key, verb.label, verb, verb.warns))
    return ChoiceScreen(f"A list of streams of {whose}: what is to be done to them?", choices)
