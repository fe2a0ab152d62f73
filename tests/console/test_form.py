"""Forms made from the catalogue, filled in as an operator does: by keys, at 80x24."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from textual.app import App
from textual.pilot import Pilot

from livetui.catalogue import load
from livetui.client.errors import ApiError, BadParameters, OutcomeUnknown, Unreachable
from livetui.console.forms import FormScreen, SubmitResult
from livetui.console.forms.screen import draft_key_of

CSS = load("css")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ZONE = timezone(timedelta(hours=8))
TEMPLATE = {
    "TemplateId": 12,
    "TemplateName": "900p",
    "Vcodec": "h264",
    "VideoBitrate": 1500,
    "Height": 900,
    "DRMType": "widevine",
    "DRMTracks": "AUDIO|HD",
    "Description": "evening",
}


class Store(dict[str, Mapping[str, Any]]):
    def load(self, key: str) -> Mapping[str, Any] | None:
        return self.get(key)

    def save(self, key: str, kept: Mapping[str, Any]) -> None:
        self[key] = kept

    def drop(self, key: str) -> None:
        self.pop(key, None)


class Sent:
    """A submit that notes what it was given and answers what it is told to."""

    def __init__(self, *answers: SubmitResult | Exception) -> None:
        self.answers = list(answers)
        self.params: list[dict[str, Any]] = []
        self.changes: list[list[tuple[str, Any, Any]]] = []
        self.regions: list[str | None] = []

    async def __call__(
        self, params: dict[str, Any], changes: list[tuple[str, Any, Any]], region: str | None
    ) -> SubmitResult:
        self.regions.append(region)
        self.params.append(params)
        self.changes.append(changes)
        answer = self.answers.pop(0) if self.answers else SubmitResult(True, "done")
        if isinstance(answer, Exception):
            raise answer
        return answer


class FormApp(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, make: Callable[[], FormScreen]) -> None:
        super().__init__()
        self.make = make
        self.results: list[SubmitResult | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.make(), self.results.append)


class Driver:
    def __init__(self, app: FormApp, pilot: Pilot[None]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def form(self) -> FormScreen:
        screen = self.app.screen
        assert isinstance(screen, FormScreen)
        return screen

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*(("space" if char == " " else char) for char in text))

    async def to(self, path: str) -> None:
        """Moves to a field (by hand, key after key takes too long here)."""
        lines = self.form.lines
        lines.go(path)
        lines.action_move(0)
        await self.pilot.pause()
        assert lines.row is not None
        assert lines.row.path == path

    def screen_text(self) -> str:
        width, height = self.app.size
        lines = [
            "".join(segment.text for segment in strip)
            for strip in self.app.screen._compositor.render_strips()
        ]
        assert len(lines) == height
        assert all(len(line) <= width + 2 for line in lines)
        return "\n".join(line.rstrip() for line in lines)

    def line_of(self, word: str) -> str:
        return next(line for line in self.screen_text().splitlines() if word in line)


@asynccontextmanager
async def form_of(
    action: str, submit: Any = None, *, size: tuple[int, int] = (80, 24), **opening: Any
) -> Any:
    submit = submit or Sent()
    opening.setdefault("title", "Form")

    def make() -> FormScreen:
        return FormScreen(CSS, CSS.action(action), submit=submit, now=lambda: NOW, zone=ZONE, **opening)

    app = FormApp(make)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Driver(app, pilot)


async def test_fill_in_and_send_a_transcode_template() -> None:
    sent = Sent()
    async with form_of("CreateLiveTranscodeTemplate", sent) as at:
        await at.type("900p")
        await at.press("tab")
        await at.type("1500")
        await at.to("Vcodec")
        await at.press("right", "right")
        await at.to("NeedAudio")
        await at.type("n")
        await at.press("ctrl+s")
        assert sent.params == [
            {"TemplateName": "900p", "VideoBitrate": 1500, "Vcodec": "h265", "NeedAudio": 0}
        ]
        assert [change[0] for change in sent.changes[0]] == [
            "TemplateName",
            "VideoBitrate",
            "Vcodec",
            "NeedAudio",
        ]
        assert at.app.results == [SubmitResult(True, "done")]


async def test_at_80x24_everything_that_matters_is_seen() -> None:
    async with form_of("CreateLiveTranscodeTemplate", title="New transcode template") as at:
        text = at.screen_text()
        for word in (
            "New transcode template",
            "CreateLiveTranscodeTemplate",
            "write",
            "2 missing",
            "TemplateName*",
            "VideoBitrate*",
            "100–8000 kbps",
            "h264|h265|origin",
            "(unset)",
            "Letters and digits",
            "^s send",
            "^u unset",
            "^e empty",
            "esc leave",
        ):
            assert word in text, word
        await at.press("ctrl+end")
        assert "DRMTracks" in at.screen_text()


async def test_a_burst_of_keys_goes_where_it_was_typed() -> None:
    async with form_of("CreateLiveTranscodeTemplate") as at:
        await at.press("a", "b", "tab", "9", "0", "0", "down", "down", "1", "2", "8")
        assert at.form.draft.params() == {"TemplateName": "ab", "VideoBitrate": 900, "AudioBitrate": 128}


async def test_a_range_is_checked_while_typing() -> None:
    async with form_of("CreateLiveTranscodeTemplate") as at:
        await at.to("VideoBitrate")
        await at.type("90")
        assert "! has to be from 100 to 8000, not 90" in at.screen_text()
        assert at.line_of("VideoBitrate*").startswith(">!")
        await at.type("0")
        assert "has to be" not in at.screen_text()
        assert at.line_of("VideoBitrate*").startswith(">~")
        await at.type("x")
        assert "is a whole number" in at.screen_text()


async def test_what_is_wrong_is_not_sent_and_the_cursor_goes_there() -> None:
    sent = Sent()
    async with form_of("CreateLiveTranscodeTemplate", sent) as at:
        await at.type("ok")
        await at.to("Gop")
        await at.press("ctrl+s")
        assert sent.params == []
        assert "not sent: VideoBitrate is required" in at.screen_text()
        assert at.line_of("VideoBitrate*").startswith(">!")


async def test_choices_cycle_and_are_listed() -> None:
    async with form_of("CreateLiveTranscodeTemplate") as at:
        await at.to("Vcodec")
        for key, value in (
            ("right", "h264"),
            ("space", "h265"),
            ("left", "h264"),
            ("left", "origin"),
            ("o", "origin"),
        ):
            await at.press(key)
            assert at.form.draft.get("Vcodec") == value
        await at.press("enter", "up", "enter")
        assert at.form.draft.get("Vcodec") == "h265"
        await at.press("enter", "escape")
        assert at.form.draft.get("Vcodec") == "h265"
        await at.press("ctrl+u")
        assert at.form.draft.state("Vcodec") == "unset"


async def test_several_of_a_lists_choices() -> None:
    present = {"CallbackEvents": ["TaskExit"], "Status": "enable"}
    async with form_of(
        "ModifyLivePullStreamTask", present=present, given={"TaskId": "t", "Operator": "o"}
    ) as at:
        await at.to("CallbackEvents")
        await at.press("enter", "up", "space", "enter")
        assert at.form.draft.get("CallbackEvents") == ["TaskStart", "TaskExit"]


async def test_unset_empty_and_a_value_look_different() -> None:
    async with form_of("CreateLiveTranscodeTemplate") as at:
        await at.to("Description")
        assert "(unset)" in at.line_of("Description")
        await at.press("ctrl+e", "down")
        assert "(empty)" in at.line_of("Description")
        assert at.form.draft.params() == {"Description": ""}
        await at.press("up")
        await at.type("a b")
        assert "a b" in at.line_of("Description")
        await at.press("backspace", "backspace", "backspace")
        assert at.form.draft.state("Description") == "unset"
        await at.to("Gop")
        await at.press("ctrl+e")
        assert "has no empty value" in at.screen_text()


async def test_a_modification_shows_and_sends_what_changed() -> None:
    sent = Sent()
    async with form_of("ModifyLiveTranscodeTemplate", sent, present=TEMPLATE, given={"TemplateId": 12}) as at:
        assert "unchanged" in at.screen_text()
        await at.press("ctrl+s")
        assert "nothing has changed" in at.screen_text()
        await at.type("9")
        assert "names what is acted on" in at.screen_text()
        await at.to("VideoBitrate")
        await at.type("1800")
        assert "1 changed" in at.screen_text()
        assert "now: 1500" in at.screen_text()
        assert at.line_of("VideoBitrate").startswith(">~")
        await at.to("Description")
        await at.press(*["backspace"] * 7)
        assert at.form.draft.state("Description") == "empty"
        await at.press("ctrl+z")
        assert at.form.draft.get("Description") == "evening"
        await at.to("DRMType")
        assert "resent with every change, else reset" in at.screen_text()
        await at.press("ctrl+s")
        assert sent.params == [
            {"TemplateId": 12, "VideoBitrate": 1800, "DRMType": "widevine", "DRMTracks": "AUDIO|HD"}
        ]
        assert sent.changes == [[("VideoBitrate", 1500, 1800)]]


async def test_a_failed_submit_keeps_the_draft_and_shows_the_error_at_its_field() -> None:
    store = Store()
    error = ApiError(
        "CreateLiveTranscodeTemplate",
        "InvalidParameterValue",
        "VideoBitrate is used by another template.",
        request_id="4ebf6b5c-5b1b-4a1c-8f3a-0c1de9f5ddee",
        fact=CSS.error("InternalError"),
    )
    sent = Sent(SubmitResult(False, str(error), error))
    async with form_of("CreateLiveTranscodeTemplate", sent, draft_store=store) as at:
        await at.type("900p")
        await at.press("down")
        await at.type("1500")
        await at.to("Gop")
        await at.press("ctrl+s")
        text = at.screen_text()
        assert at.line_of("VideoBitrate*").startswith(">!")
        for word in ("InvalidParameterValue", "used by another template", error.request_id, "draft is kept"):
            assert word in text, word
        assert error.remedy.split()[0] in text
        assert store[at.form.key]["values"] == {"TemplateName": "900p", "VideoBitrate": 1500}
        await at.type("1600")
        await at.press("ctrl+s")
        assert sent.params[-1] == {"TemplateName": "900p", "VideoBitrate": 1600}
        assert at.app.results == [SubmitResult(True, "done")]
        assert store == {}


async def test_other_failures_leave_the_form_open_too() -> None:
    from livetui.catalogue.check import Problem

    sent = Sent(
        Unreachable("CreateLiveTranscodeTemplate", "no route to host"),
        BadParameters("CreateLiveTranscodeTemplate", [Problem("Gop", "value", "is odd")]),
        SubmitResult(False, "not confirmed"),
    )
    async with form_of(
        "CreateLiveTranscodeTemplate", sent, proposals={"TemplateName": "a", "VideoBitrate": 900}
    ) as at:
        await at.press("ctrl+s")
        assert "no route to host" in at.screen_text()
        await at.press("ctrl+s")
        assert at.line_of("Gop").startswith(">!")
        await at.press("ctrl+s")
        assert "not confirmed" in at.screen_text()
        assert "no route to host" not in at.screen_text()
        assert at.form.draft.get("VideoBitrate") == 900


async def test_an_unknown_outcome_closes_the_form_and_keeps_the_draft() -> None:
    store = Store()
    unknown = SubmitResult(True, "unknown", OutcomeUnknown("CreateLiveTranscodeTemplate", "timed out"))
    proposals = {"TemplateName": "a", "VideoBitrate": 900}
    async with form_of(
        "CreateLiveTranscodeTemplate", Sent(unknown), draft_store=store, proposals=proposals
    ) as at:
        await at.type("b")
        await at.press("ctrl+s")
        assert at.app.results == [unknown]
        assert [kept["values"] for kept in store.values()] == [{"TemplateName": "ab", "VideoBitrate": 900}]


async def test_escape_keeps_the_draft_for_the_next_time() -> None:
    store = Store()
    async with form_of("CreateLiveTranscodeTemplate", draft_store=store) as at:
        await at.type("900p")
        form = at.form
        await at.press("escape")
        assert at.app.results == [None]
        assert form.draft_kept
    async with form_of("CreateLiveTranscodeTemplate", draft_store=store) as at:
        assert at.form.draft.params() == {"TemplateName": "900p"}
        assert "a draft was kept" in at.screen_text()
        await at.press("ctrl+d")
        assert "throw this draft away?" in at.screen_text()
        await at.press("n")
        assert at.form.draft.params() == {"TemplateName": "900p"}
        await at.press("ctrl+d", "y")
        assert at.app.results == [None]
    assert store.load(draft_key_of(CSS.action("CreateLiveTranscodeTemplate"), {})) is None


async def test_a_form_that_goes_down_with_its_app_has_kept_its_draft() -> None:
    store = Store()
    async with form_of("CreateLiveTranscodeTemplate", draft_store=store) as at:
        await at.type("9")
    assert [dict(kept["values"]) for kept in store.values()] == [{"TemplateName": "9"}]


async def test_without_a_place_for_drafts_leaving_asks() -> None:
    async with form_of("CreateLiveTranscodeTemplate") as at:
        await at.type("9")
        await at.press("escape")
        assert "leave and lose" in at.screen_text()
        await at.press("x")
        assert at.app.results == []
        await at.press("escape", "y")
        assert at.app.results == [None]


async def test_a_hostile_value_is_shown_not_obeyed() -> None:
    hostile = "\x1b[31mred\x1b]0;own\x07 [bold]b[/bold] \u202egnp.exe " + "x" * 2000
    async with form_of(
        "ModifyLiveTranscodeTemplate",
        present={**TEMPLATE, "Description": hostile, "Vcodec": hostile},
        given={"TemplateId": 12},
    ) as at:
        text = at.screen_text()
        assert "␛[31mred␛]0;own␇" in text
        for steering in ("\x1b", "\x07", "\u202e"):
            assert steering not in text
        await at.to("Description")
        await at.press("home")
        text = at.screen_text()
        assert "␛[31mred" in text
        assert not any(steering in text for steering in ("\x1b", "\x07", "\u202e"))
        await at.type("z")
        assert at.form.draft.get("Description") == "z" + hostile


async def test_secrets_are_masked_until_asked_for() -> None:
    present = {
        "SourceUrls": ["rtmp://a.example/live/x?txSecret=deadbeefdeadbeef"],
        "BackupSourceUrl": "rtmp://user:word@b.example/live/x?key=cafebabecafebabe",
        "Comment": "c",
    }
    async with form_of(
        "ModifyLivePullStreamTask", present=present, given={"TaskId": "t", "Operator": "o"}
    ) as at:
        for path, secret in (("SourceUrls", "deadbeef"), ("BackupSourceUrl", "cafebabe")):
            await at.to(path)
            assert secret not in at.screen_text()
            await at.press("home")
            assert secret not in at.screen_text()
            await at.press("end", "ctrl+r")
            assert secret in at.screen_text()
            await at.press("up")
            assert secret not in at.screen_text()
    async with form_of("ModifyLivePlayAuthKey") as at:
        secret_path = next(row.path for row in at.form.lines.rows if row.field.sensitive == "secret")
        await at.to(secret_path)
        await at.type("hunter2hunter2")
        assert "hunter2" not in at.screen_text()
        assert at.form.draft.get(secret_path) == "hunter2hunter2"


async def test_time_is_entered_local_and_shown_with_what_is_sent() -> None:
    given = {"AppName": "live", "DomainName": "push.harbor.example", "StreamName": "s"}
    async with form_of("ForbidLiveStream", given=given) as at:
        await at.to("ResumeTime")
        await at.type("2026-11-21 18:00")
        assert "sent as 2026-11-21T10:00:00Z (utc)" in at.screen_text()
        await at.press("down")
        assert "2026-11-21 18:00 +08:00, in 1d00h" in at.line_of("ResumeTime")
        await at.press("up")
        await at.type("+100d")
        assert "may be 90 days after now at most" in at.screen_text()


async def test_structures_and_lists_unfold_and_grow() -> None:
    sent = Sent()
    async with form_of("CreateCommonMixStream", sent, size=(100, 40)) as at:
        await at.type("show1")
        await at.press("down", "ctrl+n", "down")
        await at.type("main")
        await at.to("InputStreamList.0.LayoutParams.ImageLayer")
        await at.type("17")
        assert "from 1 to 16" in at.screen_text()
        await at.press("ctrl+u", "1")
        await at.press("ctrl+n", "down")
        await at.type("guest")
        assert len(at.form.draft.get("InputStreamList")) == 2
        await at.press("ctrl+x")
        await at.to("OutputParams.OutputStreamName")
        await at.type("main")
        await at.to("InputStreamList")
        await at.press("left")
        assert "1 entry" in at.line_of("+ InputStreamList*")
        await at.press("ctrl+s")
        assert sent.params == [
            {
                "MixStreamSessionId": "show1",
                "InputStreamList": [{"InputStreamName": "main", "LayoutParams": {"ImageLayer": 1}}],
                "OutputParams": {"OutputStreamName": "main"},
            }
        ]


async def test_read_only_shows_and_refuses() -> None:
    sent = Sent()
    async with form_of(
        "ModifyLiveTranscodeTemplate", sent, present=TEMPLATE, given={"TemplateId": 12}, read_only=True
    ) as at:
        await at.to("VideoBitrate")
        await at.press("1", "ctrl+u", "ctrl+s")
        assert "read-only" in at.screen_text()
        assert "READ-ONLY" in at.screen_text()
        assert at.form.draft.changes() == []
        assert sent.params == []


async def test_a_paste_goes_in_at_once() -> None:
    from textual import events

    async with form_of("CreateLiveTranscodeTemplate") as at:
        at.form.lines.post_message(events.Paste("900p\n"))
        await at.pilot.pause()
        assert at.form.draft.get("TemplateName") == "900p"


async def test_a_region_is_chosen_where_the_action_needs_one() -> None:
    sent = Sent()
    async with form_of(
        "DescribeRecordTask", sent, regions=("ap-mumbai", "ap-guangzhou"), region="ap-mumbai"
    ) as at:
        await at.press("right")
        await at.to("StartTime")
        await at.type("-2d")
        await at.press("down")
        await at.type("-1d")
        await at.press("ctrl+s")
        assert set(sent.params[0]) == {"StartTime", "EndTime"}
        assert sent.regions == ["ap-guangzhou"]


async def test_every_form_opens() -> None:
    def nothing_here() -> FormScreen:
        return FormScreen(CSS, CSS.action(CSS.names[0]), title="x", submit=Sent(), now=lambda: NOW)

    app = FormApp(nothing_here)
    async with app.run_test(size=(80, 24)) as pilot:
        for name in CSS.names:
            action = CSS.action(name)
            sent = Sent(SubmitResult(False, "not now"))
            form = FormScreen(
                CSS, action, title=name, submit=sent, now=lambda: NOW, zone=ZONE, regions=action.regions
            )
            await app.push_screen(form)
            everything = {row.path for row in form.lines.rows if row.kind != "value"}
            for path in everything:
                form.lines.opened.add(path)
            form.lines.go(form.lines.rows[-1].path if form.lines.rows else "")
            form.lines.action_move(-1)
            await pilot.pause()
            text = Driver(app, pilot).screen_text()
            assert name in text
            assert "^s send" in text
            assert all(row.field.help or row.entry for row in form.lines.rows), name
            form.action_send()
            await app.workers.wait_for_complete()
            await app.pop_screen()
