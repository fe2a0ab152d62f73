"""`livetui call`: one signed call of one action, its reply as JSON on stdout."""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livetui.commands.tell import as_json, complain, print_json

if TYPE_CHECKING:
    from livetui.catalogue import Action, Catalogue
    from livetui.client import Client
    from livetui.operations.guard import Done, Planned
    from livetui.settings import Profile
    from livetui.watch.gather import Account

EPILOG = """\
Parameters: Name=value, nested ones as LayoutParams.ImageLayer=1 or InputStreamList.0.InputStreamName=a,
whole lists and structures as JSON (DomainNames='["push.example.com"]'). A time is written as the API does,
with an offset, or as +2h from now. Secrets are better kept out of the command line: use --json @FILE.
Without --profile and a config file the key pair is taken from TENCENTCLOUD_SECRET_ID and
TENCENTCLOUD_SECRET_KEY (and TENCENTCLOUD_TOKEN, TENCENTCLOUD_REGION). The key of apsara is taken from
ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET (and ALIBABA_CLOUD_SECURITY_TOKEN), that of
lvb from LIVETUI_LVB_APPID and LIVETUI_LVB_KEY.
"""


class _Usage(Exception):
    """Nothing was sent, because of what the command line says."""


class _Failure(Exception):
    """Nothing was sent, because of something else."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.parse_known_args = partial(_mixed, parser)  # type: ignore[method-assign]
    parser.add_argument("service", metavar="SERVICE", help="service id: css, mdp, lvb, channel or apsara")
    parser.add_argument("action", metavar="ACTION", help="as `livetui actions` lists them")
    parser.add_argument("parameters", metavar="NAME=VALUE", nargs="*", help="parameters, see below")
    parser.add_argument("--json", metavar="TEXT|@FILE|-", help="parameters as a JSON object; - is stdin")
    parser.add_argument("--region", metavar="REGION", help="for actions that need one")
    parser.add_argument("--profile", metavar="NAME", default="", help="the profile whose key signs")
    parser.add_argument("--endpoint", metavar="URL", help="send to this URL instead")
    parser.add_argument(
        "--signature",
        choices=("tc3", "HmacSHA1", "HmacSHA256"),
        default="tc3",
        help="default: tc3 for css and mdp, HmacSHA1 for channel; the others have one only",
    )
    parser.add_argument(
        "--allow-plain-http", action="store_true", help="send unencrypted where there is no other way (lvb)"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, for the journal")
    parser.add_argument("--dry-run", action="store_true", help="print the request and send nothing")
    parser.add_argument("--yes", "-y", action="store_true", help="do not ask before a change")
    parser.add_argument("--full", action="store_true", help="print the reply with its envelope")


def _mixed(parser: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
    """Takes parameters from behind an option too, which argparse gives back as words nobody expected."""
    made, rest = argparse.ArgumentParser.parse_known_args(parser, args, namespace)
    made.parameters = [*made.parameters, *(word for word in rest if not word.startswith("-"))]
    return made, [word for word in rest if word.startswith("-")]


def run(args: argparse.Namespace) -> int:
    """Make the call. Exit code 1 when it failed, 2 for bad usage; then nothing was sent."""
    from livetui.catalogue import UnknownAction, UnknownService, load
    from livetui.client import BadParameters, ClientError
    from livetui.commands.whom import WrongCloud
    from livetui.settings import ConfigError, CredentialMissing, UnknownProfile

    try:
        catalogue = load(args.service)
        action = catalogue.action(args.action)
        params = _parameters(catalogue, action, args)
        return asyncio.run(_run(args, catalogue, action, params))
    except (UnknownService, UnknownAction, UnknownProfile, WrongCloud, _Usage) as error:
        return complain(str(error), 2)
    except BadParameters as error:
        for problem in error.problems:
            complain(f"{action.name}: {problem}", 2)
        return 2
    except ClientError as error:
        return complain(str(error), 1, error)
    except (ConfigError, CredentialMissing, _Failure) as error:
        return complain(str(error), 1)


def _parameters(catalogue: Catalogue, action: Action, args: argparse.Namespace) -> dict[str, Any]:
    from livetui.commands.assign import BadWord, assign

    try:
        base = json.loads(_json_text(args.json)) if args.json is not None else {}
    except (ValueError, RecursionError) as error:
        raise _Usage(f"--json: {error}") from None
    if not isinstance(base, dict):
        raise _Usage("--json: not a JSON object")
    try:
        return assign(catalogue, action, args.parameters, base, _now())
    except BadWord as error:
        raise _Usage(str(error)) from None


def _json_text(source: str) -> str:
    if source == "-":
        return sys.stdin.read()
    if not source.startswith("@"):
        return source
    try:
        return Path(source[1:]).read_text(encoding="utf-8")
    except OSError as error:
        raise _Usage(f"--json {source}: {error.strerror}") from None


async def _run(args: argparse.Namespace, catalogue: Catalogue, action: Action, params: dict[str, Any]) -> int:
    from livetui.commands.whom import account_of, profile_for, with_any_key
    from livetui.operations.guard import Planned

    profile = profile_for(args.profile, catalogue.service, with_credential=not args.dry_run)
    # What is only looked at shows nothing to the network, and needs no key.
    plain = args.allow_plain_http or profile.allow_plain_http or args.dry_run
    profile = replace(with_any_key(profile) if args.dry_run else profile, allow_plain_http=plain)
    account = account_of(profile, catalogue.service, endpoint=args.endpoint, signature=args.signature)
    async with account.client as client:
        region = args.region or _region(action, profile)
        client.refuse(action, params, region, to_send=not args.dry_run)
        if args.dry_run:
            print_json(_shown(client, action, params, region))
            return 0
        planned = Planned(action, params, region or "", reason=args.reason)
        if action.effect != "read" and not args.yes:
            _confirm(client, profile, planned)
        return _report(await _send(account, profile, planned), args.full)


async def _send(account: Account, profile: Profile, planned: Planned) -> Done:
    """By the way that every change goes: on record before, sent once, on record after."""
    from livetui.operations.guard import Guard
    from livetui.operations.journal import Journal
    from livetui.settings import paths

    journal = Journal(paths().journal_file, _now)
    return await Guard(account, journal, account.client.account, profile.cloud).send(planned)


def _report(done: Done, full: bool) -> int:
    from livetui.client import ClientError

    if done.journal_trouble is not None:
        complain(f"the call was made, but not its outcome put on record: {done.journal_trouble}", 1)
    if done.reply is None:
        return complain(done.message, 1, done.error if isinstance(done.error, ClientError) else None)
    if full:
        print_json(json.loads(done.reply.raw))
    else:
        # Two systems tell none.
        ident = {"RequestId": done.reply.request_id} if done.reply.request_id else {}
        print_json({**done.reply.data, **ident})
    return 0


def _region(action: Action, profile: Profile) -> str | None:
    """The one region of the profile that the action allows; None where there is a choice, or no need."""
    allowed = [region for region in profile.regions if region in action.regions]
    return allowed[0] if len(allowed) == 1 else None


# What is shown.


def _shown(client: Client, action: Action, params: dict[str, Any], region: str | None) -> dict[str, Any]:
    """The request as it may be shown: signed, with signature and secrets hidden."""
    from livetui.catalogue.mask import DOTS, mask
    from livetui.settings import masked_id

    request = client.build(action.name, params, region)
    headers = dict(request.headers)
    if "x-tc-token" in headers:
        headers["x-tc-token"] = DOTS
    masked = mask(client.catalogue, action.parameters, params)
    body: dict[str, Any] = masked
    shown = {"method": request.method, "url": str(request.url).partition("?")[0], "headers": headers}
    if "authorization" in headers:
        hidden = re.sub(r"(Signature=).*", rf"\1{DOTS}", headers["authorization"])
        headers["authorization"] = re.sub(
            r"(Credential=)([^/]*)", lambda found: found[1] + masked_id(found[2]), hidden
        )
        return {**shown, "body": body}
    # What is signed travels in the query or the form: so it is put together anew, of what may be seen.
    seen = client.build(action.name, masked, region)
    if query := seen.url.query.decode():
        shown["query"] = _flat(query)
    if headers.get("content-type") == "application/json":
        shown["body"] = json.loads(seen.content)
    elif seen.content:
        shown["body"] = _flat(seen.content.decode())
    return shown


def _flat(text: str) -> dict[str, str]:
    """A query or form, with what signs it hidden."""
    from urllib.parse import parse_qsl

    from livetui.catalogue.mask import DOTS
    from livetui.settings import masked_id

    hidden = dict.fromkeys(("Signature", "sign", "Token", "SecurityToken"), DOTS)
    told = dict(parse_qsl(text, keep_blank_values=True))
    told |= {name: masked_id(told[name]) for name in ("SecretId", "AccessKeyId") if name in told}
    return told | {name: dots for name, dots in hidden.items() if name in told}


def _confirm(client: Client, profile: Profile, planned: Planned) -> None:
    """Show what is about to be done and ask. Raises _Usage where nobody can be asked, _Failure on a no."""
    from livetui.catalogue.mask import mask
    from livetui.operations.guard import friction
    from livetui.settings import masked_id

    action = planned.action
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise _Usage(f"{action.name} changes something ({action.effect}) and nobody can be asked; add --yes")
    masked = mask(client.catalogue, action.parameters, planned.params)
    facts = {
        "service": client.catalogue.title,
        "endpoint": client.endpoint.url,
        "account": masked_id(client.account),
        "profile": profile.name + (" (production)" if profile.production else ""),
        "region": planned.region,
        "undone by": action.inverse or "nothing",
        "parameters": as_json(masked, sys.stderr.encoding),
    }
    sys.stderr.write(f"{action.name} ({action.effect}): {action.summary}\n")
    sys.stderr.writelines(f"  {name:11}{text}\n" for name, text in facts.items() if text)
    tier = friction("confirm", action.effect, profile.production)
    wanted = (profile.name,) if tier == "type" else ("y", "yes")
    sys.stderr.write(f"Type {profile.name} to send it: " if tier == "type" else "Send it? [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip()
    if (answer if tier == "type" else answer.lower()) not in wanted:
        raise _Failure("not sent")


def _now() -> datetime:
    return datetime.now(UTC)
