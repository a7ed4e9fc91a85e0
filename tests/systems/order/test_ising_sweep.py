"""A sweep from the command line gives the curves of Yang and Onsager, specific heat and susceptibility."""

import csv
from math import sinh
from pathlib import Path

import numpy as np

from spinviz.cli import main


def rows(path: Path) -> dict[str, np.ndarray]:
    titles, *cells = csv.reader(line for line in path.read_text().splitlines() if not line.startswith("#"))
    return {title: np.array([float(row[n]) for row in cells]) for n, title in enumerate(titles)}


def strain(found: dict[str, np.ndarray], name: str, unit: str, theory: np.ndarray) -> np.ndarray:
    return abs(found[f"{name}{unit}"] - theory) / found[f"error:{name}{unit}"]


def test_spontaneous_magnetization_over_temperature(tmp_path):
    """Yang, Phys. Rev. 85, 808 (1952), written out; four standard errors of the mean."""
    out = tmp_path / "m.csv"
    words = ["--over", "T=1.6:2.1:6", "--set", "L=64", "--set", "start=equilibrium", "--laws", "--jobs", "1"]
    assert main(["sweep", "ising_domains", *words, "--out", str(out)]) == 0
    found = rows(out)
    yang = np.array([(1 - sinh(2 / T) ** -4) ** 0.125 for T in found["T [J/kB]"]])
    assert found["equilibrated"].all()
    assert (strain(found, "abs_m", "", yang) < 4).all()
    assert (strain(found, "energy", " [J]", found["law:onsager [J]"]) < 4).all()
    assert (found["error:abs_m"] < 0.01 * yang).all()


def test_fluctuations_above_the_critical_temperature(tmp_path):
    """The variances of energy and magnetization against Kaufman's sum and the series of Sykes."""
    out = tmp_path / "m.csv"
    words = ["--over", "T=3:3.5:2", "--set", "L=32", "--laws", "--jobs", "1", "--error", "2%"]
    assert main(["sweep", "ising_domains", *words, "--out", str(out)]) == 0
    found = rows(out)
    assert (strain(found, "specific_heat", "", found["law:specific_heat"]) < 4).all()
    assert (strain(found, "susceptibility", " [1/J]", found["law:series [1/J]"]) < 4).all()
