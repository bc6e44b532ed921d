"""The pictures: what is drawn lies where it belongs and inside the page."""

import itertools
import re
from dataclasses import replace

import pytest

from pace.output.axis import Axis
from pace.output.face import Face
from pace.output.pace_picture import axis_of, pace_picture
from pace.output.words import Known

WIDTHS = (360, 720)


@pytest.fixture
def faces(matched) -> list[Face]:
    """Return the faces of two people with recordings."""
    return [Face.of(Known.of(person)) for person in matched().people]


def numbers(text: str) -> list[float]:
    """Return the numbers in a path."""
    return [float(word) for word in re.findall(r"-?\d+(?:\.\d+)?", text)]


@pytest.mark.parametrize("width", WIDTHS)
def test_hills_run_from_slow_to_fast_and_stay_inside(faces, matched, width):
    """A hill's outline never turns back or piles up at the edge."""
    slow_talkers = [replace(face, talk=face.change) for face in faces]
    paths = re.findall(r'd="(M[^"]+)" class="hill', pace_picture(slow_talkers, matched().suggestion, width=width))
    assert len(paths) == 4
    for path in paths:
        across = numbers(path)[0::2][1:-1]
        assert all(before < after for before, after in itertools.pairwise(across))
        assert 0 <= across[0] <= across[-1] <= width


@pytest.mark.parametrize("width", WIDTHS)
def test_one_speed_is_at_one_place_for_everybody(faces, matched, width):
    """Change and shared pace are drawn where the axis has their speeds."""
    option = matched().suggestion
    picture = pace_picture(faces, option, width=width)
    axis = axis_of(faces, option, left=8.0, right=width - 8.0, units="km")
    lines = [float(x) for x in re.findall(r'<line x1="([\d.]+)"[^>]*class="change"', picture)]
    assert lines == pytest.approx([axis.at(face.change.median) for face in faces], abs=0.01)
    (shared,) = re.findall(r'<rect x="([\d.]+)"[^>]*width="([\d.]+)"[^>]*class="shared"', picture)
    assert float(shared[0]) == pytest.approx(axis.at(option.speed_low), abs=0.01)
    assert float(shared[0]) + float(shared[1]) == pytest.approx(axis.at(option.speed_high), abs=0.02)


@pytest.mark.parametrize("units", ["km", "mi"])
@pytest.mark.parametrize("fastest", [2.6, 3.4, 5.5])
def test_paces_on_the_axis_do_not_touch(units, fastest):
    """There are at least three labels, in order, far enough apart."""
    for width in WIDTHS:
        axis = Axis(left=8.0, right=width - 8.0, fastest=fastest, units=units)
        places = [axis.at(speed) for speed in axis.ticks(46.0)]
        assert len(places) >= 3
        assert min(after - before for before, after in itertools.pairwise(places)) >= 46.0


def test_people_mirror_each_other_only_in_pairs(faces, matched):
    """Two people stand on either side of the axis; three stand above it."""
    option = matched().suggestion
    heights = [
        float(re.search(r'viewBox="0 0 720 ([\d.]+)"', pace_picture(group, option))[1])
        for group in (faces, [*faces, faces[0]])
    ]
    assert heights[0] < heights[1]


def test_gaits_differ_without_colour(faces, matched):
    """Walking is hatched and named, running is filled and named."""
    picture = pace_picture(faces, matched().suggestion, name="here")
    assert picture.count('fill="url(#here-hatch)"') == 2
    assert picture.count(">walk</text>") == picture.count(">run</text>") == 2
