"""`livetui` and `livetui console`: the console on a profile."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from livetui.commands.tell import complain

if TYPE_CHECKING:
    from livetui.console.app import LivetuiApp
    from livetui.settings import Caution, Config, Profile


SWITCH = 0.001
"""Seconds after which a thread that computes lets another one go on; Python's own 5 ms are felt in a key."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", default="", help="the profile to open; the default one when left out")
    parser.add_argument(
        "--with",
        dest="others",
        metavar="PROFILE",
        action="append",
        default=[],
        help="a profile to open beside it; may be given more than once",
    )
    parser.add_argument("--endpoint", help="send to this URL instead of the service's own host")
    parser.add_argument("--read-only", action="store_true", help="refuse everything but reads")
    parser.add_argument("--pane", default="", help="the resource to show first, e.g. domains")


def run(args: argparse.Namespace) -> int:
    """0 when the operator quit; 2 when there is nothing to open, said on stderr with what to do."""
    from dataclasses import replace

    from livetui.commands.whom import cautions
    from livetui.settings import ConfigError, CredentialMissing, UnknownProfile, load, paths

    if not on_terminal():
        return complain("the console needs a terminal; for pipes there is: livetui get", 2)
    try:
        config = load(paths().config_file)
        if not config.profiles and not args.profile:
            return _first_start(args, config)
        profile = config.profile(args.profile)
        others = [config.profile(name) for name in dict.fromkeys(args.others) if name != profile.name]
    except UnknownProfile as error:
        remedy = "name one: --profile NAME" if error.known else "run livetui without --profile to make one"
        return complain(f"{error}; {remedy}", 2)
    except (ConfigError, CredentialMissing) as error:
        return complain(str(error), 2)
    profile = replace(profile, endpoint=args.endpoint or profile.endpoint)
    return open_console(
        profile,
        others=others,
        read_only=args.read_only,
        start=args.pane,
        cautions=cautions(config, profile),
    )


def on_terminal() -> bool:
    """Whether there is somebody to look and to type."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def open_console(
    profile: Profile,
    *,
    others: Sequence[Profile] = (),
    read_only: bool = False,
    start: str = "",
    cautions: Sequence[Caution] = (),
    now: Callable[[], datetime] | None = None,
    begun: Callable[[LivetuiApp], None] = lambda app: None,
) -> int:
    """Run the console until the operator leaves; 2 when a profile cannot be used. `cautions` are told.

    `others` are opened beside the profile. `now` takes the place of the machine's clock; `begun` is called
    once the console is on the screen.
    """
    import gc

    # Start-up makes many objects and frees few: collecting in between only costs time.
    gc.disable()
    # What is to be painted is handed to a thread, which must not wait long for a loop that is busy.
    sys.setswitchinterval(SWITCH)
    try:
        return _open(profile, others, read_only, start, cautions, now, begun)
    finally:
        gc.enable()


def _open(
    profile: Profile,
    others: Sequence[Profile],
    read_only: bool,
    start: str,
    cautions: Sequence[Caution],
    now: Callable[[], datetime] | None,
    begun: Callable[[LivetuiApp], None],
) -> int:
    from livetui.client import BadCredential, BadEndpoint
    from livetui.console.app import LivetuiApp
    from livetui.console.collector import COLLECTOR
    from livetui.console.leaving import left_at
    from livetui.console.session import join, open_session
    from livetui.settings import CredentialMissing, paths
    from livetui.watch.cells import utc_now
    from livetui.watch.even import steady

    try:
        seconds = None if now else steady
        session = open_session(profile, paths(), now or utc_now, read_only=read_only, seconds=seconds)
        for profile in others:
            join(session.window, profile)
    except (BadEndpoint, BadCredential) as error:
        return complain(f"profile {profile.name}: {error.message}", 2, error)
    except CredentialMissing as error:
        return complain(str(error), 2)
    left = {} if start else left_at(session)
    start = start or str(left.get("resource", session.window.home))
    if start not in session.book.resources:
        session.window.complete()
    if start not in session.book.resources:
        return complain(f"no resource {start!r}; there are: {', '.join(session.book.resources)}", 2)
    told = "; ".join(f"{caution.message}: {caution.remedy}" for caution in cautions)

    def painted() -> None:
        COLLECTOR.begin()
        begun(app)

    app = LivetuiApp(session, start=start, greeting=told, painted=painted, left=left)
    code = app.run(mouse=False)
    if app.cut_off is not None:
        return app.cut_off
    return code if isinstance(code, int) else app.return_code or 0


def _first_start(args: argparse.Namespace, config: Config) -> int:
    """No profile yet: say what was found and offer a way on."""
    from livetui.commands import demo
    from livetui.console.start import StartApp
    from livetui.settings import discover
    from livetui.watch.cells import utc_now

    app = StartApp(config, discover, utc_now, endpoint=args.endpoint)
    chosen = app.run(mouse=False)
    if chosen is None:
        return app.return_code or 0
    if chosen == "demo":
        parser = argparse.ArgumentParser()
        demo.add_arguments(parser)
        words = ["--pane", args.pane, *(["--read-only"] if args.read_only else [])]
        return demo.run(parser.parse_args(words))
    args.profile = chosen
    return run(args)
