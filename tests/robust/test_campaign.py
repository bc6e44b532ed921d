"""The mutation campaign: damaged files lose what is damaged and nothing else, and nothing is lost in silence.

300 mutants a format here, 2,000 with `-m heavy`; `python tests/robust/campaign.py --mutants 100000` for a release.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import pytest

import pace
from corpus import ACTIVITIES, needs_corpus
from pace.formats.archive import entries
from pace.formats.sniff import kind
from pace.formats.unpack import InMemory
from robust.campaign import campaign, table
from robust.damage import mutants
from robust.hostile import zipped
from robust.judge import Tally
from robust.material import Whole, invented, material, rows, whole, written

FORMATS = ("fit", "gpx", "tcx")
BLOCKS = ("block", "deletion", "insertion")


@cache
def wholes(suffix: str) -> list[Whole]:
    """Return a little of the material."""
    real = [item for item in material(suffix, largest=30_000, most=2)[1:] if not item.compressed]
    item = whole("invented", written(suffix, invented(80)))
    assert item
    return [item, *real]


def fully_stamped(suffix: str) -> list[Whole]:
    """Return the material whose times are not five bits of the last one: the goals are of these."""
    return [item for item in material(suffix) if not item.compressed]


def judged(suffix: str, tally: Tally, figure: Callable[..., None]) -> None:
    """Hand the figures over and hold them against the goals."""
    print("\n" + table(suffix, tally))  # noqa: T201
    n, told = tally.mutants.total(), suffix.upper()
    figure("F1", f"{told}: {n:,} mutants, {tally.undocumented.total()} undocumented errors, {tally.slow} hangs")
    figure("F2", f"{told}: {tally.share('before'):.1%} of the records before the damage")
    blocks, tag = tally.share("behind", *BLOCKS), f", {tally.share('behind', 'tag'):.1%} behind a broken tag"
    figure("F3", f"{told}: {blocks:.1%} behind a block{'' if suffix == 'fit' else tag}")
    figure("F4", f"{told}: {tally.silent.total()} silent losses")
    assert not tally.undocumented
    assert tally.slow == 0
    assert not tally.silent
    assert not tally.impossible
    assert tally.share("before") == 1
    assert blocks >= (0.85 if suffix == "fit" else 0.80)
    assert tally.share("behind", "tag") >= 0.97


@pytest.mark.parametrize("suffix", FORMATS)
def test_damage_costs_what_is_damaged(suffix, figure):
    """Records before the damage all stay; behind a damaged sector 85 % (FIT) or 80 %, behind a broken tag 97 %."""
    judged(suffix, campaign(suffix, 300, wholes=wholes(suffix)), figure)


@pytest.mark.heavy
@pytest.mark.parametrize("suffix", FORMATS)
def test_damage_costs_what_is_damaged_over_two_thousand_mutants(suffix, figure):
    """The same over all the material and other seeds."""
    judged(suffix, campaign(suffix, 2000, seed=1, wholes=fully_stamped(suffix)), figure)


@needs_corpus
@pytest.mark.heavy
def test_compressed_stamps_cost_more_but_never_in_silence(figure):
    """Where a time is five bits of the last one, what is behind a damage may be lost; what is before stays."""
    packed = [item for item in material("fit", most=10_000) if item.compressed]
    tally = campaign("fit", 500, seed=2, wholes=packed)
    print("\n" + table("fit, compressed stamps", tally))  # noqa: T201
    told = "FIT with compressed stamps"
    figure("F1", f"{told}: {tally.mutants.total():,} mutants, {tally.undocumented.total()} undocumented errors")
    figure("F2", f"{told}: {tally.share('before'):.1%}")
    figure("F3", f"{told}, which is no goal: {tally.share('behind', *BLOCKS):.1%} behind a block")
    figure("F4", f"{told}: {tally.silent.total()} silent losses")
    assert not tally.undocumented
    assert not tally.silent
    assert not tally.impossible
    assert tally.share("before") == 1


def test_a_damaged_archive_loses_the_damaged_file_at_most(figure):
    """Wherever an archive is damaged, its directory too, all files but the ones hit, and all before a cut, come out."""
    files = [item.data for suffix in FORMATS for item in wholes(suffix)[:3]]
    data = zipped([(f"{i}.{kind(file)}", file) for i, file in enumerate(files)])
    starts = [entry.offset for entry in entries(InMemory(data))[0]]
    spans = list(pairwise([*starts, data.index(b"PK\1\2")]))
    each = [digest(pace.read(file)) for file in files]
    there = kept = 0
    for mutant in mutants(data, 60, xml=False, seed=5):
        try:
            found = digest(pace.read(mutant.data))
        except pace.PaceError:
            found = Counter()
        for (start, stop), wanted in zip(spans, each, strict=True):
            if stop <= mutant.start or (mutant.stop <= start and mutant.family != "cut"):
                there, kept = there + 1, kept + (not wanted - found)
    figure("F8", f"{kept} of {there} good files read out of 60 damaged archives")
    assert kept == there > 100


def digest(tracks) -> Counter:
    """Return the records of tracks, to be looked for in others."""
    return Counter(rows(tracks))


def _damage_notes(path) -> list[str]:
    try:
        tracks = pace.read(path)
    except pace.PaceError:
        return ["unreadable"]
    return [note.kind for track in tracks for note in track.notes if note.kind in ("damaged", "truncated", "checksum")]


def _sound(path) -> bool:
    """Tell by another program whether a file is whole."""
    if path.suffix == ".fit":
        import fitdecode

        try:
            with fitdecode.FitReader(path, check_crc=fitdecode.CrcCheck.RAISE) as reader:
                names = [frame.name for frame in reader if frame.frame_type == fitdecode.FIT_FRAME_DATA]
                return "record" in names
        except Exception:  # whatever it is, it is not sound to them
            return False
    from lxml import etree

    try:
        root = etree.parse(path).getroot()
    except etree.XMLSyntaxError:
        return False
    return next(root.iter("{*}trkpt", "{*}rtept", "{*}Trackpoint"), None) is not None


@needs_corpus
@pytest.mark.heavy
def test_whole_files_are_not_called_damaged(figure):
    """Of the real files that another program finds whole, at most 1 % get a note of damage."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        sound = [p for p in sorted(ACTIVITIES.rglob("*")) if p.suffix in (".fit", ".gpx", ".tcx") and _sound(p)]
    accused = [(path.parent.name, path.name, notes) for path in sound if (notes := _damage_notes(path))]
    figure("F6", f"{len(accused)} of {len(sound)} whole files called damaged")
    assert len(sound) >= 100
    assert len(accused) <= 0.01 * len(sound), accused


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_campaign_is_seeded(suffix):
    """The same seed gives the same mutants, another seed others."""
    data = wholes(suffix)[0].data
    one, again, other = ([m.data for m in mutants(data, 12, xml=suffix != "fit", seed=s)] for s in (1, 1, 2))
    assert one == again
    assert one != other


def test_the_campaign_can_fail():
    """A reader that forgets a record, or says nothing of it, is found out: the judge is not blind."""
    from robust.judge import judge

    item = wholes("fit")[0]
    tally = Tally()
    for mutant in mutants(item.data, 40, xml=False, seed=9):
        judge(tally, item, mutant)
    kept = tally.share("before")
    poorer = Whole(
        name="poorer",
        format="fit",
        data=item.data,
        rows=tuple((row[0] + 1, *row[1:]) for row in item.rows),
        spans=item.spans,
        summed=True,
        kinds=item.kinds,
    )
    blind = Tally()
    for mutant in mutants(item.data, 40, xml=False, seed=9):
        judge(blind, poorer, mutant)
    assert blind.share("before") < kept
    assert written("fit", pace.read(item.data)[0])
