"""`docs/examples.md` is what the command answers today, and `pytest --renew-golden` writes it."""

import shlex
from collections.abc import Iterator

import pytest

import pace
from corpus import ROOT

HEAD = """# Examples

What `pace` answers for the two sample people, and for people known by a few words. Written from the command's own
output by `pytest tests/cli/test_examples.py --renew-golden`.
"""
THERAPIST, CLIENT = "sample_activities/therapist", "sample_activities/client"
SESSION = "sample_activities/session/therapist.fit sample_activities/session/client.fit"
APART = (
    "- - --therapist-manner race-walk --therapist-walk 9:00/km --therapist-chat 6:30/km --client-manner shuffle "
    "--client-chat 8:50/km --client-chat 8:50/km --client-chat 7:10/km --client-chat 7:10/km --client-chat 7:10/km"
)
TOWN = "--from=-4.98689,-4.97501 --map sample_activities/map.osm --dem sample_activities/ground.tif"
TRACKS = f"--tracks {THERAPIST} --tracks {CLIENT}"
EXAMPLES = (
    ("The client leads", f"match {THERAPIST} {CLIENT}"),
    ("The therapist leads", f"match {THERAPIST} {CLIENT} --lead therapist"),
    ("The other way round: the slower one is the therapist", f"match {CLIENT} {THERAPIST}"),
    ("The other way round, and the therapist leads", f"match {CLIENT} {THERAPIST} --lead therapist"),
    ("A client without a watch", f"match {THERAPIST} --client-walk 10:30 --client-age 52"),
    ("Words alone", "match - - --therapist-chat 6:00/km --client-walk 10:30 --client-chat 8:00/km"),
    (
        "A client who told six times that they can chat while running",
        f"match {THERAPIST} " + " ".join(["--client-chat 6:30/km"] * 6),
    ),
    (
        "Two who run, each known by what they said once",
        "match - - --therapist-chat 5:00/km --client-chat 5:30/km",
    ),
    ("Three at once", f"match {THERAPIST} {CLIENT} - --label therapist --label Ash --label Bo"),
    (
        "Three on a warm day, one of them not known yet",
        f"match {THERAPIST} {CLIENT} - --temperature 29 --label therapist --label Ash --label Bo",
    ),
    ("Uphill", f"match {THERAPIST} {CLIENT} --grade 6"),
    ("A warm day, in miles", f"match {THERAPIST} {CLIENT} --temperature 29 --units mi"),
    ("A plan", f"plan {THERAPIST} {CLIENT}"),
    ("A plan of one who walks fast beside one who jogs slowly", f"plan {APART}"),
    ("A plan of a run", f"plan {THERAPIST} --minutes 40 " + " ".join(["--client-chat 6:30/km"] * 6)),
    (
        "A plan of a short walk on a warm day, in miles",
        f"plan {THERAPIST} {CLIENT} --minutes 20 --temperature 29 --units mi",
    ),
    ("A plan where sitting is best", f"plan {THERAPIST} - --grade 12 --temperature 30 --minutes 30"),
    ("A way to go and come back", f"routes {THERAPIST} {CLIENT} {TOWN} --options 2"),
    ("Ways out of what two people have recorded", f"routes {THERAPIST} {CLIENT} --from=-4.9995,-4.988 {TRACKS}"),
    ("How long a run should have taken", f"routes {THERAPIST} {CLIENT} --explain {THERAPIST}/03-hills.fit"),
    ("A session, looked back at", f"review {SESSION} --history {THERAPIST} --history {CLIENT}"),
    ("A session, looked back at from one recording", "review sample_activities/session/client.fit"),
)
"""What each example shows, and what is typed for it."""


@pytest.fixture(scope="module", autouse=True)
def _read_once() -> Iterator[None]:
    """Read the same recordings with the same words once for all examples, in the folder of the project."""
    original, read = pace.profile, {}

    def profile(paths, **words):
        key = (tuple(paths), repr(words))
        if key not in read:
            read[key] = original(paths, **words)
        return read[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "profile", profile)
        patch.chdir(ROOT)
        yield


def test_the_examples_are_the_answers_of_today(command, golden):
    """Every example is run; what is written is what came out."""
    parts = [HEAD]
    for title, words in EXAMPLES:
        ran = command(*shlex.split(words))
        assert ran.code == 0, words
        parts.append(f"## {title}\n\n```console\n$ pace {words}\n{ran.out}```\n")
    golden.file(ROOT / "docs" / "examples.md", "\n".join(parts))
