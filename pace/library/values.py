"""What is kept of a person besides summaries, as values: what they agreed to, what they said afterwards."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args

from pace.errors import InputError
from pace.output.plain import inert
from pace.person.about import About, Manner, Said
from pace.person.profile import Skipped

LONGEST_MIN = 1440
"""min; nobody talks on the move for longer than a day."""
LONGEST_TEXT = 500
"""Characters of a note or of what was agreed to: a reminder, no file on anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a person agreed to. Checked when made; the later of two is `one | other`.

    Attributes
    ----------
    text : str
        In their words.
    given : date or None
        On which day; None is not said.
    until : date or None
        Until which day, that day included; None is not said.

    Raises
    ------
    InputError
        When it would end before it was given.

    Examples
    --------
    >>> agreed = Consent(text="walks only", until=date(2027, 3, 31))
    >>> agreed.ended(date(2027, 3, 31)), agreed.ended(date(2027, 4, 1))
    (False, True)
    """

    text: str = ""
    given: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        """Keep the text harmless and short, and days without a time of day; refuse an end before the beginning."""
        object.__setattr__(self, "text", short(self.text))
        object.__setattr__(self, "given", only_day(self.given))
        object.__setattr__(self, "until", only_day(self.until))
        if self.given and self.until and self.until < self.given:
            raise InputError(f"consent must end after it was given, got {self.given} and {self.until}")

    def __or__(self, other: Consent) -> Consent:
        """Return the later one; of two given on one day the one that ends first."""
        return max(self, other, key=Consent._rank)

    def _rank(self) -> tuple[str, int, str]:
        """Return what orders two consents."""
        return _day(self.given) or "", -(self.until or date.max).toordinal(), self.text

    def ended(self, today: date) -> bool:
        """Tell whether it holds no longer.

        Parameters
        ----------
        today : date
        """
        return self.until is not None and self.until < date(today.year, today.month, today.day)

    def to_dict(self) -> dict[str, str | None]:
        """Return the JSON form."""
        return {"text": self.text, "given": _day(self.given), "until": _day(self.until)}

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Consent:
        """Return what `to_dict` gave.

        Parameters
        ----------
        kept : dict
        """
        return cls(text=kept["text"], given=_date(kept["given"]), until=_date(kept["until"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """One answer about talking; never a time of day.

    Attributes
    ----------
    said : Said
    day : date or None
        On which day, if that is to be kept.
    text : str
        A few words.

    Raises
    ------
    InputError
        When the minutes are none of a session.
    """

    said: Said
    day: date | None = None
    text: str = ""

    def __post_init__(self) -> None:
        """Keep the text harmless and short, and the day without a time of day; refuse minutes that no session has."""
        object.__setattr__(self, "text", short(self.text))
        object.__setattr__(self, "day", only_day(self.day))
        if self.said.minutes is not None and not 0 < self.said.minutes <= LONGEST_MIN:
            raise InputError(f"minutes lie between 0 and {LONGEST_MIN}", got=self.said.minutes)

    @property
    def key(self) -> str:
        """Return 32 hex digits of the content: the same words on the same day are one note."""
        return hashlib.blake2b(compact(self.to_dict()), digest_size=16, person=b"pace note").hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        said = self.said
        return {
            "speed_mps": said.speed,
            "talk": said.talk,
            "minutes": said.minutes,
            "day": _day(self.day),
            "text": self.text,
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Noted:
        """Return what `to_dict` gave.

        Parameters
        ----------
        kept : dict
        """
        said = Said(speed=kept["speed_mps"], talk=kept["talk"], minutes=kept["minutes"])
        return cls(said=said, day=_date(kept["day"]), text=kept["text"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is kept of one person, their recordings only counted.

    Attributes
    ----------
    label : str
    about : About
        Without answers.
    consent : Consent or None
    notes : tuple of Noted
        Their answers.
    n_activities : int
    """

    label: str
    about: About
    consent: Consent | None
    notes: tuple[Noted, ...]
    n_activities: int

    def ended(self, today: date) -> bool:
        """Tell whether their consent holds no longer.

        Parameters
        ----------
        today : date
        """
        return self.consent is not None and self.consent.ended(today)


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What came of adding.

    Attributes
    ----------
    label : str
    n_new, n_known : int
        Recordings that are new to the library, and that it had already.
    n_notes : int
        Answers that are new.
    skipped : tuple of Skipped
        Files that were left out, and why.
    n_damaged : int
        Recordings that were cut or damaged: what is whole in them counts.
    new_person : bool
    """

    label: str
    n_new: int
    n_known: int
    n_notes: int
    skipped: tuple[Skipped, ...] = ()
    n_damaged: int = 0
    new_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What was erased of one person.

    Attributes
    ----------
    label : str
    n_activities, n_notes : int
    """

    label: str
    n_activities: int
    n_notes: int


def short(text: str) -> str:
    """Return a text on one line without anything that could steer a terminal.

    Raises
    ------
    InputError
        When it is longer than LONGEST_TEXT.
    """
    plain = inert(text, most=10 * LONGEST_TEXT)
    if len(plain) > LONGEST_TEXT:
        raise InputError(f"a note has at most {LONGEST_TEXT} characters, this has more", expected=LONGEST_TEXT)
    return plain


def about_to_dict(about: About) -> dict[str, Any]:
    """Return what a person says of themselves, without their answers, as JSON."""
    return {
        "walk_speed_mps": about.walk_speed,
        "height_m": about.height_m,
        "age_years": about.age_years,
        "resting_heart_rate": about.resting_heart_rate,
        "max_heart_rate": about.max_heart_rate,
        "manner": about.manner,
    }


def about_from_dict(kept: dict[str, Any]) -> About:
    """Return what `about_to_dict` gave."""
    words = dict(kept)
    if words["manner"] not in get_args(Manner):
        raise InputError("a manner is one of those that pace knows")
    return About(walk_speed=words.pop("walk_speed_mps"), **words)


def split(about: About) -> tuple[About, tuple[Noted, ...]]:
    """Return what was said of a person apart from the answers, and each answer as a note without a day."""
    return replace(about, said=()), tuple(Noted(said=said) for said in about.said)


def compact(document: Any) -> bytes:
    """Return JSON as bytes, always the same for the same document."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode()


def only_day(day: date | None) -> date | None:
    """Return a day without the time of day that a `datetime` (which is a `date` too) brings with it.

    Examples
    --------
    >>> from datetime import datetime
    >>> only_day(datetime(2026, 11, 2, 15, 30))
    datetime.date(2026, 11, 2)
    """
    return None if day is None else date(day.year, day.month, day.day)


def _day(day: date | None) -> str | None:
    """Return a day in ISO form."""
    return None if day is None else day.isoformat()


def _date(text: str | None) -> date | None:
    """Return a day from its ISO form."""
    return None if text is None else date.fromisoformat(text)
