"""Lists that come in pieces: which piece to ask for, what a piece holds, which pieces are left. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from livetui.catalogue.model import Action, Page


class NotAList(ValueError):
    """The reply's member that should hold the rows holds something else."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One reply of a list."""

    rows: tuple[dict[str, Any], ...]
    total: int | None
    """How many there are in all, as this reply tells."""
    token: str
    """scroll, marker: what the next piece is asked for with; "" after the last."""


def size_of(page: Page, params: Mapping[str, Any]) -> int:
    """Rows asked for at a time: what the caller says, else the most the service gives."""
    size = params.get(page.size) if page.size else None
    return size if isinstance(size, int) and size > 0 else page.max_size


def ask(page: Page, params: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The parameters for piece `number`, counted from 1 (styles number and offset)."""
    size = size_of(page, params)
    asked = dict(params)
    if page.size:
        asked[page.size] = size
    if page.style == "number":
        asked[page.page] = number
    elif page.style == "offset":
        asked[page.offset] = (number - 1) * size
    return asked


def scroll(page: Page, params: Mapping[str, Any], token: str) -> dict[str, Any]:
    """The parameters for the piece a token leads to (styles scroll and marker); "" for the first."""
    asked = dict(params)
    if page.size:
        asked[page.size] = size_of(page, params)
    if token:
        asked[page.token_param or page.token] = token
    return asked


def read(page: Page, data: Mapping[str, Any]) -> Piece:
    """What a reply holds. Raises NotAList; a list that is missing or null is an empty one."""
    total = data.get(page.total) if page.total else None
    token = data.get(page.token) if page.token else None
    return Piece(
        rows_of(data, page.items),
        total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None,
        token if isinstance(token, str) else "",
    )


def rows_of(data: Mapping[str, Any], member: str) -> tuple[dict[str, Any], ...]:
    """The rows under a member; a row that is a bare value (a list of names) becomes {"": value}."""
    rows = data.get(member)
    if rows is None:
        return ()
    if not isinstance(rows, list):
        raise NotAList(f"{member} is not a list")
    return tuple(row if isinstance(row, dict) else {"": row} for row in rows)


def pieces(page: Page, size: int, total: int) -> int:
    """How many pieces a list of `total` rows has, as far as the service lists them."""
    reachable = total if page.ceiling is None else min(total, page.ceiling)
    return max(1, -(-reachable // size))


def expected(page: Page, size: int, number: int, total: int | None) -> int:
    """How many rows piece `number` should hold when there are `total`; 0 where nobody knows."""
    if total is None:
        return 0
    reachable = total if page.ceiling is None else min(total, page.ceiling)
    return max(0, min(size, reachable - (number - 1) * size))


def items_member(action: Action) -> str:
    """The member that holds the rows of an action without pages: its first list; "" where it has none."""
    if action.page is not None:
        return action.page.items
    lists = [field for field in action.response if field.is_list]
    return lists[0].name if lists else ""
