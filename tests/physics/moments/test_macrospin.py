"""Macrospins against closed forms: precession, Kittel, spin-transfer threshold, thermal equilibrium."""

from math import sqrt

import numpy as np
import pytest

from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from spinviz.physics.moments import macrospin
from spinviz.physics.moments.macrospin import MacrospinField, Macrospins, macrospin_field
from spinviz.physics.stepping import thermal_field


def precession_error(steps: int) -> float:
    spin = Macrospins.from_vectors([1.0, 0.0, 0.0])
    macrospin.step(spin, MacrospinField(zeeman=(0, 0, 1)), dt=20.0 / steps, steps=steps, alpha=0.1, gamma=1.0)
    return float(np.abs(spin.m[:, 0] - macrospin.precession(np.array(20.0), 1.0, 0.1, 1.0)).max())


def test_damped_precession_closed_form():
    assert precession_error(8000) < 1e-10


def test_order_four():
    """Halving the step divides the error by 2^4; the next order shifts the ratio by some per cent."""
    assert precession_error(200) / precession_error(400) == pytest.approx(16, rel=0.05)


def test_length_is_kept():
    spins = Macrospins.from_vectors(np.random.default_rng(1).normal(size=(1000, 3)))
    field = MacrospinField((0.1, 0.2, 0.3), 1.0, (1, 1, 0), (0.1, 0.2, 0.7), 0.05, (1, 0, 0))
    macrospin.step(spins, field, dt=0.05, steps=1000, alpha=0.1, noise=1.0, gamma=1.0)
    assert np.abs(np.linalg.norm(spins.m, axis=0) - 1).max() < 1e-14


def test_kittel_frequency():
    """w = gamma sqrt{[B + (Nx-Nz) mu0 Ms][B + (Ny-Nz) mu0 Ms]} for B along z and a small tilt; error tilt^2."""
    Ms, B, N = 8e5, 0.9, (0.1, 0.3, 0.6)
    mu0_Ms = VACUUM_PERMEABILITY * Ms
    w = ELECTRON_GYROMAGNETIC_RATIO * sqrt((B + (N[0] - N[2]) * mu0_Ms) * (B + (N[1] - N[2]) * mu0_Ms))
    spin = Macrospins.from_vectors([1e-4, 0.0, 1.0])
    field = macrospin_field(Ms, B=(0, 0, B), N=N)
    start = spin.to_vectors()
    macrospin.step(spin, field, dt=2 * np.pi / w / 500, steps=5000)
    assert np.abs(spin.to_vectors() - start).max() < 1e-9


@pytest.mark.parametrize("share", [0.9, 1.1])
def test_spin_transfer_threshold(share):
    """The tilt from the easy axis grows at gamma (a_J - alpha B_k)/(1 + alpha^2): threshold alpha B_k (Sun 2000)."""
    alpha, B_k, t = 0.02, 1.0, 500.0
    spin = Macrospins.from_vectors([1e-4, 0.0, 1.0])
    field = MacrospinField(anisotropy=B_k, torque=share * alpha * B_k, polarization=(0, 0, -1))
    macrospin.step(spin, field, dt=0.05, steps=10_000, alpha=alpha, gamma=1.0)
    growth = np.log(np.hypot(*spin.m[:2, 0]) / 1e-4) / t
    assert growth == pytest.approx((share - 1) * alpha * B_k / (1 + alpha**2), rel=1e-3)


def test_spin_transfer_switches_towards_the_polarization():
    spin = Macrospins.from_vectors([0.1, 0.0, 1.0])
    field = MacrospinField(anisotropy=1.0, torque=0.04, polarization=(0, 0, -1))
    macrospin.step(spin, field, dt=0.1, steps=10_000, alpha=0.02, gamma=1.0)
    assert spin.m[2, 0] < -0.999


@pytest.mark.parametrize("psi", [10, 45, 80])
@pytest.mark.parametrize(("share", "switched"), [(0.99, False), (1.01, True)])
def test_stoner_wohlfarth_switching_field(psi, share, switched):
    """h_sw = (cos^(2/3) psi + sin^(2/3) psi)^(-3/2), field at psi from the easy axis, to 1 %."""
    c, s = np.cos(np.radians(psi)), np.sin(np.radians(psi))
    h = -share * (c ** (2 / 3) + s ** (2 / 3)) ** -1.5
    spin = Macrospins.from_vectors([-s / 10, 0.0, 1.0])
    field = MacrospinField(anisotropy=1.0, zeeman=(h * s, 0, h * c))
    macrospin.step(spin, field, dt=0.1, steps=10_000, alpha=1.0, gamma=1.0)
    assert (spin.m[2, 0] < 0) == switched


def thermal_mean(field: MacrospinField, observable, *, kT: float = 1.0, dt: float = 0.01) -> tuple[float, float]:
    """Mean of an observable of 20,000 spins at alpha = 1 over 10 instants, and its standard error from the spins."""
    spins = Macrospins.from_vectors(np.random.default_rng(2).normal(size=(20_000, 3)), key=3)
    noise = thermal_field(1.0, kT, 1.0, dt, gamma=1.0)
    samples = []
    for _ in range(15):
        macrospin.step(spins, field, dt=dt, steps=150, alpha=1.0, noise=noise, gamma=1.0)
        samples.append(observable(spins.m))
    per_spin = np.mean(samples[5:], axis=0)
    return float(per_spin.mean()), float(per_spin.std() / sqrt(per_spin.size))


@pytest.mark.parametrize(("s", "expected"), [(1.0, 0.429231), (3.0, 0.626185)])
def test_equilibrium_in_uniaxial_anisotropy(s, expected):
    """P(mz) = exp(s mz^2)/Z with s = KV/kT; the step adds a bias below 1e-3."""
    value, error = thermal_mean(MacrospinField(anisotropy=2 * s), lambda m: m[2] ** 2)
    assert abs(value - expected) < 4 * error + 1e-3


@pytest.mark.parametrize(("x", "expected"), [(0.5, 0.163953), (2.0, 0.537315), (5.0, 0.800091)])
def test_langevin_magnetization(x, expected):
    """<m.B>/B = coth x - 1/x, x = mu B/kT; the bias of a step is below 1e-3."""
    value, error = thermal_mean(MacrospinField(zeeman=(0, x, 0)), lambda m: m[1])
    assert abs(value - expected) < 4 * error + 1e-3


def test_results_do_not_depend_on_steps_per_call():
    field = MacrospinField(anisotropy=1.0)
    both = [Macrospins.from_vectors(np.random.default_rng(4).normal(size=(700, 3)), key=9) for _ in range(2)]
    for spins, calls in zip(both, ((5,), (2, 3))):
        for steps in calls:
            macrospin.step(spins, field, dt=0.1, steps=steps, alpha=0.1, noise=1.0, gamma=1.0)
    assert np.array_equal(both[0].m, both[1].m)
    assert np.array_equal(both[0].rng, both[1].rng)


def test_one_compiled_version():
    spins = Macrospins.from_vectors([0, 0, 1])
    macrospin.step(spins, MacrospinField(zeeman=(0, 0, 1), anisotropy=1), dt=1, steps=np.int32(2), alpha=0, gamma=1)
    assert len(macrospin.macrospin_steps.signatures) == 1


def test_bad_input_names_the_remedy():
    with pytest.raises(ValueError, match="longer than zero"):
        Macrospins.from_vectors([[0.0, 0.0, 0.0]])
    with pytest.raises(ValueError, match="finite"):
        macrospin.step(Macrospins.from_vectors([0, 0, 1]), MacrospinField(), dt=float("nan"))
