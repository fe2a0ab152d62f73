"""Bulk runs on the emulated account: what is sent, what is put on disk before it, what is told of it."""

import asyncio
import csv
import io
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from emulated import Served

from livetui.catalogue import load
from livetui.catalogue.times import to_wire
from livetui.client import Budget, Client, Priority, Timeouts
from livetui.operations import bulk
from livetui.operations.bulk import Item, Run, calls_of
from livetui.operations.guard import Guard
from livetui.operations.journal import Journal, pair, read
from livetui.operations.results import COLUMNS, as_csv, as_markdown, summary
from livetui.operations.settle import Settler
from livetui.operations.targets import plan, read_again
from livetui.resources import book
from livetui.settings import Credential
from livetui.watch.gather import Account, gather
from livetui.watch.things import Thing

CSS, BOOK = load("css"), book("css")
STREAMS = BOOK.resources["streams"]
FORBID, DROP = STREAMS.verb("forbid"), STREAMS.verb("drop")
assert FORBID is not None and DROP is not None


def guard_on(emulator: Served, folder: Path) -> Guard:
    client = Client(
        CSS,
        Credential(emulator.secret_id, emulator.secret_key),
        endpoint=emulator.url,
        budget=Budget(),
        now=emulator.clock.now,
        timeouts=Timeouts(connect=2, read=2),
    )
    account = Account("p", client, CSS, BOOK, (), emulator.clock.now)
    return Guard(account, Journal(folder / "journal.jsonl", emulator.clock.now), emulator.secret_id)


@pytest.fixture
async def guard(emulator: Served, tmp_path: Path) -> AsyncIterator[Guard]:
    made = guard_on(emulator, tmp_path)
    yield made
    await made.account.client.aclose()


async def online(guard: Guard) -> list[Thing]:
    return list((await gather(guard.account, STREAMS, priority=Priority.READ)).things)


async def items_of(guard: Guard, verb: Any, things: list[Thing], **answers: Any) -> list[Item]:
    if verb is FORBID:
        until = to_wire("utc", guard.account.now() + timedelta(hours=1))
        answers = {"ResumeTime": until, "Reason": "r", **answers}
    made = plan(STREAMS, verb, things)
    present = await read_again(guard.account, STREAMS, verb, made.things)
    return calls_of(guard.account, made, present, answers, operator="me")


async def eventually(true: Callable[[], object]) -> None:
    """Wait for something that another process, or a run under way, brings about."""
    async with asyncio.timeout(20):
        while not true():
            await asyncio.to_thread(threading.Event().wait, 0.01)


def names(things: Any) -> list[str]:
    return [thing.data["StreamName"] for thing in things]


# Planning and reading again.


async def test_marks_of_one_name_are_one_call_where_the_name_decides(guard: Guard) -> None:
    things = [t for t in await online(guard) if t.data["StreamName"] in ("test-pattern", "match-01-main")]
    assert len(things) >= 3 and names(things).count("match-01-main") == 1
    forbids = plan(STREAMS, FORBID, things)
    assert len(forbids.calls) == 2 and len(forbids.shared) == 1
    assert {t.identity for t in forbids.things} == {t.identity for t in things}
    drops = plan(STREAMS, DROP, things)
    assert len(drops.calls) == len(things) and not drops.shared


async def test_what_a_verb_is_not_for_is_left_out_and_why(guard: Guard) -> None:
    tasks = BOOK.resources["pull_tasks"]
    things = (await gather(guard.account, tasks, priority=Priority.READ)).things
    pause = tasks.verb("pause")
    assert pause is not None
    made = plan(tasks, pause, things)
    paused = [t for t in things if t.data["Status"] == "pause"]
    assert paused and [t for t, _ in made.left_out] == paused
    assert "is paused" in made.left_out[0][1]


async def test_all_targets_are_read_again_in_the_list_that_tells_of_them(
    guard: Guard, emulator: Served
) -> None:
    things = await online(guard)
    emulator.control("calls", method="DELETE")
    present = await read_again(guard.account, STREAMS, FORBID, things)
    assert {p.state.word for p in present.values()} == {"live"} and not any(
        p.changed for p in present.values()
    )
    assert len(emulator.calls()) <= 2


async def test_what_has_left_is_asked_for_by_itself_and_what_else_is_reached_is_named(
    guard: Guard, emulator: Served
) -> None:
    things = await online(guard)
    one = next(t for t in things if t.data["StreamName"] == "test-pattern")
    left = next(t for t in things if names(things).count(t.data["StreamName"]) == 1)
    emulator.call("ForbidLiveStream", **{k: left.data[k] for k in STREAMS.key})
    present = await read_again(guard.account, STREAMS, FORBID, [one, left])
    assert present[left.identity].state.word == "forbidden" and present[left.identity].changed
    assert present[one.identity].state.word == "live"
    assert len(present[one.identity].others) == names(things).count("test-pattern") - 1


async def test_a_target_that_cannot_be_read_says_so(guard: Guard, emulator: Served) -> None:
    things = (await online(guard))[:2]
    emulator.fault("error", "DescribeLiveStreamOnlineList", code="UnauthorizedOperation", message="no")
    present = await read_again(guard.account, STREAMS, FORBID, things)
    assert all(p.error is not None and p.state.tone == "unknown" for p in present.values())


# Running.


async def test_a_run_sends_each_once_and_sees_its_effect(guard: Guard, emulator: Served) -> None:
    items = await items_of(guard, FORBID, (await online(guard))[:12])
    run = Run(guard, STREAMS, FORBID, items)
    await run.go()
    assert run.counts == {"effective": len(items)}
    sent = Counter(c["parameters"]["StreamName"] for c in emulator.calls("ForbidLiveStream"))
    assert sent == Counter(item.thing.data["StreamName"] for item in items)
    assert all(item.request_id and item.at for item in items)
    records = pair(read(guard.journal.path))
    assert [r.intent.params["StreamName"] for r in records] == [i.thing.data["StreamName"] for i in items]
    assert {r.status for r in records} == {"accepted"} and not guard.flying
    assert all(r.intent.reason == "r" and r.intent.target for r in records)


async def test_six_hundred_are_sent_as_the_limit_allows_and_none_is_turned_away(
    serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    """Counts on the wire; the times are the benchmarks' (python -m tests.benchmarks bulk)."""
    emulator = serve_emulator(streams=800)
    guard = guard_on(emulator, tmp_path)
    try:
        things = list({t.data["StreamName"]: t for t in await online(guard)}.values())[:600]
        items = await items_of(guard, FORBID, things)
        assert len(items) == 600
        emulator.control("calls", method="DELETE")
        run = Run(guard, STREAMS, FORBID, items)
        await run.go()
    finally:
        await guard.account.client.aclose()
    assert run.counts == {"effective": 600}
    calls = Counter(c["action"] for c in emulator.calls())
    assert calls["ForbidLiveStream"] == 600
    assert calls["DescribeLiveStreamState"] <= 5 and calls.total() < 600 + 120
    records = pair(read(guard.journal.path))
    assert len(records) == 600 and {r.status for r in records} == {"accepted"}


async def test_every_intent_is_on_disk_before_its_call_is_sent(
    guard: Guard, emulator: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = await items_of(guard, FORBID, (await online(guard))[:40])
    attempt = guard.attempt
    seen: list[bool] = []

    async def watched(planned: Any) -> Any:
        on_disk = [r.intent.params for r in pair(read(guard.journal.path))]
        seen.append(dict(planned.params) in on_disk)
        return await attempt(planned)

    monkeypatch.setattr(guard, "attempt", watched)
    writes: list[int] = []
    intents = guard.journal.intents
    monkeypatch.setattr(guard.journal, "intents", lambda es: writes.append(len(es)) or intents(es))
    await Run(guard, STREAMS, FORBID, items).go()
    assert all(seen) and len(seen) == len(items)
    assert max(writes) <= bulk.CHUNK and len(writes) == -(-len(items) // bulk.CHUNK)


async def test_what_is_refused_is_told_with_its_code_and_can_be_told_from_the_rest(
    guard: Guard, emulator: Served
) -> None:
    items = await items_of(guard, FORBID, (await online(guard))[:10])
    emulator.fault("error", "ForbidLiveStream", code="InternalError.NotPermmitOperat", message="no", times=3)
    run = Run(guard, STREAMS, FORBID, items)
    await run.go()
    assert run.counts == {"refused": 3, "effective": 7}
    refused = run.of(bulk.RETRYABLE)
    assert {i.code for i in refused} == {"InternalError.NotPermmitOperat"} and all(
        i.request_id for i in refused
    )
    assert len(run.of(bulk.DONE)) == 7
    statuses = Counter(r.status for r in pair(read(guard.journal.path)))
    assert statuses == {"refused": 3, "accepted": 7}


async def test_what_is_turned_away_for_its_rate_goes_again_on_record(guard: Guard, emulator: Served) -> None:
    items = await items_of(guard, FORBID, (await online(guard))[:6])
    emulator.fault("throttle", "ForbidLiveStream", times=2)
    run = Run(guard, STREAMS, FORBID, items)
    await run.go()
    assert run.counts == {"effective": 6}
    statuses = Counter(r.status for r in pair(read(guard.journal.path)))
    assert statuses == {"refused": 2, "accepted": 6}
    assert len(emulator.calls("ForbidLiveStream")) == 8


async def test_an_answer_that_never_came_is_looked_up_and_settled(guard: Guard, emulator: Served) -> None:
    items = await items_of(guard, FORBID, (await online(guard))[:4])
    emulator.fault("timeout", "ForbidLiveStream", close=True, times=1)
    run = Run(guard, STREAMS, FORBID, items)
    await run.go()
    assert run.counts == {"effective": 4} and not guard.flying
    (late,) = [i for i in items if i.done is not None and i.done.status == "unknown"]
    assert "no answer came" in late.note
    records = {r.intent.id: r for r in pair(read(guard.journal.path))}
    settled = records[late.ident].settled
    assert settled is not None and settled.effective and not any(r.open for r in records.values())
    assert len(emulator.calls("ForbidLiveStream")) == 4


async def test_what_is_not_seen_in_time_stays_accepted_and_says_so(guard: Guard, emulator: Served) -> None:
    things = (await online(guard))[:3]
    items = await items_of(guard, FORBID, things)
    emulator.fault("empty_page", "DescribeLiveForbidStreamList", pages=[1])
    run = Run(guard, STREAMS, FORBID, items, patience=0.3)
    await run.go()
    assert run.counts == {"accepted": 3}
    assert all(i.note.startswith("not seen after 0.3 s") for i in items)
    assert all(r.settled and not r.settled.effective for r in pair(read(guard.journal.path)))


async def test_a_stopped_run_sends_nothing_more_and_says_which_were_not_sent(
    guard: Guard, emulator: Served
) -> None:
    items = await items_of(guard, FORBID, await online(guard))
    emulator.fault("latency", "ForbidLiveStream", ms=150)
    run = Run(guard, STREAMS, FORBID, items)
    task = asyncio.create_task(run.go())
    await eventually(lambda: len(run.of(bulk.DONE)) >= 5)
    run.stop()
    await task
    wire = {c["parameters"]["StreamName"] for c in emulator.calls("ForbidLiveStream")}
    assert run.counts["cancelled"] > 0 and run.counts["pending"] == run.counts["sent"] == 0
    assert wire == {i.thing.data["StreamName"] for i in items if i.stage == "effective"}
    for record in pair(read(guard.journal.path)):
        assert (record.status == "accepted") == (record.intent.params["StreamName"] in wire)
        assert record.status in ("accepted", "not-sent")


async def test_read_only_sends_nothing(guard: Guard, emulator: Served) -> None:
    items = await items_of(guard, DROP, (await online(guard))[:3])
    guard.account.client.read_only = True
    run = Run(guard, STREAMS, DROP, items)
    await run.go()
    assert run.counts == {"not sent": 3} and not emulator.calls("DropLiveStream")
    assert not guard.journal.path.exists()


async def test_a_journal_that_fails_in_the_middle_stops_the_run(
    guard: Guard, emulator: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 5)
    items = await items_of(guard, FORBID, (await online(guard))[:20])
    intents, times = guard.journal.intents, []

    def failing(entries: Any) -> list[str]:
        times.append(len(entries))
        if len(times) == 2:
            guard.journal.path = Path("/dev/full")
        return intents(entries)

    monkeypatch.setattr(guard.journal, "intents", failing)
    run = Run(guard, STREAMS, FORBID, items, patience=0.2)
    await run.go()
    assert run.journal_trouble is not None and "/dev/full" in run.stopped
    assert len(emulator.calls("ForbidLiveStream")) <= 5
    assert run.counts["not sent"] == 5 and run.counts["cancelled"] >= 10


# Results.


async def test_results_are_handed_on_as_csv_and_markdown(guard: Guard, emulator: Served) -> None:
    things = [t for t in await online(guard) if t.data["StreamName"] == "test-pattern"]
    emulator.control(
        "streams",
        {"domain": "push.market.example", "app": "live", "name": "=cmd|x_*b\x1b[31m"},
    )
    things += [t for t in await online(guard) if t.data["StreamName"].startswith("=")]
    run = Run(guard, STREAMS, FORBID, await items_of(guard, FORBID, things))
    await run.go()
    rows = list(csv.reader(io.StringIO(as_csv(run))))
    assert tuple(rows[0]) == COLUMNS and len(rows) == 3
    assert {row[2] for row in rows[1:]} == {"effective"} and rows[1][1].count("test-pattern") >= 1
    assert all(row[5] and row[6].endswith("+00:00") and row[7] for row in rows[1:])
    shown = as_markdown(run)
    assert shown.startswith("# Forbid: 2 effective") and "\x1b" not in shown + as_csv(run)
    assert "cmd\\|x\\_\\*b" in shown and summary(run) == "2 effective"


# Crashes.

CHILD = """
import asyncio
from datetime import UTC, datetime
from pathlib import Path
from livetui.catalogue import load
from livetui.client import Budget, Client, Priority
from livetui.operations.bulk import Run, calls_of
from livetui.operations.guard import Guard
from livetui.operations.journal import Journal
from livetui.operations.targets import plan, read_again
from livetui.resources import book
from livetui.settings import Credential
from livetui.watch.gather import Account, gather

async def main():
    now = lambda: datetime.now(UTC)
    client = Client(load("css"), Credential({id!r}, {key!r}), endpoint={url!r}, budget=Budget(), now=now)
    account = Account("p", client, load("css"), book("css"), (), now)
    guard = Guard(account, Journal(Path({journal!r}), now), {id!r})
    streams = book("css").resources["streams"]
    verb = streams.verb("forbid")
    online = (await gather(account, streams, priority=Priority.READ)).things
    things = list({{t.data["StreamName"]: t for t in online}}.values())
    made = plan(streams, verb, things)
    present = await read_again(account, streams, verb, made.things)
    answers = {{"ResumeTime": {until!r}, "Reason": "r"}}
    await Run(guard, streams, verb, calls_of(account, made, present, answers, operator="me")).go()

asyncio.run(main())
"""


async def test_after_a_kill_in_the_middle_the_journal_tells_which_were_sent(
    serve_emulator: Callable[..., Served], tmp_path: Path
) -> None:
    emulator = serve_emulator(streams=400, at=None)
    emulator.fault("latency", "ForbidLiveStream", ms=40)
    journal = tmp_path / "journal.jsonl"
    script = CHILD.format(
        id=emulator.secret_id,
        key=emulator.secret_key,
        url=emulator.url,
        journal=str(journal),
        until=to_wire("utc", datetime.now(UTC) + timedelta(hours=1)),
    )
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stderr=asyncio.subprocess.PIPE)
    try:
        await eventually(
            lambda: child.returncode is not None or len(emulator.calls("ForbidLiveStream")) >= 80
        )
        assert child.returncode is None, await child.communicate()
    finally:
        child.kill()
        await child.communicate()
    # Whatever was on the wire when it died has arrived once a later call is answered.
    emulator.call("ForbidLiveStream", DomainName="push.harbor.example", AppName="live", StreamName="later")
    wire = {c["parameters"]["StreamName"] for c in emulator.calls("ForbidLiveStream")} - {"later"}
    records = pair(read(journal))
    by_name = {r.intent.params["StreamName"]: r for r in records}
    answered = {name for name, r in by_name.items() if r.outcome is not None}
    assert answered <= wire <= set(by_name), "each was on record before it was sent"
    open_ones = set(by_name) - answered
    assert 0 < len(open_ones) <= 3 * bulk.CHUNK + bulk.AT_ONCE + 200

    guard = guard_on(emulator, tmp_path)
    try:
        emulator.clock.freeze(datetime.now(UTC) + timedelta(seconds=100))
        settler = Settler(guard)
        while await settler.once() or settler.open:
            assert all(not one.why for one in settler.open)
    finally:
        await guard.account.client.aclose()
    for record in pair(read(journal)):
        sent = record.intent.params["StreamName"] in wire
        took = record.status == "accepted" or (record.settled is not None and record.settled.effective)
        assert took == sent, record
