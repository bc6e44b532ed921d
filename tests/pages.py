"""The pages that people read, and the blocks of code on them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from corpus import ROOT

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        ROOT / "benchmarks/README.md",
        ROOT / "sample_activities/README.md",
    ]
)
_BLOCK = re.compile(r"^(?:<!-- (?P<mark>[^\n]*) -->\n)?```(?P<kind>\S*)[^\n]*\n(?P<text>.*?)^```$", flags=re.S | re.M)


@dataclass(frozen=True)
class Block:
    """One block: its kind (`python`, `console`, …), its text, and the comment above it."""

    page: Path
    number: int
    kind: str
    text: str
    mark: str
    start: int

    @property
    def name(self) -> str:
        """Where it is, for people."""
        return f"{self.page.relative_to(ROOT).as_posix()}-{self.number}"

    @property
    def is_run(self) -> bool:
        """Whether it is code that is run: no comment above it gives a reason why not."""
        return not self.mark.startswith("not run: ")


def blocks(page: Path, *kinds: str) -> list[Block]:
    """Return the blocks of a page, in order; of some kinds only if any are given."""
    found = enumerate(_BLOCK.finditer(page.read_text("utf-8")))
    every = [
        Block(page=page, number=n, kind=one["kind"], text=one["text"], mark=one["mark"] or "", start=one.start("text"))
        for n, one in found
    ]
    return [block for block in every if not kinds or block.kind in kinds]
