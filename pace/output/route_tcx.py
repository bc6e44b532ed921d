"""A route as a TCX course: its line, its length, its turns; the dates that the format wants are the same for all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pace.formats.xml_write import decimals, element, escaped, times_utc
from pace.output.plain import inert
from pace.output.route_course import NAME, STARTED, Course, course

if TYPE_CHECKING:
    from pace.routes.route import Route

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2">\n<Courses>\n<Course>\n'
)
LONGEST_NAME = 10
"""Characters of the name of a course point; the schema allows no more."""
SHORT = {"Left": "Left", "Right": "Right", "Straight": "Straight", "Generic": "Turn"}


def tcx(route: Route) -> bytes:
    """Return a route as a TCX document with one course.

    Parameters
    ----------
    route : Route

    Returns
    -------
    bytes
        UTF-8.
    """
    return "".join(_lines(course(route))).encode()


def _lines(way: Course) -> Iterator[str]:
    """Yield the lines of the document, in the order of the schema."""
    places = [
        element("LatitudeDegrees", latitude) + element("LongitudeDegrees", longitude)
        for latitude, longitude in zip(decimals(way.latitude), decimals(way.longitude), strict=True)
    ]
    times, far = times_utc(STARTED + way.seconds.round()), decimals(way.distance.round(1))
    yield f"{HEAD}<Name>{NAME}</Name>\n<Lap>"
    yield element("TotalTimeSeconds", decimals(way.seconds[-1:].round())[0]) + element("DistanceMeters", far[-1])
    yield element("BeginPosition", places[0]) + element("EndPosition", places[-1])
    yield "<Intensity>Active</Intensity></Lap>\n<Track>\n"
    for time, place, metres in zip(times, places, far, strict=True):
        inner = element("Time", time) + element("Position", place) + element("DistanceMeters", metres)
        yield element("Trackpoint", inner) + "\n"
    yield "</Track>\n"
    for turn in way.turns:
        words = escaped(inert(turn.text))
        inner = element("Name", SHORT[turn.kind][:LONGEST_NAME]) + element("Time", times[turn.index])
        inner += element("Position", places[turn.index]) + element("PointType", turn.kind) + element("Notes", words)
        yield element("CoursePoint", inner) + "\n"
    yield "</Course>\n</Courses>\n</TrainingCenterDatabase>\n"
