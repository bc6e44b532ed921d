"""How long the report takes beyond reading, and how large it is; copies and pictures too: twice the same bytes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import pace
from benchmarks._figures import Figure, hand_over, quickest, size
from pace.output.charts import picture
from pace.output.html import card_page, html
from pace.together.session import plan

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_activities"
REAL = ROOT.parent / "shared" / "activities"
MOST_S, MOST_BYTES = 1.0, 400_000
"""A report is made within a second of processor time beyond reading, and is no larger than this."""


def people(*, tiny: bool) -> tuple[str, list[pace.Profile]]:
    """Return two people: real recordings where they are, else (and with `tiny`) the invented ones."""
    folders = [REAL / "person-b", REAL / "person-a"]
    if tiny or not all(folder.is_dir() for folder in folders):
        folders = [SAMPLES / "therapist", SAMPLES / "client"]
    profiles = [pace.profile([folder], label=who) for folder, who in zip(folders, ("therapist", "client"), strict=True)]
    counts = " and ".join(str(len(profile.summaries)) for profile in profiles)
    return f"{counts} recordings", profiles


def main() -> None:
    """Print one row a page or picture, and hold the report to its time and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="the invented people, twice")
    parser.add_argument("--middle", action="store_true", help="the invented people, three times")
    parser.parse_args()
    what, profiles = people(tiny=size() != "full")
    n = {"tiny": 2, "middle": 3, "full": 5}[size()]
    first, _ = quickest(lambda: repr(pace.match(profiles).suggestion), n=n)
    found = pace.match(profiles)
    session = plan(found)
    rows: dict[str, Callable[[], str]] = {
        "report": lambda: html(found),
        "report, a copy": lambda: html(found, copy_for="client"),
        "card": lambda: card_page(found, session),
        "picture of the match": lambda: picture(found),
        "picture of one person": lambda: picture(profiles[0]),
        "picture of the plan": lambda: picture(session),
    }
    print(f"{what}; least of {n}, processor time\n{'match':<24}{1000 * first:>8.0f} ms")
    for name, make in rows.items():
        seconds, text = quickest(make, n=n)
        n_bytes = len(text.encode())
        assert make() == text, f"{name} is not the same twice"
        print(f"{name:<24}{1000 * seconds:>8.0f} ms{n_bytes / 1000:>8.1f} kB")
        beside = {"peer": "the match itself", "theirs": 1e3 * first}
        hand_over(Figure(name=name, unit="ms", ours=1e3 * seconds, **beside, high=1e3 * MOST_S))
        assert n_bytes <= MOST_BYTES, f"{name} has {n_bytes} bytes, at most {MOST_BYTES}"
        if name == "report":
            assert first + seconds <= MOST_S, f"match and report took {first + seconds:.2f} s, at most {MOST_S} s"


if __name__ == "__main__":
    main()
