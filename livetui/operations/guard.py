"""The one way by which anything but a read leaves this program.

    plan -> look again -> (the operator confirms) -> journal: intent -> send -> journal: outcome

Read-only is enforced below, in the client; here a write whose intent can't be put on disk is not sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from livetui.catalogue import Action, Field
from livetui.catalogue.mask import mask
from livetui.client import (
    ApiError,
    BadReply,
    ClientError,
    OutcomeUnknown,
    PartlyDone,
    Priority,
    Reply,
)
from livetui.operations.journal import IntentEntry, Journal, JournalUnavailable, Outcome, Status
from livetui.resources.model import REASON, Ask, Look, State, Verb, dig
from livetui.watch.gather import Account
from livetui.watch.things import Thing


@dataclass(frozen=True, slots=True)
class Planned:
    """One call about to be made: what is shown when confirming, and what is sent."""

    action: Action
    params: Mapping[str, Any]
    region: str = ""
    targets: tuple[Mapping[str, str], ...] = ()
    """What it is done to, as the journal keeps it."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a second look at a target showed."""

    title: str
    text: str
    state: State | None = None
    rows: tuple[Mapping[str, Any], ...] = ()
    columns: tuple[str, ...] = ()
    error: ClientError | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a call."""

    status: Status
    planned: Planned
    message: str = ""
    request_id: str = ""
    error: ClientError | JournalUnavailable | None = None
    reply: Reply | None = None
    journal_trouble: JournalUnavailable | None = None
    """The call was made, but its outcome could not be put on record."""
    ident: str = ""
    """The journal's id of it; "" where nothing was put on record."""
    since: datetime | None = None
    """When it was sent, by the service's clock."""


def parameters(
    account: Account,
    verb: Verb,
    thing: Thing,
    answers: Mapping[str, Any],
    *,
    operator: str,
    present: Mapping[str, Any],
) -> dict[str, Any]:
    """What a verb sends for a thing: its own members, what the verb fixes, what the operator answered.

    `present` is the thing as it was read just now: members that a modify would reset by leaving them out
    are sent again from it.
    """
    action = account.catalogue.action(verb.action)
    params: dict[str, Any] = {param: dig(thing.data, member) for param, member in verb.params.items()}
    for name, value in params.items():
        known = action.parameter(name)
        if value is None and known is not None and known.required and known.type == "string":
            params[name] = ""
    params = fitted(action, {name: value for name, value in params.items() if value is not None})
    if verb.modifies:
        for known in action.parameters:
            value = present.get(known.name)
            if known.omit in ("reset", "refuse") and known.name not in params and value not in (None, "", []):
                params[known.name] = value
    params |= verb.fixed
    if verb.operator:
        params[verb.operator] = operator
    return {**params, **{name: value for name, value in answers.items() if name != REASON}}


def asked(action: Action, ask: Ask) -> Field:
    """What an answer has to be. Raises KeyError for a parameter that the action does not have."""
    known = Field(REASON, "string") if ask.param == REASON else action.parameter(ask.param)
    if known is None:
        raise KeyError(ask.param)
    return known


def reason(answers: Mapping[str, Any]) -> str:
    """The operator's reason, whether the cloud is told of it or only the journal."""
    return str(answers.get(REASON) or answers.get("Reason") or "")


def fitted(action: Action, params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as the action takes them: one value is a list of one where it takes a list."""
    lists = {field.name for field in action.parameters if field.is_list}
    return {
        name: [value] if name in lists and not isinstance(value, list) else value
        for name, value in params.items()
    }


async def look(account: Account, thing: Thing, looks: Sequence[Look]) -> tuple[Seen, ...]:
    """Reads a verb's target again, all looks at once. A look that fails says so and raises nothing."""
    return tuple(await asyncio.gather(*(_look(account, thing, one) for one in looks)))


async def _look(account: Account, thing: Thing, one: Look) -> Seen:
    action = account.catalogue.action(one.action)
    params = {param: dig(thing.data, member) for param, member in one.params.items()}
    given = {name: value for name, value in params.items() if value not in (None, "")}
    params = {**one.fixed, **fitted(action, given)}
    region = thing.region or None
    try:
        if action.page and (one.match or one.show == action.page.items):
            sweep = await account.client.sweep(
                one.action,
                params,
                regions=(region,) if region and action.regions else (),
                priority=Priority.WRITE,
            )
            if sweep.failures:
                raise next(iter(sweep.failures.values()))
            rows: list[Mapping[str, Any]] = [item.data for item in sweep.items]
            request_id = sweep.request_ids[-1] if sweep.request_ids else ""
        else:
            reply = await account.client.call(
                one.action, params, region=region if action.regions else None, priority=Priority.WRITE
            )
            found, request_id = dig(reply.data, one.show), reply.request_id
            if not one.match and not isinstance(found, list):
                state = one.as_state(found) if one.as_state else None
                return Seen(one.title, state.word if state else str(found), state, request_id=request_id)
            rows = list(found or ())
    except ClientError as error:
        return Seen(one.title, f"could not be read: {error}", State("unknown", "unknown"), error=error)
    if one.reads is not None:
        rows = [one.reads(row if isinstance(row, Mapping) else {"": row}) for row in rows]
    there = [row for row in rows if matches(thing, row, one.match)]
    if one.as_state and there:
        state = one.as_state(there[0])
        return Seen(one.title, state.word, state, tuple(there), one.columns, request_id=request_id)
    text = f"{len(there)}" if there else "none"
    return Seen(one.title, text, None, tuple(there), one.columns, request_id=request_id)


def matches(thing: Thing, row: Mapping[str, Any], match: Sequence[str]) -> bool:
    """Whether a row is about the thing: each "theirs=ours" pair of members is equal; one name is both."""
    for pair in match:
        theirs, _, ours = pair.partition("=")
        if str(dig(row, theirs)) != str(dig(thing.data, ours or theirs)):
            return False
    return True


@dataclass
class Guard:
    """Sends what was confirmed, on record before and after."""

    account: Account
    journal: Journal
    account_id: str
    """SecretId or account id; the journal keeps its ends only."""
    cloud: str = "tencent"
    done: list[Done] = field(default_factory=list)
    flying: set[str] = field(default_factory=set)
    """Journal ids of calls under way: what came of them is not unknown yet."""

    def check(self) -> JournalUnavailable | None:
        """Why nothing but reads can be done now; None when writes are possible."""
        try:
            self.journal.check()
        except JournalUnavailable as error:
            return error
        return None

    async def send(self, planned: Planned) -> Done:
        """Makes the call. Never raises for what the cloud or the disk did: `Done` says it."""
        action = planned.action
        if action.effect != "read" and not self.account.client.read_only:
            try:
                # Seeing a line on disk takes milliseconds to seconds: not on the event loop.
                ident = await asyncio.to_thread(self.journal.intent, self.entry(planned))
            except JournalUnavailable as error:
                return self._kept(Done("not-sent", planned, str(error), error=error))
        else:
            ident = ""
        self.flying.add(ident)
        try:
            done = await self.attempt(planned)
            if ident:
                done = await self._record(ident, done)
        finally:
            self.flying.discard(ident)
        return self._kept(done)

    def entry(self, planned: Planned) -> IntentEntry:
        """What the journal is told before the call is made."""
        return IntentEntry(
            profile=self.account.profile,
            account=self.account_id,
            service=planned.action.service,
            action=planned.action.name,
            params=planned.params,
            cloud=self.cloud,
            region=planned.region,
            target=planned.targets,
            reason=planned.reason,
            effect=planned.action.effect,
            undo=planned.action.inverse,
        )

    async def attempt(self, planned: Planned) -> Done:
        """Makes the call and says what came of it; keeping it on record is the caller's."""
        since = self.account.client.service_time()
        return replace(await self._call(planned), since=since)

    async def _call(self, planned: Planned) -> Done:
        try:
            reply = await self.account.client.call(
                planned.action.name, planned.params, region=planned.region or None
            )
        except PartlyDone as error:
            # Neither done nor refused: its message tells what became of each target.
            return Done("unknown", planned, str(error), error.request_id, error)
        except ApiError as error:
            return Done("refused", planned, str(error), error.request_id, error)
        except (OutcomeUnknown, BadReply) as error:
            return Done("unknown", planned, str(error), error=error)
        except ClientError as error:
            return Done("not-sent", planned, str(error), error=error)
        return Done("accepted", planned, "accepted", reply.request_id, reply=reply)

    async def _record(self, ident: str, done: Done) -> Done:
        done = replace(done, ident=ident)
        try:
            await asyncio.to_thread(self.journal.outcomes, [self.outcome(done)])
        except JournalUnavailable as error:
            return replace(done, journal_trouble=error)
        return done

    def outcome(self, done: Done) -> Outcome:
        """What the journal is told of a call that was made."""
        reply, action = done.reply, done.planned.action
        return self.journal.made_outcome(
            done.ident,
            done.status,
            code=(getattr(done.error, "code", "") if done.error else "") or "",
            message="" if done.status == "accepted" else done.message,
            request_id=done.request_id,
            took_ms=round(reply.took * 1000) if reply else 0,
            result=mask(self.account.catalogue, action.response, reply.data) if reply else {},
        )

    def _kept(self, done: Done) -> Done:
        self.done.append(done)
        return done


Tier = Literal["confirm", "choose", "type"]


def friction(tier: str, effect: str, production: bool) -> Tier:
    """How much a call asks of its operator.

    Irreversible, or anything that destroys on a profile marked production: the profile's name is typed.
    """
    if tier == "type" or (production and effect == "destructive"):
        return "type"
    return "choose" if tier == "choose" else "confirm"
