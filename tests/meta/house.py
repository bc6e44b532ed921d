"""How the house is kept: whether everything public says what it is, and how long functions are. `just house`.

A function's length is that of its body: lines from its first statement to its last, without its docstring, without
blank lines and comments, and without the functions inside it, which count by themselves.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACES = ("pace", "cli/pace_cli")
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Named:
    """One class or function as it is written down: where, how long, and whether it says what it is."""

    where: str
    public: bool
    told: bool
    lines: int | None

    @property
    def room(self) -> str:
        """The folder or module below the package."""
        return "/".join(self.where.split("/")[:2]).split(":")[0]


def named() -> list[Named]:
    """Return every class and function of the project, those inside others too."""
    files = sorted(file for place in PLACES for file in (ROOT / place).rglob("*.py"))
    texts = ((file, file.read_text("utf-8")) for file in files)
    return [one for file, text in texts for one in _inside(ast.parse(text), file, text.splitlines())]


def _inside(tree: ast.AST, file: Path, text: list[str], outer: str = "") -> Iterator[Named]:
    """Yield what stands inside a module, class or function, at any depth."""
    for node in ast.iter_child_nodes(tree):
        if not isinstance(node, (ast.ClassDef, *FUNCTION)):
            yield from _inside(node, file, text, outer)
            continue
        yield Named(
            where=f"{file.relative_to(ROOT).as_posix()}:{node.lineno} {outer}{node.name}",
            public=not node.name.startswith("_"),
            told=ast.get_docstring(node) is not None,
            lines=_lines(node, text) if isinstance(node, FUNCTION) else None,
        )
        yield from _inside(node, file, text, f"{outer}{node.name}.")


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef, text: list[str]) -> int:
    """Return the length of a function's body."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    numbers = {n for part in body for n in range(part.lineno, (part.end_lineno or part.lineno) + 1)}
    inner = (node for part in body for node in ast.walk(part) if isinstance(node, (ast.ClassDef, *FUNCTION)))
    numbers -= {n for node in inner for n in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
    return sum(1 for n in numbers if text[n - 1].strip() and not text[n - 1].strip().startswith("#"))


def report() -> str:
    """Return the state of the house, room by room, and what is longest."""
    every = named()
    rows = ["room                    public   told   functions   median   p90   longest"]
    for room in (*sorted({one.room for one in every}), "all"):
        here = [one for one in every if room in (one.room, "all")]
        public = [one for one in here if one.public]
        lines = sorted(one.lines for one in here if one.lines is not None) or [0]
        told, p90 = sum(one.told for one in public), lines[int(0.9 * (len(lines) - 1))]
        middle = statistics.median_low(lines)
        rows.append(f"{room:22} {len(public):7} {told:6} {len(lines):11} {middle:8} {p90:5} {lines[-1]:9}")
    longest = sorted(every, key=lambda one: -(one.lines or 0))[:10]
    rows += ["", "longest", *(f"{one.lines:4}  {one.where}" for one in longest)]
    rows += [f"says nothing of itself: {one.where}" for one in every if one.public and not one.told]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    sys.stdout.write(report())
