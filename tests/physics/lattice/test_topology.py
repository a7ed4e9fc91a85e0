"""The topological charge is an integer on the torus and counts skyrmions."""

import numpy as np
import pytest

from spinviz.physics.lattice.topology import topological_charge


def skyrmion(cells: int = 24, radius: float = 10.0, helicity: float = 0.0) -> np.ndarray:
    """Core down at the middle, background up beyond the radius."""
    y, x = np.mgrid[:cells, :cells] - (cells - 1) / 2
    theta = np.pi * np.clip(1 - np.hypot(x, y) / radius, 0, 1)
    phi = np.arctan2(y, x) + helicity
    return np.stack((np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)), axis=-1)


@pytest.mark.parametrize("seed", range(5))
def test_integer_on_the_torus(seed):
    m = np.random.default_rng(seed).normal(size=(17, 12, 3)).astype(np.float32)
    Q = topological_charge(m, (True, True))
    assert abs(Q - round(Q)) < 1e-12


@pytest.mark.parametrize("helicity", [0.0, np.pi / 2])
@pytest.mark.parametrize("periodic", [(True, True), (False, False)])
def test_one_skyrmion(helicity, periodic):
    assert topological_charge(skyrmion(helicity=helicity), periodic) == pytest.approx(-1, abs=1e-12)


def test_charge_changes_sign_with_the_mirror_image_and_adds():
    m = skyrmion()
    assert topological_charge(m[:, ::-1], (True, True)) == pytest.approx(1, abs=1e-12)
    assert topological_charge(np.concatenate((m, m)), (True, True)) == pytest.approx(-2, abs=1e-12)


def test_uniform_and_empty_planes_have_no_charge():
    assert topological_charge(np.tile([0.0, 0, 1], (4, 5, 1)), (True, True)) == 0
    assert topological_charge(np.zeros((4, 5, 3)), (True, True)) == 0
