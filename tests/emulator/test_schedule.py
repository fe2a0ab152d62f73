"""When encoders push: a pure function, whatever is taken out of it."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from livetui.emulator.css.roster import HABITS, Key, stream
from livetui.emulator.css.schedule import (
    NEVER,
    Blackout,
    Rhythm,
    draw,
    merged,
    next_look,
    push_at,
    pushes_between,
    pushes_ended,
    pushes_in_cycle,
)

rhythms = st.builds(
    lambda habit, serial: stream(Key("d", "a", "n"), habit, serial, Random(serial)).rhythm,
    st.sampled_from(HABITS),
    st.integers(1, 10_000),
)
times = st.integers(1_600_000_000, 1_900_000_000)
blackouts = st.lists(
    st.builds(
        lambda start, length: Blackout(start, NEVER if length > 900_000 else start + length, "taken off"),
        times,
        st.integers(1, 1_000_000),
    ),
    max_size=4,
).map(merged)


def test_draws_repeat_and_are_even():
    assert draw(1, 2, 3) == draw(1, 2, 3) == 0.3749300310686611
    values = [draw(7, number, 1) for number in range(10_000)]
    assert all(0 <= value < 1 for value in values)
    assert 0.49 < sum(values) / len(values) < 0.51


@given(rhythms, st.integers(-1000, 1000))
def test_a_push_stays_within_its_cycle(rhythm: Rhythm, cycle: int):
    push = rhythm.push(cycle)
    begin = rhythm.phase + cycle * rhythm.period
    assert begin <= push.start <= push.end < begin + rhythm.period


@given(rhythms, blackouts, times)
def test_nothing_is_on_the_air_in_a_blackout(rhythm: Rhythm, dark: list[Blackout], at: int):
    push = push_at(rhythm, dark, at)
    natural = push_at(rhythm, [], at)
    if any(b.start <= at < b.end for b in dark):
        assert push is None
    else:
        assert (push is None) == (natural is None)


@given(rhythms, blackouts, times)
def test_pieces_lie_apart_and_tell_why_they_end(rhythm: Rhythm, dark: list[Blackout], at: int):
    natural = rhythm.push(rhythm.cycle(at))
    pieces = pushes_in_cycle(rhythm, dark, rhythm.cycle(at))
    for before, after in pairwise(pieces):
        assert before.end < after.start
    for piece in pieces:
        assert natural.start <= piece.start <= piece.end <= natural.end
        assert piece.cause == (natural.cause if piece.end == natural.end else "taken off")


@given(rhythms, blackouts, times)
def test_nothing_changes_before_the_next_look(rhythm: Rhythm, dark: list[Blackout], at: int):
    due = next_look(rhythm, dark, at)
    assert due > at
    now = push_at(rhythm, dark, at)
    last = min(due - 1, at + 10_000_000)
    for moment in {at + 1, (at + last) // 2, last}:
        if at <= moment <= last:
            assert push_at(rhythm, dark, moment) == now


@given(rhythms, blackouts, times, st.integers(1, 20_000))
def test_history_is_the_same_forwards_and_backwards(
    rhythm: Rhythm, dark: list[Blackout], start: int, length: int
):
    forwards = list(pushes_ended(rhythm, dark, start, start + length, latest_first=False))
    backwards = list(pushes_ended(rhythm, dark, start, start + length, latest_first=True))
    assert forwards == backwards[::-1]
    assert [push.end for push in forwards] == sorted(push.end for push in forwards)
    overlapping = list(pushes_between(rhythm, dark, start, start + length))
    assert all(push in overlapping for push in forwards if push.end > start and push.start < start + length)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 30)), max_size=6), st.integers(0, 140))
def test_merged_blackouts_cover_the_same_moments(spans: list[tuple[int, int]], at: int):
    sources = [Blackout(start, start + length, str(start)) for start, length in spans]
    apart = merged(sources)
    covered = [b for b in apart if b.start <= at < b.end]
    assert bool(covered) == any(b.start <= at < b.end for b in sources)
    assert len(covered) <= 1
    assert all(first.end < second.start for first, second in pairwise(apart))


def test_a_stream_that_was_added_has_no_past():
    made = stream(Key("d", "a", "n"), "steady", 5, Random(5), since=1_700_000_000)
    assert not list(pushes_between(made.rhythm, [], 1_600_000_000, 1_700_000_000))
    assert next_look(made.rhythm, [], 1_699_000_000) == 1_700_000_000
