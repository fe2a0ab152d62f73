"""Floor 1: profiles, credentials, paths, and what is remembered between runs; imports nothing of ours.

Profiles and memory are loaded when they are first asked for: `audit` needs neither.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from livetui.settings.credentials import Credential, CredentialMissing, Reference, fetch, masked_id
from livetui.settings.discover import Found, discover
from livetui.settings.paths import Caution, Paths, paths

if TYPE_CHECKING:
    from livetui.settings.config_file import load, save_profile
    from livetui.settings.memory import Draft, Memory, MemoryUnavailable, RecentCall
    from livetui.settings.profiles import Config, ConfigError, Profile, UnknownProfile

__all__ = [
    "Caution",
    "Config",
    "ConfigError",
    "Credential",
    "CredentialMissing",
    "Draft",
    "Found",
    "Memory",
    "MemoryUnavailable",
    "Paths",
    "Profile",
    "RecentCall",
    "Reference",
    "UnknownProfile",
    "discover",
    "fetch",
    "load",
    "masked_id",
    "paths",
    "save_profile",
]

_HOMES = {
    "memory": ("Draft", "Memory", "MemoryUnavailable", "RecentCall"),
    "config_file": ("load", "save_profile"),
    "profiles": ("Config", "ConfigError", "Profile", "UnknownProfile"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            module = import_module(f"{__name__}.{home}")
            globals().update((one, getattr(module, one)) for one in names)
            return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
