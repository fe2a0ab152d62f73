"""Reads a service's JSON file and makes each action's value when it is first asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from livetui.catalogue.model import Action, ErrorFact, Field, Page, Rule, Structure, duration

SERVICES = ("css", "mdp", "lvb", "channel", "apsara")


class UnknownAction(KeyError):
    """No such action; `near` holds the names closest to it."""

    def __init__(self, service: str, name: str, near: list[str]) -> None:
        super().__init__(name)
        self.service, self.name, self.near = service, name, near

    def __str__(self) -> str:
        hint = f"; did you mean {', '.join(self.near)}?" if self.near else ""
        return f"{self.service} has no action {self.name!r}{hint}"


class Catalogue:
    """One service: its hosts, regions, actions, structures and error codes."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self._raw = raw
        self.service: str = raw["service"]
        self.title: str = raw["title"]
        self.version: str = raw["version"]
        self.host: str = raw["host"]
        self.product: str = raw["product"]
        self.regions: tuple[str, ...] = tuple(raw["regions"])
        self.cloud: str = raw.get("cloud", "tencent")
        self.scheme: str = raw.get("scheme", "tc3")
        self.envelope: str = raw.get("envelope", "tencent3")
        self.method: str = raw.get("method", "POST")
        self.default_rate: int = raw.get("default_rate", 0)
        """Requests a second, of our own choosing, for actions whose document tells no limit."""
        self.notes: tuple[str, ...] = tuple(raw.get("notes", ()))
        self._actions: dict[str, Action] = {}
        self._structures: dict[str, Structure] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._raw["actions"])

    @property
    def hosts(self) -> tuple[str, ...]:
        """The service's host, then those that some of its actions have of their own."""
        own = (raw["host"] for raw in self._raw["actions"].values() if "host" in raw)
        return tuple(dict.fromkeys((self.host, *own)))

    @property
    def is_regional(self) -> bool:
        """Whether any of its actions is asked region by region."""
        return any(raw.get("regions") for raw in self._raw["actions"].values())

    def __contains__(self, name: object) -> bool:
        return name in self._raw["actions"]

    def __iter__(self) -> Iterator[Action]:
        return (self.action(name) for name in self.names)

    def summaries(self) -> list[tuple[str, str]]:
        """(name, summary) of every action, without making the actions."""
        return [(name, raw["summary"]) for name, raw in self._raw["actions"].items()]

    def action(self, name: str) -> Action:
        """The action of that name. Raises UnknownAction, which names the nearest."""
        made = self._actions.get(name)
        if made is None:
            raw = self._raw["actions"].get(name)
            if raw is None:
                from difflib import get_close_matches

                raise UnknownAction(self.service, name, get_close_matches(name, self.names, 3))
            made = self._actions[name] = _action(self.service, self.version, name, raw)
        return made

    def structure(self, name: str) -> Structure:
        made = self._structures.get(name)
        if made is None:
            raw = self._raw["structures"][name]
            made = Structure(name, raw.get("summary", ""), tuple(_field(m) for m in raw["members"]))
            self._structures[name] = made
        return made

    def structure_names(self) -> tuple[str, ...]:
        return tuple(self._raw["structures"])

    def error(self, code: str) -> ErrorFact | None:
        """What is known of an error code: of itself, else of its family.

        A family is the part before the dot, or a number with its last three digits left open ("-30xxx").
        """
        for key in (code, code.partition(".")[0], f"{code[:-3]}xxx"):
            raw = self._raw["errors"].get(key)
            if raw is not None:
                return ErrorFact(key, raw["meaning"], raw["remedy"], raw.get("retryable", False))
        return None


@cache
def load(service: str) -> Catalogue:
    """The catalogue of a service id. Raises UnknownService with the ids there are."""
    if service not in SERVICES:
        raise UnknownService(service)
    text = (Path(__file__).parent / "data" / f"{service}.json").read_bytes()
    return Catalogue(json.loads(text))


class UnknownService(KeyError):
    def __str__(self) -> str:
        return f"no service {self.args[0]!r}; there are: {', '.join(SERVICES)}"


def _action(service: str, version: str, name: str, raw: dict[str, Any]) -> Action:
    page = raw.get("page")
    return Action(
        service=service,
        name=name,
        version=version,
        section=raw["section"],
        summary=raw["summary"],
        effect=raw["effect"],
        because=raw["because"],
        rate_limit=raw["rate_limit"],
        parameters=tuple(_field(p) for p in raw.get("parameters", ())),
        response=tuple(_field(p) for p in raw.get("response", ())),
        inverse=raw.get("inverse", ""),
        regions=tuple(raw.get("regions", ())),
        page=Page(**page) if page else None,
        rules=tuple(_rule(r) for r in raw.get("rules", ())),
        errors=tuple(raw.get("errors", ())),
        deprecated=raw.get("deprecated", False),
        undocumented=raw.get("undocumented", False),
        rate_window=raw.get("rate_window", 1),
        wire=raw.get("wire", ""),
        host=raw.get("host", ""),
        method=raw.get("method", ""),
        account_param=raw.get("account_param", ""),
        note=raw.get("note", ""),
    )


def _field(raw: dict[str, Any]) -> Field:
    made = dict(raw)
    for name in ("allowed", "time"):
        if name in made:
            made[name] = tuple(made[name])
    if "labels" in made:
        made["labels"] = tuple(made["labels"].items())
    return Field(**made)


def _rule(raw: dict[str, Any]) -> Rule:
    """The file names each rule's members in its own words; here they get one shape."""
    kind = raw["kind"]
    when = tuple(
        (field, tuple(value) if isinstance(value, list) else (value,))
        for field, value in raw.get("when", {}).items()
    )
    spans = ("min", "max", "max_past", "min_span", "max_span")
    span = {key: duration(raw[key]) for key in spans if key in raw}
    if kind == "window":
        fields: tuple[str, ...] = (raw["start"], raw["end"])
    elif kind == "requires":
        fields = (raw["field"], *raw["needs"])
    elif kind == "excludes":
        fields = (raw["field"], *raw["others"])
    elif kind == "at_least_one":
        fields = tuple(raw["fields"])
    else:
        fields = (raw["field"],) if "field" in raw else ()
    return Rule(
        kind=kind,
        fields=fields,
        minimum=span.get("min", span.get("min_span")),
        maximum=span.get("max", span.get("max_span")),
        max_past=span.get("max_past", span.get("max") if kind == "past" else None),
        allow_future=raw.get("allow_future", False),
        since=raw.get("from", ""),
        when=when,
        text=raw.get("text", ""),
    )
