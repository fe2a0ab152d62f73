"""Folders from the environment; writes that are private and whole."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from livetui.settings.paths import lax_file, open_to_others, paths, private_folder, write_private


def test_the_environment_names_the_folders(tmp_path: Path) -> None:
    found = paths({"LIVETUI_CONFIG_DIR": str(tmp_path / "c"), "LIVETUI_STATE_DIR": str(tmp_path / "s")})
    assert found.config_file == tmp_path / "c" / "config.toml"
    assert found.journal_file == tmp_path / "s" / "journal.jsonl"
    assert found.cache.name == "livetui"
    assert not found.config.exists()


def test_a_write_is_private_and_leaves_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.json"
    write_private(file, b"one")
    write_private(file, b"two")
    assert file.read_bytes() == b"two"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert list(file.parent.iterdir()) == [file]


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles" / "config.toml", tmp_path / "config.toml"
    real.parent.mkdir()
    link.symlink_to(real)
    write_private(link, b"x")
    assert link.is_symlink()
    assert real.read_bytes() == b"x"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a"
    write_private(file, b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_lax_permissions_are_told(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("secret")
    file.chmod(0o640)
    caution = lax_file(file)
    assert caution is not None
    assert "0640" in caution.message
    assert caution.remedy == f"chmod 600 {file}"
    file.chmod(0o600)
    assert lax_file(file) is None
    assert lax_file(tmp_path / "none") is None
    assert not open_to_others(private_folder(tmp_path / "mine"))


def test_loading_settings_loads_nothing_heavy() -> None:
    heavy = "textual httpx tomli_w platformdirs asyncio tempfile configparser"
    code = f"import sys, livetui.settings; print([m for m in {heavy.split()!r} if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


def test_a_name_is_itself_however_its_file_is_called() -> None:
    # `paths` and `discover` are files and what they hold: loading one must not put the file in its place.
    code = (
        "import livetui.settings.profiles, livetui.settings.discover\n"
        "from livetui.settings import Config, discover, paths\n"
        "import livetui.settings as s\n"
        "print(callable(discover), callable(paths), callable(s.paths), all(hasattr(s, n) for n in s.__all__))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "True True True True\n"
