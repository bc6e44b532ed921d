"""Which colours and line styles pictures have, on a page and on their own: no two things differ by colour alone."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

Theme = Literal["light", "dark"]

COLOURS: dict[Theme, dict[str, str]] = {
    "light": {
        "page": "#fff",
        "ink": "#1c2430",
        "soft": "#525c6b",
        "line": "#b4bcc8",
        "walk": "#0072b2",
        "run": "#b8500a",
        "band": "#00795a",
    },
    "dark": {
        "page": "#14181e",
        "ink": "#e8ecf2",
        "soft": "#adb8c6",
        "line": "#4c5868",
        "walk": "#6cbcf0",
        "run": "#f0a35c",
        "band": "#5fd3ae",
    },
}
"""Blue, orange and green of Okabe & Ito (2008), which people with any colour vision tell apart, darker or lighter so
that each has a contrast of 4.5 and more on its page."""

RULES = """
.pic text { font-family: system-ui, sans-serif; font-size: 13px; fill: var(--ink); }
.pic .soft { fill: var(--soft); font-size: 12px; }
.pic .inside { font-size: 12px; }
.pic .name { font-weight: 700; font-size: 14px; }
.pic .halo { paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
.pic .hill { stroke-width: 1.6; }
.pic .walk { stroke: var(--walk); }
.pic .run { stroke: var(--run); fill: var(--run); fill-opacity: 0.28; }
.pic .hatch { stroke: var(--walk); stroke-width: 1.3; }
.pic .axis { stroke: var(--line); }
.pic .change { stroke: var(--ink); stroke-width: 1.8; stroke-dasharray: 5 3; }
.pic .doubt { fill: var(--ink); fill-opacity: 0.1; stroke: var(--soft); stroke-width: 0.8; stroke-dasharray: 1 3; }
.pic .talk { fill: var(--band); fill-opacity: 0.4; stroke: var(--band); }
.pic .shared { fill: var(--band); fill-opacity: 0.13; stroke: var(--band); stroke-width: 2; }
.pic .curve { fill: none; stroke-width: 2.4; stroke: var(--ink); stroke-linejoin: round; }
.pic .walk-together, .pic .first { stroke: var(--walk); }
.pic .run-together, .pic .second { stroke: var(--run); stroke-dasharray: 8 4; }
.pic .walk-and-jog { stroke: var(--ink); stroke-dasharray: 2 4; }
.pic .run-walk { stroke: var(--band); stroke-dasharray: 10 3 2 3; }
.pic .block { stroke: var(--walk); stroke-width: 1.6; }
.pic .block.running { fill: var(--run); fill-opacity: 0.28; stroke: var(--run); }
.pic .block.still { fill: none; stroke: var(--soft); }
.pic .slower { fill: none; stroke: var(--ink); stroke-dasharray: 3 3; }
.pic .mark { fill: var(--ink); }
.pic .lane { fill: none; stroke: var(--line); stroke-width: 1.4; stroke-linejoin: round; }
.pic .trail { fill: none; stroke: var(--line); stroke-width: 1.2; stroke-dasharray: 4 2.5; }
.pic .road { fill: none; stroke: var(--line); stroke-width: 3.4; stroke-linejoin: round; }
.pic .green { fill: none; stroke: var(--band); stroke-opacity: 0.13; stroke-width: 16; stroke-linecap: round; }
.pic .casing { fill: none; stroke: var(--page); stroke-width: 9; stroke-linejoin: round; stroke-linecap: round; }
.pic .way { fill: none; stroke: var(--walk); stroke-width: 4.6; stroke-linejoin: round; stroke-linecap: round; }
.pic .gently { fill: none; stroke: var(--page); stroke-width: 1.6; stroke-dasharray: 2 5; }
.pic .arrow { fill: var(--walk); stroke: var(--page); stroke-width: 1.4; stroke-linejoin: round; }
.pic .stone { fill: var(--page); stroke: var(--ink); stroke-width: 1.2; }
.pic .start { fill: var(--run); stroke: var(--page); stroke-width: 2.5; }
.pic .thing { fill: none; stroke: var(--band); stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.pic .small { font-size: 11px; }
.pic .street { font-size: 11px; fill: var(--soft); }
.pic .paper { fill: var(--page); }
""".strip()
"""How each class of shape looks; hatched is walking, filled is running, whatever the colours."""


def _variables(theme: Theme) -> str:
    """Return the colours of a theme as CSS variables."""
    return " ".join(f"--{name}: {colour};" for name, colour in COLOURS[theme].items())


PAGE_STYLE = f"""
:root {{ {_variables("light")} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {_variables("dark")} }} }}
{RULES}
""".strip()
"""The style of pictures in a page, which follows the reader's theme and prints as light."""


def style(theme: Theme, classes: Collection[str]) -> str:
    """Return the style of a picture on its own: the rules of its classes, in plain colours.

    What draws a picture may know no variables.
    """
    rules = [rule for rule in RULES.split("\n") if _applies(rule, {*classes, "pic"})]
    return re.sub(r"var\(--(\w+)\)", lambda found: COLOURS[theme][found[1]], "\n".join(rules))


def _applies(rule: str, classes: Collection[str]) -> bool:
    """Return whether any selector of a rule names only these classes."""
    selectors = rule[: rule.index("{")].split(",")
    return any(all(name in classes for name in re.findall(r"\.([\w-]+)", selector)) for selector in selectors)
