"""`livetui actions`: what the catalogue knows, as a table or as JSON."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from livetui.catalogue import Action, Catalogue, Field

WIDTH = 80
EFFECTS = ("read", "write", "destructive")
_SHORT = {"read": "", "write": "w", "destructive": "D"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "service",
        metavar="SERVICE",
        nargs="?",
        help="only of this service: css, mdp, lvb, channel or apsara",
    )
    parser.add_argument("action", metavar="ACTION", nargs="?", help="this action with its parameters")
    parser.add_argument("--effect", choices=EFFECTS, help="only actions that do this")
    parser.add_argument("--json", action="store_true", help="a JSON list with everything that is known")


def run(args: argparse.Namespace) -> int:
    """Print the actions. Exit code 2 for a service or action there is none of."""
    from livetui.catalogue import SERVICES, UnknownAction, UnknownService, load

    try:
        catalogues = [load(service) for service in ([args.service] if args.service else SERVICES)]
        chosen = [
            (catalogue, action)
            for catalogue in catalogues
            for action in ([catalogue.action(args.action)] if args.action else catalogue)
            if args.effect in (None, action.effect)
        ]
    except (UnknownService, UnknownAction) as error:
        sys.stderr.write(f"livetui: {error}\n")
        return 2
    if args.json:
        described = [describe(catalogue, action) for catalogue, action in chosen]
        sys.stdout.write(json.dumps(described, indent=1) + "\n")
        return 0
    lines = page(*chosen[0], _width()) if args.action and chosen else tables(catalogues, chosen, _width())
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _width() -> int:
    """Columns to fill: the terminal's; 80 where there is none."""
    return max(40, shutil.get_terminal_size((WIDTH, 24)).columns) if sys.stdout.isatty() else WIDTH


# For programs.


def describe(catalogue: Catalogue, action: Action) -> dict[str, Any]:
    """All that is known of an action; members that say nothing are left out of its fields."""
    return {
        "service": action.service,
        "action": action.name,
        "version": action.version,
        "summary": action.summary,
        "effect": action.effect,
        "because": action.because,
        "inverse": action.inverse,
        "rate_limit": action.rate_limit,
        "rate_window": action.rate_window,
        "paginated": action.page is not None,
        "deprecated": action.deprecated,
        "documented": not action.undocumented,
        "section": action.section,
        "regions": list(action.regions),
        "parameters": [_field(catalogue, field, ()) for field in action.parameters],
        "response": [_field(catalogue, field, ()) for field in action.response],
        "errors": list(action.errors),
    }


def _field(catalogue: Catalogue, field: Field, inside: tuple[str, ...]) -> dict[str, Any]:
    from livetui.catalogue import UNSET

    made: dict[str, Any] = {"name": field.name, "type": field.type, "required": field.required}
    for name, value in field._asdict().items():
        if name not in made and value not in (UNSET, None, "", (), False):
            made[name] = value
    if field.default is not UNSET:
        made["default"] = field.default
    if field.labels:
        made["labels"] = dict(field.labels)
    kind = field.item_type
    if kind in catalogue.structure_names() and kind not in inside:
        members = catalogue.structure(kind).members
        made["members"] = [_field(catalogue, member, (*inside, kind)) for member in members]
    return made


# For people.


def tables(catalogues: list[Catalogue], chosen: list[tuple[Catalogue, Action]], width: int) -> Iterator[str]:
    """A table for each service, under its name where there are several."""
    for number, catalogue in enumerate(catalogues):
        if len(catalogues) > 1:
            if number:
                yield ""
            yield _cut(f"{catalogue.service}: {catalogue.title}, version {catalogue.version}", width)
        yield from table([action for of, action in chosen if of is catalogue], width)


def table(actions: list[Action], width: int) -> Iterator[str]:
    """One line an action: effect, name, calls a second, summary as far as there is room."""
    from livetui.catalogue.text import columns

    name_width = max((len(action.name) for action in actions), default=0)
    rate_width = max(4, *(len(_rate(action)) for action in actions))
    yield f"  {'ACTION':{name_width}} {'RATE':>{rate_width}} SUMMARY"
    for action in actions:
        mark = _SHORT[action.effect] or " "
        old = "(disused) " if action.deprecated else ""
        head = f"{mark} {action.name:{name_width}} {_rate(action):>{rate_width}} "
        yield head + _cut(old + action.summary, width - columns(head))
    counts = {effect: sum(action.effect == effect for action in actions) for effect in EFFECTS}
    yield ""
    told = ", ".join(f"{count} {effect}" for effect, count in counts.items() if count)
    yield f"{len(actions)} actions: {told or 'none'}"
    yield "w changes something; D takes something off the air, or deletes"


def _rate(action: Action) -> str:
    """Calls a second; "100/60" for so many in 60 seconds, "-" where nothing is documented."""
    if not action.rate_limit:
        return "-"
    return str(action.rate_limit) if action.rate_window == 1 else f"{action.rate_limit}/{action.rate_window}"


def _rate_in_words(action: Action) -> str:
    if not action.rate_limit:
        return "none documented"
    return (
        f"{action.rate_limit} {'a second' if action.rate_window == 1 else f'in {action.rate_window} seconds'}"
    )


def page(catalogue: Catalogue, action: Action, width: int) -> Iterator[str]:
    """An action with its parameters, for who is about to call it."""
    from livetui.catalogue.text import wrap

    yield f"{action.service} {action.name} ({action.version})"
    yield from wrap(action.summary, width)
    yield ""
    facts = {
        "effect": f"{action.effect}: {action.because}",
        "undone by": action.inverse,
        "rate": _rate_in_words(action),
        "regions": ", ".join(action.regions),
        "section": action.section,
    }
    for name, text in facts.items():
        if text:
            yield from _labelled(f"{name:10} ", text, width)
    for title, fields in (("PARAMETERS", action.parameters), ("REPLY", action.response)):
        if fields:
            yield ""
            yield title
            yield from _fields(catalogue, fields, width, "  ", ())


def _fields(
    catalogue: Catalogue, fields: tuple[Field, ...], width: int, indent: str, inside: tuple[str, ...]
) -> Iterator[str]:
    for field in fields:
        yield f"{indent}{field.name}: {field.type}{' (required)' if field.required else ''}"
        text = " ".join(part for part in (field.help, bounds(field)) if part)
        if text:
            yield from _labelled(f"{indent}    ", text, width)
        kind = field.item_type
        if kind in catalogue.structure_names() and kind not in inside and len(inside) < 4:
            members = catalogue.structure(kind).members
            yield from _fields(catalogue, members, width, f"{indent}    ", (*inside, kind))


def bounds(field: Field) -> str:
    """What values a field takes, in a few words."""
    from livetui.catalogue import UNSET

    def choice(value: Any) -> str:
        label = field.label(value)
        return f"{value!r} ({label})" if label else repr(value)

    said = []
    if field.allowed:
        said.append("One of " + ", ".join(choice(value) for value in field.allowed) + ".")
    if field.minimum is not None or field.maximum is not None:
        low = "" if field.minimum is None else f"{field.minimum:.15g}"
        high = "" if field.maximum is None else f"{field.maximum:.15g}"
        said.append(f"{low}–{high}{f' {field.unit}' if field.unit else ''}.")
    longest = {"characters": field.max_chars, "bytes": field.max_bytes, "entries": field.max_items}
    said += [f"At most {most} {unit}." for unit, most in longest.items() if most is not None]
    if field.time:
        said.append(f"Time as {' or '.join(field.time)}.")
    if field.default is not UNSET:
        said.append(f"Default {field.default!r}.")
    return " ".join(said)


def _labelled(label: str, text: str, width: int) -> Iterator[str]:
    from livetui.catalogue.text import wrap

    for number, line in enumerate(wrap(text, width - len(label))):
        yield (label if number == 0 else " " * len(label)) + line


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"
