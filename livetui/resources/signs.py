"""What shows that something took effect: small pure readings of a list's rows, shared by the declarations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from livetui.resources.model import Evidence, Sighting, Sign, Source, dig


def gone(source: Source, match: Mapping[str, str], narrow: Mapping[str, str] | None = None) -> Sign:
    """The thing is on the list no more."""

    def shows(evidence: Evidence) -> Sighting:
        return (False, "still on its list") if evidence.rows else (True, "off its list")

    return Sign(source, shows, match, narrow or {})


def member(path: str, wanted: Callable[[Any], bool], words: Callable[[Any], str]) -> Callable[..., Sighting]:
    """A member of the thing's row says so, or for "" the value itself; what is not there can't tell."""

    def shows(evidence: Evidence) -> Sighting:
        if not evidence.rows:
            return None, "not on its list"
        value = dig(evidence.rows[0], path) if path else evidence.rows[0]
        return wanted(value), words(value)

    return shows
