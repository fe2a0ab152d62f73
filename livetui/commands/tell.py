"""What commands print: complaints on stderr and JSON on stdout, fit for any terminal."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livetui.client import ClientError


def complain(text: str, code: int, error: ClientError | None = None) -> int:
    """A line on stderr, with what it means and what to do where the error knows. Returns the code."""
    from livetui.catalogue.text import visible

    lines = [f"livetui: {text}"]
    if error is not None:
        lines += [f"  {line}" for line in (error.meaning, error.remedy) if line and line not in text]
    encoding = sys.stderr.encoding or "ascii"
    for line in lines:
        safe = visible(line).encode(encoding, "backslashreplace").decode(encoding)
        sys.stderr.write(safe + "\n")
    return code


def print_json(value: Any) -> None:
    sys.stdout.write(as_json(value, sys.stdout.encoding) + "\n")
    sys.stdout.flush()


def as_json(value: Any, encoding: str | None) -> str:
    """JSON that a terminal shows and does not obey: what is not printable is escaped, as JSON allows."""
    utf8 = (encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(value, ensure_ascii=not utf8, indent=2, default=str)
    if text.isascii() and "\x7f" not in text:
        return text
    return "".join(char if char == "\n" or char.isprintable() else _escaped(char) for char in text)


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1] if char != "\x7f" else "\\u007f"
