"""Write the sample activities into a folder: `python -m pace.simulate OUT_DIR`."""

from __future__ import annotations

import sys
from pathlib import Path

from pace.simulate.samples import sample_files


def main(folder: str) -> None:
    """Write every sample file below `folder`, over what lies there under the same name."""
    for name, data in sample_files().items():
        target = Path(folder, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m pace.simulate OUT_DIR")
    main(sys.argv[1])
