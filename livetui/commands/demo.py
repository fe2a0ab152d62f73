"""`livetui demo`: the console on an emulated account that runs as a child process."""

from __future__ import annotations

import argparse
import sys

STREAMS = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--streams", type=int, default=STREAMS, help=f"how many streams there are ({STREAMS})"
    )
    parser.add_argument("--seed", type=int, default=1, help="another seed, another account")
    parser.add_argument("--latency", type=int, default=0, metavar="MS", help="milliseconds before each reply")
    parser.add_argument("--read-only", action="store_true", help="refuse everything but reads")
    parser.add_argument("--pane", default="streams", help="the resource to show first, e.g. domains")


def run(args: argparse.Namespace) -> int:
    """0 when the operator quit; 1 when the emulated cloud did not start, said on stderr."""
    import json
    import subprocess

    from livetui.commands.run import open_console
    from livetui.settings import Credential, Profile

    if not sys.stdout.isatty():
        print("livetui: the demo needs a terminal; for scripts there is: livetui emulator", file=sys.stderr)
        return 2
    child = subprocess.Popen(
        [
            *(sys.executable, "-m", "livetui", "emulator", "--until-stdin-closes"),
            *("--streams", str(args.streams), "--seed", str(args.seed), "--latency", str(args.latency)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said = child.stdout.readline() if child.stdout else ""
        if not said:
            why = child.stderr.read() if child.stderr else ""
            print(f"livetui: the emulated cloud did not start: {why.strip()}", file=sys.stderr)
            return 1
        told = json.loads(said)
        profile = Profile(
            name="demo",
            credential=Credential(told["secret_id"], told["secret_key"], source="the emulator"),
            endpoint=told["url"],
            poll_streams=5.0,
            poll_others=15.0,
        )
        return open_console(profile, read_only=args.read_only, start=args.pane)
    finally:
        child.terminate()
        child.communicate(timeout=5)
