"""The six template families and their rules: made, changed, refused and deleted from the panes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from emulated import Served
from opened import Console, opened

from livetui.console.forms import FormScreen
from livetui.operations.journal import pair, read

FAMILIES: dict[str, dict[str, str]] = {
    "transcode": {"TemplateName": "pilot", "VideoBitrate": "777"},
    "record": {"TemplateName": "pilot", "HlsParam.Enable": "y"},
    "snapshot": {
        "TemplateName": "pilot",
        "CosAppId": "1250000000",
        "CosBucket": "covers",
        "CosRegion": "ap-singapore",
    },
    "callback": {"TemplateName": "pilot", "StreamBeginNotifyUrl": "https://hooks.harbor.example/begin"},
    "watermark": {"PictureUrl": "https://media.harbor.example/p.png", "WatermarkName": "pilot"},
    "timeshift": {"TemplateName": "pilot", "Duration": "3 days"},
}


async def filled(console: Console, values: dict[str, str]) -> FormScreen:
    await console.goes("FormScreen")
    form = console.app.screen
    assert isinstance(form, FormScreen)
    for path, text in values.items():
        form.lines.go(path)
        await console.type(text)
    return form


async def send(console: Console, back_to: str = "MainScreen") -> None:
    await console.press("ctrl+s")
    await console.goes("ConfirmScreen")
    await console.press("y")
    await console.goes(back_to)


async def delete(console: Console) -> None:
    """Type what the dialog asks for, where it asks."""
    await console.press("D")
    await console.goes("ConfirmScreen")
    if "type demo:1" in console.text:
        await console.type("demo:1")
    await console.press("ctrl+y")


def named(console: Console, name: str) -> None:
    """Put the cursor on the row of that name."""
    lists = console.lists
    called = lists.resource.called
    things = console.session.poller(lists.resource.id).snapshot.things
    lists.table.move_to(next(i for i, thing in things.items() if thing.data[called] == name))


def names(console: Console) -> set[Any]:
    called = console.lists.resource.called
    things = console.session.poller(console.lists.resource.id).snapshot.things
    return {thing.data[called] for thing in things.values()}


async def test_editing_a_transcode_template_sends_its_drm_again(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, start="transcode_templates") as console:
        named(console, "1080drm")
        await console.press("e")
        await filled(console, {"Fps": "20"})
        await console.press("ctrl+s")
        await console.goes("ConfirmScreen")
        await console.shows("rules that use it: 1", "play.stadium.example", "Fps: 25 -> 20", "former values")
        await console.press("y")
        await console.goes("MainScreen")
        await console.until(lambda: "accepted" in console.said, "accepted")
    (record,) = pair(read(tmp_path / "state" / "journal.jsonl"))
    assert record.status == "accepted" and record.intent.params == {
        "TemplateId": 104090,
        "Fps": 20,
        "DRMType": "widevine",
        "DRMTracks": "AUDIO|HD",
    }
    template = emulator.call("DescribeLiveTranscodeTemplate", TemplateId=104090)["Template"]
    assert (template["Fps"], template["DRMType"]) == (20, "widevine")


@pytest.mark.parametrize("family", FAMILIES)
async def test_a_template_and_its_rule_are_made_and_deleted(
    emulator: Served, tmp_path: Path, family: str
) -> None:
    async with opened(emulator, tmp_path, start=f"{family}_templates") as console:
        await console.press("plus")
        await filled(console, FAMILIES[family])
        await send(console)
        await console.until(lambda: "Id " in console.said, "the id of what was made")
        await console.until(lambda: "pilot" in names(console), "listed")
        named(console, "pilot")
        assert console.lists.thing is not None
        (ident,) = console.lists.thing.identity.key
        # The rule: what is under the cursor is proposed, and another template is put in its place.
        console.lists.go(f"{family}_rules")
        await console.read(f"{family}_rules")
        await console.press("g", "plus")
        await console.goes("FormScreen")
        for path in ("AppName", "DomainName"):
            assert isinstance(console.app.screen, FormScreen)
            console.app.screen.lines.go(path)
            await console.press("ctrl+u")
        kind = "play" if family == "transcode" else "push"
        form = await filled(
            console, {"DomainName": f"{kind}.market.example", "TemplateId": ident, "AppName": "pilot"}
        )
        assert form.draft.get("DomainName") and form.draft.get("TemplateId") == int(ident)
        await send(console)
        await console.until(lambda: ": accepted" in console.said, "rule made")
        await console.shows("pilot", ident)
        # In use, the template stays.
        console.lists.go(f"{family}_templates")
        await console.read(f"{family}_templates")
        named(console, "pilot")
        await delete(console)
        await console.shows("refused", "rules that use it: 1")
        await console.press("escape")
        await console.goes("MainScreen")
        # The rule goes first, then the template.
        console.lists.go(f"{family}_rules")
        rules = console.session.poller(f"{family}_rules").snapshot.things
        console.lists.table.move_to(next(i for i in rules if ident in i.key))
        await delete(console)
        await console.goes("MainScreen")
        await console.until(lambda: "Delete" in console.said and "accepted" in console.said, "rule gone")
        console.lists.go(f"{family}_templates")
        named(console, "pilot")
        await delete(console)
        await console.goes("MainScreen")
        await console.until(lambda: "pilot" not in names(console), "template gone")


async def test_a_refused_rule_is_told_in_its_form_and_the_draft_waits(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path, start="transcode_rules") as console:
        await console.press("g", "plus")
        await filled(console, {})
        await send(console, "FormScreen")
        await console.shows("FailedOperation.RuleAlreadyExist", "the draft is kept", "RequestId")
        form = await filled(console, {"DomainName": "x"})
        await send(console, "FormScreen")
        await console.until(lambda: form.lines.refused == "DomainName", "the field that was named")
        await console.press("escape")
        await console.goes("MainScreen")
        assert "the draft is kept" in console.said
        # Whatever is under the cursor next time, the draft is as it was left.
        before = form.draft.params()
        await console.press("G", "plus")
        again = await filled(console, {})
        await console.shows("a draft was kept")
        assert again.draft.params() == before
        await console.press("ctrl+d", "y")
        await console.goes("MainScreen")
        await console.press("plus")
        fresh = await filled(console, {})
        assert fresh.draft.params() != before


async def test_a_failed_save_keeps_the_draft_over_a_restart(emulator: Served, tmp_path: Path) -> None:
    emulator.fault("error", "ModifyLiveTranscodeTemplate", code="InternalError", message="try later")
    async with opened(emulator, tmp_path, start="transcode_templates") as console:
        named(console, "720p")
        await console.press("e")
        await filled(console, {"VideoBitrate": "1750"})
        await send(console, "FormScreen")
        await console.shows("InternalError", "the draft is kept")
        await console.press("escape")
        await console.goes("MainScreen")
    emulator.control("faults", method="DELETE")
    async with opened(emulator, tmp_path, start="transcode_templates") as console:
        named(console, "720p")
        await console.press("e")
        form = await filled(console, {})
        await console.shows("a draft was kept")
        assert form.draft.get("VideoBitrate") == 1750
        await send(console)
        await console.until(lambda: "accepted" in console.said, "accepted")
        await console.press("e")
        form = await filled(console, {})
        assert not form.draft.dirty


async def test_rules_name_their_templates(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, start="watermark_rules") as console:
        await console.shows("507155", "logo", "507162", "sponsor")
        console.lists.go("transcode_rules")
        await console.shows("104090", "1080drm")


async def test_a_bad_bucket_is_refused_with_the_field_under_the_cursor(
    emulator: Served, tmp_path: Path
) -> None:
    async with opened(emulator, tmp_path, start="snapshot_templates") as console:
        await console.press("plus")
        form = await filled(
            console, {**FAMILIES["snapshot"], "CosBucket": "covers-1250000000", "SnapshotInterval": "1"}
        )
        await console.press("ctrl+s")
        await console.shows("not sent")
        assert form.lines.row is not None and form.lines.row.path == "SnapshotInterval"
        assert not emulator.calls("CreateLiveSnapshotTemplate")
