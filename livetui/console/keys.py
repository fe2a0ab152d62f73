"""The keys of the list screen; those of panes and verbs come from what is declared of them."""

from __future__ import annotations

from textual.binding import Binding, BindingType

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
    Binding("ctrl+z", "undo", "undo the last reversible action", id="console.undo", show=False),
    Binding("L", "paste", "a verb over a pasted list of streams", id="console.paste", show=False),
    Binding("ctrl+r", "app.read_only", "read-only on/off", id="console.read-only", show=False),
    Binding("q", "app.leave", "quit", id="console.quit"),
]
