"""Key pairs: found where people keep them, never shown."""

from __future__ import annotations

import json
import traceback
from pathlib import Path

import pytest

from livetui.settings import Credential, CredentialMissing, Reference, discover, fetch, masked_id

ID, KEY = "AKIDexample0123456789wxyz", "VerySecretKey0123456789"


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_credential_is_printed_without_its_key() -> None:
    shown = repr(Credential(ID, KEY, "a-token", "environment"))
    assert KEY not in shown
    assert "a-token" not in shown
    assert shown == "Credential(AKID…wxyz, source='environment')"
    assert masked_id("short") == "••••"
    assert masked_id("1250000001") == "1250000001", "an appid is no secret"


def test_the_environment_gives_one() -> None:
    env = {"TENCENTCLOUD_SECRET_ID": f" {ID} ", "TENCENTCLOUD_SECRET_KEY": KEY, "TENCENTCLOUD_TOKEN": "t"}
    assert fetch(Reference("env"), env) == Credential(ID, KEY, "t", "environment")


def test_half_an_environment_names_what_is_absent() -> None:
    with pytest.raises(CredentialMissing, match="TENCENTCLOUD_SECRET_KEY not set") as caught:
        fetch(Reference("env"), {"TENCENTCLOUD_SECRET_ID": ID})
    assert "SECRET_ID" not in caught.value.message


def test_tccli_gives_one(tmp_path: Path) -> None:
    held = {"secretId": ID, "secretKey": KEY, "token": None}
    write(tmp_path / ".tccli" / "ops.credential", json.dumps(held))
    found = fetch(Reference("tccli", "ops"), {}, tmp_path)
    assert found == Credential(ID, KEY, None, "~/.tccli/ops.credential")


@pytest.mark.parametrize(
    "keys", [f"secret_id = {ID}\nsecret_key = {KEY}", f'secret_id="{ID}"\nsecret_key="{KEY}"']
)
def test_the_credentials_file_gives_one(tmp_path: Path, keys: str) -> None:
    write(tmp_path / ".tencentcloud" / "credentials", f"[default]\n{keys}\n[ops]\n{keys}\ntoken = t%t\n")
    reference = Reference("file", "~/.tencentcloud/credentials")
    assert fetch(reference, {}, tmp_path).secret_key == KEY
    other = fetch(Reference("file", "~/.tencentcloud/credentials", "ops"), {}, tmp_path)
    assert other == Credential(ID, KEY, "t%t", "~/.tencentcloud/credentials [ops]")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"secret_key = {KEY}", "not an ini file"),
        (f"[other]\nsecret_key = {KEY}", "no section"),
        (f"[default]\nsecret_key = {KEY}", "no SecretId"),
        (f"[default]\nsecret_key = {KEY}\n= broken", "not an ini file"),
    ],
)
def test_a_damaged_file_is_told_without_what_it_holds(tmp_path: Path, text: str, told: str) -> None:
    write(tmp_path / "c", text)
    with pytest.raises(CredentialMissing, match=told) as caught:
        fetch(Reference("file", str(tmp_path / "c")), {}, tmp_path)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_damaged_json_is_told_without_what_it_holds(tmp_path: Path) -> None:
    write(tmp_path / ".tccli" / "default.credential", f'{{"secretKey": "{KEY}"')
    with pytest.raises(CredentialMissing, match="not a JSON object") as caught:
        fetch(Reference("tccli", "default"), {}, tmp_path)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_all_places_are_found_with_their_region_and_cautions(tmp_path: Path) -> None:
    held = json.dumps({"secretId": ID, "secretKey": KEY})
    write(tmp_path / ".tccli" / "a.credential", held)
    write(tmp_path / ".tccli" / "default.credential", held, 0o644)
    write(tmp_path / ".tccli" / "default.configure", json.dumps({"_sys_param": {"region": "ap-seoul"}}))
    write(tmp_path / ".tccli" / "a.configure", "not json")
    write(tmp_path / ".tencentcloud" / "credentials", "[default]\n")
    found = discover({"TENCENTCLOUD_SECRET_ID": ID, "TENCENTCLOUD_REGION": "ap-tokyo"}, tmp_path)
    told = [(one.where, one.region, bool(one.credential), bool(one.caution)) for one in found]
    assert told == [
        ("environment", "ap-tokyo", False, False),
        ("~/.tccli/default.credential", "ap-seoul", True, True),
        ("~/.tccli/a.credential", "", True, False),
        ("~/.tencentcloud/credentials", "", False, False),
    ]
    assert "SECRET_KEY not set" in found[0].trouble
    assert found[3].trouble == "it holds no SecretId"


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    assert discover({}, tmp_path) == []
