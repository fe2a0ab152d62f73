"""The keys of the list screen; those of panes and verbs come from what is declared of them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from textual.binding import Binding, BindingType

from livetui.console.standing import system

if TYPE_CHECKING:
    from livetui.console.screens.main import MainScreen
    from livetui.console.session import Session
    from livetui.resources.model import Resource, Verb

LIST_KEYS: list[BindingType] = [
    Binding("colon", "app.palette", "go", id="console.palette", key_display=":"),
    Binding("slash", "filter", "filter", id="console.filter", key_display="/"),
    Binding("question_mark", "app.help", "help", id="console.help", key_display="?"),
    Binding("enter", "open", "detail", id="console.open", show=False),
    Binding("escape", "back", "back", id="console.back", show=False),
    Binding("tab,right_square_bracket", "tab(1)", "next tab", id="console.next-tab", show=False),
    Binding("shift+tab,left_square_bracket", "tab(-1)", "previous tab", id="console.prev-tab", show=False),
    Binding("n", "match(1)", "next match", id="console.next-match", show=False),
    Binding("N", "match(-1)", "previous match", id="console.prev-match", show=False),
    Binding(
        "left_curly_bracket,backspace,alt+left",
        "visited(-1)",
        "back to the pane before",
        id="console.pane-back",
        show=False,
    ),
    Binding(
        "right_curly_bracket,alt+right",
        "visited(1)",
        "forward again",
        id="console.pane-forward",
        show=False,
    ),
    Binding("o", "columns", "columns", id="console.columns", show=False),
    Binding("r", "refresh_now", "refresh", id="console.refresh", show=False),
    Binding("p", "pause", "pause polling", id="console.pause", show=False),
    Binding("y", "raw", "raw reply", id="console.raw", show=False),
    Binding("e", "edit", "edit", id="console.edit", show=False),
    Binding("plus", "create", "new", id="console.create", show=False, key_display="+"),
    Binding("c", "copy", "copy", id="console.copy", show=False),
    Binding("exclamation_mark", "app.troubles", "past errors", id="console.troubles", show=False),
    Binding("u", "undo", "undo the last reversible action", id="console.undo", show=False),
    Binding("L", "paste", "a verb over a pasted list of streams", id="console.paste", show=False),
    Binding("ctrl+r", "app.read_only", "read-only on/off", id="console.read-only", show=False),
    Binding("q", "app.leave", "quit", id="console.quit"),
]


def declared(lists: MainScreen, pressed: AbstractSet[str | None]) -> bool:
    """Do what is declared for a key: a pane's, or a verb's of the row; whether there is anything.

    The config may have changed them like any other. A verb of other rows is said not to be one of this.
    """
    session, noun, thing = lists.session, lists.noun, lists.thing
    for pane in session.book.panes:
        if session.key_for(f"pane.{pane.id}", pane.key) in pressed:
            lists.go_pane(pane.id)
            return True
    if (verb := _verb(session, noun, pressed)) is not None:
        lists.act(verb)
        return True
    others = session.window.on_air if session.window.is_union(lists.resource.id) else []
    found = (verb for one in others if (verb := _verb(session, one, pressed)) is not None)
    if thing is None or (elsewhere := next(found, None)) is None:
        return False
    lists.say(f"{elsewhere.label} is nothing that {system(session.of(thing))} does to a {noun.one}", "bold")
    return True


def _verb(session: Session, noun: Resource, pressed: AbstractSet[str | None]) -> Verb | None:
    keys = ((verb, session.key_for(f"{noun.id}.{verb.id}", verb.key)) for verb in noun.verbs)
    return next((verb for verb, key in keys if key in pressed), None)
