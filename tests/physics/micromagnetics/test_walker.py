"""Walker's wall: the textbook's formulas, both realisations of its hard axis, and the corrections of the mesh."""

from dataclasses import replace
from math import asin, ceil, isinf, pi, sqrt

import numpy as np
import pytest

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO as GAMMA
from spinviz.physics.lattice import textures
from spinviz.physics.lattice.mesh import mesh
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Zeeman
from spinviz.physics.micromagnetics.stepping import History, Motion
from spinviz.physics.micromagnetics.walker import Walker

MU0 = 4e-7 * pi
WALL = Walker(A=1.5e-11, K1=5e5, Ms=3e5, alpha=0.1)
B_W = 0.1 * MU0 * 3e5 / 2


def test_walker_field_and_velocity_of_the_textbook() -> None:
    """18.8 mT; v = gamma D B/alpha with the contracted width, and the tilt from sin 2p = B/B_W."""
    assert WALL.walker_field == pytest.approx(B_W, rel=1e-9)
    for part in (0.1, 0.5, 0.99, -0.5):
        wall = replace(WALL, B=part * B_W)
        tilt = asin(part) / 2
        width = sqrt(1.5e-11 / (5e5 + MU0 * 9e10 / 2 * np.sin(tilt) ** 2))
        assert wall.steady_tilt == pytest.approx(tilt, abs=1e-9)
        assert wall.steady_velocity == pytest.approx(GAMMA * width * part * B_W / 0.1, rel=1e-9)
        assert wall.mean_velocity == wall.steady_velocity
        assert wall.mean_rate == 0
    assert replace(WALL, B=1.001 * B_W).precesses
    assert replace(WALL, B=-1.001 * B_W).precesses


@pytest.mark.parametrize("part", [1.1, 2.0, 10.0, -2.0])
def test_beyond_the_breakdown_of_a_hard_wall(part: float) -> None:
    """With K1 far above mu0 Ms^2/2: v = (gamma D/alpha) (B - sqrt(B^2 - B_W^2)/(1 + alpha^2)); f likewise."""
    wall = replace(WALL, K1=5e11, A=1.5e-5, B=part * B_W)
    root = np.sign(part) * sqrt(part**2 - 1) * B_W / 1.01
    assert wall.mean_rate == pytest.approx(GAMMA * root, rel=1e-6)
    assert wall.mean_velocity == pytest.approx(GAMMA * sqrt(1.5e-5 / 5e11) / 0.1 * (part * B_W - root), rel=1e-6)


def test_currents_of_the_textbook() -> None:
    """v = beta u/alpha; the adiabatic one pins itself up to gamma D mu0 Ms/2; far above (1 + ab) u/(1 + a^2)."""
    assert replace(WALL, u=100.0, beta=0.04).mean_velocity == pytest.approx(40.0, rel=1e-9)
    assert replace(WALL, u=100.0, beta=0.0).mean_velocity == pytest.approx(0.0, abs=1e-9)
    hard = replace(WALL, K1=5e11, A=1.5e-5)
    critical = GAMMA * sqrt(1.5e-5 / 5e11) * MU0 * 3e5 / 2
    assert hard.critical_drift == pytest.approx(critical, rel=1e-5)
    assert replace(hard, beta=0.05).critical_drift == pytest.approx(2 * critical, rel=1e-5)
    assert isinf(replace(hard, beta=0.1).critical_drift)
    assert not replace(hard, u=0.999 * critical).precesses
    assert replace(hard, u=1.001 * critical).precesses
    far = replace(hard, u=1e5, beta=0.3)
    assert far.mean_velocity == pytest.approx(1e5 * (1 + 0.1 * 0.3) / 1.01, rel=1e-4)


def test_energy_is_that_of_the_hard_and_the_soft_tilt() -> None:
    assert float(WALL.energy()) == pytest.approx(4 * sqrt(1.5e-11 * 5e5), rel=1e-12)
    assert float(WALL.energy(pi / 2)) == pytest.approx(4 * sqrt(1.5e-11 * (5e5 + MU0 * 9e10 / 2)), rel=1e-9)


@pytest.mark.parametrize("sign", [1, -1])
def test_exactly_at_the_breakdown_it_is_steady(sign: int) -> None:
    """The least rate of precession was 0, by which the mean was divided."""
    for wall in (replace(WALL, B=sign * WALL.walker_field), replace(WALL, u=sign * WALL.critical_drift)):
        assert np.isfinite(wall.mean_velocity)
        assert np.isfinite(wall.mean_rate)


def test_without_damping_the_wall_of_no_drive_stays() -> None:
    assert replace(WALL, alpha=0.0).mean_velocity == 0.0


def settled(motion: Motion, dx: float, tilt: float = 0.0, time: float = 3e-10) -> tuple[float, float, float]:
    """Velocity [m/s], tilt [rad] and width [m] of a wall after ``time`` [s] from one of this tilt."""
    shape = motion.geometry.shape[:3]
    start = textures.wall(shape, float(WALL.width(tilt)) / dx, pi / 2 + tilt)[..., None, :]
    spins = Spins.of_vectors(motion.geometry, start, dtype=np.float64)
    history, steps = History.of(spins), ceil(time / motion.longest_step(2.0))
    dt = time / steps
    motion.advance(spins, history, dt, steps)
    m = spins.sites[0, 0, :, 0].copy()
    motion.advance(spins, history, dt, 20)
    after = spins.sites[0, 0, :, 0]
    v = (after[:, 2].sum() - m[:, 2].sum()) * dx / 2 / (20 * dt)
    tilt = float(np.arctan2(-after[:, 0].sum(), after[:, 1].sum()))
    return float(v), tilt, float((1 - after[:, 2] ** 2).sum() * dx / 2)


def test_sheets_of_charge_are_a_local_hard_axis() -> None:
    """The stray field of cells that repeat along y and z, and K = -mu0 Ms^2/2 along x, move the wall alike.

    The tensor of periodic axes is known to 1e-9.
    """
    dx = 2e-9
    geometry, cell = mesh((80, 1, 1), (False, True, True)), (dx, dx, dx)
    computed = Motion.of(geometry, cell, 3e5, A=1.5e-11, K1=5e5, alpha=0.3, B=(0, 0, 0.04))
    V = dx**3
    terms = (
        Exchange(2 * 1.5e-11 * V, (1 / dx**2, 0, 0)), Uniaxial(5e5 * V),
        Uniaxial(-MU0 * 9e10 / 2 * V, (1, 0, 0)), Zeeman(3e5 * V, (0, 0, 0.04)),
    )  # fmt: skip
    local = Motion(geometry, Hamiltonian(terms), 3e5 * V, 0.3)
    one, two = settled(computed, dx), settled(local, dx)
    assert one == pytest.approx(two, rel=2e-6)
    tensor = computed.stray.arrays(np.float64)[1]  # type: ignore[union-attr]
    assert np.ptp(tensor[0]) < 1e-8 * abs(tensor[0]).max(), "the same for all wave numbers: local"


@pytest.mark.parametrize(("B", "u", "beta"), [(0.045, 0.0, 0.0), (0.0, 150.0, 0.0), (-0.02, 150.0, 0.4)])
@pytest.mark.parametrize("r", [0.25, 0.4])
def test_corrections_of_the_mesh_are_of_second_order(B: float, u: float, beta: float, r: float) -> None:
    """Simulated walls of r = d/w meet the closed form within a part of r^4, where the correction itself is r^2/8."""
    dx = r * sqrt(1.5e-11 / 5e5)
    wall = replace(WALL, alpha=0.3, B=B, u=u, beta=beta, cell=dx)
    motion = Motion.of(
        mesh((160, 1, 1), (False, True, True)), (dx, dx, dx), 3e5, A=1.5e-11, K1=5e5, alpha=0.3, B=(0, 0, B),
        u=(u, 0, 0), beta=beta,
    )  # fmt: skip
    v, tilt, width = settled(motion, dx, wall.steady_tilt)
    left = 0.06 * r**4 + 1e-5
    scale = max(abs(wall.steady_velocity), 100.0)
    assert v == pytest.approx(wall.steady_velocity, abs=left * scale)
    assert width == pytest.approx(float(wall.width(wall.steady_tilt)), rel=left)
    assert tilt == pytest.approx(wall.steady_tilt, abs=0.2 * r**4 + 1e-4)
