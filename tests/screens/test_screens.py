"""Every screen as it was last approved, at both sizes.

`pytest tests/screens --snapshot-update` approves them as they are now: look at what git says has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scenes import SCENES, SIZES, Scene, play
from stage import Player, Stage, surroundings
from textual.pilot import Pilot


@pytest.fixture(autouse=True)
def _surroundings() -> Iterator[None]:
    with surroundings():
        yield


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_screen(
    scene: Scene, size: tuple[int, int], tmp_path: Path, snap_compare: Callable[..., bool]
) -> None:
    stage = Stage(tmp_path, scene.journalled)

    async def act(pilot: Pilot[object]) -> None:
        await play(scene, Player(stage, pilot))

    assert snap_compare(stage.app(scene.start, scene.profile), terminal_size=size, run_before=act)
