"""The config: what it may say, and how each mistake in it is named."""

from __future__ import annotations

import tomllib
import traceback
from pathlib import Path

import pytest

from livetui.settings import (
    Config,
    ConfigError,
    Credential,
    CredentialMissing,
    Profile,
    Reference,
    UnknownProfile,
    load,
    save_profile,
)

WHOLE = """\
# what I may touch
default_profile = "stage"

[polling]
streams = 10
share = 0.2

[keys]
"streams.forbid" = "F"
streams.drop = "D"

[profiles.prod]
credential = {env = true}
regions = ["ap-guangzhou", "ap-seoul"]
production = true
read_only = true
play_domains = {"push.harbor.example" = ["play.harbor.example"]}

[profiles.stage]
endpoint = "http://127.0.0.1:8080"
credential = {secret_id = "AKIDexample0123456789", secret_key = "TheKeyItself"}
account = "100000000001"

[profiles.stage.polling]
streams = 5.5
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def put(file: Path, text: str) -> Path:
    file.write_text(text)
    file.chmod(0o600)
    return file


def test_no_file_is_an_empty_config(file: Path) -> None:
    config = load(file)
    assert config == Config(file)
    with pytest.raises(UnknownProfile, match="no profile chosen; there are none yet"):
        config.profile()


def test_a_whole_config(file: Path) -> None:
    config = load(put(file, WHOLE))
    assert list(config.profiles) == ["prod", "stage"]
    prod, stage = config.profiles["prod"], config.profile()
    assert prod.reference == Reference("env")
    assert prod.credential is None
    assert prod.regions == ("ap-guangzhou", "ap-seoul")
    assert prod.production and prod.read_only and not stage.production
    assert prod.play_domains == {"push.harbor.example": ("play.harbor.example",)}
    assert (prod.poll_streams, prod.poll_others, prod.polling_share) == (10, 60, 0.2)
    assert (stage.poll_streams, stage.polling_share) == (5.5, 0.2)
    assert stage.name == "stage"
    assert stage.credential == Credential("AKIDexample0123456789", "TheKeyItself", None, str(file))
    assert stage.keys == config.keys == {"streams.forbid": "F", "streams.drop": "D"}
    assert config.cautions == ()


def test_a_referred_credential_is_fetched_when_the_profile_is_chosen(file: Path) -> None:
    config = load(put(file, WHOLE))
    env = {"TENCENTCLOUD_SECRET_ID": "AKIDa", "TENCENTCLOUD_SECRET_KEY": "k"}
    assert config.profile("prod", env).credential == Credential("AKIDa", "k", None, "environment")
    with pytest.raises(CredentialMissing, match="not set"):
        config.profile("prod", {})


def test_an_unknown_profile_lists_the_known(file: Path) -> None:
    with pytest.raises(UnknownProfile, match="no profile 'prd'; there are: prod, stage") as caught:
        load(put(file, WHOLE)).profile("prd")
    assert caught.value.known == ("prod", "stage")


def test_a_secret_that_others_may_read_is_a_caution(file: Path) -> None:
    put(file, WHOLE).chmod(0o644)
    (caution,) = load(file).cautions
    assert caution.path == file
    put(file, "[profiles.a]\ncredential = {env = true}\n").chmod(0o644)
    assert load(file).cautions == ()


P = "[profiles.a]\ncredential = {env = true}\n"


@pytest.mark.parametrize(
    ("text", "line", "key", "message", "remedy"),
    [
        ("a = ", 1, "", "not TOML: Invalid value", "mend this line"),
        ("\n\nx = [1,\n", 4, "", "not TOML: Invalid value", "mend this line"),
        ("a = 1\na = 2\n", 2, "", "not TOML: Cannot overwrite a value", "mend this line"),
        ("defaultprofile = 'a'", 1, "defaultprofile", "unknown key", "did you mean default_profile?"),
        (f"{P}regoins = []\n", 3, "profiles.a.regoins", "unknown key", "did you mean regions?"),
        (f"{P}zzz = []\n", 3, "profiles.a.zzz", "unknown key", "the keys known here: cloud, credential"),
        (
            f"{P}regions = [\n 'x',\n 3]\n",
            3,
            "profiles.a.regions",
            "expected text in quotes, found a whole",
            "write",
        ),
        (
            f"{P}regions = 'x'\n",
            3,
            "profiles.a.regions",
            "expected a list of texts in quotes, found text",
            "write",
        ),
        (
            f"{P}# hm\nread_only = 'yes'\n",
            4,
            "profiles.a.read_only",
            "expected true or false, found text",
            "write",
        ),
        (
            f"{P}read_only = 1\n",
            3,
            "profiles.a.read_only",
            "expected true or false, found a whole number",
            "",
        ),
        (f"{P}cloud = 'azure'\n", 3, "profiles.a.cloud", "no such cloud", "there are: tencent"),
        (f"{P}endpoint = 'ftp://x'\n", 3, "profiles.a.endpoint", "not a URL", "https://"),
        (f"{P}endpoint = 'https://x:99999'\n", 3, "profiles.a.endpoint", "not a URL", "https://"),
        (f"{P}account = 2024-01-01\n", 3, "profiles.a.account", "expected text in quotes, found a date", ""),
        (
            f"{P}[profiles.a.polling]\nothers = true\n",
            4,
            "profiles.a.polling.others",
            "found true or false",
            "",
        ),
        ("[polling]\nstreams = 0\n", 2, "polling.streams", "expected seconds", "from 1 to 86400"),
        ("polling = {share = 2}\n", 1, "polling.share", "expected a share of 1", "from 0.001 to 1"),
        ("polling = 3\n", 1, "polling", "expected a table, found a whole number", ""),
        ("[keys]\nquit = 3\n", 2, "keys.quit", "expected text in quotes", ""),
        ("[profiles]\na = 3\n", 2, "profiles.a", "expected a table", ""),
        ("\n[profiles.a]\nregions = []\n", 2, "profiles.a", "no credential", "credential = {env = true}"),
        ("[profiles.a]\ncredential = {}\n", 2, "profiles.a.credential", "exactly one of env", "write one"),
        (
            "[profiles.a]\ncredential = {env = true, tccli = 'x'}\n",
            2,
            "profiles.a.credential",
            "exactly one",
            "",
        ),
        (
            "[profiles.a]\ncredential = {secret_id = 'x'}\n",
            2,
            "profiles.a.credential",
            "no secret_key",
            "add",
        ),
        (
            "[profiles.a]\ncredential = {secretid = 'x'}\n",
            2,
            "profiles.a.credential.secretid",
            "unknown",
            "secret_id",
        ),
        (
            "[profiles.a]\ncredential = {env = true, section = 'x'}\n",
            2,
            "profiles.a.credential.section",
            "only",
            "",
        ),
        (f"default_profile = 'b'\n{P}", 1, "default_profile", "no profile 'b'", "there are: a"),
        (f"{P}[profiles.'']\n", 3, "profiles.''", "printable", "choose"),
        (f"{P}endpoint = ''\n", 3, "profiles.a.endpoint", "empty", ""),
    ],
)
def test_a_mistake_is_named(file: Path, text: str, line: int, key: str, message: str, remedy: str) -> None:
    put(file, text)
    with pytest.raises(ConfigError) as caught:
        load(file)
    error = caught.value
    assert (error.line, error.key, error.file) == (line, key, file)
    assert message in error.message
    assert remedy in error.remedy
    assert str(error).startswith(f"{file}:{line}: ")
    with pytest.raises(ConfigError):
        save_profile(file, Profile("new", reference=Reference("env")))
    assert file.read_text() == text


def test_text_that_is_not_utf8_is_named_by_line(file: Path) -> None:
    file.write_bytes(b"# ok\n# caf\xe9\n")
    with pytest.raises(ConfigError, match="not UTF-8") as caught:
        load(file)
    assert caught.value.line == 2


def test_a_folder_in_the_file_s_place_is_named(file: Path) -> None:
    file.mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        load(file)


@pytest.mark.parametrize(
    "text",
    [
        '[profiles.a]\ncredential = {secret_id = "AKIDx", secret_key = "TheKeyItself", tokn = "Tok"}',
        '[profiles.a]\ncredential = {secret_id = "AKIDx", secret_key = "TheKeyItself',
        '[profiles.a]\ncredential = ["TheKeyItself"]',
        '[profiles.a]\ncredential = {secret_id = "AKIDx", secret_key = "TheKeyItself\\u0007"}',
    ],
)
def test_no_error_repeats_a_secret(file: Path, text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(put(file, text))
    assert "TheKeyItself" not in "".join(traceback.format_exception(caught.value))


def test_a_first_profile_makes_a_private_file(file: Path) -> None:
    target = file.parent / "sub" / "config.toml"
    made = Profile("prod", reference=Reference("tccli", "default"), regions=("ap-seoul",), production=True)
    save_profile(target, made, default=True)
    assert target.stat().st_mode & 0o777 == 0o600
    assert target.parent.stat().st_mode & 0o777 == 0o700
    config = load(target)
    assert config.default_profile == "prod"
    assert config.profiles["prod"] == made


def test_what_is_saved_is_what_is_read(file: Path) -> None:
    made = Profile(
        "with blank",
        credential=Credential("AKIDx", "k", "t", str(file)),
        endpoint="https://x.example",
        account="1",
        read_only=True,
        production=True,
        play_domains={"push.a.example": ("play.a.example",)},
        poll_streams=3.0,
        polling_share=0.5,
    )
    save_profile(file, made)
    assert load(file).profiles["with blank"] == made


def test_adding_keeps_comments_and_order(file: Path) -> None:
    put(file, WHOLE)
    save_profile(file, Profile("new", reference=Reference("env")))
    assert file.read_text().startswith(WHOLE)
    assert list(load(file).profiles) == ["prod", "stage", "new"]
    assert not file.with_name("config.toml.old").exists()


def test_a_default_is_added_above_what_is_there(file: Path) -> None:
    put(file, f"# mine\n{P}")
    save_profile(file, Profile("b", reference=Reference("env")), default=True)
    assert "# mine" in file.read_text()
    assert load(file).default_profile == "b"


def test_changing_what_is_there_keeps_the_old_text_beside(file: Path) -> None:
    put(file, WHOLE)
    with pytest.raises(ConfigError, match="there already"):
        save_profile(file, Profile("prod", reference=Reference("env")))
    save_profile(
        file, Profile("prod", reference=Reference("file", "~/x", "ops")), default=True, replace_it=True
    )
    old = file.with_name("config.toml.old")
    assert old.read_text() == WHOLE
    assert old.stat().st_mode & 0o777 == 0o600
    config = load(file)
    assert config.default_profile == "prod"
    assert config.profiles["prod"].reference == Reference("file", "~/x", "ops")
    assert tomllib.loads(file.read_text())["profiles"]["stage"] == tomllib.loads(WHOLE)["profiles"]["stage"]


def test_inline_profiles_can_be_added_to(file: Path) -> None:
    put(file, "profiles = {a = {credential = {env = true}}}")
    save_profile(file, Profile("b", reference=Reference("env")))
    assert list(load(file).profiles) == ["a", "b"]


@pytest.mark.parametrize("name", ["", " a", "a\n", "x" * 41, "\x1b[2J"])
def test_a_name_that_cannot_be_typed_is_refused(file: Path, name: str) -> None:
    with pytest.raises(ConfigError):
        save_profile(file, Profile(name, reference=Reference("env")))
    assert not file.exists()
