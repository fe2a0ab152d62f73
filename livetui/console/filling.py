"""Forms and what comes of them: of a thing, of a part of it, of a new one, of any action at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from livetui.catalogue import Action
from livetui.client import ClientError, Priority
from livetui.console import acting, telling
from livetui.console.session import Session
from livetui.operations.tree import Change
from livetui.resources.model import Look, Resource, Section, dig
from livetui.watch.things import Thing

if TYPE_CHECKING:
    from livetui.console.forms import SubmitResult
    from livetui.operations.guard import Done


def edit(screen: Screen[Any], resource: Resource, thing: Thing) -> None:
    """Read the thing again and open its form."""
    screen.run_worker(_edit(screen, resource, thing), group="act", exclusive=True)


async def _edit(screen: Screen[Any], resource: Resource, thing: Thing) -> None:
    session, how = telling.session_of(screen).of(thing), resource.edit
    if how is None:
        return
    present: Mapping[str, Any] = thing.data
    region = thing.region or None
    if how.read:
        action = session.account.catalogue.action(how.read)
        params = {param: dig(thing.data, member) for param, member in how.read_params.items()}
        try:
            reply = await session.client.call(
                how.read, params, region=region if action.regions else None, priority=Priority.WRITE
            )
        except ClientError as error:
            session.trouble(how.read, error)
            telling.tell(screen, f"the {resource.one} could not be read again: {error}", "bold red")
            return
        present = _entry(dig(reply.data, how.read_member), how.match, thing) or thing.data
    given = {param: dig(thing.data, member) for param, member in how.params.items()}
    if how.operator:
        given[how.operator] = telling.operator()
    await fill(
        screen,
        session.account.catalogue.action(how.action),
        title=f"Edit {resource.one} {telling.name_of(resource, thing)}",
        present={**present, **{param: dig(present, member) for param, member in how.rename.items()}},
        given=given,
        region=thing.region,
        targets=(telling.target(resource, thing),),
        thing=thing,
        looks=how.look,
        session=session,
    )


def _entry(read: Any, match: Sequence[str], thing: Thing) -> Mapping[str, Any] | None:
    """What was read of the thing; of a list the entry that is the thing."""
    from livetui.operations.guard import matches

    if isinstance(read, list):
        return next((row for row in read if matches(thing, row, match)), None)
    found: Mapping[str, Any] | None = read
    return found


def create(screen: Screen[Any], resource: Resource, thing: Thing | None) -> None:
    """Open the form that makes a new thing; the one under the cursor gives first proposals."""
    beside = thing is not None and thing.identity.kind == resource.id
    session = telling.session_of(screen).of(thing if thing is not None and beside else resource)
    action = session.account.catalogue.action(resource.create)
    proposals = {p: dig(thing.data, m) for p, m in resource.create_params.items()} if thing else {}
    given = {"Operator": telling.operator()} if action.parameter("Operator") else {}
    screen.run_worker(
        fill(
            screen,
            action,
            title=f"New {resource.one}",
            given=given,
            proposals={k: v for k, v in proposals.items() if v is not None},
            near=thing.region if thing and proposals else "",
            session=session,
        ),
        group="act",
        exclusive=True,
    )


def edit_section(screen: Screen[Any], resource: Resource, thing: Thing, section: Section, data: Any) -> None:
    """Open the form of a part of a thing, filled with what it has now."""
    session = telling.session_of(screen).of(thing)
    action = session.account.catalogue.action(section.edit)
    given = {
        param: dig(thing.data, member) for param, member in (section.edit_params or section.params).items()
    }
    given = {name: value for name, value in given.items() if action.parameter(name)}
    present = data if isinstance(data, Mapping) else None
    proposals = section.proposals(thing.data) if section.proposals else {}
    screen.run_worker(
        fill(
            screen,
            action,
            title=f"{section.title} of {telling.name_of(resource, thing)}",
            present=present if not proposals else None,
            given=given,
            proposals=proposals,
            region=thing.region if action.regions else "",
            targets=(telling.target(resource, thing),),
            session=session,
        ),
        group="act",
        exclusive=True,
    )


def run_action(screen: Screen[Any], action: Action, proposals: Mapping[str, Any] | None = None) -> None:
    """Any action of the catalogue: a form of its parameters, the guard, and the reply."""
    screen.run_worker(
        fill(screen, action, title=f"{action.name}: {action.summary}", proposals=proposals or {}, show=True),
        group="act",
        exclusive=True,
    )


async def fill(
    screen: Screen[Any],
    action: Action,
    *,
    title: str,
    present: Mapping[str, Any] | None = None,
    given: Mapping[str, Any] | None = None,
    proposals: Mapping[str, Any] | None = None,
    region: str = "",
    near: str = "",
    targets: Sequence[Mapping[str, str]] = (),
    show: bool = False,
    thing: Thing | None = None,
    looks: Sequence[Look] = (),
    session: Session | None = None,
) -> None:
    """Show an action's form; what it sends is confirmed, journalled, and its reply shown when asked for.

    It goes to `region`; `near` is only the first proposal for one. `session` is whose account it is sent
    from: without one, that of the profile in front.
    """
    from livetui.console.forms import FormScreen, SubmitResult
    from livetui.console.screens.confirm import ConfirmScreen, Question
    from livetui.operations.guard import Planned

    session, app = session or telling.session_of(screen).of(action.service), screen.app
    kept: list[Done] = []

    async def submit(
        params: dict[str, Any], changes: list[Change], chosen_region: str | None
    ) -> SubmitResult:
        planned = Planned(action, params, region=chosen_region or region, targets=_targets(targets, params))
        if action.effect == "read":
            done = await session.guard.send(planned)
        else:
            asked = await app.push_screen_wait(
                ConfirmScreen(
                    session,
                    Question(
                        title=title,
                        verb="send it",
                        action=action,
                        make=lambda answers, seen: planned,
                        region=planned.region,
                        changes=changes if present is not None else (),
                        warns=_warning(action),
                        undo=_undo(action, changes if present is not None else ()),
                        thing=thing,
                        looks=tuple(looks),
                        from_form=True,
                    ),
                )
            )
            if asked is None:
                return SubmitResult(False, "not sent", None, None)
            done = asked
        kept[:] = [done]
        error = done.error if isinstance(done.error, ClientError) else None
        return SubmitResult(done.status in ("accepted", "unknown"), done.message, error, None)

    form = FormScreen(
        session.account.catalogue,
        action,
        title=title,
        present=present,
        given=given,
        proposals=proposals,
        region=region or (near if near in session.account.regions_of(action.name) else None),
        regions=() if region else session.account.regions_of(action.name),
        read_only=session.client.read_only and action.effect != "read",
        submit=submit,
        draft_store=session.drafts(),
        now=session.now,
        zone=session.zone,
    )
    result = await app.push_screen_wait(form)
    if result is None or not kept:
        telling.tell(screen, f"{title}: not sent" + ("; the draft is kept" if form.draft_kept else ""))
        return
    done = kept[0]
    session.keep_call(done.planned)
    told = _few(session, done)
    await acting.report(screen, session, done, title, told="" if show else told)
    if done.reply is not None and (show or (done.reply.data and not told)):
        from livetui.console.screens.reply import ReplyScreen

        await app.push_screen(ReplyScreen(session, action, done.reply))


def _targets(
    targets: Sequence[Mapping[str, str]], params: Mapping[str, Any]
) -> tuple[Mapping[str, str], ...]:
    """A made thing is known by the plain names it was made with."""
    if targets:
        return tuple(targets)
    names = (
        "DomainName",
        "AppName",
        "StreamName",
        "TaskId",
        "TemplateId",
        "TemplateName",
        "MixStreamSessionId",
        "Name",
        "ID",
        "ChannelId",
        "CdnDomain",
        "LVBDomain",
    )
    return ({name: str(params[name]) for name in names if params.get(name) not in (None, "")},)


def _few(session: Session, done: Done) -> str:
    """A reply of a few plain members, such as the id of what was made, in words; "" for any other."""
    from livetui.catalogue.mask import mask

    data = done.reply.data if done.reply is not None else {}
    if not 0 < len(data) <= 3 or any(isinstance(value, Mapping | list) for value in data.values()):
        return ""
    shown = mask(session.account.catalogue, done.planned.action.response, data)
    return ", ".join(f"{name} {value}" for name, value in shown.items())


def _undo(action: Action, changes: Sequence[Change]) -> str:
    """What was changed in place goes back by the same form; else what the catalogue says."""
    return "edit it again: the former values are shown above" if changes and not action.inverse else ""


def _warning(action: Action) -> str:
    return action.summary if action.effect == "destructive" else ""
