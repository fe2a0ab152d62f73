"""Packed rows read as the rows they were made from, and share what is equal."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from livetui.resources.model import dig
from livetui.watch.compact import Press, Record, View, reach, renewed, taken_over, unpack

NAMES = st.sampled_from(["a", "b", "c", "StreamName", "push"])
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
ROWS: Any = st.dictionaries(NAMES, VALUES, max_size=5)


@given(ROWS)
def test_what_was_packed_is_unpacked_as_it_was(row: dict[str, Any]) -> None:
    record = Press().pack(row)
    assert unpack(record) == row
    assert list(unpack(record)) == list(row)
    assert {name: unpack(record.get(name)) for name in row} == row


@given(ROWS, st.lists(NAMES | st.sampled_from(["0", "-1", "1"]), min_size=1, max_size=3).map(".".join))
def test_a_path_leads_to_the_same_in_both(row: dict[str, Any], path: str) -> None:
    assert unpack(reach(Press().pack(row), path)) == dig(row, path)


@given(ROWS)
def test_a_view_reads_as_the_row(row: dict[str, Any]) -> None:
    view = View(Press().pack(row))
    assert dict(view) == {name: view[name] for name in row}
    assert all(name in view for name in row)
    assert view.get("none", 5) == 5
    assert len(view) == len(row)
    assert dig(view, "push.a") == dig(row, "push.a") or isinstance(dig(view, "push.a"), (View, list))


@given(ROWS, ROWS)
def test_what_is_renewed_says_the_new_and_keeps_what_is_equal(
    before: dict[str, Any], now: dict[str, Any]
) -> None:
    old, new = Press().pack(before), Press().pack(now)
    made = renewed(new, old)
    assert unpack(made) == now
    if before == now and list(before) == list(now):
        assert made is old


@given(ROWS, VALUES)
def test_what_was_laid_under_a_row_can_be_exchanged_and_taken_away(row: dict[str, Any], value: Any) -> None:
    record = Press().pack({name: its for name, its in row.items() if name != "@join"})
    laid = record.laid("@join", value)
    assert unpack(laid) == {**row, "@join": value}
    assert laid.laid("@join", laid.get("@join")) is laid
    assert unpack(laid.laid("@join", "other")) == {**row, "@join": "other"}
    assert laid.without("@join") == record
    assert record.without("@join") is record


@given(ROWS, ROWS)
def test_a_row_taken_over_still_has_what_was_laid_under_it(
    before: dict[str, Any], now: dict[str, Any]
) -> None:
    old = Press().pack(before).laid("@join", 7)
    made = taken_over(Press().pack(now), old, ["@join"])
    if list(before) == list(now):
        assert unpack(made) == {**now, "@join": 7}
        assert (made is old) == (before == now)
    else:
        assert unpack(made) == now


def test_rows_share_their_shape_and_what_many_have_in_common() -> None:
    press = Press()
    one, other = (press.pack({"a": f"x{'y' * 9}", "n": 40_000 + 2}) for _ in range(2))
    assert one[0] is other[0]
    assert one[1] is other[1]
    assert isinstance(one, Record)


def test_texts_that_are_all_different_are_not_kept_to_be_shared() -> None:
    press = Press()
    for number in range(3_000):
        press.pack({"a": f"name {number}"})
    assert press._known["a"] is None
