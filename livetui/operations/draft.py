"""A draft of one action's parameters, which a form fills and nobody has sent yet.

Every field is in one of three states: unset (left out), empty (sent as nothing) or a value. A draft that
modifies begins with what the thing has now and sends what changed, and besides that what the catalogue says
would otherwise be reset or refused.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Literal

from livetui.catalogue import Catalogue, times
from livetui.catalogue.check import Problem, check, check_value
from livetui.catalogue.mask import mask
from livetui.catalogue.model import UNSET, Action, Field
from livetui.operations import entry, tree
from livetui.operations.entry import SCALARS, item_of
from livetui.operations.tree import Change

State = Literal["unset", "empty", "value"]

REGION = "@region"
"""The path of the region a regional action is sent to; no parameter of its own."""


class Fixed(ValueError):
    """The field names the thing that is acted on; it can't be changed here."""


class CannotBeEmpty(ValueError):
    """Only texts, lists and structures can be sent empty."""


class SavedElsewhere(ValueError):
    """A kept draft is of another action, or nothing this program wrote."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a form: a field, at its place in the tree."""

    path: str
    field: Field
    depth: int
    kind: Literal["value", "structure", "list"]
    entry: bool = False
    """An entry of a list, which can be taken out."""


class Draft:
    """The parameters of one action while they are being filled in.

    `present`: what the thing has now, by parameter name (`rename`: parameter -> member where they differ);
    giving it makes this a modification. `given`: fixed values, which name the thing. `proposals`: first
    values that may be changed. `zone`: where times are entered, None for the system's. `regions`: the
    choice of a regional action's region.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        action: Action,
        *,
        now: Callable[[], datetime],
        present: Mapping[str, Any] | None = None,
        given: Mapping[str, Any] | None = None,
        proposals: Mapping[str, Any] | None = None,
        rename: Mapping[str, str] | None = None,
        zone: tzinfo | None = None,
        regions: Sequence[str] = (),
        region: str | None = None,
    ) -> None:
        self.catalogue, self.action, self.zone = catalogue, action, zone
        self.modifies = present is not None
        self._now = now
        self.given = dict(given or {})
        self.regions = tuple(regions)
        members = {f.name: (rename or {}).get(f.name, f.name) for f in action.parameters}
        had = {name: present[member] for name, member in members.items() if present and member in present}
        self._base: dict[str, Any] = {**self._known(action.parameters, had), **tree.copy(self.given)}
        self._values: dict[str, Any] = tree.copy(self._base)
        self._values.update(tree.copy(dict(proposals or {})))
        self._values.update(tree.copy(self.given))
        if len(self.regions) == 1:
            region = self.regions[0]
        if region:
            self._values[REGION] = self._base[REGION] = region
        self._rough: dict[str, str] = {}
        self._start_empty()
        self._initial = tree.copy(self._values)

    # What is there.

    @property
    def fields(self) -> tuple[Field, ...]:
        if not self.regions:
            return self.action.parameters
        return (
            Field(REGION, "string", required=True, allowed=self.regions, help="Where the call goes."),
            *self.action.parameters,
        )

    @property
    def region(self) -> str | None:
        region: str | None = self._values.get(REGION)
        return region

    @property
    def dirty(self) -> bool:
        """Something differs from how the form was opened."""
        return self._values != self._initial or bool(self._rough)

    def get(self, path: str) -> Any:
        """The value at a path, UNSET where there is none."""
        return tree.dig(self._values, path)

    def present(self, path: str) -> Any:
        """What the thing has there now, UNSET where that isn't known."""
        return tree.dig(self._base, path)

    def opening(self, path: str) -> Any:
        """What was there when the form was opened, UNSET for nothing."""
        return tree.dig(self._initial, path)

    def rough(self, path: str) -> bool:
        """The text there is none of the field's type, and is kept as it was typed."""
        return path in self._rough

    def state(self, path: str) -> State:
        value = self.get(path)
        if value is UNSET:
            return "unset"
        return "empty" if value in ("", [], {}) else "value"

    def changed(self, path: str) -> bool:
        return bool(self.get(path) != self.present(path))

    def text(self, path: str) -> str:
        """The value as one would type it; "" for unset."""
        value = self.get(path)
        if value is UNSET or path in self._rough:
            return "" if value is UNSET else str(value)
        return entry.write(self.field(path), value, self.zone)

    def field(self, path: str) -> Field:
        """The field at a path; an entry of a list has the field of its items. Raises KeyError."""
        first, *rest = path.split(".")
        field = _named(self.fields, first)
        for step in rest:
            if field.is_list and step.isdigit():
                field = item_of(field, step)
            elif field.is_list or field.type in SCALARS:
                raise KeyError(path)
            else:
                field = _named(self.catalogue.structure(field.type).members, step)
        return field

    def rows(self, opened: Container[str] = ()) -> list[Row]:
        """The lines of a form, with the structures and lists at the `opened` paths unfolded."""
        return list(self._rows(self.fields, "", 0, opened))

    def _rows(
        self, fields: Sequence[Field], prefix: str, depth: int, opened: Container[str]
    ) -> Iterator[Row]:
        for field in fields:
            path = prefix + field.name
            yield from self._row(field, path, depth, opened)

    def _row(
        self, field: Field, path: str, depth: int, opened: Container[str], entry: bool = False
    ) -> Iterator[Row]:
        if field.is_list:
            yield Row(path, field, depth, "list", entry)
            if path in opened:
                value = self.get(path)
                for number in range(len(value) if isinstance(value, list) else 0):
                    yield from self._row(
                        item_of(field, str(number)), f"{path}.{number}", depth + 1, opened, entry=True
                    )
        elif field.type in SCALARS:
            yield Row(path, field, depth, "value", entry)
        else:
            yield Row(path, field, depth, "structure", entry)
            if path in opened:
                yield from self._rows(
                    self.catalogue.structure(field.type).members, f"{path}.", depth + 1, opened
                )

    # Filling in.

    def set(self, path: str, value: Any) -> None:
        """Gives a field a value, or the text of one.

        Text that isn't one is kept as it was typed and told of by `problems`. Empty text is an empty value
        for a string and nothing at all for any other type. Raises KeyError and Fixed.
        """
        field = self._open(path)
        if isinstance(value, datetime):
            value = times.to_wire(field.time[0], value)
        elif isinstance(value, str) and field.type != "string":
            if not value.strip():
                self.clear(path)
                return
            try:
                value = entry.read(field, value, self._now(), self.zone)
            except ValueError as error:
                self._put(path, value)
                self._rough[path] = str(error)
                return
        self._forget_rough(path)
        self._put(path, tree.copy(value))

    def clear(self, path: str) -> None:
        """Leaves a field out. Where leaving it out of a modification keeps it, that is the present value."""
        field = self._open(path)
        self._forget_rough(path)
        if "." not in path:
            kept = field.omit not in ("reset", "refuse") and not field.required
            if self.modifies and kept and path in self._base:
                self._values[path] = tree.copy(self._base[path])
            else:
                self._values.pop(path, None)
            return
        parent, last = self._inside(path)
        if isinstance(parent, list):
            parent[int(last)] = UNSET
        elif isinstance(parent, dict):
            parent.pop(last, None)
            self._prune(path)

    def empty(self, path: str) -> None:
        """Sends a field with nothing in it. Raises CannotBeEmpty for numbers, switches and times."""
        field = self._open(path)
        if field.is_list:
            nothing: Any = []
        elif field.type == "string" or (field.type == "timestamp" and field.empty):
            nothing = ""
        elif field.type not in SCALARS:
            nothing = {}
        else:
            raise CannotBeEmpty(f"{field.name} is {_ARTICLE[field.type]} and has no empty value")
        self._forget_rough(path)
        self._put(path, nothing)

    def revert(self, path: str) -> None:
        """Back to how the form was opened."""
        self._open(path)
        self._forget_rough(path)
        top = path.partition(".")[0]
        value = tree.dig(self._initial, path)
        if value is not UNSET:
            self._put(path, tree.copy(value))
        elif path == top:
            self._values.pop(path, None)
        else:
            self.clear(path)

    def add(self, path: str) -> str:
        """One more entry at the end of a list; its path. A plain one has no value yet."""
        field = self._open(path)
        if not field.is_list:
            raise ValueError(f"{path} is no list")
        value = self.get(path)
        entries = list(value) if isinstance(value, list) else []
        entries.append(UNSET if field.item_type in SCALARS else {})
        self._forget_rough(path, below=False)
        self._put(path, entries)
        return f"{path}.{len(entries) - 1}"

    def remove(self, path: str) -> None:
        """Takes an entry out of its list; a list that was made here is left out again with its last entry."""
        self._open(path)
        parent, last = self._inside(path)
        if not isinstance(parent, list):
            raise ValueError(f"{path} is no entry of a list")
        del parent[int(last)]
        above = path.rpartition(".")[0]
        self._renumber(above, int(last))
        if not parent and self.present(above) is UNSET:
            self.clear(above)

    # What is to be sent.

    def params(self) -> dict[str, Any]:
        """What would be sent now, in the catalogue's order."""
        params = {}
        for field in self.action.parameters:
            value = self._sent(field)
            if value is not UNSET:
                params[field.name] = tree.copy(value)
        for name in self._needed(params):
            params[name] = tree.copy(self._base[name])
        return params

    def _sent(self, field: Field) -> Any:
        value = self._values.get(field.name, UNSET)
        if value is UNSET:
            if field.empty == "sent" and not field.required and not self.modifies:
                return [] if field.is_list else ""
            return UNSET
        if not self.modifies or field.name in self.given or self.changed(field.name):
            return value
        if not field.required and field.omit not in ("reset", "refuse"):
            return UNSET
        # Nothing is nothing, sent or not: where the field takes no empty value, it need not be sent.
        if value in ("", [], {}) and check_value(self.catalogue, field, value):
            return UNSET
        return value

    def _needed(self, params: Mapping[str, Any]) -> Iterator[str]:
        """What a changed field has to be sent together with."""
        if not self.modifies:
            return
        for rule in self.action.rules:
            if rule.kind == "requires" and rule.fields[0] in params:
                for name in rule.fields[1:]:
                    if name not in params and name in self._base:
                        yield name

    def problems(self, now: datetime | None = None) -> list[Problem]:
        """Everything that is wrong with what would be sent, by path."""
        params = self.params()
        hollow = set(tree.hollow(params))
        own = [Problem(path, "type", message) for path, message in self._rough.items()]
        own += [
            Problem(path, "missing", "has no value yet; fill it in or take it out") for path in sorted(hollow)
        ]
        if self.regions and not self.region:
            own.append(Problem(REGION, "missing", "is required"))
        if self.modifies:
            own += [
                Problem(field.name, "missing", "has to be sent with every change")
                for field in self.action.parameters
                if field.omit == "refuse" and not field.required and field.name not in params
            ]
        told = hollow | set(self._rough)
        found = check(self.catalogue, self.action, params, now or self._now())
        return own + [problem for problem in found if problem.path not in told]

    def changes(self, *, masked: bool = False) -> list[Change]:
        """What differs from what the thing has now (in a new one: from nothing), in the catalogue's order.

        Structures are told member by member. `masked` hides what is sensitive.
        """
        changes: list[Change] = []
        for field in self.action.parameters:
            if field.name not in self.given:
                name = field.name
                changes += tree.differences(name, self._base.get(name, UNSET), self._values.get(name, UNSET))
        if not masked:
            return changes
        before, after = self._masked(self._base), self._masked(self._values)
        return [(path, tree.dig(before, path), tree.dig(after, path)) for path, _, _ in changes]

    def _masked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return mask(self.catalogue, self.action.parameters, values)

    # Keeping it.

    def to_json(self) -> dict[str, Any]:
        """The draft in JSON's own types, to be kept. Sensitive values stay behind: never on a disk."""
        names = {*self._values, *self._initial} - set(self.given)
        touched = sorted(n for n in names if self._values.get(n, UNSET) != self._initial.get(n, UNSET))
        whole = touched if self.modifies else names
        public = [field for field in self.fields if not field.sensitive]
        kept = {
            field.name: self._public(field, self._values[field.name])
            for field in public
            if field.name in whole and field.name in self._values
        }
        rough = {path: message for path, message in self._rough.items() if not self._secret(path)}
        return {
            "action": self.action.name,
            "values": kept,
            "left_out": [f.name for f in public if f.name in touched and f.name not in kept],
            "rough": rough,
            "secret": [name for name in touched if name not in {field.name for field in public}],
        }

    def restore(self, kept: Mapping[str, Any]) -> list[str]:
        """Lays a kept draft over this one; the names of sensitive fields that have to be entered again.

        Of a modification only what the operator had touched is taken: the rest is as the thing has it now.
        Something new is as it was left, whatever is proposed this time.
        Raises SavedElsewhere.
        """
        try:
            values, rough = dict(kept["values"]), dict(kept["rough"])
            left_out, secret = [*kept["left_out"]], [*kept["secret"]]
            action = kept["action"]
        except (ValueError, KeyError, TypeError) as error:
            raise SavedElsewhere(f"the kept draft can't be read: {error}") from None
        if action != self.action.name:
            raise SavedElsewhere(f"the kept draft is of {action}")
        for field in self.fields:
            name = field.name
            if name in self.given or field.sensitive:
                continue
            if name in values:
                self._values[name] = self._with_secrets(field, values[name], self._values.get(name, UNSET))
            elif name in left_out or not self.modifies:
                self._values.pop(name, None)
        self._rough.update({p: str(m) for p, m in rough.items() if self.get(p) is not UNSET})
        return [name for name in secret if isinstance(name, str)]

    def _public(self, field: Field, value: Any) -> Any:
        """The value without its sensitive members."""
        if value is UNSET:
            return None
        if isinstance(value, list):
            return [self._public(item_of(field), item) for item in value]
        if isinstance(value, dict) and field.type not in SCALARS:
            return {
                member.name: self._public(member, value[member.name])
                for member in self.catalogue.structure(field.type).members
                if member.name in value and not member.sensitive
            }
        return value

    def _with_secrets(self, field: Field, value: Any, present: Any) -> Any:
        if value is None:
            return UNSET
        if isinstance(value, list):
            had = present if isinstance(present, list) else []
            return [
                self._with_secrets(item_of(field), item, had[number] if number < len(had) else UNSET)
                for number, item in enumerate(value)
            ]
        if isinstance(value, dict) and isinstance(present, dict) and field.type not in SCALARS:
            members = self.catalogue.structure(field.type).members
            secrets = {m.name: present[m.name] for m in members if m.sensitive and m.name in present}
            return {
                **{
                    name: self._with_secrets(_named(members, name), item, present.get(name, UNSET))
                    for name, item in value.items()
                    if any(m.name == name for m in members)
                },
                **secrets,
            }
        return value

    def _secret(self, path: str) -> bool:
        steps = path.split(".")
        return any(self.field(".".join(steps[: n + 1])).sensitive for n in range(len(steps)))

    # The tree.

    def _start_empty(self) -> None:
        """A required field that has to be sent even when empty begins empty, in sight.

        Not where something is taken down: there an operator says so himself.
        """
        if self.modifies or self.action.effect == "destructive":
            return
        for field in self.action.parameters:
            if field.required and field.empty == "sent":
                self._values.setdefault(field.name, [] if field.is_list else "")

    def _known(self, fields: Sequence[Field], data: Mapping[str, Any]) -> dict[str, Any]:
        """Of what a reading told, the members that can be sent, without nulls."""
        return {
            field.name: self._taken(field, data[field.name])
            for field in fields
            if data.get(field.name) is not None
        }

    def _taken(self, field: Field, value: Any) -> Any:
        if field.is_list and isinstance(value, list):
            return [self._taken(item_of(field), item) for item in value]
        if not field.is_list and field.type not in SCALARS and isinstance(value, Mapping):
            return self._known(self.catalogue.structure(field.type).members, value)
        return tree.copy(value)

    def _open(self, path: str) -> Field:
        field = self.field(path)
        top = path.partition(".")[0]
        if top in self.given:
            raise Fixed(f"{top} names what is acted on and stays as it is")
        return field

    def _inside(self, path: str) -> tuple[Any, str]:
        above, _, last = path.rpartition(".")
        return (tree.dig(self._values, above) if above else self._values), last

    def _put(self, path: str, value: Any) -> None:
        """Sets a value, making the structures and lists on the way to it."""
        steps = path.split(".")
        here: Any = self._values
        for number, step in enumerate(steps[:-1]):
            below: Any = [] if self.field(".".join(steps[: number + 1])).is_list else {}
            here = tree.step_in(here, step, below)
        if isinstance(here, list):
            tree.make_room(here, int(steps[-1]), path)
            here[int(steps[-1])] = value
        else:
            here[steps[-1]] = value

    def _prune(self, path: str) -> None:
        """A structure whose last member went is left out too, unless it was there (or is an entry)."""
        above = path.rpartition(".")[0]
        while above and self.get(above) == {} and self.present(above) is UNSET:
            parent, last = self._inside(above)
            if not isinstance(parent, dict):
                return
            parent.pop(last)
            above = above.rpartition(".")[0]

    def _forget_rough(self, path: str, *, below: bool = True) -> None:
        self._rough.pop(path, None)
        if below:
            for known in [known for known in self._rough if known.startswith(f"{path}.")]:
                del self._rough[known]

    def _renumber(self, above: str, gone: int) -> None:
        moved = {}
        for path, message in self._rough.items():
            head, _, tail = path[len(above) + 1 :].partition(".")
            if path.startswith(f"{above}.") and int(head) >= gone:
                if int(head) == gone:
                    continue
                path = ".".join(filter(None, (above, str(int(head) - 1), tail)))
            moved[path] = message
        self._rough = moved


_ARTICLE = {"integer": "a number", "float": "a number", "boolean": "a switch", "timestamp": "a time"}


def _named(fields: Sequence[Field], name: str) -> Field:
    for field in fields:
        if field.name == name:
            return field
    raise KeyError(name)
