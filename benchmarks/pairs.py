"""All pairs among 10,000 invented people: time, memory, and how far ahead of a loop over pairs.

The loop matches two people at a time, as `match` does; every pair of a sample must come out the same, and for some
people the 20 partners with whom they have most minutes are held against a row that was worked out in full.

python benchmarks/pairs.py          # 10,000 people, about a minute
python benchmarks/pairs.py --tiny   # 60 people, in the tests
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._figures import Figure, hand_over, quickest, size
from pace.person.estimate import Posterior
from pace.person.talk import EFFORT
from pace.together.choice import choose
from pace.together.ease import Ease, Usual, comfort
from pace.together.option import options
from pace.together.pair_table import MODE, SIT, Side, side
from pace.together.pairs import Pairs
from pace.together.terms import Terms
from pace.together.ways import MODES, Conditions

AGAIN = 5
"""Tables made of few people, of which the quickest counts: the first also pays for memory that later ones have."""
GOAL, GOAL_SECONDS, GOAL_BYTES = 50, 60.0, 2e9
"""Times as long as the loop takes per pair, at least; seconds and bytes for 10,000 people on two cores, at most."""
FLAT = Conditions(minutes=50.0)
CORES = 2
SPEED = np.linspace(0.5, 3.5, 301)


def bell(grid: np.ndarray, mean: float, sd: float) -> Posterior:
    """Return a normal distribution on a grid."""
    return Posterior.build(grid, -(((grid - mean) / sd) ** 2) / 2)


def invented(n: int, *, seed: int = 5) -> list[Ease]:
    """Return n people, from slow walkers to those who talk at a brisk run, some well known and some hardly."""
    rng = np.random.default_rng(seed)
    people = []
    for number in range(n):
        walk, run, threshold = rng.uniform(0.9, 1.8), rng.uniform(1.8, 3.2), rng.uniform(1.4, 2.3)
        middle = np.array([walk, max(walk, run)])
        usual = Usual(low=middle - 0.25, middle=middle, high=middle + 0.25, hours=rng.uniform(0.1, 100, 2))
        blur = rng.uniform(0.05, 0.4)
        suits = comfort(bell(SPEED, threshold, blur), bell(SPEED, threshold + rng.uniform(-0.2, 0.2), blur), usual)
        effort = bell(EFFORT, rng.uniform(14, 55), rng.uniform(1, 7))
        people.append(Ease(label=f"person {number + 1}", comfort=suits, effort=effort))
    return people


def looped(people: list[Ease], places: list[tuple[int, int]]) -> list[int]:
    """Return the ways of pairs, matched two at a time."""
    terms = Terms.of("equal", 2)
    found = [choose((people[i], people[j]), terms, FLAT).best for i, j in places]
    return [SIT if best is None else best for best in found]


def check_sample(people: list[Ease], found: Pairs, *, n: int, seed: int = 1) -> float:
    """Assert that n pairs come out as two at a time; return the seconds per pair that this took."""
    draw = np.random.default_rng(seed).integers(0, len(people), (n, 2)).tolist()
    places = [(min(i, j), max(i, j)) for i, j in draw if i != j]
    start = time.process_time()
    expected = looped(people, places)
    seconds = (time.process_time() - start) / len(places)
    assert expected == [int(found.column[place]) for place in places], "a pair differs from two at a time"
    terms = Terms.of("equal", 2)
    for i, j in places[:20]:
        two = people[i], people[j]
        suggestion = options(two, terms, FLAT, choose(two, terms, FLAT))[0]
        assert abs(suggestion.talkable_minutes - found.talkable_minutes[i, j]) < 1e-4
    return seconds


def full_row(first: Side, second: Side, i: int) -> np.ndarray:
    """Return the way of one person with everybody: every way of everybody, nothing left out."""
    score = first.score[i] + second.score
    return np.where(np.isneginf(score.max(axis=1)), SIT, score.argmax(axis=1))


def check_nearest(people: list[Ease], found: Pairs, *, n: int, k: int = 20) -> None:
    """Assert that the partners of every so manyth person come out as from a row worked out in full."""
    first, second = (side(people, "equal", FLAT, place=place) for place in (0, 1))
    nearest = found.nearest(k)
    for i in range(0, len(people), max(len(people) // n, 1)):
        row = full_row(first, second, i)
        row[i] = SIT
        same = (row == found.column[i]) | (np.isin(MODE[row], (2,)) & (MODE[row] == MODE[found.column[i]]))
        assert same.all(), "a row differs from the full one"
        minutes = np.where(row == SIT, 0.0, found.talkable_minutes[i])
        ahead = np.lexsort((np.arange(len(people)), -minutes))[:k]
        assert np.where(minutes[ahead] > 0, ahead, -1).tolist() == nearest[i].tolist()


def shares(found: Pairs) -> str:
    """Return how often each mode comes out, in words."""
    column = found.column[np.triu_indices(min(len(found.labels), 2000), 1)]
    modes = np.where(column == SIT, len(MODES), MODE[column])
    count = np.bincount(modes, minlength=len(MODES) + 1) / modes.size
    return ", ".join(f"{name} {100 * share:.1f} %" for name, share in zip((*MODES, "sit"), count, strict=True))


def main() -> None:
    """Print time, memory and ratio, after checking the answer."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="60 people")
    parser.add_argument("--middle", action="store_true", help="300 people")
    parser.parse_args()
    n, full = {"tiny": 60, "middle": 300, "full": 10_000}[size()], size() == "full"
    people = invented(n)
    n_times = 1 if full else AGAIN
    processor, found = quickest(lambda: Pairs.of(people, lead="equal", conditions=FLAT, workers=CORES), n=n_times)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    n_pairs = n * (n - 1) // 2
    assert (found.column.shape, found.talkable_minutes.shape) == ((n, n), (n, n))
    per_pair = check_sample(people, found, n=400 if full else 40)
    check_nearest(people, found, n=25 if full else 5)
    ratio = per_pair * n_pairs / processor
    print(f"{n} people, {n_pairs} pairs, {CORES} threads          {processor:10.1f} s of processor time")
    print(f"peak memory                                   {peak / 1e6:10.0f} MB")
    print(f"two at a time / all at once, processor time   {ratio:10.0f}  (goal {GOAL})")
    print(f"of them: {shares(found)}")
    each = {"peer": "two at a time", "theirs": 1e6 * per_pair, "least": GOAL if full else None}
    hand_over(
        Figure(name=f"all pairs of {n} people", unit="µs a pair", ours=1e6 * processor / n_pairs, **each),
        Figure(name=f"memory, all pairs of {n} people", unit="MB", ours=peak / 1e6, high=GOAL_BYTES / 1e6),
    )
    if full:
        assert ratio >= GOAL, "the table should be well ahead of two at a time"
        assert peak < GOAL_BYTES, "the table should fit into 2 GB"
        assert processor < GOAL_SECONDS, "both cores together should take less than a minute"


if __name__ == "__main__":
    main()
