"""The systems that one emulator plays, and how a request tells which of them it is for.

Nothing of a system is loaded before the first request for it: who only asks css waits for css only.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import NamedTuple

from livetui.emulator.answers import ANSWERS, Handler


class Service(NamedTuple):
    """One system behind the gate."""

    id: str
    product: str
    """What signatures are made for, and the first label of its hosts."""
    version: str


PLAYED = (Service("css", "live", "2018-08-01"), Service("mdp", "mdp", "2020-05-27"))


def service_of(product: str, host: str, version: str) -> str:
    """The id of the system a request is for.

    `product` is what a TC3 signature was made for; "" in a v1 request, where the host tells it. The
    emulator's own host tells nothing; there the version does. What none of them tells is for css.
    """
    names = (product, host.partition(".")[0])
    for service in PLAYED:
        if service.product in names:
            return service.id
    return next((service.id for service in PLAYED if service.version == version), PLAYED[0].id)


@cache
def handlers(service: str) -> dict[str, Handler]:
    """Who answers a system's actions, by the action's name."""
    package = import_module(f"livetui.emulator.{service}")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return ANSWERS[service]
