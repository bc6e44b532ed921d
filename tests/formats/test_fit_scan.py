"""The walk over messages: equal to a plain loop, whatever the stream."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import naive
from pace.formats.fit_scan import Damage, Scan
from pace.formats.fit_times import compressed_times


def defined(local: int, message: int, size: int) -> bytes:
    """Return a definition of one byte field of `size` bytes."""
    return bytes((0x40 | local, 0, 0)) + message.to_bytes(2, "little") + bytes((1, 1, size, 13))


def found(data: bytes, end: int | None = None) -> dict[int, list[int]]:
    scan = Scan(data)
    scan.walk(0, len(data) if end is None else end)
    return {one.layout.message: one.positions().tolist() for one in scan.found() if one.positions().size}


@st.composite
def streams(draw):
    """Definitions and messages in stretches: a period repeated, then another; some locals defined anew."""
    dice = random.Random(draw(st.integers(0, 10**9)))
    data, sizes, message = b"", {}, 0
    for _ in range(draw(st.integers(1, 12))):
        for local in dice.sample(range(16), dice.randint(0 if sizes else 1, 4)):
            message += 1
            sizes[local] = dice.randint(1, 20)
            data += defined(local, message, sizes[local])
        period = [dice.choice(list(sizes)) for _ in range(dice.randint(1, 5))]
        for local in period * dice.choice([1, 2, 5, 30, 200]):
            data += bytes((local,)) + dice.randbytes(sizes[local])
    return data


@given(streams())
def test_the_walk_finds_what_a_plain_loop_finds(data):
    """Runs of a period and single messages give every message of every layout, in file order."""
    assert found(data) == naive.fit_messages(data)


def test_a_period_with_one_local_number_twice_comes_in_file_order():
    """0, 0, 8, 0, 0, 8 …: the positions of local number 0 increase."""
    data = defined(0, 20, 3) + defined(8, 78, 2) + bytes((0, 9, 9, 9, 0, 9, 9, 9, 8, 9, 9)) * 50
    positions = found(data)[20]
    assert len(positions) == 100
    assert positions == sorted(positions)


def test_the_walk_does_not_read_the_checksum_as_a_message():
    """A run ends at the end of the messages, even where the checksum looks like one more."""
    data = defined(0, 20, 1) + bytes((0, 9)) * 40
    assert len(found(data + bytes((0, 9)), end=len(data))[20]) == 40


def test_the_same_definition_again_changes_nothing():
    """Devices repeat definitions; the layout stays one."""
    one = defined(0, 20, 4)
    data = (one + bytes((0, 1, 2, 3, 4))) * 30
    scan = Scan(data)
    scan.walk(0, len(data))
    assert len(scan.found()) == 1


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        (defined(0, 20, 2) + bytes((0, 1, 2, 5)), 12),  # local number 5 was never defined
        (defined(0, 20, 2) + bytes((0, 1)), 9),  # the last message is cut
        (defined(0, 20, 2)[:7], 0),  # the definition is cut
        (defined(0, 20, 2) + b"\x41", 9),
        (defined(0, 20, 2) + bytes((0, 1, 2)) * 500 + b"\x0f", 1509),
        (bytes((0x40, 0, 7, 20, 0, 1, 1, 1, 13)), 0),  # a byte order that is none
    ],
)
def test_damage_is_told_with_its_offset(data, offset):
    """The walk stops where the first thing makes no sense, and says where; what came before stays found."""
    scan = Scan(data)
    with pytest.raises(Damage) as caught:
        scan.walk(0, len(data))
    assert caught.value.offset == offset


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 60)), max_size=60))
def test_compressed_times_equal_a_plain_loop(steps):
    """Five bits count on from the time before, over every turn, and start anew at each whole time."""
    own, headers, broken, clock = [], [], [], 1000
    for whole, lost, step in steps:
        clock += step if whole else step % 32
        own.append(clock if whole else np.nan)
        headers.append(0 if whole else 0x80 | clock & 31)
        broken.append(lost and not whole)
    got = compressed_times(np.array(own, dtype=float), np.array(headers, np.uint8), np.array(broken, bool))
    assert got.tolist() == pytest.approx(naive.fit_times(own, headers, broken), nan_ok=True)
