"""The implicit midpoint rule: energy and length kept to rounding, second order, the motion of the other steps."""

import numpy as np
import pytest

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO
from spinviz.physics.lattice.mesh import mesh
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.micromagnetics import midpoint
from spinviz.physics.micromagnetics.cells import Cells
from spinviz.physics.micromagnetics.stepping import History, Motion

CELL = (5e-9, 5e-9, 3e-9)


def strip(**more):
    constants = {"A": 1.3e-11, "K1": 5e4, "axis": (0, 1, 0), "B": (-0.02, 0.01, 0.0), "D": 5e-4} | more
    motion = Motion.of(mesh((16, 6, 1), (False, True, False)), CELL, 8e5, **constants)
    x = np.arange(16) / 16
    vectors = np.stack([np.cos(2 * x), np.sin(2 * x), 0.3 * x], axis=-1) * np.ones((1, 6, 1, 1))
    return motion, Spins.of_vectors(motion.geometry, vectors[..., None, :], dtype=np.float64)


def test_energy_and_length_are_kept_to_rounding():
    motion, spins = strip()
    first = sum(motion.energies(spins).values())
    dt = midpoint.longest_step(motion)
    midpoint.advance(motion, spins, dt, 400)
    assert sum(motion.energies(spins).values()) == pytest.approx(first, rel=1e-11, abs=0)
    assert np.linalg.norm(spins.vectors(), axis=-1) == pytest.approx(1, abs=1e-12)


def test_it_moves_as_the_others_do_to_second_order():
    motion, exact = strip()
    motion.advance(exact, History.of(exact), 1e-14, 2000, tolerance=-1.0)
    errors = []
    for steps in (160, 320):
        _, spins = strip()
        midpoint.advance(motion, spins, 2e-11 / steps, steps)
        errors.append(abs(spins.vectors() - exact.vectors()).max())
    assert errors[1] < 3e-3
    assert np.log2(errors[0] / errors[1]) == pytest.approx(2, abs=0.2)


def test_fields_that_vary_are_taken_in_the_middle_of_a_step():
    from dataclasses import replace

    from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
    from spinviz.physics.lattice.terms.zeeman import Zeeman

    motion, _ = strip()
    moment, B = motion.moment, 0.5
    varied = replace(
        motion, stray=None, hamiltonian=Hamiltonian((Zeeman(moment, (0, 0, 0), lambda t: (0, 0, B * t / 1e-11)),))
    )
    spins = Spins.of_vectors(motion.geometry, np.broadcast_to([1.0, 0, 0], (1, 6, 16, 1, 3)), dtype=np.float64)
    midpoint.advance(varied, spins, 1e-13, 100)
    angle = ELECTRON_GYROMAGNETIC_RATIO * B * 1e-11 / 2
    assert spins.vectors()[0, 0, 0, 0] == pytest.approx([np.cos(angle), np.sin(angle), 0], abs=1e-5)


def test_what_it_cannot_keep_is_refused():
    motion, spins = strip(alpha=0.1)
    with pytest.raises(ValueError, match=r"a damping of 0\.1"):
        midpoint.advance(motion, spins, 1e-14)
    motion, spins = strip(u=(10.0, 0, 0))
    with pytest.raises(ValueError, match="a current of"):
        midpoint.advance(motion, spins, 1e-14)
    motion, spins = strip()
    with pytest.raises(ValueError, match="does not converge: the limit is"):
        midpoint.advance(motion, spins, 1.1 * midpoint.longest_step(motion))


def test_cells_of_several_materials_keep_theirs():
    Ms = np.where(np.arange(16) < 8, 8e5, 4e5) * np.ones((1, 6, 1))
    motion = Motion.of_cells(Cells((1, 6, 16), CELL, (False, True, False), Ms, A=1.3e-11, K1=1e5), B=(0, 0.1, 0))
    _, spins = strip()
    first = sum(motion.energies(spins).values())
    midpoint.advance(motion, spins, midpoint.longest_step(motion), 200)
    assert sum(motion.energies(spins).values()) == pytest.approx(first, rel=1e-11, abs=0)
