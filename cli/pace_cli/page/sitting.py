"""What is known while one page is open: each person's recordings, reduced as they arrive, and the last answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pace import About, Profile, Said, match
from pace.errors import InputError, PaceError
from pace.formats import recordings_in
from pace.output.html import html
from pace.output.plain import inert
from pace.output.words import headline
from pace.person.about import Talk
from pace.person.profile import Skipped, profile
from pace.units import Units, parse_speed

MOST_PEOPLE = 6
MOST_FILES = 100_000
"""Files that one page takes."""
MOST_OF_A_NAME = 120
"""Characters of a file's name that are shown again."""

TALK: dict[str, Talk] = {"chat": "comfortable", "short": "short", "not": "not"}
"""What a pace in each field of the page says about talking at it."""


class FormError(Exception):
    """What was typed cannot be used: a message for each field, by the field's name on the page."""

    def __init__(self, by_field: Mapping[str, str]) -> None:
        super().__init__("; ".join(by_field.values()))
        self.by_field = dict(by_field)


@dataclass(slots=True)
class Sitting:
    """One open page; all of it is in memory, and gone when the page closes."""

    people: list[Profile] = field(default_factory=lambda: [Profile.build() for _ in range(MOST_PEOPLE)])
    opened: int = 0
    report: str = ""

    def add(self, person: int, name: str, data: bytes) -> dict[str, Any]:
        """Read one file of a person (its name and content), keep what it says and return what became of it.

        Raises
        ------
        InputError
            When there is no such person, or there were too many files.
        """
        self.check(person)
        if self.opened >= MOST_FILES:
            raise InputError(f"one page takes {MOST_FILES} files", got=self.opened)
        self.opened += 1
        shown = inert(name, most=MOST_OF_A_NAME) or "a file"
        found = profile(recordings_in(data, name=shown), keep_empty=True)
        self.people[person] |= found
        return {
            "file": shown,
            "used": len(found.summaries),
            "left_out": [left.to_dict() for left in found.skipped],
            "recordings": len(self.people[person].summaries),
        }

    def clear(self, person: int) -> None:
        """Forget the recordings of one person."""
        self.check(person)
        self.people[person] = Profile.build()

    def check(self, person: int) -> None:
        """Refuse a person who is not on the page."""
        if not 0 <= person < MOST_PEOPLE:
            raise InputError(f"a page has up to {MOST_PEOPLE} people", got=person)

    def answer(self, given: Mapping[str, Any]) -> str:
        """Match the people with what was typed of them, keep the report and return its first sentence.

        Raises
        ------
        FormError
            With a message for each field that cannot be used.
        """
        form = Form(given)
        people = [form.person(i, self.people[i]) for i in range(form.n_people)]
        terms = form.terms()
        form.check()
        try:
            found = match(people, **terms)
        except PaceError as error:
            raise FormError({"": error.message}) from None
        self.report = html(found, units=form.units)
        return headline(found, units=form.units)


class Form:
    """What was typed on the page, field by field; what cannot be used is collected in `wrong`."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        people = given.get("people")
        self.given = given
        self.words: Sequence[Any] = people if isinstance(people, list) else []
        self.n_people = min(max(len(self.words), 2), MOST_PEOPLE)
        self.units: Units = "mi" if given.get("units") == "mi" else "km"
        self.wrong: dict[str, str] = {}
        self.labels: set[str] = set()

    def check(self) -> None:
        """Refuse the form if anything in it was wrong."""
        if self.wrong:
            raise FormError(self.wrong)

    def person(self, i: int, known: Profile) -> Profile:
        """Return a person with label and words; without a file or a word the person's field says so."""
        words = self.words[i] if i < len(self.words) and isinstance(self.words[i], dict) else {}
        at = f"people.{i}"
        about = self.about(words, at)
        if not (known.summaries or about or any(name.startswith(f"{at}.") for name in self.wrong)):
            self.wrong[f"{at}.files"] = nothing(known.skipped)
        label = inert(str(words.get("label") or ""), most=40) or ("therapist", "client")[min(i, 1)] + f" {i}" * (i > 1)
        if label in self.labels:
            self.wrong[f"{at}.label"] = "Two of you have the same name here: change one."
        self.labels.add(label)
        return Profile.build(label=label, summaries=known.summaries, about=about, skipped=known.skipped)

    def about(self, words: Mapping[str, Any], at: str) -> About:
        """Return what was typed of one person."""
        said = [
            Said(speed=speed, talk=talk)
            for name, talk in TALK.items()
            if (speed := self.speed(words, name, at)) is not None
        ]
        height = self.number(words, "height_cm", at, 80, 260)
        rest = self.number(words, "hr_rest", at, 25, 120)
        most = self.number(words, "hr_max", at, 90, 240)
        if rest is not None and most is not None and most - rest < 20:
            self.wrong[f"{at}.hr_max"] = "The highest heart rate must lie at least 20 above the one at rest."
            most = None
        return About(
            walk_speed=self.speed(words, "walk", at, most=4.0),
            said=tuple(said),
            height_m=None if height is None else height / 100,
            age_years=self.number(words, "age", at, 5, 120),
            resting_heart_rate=rest,
            max_heart_rate=most,
        )

    def terms(self) -> dict[str, Any]:
        """Return minutes, lead, grade and temperature."""
        lead = self.given.get("lead")
        return {
            "minutes": self.number(self.given, "minutes", "", 5, 600) or 50.0,
            "lead": lead if lead in ("client", "therapist", "equal") else "client",
            "grade": (self.number(self.given, "grade", "", -30, 30) or 0.0) / 100,
            "temperature_c": self.number(self.given, "temperature", "", -30, 50),
        }

    def speed(self, words: Mapping[str, Any], name: str, at: str, *, most: float = 9.0) -> float | None:
        """Return a pace that was typed, m/s; None if none was or it was none."""
        text = str(words.get(name) or "").strip()
        if not text:
            return None
        try:
            speed = parse_speed(text, units=self.units)
        except InputError:
            self.wrong[f"{at}.{name}"] = "Write a pace like 7:45 or a speed like 8 km/h."
            return None
        if speed > most:
            self.wrong[f"{at}.{name}"] = "Nobody walks that fast: write a usual walking pace, like 10:30."
            return None
        return speed

    def number(self, words: Mapping[str, Any], name: str, at: str, low: float, high: float) -> float | None:
        """Return a number that was typed, within its range; None if none was or it was none."""
        text = str(words.get(name) or "").strip().replace(",", ".")
        if not text:
            return None
        try:
            value = float(text) if text.isascii() and "_" not in text else low - 1
        except ValueError:
            value = low - 1
        if not low <= value <= high:
            self.wrong[f"{at}.{name}".lstrip(".")] = f"Write a number from {low:g} to {high:g}."
            return None
        return value


def nothing(skipped: Sequence[Skipped]) -> str:
    """Return what a person needs who has neither a recording that tells anything nor a word."""
    if skipped:
        return "None of these files tells how this person walks or runs. Add others, or say a few words below."
    return "Add this person's recordings, or say a few words below: a usual walking pace is enough."
