"""`livetui` and `livetui run`: the console on a profile."""

from __future__ import annotations

import argparse
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", default="", help="the profile to open; the default one when left out")
    parser.add_argument("--endpoint", help="send to this URL instead of the service's own host")
    parser.add_argument("--read-only", action="store_true", help="refuse everything but reads")
    parser.add_argument("--pane", default="streams", help="the resource to show first, e.g. domains")


def run(args: argparse.Namespace) -> int:
    """0 when the operator quit; 2 when there is nothing to open, said on stderr with what to do."""
    from dataclasses import replace

    from livetui.settings import ConfigError, CredentialMissing, UnknownProfile, load, paths

    if not sys.stdout.isatty():
        print("livetui: the console needs a terminal; for pipes there is: livetui get", file=sys.stderr)
        return 2
    places = paths()
    try:
        config = load(places.config_file)
        if not config.profiles and not args.profile:
            return _first_start(args)
        profile = config.profile(args.profile)
    except (ConfigError, UnknownProfile, CredentialMissing) as error:
        print(f"livetui: {error}", file=sys.stderr)
        return 2
    if args.endpoint:
        profile = replace(profile, endpoint=args.endpoint)
    return open_console(profile, read_only=args.read_only, start=args.pane)


def open_console(profile: object, *, read_only: bool = False, start: str = "streams") -> int:
    """Run the console until the operator leaves."""
    import gc

    # Start-up makes many objects and frees few: collecting in between only costs time.
    gc.disable()
    from livetui.client import BadCredential, BadEndpoint
    from livetui.console.app import LivetuiApp
    from livetui.console.session import open_session
    from livetui.settings import Profile, paths
    from livetui.watch.cells import utc_now

    if not isinstance(profile, Profile):
        raise TypeError("a profile is needed")
    try:
        session = open_session(profile, paths(), utc_now, read_only=read_only)
    except (BadEndpoint, BadCredential) as error:
        print(f"livetui: {error}", file=sys.stderr)
        return 2
    if start not in session.book.resources:
        print(
            f"livetui: no resource {start!r}; there are: {', '.join(session.book.resources)}", file=sys.stderr
        )
        return 2
    app = LivetuiApp(session, start=start)
    code = app.run(mouse=False)
    return code if isinstance(code, int) else app.return_code or 0


def _first_start(args: argparse.Namespace) -> int:
    """No profile yet: say what was found and offer a way on."""
    from livetui.commands import demo
    from livetui.console.start import StartApp

    chosen = StartApp().run(mouse=False)
    if chosen is None:
        return 0
    if chosen == "demo":
        parser = argparse.ArgumentParser()
        demo.add_arguments(parser)
        return demo.run(parser.parse_args([]))
    args.profile = chosen
    return run(args)
