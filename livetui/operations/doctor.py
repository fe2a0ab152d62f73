"""What can be wrong on this host before the first call, found out and said with what to do about it.

Every check is a value; none raises. The network's are in `reach`, the key's in `permissions`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from livetui.operations.journal import Journal, JournalUnavailable, Who
from livetui.settings import Config, ConfigError, Found, Paths, Profile, masked_id
from livetui.settings.discover import caution_of
from livetui.settings.paths import open_to_others
from livetui.watch.gather import NoDomains

Status = Literal["ok", "warn", "fail"]
LEAST_COLUMNS, LEAST_LINES = 80, 24


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how it stands, what was found, and what to do where that is not well."""

    name: str
    status: Status
    found: str
    remedy: str = ""


def config_check(paths: Paths, config: Config | None, error: ConfigError | None) -> Check:
    """Whether the config can be read; `error` is what `settings.load` raised."""
    if error is not None:
        place = f"line {error.line}: " if error.line else ""
        key = f"{error.key}: " if error.key else ""
        return Check("config", "fail", f"{error.file}: {place}{key}{error.message}", error.remedy)
    if config is None or not config.exists:
        return Check("config", "warn", f"no {paths.config_file}", "start livetui: it offers to make one")
    names = ", ".join(config.profiles) or "no profiles"
    return Check("config", "ok", f"{paths.config_file}: {names}")


def permission_checks(paths: Paths, config: Config | None) -> list[Check]:
    """Whether others on this host may read the folders, the journal, or a secret in the config."""
    found = []
    for place in (paths.config, paths.state):
        if open_to_others(place):
            mode = place.stat().st_mode & 0o7777
            found.append(Check("privacy", "warn", f"{place} has mode {mode:04o}", f"chmod 700 {place}"))
    if open_to_others(paths.journal_file):
        remedy = f"chmod 600 {paths.journal_file}"
        found.append(Check("privacy", "warn", "others may read the journal", remedy))
    for caution in config.cautions if config else ():
        found.append(Check("privacy", "fail", caution.message, caution.remedy))
    return found or [Check("privacy", "ok", "folders and files are yours alone")]


def state_check(paths: Paths, now: datetime) -> Check:
    """Whether the journal can be written: without it no write is sent."""
    try:
        Journal(paths.journal_file, lambda: now, who=Who("")).check()
        free = shutil.disk_usage(paths.state).free
    except (JournalUnavailable, OSError) as error:
        remedy = f"make {paths.state} writable, or set LIVETUI_STATE_DIR; no write is sent without a journal"
        return Check("journal", "fail", str(error), remedy)
    if free < 10_000_000:
        return Check(
            "journal", "warn", f"{free // 1000:,} kB left at {paths.state}", "make room on that disk"
        )
    return Check("journal", "ok", f"{paths.journal_file} can be written")


def credential_check(
    profile: Profile | None, trouble: str, found: Sequence[Found], remedy: str = ""
) -> list[Check]:
    """Which key pair is used, else why there is none; and what else lies about on this host."""
    checks = []
    if profile is not None and profile.credential is not None:
        held = profile.credential
        kind = "temporary, with a token" if held.token else "permanent"
        found_at = f"{masked_id(held.secret_id)} from {held.source} ({kind})"
        checks.append(Check("credential", "ok", found_at))
    elif profile is None:
        remedy = remedy or "export TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or run: livetui"
        usable = [place.where for place in found if place.credential]
        if usable:
            remedy = f"there is one in {', '.join(usable)}: make a profile that refers to it"
        checks.append(Check("credential", "fail", trouble or "none found", remedy))
    for place in found:
        if place.trouble:
            checks.append(Check("credential", "warn", f"{place.where}: {place.trouble}", "mend or remove it"))
    cautions = [place.caution for place in found if place.caution]
    own = caution_of(profile.reference) if profile is not None and profile.reference else None
    for caution in dict.fromkeys([*cautions, own] if own else cautions):
        checks.append(Check("privacy", "warn", caution.message, caution.remedy))
    return checks


def key_check(profile: Profile, service: str) -> Check:
    """Whether there is a key for a service that has one of its own."""
    held = profile.credential_for(service)
    if held is None:
        error = profile.lacking(service)
        return Check(f"{service} key", "fail", f"{error.where}: {error.message}", error.remedy)
    return Check(f"{service} key", "ok", f"{masked_id(held.secret_id)} from {held.source}")


def domains_check(profile: Profile) -> Check:
    """Whether the profile names the domains that no action lists."""
    if profile.domains:
        return Check("domains", "ok", ", ".join(profile.domains))
    return Check("domains", "warn", NoDomains.meaning, NoDomains.remedy)


def forgiven(check: Check, profile: Profile) -> Check:
    """A check of a service that nobody asked for by name: that an account lacks it is no failure."""
    if check.status != "fail":
        return check
    leave = f'Not used? services = ["{profile.served[0]}"] in the profile leaves it out.'
    return replace(check, status="warn", remedy=f"{check.remedy} {leave}".strip())


def region_check(profile: Profile, known: Sequence[str]) -> Check:
    """Whether the profile's regions are ones the service has."""
    strange = [region for region in profile.regions if region not in known]
    if strange:
        remedy = f"the service has: {', '.join(known)}"
        return Check("regions", "warn", f"not known: {', '.join(strange)}", remedy)
    return Check("regions", "ok", ", ".join(profile.regions) or "all that each action allows")


def terminal_checks(
    environ: Mapping[str, str], size: os.terminal_size | None, encoding: str, is_tty: bool
) -> list[Check]:
    """Whether the console can draw here. `size` is None when there is no terminal."""
    term = environ.get("TERM", "")
    where = [
        word
        for word, name in (("over SSH", "SSH_CONNECTION"), ("in tmux", "TMUX"), ("in screen", "STY"))
        if environ.get(name)
    ]
    checks = []
    if not is_tty:
        checks.append(Check("terminal", "warn", "output is not a terminal", "run livetui itself in one"))
    elif term in ("", "dumb", "unknown"):
        remedy = "export TERM=xterm-256color, or what your terminal is"
        checks.append(Check("terminal", "fail", f"TERM is {term or 'not set'}", remedy))
    else:
        checks.append(Check("terminal", "ok", ", ".join([term, _colours(environ), *where])))
    if size is not None:
        checks.append(_size_check(size))
    if encoding.replace("-", "").casefold() == "utf8":
        checks.append(Check("locale", "ok", "UTF-8"))
    else:
        remedy = "export LC_ALL=C.UTF-8 (or another UTF-8 locale)"
        checks.append(Check("locale", "warn", f"{encoding or 'none'}: names would be garbled", remedy))
    return checks


def _size_check(size: os.terminal_size) -> Check:
    found = f"{size.columns}x{size.lines}"
    if size.columns < LEAST_COLUMNS or size.lines < LEAST_LINES:
        return Check("size", "warn", found, f"make it at least {LEAST_COLUMNS}x{LEAST_LINES}")
    return Check("size", "ok", found)


def _colours(environ: Mapping[str, str]) -> str:
    if environ.get("NO_COLOR"):
        return "no colours (NO_COLOR)"
    if environ.get("COLORTERM") in ("truecolor", "24bit"):
        return "16 million colours"
    term = environ.get("TERM", "")
    return "256 colours" if "256color" in term else "16 colours"
