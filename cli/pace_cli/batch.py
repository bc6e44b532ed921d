"""The command `pace batch`: many files into one table, with a bar on a terminal and plain lines in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pace_cli import screen
from pace_cli.options import SHOW, JsonOption

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from pace.table.gathered import Counts

BATCH = """
Read thousands of files into one table, a row an activity.

Each row says how long somebody walked and ran, how far and how fast, with cadence and heart rate, what it tells of
changing gait and of talking, and what was odd. Exports of Strava, Garmin and Apple Health are known by what lies in
them; the same activity in several files is marked. No row holds a place, a date or a time of day, unless the name of a
file tells one.

A run that was stopped, whatever stopped it, goes on with --resume, and the table comes out the same.
"""

BATCH_EXAMPLES = """
[bold]Examples[/bold]
  pace batch people/ -o table.parquet              a folder for each person
  pace batch export.zip -o table.csv               one export
  pace batch people/ -o table.csv --resume         go on where a run ended
  pace batch a/ b/ -o t.jsonl --person-from label --label Ash --label Bo
  pace batch list.csv -o t.csv --person-from column
"""

WORK = "The work"


class PersonChoice(StrEnum):
    """Whose a recording is."""

    folder = "folder"
    column = "column"
    label = "label"


PathsArgument = Annotated[
    list[str],
    typer.Argument(metavar="PATHS", help="Files, folders, .gz, .zip, exports; or lists, with --person-from column."),
]
OutOption = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="FILE", help="The table: .parquet, .csv or .jsonl.", show_default=False),
]
PersonOption = Annotated[
    PersonChoice,
    typer.Option(
        "--person-from",
        metavar="folder|column|label",
        help="Whose it is: by the folder below PATHS; by a list (CSV: `file`, `person`); by a --label for each path.",
    ),
]
LabelOption = Annotated[
    list[str] | None,
    typer.Option("--label", metavar="LABEL", help="What to call whoever each path belongs to, in order; repeat it."),
]
JobsOption = Annotated[
    int | None,
    typer.Option("--jobs", min=1, metavar="N", help="How many processes; all cores if not said.", rich_help_panel=WORK),
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on with a run that was stopped.", rich_help_panel=WORK)
]
DaskOption = Annotated[
    str | None,
    typer.Option("--dask", metavar="ADDRESS", help="Read on a Dask cluster: tcp://host:8786.", rich_help_panel=WORK),
]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Show no progress.", rich_help_panel=SHOW)]

EVERY_S = 10.0
"""s between two lines of progress in a pipe."""
MOST_REASONS = 12
"""Reasons that are listed; the rarer ones are added up."""


def batch(
    paths: PathsArgument,
    output: OutOption,
    person_from: PersonOption = PersonChoice.folder,
    label: LabelOption = None,
    jobs: JobsOption = None,
    resume: ResumeOption = False,
    dask: DaskOption = None,
    quiet: QuietOption = False,
    as_json: JsonOption = False,
) -> None:
    """Read everything, write the table, and say what was read and what was left out."""
    from pace.table.writers import SUFFIXES, check_target

    if output.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(f"a table is a .parquet, .csv or .jsonl, got {output.name!r}", param_hint="--output")
    if label and person_from != PersonChoice.label:
        raise typer.BadParameter("labels go with --person-from label", param_hint="--label")
    if dask is not None and jobs is not None:
        raise typer.BadParameter("the cluster decides how many workers there are", param_hint="--jobs")
    check_target(output)
    terms: dict[str, Any] = {"person_from": person_from.value, "labels": label or (), "resume": resume}
    import pace

    with _stoppable(output), _executor(dask, jobs) as (executor, width), _progress(quiet=quiet) as progress:
        found = pace.batch(paths, out=output, executor=executor, jobs=width, progress=progress, **terms)
    if as_json:
        screen.print_json(found.to_dict())
    else:
        print_counts(found.counts, output)
    _require_some(found.counts)


@contextmanager
def _stoppable(out: Path) -> Iterator[None]:
    """Say what Ctrl-C leaves, once the bar has gone."""
    from pace.table.journal import SUFFIX

    try:
        yield
    except KeyboardInterrupt:
        if out.with_name(out.name + SUFFIX).exists():
            screen.say("stopped; nothing was written. The same command with --resume goes on from here")
        raise


def _require_some(counts: Counts) -> None:
    """Refuse a table in which no file could be read.

    Raises
    ------
    NothingUsableError
    """
    from pace.errors import NothingUsableError

    if counts.rows and sum(counts.errors.values()) == counts.rows:
        raise NothingUsableError("no file could be read; the table holds the reasons")


@contextmanager
def _executor(address: str | None, jobs: int | None) -> Iterator[tuple[Executor | None, int | None]]:
    """Give the executor of a Dask cluster, if one is wanted, and how many pieces of work are under way at a time.

    Raises
    ------
    InputError
        When Dask is missing or the cluster does not answer.
    """
    from pace.errors import InputError
    from pace.table.pool import QUEUED

    if address is None:
        yield None, jobs
        return
    try:
        from distributed import Client
    except ImportError:
        raise InputError("a Dask cluster needs dask: pip install 'pace-match[dask]'") from None
    connect: Any = Client  # has no types
    try:
        client = connect(address, timeout=10, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise InputError(f"the Dask cluster does not answer ({type(error).__name__})", path=address) from None
    with client:
        yield client.get_executor(pure=False, retries=0), max(sum(client.ncores().values()) * QUEUED, QUEUED)


# --- Progress -----------------------------------------------------------------------------------------------------


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Give what shows progress on standard error: a bar to somebody who looks, a line now and then in a pipe."""
    if quiet:
        yield None
    elif sys.stderr.isatty():
        with _bar() as bar:
            task = bar.add_task("", total=None)
            yield lambda done, known: bar.update(task, completed=done, total=known)
    else:
        yield _Lines()


def _bar() -> Any:
    """Return a bar with how many files a second and how long it will take."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """Files a second."""

        def render(self, task: Any) -> Text:
            """Return the rate as text."""
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f} files/s")

    columns = (
        TextColumn("reading"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=screen.console(stderr=True), transient=True)


class _Lines:
    """A line of progress every ten seconds."""

    def __init__(self) -> None:
        from time import monotonic

        self._now = monotonic
        self._begun = self._last = monotonic()
        self._before: int | None = None

    def __call__(self, done: int, known: int) -> None:
        """Say how far it is, if it is time to."""
        now = self._now()
        if self._before is None:
            self._before = done  # what an earlier run had read came at once
        if now - self._last < EVERY_S:
            return
        rate = (done - self._before) / (now - self._begun)
        left = f", {_minutes((known - done) / rate)} left" if rate > 0 else ""
        screen.say(f"{done:,} of {known:,} files, {rate:,.0f} files/s{left}")
        self._last = now


def _minutes(seconds: float) -> str:
    """Return how long something still takes, in words.

    Examples
    --------
    >>> _minutes(20.0), _minutes(100.0)
    ('less than a minute', '2 min')
    """
    return "less than a minute" if seconds < 60 else f"{seconds / 60:.0f} min"


# --- What became of the files -------------------------------------------------------------------------------------


def print_counts(counts: Counts, out: Path) -> None:
    """Print what was read, what was left out and why."""
    from pace.output.words import Fact
    from pace_cli.answers import print_facts, print_section, print_text

    screen_out = screen.console()
    people = f"{counts.people:,} {'person' if counts.people == 1 else 'people'}"
    used = "1 activity" if counts.used == 1 else f"{counts.used:,} activities"
    print_text(screen_out, f"{used} of {people} {'is' if counts.used == 1 else 'are'} in {out}", style="bold")
    rows = (
        ("Rows", counts.rows, "one for each recording and each file that could not be read"),
        ("Used", counts.used, "activities of walking and running"),
        ("The same again", counts.duplicates, "in another file; the column duplicate_of names the one that counts"),
        ("Left out", sum(counts.left_out.values()), "they tell nothing of walking and running"),
        ("Not readable", sum(counts.errors.values()), "the column error says why"),
        ("Passed over", counts.passed_over, "other files, not opened or no activity (no row)"),
    )
    print_facts(screen_out, [Fact(name=name, text=f"{n:,}  {text}") for name, n, text in rows if n], indent=2)
    for title, reasons in (("Why left out", counts.left_out), ("Why not readable", counts.errors)):
        print_section(screen_out, title, [Fact(name=f"{n:,}", text=reason) for reason, n in _most(reasons)])


def _most(reasons: dict[str, int]) -> list[tuple[str, int]]:
    """Return the commonest reasons first; the rarest added up."""
    order = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    rest = sum(n for _, n in order[MOST_REASONS:])
    return [*order[:MOST_REASONS], *([("other reasons", rest)] if rest else [])]
