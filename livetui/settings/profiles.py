"""Profiles: one account of one cloud each, kept in `config.toml`.

    default_profile = "prod"

    [polling]                    # seconds; share is the part of an action's rate that polling may use
    streams = 15
    others = 60
    share = 0.1

    [keys]                       # binding id = key
    "streams.forbid" = "f"

    [profiles.prod]
    credential = {env = true}    # or {tccli = "default"}, {file = "~/.tencentcloud/credentials"},
    regions = ["ap-guangzhou"]   # or {secret_id = "…", secret_key = "…", token = "…"}
    production = true

A profile may also have: cloud, endpoint, account, read_only, play_domains, and a polling table of its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from livetui.settings.credentials import Credential, Reference, fetch
from livetui.settings.paths import Caution, folder_lock, lax_file, write_private

SERVED = {"tencent": ("css", "mdp"), "aliyun": ("apsara",)}
"""Cloud -> the services that its profiles have unless they say otherwise."""
CLOUDS = tuple(SERVED)
KeyPath = tuple[str, ...]


class ConfigError(Exception):
    """A config that cannot be used: which file, line (from 1; 0 for the file as a whole) and key, and why.

    `str()` is one readable line. It never carries a value of the file: that could be a key.
    """

    def __init__(self, file: Path, line: int, message: str, remedy: str, key: str = "") -> None:
        self.file, self.line, self.key, self.message, self.remedy = file, line, key, message, remedy
        place = f"{file}:{line}" if line else str(file)
        super().__init__(f"{place}: {f'{key}: ' if key else ''}{message}; {remedy}")


class UnknownProfile(Exception):
    """No profile of that name, or none named and no default; `known` holds the names there are."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, tuple(known)
        there = f"there are: {', '.join(known)}" if known else "there are none yet"
        super().__init__(f"no profile {name!r}; {there}" if name else f"no profile chosen; {there}")


@dataclass(frozen=True, slots=True)
class Profile:
    """One account of one cloud, and how it is to be treated."""

    name: str
    cloud: str = "tencent"
    credential: Credential | None = None
    """None while only `reference` is known; `Config.profile` fills it."""
    reference: Reference | None = None
    regions: tuple[str, ...] = ()
    """Regions in which regional things are listed; empty: every one that an action allows."""
    endpoint: str | None = None
    """URL to send to instead of the service's own host."""
    account: str = ""
    """The account's id, where profiles of one account shall share one rate budget."""
    read_only: bool = False
    production: bool = False
    play_domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Push domain → the play domains that carry its streams; no action tells this."""
    services: tuple[str, ...] = ()
    """Ids of the services that are looked at; empty: those that the cloud is known for."""
    domains: tuple[str, ...] = ()
    """The account's domains, for services of which no action lists them."""
    lvb: Credential | None = None
    """LVB's own: the appid as its id, the API key as its key."""
    allow_plain_http: bool = False
    """Whether calls may go over plain http, which is all that LVB's hosts have."""
    callback_key: str = field(default="", repr=False)
    """What event notifications are signed with."""
    poll_streams: float = 15.0
    """Seconds from the end of one poll of the streams in view to the next."""
    poll_others: float = 60.0
    """The same for every other pane."""
    polling_share: float = 0.1
    """The part of an action's documented rate that polling may use, above 0 and at most 1."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Binding id → key, for bindings that were changed."""


    @property
    def served(self) -> tuple[str, ...]:
        """Ids of the services of this profile, the first of which it opens with."""
        return self.services or SERVED[self.cloud]

    def credential_for(self, service: str) -> Credential | None:
        """What signs the calls of one of them; None where the profile has nothing that would."""
        return self.lvb if service == "lvb" else self.credential


@dataclass(frozen=True, slots=True)
class Config:
    """What `config.toml` says; with no file, a config without profiles."""

    file: Path
    exists: bool = False
    profiles: Mapping[str, Profile] = field(default_factory=dict)
    """In the file's order; credentials that are referred to are not fetched."""
    default_profile: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    cautions: tuple[Caution, ...] = ()

    def choice(self, name: str = "") -> str:
        """The name of the profile that is meant: the one named, the default, the only one; "" for none."""
        return name or self.default_profile or (next(iter(self.profiles)) if len(self.profiles) == 1 else "")

    def profile(
        self, name: str = "", environ: Mapping[str, str] | None = None, home: Path | None = None
    ) -> Profile:
        """The profile of that name, its credential fetched; without a name the default or the only one.

        Raises UnknownProfile, or CredentialMissing when its reference leads nowhere.
        """
        chosen = self.choice(name)
        if chosen not in self.profiles:
            raise UnknownProfile(chosen, tuple(self.profiles))
        profile = self.profiles[chosen]
        if profile.reference is None:
            return profile
        return replace(profile, credential=fetch(profile.reference, environ, home))


def load(file: Path) -> Config:
    """Read the config; a file that is not there is an empty config. Raises ConfigError."""
    text = _read(file)
    if text is None:
        return Config(file)
    return _Reader(file, text).config()


def save_profile(file: Path, profile: Profile, *, default: bool = False, replace_it: bool = False) -> None:
    """Add the profile to the config; with `default`, make it the one that opens by itself.

    The credential is written out only where the profile has no reference. A config that is broken is
    left alone (ConfigError), as is a profile that is there already, unless `replace_it`. Comments survive
    where only something new is added; otherwise the old text is kept beside the file as `config.toml.old`.
    Raises OSError when the file cannot be written; the old one is then still whole.
    """
    _checked_name(file, profile)
    with folder_lock(file.resolve().parent):
        text = _read(file)
        data = {}
        if text is not None:
            _Reader(file, text).config()
            data = tomllib.loads(text)
        if profile.name in data.get("profiles", {}) and not replace_it:
            message = "a profile of that name is there already"
            raise ConfigError(file, 0, message, "choose another name", f"profiles.{profile.name}")
        new = _as_text(text or "", data, profile, default)
        _Reader(file, new).config()  # what could not be read again is not written
        if text is not None and text not in new:
            write_private(file.with_name(file.name + ".old"), text.encode())
        write_private(file, new.encode())


def _checked_name(file: Path, profile: Profile) -> None:
    if trouble := _name_trouble(profile.name):
        raise ConfigError(file, 0, trouble, "choose a short printable name", f"profiles.{profile.name!r}")
    if profile.reference is None and profile.credential is None:
        raise ConfigError(file, 0, "a profile needs a credential", "give one", f"profiles.{profile.name}")


def _name_trouble(name: str) -> str:
    """A profile's name is typed to confirm a deed, so it has to be one that can be typed."""
    if not name or name != name.strip() or not name.isprintable():
        return "a profile's name has to be printable and not start or end with a blank"
    return "a profile's name has at most 40 characters" if len(name) > 40 else ""


def _as_text(text: str, data: dict[str, Any], profile: Profile, default: bool) -> str:
    """The new file: the old text with something added where that says the same, else written anew."""
    import tomli_w

    added = {"profiles": {profile.name: _to_toml(profile)}}
    wanted = {**data, "profiles": {**data.get("profiles", {}), **added["profiles"]}}
    head = ""
    if default:
        wanted["default_profile"] = profile.name
        if data.get("default_profile") != profile.name:
            head = tomli_w.dumps({"default_profile": profile.name}) + "\n"
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    longer = f"{head}{text}{gap}{tomli_w.dumps(added)}"
    try:
        if tomllib.loads(longer) == wanted:
            return longer
    except tomllib.TOMLDecodeError:
        pass  # it cannot be said by adding: a key or table would be there twice
    # Plain keys have to come before the first table.
    return tomli_w.dumps(dict(sorted(wanted.items(), key=lambda pair: isinstance(pair[1], dict))))


def _to_toml(profile: Profile) -> dict[str, Any]:
    """What the file says of the profile: its credential, and whatever differs from the defaults."""
    usual = Profile(profile.name)
    made: dict[str, Any] = {}
    if profile.reference is not None:
        made["credential"] = profile.reference.to_toml()
    elif profile.credential is not None:
        held = profile.credential
        made["credential"] = {"secret_id": held.secret_id, "secret_key": held.secret_key}
        if held.token:
            made["credential"]["token"] = held.token
    if profile.regions:
        made["regions"] = list(profile.regions)
    for name in ("cloud", "endpoint", "account", "read_only", "production"):
        if getattr(profile, name) != getattr(usual, name):
            made[name] = getattr(profile, name)
    if profile.play_domains:
        made["play_domains"] = {push: list(play) for push, play in profile.play_domains.items()}
    polling = {
        key: getattr(profile, name)
        for key, name in _POLLING.items()
        if getattr(profile, name) != getattr(usual, name)
    }
    if polling:
        made["polling"] = polling
    return made


def _read(file: Path) -> str | None:
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(file, 0, f"cannot be read: {error.strerror}", "mend its permissions") from None
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(file, line, "this line is not UTF-8 text", "save the file as UTF-8") from None


_POLLING = {"streams": "poll_streams", "others": "poll_others", "share": "polling_share"}
_CREDENTIAL = ("env", "tccli", "file", "section", "secret_id", "secret_key", "token")
_WORDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (str, "text in quotes"),
    (int, "a whole number"),
    (float, "a number"),
    (list, "a list"),
    (dict, "a table"),
)


def _word(value: object) -> str:
    return next((word for kind, word in _WORDS if isinstance(value, kind)), "a date or time")


Taker = Callable[["_Reader", KeyPath, Any], Any]


class _Reader:
    """Turns the text of one config into a Config, or into the error that says where it is wrong."""

    def __init__(self, file: Path, text: str) -> None:
        self.file, self.text = file, text

    def config(self) -> Config:
        data = self._parse()
        top = self._table((), data, _TOP)
        usual = Profile("", **top.get("polling", {}), keys=top.get("keys", {}))
        profiles = {}
        for name, held in top.get("profiles", {}).items():
            profiles[name] = self._profile(name, held, usual)
        default = top.get("default_profile", "")
        if default and default not in profiles:
            known = ", ".join(profiles) or "none yet"
            raise self._error(("default_profile",), f"no profile {default!r}", f"there are: {known}")
        return Config(
            self.file, True, profiles, default, top.get("keys", {}), self._cautions(list(profiles.values()))
        )

    def _parse(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            words = str(error)
            at = re.search(r" \(at line (\d+), column \d+\)$| \(at end of document\)$", words)
            line = int(at[1]) if at and at[1] else self.text.count("\n") + 1
            message = words[: at.start()] if at else words
            # Its words may quote one character of the file, never a value.
            raise ConfigError(self.file, line, f"not TOML: {message}", "mend this line") from None

    def _profile(self, name: str, held: Any, usual: Profile) -> Profile:
        path = ("profiles", name)
        if trouble := _name_trouble(name):
            raise self._error(path, trouble, "choose a short printable name")
        got = self._table(path, _table(self, path, held), _PROFILE)
        if "credential" not in got:
            raise self._error(path, "no credential", "add one: credential = {env = true}")
        source = got.pop("credential")
        made = replace(usual, name=name, **got.pop("polling", {}), **got)
        if isinstance(source, Reference):
            return replace(made, reference=source)
        return replace(made, credential=replace(source, source=str(self.file)))

    def _cautions(self, profiles: Sequence[Profile]) -> tuple[Caution, ...]:
        found = []
        if any(profile.credential for profile in profiles) and (caution := lax_file(self.file)):
            found.append(caution)
        return tuple(found)

    def _table(self, path: KeyPath, table: Mapping[str, Any], known: Mapping[str, Taker]) -> dict[str, Any]:
        """Each member taken by its own rule. Raises ConfigError for one that is not known."""
        for key in table:
            if key not in known:
                raise self._unknown((*path, key), tuple(known))
        return {key: known[key](self, (*path, key), value) for key, value in table.items()}

    def _unknown(self, path: KeyPath, known: Sequence[str]) -> ConfigError:
        from difflib import get_close_matches

        near = get_close_matches(path[-1], known, 1)
        remedy = f"did you mean {near[0]}?" if near else f"the keys known here: {', '.join(known)}"
        return self._error(path, "unknown key", remedy)

    def _wrong(self, path: KeyPath, expected: str, value: object) -> ConfigError:
        return self._error(path, f"expected {expected}, found {_word(value)}", f"write {expected}")

    def _error(self, path: KeyPath, message: str, remedy: str) -> ConfigError:
        shown = ".".join(key if re.fullmatch(r"[\w-]+", key) else ascii(key) for key in path)
        return ConfigError(self.file, self._line(path), message, remedy, shown)

    def _line(self, path: KeyPath) -> int:
        """Where the key stands. tomllib keeps no positions, so: the first line with which it is there."""
        lines = self.text.split("\n")
        begin = 0
        for count in range(1, len(lines) + 1):
            try:
                found: Any = tomllib.loads("\n".join(lines[:count]))
            except tomllib.TOMLDecodeError:
                continue  # in the middle of a value that spans lines
            for key in path:
                found = found.get(key) if isinstance(found, dict) else None
            if found is not None:
                return begin + 1
            begin = count
        return 0


def _text(reader: _Reader, path: KeyPath, value: Any) -> str:
    if not isinstance(value, str):
        raise reader._wrong(path, "text in quotes", value)
    if not value.strip() or not value.isprintable():
        raise reader._error(path, "empty, or has characters that cannot be printed", "write it out")
    return value.strip()


def _flag(reader: _Reader, path: KeyPath, value: Any) -> bool:
    if not isinstance(value, bool):
        raise reader._wrong(path, "true or false", value)
    return value


def _table(reader: _Reader, path: KeyPath, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise reader._wrong(path, "a table", value)
    return value


def _texts(reader: _Reader, path: KeyPath, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise reader._wrong(path, "a list of texts in quotes", value)
    return tuple(_text(reader, path, one) for one in value)


def _cloud(reader: _Reader, path: KeyPath, value: Any) -> str:
    cloud = _text(reader, path, value)
    if cloud not in CLOUDS:
        raise reader._error(path, "no such cloud", f"there are: {', '.join(CLOUDS)}")
    return cloud


def _endpoint(reader: _Reader, path: KeyPath, value: Any) -> str:
    from urllib.parse import urlsplit

    url = _text(reader, path, value)
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise reader._error(path, "not a URL", "write one like https://live.tencentcloudapi.com")
    return url


def _between(least: float, most: float, words: str) -> Taker:
    def take(reader: _Reader, path: KeyPath, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise reader._wrong(path, words, value)
        if not least <= value <= most:
            raise reader._error(path, f"expected {words}", f"from {least:g} to {most:g}")
        return float(value)

    return take


def _polling(reader: _Reader, path: KeyPath, value: Any) -> dict[str, float]:
    got = reader._table(path, _table(reader, path, value), _POLLING_KEYS)
    return {_POLLING[key]: number for key, number in got.items()}


def _flat(reader: _Reader, path: KeyPath, value: Any) -> dict[str, tuple[KeyPath, Any]]:
    """A table whose keys have dots in them: `a.b = 1` without quotes means the same as `"a.b" = 1`."""
    made: dict[str, tuple[KeyPath, Any]] = {}
    for key, held in _table(reader, path, value).items():
        if isinstance(held, dict):
            inner = _flat(reader, (*path, key), held)
            made.update({f"{key}.{rest}": pair for rest, pair in inner.items()})
        else:
            made[key] = ((*path, key), held)
    return made


def _keys(reader: _Reader, path: KeyPath, value: Any) -> dict[str, str]:
    return {name: _text(reader, at, held) for name, (at, held) in _flat(reader, path, value).items()}


def _play_domains(reader: _Reader, path: KeyPath, value: Any) -> dict[str, tuple[str, ...]]:
    return {push: _texts(reader, at, held) for push, (at, held) in _flat(reader, path, value).items()}


def _credential(reader: _Reader, path: KeyPath, value: Any) -> Credential | Reference:
    rules: dict[str, Taker] = dict.fromkeys(_CREDENTIAL, _text)
    got = reader._table(path, _table(reader, path, value), {**rules, "env": _flag})
    kinds = [kind for kind in ("env", "tccli", "file") if got.get(kind)]
    pair = got.keys() & {"secret_id", "secret_key", "token"}
    if len(kinds) + bool(pair) != 1:
        raise reader._error(
            path,
            "expected exactly one of env, tccli, file, or secret_id with secret_key",
            "write one, like credential = {env = true}",
        )
    if "section" in got and kinds != ["file"]:
        raise reader._error((*path, "section"), "only goes with file", "take it out")
    if kinds:
        kind = kinds[0]
        return Reference(kind, "" if kind == "env" else got[kind], got.get("section", "default"))
    for name in ("secret_id", "secret_key"):
        if name not in got:
            raise reader._error(path, f"no {name}", f"add {name}, or refer to one with {{env = true}}")
    return Credential(got["secret_id"], got["secret_key"], got.get("token"))


_POLLING_KEYS: dict[str, Taker] = {
    "streams": _between(1, 86400, "seconds"),
    "others": _between(1, 86400, "seconds"),
    "share": _between(0.001, 1, "a share of 1"),
}
_PROFILE: dict[str, Taker] = {
    "cloud": _cloud,
    "credential": _credential,
    "regions": _texts,
    "endpoint": _endpoint,
    "account": _text,
    "read_only": _flag,
    "production": _flag,
    "play_domains": _play_domains,
    "polling": _polling,
}
_TOP: dict[str, Taker] = {
    "default_profile": _text,
    "polling": _polling,
    "keys": _keys,
    "profiles": _table,
}
