"""People kept on disk: summaries, what they said and what they agreed to, in one file that forgets when told to."""

from __future__ import annotations

from pace.library.library import Library
from pace.library.values import Added, Consent, Forgotten, Noted, Person

__all__ = ["Added", "Consent", "Forgotten", "Library", "Noted", "Person"]
