"""How quickly two people are matched, beside plain loops over the same speeds, gaits and people.

CPU time, best of several, both sides in one run on the same invented people; both must find the same way and speed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from benchmarks._figures import Figure, hand_over, quickest, size  # noqa: E402
from naive import Together  # noqa: E402
from pace.person.about import About, Said  # noqa: E402
from pace.person.profile import Profile  # noqa: E402
from pace.together.choice import alone, argbest, choose, fitting, nash  # noqa: E402
from pace.together.ease import Ease, ease  # noqa: E402
from pace.together.match import match  # noqa: E402
from pace.together.terms import Terms  # noqa: E402
from pace.together.ways import Conditions, chances, loads, ways  # noqa: E402

GOAL = 20
"""How many times as long the loops may take, at least."""
FLAT = Conditions(minutes=50.0)


def invented(n: int, *, seed: int = 5) -> list[Profile]:
    """Return n people known by a usual walk and one answer about talking."""
    draw = np.random.default_rng(seed)
    walk, chat = draw.uniform(1.1, 1.7, n).tolist(), draw.uniform(1.5, 3.0, n).tolist()
    about = (About(walk_speed=w, said=(Said(speed=c, talk="comfortable"),)) for w, c in zip(walk, chat, strict=True))
    return [Profile.build(label=f"person {i}", about=said) for i, said in enumerate(about)]


def steady(pair: tuple[Ease, Ease]) -> tuple[tuple[int, ...], float] | None:
    """Return gaits and speed of the best steady way where nobody leads, with arrays."""
    terms = Terms.of("equal", 2)
    here = chances(pair, terms, FLAT)
    every = ways(here)
    found = argbest(nash(every, terms.weight), fitting(every, terms.need, alone(here, terms)[0]) & (every.turn < 0))
    return None if found is None else (tuple(every.gait[:, found].tolist()), float(every.speed[found]))


def looped(pair: tuple[Ease, Ease]) -> tuple[tuple[int, ...], float] | None:
    """Return the same with plain loops."""
    effort = [(person.effort.value.tolist(), person.effort.mass.tolist()) for person in pair]
    table = loads(0.0)
    found = Together([person.comfort.tolist() for person in pair], effort, table.tolist(), lead="equal").best()
    return None if found is None else (found[1], 0.8 + found[2] / 100)


def main() -> None:
    """Print how long profile to match takes, and its core against the loops."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="one pair, one run")
    parser.add_argument("--middle", action="store_true", help="two pairs")
    parser.parse_args()
    n_pairs = {"tiny": 1, "middle": 2, "full": 5}[size()]
    people = invented(2 * n_pairs)
    pairs = [(ease(a), ease(b)) for a, b in zip(people[::2], people[1::2], strict=True)]
    for pair in pairs:
        one, other = steady(pair), looped(pair)
        assert (one is None) == (other is None)
        assert one is None or (one[0] == other[0] and abs(one[1] - other[1]) < 1e-9)  # type: ignore[index]
    n = 5 * n_pairs
    arrays, _ = quickest(lambda: [steady(p) for p in pairs], n=n)
    loops, _ = quickest(lambda: [looped(p) for p in pairs], n=2)
    whole, _ = quickest(lambda: match(people[:2]), n=n_pairs)
    chosen, _ = quickest(lambda: choose(pairs[0], Terms.of("client", 2), FLAT), n=n)
    print(f"loops / arrays, one shared pace of two people   {loops / arrays:8.1f}  (goal {GOAL})")
    print(f"all ways of two people, a client leading        {1000 * chosen:8.1f} ms")
    print(f"two profiles of words alone to a match          {1000 * whole:8.1f} ms")
    peer = {"peer": "plain loops", "theirs": 1e3 * loops / n_pairs, "least": GOAL}
    hand_over(
        Figure(name="one shared pace of two", unit="ms", ours=1e3 * arrays / n_pairs, **peer),
        Figure(name="all ways of two", unit="ms", ours=1e3 * chosen),
        Figure(name="two profiles of words to a match", unit="ms", ours=1e3 * whole),
    )
    assert loops >= GOAL * arrays, "the arrays should be well ahead of the loops"


if __name__ == "__main__":
    main()
