"""What a law says about the run, in words that cannot be taken for more than is known."""

import math
from dataclasses import replace

import pytest

from spinviz.model.frame import LawNow
from spinviz.model.verdict import SIGNS, WORDS, deviation_text, value_text, verdict, worst
from tests.toy import Toy

LAW = Toy.laws[0]
MEAN = replace(LAW, averaged=True, tolerance=4.0)


def now(deviation: float, error: float = 0.1, holds: bool = True) -> LawNow:
    return LawNow(0.012, 0.010, deviation, 4.0, holds, error)


@pytest.mark.parametrize(
    ("deviation", "error", "holds", "expected"),
    [
        (3.9, 0.1, True, "good"),
        (4.1, 0.1, True, "warning"),
        (21.0, 0.1, True, "bad"),
        (math.nan, math.nan, True, "waits"),
        (math.nan, math.nan, False, "off"),
        (math.nan, 0.1, True, "off"),
    ],
)
def test_a_law_is_judged_only_where_it_holds_and_its_mean_is_known(deviation, error, holds, expected):
    assert verdict(now(deviation, error, holds)) == expected
    assert SIGNS[expected]
    assert WORDS[expected]


def test_standard_errors_are_shown_with_their_limit():
    assert deviation_text(MEAN, now(2.0)) == "2 ≤ 4"
    assert deviation_text(MEAN, now(5.3)) == "5.3 > 4"
    assert deviation_text(MEAN, now(math.nan, math.nan)) == "–"


def test_a_mean_is_shown_with_its_error():
    assert value_text(MEAN, now(2.0, 0.0012), "T") == "mean since the last change 12 mT ± 1.2 mT"
    assert value_text(MEAN, now(math.nan, math.nan), "T") == "mean since the last change 12 mT"
    assert value_text(LAW, now(2.0), "T") == "now 12 mT"


def test_a_law_that_waits_hides_none_that_is_known():
    laws = [replace(MEAN, name=name) for name in ("waits", "holds", "off")]
    found = {"waits": now(math.nan, math.nan), "holds": now(0.1), "off": now(math.nan, 0.1, holds=False)}
    assert worst(laws, found).name == "holds"
    assert worst([laws[0], laws[2]], found).name == "waits"


def test_the_worst_law_is_the_furthest_in_its_own_tolerances():
    laws = [replace(LAW, name=name) for name in ("loose", "tight")]
    found = {"loose": LawNow(1.0, 1.0, 3.0, 10.0, True), "tight": LawNow(1.0, 1.0, 0.2, 0.1, True)}
    assert worst(laws, found).name == "tight"
