"""Things of one kind in one region, and the code a page has for what is wrong with a request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from livetui.catalogue.loader import load
from livetui.emulator.answers import Call, Refusal

Thing = dict[str, Any]
"""Documented members by name, times as aware datetimes; members in small letters are the emulator's own."""

UNKNOWN = (
    "InvalidParameter.NotFound",
    "InvalidParameter.ChannelId",
    "InvalidParameter.InvalidParameterChannelId",
    "InvalidParameter.Id",
)
IN_USE = "ResourceInUse"
"""One of the common codes: no page lists a code of its own for what can't go yet."""

_DOMAIN = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_URL = re.compile(r"https?://[^\s/]+(?:/\S*)?")


def listed(call: Call, *codes: str, otherwise: str = "InvalidParameterValue") -> str:
    """The first of these codes that the action's page lists."""
    errors = load("mdp").action(call.action).errors
    return next((code for code in codes if code in errors), otherwise)


def not_found(call: Call, word: str) -> Refusal:
    """Many pages list errors of other pages; the catalogue's notes say what an unknown id is there."""
    return Refusal(listed(call, *UNKNOWN, otherwise=UNKNOWN[0]), f"There is no such {word} in this region.")


def wrong(call: Call, member: str, message: str) -> Refusal:
    """The page's code for a wrong `member`, else the common one."""
    return Refusal(listed(call, f"InvalidParameter.{member}"), message)


def is_domain(text: str) -> bool:
    return _DOMAIN.fullmatch(text.lower()) is not None


def is_url(text: str) -> bool:
    return _URL.fullmatch(text) is not None


class Shelf:
    """Things of one kind by id, the oldest first."""

    def __init__(self, word: str, limit: int, key: str = "Id") -> None:
        """`limit`: how many there may be. The documents tell no number; this one is the emulator's."""
        self.word, self.limit, self.key = word, limit, key
        self._all: dict[str, Thing] = {}

    def __iter__(self) -> Iterator[Thing]:
        return iter(self._all.values())

    def __len__(self) -> int:
        return len(self._all)

    def find(self, ident: str) -> Thing | None:
        return self._all.get(ident)

    def get(self, call: Call, ident: str) -> Thing:
        """Raises the page's refusal for an id there is nothing of."""
        thing = self._all.get(ident)
        if thing is None:
            raise not_found(call, self.word)
        return thing

    def add(self, thing: Thing) -> Thing:
        self._all[thing[self.key]] = thing
        return thing

    def room(self, call: Call, among: int | None = None) -> None:
        """Raises where there is no room for one more; `among`: how many count where not all do."""
        if (len(self._all) if among is None else among) >= self.limit:
            raise Refusal(
                listed(call, "InvalidParameter.ExceededQuantityLimit", otherwise="LimitExceeded"),
                f"There may be {self.limit} of these ({self.word}).",
            )

    def free(self, call: Call, name: str, *, but: Thing | None = None, **among: object) -> None:
        """Raises where the name is empty, or another thing has it; `among`: only those with these members."""
        if not name.strip():
            raise wrong(call, "Name", "A name may not be empty.")
        for thing in self._all.values():
            same = all(thing.get(member) == value for member, value in among.items())
            if thing is not but and same and thing["Name"] == name:
                raise wrong(call, "Name", f"The name {name} is taken.")

    def drop(self, *idents: str) -> None:
        for ident in idents:
            self._all.pop(ident, None)
