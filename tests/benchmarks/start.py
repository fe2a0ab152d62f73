"""The console, a bare Textual app and bare Python by turns, each from exec to what its user sees."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from statistics import median

from painting import BARE, CONSOLE, HEADER, painting, profile_folder
from report import ms, table
from served import served


def run(args: argparse.Namespace) -> None:
    took: dict[str, list[float]] = {"console": [], "bare Textual app": [], "python -c pass": []}
    with served(60) as (place, _), profile_folder(place) as env:
        for code in (CONSOLE, BARE):  # compiles, and brings the files into memory
            _first_frame(code, env)
        for _ in range(args.pairs):
            took["console"].append(_first_frame(CONSOLE, env))
            took["bare Textual app"].append(_first_frame(BARE, env))
            took["python -c pass"].append(_nothing())
    bare = took["bare Textual app"]
    rows = [
        [name, ms(median(times)), ms(min(times)), f"{median(times) / median(bare):.2f}"]
        for name, times in took.items()
    ]
    table([f"{args.pairs} of each, by turns", "median", "best", "to bare"], rows)
    pairs = [mine / its for mine, its in zip(took["console"], bare, strict=True)]
    print(f"  console to bare app, pair by pair: median {median(pairs):.2f}")


def _first_frame(code: str, env: dict[str, str]) -> float:
    with painting(code, env) as painted:
        return painted.until(HEADER)


def _nothing() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "pass"], check=True)
    return time.perf_counter() - began
