"""Pauli paramagnetism: Fermi-Dirac integrals, chemical potential, susceptibility."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import gamma

from spinviz.physics.constants import BOHR_MAGNETON, BOLTZMANN, ELEMENTARY_CHARGE, VACUUM_PERMEABILITY
from spinviz.physics.electrons import bands

N = 8.47e28  # copper, Ashcroft and Mermin, table 1.1


@pytest.mark.parametrize("order", [0.5, -0.5])
@pytest.mark.parametrize("eta", [-40.0, -3.0, 0.0, 1.0, 7.0, 29.999, 30.0, 50.0, 400.0])
def test_fermi_integrals_against_adaptive_quadrature(order, eta):
    top = np.sqrt(max(eta, 0) + 50)
    value, _ = quad(
        lambda u: 2 * u ** (2 * order + 1) / (np.exp(u * u - eta) + 1),
        *(0, top),
        points=[np.sqrt(max(eta, 0))],
        epsabs=0,
        epsrel=1e-12,
        limit=400,
    )
    assert bands.fermi_integral(eta, order) == pytest.approx(value / gamma(order + 1), rel=1e-11)


def test_fermi_integral_slope_and_unknown_order():
    eta, h = np.array([-2.0, 3.0, 12.0, 60.0]), 1e-5
    slope = (bands.fermi_integral(eta + h, 0.5) - bands.fermi_integral(eta - h, 0.5)) / (2 * h)
    np.testing.assert_allclose(bands.fermi_integral(eta, -0.5), slope, rtol=1e-8)
    with pytest.raises(ValueError, match=r"0\.5 or -0\.5"):
        bands.fermi_integral(0.0, 1.5)


def test_electron_number_is_kept():
    TF = float(bands.fermi_temperature(N))
    T = np.array([0, 1e-3, 0.1, 0.5, 1, 10, 1000]) * TF
    B = np.array([0.0, 1.0, 1e3, 5e4, 3e5])[:, None]
    filled = bands.equilibrium(N, B, T)
    np.testing.assert_allclose((filled.up + filled.down) / N, 1, rtol=1e-12)
    assert np.all(np.diff(filled.polarization, axis=0) >= 0)


def test_copper():
    """Ashcroft and Mermin, table 2.1: 7.00 eV and 81600 K, from the rounded radius r_s = 2.67."""
    assert bands.fermi_energy(N) / ELEMENTARY_CHARGE == pytest.approx(7.00, rel=6e-3)
    assert bands.fermi_temperature(N) == pytest.approx(8.16e4, rel=6e-3)


def test_density_of_states_holds_all_electrons():
    EF = float(bands.fermi_energy(N))
    total, _ = quad(lambda E: float(bands.density_of_states(E * EF, N)) * EF, 0, 1)
    assert total == pytest.approx(N, rel=1e-6)
    g = float(bands.density_of_states(EF, N))
    assert bands.pauli_susceptibility(N) == pytest.approx(VACUUM_PERMEABILITY * BOHR_MAGNETON**2 * g, rel=1e-14)


def test_pauli_susceptibility_at_low_temperature():
    chi = bands.pauli_susceptibility(N)
    assert bands.susceptibility(N, 0.0) == pytest.approx(chi, rel=1e-12)
    B = 10.0
    for T in (0.0, 1.0, 300.0):
        measured = VACUUM_PERMEABILITY * bands.equilibrium(N, B, T).magnetization / B
        assert measured == pytest.approx(chi, rel=2e-5)


def test_sommerfeld_correction():
    TF = float(bands.fermi_temperature(N))
    for t in (0.01, 0.02, 0.04):
        ratio = bands.susceptibility(N, t * TF) / bands.pauli_susceptibility(N)
        # The next term of the series is of order t^4, with a coefficient of order pi^4/12.
        assert abs(ratio - bands.sommerfeld_factor(t * TF, N)) < 10 * t**4
        assert 1 - ratio > 0.5 * (np.pi * t) ** 2 / 12


def test_chemical_potential_falls_as_sommerfeld_says():
    TF, EF = float(bands.fermi_temperature(N)), float(bands.fermi_energy(N))
    for t in (0.01, 0.03):
        mu = bands.equilibrium(N, 0.0, t * TF).mu / EF
        assert mu == pytest.approx(1 - np.pi**2 / 12 * t**2, abs=2 * t**4)


def test_crossover_to_curie():
    TF = float(bands.fermi_temperature(N))
    T = np.array([1e2, 1e3, 1e5]) * TF
    ratio = bands.susceptibility(N, T) / bands.curie_susceptibility(N, T)
    # First quantum correction of the Fermi gas: 1 - n lambda^3/2^(5/2), n lambda^3 = (8/3 sqrt(pi)) t^(-3/2).
    expected = 1 - 8 / (3 * np.sqrt(np.pi)) * (T / TF) ** -1.5 / 2**2.5
    np.testing.assert_allclose(ratio, expected, atol=1e-6)
    hot = bands.equilibrium(N, 1e5, 1e3 * TF)
    assert hot.polarization == pytest.approx(np.tanh(BOHR_MAGNETON * 1e5 / (BOLTZMANN * 1e3 * TF)), rel=1e-4)


def test_susceptibility_is_the_slope_of_the_magnetization():
    TF = float(bands.fermi_temperature(N))
    T, B = np.array([0.05, 0.5, 3.0]) * TF, 50.0
    slope = VACUUM_PERMEABILITY * bands.equilibrium(N, B, T).magnetization / B
    np.testing.assert_allclose(slope, bands.susceptibility(N, T), rtol=1e-6)


def test_zero_temperature_bands_meet_at_one_chemical_potential():
    EF = float(bands.fermi_energy(N))
    field = 0.3 * bands.full_polarization_field(N)
    filled = bands.equilibrium(N, field, 0.0)
    for density, sign in ((filled.up, 1), (filled.down, -1)):
        top = EF * (2 * density / N) ** (2 / 3) - sign * BOHR_MAGNETON * field
        assert top == pytest.approx(filled.mu, rel=1e-10)
    above = bands.equilibrium(N, 1.01 * bands.full_polarization_field(N), 0.0)
    assert above.polarization == pytest.approx(1, abs=1e-12)
    assert bands.equilibrium(N, 0.98 * bands.full_polarization_field(N), 0.0).polarization < 0.9999


def test_magnetization_is_moment_times_polarization():
    filled = bands.equilibrium(N, [-5e4, 0.0, 5e4], 1e4)
    np.testing.assert_allclose(filled.magnetization, BOHR_MAGNETON * N * filled.polarization, rtol=1e-12)
    assert np.sign(filled.polarization).tolist() == [-1, 0, 1]


def test_negative_temperature_is_named():
    with pytest.raises(ValueError, match="-1 K is below the limit 0 K"):
        bands.equilibrium(N, 0.0, -1.0)
