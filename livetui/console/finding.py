"""Finding one's way: the filter's line, former and saved filters, from match to match, from pane to pane."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from livetui.console import views
from livetui.console.table import ThingTable
from livetui.console.table.steps import ASKED, go_through
from livetui.watch.filter import FilterError
from livetui.watch.things import Identity

if TYPE_CHECKING:
    from livetui.console.screens.main import MainScreen

TRAIL = 50
"""Panes visited that are kept."""
SEARCH = "search"
"""Group of what is done while a filter is being typed: each key begins it anew and none waits for it."""


class Trail:
    """The panes visited, and where in them one is: going on from the middle forgets what lay ahead."""

    def __init__(self) -> None:
        self._visited: list[str] = []
        self._at = -1

    def visit(self, resource_id: str) -> None:
        if self._visited and self._visited[self._at] == resource_id:
            return
        del self._visited[self._at + 1 :]
        self._visited.append(resource_id)
        del self._visited[:-TRAIL]
        self._at = len(self._visited) - 1

    def keep(self, known: Container[str]) -> None:
        """Forget those that are not there any more."""
        ahead = sum(one in known for one in self._visited[self._at + 1 :])
        self._visited = [one for one in self._visited if one in known]
        self._at = len(self._visited) - 1 - ahead

    def step(self, step: int) -> str | None:
        """The one before (-1) or after (1), which one is at from now on; None where there is none."""
        if not 0 <= self._at + step < len(self._visited):
            return None
        self._at += step
        return self._visited[self._at]


class FilterBox(Input):
    """The line that a filter is typed in; up and down bring former ones back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "former(1)", "an earlier filter", id="filter.earlier", show=False),
        Binding("down", "former(-1)", "a later filter", id="filter.later", show=False),
        Binding("ctrl+s", "save", "save under a name", id="filter.save", show=False),
    ]

    class Save(Message):
        """The operator wants to keep the filter in force under a name."""

    def __init__(self, *, id: str) -> None:
        hint = "words, col:text, !text, ~regex, fps<20, up>2h"
        super().__init__(id=id, placeholder=hint, compact=True, select_on_focus=False)
        self._former: tuple[str, ...] = ()
        self._at = -1
        self._typed = ""
        self.before = ""
        """The filter that was in force when it was opened."""

    @property
    def open(self) -> bool:
        return self.has_class("-open")

    def show(self, text: str, former: Sequence[str]) -> None:
        """Open with a text; `former` filters are the newest first."""
        self._former = tuple(one for one in former if one != text)
        self._at, self.value, self.before = -1, text, text
        self.add_class("-open")
        self.focus()
        self.action_end()

    def hide(self) -> None:
        self.remove_class("-open")

    def action_former(self, step: int) -> None:
        if not -1 <= self._at + step < len(self._former):
            return
        if self._at < 0:
            self._typed = self.value
        self._at += step
        self.value = self._former[self._at] if self._at >= 0 else self._typed
        self.action_end()

    def action_save(self) -> None:
        self.post_message(self.Save())


# The filter's line.


def open_box(lists: MainScreen) -> None:
    lists.filter_box.show(lists.table.filter_text, views.view(lists.session, lists.resource).recent)


def typed(lists: MainScreen, text: str) -> None:
    """Filter by what is typed so far; what is no filter is said at once, and the last good one stays."""
    try:
        steps = lists.table.filtering(text)
    except FilterError:
        _tell(lists)
    else:
        go_through(lists, steps, lists.table.total_count, lambda _: _tell(lists), SEARCH)


def _tell(lists: MainScreen) -> None:
    """Say what is wrong with what stands in the line, or how many rows are shown once it is in force."""
    table, text = lists.table, lists.filter_box.value
    try:
        table.filtering(text)
    except FilterError as error:
        lists.say(f"filter: {error}{_in_force(table)}", "bold red")
    else:
        if text == table.filter_text:
            lists.say(f"{table.shown_count:,} of {table.total_count:,}")


def submitted(lists: MainScreen, then: Callable[[], object] = lambda: None) -> None:
    """Enter: the operator asked for what is shown now, so the cursor goes there if its thing is not.

    What is no filter stays open to be put right; else `then` is called when the line is closed.
    """

    def close() -> None:
        if lists.thing is None and lists.table.shown_count:
            lists.table.action_first()
        _close(lists)
        then()

    try:
        _put(lists, lists.filter_box.value, close)
    except FilterError:
        _tell(lists)


def close_box(lists: MainScreen) -> None:
    """Back to the table; a text that is no filter gives way to the one before it, and that is said."""
    box = lists.filter_box
    try:
        _put(lists, box.value, lambda: _close(lists))
    except FilterError:
        _put(lists, box.before, lambda: _close(lists, wrong=box.value))


def _put(lists: MainScreen, text: str, then: Callable[[], None]) -> None:
    """Go on once the filter is in force. Raises FilterError."""
    table = lists.table
    steps = table.filtering(text)
    give_up(lists)
    if text == table.filter_text:
        then()
        return

    def put(_: None) -> None:
        _tell(lists)
        then()

    go_through(lists, steps, table.total_count, put)


def give_up(lists: MainScreen) -> None:
    """Whatever goes through the list's rows for the operator: nothing of it is done."""
    lists.workers.cancel_group(lists, SEARCH)
    lists.workers.cancel_group(lists, ASKED)


def _close(lists: MainScreen, wrong: str = "") -> None:
    lists.filter_box.hide()
    lists.table.focus()
    lists.remember()
    if wrong:
        lists.say(f"{wrong!r} was no filter{_in_force(lists.table)}", "bold")
    lists.draw_bars()


def _in_force(table: ThingTable) -> str:
    return f"; in force: {table.filter_text}" if table.filter_text else "; none is in force"


def back(lists: MainScreen) -> None:
    """Esc: out of the filter's line first, then the filter off; marks stay; never out of the program."""
    if lists.filter_box.open:
        close_box(lists)
    elif text := lists.table.filter_text:
        _take_off(lists)
        lists.remember()
        lists.say(f"filter {text!r} taken off: n N go from match to match, / and up bring it back")
    elif marks := len(lists.table.marks):
        stay = "1 mark stays" if marks == 1 else f"{marks} marks stay"
        lists.say(
            f"{stay}: {lists.session.key_for('table.mark-clear', 'C')} takes marks off; q leaves livetui"
        )
    else:
        lists.say("q leaves livetui")


def _take_off(lists: MainScreen) -> None:
    """No filter any more; the one that was in force comes back as a former one."""
    lists.remember()
    give_up(lists)
    lists.table.set_filter("")


def step(lists: MainScreen, step: int) -> None:
    """To the next (1) or previous (-1) row that the filter in force, or the last one, matches."""
    table = lists.table
    recent = views.view(lists.session, lists.resource).recent
    text = table.filter_text or (recent[0] if recent else "")
    if not text:
        lists.say("no filter was used here yet; / types one", "bold")
        return
    try:
        steps = table.finding(text, step)
    except FilterError as error:
        lists.say(f"{text}: {error}", "bold")
        return
    go_through(lists, steps, table.shown_count, lambda found: _stepped(lists, text, step, found))


def _stepped(lists: MainScreen, text: str, step: int, round_the_end: bool | None) -> None:
    if round_the_end is None:
        lists.say(f"nothing here matches {text}", "bold")
        return
    end = "top" if step > 0 else "bottom"
    lists.say(f"on a match of /{text}{f'; went on from the {end}' if round_the_end else ''}")


# Saved filters.


def save(lists: MainScreen, name: str) -> None:
    """Keep the filter in force under a name, for this list."""
    text = lists.table.filter_text
    if not text:
        lists.say("no filter is in force that could be saved; / types one", "bold")
        return
    saved = dict(views.view(lists.session, lists.resource).saved)
    before = saved.get(name)
    if views.keep(lists.session, lists.resource, {"saved": {**saved, name: text}}):
        instead = f" (before: {before})" if before not in (None, text) else ""
        lists.say(f"saved {text} as {name}{instead}; : filter {name} brings it back")
    else:
        lists.say("the filter could not be saved; ! says why", "bold red")


def delete(lists: MainScreen, resource_id: str, name: str) -> None:
    """Forget a saved filter; what it said is told, so that it can be typed again."""
    resource = lists.session.resource(resource_id)
    saved = dict(views.view(lists.session, resource).saved)
    text = saved.pop(name, "")
    if views.keep(lists.session, resource, {"saved": saved or None}):
        lists.say(f"filter {name} of {resource.title} deleted; it was {text}")
    else:
        lists.say("the filter could not be deleted; ! says why", "bold red")


def recall(lists: MainScreen, resource_id: str, text: str, name: str = "") -> None:
    """Go to a list and put a filter in force there."""
    if resource_id != lists.resource.id:
        lists.go(resource_id)
    lists.remember()
    table = lists.table
    before = table.filter_text
    try:
        steps = table.filtering(text)
    except FilterError as error:
        lists.say(f"{text}: {error}{_in_force(table)}", "bold red")
        return

    def recalled(_: None) -> None:
        lists.remember()
        instead = f"; instead of {before} (/ and up)" if before not in ("", text) else ""
        count = f", {table.shown_count:,} of {table.total_count:,}" if table.total_count else ""
        lists.say(f"{f'filter {name}' if name else 'filter'}: {text}{count}{instead}")

    go_through(lists, steps, table.total_count, recalled)


# From pane to pane.


def visited(lists: MainScreen, trail: Trail, step: int) -> None:
    """Back (-1) or forward (1) through the panes that were visited."""
    resource_id = trail.step(step)
    if resource_id is None:
        lists.say("no pane was visited before this one" if step < 0 else "no pane was visited after this one")
    else:
        lists.go(resource_id)


def show_thing(lists: MainScreen, identity: Identity) -> bool:
    """Put the cursor on a thing of this list; a filter that hides it is taken off, and that is said."""
    table, text = lists.table, lists.table.filter_text
    if table.move_to(identity):
        return True
    row = table.row_of(identity)
    if not text or row is None or row.gone:
        return False
    _take_off(lists)
    lists.say(f"filter {text!r} hid it and was taken off: / and up bring it back")
    return table.move_to(identity)


def said_of_marks(table: ThingTable) -> str:
    """What is to be known of marks when one comes back to a list; "" where there are none."""
    if not table.marks:
        return ""
    gone = len(table.gone_marks)
    hidden = len(table.hidden_marks) - gone
    parts = [f"{hidden} hidden by the filter"] if hidden else []
    parts += [f"{gone} not in the list any more"] if gone else []
    return f"{len(table.marks)} marked here" + (f": {', '.join(parts)}" if parts else "")


def said_of_sorting(table: ThingTable) -> str:
    """What the rows are sorted by, in words."""
    titles = {column.id: column.title for column in table.columns}
    words = [f"{titles[ident]}{' downwards' if reverse else ''}" for ident, reverse in table.sort_keys]
    kept = "; < > choose what comes before that, s drops it" if table.kept else ""
    return f"sorted by {', then '.join(words)}{kept}"
