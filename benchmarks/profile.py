"""How long a year of one person takes: 300 recordings of an hour, already read, to a profile and to both thresholds.

python benchmarks/profile.py            # some ten seconds
python benchmarks/profile.py --tiny     # seconds, in the tests

The yardstick is a plain pandas summary of the same activities, as notebooks make it: time, distance, moving time,
means, and the distance by speed. It knows no gait and no threshold.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._figures import Figure, Size, hand_over, quickest, size
from pace.activity.track import Track
from pace.person.profile import Profile, profile
from pace.simulate import people, recording, run_walk

SEED = 4711
GOAL_PROFILE_S, GOAL_THRESHOLDS_S = 3.0, 0.150
MOST_RATIO_PROFILE, MOST_RATIO_THRESHOLDS = 12.0, 0.5
"""What must hold on any machine, busy or not: both sides are timed in one run."""


def year(n: int, *, minutes: float) -> list[Track]:
    """Return n recordings of one person, no two alike: the same activity twice would count once."""
    person = next(one for one in people(24, seed=SEED) if not one.manner and one.talk_speed > 2.2)
    return [recording(person, plan=run_walk(person, minutes=minutes, seed=k), seed=k) for k in range(n)]


def plain_pandas(tracks: list[Track]) -> list[dict[str, Any]] | None:
    """Return what a pandas notebook makes of the same recordings; None where pandas is not installed."""
    try:
        import pandas as pd
    except ImportError:
        return None
    return [_notebook(pd, track) for track in tracks]


def _notebook(pd: Any, track: Track) -> dict[str, Any]:
    """Return one recording's summary."""
    columns = {name: getattr(track, name) for name in ("time", "distance", "speed", "heart_rate", "cadence")}
    frame = pd.DataFrame(columns)
    frame["seconds"] = frame["time"].diff().fillna(0.0)
    frame["smooth"] = frame["speed"].rolling(15, min_periods=1).mean()
    moving = frame[frame["smooth"] > 0.8]
    by_speed = moving.groupby((moving["smooth"] / 0.05).astype(int))["seconds"].sum()
    return {
        "elapsed": frame["seconds"].sum(),
        "moving": moving["seconds"].sum(),
        "distance": frame["distance"].iloc[-1],
        "speed": moving["smooth"].mean(),
        "heart_rate": moving["heart_rate"].mean(),
        "cadence": moving["cadence"].mean(),
        "by_speed": by_speed,
    }


N = {"tiny": (6, 20), "middle": (12, 60), "full": (300, 60)}
"""Recordings, and the minutes of each."""


def main(what: Size) -> None:
    """Print the times and their ratios to the yardstick."""
    n, minutes = N[what]
    tracks = year(n, minutes=minutes)
    times = {"tiny": 1, "middle": 5, "full": 2}[what]
    hours = sum(float(track.time[-1] - track.time[0]) for track in tracks) / 3600
    whole, known = quickest(lambda: profile(tracks, label="somebody"), n=times)
    quick, _ = quickest(lambda: known.talk(change=known.walk_run().posterior), n=3)
    peer, notebook = quickest(lambda: plain_pandas(tracks), n=times)
    print(f"{len(known.summaries)} recordings, {hours:.0f} h")
    print(f"to a profile: {whole:.2f} s (goal {GOAL_PROFILE_S:g} s)")
    print(f"from it to both thresholds: {1000 * quick:.0f} ms (goal {1000 * GOAL_THRESHOLDS_S:.0f} ms)")
    if notebook is None:
        print("pandas is not installed: no ratio")
        return
    print(f"plain pandas: {peer:.2f} s; ratio {whole / peer:.2f} for the profile, {quick / peer:.3f} for thresholds")
    _same_answers(known, notebook)
    each = {"unit": "ms", "peer": "plain pandas", "theirs": 1e3 * peer}
    hand_over(
        Figure(name=f"profile, {n} recordings", ours=1e3 * whole, least=1 / MOST_RATIO_PROFILE, **each),
        Figure(name=f"both thresholds, {n} recordings", ours=1e3 * quick, least=1 / MOST_RATIO_THRESHOLDS, **each),
    )
    if what == "full":
        assert whole < MOST_RATIO_PROFILE * peer, "the profile takes too long beside plain pandas"
        assert quick < MOST_RATIO_THRESHOLDS * peer, "the thresholds take too long beside plain pandas"


def _same_answers(known: Profile, notebook: list[dict[str, Any]]) -> None:
    """Fail unless both sides saw the same recordings: all of them, their elapsed time, their moving time nearly."""
    account = known.account()
    assert len(known.summaries) == len(notebook)
    assert abs(account.elapsed - sum(row["elapsed"] for row in notebook)) < 1
    assert abs(account.moving / sum(row["moving"] for row in notebook) - 1) < 0.05


if __name__ == "__main__":
    main(size())
