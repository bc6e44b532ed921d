"""The command `pace routes`: ways from a meeting point and back, on which two or more people can keep talking."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pace_cli import screen
from pace_cli.options import JsonOption, Together, UnitsChoice, UnitsOption, spread

if TYPE_CHECKING:
    from pace.routes.network import Network
    from pace.routes.route import Routes
    from pace.units import Units

ROUTES = """
Find ways to go and come back on time, on which everyone can keep talking.

Each begins and ends where you meet, takes the time that you have, and says where to slow down or walk so that whole
sentences stay easy; quiet, green ways with few turns come first. Give it a map: an OpenStreetMap extract of your town
(.osm.pbf, .osm, .osm.gz, .osm.bz2), and a terrain file if there are hills. Nothing is fetched and nothing is kept;
--save-map writes a map to a file of your choice that is read in a moment the next time.

No place is shown or printed but where you ask for it. Meet somewhere public rather than at a home.
"""

ROUTES_EXAMPLES = """
[bold]Examples[/bold]
  pace routes me/ client/ --from 49.41,8.69 --minutes 50 --map town.osm.pbf
  pace routes me/ client/ --from 49.41,8.69 --map town.osm.pbf --dem N49E008.hgt.zip --dusk
  pace routes me/ --client-walk 12:00 --from 49.41,8.69 --map town.osm.pbf --json
  pace routes --map town.osm.pbf --dem N49E008.hgt.zip --save-map town.pacemap
"""

WAYS = "The ways"
FromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="LAT,LON", help="Where you meet, in degrees: 49.41,8.69.", rich_help_panel=WAYS),
]
MapOption = Annotated[
    str | None,
    typer.Option(
        "--map", metavar="FILE", help="An OpenStreetMap extract, or a map that was saved.", rich_help_panel=WAYS
    ),
]
DemOption = Annotated[
    list[str] | None,
    typer.Option(
        "--dem", metavar="FILE", help="Heights of the ground: SRTM (.hgt, .zip) or GeoTIFF.", rich_help_panel=WAYS
    ),
]
SaveOption = Annotated[
    Path | None,
    typer.Option(
        "--save-map", metavar="FILE", help="Write the map to FILE, ready for next time.", rich_help_panel=WAYS
    ),
]
OptionsOption = Annotated[
    int, typer.Option("--options", min=1, max=10, metavar="N", help="How many ways.", rich_help_panel=WAYS)
]
DuskOption = Annotated[bool, typer.Option("--dusk", help="Prefer ways that are lit.", rich_help_panel=WAYS)]
SeedOption = Annotated[
    int, typer.Option("--seed", min=0, metavar="N", help="Another number, other ways.", rich_help_panel=WAYS)
]


@spread
def routes(
    together: Together,
    start: FromOption = None,
    map_: MapOption = None,
    dem: DemOption = None,
    options: OptionsOption = 3,
    dusk: DuskOption = False,
    seed: SeedOption = 0,
    save_map: SaveOption = None,
    units: UnitsOption = UnitsChoice.km,
    as_json: JsonOption = False,
) -> None:
    """Find ways to go and come back on time, on which everyone can keep talking."""
    if together.grade:
        raise typer.BadParameter("the map and --dem tell how steep a way is", param_hint="--grade")
    if map_ is None:
        raise typer.BadParameter("ways need a map: an OpenStreetMap extract of your town", param_hint="--map")
    if save_map is not None:
        screen.check_target(save_map)
    anyone = bool(together.paths) or start is not None
    if not anyone and save_map is None:
        raise typer.BadParameter("say where you meet: LAT,LON in degrees", param_hint="--from")
    place = parse_place(start) if anyone else (0.0, 0.0)
    people = together.people() if anyone else []
    network = the_map(map_, dem or [], save_map)
    if not anyone:
        return
    from pace.routes.suggest import routes as suggested
    from pace_cli import work

    show = work.Show(units=units.value, as_json=as_json)
    found = work.matched(work.profiles(people, show=show), **together.terms())
    with screen.busy("looking for ways"):
        ways = suggested(found, network, start=place, options=options, seed=seed, dusk=dusk)
    if as_json:
        screen.print_json(ways.to_dict())
        return
    print_routes(ways, units=show.per)


def parse_place(text: str | None) -> tuple[float, float]:
    """Return latitude and longitude as they were typed; what was typed is never repeated.

    Raises
    ------
    typer.BadParameter

    Examples
    --------
    >>> parse_place("49.41, 8.69")
    (49.41, 8.69)
    """
    parts = (text or "").replace(" ", "").split(",")
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        latitude = longitude = float("nan")
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        raise typer.BadParameter("where you meet is LAT,LON in degrees, like 49.41,8.69", param_hint="--from")
    return latitude, longitude


def the_map(path: str, dem: list[str], save: Path | None) -> Network:
    """Return the network of a map, with heights where they are given; write it, if wanted."""
    from pace.routes.osm import read_map
    from pace.routes.prepared import is_prepared, prepared, read_prepared
    from pace.routes.relief import Box, read_tiles, with_relief

    with screen.busy("reading the map"):
        network = read_prepared(path) if is_prepared(path) else read_map(path)
        if dem:
            tiles = read_tiles(dem, Box.of(network))
            network = with_relief(network, tiles)
            if not tiles:
                screen.say("the terrain files hold nothing of where the map lies: heights stay unknown")
    if save is not None:
        screen.write_bytes(save, prepared(network))
        screen.say(f"the map is in {save}")
    return network


def print_routes(found: Routes, *, units: Units) -> None:
    """Print the ways that were found, in words and without places."""
    from rich.text import Text

    from pace.output import route_words
    from pace_cli.answers import print_facts, print_list, print_text

    out = screen.console()
    print_text(out, route_words.headline(found), style="bold")
    for number, route in enumerate(found.routes, 1):
        out.print()
        out.print(Text(route_words.title(route, number, units=units), style="bold"))
        print_facts(out, route_words.facts(route, units=units), indent=3)
        print_list(out, "", route.caveats)
    print_list(out, "Good to know", found.caveats)
    for thanks in sorted({route.attribution for route in found.routes if route.attribution}):
        out.print()
        print_text(out, f"Map: {thanks}", style="dim")
