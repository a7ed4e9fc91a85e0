"""The profile of a skyrmion: its differential equation, its energy, where there is none."""

import numpy as np
import pytest

from spinviz.physics.lattice import skyrmion_profile
from spinviz.physics.lattice.skyrmion_profile import decay_length, skyrmion_radius
from spinviz.systems.dynamics.exchange_lattice.skyrmion import reversed_part

FILM = {"A": 1.5e-11, "K": 6e5, "Ms": 5.8e5}


def energy(r, theta, D, B):
    """Over 2 pi A, of angles at points from 0 on, by the trapezoidal rule."""
    middle, apart = (r[1:] + r[:-1]) / 2, np.diff(r)
    t, slope = (theta[1:] + theta[:-1]) / 2, np.diff(theta) / apart
    s, c = np.sin(t), np.cos(t)
    density = slope**2 + s**2 / middle**2 + D / FILM["A"] * (slope + s * c / middle)
    density += (FILM["K"] * s**2 + FILM["Ms"] * B * (1 - c)) / FILM["A"]
    return float((density * middle * apart).sum())


@pytest.mark.parametrize(("D", "B"), [(3e-3, 0.05), (3.7e-3, 0.2), (2.5e-3, 0.0)])
def test_the_energy_of_the_profile_rises_with_every_change(D, B):
    length = decay_length(**FILM, B=B)
    d, k, b = D * length / FILM["A"], FILM["K"] * length**2 / FILM["A"], FILM["Ms"] * B * length**2 / (2 * FILM["A"])
    r = np.arange(1, 1600) * 0.01
    radius = skyrmion_radius(D=D, B=B, **FILM) / length
    start = 2 * np.arctan(np.sinh(radius) / np.sinh(r))
    theta = skyrmion_profile._at_rest(r, start, d, k, b)
    points, whole = np.concatenate([[0.0], r]) * length, np.concatenate([[np.pi], theta])
    least = energy(points, whole, D, B)
    assert least < energy(points, np.concatenate([[np.pi], start]), D, B)
    rng = np.random.default_rng(5)
    for _ in range(20):
        bump = 0.03 * np.exp(-(((points / length - rng.uniform(0.3, 6)) / rng.uniform(0.2, 2)) ** 2)) * points
        bump *= rng.choice([-1, 1]) / length
        assert energy(points, whole + bump, D, B) > least
    assert np.interp(np.pi / 2, whole[::-1], points[::-1]) == pytest.approx(radius * length, rel=1e-3)


def test_there_is_none_beyond_the_helix_and_without_dmi():
    assert np.isnan(skyrmion_radius(D=4e-3, B=0.0, **FILM))
    assert np.isnan(skyrmion_radius(D=0.0, B=0.1, **FILM))
    assert np.isnan(skyrmion_radius(D=3e-3, B=-3.0, **FILM))
    assert skyrmion_radius(D=4e-3, B=0.2, **FILM) > 0


def test_a_radius_that_relaxed_films_reach():
    """Films of cells of 1.33, 1, 0.67 and 0.5 nm relax to 5.81, 5.99, 6.02 and 6.04 nm. The sign of D is the sense."""
    radius = skyrmion_radius(D=3e-3, B=0.05, **FILM)
    assert radius == skyrmion_radius(D=-3e-3, B=0.05, **FILM)
    assert radius == pytest.approx(6.0521e-9, rel=1e-4)


def test_reversed_part_of_a_circle():
    x = (np.arange(60) - 29.5) / 60
    for radius in (0.1, 0.3):
        found = reversed_part(np.hypot(*np.meshgrid(x, x)) - radius)
        assert found == pytest.approx(np.pi * radius**2, rel=8e-3)
    assert reversed_part(np.ones((4, 4))) == 0
