"""Every action of every system through `livetui call`, as typed, against an emulated cloud.

Each answers in its catalogued shape; each refusal has a documented code, and says what to do about it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from clouds import bare, configure
from emulated import ALIYUN_SECRET, LVB_KEY, SECRET_KEY, Served
from questions import apsara, channel, css, css_configuration, lvb, mdp
from questions.asking import Asker
from shapes import assert_shape

from livetui.catalogue import Action, load
from livetui.cli import main
from livetui.client.errors import Throttled
from livetui.emulator.account import NOT_ACTIVATED

Out = pytest.CaptureFixture[str]
REGION = "ap-singapore"


class Typed(Asker):
    """Whoever types `livetui call` for one system, every value a word of the command line."""

    def __init__(self, service: str, served: Served, out: Out) -> None:
        super().__init__(served)
        self.catalogue, self.out = load(service), out
        self.asked: dict[str, dict[str, Any]] = {}
        """Each action's parameters when it was first answered."""

    def type(self, action: str, region: str, params: dict[str, Any]) -> tuple[int, str, str]:
        """Exit code, stdout and stderr. Where a region is needed and none told, it is REGION."""
        words = [f"{name}={v if isinstance(v, str) else json.dumps(v)}" for name, v in params.items()]
        region = region or (REGION if self.catalogue.action(action).regions else "")
        where = ["--region", region] if region else []
        code = main(["call", self.catalogue.service, action, *where, "--yes", *words])
        return code, *self.out.readouterr()

    def __call__(self, action: str, region: str = "", /, **params: Any) -> dict[str, Any]:
        code, out, err = self.type(action, region, params)
        assert (code, err) == (0, ""), f"{action}: {err}"
        reply: dict[str, Any] = json.loads(out)
        assert bool(reply.pop("RequestId", "")) == self.tells_ids
        lacks = set(LACKS.get(action, ())) - set(reply)
        declared = [field for field in self.catalogue.action(action).response if field.name not in lacks]
        assert_shape(self.catalogue, declared, reply, action)
        self.called.add(action)
        self.asked.setdefault(action, params)
        return reply

    def refused(self, code: str, action: str, region: str = "", /, **params: Any) -> None:
        """By the service, or before anything is sent where the catalogue knows as much."""
        before = len(self.served.app.calls)
        left, out, err = self.type(action, region, params)
        sent = len(self.served.app.calls) - before
        assert out == ""
        if sent:
            assert (left, sent) == (1, 1), err
            self.explains(action, code, err)
        else:
            assert left == 2, err
            assert code in CHECKED_HERE, err
            assert err.startswith(f"livetui: {action}: ")
        self.refusals.add(action)

    def explains(self, action: str, code: str, err: str) -> None:
        """That stderr tells the code, what it means, what to do about it, and under which id it happened."""
        said = self.catalogue.error(code) or BY_STATUS[code]
        assert re.match(rf"livetui: {re.escape(action)}(?: \([\w-]+\))?: {re.escape(code)}[: ]", err), err
        assert said.meaning in err
        assert said.remedy in err
        assert ("(RequestId " in err) == self.tells_ids

    @property
    def tells_ids(self) -> bool:
        """Whether the system has request ids; LVB and channel hosting have none."""
        return self.catalogue.service in ("css", "mdp", "apsara")


LACKS = {
    "Get_BillingBandwidth": ("domain",),
    "Get_LivePlayStatHistory": ("domain", "stream_id"),
    "StartLVBChannel": ("detail",),
    "StopLVBChannel": ("detail",),
    "DeleteLVBChannel": ("detail",),
}
"""Members that come only where the call asks for them, or where it fails for some."""
BY_STATUS = {"429": Throttled}
"""What LVB says by HTTP status alone, and its documents nowhere."""
CHECKED_HERE = ("MissingParameter", "InvalidParameter", "InvalidParameterValue", "UnsupportedRegion", "1000")
"""What a service says to parameters that the catalogue knows to be wrong."""


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, emulator: Served) -> Path:
    """The file of a machine with a profile of each cloud at the emulator, whose clock is the emulator's."""
    for clock in ("livetui.commands.call._now", "livetui.watch.cells.utc_now"):
        monkeypatch.setattr(clock, emulator.clock.now)
    return configure(bare(tmp_path, monkeypatch), emulator.url)


@pytest.fixture
def typed(emulator: Served, capsys: Out) -> Callable[[str], Typed]:
    return lambda service: Typed(service, emulator, capsys)


def _css(cloud: Typed) -> None:
    for chapter in css_configuration.CHAPTERS:
        chapter(cloud)
    for action, params in css.questions(cloud.now()):
        if "DomainName" in params:
            elsewhere = params | {"DomainName": "push.elsewhere.example"}
            cloud.refused("InternalError.ConfigNotExist", action, **elsewhere)
        cloud(action, **params)


def _mdp(cloud: Typed) -> None:
    for chapter in mdp.CHAPTERS:
        chapter(cloud)
    for action, params in cloud.asked.items():
        elsewhere = params | {name: unknown for name, unknown in mdp.UNKNOWN.items() if name in params}
        if elsewhere != params:
            cloud.refused(mdp.not_found(cloud.catalogue.action(action)), action, **elsewhere)


def _apsara(cloud: Typed) -> None:
    index = next(iter(cloud.served.account.apsara.indexes))
    for action, params in apsara.questions(cloud.now(), index):
        domains = [name for name in ("DomainName", "Domain", "DomainTranscodeName") if name in params]
        for name in domains:
            cloud.refused("InvalidDomain.NotFound", action, **params | {name: "live.elsewhere.example"})
        cloud(action, **params)


def _lvb(cloud: Typed) -> None:
    for chapter in lvb.CHAPTERS:
        chapter(cloud)
    cloud.served.account.status = NOT_ACTIVATED
    for action, params in cloud.asked.items():
        for code in cloud.catalogue.action(action).errors:
            if code in ("appid is invalid", "cmd is invalid"):
                cloud.refused(code, action, **params)


def _channel(cloud: Typed) -> None:
    for chapter in channel.CHAPTERS:
        chapter(cloud)


class System(NamedTuple):
    """How a system's actions are asked, and its codes for what every one of them can be refused for."""

    actions: int
    """How many its documents have."""
    ask: Callable[[Typed], None]
    never_refused: Callable[[Action], bool]
    """Actions whose pages tell of no refusal but those of every call."""
    change: tuple[str, dict[str, Any]]
    """A change of what is not there: it is sent once, whatever comes back."""
    not_found: str
    wrong_key: str
    throttled: str


SYSTEMS = {
    "css": System(
        119,
        _css,
        lambda action: action.effect == "read" or action.undocumented,
        ("ForbidLiveStream", css.MAIN | {"DomainName": "push.elsewhere.example"}),
        "InternalError.ConfigNotExist",
        "AuthFailure.SignatureFailure",
        "RequestLimitExceeded",
    ),
    "mdp": System(
        60,
        _mdp,
        lambda action: not {field.name for field in action.parameters if field.required} & {*mdp.UNKNOWN},
        ("DeleteStreamPackageChannels", {"Ids": ["none"]}),
        "InvalidParameter.NotFound",
        "AuthFailure.SignatureFailure",
        "RequestLimitExceeded",
    ),
    "apsara": System(
        50,
        _apsara,
        lambda action: action.name == "DescribeLiveDomainTrafficData",
        ("ForbidLiveStream", apsara.MAIN | apsara.PUBLISHER | {"DomainName": "live.elsewhere.example"}),
        "InvalidDomain.NotFound",
        "SignatureDoesNotMatch",
        "Throttling.User",
    ),
    "lvb": System(
        16,
        _lvb,
        lambda action: False,
        ("Live_Tape_Stop", {"channel_id": lvb.LEFT, "task_id": "1"}),
        "20327",
        "403",
        "429",
    ),
    "channel": System(
        18,
        _channel,
        lambda action: action.name in ("DescribeLVBChannelList", "DescribeQueueLog"),
        ("StopLVBChannel", {"channelIds": [channel.ABSENT]}),
        "20301",
        "4100",
        "4400",
    ),
}
each_system = pytest.mark.parametrize("service", SYSTEMS)


@each_system
def test_each_action_answers_and_refuses_as_documented(typed: Callable[[str], Typed], service: str) -> None:
    cloud, system = typed(service), SYSTEMS[service]
    system.ask(cloud)
    assert cloud.called == set(cloud.catalogue.names)
    assert len(cloud.called) == system.actions
    never = [action.name for action in cloud.catalogue if action.name not in cloud.refusals]
    assert [name for name in never if not system.never_refused(cloud.catalogue.action(name))] == []


@each_system
def test_what_is_missing_is_told_before_anything_is_sent(typed: Callable[[str], Typed], service: str) -> None:
    cloud = typed(service)
    needy = 0
    for action in cloud.catalogue:
        required = {field.name for field in action.parameters if field.required}
        code, out, err = cloud.type(action.name, "", {}) if required else (2, "", "")
        assert (code, out) == (2, ""), action.name
        assert {name for name in required if f"livetui: {action.name}: {name} is required" in err} == required
        needy += bool(required)
    assert needy > len(cloud.catalogue.names) / 2
    assert not cloud.served.app.calls


@each_system
def test_what_every_call_can_be_refused_for(
    typed: Callable[[str], Typed], config: Path, service: str
) -> None:
    cloud, system = typed(service), SYSTEMS[service]
    action, params = system.change
    cloud.refused(system.not_found, action, **params)
    right = wrong = config.read_text()
    for secret in (SECRET_KEY, ALIYUN_SECRET, LVB_KEY):
        wrong = wrong.replace(secret, "another-secret-of-the-tests")
    config.write_text(wrong)
    cloud.refused(system.wrong_key, action, **params)
    config.write_text(right)
    # The last: afterwards the action rests.
    cloud.served.fault("throttle", action)
    cloud.refused(system.throttled, action, **params)
