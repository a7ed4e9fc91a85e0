"""The coil: a wire on a sphere about x, open in the middle, alight with its voltage."""

import numpy as np
import pytest

from spinviz.systems.resonance.common.coil import INNER, LIGHT, OUTER, RADIUS, WIRE, coil


def test_the_wire_lies_on_the_sphere_and_leaves_the_middle_open() -> None:
    assert np.linalg.norm(WIRE, axis=1) == pytest.approx(RADIUS, abs=1e-6)
    assert np.abs(WIRE[:, 0]).max() == pytest.approx(OUTER, abs=1e-6)
    middle = WIRE[np.abs(WIRE[:, 0]) < 0.99 * INNER]
    assert np.all(middle[:, 2] < -0.8)  # only the bridge, at the bottom


def test_the_wire_has_no_jump_and_one_sense() -> None:
    steps = np.linalg.norm(np.diff(WIRE, axis=0), axis=1)
    assert steps.max() < 3 * np.median(steps)
    angle = np.unwrap(np.arctan2(WIRE[:, 2].astype(float), WIRE[:, 1]))
    assert np.diff(angle).min() > -1e-6


@pytest.mark.parametrize(("voltage", "lights"), [(0.5, (0.5, 0.0)), (-0.5, (0.0, 0.5)), (3.0, (1.0, 0.0))])
def test_light_follows_the_voltage_and_its_sign(voltage: float, lights: tuple[float, float]) -> None:
    wire, positive, negative = coil(voltage)
    assert wire.points is positive.points is negative.points  # uploaded once
    assert (positive.opacity / LIGHT, negative.opacity / LIGHT) == lights
