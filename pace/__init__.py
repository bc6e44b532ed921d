"""Find the pace at which people can move together and talk, from the activity files that they already have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pace import routes, simulate, units  # noqa: F401  # rooms; the others come with what follows
    from pace.activity.track import Track
    from pace.errors import PaceError
    from pace.formats import read
    from pace.library import Library
    from pace.output.charts import picture
    from pace.output.html import html
    from pace.person.about import About, Said
    from pace.person.profile import Profile, profile
    from pace.person.talktest import TalkTest, talk_test
    from pace.table.batch import Batch, batch
    from pace.together.match import Match, match
    from pace.together.pairs import Pairs, pairs
    from pace.together.review import Review, review
    from pace.together.session import Session, plan

__version__ = "0.1.0"
__all__ = [
    "About",
    "Batch",
    "Library",
    "Match",
    "PaceError",
    "Pairs",
    "Profile",
    "Review",
    "Said",
    "Session",
    "TalkTest",
    "Track",
    "batch",
    "html",
    "match",
    "pairs",
    "picture",
    "plan",
    "profile",
    "read",
    "review",
    "talk_test",
]

_HOME = {
    "About": "pace.person.about",
    "Batch": "pace.table.batch",
    "Library": "pace.library",
    "Match": "pace.together.match",
    "PaceError": "pace.errors",
    "Pairs": "pace.together.pairs",
    "Profile": "pace.person.profile",
    "Review": "pace.together.review",
    "Said": "pace.person.about",
    "Session": "pace.together.session",
    "TalkTest": "pace.person.talktest",
    "Track": "pace.activity.track",
    "batch": "pace.table.batch",
    "html": "pace.output.html",
    "match": "pace.together.match",
    "pairs": "pace.together.pairs",
    "picture": "pace.output.charts",
    "plan": "pace.together.session",
    "profile": "pace.person.profile",
    "read": "pace.formats",
    "review": "pace.together.review",
    "talk_test": "pace.person.talktest",
}
_ROOMS = {
    "activity",
    "errors",
    "formats",
    "library",
    "output",
    "person",
    "routes",
    "simulate",
    "table",
    "together",
    "units",
}


if not TYPE_CHECKING:  # to a type checker it would say that there is every name

    def __getattr__(name: str) -> Any:
        """Import a public name or a room when it is first used, so that `import pace` costs nothing."""
        if name not in _HOME and name not in _ROOMS:
            raise AttributeError(f"module 'pace' has no attribute {name!r}")
        from importlib import import_module

        if name in _ROOMS:
            return import_module(f"pace.{name}")
        value = getattr(import_module(_HOME[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted([*__all__, "__version__"])
