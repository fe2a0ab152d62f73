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
    if not words or (words[0] not in COMMANDS and words[0] not in ("-h", "--help", "--version")):
        words.insert(0, "console")
    parser = argparse.ArgumentParser(prog="livetui", description="A terminal console for live streaming.")
    parser.add_argument("--version", action="version", version=f"livetui {__version__}")
    subcommands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        sentence = f"{summary[0].upper()}{summary[1:]}."
        subparser = subcommands.add_parser(name, help=summary, description=sentence)
        if words[0] == name:
            import_module(f"livetui.commands.{name}").add_arguments(subparser)
    args = parser.parse_args(words)
    run = import_module(f"livetui.commands.{args.command}").run
    try:
        return int(run(args))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 141
