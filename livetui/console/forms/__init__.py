"""Forms made from the catalogue: one line a field, checked while one types."""

from livetui.console.forms.screen import FormScreen, SubmitResult
from livetui.console.forms.store import DraftStore, MemoryDrafts

__all__ = ["DraftStore", "FormScreen", "MemoryDrafts", "SubmitResult"]
