"""Profiles of both clouds and of every service: what the config says of them, and where keys are found."""

from __future__ import annotations

import json
import traceback
from dataclasses import replace
from pathlib import Path

import pytest

from livetui.catalogue import SERVICES as CATALOGUED
from livetui.catalogue import load as catalogue
from livetui.settings import (
    ConfigError,
    Credential,
    CredentialMissing,
    Profile,
    Reference,
    discover,
    fetch,
    load,
    save_profile,
)
from livetui.settings.profiles import SERVED, SERVICES

ID, KEY, TOKEN = "LTAIexample0123456789wxyz", "VerySecretKey0123456789", "ATokenThatExpires"
ALIBABA = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": ID,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": KEY,
    "ALIBABA_CLOUD_SECURITY_TOKEN": TOKEN,
}
LVB = {"LIVETUI_LVB_APPID": "1250000001", "LIVETUI_LVB_KEY": "TheLvbKey"}

WHOLE = """\
[profiles.prod]
credential = {env = true}
services = ["css", "mdp", "channel", "lvb"]
allow_plain_http = true
callback_key = {env = "HOOK_KEY"}
lvb = {appid = 1250000001, key = "TheLvbKey"}

[profiles.ali]
cloud = "aliyun"
credential = {access_key_id = "LTAIx", access_key_secret = "AliSecret", security_token = "AliToken"}
domains = ["live.harbor.example", "live.stadium.example", "live.harbor.example"]
callback_key = "TheCallbackKey"

[profiles.old]
services = ["lvb"]
endpoint = "http://127.0.0.1:8800"
[profiles.old.lvb]
env = true
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def put(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o600)
    return file


def test_the_services_of_each_cloud_are_those_of_the_catalogues() -> None:
    of_cloud = {cloud: {s for s in CATALOGUED if catalogue(s).cloud == cloud} for cloud in SERVICES}
    assert {cloud: set(services) for cloud, services in SERVICES.items()} == of_cloud
    assert all(set(SERVED[cloud]) <= set(SERVICES[cloud]) for cloud in SERVED)


def test_profiles_of_both_clouds(file: Path) -> None:
    config = load(put(file, WHOLE))
    prod, ali, old = config.profiles.values()
    assert prod.served == ("css", "mdp", "channel", "lvb")
    assert prod.credential_for("lvb") == Credential("1250000001", "TheLvbKey", None, str(file))
    assert (prod.allow_plain_http, ali.allow_plain_http) == (True, False)
    assert (ali.cloud, ali.served) == ("aliyun", ("apsara",))
    assert ali.credential == Credential("LTAIx", "AliSecret", "AliToken", str(file))
    assert ali.domains == ("live.harbor.example", "live.stadium.example")
    assert (old.credential, old.reference, old.lvb_reference) == (None, None, Reference("env", "lvb"))
    assert Profile("p").served == ("css", "mdp")


def test_tencents_names_are_understood_of_an_alibaba_key(file: Path) -> None:
    text = '[profiles.a]\ncloud = "aliyun"\ncredential = {secret_id = "LTAIx", secret_key = "k"}\n'
    assert load(put(file, text)).profiles["a"].credential == Credential("LTAIx", "k", None, str(file))


def test_the_environment_of_a_profiles_own_cloud_is_meant(file: Path) -> None:
    text = (
        '[profiles.a]\ncredential = {env = true}\n[profiles.b]\ncloud = "aliyun"\ncredential = {env = true}\n'
    )
    config = load(put(file, text))
    assert config.profile("b", ALIBABA).credential == Credential(ID, KEY, TOKEN, "environment (Alibaba)")
    with pytest.raises(CredentialMissing, match="export TENCENTCLOUD_SECRET_ID"):
        config.profile("a", ALIBABA)
    with pytest.raises(CredentialMissing, match=r"export ALIBABA_CLOUD_ACCESS_KEY_SECRET$"):
        config.profile("b", {"ALIBABA_CLOUD_ACCESS_KEY_ID": ID})


def test_lvbs_key_is_found_in_the_environment_or_told_when_it_is_asked_for(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = load(put(file, WHOLE))
    assert config.profile("old", LVB).credential_for("lvb") == Credential(
        "1250000001", "TheLvbKey", None, "environment (LVB)"
    )
    monkeypatch.delenv("LIVETUI_LVB_KEY", raising=False)
    monkeypatch.setenv("LIVETUI_LVB_APPID", "1250000001")
    without = config.profile("old", {})
    assert without.credential_for("lvb") is None
    assert str(without.lacking("lvb")) == "environment: LIVETUI_LVB_KEY not set; export LIVETUI_LVB_KEY"
    assert "[profiles.p.lvb] with appid and key" in Profile("p").lacking("lvb").remedy
    assert "no key for css" in str(Profile("p").lacking("css"))


def test_the_callback_key_is_the_profiles_or_in_a_variable(file: Path) -> None:
    config = load(put(file, WHOLE))
    assert config.profiles["ali"].callback({}) == "TheCallbackKey"
    assert config.profiles["prod"].callback({"HOOK_KEY": " k "}) == "k"
    assert config.profiles["old"].callback({}) == ""
    with pytest.raises(CredentialMissing, match="export HOOK_KEY"):
        config.profiles["prod"].callback({})


def test_a_profile_never_prints_what_is_secret(file: Path) -> None:
    config = load(put(file, WHOLE))
    shown = repr(config) + repr(config.profile("ali")) + repr(config.profile("old", LVB))
    for secret in ("AliSecret", "AliToken", "TheLvbKey", "TheCallbackKey"):
        assert secret not in shown


@pytest.mark.parametrize("name", ["prod", "ali", "old"])
def test_what_is_saved_is_what_was_read(file: Path, tmp_path: Path, name: str) -> None:
    made = load(put(file, WHOLE)).profiles[name]
    other = tmp_path / "other" / "config.toml"
    save_profile(other, made)
    again = load(other).profiles[name]
    source = str(other)
    if made.credential:
        made = replace(made, credential=replace(made.credential, source=source))
    if made.lvb:
        made = replace(made, lvb=replace(made.lvb, source=source))
    assert again == made


@pytest.mark.parametrize(
    "text",
    [
        '[profiles.a]\ncredential = {env = true}\nlvb = {appid = "1", key = "k"}\n',
        '[profiles.a]\ncredential = {env = true}\ncallback_key = "k"\n',
    ],
)
def test_every_secret_in_the_file_makes_its_mode_matter(file: Path, text: str) -> None:
    put(file, text).chmod(0o644)
    (caution,) = load(file).cautions
    assert caution.remedy == f"chmod 600 {file}"


P = "[profiles.a]\ncredential = {env = true}\n"
A = '[profiles.a]\ncloud = "aliyun"\n'


@pytest.mark.parametrize(
    ("text", "line", "key", "message", "remedy"),
    [
        (f'{P}services = ["csss"]\n', 3, "services", "not all of these", "there are: css, mdp, channel, lvb"),
        (f'{P}services = ["apsara"]\n', 3, "services", "services of tencent", "css, mdp"),
        (f"{P}services = []\n", 3, "services", "empty", "leave it out"),
        (f'{P}services = ["css", "css"]\n', 3, "services", "named twice", "once"),
        (f'{P}services = ["lvb"]\n', 3, "services", "lvb needs a key", "lvb = {env = true}"),
        (
            f'{P}lvb = {{env = true}}\nservices = ["css", "lvb"]\n',
            4,
            "services",
            "plain http only",
            "allow_plain_http = true",
        ),
        (f"{P}lvb = {{env = false}}\n", 3, "lvb", "no appid", "{env = true}"),
        (f"{P}lvb = {{appid = 1}}\n", 3, "lvb", "no key", "add key"),
        (f"{P}lvb = {{appid = true, key = 'x'}}\n", 3, "lvb.appid", "expected text", ""),
        (f"{P}lvb = {{env = true, key = 'x'}}\n", 3, "lvb", "env, or appid", "take"),
        (f"{P}domains = ['https://live.x.example']\n", 3, "domains", "is no domain", "live.example.com"),
        (f"{P}allow_plain_http = 'yes'\n", 3, "allow_plain_http", "true or false", ""),
        (f"{P}callback_key = {{}}\n", 3, "callback_key", "no env", "NAME"),
        (f"{P}callback_key = {{env = 'a b'}}\n", 3, "callback_key.env", "not the name", "not its value"),
        (f"{P}callback_key = 3\n", 3, "callback_key", "expected text", ""),
        (f"{A}credential = {{tccli = 'x'}}\n", 3, "credential.tccli", "of tencent", 'cloud = "tencent"'),
        (
            "[profiles.a]\ncredential = {aliyun = 'x'}\n",
            2,
            "credential.aliyun",
            "of aliyun, and this one is of tencent",
            'add cloud = "aliyun"',
        ),
        (
            "[profiles.a]\ncredential = {access_key_id = 'x', access_key_secret = 'y'}\n",
            2,
            "credential.access_key_id",
            "of aliyun",
            'add cloud = "aliyun"',
        ),
        (f"{A}credential = {{}}\n", 3, "credential", "exactly one of env, aliyun, or access_key_id", ""),
        (f"{A}credential = {{access_key_id = 'x'}}\n", 3, "credential", "no access_key_secret", "add"),
        (f"{A}credential = {{acces_key_id = 'x'}}\n", 3, "credential.acces_key_id", "unknown", "access_key"),
        (f"{A}credential = {{env = true}}\nlvb = {{env = true}}\n", 4, "lvb", "has no LVB", "take it out"),
        (A, 1, "", "no credential", "credential = {env = true}"),
    ],
)
def test_a_mistake_is_named(file: Path, text: str, line: int, key: str, message: str, remedy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(put(file, text))
    error = caught.value
    assert (error.line, error.key) == (line, ".".join(["profiles.a", *([key] if key else [])]))
    assert message in error.message
    assert remedy in error.remedy


def test_no_error_repeats_a_secret(file: Path) -> None:
    for text in (
        f"{P}callback_key = {{env = 'TheKeyItself!'}}",
        f"{P}lvb = {{key = 'TheKeyItself'}}",
        f"{A}credential = {{access_key_secret = 'TheKeyItself'}}",
        "[profiles.a]\ncredential = {access_key_secret = 'TheKeyItself'}",
    ):
        with pytest.raises(ConfigError) as caught:
            load(put(file, text))
        assert "TheKeyItself" not in "".join(traceback.format_exception(caught.value))


# Where people keep Alibaba keys.


def kept(home: Path, *profiles: dict[str, str]) -> Path:
    text = json.dumps({"current": "default", "profiles": list(profiles), "meta_path": ""})
    return put(home / ".aliyun" / "config.json", text)


AK = {
    "name": "default",
    "mode": "AK",
    "access_key_id": ID,
    "access_key_secret": KEY,
    "region_id": "cn-qingdao",
}
STS = AK | {"name": "short", "mode": "StsToken", "sts_token": TOKEN}


def test_the_profiles_of_alibabas_command_line_give_one(tmp_path: Path) -> None:
    kept(tmp_path, STS, AK | {"sts_token": "of another key"})
    assert fetch(Reference("aliyun", "default"), {}, tmp_path) == Credential(
        ID, KEY, None, "~/.aliyun/config.json [default]"
    )
    assert fetch(Reference("aliyun", "short"), {}, tmp_path).token == TOKEN


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        (
            AK | {"mode": "RamRoleArn", "ram_role_arn": "acs:x"},
            ["mode is RamRoleArn", "AK or StsToken", "export"],
        ),
        (AK | {"mode": "EcsRamRole"}, ["mode is EcsRamRole", "takes no roles"]),
        (AK | {"access_key_secret": ""}, ["holds no AccessKeySecret"]),
        (AK | {"mode": "StsToken"}, ["holds no sts_token"]),
        (AK | {"name": "other"}, ["no profile 'default'", "there are: other"]),
    ],
)
def test_what_cannot_be_used_there_is_told(tmp_path: Path, profile: dict[str, str], said: list[str]) -> None:
    kept(tmp_path, profile)
    with pytest.raises(CredentialMissing) as caught:
        fetch(Reference("aliyun", "default"), {}, tmp_path)
    assert not [one for one in said if one not in str(caught.value)]
    assert KEY not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("text", ["{", "[]", '{"profiles": {}}'])
def test_a_damaged_file_is_told_without_what_it_holds(tmp_path: Path, text: str) -> None:
    put(tmp_path / ".aliyun" / "config.json", f"{text} {KEY}" if text == "{" else text)
    with pytest.raises(CredentialMissing, match="aliyun configure") as caught:
        fetch(Reference("aliyun", "default"), {}, tmp_path)
    assert KEY not in "".join(traceback.format_exception(caught.value))
    (found,) = discover({}, tmp_path)
    assert (found.where, found.cloud, found.credential) == ("~/.aliyun/config.json [default]", "aliyun", None)
    assert found.trouble


def test_keys_of_both_clouds_are_found(tmp_path: Path) -> None:
    kept(tmp_path, STS, AK, AK | {"name": "role", "mode": "RamRoleArn"}).chmod(0o644)
    found = discover({"TENCENTCLOUD_SECRET_ID": "AKIDx", "TENCENTCLOUD_SECRET_KEY": "k", **ALIBABA}, tmp_path)
    told = [(one.where, one.cloud, one.region, bool(one.credential), bool(one.caution)) for one in found]
    there = "~/.aliyun/config.json"
    assert told == [
        ("environment", "tencent", "", True, False),
        ("environment (Alibaba)", "aliyun", "", True, False),
        (f"{there} [default]", "aliyun", "cn-qingdao", True, True),
        (f"{there} [short]", "aliyun", "cn-qingdao", True, True),
        (f"{there} [role]", "aliyun", "cn-qingdao", False, False),
    ]
