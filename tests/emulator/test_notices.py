"""The emulator tells of its streams as the documents say, to callback URLs on this machine."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from emulated import InProcess, Served

from livetui.emulator import notices as module
from livetui.emulator.css.occurrences import occurrences
from livetui.emulator.css.schedule import second
from livetui.emulator.notices import TRIES, on_this_machine
from livetui.signing import md5

KEY = "callback-key-of-the-tests"
DOMAIN, STREAM = "push.market.example", "shop-kitchen"
GOOD = b'{"code":0}'


class Backend:
    """A customer's server: keeps what it is sent and answers as told."""

    def __init__(self) -> None:
        self.came: list[tuple[str, str, dict[str, Any]]] = []
        """(path, content type, message)."""
        self.answer: tuple[int, bytes] = (200, GOOD)
        backend = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                backend.came.append((self.path, self.headers["Content-Type"], json.loads(body)))
                status, answer = backend.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [message for *_, message in self.came]


@pytest.fixture
def backend() -> Iterator[Backend]:
    made = Backend()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


async def told_of(emulator: InProcess, domain: str = DOMAIN, app: str = "live", **urls: str) -> None:
    """A callback template with those URLs, bound in place of what bound the domain before."""
    made = await emulator.call("CreateLiveCallbackTemplate", TemplateName="local", CallbackKey=KEY, **urls)
    family = emulator.account.families.callback
    family.rules = [rule for rule in family.rules if rule.domain != domain]
    reply = await emulator.call(
        "CreateLiveCallbackRule", DomainName=domain, AppName=app, TemplateId=made["TemplateId"]
    )
    assert "Error" not in reply


def both(url: str) -> dict[str, str]:
    return {"StreamBeginNotifyUrl": f"{url}/begin?a=1", "StreamEndNotifyUrl": f"{url}/end"}


async def drop(emulator: InProcess, name: str = STREAM) -> None:
    reply = await emulator.call("DropLiveStream", DomainName=DOMAIN, AppName="live", StreamName=name)
    assert "Error" not in reply


def about(messages: list[dict[str, Any]], name: str = STREAM) -> list[dict[str, Any]]:
    return [message for message in messages if message["stream_id"] == name]


async def test_a_dropped_stream_is_told_of_at_once_and_again_when_it_is_back(
    emulator_app: InProcess, backend: Backend
) -> None:
    await told_of(emulator_app, **both(backend.url))
    await emulator_app.app.notices.due()
    assert backend.came == []
    at = second(emulator_app.clock.now())
    await drop(emulator_app)
    await emulator_app.app.notices.due()
    ((path, kind, ended),) = backend.came
    assert (path, kind) == ("/end", "application/json")
    assert ended["event_type"] == 0
    assert (ended["stream_id"], ended["channel_id"]) == (STREAM, STREAM)
    assert (ended["app"], ended["appname"]) == (DOMAIN, "live")
    assert (ended["event_time"], ended["t"]) == (at, at + 600)
    assert ended["sign"] == md5.sign(KEY, ended["t"])
    assert (ended["errcode"], ended["errmsg"]) == (100, "dropped by DropLiveStream")
    assert int(ended["push_duration"]) % 1000 == 0

    emulator_app.clock.advance(30)
    await emulator_app.app.notices.due()
    ((path, _, begun),) = [one for one in backend.came[1:] if one[2]["stream_id"] == STREAM]
    assert (path, begun["event_type"]) == ("/begin?a=1", 1)
    assert at < begun["event_time"] <= at + 30
    assert begun["sequence"] != ended["sequence"], "another push"
    assert "errcode" not in begun

    emulator_app.clock.advance(3)
    await drop(emulator_app)
    await emulator_app.app.notices.due()
    last = about(backend.messages)[-1]
    assert (last["event_type"], last["sequence"]) == (0, begun["sequence"])


async def test_each_is_sent_once_however_often_it_is_looked(
    emulator_app: InProcess, backend: Backend
) -> None:
    await told_of(emulator_app, **both(backend.url))
    await drop(emulator_app)
    for _ in range(3):
        await emulator_app.app.notices.due()
    await drop(emulator_app)
    await asyncio.gather(*(emulator_app.app.notices.due() for _ in range(3)))
    for _ in range(200):
        emulator_app.clock.advance(1)
        await emulator_app.app.notices.due()
    sent = [(one["event_type"], one["sequence"]) for one in backend.messages]
    assert len(sent) == len(set(sent)) == 3
    assert (await emulator_app.control("notices", method="GET"))["notices"][0]["state"] == "answered"


async def test_streams_that_come_and_go_by_themselves_are_told_in_order(
    emulator_app: InProcess, backend: Backend
) -> None:
    """A flapping stream, second by second, and in one leap of the clock."""
    await told_of(emulator_app, "push.campus.example", **both(backend.url))
    account, start = emulator_app.account, second(emulator_app.clock.now())
    stream = next(one for one in account.streams.by_key.values() if one.key.name == "lecture-hall-3")
    for _ in range(180):
        emulator_app.clock.advance(1)
        await emulator_app.app.notices.due()
    mine = about(backend.messages, stream.key.name)
    wanted = []
    for push in account.streams.pushes(stream, start - 1, start + 181):
        wanted += [(1, push.start), (0, push.end)]
    wanted = [one for one in wanted if start <= one[1] <= start + 180]
    assert [(one["event_type"], one["event_time"]) for one in mine] == wanted
    assert {one["errcode"] for one in mine if one["event_type"] == 0} <= {1, 2, 3, 4, 7}

    emulator_app.clock.advance(600)
    await emulator_app.app.notices.due()
    leapt = about(backend.messages, stream.key.name)[len(mine) :]
    assert len(leapt) > 10
    by_push = {one["sequence"] for one in leapt}
    assert len(by_push) < len(leapt), "push and interruption of one push share their number"


@pytest.mark.parametrize(
    "answer",
    [
        (200, b'{"code":1}'),
        (200, b'{"code":false}'),
        (200, b"ok"),
        (200, b"[" * 5000),
        (500, GOOD),
        (302, GOOD),
    ],
)
async def test_what_is_not_received_is_sent_three_times_more_a_minute_apart(
    emulator_app: InProcess, backend: Backend, answer: tuple[int, bytes]
) -> None:
    await told_of(emulator_app, StreamEndNotifyUrl=f"{backend.url}/end")
    backend.answer = answer
    await drop(emulator_app)
    await emulator_app.app.notices.due()
    emulator_app.clock.advance(59)
    await emulator_app.app.notices.due()
    (first,) = about(backend.messages)
    for sendings in (2, 3, 4, 4, 4):
        emulator_app.clock.advance(1 if sendings == 2 else 60)
        await emulator_app.app.notices.due()
        assert about(backend.messages) == [first] * sendings
    (shown,) = [n for n in emulator_app.app.notices.log if n.stream == STREAM and n.body.startswith(b"{")][:1]
    assert (shown.state, shown.tries) == ("given up", TRIES)


async def test_a_backend_that_is_down_gets_the_next_try(emulator_app: InProcess, backend: Backend) -> None:
    await told_of(emulator_app, StreamEndNotifyUrl="http://127.0.0.1:1/end")
    await drop(emulator_app)
    await emulator_app.app.notices.due()
    (notice,) = emulator_app.app.notices.log
    assert (notice.state, notice.tries) == ("waiting", 1)
    notice.url = backend.url
    emulator_app.clock.advance(60)
    await emulator_app.app.notices.due()
    assert notice.state == "answered"


async def test_other_machines_are_not_sent_to(
    emulator_app: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The seeded templates name hosts of others."""
    sent: list[str] = []

    async def answered(client: httpx.AsyncClient, notice: module.Notice) -> bool:
        sent.append(notice.url)
        return True

    monkeypatch.setattr(module, "_answered", answered)
    await told_of(emulator_app, StreamEndNotifyUrl="http://backend.market.example/end")
    await drop(emulator_app)
    await emulator_app.app.notices.due()
    assert (sent, list(emulator_app.app.notices.log)) == ([], [])
    emulator_app.app.notices.anywhere = True
    emulator_app.clock.advance(60)
    await drop(emulator_app)
    await emulator_app.app.notices.due()
    assert "http://backend.market.example/end" in sent


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:80/x", True),
        ("http://127.3.2.1/", True),
        ("https://[::1]:9/", True),
        ("http://localhost/", True),
        ("http://localhost.example/", False),
        ("http://127.0.0.1@backend.example/", False),
        ("http://127.0.0.1.example/", False),
        ("http://192.0.2.1/", False),
        ("http://[::1/", False),
        ("", False),
    ],
)
def test_what_is_on_this_machine(url: str, here: bool) -> None:
    assert on_this_machine(url) is here


async def test_recordings_and_screenshots_are_told_of(emulator_app: InProcess, backend: Backend) -> None:
    domain = "push.stadium.example"
    await told_of(
        emulator_app,
        domain,
        RecordNotifyUrl=f"{backend.url}/record",
        SnapshotNotifyUrl=f"{backend.url}/shot",
    )
    await emulator_app.app.notices.due()
    emulator_app.clock.advance(60)
    await emulator_app.call("DropLiveStream", DomainName=domain, AppName="live", StreamName="match-01-main")
    await emulator_app.app.notices.due()
    start, at = second(emulator_app.clock.now()) - 60, second(emulator_app.clock.now())
    (recorded,) = [one for one in about(backend.messages, "match-01-main") if one["event_type"] == 100]
    assert recorded["end_time"] == at
    assert recorded["duration"] == at - recorded["start_time"]
    assert recorded["file_format"] == "hls"
    assert recorded["sign"] == md5.sign(KEY, recorded["t"])
    shots = [one for path, _, one in backend.came if path == "/shot"]
    assert shots and all(start <= one["create_time"] <= at for one in shots)
    assert all(one["pic_full_url"].endswith(one["pic_url"]) for one in shots)
    taken = [(one["stream_id"], one["create_time"]) for one in shots]
    assert len(taken) == len(set(taken))
    assert {at % 60 for name, at in taken if name == "match-01-main"} == {recorded["start_time"] % 60}


async def test_record_and_screenshot_tasks_are_told_of(emulator_app: InProcess, backend: Backend) -> None:
    await told_of(
        emulator_app, RecordNotifyUrl=f"{backend.url}/record", SnapshotNotifyUrl=f"{backend.url}/shot"
    )
    now = emulator_app.clock.now()
    template = next(
        id
        for id, one in emulator_app.account.families.snapshot.templates.items()
        if one["TemplateName"] == "covers"
    )
    thing = {"DomainName": DOMAIN, "AppName": "live", "StreamName": STREAM}
    times = {"EndTime": second(now + timedelta(seconds=150))}
    for action, more in (("CreateRecordTask", {}), ("CreateScreenshotTask", {"TemplateId": template})):
        reply = await emulator_app.call(action, "ap-singapore", **thing, **times, **more)
        assert "TaskId" in reply, reply
    for _ in range(20):
        emulator_app.clock.advance(10)
        await emulator_app.app.notices.due()
    files = [one for path, _, one in backend.came if path == "/record"]
    assert [(one["stream_id"], one["duration"]) for one in files] == [(STREAM, 150)]
    shots = [one for path, _, one in backend.came if path == "/shot"]
    assert [one["create_time"] - second(now) for one in shots] == [0, 60, 120]


async def test_a_reset_forgets_what_was_to_be_told(emulator_app: InProcess, backend: Backend) -> None:
    await told_of(emulator_app, StreamEndNotifyUrl=f"{backend.url}/end")
    backend.answer = (500, b"")
    await drop(emulator_app)
    await emulator_app.app.notices.due()
    await emulator_app.control("reset", {})
    backend.came.clear()
    emulator_app.clock.advance(60)
    await emulator_app.app.notices.due()
    assert backend.came == []


async def test_a_clock_put_back_tells_nothing_twice(emulator_app: InProcess, backend: Backend) -> None:
    await told_of(emulator_app, **both(backend.url))
    emulator_app.clock.advance(300)
    await emulator_app.app.notices.due()
    count = len(backend.came)
    emulator_app.clock.advance(-300)
    await emulator_app.app.notices.due()
    assert len(backend.came) == count


async def test_unsigned_where_the_account_has_no_key(emulator_app: InProcess, backend: Backend) -> None:
    made = await emulator_app.call(
        "CreateLiveCallbackTemplate", TemplateName="bare", StreamEndNotifyUrl=f"{backend.url}/end"
    )
    emulator_app.account.families.callback.rules = []
    await emulator_app.call(
        "CreateLiveCallbackRule", DomainName=DOMAIN, AppName="live", TemplateId=made["TemplateId"]
    )
    await drop(emulator_app)
    await emulator_app.app.notices.due()
    (message,) = backend.messages
    assert "sign" not in message and "t" in message


def test_a_served_emulator_sends_by_itself(emulator: Served, backend: Backend) -> None:
    made = emulator.call(
        "CreateLiveCallbackTemplate",
        TemplateName="local",
        CallbackKey=KEY,
        StreamEndNotifyUrl=f"{backend.url}/end",
    )
    emulator.call(
        "CreateLiveCallbackRule", DomainName=DOMAIN, AppName="studio", TemplateId=made["TemplateId"]
    )
    arrived = threading.Event()
    append = backend.came.append

    class Came(list[Any]):
        def append(self, one: Any) -> None:
            append(one)
            arrived.set()

    backend.came = Came()
    emulator.call("DropLiveStream", DomainName=DOMAIN, AppName="studio", StreamName="market-square")
    assert arrived.wait(10)


async def test_nothing_is_looked_at_while_nobody_is_told(emulator_app: InProcess) -> None:
    """Twenty thousand streams cost nothing each second where no template leads to this machine."""
    await emulator_app.app.notices.due()
    assert not {"families", "streams"} & vars(emulator_app.account).keys()
    assert occurrences(emulator_app.account, (), 0, second(emulator_app.clock.now())) == []
