"""What the emulated account has in each region: nothing in one is seen from another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from livetui.catalogue.loader import load
from livetui.emulator import shape
from livetui.emulator.answers import Call, answers
from livetui.emulator.mdp.shelf import Shelf, Thing

if TYPE_CHECKING:
    from livetui.emulator.account import Account

PAGE = 10
"""Rows of a page where none were asked for; the SSAI pages say so, the others say nothing."""

Handler = Callable[["Region", dict[str, Any], Call], dict[str, Any]]


class Region:
    """One region's things."""

    def __init__(self, account: Account, name: str) -> None:
        self.account, self.name = account, name
        self.random = account.random(f"mdp/{name}")
        self.channels = Shelf("channel", 50)
        self.ad_channels = Shelf("ad insertion configuration", 50, "ID")
        self.locations = Shelf("source location", 100)
        self.sources = Shelf("source", 1000)
        self.assemblies = Shelf("linear assembly channel", 50)
        self.programs = Shelf("program", 1000)
        self.harvests = Shelf("harvest job", 200, "ID")
        self.remuxes = Shelf("remux task", 200)
        self.bindings = Shelf("binding", 100)
        self.alerts: list[Thing] = []
        """Of all kinds: `about` is the id of the location, source or channel."""

    def ident(self, made: datetime) -> str:
        """A new id as the service makes them: 20 hexadecimal digits, the first eight a time."""
        return f"{int(made.timestamp()):08X}{self.random.getrandbits(48):012X}"

    def token(self, digits: int = 28) -> str:
        """A part of a URL or a secret: small hexadecimal digits."""
        return f"{self.random.getrandbits(digits * 4):0{digits}x}"


class Packaging:
    """All regions; each is made, and its things drawn, when it is first asked for."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._regions: dict[str, Region] = {}

    def region(self, name: str) -> Region:
        made = self._regions.get(name)
        if made is None:
            from livetui.emulator.mdp.seed import fill

            made = self._regions[name] = Region(self._account, name)
            fill(made)
        return made


def answered(name: str) -> Callable[[Handler], Handler]:
    """Registers who plays an action: it gets the region, and its reply is cut to the documented shape."""

    def register(handler: Handler) -> Handler:
        def play(account: Account, params: dict[str, Any], call: Call) -> dict[str, Any]:
            region = account.packaging.region(call.region or "")
            return shape.reply(load("mdp"), name, handler(region, params, call))

        answers(name, "mdp")(play)
        return handler

    return register


def made(call: Call, params: dict[str, Any]) -> Thing:
    """A thing of what a create action was given; what was left out has its default or is empty."""
    return shape.made(load("mdp"), call.action, params)


def changed(call: Call, old: Thing, params: dict[str, Any]) -> Thing:
    """The thing after a modify action: what was left out stays, unless the page says it does not."""
    return shape.changed(load("mdp"), call.action, old, params)


def page(params: dict[str, Any], rows: Sequence[Any]) -> dict[str, Any]:
    """A numbered page's members."""
    number, size = max(1, params.get("PageNum", 1)), max(1, params.get("PageSize", PAGE))
    return {
        "Infos": rows[(number - 1) * size : number * size],
        "PageNum": number,
        "PageSize": size,
        "TotalNum": len(rows),
        "TotalPage": -(-len(rows) // size),
    }
