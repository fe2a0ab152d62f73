"""Where scenes are played: an emulated account called in process, and a console whose every input is fixed.

Nothing on the screen comes from this machine or this minute: the clock stands, the account is drawn from its
seed, RequestIds follow from what was asked, waits end at once, and there is no port to show.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import httpx
from emulated import ALIYUN_ID, ALIYUN_SECRET, LVB_APPID, LVB_KEY, NOW, SECRET_ID, SECRET_KEY
from opened import LOCAL, Console
from textual.app import App, _character_to_key
from textual.events import Key as KeyPress
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.worker import Worker

from livetui.catalogue import load
from livetui.client import Budget, Client
from livetui.console.app import LivetuiApp
from livetui.console.session import join, open_session
from livetui.console.start import StartApp
from livetui.emulator.account import Account
from livetui.emulator.app import Emulator, application
from livetui.emulator.apsara.state import DOMAINS
from livetui.emulator.clock import Clock
from livetui.emulator.faults import Fault
from livetui.emulator.gate import Key, Raw
from livetui.emulator.limits import Limits
from livetui.operations.journal import IntentEntry, Journal, Who
from livetui.resources import book
from livetui.settings import Config, Credential, Found, Paths, Profile, Reference
from livetui.settings.paths import Caution
from livetui.turns import _WAITING

ENDPOINT = "http://127.0.0.1:8800"
"""What the console believes to call; nothing listens there."""
OPERATOR = "mika"
HOST = "jump-1"
HOME = Path(f"/home/{OPERATOR}")
SHOWN = Paths(HOME / ".config/livetui", HOME / ".local/state/livetui", HOME / ".cache/livetui")
"""Where the console says that its files are."""


class Elsewhere(type(Path())):  # type: ignore[misc]
    """A file that is said to be in another place than it is."""

    shown = ""

    def __str__(self) -> str:
        return self.shown or super().__str__()

    def __fspath__(self) -> str:
        return super().__str__()


class Told(Paths):
    """Where the files are, and where the console says so."""

    @property
    def config_file(self) -> Path:
        return SHOWN.config_file

    @property
    def journal_file(self) -> Path:
        made = Elsewhere(super().journal_file)
        made.shown = str(SHOWN.journal_file)
        return made


PROFILES: Mapping[str, Mapping[str, Any]] = {
    "css": {"credential": Credential(SECRET_ID, SECRET_KEY)},
    "mdp": {"credential": Credential(SECRET_ID, SECRET_KEY), "services": ("mdp",)},
    "channel": {"credential": Credential(SECRET_ID, SECRET_KEY), "services": ("channel",)},
    "lvb": {"lvb": Credential(LVB_APPID, LVB_KEY), "services": ("lvb",), "allow_plain_http": True},
    "apsara": {
        "cloud": "aliyun",
        "credential": Credential(ALIYUN_ID, ALIYUN_SECRET),
        "domains": DOMAINS,
    },
}
"""Of each system that scenes are of, the profile that it is opened with; the first that has the list."""
RESTING = {"poll", "act", "settle", "record"}
"""Groups of workers that wait for a minute or for a dialog's answer; every other has something under way."""
PATIENCE = 20
"""Seconds of the machine's own time until a scene counts as stuck."""


GATE = {"DomainName": "push.harbor.example", "AppName": "live", "StreamName": "gate-3"}
BANNED = {"DomainName": "push.stadium.example", "AppName": "live", "StreamName": "match-09-goal-line"}
UNTIL = {"ResumeTime": "2026-03-10T12:06:00Z", "Reason": "rights: no second half"}
PAST: Sequence[tuple[float, str, dict[str, Any], str, dict[str, Any]]] = (
    (
        30,
        "ModifyLiveTranscodeTemplate",
        {"TemplateId": 20001, "VideoBitrate": 1800},
        "",
        {"status": "accepted"},
    ),
    (26, "DropLiveStream", GATE, "frozen picture", {"status": "accepted"}),
    (25.5, "ForbidLiveStream", {**GATE, **UNTIL}, UNTIL["Reason"], {"status": "accepted"}),
    (22, "ResumeLiveStream", GATE, "", {"status": "accepted"}),
    (20, "ForbidLiveStream", {**BANNED, **UNTIL}, UNTIL["Reason"], {"status": "accepted"}),
    (
        8,
        "CreateScreenshotTask",
        {**GATE, "StartTime": 1773115200, "EndTime": 1773151200, "TemplateId": 30001},
        "",
        {"status": "accepted", "result": {"TaskId": "shot-7Qm2x"}},
    ),
    (
        5,
        "CreateCommonMixStream",
        {
            "MixStreamSessionId": "evening-show",
            "InputStreamList": [
                {"InputStreamName": "studio-1", "LayoutParams": {"ImageLayer": 1}},
                {"InputStreamName": "guest-2", "LayoutParams": {"ImageLayer": 2}},
            ],
            "OutputParams": {"OutputStreamName": "evening-show-mix"},
        },
        "",
        {"status": "accepted"},
    ),
    (
        3,
        "DeleteLiveTranscodeTemplate",
        {"TemplateId": 20001},
        "",
        {"status": "refused", "code": "FailedOperation.RuleAlreadyUsing", "message": "rules use it"},
    ),
    (
        1,
        "ForbidLiveDomain",
        {"DomainName": "push.market.example"},
        "",
        {"status": "not-sent", "message": "no"},
    ),
    (0.5, "DropLiveStream", GATE, "flapping", {"status": "unknown", "message": "no answer came"}),
)
"""(hours ago, action, parameters, reason, outcome) of what was done from here."""


ONCE = re.compile(rb"&?(Signature|SignatureNonce)=[^&]*")
"""What is another with each call, of a signed query."""


class Repeatable(Emulator):
    """Its RequestIds follow from the calls, not from the order in which they arrive."""

    _asked = b""

    def answer(self, raw: Raw, now: Any, faults: Mapping[str, Fault]) -> dict[str, Any]:
        self._asked = "/".join(raw.headers.get(name, "") for name in ("x-tc-action", "x-tc-region")).encode()
        self._asked += ONCE.sub(b"", raw.body) + ONCE.sub(b"", raw.query.encode())
        return super().answer(raw, now, faults)

    def _request_id(self) -> str:
        digits = hashlib.sha256(self._asked).hexdigest()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


class Line(httpx.AsyncBaseTransport):
    """The way to the account: the application itself, unless it is cut."""

    def __init__(self, emulator: Emulator) -> None:
        self.cut = False
        self.under_way = 0
        self._asgi = httpx.ASGITransport(app=application(emulator))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.cut:
            raise httpx.ConnectError("the network is unreachable", request=request)
        self.under_way += 1
        try:
            return await self._asgi.handle_async_request(request)
        finally:
            self.under_way -= 1


class Seconds:
    """Monotonic time that stands still, but for the waits asked of it: those are over at once."""

    def __init__(self) -> None:
        self.at = 1000.0

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds
        await asyncio.sleep(0)


@cache
def past() -> bytes:
    """The journal's lines of the day before the scene, one call of each outcome among them."""
    clock = Clock(NOW)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "journal.jsonl"
        journal = _journal(file, clock)
        for number, (hours, action, params, reason, outcome) in enumerate(PAST):
            clock.freeze(NOW - timedelta(hours=hours))
            names = ("DomainName", "AppName", "StreamName", "TemplateId", "MixStreamSessionId")
            target = {name: str(params[name]) for name in names if name in params}
            ident = journal.intent(
                IntentEntry("demo", SECRET_ID, "css", action, params, target=(target,), reason=reason)
            )
            if outcome:
                clock.advance(0.2)
                journal.outcome(
                    ident, took_ms=180, **outcome, request_id=f"{number:08x}-5e1f-4c1d-9a52-0c0ffee"
                )
        return file.read_bytes()


def _journal(file: Path, clock: Clock, first: int = 1) -> Journal:
    ids = (f"{number:016x}" for number in count(first))
    who = Who(f"{OPERATOR}@{HOST}", "198.51.100.7", "/dev/pts/3")
    return Journal(file, clock.now, who=who, new_id=lambda: next(ids))


@dataclass
class Stage:
    """One account, made for one scene, and the way to it."""

    folder: Path
    """Empty when it is given; holds the journal and what is remembered."""
    journalled: bool = False
    """Whether something was done from here before."""

    def __post_init__(self) -> None:
        self.clock = Clock(NOW)
        account = Account(seed=1, streams=60, clock=self.clock)
        keys = [
            Key(SECRET_ID, SECRET_KEY),
            Key(ALIYUN_ID, ALIYUN_SECRET, cloud="aliyun"),
            Key(LVB_APPID, LVB_KEY, cloud="lvb"),
        ]
        self.emulator = Repeatable(account, keys, limits=Limits(enforced=False))
        self.line = Line(self.emulator)
        self.seconds = Seconds()
        self.places.state.mkdir(mode=0o700, parents=True)
        if self.journalled:
            self.places.journal_file.write_bytes(past())
            self.places.journal_file.chmod(0o600)

    @property
    def places(self) -> Paths:
        return Paths(*(self.folder / name for name in ("config", "state", "cache")))

    def app(self, start: str, profile: Mapping[str, Any]) -> App[Any]:
        """The console on a resource, or the first start where there is none to start on."""
        return self._console(start, profile) if start else self._first_start()

    def _console(self, start: str, profile: Mapping[str, Any]) -> LivetuiApp:
        """A console on the account, in a zone that is neither UTC nor Beijing's."""
        service = next((name for name in PROFILES if start in book(name).resources), "css")
        made = Profile(**{"name": "demo", "endpoint": ENDPOINT, **PROFILES[service], **profile})
        client = self._client(made, service)
        session = open_session(made, self.places, self.clock.now, zone=LOCAL, client=client)
        window = session.window
        if window.is_union(start):
            beside = Profile(**{"name": "ali", "endpoint": ENDPOINT, **PROFILES["apsara"]})
            join(window, beside, client=self._client(beside, "apsara"))
        window.paths = Told(self.places.config, self.places.state, self.places.cache)
        session.guard.journal = _journal(self.places.journal_file, self.clock, first=1000)
        return LivetuiApp(session, start=start)

    def _client(self, profile: Profile, service: str) -> Client:
        credential = profile.credential_for(service)
        assert credential is not None
        return Client(
            load(service),
            credential,
            endpoint=ENDPOINT,
            read_only=profile.read_only,
            now=self.clock.now,
            random=lambda: 0.5,
            sleep=self.seconds.sleep,
            budget=Budget(self.seconds.now, self.seconds.sleep),
            transport=self.line,
        )

    def _first_start(self) -> StartApp:
        """The console of somebody who has keys in three places and no profile yet."""
        lax = HOME / ".tccli/watcher.credential"
        found = [
            Found(Reference("env"), Credential("AKIDfromtheenvironment77", "key"), region="ap-singapore"),
            Found(
                Reference("tccli", "watcher"),
                Credential("AKIDofthewatcherprofile3", "key", "token"),
                caution=Caution(lax, f"{lax} can be read by others", f"chmod 600 {lax}"),
            ),
            Found(
                Reference("file", "~/.tencentcloud/credentials"),
                None,
                trouble="has no section [default]",
            ),
        ]
        return StartApp(Config(SHOWN.config_file), lambda: found, self.clock.now)


class Player(Console):
    """Does what a scene's steps say, each when what the last one did is on the screen."""

    def __init__(self, stage: Stage, pilot: Pilot[Any]) -> None:
        super().__init__(pilot.app, pilot, stage)  # type: ignore[arg-type]
        self.stage = stage

    async def press(self, *keys: str) -> None:
        for key in keys:
            self._send(key)
            await self.settled()

    async def type(self, text: str) -> None:
        for char in text:
            self._send(char)
        await self.settled()

    def _send(self, key: str) -> None:
        driver = self.app._driver
        assert driver is not None
        name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
        driver.send_message(KeyPress(name, key if len(key) == 1 else None))

    async def settled(self) -> None:
        """Waits until nothing is under way and three looks in a row see the same picture."""
        calm, seen = 0, ""
        async with asyncio.timeout(PATIENCE):
            while calm < 3:
                await self.pilot.pause(0)
                now = self.text
                calm = calm + 1 if now == seen and not self._busy() else 0
                seen = now
        for box in (*self.app.screen.query(Input), *self.app.screen.query(TextArea)):
            box.cursor_blink = False
            box._cursor_visible = True

    def _busy(self) -> bool:
        """Whether something is still to come without another key."""
        turns = _WAITING.get(asyncio.get_running_loop())
        if turns is not None and turns._looking:
            return True
        if self.stage.line.under_way or THREADS or any(self._works(worker) for worker in self.app.workers):
            return True
        if not isinstance(self.app, LivetuiApp):
            return False
        sessions = self.session.window.sessions.values()
        return not (self.session.painted.is_set() and self.app.completed.is_set()) or any(
            session.settler is None
            or not session.settler.resting
            or any(
                poller.reading or (poller.snapshot.read is None and poller.snapshot.error is None)
                for poller in session.pollers.values()
            )
            for session in sessions
        )

    def _works(self, worker: Worker[Any]) -> bool:
        """What lies under another screen waits for that one."""
        node = worker.node
        here = node is self.app or (isinstance(node, Widget) and node.screen is self.app.screen)
        return here and not worker.is_finished and worker.group not in RESTING


THREADS: set[object] = set()
"""Calls that other threads are at."""


async def _counted(call: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
    """`asyncio.to_thread`, known of while it lasts."""
    THREADS.add(mark := object())
    try:
        return await TO_THREAD(call, *args, **options)
    finally:
        THREADS.discard(mark)


TO_THREAD = asyncio.to_thread


@contextmanager
def surroundings() -> Iterator[None]:
    """What the environment has to say of colours and of who sits here, the same everywhere."""
    # The toolkit's own screenshots rest 20 ms at a time, in case something is still to come: nothing is.
    with (
        patch.dict("os.environ", {"LOGNAME": OPERATOR, "USER": OPERATOR}),
        patch("asyncio.to_thread", _counted),
        patch("textual._wait.SLEEP_GRANULARITY", 0.001),
    ):
        os.environ.pop("NO_COLOR", None)
        yield
