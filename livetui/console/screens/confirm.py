"""The one dialog that stands between an operator and anything but a read."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from livetui.catalogue import Action
from livetui.catalogue.check import Problem, check
from livetui.catalogue.mask import mask
from livetui.catalogue.text import visible
from livetui.catalogue.times import parse
from livetui.console import looked
from livetui.console.describe import Describer
from livetui.console.looked import shortened
from livetui.console.session import Session
from livetui.console.standing import account_of, system
from livetui.console.widgets.bars import Bar
from livetui.console.widgets.lines import Line, LinesView, line
from livetui.operations.entry import read
from livetui.operations.guard import Done, Planned, Seen, asked, friction, look
from livetui.resources.model import Ask, Look, State
from livetui.watch.cells import age
from livetui.watch.things import Thing

STALE = 10.0
"""Seconds after which a look at the target is repeated before the call is sent."""


@dataclass(frozen=True)
class Question:
    """What is to be confirmed."""

    title: str
    verb: str
    """The word for yes."""
    action: Action
    make: Callable[[Mapping[str, Any], Sequence[Seen]], Planned]
    """The call, from the operator's answers and what a second look showed."""
    tier: str = "confirm"
    thing: Thing | None = None
    shown: State | None = None
    looks: tuple[Look, ...] = ()
    asks: tuple[Ask, ...] = ()
    region: str = ""
    warns: str = ""
    undo: str = ""
    changes: Sequence[tuple[str, Any, Any]] = ()
    """(path, before, after), already masked."""
    facts: Sequence[tuple[str, str]] = field(default_factory=tuple)
    replaces: Mapping[str, str] = field(default_factory=dict)
    """Parameter -> what its answer takes the place of, in words."""
    from_form: bool = False
    """A refused call goes back to the form that asked: there it is mended, not here."""


class ConfirmScreen(ModalScreen[Done | None]):
    """Shows who, what, where and what it looks like now; sends only on an explicit yes.

    Dismisses with what came of the call, or None when it was not made. A refused call leaves the dialog
    open with the answers kept.
    """

    DEFAULT_CSS = """
    ConfirmScreen { align: center middle; }
    ConfirmScreen > Vertical {
        width: 100%; max-width: 110; height: auto; max-height: 100%;
        border: heavy $error; background: $surface; padding: 0 1;
    }
    ConfirmScreen.-write > Vertical { border: heavy $primary; }
    ConfirmScreen LinesView { height: auto; max-height: 18; }
    ConfirmScreen #trouble { max-height: 6; }
    ConfirmScreen .ask { height: 1; }
    ConfirmScreen .ask Label { width: 24; text-style: bold; }
    ConfirmScreen .ask Input { width: 1fr; border: none; height: 1; padding: 0; background: $boost; }
    ConfirmScreen #answer { height: 1; }
    ConfirmScreen .note { color: $text-muted; height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "no", "no", id="confirm.no"),
        Binding("ctrl+y", "yes", "yes", id="confirm.yes", priority=True),
        Binding("enter", "next", "next line", show=False, id="confirm.next", priority=True),
        Binding("pagedown", "page(1)", show=False, id="confirm.page-down", priority=True),
        Binding("pageup", "page(-1)", show=False, id="confirm.page-up", priority=True),
    ]

    def __init__(self, session: Session, question: Question) -> None:
        super().__init__(classes=f"-{question.action.effect}")
        self.session, self.question = session, question
        self.friction = friction(question.tier, question.action.effect, session.profile.production)
        self.seen: tuple[Seen, ...] = ()
        self.looked_at: datetime | None = None
        self.looking = False
        self.sending = False
        self.trouble: list[Line] = []
        self.wrong: tuple[str, ...] = ()
        """The texts of the answers that the trouble is with; it goes once they are others."""
        self.shown_at = math.inf
        """On the clock of events: a yes typed before it does not count."""

    @property
    def unfinished(self) -> str:
        """What was asked and not answered, with what had been typed so far."""
        typed = " ".join(box.value for box in self.query(Input) if box.value)
        return f"{self.question.title}{f' ({typed})' if typed else ''}"

    @property
    def word(self) -> str:
        """What has to be typed where typing is asked: the profile and how many things."""
        return f"{self.session.profile.name}:1"

    def compose(self) -> ComposeResult:
        with Vertical():
            yield LinesView(id="facts", hang=10)
            yield from self.targets()
            for number, ask in enumerate(self.question.asks):
                with Horizontal(classes="ask"):
                    yield Label(f"{ask.label}{' *' if ask.required else ''}", markup=False)
                    hint = " ".join([*ask.choices, ask.hint]) if ask.choices else ask.hint
                    yield Input(placeholder=hint, id=f"ask-{number}", compact=True)
            if self.friction == "type":
                with Horizontal(classes="ask"):
                    yield Label(f"type {self.word}", markup=False)
                    yield Input(placeholder="the profile's name, a colon, how many", id="typed", compact=True)
            yield LinesView(id="trouble", hang=2)
            yield Bar(id="answer")

    def targets(self) -> ComposeResult:
        """What stands between the facts and the questions."""
        yield from ()

    def on_mount(self) -> None:
        inputs = list(self.query(Input))
        (inputs[0] if inputs else self.query_one("#facts")).focus()
        self.shown_at = events.Mount().time
        self._draw()
        self._look()

    def on_resize(self) -> None:
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        """The facts get the room that questions, trouble and answer leave: those are never cut off."""
        if not self.is_attached:
            return
        facts, trouble = self.query_one("#facts", LinesView), self.query_one("#trouble", LinesView)
        below = len(self.query(".ask")) + min(6, trouble.virtual_size.height) + 1
        room = max(2, self.size.height - 2 - below)
        if facts.styles.max_height is None or facts.styles.max_height.value != room:
            facts.styles.max_height = room
        self._answer(scrolls=facts.virtual_size.height > room)

    # -- looking again -----------------------------------------------------------------------------

    @work(exclusive=True, group="look")
    async def _look(self) -> None:
        await self._look_now()

    async def _look_now(self) -> bool:
        """Reads the target again; returns whether it now looks other than it did at the last look."""
        before = self.seen
        if self.question.thing is not None and self.question.looks:
            self.looking = True
            self._draw()
            try:
                self.seen = await look(self.session.account, self.question.thing, self.question.looks)
            finally:
                self.looking = False
        self.looked_at = self.session.now()
        self._draw()
        return bool(before) and [(s.text, s.rows) for s in before] != [(s.text, s.rows) for s in self.seen]

    # -- drawing -----------------------------------------------------------------------------------

    def _draw(self) -> None:
        if not self.is_attached:
            return
        self.query_one("#facts", LinesView).show(list(self._facts()))
        self.query_one("#trouble", LinesView).show(self.trouble)
        self._answer()
        self.call_after_refresh(self._fit)

    def _answer(self, *, scrolls: bool = False) -> None:
        yes = "Ctrl+Y" if self.query(Input) else "y"
        if self.sending:
            self.query_one("#answer", Bar).say([(" sending…", "bold")])
        else:
            self.query_one("#answer", Bar).say(
                [
                    (" Esc", "bold reverse"),
                    (" no, leave it   ", "bold"),
                    (f"{yes}", "bold"),
                    (f" yes, {self._yes()}", ""),
                ],
                [("PgDn", "bold"), (" more", "")] if scrolls else [],
            )

    def _yes(self) -> str:
        return self.question.verb.lower()

    def _facts(self) -> list[Line]:
        q, session = self.question, self.session
        made = [
            line(
                ("on        ", "label"),
                (
                    f"{system(session)}, account {account_of(session)}, profile {session.profile.name}",
                    "title",
                ),
                ("  PRODUCTION" if session.profile.production else "", "bad"),
                (f", region {q.region}" if q.region else "", "title"),
            ),
            line((shortened(q.title), "title")),
        ]
        made += [line((f"{name.ljust(9)} ", "label"), text) for name, text in q.facts]
        if q.thing is not None and q.shown is not None and q.shown.word:
            passed = (session.now() - q.thing.at).total_seconds()
            old = f"read {age(passed)} ago" if passed >= 0 else "read before the clock here was set back"
            made.append(line(("shown     ", "label"), (q.shown.word, q.shown.tone), f", {old}"))
        made += self._looked()
        made += [
            line(("change    ", "label"), f"{path}: {_short(before)} -> {_short(after)}")
            for path, before, after in q.changes
        ]
        times = {ask.param: describer(session).time(when) for ask, when in self._times()}
        for ask in q.asks:
            old, new = q.replaces.get(ask.param, ""), times.get(ask.param, "")
            if old or new:
                words = f"{old} -> {new or '?'}" if old else new
                made.append(line((f"{ask.label.ljust(9)} ", "label"), words))
        undo = q.undo or (f"by {q.action.inverse}" if q.action.inverse else "it can't be undone from here")
        made.append(line(("undo      ", "label"), undo))
        made += [line((f"! {q.warns}", "warn"))] if q.warns else []
        if session.client.read_only and q.action.effect != "read":
            made.append(line(("! read-only: it will not be sent", "bad")))
        elif session.unkept and q.action.effect != "read":
            made.append(line((f"! it will not be sent: {session.unkept}", "bad")))
        # Last, since they may be long: what has to be seen comes before what can be scrolled to.
        made.append(line(("call      ", "label"), self._call_text()))
        return [*made, *looked.in_full(describer(session), self._looks())]

    def _times(self) -> list[tuple[Ask, datetime]]:
        """Answers that are times: the call has them as the service wants, people read their own zone."""
        answers = self._answers(quiet=True)
        times: list[tuple[Ask, datetime]] = []
        for ask in self.question.asks:
            known = self.question.action.parameter(ask.param)
            if known is not None and known.time and ask.param in answers:
                times.append((ask, parse(known, answers[ask.param])))
        return times

    def _looked(self) -> list[Line]:
        if self.looking and not self.seen:
            return [line(("now       ", "label"), ("looking again…", "unknown"))]
        return looked.in_short(describer(self.session), self._looks())

    def _looks(self) -> list[tuple[Look, Seen]]:
        """What was looked for, and what was seen."""
        return list(zip(self.question.looks, self.seen, strict=False))

    def _call_text(self) -> str:
        planned = self.question.make(self._answers(quiet=True), self.seen)
        shown = mask(self.session.account.catalogue, planned.action.parameters, planned.params)
        return f"{planned.action.name} {json.dumps(shown, ensure_ascii=False, default=str)}"

    # -- answering ---------------------------------------------------------------------------------

    @on(Input.Changed)
    def _typed(self) -> None:
        if self.wrong and self.wrong != self._texts():
            self.wrong, self.trouble = (), []
        self._draw()

    def action_next(self) -> None:
        """Enter goes on to the next line and never says yes.

        It is taken before the line that has the focus sees it: what was typed ahead on a slow line, or
        pasted, goes where it is meant to.
        """
        inputs = list(self.query(Input))
        if isinstance(self.focused, Input) and (place := inputs.index(self.focused) + 1) < len(inputs):
            self.set_focus(inputs[place])

    def on_key(self, event: Any) -> None:
        if isinstance(self.focused, Input):
            self._cycle(event)
        elif event.character == "y":
            event.stop()
            self.action_yes()
        elif event.character in ("n", "q"):
            event.stop()
            self.action_no()

    def _cycle(self, event: Any) -> None:
        """Up and down walk through an answer's usual choices."""
        box = self.focused
        if (
            event.key not in ("up", "down")
            or not isinstance(box, Input)
            or not (box.id or "").startswith("ask-")
        ):
            return
        choices = self.question.asks[int(str(box.id)[4:])].choices
        if choices:
            event.stop()
            step = 1 if event.key == "down" else -1
            at = choices.index(box.value) + step if box.value in choices else (0 if step > 0 else -1)
            box.value = choices[at % len(choices)]
            box.action_end()

    def action_page(self, pages: int) -> None:
        self.query_one("#facts", LinesView).action_scroll_to_page(pages)

    def action_no(self) -> None:
        if self.sending:
            self._say("the call is under way; its outcome comes in a moment")
            return
        self.dismiss(None)

    def action_yes(self) -> None:
        if not self.sending:
            self._send()

    def _answers(self, *, quiet: bool = False) -> dict[str, Any]:
        """What was answered, as it will be sent. Raises ValueError, worded for the operator, unless quiet."""
        answers: dict[str, Any] = {}
        for number, ask in enumerate(self.question.asks):
            text = self.query_one(f"#ask-{number}", Input).value.strip() if self.is_attached else ""
            known = asked(self.question.action, ask)
            if not text:
                if ask.required and not quiet:
                    self.query_one(f"#ask-{number}", Input).focus()
                    raise ValueError(f"{ask.label}: is needed")
                continue
            try:
                answers[ask.param] = read(known, text, self.session.client.service_time(), self.session.zone)
            except ValueError as error:
                if not quiet:
                    self.query_one(f"#ask-{number}", Input).focus()
                    raise ValueError(f"{ask.label}: {error}") from error
        return answers

    @work(exclusive=True, group="send")
    async def _send(self) -> None:
        try:
            answers = self._answers()
        except ValueError as error:
            self._mend(str(error))
            return
        if self.friction == "type" and self.query_one("#typed", Input).value.strip() != self.word:
            self.query_one("#typed", Input).focus()
            self._mend(f"type {self.word} to go on; Esc leaves it")
            return
        if self.looked_at is None:
            self._say("still looking at the target; answer when it is shown")
            return
        # Below zero when the clock has been set back since: then it is not known how long ago that was.
        passed = (self.session.now() - self.looked_at).total_seconds()
        if not 0 <= passed <= STALE and await self._look_now():
            self._say("the target has changed since you looked: read it again, then answer once more")
            return
        await self._go(answers)

    async def _go(self, answers: Mapping[str, Any]) -> None:
        """Everything asked is answered: send it."""
        planned = self.question.make(answers, self.seen)
        now = self.session.client.service_time()
        wrong = check(self.session.account.catalogue, planned.action, planned.params, now)
        if wrong:
            self._mend(*(_problem(problem) for problem in wrong))
            return
        self.sending = True
        self.wrong, self.trouble = (), []
        self._draw()
        try:
            done = await self.session.guard.send(planned)
        finally:
            self.sending = False
        if done.status in ("refused", "not-sent") and not self.question.from_form:
            self._refused(done)
        else:
            self.dismiss(done)

    def _refused(self, done: Done) -> None:
        """Show why, and keep the dialog with its answers: the operator may mend them."""
        said = [line((f"! {done.status}: {done.message}", "bad"))]
        if (error := done.error) is not None:
            self.session.trouble(done.planned.action.name, error)
            said += [line(f"  {text}") for text in (getattr(error, "remedy", ""),) if text]
        if done.request_id and done.request_id not in done.message:
            said.append(line(("  RequestId ", "label"), done.request_id))
        self.trouble = said
        self._draw()

    def _mend(self, *texts: str) -> None:
        """Say what is wrong with the answers."""
        self._say(*texts)
        self.wrong = self._texts()

    def _texts(self) -> tuple[str, ...]:
        return tuple(box.value for box in self.query(Input))

    def _say(self, *texts: str) -> None:
        self.wrong = ()
        self.trouble = [line((f"! {text}", "warn")) for text in texts]
        self._draw()


def _problem(problem: Problem) -> str:
    return f"{problem.path}: {problem.message}" if problem.path else problem.message


def _short(value: Any) -> str:
    text = "(unset)" if value is None else "(empty)" if value in ("", []) else str(value)
    return visible(text if len(text) <= 60 else text[:57] + "…")


def describer(session: Session, *, reveal: bool = False) -> Describer:
    """How this session shows values."""
    return Describer(session.account.catalogue, session.now(), session.zone, reveal)
