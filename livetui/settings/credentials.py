"""A key pair, and the places one may be kept in: here, the environment, each cloud's own tools."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from livetui.frozen import frozen

TENCENT_FILE = "~/.tencentcloud/credentials"
TCCLI_FOLDER = "~/.tccli"
ALIYUN_FILE = "~/.aliyun/config.json"
SECRET_ID = "TENCENTCLOUD_SECRET_ID"
SECRET_KEY = "TENCENTCLOUD_SECRET_KEY"
TOKEN = "TENCENTCLOUD_TOKEN"
REGION = "TENCENTCLOUD_REGION"
VARIABLES: Mapping[str, tuple[str, str, str]] = {
    "": (SECRET_ID, SECRET_KEY, TOKEN),
    "aliyun": (
        "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "ALIBABA_CLOUD_SECURITY_TOKEN",
    ),
    "lvb": ("LIVETUI_LVB_APPID", "LIVETUI_LVB_KEY", ""),
}
"""The `value` of an "env" reference -> the variables of id, secret and token ("" where there is none)."""
PLAIN_MODES = ("AK", "StsToken")
"""Modes of a profile of `~/.aliyun/config.json` whose key is used as it stands there."""
ELSEWHERE = "point the profile elsewhere"


def masked_id(secret_id: str) -> str:
    """A SecretId that can be told from others and not used: its first and last four characters.

    LVB's appid, digits alone, is an account's number and no secret.
    """
    if secret_id.isdecimal():
        return secret_id
    return f"{secret_id[:4]}…{secret_id[-4:]}" if len(secret_id) > 12 else "••••"


@frozen
class Credential:
    """A key pair. What prints it shows the masked SecretId and never the key or token."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    source: str = ""
    """Where it was found, for people: "environment", "~/.tccli/default.credential" …"""

    def __repr__(self) -> str:
        return f"Credential({masked_id(self.secret_id)}, source={self.source!r})"


@frozen
class Reference:
    """Says where a credential is, without holding it: a profile's `credential = {...}`."""

    kind: str
    """"env", "tccli", "file" or "aliyun"."""
    value: str = ""
    """tccli, aliyun: the name of a profile there. file: the path, `~` allowed. env: a key of VARIABLES."""
    section: str = "default"
    """file: the section of it."""

    def to_toml(self) -> dict[str, Any]:
        if self.kind == "env":
            return {"env": True}
        made = {self.kind: self.value}
        if self.kind == "file" and self.section != "default":
            made["section"] = self.section
        return made

    @property
    def cloud(self) -> str:
        """The cloud whose keys are kept there."""
        aliyun = self.kind == "aliyun" or (self.kind == "env" and self.value == "aliyun")
        return "aliyun" if aliyun else "tencent"

    @property
    def where(self) -> str:
        """The place in words that can be looked up."""
        if self.kind == "env":
            return {"aliyun": "environment (Alibaba)", "lvb": "environment (LVB)"}.get(
                self.value, "environment"
            )
        if self.kind == "aliyun":
            return f"{ALIYUN_FILE} [{self.value}]"
        if self.kind == "tccli":
            return f"{TCCLI_FOLDER}/{self.value}.credential"
        return self.value if self.section == "default" else f"{self.value} [{self.section}]"


class CredentialMissing(Exception):
    """A reference that leads to no usable key pair: where it was sought, what is wrong, what to do."""

    def __init__(self, where: str, message: str, remedy: str) -> None:
        super().__init__(f"{where}: {message}; {remedy}")
        self.where, self.message, self.remedy = where, message, remedy


def fetch(
    reference: Reference, environ: Mapping[str, str] | None = None, home: Path | None = None
) -> Credential:
    """Read the credential a reference leads to. Raises CredentialMissing."""
    if reference.kind == "env":
        return _from_environment(reference, os.environ if environ is None else environ)
    found = _READERS[reference.kind](file_of(reference, home), reference)
    names = ("AccessKeyId", "AccessKeySecret") if reference.cloud == "aliyun" else ("SecretId", "SecretKey")
    for name, value in zip(names, (found.secret_id, found.secret_key), strict=True):
        if not value:
            raise CredentialMissing(reference.where, f"it holds no {name}", f"fill it in, or {ELSEWHERE}")
    return found


def file_of(reference: Reference, home: Path | None = None) -> Path:
    """The file that any reference but an "env" one means."""
    whole = {"tccli": reference.where, "aliyun": ALIYUN_FILE}
    text = whole.get(reference.kind, reference.value)
    if text.startswith("~/"):
        return (home or Path.home()) / text[2:]
    return Path(text).expanduser()


def _from_environment(reference: Reference, env: Mapping[str, str]) -> Credential:
    variables = VARIABLES[reference.value]
    secret_id, secret_key, token = (env.get(name, "").strip() for name in variables)
    absent = [name for name, value in zip(variables, (secret_id, secret_key), strict=False) if not value]
    if absent:
        names = " and ".join(absent)
        raise CredentialMissing("environment", f"{names} not set", f"export {names}")
    return Credential(secret_id, secret_key, token or None, reference.where)


def _text(path: Path, where: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CredentialMissing(where, "no such file", f"make it, or {ELSEWHERE}") from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise CredentialMissing(
            where, f"cannot be read: {reason}", "mend the file or its permissions"
        ) from None


def _from_tccli(path: Path, reference: Reference) -> Credential:
    text = _text(path, reference.where)
    # The causes are cut off below: a parser's error may carry the text, and with it the key.
    try:
        held = json.loads(text)
    except ValueError:
        held = None
    if not isinstance(held, dict):
        raise CredentialMissing(reference.where, "it is not a JSON object", "run: tccli configure")
    token = held.get("token")
    return Credential(
        str(held.get("secretId") or "").strip(),
        str(held.get("secretKey") or "").strip(),
        str(token).strip() if token else None,
        reference.where,
    )


def _from_ini(path: Path, reference: Reference) -> Credential:
    from configparser import ConfigParser
    from configparser import Error as IniError

    text = _text(path, reference.where)
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except IniError:
        raise CredentialMissing(
            reference.where,
            "it is not an ini file",
            "it needs a line [default], then secret_id = …, secret_key = …",
        ) from None
    if not parser.has_section(reference.section):
        raise CredentialMissing(
            reference.where,
            f"it has no section [{reference.section}]",
            f"there are: {', '.join(parser.sections()) or 'none'}",
        )
    section = parser[reference.section]
    got = {name: section.get(name, "").strip().strip("\"'") for name in ("secret_id", "secret_key", "token")}
    return Credential(got["secret_id"], got["secret_key"], got["token"] or None, reference.where)


def _from_aliyun(path: Path, reference: Reference) -> Credential:
    where, name = reference.where, reference.value
    profiles = aliyun_profiles(path, where)
    held = next((one for one in profiles if one.get("name") == name), None)
    if held is None:
        known = ", ".join(str(one.get("name")) for one in profiles) or "none"
        raise CredentialMissing(where, f"it has no profile {name!r}", f"there are: {known}")
    mode = str(held.get("mode") or "AK")
    if mode not in PLAIN_MODES:
        raise CredentialMissing(
            where,
            f"its mode is {mode}, and livetui takes no roles: only keys that stand there",
            f"name one of mode {' or '.join(PLAIN_MODES)}, or export {' and '.join(VARIABLES['aliyun'][:2])}",
        )
    got = [
        str(held.get(member) or "").strip() for member in ("access_key_id", "access_key_secret", "sts_token")
    ]
    if mode == "StsToken" and not got[2]:
        raise CredentialMissing(where, "its mode is StsToken, and it holds no sts_token", "get a new one")
    # A token that was left behind when the mode was changed belongs to another key.
    return Credential(got[0], got[1], got[2] if mode == "StsToken" else None, where)


def aliyun_profiles(path: Path, where: str = ALIYUN_FILE) -> list[Mapping[str, Any]]:
    """The profiles of Alibaba's own command line as its file has them. Raises CredentialMissing."""
    text = _text(path, where)
    try:
        held = json.loads(text)
    except ValueError:
        held = None
    profiles = held.get("profiles") if isinstance(held, dict) else None
    if not isinstance(profiles, list):
        raise CredentialMissing(where, "it is no JSON object with profiles", "run: aliyun configure")
    return [one for one in profiles if isinstance(one, dict)]


_READERS = {"tccli": _from_tccli, "file": _from_ini, "aliyun": _from_aliyun}
