"""Small networks with known answers."""

import numpy as np

from pace.routes.network import Network, columns
from pace.routes.plane import Plane


def grid(n: int = 3, *, step: float = 100.0, latitude: float = 10.0, longitude: float = 20.0, turn: float = 0.0):
    """Return a square grid of n by n junctions, `step` m apart, turned about its first corner by `turn` radians."""
    y, x = (axis.ravel() * step for axis in np.mgrid[0:n, 0:n].astype(float))
    index = np.arange(n * n).reshape(n, n)
    start = np.concatenate((index[:, :-1].ravel(), index[:-1].ravel()))
    stop = np.concatenate((index[:, 1:].ravel(), index[1:].ravel()))
    return network(x, y, start, stop, latitude=latitude, longitude=longitude, turn=turn)


def network(x, y, start, stop, *, latitude=10.0, longitude=20.0, turn=0.0, **columns):
    """Return a network of straight edges between junctions at metres east and north of a place."""
    plane = Plane(latitude=latitude, longitude=longitude)
    lat, lon = plane.degrees(x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn))
    ends = np.stack((start, stop), axis=1).ravel()
    return Network.build(
        node_latitude=lat,
        node_longitude=lon,
        edge_start=start,
        edge_stop=stop,
        point_latitude=lat[ends],
        point_longitude=lon[ends],
        point_offsets=np.arange(0, ends.size + 1, 2),
        **columns,
    )


def START(x, y, *, latitude=10.0, longitude=20.0, turn=0.0):  # noqa: N802
    """Return latitude and longitude of metres east and north in a grid."""
    plane = Plane(latitude=latitude, longitude=longitude)
    lat, lon = plane.degrees(x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn))
    return float(lat), float(lon)


def hilly(grade, *, n=21, step=120.0):
    """Return a grid that rises to the north by `grade` up to its middle and falls again beyond."""
    flat = grid(n, step=step)
    y = Plane(latitude=10.0, longitude=20.0).metres(flat.point_latitude, flat.point_longitude)[1]
    middle = (n - 1) * step / 2
    columns_ = {**columns(flat), "point_elevation": 500 - grade * np.abs(y - middle)}
    return Network.build(**columns_)


def ring(length, *, n=24):
    """Return a circle of `length` m through the origin, and a little spur."""
    angle = np.arange(n) / n * 2 * np.pi
    radius = length / 2 / np.pi
    x, y = radius - radius * np.cos(angle), radius * np.sin(angle)
    start = np.arange(n)
    return network(np.append(x, -20.0), np.append(y, 0.0), np.append(start, 0), np.append((start + 1) % n, n))
