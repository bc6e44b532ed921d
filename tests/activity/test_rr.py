import numpy as np
import pytest
from MFDFA import MFDFA

from activity.strolls import run_walk_speeds, stroll
from naive import dfa_alpha1
from pace.activity.rr import BOXES, alpha1, artefacts, detrended, without_artefacts
from pace.activity.summary import Summary


def fractal_noise(exponent: float, n: int, *, seed: int) -> np.ndarray:
    """Return n values of noise whose power falls as frequency to the (2 exponent - 1): DFA reads the exponent."""
    dice = np.random.default_rng(seed)
    frequency = np.fft.rfftfreq(4 * n)
    frequency[0] = frequency[1]
    spectrum = frequency ** (0.5 - exponent) * np.exp(2j * np.pi * dice.random(frequency.size))
    noise = np.fft.irfft(spectrum)[:n]
    return 0.5 + 0.01 * noise / noise.std()


@pytest.mark.parametrize("n", [60, 137, 240, 301])
def test_alpha1_is_the_recipe(n):
    """Vectorised over windows of different lengths, each is what box by box gives."""
    windows = [fractal_noise(h, n + k, seed=k) for k, h in enumerate((0.3, 0.5, 0.75, 1.0, 1.2))]
    assert np.allclose(alpha1(windows), [dfa_alpha1(window) for window in windows], atol=1e-6)


@pytest.mark.parametrize("exponent", [0.5, 0.75, 1.0, 1.2])
def test_alpha1_agrees_with_an_independent_implementation(exponent):
    """Another library finds the same exponent within 0.02, boxes and the slow trend being the same."""
    for seed in range(4):
        beats = fractal_noise(exponent, 400, seed=seed)
        box, fluctuation = MFDFA(detrended(beats), lag=BOXES, q=np.array([2.0]), order=1)
        other = np.polyfit(np.log(box), np.log(fluctuation[:, 0]), 1)[0]
        assert abs(alpha1([beats])[0] - other) < 0.02


def test_alpha1_rises_with_the_exponent_of_the_noise():
    """Rougher rhythms read lower; white noise reads about a half."""
    read = [np.mean(alpha1([fractal_noise(h, 280, seed=k) for k in range(12)])) for h in (0.3, 0.5, 0.75, 1.0)]
    assert (np.diff(read) > 0.1).all()
    assert abs(read[1] - 0.55) < 0.08


def test_a_missed_beat_is_one_artefact():
    """A beat left out is flagged and does not condemn its neighbours."""
    beats = fractal_noise(0.8, 300, seed=5)
    beats[100] *= 2
    beats[200] *= 0.6
    assert np.flatnonzero(artefacts(beats)).tolist() == [100, 200]
    assert np.abs(without_artefacts(beats, artefacts(beats)) - 0.5).max() < 0.05


def test_windows_full_of_artefacts_are_refused_with_their_share():
    """A window with more than 6 % artefacts has no exponent, only its share of artefacts; a clean one has both."""
    for spoilt, clean in ((0, True), (8, False)):
        beats = fractal_noise(0.8, 1440, seed=6)
        if spoilt:
            beats[::spoilt] *= 1.7
        track = stroll(run_walk_speeds(n=3), rr=beats, rr_time=1_700_000_000.0 + np.cumsum(beats))
        rows = Summary.from_track(track).rr_windows
        assert len(rows) > 10
        assert np.isfinite(rows["alpha1"]).all() == clean
        assert (rows["artefacts"] < 0.02).all() == clean
        assert np.allclose(rows["heart_rate"], 120, atol=25)


def test_no_beats_no_windows():
    """Without intervals, or with a handful, there is nothing to say."""
    assert len(Summary.from_track(stroll(run_walk_speeds(n=1))).rr_windows) == 0
