"""Which field of the catalogue stands behind a member of a row or a reply."""

from __future__ import annotations

from livetui.catalogue import Catalogue, Field
from livetui.resources.model import Column, Resource, Source


def field_of(catalogue: Catalogue, resource: Resource, column: Column) -> Field | None:
    """The catalogue's field behind a column's path; None where a function picks the value."""
    if callable(column.path) or not column.path or column.path.startswith("@"):
        return None
    if resource.source is None:
        for name in resource.journal:
            found = field_at(catalogue, catalogue.action(name).parameters, column.path.split("."))
            if found:
                return found
        return None
    words = column.path.split(".")
    source = resource.source
    for join in resource.joins:
        if words[0] == join.name:
            source, words = join.source, words[1:]
            break
    return field_at(catalogue, catalogue.action(source.action).response, [*way(catalogue, source), *words])


def way(catalogue: Catalogue, source: Source) -> list[str]:
    """The members that lead from a reply to a row."""
    page = catalogue.action(source.action).page
    items = page.items if page else source.items
    return [*items.split("."), *(source.inside.member.split(".") if source.inside else ())]


def field_at(catalogue: Catalogue, fields: tuple[Field, ...], words: list[str]) -> Field | None:
    """The catalogue's field at the end of a path of members; numbers in it are places in lists."""
    found: Field | None = None
    for word in words:
        if word.lstrip("-").isdigit():
            continue
        if found is not None:
            if found.item_type not in catalogue.structure_names():
                return None
            fields = catalogue.structure(found.item_type).members
        found = next((field for field in fields if field.name == word), None)
        if found is None:
            return None
    return found
