"""Mean field of the uniaxial antiferromagnet: its limits without anisotropy, at T = 0 and of Ising."""

import numpy as np
import pytest

from spinviz.physics.order import mean_field, spin_flop
from spinviz.physics.order.uniaxial_mean_field import neel_temperature, uniaxial_mean_field

Z = 6.0


def test_without_anisotropy_it_is_the_mean_field_of_van_vleck() -> None:
    t = np.array([0.2, 0.5, 0.8, 1.3])
    found = uniaxial_mean_field(t * Z / 3, Z, 0.0)
    TN = Z / 3
    assert np.allclose(found.n, mean_field.order_parameter(mean_field.CLASSICAL, t), atol=1e-9)
    assert np.allclose(found.parallel * TN, mean_field.antiferromagnet_parallel(mean_field.CLASSICAL, t), atol=1e-9)
    across = mean_field.antiferromagnet_perpendicular(mean_field.CLASSICAL, t)
    assert np.allclose(found.perpendicular * TN, across, atol=1e-9)
    assert np.allclose(found.energy / TN, mean_field.energy(mean_field.CLASSICAL, t), atol=1e-9)


def test_ratio_of_the_susceptibilities_at_half_the_neel_temperature() -> None:
    found = uniaxial_mean_field([Z / 6], Z, 0.0)
    assert float(found.parallel[0] / found.perpendicular[0]) == pytest.approx(0.420156, abs=1e-6)


def test_cold_it_is_the_two_sublattices_at_rest() -> None:
    """At T = 0 a field across cants both by h/(2 B_E + B_A), and one along does nothing; energy -z/2 - K."""
    K = 0.7
    found = uniaxial_mean_field([0.002], Z, K)
    assert found.perpendicular[0] == pytest.approx(1 / spin_flop.perpendicular_saturation(Z, 2 * K), rel=1e-3)
    assert found.parallel[0] < 1e-4
    assert found.energy[0] == pytest.approx(-Z / 2 - K, abs=3e-3)


def test_anisotropy_raises_the_neel_temperature_from_heisenberg_to_ising() -> None:
    assert neel_temperature(Z, 0.0) == pytest.approx(2.0)
    assert neel_temperature(Z, 400.0) == pytest.approx(6.0, rel=0.02)
    TN = neel_temperature(Z, 1.0)
    below, above = uniaxial_mean_field([0.999 * TN, 1.001 * TN], Z, 1.0).n
    assert below > 0.03
    assert above == 0


def test_susceptibilities_are_slopes_of_the_free_energy() -> None:
    """Brute force: spins of both sublattices on a grid of directions in the field of the others."""
    T, K, dh = 1.2, 0.5, 1e-3
    c, wc = np.polynomial.legendre.leggauss(60)
    phi = 2 * np.pi * np.arange(48) / 48
    C, P = np.meshgrid(c, phi, indexing="ij")
    S = np.stack([np.sqrt(1 - C**2) * np.cos(P), np.sqrt(1 - C**2) * np.sin(P), C], axis=-1)
    weight = wc[:, None] * np.ones(48)

    def mean(H: np.ndarray) -> np.ndarray:
        w = weight * np.exp((S @ H + K * C**2) / T)
        return np.asarray((w[..., None] * S).sum(axis=(0, 1)) / w.sum())

    found = uniaxial_mean_field([T], Z, K)
    for axis, chi in ((2, found.parallel[0]), (0, found.perpendicular[0])):
        a, b, h = np.array([0, 0, 1.0]), np.array([0, 0, -1.0]), np.eye(3)[axis] * dh
        for _ in range(400):
            a, b = 0.5 * a + 0.5 * mean(h - Z * b), 0.5 * b + 0.5 * mean(h - Z * a)
        assert ((a + b) / 2)[axis] / dh == pytest.approx(chi, rel=1e-4)


@pytest.mark.parametrize(("T", "K"), [(0.0, 0.0), (1.0, -0.1)])
def test_what_it_does_not_know_is_refused(T: float, K: float) -> None:
    with pytest.raises(ValueError, match="use T above 0"):
        uniaxial_mean_field([T], Z, K)
