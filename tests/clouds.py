"""A machine with a profile of each cloud in tests, both at the emulated one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from emulated import ALIYUN_ID, ALIYUN_SECRET, LVB_APPID, LVB_KEY, SECRET_ID, SECRET_KEY

DOMAINS = ("live.harbor.example", "live.stadium.example", "live.market.example")
"""Domains of the emulated account at ApsaraVideo Live."""
EVERYTHING = ("css", "mdp", "channel", "lvb")
KEYS = {
    "TENCENTCLOUD_SECRET_ID": SECRET_ID,
    "TENCENTCLOUD_SECRET_KEY": SECRET_KEY,
    "ALIBABA_CLOUD_ACCESS_KEY_ID": ALIYUN_ID,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ALIYUN_SECRET,
    "LIVETUI_LVB_APPID": LVB_APPID,
    "LIVETUI_LVB_KEY": LVB_KEY,
}
"""Environment of somebody who has every key of the emulated account."""
OTHERS = ("TENCENTCLOUD_TOKEN", "TENCENTCLOUD_REGION", "ALIBABA_CLOUD_SECURITY_TOKEN", "LIVETUI_CALLBACK_KEY")


def bare(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with folders of its own and no key in its environment."""
    monkeypatch.setenv("HOME", str(home))
    for kind in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"LIVETUI_{kind}_DIR", str(home / kind.lower()))
    for name in (*KEYS, *OTHERS):
        monkeypatch.delenv(name, raising=False)
    return home


def configure(home: Path, url: str, services: tuple[str, ...] = EVERYTHING, more: str = "") -> Path:
    """A profile of each cloud, at the emulator; `prod` is the one that opens by itself.

    `more` stands at the end of `ali`.
    """
    file = home / "config" / "config.toml"
    file.parent.mkdir(mode=0o700, exist_ok=True)
    file.write_text(
        f"""\
default_profile = "prod"

[profiles.prod]
credential = {{secret_id = "{SECRET_ID}", secret_key = "{SECRET_KEY}"}}
lvb = {{appid = "{LVB_APPID}", key = "{LVB_KEY}"}}
services = {json.dumps(services)}
endpoint = "{url}"

[profiles.ali]
cloud = "aliyun"
credential = {{access_key_id = "{ALIYUN_ID}", access_key_secret = "{ALIYUN_SECRET}"}}
domains = {json.dumps(DOMAINS)}
endpoint = "{url}"
{more}
"""
    )
    file.chmod(0o600)
    return file
