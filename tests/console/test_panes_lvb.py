"""LVB in the console: every list, verb and form, as they travel, and times that are China's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from emulated import NOW, Served
from opened import Console
from operated import (
    Doing,
    Filling,
    Keys,
    done,
    forms,
    has,
    noun,
    operating,
    resources,
    sent,
    verbs,
    walk,
)

pilot = partial(operating, service="lvb")
STEADY, BACKUP = "match-01-main", "match-01-backup"
SOON = int(NOW.timestamp())
TAPE = Filling(
    [
        ("channel_id", STEADY),
        ("start_time", "+1h"),
        ("end_time", "+2h"),
        ("task_sub_type", "0"),
    ],
    {"channel_id": STEADY, "task_sub_type": 0, "start_time": "2026-03-10 21:00:00"},
)
MIX = Filling(
    [
        ("mix_stream_session_id", "evening"),
        ("output_stream_id", "evening_mix"),
        ("output_stream_type", "1"),
        ("input_stream_list", Keys(("ctrl+n",))),
        ("input_stream_list.0.input_stream_id", STEADY),
        ("input_stream_list.0.layout_params.image_layer", "1"),
        ("input_stream_list", Keys(("ctrl+n",))),
        ("input_stream_list.1.input_stream_id", BACKUP),
        ("input_stream_list.1.layout_params.image_layer", "2"),
    ],
    {
        "mix_stream_session_id": "evening",
        "output_stream_type": 1,
        "input_stream_list.1.input_stream_id": BACKUP,
    },
)
WHY = {"@reason": "rights"}
DONE: dict[tuple[str, str], Doing] = {
    ("lvb_live", "interrupt"): Doing(has("channel_id", BACKUP)),
    ("lvb_live", "disable"): Doing(has("channel_id", BACKUP), WHY, {"status": 0}),
    ("lvb_live", "forbid"): Doing(
        has("channel_id", BACKUP), {"abstime_end": "1h", **WHY}, {"abstime_end": SOON + 3600}
    ),
    ("lvb_codes", "interrupt"): Doing(has("channel_id", BACKUP)),
    ("lvb_codes", "disable"): Doing(has("channel_id", BACKUP), WHY),
    ("lvb_codes", "forbid"): Doing(
        has("channel_id", BACKUP),
        {"abstime_end": "2026-03-10 18:00", **WHY},
        # An hour ahead of UTC here, eight in the answer's own notation: a second is a second.
        {"abstime_end": SOON + 5 * 3600},
    ),
    ("lvb_codes", "enable"): Doing(),
    ("lvb_codes", "allow"): Doing(answers={"abstime_end": "15m"}),
    ("lvb_disabled", "enable"): Doing(),
    ("lvb_disabled", "allow"): Doing(answers={"abstime_end": "15m"}),
    ("lvb_disabled", "extend"): Doing(
        answers={"abstime_end": "4h", **WHY}, sends={"abstime_end": SOON + 4 * 3600}
    ),
    ("lvb_tapes", "stop"): Doing(),
    ("lvb_mixes", "cancel"): Doing(),
}
"""Verb -> what it is done to, and what is answered."""
FORMS: dict[tuple[str, str], Filling] = {
    ("lvb_live", "R"): Filling(
        [("start_time", "+1s"), ("end_time", "+20m")],
        {"channel_id": STEADY, "task_sub_type": 1},
        has("channel_id", STEADY),
    ),
    ("lvb_codes", "R"): Filling(
        [("start_time", "+1s"), ("end_time", "+20m")],
        {"channel_id": STEADY, "task_sub_type": 1},
        has("channel_id", STEADY),
    ),
    ("lvb_tapes", "R"): Filling(
        [("start_time", "+3h"), ("end_time", "+4h"), ("task_sub_type", "0")],
        {"channel_id": STEADY, "task_sub_type": 0},
    ),
    ("lvb_tapes", "+"): TAPE,
    ("lvb_mixes", "+"): MIX,
}
"""(resource, key) -> what its form is filled with."""
FROM_JOURNAL = {"lvb_tapes": TAPE, "lvb_mixes": MIX}


@pytest.fixture
def emulator(serve_emulator: Callable[..., Served]) -> Served:
    """Without limits: its clock stands, so that no window of them ever passes."""
    return serve_emulator(limits=False)


async def made(console: Console) -> None:
    """Where no action lists them: one is ordered from here."""
    if (filling := FROM_JOURNAL.get(console.lists.resource.id)) is not None:
        await sent(console, "+", filling)
        await console.again()


@pytest.mark.parametrize("resource_id", [one.id for one in resources("lvb")])
async def test_a_list_is_read_sorted_filtered_and_opened(
    emulator: Served, tmp_path: Path, resource_id: str
) -> None:
    async with pilot(emulator, tmp_path, start=resource_id) as console:
        await made(console)
        await walk(console, console.lists.resource)


def test_every_verb_is_tried_below() -> None:
    assert set(DONE) == set(verbs("lvb"))


@pytest.mark.parametrize("name", DONE, ids=".".join)
async def test_a_verb_is_asked_about_sent_and_seen(
    emulator: Served, tmp_path: Path, name: tuple[str, str]
) -> None:
    resource, verb = noun("lvb", *name)
    async with pilot(emulator, tmp_path, start=resource.id) as console:
        await made(console)
        await done(console, resource, verb, DONE[name])


def test_every_form_is_filled_below() -> None:
    assert set(FORMS) == set(forms("lvb"))


@pytest.mark.parametrize("name", FORMS, ids=".".join)
async def test_a_form_is_filled_sent_and_seen(
    emulator: Served, tmp_path: Path, name: tuple[str, str]
) -> None:
    resource_id, key = name
    async with pilot(emulator, tmp_path, start=resource_id) as console:
        if key == "R":
            await made(console)
        await sent(console, key, FORMS[name])
