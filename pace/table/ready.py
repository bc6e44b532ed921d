"""Loaded once by the process that the workers of a batch are copies of, so that none has to load anything itself."""

from __future__ import annotations

import lxml.etree  # noqa: F401  # what reading loads only when it is first needed

from pace.table import pool

pool.one_thread_each()

import pace.formats.fit  # noqa: E402
import pace.formats.gpx  # noqa: E402
import pace.formats.tcx  # noqa: E402
import pace.table.work  # noqa: E402, F401
