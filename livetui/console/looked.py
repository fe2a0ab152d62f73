"""What a second look at a target showed, as a dialog says it: times as people read them, nothing secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from livetui.console.describe import Describer
from livetui.console.widgets.lines import Line, line
from livetui.operations.guard import Seen
from livetui.resources.model import Look, dig
from livetui.watch.members import field_at

FEW = 4
"""Of what a look found, so many rows come before effect, way back and call; of more, all come after."""
Looks = Sequence[tuple[Look, Seen]]


def in_short(describer: Describer, looks: Looks) -> list[Line]:
    """What each look saw, and the first rows that it found."""
    made: list[Line] = []
    for one, seen in looks:
        tone = seen.state.tone if seen.state else ""
        made.append(line((f"{seen.title}: ", "label"), (seen.text, tone)))
        if one.columns:
            made += [line("    ", _row(describer, one, row)) for row in seen.rows[:FEW]]
            more = len(seen.rows) - FEW
            made += [line((f"    and {more} more: all of them below", "off"))] if more > 0 else []
    return made


def in_full(describer: Describer, looks: Looks) -> list[Line]:
    """All that was found, where it is too much to stand before what has to be seen."""
    made: list[Line] = []
    for one, seen in looks:
        if one.columns and len(seen.rows) > FEW:
            made.append(line((f"{seen.title}: ", "label"), seen.text))
            made += [line("    ", _row(describer, one, row)) for row in seen.rows]
    return made


def _row(describer: Describer, one: Look, row: Mapping[str, Any]) -> str:
    catalogue, texts = describer.catalogue, []
    for column in one.columns:
        words = [word for path in (one.show, column) for word in path.split(".") if word]
        field = field_at(catalogue, catalogue.action(one.action).response, words)
        value = dig(row, column)
        texts.append("-" if value in (None, "") else shortened(describer.alone(field, value)))
    return " · ".join(texts)


def shortened(text: str, most: int = 140) -> str:
    """A text of any length as it fits a dialog: its beginning and its end, and how much is left out."""
    if len(text) <= most:
        return text
    return f"{text[: most - 50]}… {len(text) - most + 30:,} more …{text[-20:]}"
