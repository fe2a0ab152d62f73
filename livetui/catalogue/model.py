"""What the APIs are, as frozen values: actions, their fields, pages and rules.

Everything here is a fact of a vendor's document; nothing here decides, sends or draws.
"""

from datetime import timedelta
from typing import Any, Literal, NamedTuple

# Annotations are evaluated here, not kept as text: a named tuple compiles each that is text at every start.
Effect = Literal["read", "write", "destructive"]
Omit = Literal["keep", "reset", "refuse"]

UNSET: Any = type("Unset", (), {"__repr__": lambda self: "UNSET", "__bool__": lambda self: False})()
"""Stands for "no value at all", which is neither None nor empty."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def duration(text: str) -> timedelta:
    """The catalogue's short durations: "10s", "5m", "3h", "60d"."""
    return timedelta(seconds=int(text[:-1]) * _UNITS[text[-1]])


# Named tuples and no dataclasses: each dataclass costs every start half a millisecond.


class Field(NamedTuple):
    """One parameter, reply member or member of a structure."""

    name: str
    type: str
    """string, integer, float, boolean, timestamp, list[...] or a structure's name."""
    required: bool = False
    help: str = ""
    default: Any = UNSET
    """What the service assumes when the field is left out; UNSET where the document tells none."""
    allowed: tuple[Any, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    """(value as text, short word) for coded values."""
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    min_chars: int | None = None
    max_chars: int | None = None
    max_bytes: int | None = None
    """UTF-8 bytes."""
    min_items: int | None = None
    max_items: int | None = None
    pattern: str | None = None
    """A regular expression the whole value has to match."""
    unit: str = ""
    time: tuple[str, ...] = ()
    """Notations a timestamp is accepted in; the first is the one sent. See `catalogue.times`."""
    omit: Omit | None = None
    """In an action that modifies: what leaving the field out means."""
    empty: str = ""
    """"clears" or "sent": what an empty value means where the document says so."""
    sensitive: str = ""
    """"secret", "certificate", "url", or "push" for a URL whose path alone opens it; empty for what anyone
    may see."""
    nullable: bool = False
    wire: str = ""
    """The name it travels under where that is not `name`; see `wire_name`."""
    inside: str = ""
    """For a list: the member of an object that holds it, {"OnlineInfo": {<inside>: [...]}}."""
    key: str = ""
    """For a list that travels as an object by key, {"id 1": {...}}: the member that takes the key.

    Where a plain value stands under each key, {"LD": 60}, it goes to the structure's other member.
    """
    as_text: bool = False
    """A number or boolean that may arrive quoted; `type` says what it means."""
    note: str = ""
    """Where the document disagrees with itself: what was taken, and why."""

    @property
    def wire_name(self) -> str:
        return self.wire or self.name

    @property
    def item_type(self) -> str:
        """The type inside list[...], or the type itself."""
        return self.type[5:-1] if self.is_list else self.type

    @property
    def is_list(self) -> bool:
        return self.type.startswith("list[")

    def label(self, value: object) -> str:
        """The short word for a coded value, or "" where there is none."""
        text = str(value)
        return next((word for code, word in self.labels if code == text), "")


class Structure(NamedTuple):
    """A named nested type."""

    name: str
    summary: str
    members: tuple[Field, ...]


class Page(NamedTuple):
    """How a list comes in pieces; every name is a parameter or reply member of the action."""

    style: Literal["number", "offset", "scroll", "marker"]
    items: str
    """The reply member that holds the rows."""
    total: str = ""
    """The reply member that tells how many rows there are in all; "" where none does."""
    pages: str = ""
    page: str = ""
    size: str = ""
    offset: str = ""
    token: str = ""
    """scroll, marker: the reply member that leads to the next piece."""
    token_param: str = ""
    """marker: the parameter that takes it. scroll sends it under its own name."""
    min_size: int = 1
    max_size: int = 100
    ceiling: int | None = None
    """The most rows the service will list, however many there are."""


class Rule(NamedTuple):
    """One condition across parameters; `kind` tells which of the members are used."""

    kind: Literal["window", "future", "past", "requires", "excludes", "at_least_one", "note"]
    fields: tuple[str, ...] = ()
    """window: (start, end); requires/excludes: (the one, *the others); else the fields concerned."""
    minimum: timedelta | None = None
    maximum: timedelta | None = None
    max_past: timedelta | None = None
    allow_future: bool = False
    since: str = ""
    """future: measured from this field when it is given, else from now."""
    when: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    """Holds only while each named field has one of these values."""
    text: str = ""


class ErrorFact(NamedTuple):
    """What an error code means and what to do about it, in the project's words."""

    code: str
    meaning: str
    remedy: str
    retryable: bool = False


class Action(NamedTuple):
    """One call of one service, as its document describes it."""

    service: str
    name: str
    version: str
    section: str
    summary: str
    effect: Effect
    because: str
    """The line of the document that decides `effect`."""
    rate_limit: int
    """Requests in `rate_window`, for the whole account; 0 where the document tells none."""
    parameters: tuple[Field, ...]
    response: tuple[Field, ...]
    inverse: str = ""
    regions: tuple[str, ...] = ()
    """Where the action needs a region: those it allows. Empty: it needs none."""
    page: Page | None = None
    rules: tuple[Rule, ...] = ()
    errors: tuple[str, ...] = ()
    deprecated: bool = False
    undocumented: bool = False
    rate_window: int = 1
    """Seconds."""
    wire: str = ""
    """The name it is called by where that is not `name`; see `wire_name`."""
    host: str = ""
    """Where it is not the service's."""
    method: str = ""
    """GET or POST where it is not the service's."""
    account_param: str = ""
    """The parameter that carries the account (LVB: appid or cmd); "" where none does."""
    note: str = ""
    """Where the document disagrees with itself: what was taken, and why."""

    @property
    def wire_name(self) -> str:
        return self.wire or self.name

    def parameter(self, name: str) -> Field | None:
        return next((f for f in self.parameters if f.name == name), None)
