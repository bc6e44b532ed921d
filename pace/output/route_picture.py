"""A route as a picture of our own lines: the ways around, where to go, which way round, what stands beside it.

Nothing is fetched for it. It shows the part of the network around the route, thanks whoever drew the map, and carries
the numbers of the turns on the card.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.output.charts import standalone
from pace.output.drawing import SMALL, polyline, svg, width_of
from pace.output.markup import Markup, join, tag
from pace.output.palette import Theme
from pace.output.plain import inert
from pace.output.route_course import Course, course
from pace.output.route_words import SHAPES, far
from pace.routes.network import PLACES, WAYS, Network
from pace.routes.plane import Plane
from pace.units import METRES_PER_UNIT, Units

if TYPE_CHECKING:
    from pace.routes.route import Route

WIDTH, TALLEST, FLATTEST = 720.0, 760.0, 380.0
"""px; width of the map, and between what its height lies."""
ROOM = 0.09
"""Share of the map's width that is kept free around the route."""
FOOT = 46.0
"""px below the map for the scale, the signs and the thanks."""
FINE = 2.0
"""px; points of the ways around that are nearer to each other are not drawn."""
TRAILS = {WAYS.index(name) for name in ("path", "steps", "track", "bridleway")}
ROADS = {WAYS.index(name) for name in ("main road",)}
GREEN = 0.5
"""Share of green around from which a way is drawn on green."""
ARROWS = 9
STONE = 9.0
"""px; radius of a turn's number."""
BESIDE_NUMBERS = 30.0
"""px from the way; nearer, a street's name would meet the numbers of the turns."""
START = "start and end"
NAMES = 9
"""Streets that are named at most."""
BESIDE = 45.0
"""m from the route within which benches and the like are drawn."""
SIGNS = {
    "bench": ("bench", "M-5 -1H5M-3.5 -1V3M3.5 -1V3"),
    "shelter": ("shelter", "M-5 0L0 -5L5 0M-3.5 0V4M3.5 0V4"),
    "water": ("drinking water", "M0 -5C4 0 4 4 0 4C-4 4 -4 0 0 -5"),
    "toilet": ("toilet", "M-5 -3L-3 3L0 -2L3 3L5 -3"),
    "stop": ("bus or tram stop", "M-4 -4H4V3H-4ZM-4 0H4M-2 3V5M2 3V5"),
    "station": ("station", "M-4 -5H4V3H-4ZM-4 -1H4M-4 5L-2 3M4 5L2 3"),
}
"""What is drawn for things beside the way: what the sign means, and its lines around the spot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What part of the earth is drawn, and how large: the plane, its west and north edge (m), m to px, height in px."""

    plane: Plane
    west: float
    north: float
    scale: float
    height: float

    @classmethod
    def around(cls, latitude: Array, longitude: Array) -> Self:
        """Return the frame around a line, with some room."""
        plane = Plane.about(latitude, longitude)
        x, y = plane.metres(latitude, longitude)
        wide, tall = max(float(np.ptp(x)), 60.0), max(float(np.ptp(y)), 60.0)
        free = WIDTH * (1 - 2 * ROOM)
        scale = min(free / wide, (TALLEST - 2 * ROOM * WIDTH) / tall)
        height = max(tall * scale + 2 * ROOM * WIDTH, FLATTEST)
        return cls(
            plane=plane,
            west=float(x.min() + x.max()) / 2 - WIDTH / 2 / scale,
            north=float(y.min() + y.max()) / 2 + height / 2 / scale,
            scale=scale,
            height=height,
        )

    def px(self, latitude: Array, longitude: Array) -> tuple[Array, Array]:
        """Return where places (degrees) lie on the picture."""
        x, y = self.plane.metres(latitude, longitude)
        return (x - self.west) * self.scale, (self.north - y) * self.scale


def picture(route: Route, network: Network, *, units: Units = "km", theme: Theme = "light") -> str:
    """Return a route as an SVG document, the same bytes for the same route.

    Parameters
    ----------
    route : Route
    network : Network
        In which it was found; the part around the route is drawn.
    units : {"km", "mi"}
        What the scale is in.
    theme : {"light", "dark"}

    Returns
    -------
    str
        A whole SVG document, UTF-8 when written.
    """
    way = course(route)
    frame = Frame.around(way.latitude, way.longitude)
    x, y = frame.px(way.latitude, way.longitude)
    clip = tag("clipPath", tag("rect", x=0, y=0, width=WIDTH, height=frame.height), id="map-frame")
    stones = list(_stones(way, x, y, frame))
    drawn = tag(
        "g",
        *_ground(network, frame),
        *_street_names(network, frame, x, y),
        *_line(route, way, x, y),
        *_things(network, frame, x, y),
        *stones,
        tag("circle", cx=float(x[0]), cy=float(y[0]), r=8.5, class_="start"),
        clip_path="url(#map-frame)",
    )
    turns = max(len(route.directions) - 2, 0)
    said = f"{SHAPES[route.shape]} of {far(route.distance_m, units=units)} with {turns} turns, numbered as on the card."
    whole = svg(
        clip,
        drawn,
        *_foot(route, network, frame, x, y, units),
        name="map",
        title="The way",
        text=said,
        width=WIDTH,
        height=frame.height + FOOT,
    )
    return standalone(whole, theme=theme)


def _ground(network: Network, frame: Frame) -> Iterator[Markup]:
    """Yield the ways around, a path for each kind."""
    x, y = frame.px(network.point_latitude, network.point_longitude)
    first, last = network.point_offsets[:-1], network.point_offsets[1:]
    if not len(first):
        return
    low_x, high_x = np.minimum.reduceat(x, first), np.maximum.reduceat(x, first)
    low_y, high_y = np.minimum.reduceat(y, first), np.maximum.reduceat(y, first)
    seen = (high_x > 0) & (low_x < WIDTH) & (high_y > 0) & (low_y < frame.height)
    trail, road = (np.isin(network.way, list(kinds)) for kinds in (TRAILS, ROADS))
    green = np.nan_to_num(network.green) >= GREEN
    # where people's recordings are the map, nobody is shown more of it than their way
    seen &= network.way != WAYS.index("recorded")
    for mask, class_ in ((green, "green"), (~trail & ~road, "lane"), (trail, "trail"), (road, "road")):
        edges = np.flatnonzero(seen & mask)
        if edges.size:
            parts = (_thinned(x[first[e] : last[e]], y[first[e] : last[e]]) for e in edges)
            yield tag("path", d=Markup("".join(polyline(*part) for part in parts)), class_=class_)


def _thinned(x: Array, y: Array) -> tuple[list[float], list[float]]:
    """Return a line without points that nobody could tell apart from their neighbours; both ends are kept."""
    at = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    keep = np.append(True, np.diff(np.floor(at / FINE)) > 0)
    keep[-1] = True
    return x[keep].tolist(), y[keep].tolist()


def _line(route: Route, way: Course, x: Array, y: Array) -> Iterator[Markup]:
    """Yield the route: a line on a light ground, dotted where people walk who jog elsewhere, arrows along it."""
    d = Markup(polyline(x.tolist(), y.tolist()))  # numbers alone, and long
    yield tag("path", d=d, class_="casing")
    yield tag("path", d=d, class_="way")
    for section in route.sections:
        if section.walk_instead or section.stairs:
            at = np.linspace(section.start_m, section.start_m + section.distance_m, 12)
            part = (np.interp(at, way.distance, line).tolist() for line in (x, y))
            yield tag("path", d=polyline(*part), class_="gently")
    yield from _arrows(way, x, y)


def _arrows(way: Course, x: Array, y: Array) -> Iterator[Markup]:
    """Yield arrows that point along the route, away from its turns."""
    length = float(way.distance[-1])
    turns = way.distance[[turn.index for turn in way.turns]]
    for share in (np.arange(ARROWS) + 0.5) / ARROWS:
        spots = length * share + np.linspace(-0.4, 0.4, 9) * length / ARROWS
        clear = np.abs(spots[:, None] - turns).min(axis=1, initial=np.inf)
        at = float(spots[clear.argmax()])
        (x0, x1), (y0, y1) = (np.interp([at - 12, at + 12], way.distance, line) for line in (x, y))
        angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
        move = f"translate({(x0 + x1) / 2:.1f} {(y0 + y1) / 2:.1f}) rotate({angle:.0f})"
        yield tag("path", d="M9 0L-6 6.5L-3 0L-6 -6.5Z", class_="arrow", transform=move)


def _stones(way: Course, x: Array, y: Array, frame: Frame) -> Iterator[Markup]:
    """Yield the numbers of the turns beside the line, none over another or over the start."""
    taken = [(float(x[0]), float(y[0]))]
    around = np.linspace(0, 2 * np.pi, 16, endpoint=False)
    for number, turn in enumerate(way.turns[1:-1], 1):
        spots = [(r * np.cos(around), r * np.sin(around)) for r in (19.0, 28.0)]
        px = np.clip(x[turn.index] + np.concatenate([s[0] for s in spots]), STONE + 2, WIDTH - STONE - 2)
        py = np.clip(y[turn.index] + np.concatenate([s[1] for s in spots]), STONE + 2, frame.height - STONE - 2)
        line = np.hypot(px[:, None] - x, py[:, None] - y).min(axis=1)
        others = np.array([np.hypot(px - a, py - b) for a, b in taken]).min(axis=0)
        best = int((np.minimum(others, 2.4 * STONE) + 0.6 * np.minimum(line, 2 * STONE)).argmax())
        spot = float(px[best]), float(py[best])
        taken.append(spot)
        yield tag("line", x1=float(x[turn.index]), y1=float(y[turn.index]), x2=spot[0], y2=spot[1], class_="axis")
        yield tag("circle", cx=spot[0], cy=spot[1], r=STONE, class_="stone")
        yield tag("text", str(number), x=spot[0], y=spot[1] + 4, text_anchor="middle", class_="small")


def _near(network: Network, frame: Frame, x: Array, y: Array) -> tuple[Array, Array, NDArray[np.uint8]]:
    """Return where things near the route lie (px) and what they are."""
    px, py = frame.px(network.place_latitude, network.place_longitude)
    inside = (px > 6) & (px < WIDTH - 6) & (py > 6) & (py < frame.height - 6)
    near = np.zeros(px.size, dtype=bool)
    for k in np.flatnonzero(inside):
        near[k] = _distance(float(px[k]), float(py[k]), x, y) < BESIDE * frame.scale
    return px[near], py[near], network.place_kind[near]


def _distance(px: float, py: float, x: Array, y: Array) -> float:
    """Return how far a point lies from a line."""
    dx, dy = np.diff(x), np.diff(y)
    share = np.clip(((px - x[:-1]) * dx + (py - y[:-1]) * dy) / np.maximum(dx**2 + dy**2, 1e-9), 0, 1)
    return float(np.hypot(x[:-1] + share * dx - px, y[:-1] + share * dy - py).min(initial=np.inf))


def _things(network: Network, frame: Frame, x: Array, y: Array) -> Iterator[Markup]:
    """Yield the signs of what stands beside the route."""
    for px, py, kind in zip(*_near(network, frame, x, y), strict=True):
        if sign := SIGNS.get(PLACES[kind]):
            yield _sign(sign[1], px, py)


def _sign(lines: str, x: float, y: float) -> Markup:
    return tag("path", d=lines, class_="thing", transform=f"translate({x:.1f} {y:.1f})")


def _street_names(network: Network, frame: Frame, x: Array, y: Array) -> Iterator[Markup]:
    """Yield the names of the streets with most of their length in the picture, along them and clear of the route."""
    px, py = frame.px(network.point_latitude, network.point_longitude)
    middle = (network.point_offsets[:-1] + network.point_offsets[1:] - 1) // 2
    inside = (px[middle] > 60) & (px[middle] < WIDTH - 60) & (py[middle] > 30) & (py[middle] < frame.height - 30)
    edges = np.flatnonzero(inside & (network.name >= 0))
    total = np.bincount(network.name[edges], weights=network.length[edges], minlength=len(network.names))
    taken: list[tuple[float, float]] = []
    for name in np.argsort(-total, kind="stable")[: 3 * NAMES]:
        own = edges[network.name[edges] == name]
        text = inert(network.names[name], most=40)
        for edge in own[np.argsort(-network.length[own], kind="stable")][:3]:
            at = float(px[middle[edge]]), float(py[middle[edge]])
            reach = width_of(text, letter=11.0) / 2
            clear = _distance(*at, x, y) > BESIDE_NUMBERS and all(math.dist(at, other) > reach + 40 for other in taken)
            if clear and network.length[edge] * frame.scale > reach and len(taken) < NAMES:
                taken.append(at)
                yield _named(text, at, middle[edge], px, py)
                break


def _named(text: str, at: tuple[float, float], middle: int, px: Array, py: Array) -> Markup:
    """Return a street's name along its street, never upside down."""
    angle = math.degrees(math.atan2(py[middle + 1] - py[middle], px[middle + 1] - px[middle]))
    angle = (angle + 90) % 180 - 90
    turn = f"translate({at[0]:.1f} {at[1]:.1f}) rotate({angle:.0f})"
    return _haloed(text, class_="street", x=0, y=4, text_anchor="middle", transform=turn)


def _haloed(text: str, *, class_: str, **where: float | str) -> Markup:
    """Return a text on a light rim: twice, for programs that draw an outline over its letters."""
    return join(tag("text", text, class_=f"{class_} halo", **where), tag("text", text, class_=class_, **where))


def _foot(route: Route, network: Network, frame: Frame, x: Array, y: Array, units: Units) -> Iterator[Markup]:
    """Yield what stands below the map: the scale, what the signs mean, where north is, whom to thank."""
    top = frame.height + 22
    yield tag("line", x1=0, x2=WIDTH, y1=frame.height + 4, y2=frame.height + 4, class_="axis")
    metres, words = _scale(frame.scale, units)
    long = metres * frame.scale
    yield tag("path", d=f"M0 {top - 8:.1f}V{top - 2:.1f}H{long:.1f}V{top - 8:.1f}", class_="curve")
    yield tag("text", f"{words}, north is up", x=long + 8, y=top, class_="soft")
    at = long + 36 + width_of(f"{words}, north is up", letter=SMALL)
    yield tag("circle", cx=at, cy=top - 4, r=6.0, class_="start")
    yield tag("text", START, x=at + 11, y=top, class_="soft")
    kinds = {PLACES[kind] for kind in _near(network, frame, x, y)[2]}
    yield from _legend((kind for kind in SIGNS if kind in kinds), at + 28 + width_of(START, letter=SMALL), top)
    if route.attribution:
        yield tag("text", f"Map: {inert(route.attribution)}", x=WIDTH, y=top + 20, text_anchor="end", class_="soft")


def _legend(kinds: Iterable[str], at: float, top: float) -> Iterator[Markup]:
    """Yield what each sign means, as far as there is room in the line."""
    for kind in kinds:
        words, lines = SIGNS[kind]
        wide = width_of(words, letter=SMALL) + 34
        if at + wide > WIDTH:
            return
        yield join(_sign(lines, at + 6, top - 4), tag("text", words, x=at + 16, y=top, class_="soft"))
        at += wide


def _scale(scale: float, units: Units) -> tuple[float, str]:
    """Return the length of the scale in m and in words: a round one, about a sixth of the width."""
    room = WIDTH / 6 / scale
    mile = METRES_PER_UNIT["mi"]
    rounds: list[tuple[float, str]] = [(m, f"{m} m") for m in (10, 20, 50, 100, 200, 500)]
    rounds += [(1000.0 * km, f"{km} km") for km in (1, 2, 5, 10)]
    if units == "mi":
        rounds = [
            (mile / n, f"{words} mile") for n, words in ((64, "1/64"), (16, "1/16"), (8, "⅛"), (4, "¼"), (2, "½"))
        ]
        rounds += [(mile * n, f"{n} mile{'s' if n > 1 else ''}") for n in (1, 2, 5)]
    return max((one for one in rounds if one[0] <= room), default=rounds[0])
