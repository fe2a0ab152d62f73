"""The screen of a form: fields, what is known of the one under the cursor, and what the service said."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, ClassVar

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widget import Widget

from livetui.catalogue import Action, Catalogue
from livetui.catalogue.text import visible, wrap
from livetui.client.errors import BadParameters, ClientError
from livetui.console.forms import words
from livetui.console.forms.lines import FormLines
from livetui.console.forms.store import DraftStore
from livetui.console.widgets.bars import Bar, Lines, Piece
from livetui.operations.draft import REGION, Draft, SavedElsewhere
from livetui.operations.tree import Change
from livetui.settings import MemoryUnavailable

KEEP_AFTER = 1.0
"""Seconds after a change until the draft is kept, so that a hang-up costs no more than that."""
HELP_LINES = 5


@dataclass(frozen=True, slots=True)
class SubmitResult:
    """What came of sending a form. `field`: the parameter the trouble is about, where that is known.

    ok closes the form; with an error all the same (nobody knows what became of it) the draft is kept.
    """

    ok: bool
    message: str
    error: ClientError | None = None
    field: str | None = None


Submit = Callable[[dict[str, Any], list[Change], str | None], Awaitable[SubmitResult]]
"""Takes the parameters to send, the changes to be shown (what is sensitive masked), and the chosen region."""


class FormHelp(Widget):
    """A rule, and below it as many lines as there are always; repainted only when they change."""

    DEFAULT_CSS = f"FormHelp {{ height: {HELP_LINES + 1}; }}"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._said: list[Piece] = []

    def say(self, lines: list[Piece]) -> None:
        if lines != self._said:
            self._said = lines
            self.refresh(layout=False)

    def render(self) -> Text:
        width = self.size.width
        made = Text("─" * width, "dim", no_wrap=True)
        for text, style in self._said:
            line = Text(visible(text), style, no_wrap=True)
            line.truncate(width, overflow="ellipsis")
            made.append("\n").append_text(line)
        return made


class FormScreen(Screen[SubmitResult | None]):
    """Fills in one action's parameters. Dismisses with the result that was ok, or None when it was left.

    `present`: what the thing has now, by parameter name (`rename`: parameter -> member): the form modifies.
    `given`: what names the thing, fixed. `proposals`: first values. `regions`: the choice of region where the
    action needs one. After a submit that isn't ok the form stays as it is.
    """

    DEFAULT_CSS = """
    FormScreen { layout: vertical; }
    FormScreen #form-head { background: $panel; }
    FormScreen #form-trouble { max-height: 6; color: $text-error; }
    FormScreen #form-keys { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "send", id="form.send"),
        Binding("escape", "leave", "leave, keeping the draft", id="form.leave"),
        Binding("ctrl+d", "discard", "discard", id="form.discard"),
    ]

    def __init__(
        self,
        catalogue: Catalogue,
        action: Action,
        *,
        title: str,
        submit: Submit,
        now: Callable[[], datetime],
        present: Mapping[str, Any] | None = None,
        given: Mapping[str, Any] | None = None,
        proposals: Mapping[str, Any] | None = None,
        rename: Mapping[str, str] | None = None,
        read_only: bool = False,
        draft_store: DraftStore | None = None,
        draft_key: str | None = None,
        zone: tzinfo | None = None,
        regions: Sequence[str] = (),
        region: str | None = None,
    ) -> None:
        super().__init__()
        self.heading, self.read_only = title, read_only
        self._submit, self._now, self._store = submit, now, draft_store
        self.key = draft_key or draft_key_of(action, given or {})
        self.draft = Draft(
            catalogue,
            action,
            now=now,
            present=present,
            given=given,
            proposals=proposals,
            rename=rename,
            zone=zone,
            regions=regions,
            region=region,
        )
        self._first_said: tuple[str, str] = ("", "")
        self.sending = False
        self.failed: SubmitResult | None = None
        self._restore()

    def _restore(self) -> None:
        kept = self._store.load(self.key) if self._store else None
        if kept is None:
            return
        try:
            again = self.draft.restore(kept)
        except SavedElsewhere as error:
            self._first_said = (str(error), "bold red")
            return
        text = "a draft was kept: it goes on here"
        if again:
            text += f"; enter again, secrets are not kept: {', '.join(again)}"
        self._first_said = (text, "bold")

    def compose(self) -> ComposeResult:
        yield Bar(id="form-head")
        yield FormLines(self.draft, self._now, id="form-lines")
        yield FormHelp(id="form-help")
        yield Lines(id="form-trouble")
        yield Bar(id="form-keys")

    @property
    def lines(self) -> FormLines:
        return self.query_one("#form-lines", FormLines)

    def on_mount(self) -> None:
        if self.read_only:
            self.lines.locked = "read-only: nothing here can be changed or sent"
        self._keeping = self.set_timer(KEEP_AFTER, self.keep, pause=True)
        self.lines.said = self._first_said
        self.lines.focus()
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def on_unmount(self) -> None:
        if self.draft.dirty and not self._settled:
            self.keep()

    draft_kept = False
    """It was left, and the draft waits for the next time."""
    _settled = False
    """The draft was sent or thrown away; it is not to be kept any more."""

    # Drawing.

    def _draw(self) -> None:
        self.query_one("#form-head", Bar).say(*self._head())
        self.query_one("#form-help", FormHelp).say(self._help())
        self.query_one("#form-trouble", Lines).say(self._trouble())
        self.query_one("#form-keys", Bar).say(self._keys())

    def _head(self) -> tuple[list[Piece], list[Piece]]:
        action = self.draft.action
        left = [(f" {self.heading}", "bold"), (f"  {action.name}", ""), (f"  {action.effect}", "dim")]
        if self.draft.modifies:
            changed = len(self.draft.changes())
            state = f"{changed} changed" if changed else "unchanged"
        else:
            state = "new"
        missing = sum(problem.kind == "missing" for problem in self.lines.problems.values())
        wrong = len(self.lines.problems) - missing
        right: list[Piece] = [(state, "")]
        if missing:
            right.append((f"  {missing} missing", ""))
        if wrong:
            right.append((f"  {wrong} wrong", "bold red"))
        if self.read_only:
            right.append(("  READ-ONLY", "bold"))
        return left, [*right, (" ", "")]

    def _help(self) -> list[Piece]:
        """Help, facts, the present value; below them what is wrong, or what was last said."""
        row = self.lines.row
        width = max(20, self.size.width - 2)
        said: list[Piece] = []
        if row is None:
            said.append((" This action takes no parameters.", ""))
        else:
            title = words.name(row.field)
            said += _wrapped(f"{title}: {row.field.help}" if row.field.help else title, width, 2, "bold")
            said += _wrapped(words.facts(self.draft, row), width, 2 if len(said) == 1 else 1, "")
            detail = self._detail()
            if detail:
                said += _wrapped(detail, width, 1, "dim")
        last = self._last()
        return [*said[: HELP_LINES - 1], *([("", "")] * (HELP_LINES - 1 - len(said))), last]

    def _last(self) -> Piece:
        row = self.lines.row
        problem = self.lines.problem(row.path) if row else None
        text, style = self.lines.said
        if text:
            return (f" {text}", style)
        if problem is not None and row is not None:
            at = "" if problem.path == row.path else f"{problem.path} "
            return (f"! {at}{problem.message}", "bold red")
        return ("", "")

    def _detail(self) -> str:
        """What the thing has now, and how a time will travel."""
        draft, row = self.draft, self.lines.row
        if row is None:
            return ""
        parts = []
        if draft.modifies and row.path not in draft.given:
            parts.append(f"now: {words.present(draft, row, self._now(), reveal=self.lines.revealed)}")
        held = draft.get(row.path)
        if row.field.type == "timestamp" and draft.state(row.path) == "value" and not draft.rough(row.path):
            parts.append(f"sent as {held} ({row.field.time[0] if row.field.time else 'utc'})")
        return "   ".join(parts)

    def _trouble(self) -> list[Piece]:
        failed = self.failed
        if failed is None:
            return []
        error = failed.error
        if error is None:
            return [(f" {failed.message}", "")]
        at = f"{self.lines.refused}: " if self.lines.refused else ""
        told: list[Piece] = [(f"! {at}{error.code}: {error.message}", "bold red")]
        advice = " ".join(part for part in (error.meaning, error.remedy) if part and part != error.message)
        if advice:
            told.append((f"  {advice}", ""))
        kept = "the draft is kept"
        told.append((f"  RequestId {error.request_id}; {kept}" if error.request_id else f"  {kept}", ""))
        return told

    def _keys(self) -> list[Piece]:
        """The keys that do something where the cursor is."""
        row = self.lines.row
        wanted = ["form.send"]
        if row is not None:
            if row.kind != "value" or row.field.allowed:
                wanted.append("form.enter")
            wanted += ["form.unset", "form.empty", "form.revert"]
            if row.field.sensitive:
                wanted.append("form.reveal")
            if row.kind == "list" or row.entry:
                wanted.append("form.add")
            if row.entry:
                wanted.append("form.remove")
        wanted += ["form.leave", "form.discard"]
        shown = {one.binding.id: one.binding for one in reversed(self.active_bindings.values())}
        bindings = [shown[wish] for wish in wanted if wish in shown]
        words_of = {"form.enter": "choose" if row is not None and row.field.allowed else "open"}
        keys = [
            (self.app.get_key_display(b), words_of.get(b.id or "", b.description.partition(",")[0]))
            for b in bindings
        ]
        roomy = sum(len(key) + len(word) + 3 for key, word in keys) < self.size.width
        said: list[Piece] = [(" ", "")]
        for key, word in keys:
            said += [(key, "bold"), (f" {word}  " if roomy else f" {word} ", "")]
        return said

    # What happens.

    @on(FormLines.Changed)
    def _changed(self) -> None:
        self._keeping.reset()
        self._keeping.resume()
        self._draw()

    @on(FormLines.Moved)
    def _moved(self) -> None:
        self._draw()

    def _say(self, text: str, style: str = "bold") -> None:
        self.lines.said = (text, style)
        self._draw()

    def keep(self) -> None:
        if self._store is None or self._settled:
            return
        try:
            if self.draft.dirty:
                self._store.save(self.key, self.draft.to_json())
            else:
                self._store.drop(self.key)
        except MemoryUnavailable as error:
            self._say(f"the draft can't be kept: {error}", "bold red")

    def _drop(self) -> None:
        self._settled = True
        if self._store is not None:
            try:
                self._store.drop(self.key)
            except MemoryUnavailable as error:
                self.app.notify(visible(f"the draft is still kept: {error}"), markup=False)

    def action_leave(self) -> None:
        """Back; the draft stays for the next time."""
        if self.sending:
            self._say("sending: wait for the answer")
        elif not self.draft.dirty:
            self._drop()
            self.dismiss(None)
        elif self._store is None:
            self._ask("leave and lose what was entered?")
        else:
            self.keep()
            self._settled = self.draft_kept = True
            self.dismiss(None)

    def action_discard(self) -> None:
        if self.sending:
            self._say("sending: wait for the answer")
        elif self.draft.dirty:
            self._ask("throw this draft away?")
        else:
            self._say("nothing to throw away; Esc leaves")

    def _ask(self, question: str) -> None:
        self._say(f"{question}  y yes, any other key no")
        self.lines.pressed = self._answered

    def _answered(self, key: str) -> None:
        if key == "y":
            self._drop()
            self.dismiss(None)
        else:
            self._say("kept as it is")

    def action_send(self) -> None:
        """Send, unless something is wrong with it: then the cursor goes there."""
        lines = self.lines
        if self.sending:
            return
        if self.read_only:
            self._say(lines.locked, "bold red")
            return
        lines.tried = True
        problems = self.draft.problems(self._now())
        if problems:
            lines.go(problems[0].path)
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            first = str(problems[0]).replace(REGION, "Region")
            self._say(f"not sent: {first}{more}", "bold red")
        elif self.draft.modifies and not self.draft.changes():
            self._say("nothing has changed: nothing to send")
        else:
            self.keep()
            self._send()

    @work(exclusive=True)
    async def _send(self) -> None:
        draft = self.draft
        params, changes = draft.params(), draft.changes(masked=True)
        self.sending, self.failed, self.lines.refused = True, None, ""
        self.lines.locked = "sending: wait for the answer"
        self._say("sending…")
        try:
            result = await self._submit(params, changes, draft.region)
        except ClientError as error:
            result = SubmitResult(False, str(error), error)
        finally:
            self.sending = False
        self.lines.locked = ""
        if result.ok:
            if result.error is None:
                self._drop()
            self._settled = True
            self.dismiss(result)
        else:
            self._show_failure(result)

    def _show_failure(self, result: SubmitResult) -> None:
        self.keep()
        self.failed = result if result.error is not None else None
        self.lines.refused = field_named(self.draft, result)
        if self.lines.refused:
            self.lines.go(self.lines.refused)
        self.lines.refresh()
        self._say("" if result.error else result.message)


def draft_key_of(action: Action, given: Mapping[str, Any]) -> str:
    """What a draft is kept under: the action, and what it acts on."""
    named = ",".join(f"{name}={given[name]}" for name in sorted(given))
    return f"{action.service}/{action.name}" + (f"/{named}" if named else "")


def field_named(draft: Draft, result: SubmitResult) -> str:
    """The path of the field a failure is about, or ""."""
    error = result.error
    if result.field:
        return result.field
    if isinstance(error, BadParameters):
        return error.problems[0].path if error.problems else ""
    if error is None:
        return ""
    text = f"{error.code} {error.message}"
    rows = draft.rows(_Everything())
    for row in sorted(rows, key=lambda row: (-len(row.field.name), row.depth)):
        name = row.field.name
        if len(name) > 1 and re.search(
            rf"(?<![A-Za-z0-9])[{name[0]}{name[0].lower()}]{name[1:]}(?![A-Za-z0-9])", text
        ):
            return row.path
    quoted = [
        row.path
        for row in rows
        if isinstance(held := draft.get(row.path), str)
        and len(held) > 2
        and re.search(rf"(?<!\w){re.escape(held)}(?!\w)", error.message)
    ]
    return quoted[0] if len(quoted) == 1 else ""


class _Everything:
    """Every path is in it."""

    def __contains__(self, path: object) -> bool:
        return True


def _wrapped(text: str, width: int, most: int, style: str) -> list[Piece]:
    """At most so many lines; the last is cut where there are more."""
    lines = list(wrap(visible(text), width))
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])[: width - 1] + "…"]
    return [(f" {line}", style) for line in lines]
