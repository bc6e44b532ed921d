"""`python -m pace_cli` is the command `pace`."""

from pace_cli.main import run

if __name__ == "__main__":
    run()
