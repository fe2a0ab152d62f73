"""Frozen dataclasses that cost the start next to nothing.

A dataclass writes and compiles its methods when its module is imported: half a millisecond each, most of it
for what nobody calls before the first frame. These have each method made when it is first called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field
from typing import Any, NoReturn, TypeVar, dataclass_transform

T = TypeVar("T")
METHODS = ("__init__", "__repr__", "__eq__", "__hash__")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T]) -> type[T]:
    """Make a frozen dataclass of a class that inherits from no other one.

    `replace`, `fields` and `asdict` of the standard library take it as theirs. A class of which there are
    many names its fields in `__slots__`; none of them can have a default then.
    """
    given = {name: cls.__dict__[name] for name in cls.__annotations__ if name in cls.__dict__}
    if "__slots__" in cls.__dict__:
        given = {}
    made = {name: _late(cls, name, given) for name in METHODS if name not in cls.__dict__}
    for name, member in {**made, "__setattr__": _refuse, "__delattr__": _refuse}.items():
        setattr(cls, name, member)
    setattr(cls, "__dataclass_fields__", _Fields(given))  # noqa: B010 - no name of this class's own
    return cls


def _late(cls: type, name: str, given: Mapping[str, Any]) -> Callable[..., Any]:
    def first(self: object, *args: Any, **kwargs: Any) -> Any:
        method = _init(cls, given) if name == "__init__" else _whole(cls, given).__dict__[name]
        method.__qualname__ = f"{cls.__qualname__}.{name}"
        setattr(cls, name, method)
        return method(self, *args, **kwargs)

    return first


def _init(cls: type, given: Mapping[str, Any]) -> Callable[..., None]:
    """What takes the fields, with the defaults that are given."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_missing": MISSING}
    takes, sets = [], []
    for name in cls.__annotations__:
        default, came = given.get(name, MISSING), name
        if isinstance(default, Field) and default.default_factory is MISSING:
            default = default.default
        if isinstance(default, Field):
            known[f"_make_{name}"] = default.default_factory
            default, came = "_missing", f"_make_{name}() if {name} is _missing else {name}"
        elif default is not MISSING:
            known[f"_default_{name}"] = default
            default = f"_default_{name}"
        takes.append(name if default is MISSING else f"{name}={default}")
        sets.append(f"    _set(self, {name!r}, {came})")
    exec("\n".join([f"def __init__(self, {', '.join(takes)}):", *sets]), known)
    made: Callable[..., None] = known["__init__"]
    return made


def _whole(cls: type, given: Mapping[str, Any], *, methods: bool = True) -> type:
    """The dataclass of the same fields that the standard library makes, with or without its methods."""
    body = {"__annotations__": cls.__annotations__, "__module__": cls.__module__, "__doc__": "…", **given}
    made = type(cls.__name__, (), body)
    return dataclass(frozen=methods, init=False, repr=methods, eq=methods)(made)


class _Fields:
    """The fields, found when they are asked for."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self._given = given

    def __get__(self, instance: object, owner: type) -> dict[str, Field[Any]]:
        cls = next(one for one in owner.__mro__ if one.__dict__.get("__dataclass_fields__") is self)
        whole = _whole(cls, self._given, methods=False)
        found: dict[str, Field[Any]] = whole.__dict__["__dataclass_fields__"]
        setattr(cls, "__dataclass_fields__", found)  # noqa: B010
        return found


def _refuse(self: object, name: str, *_: object) -> NoReturn:
    raise FrozenInstanceError(f"a {type(self).__name__} does not change: {name!r}")
