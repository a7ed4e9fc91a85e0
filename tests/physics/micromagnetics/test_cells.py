"""Cells of several materials against the equation written out, one material, gradients and closed forms."""

from math import pi

import numpy as np
import pytest

from spinviz.physics.constants import BOLTZMANN, ELECTRON_GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from spinviz.physics.lattice.mesh import mesh
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.micromagnetics.cells import Cells
from spinviz.physics.micromagnetics.energy_density import densities_of
from spinviz.physics.micromagnetics.stepping import STRAY, History, Motion
from spinviz.physics.moments.levels import langevin

GAMMA = ELECTRON_GYROMAGNETIC_RATIO
CELL = (4e-9, 5e-9, 3e-9)
SHAPE = (2, 4, 5)


def several(shape=SHAPE, periodic=(True, False, False), seed=5, empty=True, one_Ms=False):
    rng = np.random.default_rng(seed)
    Ms = np.full(shape, 9e5) if one_Ms else rng.uniform(2e5, 1.5e6, shape)
    if empty:
        Ms[0, 1, 2] = Ms[-1, 0, 0] = 0.0
    return Cells(
        shape, CELL, periodic, Ms, A=rng.uniform(0, 3e-11, shape), K1=rng.uniform(-3e5, 8e5, shape),
        axis=rng.normal(size=(*shape, 3)), Kc=rng.uniform(-4e5, 4e5, shape), D=rng.uniform(-3e-3, 3e-3, shape),
        alpha=rng.uniform(0, 0.5, shape), grains=rng.integers(0, 3, shape), coupling=0.3,
    )  # fmt: skip


def spins_of(cells, seed=2, dtype=np.float64):
    vectors = np.random.default_rng(seed).normal(size=(*cells.shape, 1, 3))
    vectors[~cells.full] = 0.0
    nz, ny, nx = cells.shape
    return Spins.of_vectors(mesh((nx, ny, nz), cells.periodic), vectors, dtype=dtype)


def slope(motion, m):
    """dm/dt of vectors (nz, ny, nx, 3) as the equation says it, damping of each cell."""
    cells = motion.cells
    alpha = cells.of("alpha")[..., None]
    T = -GAMMA * np.cross(m, motion.field(spins_with(motion, m)))
    s = np.zeros_like(m)
    for axis, u in enumerate(motion.u):
        along, n = 2 - axis, m.shape[2 - axis]
        pads = [(1, 1) if a == along else (0, 0) for a in range(4)]
        padded = np.pad(m, pads, mode="wrap" if cells.periodic[axis] else "edge")
        ahead, behind = (np.take(padded, range(k, k + n), axis=along) for k in (2, 0))
        s += u * (ahead - behind) / (2 * CELL[axis]) if n > 1 else 0.0
    T += -np.cross(np.cross(m, s), m) + motion.beta * np.cross(m, s)
    return (T + alpha * np.cross(m, T)) / (1 + alpha**2)


def spins_with(motion, m):
    given = Spins.of_vectors(motion.geometry, np.ones((*m.shape[:3], 1, 3)), dtype=np.float64)
    given.values[0, :, 1:-1, 1:-1, 1:-1] = np.moveaxis(m, -1, 0)
    given.fill_halo()
    return given


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("current", [False, True])
@pytest.mark.parametrize("periodic", [(False, False, False), (True, True, True)])
def test_a_step_is_that_of_the_equation(periodic, current, dtype):
    cells = several(periodic=periodic, one_Ms=current, empty=not current)
    motion = Motion.of_cells(
        cells, B=(0.1, -0.2, 0.3), u=(300.0, -200.0, 100.0) if current else (0, 0, 0), beta=0.3 if current else 0.0
    )
    spins = spins_of(cells, dtype=dtype)
    dt, m = 0.1e-12, spins.vectors()[..., 0, :].astype(np.float64)
    k1 = slope(motion, m)
    k2 = slope(motion, m + dt / 2 * k1)
    k3 = slope(motion, m + dt / 2 * k2)
    k4 = slope(motion, m + dt * k3)
    end = m + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    end /= np.maximum(np.linalg.norm(end, axis=-1, keepdims=True), 1e-9)
    motion.advance(spins, History.of(spins), dt)
    assert abs(end - m).max() > 0.05
    assert spins.vectors()[..., 0, :] == pytest.approx(end, abs=1e-13 if dtype == np.float64 else 2e-6)


def test_the_field_is_minus_the_gradient_of_the_energy():
    cells = several()
    motion = Motion.of_cells(cells, B=(0.1, -0.2, 0.3))
    spins = spins_of(cells)
    m, h = spins.vectors()[..., 0, :], 1e-5
    rng = np.random.default_rng(9)
    for _ in range(40):
        z, y, x = (rng.integers(n) for n in SHAPE)
        part = rng.integers(3)
        if not cells.full[z, y, x]:
            continue
        energies = []
        for sign in (1, -1):
            moved = m.copy()
            moved[z, y, x, part] += sign * h
            energies.append(sum(motion.energies(spins_with(motion, moved)).values()))
        moment = cells.of("Ms")[z, y, x] * cells.volume
        gradient = -(energies[0] - energies[1]) / (2 * h) / moment
        field = motion.field(spins_with(motion, m))[z, y, x, part]
        # Of exchange, counted from the aligned state, and of one Ms V the rest: fields of a tesla and more.
        assert gradient == pytest.approx(field, rel=1e-6, abs=1e-6)
    torque = np.moveaxis(motion.torque(spins)[:, 1:-1, 1:-1, 1:-1], 0, -1)
    assert torque == pytest.approx(np.cross(m, motion.field(spins)), abs=1e-11)


@pytest.mark.parametrize("periodic", [(False, False, False), (True, True, False)])
def test_cells_of_one_material_are_the_mesh_of_it(periodic):
    constants = {"A": 1.5e-11, "K1": 4e5, "axis": (0.0, 0.6, 0.8), "D": 2e-3}
    nz, ny, nx = SHAPE
    one = Motion.of(mesh((nx, ny, nz), periodic), CELL, 8e5, **constants, alpha=0.1, B=(0.1, -0.2, 0.3))
    same = Motion.of_cells(Cells(SHAPE, CELL, periodic, 8e5, **constants, alpha=0.1), B=(0.1, -0.2, 0.3))
    assert same.longest_step() == pytest.approx(one.longest_step(), rel=0.02)
    runs = []
    for motion in (one, same):
        # Also with cells that are empty though the material is everywhere.
        spins = spins_of(several(empty=True))
        spins = Spins.of_vectors(motion.geometry, spins.vectors(), dtype=np.float64, key=4)
        motion.advance(spins, History.of(spins), 1e-13, 20, kT=4e-21)
        densities = densities_of(motion, spins)
        energies = motion.energies(spins)
        assert {name: d.sum() * 60e-27 for name, d in densities.items()} == pytest.approx(energies, rel=1e-9, abs=0)
        runs.append((spins.vectors(), energies))
    assert runs[0][0] == pytest.approx(runs[1][0], abs=1e-11)
    assert runs[0][1] == pytest.approx(runs[1][1], rel=1e-9, abs=0)


def test_densities_add_up_and_bonds_join_full_cells():
    cells = several()
    motion = Motion.of_cells(cells, B=(0.1, -0.2, 0.3))
    densities = {name: d.sum() * cells.volume for name, d in densities_of(motion, spins_of(cells)).items()}
    assert densities == pytest.approx(motion.energies(spins_of(cells)), rel=1e-9, abs=0)
    for axis in range(3):
        bonds = cells.bonds(axis, "A")
        assert not bonds[~cells.full].any()
        assert not np.roll(bonds, 1, 2 - axis)[~cells.full].any()


def test_harmonic_mean_and_grains_weaken_exchange():
    A, Ms = np.array([[[1e-11, 3e-11, 3e-11]]]), 1e6
    cells = Cells((1, 1, 3), CELL, (False,) * 3, Ms, A=A, grains=np.array([[[0, 0, 1]]]), coupling=0.2)
    whole = 2 * cells.volume / CELL[0] ** 2
    assert cells.bonds(0, "A")[0, 0] == pytest.approx([1.5e-11 * whole, 0.2 * 3e-11 * whole, 0.0])


def test_a_cubic_crystal_precesses_about_its_easy_axis():
    """omega = gamma 2 Kc/Ms for Kc > 0 about x, for Kc < 0 gamma 4 |Kc|/(3 Ms) about the diagonal."""
    Ms = 1.7e6
    for Kc, axis, omega in (
        (4.8e4, np.array([1.0, 0, 0]), GAMMA * 2 * 4.8e4 / Ms),
        (-4.8e4, np.ones(3) / np.sqrt(3), GAMMA * 4 * 4.8e4 / (3 * Ms)),
    ):
        motion = Motion.of_cells(Cells((1, 1, 1), CELL, (False,) * 3, Ms, Kc=Kc), stray=False)
        across = np.cross(axis, [0.3, -0.5, 0.8])
        start = axis + 1e-4 * across / np.linalg.norm(across)
        spins = Spins.of_vectors(motion.geometry, start.reshape(1, 1, 1, 1, 3), dtype=np.float64)
        steps = 400
        motion.advance(spins, History.of(spins), pi / omega / steps, steps)
        half = spins.vectors().reshape(3)
        assert half - axis * (half @ axis) == pytest.approx(-(start - axis * (start @ axis)), abs=2e-7)


def test_equilibrium_of_independent_cells_of_several_ms_and_dampings():
    """Langevin's mean for every moment Ms V, whatever its damping."""
    n, kT = 6000, BOLTZMANN * 300
    Ms = np.tile(np.array([2e5, 6e5, 1e6]), n // 3).reshape(1, 1, n)
    alpha = np.tile(np.array([0.3, 1.0]), n // 2).reshape(1, 1, n)
    cells = Cells((1, 1, n), (3e-9, 3e-9, 3e-9), (False,) * 3, Ms, alpha=alpha)
    B = 1.2
    motion = Motion.of_cells(cells, B=(0, 0, B), stray=False)
    spins = Spins.of_vectors(motion.geometry, np.broadcast_to([0.3, 0, 1.0], (1, 1, n, 1, 3)), key=7)
    history, means = History.of(spins), []
    motion.advance(spins, history, 4e-14, 5000, kT=kT)
    for _ in range(40):
        motion.advance(spins, history, 4e-14, 250, kT=kT)
        means.append(spins.vectors()[0, 0, :, 0, 2])
    mz = np.mean(means, axis=0)
    for one in np.unique(Ms):
        for damping in np.unique(alpha):
            some = mz[(Ms[0, 0] == one) & (alpha[0, 0] == damping)]
            error = some.std() / np.sqrt(some.size)
            expected = langevin(one * cells.volume * B / kT)
            assert abs(some.mean() - expected) < 4 * error + 2e-3, (one, damping)


def test_a_soft_layer_on_a_hard_one_turns_at_the_field_of_its_thickness():
    """Goto, J. Appl. Phys. 36, 2951 (1965): a layer of thickness t, held at one face, at B = (2A/Ms) (pi/2t)^2.

    On the mesh (2/d)^2 sin^2(k d/2) stands for k^2, k = pi/2t, and t is half a cell more: a layer held in the middle
    of the hard cell.
    """
    A, Ms, d, n = 1e-11, 1.2e6, 0.5e-9, 16
    K1 = np.zeros((n + 1, 1, 1))
    K1[0] = 1e12
    cells = Cells((n + 1, 1, 1), (3e-9, 3e-9, d), (True, True, False), Ms, A=A, K1=K1, axis=(1, 0, 0))
    along = np.zeros((n + 1, 1, 1, 3))
    along[..., 0] = 1.0
    # A small turn m_y meets the torque (h_x - dh_y/dm_y - B) m_y in the field -B along x.
    stiffness = np.diag(cells.field(along)[:, 0, 0, 0])
    for i in range(n + 1):
        turned = np.zeros_like(along)
        turned[i, 0, 0, 1] = 1.0
        stiffness[:, i] -= cells.field(turned)[:, 0, 0, 1]
    k = pi / (2 * n + 1) / d
    nucleation = 2 * A / Ms * (2 / d * np.sin(k * d / 2)) ** 2
    assert np.linalg.eigvalsh(stiffness)[0] == pytest.approx(nucleation, rel=1e-5)
    assert nucleation == pytest.approx(2 * A / Ms * (pi / (2 * n * d)) ** 2, rel=0.07)


def test_stray_energy_of_a_block_of_two_materials_is_that_of_its_moments():
    """-1/2 sum Ms V m.B with each cell's own Ms; a half of nothing leaves the cube's -mu0 Ms^2 V/6."""
    Ms = np.zeros((4, 4, 8))
    Ms[:, :, :4] = 1e6
    cells = Cells((4, 4, 8), (2e-9,) * 3, (False,) * 3, Ms)
    assert cells.factors is None
    spins = Spins.of_vectors(
        mesh((8, 4, 4), False), (Ms > 0)[..., None, None] * np.array([0, 0, 1.0]), dtype=np.float64
    )
    cube = VACUUM_PERMEABILITY * 1e12 * (8e-9) ** 3 / 6
    assert Motion.of_cells(cells).energies(spins)[STRAY] == pytest.approx(cube, rel=1e-9, abs=0)
    Ms[:, :, 4:] = 2e6
    two = Motion.of_cells(Cells((4, 4, 8), (2e-9,) * 3, (False,) * 3, Ms), B=(0, 0, 0.5))
    spins = Spins.of_vectors(two.geometry, np.broadcast_to([0, 0, 1.0], (4, 4, 8, 1, 3)), dtype=np.float64)
    assert two.energies(spins)["field"] == pytest.approx(-0.5 * Ms.sum() * 8e-27, rel=1e-12, abs=0)
    # Charges on the faces of either half: their own energy four times in the doubled one, and what one is in the other.
    alone = []
    for part in (slice(0, 4), slice(4, 8)):
        only = np.zeros_like(Ms)
        only[:, :, part] = Ms[:, :, part]
        vectors = (only > 0)[..., None, None] * np.array([0, 0, 1.0])
        motion = Motion.of_cells(Cells((4, 4, 8), (2e-9,) * 3, (False,) * 3, only))
        alone.append(motion.energies(Spins.of_vectors(two.geometry, vectors, dtype=np.float64))[STRAY])
    assert alone[1] == pytest.approx(4 * alone[0], rel=1e-9, abs=0)
    field = two.stray_field(spins)[2]
    assert two.energies(spins)[STRAY] == pytest.approx(-0.5 * (Ms * field).sum() * 8e-27, rel=1e-9, abs=0)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"Ms": 0.0}, "leave at least one"),
        ({"Ms": np.nan}, "not finite in 40 cells"),
        ({"Ms": 1e6, "A": -1e-12}, "A = -1e-12 in a cell"),
        ({"Ms": 1e6, "alpha": np.ones(3)}, r"alpha of shape \(3,\)"),
        ({"Ms": 1e6, "coupling": 1.5}, "a part from 0 to 1"),
    ],
)
def test_impossible_constants_are_refused(given, said):
    with pytest.raises(ValueError, match=said):
        Cells(SHAPE, CELL, (False,) * 3, **given)


def test_a_current_has_no_drift_velocity_in_several_ms():
    with pytest.raises(ValueError, match="cells of several Ms has no drift velocity"):
        Motion.of_cells(several(), u=(10.0, 0, 0))
