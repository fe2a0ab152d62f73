"""What holds of every service's declarations: members, parameters, actions and forms are in its catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from livetui.catalogue import Catalogue, Field
from livetui.console.keys import LIST_KEYS
from livetui.operations.draft import Draft
from livetui.operations.guard import asked
from livetui.operations.undo import verb_back
from livetui.resources.model import DOMAINS, REASON, Book, Look, Resource, Section, Source, Verb
from livetui.watch.cells import Reader

AT = datetime(2026, 3, 10, 12, tzinfo=UTC)
ADDRESS = "live.harbor.example/live/cam"
ROW = {"": ADDRESS, "StreamUrl": f"rtmp://{ADDRESS}", "StreamName": ADDRESS, "BitRate": 600.0}
"""A row that can be taken apart."""
LISTS = {key for one in LIST_KEYS for key in str(getattr(one, "key", "")).split(",")} | {*"ecjkgGsMICv"}
"""Keys that every list has."""


class Declared:
    """One service's book, held against its catalogue."""

    def __init__(self, catalogue: Catalogue, book: Book) -> None:
        self.catalogue, self.book = catalogue, book

    def exists(self, fields: Sequence[Field], path: str) -> bool:
        first, _, rest = path.partition(".")
        if first.isdigit():
            return self.exists(fields, rest) if rest else True
        found = next((field for field in fields if field.name == first), None)
        if found is None or not rest:
            return found is not None
        inside = found.item_type
        known = inside in self.catalogue.structure_names()
        return known and self.exists(self.catalogue.structure(inside).members, rest)

    def there(self, resource: Resource, path: str) -> bool:
        """Whether a row of the resource has the member."""
        if path.startswith("@") or path in _told(resource.source):
            return True
        first, _, rest = path.partition(".")
        join = next((join for join in resource.joins if join.name == first), None)
        if join is not None:
            return self.there(_rows_of(join.source), rest)
        return self.exists(Reader(self.catalogue, resource).row_fields(), path)

    def given(self, resource: Resource, action: str, params: Mapping[str, str], *more: str) -> set[str]:
        """The parameters of a call, which the action has and whose members the row has."""
        known = {field.name for field in self.catalogue.action(action).parameters}
        sent = {*params, *more} - {REASON}
        assert sent <= known, (resource.id, action, sent - known)
        for member in params.values():
            assert self.there(resource, member), (resource.id, action, member)
        return sent

    def whole(self, resource: Resource, action: str, sent: set[str], source: Source | Section) -> None:
        """A call that nobody fills in has all that its action requires, and a window it can have."""
        fact = self.catalogue.action(action)
        windowed = [rule for rule in fact.rules if rule.kind == "window"] if source.last else []
        assert bool(windowed) == bool(source.last), (resource.id, action)
        required = {field.name for field in fact.parameters if field.required}
        assert required <= sent.union(*(rule.fields for rule in windowed)), (resource.id, action)

    # What is declared.

    def rows(self, resource: Resource) -> None:
        """Columns, key, joins and parents."""
        paths = [column.path for column in resource.columns if isinstance(column.path, str) and column.path]
        for path in [*paths, *resource.key, *([resource.called] if resource.called else [])]:
            assert self.there(resource, path), (resource.id, path)
        assert len({column.id for column in resource.columns}) == len(resource.columns)
        assert resource.sort.lstrip("-") in {column.id for column in resource.columns}
        assert all(not member or self.there(resource, member) for member in (resource.begins, resource.over))
        for join in resource.joins:
            for ours, theirs in join.on:
                assert self.there(resource, ours) and self.there(_rows_of(join.source), theirs), join
            assert not join.latest or self.there(_rows_of(join.source), join.latest)
        for source in [*([resource.source] if resource.source else []), *(j.source for j in resource.joins)]:
            self.source(resource, source)

    def source(self, resource: Resource, source: Source) -> None:
        action = self.catalogue.action(source.action)
        assert action.effect == "read"
        assert bool(source.items) != bool(action.page), source
        sent = {*source.params}
        if source.each is not None:
            sent |= {*source.each.params}
            if source.each.resource != DOMAINS:
                parent = self.book.resources[source.each.resource]
                for member in (*source.each.params.values(), *source.each.told.values()):
                    assert self.there(parent, member), (resource.id, member)
        assert sent <= {field.name for field in action.parameters}
        self.whole(resource, source.action, sent, source)

    def look(self, resource: Resource, one: Look) -> None:
        self.given(resource, one.action, one.params, *one.fixed)
        action = self.catalogue.action(one.action)
        assert self.exists(action.response, one.show), one
        for pair in one.match:
            theirs, _, ours = pair.partition("=")
            made = one.reads(dict(ROW)) if one.reads else ()
            assert not theirs or theirs in made or self.exists(action.response, f"{one.show}.{theirs}"), one
            assert self.there(resource, ours or theirs), one
        for column in one.columns:
            assert self.exists(action.response, f"{one.show}.{column}"), one

    def verb(self, resource: Resource, verb: Verb) -> None:
        action = self.catalogue.action(verb.action)
        for ask in verb.asks:
            assert asked(action, ask)
        sent = self.given(resource, verb.action, verb.params, *verb.fixed, *(ask.param for ask in verb.asks))
        required = {field.name for field in action.parameters if field.required}
        assert required <= sent, (verb.id, required - sent)
        for one in verb.look:
            self.look(resource, one)
        for sign in verb.signs:
            for theirs, ours in sign.match.items():
                assert self.there(_rows_of(sign.source), theirs) and self.there(resource, ours), verb.id
            narrow = self.given(resource, sign.source.action, sign.narrow, *sign.source.params)
            self.whole(resource, sign.source.action, narrow, sign.source)
        assert not verb.back or verb_back(self.book, verb), (resource.id, verb.id)
        assert verb.warns or action.effect == "write", (resource.id, verb.id)

    def forms(self, resource: Resource) -> None:
        """Every form opens, with what the row gives it, and shows what its action takes."""
        if resource.create:
            self.given(resource, resource.create, resource.create_params)
            self.draft(resource.create)
        if resource.source is not None:
            self.given(resource, resource.source.action, resource.narrow)
        if resource.edit is not None:
            how = resource.edit
            self.given(resource, how.action, how.params)
            self.given(resource, how.read, how.read_params)
            assert self.exists(self.catalogue.action(how.read).response, how.read_member)
            for param, member in how.rename.items():
                assert self.catalogue.action(how.action).parameter(param)
                assert self.there(resource, member)
            assert all(self.there(resource, member) for member in how.match)
            self.draft(how.action, dict.fromkeys(how.params, "x"))

    def section(self, resource: Resource, section: Section) -> None:
        if section.action:
            sent = self.given(resource, section.action, section.params, *section.fixed)
            self.whole(resource, section.action, sent, section)
            response = self.catalogue.action(section.action).response
            assert self.exists(response, section.member), section.id
            for path in (c.path for c in section.columns if isinstance(c.path, str) and c.path):
                assert self.exists(response, f"{section.member}.{path}"), (section.id, path)
            for pair in section.match:
                theirs, _, ours = pair.partition("=")
                assert self.exists(response, f"{section.member}.{theirs}"), section.id
                assert self.there(resource, ours or theirs), section.id
        if section.edit:
            self.given(resource, section.edit, section.edit_params)
            self.draft(section.edit, dict.fromkeys(section.edit_params, "x"))

    def draft(self, name: str, given: Mapping[str, str] | None = None) -> None:
        action = self.catalogue.action(name)
        draft = Draft(self.catalogue, action, now=lambda: AT, given=given)
        assert {row.path for row in draft.rows()} == {field.name for field in action.parameters}

    def keys(self, resource: Resource) -> None:
        """No key of a verb or of a section's form does something else as well."""
        taken = [verb.key for verb in resource.verbs]
        assert len(taken) == len(set(taken)), resource.id
        assert not set(taken) & LISTS, resource.id
        forms = [section.edit_key for section in resource.sections if section.edit]
        assert len(forms) == len(set(forms)) and not {*taken} & {*forms}, resource.id

    def panes(self) -> None:
        """Every resource is in one pane, and every pane has its own key."""
        placed = [name for pane in self.book.panes for name in pane.resources]
        assert sorted(placed) == sorted(self.book.resources)
        assert len({pane.key for pane in self.book.panes}) == len(self.book.panes)


def _rows_of(source: Source) -> Resource:
    return Resource("", "", "", "", (), (), source=source)


def _told(source: Source | None) -> set[str]:
    """Names in a row that no reply has: what it is told of its parent, and what is taken out of it."""
    if source is None:
        return set()
    inside = {"Number", *source.inside.told} if source.inside else set()
    read = set(source.reads(dict(ROW))) if source.reads else set()
    return inside | set(source.each.told if source.each else ()) | read
