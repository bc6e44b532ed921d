"""A small practice with secrets in every file of it, and every command of `pace` as it is typed there."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np

from corpus import ROOT
from pace.activity.track import Track
from pace.formats import fit_writer
from pace.formats.fit_encode import INT32, UINT32, Message, entry, text
from pace.formats.fit_profile import DEVICE_INFO, FILE_ID, LAP, SESSION, USER_PROFILE
from pace.formats.gpx_writer import write_gpx
from pace.formats.tcx_writer import write_tcx
from pace.simulate.samples import SAMPLES, session

SAMPLE = ROOT / "sample_activities"
INSIDE = Path(__file__).parent / "inside"

NAME, MAIL, FOLDER, FILE = "Zebrafinch", "kumquat@example.org", "quokka", "rhubarb"
NOTE, CONSENT, WORDS, ENTRY, DEVICE = "loquat", "persimmon", "tamarillo", "feijoa", "mangosteen"
SERIAL = 3_735_928_559
"""Secrets: a person's name and address, the folder of the practice, names of files, a note, a consent, words in a file
and in the settings, the name and the remark of an archive's entry, a device's name and number."""
LATITUDE, LONGITUDE = 51.98, -131.74
"""Where everybody is moved to, far from the map: degrees."""
MEETING = "-4.9806,-4.9821"
"""The meeting point, on the map."""


def moved(track: Track) -> Track:
    """Return a recording at another place, as far as it was, on another day."""
    stretch = np.cos(np.radians(track.latitude)) / np.cos(np.radians(LATITUDE))
    return replace(
        track,
        latitude=LATITUDE + (track.latitude + 5),
        longitude=LONGITUDE + (track.longitude + 5) * stretch,
        time=track.time - 40_000_000,
    )


def personal(track: Track) -> bytes:
    """Return a FIT file with all that watches write about people: number, name, body, where each part began."""
    once, step = fit_writer._once, 2**31 / 180

    def told(message: Message, *rest: object) -> bytes:
        where = [value * step for k in (0, -1) for value in (track.latitude[k], track.longitude[k])]
        more = {
            FILE_ID: (entry(3, UINT32, SERIAL), text(8, WORDS)),
            DEVICE_INFO: (entry(3, UINT32, SERIAL), text(27, DEVICE)),
            USER_PROFILE: (text(0, NAME),),
            LAP: tuple(entry(3 + k, INT32, value) for k, value in enumerate(where)),
            SESSION: tuple(entry((3, 4, 38, 39)[k], INT32, value) for k, value in enumerate(where)),
        }.get(message.number, ())
        more = tuple(one._replace(values=np.repeat(one.values, len(message.fields[0].values), axis=0)) for one in more)
        return once(Message(message.number, (*message.fields, *more), message.developer), *rest)

    with patch.object(fit_writer, "_once", told):
        return fit_writer.write_fit(track)


def named_gpx(track: Track) -> bytes:
    """Return a GPX document with author, address, name, description and bounds."""
    box = f'minlat="{track.latitude.min()}" minlon="{track.longitude.min()}"'
    box += f' maxlat="{track.latitude.max()}" maxlon="{track.longitude.max()}"'
    user, domain = MAIL.split("@")
    about = f'<metadata><name>{NAME}</name><desc>{WORDS}</desc><author><name>{NAME}</name><email id="{user}"'
    about += f' domain="{domain}"/></author><bounds {box}/></metadata>'
    return write_gpx([track]).replace(b"<trk>", f"{about}<trk><name>{NAME} {WORDS}</name>".encode(), 1)


def named_tcx(track: Track) -> bytes:
    """Return a TCX document with notes and the number of a device."""
    told = f'<Notes>{NAME} {WORDS} {MAIL}</Notes><Creator xsi:type="Device_t"'
    told += f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Name>{DEVICE}</Name><UnitId>{SERIAL}</UnitId>'
    return write_tcx([track]).replace(b"</Activity>", f"{told}</Creator></Activity>".encode(), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A practice: its desk, where commands are typed, a home, a temporary folder; and what is secret in it."""

    place: Path
    tracks: tuple[Track, ...]

    @property
    def desk(self) -> Path:
        """Where commands are typed."""
        return self.place / FOLDER / "desk"

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a command: nothing of whoever runs the tests is in it."""
        home = self.place / FOLDER / "home"
        return {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin:/usr/sbin:/sbin",
            "PYTHONPATH": os.pathsep.join(map(str, (INSIDE, ROOT, ROOT / "cli"))),
            "PYTHONDONTWRITEBYTECODE": "1",
            "HOME": str(home),
            "TMPDIR": str(self.place / FOLDER / "tmp"),
            "COLUMNS": "80",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            **more,
        }


def lay_out(place: Path) -> World:
    """Make the practice in an empty folder."""
    desk, home = place / FOLDER / "desk", place / FOLDER / "home"
    for folder in (
        desk / "robin",
        desk / "therapist",
        desk / "session",
        home / ".config" / "pace",
        place / FOLDER / "tmp",
    ):
        folder.mkdir(parents=True)
    by_path = {one.path: moved(one.simulated().track) for one in SAMPLES[:4] + SAMPLES[12:16]}
    client, own = list(by_path.values())[4:], list(by_path.values())[:3]
    pair = session()
    both = [moved(pair.leader), moved(pair.follower)]
    written = {
        f"robin/{FILE}-1.fit": personal(client[0]),
        f"robin/{FILE}-2.gpx": named_gpx(client[3]),
        f"robin/{FILE}-3.tcx": named_tcx(client[1]),
        f"robin/{FILE}-4.fit": b"no recording of " + NAME.encode(),
        f"therapist/{FILE}-5.fit": personal(own[0]),
        f"therapist/{FILE}-6.gpx.gz": gzip.compress(named_gpx(own[1])),
        f"therapist/{FILE}-7.fit": personal(own[2]),
        f"session/{FILE}-8.fit": personal(both[0]),
        f"session/{FILE}-9.fit": personal(both[1]),
        "town.osm": _signed((SAMPLE / "map.osm").read_bytes()),
        "ground.tif": (SAMPLE / "ground.tif").read_bytes(),
        "broken.osm": b'<?xml version="1.0"?><osm version="0.6"><node id="1" lat="51.9812345" lon="-131.7412345" '
        + f'user="{NAME}"><tag k="note" v="{WORDS}"'.encode(),
        "broken.toml": f'minutes = "{WORDS} {NAME}"\n'.encode(),
    }
    written["robin.zip"] = _export({name: data for name, data in written.items() if name.startswith("robin/")})
    for name, data in written.items():
        (desk / name).write_bytes(data)
    (home / ".config" / "pace" / "config.toml").write_text(f"# of {NAME}, {WORDS}\nminutes = 45\n")
    return World(place=place, tracks=(*client, *own, *both))


def _signed(data: bytes) -> bytes:
    """Return a map with the name of whoever drew it, and a remark, at each way."""
    return data.replace(b"<way ", f'<way user="{NAME}" '.encode()).replace(
        b"</way>", f'<tag k="note" v="{WORDS}"/></way>'.encode()
    )


def _export(files: dict[str, bytes]) -> bytes:
    """Return an archive with a remark, as somebody sends it: files, and others that are nobody's business."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = f"{NAME} {ENTRY}".encode()
        archive.writestr(f"{ENTRY}/profile.csv", f"{NAME},{MAIL}\n")
        for name, data in files.items():
            info = zipfile.ZipInfo(f"{ENTRY}/{name.partition('/')[2]}", (2021, 12, 24, 18, 30, 2))
            info.comment = NAME.encode()
            archive.writestr(info, data)
    return packed.getvalue()


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """A command as it is typed: its words, the files it may make, what is piped in, and how it ends."""

    words: tuple[str, ...]
    makes: tuple[str, ...] = ()
    piped: str = ""
    code: int = 0

    @property
    def name(self) -> str:
        """The words without those that say where and how."""
        return " ".join(self.words)


LIBRARY = "home/.local/share/pace/people.db"
RIVER = "quiet river"
WAY = tuple(f"desk/ways/way-1.{kind}" for kind in ("gpx", "fit", "tcx", "geojson", "svg", "txt", "json"))
TWO = ("therapist", "robin")
ROUTE = ("--from", MEETING, "--map", "town.osm", "--options", "1")


def typed(words: str, *more: str, makes: str = "", piped: str = "", code: int = 0) -> Typed:
    """Return a command from its words as one text, further words that may hold blanks, and the files that it makes."""
    return Typed(words=(*words.split(), *more), makes=tuple(makes.split()), piped=piped, code=code)


COMMANDS = (
    typed("demo --html demo.html", makes="desk/demo.html"),
    typed("match therapist robin --html answer.html", makes="desk/answer.html"),
    typed("match therapist robin.zip --json"),
    typed("plan therapist robin --fit watch.fit --html card.html", makes="desk/watch.fit desk/card.html"),
    typed("plan therapist robin --json"),
    typed("profile robin"),
    typed("profile robin.zip --json"),
    typed(f"review session/{FILE}-9.fit session/{FILE}-8.fit"),
    typed(f"review session/{FILE}-9.fit session/{FILE}-8.fit --json"),
    typed(f"inspect robin/{FILE}-1.fit --second-opinion"),
    typed(f"inspect robin/{FILE}-2.gpx --json"),
    typed(f"inspect robin/{FILE}-3.tcx"),
    typed("inspect robin.zip --json"),
    typed("pairs therapist robin"),
    typed("pairs therapist robin.zip --json"),
    Typed(words=("routes", *TWO, *ROUTE, "--dem", "ground.tif", "-o", "ways"), makes=("desk/ways", *WAY)),
    Typed(words=("routes", *TWO, *ROUTE, "--json")),
    typed("routes --map town.osm --save-map town.pacemap", makes="desk/town.pacemap"),
    typed(f"routes therapist robin --explain robin/{FILE}-1.fit --json"),
    typed("talktest robin", piped="c\nu\nn\n"),
    typed("talktest robin --answer comfortable --answer no --json"),
    typed("batch robin therapist -o table.csv --jobs 2", makes="desk/table.csv"),
    typed("batch robin.zip -o table.jsonl --jobs 1 --json", makes="desk/table.jsonl"),
    typed("batch robin -o table.parquet --jobs 1 --quiet", makes="desk/table.parquet"),
    typed("person add --suggest"),
    typed(
        "person add --consent-until 2999-01-01 --consent-on 2026-01-01", RIVER, "robin", "--consent", CONSENT,
        makes=f"home/.local home/.local/share home/.local/share/pace {LIBRARY}",
    ),
    typed("note --pace 7:10 --talk short --no-day --text", NOTE, RIVER, makes=LIBRARY),
    typed("person note --pace 7:30 --talk comfortable --day 2026-03-01", RIVER, makes=LIBRARY),
    typed("person list"),
    typed("person show --json", RIVER),
    typed("person status"),
    typed("match therapist --json", RIVER),
    typed("person export", RIVER, "river.json", makes="desk/river.json"),
    typed("person import river.json --as", "amber bay", makes=LIBRARY),
    typed("talktest --answer no --person", RIVER, makes=LIBRARY),
    typed("person forget", RIVER, makes=LIBRARY),
    typed("person list --json"),
    typed("plot profile robin -o profile.svg", makes="desk/profile.svg"),
    typed("plot match therapist robin --plain -o match.png", makes="desk/match.png"),
    typed("plot plan therapist robin -o plan.svg", makes="desk/plan.svg"),
    typed(f"plot review session/{FILE}-8.fit session/{FILE}-9.fit -o review.svg", makes="desk/review.svg"),
    typed(f"inspect robin/{FILE}-4.fit", code=1),
    typed("profile nobody-at-all", code=1),
    typed("match therapist", code=2),
    Typed(words=("routes", *TWO, "--from", "51.98123,-131.74567", "--map", "town.osm"), code=1),
    Typed(words=("routes", *TWO, "--from", "51.98123;-131.74567", "--map", "town.osm"), code=2),
    Typed(words=("routes", *TWO, "--from", MEETING, "--map", "broken.osm"), code=1),
)  # fmt: skip
"""Every command but `open`, which waits for a browser; in an order in which each finds what it needs."""


def elsewhere(world: World, place: Path) -> World:
    """Return a copy of a world at another place."""
    shutil.copytree(world.place / FOLDER, place / FOLDER)
    return replace(world, place=place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command left: how it ended, what it printed, the files that are new or changed since, with their modes."""

    command: Typed
    code: int
    out: bytes
    err: bytes
    changed: dict[str, tuple[int, bytes]] = field(default_factory=dict)


def run(world: World, command: Typed, *before: str, **environment: str) -> Ran:
    """Type a command at the desk, with another program before it if wanted; see what is new or changed."""
    was = snapshot(world)
    program = [*before, sys.executable, "-m", "pace_cli", *command.words]
    done = subprocess.run(
        program,
        cwd=world.desk,
        env=world.environment(**environment),
        input=command.piped.encode(),
        capture_output=True,
        timeout=300,
        check=False,
        umask=0,
    )
    now = snapshot(world)
    changed = {name: now.get(name, (0, b"gone")) for name in was | now if was.get(name) != now.get(name)}
    return Ran(command=command, code=done.returncode, out=done.stdout, err=done.stderr, changed=changed)


def snapshot(world: World) -> dict[str, tuple[int, bytes]]:
    """Return mode and content of every file and folder of the world by its name there."""
    root = world.place / FOLDER
    return {
        str(path.relative_to(root)): (path.lstat().st_mode & 0o7777, b"" if path.is_dir() else path.read_bytes())
        for path in sorted(root.rglob("*"))
    }
