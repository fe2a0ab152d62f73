"""What every app of the console is: thrifty in what it writes to the terminal, discreet when it fails."""

from __future__ import annotations

from typing import TypeVar

from textual.app import App
from textual.driver import Driver

from livetui.console.terminal.driver import joined

ReturnType = TypeVar("ReturnType")


class DiscreetApp(App[ReturnType]):
    """The toolkit prints the local variables of every frame; those of a frame that signs are keys.

    Its output goes through the differ where that is known to go well.
    """

    def get_driver_class(self) -> type[Driver]:
        return joined(super().get_driver_class())

    def _fatal_error(self) -> None:
        from rich.traceback import Traceback

        self.panic(Traceback(show_locals=False, width=None))
