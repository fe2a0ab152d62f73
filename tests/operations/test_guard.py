"""The guard on the emulated account: what is on record before and after, what is told of each outcome."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from emulated import Served

from livetui.catalogue import load
from livetui.client import Budget, Client, Timeouts
from livetui.operations.guard import Guard, Planned, friction, look, parameters
from livetui.operations.journal import Intent, Journal, Outcome, pair, read
from livetui.resources import book
from livetui.resources.model import dig
from livetui.settings import Credential
from livetui.watch.gather import Account, gather
from livetui.watch.things import Thing

CSS = load("css")
BOOK = book("css")
STREAM = {"DomainName": "push.harbor.example", "AppName": "live", "StreamName": "harbor-cam-07"}


@pytest.fixture
async def account(emulator: Served) -> AsyncIterator[Account]:
    async with Client(
        CSS,
        Credential(emulator.secret_id, emulator.secret_key),
        endpoint=emulator.url,
        budget=Budget(),
        now=emulator.clock.now,
        timeouts=Timeouts(connect=2, read=2),
    ) as client:
        yield Account("p", client, CSS, BOOK, (), emulator.clock.now)


@pytest.fixture
def guard(account: Account, tmp_path: Path, emulator: Served) -> Guard:
    return Guard(account, Journal(tmp_path / "journal.jsonl", emulator.clock.now), emulator.secret_id)


def planned(action: str, region: str = "", **params: object) -> Planned:
    return Planned(CSS.action(action), params, region, targets=({"StreamName": "x"},), reason="why")


async def test_the_intent_is_on_disk_before_the_call_is_sent(guard: Guard, emulator: Served) -> None:
    await guard.send(planned("ForbidLiveStream", **STREAM, Reason="r"))
    intent, outcome = read(guard.journal.path)
    assert isinstance(intent, Intent) and isinstance(outcome, Outcome)
    assert intent.params == {**STREAM, "Reason": "r"} and intent.target == ({"StreamName": "x"},)
    assert outcome.status == "accepted" and outcome.request_id


async def test_what_the_cloud_refuses_is_told_with_its_code(guard: Guard) -> None:
    done = await guard.send(planned("DeleteLiveTranscodeTemplate", TemplateId=1))
    assert done.status == "refused" and done.error is not None
    (record,) = pair(read(guard.journal.path))
    assert record.outcome is not None and record.outcome.code and record.status == "refused"


async def test_a_write_without_an_answer_is_unknown_and_not_sent_again(
    guard: Guard, emulator: Served
) -> None:
    emulator.fault("timeout", "DropLiveStream", close=True)
    done = await guard.send(planned("DropLiveStream", **STREAM))
    assert done.status == "unknown" and len(emulator.calls("DropLiveStream")) == 1
    (record,) = pair(read(guard.journal.path))
    assert record.open


async def test_read_only_sends_nothing_and_writes_no_intent(guard: Guard, emulator: Served) -> None:
    guard.account.client.read_only = True
    done = await guard.send(planned("DropLiveStream", **STREAM))
    assert done.status == "not-sent" and not emulator.calls("DropLiveStream")
    assert not guard.journal.path.exists()


async def test_a_full_disk_refuses_the_write_before_it_is_sent(account: Account, emulator: Served) -> None:
    guard = Guard(account, Journal(Path("/dev/full"), emulator.clock.now), "AKID")
    done = await guard.send(planned("DropLiveStream", **STREAM))
    assert done.status == "not-sent" and "/dev/full" in done.message
    assert not emulator.calls("DropLiveStream")


async def test_what_was_made_is_on_record_and_secrets_are_not(guard: Guard) -> None:
    key = "callback-key-0123456789"
    done = await guard.send(
        planned(
            "CreateLiveCallbackTemplate",
            TemplateName="t",
            StreamBeginNotifyUrl="http://h.example/?token=s3cr3t",
            CallbackKey=key,
        )
    )
    assert done.status == "accepted" and done.reply is not None
    text = guard.journal.path.read_text()
    assert str(done.reply.data["TemplateId"]) in text
    assert key not in text and "s3cr3t" not in text


async def the_thing(account: Account, resource: str, **members: object) -> Thing:
    read_now = await gather(account, BOOK.resources[resource], priority=1)  # type: ignore[arg-type]
    return next(t for t in read_now.things if all(dig(t.data, k) == v for k, v in members.items()))


async def test_a_second_look_lists_every_stream_of_the_name(account: Account, emulator: Served) -> None:
    names = [
        s["StreamName"] for s in emulator.call("DescribeLiveStreamOnlineList", PageSize=100)["OnlineInfo"]
    ]
    twice = next(name for name in names if names.count(name) > 1)
    thing = await the_thing(account, "streams", StreamName=twice)
    verb = BOOK.resources["streams"].verb("forbid")
    assert verb is not None
    state, same = await look(account, thing, verb.look)
    assert state.text == "active" and len(same.rows) == names.count(twice)


async def test_pausing_a_pull_task_sends_again_what_leaving_out_would_reset(
    account: Account, emulator: Served
) -> None:
    things = (await gather(account, BOOK.resources["pull_tasks"], priority=1)).things  # type: ignore[arg-type]
    thing = next(t for t in things if t.data.get("BackupSourceUrl") and t.data["Status"] == "enable")
    verb = BOOK.resources["pull_tasks"].verb("pause")
    assert verb is not None
    (seen,) = await look(account, thing, verb.look)
    params = parameters(account, verb, thing, {}, operator="me", present=seen.rows[0])
    assert params["Status"] == "pause" and params["Operator"] == "me"
    assert params["BackupSourceUrl"] == thing.data["BackupSourceUrl"]
    assert params["BackupSourceType"] == thing.data["BackupSourceType"]
    assert "Comment" not in params


async def test_a_look_that_fails_says_so(account: Account, emulator: Served) -> None:
    thing = await the_thing(account, "streams")
    emulator.fault("error", "DescribeLiveStreamState", code="UnauthorizedOperation", message="no")
    verb = BOOK.resources["streams"].verb("drop")
    assert verb is not None
    (seen,) = await look(account, thing, verb.look)
    assert "could not be read" in seen.text and seen.error is not None


@pytest.mark.parametrize(
    ("tier", "effect", "production", "asked"),
    [
        ("confirm", "destructive", False, "confirm"),
        ("choose", "destructive", False, "choose"),
        ("type", "destructive", False, "type"),
        ("confirm", "destructive", True, "type"),
        ("confirm", "write", True, "confirm"),
    ],
)
def test_friction_is_in_proportion(tier: str, effect: str, production: bool, asked: str) -> None:
    assert friction(tier, effect, production) == asked


def test_every_destructive_action_that_a_resource_reaches_is_a_verb_or_a_form_behind_the_guard() -> None:
    """Whatever the console can start goes through Guard.send: nothing above it calls a client's write."""
    import ast

    import livetui.console

    root = Path(str(livetui.console.__file__)).parent
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "call"
            ):
                receiver = ast.unparse(node.func.value)
                if receiver.endswith("client"):
                    keywords = {keyword.arg for keyword in node.keywords}
                    assert "priority" in keywords, f"{file}: {ast.unparse(node)}"
    for resource in BOOK.resources.values():
        for verb in resource.verbs:
            action = CSS.action(verb.action)
            assert action.effect != "read"
            assert action.effect == "write" or verb.look or verb.warns, (resource.id, verb.id)
