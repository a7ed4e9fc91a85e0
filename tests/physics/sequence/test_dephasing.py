"""Dephasing between neighbours: the step of a mesh, the farthest k, and divided spins that make no false echo."""

from math import pi

import numpy as np
import pytest

from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Sample, Sequence
from spinviz.physics.sequence.dephasing import divided, lasting_reach, parts_for, reach, spacing, turns
from spinviz.physics.sequence.engine import simulate
from spinviz.physics.sequence.timeline import Timeline


def mesh(nx: int, ny: int, nz: int, dx: float = 1e-3, dy: float = 2e-3, dz: float = 5e-3) -> np.ndarray:
    axes = ((np.arange(n) - (n - 1) / 2) * d for n, d in zip((nx, ny, nz), (dx, dy, dz)))
    return np.stack([grid.ravel() for grid in np.meshgrid(*axes, indexing="ij")])


def spoiled(area: float, axis: int = 0, refocused: bool = False) -> Timeline:
    """90°, a gradient of ``area`` [1/m], a readout; or the same area twice around a refocusing pulse."""
    gradients: list[Gradient | None] = [None, None, None]
    gradients[axis] = Gradient.trapezoid(area / 1e-3, 2e-4, 8e-4, 2e-4)
    lobe = Block(1.2e-3, None, tuple(gradients))
    more = [Block(1e-5, HardPulse(pi, use="refocusing")), lobe] if refocused else []
    read = Block(1e-4, readout=Readout(4, 1e-5))
    return Timeline(Sequence((Block(1e-5, HardPulse(pi / 2, use="excitation")), lobe, *more, read)))


def test_spacing_is_the_step_of_a_mesh():
    np.testing.assert_allclose(spacing(mesh(7, 5, 3)), [1e-3, 2e-3, 5e-3])
    np.testing.assert_allclose(spacing(mesh(7, 1, 1) + 0.1), [1e-3, 0, 0])
    assert not spacing(np.zeros((3, 1))).any()


def test_spacing_of_a_mesh_with_holes_in_single_precision():
    position = mesh(40, 30, 4).astype(np.float32).astype(np.float64)
    keep = np.random.default_rng(1).random(position.shape[1]) < 0.5
    np.testing.assert_allclose(spacing(position[:, keep]), [1e-3, 2e-3, 5e-3], rtol=1e-3)


def test_what_has_no_neighbours_has_no_spacing():
    """Spins that lie anyhow, two points, three points 5 cm apart, a diagonal."""
    anyhow = np.random.default_rng(2).uniform(-0.05, 0.05, (3, 1000))
    two, three = mesh(2, 1, 1), mesh(3, 1, 1, 0.05)
    diagonal = np.outer([1, 1, 0], np.arange(5) * 1e-3)
    for position in (anyhow, two, three, diagonal, np.array([[0.03, -0.05], [-0.06, 0.06], [0, 0]])):
        assert not spacing(position).any()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_reach_is_the_area_of_the_spoiler(axis):
    np.testing.assert_allclose(reach(spoiled(-800.0, axis)), 800.0 * np.eye(3)[axis], atol=1e-9)


def test_reach_forgets_what_was_before_the_excitation_and_what_was_refocused():
    np.testing.assert_allclose(reach(spoiled(500.0, refocused=True))[0], 500.0)
    twice = Sequence((*spoiled(500.0).sequence.blocks, *spoiled(300.0).sequence.blocks))
    np.testing.assert_allclose(reach(Timeline(twice))[0], 500.0)


def test_reach_looks_where_a_gradient_changes_its_sign():
    """Up to 1e6 and down to -1e6 Hz/m in straight lines of 1 ms and 2 ms: k is largest, 1000/m, after 2 ms."""
    there = Gradient(np.array([0.0, 1e-3, 3e-3, 4e-3]), np.array([0.0, 1e6, -1e6, 0.0]))
    blocks = (Block(0.0, HardPulse(pi / 2, use="excitation")), Block(4e-3, None, (there, None, None)))
    np.testing.assert_allclose(reach(Timeline(Sequence(blocks)))[0], 1000.0)


def test_an_excitation_where_the_spoiler_ends_does_not_hide_it():
    lobe = Block(1e-3, None, (Gradient.trapezoid(1e6, 0.0, 1e-3, 0.0), None, None))
    pulse = Block(0.0, HardPulse(pi / 2, use="excitation"))
    np.testing.assert_allclose(reach(Timeline(Sequence((pulse, lobe, pulse, Block(1e-3)))))[0], 1000.0)


def test_parts_that_leave_less_than_half_a_turn():
    dephased = np.array([0.0, 0.49, 0.5, 0.99, 1.0, 7.3])
    parts = parts_for(dephased)
    assert parts.tolist() == [1, 1, 2, 2, 3, 15]
    assert (dephased / parts < 0.5).all()


def test_divided_spins_keep_density_place_and_all_else():
    sample = Sample.of(mesh(3, 2, 1), T1=np.arange(1.0, 7.0), T2=0.1, M0=np.arange(6.0) + 2, dw=np.arange(6.0), b1=0.9)
    fine = divided(sample, np.array([3, 2, 1]))
    assert fine.count == 36
    np.testing.assert_allclose(fine.M0.reshape(6, 6).sum(axis=1), sample.M0)
    np.testing.assert_allclose(fine.position.reshape(3, 6, 6).mean(axis=2), sample.position, atol=1e-15)
    for name in ("T1", "T2", "dw", "b1"):
        np.testing.assert_array_equal(
            getattr(fine, name).reshape(6, 6), np.repeat(getattr(sample, name), 6).reshape(6, 6)
        )
    np.testing.assert_allclose(spacing(fine.position), [1e-3 / 3, 1e-3, 0])


@pytest.mark.parametrize("per_cell", [1.0, 2.0, 3.0])
def test_a_spoiler_of_whole_turns_spoils_divided_spins(per_cell):
    """A rod of 20 cells, ``per_cell`` turns in each: the integral over the rod is 0, spins in the middles give 1."""
    sample = Sample.of(mesh(20, 1, 1), M0=1 / 20)
    timeline = spoiled(1e3 * per_cell)
    once, lasting = turns(timeline, sample)
    assert once[0] == lasting[0] == pytest.approx(per_cell)
    assert abs(simulate(timeline, sample)).max() == pytest.approx(1.0, abs=1e-9)
    fine = divided(sample, parts_for(lasting))
    assert abs(simulate(timeline, fine)).max() < 1e-9


def train(flip: float, TR: float, count: int, area: float) -> Timeline:
    """Excitations, a sample just after each, and a spoiler of ``area`` [1/m] before the next one."""
    spoiler = Gradient.trapezoid(area / 1e-3, 2e-4, 8e-4, 2e-4)
    repetition = (
        Block(1e-4, HardPulse(flip), (None,) * 3, Readout(1, 1e-5)),
        Block(TR - 1.3e-3),
        Block(1.2e-3, None, (spoiler, None, None)),
    )
    return Timeline(Sequence(count * repetition))


def test_spoilers_of_repetitions_add_up_until_the_signal_is_gone():
    """With small angles M+ just goes on: sin a cos^(2n)(a/2) exp(-(n + 1) TR/T2) after n more pulses, above 2 % of M0
    for n <= 17 with 15 degrees, TR = 10 ms and T2 = 80 ms; up to then the first k is the largest.
    """
    sample = Sample.of(mesh(20, 1, 1), T1=1.0, T2=0.08)
    for n in (16, 17, 18):
        left = np.sin(np.radians(15)) * np.cos(np.radians(7.5)) ** (2 * n) * np.exp(-(n + 1) * 10e-3 / 0.08)
        assert (left >= 0.02) == (n <= 17)
    spoiled_train = train(np.radians(15), 10e-3, 60, -1000.0)
    assert lasting_reach(spoiled_train, sample)[0] == pytest.approx(18_000, rel=1e-6)
    assert lasting_reach(train(np.radians(15), 10e-3, 10, 1000.0), sample)[0] == pytest.approx(10_000, rel=1e-6)
    assert not lasting_reach(train(np.radians(15), 10e-3, 1, 1000.0), sample).any()


def test_tissues_of_long_T2_decide():
    """Half of the spins with T2 = 10 ms, half with 80 ms: as if all had 80 ms."""
    sample = Sample.of(mesh(20, 1, 1), T1=1.0, T2=np.repeat([0.01, 0.08], 10))
    assert lasting_reach(train(np.radians(15), 10e-3, 60, 1000.0), sample)[0] == pytest.approx(18_000, rel=1e-6)


def test_perfect_refocusing_and_ideal_spoilers_let_nothing_grow():
    sample = Sample.of(mesh(20, 1, 1), T1=1.0, T2=1.0)
    spin_echoes = (*train(pi / 2, 10e-3, 1, 700.0).sequence.blocks, *train(pi, 10e-3, 10, 700.0).sequence.blocks)
    assert lasting_reach(Timeline(Sequence(spin_echoes)), sample)[0] == pytest.approx(700.0, rel=1e-6)
    blocks = [Block(b.duration, b.rf, b.gradients, b.readout, spoil=i % 3 == 2)
              for i, b in enumerate(train(0.3, 10e-3, 10, 700.0).sequence.blocks)]  # fmt: skip
    assert not lasting_reach(Timeline(Sequence(tuple(blocks))), sample).any()
    balanced = Gradient(np.array([0.0, 1e-3, 2e-3, 3e-3]), np.array([0.0, 1e6, -1e6, 0.0]))
    steady = Sequence(20 * (Block(0.0, HardPulse(0.5)), Block(3e-3, None, (balanced, None, None))))
    assert lasting_reach(Timeline(steady), sample)[0] == pytest.approx(750.0, rel=1e-6)


@pytest.mark.parametrize("flip", [15, 50, 90])
def test_divided_spins_agree_with_many_in_a_spoiled_steady_state(flip):
    """A spoiler of one turn in each cell: parts for the last excitation alone are wrong by more than the signal, parts
    for all that survives by less than 0.2 % of M0.
    """
    timeline = train(np.radians(flip), 10e-3, 60, 1000.0)
    sample = Sample.of(mesh(4, 1, 1), T1=1.0, T2=0.08, M0=1 / 4)
    true = np.abs(simulate(timeline, divided(sample, np.array([256, 1, 1]))))
    once, lasting = (parts_for(dephased) for dephased in turns(timeline, sample))
    wrong, right = (np.abs(simulate(timeline, divided(sample, parts))) for parts in (once, lasting))
    assert np.abs(wrong - true).max() > true[-1]
    assert np.abs(right - true).max() < 2e-3
