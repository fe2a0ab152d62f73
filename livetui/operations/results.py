"""What became of a bulk run, to be handed on: CSV for programs, Markdown for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC

from livetui.catalogue.text import visible
from livetui.operations.bulk import STAGES, Item, Run

COLUMNS = ("target", "also reached", "outcome", "seen", "code", "request id", "sent at (UTC)", "journal id")


def rows(items: Sequence[Item]) -> list[tuple[str, ...]]:
    """A row for each call, in the columns' order."""
    return [
        (
            item.name,
            item.with_,
            item.stage,
            item.note,
            item.code,
            item.request_id,
            item.at.astimezone(UTC).isoformat(timespec="milliseconds") if item.at else "",
            item.ident,
        )
        for item in items
    ]


def as_csv(run: Run) -> str:
    """One line a call. A text that a spreadsheet would take for a formula is put behind an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_harmless(visible(text)) for text in row] for row in rows(run.items))
    return out.getvalue()


def as_markdown(run: Run) -> str:
    """A heading, how many came to what, and a table."""
    account = run.guard.account
    first = run.items[0].planned if run.items else None
    made = [f"# {run.verb.label}: {summary(run)}", ""]
    if first is not None:
        made += [f"{first.action.name} on profile {_cell(account.profile)}"]
        made += [f"Reason: {_cell(first.reason)}"] if first.reason else []
    made += ["", f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}"]
    made += [f"| {' | '.join(map(_cell, row))} |" for row in rows(run.items)]
    return "\n".join(made) + "\n"


def summary(run: Run) -> str:
    """How many calls came to what, those that there are."""
    counts = run.counts
    return ", ".join(f"{counts[stage]} {stage}" for stage in STAGES if counts[stage]) or "nothing to do"


def _harmless(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def _cell(text: str) -> str:
    shown = visible(text)
    for char in "\\`*_[]<>|#":
        shown = shown.replace(char, f"\\{char}")
    return shown
