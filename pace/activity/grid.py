"""The fixed grid on which time is counted: gaits, speeds, grades, and the version of what is kept on it."""

from __future__ import annotations

import numpy as np

STAND, WALK, RUN = 0, 1, 2
"""The gaits, as labels and as indices."""
GRID_VERSION = 1
"""Raised when the grid or the meaning of a row changes; summaries of two versions never mix."""
SPEED_EDGES = np.arange(141) * 0.05
"""(141,) m/s; 140 bins of 0.05 m/s from 0 to 7; what is faster counts in the last bin."""
GRADE_EDGES = np.array([-np.inf, -0.10, -0.05, -0.02, 0.02, 0.05, 0.10, np.inf])
"""(8,) rise/run; 7 bins; unknown grade counts in the middle (flat) bin."""
