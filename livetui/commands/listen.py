"""`livetui listen`: receives event notifications, prints each as a JSON line, and feeds the console."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from livetui.commands.tell import complain

if TYPE_CHECKING:
    from livetui.settings.events import Kept
    from livetui.settings.listeners import Listener

CALLBACK_KEY = "LIVETUI_CALLBACK_KEY"
EPILOG = f"""\
The callback key comes from the environment ({CALLBACK_KEY}), from a profile, or is asked for; never from an
argument, which every user of this machine could read. The first line on standard output is {{"url": …}}; each
further one is an event: at (when it arrived), event_type, message. Standard error has the counts at the end.
"""


class _NoKey(Exception):
    """There is no callback key to check signatures with; the text says what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.allow_abbrev = False  # --key is not to be a short form of --key-from: somebody would type a key
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    parser.add_argument("--expose", action="store_true", help="listen where other machines can reach it")
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument(
        "--key-from", metavar="PROFILE", default="", help="check with this profile's callback key"
    )
    keys.add_argument(
        "--no-sign", action="store_true", help="take messages unsigned: anyone can make them up"
    )


def run(args: argparse.Namespace) -> int:
    """Serves until it is told to end: 0; 2 where it cannot listen or has no key, said on stderr."""
    import secrets
    from datetime import UTC, datetime

    from livetui import loopback
    from livetui.listener import serve
    from livetui.listener.receiver import Receiver
    from livetui.settings import ConfigError, CredentialMissing, UnknownProfile, paths
    from livetui.settings.events import EventsFile

    try:
        key = None if args.no_sign else _key(args.key_from)
    except (_NoKey, UnknownProfile, ConfigError, CredentialMissing) as error:
        return complain(str(error), 2)
    try:
        listening = loopback.bind(args.host, args.port, expose=args.expose)
    except loopback.NotLoopback:
        return complain(f"{args.host} can be reached from other machines; say --expose if that is meant", 2)
    except (OSError, OverflowError) as error:
        return complain(f"cannot listen on {args.host} port {args.port}: {error}", 2)

    url, folder = loopback.url_of(listening), paths()
    receiver = Receiver(
        EventsFile(folder.events_file),
        lambda: datetime.now(UTC),
        id=secrets.token_hex(4),
        key=key,
        profile=args.key_from,
        show=_show,
        warn=_warn,
    )
    server = serve.Server(receiver, url, folder.state, lambda: _print({"url": url}), _warn)
    serve.run(server, listening)
    _warn(counts(receiver.told(url)))
    if receiver.nobody_reads.is_set():
        raise BrokenPipeError
    return 0


def counts(told: Listener) -> str:
    """What came in, in one line."""
    refused = ", ".join(f"{count} {reason}" for reason, count in sorted(told.refused.items()))
    text = f"received {told.received}, repeated {told.repeated}, refused {sum(told.refused.values())}"
    text += f" ({refused})" if refused else ""
    return f"{text}, not kept {told.unkept}" if told.unkept else text


def _key(profile: str) -> str:
    """The callback key of a profile, else of the environment, else what is typed. Raises _NoKey."""
    import os

    if profile:
        return _profiles_key(profile)
    if key := os.environ.get(CALLBACK_KEY, "").strip():
        return key
    if sys.stdin.isatty():
        from getpass import getpass

        if key := getpass("callback key: ").strip():
            return key
    raise _NoKey(
        f"no callback key: set {CALLBACK_KEY}, name a profile that has one (--key-from), or say --no-sign "
        "where the account signs nothing"
    )


def _profiles_key(name: str) -> str:
    from livetui.settings import UnknownProfile, load, paths

    config = load(paths().config_file)
    if name not in config.profiles:
        raise UnknownProfile(name, tuple(config.profiles))
    # Its API keys are of no use here, so it need not have any that can be read.
    key = config.profiles[name].callback()
    if not key:
        raise _NoKey(f"profile {name} has no callback_key; add one to {config.file}, or set {CALLBACK_KEY}")
    return key


def _show(kept: Kept) -> None:
    _print(
        {
            "at": kept.at.isoformat(timespec="milliseconds"),
            "event_type": int(kept.message["event_type"]),
            **({"profile": kept.profile} if kept.profile else {}),
            "message": dict(kept.message),
        }
    )


def _print(value: dict[str, object]) -> None:
    """One line; JSON escapes whatever steers a terminal, DEL aside."""
    sys.stdout.write(json.dumps(value).replace("\x7f", "\\u007f") + "\n")
    sys.stdout.flush()


def _warn(text: str) -> None:
    complain(text, 0)
