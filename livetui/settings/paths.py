"""Where livetui keeps its files, and how it writes them: private, whole, or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from livetui.frozen import frozen

FOLDER_MODE = 0o700
FILE_MODE = 0o600


@frozen
class Paths:
    """The three folders of one user, and the files in them. None of them has to exist."""

    config: Path
    state: Path
    cache: Path

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def journal_file(self) -> Path:
        return self.state / "journal.jsonl"

    @property
    def events_file(self) -> Path:
        """The event messages that listeners took in; their status files lie beside it."""
        return self.state / "events.jsonl"


@frozen
class Caution:
    """Something that works but should be put right: what it is about, what is wrong, what to do."""

    path: Path
    message: str
    remedy: str


def paths(environ: Mapping[str, str] | None = None) -> Paths:
    """The folders: LIVETUI_CONFIG_DIR, LIVETUI_STATE_DIR, LIVETUI_CACHE_DIR, else the platform's own."""
    env = os.environ if environ is None else environ
    chosen = {kind: env.get(f"LIVETUI_{kind.upper()}_DIR", "") for kind in ("config", "state", "cache")}
    if not all(chosen.values()):
        from platformdirs import PlatformDirs

        own = PlatformDirs("livetui", appauthor=False)
        usual = {"config": own.user_config_dir, "state": own.user_state_dir, "cache": own.user_cache_dir}
        chosen = {kind: folder or usual[kind] for kind, folder in chosen.items()}
    return Paths(**{kind: Path(folder).expanduser() for kind, folder in chosen.items()})


def private_folder(folder: Path) -> Path:
    """Make the folder (0700) if it is not there; one that is there keeps its mode. Raises OSError."""
    folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
    return folder


def write_private(path: Path, data: bytes, *, sure: bool = True) -> None:
    """Put `data` where `path` leads, 0600, so that a reader sees the old file or the new one, whole.

    sure: it survives a power cut, for which it waits until the disk has it.

    A symbolic link is followed, not replaced: configs are often kept elsewhere and linked.
    Raises OSError; the old file is then still as it was.
    """
    import tempfile

    goal = path.resolve()
    private_folder(goal.parent)
    handle, name = tempfile.mkstemp(dir=goal.parent, prefix=f".{goal.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), FILE_MODE)
            if sure:
                os.fsync(file.fileno())
        temporary.replace(goal)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if sure:
        sync_folder(goal.parent)


def sync_folder(folder: Path) -> None:
    """Make a name that was just created or renamed in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Keep other processes of livetui from changing files in `folder` meanwhile. Raises OSError."""
    import fcntl

    handle = os.open(private_folder(folder), os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def open_to_others(path: Path) -> bool:
    """Whether group or others may read or write the file or folder; False when it is not there."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return bool(stat.S_IMODE(mode) & 0o077)


def lax_file(path: Path) -> Caution | None:
    """The caution for a file that holds a secret and that others may read."""
    if not open_to_others(path):
        return None
    mode = stat.S_IMODE(path.stat().st_mode)
    return Caution(path, f"{path} holds a secret and has mode {mode:04o}", f"chmod 600 {path}")
