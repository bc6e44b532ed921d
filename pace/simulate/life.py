"""A stretch of a person's life as recordings: the mix of outings that people really have, for accuracy and tests."""

from __future__ import annotations

from typing import Literal

from pace.simulate.noise import stream
from pace.simulate.outing import Plan, freely, run, run_walk, walk
from pace.simulate.person import Invented
from pace.simulate.place import Terrain
from pace.simulate.recording import START, Device, Simulated, simulated

Kind = Literal["run-walk", "freely", "walk", "run"]
KINDS: tuple[Kind, ...] = ("run-walk", "freely", "walk", "run")
SHARES = (0.35, 0.25, 0.2, 0.2)
"""How often each kind of outing is drawn."""
TERRAINS: tuple[Terrain, ...] = ("flat", "rolling", "hilly")
TERRAIN_SHARES = (0.5, 0.35, 0.15)
SHORTEST, LONGEST = 25, 50
"""Minutes of an outing, drawn evenly."""
WATCH = Device()


def outings(
    person: Invented,
    n: int,
    *,
    seed: int,
    device: Device = WATCH,
    kinds: tuple[Kind, ...] = KINDS,
    terrain: Terrain | None = None,
) -> tuple[Simulated, ...]:
    """Return n outings of a person, two days apart, of mixed kinds, lengths and terrains.

    Parameters
    ----------
    person : Invented
    n : int
        How many.
    seed : int
        The first outings of a longer life are those of a shorter one.
    device : Device
        What records all of them.
    kinds : tuple of str
        Only these kinds, in their usual proportions: `("walk",)` is somebody who never runs.
    terrain : {"flat", "rolling", "hilly"}, optional
        The same for all, instead of a mix.

    Examples
    --------
    >>> from pace.simulate import people
    >>> len(outings(people(1, seed=1)[0], 3, seed=1))
    3
    """
    return tuple(_outing(person, k, seed=seed, device=device, kinds=kinds, terrain=terrain) for k in range(n))


def _outing(
    person: Invented, k: int, *, seed: int, device: Device, kinds: tuple[Kind, ...], terrain: Terrain | None
) -> Simulated:
    own = (1_000_003 * seed + 7919 * k) % 2**32
    dice = stream(own, "outing")
    share = [SHARES[KINDS.index(kind)] for kind in kinds]
    kind = kinds[dice.choice(len(kinds), p=[each / sum(share) for each in share])]
    ground = TERRAINS[dice.choice(3, p=TERRAIN_SHARES)]
    return simulated(
        person,
        plan=_plan(person, kind, minutes=int(dice.randint(SHORTEST, LONGEST + 1)), seed=own),
        seed=own,
        device=device,
        terrain=terrain or ground,
        n_crossings=int(dice.randint(0, 4)),
        n_pauses=int(dice.randint(0, 2)),
        temperature_c=float(dice.uniform(4, 26)),
        start=START + 2 * 86_400 * k,
    )


def _plan(person: Invented, kind: Kind, *, minutes: int, seed: int) -> Plan:
    plans = {"run-walk": run_walk, "freely": freely, "walk": walk, "run": run}
    return plans[kind](person, minutes=minutes, seed=seed)
