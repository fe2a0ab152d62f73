"""`livetui` and `livetui console` as they are typed: what opens, and what is said when nothing can."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from emulated import SECRET_ID, SECRET_KEY, Served
from terminal import terminal

from livetui.cli import main
from livetui.commands import console


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A machine with folders of its own and no key in its environment."""
    return {
        "HOME": str(tmp_path),
        **{f"LIVETUI_{kind.upper()}_DIR": str(tmp_path / kind) for kind in ("config", "state", "cache")},
    }


@pytest.fixture
def typed(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The same for a command that runs in this process, with somebody at the keyboard."""
    for name in ("SECRET_ID", "SECRET_KEY", "TOKEN", "REGION"):
        monkeypatch.delenv(f"TENCENTCLOUD_{name}", raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(console, "on_terminal", lambda: True)
    return env


def configured(folder: Path, text: str, mode: int = 0o600) -> Path:
    file = folder / "config" / "config.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    file.chmod(mode)
    return file


PROD = "[profiles.prod]\ncredential = {env = true}\n"
BROKEN = [
    # config, words, what has to be said
    ("default_profile = \n", [], ["config.toml:1", "not TOML"]),
    (PROD + "\nread_onyl = true\n", [], ["config.toml:4", "did you mean read_only"]),
    (PROD + "\n[[profiles.prod]]\n", [], ["config.toml:4"]),
    ("[profiles.prod]\nregions = []\n", [], ["config.toml:1", "no credential"]),
    ('default_profile = "gone"\n' + PROD, [], ["config.toml:1", "there are: prod"]),
    (PROD, ["--profile", "pord"], ["no profile 'pord'", "there are: prod", "--profile NAME"]),
    (
        PROD + PROD.replace("prod", "test"),
        [],
        ["no profile chosen", "there are: prod, test", "--profile NAME"],
    ),
    ("", ["--profile", "prod"], ["no profile 'prod'", "there are none yet", "without --profile"]),
    (PROD, [], ["environment", "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY not set"]),
    (PROD.replace("env = true", 'tccli = "ops"'), [], ["~/.tccli/ops.credential", "no such file"]),
    (PROD.replace("env = true", 'file = "~/keys"'), [], ["~/keys", "no such file"]),
]


@pytest.mark.parametrize(("text", "words", "said"), BROKEN)
def test_what_cannot_be_opened_is_said_and_nothing_is_written(
    typed: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    text: str,
    words: list[str],
    said: list[str],
) -> None:
    file = configured(tmp_path, text)
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("livetui: ")
    assert not [one for one in said if one not in err]
    assert file.read_text() == text
    assert [path.name for path in file.parent.iterdir()] == ["config.toml"]


def test_a_damaged_credential_file_is_named_without_what_it_holds(
    typed: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(tmp_path, PROD.replace("env = true", 'tccli = "ops"'))
    held = tmp_path / ".tccli" / "ops.credential"
    held.parent.mkdir()
    held.write_text('{"secretId": "AKIDx", "secretKey": "hush-hush"')
    assert main([]) == 2
    err = capsys.readouterr().err
    assert "~/.tccli/ops.credential: it is not a JSON object" in err
    assert "hush" not in err


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_config_that_may_not_be_read_is_named(
    typed: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = configured(tmp_path, PROD, mode=0)
    assert main([]) == 2
    assert f"{file}: cannot be read" in capsys.readouterr().err


def test_a_key_endpoint_or_pane_that_cannot_be_is_said(
    typed: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    configured(tmp_path, PROD)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_ID", SECRET_ID)
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", "two words")
    assert main([]) == 2
    err = capsys.readouterr().err
    assert "profile prod: the SecretKey holds blanks" in err
    assert "two words" not in err
    monkeypatch.setenv("TENCENTCLOUD_SECRET_KEY", SECRET_KEY)
    assert main(["--endpoint", "http://live.example"]) == 2
    err = capsys.readouterr().err
    assert "plain http" in err
    assert "Use https" in err
    assert main(["--pane", "steams"]) == 2
    assert "streams" in capsys.readouterr().err


def test_without_a_terminal_it_says_what_there_is_for_pipes(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 2
    assert "livetui get" in capsys.readouterr().err


def test_a_profile_opens_and_its_cautions_are_on_the_message_line(
    env: dict[str, str], tmp_path: Path, emulator_now: Served
) -> None:
    keys = json.dumps(emulator_now.secret_id), json.dumps(emulator_now.secret_key)
    file = configured(
        tmp_path,
        "[profiles.prod]\nproduction = true\n"
        f"credential = {{secret_id = {keys[0]}, secret_key = {keys[1]}}}\n"
        f'endpoint = "{emulator_now.url}"\n',
        mode=0o644,
    )
    with terminal("--read-only", env=env) as screen:
        screen.shows("prod", "PRODUCTION", "READ-ONLY", "push.harbor.example", "chmod 600")
        assert "mode 0644" in " ".join(screen.text.split())
        screen.press("q")
        assert screen.ends() == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o644
    assert emulator_now.secret_key.encode() not in screen.drawn


def test_from_the_first_start_to_the_streams(
    env: dict[str, str], tmp_path: Path, emulator_now: Served
) -> None:
    env |= {
        "TENCENTCLOUD_SECRET_ID": emulator_now.secret_id,
        "TENCENTCLOUD_SECRET_KEY": emulator_now.secret_key,
    }
    with terminal("--endpoint", emulator_now.url, env=env) as screen:
        screen.shows("no profile yet", "> environment")
        screen.press("\r")
        screen.shows("new profile from environment")
        screen.press("\x13")  # Ctrl+S
        screen.shows("[2 Streams]", "push.harbor.example", "default")
        screen.press("q")
        assert screen.ends() == 0
    file = tmp_path / "config" / "config.toml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert emulator_now.secret_key not in file.read_text()


def test_the_demo_can_be_chosen_at_the_first_start(env: dict[str, str], tmp_path: Path) -> None:
    with terminal("--pane", "domains", env=env) as screen:
        screen.shows("no profile yet", "none in the environment")
        screen.press("d")
        screen.shows("demo", "[1 Domains]", "push.harbor.example")
        screen.press("q")
        assert screen.ends() == 0
    assert not (tmp_path / "config" / "config.toml").exists()


def test_the_first_start_can_be_left(env: dict[str, str], tmp_path: Path) -> None:
    with terminal(env=env) as screen:
        screen.shows("no profile yet")
        screen.press("q")
        assert screen.ends() == 0
    assert not (tmp_path / "config").exists()
