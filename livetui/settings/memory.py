"""What the console remembers between runs: views, recent calls, drafts of forms. JSON in the state folder.

All of it is a convenience: a file that is damaged counts as empty, is set aside as `NAME.damaged` and never
written over. Values marked sensitive in the catalogue are the caller's to leave out: these files are
private (0600), and still no place for a key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from livetui.frozen import frozen
from livetui.settings.paths import Caution, folder_lock, write_private

RECENT_CALLS = 50
"""How many calls are remembered for each profile."""
CUT_OFF = 5
"""How many consoles of a profile may have been cut off at once."""


class MemoryUnavailable(Exception):
    """Something could not be remembered: which file, and why."""

    def __init__(self, path: Path, cause: OSError) -> None:
        self.path, self.cause = path, cause
        super().__init__(f"{path}: {cause.strerror or cause}")


@frozen
class RecentCall:
    """One call made from the palette, as it can be made again."""

    service: str
    action: str
    region: str
    params: Mapping[str, Any]
    at: str
    """UTC, ISO 8601."""


@frozen
class Draft:
    """A form that was left or whose call failed. A field that is not in `values` is unset."""

    profile: str
    form: str
    """What the form is for: an action, with the identity of what it edits where there is one."""
    values: Mapping[str, Any]
    at: str
    """UTC, ISO 8601."""


class Memory:
    """The remembered things of one state folder; several consoles may share it.

    Each method that writes raises MemoryUnavailable; each that reads returns what is there, never raises.
    """

    def __init__(self, folder: Path, now: Callable[[], datetime]) -> None:
        self._folder, self._now = folder, now
        self.cautions: list[Caution] = []
        """Files that were found damaged, oldest first."""

    def view(self, profile: str, pane: str) -> dict[str, Any]:
        """How the pane was last left (sort, filter, columns …); empty when not known."""
        return self.views(profile).get(pane, {})

    def views(self, profile: str) -> dict[str, dict[str, Any]]:
        """How each pane was last left, by pane."""
        found = self._read("views").get(profile)
        held = found.items() if isinstance(found, dict) else ()
        return {pane: view for pane, view in held if isinstance(view, dict)}

    def keep_view(self, profile: str, pane: str, parts: Mapping[str, Any]) -> None:
        """Parts of how the pane was left; those not given stay as they are, None takes one away."""

        def change(data: dict[str, Any]) -> None:
            panes = data.get(profile)
            panes = panes if isinstance(panes, dict) else {}
            before = panes.get(pane)
            view = {**(before if isinstance(before, dict) else {}), **parts}
            data[profile] = {**panes, pane: {name: part for name, part in view.items() if part is not None}}

        self._change("views", change)

    def recent_calls(self, profile: str) -> list[RecentCall]:
        """Newest first."""
        return [call for raw in _list(self._read("calls").get(profile)) if (call := _call(raw))]

    def keep_call(
        self, profile: str, service: str, action: str, params: Mapping[str, Any], region: str = ""
    ) -> None:
        """Put the call first; the same call made before goes."""
        made = {"service": service, "action": action, "region": region, "params": dict(params)}

        def change(data: dict[str, Any]) -> None:
            others = [raw for raw in _list(data.get(profile)) if _without_time(raw) != made]
            data[profile] = [{**made, "at": self._stamp()}, *others][:RECENT_CALLS]

        self._change("calls", change)

    def draft(self, profile: str, form: str) -> Draft | None:
        """The draft kept for that form, or None."""
        found = self._read("drafts").get(profile)
        raw = found.get(form) if isinstance(found, dict) else None
        return _draft(profile, form, raw)

    def drafts(self, profile: str) -> list[Draft]:
        """Every draft of the profile, newest first."""
        found = self._read("drafts").get(profile)
        kept = [_draft(profile, form, raw) for form, raw in found.items()] if isinstance(found, dict) else []
        return sorted((draft for draft in kept if draft), key=lambda draft: draft.at, reverse=True)

    def keep_draft(self, profile: str, form: str, values: Mapping[str, Any]) -> None:
        def change(data: dict[str, Any]) -> None:
            forms = data.get(profile)
            kept = forms if isinstance(forms, dict) else {}
            data[profile] = {**kept, form: {"values": dict(values), "at": self._stamp()}}

        self._change("drafts", change)

    def drop_draft(self, profile: str, form: str) -> None:
        """Forget the draft: its call was accepted, or the operator threw it away."""
        if self.draft(profile, form) is None:
            return

        def change(data: dict[str, Any]) -> None:
            forms = data.get(profile)
            if isinstance(forms, dict):
                forms.pop(form, None)

        self._change("drafts", change)

    def leave(self, profile: str, how: Mapping[str, Any]) -> None:
        """Keep how a console was cut off, for the next start; of several, that of each."""

        def change(data: dict[str, Any]) -> None:
            data[profile] = [*_list(data.get(profile)), {**how, "at": self._stamp()}][-CUT_OFF:]

        self._change("left", change)

    def take_left(self, profile: str) -> dict[str, Any]:
        """How the console that was cut off last stood, with the time ("at"); it is forgotten. {} for none."""
        found: dict[str, Any] = {}

        def change(data: dict[str, Any]) -> None:
            held = _list(data.get(profile))
            if held and isinstance(last := held.pop(), dict):
                found.update(last)
            data[profile] = held

        if not _list(self._read("left").get(profile)):
            return found
        try:
            self._change("left", change)
        except MemoryUnavailable:
            # It will be offered once more; that is better than not at all.
            return found
        return found

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="milliseconds")

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.json"

    def _read(self, name: str) -> dict[str, Any]:
        try:
            raw = self._path(name).read_bytes()
        except OSError:
            return {}
        found = _object(raw)
        if found is None:
            self._note(self._path(name), "is damaged and counts as empty")
        return found or {}

    def _change(self, name: str, change: Callable[[dict[str, Any]], None]) -> None:
        path = self._path(name)
        try:
            with folder_lock(self._folder):
                if path.exists() and _object(path.read_bytes()) is None:
                    path.replace(path.with_name(path.name + ".damaged"))
                data = self._read(name)
                change(data)
                # How lists were left is written at every step through them, and a disk takes its time to
                # be sure; a power cut may cost the last of it.
                write_private(path, json.dumps(data, indent=1).encode(), sure=name != "views")
        except OSError as error:
            raise MemoryUnavailable(path, error) from error

    def _note(self, path: Path, message: str) -> None:
        caution = Caution(path, f"{path} {message}", f"look at it, or delete it: rm {path}")
        if caution not in self.cautions:
            self.cautions.append(caution)


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _without_time(raw: object) -> object:
    return {key: value for key, value in raw.items() if key != "at"} if isinstance(raw, dict) else raw


def _call(raw: object) -> RecentCall | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("params"), dict):
        return None
    words = [raw.get(name) for name in ("service", "action", "region", "at")]
    if not all(isinstance(word, str) for word in words):
        return None
    service, action, region, at = map(str, words)
    return RecentCall(service, action, region, raw["params"], at)


def _draft(profile: str, form: str, raw: object) -> Draft | None:
    if (
        not isinstance(raw, dict)
        or not isinstance(raw.get("values"), dict)
        or not isinstance(raw.get("at"), str)
    ):
        return None
    return Draft(profile, form, raw["values"], raw["at"])
