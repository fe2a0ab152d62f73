"""An API key pair, and the places one may be kept in: here, the environment, tccli, Tencent's own file."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TENCENT_FILE = "~/.tencentcloud/credentials"
TCCLI_FOLDER = "~/.tccli"
SECRET_ID = "TENCENTCLOUD_SECRET_ID"
SECRET_KEY = "TENCENTCLOUD_SECRET_KEY"
TOKEN = "TENCENTCLOUD_TOKEN"
REGION = "TENCENTCLOUD_REGION"
ELSEWHERE = "point the profile elsewhere"


def masked_id(secret_id: str) -> str:
    """A SecretId that can be told from others and not used: its first and last four characters."""
    return f"{secret_id[:4]}…{secret_id[-4:]}" if len(secret_id) > 12 else "••••"


@dataclass(frozen=True, slots=True)
class Credential:
    """A key pair. What prints it shows the masked SecretId and never the key or token."""

    secret_id: str
    secret_key: str = field(repr=False)
    token: str | None = field(default=None, repr=False)
    source: str = ""
    """Where it was found, for people: "environment", "~/.tccli/default.credential" …"""

    def __repr__(self) -> str:
        return f"Credential({masked_id(self.secret_id)}, source={self.source!r})"


@dataclass(frozen=True, slots=True)
class Reference:
    """Says where a credential is, without holding it: a profile's `credential = {...}`."""

    kind: str
    """"env", "tccli" or "file"."""
    value: str = ""
    """tccli: its profile's name. file: the path, `~` allowed."""
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
    def where(self) -> str:
        """The place in words that can be looked up."""
        if self.kind == "env":
            return "environment"
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
        return _from_environment(os.environ if environ is None else environ)
    path = file_of(reference, home)
    found = _from_tccli(path, reference) if reference.kind == "tccli" else _from_ini(path, reference)
    for name, value in (("SecretId", found.secret_id), ("SecretKey", found.secret_key)):
        if not value:
            raise CredentialMissing(reference.where, f"it holds no {name}", f"fill it in, or {ELSEWHERE}")
    return found


def file_of(reference: Reference, home: Path | None = None) -> Path:
    """The file a "tccli" or "file" reference means."""
    text = reference.where if reference.kind == "tccli" else reference.value
    if text.startswith("~/"):
        return (home or Path.home()) / text[2:]
    return Path(text).expanduser()


def _from_environment(env: Mapping[str, str]) -> Credential:
    secret_id, secret_key, token = (env.get(name, "").strip() for name in (SECRET_ID, SECRET_KEY, TOKEN))
    absent = [name for name, value in ((SECRET_ID, secret_id), (SECRET_KEY, secret_key)) if not value]
    if absent:
        names = " and ".join(absent)
        raise CredentialMissing("environment", f"{names} not set", f"export {names}")
    return Credential(secret_id, secret_key, token or None, "environment")


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
