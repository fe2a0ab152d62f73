"""What is printed when the program fails: the way it took, never the values it held."""

from __future__ import annotations

from typing import TypeVar

from textual.app import App

ReturnType = TypeVar("ReturnType")


class DiscreetApp(App[ReturnType]):
    """The toolkit prints the local variables of every frame; those of a frame that signs are keys."""

    def _fatal_error(self) -> None:
        from rich.traceback import Traceback

        self.panic(Traceback(show_locals=False, width=None))
