"""What `pace routes` does with people's own recordings and with files: ways from them, tests by them, exports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pace_cli import screen

if TYPE_CHECKING:
    from pace import Match, Track
    from pace.routes.network import Network
    from pace.routes.route import Routes
    from pace.units import Units
    from pace_cli.people import Person

NEAR_HOME = (
    "recordings keep beginning or ending near this meeting point, as they do at a home: "
    "a public place that nobody lives at tells less"
)
ALONE = (
    "ways come from what two or more people have in common, one --tracks for each, so that nobody learns where another "
    "goes; --share-tracks takes everything, if whoever recorded it agrees"
)


def tracks_of(path: str) -> list[Track]:
    """Return every track in a path that can be read."""
    from pace.formats import recordings

    return [track for recording in recordings([path]) for track in recording.tracks or ()]


def check_shared(paths: Sequence[str], *, share: bool) -> None:
    """Refuse ways of one person alone that nobody has agreed to show.

    Raises
    ------
    typer.BadParameter
    """
    if len(paths) == 1 and not share:
        raise typer.BadParameter(ALONE, param_hint="--tracks")


def network_of(paths: Sequence[str], place: tuple[float, float], *, share: bool) -> Network:
    """Return the ways of recordings, a person for each path."""
    from pace.routes.tracks import network_from_tracks

    with screen.busy("merging recordings into ways"):
        people = [tracks_of(path) for path in paths]
        return network_from_tracks(people, around=place, shared=not share)


def warn_of_home(people: Sequence[Person], place: tuple[float, float]) -> None:
    """Say on standard error if a meeting point may be somebody's home; not whose, and not where."""
    from pace.routes.starts import keeps_starting

    with screen.busy("looking at the meeting point"):
        if any(keeps_starting(tracks_of(person.path), place) for person in people if person.path is not None):
            screen.say(NEAR_HOME)


def check_folder(folder: Path) -> None:
    """Refuse a folder for files that could not be made, before any work is done for it.

    Raises
    ------
    InputError
        When it is something else than a folder, or would lie in none.
    """
    from pace.errors import InputError

    if folder.exists() and not folder.is_dir():
        raise InputError("files of ways are written into a folder, this is something else", path=str(folder))
    if not folder.parent.is_dir():
        raise InputError("the folder around the one to write into must exist: make it first", path=str(folder.parent))


def _made(folder: Path) -> Path:
    """Make a folder for its owner only, if there is none, and return it."""
    from pace.errors import InputError

    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise InputError(f"the folder for the files could not be made: {error.strerror}", path=str(folder)) from None
    return folder


def write_files(found: Routes, network: Network, folder: Path, *, units: Units) -> tuple[tuple[str, ...], ...]:
    """Write the files of all ways and return their names, a row for each way."""
    from pace.output.route_files import files

    names = []
    for number, route in enumerate(found.routes, 1):
        made = files(route, network, units=units)
        for end, data in made.items():
            screen.write_bytes(_made(folder) / f"way-{number}.{end}", data)
        names.append(tuple(f"way-{number}.{end}" for end in made))
    if names:
        screen.say(f"{sum(map(len, names))} files are in {folder}")
    return tuple(names)


DEMO_MEETING = (-4.98689, -4.97501)
"""Where the invented people meet: a gate of the invented park."""


def print_invented_way(found: Match, *, units: Units) -> None:
    """Print a way for a match through the invented town that comes with `pace`."""
    from tempfile import TemporaryDirectory

    from pace.output.route_card import card_text
    from pace.routes.osm import read_map
    from pace.routes.relief import read_tiles, with_relief
    from pace.routes.suggest import routes
    from pace.routes.tile import Box
    from pace.simulate.map import map_xml
    from pace.simulate.terrain import terrain_tif

    with screen.busy("looking for a way through an invented town"), TemporaryDirectory(prefix="pace-demo-") as folder:
        town, ground = Path(folder, "map.osm"), Path(folder, "ground.tif")
        town.write_bytes(map_xml())
        ground.write_bytes(terrain_tif())
        network = read_map(town)
        network = with_relief(network, read_tiles([str(ground)], Box.of(network)))
    way = routes(found, network, start=DEMO_MEETING, options=1).routes[0]
    out = screen.console()
    out.print()
    out.print("And a way to go, through a town that is invented too", style="bold")
    out.print(card_text(way, units=units).rstrip(), highlight=False)


def explain(path: str, found: Match, *, units: Units, as_json: bool) -> None:
    """Show how long a way that was really gone should have taken.

    Raises
    ------
    NothingUsableError
        When the path holds no recording, or more than one.
    """
    from pace.errors import NothingUsableError
    from pace.output import explain_words
    from pace.routes.backtest import explain as explained

    tracks = tracks_of(path)
    if len(tracks) != 1:
        raise NothingUsableError(f"one recording can be explained at a time, got {len(tracks)}", path=path)
    with screen.busy("going the way again"):
        result = explained(tracks[0], found)
    if as_json:
        screen.print_json(result.to_dict())
        return
    from pace_cli.answers import print_facts, print_text

    out = screen.console()
    print_text(out, explain_words.headline(result, units=units), style="bold")
    out.print()
    print_facts(out, explain_words.facts(result, units=units))
