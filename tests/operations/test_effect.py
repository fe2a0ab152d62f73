"""Whether what was done took effect, as the emulated account shows it; and unknown outcomes settling."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from emulated import Served

from livetui.catalogue import load
from livetui.catalogue.times import to_wire
from livetui.client import Budget, Client, Priority, Timeouts
from livetui.operations.effect import Case, Verdict, Watcher, effective
from livetui.operations.guard import Done, Guard, Planned, parameters
from livetui.operations.journal import Journal, pair, read
from livetui.operations.settle import Opened, Settler, open_records
from livetui.operations.undo import call_back, subject, verb_back
from livetui.resources import book
from livetui.resources.model import Resource, Verb, dig
from livetui.settings import Credential
from livetui.watch.gather import Account, gather
from livetui.watch.things import Thing

CSS, BOOK = load("css"), book("css")


class Leaping:
    """A clock that stands still but for what is slept, which takes no time; the account's goes with it."""

    def __init__(self, emulator: Served) -> None:
        self.at, self.slept, self.emulator = 0.0, 0, emulator

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds
        self.slept += 1
        self.emulator.advance(seconds)
        await asyncio.sleep(0)


@pytest.fixture
def clock(emulator: Served) -> Leaping:
    return Leaping(emulator)


@pytest.fixture
async def account(emulator: Served, clock: Leaping) -> AsyncIterator[Account]:
    async with Client(
        CSS,
        Credential(emulator.secret_id, emulator.secret_key),
        endpoint=emulator.url,
        budget=Budget(clock.now, clock.sleep),
        now=emulator.clock.now,
        timeouts=Timeouts(connect=2, read=2),
    ) as client:
        yield Account("p", client, CSS, BOOK, (), emulator.clock.now)


@pytest.fixture
def guard(account: Account, tmp_path: Path, emulator: Served) -> Guard:
    return Guard(account, Journal(tmp_path / "journal.jsonl", emulator.clock.now), emulator.secret_id)


def noun(name: str) -> tuple[Resource, Verb]:
    resource = BOOK.resources[name.partition(".")[0]]
    verb = resource.verb(name.partition(".")[2])
    assert verb is not None
    return resource, verb


async def things(account: Account, resource: str) -> list[Thing]:
    return list((await gather(account, BOOK.resources[resource], priority=Priority.READ)).things)


async def do(guard: Guard, verb: Verb, resource: Resource, thing: Thing, **answers: object) -> Done:
    account = guard.account
    params = parameters(account, verb, thing, answers, operator="me", present=thing.data)
    action = CSS.action(verb.action)
    region = thing.region if action.regions else ""
    target = dict(zip(resource.key, thing.identity.key, strict=True))
    return await guard.send(Planned(action, params, region, (target,)))


async def seen(
    guard: Guard, verb: Verb, thing: Thing, done: Done, clock: Leaping, patience: float = 30
) -> Verdict:
    assert done.status == "accepted" and done.since is not None, done
    return await effective(
        guard.account,
        verb,
        thing,
        done.since,
        params=done.planned.params,
        before=thing.data,
        patience=patience,
        sleep=clock.sleep,
    )


def until(emulator: Served, **span: float) -> str:
    return str(to_wire("utc", emulator.clock.now() + timedelta(**span)))


CASES = [
    ("streams.forbid", {"Reason": "r", "ResumeTime": "+1h"}),
    ("streams.drop", {}),
    ("streams.delay", {"DelayTime": 60, "ExpireTime": "+1h"}),
    ("forbidden.resume", {}),
    ("forbidden.extend", {"Reason": "r", "ResumeTime": "+1h"}),
    ("delayed.end-delay", {}),
    ("domains.disable", {}),
    ("pull_tasks.pause", {}),
    ("pull_tasks.enable", {}),
    ("pull_tasks.delete", {}),
    ("record_tasks.stop", {}),
    ("record_tasks.delete", {}),
    ("transcode_rules.delete", {}),
    ("record_rules.delete", {}),
    ("callback_rules.delete", {}),
    ("certificates.unbind-certificate", {}),
]


@pytest.mark.parametrize(("name", "answers"), CASES)
async def test_what_was_done_is_seen_and_what_was_not_is_not(
    name: str, answers: dict[str, object], guard: Guard, emulator: Served, clock: Leaping
) -> None:
    resource, verb = noun(name)
    found = await things(guard.account, resource.id)
    fits = [
        t for t in found if not verb.states or (resource.state and resource.state(t.data).word in verb.states)
    ]
    now = emulator.clock.now().timestamp()
    fits = [t for t in fits if t.data.get("DomainName", "x") and t.data.get("Type") != 1]
    thing = next(
        t for t in fits if name != "record_tasks.stop" or t.data["StartTime"] <= now < t.data["EndTime"]
    )
    answers = {k: until(emulator, hours=1) if v == "+1h" else v for k, v in answers.items()}
    params = parameters(guard.account, verb, thing, answers, operator="me", present=thing.data)
    since = guard.account.client.service_time()
    for many in (False, True):
        cases = [Case(thing, params, since, thing.data)]
        cases += [Case(t, {**params}, since, t.data) for t in fits if t is not thing][:2] if many else []
        verdicts = await Watcher(guard.account, verb).look(cases)
        assert verdicts[0].answer == "no", (many, verdicts[0])
    done = await do(guard, verb, resource, thing, **answers)
    verdict = await seen(guard, verb, thing, done, clock)
    assert verdict.answer == "yes" and verdict.text and verdict.request_id, verdict
    assert clock.slept == 0


def test_every_verb_that_can_be_seen_says_how() -> None:
    silent = {f"{r.id}.{v.id}" for r in BOOK.resources.values() for v in r.verbs if not v.signs}
    assert silent == {"pull_tasks.restart", "mixes.cancel"}
    for resource in BOOK.resources.values():
        for verb in resource.verbs:
            assert not verb.back or verb_back(BOOK, verb), (resource.id, verb.id)


async def test_an_encoder_that_is_back_has_been_cut_off_too(
    guard: Guard, emulator: Served, clock: Leaping
) -> None:
    resource, verb = noun("streams.drop")
    thing = next(t for t in await things(guard.account, "streams") if t.data["StreamName"] == "market-square")
    done = await do(guard, verb, resource, thing)
    emulator.advance(60)
    verdict = await seen(guard, verb, thing, done, clock)
    assert verdict.answer == "yes" and "back" in verdict.text


async def test_what_does_not_happen_is_said_after_its_time(
    guard: Guard, emulator: Served, clock: Leaping
) -> None:
    _, verb = noun("streams.forbid")
    thing = (await things(guard.account, "streams"))[0]
    verdict = await effective(
        guard.account,
        verb,
        thing,
        emulator.clock.now(),
        params={"ResumeTime": until(emulator, hours=1)},
        patience=20,
        sleep=clock.sleep,
    )
    assert verdict == Verdict("no", "not seen after 20 s: state active", verdict.request_id)
    assert clock.at == pytest.approx(20) and 5 <= clock.slept <= 9


async def test_what_cannot_be_looked_at_is_unknown_not_undone(
    guard: Guard, emulator: Served, clock: Leaping
) -> None:
    _, verb = noun("streams.forbid")
    thing = (await things(guard.account, "streams"))[0]
    emulator.fault("error", "DescribeLiveStreamState", code="UnauthorizedOperation", message="no")
    verdict = await effective(
        guard.account, verb, thing, emulator.clock.now(), params={}, patience=5, sleep=clock.sleep
    )
    assert verdict.answer == "unknown" and "not known after 5 s" in verdict.text


async def test_many_are_seen_in_one_list(guard: Guard, emulator: Served) -> None:
    _, verb = noun("streams.forbid")
    found = (await things(guard.account, "streams"))[:20]
    before = len(emulator.calls())
    verdicts = await Watcher(guard.account, verb).look([Case(t, {}, emulator.clock.now()) for t in found])
    assert {v.answer for v in verdicts} == {"no"}
    assert len(emulator.calls()) - before == 1


# Unknown outcomes.


async def lost(
    guard: Guard, emulator: Served, name: str, thing: Thing, *, done: bool, **answers: object
) -> None:
    """A write whose answer never comes, done or not."""
    resource, verb = noun(name)
    if done:
        fault = emulator.fault("timeout", verb.action, close=True, times=1)
    else:
        fault = emulator.fault("http", verb.action, status=502, times=1)
    assert fault
    sent = await do(guard, verb, resource, thing, **answers)
    assert sent.status == "unknown"


async def test_an_unknown_ban_settles_as_soon_as_it_is_seen(guard: Guard, emulator: Served) -> None:
    thing = (await things(guard.account, "streams"))[0]
    await lost(
        guard, emulator, "streams.forbid", thing, done=True, ResumeTime=until(emulator, hours=1), Reason="r"
    )
    told: list[tuple[Opened, Verdict]] = []
    settler = Settler(guard, told=lambda opened, verdict: told.append((opened, verdict)))
    assert await settler.once() == 1 and settler.open == []
    (record,) = pair(read(guard.journal.path))
    assert record.settled is not None and record.settled.effective and record.settled.request_id
    assert told[0][1].text == "state forbidden"


async def test_an_unknown_that_did_nothing_settles_once_it_is_late(guard: Guard, emulator: Served) -> None:
    thing = (await things(guard.account, "streams"))[0]
    await lost(guard, emulator, "streams.drop", thing, done=False)
    settler = Settler(guard)
    assert await settler.once() == 0 and len(settler.open) == 1
    emulator.advance(100)
    assert await settler.once() == 1
    (record,) = pair(read(guard.journal.path))
    assert record.settled is not None and not record.settled.effective


async def test_what_nothing_tells_stays_listed(guard: Guard, emulator: Served) -> None:
    thing = next(t for t in await things(guard.account, "pull_tasks") if t.data["Status"] == "enable")
    await lost(guard, emulator, "pull_tasks.restart", thing, done=True)
    emulator.advance(1000)
    settler = Settler(guard)
    assert await settler.once() == 0
    assert [one.why for one in settler.open] == ["nothing tells its effect"]


async def test_what_was_acted_on_since_is_not_judged_by_what_is_seen_now(
    guard: Guard, emulator: Served
) -> None:
    thing = (await things(guard.account, "streams"))[0]
    answers = {"ResumeTime": until(emulator, hours=1), "Reason": "r"}
    await lost(guard, emulator, "streams.forbid", thing, done=True, **answers)
    resource, verb = noun("forbidden.resume")
    named = subject(guard.account, resource, verb, thing.data)
    assert (await do(guard, verb, resource, named)).status == "accepted"
    emulator.advance(1000)
    settler = Settler(guard)
    assert await settler.once() == 0 and "since" in settler.open[0].why


async def test_calls_under_way_and_other_profiles_are_left_alone(guard: Guard, emulator: Served) -> None:
    thing = (await things(guard.account, "streams"))[0]
    await lost(guard, emulator, "streams.drop", thing, done=True)
    records = pair(read(guard.journal.path))
    account = guard.account
    assert len(open_records(account, records)) == 1
    assert open_records(account, records, {records[0].intent.id}) == []
    other = Account("other", account.client, CSS, BOOK, (), account.now)
    assert open_records(other, records) == []


async def test_a_settler_goes_on_until_it_is_settled(guard: Guard, emulator: Served, clock: Leaping) -> None:
    thing = (await things(guard.account, "streams"))[0]
    await lost(guard, emulator, "streams.drop", thing, done=False)
    settled = asyncio.Event()
    settler = Settler(guard, told=lambda opened, verdict: settled.set(), sleep=clock.sleep)
    task = asyncio.create_task(settler.run())
    await asyncio.wait_for(settled.wait(), 10)
    task.cancel()
    assert clock.at >= 90


# The way back.


async def test_the_catalogues_inverse_is_filled_from_what_was_sent_and_answered(
    guard: Guard, emulator: Served
) -> None:
    done = await guard.send(
        Planned(CSS.action("CreateLiveRecordTemplate"), {"TemplateName": "t", "FlvParam": {"Enable": 1}})
    )
    assert done.status == "accepted" and done.reply is not None
    back = call_back(guard.account, done)
    assert back is not None and back.action.name == "DeleteLiveRecordTemplate"
    assert back.params == {"TemplateId": done.reply.data["TemplateId"]}
    drop = await guard.send(
        Planned(
            CSS.action("DropLiveStream"),
            {"DomainName": "push.harbor.example", "AppName": "live", "StreamName": "x"},
        )
    )
    assert call_back(guard.account, drop) is None


async def test_a_deleted_rule_is_made_again_from_what_was_known_of_it(guard: Guard) -> None:
    resource, verb = noun("record_rules.delete")
    thing = (await things(guard.account, "record_rules"))[0]
    done = await do(guard, verb, resource, thing)
    back = call_back(guard.account, done, thing.data)
    assert back is not None and back.action.name == "CreateLiveRecordRule"
    assert (await guard.send(back)).status == "accepted"
    again = [t.identity.key for t in await things(guard.account, "record_rules")]
    assert thing.identity.key in again
    assert dig(thing.data, "TemplateId") == back.params["TemplateId"]
