"""The rows of a batch as a data frame are those of its Parquet file."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from corpus import ROOT
from pace.errors import InputError
from pace.table import writers
from pace.table.batch import batch

pyarrow = pytest.importorskip("pyarrow")


def read(**more):
    """Return a batch of the sample people."""
    with ThreadPoolExecutor(1) as threads:
        return batch(ROOT / "sample_activities" / "client", executor=threads, **more)


@pytest.mark.parametrize("group", [1, 4, 10_000])
def test_a_batch_is_a_table(monkeypatch, tmp_path, group):
    """Whatever the size of its groups: the rows, the columns and what they mean are those of the file."""
    from pyarrow import parquet

    monkeypatch.setattr(writers, "GROUP", group)
    found = read()
    table = pyarrow.table(found)
    assert table.to_pylist() == list(found.rows())
    read(out=tmp_path / "t.parquet")
    assert parquet.read_table(tmp_path / "t.parquet").equals(table, check_metadata=True)


def test_rows_that_went_to_a_file_are_no_table(tmp_path):
    """They are in that file."""
    with pytest.raises(InputError, match="the rows went to a file"):
        pyarrow.table(read(out=tmp_path / "t.csv"))
