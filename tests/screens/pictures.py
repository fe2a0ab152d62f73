"""Renders every screen into `screenshots/`, or the scenes named on the command line.

    python -m tests.screens.pictures [--to FOLDER] [--size 80x24] [SCENE …]

from a checkout, with the `test` extra installed; `readme` stands for those that README shows. SVG always; PNG
as well where `rsvg-convert` is on the PATH or `cairosvg` can be imported. The scenes are those of the tests.
"""

from __future__ import annotations

import argparse
import html
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
# The test folders are no packages: pytest puts them on the path by itself.
sys.path[:0] = [str(folder) for folder in (HERE, HERE.parent, HERE.parent / "console")]

from pytest_textual_snapshot import normalize_svg  # noqa: E402
from rich.cells import cell_len  # noqa: E402
from scenes import SCENES, SIZES, Scene, play  # noqa: E402
from stage import Player, Stage, surroundings  # noqa: E402
from textual._doc import take_svg_screenshot  # noqa: E402
from textual.pilot import Pilot  # noqa: E402

README = ("streams-worst-first", "confirm-forbid", "form-edit-changed", "list-journal")
"""The pictures that README shows, at 80x24; git ignores all others."""


def picture(scene: Scene, size: tuple[int, int]) -> str:
    """The scene's last screen as SVG."""
    with tempfile.TemporaryDirectory() as folder, surroundings():
        stage = Stage(Path(folder), scene.journalled)

        async def act(pilot: Pilot[object]) -> None:
            await play(scene, Player(stage, pilot))

        app = stage.app(scene.start, scene.profile)
        return normalize_svg(take_svg_screenshot(app=app, terminal_size=size, run_before=act))


def converter() -> Callable[[str, Path], None] | None:
    """What makes a PNG of an SVG on this machine; None where nothing does."""
    if command := shutil.which("rsvg-convert"):
        return lambda svg, file: _rsvg(command, svg, file)
    if find_spec("cairosvg"):
        import cairosvg

        return lambda svg, file: cairosvg.svg2png(svg.encode(), write_to=str(file), scale=1)
    return None


def _rsvg(command: str, svg: str, file: Path) -> None:
    subprocess.run([command, "--output", str(file)], input=svg.encode(), check=True)


def placed(svg: str) -> str:
    """The SVG with a place for every character: converters leave out the width that a text is to have."""
    return re.sub(r'(<text [^>]*?)x="([\d.]+)"([^>]*?) textLength="[\d.]+"([^>]*)>([^<]*)<', _placed, svg)


def _placed(found: re.Match[str]) -> str:
    before, x, between, after, text = found.groups()
    cell, at, places = 12.2, float(x), []
    for char in html.unescape(text):
        places.append(f"{at:g}")
        at += cell * cell_len(char)
    return f'{before}xml:space="preserve" x="{" ".join(places)}"{between}{after}>{text}<'


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.screens.pictures")
    names = [scene.name for scene in SCENES]
    sizes = [f"{width}x{height}" for width, height in SIZES]
    parser.add_argument("scene", nargs="*", metavar="SCENE", help="readme, or: " + ", ".join(names))
    parser.add_argument("--to", type=Path, default=HERE.parents[1] / "screenshots", metavar="FOLDER")
    parser.add_argument("--size", choices=sizes, help="only this one")
    args = parser.parse_args()
    wanted = {*args.scene} - {"readme"} | {*(README if "readme" in args.scene else ())} or {*names}
    if unknown := wanted - {*names}:
        parser.error(f"no scene of the name {', '.join(sorted(unknown))}")
    args.to.mkdir(parents=True, exist_ok=True)
    convert = converter()
    for scene in SCENES:
        for size, (width, height) in zip(sizes, SIZES, strict=True):
            if scene.name in wanted and args.size in (None, size):
                svg = picture(scene, (width, height))
                file = args.to / f"{scene.name}-{size}.svg"
                file.write_text(svg, encoding="utf-8")
                if convert is not None:
                    convert(placed(svg), file.with_suffix(".png"))
    print(f"{args.to}: SVG{' and PNG' if convert else '; no rsvg-convert or cairosvg for PNG'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
