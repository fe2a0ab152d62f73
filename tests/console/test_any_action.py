"""Any action of the catalogue from `:`, its form, and the tree and table of its reply."""

from functools import partial
from pathlib import Path
from typing import Any

from emulated import NOW, Served
from opened import Console, opened
from questions.css import questions

from livetui.catalogue import load
from livetui.console import filling
from livetui.console.forms import FormScreen
from livetui.console.screens.reply import ReplyScreen
from livetui.operations.guard import Planned
from livetui.operations.journal import pair, read

CSS = load("css")
PLAIN: list[tuple[str, dict[str, Any]]] = [
    ("DescribeLiveDomains", {}),
    ("DescribeLiveDomain", {"DomainName": "push.harbor.example"}),
    ("DescribeLiveCallbackTemplates", {}),
    ("DescribeLiveCerts", {}),
    ("DescribeLivePlayAuthKey", {"DomainName": "play.harbor.example"}),
    ("DescribeLivePushAuthKey", {"DomainName": "push.harbor.example"}),
    ("DescribeLiveTranscodeRules", {}),
    ("DescribeLiveSnapshotTemplates", {}),
    ("DescribeLiveWatermarks", {}),
    ("DescribeLivePullStreamTasks", {}),
]


async def asked(console: Console, name: str) -> FormScreen:
    """The form of an action, opened through the palette."""
    await console.press("colon")
    await console.goes("PaletteScreen")
    await console.type(name)
    await console.press("enter")
    await console.goes("FormScreen")
    assert isinstance(console.app.screen, FormScreen)
    assert console.app.screen.draft.action.name == name
    return console.app.screen


async def fill(console: Console, form: FormScreen, **values: str) -> None:
    for path, text in values.items():
        form.lines.go(path.replace("__", "."))
        await console.type(text)


async def test_reads_of_every_chapter_show_their_reply_as_tree_and_table(
    emulator: Served, tmp_path: Path
) -> None:
    others = [(name, params) for name, params in questions(NOW) if CSS.action(name).effect == "read"]
    # Every third: the calls themselves are all held elsewhere; here it is their forms and replies.
    asks = (PLAIN + others)[::3]
    assert len({name for name, _ in asks}) >= 12
    tables = 0
    async with opened(emulator, tmp_path) as console:
        for name, params in asks:
            action = CSS.action(name)
            filling.run_action(console.lists, action, params)
            await console.goes("FormScreen")
            form = console.app.screen
            assert isinstance(form, FormScreen)
            if form.draft.regions:
                form.lines.go("@region")
                await console.type("ap-singapore")
            await console.press("ctrl+s")
            await console.until(lambda: not isinstance(console.app.screen, FormScreen), f"sent {name}")
            await console.goes("ReplyScreen")
            reply = console.app.screen
            assert isinstance(reply, ReplyScreen) and reply.action is action
            assert "RequestId" in console.bar("head"), name
            assert name in console.text
            if reply.list_member:
                tables += 1
                await console.press("t")
                rows = reply.query_one("#rows")
                await console.until(partial(getattr, rows, "has_focus"), f"table of {name}")
                await console.press("t")
            await console.press("y")
            await console.goes("TextScreen")
            await console.press("escape")
            await console.goes("ReplyScreen")
            await console.press("escape")
            await console.goes("MainScreen")
    assert tables > 5


async def test_a_window_is_typed_in_local_time_and_the_reply_told_in_it(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path) as console:
        form = await asked(console, "DescribeStreamPushInfoList")
        await fill(console, form, StreamName="match-01-main", StartTime="-1h", EndTime="now")
        await console.press("ctrl+s")
        await console.goes("ReplyScreen")
        await console.press("t")
        await console.shows("Time", "03-10 12:0")
        await console.press("escape")
        await console.goes("MainScreen")
        await console.press("colon")
        await console.goes("PaletteScreen")
        await console.type("again DescribeStreamPush")
        await console.press("enter")
        await console.goes("FormScreen")
        await console.shows("match-01-main")


async def test_an_end_before_the_start_is_told_at_its_field_and_nothing_is_sent(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path) as console:
        form = await asked(console, "DescribeStreamPushInfoList")
        await fill(console, form, StreamName="match-01-main", StartTime="-1h", EndTime="-2h")
        await console.press("ctrl+s")
        await console.shows("not sent")
        assert form.lines.row is not None and form.lines.row.path in ("StartTime", "EndTime")
    assert not emulator.calls("DescribeStreamPushInfoList")


async def test_a_regional_action_asks_where_and_says_so_in_words(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        form = await asked(console, "DescribeRecordTask")
        await fill(console, form, StartTime="-1d", EndTime="-1h")
        await console.press("ctrl+s")
        await console.shows("not sent: Region is required")
        await fill(console, form, **{"@region": "ap-singapore"})
        await console.press("ctrl+s")
        await console.goes("ReplyScreen")
        assert "ap-singapore" in console.bar("head")
    assert [call["region"] for call in emulator.calls("DescribeRecordTask")] == ["ap-singapore"]


async def test_nested_parameters_go_out_as_they_were_filled_in(emulator: Served, tmp_path: Path) -> None:
    for name in ("main_feed", "bench_feed"):
        emulator.control("streams", {"name": name, "domain": "push.stadium.example", "app": "live"})
    async with opened(emulator, tmp_path) as console:
        form = await asked(console, "CreateCommonMixStream")
        await fill(console, form, MixStreamSessionId="evening")
        for number, name in enumerate(("main_feed", "bench_feed")):
            form.lines.go("InputStreamList")
            await console.press("ctrl+n")
            await fill(
                console,
                form,
                **{
                    f"InputStreamList__{number}__InputStreamName": name,
                    f"InputStreamList__{number}__LayoutParams__ImageLayer": str(number + 1),
                },
            )
        await fill(console, form, OutputParams__OutputStreamName="main_feed")
        await console.press("ctrl+s")
        await console.goes("ConfirmScreen")
        await console.shows("CreateCommonMixStream", "bench_feed")
        await console.press("y")
        await console.goes("ReplyScreen")
        await console.press("escape")
        await console.goes("MainScreen")
        console.lists.go("mixes")
        await console.read("mixes")
        await console.shows("evening", "started", "main_feed", "from the journal")
        await console.press("g", "D")
        await console.goes("ConfirmScreen")
        await console.press("y")
        await console.goes("MainScreen")
        await console.until(lambda: "accepted" in console.said, "accepted")
        await console.shows("cancelled")
    made, cancelled = pair(read(tmp_path / "state" / "journal.jsonl"))
    assert (made.status, cancelled.status) == ("accepted", "accepted")
    assert made.intent.params["InputStreamList"] == [
        {"InputStreamName": "main_feed", "LayoutParams": {"ImageLayer": 1}},
        {"InputStreamName": "bench_feed", "LayoutParams": {"ImageLayer": 2}},
    ]


async def test_recent_calls_keep_no_secret_on_disk(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path) as console:
        action = CSS.action("CreateLivePullStreamTask")
        marks = [{"PictureUrl": "https://a.example/logo.png?sign=hunter2hunter2", "XPosition": 4}]
        console.session.keep_call(Planned(action, {"Comment": "x", "WatermarkList": marks}))
        kept = console.session.memory.recent_calls("demo")[0].params
        assert kept == {"Comment": "x", "WatermarkList": [{"XPosition": 4}]}
    assert all("hunter2" not in file.read_text() for file in (tmp_path / "state").iterdir() if file.is_file())
