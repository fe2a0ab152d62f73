"""Importing httpx without the command line that it brings along."""

from __future__ import annotations

import sys
from typing import Any


def import_httpx() -> None:
    """Where `click` is installed httpx loads rich and pygments for a command nobody here runs: 50 ms, 3 MB.

    It does without when click cannot be imported, so that is what it sees.
    """
    if "httpx" in sys.modules:
        return
    modules: dict[str, Any] = sys.modules
    missing = object()
    click = modules.get("click", missing)
    modules["click"] = None
    try:
        import httpx  # noqa: F401
    finally:
        if click is missing:
            del modules["click"]
        else:
            modules["click"] = click
