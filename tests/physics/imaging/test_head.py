"""The head: ellipses nested without overlap, a Fourier transform in closed form, truth and isochromats per pixel."""

import numpy as np
import pytest

from spinviz.physics.imaging.head import ELLIPSES, FOV, Ellipse, labels_at, pixel_centres, rasterise, transform
from spinviz.physics.imaging.tissues import FIELDS, TISSUES, UnknownField, properties


def rim(ellipse: Ellipse, points: int = 500) -> tuple[np.ndarray, np.ndarray]:
    t = np.linspace(0, 2 * np.pi, points)
    along, across = ellipse.a * np.cos(t), ellipse.b * np.sin(t)
    c, s = np.cos(ellipse.angle), np.sin(ellipse.angle)
    return ellipse.x + c * along - s * across, ellipse.y + s * along + c * across


def test_every_ellipse_lies_inside_its_parent_and_apart_from_its_siblings() -> None:
    for i, ellipse in enumerate(ELLIPSES):
        assert ellipse.parent < i
        if ellipse.parent >= 0:
            assert ELLIPSES[ellipse.parent].level(*rim(ellipse)).max() < 1
        for sibling in ELLIPSES[:i]:
            if sibling.parent == ellipse.parent:
                assert sibling.level(*rim(ellipse)).min() > 1


def test_transform_at_the_origin_is_the_area() -> None:
    ellipse = Ellipse(2, -1, 0.01, -0.02, 0.03, 0.05, 0.4)
    assert ellipse.transform(0.0, 0.0) == pytest.approx(np.pi * 0.03 * 0.05, rel=1e-14)


def test_transform_is_that_of_the_painted_head() -> None:
    # Pixels at their middles: the error is that of the staircase at the rims, a few 1e-3 of the whole at n = 1000.
    values = np.array([properties(name, 1.5).density for name in TISSUES])
    centres = pixel_centres(1000)
    x, y = np.meshgrid(centres, centres)
    painted = values[labels_at(x, y)]
    kx, ky = np.array([0.0, 4.2, -20.0, 30.0, 11.0]), np.array([0.0, 8.3, 5.0, 60.0, -45.0])
    waves = [np.exp(-2j * np.pi * (a * x + b * y)) for a, b in zip(kx, ky)]
    summed = np.array([np.sum(painted * wave) for wave in waves]) * (FOV / 1000) ** 2
    assert np.abs(transform(kx, ky, values) - summed).max() < 1e-3 * abs(summed[0])


def test_transform_of_a_real_object_is_hermitian() -> None:
    values = np.arange(len(TISSUES), dtype=float)
    k = np.linspace(-200, 200, 41)
    there, back = transform(k, 0.3 * k, values), transform(-k, -0.3 * k, values)
    assert np.allclose(there, np.conj(back), rtol=0, atol=1e-15)


@pytest.mark.parametrize("field", FIELDS)
def test_tissues_are_possible(field: float) -> None:
    for name in TISSUES[2:]:
        tissue = properties(name, field)
        assert 0 < tissue.T2star < tissue.T2 < tissue.T1
        assert 0 < tissue.density <= 1


def test_a_field_without_values_is_refused() -> None:
    with pytest.raises(UnknownField, match=r"no tissue values at 2 T: choose a field of 0\.55, 1\.5, 3, 7 T"):
        properties("fat", 2.0)


def test_signal_at_rest_is_the_integral_of_the_density() -> None:
    head = rasterise(96, field=3.0)
    assert head.sample.M0.sum() == pytest.approx(np.sum(head.density) * (FOV / 96) ** 2, rel=1e-12)
    grey = head.label == TISSUES.index("grey matter")
    assert np.all(head.T1[grey] == properties("grey matter", 3.0).T1)
    assert np.isnan(head.T1[0, 0])


def test_isochromats_of_a_pixel_dephase_with_T2star() -> None:
    head = rasterise(16, field=3.0, isochromats_per_pixel=1000)
    row, column = np.argwhere(head.label == TISSUES.index("deep grey matter"))[0]
    tissue = properties("deep grey matter", 3.0)
    own = head.pixel == row * 16 + column
    t = np.linspace(0.0, 0.06, 7)
    m = [np.sum(head.sample.M0[own] * np.exp(-1j * head.sample.dw[own] * s - s / head.sample.T2[own])) for s in t]
    # Quantiles ripple by 1.15/sqrt(N) at most.
    assert np.allclose(np.abs(m) / abs(m[0]), np.exp(-t / tissue.T2star), atol=1.15 / np.sqrt(1000))


def test_fat_is_shifted_by_minus_3_4_ppm() -> None:
    head = rasterise(64, field=1.5)
    fat = head.label == TISSUES.index("fat")
    assert head.offset[fat] / (2 * np.pi) == pytest.approx(-3.4e-6 * 42.577478518e6 * 1.5, rel=1e-8)
    assert rasterise(64, field=1.5, fat=False).density[fat].max() == 0


def test_two_isochromats_lie_at_half_the_height_of_the_line_of_T2star() -> None:
    head = rasterise(48, field=3.0, isochromats_per_pixel=2)
    middle = head.offset.ravel()[head.pixel]
    # The quartiles of a Lorentzian line are its half width away from its middle.
    R2 = (1 / head.T2star - 1 / head.T2).ravel()[head.pixel]
    np.testing.assert_allclose((head.sample.dw - middle)[::2], -R2[::2], rtol=1e-9)
    np.testing.assert_allclose((head.sample.dw - middle)[1::2], R2[1::2], rtol=1e-9)
