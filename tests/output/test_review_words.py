"""Who set the pace, in words that carry the doubt."""

import pytest

from pace.output.review_words import setter
from pace.together.leading import Leading

NAMES = ["therapist", "client"]


def led(leader, sure, share, low, high):
    """Return what was found of who led."""
    return Leading(leader=leader, sure=sure, share=share, share_low=low, share_high=high, lag_s=1.0)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (led(1, 0.02, 0.32, 0.2, 0.45), "The client led 68 % of the changes of pace (likely 55 to 80 %)."),
        (led(0, 0.99, 0.7, 0.6, 0.8), "The therapist led 70 % of the changes of pace (likely 60 to 80 %)."),
        (
            led(None, 0.2, 0.4, 0.25, 0.55),
            "Neither of you clearly: if anyone, the client (likely 45 to 75 % of the changes of pace).",
        ),
        (led(None, 0.45, 0.5, 0.3, 0.7), "Neither of you clearly: you found the pace together."),
        (Leading(why_not="too little"), "Not known: too little."),
    ],
)
def test_who_set_the_pace_is_said_with_its_doubt(found, said):
    """Whoever led is named; where it is close only who is likelier, and where it is even nobody."""
    assert setter(found, NAMES).replace("\N{NO-BREAK SPACE}", " ") == said


def test_the_other_order_says_the_same():
    """With the two named the other way round the sentence is the same."""
    one = led(1, 0.02, 0.32, 0.2, 0.45)
    other = led(0, 0.98, 0.68, 0.55, 0.8)
    assert setter(one, NAMES) == setter(other, NAMES[::-1])
