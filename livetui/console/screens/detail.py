"""One thing in full: every member the cloud told, further readings, and what can be edited of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from livetui.catalogue import Field
from livetui.catalogue.mask import mask
from livetui.client import ApiError, ClientError, Priority
from livetui.console import acting, filling, replies, telling
from livetui.console.describe import Describer
from livetui.console.sections import section_table
from livetui.console.session import Session
from livetui.console.standing import key_pieces
from livetui.console.widgets.bars import Bar, Lines
from livetui.console.widgets.lines import Line, LinesView, line
from livetui.operations.guard import fitted, matches
from livetui.resources.model import Resource, Section, Source, State, dig
from livetui.watch.cells import age
from livetui.watch.gather import window
from livetui.watch.members import field_at
from livetui.watch.things import Thing

EVENTS_SHOWN = 30
TICK = 5.0
"""Seconds between two looks at the clock, for the ages."""


def show(
    screen: Screen[Any], resource: Resource, thing: Thing, state: State | None = None, said: str = ""
) -> None:
    """All of a thing; for one that is in no list, its `state` as it was asked for, and what is said of it."""
    screen.app.push_screen(DetailScreen(telling.session_of(screen).of(thing), resource, thing, state, said))


class DetailScreen(Screen[None]):
    """Reads the thing's sections once when opened and again on `r`."""

    DEFAULT_CSS = """
    DetailScreen #head, DetailScreen #keys { background: $panel; }
    DetailScreen #message { padding: 0 1; max-height: 3; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "back", id="detail.back"),
        Binding("r", "read", "read again", id="detail.refresh"),
        Binding("v", "reveal", "show or hide secrets", id="detail.reveal"),
        Binding("e", "edit", "edit", id="detail.edit"),
        Binding("y", "raw", "raw reply", id="detail.raw"),
        Binding("c", "copy", "copy", id="detail.copy"),
        Binding("question_mark", "app.help", "help", id="detail.help", key_display="?"),
        Binding("exclamation_mark", "app.troubles", "past errors", id="detail.troubles"),
    ]

    def __init__(
        self, session: Session, resource: Resource, thing: Thing, state: State | None = None, said: str = ""
    ) -> None:
        """state: as it was asked for, for a thing that no list tells the state of."""
        super().__init__()
        self._asked = state
        self.session, self.resource, self.thing = session, resource, thing
        self.reveal = False
        self.said = said
        self.read: dict[str, tuple[Any, str]] = {}
        """Section id -> (what it holds, RequestId)."""
        self.read_at: dict[str, datetime] = {}
        self.raw: dict[str, str] = {}
        """Section id -> the last reply as it came."""
        self.failed: dict[str, ClientError] = {}

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield LinesView(id="page", hang=4)
        yield Lines(id="message")
        yield Bar(id="keys")

    def on_mount(self) -> None:
        self.query_one("#page").focus()
        self.set_interval(TICK, self._draw)
        self._draw()

    @property
    def state(self) -> State:
        return self._asked or self.session.reader(self.resource.id).state(self.thing)

    @property
    def sections(self) -> list[Section]:
        return [
            section
            for section in self.resource.sections
            if all(dig(self.thing.data, member) == value for member, value in section.where)
        ]

    @work(exclusive=True)
    async def action_read(self) -> None:
        """Read every section, one after the other: a detail is no reason to spend a burst."""
        for section in self.sections:
            if not section.action:
                continue
            try:
                reply = await self.session.client.call(
                    section.action,
                    self._params(section),
                    region=self.thing.region if self._regional(section) else None,
                    priority=Priority.READ,
                )
            except ApiError as error:
                if error.code.startswith(section.absent):
                    self.read[section.id] = (None, error.request_id)
                    self.read_at[section.id] = self.session.now()
                    self.raw.pop(section.id, None)
                    self.failed.pop(section.id, None)
                else:
                    self._fail(section, error)
            except ClientError as error:
                self._fail(section, error)
            else:
                self.read[section.id] = (dig(reply.data, section.member), reply.request_id)
                self.read_at[section.id], self.raw[section.id] = reply.at, reply.raw
                self.failed.pop(section.id, None)
            self._draw()

    def _fail(self, section: Section, error: ClientError) -> None:
        """What was read before stays, and is said to be old."""
        self.failed[section.id] = error
        self.session.trouble(section.action, error)

    def _regional(self, section: Section) -> bool:
        return bool(self.session.account.catalogue.action(section.action).regions)

    def _params(self, section: Section) -> dict[str, Any]:
        windowed = window(self.session.account, Source(section.action, last=section.last))
        params = {param: dig(self.thing.data, member) for param, member in section.params.items()}
        given = {name: value for name, value in params.items() if value not in (None, "")}
        action = self.session.account.catalogue.action(section.action)
        return {**windowed, **section.fixed, **fitted(action, given)}

    # -- drawing -----------------------------------------------------------------------------------

    def _draw(self) -> None:
        state = self.state
        self.query_one("#head", Bar).say(
            [
                (f" {self.resource.one} {telling.name_of(self.resource, self.thing)}", "bold"),
                (f"  {state.word}", ""),
            ],
            [(" SECRETS SHOWN, v hides them ", "bold reverse")] if self.reveal else [],
        )
        self.query_one("#page", LinesView).show(self._lines())
        self.query_one("#message", Lines).say([(self.said, "bold")] if self.said else [])
        key_for, verbs = self.session.key_for, self.resource.verbs
        named = [(key_for(f"{self.resource.id}.{v.id}", v.key), v.label.lower()) for v in verbs]
        named += [("e", "edit")] if self.resource.edit else []
        # The keys of sections stand at their heads: here they would push the others off a narrow screen.
        named += [("v", "secrets"), ("r", "read"), ("y", "raw"), ("c", "copy")]
        self.query_one("#keys", Bar).say(
            [(" ", ""), *key_pieces(named)], key_pieces([("?", "help"), ("Esc", "back")])
        )

    def _lines(self) -> list[Line]:
        describer = Describer(
            self.session.account.catalogue, self.session.now(), self.session.zone, self.reveal
        )
        made = [line(("As listed ", "title"), (f"read {describer.time(self.thing.at)}", "off"))]
        if self.thing.region:
            made.append(line(("  region  ", "label"), self.thing.region))
        fields = self.session.reader(self.resource.id).row_fields()
        made += [Line((("  ", ""), *one.pieces)) for one in describer.record(fields, self._listed())]
        for section in self.sections:
            made += [line(""), *self._section(section, describer)]
        return made

    def _listed(self) -> dict[str, Any]:
        """What was listed of it; joined readings without the members by which they were found to be its."""
        data = dict(self.thing.data)
        for join in self.resource.joins:
            if isinstance(joined := data.get(join.name), Mapping):
                same = {theirs for ours, theirs in join.on if dig(joined, theirs) == dig(data, ours)}
                data[join.name] = {name: value for name, value in joined.items() if name not in same}
        return data

    def _section(self, section: Section, describer: Describer) -> list[Line]:
        does = section.edit_does or ("edits it" if section.action else "opens its form")
        edit = f"   {section.edit_key} {does}" if section.edit else ""
        if not section.action:
            return [line((section.title, "title"), (edit, "key"))]
        held, request_id = self.read.get(section.id, (None, ""))
        at = self.read_at.get(section.id)
        old = f"   {age((self.session.now() - at).total_seconds())} old" if at else ""
        head = line(
            (section.title, "title"),
            (edit, "key"),
            (old, "off"),
            (f"   RequestId {request_id}" if request_id else "", "off"),
        )
        made = [head]
        if (error := self.failed.get(section.id)) is not None:
            made.append(line((f"  ! not read again: {error}" if at else f"  ! {error}", "bad")))
            made += [line(f"    {error.remedy}")] if error.remedy else []
        if section.id not in self.read:
            return made if error is not None else [*made, line(("  reading…", "unknown"))]
        if held in (None, "", [], {}):
            return [*made, line(("  none", "off"))]
        return [*made, *(Line((("  ", ""), *one.pieces)) for one in self._held(section, held, describer))]

    def _held(self, section: Section, held: Any, describer: Describer) -> list[Line]:
        fields = self._section_fields(section)
        if isinstance(held, Mapping):
            return describer.record(fields, held)
        if not isinstance(held, list):
            response = describer.catalogue.action(section.action).response
            field = field_at(describer.catalogue, response, section.member.split("."))
            return [line(describer.alone(field, held))]
        held = [row for row in held if matches(self.thing, row, section.match)]
        made: list[Line] = []
        shown = held[: -EVENTS_SHOWN - 1 : -1] if section.newest_last else held[:EVENTS_SHOWN]
        if section.columns:
            made = section_table(self.session, section, shown)
        else:
            made += [line(" · ".join(self._compact(describer, fields, row))) for row in shown]
        if len(held) > EVENTS_SHOWN:
            rest = "earlier" if section.newest_last else "more"
            made.append(line((f"{len(held) - EVENTS_SHOWN} {rest}", "off")))
        return made or [line(("none", "off"))]

    def _compact(self, describer: Describer, fields: tuple[Field, ...], row: Mapping[str, Any]) -> list[str]:
        """A listed row on one line: what this thing is known by is left out."""
        known = {field.name: field for field in fields}
        own = set(self.thing.identity.key)
        shown = row if describer.reveal else mask(describer.catalogue, fields, row)
        return [
            f"{name} {describer.value(known.get(name), value)[0]}"
            for name, value in shown.items()
            if value not in (None, "", []) and str(value) not in own
        ]

    def _section_fields(self, section: Section) -> tuple[Field, ...]:
        """The fields of what a section shows, walked along its member path."""
        catalogue = self.session.account.catalogue
        fields: tuple[Field, ...] = catalogue.action(section.action).response
        for word in section.member.split("."):
            if word.isdigit():
                continue
            found = next((field for field in fields if field.name == word), None)
            if found is None or found.item_type not in catalogue.structure_names():
                return ()
            fields = catalogue.structure(found.item_type).members
        return fields

    # -- keys --------------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        pressed = {event.key, event.character}
        for section in self.sections:
            if section.edit and section.edit_key in pressed:
                event.stop()
                filling.edit_section(
                    self, self.resource, self.thing, section, self.read.get(section.id, (None, ""))[0]
                )
                return
        for verb in self.resource.verbs:
            if self.session.key_for(f"{self.resource.id}.{verb.id}", verb.key) in pressed:
                event.stop()
                state = self.state.word
                if verb.states and state not in verb.states:
                    self.say(f"{verb.label} is for {' or '.join(verb.states)}")
                else:
                    acting.act(self, self.resource, verb, self.thing)
                return

    def say(self, text: str) -> None:
        self.said = text
        self._draw()

    def on_screen_resume(self) -> None:
        self.action_read()

    def action_reveal(self) -> None:
        self.reveal = not self.reveal
        self._draw()

    def action_edit(self) -> None:
        if self.resource.edit is not None:
            filling.edit(self, self.resource, self.thing)

    def action_raw(self) -> None:
        """The replies of the sections as they came, then the list's, secrets masked."""
        catalogue = self.session.account.catalogue
        parts = [
            (section.title, replies.lines(self.session, catalogue.action(section.action), held))
            for section in self.sections
            if (held := self.raw.get(section.id))
        ]
        replies.show(self, self.session, self.resource, parts, self.thing)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard("\n".join(one.plain for one in self.query_one("#page", LinesView).lines))
        self.say("copied")
