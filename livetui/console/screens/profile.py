"""Makes a profile: a form over a credential that was found, or with a key pair typed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from livetui.catalogue import UNSET, Action, Catalogue, Field
from livetui.client import BadEndpoint
from livetui.client.wire import endpoint as checked_endpoint
from livetui.console.forms import words
from livetui.console.forms.lines import FormLines
from livetui.console.widgets.bars import Bar, Lines, Piece
from livetui.operations.draft import Draft
from livetui.operations.permissions import needs_domains
from livetui.operations.trial import Trial, try_key
from livetui.resources import book
from livetui.settings import ConfigError, Credential, Found, Profile, load, masked_id, save_profile
from livetui.settings.profiles import DEMOS

DEMO = DEMOS[0]


class Words(NamedTuple):
    """What a cloud calls a key, and what its profiles are asked for."""

    pair: str
    fields: tuple[str, str, str]
    """Its id, its secret, and the token of a temporary one."""
    page: str
    """Where the cloud's own console shows it."""
    proposed: str
    """A name for a profile of a key that has none."""


WORDS: Mapping[str, Words] = {
    "tencent": Words("key pair", ("SecretId", "SecretKey", "Token"), "CAM", "default"),
    "aliyun": Words("access key", ("AccessKeyId", "AccessKeySecret", "SecurityToken"), "RAM", "aliyun"),
}


class ProfileScreen(Screen[str | None]):
    """Dismisses with the name of the profile that was saved, or None when it was left.

    It is a profile of the catalogue's cloud. `found` is the credential it is made of; without one a key is
    typed. `endpoint`: the URL to propose
    instead of the service's own host. `draft`: of an earlier visit, to go on with.
    """

    DEFAULT_CSS = """
    ProfileScreen { layout: vertical; }
    ProfileScreen #profile-head, ProfileScreen #profile-keys { background: $panel; }
    ProfileScreen #profile-help { padding: 0 1; color: $text-muted; }
    ProfileScreen #profile-said { padding: 0 1; max-height: 8; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", "save", id="profile.save"),
        Binding("ctrl+t", "try", "test", id="profile.test"),
        Binding("escape", "leave", "back", id="profile.back"),
    ]

    def __init__(
        self,
        catalogue: Catalogue,
        file: Path,
        found: Found | None,
        *,
        endpoint: str | None,
        now: Callable[[], datetime],
        draft: Draft | None = None,
    ) -> None:
        super().__init__()
        self.catalogue, self.file, self.found = catalogue, file, found
        self._now = now
        self.draft = draft or _draft(catalogue, file, found, endpoint, now)
        self.said: tuple[Piece, ...] = ()
        self.trying = False

    def compose(self) -> ComposeResult:
        yield Bar(id="profile-head")
        yield FormLines(self.draft, self._now, id="profile-lines")
        yield Lines(id="profile-said")
        yield Lines(id="profile-help")
        yield Bar(id="profile-keys")

    @property
    def words(self) -> Words:
        return WORDS[self.catalogue.cloud]

    @property
    def lines(self) -> FormLines:
        return self.query_one("#profile-lines", FormLines)

    def on_mount(self) -> None:
        self.lines.focus()
        self._draw()

    # Drawing.

    def _draw(self) -> None:
        if self.found is None or self.found.credential is None:
            pair = self.words.pair
            source = f"with {'an' if pair[0] in 'aeiou' else 'a'} {pair} typed in"
        else:
            source = f"from {self.found.where} ({masked_id(self.found.credential.secret_id)})"
        self.query_one("#profile-head", Bar).say([(" new profile ", "bold"), (source, "")])
        self.query_one("#profile-said", Lines).say([*self._wrong(), *self.said])
        self.query_one("#profile-help", Lines).say(self._help())
        keys = [("Ctrl+S", "save"), ("Ctrl+T", "test the key"), ("↑ ↓", "field"), ("Enter", "choose, next")]
        if self.lines.row is not None and self.lines.row.field.sensitive:
            keys.append(("Ctrl+R", "reveal"))
        keys.append(("Esc", "back"))
        self.query_one("#profile-keys", Bar).say(
            [(" ", ""), *(piece for key, word in keys for piece in ((key, "bold"), (f" {word}  ", "")))]
        )

    def _wrong(self) -> list[Piece]:
        row = self.lines.row
        text = self.lines.said[0]
        problem = self.lines.problem(row.path) if row else None
        if text:
            return [(f"! {text}", "bold red")]
        return [(f"! {problem}", "bold red")] if problem else []

    def _help(self) -> list[Piece]:
        row = self.lines.row
        if row is None:
            return []
        return [(f"{words.name(row.field)}: {row.field.help}", ""), (words.facts(self.draft, row), "")]

    @on(FormLines.Changed)
    def _changed(self) -> None:
        self.said = ()
        self._draw()

    @on(FormLines.Moved)
    def _moved(self) -> None:
        self._draw()

    def _say(self, *pieces: Piece) -> None:
        self.lines.said = ("", "")
        self.said = pieces
        self._draw()

    # What happens.

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_try(self) -> None:
        """Makes one real read with the key as it stands in the form."""
        if self.trying:
            return
        credential = self._credential()
        if credential is None:
            self._say((f"! there is no whole {self.words.pair} yet", "bold red"))
        else:
            self._try(credential, self._text("Endpoint") or None, next(iter(self._domains()), ""))

    @work(exclusive=True)
    async def _try(self, credential: Credential, endpoint: str | None, domain: str) -> None:
        self.trying = True
        self._say(("asking the service…", "bold"))
        try:
            trial = await try_key(self.catalogue, credential, endpoint, self._now, domain)
        finally:
            self.trying = False
        self._say(*told(trial))

    def action_save(self) -> None:
        """Writes the profile, unless something is wrong with it: then the cursor goes there."""
        self.lines.tried = True
        problems = self.draft.problems(self._now())
        if problems:
            self._refuse(problems[0].path, str(problems[0]))
            return
        name, endpoint = self._text("Name").strip(), self._text("Endpoint").strip()
        if name in DEMOS:
            self._refuse("Name", f"the emulated account is called {name}; choose another name")
            return
        try:
            if endpoint:
                checked_endpoint(endpoint)
            made = self._profile(name, endpoint)
            save_profile(self.file, made, default=not load(self.file).default_profile)
        except BadEndpoint as error:
            self._refuse("Endpoint", f"{error}; {error.remedy}")
        except ConfigError as error:
            keys = {"": "Name", ".endpoint": "Endpoint", ".domains": "Domains"}
            at = {f"profiles.{name}{key}": field for key, field in keys.items()}
            self._refuse(at.get(error.key, ""), str(error))
        except OSError as error:
            where = error.filename or self.file
            self._refuse(
                "",
                f"{where}: {error.strerror}",
                f"make {self.file.parent} writable, or set LIVETUI_CONFIG_DIR to a folder that is",
            )
        else:
            self.dismiss(name)

    def _refuse(self, path: str, why: str, remedy: str = "") -> None:
        if path:
            self.lines.go(path)
        self._say((f"! not saved: {why}", "bold red"), *([(f"  {remedy}", "")] if remedy else ()))

    def _profile(self, name: str, endpoint: str) -> Profile:
        refers = self.found is not None and self.draft.get("Secret") == "refer"
        regions = self.draft.get("Regions") if self._has("Regions") else ()
        return Profile(
            name,
            cloud=self.catalogue.cloud,
            reference=self.found.reference if refers and self.found else None,
            credential=None if refers else self._credential(),
            regions=tuple(regions) if regions else (),
            domains=self._domains(),
            endpoint=endpoint or None,
            read_only=self.draft.get("Read-only") is True,
            production=self.draft.get("Production") is True,
        )

    def _credential(self) -> Credential | None:
        if self.found is not None:
            return self.found.credential
        secret_id, secret_key, token = (self._text(name).strip() for name in self.words.fields)
        if not secret_id or not secret_key:
            return None
        return Credential(secret_id, secret_key, token or None, "typed in")

    def _domains(self) -> tuple[str, ...]:
        """As they were typed, one after another."""
        return tuple(dict.fromkeys(self._text("Domains").replace(",", " ").split()))

    def _has(self, path: str) -> bool:
        return any(field.name == path for field in self.draft.fields)

    def _text(self, path: str) -> str:
        held = self.draft.get(path) if self._has(path) else UNSET
        return held if isinstance(held, str) else ""


def told(trial: Trial) -> list[Piece]:
    """What a trial found, in lines."""
    said: list[Piece] = [(trial.found, "bold green") if trial.good else (f"! {trial.found}", "bold red")]
    said += [(f"  {text}", "") for text in (trial.meaning, trial.remedy) if text]
    if trial.request_id:
        said.append((f"  RequestId {trial.request_id}", "dim"))
    return said


def _draft(
    catalogue: Catalogue,
    file: Path,
    found: Found | None,
    endpoint: str | None,
    now: Callable[[], datetime],
) -> Draft:
    proposals = {"Name": _name_for(found, WORDS[catalogue.cloud]), "Production": False, "Read-only": False}
    if found is not None:
        proposals["Secret"] = "refer"
    if endpoint:
        proposals["Endpoint"] = endpoint
    return Draft(catalogue, _form(catalogue, found, file), now=now, proposals=proposals)


def _name_for(found: Found | None, words: Words) -> str:
    """A name to begin with: what the credential is called where it is."""
    if found is None or found.reference.kind == "env":
        return words.proposed
    name = found.reference.section if found.reference.kind == "file" else found.reference.value
    return words.proposed if name in ("default", *DEMOS) else name


def _form(catalogue: Catalogue, found: Found | None, file: Path) -> Action:
    """The form's fields, as the catalogue would describe them."""
    fields = [Field("Name", "string", required=True, max_chars=40, help="Stands in the header and journal.")]
    of_cloud = WORDS[catalogue.cloud]
    if found is None:
        ident, key, token = of_cloud.fields
        shown = f"As the cloud's {of_cloud.page} page shows it."
        fields += [
            Field(ident, "string", required=True, min_chars=1, help=shown),
            Field(key, "string", required=True, min_chars=1, sensitive="secret", help="Its secret."),
            Field(token, "string", sensitive="secret", help="Only a temporary key has one."),
        ]
    if needs_domains(book(catalogue.service)):
        told = "The domains to look at, with blanks between them: no action lists an account's."
        fields.append(Field("Domains", "string", required=True, min_chars=1, help=told))
    if catalogue.regions:
        fields.append(
            Field(
                "Regions",
                "list[string]",
                allowed=catalogue.regions,
                help="Where regional things (pull tasks, record tasks, time shift) are listed; "
                "none chosen: all.",
            )
        )
    fields += [
        Field("Production", "boolean", help="Destructive calls have to be confirmed by typing the name."),
        Field("Read-only", "boolean", help="Refuses everything but reads."),
    ]
    if found is None:
        note = f"The {of_cloud.pair} is kept in {file} (0600)."
    else:
        expires = found.credential is not None and found.credential.token
        fields.append(
            Field(
                "Secret",
                "string",
                required=True,
                allowed=("refer", "copy"),
                labels=(("refer", f"stays in {found.where}"), ("copy", "copied into config.toml")),
                help="The key has a token and will expire: better referred to than copied."
                if expires
                else "Referred to, it is read anew at each start and is kept in one place only.",
            )
        )
        note = f"The profile is written to {file} (0600)."
    fields.append(Field("Endpoint", "string", help="A URL to call instead of the service's own host."))
    return Action(
        service=catalogue.service,
        name="profile",
        version="",
        section="",
        summary=note,
        effect="write",
        because="",
        rate_limit=0,
        parameters=tuple(fields),
        response=(),
    )
