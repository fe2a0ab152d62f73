"""Rows that another row tells of: the entries of a list inside of it, and what a parent says to each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from livetui.resources.model import Inside, Source, dig


def unfolded(inside: Inside, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of the list that a row holds, each with what it is told."""
    said = told(inside.told, row)
    entries = dig(row, inside.member) or ()
    return [{**entry, **said, "Number": number} for number, entry in enumerate(entries, 1)]


def as_read(source: Source, row: dict[str, Any]) -> dict[str, Any]:
    """A row as its source takes it."""
    return source.reads(row) if source.reads else row


def told(names: Mapping[str, str], parent: Mapping[str, Any]) -> dict[str, Any]:
    """What a row is told of its parent: name -> value."""
    return {name: dig(parent, member) for name, member in names.items()}
