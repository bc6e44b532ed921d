"""The mutation campaign as a program: `python tests/robust/campaign.py --mutants 100000 --format fit`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from robust.damage import mutants  # noqa: E402
from robust.judge import Tally, judge, warnings_are_errors  # noqa: E402
from robust.material import Whole, material  # noqa: E402


def campaign(suffix: str, n: int, *, seed: int = 0, wholes: list[Whole] | None = None) -> Tally:
    """Damage the material of a format in `n` ways and count what became of it."""
    wholes = wholes or material(suffix)
    tally = Tally()
    share = -(-n // len(wholes))
    with warnings_are_errors():
        for i, whole in enumerate(wholes):
            for mutant in mutants(whole.data, share, xml=suffix != "fit", seed=seed * 1000 + i):
                judge(tally, whole, mutant)
    return tally


def table(suffix: str, tally: Tally) -> str:
    """Return the figures as text."""
    counts = {
        "mutants": tally.mutants.total(),
        "refused": tally.refused.total(),
        "undocumented": tally.undocumented.total(),
        "hangs": tally.slow,
        "silent": tally.silent.total(),
        "impossible": dict(tally.impossible),
        "slowest s": round(tally.slowest, 2),
    }
    lines = [f"{suffix}: " + ", ".join(f"{name} {count}" for name, count in counts.items())]
    for family in sorted(tally.mutants):
        lines.append(
            f"  {family:10} {tally.mutants[family]:6} mutants, kept before {tally.share('before', family):8.3%},"
            f" behind {tally.share('behind', family):8.3%}, silent {tally.silent[family]}"
        )
    lines += [f"  {count:5} x {what}" for what, count in tally.undocumented.most_common()]
    return "\n".join(lines)


def main() -> int:
    """Run the campaign and print its figures; exit 1 where something undocumented happened."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mutants", type=int, default=2000)
    parser.add_argument("--format", choices=["fit", "gpx", "tcx"], action="append")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--finds", type=Path, help="a folder for the files that show a fault")
    options = parser.parse_args()
    bad = 0
    for suffix in options.format or ["fit", "gpx", "tcx"]:
        tally = campaign(suffix, options.mutants, seed=options.seed)
        print(table(suffix, tally))  # noqa: T201
        bad += tally.slow + sum(tally.undocumented.values())
        if options.finds:
            _keep(options.finds / suffix, tally, suffix)
    return int(bad > 0)


def _keep(folder: Path, tally: Tally, suffix: str) -> None:
    """Write the finds as files with a line each."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for i, (what, data) in enumerate(tally.finds):
        (folder / f"{i:03d}.{suffix}").write_bytes(data)
        lines.append(f"{i:03d}.{suffix}: {what}\n")
    (folder / "README").write_text("".join(lines))


if __name__ == "__main__":
    sys.exit(main())
