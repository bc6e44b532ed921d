"""How long it takes to invent a recording of 50 minutes, and all sample activities; nobody else does it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._figures import Figure, hand_over, quickest, size
from pace.simulate import Device, run_walk, simulated
from pace.simulate.samples import CLIENT, sample_files

MOST_MS, MOST_S = 50.0, 2.0
"""A recording takes at most so many milliseconds, all samples so many seconds, by the processor of a quiet machine."""


def main() -> None:
    """Print both times, and hand them over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="two runs of each")
    parser.add_argument("--middle", action="store_true", help="three")
    parser.parse_args()
    n = {"tiny": 2, "middle": 3, "full": 10}[size()]
    plan, device = run_walk(CLIENT, minutes=50, seed=1), Device(heart_rate="strap", rr=True, splits=True)
    one, _ = quickest(lambda: simulated(CLIENT, plan=plan, seed=1, device=device, terrain="hilly", n_pauses=2), n=n)
    every, _ = quickest(sample_files, n=max(n // 3, 1))
    print(f"a recording of 50 minutes {1e3 * one:.0f} ms, all sample activities {every:.2f} s; least of {n}")
    hand_over(
        Figure(name="a recording of 50 minutes invented", unit="ms", ours=1e3 * one, high=MOST_MS),
        Figure(name="all sample activities invented", unit="s", ours=every, high=MOST_S),
    )


if __name__ == "__main__":
    main()
