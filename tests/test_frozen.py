"""`frozen` makes what the standard library's frozen dataclass makes, only later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import FrozenInstanceError, asdict, dataclass, field, fields, replace
from typing import Any

import pytest

from livetui.frozen import frozen


def late() -> type[Any]:
    @frozen
    class Profile:
        """A class of which nothing was made yet."""

        name: str
        regions: tuple[str, ...] = ()
        secret: str = field(default="", repr=False)
        keys: Mapping[str, str] = field(default_factory=dict)

        @property
        def first(self) -> str:
            return self.regions[0]

    return Profile


def theirs() -> type[Any]:
    @dataclass(frozen=True)
    class Profile:
        name: str
        regions: tuple[str, ...] = ()
        secret: str = field(default="", repr=False)
        keys: Mapping[str, str] = field(default_factory=dict)

    return Profile


def test_the_same_is_made_of_the_same() -> None:
    ours, given = late()("prod", secret="k"), theirs()("prod", secret="k")
    assert asdict(ours) == asdict(given)
    assert repr(ours).rpartition(".")[2] == repr(given).rpartition(".")[2]
    assert "k" not in repr(ours).partition("(")[2].partition("keys")[0]
    assert [one.name for one in fields(ours)] == [one.name for one in fields(given)]


def test_each_has_its_own_of_what_is_made_anew() -> None:
    made = late()
    assert made("a").keys == {} and made("a").keys is not made("b").keys


def test_equal_and_hashed_by_value_and_class() -> None:
    made, other = late(), late()
    assert made("a", ("x",), keys=()) == made("a", ("x",), keys=())
    assert made("a") != made("b") and made("a") != other("a")
    assert hash(made("a", keys=())) == hash(made("a", keys=()))


def test_nothing_of_it_changes() -> None:
    one = late()("a")
    with pytest.raises(FrozenInstanceError, match="name"):
        one.name = "b"
    with pytest.raises(FrozenInstanceError, match="name"):
        del one.name
    assert replace(one, name="b").name == "b" and one.name == "a"
    assert replace(one, regions=("x", "y")).first == "x"


def test_what_it_takes_is_checked_as_ever() -> None:
    with pytest.raises(TypeError, match="name"):
        late()()
    with pytest.raises(TypeError, match="other"):
        late()("a", other=1)


def test_slots_hold_the_fields_and_nothing_else() -> None:
    @frozen
    class Row:
        """One of many."""

        __slots__ = ("at", "key")

        key: str
        at: float

    one = Row("a", 1.0)
    assert not hasattr(one, "__dict__")
    assert replace(one, at=2.0) == Row("a", 2.0) and asdict(one) == {"key": "a", "at": 1.0}


def test_what_the_class_says_of_itself_stands() -> None:
    @frozen
    class Key:
        """It has a secret."""

        name: str

        def __repr__(self) -> str:
            return "Key(…)"

    assert repr(Key("k")) == "Key(…)" and Key("k") == Key("k")


def test_those_that_inherit_its_methods_are_made_like_it() -> None:
    made = late()

    class Told(made):  # type: ignore[misc]
        """Adds no field."""

    assert Told("a", ("x",)).first == "x" and replace(Told("a"), name="b").name == "b"
    assert made("a").name == "a"
