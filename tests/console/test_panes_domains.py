"""The domains and certificates as an operator meets them: every section, its keys, its secrets."""

from pathlib import Path
from typing import Any

from emulated import Served
from opened import Console, opened


async def detail(console: Console, name: str) -> Any:
    """Open the detail of a domain, all of it read."""
    identity = next(i for i in console.session.poller("domains").snapshot.things if i.key[0] == name)
    console.lists.table.move_to(identity)
    await console.press("enter")
    await console.goes("DetailScreen")
    screen: Any = console.app.screen
    wanted = {s.id for s in screen.sections if s.action}
    await console.until(lambda: wanted <= {*screen.read, *screen.failed}, "sections read")
    assert not screen.failed
    return screen


def page(screen: Any) -> str:
    return "\n".join(one.plain for one in screen._lines())


async def test_the_keys_of_a_domain_are_masked_until_asked_for(emulator: Served, tmp_path: Path) -> None:
    for name, action, holder, member in (
        ("play.harbor.example", "DescribeLivePlayAuthKey", "PlayAuthKeyInfo", "AuthKey"),
        ("push.harbor.example", "DescribeLivePushAuthKey", "PushAuthKeyInfo", "MasterAuthKey"),
    ):
        key = emulator.call(action, DomainName=name)[holder][member]
        async with opened(emulator, tmp_path, start="domains") as console:
            screen = await detail(console, name)
            assert key not in page(screen) and f"••••{key[-4:]}" in page(screen)
            await console.press("y")
            await console.goes("TextScreen")
            raw = "\n".join(one.plain for one in console.app.screen.lines)  # type: ignore[attr-defined]
            assert key not in raw and f"••••{key[-4:]}" in raw and '"RequestId"' in raw
            await console.press("escape")
            await console.goes("DetailScreen")
            await console.press("v")
            assert key in page(screen)
        for file in (tmp_path / "state").rglob("*"):
            assert not file.is_file() or key.encode() not in file.read_bytes()


async def test_the_keys_of_a_detail_fit_80_columns(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, start="domains") as console:
        screen = await detail(console, "play.harbor.example")
        last = console.text.splitlines()[-1]
        assert last.endswith("? help  Esc back") and "v secrets" in last
        assert all(f"{key} edits it" in page(screen) for key in "CPKR") and "O opens" in page(screen)
        await console.press("question_mark")
        await console.goes("TextScreen")
        await console.shows("in its detail", "ModifyLivePlayAuthKey")


async def test_each_section_opens_its_form_filled_with_what_is_there(
    emulator: Served, tmp_path: Path
) -> None:
    sections = {
        "play.harbor.example": "CPKRO",
        "push.harbor.example": "KO",
    }
    async with opened(emulator, tmp_path, start="domains") as console:
        for name, keys in sections.items():
            await detail(console, name)
            for key in keys:
                await console.press(key)
                await console.goes("FormScreen")
                await console.shows(name)
                await console.press("escape")
                await console.goes("DetailScreen")
            await console.press("escape")
            await console.goes("MainScreen")


async def test_a_new_push_key_is_sent_and_never_written_down(emulator: Served, tmp_path: Path) -> None:
    fresh = "abcdefghijklmnop12345678"
    async with opened(emulator, tmp_path, start="domains") as console:
        await detail(console, "push.harbor.example")
        await console.press("K")
        await console.goes("FormScreen")
        while "MasterAuthKey" not in (console.app.screen.lines.row.path):  # type: ignore[attr-defined]
            await console.press("down")
        await console.type(fresh)
        await console.press("enter", "ctrl+s")
        await console.goes("ConfirmScreen")
        assert fresh not in console.text
        await console.press("y")
        await console.until(
            lambda: (
                emulator.call("DescribeLivePushAuthKey", DomainName="push.harbor.example")["PushAuthKeyInfo"][
                    "MasterAuthKey"
                ]
                == fresh
            ),
            "the key changed",
        )
        await console.goes("DetailScreen")
        await console.shows("accepted, RequestId", f"••••{fresh[-4:]}")
        assert fresh not in console.text
    for file in (tmp_path / "state").rglob("*"):
        assert not file.is_file() or fresh.encode() not in file.read_bytes()


async def test_a_domain_is_called_by_its_name_alone(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, start="domains") as console:
        await detail(console, "play.harbor.example")
        assert "play.harbor.example/1" not in console.text


async def test_what_a_key_may_not_read_is_unknown_and_not_absent(emulator: Served, tmp_path: Path) -> None:
    emulator.fault("error", "DescribeLiveDomainCertBindings", code="UnauthorizedOperation", message="no")
    async with opened(emulator, tmp_path, start="domains") as console:
        row = next(text for text in console.text.splitlines() if "play.harbor.example" in text)
        assert " ? " in row
        await console.shows("not all of it came: certificate bindings", "1 error (!)")
        await console.again()
        await console.shows("1 error (!)")
        await console.press("exclamation_mark")
        await console.shows("domains, certificate bindings", "UnauthorizedOperation")


async def test_typing_over_a_hidden_key_replaces_it(emulator: Served, tmp_path: Path) -> None:
    async with opened(emulator, tmp_path, start="domains") as console:
        await detail(console, "play.harbor.example")
        await console.press("K")
        await console.goes("FormScreen")
        form: Any = console.app.screen
        while form.lines.row.path != "AuthKey":
            await console.press("down")
        await console.type("newkey")
        await console.press("enter")
        assert form.lines.draft.text("AuthKey") == "newkey"
        await console.press("escape")
        await console.goes("DetailScreen")
