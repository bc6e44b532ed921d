"""`docs/batch.md` holds every column as the code does; `pytest --renew-golden` writes the tables."""

from corpus import ROOT
from pace.table.columns import COLUMNS, FILED, GROUPS
from pace.table.journal import SUFFIX

TITLES = (
    "Time and way",
    "Speed",
    "Speed on the flat",
    "Cadence and heart rate",
    "Walk and run",
    "Effort and talk",
    "What was odd",
)
UNITS = {"_s": "s", "_m": "m", "_mps": "m/s", "_per_min": "steps/min", "_bpm": "beats/min"}


def table(columns):
    """Return columns as a table."""
    lines = [f"| `{one.name}` | {one.kind} | {unit(one)} | {one.means} |" for one in columns]
    return "\n".join(["| column | kind | unit | |", "|---|---|---|---|", *lines])


def unit(column):
    """Return the unit that the name ends in, none for what is no number."""
    found = [unit for end, unit in UNITS.items() if column.name.endswith(end)]
    return found[0] if found and column.kind == "number" else ""


def test_every_column_is_documented(golden):
    """The tables between the marks are the columns of the code, in order, with kind, unit and meaning."""
    page = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")
    head, mark, rest = page.partition("<!-- columns -->\n")
    _, end, tail = rest.partition("<!-- end of columns -->")
    assert mark
    assert end
    parts = [("The file", FILED), *zip(TITLES, (columns for _, columns in GROUPS), strict=True)]
    tables = "\n\n".join(f"### {title}\n\n{table(columns)}" for title, columns in parts)
    golden.file(ROOT / "docs" / "batch.md", f"{head}{mark}\n{tables}\n\n{end}{tail}")
    page = (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")
    assert sum(page.count(f"| `{one.name}` |") for one in COLUMNS) == len(COLUMNS)


def test_every_number_carries_its_unit():
    """A number's name ends in its unit, but for the one that has none."""
    assert [one.name for one in COLUMNS if one.kind == "number" and not unit(one)] == ["rr_alpha1"]


def test_the_journal_is_named():
    """What lies beside the output while a run goes on is told."""
    assert SUFFIX in (ROOT / "docs" / "batch.md").read_text(encoding="utf-8")
