"""The needle keeps the promises of every system, and turns as the torque says."""

import numpy as np
import pytest
from compass_needle import CompassNeedle, NeedleParameters, NeedleState

from spinviz.engine.loop import Loop
from spinviz.engine.verify import verify_system
from spinviz.testing import *
from spinviz.testing import contract_of

pytest_generate_tests = contract_of(CompassNeedle())


def test_every_law_holds() -> None:
    results = verify_system(CompassNeedle())
    assert [result.law for result in results if result.passed] == ["relaxation"]


def test_small_deflections_decay_with_the_relaxation_time() -> None:
    """delta(tau) = delta(0) / e up to delta^2 / 12 = 8e-6 and the 200 steps, 1 / (6 200^2) = 4e-6."""
    needle, p = CompassNeedle(), NeedleParameters.of(direction=10.0)
    state = NeedleState(np.radians(10.0) + 0.01)
    for _ in range(200):
        needle.step(state, p, needle.timestep(p))
    assert state.deflection(p) == pytest.approx(0.01 / np.e, rel=2e-5)


def test_the_torque_is_that_of_a_moment_in_a_field() -> None:
    """T = m x B along z, from the vectors themselves."""
    p = NeedleParameters.of(direction=-30.0)
    for angle in np.linspace(-3, 3, 7):
        m = p.m * np.array([np.cos(angle), np.sin(angle), 0.0])
        B = p.B * np.array([np.cos(np.radians(-30)), np.sin(np.radians(-30)), 0.0])
        observed = CompassNeedle().observe(NeedleState(angle), p)
        assert observed["torque"] == pytest.approx(np.cross(m, B)[2], abs=1e-20)


def test_the_field_turns_by_90_degrees_and_stays_in_its_range() -> None:
    loop = Loop(CompassNeedle(), preset="opposite")
    for expected in (-2.0, 88.0, 178.0, -92.0):
        loop.parameters = CompassNeedle().action("turn").apply(loop.state, loop.parameters)
        assert loop.parameters.direction == pytest.approx(expected)
