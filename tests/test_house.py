"""The plan of the building, held over the source: who may import whom, and what a start may load.

Every import counts, at the top of a file, inside a function or for the type checker alone.
"""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import livetui

PACKAGE = Path(livetui.__file__).parent
TESTS = Path(__file__).parent
PROJECT = TESTS.parent

_FACTS = {"catalogue", "signing", "settings"}
FLOORS: dict[str, set[str]] = {
    "catalogue": set(),
    "signing": set(),
    "settings": set(),
    "client": {"catalogue", "signing"},
    "resources": {"catalogue"},
    "watch": {"client", "resources", *_FACTS},
    "operations": {"watch", "client", "resources", *_FACTS},
    "console": {"operations", "watch", "client", "resources", *_FACTS},
    "emulator": {"catalogue", "signing"},
    "listener": {"catalogue", "signing", "settings"},
}
"""Folder: the folders it may import besides itself. The ground floor may import everything."""

GROUND = {"cli", "__main__", "commands"}
"""The command line; nothing imports it."""

TOOLS = {"frozen", "loopback", "turns"}
"""What stands beneath every floor: it may be imported from everywhere, and imports nothing of ours."""

KNOTS = {
    "emulator": "the account holds every system's state, and each of them the account",
    "commands": "the console offers the demo where no account is known, and the demo is a console",
}
"""Rooms whose modules may import each other both ways, each with the reason."""

BELOW_CONSOLE = ["catalogue", "signing", "settings", "client", "resources", "watch", "operations"]

ROOMS: dict[str, dict[str, str]] = {
    # Library: the places that may import it, and whether at the top of a file or late, inside what needs it.
    "textual": {"console": "top", "commands": "late"},
    "rich": {"console": "top", "commands": "late"},
    "httpx": {"client": "late", "operations/reach.py": "late", "emulator/notices.py": "late"},
    "starlette": {"emulator": "top", "listener": "top"},
    "uvicorn": {"emulator": "top", "listener": "top", "commands": "late"},
    "tomli_w": {"settings": "late"},
    "platformdirs": {"settings": "late"},
}
"""Libraries that cost start-up time. `reach.py` measures what the client hides: name, handshake, clock."""

COMES_WITH = {"rich": "textual"}
"""Imported, and declared by the library it comes with."""

MOST_LINES = 450

LONG = {
    "console/forms/screen.py": "one screen: what is typed, what is sent and what is kept of it meet here",
    "console/forms/lines.py": "one widget: its lines, its keys and how it paints them",
    "console/table/widget.py": "one widget: cursor, marks and sight of the rows move together",
    "operations/draft.py": "one class: what a form holds, from reading it to what is sent",
    "settings/config_file.py": "one file format: reading, checking and writing it have to agree",
}
"""Files over that many lines, each with the reason it is one file."""


@dataclass(frozen=True)
class Import:
    file: Path
    """Relative to the package."""
    line: int
    module: str
    kind: str
    """top, late or types."""

    @property
    def room(self) -> str:
        return self.file.parts[0].removesuffix(".py")

    def __str__(self) -> str:
        return f"livetui/{self.file}:{self.line} imports {self.module} ({self.kind})"


def _modules(node: ast.Import | ast.ImportFrom, file: Path) -> list[str]:
    """Full names of what an import statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        package = ("livetui", *file.parts[:-1])
        base = ".".join((*package[: len(package) - node.level + 1], *filter(None, [base])))
    return [f"{base}.{alias.name}" for alias in node.names]


def _walk(node: ast.AST, file: Path, kind: str) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        below = kind
        if isinstance(child, ast.Import | ast.ImportFrom):
            for module in _modules(child, file):
                yield Import(file, child.lineno, module, kind)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            below = "late"
        elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            below = "types"
        yield from _walk(child, file, below)


def _imports() -> list[Import]:
    found: list[Import] = []
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(PACKAGE)
        found += _walk(ast.parse(path.read_bytes()), file, "top")
    return found


IMPORTS = _imports()


def _own_room(module: str) -> str:
    """The folder of this package a module lies in; "" for another package or the package itself."""
    parts = module.split(".")
    if parts[0] != "livetui" or len(parts) < 2:
        return ""
    name = parts[1]
    return name if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file() else ""


def test_every_folder_has_its_floor() -> None:
    """A folder nobody placed would be free to import anything."""
    rooms = {path.stem for path in PACKAGE.iterdir() if path.name not in ("__init__.py", "__pycache__")}
    assert rooms == FLOORS.keys() | GROUND | TOOLS
    assert len(IMPORTS) > 100


def test_a_room_imports_only_from_the_floors_below_it() -> None:
    upward = [
        str(found)
        for found in IMPORTS
        if found.room in FLOORS.keys() | TOOLS
        and (other := _own_room(found.module))
        and other != found.room
        and other not in FLOORS.get(found.room, set()) | TOOLS
    ]
    assert upward == []


def _reached(module: str, imports: dict[str, set[str]]) -> set[str]:
    """All that a module imports, and what those import in their turn."""
    found: set[str] = set()
    left = [*imports[module]]
    while left:
        if (one := left.pop()) not in found:
            found.add(one)
            left += imports.get(one, ())
    return found


def test_modules_do_not_import_each_other_in_a_circle() -> None:
    """Not even late, inside a function: only a type may point back."""
    names = {
        ".".join(("livetui", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        for path in PACKAGE.rglob("*.py")
    }
    imports: dict[str, set[str]] = {name: set() for name in names}
    for found in IMPORTS:
        importer = ".".join(("livetui", *found.file.with_suffix("").parts)).removesuffix(".__init__")
        if found.kind != "types" and found.room not in KNOTS:
            member = found.module if found.module in names else found.module.rpartition(".")[0]
            imports[importer] |= {member} & names - {importer}
    assert sum(map(len, imports.values())) > 500
    assert [name for name in sorted(names) if name in _reached(name, imports)] == []


def test_libraries_stay_in_their_rooms() -> None:
    astray = []
    for found in IMPORTS:
        rooms = ROOMS.get(found.module.split(".")[0])
        if rooms is None:
            continue
        allowed = rooms.get(found.file.as_posix(), rooms.get(found.room, "never"))
        if allowed == "never" or (allowed == "late" and found.kind == "top"):
            astray.append(f"{found}, allowed: {allowed}")
    assert astray == []


def test_what_is_imported_is_declared() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    declared = {line.partition(">")[0].strip().replace("-", "_") for line in project["dependencies"]}
    foreign = {found.module.split(".")[0] for found in IMPORTS} - sys.stdlib_module_names - {"livetui"}
    assert {COMES_WITH.get(name, name) for name in foreign} == declared, "imported and declared differ"
    assert {*ROOMS} >= foreign, "say in ROOMS where it may be imported"


def _loaded(statements: str) -> set[str]:
    """Top-level packages that a fresh interpreter has loaded after running the statements."""
    code = f"import sys\n{statements}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT
    )
    return set(run.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("room", BELOW_CONSOLE)
def test_a_room_below_the_console_loads_nothing_heavy(room: str) -> None:
    """Through whatever it imports as well: no widget toolkit, no web client, no web server."""
    modules = [
        ".".join(("livetui", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")
        for path in sorted((PACKAGE / room).rglob("*.py"))
    ]
    loaded = _loaded("\n".join(f"import {module}" for module in modules))
    assert not loaded & ROOMS.keys()


def test_the_command_line_loads_only_what_it_runs() -> None:
    loaded = _loaded(
        "from livetui.cli import main\ntry:\n    main(['--version'])\nexcept SystemExit:\n    pass"
    )
    assert not loaded & {*ROOMS, "asyncio", "livetui.catalogue"}


def test_long_files_have_a_reason() -> None:
    """Length is a smell, not a law: split by meaning, or say in LONG why it is one thing."""
    lengths = {
        path.relative_to(PACKAGE).as_posix(): len(path.read_text().splitlines())
        for path in PACKAGE.rglob("*.py")
    }
    long = {file: lines for file, lines in lengths.items() if lines > MOST_LINES and file not in LONG}
    assert long == {}
    assert LONG.keys() <= lengths.keys()


def test_modules_are_named_for_what_they_hold() -> None:
    vague = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc", "base"}
    assert [path for path in PACKAGE.rglob("*.py") if path.stem in vague] == []


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def test_no_test_sleeps_for_luck() -> None:
    """`sleep(0)` waits for nothing, and a clock of the test's own is no real one."""
    sleeping = []
    for path in TESTS.rglob("*.py"):
        tree = ast.parse(path.read_bytes())
        imported = {
            module.removeprefix("time.sleep").removeprefix("asyncio.sleep") or "sleep"
            for node in ast.walk(tree)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for module in _modules(node, path)
        }
        real = {f"{name}.sleep" for name in imported & {"time", "asyncio"}} | imported & {"sleep"}
        for call in _calls(tree):
            if ast.unparse(call.func) in real and call.args and ast.unparse(call.args[0]) != "0":
                sleeping.append(f"{path.relative_to(TESTS)}:{call.lineno}")
    assert sleeping == []


def test_nothing_is_swallowed_whole() -> None:
    swallowing = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(node, ast.ExceptHandler):
                continue
            everything = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            silent = all(isinstance(line, ast.Pass | ast.Continue | ast.Expr) for line in node.body)
            if everything and silent and not any(True for _ in _calls(node)):
                swallowing.append(f"livetui/{path.relative_to(PACKAGE)}:{node.lineno}")
    assert swallowing == []


def test_names_of_test_files_are_unique() -> None:
    """The test folders are no packages, so two files of one name would hide each other."""
    names = Counter(path.name for path in TESTS.rglob("*.py") if path.name != "conftest.py")
    assert [name for name, count in names.items() if count > 1] == []


def test_the_rules_see_through_every_way_to_import() -> None:
    """Were they blind to one, the tests above would prove nothing."""
    source = """
from typing import TYPE_CHECKING
import textual.app
from livetui import console
from ..client import errors
from . import near
if TYPE_CHECKING:
    from livetui.watch import poller
def late():
    from livetui.operations.guard import Guard
"""
    file = Path("resources/css/example.py")
    found = {(made.module, made.kind) for made in _walk(ast.parse(source), file, "top")}
    assert found >= {
        ("textual.app", "top"),
        ("livetui.console", "top"),
        ("livetui.resources.client.errors", "top"),
        ("livetui.resources.css.near", "top"),
        ("livetui.watch.poller", "types"),
        ("livetui.operations.guard.Guard", "late"),
    }
    assert _own_room("livetui.console") == "console"
    assert _own_room("livetui.__version__") == ""
    assert _own_room("livetui.cli.main") == "cli"
