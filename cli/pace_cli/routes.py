"""The command `pace routes`: ways from a meeting point and back, on which two or more people can keep talking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pace_cli import own_ways, screen
from pace_cli.options import JsonOption, Together, UnitsChoice, UnitsOption, spread

if TYPE_CHECKING:
    from pace import Match
    from pace.routes.network import Network
    from pace.routes.route import Routes
    from pace.units import Units
    from pace_cli.people import Person
    from pace_cli.work import Show

ROUTES = """
Find ways to go and come back on time, on which everyone can keep talking.

Each begins and ends where you meet, takes the time that you have, and says where to slow down or walk so that whole
sentences stay easy; quiet, green ways with few turns come first. Give it a map: an OpenStreetMap extract of your town
(.osm.pbf, .osm, .osm.gz, .osm.bz2), and a terrain file if there are hills. Nothing is fetched and nothing is kept;
--save-map writes a map to a file of your choice that is read in a moment the next time.

Without a map, --tracks takes the ways from recordings, one folder or file for each person: what they all have in common
becomes the map, and nobody is shown where another goes. With a map, they tell how the ground rises, and which ways
are familiar: --familiar prefers those, --new the others.

-o writes each way for watches and maps (GPX, FIT, TCX, GeoJSON), as a picture (SVG) and as a card of turns (text,
JSON). --explain tests what is known: how long should a way that was really gone have taken?

No place is shown or printed but where you ask for it. Meet somewhere public rather than at a home, and always there:
several places around a home point at it.
"""

ROUTES_EXAMPLES = """
[bold]Examples[/bold]
  pace routes me/ client/ --from 49.41,8.69 --minutes 50 --map town.osm.pbf
  pace routes me/ client/ --from 49.41,8.69 --map town.osm.pbf --dem N49E008.hgt.zip --dusk
  pace routes me/ --client-walk 12:00 --from 49.41,8.69 --map town.osm.pbf --json
  pace routes --map town.osm.pbf --dem N49E008.hgt.zip --save-map town.pacemap
  pace routes me/ client/ --from 49.41,8.69 --map town.pacemap -o ways/
  pace routes me/ client/ --from 49.41,8.69 --tracks me/ --tracks client/
  pace routes me/ client/ --from 49.41,8.69 --map town.pacemap --tracks me/ --tracks client/ --familiar
  pace routes me/ client/ --explain me/last-run.fit
"""

WAYS = "The ways"


class DirectionChoice(StrEnum):
    """Which way round."""

    clockwise = "clockwise"
    anticlockwise = "anticlockwise"


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
TracksOption = Annotated[
    list[str] | None,
    typer.Option(
        "--tracks",
        metavar="PATH",
        help="One person's recordings to take ways, or heights, from; repeat it.",
        rich_help_panel=WAYS,
    ),
]
ShareOption = Annotated[
    bool,
    typer.Option(
        "--share-tracks", help="Use all of --tracks: everyone who recorded them agrees.", rich_help_panel=WAYS
    ),
]
ExplainOption = Annotated[
    str | None,
    typer.Option(
        "--explain", metavar="TRACK", help="Instead: how long should this recording have taken?", rich_help_panel=WAYS
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="DIR", help="Write files of each way into DIR.", rich_help_panel=WAYS),
]
OptionsOption = Annotated[
    int, typer.Option("--options", min=1, max=10, metavar="N", help="How many ways.", rich_help_panel=WAYS)
]
DirectionOption = Annotated[
    DirectionChoice | None,
    typer.Option("--direction", metavar="clockwise|anticlockwise", help="Which way round to go.", rich_help_panel=WAYS),
]
FamiliarOption = Annotated[
    bool | None,
    typer.Option(
        "--familiar/--new",
        help="Prefer ways that are in everyone's --tracks, or ways that are not.",
        rich_help_panel=WAYS,
    ),
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
    tracks: TracksOption = None,
    share_tracks: ShareOption = False,
    options: OptionsOption = 3,
    dusk: DuskOption = False,
    direction: DirectionOption = None,
    familiar: FamiliarOption = None,
    seed: SeedOption = 0,
    save_map: SaveOption = None,
    out: OutOption = None,
    explain: ExplainOption = None,
    units: UnitsOption = UnitsChoice.km,
    as_json: JsonOption = False,
) -> None:
    """Find ways to go and come back on time, on which everyone can keep talking."""
    if together.grade:
        raise typer.BadParameter("the map and --dem tell how steep a way is", param_hint="--grade")
    from pace_cli import work

    show = work.Show(units=units.value, as_json=as_json)
    if explain is not None:
        own_ways.explain(explain, matched(together.people(), together, show), units=show.per, as_json=as_json)
        return
    wishes = {"options": options, "seed": seed, "dusk": dusk, "direction": direction, "familiar": familiar}
    sources = Sources(map_=map_, dem=tuple(dem or ()), tracks=tuple(tracks or ()), share=share_tracks, save=save_map)
    sources.check(familiar)
    anyone = bool(together.paths) or start is not None
    if not anyone and save_map is None:
        raise typer.BadParameter("say where you meet: LAT,LON in degrees", param_hint="--from")
    place = parse_place(start) if anyone else (0.0, 0.0)
    people = together.people() if anyone else []
    if out is not None:
        own_ways.check_folder(out)
    network = sources.network(place)
    if anyone:
        own_ways.warn_of_home(people, place)
        found = matched(people, together, show)
        suggest(found, network, place, out=out, show=show, **wishes)


def matched(people: list[Person], together: Together, show: Show) -> Match:
    """Return the match of whoever was named."""
    from pace_cli import work

    return work.matched(work.profiles(people, show=show), **together.terms())


def suggest(
    found: Match, network: Network, place: tuple[float, float], *, out: Path | None, show: Show, **wishes: Any
) -> None:
    """Find ways, write their files, if wanted, and show them."""
    from pace.routes.suggest import routes as suggested

    with screen.busy("looking for ways"):
        ways = suggested(found, network, start=place, **wishes)
    files = () if out is None else own_ways.write_files(ways, network, out, units=show.per)
    if show.as_json:
        screen.print_json(ways.to_dict(files=files))
        return
    print_routes(ways, units=show.per)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the ways come from, as it was typed."""

    map_: str | None
    dem: tuple[str, ...]
    tracks: tuple[str, ...]
    share: bool
    save: Path | None

    def check(self, familiar: bool | None) -> None:
        """Refuse what gives no ways, before anything is read."""
        if familiar is not None and (self.map_ is None or not self.tracks):
            raise typer.BadParameter(
                "ways that are familiar or new are told from a map by recordings: --map and --tracks",
                param_hint="--familiar/--new",
            )
        if self.map_ is None and not self.tracks:
            raise typer.BadParameter(
                "ways need a map: an OpenStreetMap extract of your town; or recordings: --tracks", param_hint="--map"
            )
        if self.map_ is None and self.save is not None:
            raise typer.BadParameter("only a map can be saved: ways of people's recordings are kept nowhere")
        if self.save is not None:
            screen.check_target(self.save)
        own_ways.check_shared(self.tracks, share=self.share)

    def network(self, place: tuple[float, float]) -> Network:
        """Return the ways around a place, with heights where they are known."""
        from pace.routes.levels import with_heights_of
        from pace.routes.recorded import with_recorded

        if self.map_ is None:
            return with_dem(own_ways.network_of(self.tracks, place, share=self.share), self.dem)
        network = the_map(self.map_, list(self.dem), self.save)
        if not self.tracks:
            return network
        own = own_ways.network_of(self.tracks, place, share=self.share)
        return with_heights_of(with_recorded(network, own), own)


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

    with screen.busy("reading the map"):
        network = with_dem(read_prepared(path) if is_prepared(path) else read_map(path), dem)
    if save is not None:
        screen.write_bytes(save, prepared(network))
        screen.say(f"the map is in {save}")
    return network


def with_dem(network: Network, dem: Sequence[str]) -> Network:
    """Return a network with the heights of terrain files, if there are any."""
    if not dem:
        return network
    from pace.routes.relief import read_tiles, with_relief
    from pace.routes.tile import Box

    tiles = read_tiles(list(dem), Box.of(network))
    if not tiles:
        screen.say("the terrain files hold nothing of where the map lies: heights stay unknown")
    return with_relief(network, tiles)


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
