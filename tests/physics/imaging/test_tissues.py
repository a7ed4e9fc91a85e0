"""Relaxation times of tissues are the published ones."""

from itertools import pairwise
from math import pi

import pytest

from spinviz.physics.constants import PROTON_GYROMAGNETIC_RATIO
from spinviz.physics.imaging.tissues import FIELDS, TISSUES, offset_of, properties

# Milliseconds, as printed.
T1 = {
    # Campbell-Washburn et al., Radiology 293, 384 (2019).
    ("grey matter", 0.55): 717, ("white matter", 0.55): 493,
    # Rooney et al., Magn. Reson. Med. 57, 308 (2007).
    ("grey matter", 1.5): 1188, ("white matter", 1.5): 656, ("grey matter", 7.0): 2132, ("white matter", 7.0): 1220,
    # Wansapura et al., J. Magn. Reson. Imaging 9, 531 (1999).
    ("grey matter", 3.0): 1331, ("white matter", 3.0): 832,
    # De Bazelaire et al., Radiology 230, 652 (2004).
    ("fat", 1.5): 343, ("fat", 3.0): 382,
}  # fmt: skip
T2 = {("fat", 1.5): 58, ("fat", 3.0): 68}
# Peters et al., Magn. Reson. Imaging 25, 748 (2007); of the nuclei the putamen.
T2STAR = {
    ("grey matter", 1.5): 84.0, ("grey matter", 3.0): 66.0, ("grey matter", 7.0): 33.2,
    ("white matter", 1.5): 66.2, ("white matter", 3.0): 53.2, ("white matter", 7.0): 26.8,
    ("deep grey matter", 1.5): 55.5, ("deep grey matter", 3.0): 31.5, ("deep grey matter", 7.0): 16.1,
}  # fmt: skip


@pytest.mark.parametrize(("name", "published"), [("T1", T1), ("T2", T2), ("T2star", T2STAR)])
def test_times_are_the_published_ones(name: str, published: dict[tuple[str, float], float]) -> None:
    for (tissue, field), value in published.items():
        assert 1e3 * getattr(properties(tissue, field), name) == pytest.approx(value), (tissue, field)


def test_T1_grows_with_the_field_and_T2_does_not() -> None:
    for tissue in set(TISSUES[2:]) - {"fluid"}:
        series = [properties(tissue, field) for field in FIELDS]
        assert all(a.T1 < b.T1 for a, b in pairwise(series)), tissue
        assert all(a.T2star > b.T2star for a, b in pairwise(series)), tissue


def test_fat_is_below_water_by_217_Hz_at_1_5_T() -> None:
    # 3.4 ppm of 42.577 MHz/T.
    assert offset_of("fat", 1.5) / (2 * pi) == pytest.approx(-3.4e-6 * 42.577478e6 * 1.5, rel=1e-6)
    assert offset_of("fluid", 7.0) == 0
    assert pytest.approx(2 * pi * 42.577478e6, rel=1e-7) == PROTON_GYROMAGNETIC_RATIO


def test_fat_at_low_field_is_that_of_its_source() -> None:
    """Campbell-Washburn 2019: T2 of fat is 93 +- 16 ms at 0.55 T; Cox and Gowland 2010, de Bazelaire 2004."""
    assert pytest.approx(0.093) == properties("fat", 0.55).T2
    assert [properties("grey matter", field).T2 for field in (1.5, 3.0, 7.0)] == pytest.approx([0.087, 0.076, 0.047])
    assert [properties("white matter", field).T2 for field in (1.5, 3.0, 7.0)] == pytest.approx([0.080, 0.071, 0.047])
    assert pytest.approx((0.382, 0.068)) == (properties("fat", 3.0).T1, properties("fat", 3.0).T2)
