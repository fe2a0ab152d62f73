"""What is declared of Media Packaging is in its catalogue: members, parameters, actions, forms."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from packager import BOOK, MDP

from livetui.catalogue.model import Field
from livetui.console.keys import LIST_KEYS
from livetui.operations.undo import verb_back
from livetui.resources import book
from livetui.resources.model import Look, Resource, Source
from livetui.watch.cells import Reader

EACH = pytest.mark.parametrize("resource", BOOK.resources.values(), ids=lambda r: r.id)


def told(source: Source | None) -> set[str]:
    """Names in a row that no reply has: what it is told of its parent."""
    if source is None:
        return set()
    inside = {"Number", *source.inside.told} if source.inside else set()
    return inside | set(source.each.told if source.each else ())


def exists(fields: Sequence[Field], path: str) -> bool:
    first, _, rest = path.partition(".")
    if first.isdigit():
        return exists(fields, rest) if rest else True
    found = next((field for field in fields if field.name == first), None)
    if found is None or not rest:
        return found is not None
    return found.item_type in MDP.structure_names() and exists(MDP.structure(found.item_type).members, rest)


def there(resource: Resource, path: str) -> bool:
    """Whether a row of the resource has the member."""
    if path.startswith("@") or path in told(resource.source):
        return True
    return exists(Reader(MDP, resource).row_fields(), path)


def given(resource: Resource, action: str, params: Mapping[str, str], *more: str) -> set[str]:
    """The parameters of a call, which the action has and whose members the row has."""
    known = {field.name for field in MDP.action(action).parameters}
    assert {*params, *more} <= known, (resource.id, action, {*params, *more} - known)
    for member in params.values():
        assert there(resource, member), (resource.id, action, member)
    return {*params, *more}


def looks(resource: Resource, one: Look) -> None:
    given(resource, one.action, one.params)
    action = MDP.action(one.action)
    assert exists(action.response, one.show), one
    for pair in one.match:
        theirs, _, ours = pair.partition("=")
        assert exists(action.response, f"{one.show}.{theirs}") and there(resource, ours or theirs), one
    for column in one.columns:
        assert exists(action.response, f"{one.show}.{column}"), one


@EACH
def test_columns_keys_and_joins(resource: Resource) -> None:
    paths = [column.path for column in resource.columns if isinstance(column.path, str) and column.path]
    for path in [*paths, *resource.key, *([resource.called] if resource.called else [])]:
        assert there(resource, path), (resource.id, path)
    assert resource.sort.lstrip("-") in {column.id for column in resource.columns}
    for join in resource.joins:
        joined = Resource(join.name, "", "", "mdp", (), (), source=join.source)
        for ours, theirs in join.on:
            assert there(resource, ours) and there(joined, theirs), join
    each = resource.source.each if resource.source else None
    if each is not None:
        parent = BOOK.resources[each.resource]
        assert {*each.params} <= {f.name for f in MDP.action(resource.source.action).parameters}
        assert all(there(parent, member) for member in (*each.params.values(), *each.told.values()))


@EACH
def test_a_verb_sends_what_its_action_wants_and_no_more(resource: Resource) -> None:
    for verb in resource.verbs:
        asked = [ask.param for ask in verb.asks]
        sent = given(resource, verb.action, verb.params, *verb.fixed, *asked)
        required = {field.name for field in MDP.action(verb.action).parameters if field.required}
        assert required <= sent, (verb.id, required - sent)
        for one in verb.look:
            looks(resource, one)
        for sign in verb.signs:
            listed = Resource("", "", "", "mdp", (), (), source=sign.source)
            for theirs, ours in sign.match.items():
                assert there(listed, theirs) and there(resource, ours), (resource.id, verb.id)
        if verb.batch:
            field = MDP.action(verb.batch.action).parameter(verb.batch.param)
            assert field is not None and field.is_list and there(resource, verb.batch.member)
        assert not verb.back or verb_back(BOOK, verb), (resource.id, verb.id)
        effect = MDP.action(verb.action).effect
        assert verb.warns or effect == "write", (resource.id, verb.id)


@EACH
def test_forms_and_sections(resource: Resource) -> None:
    if resource.create:
        given(resource, resource.create, resource.create_params)
    if resource.edit is not None:
        edit = resource.edit
        given(resource, edit.action, edit.params)
        given(resource, edit.read, edit.read_params)
        read = MDP.action(edit.read).response
        assert exists(read, edit.read_member)
        shared = [
            field.name
            for field in MDP.action(edit.action).parameters
            if field.name not in edit.params
            and not exists(read, f"{edit.read_member}.{edit.rename.get(field.name, field.name)}")
        ]
        assert not shared, (resource.id, shared)
        for one in edit.look:
            looks(resource, one)
    for section in resource.sections:
        given(resource, section.action, section.params, *section.fixed)
        response = MDP.action(section.action).response
        assert exists(response, section.member), section.id
        for column in section.columns:
            if isinstance(column.path, str) and column.path:
                assert exists(response, f"{section.member}.{column.path}"), column


@EACH
def test_keys_are_free(resource: Resource) -> None:
    taken = {key for one in LIST_KEYS for key in str(getattr(one, "key", "")).split(",")}
    taken |= {"e", "c", "j", "k", "g", "G", "s", "M", "I", "C", "v"}
    keys = [verb.key for verb in resource.verbs]
    assert len(set(keys)) == len(keys) and not taken & set(keys)


def test_panes_hold_every_list_once_under_keys_of_their_own() -> None:
    shown = [one for pane in BOOK.panes for one in pane.resources]
    assert sorted(shown) == sorted(BOOK.resources)
    assert all(
        resource.service == "mdp" and resource.id.startswith("mdp_") for resource in BOOK.resources.values()
    )
    css = book("css")
    assert not {pane.key for pane in BOOK.panes} & {pane.key for pane in css.panes}
    assert not {pane.id for pane in BOOK.panes} & {pane.id for pane in css.panes}
    assert not set(BOOK.resources) & set(css.resources)


def test_every_action_but_the_readings_of_one_thing_has_a_place() -> None:
    used: set[str] = set()
    for resource in BOOK.resources.values():
        sources = [resource.source, *(join.source for join in resource.joins)]
        used |= {source.action for source in sources if source is not None}
        used |= {resource.create, *resource.journal}
        used |= {name for section in resource.sections for name in (section.action, section.edit)}
        used |= {resource.edit.action, resource.edit.read} if resource.edit else set()
        for verb in resource.verbs:
            used |= {verb.action, *(one.action for one in verb.look)}
            used |= {verb.batch.action} if verb.batch else set()
    known: set[str] = {action.name for action in MDP}
    assert known - used == set()


def test_a_service_without_panes_has_an_empty_book_and_a_stranger_none() -> None:
    with pytest.raises(KeyError):
        book("nothing")
    made: Any = book("mdp")
    assert made is BOOK
