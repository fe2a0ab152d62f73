"""Hides the members that the catalogue marks as sensitive, before anything is shown or written down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

from livetui.catalogue.model import Field, Structure

DOTS = "••••"
_TAIL = 4
_LONG_ENOUGH = 12
"""A value must be longer than this for its last characters to be shown."""

PLAIN = frozenset({"string", "integer", "float", "boolean", "timestamp"})
"""Types that hold no members."""

_TELLING = ("Secret", "SecretId", "SecretKey", "AuthKey", "PrivateKey", "Password")
"""How the names of members end that hold a secret, whoever made them."""


class Structures(Protocol):
    """Where nested types are looked up; a `Catalogue` is one."""

    def structure(self, name: str) -> Structure: ...


def mask(catalogue: Structures, fields: Iterable[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """A deep copy of parameters or a reply with the sensitive members hidden.

    Keys, secrets and certificates keep their last four characters where they are longer than twelve; URLs
    keep scheme, host and path, but for the end of a path that is as good as a key. Members the catalogue
    does not know are copied as they are, unless their names say what they hold: the service is newer than
    its documents (`CosSecretKey` of a snapshot template).
    """
    known = {field.name: field for field in fields}
    return {
        name: _value(catalogue, known[name], value) if name in known else _unknown(name, value)
        for name, value in data.items()
    }


def anywhere(catalogue: Structures, fields: Iterable[Field], data: Any) -> Any:
    """The same for a reply as it came, in whatever envelope: members are known by their names alone."""
    return _anywhere(_sensitive(catalogue, fields, set()), data)


def _sensitive(catalogue: Structures, fields: Iterable[Field], seen: set[str]) -> dict[str, str]:
    """Name, as members are called and as they travel -> what it holds, of all that is sensitive in there."""
    found: dict[str, str] = {}
    for field in fields:
        if field.sensitive:
            for name in (field.name, field.wire_name):
                # By its name alone it may be either of two: the one that hides more.
                found[name] = field.sensitive if found.get(name, "url") == "url" else found[name]
        elif field.item_type not in PLAIN and field.item_type not in seen:
            seen.add(field.item_type)
            inner = _sensitive(catalogue, catalogue.structure(field.item_type).members, seen)
            found |= {n: kind for n, kind in inner.items() if found.get(n, "url") == "url"}
    return found


def _anywhere(sensitive: Mapping[str, str], data: Any) -> Any:
    if isinstance(data, list):
        return [_anywhere(sensitive, one) for one in data]
    if not isinstance(data, Mapping):
        return data
    kinds = {**{str(name): "secret" for name in data if str(name).endswith(_TELLING)}, **sensitive}
    return {
        name: _hidden(kinds[name], value) if name in kinds else _anywhere(sensitive, value)
        for name, value in data.items()
    }


def public(catalogue: Structures, fields: Iterable[Field], data: Mapping[str, Any]) -> dict[str, Any]:
    """A deep copy without the sensitive members, for what is kept to be used again."""
    known = {field.name: field for field in fields}
    return {
        name: _public(catalogue, known.get(name), value)
        for name, value in data.items()
        if name not in known or not known[name].sensitive
    }


def _public(catalogue: Structures, field: Field | None, value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_public(catalogue, field, item) for item in value]
    if field is not None and isinstance(value, Mapping):
        return public(catalogue, catalogue.structure(field.item_type).members, value)
    return value


def secret(text: str) -> str:
    """A key or secret as it may be shown."""
    return DOTS + text[-_TAIL:] if len(text) > _LONG_ENOUGH else DOTS


def url(text: str) -> str:
    """A URL as it may be shown: user, query values and fragment hidden."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return secret(text)
    userinfo, at, host = parts.netloc.rpartition("@")
    query = "&".join(_query_part(part) for part in parts.query.split("&")) if parts.query else ""
    hidden = DOTS if userinfo else ""
    return urlunsplit((parts.scheme, hidden + at + host, parts.path, query, DOTS if parts.fragment else ""))


def push(text: str) -> str:
    """The same of a URL that whoever knows its path may push to: the path's last part is hidden as well."""
    shown = url(text)
    ahead, slash, last = shown.partition("?")[0].rstrip("/").rpartition("/")
    return f"{ahead}/{secret(last)}" if slash and not ahead.endswith("/") else shown


def shown(kind: str, text: str) -> str:
    """A text of that sensitive kind as it may be shown."""
    return {"url": url, "push": push}.get(kind, secret)(text)


def _query_part(part: str) -> str:
    name, equals, value = part.partition("=")
    if not equals:
        return DOTS if name else ""
    return f"{name}={DOTS}" if value else part


def _value(catalogue: Structures, field: Field, value: Any) -> Any:
    if field.sensitive:
        return _hidden(field.sensitive, value)
    if isinstance(value, list | tuple):
        return [_value(catalogue, field, item) for item in value]
    if isinstance(value, Mapping):
        return mask(catalogue, catalogue.structure(field.item_type).members, value)
    return value


def _hidden(kind: str, value: Any) -> Any:
    """Everything below a sensitive member is hidden in the same way; that there is nothing may be seen."""
    if value is None or value == "":
        return value
    if isinstance(value, list | tuple):
        return [_hidden(kind, item) for item in value]
    if isinstance(value, Mapping):
        return {name: _hidden(kind, member) for name, member in value.items()}
    if not isinstance(value, str):
        return DOTS
    return shown(kind, value)


def _unknown(name: str, value: Any) -> Any:
    if name.endswith(_TELLING):
        return _hidden("secret", value)
    if isinstance(value, Mapping):
        return {inner: _unknown(inner, member) for inner, member in value.items()}
    if isinstance(value, list | tuple):
        return [_unknown("", item) for item in value]
    return value
