"""Where a form's draft stays when the form is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from livetui.settings import Memory


class DraftStore(Protocol):
    """Keeps drafts (without secrets) by the form's key. `save` and `drop` may raise MemoryUnavailable."""

    def load(self, key: str) -> Mapping[str, Any] | None: ...

    def save(self, key: str, kept: Mapping[str, Any]) -> None: ...

    def drop(self, key: str) -> None: ...


class MemoryDrafts:
    """The drafts of one profile in the state folder."""

    def __init__(self, memory: Memory, profile: str) -> None:
        self._memory, self._profile = memory, profile

    def load(self, key: str) -> Mapping[str, Any] | None:
        draft = self._memory.draft(self._profile, key)
        return draft.values if draft is not None else None

    def save(self, key: str, kept: Mapping[str, Any]) -> None:
        self._memory.keep_draft(self._profile, key, kept)

    def drop(self, key: str) -> None:
        self._memory.drop_draft(self._profile, key)
