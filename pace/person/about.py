"""What a person says of themselves, in a few words instead of files: all of it optional."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pace.errors import InputError
from pace.given import number

Talk = Literal["comfortable", "short", "not"]
Manner = Literal["", "shuffle", "race-walk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One answer about talking at a pace. Checked when made.

    Attributes
    ----------
    speed : float, m/s
        On the flat.
    talk : {"comfortable", "short", "not"}
        They could talk in full sentences, were a bit short of breath, or could not.
    minutes : float or None
        For how long they went at it where that was a session, at a pace that was agreed on; None where they name a
        pace by themselves, which then also tells where they move.

    Raises
    ------
    InputError
        When the speed is none of walking or running, or the answer is not one of the three.
    """

    speed: float
    talk: Talk
    minutes: float | None = None

    def __post_init__(self) -> None:
        """Refuse a speed that is none and an answer that is not one of the three."""
        if not 0.3 <= number(self.speed, "a speed (m/s; pace.units.parse_speed reads a pace)") <= 9.0:
            raise InputError("a walking or running speed lies between 0.3 and 9 m/s", got=self.speed)
        if self.talk not in ("comfortable", "short", "not"):
            raise InputError(f"the answer is comfortable, short or not, got {self.talk!r}", got=self.talk)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What is known of a person besides recordings; None and empty mean not said. Checked when made.

    Attributes
    ----------
    walk_speed : float or None, m/s
        Their usual walking speed on the flat.
    said : tuple of Said
        Their answers about talking.
    height_m, age_years : float or None
    resting_heart_rate, max_heart_rate : float or None, beats/min
    manner : {"", "shuffle", "race-walk"}
        `shuffle` for people who jog with quick short steps, `race-walk` for people who walk with a running cadence.

    Raises
    ------
    InputError
        When a value is none that a body can have.
    """

    walk_speed: float | None = None
    said: tuple[Said, ...] = ()
    height_m: float | None = None
    age_years: float | None = None
    resting_heart_rate: float | None = None
    max_heart_rate: float | None = None
    manner: Manner = ""

    def __post_init__(self) -> None:
        """Refuse what no body can be, naming the range."""
        for name, value, low, high, what in (
            ("walk_speed", self.walk_speed, 0.3, 4.0, "a walking speed (m/s; 4:10 to 55:33 min/km)"),
            ("height_m", self.height_m, 0.8, 2.6, "a height (m)"),
            ("age_years", self.age_years, 5, 120, "an age (years)"),
            ("resting_heart_rate", self.resting_heart_rate, 25, 120, "a resting heart rate (beats/min)"),
            ("max_heart_rate", self.max_heart_rate, 90, 240, "a maximum heart rate (beats/min)"),
        ):
            if value is not None and not low <= number(value, what) <= high:
                raise InputError(
                    f"{what} lies between {low} and {high}, got {value:g}", expected=(name, low, high), got=value
                )
        rest, most = self.resting_heart_rate, self.max_heart_rate
        if rest is not None and most is not None and most - rest < 20:
            raise InputError("the maximum heart rate must lie at least 20 above the resting one", got=(rest, most))

    def __bool__(self) -> bool:
        """Return whether anything was said at all."""
        return self != About()
