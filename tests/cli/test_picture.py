"""The picture in the terminal: everyone's walk and run on one axis, in any encoding, in 80 columns."""

from dataclasses import replace

import numpy as np
import pytest

import pace
from pace.output.face import Face
from pace.output.pace_picture import axis_of
from pace.person.estimate import Estimate
from pace_cli.picture import ASCII, BLOCKS, COLUMNS, MARGIN, pace_lines

SPEED = np.arange(140) * 0.05 + 0.025


def hill(at: float) -> np.ndarray:
    """Return a density with its peak at this speed."""
    return np.exp(-0.5 * ((SPEED - at) / 0.15) ** 2)


def face(label: str = "client", *, walk: float = 1.4, run: float = 2.4) -> Face:
    """Return somebody who walks and runs at these speeds."""
    known = Estimate(low=1.7, median=1.9, high=2.1, level=0.8, basis="8 activities")
    return Face(label=label, speed=SPEED, walk=hill(walk), run=hill(run), change=known, talk=known)


@pytest.fixture(scope="module")
def option():
    """Return something to share."""
    people = [pace.profile([], label=label, keep_empty=True) for label in ("a", "b")]
    return replace(pace.match(people).suggestion, mode="walk-together", speed_low=1.2, speed_best=1.3, speed_high=1.4)


def test_the_picture_fits_eighty_columns(option):
    """No line is wider than a terminal, whatever people are called."""
    lines = pace_lines([face("x" * 300), face()], option)
    assert max(map(len, lines)) <= 80


def test_each_peak_stands_at_its_speed(option):
    """The highest block of a row lies above the pace of the peak, to a column or two of the blunt top."""
    faces = [face(walk=1.2, run=2.9)]
    axis = axis_of(faces, option, left=0.0, right=COLUMNS - 1.0, units="km")
    _, walks, runs, *_ = pace_lines(faces, option)
    for row, speed in ((walks, 1.2), (runs, 2.9)):
        top = [i - MARGIN for i, block in enumerate(row) if block == BLOCKS[-1]]
        assert abs(np.mean(top) - axis.at(speed)) <= 1.5


def test_the_shared_pace_is_marked_where_it_lies(option):
    """The mark begins and ends at the ends of the shared range."""
    faces = [face()]
    axis = axis_of(faces, option, left=0.0, right=COLUMNS - 1.0, units="km")
    (mark,) = [line for line in pace_lines(faces, option) if line.startswith("shared pace")]
    assert mark.index("├") - MARGIN == round(axis.at(1.2))
    assert mark.index("┤") - MARGIN == round(axis.at(1.4))


def test_where_people_sit_nothing_is_marked(option):
    """Sitting has no pace."""
    seated = replace(option, mode="sit-or-stroll", speed_low=0.0, speed_best=0.0, speed_high=0.0)
    assert not any(line.startswith("shared pace") for line in pace_lines([face()], seated))


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "no-such-encoding"])
def test_a_terminal_without_blocks_gets_other_characters(option, encoding):
    """Where blocks cannot be shown the picture is drawn with plain characters, at the same places."""
    plain, blocks = (pace_lines([face()], option, encoding=name) for name in (encoding, "utf-8"))
    assert all(line.isascii() for line in plain)
    assert plain[1] == blocks[1].translate(str.maketrans(BLOCKS, ASCII))
