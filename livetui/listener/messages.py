"""What an event message is, and whether one may be believed: pure functions over its bytes.

Document: LVB API 2017 / Operation API / Event Message Notification. `sign` covers the key and `t` alone, so
whoever has seen one message can make up others until its `t` has passed.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NoReturn

from livetui.catalogue.mask import DOTS
from livetui.catalogue.mask import url as masked_url
from livetui.signing import md5

MOST_BYTES = 1 << 20
MOST_MEMBERS = 200
"""Members of a message, and values within it; the documented ones have about twenty."""
MOST_DEEP = 8
_LONGEST_NUMBER = 15
"""Digits of a number that is kept as one: longer ones are identifiers, and kept as text."""

_SIGN = re.compile(r"[0-9A-Fa-f]{32}")
_UNIX = re.compile(r"[1-9][0-9]{0,10}")
_SECRET = ("secret", "secretkey", "authkey", "password", "token")
_PARTS_OF_A_RUN = {0, 1}
"""Interruption and push: they share the sequence number of their push."""


class Refused(Exception):
    """A body that is no event: the reason it is counted under, the HTTP status, and why in words."""

    def __init__(self, reason: str, status: int, why: str) -> None:
        self.reason, self.status, self.why = reason, status, why
        super().__init__(why)


def believed(body: bytes, key: str | None, now: datetime) -> dict[str, Any]:
    """The message in a body; without a key its `sign` is not looked at.

    Raises Refused for what is no JSON object, not signed with the key, expired, or no event.
    """
    message = _parsed(body)
    expires = _expires(message.get("t"))
    if key is not None:
        sign = message.get("sign")
        if expires is None or not isinstance(sign, str) or not _SIGN.fullmatch(sign):
            raise Refused("sign", 403, "sign or t is missing, or neither a signature nor a time")
        if not md5.holds(key, expires, sign):
            raise Refused("sign", 403, "sign does not belong to t and the callback key")
    if expires is not None and now.timestamp() > expires:
        raise Refused("expired", 403, "the time t of the message has passed")
    if event_type(message) is None:
        raise Refused("no event", 400, "event_type is missing or no number")
    return message


def event_type(message: Mapping[str, Any]) -> int | None:
    """The kind of event; None where the message tells none. Numbers may come as text."""
    told = message.get("event_type")
    if isinstance(told, str) and re.fullmatch(r"[0-9]{1,9}", told):
        return int(told)
    return told if type(told) is int else None


def repeat_key(message: Mapping[str, Any]) -> str:
    """The same for every sending of one event: its type and sequence number, or what stands for that.

    Recordings and screenshots have no sequence number, and of further types it is not documented what
    theirs counts: there it is all that is told, but for `t` and `sign`, which a sending may have anew.
    """
    kind, sequence = event_type(message), message.get("sequence")
    if kind in _PARTS_OF_A_RUN and type(sequence) in (str, int) and sequence != "":
        told: Any = str(sequence)
    else:
        told = {name: value for name, value in message.items() if name not in ("t", "sign")}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return f"{kind}:{hashlib.sha256(text.encode('ascii')).hexdigest()[:32]}"


def public(message: Mapping[str, Any]) -> dict[str, Any]:
    """The message as it may be shown and kept: without `sign`, the values in its URLs hidden.

    The push URL's parameters (`stream_param`) carry the signature that lets anyone push.
    """
    return {name: _public(name, value) for name, value in message.items() if name != "sign"}


def _public(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner: _public(inner, member) for inner, member in value.items()}
    if isinstance(value, list):
        return [_public(name, item) for item in value]
    if name.lower().replace("_", "").endswith(_SECRET):
        return DOTS if value else value
    if not isinstance(value, str):
        return value
    if name == "stream_param":
        return masked_url(f"?{value.lstrip('?')}").removeprefix("?")
    return masked_url(value) if "://" in value else value


def _expires(told: Any) -> int | None:
    """UNIX seconds, told as a number or as its digits."""
    if type(told) is int:
        told = str(told)
    return int(told) if isinstance(told, str) and _UNIX.fullmatch(told) else None


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        message = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_once,
            parse_int=_integer,
            parse_float=_real,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError):
        raise Refused("not json", 400, "the body is not JSON, or names a member twice") from None
    if not isinstance(message, dict):
        raise Refused("not json", 400, "the body is not a JSON object")
    if not _modest(message):
        raise Refused("no event", 400, f"over {MOST_MEMBERS} members, or too deeply nested")
    return message


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; refused where a name comes twice, since readers would differ in which they believe."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a member is named twice")
    return made


def _integer(text: str) -> int | str:
    return int(text) if len(text.lstrip("-")) <= _LONGEST_NUMBER else text


def _real(text: str) -> float | str:
    made = float(text)
    return made if math.isfinite(made) else text


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _modest(message: dict[str, Any]) -> bool:
    """Whether it can be shown and written down at all: looked at level by level, not by recursion."""
    level: list[Any] = [message]
    seen = 0
    for _ in range(MOST_DEEP):
        level = [value for held in level for value in _values(held)]
        seen += len(level)
        if seen > MOST_MEMBERS:
            return False
        if not level:
            return True
    return False


def _values(held: Any) -> Iterable[Any]:
    if isinstance(held, dict):
        return held.values()
    return held if isinstance(held, list) else ()
