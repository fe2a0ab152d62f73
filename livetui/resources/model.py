"""The operator's nouns, declared: where a list comes from, what names a row, which columns and verbs it has.

A declaration names catalogued actions and members; it holds no code of its own but small pure functions
that read a row. The console draws any of them without knowing which it is.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

# Named tuples and no dataclasses: there are many, and each dataclass costs the start half a millisecond.
# Annotations are evaluated here, not kept as text: a named tuple compiles each that is text at every start.
Data = Mapping[str, Any]
Tone = Literal["ok", "warn", "bad", "off", "unknown"]
Tier = Literal["plain", "confirm", "choose", "type"]
"""How much a verb asks: nothing, one visible yes, an end and a reason, or typing the profile's name."""

NOTHING: Mapping[str, Any] = MappingProxyType({})

DOMAINS = "@domains"
"""A parent for `Each` that no action lists: the domains that the profile names, each as {"DomainName": …}."""
REASON = "@reason"
"""An `Ask` for the reason where the action has no parameter for one: it goes to the journal only."""


class State(NamedTuple):
    """What state a thing is in: a word for the table and a tone for its colour."""

    word: str
    tone: Tone = "ok"


class Each(NamedTuple):
    """Ask once for each thing of another resource; of things that ask the same, once for all."""

    resource: str
    """A resource's id, or DOMAINS."""
    params: Mapping[str, str]
    """Parameter of this action -> member of the parent's data."""
    where: tuple[tuple[str, Any], ...] = ()
    """(member, value) a parent has to have."""
    told: Mapping[str, str] = NOTHING
    """What each row is told of its parent: a name in the row -> member of the parent."""
    most: int = 0
    """Of more than so many only so many are asked for, from each of their own parents alike; 0 for all.

    The pane says so: else a thousand parents would be a thousand calls each time it is read.
    """


class Inside(NamedTuple):
    """The rows are the entries of a list that each listed thing holds; `Number` is their place, from 1."""

    member: str
    """The list, from the listed thing."""
    key: tuple[str, ...]
    """Members that tell the listed things apart."""
    told: Mapping[str, str] = NOTHING
    """What each row is told of the thing that holds it: a name in the row -> member of that thing."""


class Source(NamedTuple):
    """One action that lists things."""

    action: str
    params: Mapping[str, Any] = NOTHING
    last: str = ""
    """A window that ends now ("24h"), sent in the fields of the action's window rule."""
    ahead: str = ""
    """How far past now that window reaches, for lists of things still to come."""
    each: Each | None = None
    items: str = ""
    """The reply member that holds the rows, where the action has no pages."""
    inside: Inside | None = None
    reads: Callable[[Data], dict[str, Any]] | None = None
    """What a row is taken for, where members of it have to be taken apart first; a bare value is its ""."""


class Join(NamedTuple):
    """A second action whose rows are laid under `name` in the row they belong to."""

    name: str
    source: Source
    on: tuple[tuple[str, str], ...]
    """(member of the row, member of the joined row) pairs that have to be equal."""
    title: str
    latest: str = ""
    """Of several that belong to one row: the one whose member is greatest; without it, the last."""


class Recorded(NamedTuple):
    """What the journal adds to a row: the newest journalled call that brought it about, where one did.

    It is laid under "@journal" as who, reason, at (a time) and profile.
    """

    actions: tuple[str, ...]
    on: Mapping[str, str]
    """Parameter of the call -> member of the row that has to be the same."""
    agrees: Callable[[Data, Data], bool] = lambda params, row: True
    """Whether what was sent can be what the row shows: another may have acted since, from elsewhere."""
    shows: Mapping[str, str] = NOTHING
    """What else it tells: a name under "@journal" -> parameter of the call."""


class Column(NamedTuple):
    """One column: a path into the row's data, and how its value is shown.

    kind: text, url, number, bps, bytes, seconds, time (local), day (its date in UTC, for what is counted by
    UTC's days), age (since), left (until), code (the catalogue's label), flag, state, line (of (UNIX second,
    seconds, name) triples: what is on in the next hours). A path "@region" reads the thing itself, not its
    data.
    """

    id: str
    title: str
    path: str | Callable[[Data], Any]
    kind: str = "text"
    rank: int = 1
    """Dropped from the right of this order when the screen is narrow: 0 is never dropped."""
    widest: int = 40
    moves: bool = False
    """Changes all the time, as a bit rate does: no news that a row should be marked for."""
    soon: float = 0.0
    """An end that has to be seen coming: said of it in its last so many seconds."""
    notation: str = ""
    """How a time that a function picks out is written; a path's own is in the catalogue."""


class Ask(NamedTuple):
    """A parameter that the operator chooses when confirming."""

    param: str
    label: str
    choices: tuple[str, ...] = ()
    """Short durations from now for an end, or values."""
    required: bool = False
    hint: str = ""


class Look(NamedTuple):
    """How a verb's target is read again before it is acted on."""

    action: str
    params: Mapping[str, str]
    """Parameter -> member of the row."""
    show: str
    """The reply member to show; for a list, every row that matches."""
    title: str
    match: tuple[str, ...] = ()
    """For a list: members that have to equal the target's."""
    columns: tuple[str, ...] = ()
    as_state: Callable[[Any], State] | None = None
    """What state that is: of the member itself, or of the row that matches."""
    fixed: Mapping[str, Any] = NOTHING
    """Parameters that are the same for every target."""
    reads: Callable[[Data], dict[str, Any]] | None = None
    """As a source's: what a listed row is taken for; a bare value is its ""."""


class Evidence(NamedTuple):
    """What a list or a reply shows of a thing after something was done to it."""

    rows: tuple[Any, ...]
    """The thing's rows of a list, or the one value that was asked for."""
    params: Data
    """What was sent."""
    since: datetime
    """When it was sent, by the service's clock."""
    before: Data
    """The thing as it was last read before that."""
    now: datetime


class Batch(NamedTuple):
    """The action that does to several things at once what a verb does to one."""

    action: str
    param: str
    """The parameter that takes the list."""
    member: str
    """What the list names of each thing."""
    most: int = 20
    """Things in one call."""


Sighting = tuple[bool | None, str]
"""Whether it took effect (None: this can't tell), and what is seen, in words that follow the thing's name."""


class Sign(NamedTuple):
    """One place where it is seen whether a verb took effect."""

    source: Source
    shows: Callable[[Evidence], Sighting]
    match: Mapping[str, str] = NOTHING
    """Member of a list's row -> member of the thing; empty where the reply is of the thing alone."""
    narrow: Mapping[str, str] = NOTHING
    """Parameter -> member of the thing: makes the source tell of that thing alone."""


class Verb(NamedTuple):
    """Something an operator does to a thing, through one action."""

    id: str
    label: str
    key: str
    action: str
    params: Mapping[str, str]
    """Parameter -> member of the row's data."""
    fixed: Mapping[str, Any] = NOTHING
    tier: Tier = "confirm"
    asks: tuple[Ask, ...] = ()
    states: tuple[str, ...] = ()
    """Words of states it applies in; empty: all."""
    look: tuple[Look, ...] = ()
    warns: str = ""
    """What an operator has to know first, in one line."""
    undo: str = ""
    """How it is undone, in words; empty where the catalogue's inverse says it all or it can't be."""
    modifies: bool = False
    """Members that leaving out would reset are sent again with their present values."""
    operator: str = ""
    """A parameter that carries who did it."""
    signs: tuple[Sign, ...] = ()
    """How its effect is seen: the first for one thing, the last for many; none where nothing tells."""
    reach: tuple[str, ...] = ()
    """Members that decide whom a call reaches, where that is more than the thing it names."""
    back: str = ""
    """The verb that undoes it, as "resource.verb"; where empty, what the catalogue's inverse says."""
    replaces: Mapping[str, str] = NOTHING
    """Parameter -> member of the row that it takes the place of: both are shown when confirming."""
    batch: Batch | None = None
    """Several things of a bulk run that agree in the other parameters are one call."""


class Section(NamedTuple):
    """A further reading in a thing's detail, and the action that edits it."""

    id: str
    title: str
    action: str
    params: Mapping[str, str]
    member: str
    """The reply member that holds what is shown."""
    where: tuple[tuple[str, Any], ...] = ()
    edit: str = ""
    edit_key: str = ""
    edit_does: str = ""
    """What its key does, in words that follow it; empty where it edits what is shown."""
    edit_params: Mapping[str, str] = NOTHING
    """Parameter of the edit -> member of the row, for what the section itself does not tell."""
    items: bool = False
    last: str = ""
    """The window that ends now, where the action asks for one."""
    match: tuple[str, ...] = ()
    """Of a list: only rows whose members equal the thing's ("theirs=ours", or one name for both)."""
    newest_last: bool = False
    absent: tuple[str, ...] = ()
    """Error codes, or their families, that mean there is none."""
    proposals: Callable[[Data], Mapping[str, Any]] | None = None
    """First values of the edit's form, where what it sets is made anew and not changed."""
    fixed: Mapping[str, Any] = NOTHING
    columns: tuple[Column, ...] = ()
    """Of a list: how each row is shown; without them every member by its name."""


class Edit(NamedTuple):
    """The form that modifies a thing: read again by `read`, sent by `action`."""

    action: str
    params: Mapping[str, str]
    """Parameters that name the thing -> member of the row."""
    read: str = ""
    read_params: Mapping[str, str] = NOTHING
    read_member: str = ""
    rename: Mapping[str, str] = NOTHING
    """Parameter -> member, where they are called differently."""
    match: tuple[str, ...] = ()
    """Where `read_member` is a list: its entry whose members equal the thing's, as in a section."""
    operator: str = ""
    look: tuple[Look, ...] = ()
    """What an operator has to see before the change is sent: who is affected by it."""


class Resource(NamedTuple):
    """One noun: how it is listed, what it is known by, what can be done to it."""

    id: str
    title: str
    one: str
    """The noun in the singular, as a dialog says it."""
    service: str
    key: tuple[str, ...]
    """Members that identify a thing (besides profile, region and the resource itself)."""
    columns: tuple[Column, ...]
    called: str = ""
    """The member people call it by, where its key is but a number."""
    source: Source | None = None
    journal: tuple[str, ...] = ()
    """Instead of a source: the things are those that these journalled actions made."""
    events: Literal["", "messages", "listeners"] = ""
    """Instead of a source: the event messages that listeners took in, or the listeners."""
    renamed: Mapping[str, str] = NOTHING
    """Parameter of a journalled action -> the member it is here, where two actions differ."""
    joins: tuple[Join, ...] = ()
    recorded: Recorded | None = None
    state: Callable[[Data], State] | None = None
    begins: str = ""
    """The member that holds its begin: before it, whatever is in order is scheduled."""
    over: str = ""
    """The member that holds its end: past it, whatever was in order has ended."""
    verbs: tuple[Verb, ...] = ()
    create: str = ""
    create_params: Mapping[str, str] = NOTHING
    """Parameters of `create` taken from the row under the cursor, as a first proposal."""
    edit: Edit | None = None
    sections: tuple[Section, ...] = ()
    narrow: Mapping[str, str] = NOTHING
    """Parameter of its source -> member: makes the list tell of one thing alone."""
    poll: Literal["streams", "others"] = "others"
    sort: str = ""
    """Column the list is sorted by at first; "-id" the other way round."""
    note: str = ""
    """One line that the pane says of itself."""

    def verb(self, verb_id: str) -> Verb | None:
        return next((v for v in self.verbs if v.id == verb_id), None)


class Pane(NamedTuple):
    """A numbered place in the console: one or several resources as its tabs."""

    id: str
    title: str
    key: str
    resources: tuple[str, ...]
    summary: str = ""


class Book(NamedTuple):
    """All resources and panes of a service, by id."""

    panes: tuple[Pane, ...]
    resources: Mapping[str, Resource] = NOTHING

    def pane_of(self, resource_id: str) -> Pane:
        return next(p for p in self.panes if resource_id in p.resources)


def dig(data: Any, path: str) -> Any:
    """The value at a dotted path; numbers index lists; None where there is nothing."""
    if isinstance(data, dict) and path in data:
        return data[path]
    for word in path.split(".") if path else ():
        if type(data) is dict or isinstance(data, Mapping):
            data = data.get(word)
        elif isinstance(data, list) and word.lstrip("-").isdigit():
            index = int(word)
            data = data[index] if -len(data) <= index < len(data) else None
        else:
            return None
    return data
