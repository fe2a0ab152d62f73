"""The first start: what credentials were found here, and the ways on from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from livetui.catalogue import Catalogue, load
from livetui.catalogue.text import columns, visible
from livetui.console.crash import DiscreetApp
from livetui.console.screens.profile import DEMO, ProfileScreen, told
from livetui.console.widgets.bars import Bar, Lines, Piece
from livetui.console.widgets.lines import Line, LinesView, line
from livetui.operations.draft import Draft
from livetui.operations.trial import try_key
from livetui.settings import Config, Found, masked_id
from livetui.settings.profiles import SERVED

INDENT = 3


class StartApp(DiscreetApp[str | None]):
    """Ends with the name of a profile that was made, "demo", or None when the operator left.

    `look` finds credentials; it is called again when asked to. `endpoint`: where keys are tried, and what a
    new profile is proposed to call, instead of the service's own host.
    """

    TITLE = "livetui"
    ENABLE_COMMAND_PALETTE = False
    COMMAND_PALETTE_BINDING = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "leave", "quit", id="app.quit", show=False, priority=True),
    ]

    def __init__(
        self,
        config: Config,
        look: Callable[[], Sequence[Found]],
        now: Callable[[], datetime],
        *,
        endpoint: str | None = None,
    ) -> None:
        super().__init__()
        self.animation_level = "none"
        self._config, self._look, self._now, self._endpoint = config, look, now, endpoint

    def on_mount(self) -> None:
        self.set_keymap(dict(self._config.keys))
        self.push_screen(StartScreen(self._config.file, self._look, self._now, endpoint=self._endpoint))

    def action_leave(self) -> None:
        self.exit(None)


@dataclass(frozen=True, slots=True)
class Offer:
    """One line that can be chosen: a credential that was found, or a way on without one."""

    label: str
    about: str
    found: Found | None = None
    demo: bool = False
    cloud: str = "tencent"
    """Whose profile it makes."""


class StartScreen(Screen[None]):
    """Found credentials, a new key pair, the demo; `j` `k` and Enter choose."""

    DEFAULT_CSS = """
    StartScreen { layout: vertical; }
    StartScreen #start-head, StartScreen #start-keys { background: $panel; }
    StartScreen #start-said { padding: 0 1; max-height: 8; }
    """
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down", id="start.down"),
        Binding("k,up", "move(-1)", "up", id="start.up"),
        Binding("g,home", "edge(False)", "first", id="start.first"),
        Binding("G,end", "edge(True)", "last", id="start.last"),
        Binding("enter", "choose", "choose", id="start.choose"),
        Binding("t", "try", "test the key", id="start.test"),
        Binding("n", "new('tencent')", "new key pair", id="start.new"),
        Binding("a", "new('aliyun')", "new access key", id="start.new-access-key"),
        Binding("d", "demo", "demo", id="start.demo"),
        Binding("r", "look", "look again", id="start.look"),
        Binding("q", "app.leave", "quit", id="start.quit"),
        Binding("escape", "stay", "back", id="start.back", show=False),
    ]

    def __init__(
        self,
        file: Path,
        look: Callable[[], Sequence[Found]],
        now: Callable[[], datetime],
        *,
        endpoint: str | None,
    ) -> None:
        super().__init__()
        self.file, self.endpoint = file, endpoint
        self._look, self._now = look, now
        self.offers: list[Offer] = []
        self.at = 0
        self.said: tuple[Piece, ...] = ()
        self._drafts: dict[str, Draft] = {}
        """By what they are made of: a form that was left goes on where it was, while this runs."""

    def compose(self) -> ComposeResult:
        yield Bar(id="start-head")
        yield LinesView(id="start-page")
        yield Lines(id="start-said")
        yield Bar(id="start-keys")

    def on_mount(self) -> None:
        self.query_one("#start-page", LinesView).can_focus = False
        self._find()
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    @property
    def offer(self) -> Offer:
        """The one under the cursor."""
        return self.offers[self.at]

    def _find(self) -> None:
        found = self._look()
        self.offers = [Offer(one.where, _about(one), one, cloud=one.cloud) for one in found]
        self.offers += [
            Offer("new key pair", "of Tencent Cloud, typed in, kept in config.toml (0600)"),
            Offer("new access key", "of Alibaba Cloud, the same way", cloud="aliyun"),
            Offer("demo", "an emulated account; no key needed", demo=True),
        ]
        usable = [
            number for number, offer in enumerate(self.offers) if offer.found and offer.found.credential
        ]
        self.at = usable[0] if usable else len(self.offers) - 1

    # Drawing.

    def _draw(self) -> None:
        if not self.offers:
            return
        self.query_one("#start-head", Bar).say([(" livetui ", "bold"), ("no profile yet", "")])
        lines, here = self._page(max(20, self.size.width))
        page = self.query_one("#start-page", LinesView)
        page.show(lines)
        top, room = page.scroll_offset.y, page.size.height
        if room and not top <= here < top + room:
            page.scroll_to(y=here if here < top else here - room + 1, animate=False)
        self.query_one("#start-said", Lines).say([*self._caution(), *self.said])
        self.query_one("#start-keys", Bar).say(self._keys())

    def _page(self, width: int) -> tuple[list[Line], int]:
        """The lines, none longer than the width, and which of them the cursor is on."""
        names = min(max(columns(visible(offer.label)) for offer in self.offers), width // 2)
        found = [offer for offer in self.offers if offer.found]
        lines = [line(), line((" Credentials found on this host", "title"))]
        if not found:
            lines += [line(("   none in the environment, ~/.tccli, ~/.tencentcloud or ~/.aliyun", "label"))]
        here = 0
        for number, offer in enumerate(self.offers):
            if number == len(found):
                lines += [line(), line((" Without one of those", "title"))]
            chosen = number == self.at
            if chosen:
                here = len(lines)
            trouble = offer.found is not None and offer.found.credential is None
            label = _fit(visible(offer.label), names)
            lines.append(
                line(
                    (" > " if chosen else "   ", "key"),
                    (label, "title" if chosen else "key"),
                    ("  ", ""),
                    (_fit(visible(offer.about), width - names - INDENT - 3), "warn" if trouble else ""),
                )
            )
        lines += [
            line(),
            line(("   A profile is one account: which key, which regions, how careful.", "label")),
            line((f"   It is kept in {_fit_left(visible(str(self.file)), width - 18)}", "label")),
        ]
        return lines, here

    def _caution(self) -> list[Piece]:
        """What should be put right about the credential under the cursor."""
        found = self.offer.found
        if found is None:
            return []
        if found.credential is None:
            return [(f"! {found.where}: {found.trouble}", "bold red")]
        caution = found.caution
        return [(f"! {caution.message}", "bold"), (f"  {caution.remedy}", "")] if caution else []

    def _keys(self) -> list[Piece]:
        offer = self.offer
        usable = offer.found is not None and offer.found.credential is not None
        word = "open the demo" if offer.demo else "make profile"
        keys = [("Enter", word)] if usable or offer.found is None else []
        keys += [("t", "test")] if usable else []
        keys += [("j k", "move"), ("n", "new key"), ("d", "demo"), ("r", "again"), ("q", "quit")]
        return [(" ", ""), *(piece for key, said in keys for piece in ((key, "bold"), (f" {said}  ", "")))]

    def say(self, *pieces: Piece) -> None:
        self.said = pieces
        self._draw()

    # What happens.

    def action_move(self, step: int) -> None:
        self.at = min(max(0, self.at + step), len(self.offers) - 1)
        self.say()

    def action_edge(self, last: bool) -> None:
        self.at = len(self.offers) - 1 if last else 0
        self.say()

    def action_look(self) -> None:
        label = self.offer.label
        self._find()
        self.at = next((n for n, offer in enumerate(self.offers) if offer.label == label), self.at)
        self.say(("looked again", ""))

    def action_stay(self) -> None:
        self.say(("q leaves livetui", ""))

    def action_demo(self) -> None:
        self.app.exit(DEMO)

    def action_new(self, cloud: str) -> None:
        self._make(None, cloud)

    def action_choose(self) -> None:
        offer = self.offer
        if offer.demo:
            self.action_demo()
        elif offer.found is not None and offer.found.credential is None:
            self.say(("  mend it, then r looks again; or choose another", ""))
        else:
            self._make(offer.found, offer.cloud)

    def _make(self, found: Found | None, cloud: str) -> None:
        def left(name: str | None) -> None:
            if name is None:
                self.say()
            else:
                self.app.exit(name)

        called = found.where if found else f"new {cloud}"
        screen = ProfileScreen(
            _catalogue(cloud),
            self.file,
            found,
            endpoint=self.endpoint,
            now=self._now,
            draft=self._drafts.get(called),
        )
        self._drafts[called] = screen.draft
        self.app.push_screen(screen, left)

    def action_try(self) -> None:
        """One real read with the credential under the cursor."""
        found = self.offer.found
        if found is None or found.credential is None:
            self.say(("there is no key here to test", ""))
        else:
            self._try(found)

    @work(exclusive=True)
    async def _try(self, found: Found) -> None:
        assert found.credential is not None
        self.say((f"asking the service with {masked_id(found.credential.secret_id)}…", "bold"))
        trial = await try_key(_catalogue(found.cloud), found.credential, self.endpoint, self._now)
        if self.offer.found is found:
            self.say(*told(trial))


def _catalogue(cloud: str) -> Catalogue:
    """Of the service that a profile of the cloud opens with."""
    return load(SERVED[cloud][0])


def _about(found: Found) -> str:
    if found.credential is None:
        return found.trouble
    parts = [masked_id(found.credential.secret_id), found.region]
    parts += ["temporary"] if found.credential.token else []
    parts += ["others may read it"] if found.caution else []
    return ", ".join(part for part in parts if part)


def _fit(text: str, width: int) -> str:
    """At most so many columns; filled up with blanks where it is shorter."""
    while columns(text) > width:
        text = text[:-2] + "…"
    return text + " " * (width - columns(text))


def _fit_left(text: str, width: int) -> str:
    """The end of a text that is too long: of a path, that is the part that tells."""
    return text if columns(text) <= width else "…" + text[-(width - 1) :]
