"""How long the report takes beyond reading, and how large it is; copies and pictures too: twice the same bytes."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import pace
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


def timed(make: Callable[[], str], *, n: int) -> tuple[float, str]:
    """Return the least processor time of n runs, s, and what was made, the same each time."""
    made, best = set(), float("inf")
    for _ in range(n):
        start = time.process_time()
        made.add(make())
        best = min(best, time.process_time() - start)
    (only,) = made
    return best, only


def main() -> None:
    """Print one row a page or picture, and hold the report to its time and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="the invented people, once")
    tiny = parser.parse_args().tiny
    what, profiles = people(tiny=tiny)
    n = 2 if tiny else 5
    first, _ = timed(lambda: repr(pace.match(profiles).suggestion), n=n)
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
        seconds, text = timed(make, n=n)
        size = len(text.encode())
        print(f"{name:<24}{1000 * seconds:>8.0f} ms{size / 1000:>8.1f} kB")
        assert size <= MOST_BYTES, f"{name} has {size} bytes, at most {MOST_BYTES}"
        if name == "report":
            assert first + seconds <= MOST_S, f"match and report took {first + seconds:.2f} s, at most {MOST_S} s"


if __name__ == "__main__":
    main()
