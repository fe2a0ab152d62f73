"""The table: cursor and marks never change what they are on, and every line fills its cells exactly."""

from __future__ import annotations

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from livetui.console.table import Row, TableColumn, ThingTable
from livetui.console.table.layout import GUTTER, arrange
from livetui.console.table.listing import Listing
from livetui.console.table.order import order_by
from livetui.console.table.text import fit, width
from livetui.turns import at_once
from livetui.watch.cells import Cell
from livetui.watch.filter import Filter, FilterError

COLUMNS = (
    TableColumn("name", "Stream", rank=0),
    TableColumn("state", "State", rank=0),
    TableColumn("bitrate", "Video", rank=1, right=True),
    TableColumn("client", "Client", rank=2),
)
KINDS = {"bitrate": "bps", "state": "state"}
SPEC = tuple((c.id, c.title, KINDS.get(c.id, "text")) for c in COLUMNS)
HOSTILE = (
    "\x1b[31mred\x1b[0m\x1b]0;title\x07",
    "\x9b2J\x90q\x9c",
    "[red]name[/red] [@click=app.quit]x[/]",
    "x" * 2000,
    "\u202egpj.exe\u202c \u2066a\u2069",
    "שידור חי",
    "بث مباشر 12",
    "直播测试流一二三四五六七八九十",
    "👨‍👩‍👧‍👦👍🏽🇩🇪❤️",
    "e\u0301" * 30 + "\u0301" * 500,
    "\u0301leading",
    "tab\tnew\nline\r\0\x7f\u2028",
    "\ud800 lone",
    "\u200b\ufeff\u00ad zero",
    "",
)


def row(name, state="live", bitrate=None, client="10.0.0.1", **said):
    tone = {"live": "ok", "forbidden": "bad", "gone": "off"}.get(state, "unknown")
    cells = (
        Cell(name, name),
        Cell(state, state, tone),
        Cell("" if bitrate is None else f"{bitrate:g}", bitrate),
        Cell(client, client),
    )
    return Row(("css", name), cells, **said)


def thing(name):
    return ("css", name)


class Bench(App[None]):
    """One table, and the messages that it sent."""

    def __init__(self):
        super().__init__()
        self.told = []

    def compose(self) -> ComposeResult:
        yield ThingTable()

    @property
    def table(self):
        return self.query_one(ThingTable)

    def on_mount(self):
        self.table.set_columns(COLUMNS, kinds=KINDS)
        self.table.focus()

    def on_thing_table_cursor_moved(self, event):
        self.told.append(("cursor", event.identity))

    def on_thing_table_opened(self, event):
        self.told.append(("opened", event.identity))

    def on_thing_table_marks_changed(self, event):
        self.told.append(("marks", event.count, event.hidden))


def lines(table):
    return [table.render_line(y).text for y in range(table.size.height)]


def names(table):
    return [line[GUTTER:].split(" ")[0] for line in lines(table)[1:] if line.strip()]


def screen(app):
    """What is on the screen of the whole app, as it was composed."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


async def test_rows_are_shown_and_keys_move():
    app = Bench()
    async with app.run_test(size=(60, 8)) as pilot:
        table = app.table
        table.show([row(f"s{i:02d}", bitrate=i) for i in range(30)])
        await pilot.pause()
        assert lines(table)[0].split() == ["Stream", "State", "Video", "Client"]
        assert lines(table)[1].startswith(">  s00") and "10.0.0.1" in lines(table)[1]
        assert screen(app)[:8] == lines(table)
        await pilot.press("j", "down", "k")
        assert table.cursor == thing("s01") and table.armed
        await pilot.press("G")
        assert table.cursor == thing("s29") and names(table)[-1] == "s29"
        await pilot.press("ctrl+u")
        assert table.cursor == thing("s26")
        await pilot.press("g", "pagedown")
        assert table.cursor == thing("s06")
        assert screen(app)[:8] == lines(table)
        await pilot.press("enter")
        assert app.told[-1] == ("opened", thing("s06"))
        assert (table.shown_count, table.total_count) == (30, 30)
        assert table.cursor_row.cells[0].text == "s06" and table.cursor_line == 6


async def test_every_binding_has_its_own_id_and_a_description():
    bindings = ThingTable.BINDINGS
    assert len({b.id for b in bindings}) == len(bindings)
    assert all(b.id.startswith("table.") and b.description for b in bindings)


async def test_the_cursor_keeps_its_thing_and_its_line_of_the_screen():
    app = Bench()
    async with app.run_test(size=(60, 11)) as pilot:
        table = app.table
        table.show([row(f"s{i:03d}", bitrate=i % 7) for i in range(100)])
        await pilot.pause()
        assert table.move_to(thing("s050"))
        await pilot.press("k", "k", "k")
        on_screen = next(y for y, line in enumerate(lines(table)) if line.startswith(">"))
        table.show(
            [row(f"new{i}") for i in range(20)] + [row(f"s{i:03d}", bitrate=i % 7) for i in range(5, 100)]
        )
        assert lines(table)[on_screen].startswith(">  s047")
        table.sort_by("bitrate", reverse=True)
        table.set_filter("s0")
        assert table.cursor == thing("s047")
        assert lines(table)[on_screen].startswith(">  s047")
        await pilot.pause()
        assert screen(app) == lines(table)
        assert not table.move_to(thing("nowhere")) and table.cursor == thing("s047")


async def test_a_thing_that_left_disarms_the_cursor():
    app = Bench()
    async with app.run_test(size=(60, 8)) as pilot:
        table = app.table
        table.show([row("a"), row("b"), row("c"), row("d")])
        await pilot.press("j")
        table.show([row("a"), row("b", state="gone", gone=True), row("c"), row("d")])
        assert not table.armed and table.cursor is None
        assert lines(table)[2].startswith("-x b")
        assert table.astray == (thing("b"), False)
        table.show([row("zero"), row("a"), row("c"), row("d")])
        assert not table.armed
        assert lines(table)[3].startswith("-  c")
        await pilot.pause()
        app.told.clear()
        await pilot.press("enter", "space", "M")
        assert app.told == [] and not table.marks
        await pilot.press("j")
        assert table.cursor == thing("c") and table.astray == (None, False)
        table.show([])
        assert not table.armed and lines(table)[1].startswith("- ")
        table.show([row("c")])
        assert not table.armed, "what has left and come back is not taken up by itself"
        await pilot.pause()
        assert app.told == [("cursor", thing("c")), ("cursor", None)]


async def test_what_leaves_while_a_filter_hides_it_is_told_to_have_left():
    app = Bench()
    async with app.run_test(size=(60, 8)) as pilot:
        table = app.table
        table.show([row("cam-1"), row("cam-2"), row("gate")])
        await pilot.press("j")
        table.set_filter("gate")
        table.show([row("cam-1"), row("gate")])
        assert table.astray == (thing("cam-2"), False)
        await pilot.press("j")
        assert table.cursor == thing("gate") and table.astray == (None, False)


async def test_what_left_while_nobody_looked_is_told_to_have_left():
    app = Bench()
    async with app.run_test(size=(60, 8)) as pilot:
        table = app.table
        table.show([row("cam-1"), row("cam-2")])
        await pilot.press("j")
        was = table.left
        table.show([row("cam-1")])
        await pilot.press("k")
        table.restore(was)
        assert not table.armed and table.astray == (thing("cam-2"), False)


async def test_a_filter_hides_the_cursors_thing_and_gives_it_back():
    app = Bench()
    async with app.run_test(size=(60, 8)) as pilot:
        table = app.table
        table.show([row("cam-1"), row("cam-2"), row("gate")])
        await pilot.press("j")
        table.set_filter("gate")
        assert not table.armed and lines(table)[1].startswith("-  gate")
        assert table.astray == (thing("cam-2"), True)
        table.set_filter("")
        assert table.cursor == thing("cam-2")
        table.set_filter("gate")
        await pilot.press("k")
        assert table.cursor == thing("gate")
        table.set_filter("")
        assert table.cursor == thing("gate")
        with pytest.raises(FilterError):
            table.set_filter("colour:red")
        assert table.filter_text == ""
        table.set_filter("cam")
        with pytest.raises(FilterError):
            table.set_filter("cam bitrate<")
        assert table.filter_text == "cam" and names(table) == ["cam-1", "cam-2"]


async def test_marks():
    app = Bench()
    async with app.run_test(size=(60, 12)) as pilot:
        table = app.table
        table.show([row(f"s{i}", state="live" if i % 2 else "forbidden") for i in range(8)])
        await pilot.press("space", "j", "j", "j", "M")
        assert table.marks == {thing(f"s{i}") for i in range(4)}
        assert lines(table)[1].startswith(" * s0") and lines(table)[4].startswith(">* s3")
        table.set_filter("live")
        await pilot.pause()
        assert table.hidden_marks == {thing("s0"), thing("s2")}
        assert app.told[-1] == ("marks", 4, 2)
        await pilot.press("I")
        assert table.marks == {thing(f"s{i}") for i in (0, 2, 5, 7)}
        await pilot.press("ctrl+a")
        assert table.marks == {thing(f"s{i}") for i in (0, 1, 2, 3, 5, 7)}
        table.set_filter("")
        table.show([row("s1", gone=True), *[row(f"s{i}") for i in range(2, 8)]])
        assert table.hidden_marks == {thing("s0"), thing("s1")}
        assert lines(table)[1].startswith(" X s1")
        await pilot.press("C")
        await pilot.pause()
        assert not table.marks and app.told[-1] == ("marks", 0, 0)


async def test_sorting_is_typed_stable_and_leaves_nothing_last():
    app = Bench()
    async with app.run_test(size=(60, 8)) as pilot:
        table = app.table
        table.show(
            [
                row("a", bitrate=1e3),
                row("b"),
                row("C", bitrate=20),
                row("d", bitrate=1e3),
                row("e", bitrate=5),
            ]
        )
        table.sort_by("bitrate")
        assert names(table) == ["e", "C", "a", "d", "b"] and "Video^" in lines(table)[0]
        await pilot.press("=")
        assert names(table) == ["a", "d", "C", "e", "b"] and "Videov" in lines(table)[0]
        await pilot.pause()
        assert screen(app) == lines(table)
        await pilot.press(">")
        assert table.sort == ("client", False)
        await pilot.press(">")
        assert table.sort == ("name", False) and names(table) == ["a", "b", "C", "d", "e"]
        await pilot.press("<")
        assert table.sort == ("client", False)
        table.sort_by("")
        assert names(table) == ["a", "b", "C", "d", "e"] and table.sort == ("", False)
        with pytest.raises(KeyError):
            table.sort_by("colour")


def test_order_by_holds_values_of_any_kind():
    values = [None, "b", 3, "A", float("nan"), 2.5, True, None]
    assert at_once(order_by(values, False)) == [6, 5, 2, 3, 1, 0, 4, 7]
    assert at_once(order_by(values, True)) == [1, 3, 2, 5, 6, 0, 4, 7]


async def test_only_lines_that_differ_are_painted_again(monkeypatch):
    app = Bench()
    async with app.run_test(size=(60, 12)) as pilot:
        table = app.table
        rows = [row(f"s{i}", bitrate=i) for i in range(40)]
        table.show(rows)
        await pilot.pause()
        painted = []
        monkeypatch.setattr(
            table, "refresh", lambda *regions, **_: painted.append(sorted(r.y for r in regions))
        )
        table.show([row(f"s{i}", bitrate=i) for i in range(40)])
        assert painted == [], "nothing has changed"
        table.show([row("s0", bitrate=0), row("s1", bitrate=9, changed=frozenset({"bitrate"})), *rows[2:]])
        assert painted.pop() == [2]
        assert lines(table)[2].startswith(" ~ s1")
        table.action_move(1)
        assert painted.pop() == [1, 2]
        table.show([*rows[:30], row("s30", bitrate=99), *rows[31:]])
        assert painted == [[2]], "what is out of view is not painted"


async def test_tones_changes_and_the_cursor_need_no_colour():
    app = Bench()
    async with app.run_test(size=(60, 8)) as pilot:
        table = app.table
        table.show(
            [
                row("a", bitrate=1),
                row("b", state="forbidden", arrived=True),
                row("c", state="gone", gone=True),
                row("d", bitrate=2, changed=frozenset({"bitrate"})),
            ]
        )
        await pilot.pause()
        assert [line[:2] for line in lines(table)[1:5]] == ["> ", " +", " x", " ~"]
        cursor, arrived, gone, changed = (list(table.render_line(y)) for y in range(1, 5))
        assert len(cursor) == 1 and cursor[0].style.reverse, "one style: tones are left to the words"
        assert arrived[0].style.bold and gone[0].style.strike
        assert any(s.style.underline and s.text.strip() == "2" for s in changed)
        assert next(s for s in arrived if "forbidden" in s.text).style.color != arrived[0].style.color
        table.dim = True
        assert all(segment.style.dim for y in range(5) for segment in table.render_line(y))
        table.dim = False
        app.set_focus(None)
        await pilot.pause()
        idle = list(table.render_line(1))
        assert idle[0].text.startswith(">") and idle[0].style.bold and not idle[0].style.reverse


@pytest.mark.parametrize("no_color", [True, False])
async def test_the_cursor_is_seen_in_sixteen_colours_and_in_none(monkeypatch, no_color):
    monkeypatch.setenv("NO_COLOR", "1") if no_color else monkeypatch.delenv("NO_COLOR", raising=False)
    app = Bench()
    app.theme = "ansi-dark"
    async with app.run_test(size=(60, 6)) as pilot:
        app.table.show([row("a"), row("b")])
        await pilot.pause()
        first = next(iter(app.screen._compositor.render_strips()[1]))
        assert first.text.startswith(">") and first.style.reverse


async def test_columns_leave_by_rank_and_are_reached_by_scrolling():
    app = Bench()
    async with app.run_test(size=(30, 6)) as pilot:
        table = app.table
        table.show([row("cam-of-the-main-hall", bitrate=2_500_000.0)])
        await pilot.pause()
        assert lines(table)[0].split()[:2] == ["+2", "Stream"] and lines(table)[0].startswith("+2 Stream")
        await pilot.press("right")
        assert lines(table)[0].split()[2] == "Video" and "cam-of" in lines(table)[1]
        await pilot.press("right", "right", "right")
        assert lines(table)[0].split()[2] == "Client"
        await pilot.press("left", "left", "left")
        assert lines(table)[0].split()[2] == "State"
        await pilot.press("right")
        await pilot.resize_terminal(100, 6)
        assert lines(table)[0].split() == ["Stream", "State", "Video", "Client"]
        assert screen(app) == lines(table)


async def test_the_sorted_column_is_not_dropped():
    app = Bench()
    async with app.run_test(size=(34, 6)) as pilot:
        table = app.table
        table.show([row("cam-of-the-main-hall", bitrate=2_500_000.0)])
        await pilot.pause()
        assert "Client" not in lines(table)[0]
        table.sort_by("client")
        assert "Client^" in lines(table)[0]


@pytest.mark.parametrize("size", [(80, 24), (30, 24), (12, 24), (4, 5), (1, 1), (200, 30)])
async def test_hostile_names_are_shown_and_not_obeyed(size):
    app = Bench()
    async with app.run_test(size=size) as pilot:
        table = app.table
        table.show([row(name, client=name, bitrate=5.0) for name in HOSTILE])
        await pilot.pause()
        for y in range(size[1]):
            strip = table.render_line(y)
            assert cell_len(strip.text) == strip.cell_length == size[0]
            steering = {c for c in strip.text if unicodedata.category(c) in ("Cc", "Cs", "Cf")}
            assert steering <= {"\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"}
            assert strip.text.count("\N{FIRST STRONG ISOLATE}") == strip.text.count(
                "\N{POP DIRECTIONAL ISOLATE}"
            )
            assert all(not (s.style and (s.style.meta or s.style.link)) for s in strip)
        if size[0] >= 80:
            assert "␛[31mred" in lines(table)[1] and "[red]name[/red]" in lines(table)[3]
        for wanted in HOSTILE:
            assert table.move_to(thing(wanted)) and table.cursor == thing(wanted)


@given(st.text(st.characters(), max_size=40) | st.sampled_from(HOSTILE), st.integers(0, 50), st.booleans())
def test_text_fills_its_cells_exactly(text, cells, right):
    shown = fit(text, cells, right)
    assert cell_len(shown) == cells
    shown.encode()  # a lone surrogate would not go out to any terminal
    assert width(text, 400) <= 401
    if cells >= 2 and 0 < width(text, 400) <= cells:
        assert "…" not in shown or "…" in text


def test_clipping():
    assert fit("abcdef", 4) == "abc…" and fit("ab", 4) == "ab  " and fit("ab", 4, True) == "  ab"
    assert fit("直播流", 4) == "直… " and fit("直播流", 6) == "直播流" and fit("直播流", 1) == "…"
    assert fit("e\u0301e\u0301e\u0301", 2) == "e\u0301…"
    assert fit("a\u0301\u0301\u0301\u0301\u0301", 1) == "a\u0301\u0301\u0301"
    assert fit("שלום", 6) == "\N{FIRST STRONG ISOLATE}שלום\N{POP DIRECTIONAL ISOLATE}  "
    assert fit("👨‍👩‍👧🇩🇪", 8) == "👨👩👧DE"


def test_a_column_that_says_so_is_dropped_rather_than_cut():
    line = TableColumn("line", "LINE", 1, least=26)
    columns = [TableColumn("name", "NAME", 0), line, TableColumn("other", "OTHER", 2)]
    widths = {place.index: place.width for place in arrange(columns, [20, 33, 30], 80).places}
    assert set(widths) == {0, 1, 2} and widths[1] >= 26
    for available in range(30, 80):
        shown = {place.index: place.width for place in arrange(columns, [20, 33, 30], available).places}
        assert shown.get(1, 26) >= 26, available


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(1, 40)), max_size=10),
    st.integers(0, 140),
    st.integers(0, 4),
)
def test_columns_never_overlap_nor_leave_the_screen(shapes, available, scrolled):
    columns = [TableColumn(f"c{i}", f"C{i}", rank, widest) for i, (rank, _, widest) in enumerate(shapes)]
    wanted = [want for _, want, _ in shapes]
    layout = arrange(columns, wanted, available, scrolled=scrolled if len(columns) > 1 else 0)
    x = GUTTER
    for place in layout.places:
        assert place.x >= x and place.x + place.width <= available
        x = place.x + place.width + 1
    assert layout.hidden + len(layout.places) == len(columns)
    if columns and available > GUTTER:
        assert layout.places[0].index == 0
    if available >= GUTTER + sum(wanted) + 2 * len(wanted) and not scrolled:
        assert [place.width for place in layout.places] == wanted


class Model:
    """What an operator believes: which thing they put the cursor on and which they marked."""

    def __init__(self):
        self.listing = Listing()
        self.listing.height = 7
        self.cursor = None
        self.marks = set()
        self.rows = {}

    def churn(self, rng):
        here = dict(self.rows)
        for name in rng.sample(sorted(here), min(len(here), rng.randrange(4))):
            if rng.random() < 0.5 and not here[name].gone:
                here[name] = row(name[1], gone=True)
            else:
                del here[name]
        for _ in range(rng.randrange(4)):
            new = row(rng.choice("abcdefghijklmnopqrst"), bitrate=rng.choice([None, 1, 2, 3]))
            here[new.identity] = new
        order = list(here.values())
        if rng.random() < 0.5:
            rng.shuffle(order)
        self.rows = {r.identity: r for r in order}
        self.listing.show(order)

    def believe(self):
        """After what is no move of the operator's: the cursor is on the same thing, or on nothing."""
        assert self.listing.cursor in (None, self.cursor)
        live = self.cursor in self.rows and not self.rows[self.cursor].gone
        if live and self.listing.line_of(self.cursor) is not None and self.listing.cursor is None:
            assert self.left, "a thing that never left is given back"
        if self.listing.cursor is not None:
            assert live
        self.left = self.left or not live

    left = False

    def check(self):
        listing = self.listing
        assert listing.marks == self.marks
        shown = [listing.row(i).identity for i in range(len(listing))]
        assert listing.hidden_marks == {m for m in self.marks if m not in shown or self.rows[m].gone}
        assert len(set(shown)) == len(shown)
        assert 0 <= listing.line <= max(0, len(shown) - 1)
        assert listing.top <= listing.line < listing.top + listing.height or not shown
        assert 0 <= listing.top <= max(0, len(shown) - listing.height)
        if listing.cursor is not None:
            assert shown[listing.line] == listing.cursor
        assert [listing.line_of(identity) for identity in shown] == list(range(len(shown)))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.sampled_from("ccccsfmmxriaMjkgGd"), min_size=5, max_size=60))
def test_no_churn_moves_the_cursor_or_a_mark_to_another_thing(seed, steps):
    rng = random.Random(seed)
    model = Model()
    listing = model.listing
    model.churn(rng)
    model.cursor = listing.cursor
    for step in steps:
        shown = [listing.row(i) for i in range(len(listing))]
        living = {r.identity for r in shown if not r.gone}
        if step in "csf":
            if model.cursor is None and not listing.placed:
                model.churn(rng)
                model.cursor, model.left = listing.cursor, False
                continue
            if step == "c":
                model.churn(rng)
            elif step == "s":
                listing.sort(
                    *((column, rng.random() < 0.5) for column in rng.sample(range(3), rng.randrange(3)))
                )
            else:
                text = rng.choice(["", "a", "!b", "bitrate>1", "~[a-k]", "name:c", "live !d", "zzz"])
                listing.filter(Filter.parse(text, SPEC))
                wanted = [
                    r.identity for r in model.rows.values() if Filter.parse(text, SPEC).matches(r.cells)
                ]
                assert {listing.row(i).identity for i in range(len(listing))} == set(wanted)
            model.believe()
        elif step in "jkgGd":
            where = {"j": 1, "k": -1, "d": 3}
            if step in where:
                listing.move(where[step], view=step == "d")
            else:
                listing.move_to_line(0 if step == "g" else len(listing) - 1)
            model.cursor, model.left = listing.cursor, False
        elif step == "m":
            listing.toggle_mark()
            if listing.cursor is not None:
                model.marks ^= {listing.cursor}
        elif step == "M":
            before = set(model.marks)
            listing.mark_range()
            assert before <= listing.marks and listing.marks - before <= living
            model.marks = set(listing.marks)
        elif step == "a":
            listing.mark_all()
            model.marks |= living
        elif step == "i":
            listing.invert_marks()
            shown_marks = {r.identity for r in shown} & model.marks
            model.marks = (model.marks - shown_marks) | (living - shown_marks)
        elif step == "x" and rng.random() < 0.3:
            listing.clear_marks()
            model.marks = set()
        elif step == "r":
            listing.height = rng.randrange(1, 12)
            listing.keep_in_view()
        model.check()


async def test_the_screen_shows_what_the_table_holds_through_any_churn():
    app = Bench()
    rng = random.Random(7)
    async with app.run_test(size=(50, 9)) as pilot:
        table = app.table
        alive = {}
        for _ in range(120):
            for name in rng.sample(sorted(alive), min(len(alive), rng.randrange(3))):
                del alive[name]
            for _ in range(rng.randrange(4)):
                name = rng.choice("abcdefghijklmnopqrstuvwxyz") * rng.randrange(1, 30)
                alive[name] = row(name, bitrate=rng.choice([None, 1.0, 22.0]), arrived=rng.random() < 0.2)
            table.show(list(alive.values()))
            step = rng.choice(
                ["j", "k", "space", "pagedown", "=", ">", "right", "left", "filter", "focus", "enter"]
            )
            if step == "filter":
                table.set_filter(rng.choice(["", "a", "!b", "bitrate>5"]))
            elif step == "focus":
                app.set_focus(None if table.has_focus else table)
            else:
                await pilot.press(step)
            await pilot.pause()
            assert screen(app) == lines(table)
            pointed = [line for line in lines(table)[1:] if line[0] in ">-"]
            assert len(pointed) == 1
            if table.armed:
                assert pointed[0][0] == ">" and table.cursor[1] in alive
                assert table.cursor_row.identity == table.cursor


async def test_the_mouse_may_but_need_not_be_used():
    app = Bench()
    async with app.run_test(size=(60, 8)) as pilot:
        table = app.table
        table.show([row(f"s{i}") for i in range(20)])
        await pilot.pause()
        await pilot.click(ThingTable, offset=(5, 3))
        assert table.cursor == thing("s2")
        await pilot.click(ThingTable, offset=(5, 0))
        assert table.cursor == thing("s2")


async def test_a_thing_listed_twice_is_one_thing():
    app = Bench()
    async with app.run_test(size=(60, 8)):
        app.table.show([row("a"), row("b"), row("a", state="forbidden")])
        assert names(app.table) == ["a", "b"] and app.table.total_count == 2


async def test_moving_the_mouse_paints_nothing(monkeypatch):
    app = Bench()
    async with app.run_test(size=(60, 8)) as pilot:
        app.table.show([row(f"s{i}") for i in range(20)])
        await pilot.pause()
        rendered = []
        render_line = app.table.render_line
        monkeypatch.setattr(app.table, "render_line", lambda y: rendered.append(y) or render_line(y))
        await pilot.hover(ThingTable, offset=(5, 3))
        await pilot.hover(ThingTable, offset=(9, 5))
        await pilot.pause()
        assert rendered == []
