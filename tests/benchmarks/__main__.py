"""What livetui costs, measured beside its peers in one run: `python -m tests.benchmarks [PART …]`.

From a checkout, after `pip install '.[test]'`; the checkout's own code is measured. Prints tables of medians
and ratios. These are no tests: nothing here passes or fails, and pytest does not collect it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent

PARTS = {
    "start": "from exec to the first painted frame, in a terminal",
    "sweep": "a whole list fetched, against the official SDK",
    "bulk": "600 streams forbidden at once, against the least time the rate limit allows",
    "memory": "resident memory, in a terminal",
    "table": "the table alone",
    "bytes": "what gestures cost on the line, against Textual's own output",
    "loop": "how long the event loop is held while a whole account is polled",
}


def main() -> int:
    _find_the_checkout()
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--streams", type=int, default=20_000, help="streams of the emulated account")
    parser.add_argument("--pairs", type=int, default=11, help="alternating pairs of starts")
    parser.add_argument("--rounds", type=int, default=3, help="alternating rounds of sweeps")
    parser.add_argument("--child", nargs=2, metavar=("MODULE.FUNCTION", "JSON"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        return _child(*args.child)
    if unknown := [part for part in args.parts if part not in PARTS]:
        parser.error(f"no part {', '.join(unknown)}; there are: {', '.join(PARTS)}")
    _introduce()
    for part, summary in PARTS.items():
        if not args.parts or part in args.parts:
            print(f"\n{part}: {summary}", flush=True)
            import_module(part).run(args)
    return 0


def _find_the_checkout() -> None:
    """For this process and those it starts, from whatever folder and in whichever way it was started."""
    mine = [str(HERE), str(HERE.parent), str(HERE.parents[1])]
    sys.path[:] = mine + [place for place in sys.path if place not in mine]
    others = [place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place]
    # Users have compiled bytecode; compiling at each start would be most of what is measured.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPATH"] = os.pathsep.join(mine + [place for place in others if place not in mine])


def _child(name: str, told: str) -> int:
    """One measured function in a process of its own; its result is the last line printed."""
    module, _, function = name.partition(".")
    print(json.dumps(getattr(import_module(module), function)(**json.loads(told))))
    return 0


def _introduce() -> None:
    import livetui

    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.system()}, ", end="")
    print(f"{os.cpu_count()} cores{load}, livetui {livetui.__version__} from {Path(livetui.__file__).parent}")


if __name__ == "__main__":
    sys.exit(main())
