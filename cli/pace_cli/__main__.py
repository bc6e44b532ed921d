"""Where the command `pace` begins, however it is called: Ctrl-C is quiet from here on, while it loads too."""

import sys

CTRL_C = 130
"""Exit code of a program ended by Ctrl-C: 128 + SIGINT."""


def run() -> None:
    """Load the command and run it."""
    try:
        from pace_cli import main

        main.run()
    except KeyboardInterrupt:
        sys.exit(CTRL_C)


if __name__ == "__main__":
    run()
