"""The journal as a noun: what was done from here, for every cloud alike."""

from __future__ import annotations

from livetui.resources.model import Column, Data, Resource, State

TONES = {"accepted": "ok", "refused": "bad", "unknown": "warn", "not-sent": "off"}


def state(row: Data) -> State:
    """What came of a call; of an unknown outcome what was seen later, of an accepted one that it was not."""
    word, settled = str(row.get("@status")), str(row.get("@settled") or "")
    if settled:
        return State(f"{word}: {settled}", "ok" if settled == "took effect" else "bad")
    return State(word, TONES.get(word, "unknown"))  # type: ignore[arg-type]


JOURNAL = Resource(
    id="journal",
    title="journal",
    one="journal entry",
    service="",
    key=("@id",),
    called="@action",
    journal=("*",),
    state=state,
    columns=(
        Column("at", "WHEN", "@at", "time", rank=0),
        Column("state", "OUTCOME", "", "state", rank=0),
        Column("action", "ACTION", "@action", rank=0, widest=32),
        Column("target", "TARGET", "@target", rank=0, widest=48),
        Column("reason", "REASON", "@reason", rank=1),
        Column("who", "WHO", "@who", rank=3, widest=24),
        Column("profile", "PROFILE", "@profile", rank=2),
        Column("request", "REQUEST ID", "@request_id", rank=4),
    ),
    sort="-at",
    note="append-only on this machine; livetui audit prints it",
)
