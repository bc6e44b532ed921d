"""The numbers of the published FIT format: messages, fields, base types and the words that its codes stand for."""

from __future__ import annotations

from typing import Final, NamedTuple

from pace.units import DEGREES_PER_SEMICIRCLE

EPOCH_S: Final = 631_065_600
"""Unix seconds at which FIT time begins: 1989-12-31T00:00:00Z."""
FIRST_DATE: Final = 0x1000_0000
"""FIT seconds below this count from the start of the device, not from the epoch."""
TIMESTAMP: Final = 253
"""Field number of a message's own time, in every message."""

FILE_ID, USER_PROFILE, ZONES_TARGET, SPORT = 0, 3, 7, 12
SESSION, LAP, RECORD, EVENT, DEVICE_INFO, ACTIVITY = 18, 19, 20, 21, 23, 34
HRV, DEVELOPER_FIELD, DEVELOPER_ID, SPLIT = 78, 206, 207, 312


class Base(NamedTuple):
    """One base type: its NumPy code, bytes per element, and the raw value that means "nothing here"."""

    code: str
    size: int
    invalid: int | None


BASES: Final[dict[int, Base]] = {
    0: Base("u1", 1, 0xFF),  # enum
    1: Base("i1", 1, 0x7F),
    2: Base("u1", 1, 0xFF),
    3: Base("i2", 2, 0x7FFF),
    4: Base("u2", 2, 0xFFFF),
    5: Base("i4", 4, 0x7FFF_FFFF),
    6: Base("u4", 4, 0xFFFF_FFFF),
    7: Base("S", 1, None),
    8: Base("f4", 4, None),  # the invalid bit pattern is a NaN already
    9: Base("f8", 8, None),
    10: Base("u1", 1, 0),
    11: Base("u2", 2, 0),
    12: Base("u4", 4, 0),
    13: Base("u1", 1, 0xFF),  # byte
    14: Base("i8", 8, 0x7FFF_FFFF_FFFF_FFFF),
    15: Base("u8", 8, 0xFFFF_FFFF_FFFF_FFFF),
    16: Base("u8", 8, 0),
}
"""Base types by the low five bits of their number; bit 7 only says that the type has a byte order."""

FILE_TYPES: Final = {
    1: "device capabilities", 2: "settings", 3: "sport settings", 4: "activity", 5: "workout", 6: "course",
    7: "schedules", 9: "weight", 10: "totals", 11: "goals", 14: "blood pressure", 15: "monitoring",
    20: "activity summary", 28: "daily monitoring", 32: "monitoring", 34: "segment", 35: "segment list",
}  # fmt: skip
"""What a file is, by `file_id.type`."""

SPORTS: Final = (
    "other", "running", "cycling", "transition", "fitness_equipment", "swimming", "basketball", "soccer", "tennis",
    "american_football", "training", "walking", "cross_country_skiing", "alpine_skiing", "snowboarding", "rowing",
    "mountaineering", "hiking", "multisport", "paddling", "flying", "e_biking", "motorcycling", "boating", "driving",
    "golf", "hang_gliding", "horseback_riding", "hunting", "fishing", "inline_skating", "rock_climbing", "sailing",
    "ice_skating", "sky_diving", "snowshoeing", "snowmobiling", "stand_up_paddleboarding", "surfing", "wakeboarding",
    "water_skiing", "kayaking", "rafting", "windsurfing", "kitesurfing", "tactical", "jumpmaster", "boxing",
    "floor_climbing",
)  # fmt: skip
"""Sports in the order of their codes, from 0; other codes read as `other`."""

SPLIT_KINDS: Final = {17: "run", 18: "walk", 22: "stand"}
"""The device's own run/walk/stand splits, by `split.split_type`."""

LAP_TRIGGERS: Final = (
    "manual", "time", "distance", "position_start", "position_lap", "position_waypoint", "position_marked",
    "session_end", "fitness_equipment",
)  # fmt: skip
"""What ended a lap, in the order of the codes."""

TIMER_EVENT: Final = 0
START_EVENT: Final = 0
STOP_EVENTS: Final = (1, 4, 8, 9)
"""`event.event` of the timer, and the `event_type` codes with which it starts and stops."""

MANUFACTURERS: Final = {
    1: "Garmin", 15: "Dynastream", 23: "Suunto", 32: "Wahoo", 38: "o_synce", 40: "Concept2", 63: "Specialized",
    76: "Moxy", 89: "Tacx", 107: "Magene", 115: "iGPSPORT", 123: "Polar", 255: "development", 258: "Lezyne",
    260: "Zwift", 265: "Strava", 267: "Bryton", 281: "TrainerRoad", 282: "The Sufferfest", 289: "Hammerhead",
    294: "COROS",
}  # fmt: skip
"""Makers that files commonly name; another maker is shown by number."""


class Value:
    """Where a quantity is in a message: field number, and value = raw / scale − offset."""

    __slots__ = ("field", "name", "offset", "scale")

    def __init__(self, field: int, scale: float = 1.0, offset: float = 0.0) -> None:
        self.field, self.scale, self.offset = field, scale, offset
        self.name = str(field)


Columns = dict[str, tuple[Value, ...]]
"""Quantity → where to find it, the best source first."""

TIME: Final = (Value(TIMESTAMP),)
SEMICIRCLES: Final = 1 / DEGREES_PER_SEMICIRCLE
"""Semicircles in one degree."""

MESSAGES: Final[dict[int, Columns]] = {
    FILE_ID: {"type": (Value(0),), "manufacturer": (Value(1),), "product": (Value(2),), "time_created": (Value(4),)},
    USER_PROFILE: {
        "age_years": (Value(2),),
        "height_m": (Value(3, 100.0),),
        "weight_kg": (Value(4, 10.0),),
        "resting_heart_rate": (Value(8),),
        "max_heart_rate": (Value(9), Value(11)),
    },
    ZONES_TARGET: {"max_heart_rate": (Value(1),)},
    SPORT: {"sport": (Value(0),)},
    SESSION: {
        "time": TIME,
        "start": (Value(2),),
        "sport": (Value(5),),
        "elapsed": (Value(7, 1000.0),),
        "timer": (Value(8, 1000.0),),
        "distance": (Value(9, 100.0),),
    },
    LAP: {
        "time": TIME,
        "start": (Value(2),),
        "elapsed": (Value(7, 1000.0),),
        "trigger": (Value(24),),
        "sport": (Value(25),),
    },
    RECORD: {
        "time": TIME,
        "latitude": (Value(0, SEMICIRCLES),),
        "longitude": (Value(1, SEMICIRCLES),),
        "elevation": (Value(78, 5.0, 500.0), Value(2, 5.0, 500.0)),
        "distance": (Value(5, 100.0),),
        "speed": (Value(73, 1000.0), Value(6, 1000.0)),
        "heart_rate": (Value(3),),
        "cadence": (Value(4), Value(52, 256.0)),
        "fractional_cadence": (Value(53, 128.0),),
        "temperature": (Value(13),),
        "power": (Value(7),),
        "respiration_rate": (Value(108, 100.0), Value(99)),
    },
    EVENT: {"time": TIME, "event": (Value(0),), "event_type": (Value(1),)},
    DEVICE_INFO: {"index": (Value(0),), "manufacturer": (Value(2),), "product": (Value(4),)},
    SPLIT: {"type": (Value(0),), "elapsed": (Value(1, 1000.0),), "start": (Value(9),), "end": (Value(27),)},
}
"""The quantities that are read, by message; never a serial number, a name or a date of birth."""

ARRAYS: Final = {(HRV, 0): "beat-to-beat intervals, 1/1000 s", (RECORD, 8): "speed and distance, 12 bits each"}
"""Fields whose every element is read, by message and field; of all others the first element is the value."""
BEAT_SCALE: Final = 1000.0
"""Beat-to-beat intervals are in 1/1000 s."""
READ: Final = frozenset(MESSAGES) | {message for message, _ in ARRAYS}
"""Numbers of the messages of which anything is read."""
