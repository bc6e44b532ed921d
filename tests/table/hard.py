"""Work that goes wrong in hard ways, for processes of their own to import."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pace.formats.places import Place
from pace.table.work import Wanted, work


def dying(places: Sequence[Place], wanted: Wanted) -> list[bytes]:
    """Read places; a file called `deadly` ends the process, one called `unlucky` ends it the first time."""
    for place in places:
        once = Path(f"{place.path}.died")
        if "deadly" in place.path or ("unlucky" in place.path and not once.exists()):
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    return work(places, wanted)


def main(arguments: list[str]) -> None:
    """Run a batch as a program of its own: folder, output, `--resume` or nothing, seconds until it is killed.

    Prints how many seconds it took if it comes to its end.
    """
    import threading
    import time

    import pace

    folder, out, resume, seconds = arguments
    if float(seconds) > 0:
        threading.Timer(float(seconds), lambda: os.kill(os.getpid(), signal.SIGKILL)).start()
    begun = time.monotonic()
    pace.batch(folder, out=out, resume=resume == "--resume", jobs=2)
    sys.stdout.write(f"{time.monotonic() - begun}\n")
    sys.stdout.flush()
    os._exit(0)


def endless(places: Sequence[Any], wanted: Any) -> list[bytes]:
    """Never end by itself."""
    import time

    time.sleep(600)
    return []


if __name__ == "__main__":
    main(sys.argv[1:])
