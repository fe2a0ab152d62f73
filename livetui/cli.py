"""The command line: one name per subcommand, and nothing loaded but the one asked for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module

from livetui import __version__

COMMANDS = {
    "demo": "open the console on an emulated account",
    "console": "open the console on a profile (also: livetui without a subcommand)",
    "call": "make one signed call and print the reply as JSON",
    "get": "list a resource as a table, JSON or CSV",
    "run": "do one thing to a list of streams: forbid, resume, drop, delay",
    "actions": "list the catalogued actions",
    "listen": "receive event notifications, print them as JSON lines, show them in the console",
    "audit": "print the journal",
    "doctor": "check config, credentials, clock, network, permissions and terminal",
    "emulator": "serve an emulated account over real HTTP on loopback",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand; returns its exit code (2 for bad usage)."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or (words[0].startswith("-") and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, "console")
    name, *words = words
    if name not in COMMANDS:
        return _overview([name])
    command = import_module(f"livetui.commands.{name}")
    # One parser and not a tree of eleven, which would take the console a tenth of its own share of the start.
    summary = COMMANDS[name]
    parser = argparse.ArgumentParser(
        prog=f"livetui {name}", description=f"{summary[0].upper()}{summary[1:]}."
    )
    command.add_arguments(parser)
    try:
        return int(command.run(parser.parse_args(words)))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141


def _overview(words: Sequence[str]) -> int:
    """What there is: help and version; for what there is not, an error."""
    parser = argparse.ArgumentParser(prog="livetui", description="A terminal console for live streaming.")
    parser.add_argument("--version", action="version", version=f"livetui {__version__}")
    subcommands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        subcommands.add_parser(name, help=summary)
    parser.parse_args(words)
    return 0
