"""Where the real recordings lie, if this machine has them; tests that need them are skipped elsewhere."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ACTIVITIES = ROOT.parent / "shared" / "activities"

needs_corpus = pytest.mark.skipif(not ACTIVITIES.is_dir(), reason="the real recordings are not on this machine")
