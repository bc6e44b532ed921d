"""A workout file tells a watch what the plan says: the same steps, durations and ranges of speed, and no more."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given

from output.plans import MODES, planned, sessions
from pace.errors import InputError
from pace.output.workout import workout, workouts

fitdecode = pytest.importorskip("fitdecode")
fitparse = pytest.importorskip("fitparse")


def decoded(data):
    """Return the messages as fitdecode reads them, checksums included, as (name, fields)."""
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.RAISE) as reader:
        frames = [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]
    return [(frame.name, {field.name: field.value for field in frame.fields}) for frame in frames]


def parsed(data):
    """Return the messages as fitparse reads them, checksums included, as (name, fields)."""
    return [(message.name, message.get_values()) for message in fitparse.FitFile(io.BytesIO(data)).get_messages()]


READERS = pytest.mark.parametrize("read", [decoded, parsed])


def steps_of(messages):
    """Return the steps of a workout in order."""
    found = [fields for name, fields in messages if name == "workout_step"]
    assert [fields["message_index"] for fields in found] == list(range(len(found)))
    return found


def unfolded(steps):
    """Return the timed steps (duration s, low m/s, high m/s) as a watch takes them, repeats carried out."""
    taken = []
    for at, fields in enumerate(steps):
        if fields["duration_type"] == "repeat_until_steps_cmplt":
            body = [timed(one) for one in steps[fields["duration_step"] : at]]
            taken += body * (fields["repeat_steps"] - 1)
        else:
            taken.append(timed(fields))
    return taken


def timed(fields):
    """Return duration and speeds of one step; no speeds where it has no target."""
    speeds = [fields.get(f"custom_target_speed_{end}") for end in ("low", "high")]
    return (fields["duration_time"], *(speeds if fields["target_type"] == "speed" else (None, None)))


def asked(session, label):
    """Return the same of the plan itself, step by step and turn by turn."""
    steps = []
    for block in session.blocks:
        turns = round(block.duration_s / sum(step.duration_s for step in block.steps))
        for step in block.steps * turns:
            assert label in step.gait_by_person
            still = step.speed_high == 0
            steps.append((step.duration_s, *((None, None) if still else (step.speed_low, step.speed_high))))
    return steps


@READERS
@given(session=sessions)
def test_a_watch_is_told_what_the_plan_says(read, session):
    """Both libraries read the steps of the plan in order: durations to the millisecond, speeds to the millimetre."""
    for label in ("therapist", "client"):
        got, want = unfolded(steps_of(read(workout(session, label)))), asked(session, label)
        assert len(got) == len(want)
        for step, other in zip(got, want, strict=True):
            assert step[0] == pytest.approx(other[0], abs=6e-4)
            assert step[1:] == (None, None) if other[1] is None else step[1:] == pytest.approx(other[1:], abs=6e-4)
        assert sum(step[0] for step in got) == pytest.approx(60 * session.minutes, abs=0.1)


@READERS
def test_the_file_is_a_workout(read):
    """It says what it is, how many steps it has, and for which sport."""
    for mode, sport in zip(MODES, ("walking", "running", "running", "running", "walking"), strict=True):
        messages = read(workout(planned(mode), "therapist"))
        (_, first), (name, about) = messages[:2]
        assert first["type"] == "workout"
        assert name == "workout"
        assert about["sport"] == sport
        assert about["num_valid_steps"] == len(steps_of(messages)) <= 50


def test_turns_are_a_run_and_a_rest_repeated():
    """Running and walking by turns is two steps and one repeat of all the turns."""
    steps = steps_of(decoded(workout(planned("run-walk"), "client")))
    assert [step["intensity"] for step in steps] == ["warmup", "active", "rest", None, "cooldown", "rest"]
    assert steps[3]["repeat_steps"] * 180 <= 2400 < (steps[3]["repeat_steps"] + 1) * 180


def test_the_longest_session_has_few_steps():
    """Watches take 50 steps: blocks that are alike are one step and a repeat."""
    assert len(steps_of(decoded(workout(planned("walk-together", minutes=90), "client")))) == 5


def test_each_person_has_a_file_where_gaits_differ():
    """Whoever walks beside somebody who jogs gets a walk; where all do the same there is one file for all."""
    apart = workouts(planned("walk-and-jog"))
    assert list(apart) == ["therapist", "client"]
    sports = [decoded(data)[1][1]["sport"] for data in apart.values()]
    assert sports == ["running", "walking"]
    assert list(workouts(planned("walk-together"))) == [""]


def test_no_name_and_no_time_of_making_is_in_the_file():
    """Labels stay out, texts are plain ASCII, and the same plan is the same bytes."""
    session = planned("walk-and-jog", labels=("Róbin", "Ash"))
    data = workout(session, "Róbin")
    assert data == workout(session, "Róbin")
    assert not any(name in data + workout(session, "Ash") for name in ("Róbin".encode(), b"R?bin", b"bin", b"Ash"))
    (made,) = [fields["time_created"] for name, fields in decoded(data) if name == "file_id"]
    assert made == datetime(2021, 9, 8, 1, 46, 40, tzinfo=UTC)
    texts = [value for _, fields in decoded(data) for value in fields.values() if isinstance(value, str)]
    assert all(text.isascii() for text in texts)
    steps = steps_of(decoded(data))
    assert [step["wkt_step_name"] for step in steps if step["wkt_step_name"]] == [
        "Settle in",
        "Run and talk",
        "Ease off",
        "Look back",
    ]


def test_whoever_is_not_in_the_plan_has_no_workout():
    """Another label raises InputError."""
    with pytest.raises(InputError, match="one of the people"):
        workout(planned("walk-together"), "nobody")
