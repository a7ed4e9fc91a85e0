"""The exchange spring against a relaxed chain of two materials, its limits and the field at which it begins."""

from math import pi

import numpy as np
import pytest

from spinviz.physics.lattice.spins import Spins
from spinviz.physics.micromagnetics.cells import Cells
from spinviz.physics.micromagnetics.exchange_spring import Layer, nucleation, spring
from spinviz.physics.micromagnetics.relaxation import relax
from spinviz.physics.micromagnetics.stepping import Motion

SOFT, HARD = Layer(12e-9, 8e5, 1.3e-11), Layer(10e-9, 1.1e6, 8e-12, 2e6)


def relaxed(b, d):
    """Angles (n,) and the mean of a chain of cells ``d`` long."""
    soft, hard = round(SOFT.thickness / d), round(HARD.thickness / d)
    Ms, A, K1 = (
        np.repeat([s, h], [soft, hard]).reshape(-1, 1, 1) for s, h in ((8e5, 1.1e6), (1.3e-11, 8e-12), (0, 2e6))
    )
    cells = Cells((soft + hard, 1, 1), (3e-9, 3e-9, d), (True, True, False), Ms, A=A, K1=K1, axis=(1, 0, 0))
    motion = Motion.of_cells(cells, B=(-b, 0, 0), stray=False)
    angle = np.where(np.arange(soft + hard) < soft, 1.5, 0.01)
    vectors = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=-1).reshape(-1, 1, 1, 1, 3)
    spins = Spins.of_vectors(motion.geometry, vectors, dtype=np.float64)
    assert relax(motion, spins, 1e-7).reached
    m = spins.vectors()[:, 0, 0, 0]
    return np.arctan2(m[:, 1], m[:, 0]), float((Ms[:, 0, 0] * m[:, 0]).sum() / Ms.sum())


@pytest.mark.parametrize("b", [0.4, 0.5, 0.6])
def test_angles_and_mean_are_those_of_a_relaxed_chain(b):
    found = spring(SOFT, HARD, b)
    means, joints = [], []
    for d in (0.5e-9, 0.25e-9):
        angle, mean = relaxed(b, d)
        n = round(SOFT.thickness / d)
        means.append(mean)
        joints.append((angle[n - 1] + angle[n]) / 2)
        assert angle[0] == pytest.approx(found.free, abs=0.02)
    # The error of the mesh falls with the square of its cells.
    assert (4 * means[1] - means[0]) / 3 == pytest.approx(found.mean, abs=3e-4)
    assert joints[1] == pytest.approx(found.joint, abs=0.02)
    assert abs(means[1] - found.mean) < 0.6 * abs(means[0] - found.mean) + 1e-5


def test_nucleation_of_a_rigid_hard_layer_is_that_of_its_thickness():
    rigid = Layer(1e-8, 1e6, 1e-11, 1e14)
    expected = 2 * SOFT.A / SOFT.Ms * (pi / (2 * SOFT.thickness)) ** 2
    assert nucleation(SOFT, rigid) == pytest.approx(expected, rel=1e-3)
    assert nucleation(SOFT, HARD) < 0.85 * expected


def test_below_nucleation_nothing_turns_and_above_it_a_little():
    field = nucleation(SOFT, HARD)
    assert spring(SOFT, HARD, 0.999 * field).mean == 1.0
    little = spring(SOFT, HARD, 1.01 * field)
    assert 0.05 < little.free < 0.5
    assert 0 < little.joint < little.free
    assert 0.9 < little.mean < 1
    with pytest.raises(ValueError, match="turn it, too"):
        spring(SOFT, HARD, 4.0)
