"""A route as a FIT course that a watch leads along: line, distances, turns; its dates are the same for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.formats.fit_encode import ENUM, INT32, UINT16, UINT32, Entry, Message, definition, entry, framed, rows, text
from pace.formats.fit_profile import EPOCH_S, EVENT, FILE_ID, LAP, RECORD, SEMICIRCLES, SPORTS, TIMESTAMP
from pace.output.plain import inert
from pace.output.route_course import NAME, STARTED, Course, course
from pace.output.workout import NO_MAKER, texts

if TYPE_CHECKING:
    from pace.routes.route import Route

COURSE, COURSE_POINT = 31, 32
"""Numbers of the two messages in the published FIT format."""
COURSE_TYPE: Final = 6
"""`file_id.type` of a course."""
KINDS = {"Generic": 0, "Left": 6, "Right": 7, "Straight": 8}
"""Codes of turns."""
LONGEST_WORDS: Final = 32
"""Bytes of the words of a turn; watches show about half of it."""
START, STOP_DISABLE_ALL = 0, 9
"""Codes of the timer's events at both ends of a course."""


def fit(route: Route) -> bytes:
    """Return a route as a FIT course file.

    Positions are written to the semicircle (under 1 cm). Seconds count from a date that is the same for every route, so
    that a watch can say how far ahead or behind people are.

    Parameters
    ----------
    route : Route
    """
    way = course(route)
    running = any("run" in gait for section in route.sections for gait in section.gait_by_person.values())
    seconds = STARTED - EPOCH_S + way.seconds.round()
    made = (
        _file_id(),
        Message(COURSE, (entry(4, ENUM, SPORTS.index("running" if running else "walking")), text(5, NAME))),
        _lap(way, seconds),
        _event(seconds[0], START),
        _records(way, seconds),
        _turns(way, seconds),
        _event(seconds[-1], STOP_DISABLE_ALL),
    )
    return framed(b"".join(definition(message, local=0) + rows(message, local=0).tobytes() for message in made))


def _file_id() -> Message:
    date = entry(4, UINT32, STARTED - EPOCH_S)
    return Message(FILE_ID, (entry(0, ENUM, COURSE_TYPE), entry(1, UINT16, NO_MAKER), entry(2, UINT16, 0), date))


def _place(way: Course, at: NDArray[np.intp], first: int) -> tuple[Entry, Entry]:
    """Return the positions of some points as two fields, the latitude's number first."""
    step = 1 / SEMICIRCLES  # the type holds 180° W but neither 180° E nor, as that means invalid, one step before it
    longitude = np.where(way.longitude > 180 - step, -180, np.minimum(way.longitude, 180 - 2 * step))
    latitude = entry(first, INT32, way.latitude[at], scale=SEMICIRCLES)
    return latitude, entry(first + 1, INT32, longitude[at], scale=SEMICIRCLES)


def _lap(way: Course, seconds: Array) -> Message:
    total = seconds[-1] - seconds[0]
    return Message(
        LAP,
        (
            entry(TIMESTAMP, UINT32, seconds[0]),
            entry(2, UINT32, seconds[0]),
            *_place(way, np.array([0]), 3),
            *_place(way, np.array([-1]), 5),
            entry(7, UINT32, total, scale=1000),
            entry(8, UINT32, total, scale=1000),
            entry(9, UINT32, way.distance[-1], scale=100),
        ),
    )


def _event(second: float, kind: int) -> Message:
    return Message(EVENT, (entry(TIMESTAMP, UINT32, second), entry(0, ENUM, 0), entry(1, ENUM, kind)))


def _records(way: Course, seconds: Array) -> Message:
    everywhere = np.arange(way.distance.size)
    place = _place(way, everywhere, 0)
    return Message(RECORD, (entry(TIMESTAMP, UINT32, seconds), *place, entry(5, UINT32, way.distance, scale=100)))


def _turns(way: Course, seconds: Array) -> Message:
    at = np.array([turn.index for turn in way.turns])
    words = [inert(turn.text).encode("ascii", "replace")[:LONGEST_WORDS].decode() for turn in way.turns]
    return Message(
        COURSE_POINT,
        (
            entry(1, UINT32, seconds[at]),
            *_place(way, at, 2),
            entry(4, UINT32, way.distance[at], scale=100),
            entry(5, ENUM, [KINDS[turn.kind] for turn in way.turns]),
            texts(6, words),
        ),
    )
