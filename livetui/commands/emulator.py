"""`livetui emulator`: an emulated account over real HTTP."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    parser.add_argument("--streams", type=natural, default=60, metavar="N", help="streams of the account")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="what the account is drawn from")
    parser.add_argument("--latency", type=natural, default=0, metavar="MS", help="how late every answer is")
    parser.add_argument("--no-rate-limits", action="store_true", help="do not hold the documented limits")
    parser.add_argument("--expose", action="store_true", help="let it and other machines reach each other")
    parser.add_argument("--parent-pid", type=int, metavar="PID", help="end when this process is gone")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when standard input does")


def run(args: argparse.Namespace) -> int:
    """Prints a line of JSON when it listens: url, each system's key, and the domains that no action lists.

    Serves until it is told to end.
    """
    import gc
    import secrets
    from functools import partial

    from livetui import loopback
    from livetui.emulator import serve
    from livetui.emulator.account import Account
    from livetui.emulator.app import Emulator
    from livetui.emulator.apsara.state import DOMAINS
    from livetui.emulator.gate import Key
    from livetui.emulator.limits import Limits

    try:
        listening = loopback.bind(args.host, args.port, expose=args.expose)
    except loopback.NotLoopback:
        return _refuse(f"{args.host} can be reached from other machines; say --expose if that is meant")
    except (OSError, OverflowError) as error:
        return _refuse(f"cannot listen on {args.host} port {args.port}: {error}")

    account = Account(seed=args.seed, streams=args.streams)
    key = Key(f"AKID{secrets.token_hex(16)}", secrets.token_hex(16))
    aliyun = Key(f"LTAI{secrets.token_hex(10)}", secrets.token_hex(15), cloud="aliyun")
    lvb = Key(str(account.app_id), secrets.token_hex(16), cloud="lvb")
    emulator = Emulator(
        account,
        [key, aliyun, lvb],
        limits=Limits(enforced=not args.no_rate_limits),
        latency=args.latency / 1000,
    )
    emulator.notices.anywhere = args.expose

    # The account is made before anyone is told where it is, and kept out of the collector's way: with
    # 20,000 streams its passes over them would be most of what a page costs.
    streams = emulator.account.streams
    for online in streams.online(emulator.account.clock.now()):
        streams.row(online)
    gc.freeze()

    def ready() -> None:
        line = {
            "url": loopback.url_of(listening),
            "secret_id": key.secret_id,
            "secret_key": key.secret_key,
            "access_key_id": aliyun.secret_id,
            "access_key_secret": aliyun.secret_key,
            "domains": DOMAINS,
            "lvb_appid": lvb.secret_id,
            "lvb_key": lvb.secret_key,
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    until: Callable[[Callable[[], object]], None] = lambda stop: None  # noqa: E731
    if args.parent_pid is not None:
        until = partial(serve.wait_for_parent, args.parent_pid)
    elif args.until_stdin_closes:
        until = serve.wait_for_stdin
    serve.run(emulator, listening, ready, until)
    return 0


def _refuse(why: str) -> int:
    sys.stderr.write(f"livetui emulator: {why}\n")
    return 2


def natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("has to be 0 or more")
    return number
