"""A reply as a tree, and as a table where it holds a list, with its RequestId."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from livetui.catalogue import Action, Field
from livetui.catalogue.mask import mask
from livetui.catalogue.text import visible
from livetui.client import Reply
from livetui.console import replies
from livetui.console.describe import Describer
from livetui.console.session import Session
from livetui.console.table import Row, TableColumn, ThingTable
from livetui.console.widgets.bars import Bar
from livetui.watch.cells import Cell, local, moment


class ReplyScreen(Screen[None]):
    """What a call answered. `t` changes between tree and table, `y` shows the raw text."""

    DEFAULT_CSS = """
    ReplyScreen #head, ReplyScreen #keys { background: $panel; }
    ReplyScreen Tree { height: 1fr; }
    ReplyScreen ThingTable { display: none; }
    ReplyScreen.-table ThingTable { display: block; }
    ReplyScreen.-table Tree { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "app.pop_screen", "back", id="reply.back"),
        Binding("t", "table", "tree or table", id="reply.table"),
        Binding("y", "raw", "raw reply", id="reply.raw"),
        Binding("j", "cursor('down')", show=False, id="reply.down"),
        Binding("k", "cursor('up')", show=False, id="reply.up"),
    ]

    def __init__(self, session: Session, action: Action, reply: Reply) -> None:
        super().__init__()
        self.session, self.action, self.reply = session, action, reply
        self.shown = mask(session.account.catalogue, action.response, reply.data)
        self.list_member = next(
            (n for n, v in self.shown.items() if isinstance(v, list) and v and isinstance(v[0], Mapping)), ""
        )

    def compose(self) -> ComposeResult:
        yield Bar(id="head")
        yield Tree(Text(self.action.name), id="tree")
        yield ThingTable(id="rows")
        yield Bar(id="keys")

    def on_mount(self) -> None:
        where = f" {self.reply.region}" if self.reply.region else ""
        self.query_one("#head", Bar).say(
            [(f" {self.action.name}{where}", "bold")],
            [(f"RequestId {self.reply.request_id} ", "")] if self.reply.request_id else [],
        )
        table = [("t", "bold"), (" tree/table  ", "")] if self.list_member else []
        self.query_one("#keys", Bar).say(
            [
                (" Esc", "bold"),
                (" back  ", ""),
                *table,
                ("y", "bold"),
                (" raw  ", ""),
                ("Enter", "bold"),
                (" fold", ""),
            ]
        )
        tree = self.query_one("#tree", Tree)
        describer = Describer(self.session.account.catalogue, self.session.now(), self.session.zone)
        self._grow(tree.root, describer, self.action.response, self.shown)
        tree.root.expand()
        if not self.shown:
            tree.root.add_leaf(Text("(accepted; the reply tells nothing more)"))
        if self.list_member:
            self._fill(describer)
        tree.focus()

    def _grow(
        self, node: TreeNode[Any], describer: Describer, fields: tuple[Field, ...], data: Mapping[str, Any]
    ) -> None:
        known = {field.name: field for field in fields}
        catalogue = self.session.account.catalogue
        for name, value in data.items():
            field = known.get(name)
            members: tuple[Field, ...] = ()
            if field is not None and field.item_type in catalogue.structure_names():
                members = catalogue.structure(field.item_type).members
            if isinstance(value, Mapping):
                self._grow(node.add(Text(visible(name)), expand=True), describer, members, value)
            elif isinstance(value, list) and value and isinstance(value[0], Mapping):
                branch = node.add(Text(f"{visible(name)} ({len(value)})"), expand=len(value) <= 5)
                for number, row in enumerate(value):
                    self._grow(branch.add(Text(str(number)), expand=len(value) == 1), describer, members, row)
            else:
                text, _ = describer.value(field, value)
                node.add_leaf(Text(f"{visible(name)}  {visible(text)}"))

    def _fill(self, describer: Describer) -> None:
        rows = self.shown[self.list_member]
        fields = self._members(self.list_member)
        names = list(dict.fromkeys(name for row in rows for name, value in row.items() if _plain(value)))
        table = self.query_one("#rows", ThingTable)
        table.set_columns(
            [TableColumn(name, name, rank=number) for number, name in enumerate(names)],
            kinds=dict.fromkeys(names, "text"),
        )
        table.show(
            [
                Row(number, tuple(_cell(describer, fields.get(name), row.get(name)) for name in names))
                for number, row in enumerate(rows)
            ]
        )

    def _members(self, name: str) -> dict[str, Field]:
        """What the catalogue knows of the rows of a list in the reply."""
        catalogue = self.session.account.catalogue
        kind = next((field.item_type for field in self.action.response if field.name == name), "")
        known = catalogue.structure(kind).members if kind in catalogue.structure_names() else ()
        return {field.name: field for field in known}

    def action_table(self) -> None:
        if self.list_member:
            self.toggle_class("-table")
            self.query_one("#rows" if self.has_class("-table") else "#tree").focus()

    def action_raw(self) -> None:
        from livetui.console.screens.texts import TextScreen

        self.app.push_screen(
            TextScreen(
                f"raw reply of {self.action.name}",
                replies.lines(self.session, self.action, self.reply.raw),
            )
        )

    def action_cursor(self, way: str) -> None:
        if self.focused is not None and isinstance(self.focused, Tree):
            self.focused.action_cursor_down() if way == "down" else self.focused.action_cursor_up()


def _plain(value: Any) -> bool:
    return not isinstance(value, Mapping | list)


def _cell(describer: Describer, field: Field | None, value: Any) -> Cell:
    """A value as the tree tells it, but times without how far they are."""
    if value is None or value == "":
        return Cell()
    when = moment(field, "", value) if field is not None and field.time else None
    if when is not None:
        return Cell(local(when, describer.now, describer.zone), when.timestamp())
    number = isinstance(value, int | float) and not isinstance(value, bool)
    label = field.label(value) if field is not None else ""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return Cell(f"{text} ({label})" if label else text, value if number else text)
