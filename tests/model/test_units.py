"""Units: what people type, what they read."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinviz.model.units import UnitError, example, plain, read_number, show


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("3 T", "T", 3.0),
        ("12 ms", "s", 0.012),
        ("12ms", "s", 0.012),
        ("0.5", "T", 0.5),
        ("−2.5e3", "", -2500.0),
        ("1,5 T", "T", 1.5),
        ("20 µT", "T", 20e-6),
        ("20 uT", "T", 20e-6),
        ("90 deg", "°", 90.0),
        ("1 min", "s", 60.0),
        ("300 K", "K", 300.0),
        ("10 G", "T", 1e-3),
        ("2 kG", "T", 0.2),
        ("5 Oe", "T", 5e-4),
        ("3 kOe", "T", 0.3),
        ("4 Oe", "A/m", 1e3 / np.pi),
        ("2 nm", "m", 2e-9),
        ("13 pJ/m", "J/m", 13e-12),
        ("1 kA/m", "A/m", 1000.0),
        ("3.7 mJ/m²", "J/m²", 3.7e-3),
        ("2.269", "J/kB", 2.269),
        ("3.14159265 rad", "°", 180.0),
    ],
)
def test_reads_numbers_with_units(text: str, unit: str, expected: float) -> None:
    assert read_number(text, unit) == pytest.approx(expected, rel=1e-6)


STRANGE_UNITS = ("3 ()", "1 %%", "3 (", "3 T=0/0", "3 0/0 T", "3 1/0")


@pytest.mark.parametrize("text", ["", "T", "3 s", "abc", "1e400x", "3 T T", "__import__('os')", *STRANGE_UNITS])
def test_refuses_what_is_no_field_in_one_line_with_an_example(text: str) -> None:
    with pytest.raises(UnitError) as refusal:
        read_number(text, "T")
    assert "3 T" in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("unit", ["9**9**9", "m³³³³³", "m^9^9^9^9", "m**99999999", "(" * 5000, " " * 100_000 + "x"])
def test_strange_units_take_no_time_and_few_words(unit: str) -> None:
    """The library of units wrote out every digit of such powers, and its reader of brackets failed."""
    with pytest.raises(UnitError, match="does not fit") as refusal:
        read_number(f"3 {unit}", "T")
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (1.5, "T", "1.5 T"),
        (2.5e-9, "s", "2.5 ns"),
        (-90.0, "°", "-90°"),
        (0.02, "", "0.02"),
        (1e-5, "", "1e-05"),
        (4e7, "J/kB", "4e+07 J/kB"),
    ],
)
def test_an_example_reads_back(value: float, unit: str, expected: str) -> None:
    assert example(unit, value) == expected
    assert read_number(expected, unit) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.08, "s", "80 ms"),
        (1.5, "T", "1.5 T"),
        (-2e-5, "T", "−20 µT"),
        (90.0, "°", "90°"),
        (0.0, "T", "0 T"),
        (999.9999, "Hz", "1 kHz"),
        (2.2691853, "J/kB", "2.269 J/kB"),
        (math.inf, "s", "∞"),
        (math.nan, "s", "–"),
        (63.87e6, "Hz", "63.87 MHz"),
        (1.5e-10, "s", "150 ps"),
        (3e-23, "J/kB", "3·10⁻²³ J/kB"),
        (4.5e16, "", "4.5·10¹⁶"),
        (7890.0, "K", "7890 K"),
        (0.02, "K", "20 mK"),
    ],
)
def test_shows_numbers_as_people_write_them(value: float, unit: str, expected: str) -> None:
    assert show(value, unit) == expected


@given(st.floats(-1e9, 1e9).filter(lambda x: x == 0 or abs(x) > 1e-12))
def test_what_is_shown_reads_back(value: float) -> None:
    assert read_number(show(value, "T", 6), "T") == pytest.approx(value, rel=1e-5)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_plain_never_fails_and_has_a_true_minus(value: float) -> None:
    assert "-" not in plain(value)
