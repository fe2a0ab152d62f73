"""A long reply is read a row at a time, and says the same as one that is read at once."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from livetui.client.decode import Told, decoding
from livetui.turns import at_once

LONG = " " * 60_000
"""Blanks that JSON allows before a value: they make any reply a long one."""

values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.just("Response"), inner, max_size=4)
    ),
    max_leaves=25,
)
marks = st.sampled_from([*'{}[]:,"\\ \t\n\rnulltrue0-.eNaInfiy', "NaN", "\ufeff", "\x00"])


def both(text: str) -> tuple[Told, Told]:
    """What a text says when it is read at once, and when it is read as a long one."""
    body = text.encode("utf-8", "surrogatepass")
    return at_once(decoding(body)), at_once(decoding(LONG.encode() + body))


def same(text: str) -> dict[str, Any] | None:
    short, long = both(text)
    assert json.dumps(long.outer) == json.dumps(short.outer)
    assert long.trouble == short.trouble
    assert long.raw == LONG + short.raw
    return long.outer


@given(values, st.sampled_from([None, 1, 3]))
def test_a_long_reply_says_the_same(value: Any, indent: int | None) -> None:
    told = same(json.dumps(value, indent=indent))
    assert told == (value if isinstance(value, dict) else None)


@given(values, st.data())
def test_what_is_no_json_is_none_in_a_long_reply_either(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value)
    at = data.draw(st.integers(0, len(text)))
    gone = data.draw(st.integers(0, 3))
    same(text[:at] + data.draw(st.lists(marks, max_size=3).map("".join)) + text[at + gone :])


def test_rows_are_read_in_many_steps() -> None:
    rows = [{"StreamName": f"s{number}", "Time": "2026-01-31T00:00:00Z" * 4} for number in range(1000)]
    reply = {"Response": {"OnlineInfo": rows, "TotalNum": 1000, "RequestId": "r"}}
    steps = decoding(json.dumps(reply).encode())
    pauses = 0
    while True:
        try:
            next(steps)
        except StopIteration as made:
            assert made.value.outer == reply
            break
        pauses += 1
    assert pauses >= 1000 // 20 - 1


def test_a_long_reply_that_is_cut_short_is_no_json() -> None:
    whole = json.dumps({"Response": {"OnlineInfo": [{"StreamName": "x" * 50}] * 2000}})
    for length in (len(whole) // 2, len(whole) - 1):
        assert at_once(decoding(whole[:length].encode()))[1:] == (None, "text that is not JSON")
