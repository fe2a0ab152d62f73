"""`config.toml`: how profiles are written down, read and checked.

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
    services = ["css", "mdp", "channel", "lvb"]    # left out: css and mdp
    allow_plain_http = true      # all that LVB's hosts have
    lvb = {env = true}           # LIVETUI_LVB_APPID and LIVETUI_LVB_KEY; or {appid = "…", key = "…"}
    callback_key = {env = "CALLBACK_KEY"}          # of event notifications; or the key itself

    [profiles.ali]
    cloud = "aliyun"
    credential = {env = true}    # or {aliyun = "default"}, a profile of ~/.aliyun/config.json,
                                 # or {access_key_id = "…", access_key_secret = "…", security_token = "…"}
    domains = ["live.harbor.example"]              # no action lists them

A profile may also have: endpoint, account, read_only, play_domains, and a polling table of its own.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from livetui.settings.credentials import Credential, Reference
from livetui.settings.paths import Caution, folder_lock, lax_file, write_private
from livetui.settings.profiles import CLOUDS, SERVICES, Config, ConfigError, Profile

KeyPath = tuple[str, ...]


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
    if profile.reference is None and profile.credential is None and profile.served != ("lvb",):
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
        made["credential"] = _written(profile.credential, _PAIR[profile.cloud])
    for name in ("regions", "services", "domains"):
        if getattr(profile, name):
            made[name] = list(getattr(profile, name))
    for name in ("cloud", "endpoint", "account", "read_only", "production", "allow_plain_http"):
        if getattr(profile, name) != getattr(usual, name):
            made[name] = getattr(profile, name)
    if profile.lvb_reference is not None:
        made["lvb"] = profile.lvb_reference.to_toml()
    elif profile.lvb is not None:
        made["lvb"] = _written(profile.lvb, ("appid", "key"))
    if profile.callback_env:
        made["callback_key"] = {"env": profile.callback_env}
    elif profile.callback_key:
        made["callback_key"] = profile.callback_key
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


def _written(held: Credential, names: Sequence[str]) -> dict[str, str]:
    """A key pair under these names: of its id, its key, and its token where it has one."""
    values = (held.secret_id, held.secret_key, held.token)
    return {name: value for name, value in zip(names, values, strict=False) if value}


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
_PAIR = {
    "tencent": ("secret_id", "secret_key", "token"),
    "aliyun": ("access_key_id", "access_key_secret", "security_token"),
}
"""Cloud -> what it calls an id, a key and a token."""
_KINDS = {"tencent": ("env", "tccli", "file"), "aliyun": ("env", "aliyun")}
"""Cloud -> where a credential of it may be kept."""
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
        cloud = got.get("cloud", usual.cloud)
        if "credential" in got:
            source = _credential(self, (*path, "credential"), got.pop("credential"), cloud)
            got |= self._held(source, "credential", "reference")
        elif got.get("services") != ("lvb",):
            raise self._error(path, "no credential", "add one: credential = {env = true}")
        if "lvb" in got:
            got |= self._held(got.pop("lvb"), "lvb", "lvb_reference")
        callback = got.pop("callback_key", {})
        made = replace(usual, name=name, **got.pop("polling", {}), **callback, **got)
        self._check_services(path, made)
        return made

    def _held(self, source: Credential | Reference, name: str, reference: str) -> dict[str, Any]:
        """A credential that stands here, or where it is kept, under the profile's name for either."""
        if isinstance(source, Reference):
            return {reference: source}
        return {name: replace(source, source=str(self.file))}

    def _check_services(self, path: KeyPath, made: Profile) -> None:
        """Whether the cloud has the profile's services, and the profile what they need."""
        own = SERVICES[made.cloud]
        if any(service not in own for service in made.services):
            message = f"not all of these are services of {made.cloud}"
            raise self._error((*path, "services"), message, f"there are: {', '.join(own)}")
        has_key = made.lvb is not None or made.lvb_reference is not None
        if has_key and "lvb" not in own:
            raise self._error((*path, "lvb"), f"{made.cloud} has no LVB", "take it out")
        if "lvb" not in made.services:
            return
        if not has_key:
            remedy = "add lvb = {appid = …, key = …}, or lvb = {env = true}"
            raise self._error((*path, "services"), "lvb needs a key of its own", remedy)
        if not made.allow_plain_http and made.endpoint is None:
            remedy = "add allow_plain_http = true if the network may see the calls, or take lvb out"
            raise self._error((*path, "services"), "lvb's hosts have plain http only", remedy)

    def _cautions(self, profiles: Sequence[Profile]) -> tuple[Caution, ...]:
        found = []
        secrets = (held for one in profiles for held in (one.credential, one.lvb, one.callback_key))
        if any(secrets) and (caution := lax_file(self.file)):
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


def _services(reader: _Reader, path: KeyPath, value: Any) -> tuple[str, ...]:
    """Which of them the cloud has is known once the whole profile is read."""
    services = _texts(reader, path, value)
    if not services:
        raise reader._error(path, "empty", "name some, or leave it out")
    if len({*services}) < len(services):
        raise reader._error(path, "one of them is named twice", "name each once")
    return services


def _domains(reader: _Reader, path: KeyPath, value: Any) -> tuple[str, ...]:
    domains = _texts(reader, path, value)
    if not all(re.fullmatch(r"[\w.-]+", domain) for domain in domains):
        raise reader._error(path, "one of them is no domain", 'write names alone, like "live.example.com"')
    return tuple(dict.fromkeys(domains))


def _appid(reader: _Reader, path: KeyPath, value: Any) -> str:
    """Digits; people write them with quotes or without."""
    number = isinstance(value, int) and not isinstance(value, bool)
    return _text(reader, path, str(value) if number else value)


def _lvb(reader: _Reader, path: KeyPath, value: Any) -> Credential | Reference:
    rules: dict[str, Taker] = {"appid": _appid, "key": _text, "env": _flag}
    got = reader._table(path, _table(reader, path, value), rules)
    if got.get("env"):
        if len(got) > 1:
            raise reader._error(path, "expected env, or appid with key", "take one of them out")
        return Reference("env", "lvb")
    for name in ("appid", "key"):
        if name not in got:
            raise reader._error(path, f"no {name}", f"add {name}, or refer to both with {{env = true}}")
    return Credential(got["appid"], got["key"])


def _callback_key(reader: _Reader, path: KeyPath, value: Any) -> dict[str, str]:
    """The profile's field for the key itself, or for where it is."""
    if not isinstance(value, dict):
        return {"callback_key": _text(reader, path, value)}
    got = reader._table(path, value, {"env": _variable})
    if not got:
        raise reader._error(path, "no env", 'write {env = "NAME"}, or the key itself')
    return {"callback_env": got["env"]}


def _variable(reader: _Reader, path: KeyPath, value: Any) -> str:
    name = _text(reader, path, value)
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise reader._error(path, "not the name of an environment variable", "write its name, not its value")
    return name


def _credential(reader: _Reader, path: KeyPath, value: Any, cloud: str) -> Credential | Reference:
    table, kinds, pair = _table(reader, path, value), _KINDS[cloud], _PAIR[cloud]
    # Tencent's names are understood of any cloud.
    known = (*kinds, *(("section",) if "file" in kinds else ()), *dict.fromkeys((*pair, *_PAIR["tencent"])))
    _refuse_other_clouds(reader, path, table, cloud, known)
    rules: dict[str, Taker] = dict.fromkeys(known, _text)
    got = reader._table(path, table, {**rules, "env": _flag})
    held = [got.get(own, got.get(plain)) for own, plain in zip(pair, _PAIR["tencent"], strict=True)]
    named = [kind for kind in kinds if got.get(kind)]
    if len(named) + any(held) != 1:
        raise reader._error(
            path,
            f"expected exactly one of {', '.join(kinds)}, or {pair[0]} with {pair[1]}",
            "write one, like credential = {env = true}",
        )
    if "section" in got and named != ["file"]:
        raise reader._error((*path, "section"), "only goes with file", "take it out")
    if named:
        kind = named[0]
        env = "" if cloud == "tencent" else cloud
        return Reference(kind, env if kind == "env" else got[kind], got.get("section", "default"))
    for name, one in zip(pair[:2], held, strict=False):
        if not one:
            raise reader._error(path, f"no {name}", f"add {name}, or refer to one with {{env = true}}")
    return Credential(held[0] or "", held[1] or "", held[2])


def _refuse_other_clouds(
    reader: _Reader, path: KeyPath, table: Mapping[str, Any], cloud: str, known: Sequence[str]
) -> None:
    """A key that another cloud's credential has is told as such: its profile's cloud was left out."""
    for key in table:
        for other in CLOUDS if key not in known else ():
            if key in (*_KINDS[other], *_PAIR[other]):
                message = f"goes with a profile of {other}, and this one is of {cloud}"
                raise reader._error((*path, key), message, f'add cloud = "{other}" to it, or take this out')


_POLLING_KEYS: dict[str, Taker] = {
    "streams": _between(1, 86400, "seconds"),
    "others": _between(1, 86400, "seconds"),
    "share": _between(0.001, 1, "a share of 1"),
}
_PROFILE: dict[str, Taker] = {
    "cloud": _cloud,
    "credential": _table,
    "regions": _texts,
    "services": _services,
    "domains": _domains,
    "lvb": _lvb,
    "allow_plain_http": _flag,
    "callback_key": _callback_key,
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
