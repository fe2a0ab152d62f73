"""Floor 1: profiles, credentials, paths, and what is remembered between runs; imports nothing of ours."""

from livetui.settings.credentials import Credential, CredentialMissing, Reference, fetch, masked_id
from livetui.settings.discover import Found, discover
from livetui.settings.memory import Draft, Memory, MemoryUnavailable, RecentCall
from livetui.settings.paths import Caution, Paths, paths
from livetui.settings.profiles import Config, ConfigError, Profile, UnknownProfile, load, save_profile

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
