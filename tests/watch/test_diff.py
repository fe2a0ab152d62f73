"""Laying readings over each other: who arrived, who is missing, who has left, what changed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from livetui.client import Unreachable
from livetui.watch.diff import advance, fail
from livetui.watch.things import Failure, Gathered, Identity, Snapshot, Thing

NOW = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)


def thing(name: str, region: str = "", **data: object) -> Thing:
    return Thing(Identity("p", region, "streams", (name,)), {"name": name, **data}, NOW)


def reading(*things: Thing, **rest: object) -> Gathered:
    return Gathered(things=tuple(things), at=NOW, **rest)  # type: ignore[arg-type]


def values(one: Thing) -> dict[str, object]:
    return {"fps": one.data.get("fps")}


def keys(identities: object) -> set[str]:
    return {identity.key[0] for identity in identities}  # type: ignore[attr-defined]


def test_the_first_reading_marks_nothing_as_new() -> None:
    snapshot = advance(Snapshot(), reading(thing("a")), values)
    assert keys(snapshot.things) == {"a"}
    assert not snapshot.arrived and not snapshot.changed


def test_arrivals_and_changes_are_told_for_one_reading() -> None:
    first = advance(Snapshot(), reading(thing("a", fps=25)), values)
    second = advance(first, reading(thing("a", fps=3), thing("b", fps=25)), values)
    assert keys(second.arrived) == {"b"}
    assert {i.key[0]: c for i, c in second.changed.items()} == {"a": frozenset({"fps"})}
    third = advance(second, reading(thing("a", fps=3), thing("b", fps=25)), values)
    assert not third.arrived and not third.changed


def test_what_one_whole_reply_lacks_is_gone_and_leaves_with_the_next() -> None:
    first = advance(Snapshot(), reading(thing("a"), thing("b")), values)
    second = advance(first, reading(thing("a"), atomic=True), values)
    assert keys(second.gone) == {"b"} and keys(second.things) == {"a", "b"}
    third = advance(second, reading(thing("a"), atomic=True), values)
    assert keys(third.things) == {"a"}


def test_what_a_paged_reading_lacks_is_missing_until_a_second_one_agrees() -> None:
    first = advance(Snapshot(), reading(thing("a"), thing("b")), values)
    second = advance(first, reading(thing("a")), values)
    assert keys(second.missing) == {"b"} and not second.gone
    assert keys(advance(second, reading(thing("a"), thing("b")), values).missing) == set()
    assert keys(advance(second, reading(thing("a")), values).gone) == {"b"}


def test_an_incomplete_reading_proves_no_absence_however_often() -> None:
    snapshot = advance(Snapshot(), reading(thing("a"), thing("b")), values)
    for _ in range(3):
        snapshot = advance(snapshot, reading(thing("a"), complete=False), values)
    assert keys(snapshot.things) == {"a", "b"} and not snapshot.gone


def test_things_of_a_failed_region_stay_as_they_were_read() -> None:
    first = advance(Snapshot(), reading(thing("a", "ap-tokyo"), thing("b", "ap-seoul")), values)
    failure = Failure("pull tasks", "ap-seoul", Unreachable("X", "no connection"))
    for _ in range(3):
        first = advance(first, reading(thing("a", "ap-tokyo"), failures=(failure,), atomic=True), values)
    assert keys(first.things) == {"a", "b"} and not first.gone and not first.missing


def test_a_failure_forgets_nothing_and_keeps_the_time_since_when() -> None:
    error = Unreachable("X", "no connection")
    first = advance(Snapshot(), reading(thing("a")), values)
    second = fail(fail(first, error, NOW), error, NOW + timedelta(minutes=2))
    assert keys(second.things) == {"a"} and second.at == NOW
    assert second.failing_since == NOW and second.error is error
    assert advance(second, reading(thing("a")), values).error is None


@given(st.lists(st.sets(st.sampled_from("abcdef")), min_size=1, max_size=8))
def test_every_thing_of_the_last_reading_is_known_and_nothing_unread_is_called_live(
    readings: list[set[str]],
) -> None:
    snapshot = Snapshot()
    for names in readings:
        snapshot = advance(snapshot, reading(*(thing(name) for name in sorted(names))), values)
    assert keys(snapshot.things) - keys(snapshot.gone) - keys(snapshot.missing) == readings[-1]
