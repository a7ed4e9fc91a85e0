"""The example of a system: the README quotes it, and once installed it is a system like any other."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from installed import COMPASS, ROOT, install_compass, spinviz

SECTION = (ROOT / "README.md").read_text("utf-8").partition("## Add a system")[2].partition("\n## ")[0]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    install_compass(folder)
    return folder


def test_the_readme_quotes_all_of_it() -> None:
    assert re.findall(r"```python\n(.*?)```", SECTION, re.S) == [(COMPASS / "compass_needle.py").read_text("utf-8")]
    links = re.findall(r"\]\((.*?)\)", SECTION)
    assert links
    assert all((ROOT / link).is_file() for link in links)
    assert all((ROOT / path).exists() for path in re.findall(r"`(spinviz/[\w/.]+)`", SECTION))


def test_the_commands_of_the_readme_work(site: Path) -> None:
    commands = [shlex.split(line)[1:] for line in SECTION.splitlines() if line.startswith("    spinviz ")]
    assert [words[0] for words in commands] == ["run", "verify"]
    for words in commands:
        done = spinviz(site, *words)
        assert (done.returncode, done.stderr) == (0, ""), words
    assert "1 of 1 laws within their tolerance" in done.stdout
    with open(site / "needle.csv", newline="") as stream:
        rows = list(csv.DictReader(stream))
    # tan(delta / 2) = tan(45 deg) exp(-t / tau), tau = zeta / (m B) = 1 s; midpoint rule as the law says.
    time, delta = (np.array([float(row[name]) for row in rows]) for name in ("time [s]", "deflection [°]"))
    assert time[-1] == pytest.approx(10.0)
    np.testing.assert_allclose(delta, np.degrees(2 * np.arctan(np.exp(-time))), atol=1e-3)


def test_it_is_listed_with_the_others(site: Path) -> None:
    done = spinviz(site, "list", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    entry = next(one for one in json.loads(done.stdout) if one["name"] == "compass_needle")
    assert entry["chapter"] == "Moments"
    assert [p["name"] for p in entry["parameters"]] == ["m", "B", "direction", "zeta"]


def test_its_own_tests_pass(site: Path, tmp_path: Path) -> None:
    """As in the folder of somebody else: with the package installed and none of our settings."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(site)])}
    own_tests = str(COMPASS / "test_compass_needle.py")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, own_tests]
    done = subprocess.run(
        words, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout
    assert int(re.findall(r"(\d+) passed", done.stdout)[0]) >= 19
