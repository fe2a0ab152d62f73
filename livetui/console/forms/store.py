"""Where a form's draft stays when the form is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class DraftStore(Protocol):
    """Keeps drafts (without secrets) by the form's key. `save` and `drop` may raise MemoryUnavailable."""

    def load(self, key: str) -> Mapping[str, Any] | None: ...

    def save(self, key: str, kept: Mapping[str, Any]) -> None: ...

    def drop(self, key: str) -> None: ...
