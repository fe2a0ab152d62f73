"""doctor tells each trouble from its neighbours, and what to do about it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from livetui.catalogue.text import columns
from livetui.cli import main
from livetui.client.wire import endpoint
from livetui.operations import doctor, reach
from livetui.operations.reach import Reach
from livetui.resources import book
from livetui.settings import ConfigError, Credential, Paths, Profile, discover, load

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
ENV = ["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY", "TENCENTCLOUD_TOKEN", "TENCENTCLOUD_REGION"]
PROXIES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"]


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """Folders of its own, an empty home, and no credential or proxy in the environment."""
    for name in (*ENV, *PROXIES, *(name.upper() for name in PROXIES)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for kind in ("config", "state", "cache"):
        monkeypatch.setenv(f"LIVETUI_{kind.upper()}_DIR", str(tmp_path / kind))
    return Paths(tmp_path / "config", tmp_path / "state", tmp_path / "cache")


def write_config(places: Paths, text: str, mode: int = 0o600) -> None:
    places.config.mkdir(mode=0o700, exist_ok=True)
    places.config_file.write_text(text)
    places.config_file.chmod(mode)


Told = dict[str, dict[str, Any]]


@pytest.fixture
def run(places: Paths, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, Told]]:
    """`livetui doctor --json` with more words: (exit code, the worst check of each name)."""

    def go(*words: str) -> tuple[int, Told]:
        code = main(["doctor", "--json", *words])
        checks = json.loads(capsys.readouterr().out)
        rank = {"ok": 0, "warn": 1, "fail": 2}
        worst: Told = {}
        for check in checks:
            if check["name"] not in worst or rank[check["status"]] > rank[worst[check["name"]]["status"]]:
                worst[check["name"]] = check
        return code, worst

    return go


# --- this host


def test_no_config_is_no_failure(places: Paths) -> None:
    check = doctor.config_check(places, load(places.config_file), None)
    assert check.status == "warn"
    assert str(places.config_file) in check.found


def test_a_broken_config_is_named_by_line(places: Paths) -> None:
    write_config(places, "[profiles.a]\nregoins = []\n")
    with pytest.raises(ConfigError) as caught:
        load(places.config_file)
    check = doctor.config_check(places, None, caught.value)
    assert check.status == "fail"
    assert "line 2: profiles.a.regoins: unknown key" in check.found
    assert "regions" in check.remedy


def test_what_others_may_read_is_told(places: Paths) -> None:
    write_config(places, '[profiles.a]\ncredential = {secret_id = "AKIDa", secret_key = "k"}\n', 0o644)
    places.config.chmod(0o755)
    places.state.mkdir(mode=0o700)
    places.journal_file.touch(0o644)
    places.journal_file.chmod(0o644)
    checks = doctor.permission_checks(places, load(places.config_file))
    assert [(check.status, check.remedy) for check in checks] == [
        ("warn", f"chmod 700 {places.config}"),
        ("warn", f"chmod 600 {places.journal_file}"),
        ("fail", f"chmod 600 {places.config_file}"),
    ]


def test_private_files_are_well(places: Paths) -> None:
    assert [check.status for check in doctor.permission_checks(places, None)] == ["ok"]


def test_a_state_folder_that_cannot_be_made_fails(places: Paths) -> None:
    places.state.write_text("a file in its place")
    check = doctor.state_check(places, NOON)
    assert check.status == "fail"
    assert "no write is sent" in check.remedy


def test_the_journal_can_be_written(places: Paths) -> None:
    assert doctor.state_check(places, NOON).status == "ok"


def test_a_credential_is_named_and_not_shown() -> None:
    held = Credential("AKIDexample0123456789wxyz", "TheKeyItself", None, "environment")
    (check,) = doctor.credential_check(Profile("a", credential=held), "", [])
    assert check.found == "AKID…wxyz from environment (permanent)"


def test_credentials_that_lie_about_are_offered(places: Paths, tmp_path: Path) -> None:
    folder = tmp_path / "home" / ".tccli"
    folder.mkdir(parents=True)
    good = folder / "default.credential"
    good.write_text('{"secretId": "AKIDa", "secretKey": "k"}')
    good.chmod(0o644)
    (folder / "old.credential").write_text("{}")
    first, bad, lax = doctor.credential_check(None, "", discover({}, tmp_path / "home"))
    assert first.status == "fail"
    assert "~/.tccli/default.credential" in first.remedy
    assert "old.credential: it holds no SecretId" in bad.found
    assert lax.remedy == f"chmod 600 {good}"


def test_a_credential_file_elsewhere_is_looked_at_too(places: Paths, tmp_path: Path) -> None:
    file = tmp_path / "keys.ini"
    file.write_text("[default]\nsecret_id = AKIDa\nsecret_key = k\n")
    file.chmod(0o644)
    write_config(places, f'[profiles.a]\ncredential = {{file = "{file}"}}\n')
    checks = doctor.credential_check(load(places.config_file).profile("a"), "", [])
    assert [(check.name, check.status) for check in checks] == [("credential", "ok"), ("privacy", "warn")]


def test_regions_nobody_knows_are_told() -> None:
    check = doctor.region_check(Profile("a", regions=("ap-seoul", "mars-1")), ["ap-seoul"])
    assert (check.status, check.found) == ("warn", "not known: mars-1")


@pytest.mark.parametrize(
    ("environ", "told"),
    [
        ({"TERM": "xterm-256color"}, "xterm-256color, 256 colours"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "xterm, 16 million colours"),
        ({"TERM": "linux"}, "linux, 16 colours"),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, "xterm-256color, no colours (NO_COLOR)"),
        (
            {"TERM": "tmux-256color", "TMUX": "/tmp/x", "SSH_CONNECTION": "a"},
            "tmux-256color, 256 colours, over SSH, in tmux",
        ),
    ],
)
def test_the_terminal_is_described(environ: dict[str, str], told: str) -> None:
    terminal, size, locale = doctor.terminal_checks(environ, os.terminal_size((80, 24)), "UTF-8", True)
    assert (terminal.status, terminal.found) == ("ok", told)
    assert (size.status, size.found) == ("ok", "80x24")
    assert locale.status == "ok"


@pytest.mark.parametrize(
    ("environ", "size", "encoding", "tty", "told"),
    [
        ({"TERM": "dumb"}, (80, 24), "utf-8", True, ["fail", "ok", "ok"]),
        ({}, (80, 24), "utf-8", True, ["fail", "ok", "ok"]),
        ({"TERM": "xterm"}, (79, 24), "utf-8", True, ["ok", "warn", "ok"]),
        ({"TERM": "xterm"}, (80, 23), "utf-8", True, ["ok", "warn", "ok"]),
        ({"TERM": "xterm"}, (80, 24), "ANSI_X3.4-1968", True, ["ok", "ok", "warn"]),
        ({"TERM": "xterm"}, None, "utf-8", False, ["warn", "ok"]),
    ],
)
def test_a_poor_terminal_is_told(
    environ: dict[str, str], size: tuple[int, int] | None, encoding: str, tty: bool, told: list[str]
) -> None:
    checks = doctor.terminal_checks(environ, os.terminal_size(size) if size else None, encoding, tty)
    assert [check.status for check in checks] == told
    assert all(check.remedy for check in checks if check.status != "ok")


# --- the way there


@pytest.mark.parametrize(
    ("seconds", "status", "words"),
    [
        (0.5, "ok", "agrees"),
        (-29, "ok", "agrees"),
        (45.5, "warn", "45 s ahead of"),
        (-44.5, "warn", "45 s behind"),
        (310, "fail", "s ahead of"),
        (-310, "fail", "s behind"),
    ],
)
def test_the_clock_is_compared(seconds: float, status: str, words: str) -> None:
    reached = Reach(
        "https://x", "answered", date=format_datetime(NOON, usegmt=True), at=NOON + timedelta(seconds=seconds)
    )
    check = reach.clock_check(reached)
    assert check.status == status
    assert words in check.found


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_a_reply_without_a_date_is_no_proof(date: str) -> None:
    assert reach.clock_check(Reach("https://x", "answered", date=date, at=NOON)).status == "warn"


@pytest.mark.parametrize(
    ("stage", "found", "remedy"),
    [
        ("name", "name lookup fails", "DNS"),
        ("connect", "connection fails", "firewall"),
        ("tls", "TLS fails", "SSL_CERT_FILE"),
        ("proxy", "the proxy fails", "HTTPS_PROXY"),
        ("http", "HTTP fails", "endpoint"),
    ],
)
def test_each_step_has_its_own_way_out(stage: reach.Stage, found: str, remedy: str) -> None:
    check = reach.reach_check(Reach("https://x", stage, "why"))
    assert check.status == "fail"
    assert found in check.found
    assert remedy in check.remedy


def test_a_proxy_that_cannot_be_reached_is_not_taken_for_the_cloud() -> None:
    check = reach.reach_check(Reach("https://x", "connect", "refused", proxy="proxy.example:3128"))
    assert "through the proxy proxy.example:3128" in check.found
    assert "not the cloud" in check.remedy


@pytest.fixture
def closed_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def clock() -> datetime:
    return NOON


def test_a_name_without_address(places: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nothing)
    reached = reach.probe(endpoint("https://live.example"), clock)
    assert (reached.stage, reached.trouble) == ("name", "live.example: Name or service not known")


def test_a_port_that_refuses(places: Paths, closed_port: int) -> None:
    reached = reach.probe(endpoint(f"http://127.0.0.1:{closed_port}"), clock)
    assert reached.stage == "connect"
    assert "refused" in reached.trouble


def test_a_server_that_speaks_no_tls(emulator: Any, places: Paths) -> None:
    reached = reach.probe(endpoint(f"https://{emulator.host}"), clock)
    assert reached.stage == "tls"


def test_a_server_that_speaks_no_http(places: Paths) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        import threading

        def hang_up() -> None:
            for _ in range(2):
                connection, _address = server.accept()
                connection.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        reached = reach.probe(endpoint(f"http://127.0.0.1:{server.getsockname()[1]}"), clock)
        thread.join()
    assert reached.stage == "http"


def test_the_proxy_of_the_environment_is_tried_first(
    places: Paths, monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    monkeypatch.setenv("https_proxy", f"http://user:word@127.0.0.1:{closed_port}")
    reached = reach.probe(endpoint("https://live.example"), clock)
    assert (reached.stage, reached.proxy) == ("connect", f"127.0.0.1:{closed_port}")
    assert "word" not in repr(reached)


def test_a_proxy_that_says_no(emulator: Any, places: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", emulator.url)
    reached = reach.probe(endpoint("https://live.example"), clock)
    assert reached.stage == "proxy"


def test_no_proxy_leaves_it_out(places: Paths, monkeypatch: pytest.MonkeyPatch, closed_port: int) -> None:
    monkeypatch.setenv("https_proxy", f"127.0.0.1:{closed_port}")
    monkeypatch.setenv("no_proxy", "live.invalid")
    assert reach.probe(endpoint("https://live.invalid"), clock).proxy == ""


# --- the whole, against the emulated account


@pytest.fixture
def key(emulator_now: Any, monkeypatch: pytest.MonkeyPatch, places: Paths) -> Any:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", emulator_now.secret_id)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", emulator_now.secret_key)
    monkeypatch.setenv("TERM", "xterm-256color")
    return emulator_now


def panes(told: Told) -> dict[str, str]:
    return {name: check["status"] for name, check in told.items() if name.startswith("pane ")}


def test_all_is_well(run: Callable[..., tuple[int, Told]], key: Any) -> None:
    code, told = run("--endpoint", key.url)
    assert code == 0, told
    assert panes(told) == {
        "pane Domains": "ok",
        "pane Streams": "ok",
        "pane Templates": "ok",
        "pane Tasks": "ok",
        "pane Packaging": "ok",
        "pane Assembly": "ok",
    }
    assert told["network"]["status"] == told["clock"]["status"] == "ok"


LISTED = sorted(
    {
        source.action
        for resource in book("css").resources.values()
        for source in (resource.source, *(join.source for join in resource.joins))
        if source
    }
)
CSS = '[profiles.a]\ncredential = {env = true}\nservices = ["css"]\n'


def test_every_list_is_asked_for_once_and_nothing_else(
    run: Callable[..., tuple[int, Told]], key: Any, places: Paths
) -> None:
    write_config(places, CSS)
    key.control("calls", method="DELETE")
    run("--endpoint", key.url)
    asked = [call["action"] for call in key.calls() if call["method"] == "POST"]
    # History is asked for a domain, so that domains are listed once more.
    assert sorted(asked) == sorted([*LISTED, "DescribeLiveDomains"])


@pytest.mark.parametrize("action", LISTED)
def test_a_key_that_is_denied_one_list(run: Callable[..., tuple[int, Told]], key: Any, action: str) -> None:
    key.control("keys", {"secret_id": key.secret_id, "secret_key": key.secret_key, "denied": [action]})
    code, told = run("--endpoint", key.url)
    assert code == 1
    failed = [check for check in told.values() if check["status"] == "fail"]
    assert len(failed) == 1 if action != "DescribeLiveDomainCertBindings" else failed
    assert all(check["name"].startswith("pane ") for check in failed)
    assert f"denied: {action}" in failed[0]["found"]
    assert "RequestId" in failed[0]["found"]
    assert f"live:{action}" in failed[0]["remedy"]


def test_a_wrong_key_is_told_once(
    run: Callable[..., tuple[int, Told]], key: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "wrong")
    key.control("calls", method="DELETE")
    code, told = run("--endpoint", key.url)
    assert code == 1
    assert told["permissions"]["status"] == "fail"
    assert "SecretKey" in told["permissions"]["remedy"]
    assert not panes(told)
    assert [call["action"] for call in key.calls() if call["method"] == "POST"] == ["DescribeLiveDomains"]


def test_a_key_with_a_blank_in_it(
    run: Callable[..., tuple[int, Told]], key: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "two words")
    code, told = run("--endpoint", key.url)
    assert code == 1
    assert "blanks" in told["permissions"]["found"]


@pytest.mark.parametrize("status", ["not-activated", "suspended"])
def test_an_account_without_the_service(run: Callable[..., tuple[int, Told]], key: Any, status: str) -> None:
    key.control("account", {"status": status})
    code, told = run("--endpoint", key.url)
    assert code == 1
    of_css = {f"pane {pane.title}" for pane in book("css").panes}
    failed = {name for name, status in panes(told).items() if status == "fail"}
    assert failed == of_css - {"pane Journal"}


def test_a_clock_far_off_is_told(run: Callable[..., tuple[int, Told]], key: Any) -> None:
    key.advance(3600)
    code, told = run("--endpoint", key.url)
    assert code == 1
    assert told["clock"]["status"] == "fail"
    assert "behind" in told["clock"]["found"]


def test_a_dead_endpoint_stops_there(
    run: Callable[..., tuple[int, Told]], key: Any, closed_port: int
) -> None:
    code, told = run("--endpoint", f"http://127.0.0.1:{closed_port}")
    assert code == 1
    assert told["network"]["status"] == "fail"
    assert told["permissions"]["status"] == "warn"


@pytest.mark.parametrize("url", ["http://live.example", "ftp://x", "https://"])
def test_an_endpoint_the_client_refuses(run: Callable[..., tuple[int, Told]], key: Any, url: str) -> None:
    code, told = run("--endpoint", url)
    assert code == 1
    assert told["network"]["status"] == "fail"


def test_profiles_are_used_and_an_unknown_one_lists_the_known(
    run: Callable[..., tuple[int, Told]], key: Any, places: Paths
) -> None:
    write_config(
        places, f'[profiles.a]\ncredential = {{env = true}}\nendpoint = "{key.url}"\nregions = ["ap-seoul"]\n'
    )
    assert run()[0] == 0
    assert {call["region"] for call in key.calls()} == {None, "ap-seoul"}
    code, told = run("--profile", "b")
    assert code == 1
    assert told["credential"]["found"] == "no profile 'b'; there are: a"
    assert "network" not in told


def test_a_broken_config_does_not_stop_the_rest(
    run: Callable[..., tuple[int, Told]], key: Any, places: Paths
) -> None:
    write_config(places, "x = ")
    code, told = run()
    assert code == 1
    assert told["config"]["status"] == "fail"
    assert told["journal"]["status"] == "ok"
    assert places.config_file.read_text() == "x = "


def test_the_readable_form_fits_and_shows_no_secret(key: Any, capsys: pytest.CaptureFixture[str]) -> None:
    key.control("keys", {"secret_id": key.secret_id, "secret_key": key.secret_key, "denied": LISTED})
    assert main(["doctor", "--endpoint", key.url]) == 1
    out = capsys.readouterr().out
    assert all(columns(line) <= 80 for line in out.split("\n"))
    assert key.secret_key not in out
    assert key.secret_id not in out
    assert "fail  pane Streams" in out
