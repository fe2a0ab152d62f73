"""`livetui call` as it is typed, against a server on loopback that checks signatures."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from livetui.cli import main
from livetui.signing import tc3

SECRET_ID, SECRET_KEY = "AKIDexampleexampleexample", "exampleKEYexampleKEYexample"
FORBID = ["ForbidLiveStream", "AppName=live", "DomainName=push.harbor.example", "StreamName=one"]


@dataclass
class Cloud:
    """Answers every call with `reply` once the signature is right."""

    reply: dict[str, Any] = field(default_factory=lambda: {"AllCount": 0, "DomainList": []})
    seen: list[tuple[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def answer(self, headers: dict[str, str], body: bytes) -> dict[str, Any]:
        claim = tc3.parse_authorization(headers["authorization"])
        canonical = tc3.canonical_request(
            method="POST",
            path="/",
            query="",
            headers=headers,
            signed_headers=claim.signed_headers,
            payload=body,
        )
        timestamp = int(headers["x-tc-timestamp"])
        mine = tc3.signature(SECRET_KEY, service="live", timestamp=timestamp, canonical=canonical)
        if (claim.secret_id, claim.signature) != (SECRET_ID, mine):
            return {"Error": {"Code": "AuthFailure.SignatureFailure", "Message": "wrong"}}
        self.seen.append((headers["x-tc-action"], json.loads(body)))
        self.headers.append(headers)
        return self.reply


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    made = Cloud()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = json.dumps({"Response": {**made.answer(headers, body), "RequestId": "req-1"}}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Nothing: the test looks at what was seen."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a key in its environment and nothing else."""
    for kind in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"LIVETUI_{kind}_DIR", str(tmp_path / kind.lower()))
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", SECRET_ID)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", SECRET_KEY)
    monkeypatch.delenv("TENCENTCLOUD_TOKEN", raising=False)
    monkeypatch.delenv("TENCENTCLOUD_REGION", raising=False)
    return tmp_path


@pytest.fixture
def call(cloud: Cloud) -> Callable[..., int]:
    return lambda *words: main(["call", "css", *words, "--endpoint", cloud.url])


def configured(home: Path, **profile: Any) -> None:
    lines = [f"{name} = {json.dumps(value)}" for name, value in profile.items()]
    (home / "config").mkdir()
    text = "[profiles.prod]\ncredential = {env = true}\n" + "\n".join(lines) + "\n"
    (home / "config" / "config.toml").write_text(text)


def journal(home: Path) -> list[dict[str, Any]]:
    file = home / "state" / "journal.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_a_read_prints_its_reply(
    call: Callable[..., int], capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    assert call("DescribeLiveDomains") == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == {"AllCount": 0, "DomainList": [], "RequestId": "req-1"}
    assert err == ""
    assert journal(home) == []


def test_the_envelope_on_request(call: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert call("DescribeLiveDomains", "--full") == 0
    assert json.loads(capsys.readouterr().out)["Response"]["RequestId"] == "req-1"


def test_parameters_may_stand_behind_options(cloud: Cloud) -> None:
    words = ["call", "css", "DescribeLiveDomains", "--endpoint", cloud.url, "DomainStatus=1", "DomainType=0"]
    assert main(words) == 0
    assert cloud.seen == [("DescribeLiveDomains", {"DomainStatus": 1, "DomainType": 0})]


def test_values_take_their_type_from_the_catalogue(call: Callable[..., int], cloud: Cloud) -> None:
    cloud.reply = {}
    words = [
        "MixStreamSessionId=room",
        "OutputParams.OutputStreamName=mix",
        "OutputParams.OutputStreamBitRate=1000",
        "InputStreamList.1.InputStreamName=b",
        "InputStreamList.1.LayoutParams.ImageLayer=2",
        "InputStreamList.0.InputStreamName=a",
        "InputStreamList.0.LayoutParams.ImageLayer=1",
    ]
    assert call("CreateCommonMixStream", *words, "--yes") == 0
    assert cloud.seen[0][1] == {
        "MixStreamSessionId": "room",
        "OutputParams": {"OutputStreamName": "mix", "OutputStreamBitRate": 1000},
        "InputStreamList": [
            {"InputStreamName": "a", "LayoutParams": {"ImageLayer": 1}},
            {"InputStreamName": "b", "LayoutParams": {"ImageLayer": 2}},
        ],
    }


@pytest.mark.parametrize("way", ["text", "file", "stdin"])
def test_parameters_as_json(
    call: Callable[..., int], cloud: Cloud, home: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    text = json.dumps({"DomainStatus": 1, "DomainPrefix": "push"})
    (home / "p.json").write_text(text)
    monkeypatch.setattr("sys.stdin", StringIO(text))
    source = {"text": text, "file": f"@{home / 'p.json'}", "stdin": "-"}[way]
    assert call("DescribeLiveDomains", "--json", source, "DomainStatus=0") == 0
    assert cloud.seen[0][1] == {"DomainStatus": 0, "DomainPrefix": "push"}


BAD = [
    ["NoSuchAction"],
    ["DescribeLiveDomains", "Nonsense=1"],
    ["DescribeLiveDomains", "DomainStatus"],
    ["DescribeLiveDomains", "DomainStatus=many"],
    ["DescribeLiveDomains", "DomainStatus=7"],
    ["DescribeLiveDomains", "DomainStatus=1", "DomainStatus=0"],
    ["DescribeLiveDomains", "DomainStatus.Inner=1"],
    ["DescribeLiveDomains", "--json", "[]"],
    ["DescribeLiveDomains", "--json", "{"],
    ["DescribeLiveDomains", "--json", "@/nowhere/at/all"],
    ["DescribeLiveDomains", "--profile", "none-such"],
    ["DescribeLivePullStreamTasks"],
    ["DescribeLivePullStreamTasks", "--region", "moon-1"],
    ["CreateCommonMixStream", "InputStreamList.1.InputStreamName=b", "--yes"],
    [*FORBID, "ResumeTime=-2h", "--yes"],
    FORBID,
    FORBID[:-1],
]


@pytest.mark.parametrize("words", BAD)
def test_bad_usage_is_two_and_nothing_is_sent(
    call: Callable[..., int], cloud: Cloud, home: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert call(*words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("livetui: ")
    assert cloud.seen == []
    assert journal(home) == []


def test_an_unknown_service_and_option_are_bad_usage(cloud: Cloud) -> None:
    assert main(["call", "nope", "DescribeLiveDomains"]) == 2
    with pytest.raises(SystemExit) as left:
        main(["call", "css", "DescribeLiveDomains", "--nonsense"])
    assert left.value.code == 2


def test_what_the_service_refuses_is_one(
    call: Callable[..., int], cloud: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    cloud.reply = {"Error": {"Code": "FailedOperation.HostOutLimit", "Message": "no \x1b[31mmore"}}
    assert call("DescribeLiveDomains") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "FailedOperation.HostOutLimit" in err
    assert "req-1" in err
    assert "Delete a domain" in err
    assert "\x1b" not in err


def test_a_wrong_key_is_one(
    call: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "anotherKEYanotherKEY")
    assert call("DescribeLiveDomains") == 1
    assert "AuthFailure.SignatureFailure" in capsys.readouterr().err


def test_no_key_and_no_cloud_are_one(
    call: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["call", "css", *FORBID, "--yes", "--endpoint", "http://127.0.0.1:9"]) == 1
    assert main(["call", "css", "DescribeLiveDomains", "--endpoint", "http://10.0.0.1"]) == 1
    monkeypatch.delenv("TENCENTCLOUD_SECRET_KEY")
    assert call("DescribeLiveDomains") == 1
    assert "TENCENTCLOUD_SECRET_KEY" in capsys.readouterr().err


def test_a_change_is_on_record_before_and_after(call: Callable[..., int], cloud: Cloud, home: Path) -> None:
    cloud.reply = {}
    assert call(*FORBID, "--yes", "--reason", "test run") == 0
    intent, outcome = journal(home)
    assert (intent["kind"], intent["action"], intent["reason"]) == ("intent", "ForbidLiveStream", "test run")
    assert (outcome["kind"], outcome["status"], outcome["request_id"]) == ("outcome", "accepted", "req-1")
    assert SECRET_ID not in json.dumps(intent)
    file = home / "state" / "journal.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_refused_change_is_on_record(call: Callable[..., int], cloud: Cloud, home: Path) -> None:
    cloud.reply = {"Error": {"Code": "InternalError.StreamStatusError", "Message": "no"}}
    assert call(*FORBID, "--yes") == 1
    assert [line.get("status") for line in journal(home)] == [None, "refused"]
    assert len(cloud.seen) == 1


class Terminal(StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "sent"), [("y\n", 1), ("YES\n", 1), ("\n", 0), ("n\n", 0), ("", 0)])
def test_a_change_asks_first_and_no_is_the_default(
    call: Callable[..., int], cloud: Cloud, monkeypatch: pytest.MonkeyPatch, answer: str, sent: int
) -> None:
    cloud.reply = {}
    asked = Terminal()
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    monkeypatch.setattr("sys.stderr", asked)
    assert call(*FORBID) == (0 if sent else 1)
    assert len(cloud.seen) == sent
    shown = asked.getvalue()
    for fact in ("ForbidLiveStream", "destructive", cloud.url, "AKID…mple", "push.harbor.example", "[y/N]"):
        assert fact in shown
    assert SECRET_ID not in shown


@pytest.mark.parametrize(("answer", "sent"), [("prod\n", 1), ("y\n", 0)])
def test_production_wants_the_profiles_name(
    call: Callable[..., int],
    cloud: Cloud,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    sent: int,
) -> None:
    configured(home, production=True)
    cloud.reply = {}
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    monkeypatch.setattr("sys.stderr", Terminal())
    call(*FORBID)
    assert len(cloud.seen) == sent


def test_a_read_only_profile_lets_no_change_through(
    call: Callable[..., int], cloud: Cloud, home: Path
) -> None:
    configured(home, read_only=True)
    assert call(*FORBID, "--yes") == 1
    assert call("DescribeLiveDomains") == 0
    assert [action for action, _ in cloud.seen] == ["DescribeLiveDomains"]
    assert journal(home) == []


def test_a_region_comes_from_the_profile_or_the_environment(
    call: Callable[..., int], cloud: Cloud, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.reply = {"TaskInfos": [], "TotalNum": 0}
    monkeypatch.setenv("TENCENTCLOUD_REGION", "ap-guangzhou")
    assert call("DescribeLivePullStreamTasks") == 0
    configured(home, regions=["ap-shanghai"])
    assert call("DescribeLivePullStreamTasks") == 0
    assert call("DescribeLivePullStreamTasks", "--region", "ap-beijing") == 0
    regions = [headers["x-tc-region"] for headers in cloud.headers]
    assert regions == ["ap-guangzhou", "ap-shanghai", "ap-beijing"]


@pytest.mark.parametrize("signature", ["tc3", "HmacSHA256"])
def test_a_dry_run_shows_the_request_and_sends_nothing(
    call: Callable[..., int],
    cloud: Cloud,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    signature: str,
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_TOKEN", "temporary-token-of-mine")
    words = ["ModifyLivePlayAuthKey", "DomainName=d", "Enable=1", "AuthKey=0123456789abcdefTAIL"]
    assert call(*words, "--dry-run", "--signature", signature) == 0
    out, _ = capsys.readouterr()
    shown = json.loads(out)
    assert (shown["method"], shown["url"]) == ("POST", cloud.url + "/")
    assert shown["body"]["AuthKey"] == "••••TAIL"
    assert shown["body"]["Enable"] == (1 if signature == "tc3" else "1")
    for secret in (SECRET_ID, SECRET_KEY, "temporary-token-of-mine", "0123456789abcdef"):
        assert secret not in out
    assert cloud.seen == []
    assert journal(home) == []


def test_a_dry_run_needs_no_key(
    call: Callable[..., int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("TENCENTCLOUD_SECRET_ID")
    assert call("DescribeLiveDomains", "--dry-run") == 0
    assert call("DescribeLiveDomains", "DomainStatus=9", "--dry-run") == 2


def test_a_broken_config_is_told_and_left_alone(
    call: Callable[..., int], cloud: Cloud, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "config").mkdir()
    (home / "config" / "config.toml").write_text("default_profile = \n")
    assert call("DescribeLiveDomains") == 1
    assert "config.toml:1" in capsys.readouterr().err
    assert (home / "config" / "config.toml").read_text() == "default_profile = \n"
    assert cloud.seen == []
