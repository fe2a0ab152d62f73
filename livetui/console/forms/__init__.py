"""Forms made from the catalogue: one line a field, checked while one types."""

from livetui.console.forms.screen import FormScreen, SubmitResult
from livetui.console.forms.store import DraftStore

__all__ = ["DraftStore", "FormScreen", "SubmitResult"]
