"""What holds of every catalogue, whichever service it is of: its names, types, pages, rules and words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import resources

from livetui.catalogue import UNSET, Action, Catalogue, Field, times
from livetui.catalogue.check import check_value

PLAIN = {"string", "integer", "float", "boolean", "timestamp"}


def coming(service: str) -> Catalogue:
    """A catalogue read from its file, also one that is not loaded yet."""
    text = resources.files("livetui.catalogue").joinpath("data", f"{service}.json").read_bytes()
    return Catalogue(json.loads(text))


def inputs(catalogue: Catalogue) -> Iterator[tuple[str, Field]]:
    """Every field that can be sent, those of nested structures included, with where it stands."""
    waiting: list[str] = []
    for action in catalogue:
        for field in action.parameters:
            waiting.append(field.item_type)
            yield f"{action.name}.{field.name}", field
    seen = set(PLAIN)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            for field in catalogue.structure(name).members:
                waiting.append(field.item_type)
                yield f"{name}.{field.name}", field


def fields(catalogue: Catalogue) -> Iterator[tuple[str, Field]]:
    """Every field there is, with where it stands."""
    for action in catalogue:
        for field in action.parameters:
            yield f"{action.name}.{field.name}", field
        for field in action.response:
            yield f"{action.name} reply.{field.name}", field
    for name in catalogue.structure_names():
        for field in catalogue.structure(name).members:
            yield f"{name}.{field.name}", field


def holds_together(catalogue: Catalogue) -> None:
    """Types exist and are used, names stand once, inputs have a help of one line, defaults may be sent."""
    known = PLAIN | set(catalogue.structure_names())
    everything = dict(fields(catalogue))
    assert {where for where, field in everything.items() if field.item_type not in known} == set()
    assert set(catalogue.structure_names()) <= {field.item_type for field in everything.values()}
    for where, field in inputs(catalogue):
        assert field.help, where
        assert "\n" not in field.help, where
        assert len(field.help) <= 110, where
        assert not field.required or field.omit in (None, "refuse"), where
        if field.default is not UNSET:
            assert not check_value(catalogue, field, field.default), where
    for where, field in everything.items():
        assert len(field.labels) == len(dict(field.labels)), where
        assert not field.allowed or {c for c, _ in field.labels} <= {str(a) for a in field.allowed}, where
        assert (field.type == "timestamp") == bool(field.time), where
        assert set(field.time) <= set(times.EXAMPLES), where
        assert not field.as_text or field.item_type in ("integer", "float", "boolean"), where
        assert not (field.inside or field.key) or field.is_list, where
        assert field.pattern is None or re.compile(field.pattern), where
        assert "\n" not in field.note, where
    for action in catalogue:
        _action_holds(catalogue, action)


def _action_holds(catalogue: Catalogue, action: Action) -> None:
    chapter, _, page = action.section.partition(" / ")
    assert chapter, action.name
    assert page, action.name
    assert action.summary.endswith("."), action.name
    assert len(action.summary) <= 90, action.name
    assert action.because, action.name
    for group in (action.parameters, action.response):
        names = [field.name for field in group]
        assert len(names) == len(set(names)), action.name
    wires = [field.wire_name for field in action.parameters]
    assert len(wires) == len(set(wires)), action.name
    reply = {field.name: field for field in action.response}
    if action.page is not None:
        for name in filter(None, (action.page.page, action.page.size, action.page.offset)):
            sent = action.parameter(name)
            assert sent is not None, action.name
            assert sent.type == "integer", action.name
            if name == action.page.size:
                assert action.page.max_size <= (sent.maximum or action.page.max_size), action.name
                assert action.page.min_size >= (sent.minimum or 0), action.name
        assert reply[action.page.items].is_list, action.name
        for name in filter(None, (action.page.total, action.page.pages)):
            assert reply[name].type == "integer", action.name
    for rule in action.rules:
        assert bool(rule.text) == (rule.kind == "note"), action.name
        for name in (*rule.fields, *(name for name, _ in rule.when), *filter(None, (rule.since,))):
            assert action.parameter(name) is not None, f"{action.name}: {name}"
        for name, values in rule.when:
            field = action.parameter(name)
            assert field is not None
            assert not any(check_value(catalogue, field, value) for value in values), action.name
    if action.inverse:
        assert action.effect != "read", action.name
        assert catalogue.action(action.inverse).effect != "read", action.name
    assert [code for code in action.errors if catalogue.error(code) is None] == [], action.name
