"""A listener on loopback, its state in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from notified import Listening, listening


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def listener(folder: Path) -> Iterator[Listening]:
    with listening(folder) as made:
        yield made
