"""The first start: credentials that were found, keys that are tried, profiles that are made."""

from __future__ import annotations

import asyncio
import stat
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from emulated import SECRET_ID, SECRET_KEY, Served
from textual.app import App
from textual.pilot import Pilot

from livetui.console.crash import DiscreetApp
from livetui.console.screens.profile import ProfileScreen
from livetui.console.start import StartApp, StartScreen
from livetui.settings import Config, Credential, Found, Reference, load
from livetui.settings.paths import Caution

ENV = Found(Reference("env"), Credential(SECRET_ID, SECRET_KEY, source="environment"), "ap-guangzhou")
WRONG = Found(Reference("tccli", "ops"), Credential("AKIDnobodyknowsthis1", "wrong"))
BROKEN = Found(Reference("file", "~/.tencentcloud/credentials"), None, trouble="it has no section [default]")
LAX = Found(
    Reference("tccli", "default"),
    Credential(SECRET_ID, SECRET_KEY, "a-token"),
    caution=Caution(Path("/x"), "/x holds a secret and has mode 0644", "chmod 600 /x"),
)


class Start:
    """What a test does with the first start."""

    def __init__(self, app: StartApp, pilot: Pilot[str | None], file: Path) -> None:
        self.app, self.pilot, self.file = app, pilot, file

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        names = {" ": "space", ":": "colon", "/": "slash", "-": "minus", ".": "full_stop", "_": "underscore"}
        await self.pilot.press(*(names.get(char, char) for char in text))

    async def shows(self, *texts: str) -> None:
        """Wait until all these are on the screen, wherever a line was broken."""
        try:
            async with asyncio.timeout(10):
                while not all(text in self.words for text in texts):
                    await self.pilot.pause(0.01)
        except TimeoutError:
            raise AssertionError(f"never came: {texts}\n{self.text}") from None

    @property
    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in strips[: self.app.size.height])

    @property
    def words(self) -> str:
        return " ".join(self.text.split())

    @property
    def form(self) -> ProfileScreen:
        assert isinstance(self.app.screen, ProfileScreen)
        return self.app.screen

    async def go(self, field: str) -> None:
        """Put the form's cursor on a field by its arrow keys."""
        await self.press("ctrl+home")
        for _ in self.form.lines.rows:
            if self.form.lines.row and self.form.lines.row.field.name == field:
                return
            await self.press("down")
        raise AssertionError(f"no field {field}\n{self.text}")


@asynccontextmanager
async def started(
    emulator: Served,
    folder: Path,
    *found: Found,
    size: tuple[int, int] = (80, 24),
    look: Callable[[], Sequence[Found]] | None = None,
    endpoint: str | None = None,
) -> AsyncIterator[Start]:
    file = folder / "config" / "config.toml"
    app = StartApp(
        Config(file), look or (lambda: found), emulator.clock.now, endpoint=endpoint or emulator.url
    )
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield Start(app, pilot, file)


async def test_what_was_found_is_said_with_masked_ids(emulator: Served, tmp_path: Path) -> None:
    async with started(emulator, tmp_path, BROKEN, ENV, LAX, WRONG) as start:
        await start.shows("> environment AKID…0001, ap-guangzhou", "~/.tccli/ops.credential AKID…his1")
        await start.shows("~/.tencentcloud/credentials it has no section [default]")
        await start.shows("temporary, others may read it", "Enter make profile", "q quit")
        assert SECRET_ID not in start.text and SECRET_KEY not in start.text
        await start.press("j")
        await start.shows("> ~/.tccli/default.credential", "mode 0644", "chmod 600 /x")
        await start.press("g")
        await start.shows("> ~/.tencentcloud/credentials", "! ~/.tencentcloud/credentials: it has no section")
        await start.press("enter")
        await start.shows("mend it, then r looks again")
        assert isinstance(start.app.screen, StartScreen)
    assert not start.file.exists()


async def test_nothing_found_offers_a_new_key_and_the_demo(emulator: Served, tmp_path: Path) -> None:
    async with started(emulator, tmp_path) as start:
        await start.shows("none in the environment", "> demo", "Enter open the demo", str(start.file)[-40:])
        await start.press("k")
        await start.shows("> new access key", "of Alibaba Cloud")
        await start.press("k")
        await start.shows("> new key pair")
        await start.press("escape")
        await start.shows("q leaves livetui")
        await start.press("G", "enter")
        await start.pilot.pause()
    assert start.app.return_value == "demo"


async def test_q_leaves_and_d_is_the_demo_from_anywhere(emulator: Served, tmp_path: Path) -> None:
    async with started(emulator, tmp_path, ENV) as start:
        await start.press("q")
    assert start.app.return_value is None
    async with started(emulator, tmp_path, ENV) as start:
        await start.press("d")
    assert start.app.return_value == "demo"


async def test_a_profile_is_made_that_refers_to_the_secret(emulator: Served, tmp_path: Path) -> None:
    async with started(emulator, tmp_path, ENV) as start:
        await start.press("enter")
        await start.shows("new profile from environment (AKID…0001)", "stays in environment")
        await start.press("ctrl+u")
        await start.type("prod")
        await start.go("Regions")
        await start.press("enter", "j", "space", "j", "space", "enter")
        await start.go("Production")
        await start.press("space")
        await start.go("Endpoint")
        await start.press("ctrl+u", "ctrl+s")
        await start.pilot.pause()
    assert start.app.return_value == "prod"
    assert stat.S_IMODE(start.file.stat().st_mode) == 0o600
    config = load(start.file)
    made = config.profiles["prod"]
    assert config.default_profile == "prod"
    assert (made.reference, made.credential) == (Reference("env"), None)
    assert made.regions == ("ap-beijing", "ap-guangzhou")
    assert (made.production, made.read_only, made.endpoint) == (True, False, None)
    assert SECRET_KEY not in start.file.read_text()


async def test_a_secret_is_copied_only_when_that_is_chosen(emulator: Served, tmp_path: Path) -> None:
    async with started(emulator, tmp_path, LAX) as start:
        await start.press("enter")
        await start.go("Secret")
        await start.shows("will expire")
        await start.press("right")
        await start.shows("copied into config.toml")
        await start.go("Read-only")
        await start.press("space", "ctrl+s")
        await start.pilot.pause()
    made = load(start.file).profiles["default"]
    assert made.credential is not None and made.reference is None
    assert (made.credential.secret_key, made.credential.token) == (SECRET_KEY, "a-token")
    assert made.read_only is True
    assert stat.S_IMODE(start.file.stat().st_mode) == 0o600


async def test_a_new_key_pair_is_masked_while_it_is_typed(emulator: Served, tmp_path: Path) -> None:
    async with started(emulator, tmp_path) as start:
        await start.press("n")
        await start.shows("with a key pair typed in")
        await start.press("ctrl+s")
        await start.shows("not saved: SecretId is required")
        await start.type(SECRET_ID)
        await start.press("ctrl+t")
        await start.shows("there is no whole key pair yet")
        await start.press("down")
        await start.type(SECRET_KEY)
        await start.shows("•" * len(SECRET_KEY))
        assert SECRET_KEY not in start.text
        await start.press("ctrl+r")
        await start.shows(SECRET_KEY)
        await start.press("up")
        assert SECRET_KEY not in start.text
        await start.press("ctrl+t")
        await start.shows("accepted; 8 domains")
        await start.press("ctrl+s")
        await start.pilot.pause()
    made = load(start.file).profiles["default"]
    assert made.credential is not None
    assert (made.credential.secret_id, made.credential.secret_key) == (SECRET_ID, SECRET_KEY)
    assert made.credential.token is None


async def test_a_form_that_was_left_goes_on_where_it_was(emulator: Served, tmp_path: Path) -> None:
    async with started(emulator, tmp_path, ENV) as start:
        await start.press("n")
        await start.go("SecretKey")
        await start.type("half-a-key")
        await start.press("escape", "enter")
        await start.shows("new profile from environment")
        await start.press("escape", "n")
        await start.shows("with a key pair typed in")
        assert start.form.draft.get("SecretKey") == "half-a-key"
    assert not start.file.exists()


async def test_a_key_is_tried_with_one_real_read(emulator: Served, tmp_path: Path) -> None:
    async with started(emulator, tmp_path, ENV, WRONG) as start:
        await start.press("t")
        await start.shows("accepted; 8 domains", "RequestId")
        await start.press("j")
        assert "accepted" not in start.text
        await start.press("t")
        await start.shows("AuthFailure.SecretIdNotFound", "RequestId")
        await start.press("j", "t")
        await start.shows("there is no key here to test")
    assert [call["action"] for call in emulator.calls()] == ["DescribeLiveDomains"] * 2


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ({"code": "UnauthorizedOperation", "message": "[red]no[/red]"}, ["[red]no[/red]", "administrator"]),
        (
            {"code": "ResourceNotFound.UserNotExist", "message": "?"},
            ["not activated for this account", "Activate the service"],
        ),
    ],
)
async def test_what_the_service_says_is_told_with_what_to_do(
    emulator: Served, tmp_path: Path, fault: dict[str, str], said: list[str]
) -> None:
    emulator.fault("error", "DescribeLiveDomains", **fault)
    async with started(emulator, tmp_path, ENV) as start:
        await start.press("t")
        await start.shows(fault["code"], *said, "RequestId")
        await start.press("enter", "ctrl+t")
        await start.shows("new profile", fault["code"], *said)


async def test_a_dead_network_is_told(emulator: Served, tmp_path: Path) -> None:
    async with started(emulator, tmp_path, ENV, endpoint="http://127.0.0.1:9") as start:
        await start.press("t")
        await start.shows("no answer", "127.0.0.1:9", "Check network")


async def test_names_and_endpoints_that_cannot_be_are_refused_at_their_field(
    emulator: Served, tmp_path: Path
) -> None:
    async with started(emulator, tmp_path, ENV) as start:
        await start.press("enter", "ctrl+u")
        await start.type("demo")
        await start.press("ctrl+s")
        await start.shows("not saved: the emulated account is called demo")
        await start.press("ctrl+u")
        await start.type("prod")
        await start.go("Endpoint")
        await start.press("ctrl+u")
        await start.type("http://live.example")
        await start.press("ctrl+s")
        await start.shows("not saved", "plain http", "Use https")
        assert start.form.lines.row and start.form.lines.row.path == "Endpoint"
        await start.press("ctrl+u")
        await start.go("Name")
        await start.press("ctrl+e", "ctrl+s")
        await start.shows("not saved")
        assert not start.file.exists()


async def test_a_name_that_is_taken_is_told(emulator: Served, tmp_path: Path) -> None:
    """Another livetui may have made a profile in the meantime."""
    text = '# mine\n[profiles.default]\ncredential = {tccli = "x"}\n'
    async with started(emulator, tmp_path, ENV) as start:
        await start.press("enter")
        start.file.parent.mkdir()
        start.file.write_text(text)
        await start.press("ctrl+s")
        await start.shows("not saved", "a profile of that name is there already; choose another name")
        assert start.file.read_text() == text
        assert start.form.lines.row and start.form.lines.row.path == "Name"
        await start.press("ctrl+u")
        await start.type("second")
        await start.press("ctrl+s")
        await start.pilot.pause()
    assert start.app.return_value == "second"
    assert list(load(start.file).profiles) == ["default", "second"]
    assert "# mine" in start.file.read_text()


async def test_a_broken_config_is_never_overwritten(emulator: Served, tmp_path: Path) -> None:
    text = "[profiles.old]\ncredential = {enw = true}\n"
    async with started(emulator, tmp_path, ENV) as start:
        await start.press("enter")
        start.file.parent.mkdir()
        start.file.write_text(text)
        await start.press("ctrl+s")
        await start.shows("not saved", "ml:2: profiles.old", "did you mean env?")
    assert start.file.read_text() == text
    assert start.app.return_value is None


async def test_a_folder_that_cannot_be_made_is_told(emulator: Served, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where a folder has to be")
    async with started(emulator, tmp_path, ENV) as start:
        await start.press("enter", "ctrl+s")
        await start.shows("not saved", "Not a directory")
        assert isinstance(start.app.screen, ProfileScreen)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is where nobody can make a folder")
async def test_a_folder_that_cannot_be_written_is_told(emulator: Served) -> None:
    async with started(emulator, Path("/proc/nowhere"), ENV) as start:
        await start.press("enter", "ctrl+s")
        await start.shows("not saved: /proc/nowhere", "No such file", "set LIVETUI_CONFIG_DIR")
        assert isinstance(start.app.screen, ProfileScreen)


async def test_looking_again_finds_what_was_mended(emulator: Served, tmp_path: Path) -> None:
    found = [BROKEN]
    async with started(emulator, tmp_path, look=lambda: found) as start:
        await start.press("g")
        found[:] = [ENV, Found(BROKEN.reference, ENV.credential)]
        await start.press("r")
        await start.shows("> ~/.tencentcloud/credentials AKID…0001", "looked again")


async def test_a_hostile_name_is_shown_and_not_obeyed(emulator: Served, tmp_path: Path) -> None:
    name = "[red]x[/red]\x1b[2J\u202egnp" + "y" * 200
    found = Found(Reference("tccli", name), ENV.credential, region="\x1b]0;t\x07")
    async with started(emulator, tmp_path, found) as start:
        await start.shows("[red]x[/red]␛[2J\\u202egnp")
        await start.press("enter")
        await start.shows("from ~/.tccli/[red]x[/red]␛[2J")
        await start.press("ctrl+s")
        await start.shows("not saved")
        assert all(char == "\n" or char.isprintable() for char in start.text)


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (200, 60)])
async def test_many_places_scroll_with_the_cursor(
    emulator: Served, tmp_path: Path, size: tuple[int, int]
) -> None:
    found = [Found(Reference("tccli", f"profile-{n:02}"), ENV.credential) for n in range(40)]
    async with started(emulator, tmp_path, *found, size=size) as start:
        await start.shows("> ~/.tccli/profile-0")
        for _ in range(39):
            await start.press("j")
        await start.shows("> ~/.tccli/profi")
        await start.press("G")
        await start.shows("> demo")
        await start.press("g")
        await start.shows("> ~/.tccli/profi")


async def test_a_crash_prints_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    class Crashing(DiscreetApp[None]):
        def on_mount(self) -> None:
            secret_key = "hush" + "-" + "hush"
            raise RuntimeError(f"signing failed after {len(secret_key)} characters")

    assert issubclass(StartApp, DiscreetApp) and issubclass(DiscreetApp, App)
    app = Crashing()
    with pytest.raises(RuntimeError, match="signing failed"):
        async with app.run_test():
            pass
    err = capsys.readouterr().err
    assert "signing failed after 9" in err
    assert "hush-hush" not in err
    assert "locals" not in err
