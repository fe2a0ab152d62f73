"""`livetui demo`: the console on an emulated account that runs as a child process."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from livetui.commands.emulator import natural
from livetui.commands.tell import complain

if TYPE_CHECKING:
    from livetui.commands.troubles import Trouble
    from livetui.console.app import LivetuiApp
    from livetui.settings import Profile

STREAMS = 60
PATIENCE = 5.0
"""Seconds that the child has to end by itself."""

# In a folder with a file named like a module of Python's own, `-m` would load that; -P and this do not.
LAUNCH = (
    "import sys; here = sys.argv.pop(1); here in sys.path or sys.path.insert(0, here); "
    "from livetui.cli import main; sys.exit(main())"
)


class NotStarted(Exception):
    """The emulated cloud ended before it listened; the text says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--streams", type=natural, default=STREAMS, help=f"how many streams ({STREAMS})")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another account")
    parser.add_argument(
        "--latency", type=natural, default=0, metavar="MS", help="milliseconds before each reply"
    )
    parser.add_argument("--read-only", action="store_true", help="refuse everything but reads")
    parser.add_argument(
        "--trouble", default="", metavar="NAME", help="what goes wrong; `list` tells what there is"
    )
    parser.add_argument("--pane", default="", help="the resource to show first, e.g. domains")


def run(args: argparse.Namespace) -> int:
    """0 when the operator quit; 1 when the emulated cloud did not start, said on stderr."""
    from livetui.commands.console import on_terminal, open_console
    from livetui.commands.troubles import TROUBLES, listed

    if args.trouble == "list":
        print(listed())
        return 0
    trouble = TROUBLES.get(args.trouble)
    if args.trouble and trouble is None:
        return complain(f"no trouble {args.trouble!r}; there are: {', '.join(TROUBLES)}", 2)
    if not on_terminal():
        return complain("the demo needs a terminal; for scripts there is: livetui emulator", 2)
    options = {"streams": args.streams, "seed": args.seed, "latency": args.latency}
    try:
        with emulated(**options) as told:
            demo, ali = profiles(told)
            if trouble is None:
                return open_console(demo, others=[ali], read_only=args.read_only, start=args.pane)
            return _troubled(trouble, demo, told["url"], args)
    except NotStarted as error:
        return complain(f"the emulated cloud did not start: {error}", 1)


def profiles(told: Mapping[str, Any]) -> tuple[Profile, Profile]:
    """An account of each cloud, `demo` and `demo-ali`, of what the emulator said when it listened."""
    from livetui.settings import Credential, Profile
    from livetui.settings.profiles import DEMOS

    source = "the emulator"
    demo = Profile(
        DEMOS[0],
        credential=Credential(told["secret_id"], told["secret_key"], source=source),
        services=("css", "mdp", "channel", "lvb"),
        lvb=Credential(told["lvb_appid"], told["lvb_key"], source=source),
        endpoint=told["url"],
        poll_streams=5.0,
        poll_others=15.0,
    )
    ali = Profile(
        DEMOS[1],
        "aliyun",
        Credential(told["access_key_id"], told["access_key_secret"], source=source),
        domains=tuple(told["domains"]),
        endpoint=told["url"],
        poll_streams=5.0,
        poll_others=15.0,
    )
    return demo, ali


def _troubled(trouble: Trouble, profile: Profile, url: str, args: argparse.Namespace) -> int:
    """The console, with a story beside it."""
    import os
    import signal

    from livetui.commands import again
    from livetui.commands.console import open_console
    from livetui.commands.troubles import Cloud, DemoClock, Story

    clock, cloud = DemoClock(), Cloud(url)

    def kill() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    names = "".join(f"{name}\n" for name in cloud.streams(trouble.names))

    def begin(app: LivetuiApp) -> None:
        if names:
            app.session.drafts().save("paste", {"text": names})
        Story(trouble, cloud, clock, lambda text: app.call_from_thread(app.tell, text, "bold"), kill).begin()

    def console(first: bool) -> int:
        if not first:
            cloud.order("faults", method="DELETE")
        return open_console(
            profile,
            read_only=args.read_only,
            start=args.pane or "streams",
            now=clock.now,
            begun=begin if first else lambda app: None,
        )

    return again.run(console) if trouble.kills else console(True)


@contextmanager
def emulated(**options: int) -> Iterator[dict[str, Any]]:
    """An emulated account in a process of its own, and what it said when it listened: url and keys. It ends
    with the block, and with this process however that ends: then its input closes.
    """
    import json
    import subprocess
    from importlib import import_module
    from pathlib import Path
    from tempfile import TemporaryFile

    import livetui

    where = str(Path(livetui.__file__).resolve().parent.parent)
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    # Its errors go to a file: nobody would empty a pipe while the console runs.
    with TemporaryFile() as errors:
        child = subprocess.Popen(
            [sys.executable, "-P", "-c", LAUNCH, where, "emulator", "--until-stdin-closes", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        with child:
            try:
                import_module("livetui.console.app")  # it takes as long as the child's start
                said = child.stdout.readline() if child.stdout else b""
                if not said:
                    child.wait(PATIENCE)
                    errors.seek(0)
                    raise NotStarted(errors.read().decode(errors="replace").strip() or "it said nothing")
                yield json.loads(said)
            finally:
                child.terminate()
                try:
                    child.wait(PATIENCE)
                except subprocess.TimeoutExpired:
                    child.kill()
