"""The sample activities: two invented people, what each of their files shows, and the bytes of all of them."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pace.activity.track import Track
from pace.simulate.map import map_xml
from pace.simulate.outing import Plan, freely, rising, run, run_walk, walk
from pace.simulate.pair import Apart, Pair, pair
from pace.simulate.person import Invented
from pace.simulate.recording import START, Device, Simulated, simulated
from pace.simulate.terrain import terrain_tif

THERAPIST = Invented(
    label="therapist",
    walk_run_threshold=2.05,
    hysteresis=0.10,
    threshold_sd=0.12,
    walk_limit=2.20,
    run_limit=1.88,
    comfortable_walk=1.50,
    comfortable_run=2.70,
    talk_speed=2.85,
    talk_share=0.73,
    run_cost=11.0,
    age_years=44,
    height_m=1.74,
    weight_kg=68,
    resting_heart_rate=54,
    max_heart_rate=181,
    heart_lag=50,
    drift=9,
    walk_cadence=114,
    run_cadence=164,
)
"""Runs easily and often; can talk while others pant."""
CLIENT = Invented(
    label="client",
    walk_run_threshold=1.65,
    hysteresis=0.08,
    threshold_sd=0.12,
    walk_limit=1.80,
    run_limit=1.50,
    comfortable_walk=1.42,
    comfortable_run=1.95,
    talk_speed=1.88,
    talk_share=0.70,
    run_cost=11.6,
    age_years=52,
    height_m=1.66,
    weight_kg=78,
    resting_heart_rate=68,
    max_heart_rate=170,
    heart_lag=58,
    drift=13,
    walk_cadence=117,
    run_cadence=158,
)
"""Walks fast and jogs slowly: their jog is slower than many a textbook's walk."""
PEOPLE = (THERAPIST, CLIENT)
KEPT_UP = {"therapist": (1.92, 2.29), "client": (1.63, 1.64)}
"""m/s: the fastest walk and the slowest run that they keep up for a minute or more (`kept_up`), over 100 times all
their outings with other dice; a test works them out again."""

STRAP = Device(heart_rate="strap", rr=True, splits=True)
WATCH = Device(splits=True)
PLAIN = Device(heart_rate="wrist")
SMART_GPX = Device(interval="smart", speed=False, heart_rate="wrist")
PHONE = Device(interval="smart", speed=False, cadence=False, heart_rate="", gps_noise=5.0)
CUT_AT, BLOCK = 0.7, 4096
"""Share of the bytes of the cut file that arrived, down to a whole block as copying leaves it."""
DAYS_APART = 3.2
"""Mean days between two outings of a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sample file: whose, its name (the suffix says the format), the plan, the device, and what it shows."""

    person: Invented
    name: str
    seed: int
    plan: Callable[..., Plan]
    asked: dict[str, Any]
    device: Device
    shows: str
    outing: dict[str, Any] = field(default_factory=dict)
    cut: bool = False

    @property
    def path(self) -> str:
        """Where it lies in `sample_activities/`."""
        return f"{self.person.label}/{self.name}"

    def simulated(self, *, salt: int = 0) -> Simulated:
        """Return the recording and its truth; another `salt` is the same outing with other dice."""
        seed = self.seed + 1000 * salt
        dice = {} if self.plan is rising else {"seed": seed}
        number = int(self.name[:2])
        start = START + 600 * ((number * 7919) % 40) + int(86_400 * DAYS_APART) * number
        return simulated(
            self.person,
            plan=self.plan(self.person, **self.asked, **dice),
            seed=seed,
            device=self.device,
            start=start,
            wearer=self.person.wearer if self.device.splits else None,
            **self.outing,
        )


def _sample(person: Invented, name: str, plan: Callable[..., Plan], device: Device, shows: str, **rest: Any) -> Sample:
    """Return a sample from one line of the tables below; what is not of the outing or the file is asked of the plan."""
    outing: dict[str, Any] = {
        k: rest.pop(k) for k in ("terrain", "n_crossings", "n_pauses", "temperature_c", "sport") if k in rest
    }
    cut = rest.pop("cut", False)
    seed = 100 * (1 + PEOPLE.index(person)) + int(name[:2])
    return Sample(
        person=person,
        name=name,
        seed=seed,
        plan=plan,
        asked=rest,
        device=device,
        shows=shows,
        outing=outing,
        cut=cut,
    )


SAMPLES: tuple[Sample, ...] = (
    _sample(THERAPIST, "01-easy-run.fit", run, WATCH, "an easy run on the flat, one sample a second", minutes=40),
    _sample(
        THERAPIST, "02-run-walk.fit", run_walk, WATCH, "runs and walks by turns; the watch's own splits", minutes=40
    ),
    _sample(THERAPIST, "03-hills.fit", run, PLAIN, "a run in the hills: slower up, faster down", minutes=40,
            terrain="hilly", sport="running"),
    _sample(THERAPIST, "04-brisk-walk.fit", walk, PLAIN, "a brisk walk, the heart rate hardly up", minutes=30,
            briskness=1.15, sport="walking"),
    _sample(THERAPIST, "05-as-it-comes.fit", freely, WATCH, "any speed from stroll to run, as company has it",
            minutes=40, terrain="rolling"),
    _sample(THERAPIST, "06-smart.gpx", run, SMART_GPX, "smart recording: 3.5 s between points, no device speed",
            minutes=35, terrain="rolling"),
    _sample(THERAPIST, "07-pauses.fit", run_walk, PLAIN, "three stops with the timer off, four waits with it on",
            minutes=35, n_pauses=3, n_crossings=4),
    _sample(THERAPIST, "08-ride.fit", walk, PLAIN, "a bicycle ride, here by mistake: to be left out", minutes=25,
            sport="cycling"),
    _sample(THERAPIST, "09-steps-with-strap.fit", rising, STRAP,
            "steps of 3 min from a walk to a hard run; beat-to-beat intervals from a strap", minutes=33, top=3.4,
            n_crossings=0),
    _sample(THERAPIST, "10-run.tcx", run, SMART_GPX, "TCX, with a heart rate and steps", minutes=30),
    _sample(THERAPIST, "11-slow-company.gpx.gz", freely, Device(speed=False), "GPX inside gzip, a point a second",
            minutes=35),
    _sample(THERAPIST, "12-warm-day.fit", run, WATCH, "27 °C: the heart beats faster at the same pace", minutes=40,
            temperature_c=27.0),
    _sample(CLIENT, "01-brisk-walk.fit", walk, WATCH, "a brisk walk, faster than most people's", minutes=35,
            briskness=1.03, sport="walking"),
    _sample(CLIENT, "02-run-walk.fit", run_walk, WATCH, "slow jogs and walks by turns", minutes=35, run_s=120),
    _sample(CLIENT, "03-dropped-cadence.fit", run_walk, Device(n_cadence_drops=4, n_heart_drops=2),
            "cadence falls to 0 four times while moving, heart rate is missing twice", minutes=35, run_s=120),
    _sample(CLIENT, "04-phone-walk.gpx", walk, PHONE, "a phone: no heart rate, no steps, 5 m of noise", minutes=30,
            sport="walking"),
    _sample(CLIENT, "05-jog.gpx", run, SMART_GPX, "a slow jog; smart recording", minutes=25),
    _sample(CLIENT, "06-hills.fit", freely, WATCH, "in the hills, as it comes: walks up, jogs down", minutes=35,
            terrain="hilly"),
    _sample(CLIENT, "07-cadence-lock.fit", run_walk, Device(n_locks=2),
            "twice the wrist sensor counts steps and calls them heart beats", minutes=35, run_s=150),
    _sample(CLIENT, "08-tunnels-and-spikes.fit", run_walk,
            Device(gps_noise=9.0, n_spikes=4, n_tunnels=3, n_gaps=2, splits=True),
            "9 m of noise, spikes, stretches without position, two gaps", minutes=35, run_s=120),
    _sample(CLIENT, "09-cut-short.fit", freely, PLAIN, "the file breaks off: about two thirds of its bytes arrived",
            minutes=30, cut=True),
    _sample(CLIENT, "10-strap.fit", run_walk, STRAP, "beat-to-beat intervals from a strap", minutes=35, run_s=240),
    _sample(CLIENT, "11-pauses.fit", freely, PLAIN, "two stops with the timer off, five waits with it on", minutes=35,
            n_pauses=2, n_crossings=5),
    _sample(CLIENT, "12-smart-watch.fit", run_walk, Device(interval="smart", splits=True),
            "smart recording in FIT: time, not points, must count", minutes=35, run_s=180),
)  # fmt: skip


MAP, TERRAIN = "map.osm", "ground.tif"
"""The map of the invented place and its heights, beside the people's folders."""


def sample_files() -> dict[str, bytes]:
    """Return every file of `sample_activities/` by its path there, the same bytes each time, on any machine.

    What is inside the `.gz` is the same everywhere; how it is squeezed depends on the machine's zlib.
    """
    files = {sample.path: sample_bytes(sample) for sample in SAMPLES} | session_files()
    return files | {
        MAP: map_xml(),
        TERRAIN: terrain_tif(),
        "truth.json": _json(truths()),
        "README.md": readme().encode(),
    }


def sample_bytes(sample: Sample, *, salt: int = 0) -> bytes:
    """Return the file of one sample."""
    data = _written(sample.simulated(salt=salt).track, sample.name)
    return data[: int(CUT_AT * len(data)) // BLOCK * BLOCK] if sample.cut else data


def session() -> Pair:
    """Return a session of the two: the client sets the pace as it comes, the therapist is left behind for a while.

    The therapist's watch is 8 s ahead and was started 40 s later.
    """
    seed = 300
    plan, apart = freely(CLIENT, minutes=40, seed=seed), (Apart(start_s=1500, metres=30),)
    return pair(CLIENT, THERAPIST, plan=plan, seed=seed, clock_s=8, late_s=40, apart=apart, devices=(WATCH, WATCH))


def session_files() -> dict[str, bytes]:
    """Return both recordings of the session by their paths."""
    made = session()
    return {
        f"session/{who}.fit": _written(track, ".fit")
        for who, track in zip(SESSION, (made.leader, made.follower), strict=True)
    }


SESSION = {
    "client": "the client sets the pace; beside the next, `pace review` tells how the session went",
    "therapist": "the therapist follows, is left behind once, and has a clock of their own",
}
"""Whose recordings of the session there are, who sets the pace first, and what each shows."""


def truths() -> dict[str, Any]:
    """Return what is true of the two people, SI, as `truth.json` has it."""
    return {"schema": "pace.truth/1", "people": {person.label: _truth(person) for person in PEOPLE}}


def readme() -> str:
    """Return the page that says what each file shows."""
    shown = {sample.path: sample.shows for sample in SAMPLES} | {f"session/{who}.fit": SESSION[who] for who in SESSION}
    rows = "\n".join(f"| `{path}` | {shows} |" for path, shows in shown.items())
    return README.format(rows=rows)


README = """# Sample activities

Two invented people, made by `python -m pace.simulate sample_activities`. Nobody recorded these files, and the place
does not exist: its paths lie in the open South Atlantic at 5° S 5° W, about 1,000 km from any land.

- **therapist** runs easily: walks become runs at about 2.05 m/s (8:08 min/km), talks up to 2.85 m/s (5:51 min/km).
- **client** walks fast and jogs slowly: walks become runs at about 1.65 m/s (10:06 min/km), talks up to 1.88 m/s
  (8:52 min/km).

`truth.json` holds what is true of them. Each outing is drawn around it: on a given day the threshold lies higher or
lower (SD 0.12 m/s), and the heart is slower or faster, as with real people. The same program makes the same bytes.

`map.osm` is a small town in the same place, an OpenStreetMap document that nobody surveyed: streets, a park with a
pond, a river with three bridges, a wooded hill with stairs, signals, benches, a running track. `ground.tif`
holds the heights of its ground, the same as in the outings, which do not follow its streets.

| file | what it shows |
|---|---|
{rows}
"""


def _truth(person: Invented) -> dict[str, Any]:
    return {
        "walk_run_threshold_mps": person.walk_run_threshold,
        "walk_to_run_mps": round(person.walk_to_run, 3),
        "run_to_walk_mps": round(person.run_to_walk, 3),
        "threshold_sd_between_days_mps": person.threshold_sd,
        "fastest_walk_mps": KEPT_UP[person.label][0],
        "slowest_run_mps": KEPT_UP[person.label][1],
        "comfortable_walk_mps": person.comfortable_walk,
        "comfortable_run_mps": person.comfortable_run,
        "talk_speed_mps": person.talk_speed,
        "talk_heart_rate_bpm": round(person.talk_heart_rate, 1),
        "resting_heart_rate_bpm": person.resting_heart_rate,
        "max_heart_rate_bpm": person.max_heart_rate,
        "age_years": person.age_years,
        "height_m": person.height_m,
        "weight_kg": person.weight_kg,
    }


def _written(track: Track, name: str) -> bytes:
    from pace.formats.fit_writer import write_fit
    from pace.formats.gpx_writer import write_gpx
    from pace.formats.tcx_writer import write_tcx

    if name.endswith(".gz"):
        return _gzipped(_written(track, name.removesuffix(".gz")))
    if name.endswith(".fit"):
        return write_fit(track)
    return write_tcx([track]) if name.endswith(".tcx") else write_gpx([track])


def _gzipped(data: bytes) -> bytes:
    """Return the bytes in gzip, with neither name nor time in its header; the header is the same for every Python."""
    packed = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=packed, mtime=0) as file:
        file.write(data)
    return packed.getvalue()


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()
