"""Looks for credentials people already have, for the first start and for doctor."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from livetui.frozen import frozen
from livetui.settings.credentials import (
    REGION,
    TENCENT_FILE,
    VARIABLES,
    Credential,
    CredentialMissing,
    Reference,
    aliyun_profiles,
    fetch,
    file_of,
)
from livetui.settings.paths import Caution, lax_file


@frozen
class Found:
    """One place that holds a credential, or should and does not."""

    reference: Reference
    """What a profile writes to use it."""
    credential: Credential | None
    region: str = ""
    trouble: str = ""
    """Why there is no credential; empty when there is."""
    caution: Caution | None = None

    @property
    def where(self) -> str:
        return self.reference.where

    @property
    def cloud(self) -> str:
        return self.reference.cloud


def discover(environ: Mapping[str, str] | None = None, home: Path | None = None) -> list[Found]:
    """Every place that has something, best first: environment, tccli's profiles, Tencent's own file; then
    Alibaba's environment and the profiles of its command line.

    A place that is there but cannot be used is told with its trouble; one that is not there is left out.
    """
    env = os.environ if environ is None else environ
    base = home or Path.home()
    found = _in_the_environment(Reference("env"), env, base)
    folder = base / ".tccli"
    names = sorted(path.name.removesuffix(".credential") for path in folder.glob("*.credential"))
    names.sort(key=lambda name: name != "default")
    found += [_look(Reference("tccli", name), env, base, _tccli_region(folder, name)) for name in names]
    for text in (TENCENT_FILE, "/etc/tencentcloud/credentials"):
        reference = Reference("file", text)
        if file_of(reference, base).is_file():
            found.append(_look(reference, env, base, ""))
    return [*found, *_in_the_environment(Reference("env", "aliyun"), env, base), *_of_aliyun(env, base)]


def _in_the_environment(reference: Reference, env: Mapping[str, str], home: Path) -> list[Found]:
    """A list of one where either half of the pair is set."""
    region = env.get(REGION, "").strip() if reference.cloud == "tencent" else ""
    there = any(env.get(name) for name in VARIABLES[reference.value][:2])
    return [_look(reference, env, home, region)] if there else []


def _of_aliyun(env: Mapping[str, str], home: Path) -> list[Found]:
    """The profiles of Alibaba's command line, `default` first."""
    default = Reference("aliyun", "default")
    path = file_of(default, home)
    if not path.is_file():
        return []
    try:
        profiles = aliyun_profiles(path)
    except CredentialMissing as error:
        return [Found(default, None, trouble=error.message)]
    regions = {str(one["name"]): str(one.get("region_id") or "") for one in profiles if one.get("name")}
    names = sorted(regions, key=lambda name: name != "default")
    return [_look(Reference("aliyun", name), env, home, regions[name]) for name in names]


def _look(reference: Reference, env: Mapping[str, str], home: Path, region: str) -> Found:
    try:
        credential = fetch(reference, env, home)
    except CredentialMissing as error:
        return Found(reference, None, region, error.message)
    return Found(reference, credential, region, caution=caution_of(reference, home))


def caution_of(reference: Reference, home: Path | None = None) -> Caution | None:
    """The caution for a file that holds the secret and that others may read."""
    return None if reference.kind == "env" else lax_file(file_of(reference, home))


def _tccli_region(folder: Path, name: str) -> str:
    """The region of a tccli profile; "" when its settings are missing or damaged: that harms nothing."""
    try:
        settings = json.loads((folder / f"{name}.configure").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    place = settings.get("_sys_param", settings) if isinstance(settings, dict) else {}
    region = place.get("region", "") if isinstance(place, dict) else ""
    return region if isinstance(region, str) else ""
