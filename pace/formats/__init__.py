"""Bytes and tracks: FIT, GPX and TCX, as they are, compressed or in archives, known by content and not by suffix."""

from __future__ import annotations

from pace.formats.source import Recording, read, recordings, recordings_in

__all__ = ["Recording", "read", "recordings", "recordings_in"]
