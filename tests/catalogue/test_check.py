from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livetui.catalogue import Action, Catalogue, Field, load
from livetui.catalogue.check import check, check_value, made_of

NOW = datetime(2026, 3, 10, 12, 0, 0, tzinfo=UTC)


def hand_made(*parameters: dict[str, Any], rules: Any = ()) -> tuple[Catalogue, Action]:
    """A catalogue of one action, with a structure Box that holds a Name and another Box."""
    members = [
        {"name": "Name", "type": "string", "required": True, "max_chars": 3},
        {"name": "Inner", "type": "Box"},
        {"name": "Sizes", "type": "list[integer]"},
    ]
    action = {
        "section": "s",
        "summary": "s",
        "effect": "read",
        "because": "b",
        "rate_limit": 1,
        "parameters": parameters,
        "rules": rules,
    }
    catalogue = Catalogue(
        {
            "service": "x",
            "title": "x",
            "version": "1",
            "host": "h",
            "product": "x",
            "regions": [],
            "actions": {"Do": action},
            "structures": {"Box": {"members": members}},
            "errors": {},
        }
    )
    return catalogue, catalogue.action("Do")


def found(params: Mapping[str, Any], *parameters: dict[str, Any], rules: Any = ()) -> list[tuple[str, str]]:
    catalogue, action = hand_made(*parameters, rules=rules)
    return [(problem.path, problem.kind) for problem in check(catalogue, action, params, NOW)]


def field(type: str, **more: Any) -> dict[str, Any]:
    return {"name": "A", "type": type, **more}


def test_required_and_unknown() -> None:
    assert found({}, field("string", required=True)) == [("A", "missing")]
    assert found({"A": ""}, field("string", required=True)) == []
    assert found({"B": 1}, field("string")) == [("B", "unknown")]


def test_a_slip_gets_a_hint() -> None:
    catalogue, action = hand_made({"name": "StreamName", "type": "string"})
    (problem,) = check(catalogue, action, {"StreamNam": "x"}, NOW)
    assert str(problem) == "StreamNam is not a parameter here; did you mean StreamName?"


TYPES = {
    "string": ["", "x"],
    "integer": [0, -5, 2**70],
    "float": [0.5, -1.5],
    "boolean": [True, False],
    "list[string]": [[], ["x"]],
    "Box": [{"Name": "x"}],
}


@pytest.mark.parametrize("kind", TYPES)
def test_types_are_strict(kind: str) -> None:
    for other, values in TYPES.items():
        for value in values:
            fits = other == kind or (kind == "float" and other == "integer")
            assert (found({"A": value}, field(kind)) == []) is fits, (kind, value)
    for wrong in (None, float("nan"), float("inf"), 5.0 if kind == "integer" else None):
        assert found({"A": wrong}, field(kind)) == [("A", "type")]


VALUES = [
    (field("integer", allowed=[1, 2]), [1, 2], [0, 3]),
    (field("string", allowed=["a", ""]), ["a", ""], ["b", "A"]),
    (field("integer", minimum=2, maximum=5), [2, 5], [1, 6]),
    (field("integer", minimum=2), [2, 10**9], [1]),
    (field("float", maximum=0.5), [0.5, -1], [0.6]),
    (field("integer", step=100), [0, 300], [150]),
    (field("float", step=0.1), [0.3, 0.7], [0.35]),
    (field("string", min_chars=2, max_chars=3), ["ab", "汉汉汉"], ["a", "abcd", ""]),
    (field("string", max_bytes=6), ["汉汉", "abcdef"], ["汉汉汉", "abcdefg"]),
    (field("string", pattern="[a-z]+"), ["abc"], ["abc1", "ABC", "", "abc\n"]),
    (field("string", pattern="[a-z]+", empty="clears"), ["abc", ""], ["1"]),
    (field("string", allowed=["a"], empty="sent"), ["a", ""], ["b"]),
    (field("list[string]", min_items=1, max_items=2), [["a"], ["a", "b"]], [[], ["a", "b", "c"]]),
    (field("list[string]", min_items=1, empty="clears"), [[], ["a"]], []),
    (field("timestamp", time=["utc"]), ["2026-01-01T00:00:00Z"], ["2026-01-01", "x", ""]),
    (field("timestamp", time=["utc", "unix"]), ["2026-01-01T00:00:00Z", 5], ["5"]),
    (field("timestamp", time=["utc"], empty="clears"), [""], ["x"]),
    (field("string"), ["a"], ["\ud800"]),
]


@pytest.mark.parametrize(("one", "good", "bad"), VALUES)
def test_values(one: dict[str, Any], good: list[Any], bad: list[Any]) -> None:
    for value in good:
        assert found({"A": value}, one) == [], value
    for value in bad:
        assert found({"A": value}, one) == [("A", "value")], value


def test_a_time_of_the_wrong_json_type() -> None:
    assert found({"A": 5}, field("timestamp", time=["utc"])) == [("A", "type")]
    assert found({"A": "5"}, field("timestamp", time=["unix"])) == [("A", "type")]
    assert found({"A": True}, field("timestamp", time=["unix"])) == [("A", "type")]
    assert found({"A": 20260101}, field("timestamp", time=["date-compact"])) == []


def test_what_is_inside() -> None:
    box = field("Box")
    assert found({"A": {}}, box) == [("A.Name", "missing")]
    assert found({"A": {"Name": "abcd", "X": 1}}, box) == [("A.Name", "value"), ("A.X", "unknown")]
    assert found({"A": {"Name": "a", "Inner": {"Name": 1}}}, box) == [("A.Inner.Name", "type")]
    boxes = field("list[Box]")
    assert found({"A": [{"Name": "a"}, {}, 5]}, boxes) == [("A.1.Name", "missing"), ("A.2", "type")]
    sized = {"A": {"Name": "a", "Sizes": [1, "2", True]}}
    assert found(sized, box) == [("A.Sizes.1", "type"), ("A.Sizes.2", "type")]
    assert found({"A": ["ok", 5]}, field("list[string]")) == [("A.1", "type")]
    assert found({"A": ["a", "b"]}, field("list[string]", allowed=["a"])) == [("A.1", "value")]


def test_a_secret_is_never_repeated() -> None:
    secret = "hunter2"
    for more in ({"allowed": ["x"]}, {"pattern": "x"}, {"max_chars": 1}):
        catalogue, action = hand_made(field("string", sensitive="secret", **more))
        (problem,) = check(catalogue, action, {"A": secret}, NOW)
        assert secret not in problem.message
    catalogue, action = hand_made(field("timestamp", sensitive="secret", time=["utc"]))
    assert secret not in check(catalogue, action, {"A": secret}, NOW)[0].message


def test_one_value_by_itself() -> None:
    catalogue, _ = hand_made()
    assert check_value(catalogue, Field("A", "integer", maximum=5), 3) == []
    (problem,) = check_value(catalogue, Field("A", "integer", maximum=5), 6, "Outer.A")
    assert (problem.path, problem.message) == ("Outer.A", "has to be 5 at most, not 6")


# Rules.

START, END = (
    {"name": "Start", "type": "timestamp", "time": ["utc", "date"]},
    {"name": "End", "type": "timestamp", "time": ["utc", "date"]},
)


def at(**ago: float) -> str:
    return (NOW - timedelta(**ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def windowed(start: str | None, end: str | None, **rule: Any) -> list[str]:
    params = {name: value for name, value in (("Start", start), ("End", end)) if value is not None}
    made = {"kind": "window", "start": "Start", "end": "End", **rule}
    problems = found(params, START, END, rules=[made])
    assert all(kind == "rule" for _, kind in problems)
    return [path for path, _ in problems]


def test_windows() -> None:
    limits = {"max_past": "60d", "max_span": "30d"}
    assert windowed(at(days=1), at(), **limits) == []
    assert windowed(at(days=60), at(days=30), **limits) == []
    assert windowed(at(days=60, seconds=1), at(days=59), **limits) == ["Start"]
    assert windowed(at(days=31), at(hours=1), **limits) == ["End"]
    assert windowed(at(days=1), at(days=2), **limits) == ["End"]
    assert windowed(at(days=1), at(days=1), **limits) == ["End"]
    assert windowed(at(days=1), at(hours=-1), **limits) == ["End"]
    assert windowed(at(days=1), at(minutes=-4), **limits) == []  # clocks differ
    assert windowed(at(days=1), at(hours=-1), allow_future=True) == []
    assert windowed(at(days=99), None, **limits) == ["Start"]
    assert windowed(None, at(hours=-1), **limits) == ["End"]
    assert windowed(at(hours=2), at(hours=1), min_span="2h") == ["End"]


def test_a_window_of_days_counts_whole_days() -> None:
    assert windowed("2026-03-10", "2026-03-10", max_past="1d") == []
    assert windowed("2026-03-09", "2026-03-10", max_past="1d", max_span="1d") == []
    assert windowed("2026-03-08", "2026-03-09", max_past="1d") == ["Start"]
    assert windowed("2026-03-10", "2026-03-09") == ["End"]


def future(value: str, start: str | None = None, **rule: Any) -> bool:
    params = {"End": value} | ({"Start": start} if start else {})
    return found(params, START, END, rules=[{"kind": "future", "field": "End", **rule}]) == []


def test_the_future() -> None:
    assert future(at(days=-90), min="0s", max="90d")
    assert not future(at(days=-90, seconds=-1), min="0s", max="90d")
    assert not future(at(), min="0s")
    assert not future(at(hours=1), min="0s")
    assert future(at(hours=1), max="6d")  # only "no later than" is said
    assert not future(at(seconds=-10), min="10s")
    assert future(at(seconds=-11), min="10s")
    assert future(at(hours=-30), start=at(hours=-10), min="0s", max="24h", **{"from": "Start"})
    assert not future(at(hours=-35), start=at(hours=-10), min="0s", max="24h", **{"from": "Start"})
    assert not future(at(hours=-30), min="0s", max="24h", **{"from": "Start"})


def test_the_past() -> None:
    rule = [{"kind": "past", "field": "Start", "max": "30d"}]
    assert found({"Start": at(days=30)}, START, rules=rule) == []
    assert found({"Start": at(days=31)}, START, rules=rule) == [("Start", "rule")]
    assert found({"Start": at(hours=-1)}, START, rules=rule) == [("Start", "rule")]
    assert found({}, START, rules=rule) == []


NAMES = [{"name": name, "type": "string"} for name in "ABC"]


def test_what_goes_together() -> None:
    together = [{"kind": "requires", "field": "A", "needs": ["B", "C"]}]
    assert found({"A": "", "C": ""}, *NAMES, rules=together) == [("B", "rule")]
    assert found({"B": ""}, *NAMES, rules=together) == []
    apart = [{"kind": "excludes", "field": "A", "others": ["B", "C"]}]
    assert found({"A": "", "C": ""}, *NAMES, rules=apart) == [("C", "rule")]
    assert found({"B": "", "C": ""}, *NAMES, rules=apart) == []
    any_of = [{"kind": "at_least_one", "fields": ["A", "B"]}]
    assert found({"C": ""}, *NAMES, rules=any_of) == [("A", "rule")]
    assert found({"B": ""}, *NAMES, rules=any_of) == []
    assert found({}, *NAMES, rules=[{"kind": "note", "text": "n"}]) == []


def test_a_rule_may_hold_only_sometimes() -> None:
    mode = {"name": "Mode", "type": "string", "default": "slow"}
    rules = [{"kind": "requires", "field": "A", "needs": ["B"], "when": {"Mode": ["fast", "slow"]}}]
    assert found({"A": "", "Mode": "fast"}, *NAMES, mode, rules=rules) == [("B", "rule")]
    assert found({"A": "", "Mode": "other"}, *NAMES, mode, rules=rules) == []
    assert found({"A": ""}, *NAMES, mode, rules=rules) == [("B", "rule")]
    left_out = [{"kind": "requires", "field": "A", "needs": ["B"], "when": {"C": None}}]
    assert found({"A": ""}, *NAMES, rules=left_out) == [("B", "rule")]
    assert found({"A": "", "C": "x"}, *NAMES, rules=left_out) == []


def test_rules_wait_until_the_values_are_sound() -> None:
    assert windowed_kinds({"Start": "nonsense", "End": at()}) == [("Start", "value")]


def windowed_kinds(params: dict[str, Any]) -> list[tuple[str, str]]:
    return found(params, START, END, rules=[{"kind": "window", "start": "Start", "end": "End"}])


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.data())
def test_no_value_of_any_parameter_makes_it_fall_over(data: st.DataObject) -> None:
    catalogue = load("css")
    action = catalogue.action(data.draw(st.sampled_from(catalogue.names)))
    names = st.sampled_from([field.name for field in action.parameters] or ["A"])
    params = data.draw(st.dictionaries(names | st.text(), anything, max_size=4))
    for problem in check(catalogue, action, params, NOW):
        assert problem.message


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("[A-Za-z0-9_]+", "letters, digits and _"),
        ("[A-Za-z0-9-]+", "letters, digits and -"),
        ("[\\w-]*", "letters, digits, _ and -"),
        (r"[\w\-]+", "letters, digits, _ and -"),
        ("[0-9A-Za-z_-]{1,64}", "letters, digits, _ and -"),
        ("[0-9]+", "digits"),
        ("[0-9A-Fa-f]{32}", ""),
        ("https?://.+", ""),
        ("[^;]+", ""),
    ],
)
def test_what_a_text_may_be_made_of_is_said_in_words(pattern: str, said: str) -> None:
    assert made_of(pattern) == said
