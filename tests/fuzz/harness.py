"""Coverage-guided fuzzing of the readers with atheris: any bytes give tracks or a `PaceError`, nothing else, soon.

`python tests/fuzz/fuzz_fit.py [folder] [-max_total_time=1800]`: libFuzzer's options; new inputs are kept in the folder.
With files in place of a folder only these are read.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def quietly(reader: Callable[[bytes], object]) -> Callable[[bytes], None]:
    """Return the target: read, and let pass what is documented."""

    def target(data: bytes) -> None:
        from pace.errors import PaceError

        with suppress(PaceError):
            reader(data)

    return target


@contextmanager
def whole_arrays(wanted: bool) -> Iterator[None]:
    """Let whole arrays read what is so little that it would be read one by one, if wanted."""
    if not wanted:
        yield
        return
    few = {"FEW_NUMBERS": 0, "FEW_TIMES": 0, "FEW_LONG": 0}
    with patch.multiple("pace.formats.text", **few), patch("pace.formats.xml_read.SMALL", 0):
        yield


def fuzz(reader: Callable[[bytes], object], seeds: Iterable[bytes]) -> None:
    """Fuzz a reader from seeds until libFuzzer's options say stop."""
    import atheris

    with atheris.instrument_imports(include=["pace"]):
        import pace.formats.archive
        import pace.formats.fit
        import pace.formats.gpx
        import pace.formats.source
        import pace.formats.tcx
        import pace.library  # noqa: F401
    words = [*sys.argv, "-max_len=8192"]
    if not any(Path(word).is_file() for word in sys.argv[1:]):
        folder = Path(tempfile.mkdtemp(prefix="seeds"))
        for i, seed in enumerate(seeds):
            (folder / f"{i:03d}").write_bytes(seed)
        words.append(str(folder))
    atheris.Setup(words, quietly(reader))
    atheris.Fuzz()
