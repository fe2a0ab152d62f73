"""The systems that one emulator plays, and how a request tells which of them it is for.

Nothing of a system is loaded before the first request for it: who only asks css waits for css only.
"""

from __future__ import annotations

from collections.abc import Mapping
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
    envelope: str = "tencent3"
    """How it is spoken to: a module of `livetui.emulator.gates`."""
    path: str = "/"


PLAYED = (
    Service("css", "live", "2018-08-01"),
    Service("mdp", "mdp", "2020-05-27"),
    Service("lvb", "lvb", "2017", "lvb", "/common_access"),
    Service("channel", "live", "v2", "channel", "/v2/index.php"),
    Service("apsara", "live", "2016-11-01", "rpc"),
)
PATHS = tuple(dict.fromkeys(service.path for service in PLAYED))


def envelope_of(path: str, values: Mapping[str, str]) -> str:
    """How a request speaks that is not signed with TC3: by its path, at / by its flat parameters."""
    for service in PLAYED:
        if path == service.path != "/":
            return service.envelope
        if service.envelope == "rpc" and (
            "AccessKeyId" in values or values.get("Version") == service.version
        ):
            return service.envelope
    return PLAYED[0].envelope


def service_of(product: str, host: str, version: str) -> str:
    """The id of the system that a request to Tencent's API 3.0 is for.

    `product` is what a TC3 signature was made for; "" in a v1 request, where the host tells it. The
    emulator's own host tells nothing; there the version does. What none of them tells is for css.
    """
    names = (product, host.partition(".")[0])
    systems = [service for service in PLAYED if service.envelope == "tencent3"]
    for service in systems:
        if service.product in names:
            return service.id
    return next((service.id for service in systems if service.version == version), systems[0].id)


@cache
def handlers(service: str) -> dict[str, Handler]:
    """Who answers a system's actions, by the action's name."""
    package = import_module(f"livetui.emulator.{service}")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    return ANSWERS[service]
