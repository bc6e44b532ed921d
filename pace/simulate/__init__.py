"""Invented people with known truth, as recordings: for samples, tests, accuracy and the demo."""

from pace.simulate.life import outings
from pace.simulate.outing import Bout, Plan, Truth, freely, gait_of, kept_up, rising, run, run_walk, truth, walk
from pace.simulate.person import Invented, people, vo2
from pace.simulate.recording import Device, Simulated, recording, simulated

__all__ = [
    "Bout",
    "Device",
    "Invented",
    "Plan",
    "Simulated",
    "Truth",
    "freely",
    "gait_of",
    "kept_up",
    "outings",
    "people",
    "recording",
    "rising",
    "run",
    "run_walk",
    "simulated",
    "truth",
    "vo2",
    "walk",
]
