"""What no lattice can be: exit code 2, one line with value, limit and remedy, and nothing is written."""

import pytest

from spinviz.cli import main
from spinviz.engine import memory

LARGE = 8 * 10**9


@pytest.fixture(autouse=True)
def _in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(memory, "installed", lambda: LARGE)


def said_by(capsys, *arguments):
    code = main(list(arguments))
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("system", "setting", "words"),
    [
        ("ferromagnet", "T=-1", ["T = −1 J/kB", "between 0.01"]),
        ("ferromagnet", "T=nan", ["T", "'nan' is no number"]),
        ("ferromagnet", "L=1", ["L = 1 cells", "between 2"]),
        ("ferromagnet", "q=1", ["q = 1", "between 2 and 12"]),
        ("ferromagnet", "lattice=hexagonal", ["'hexagonal' is unknown", "honeycomb"]),
        ("ferromagnet", "algorithm=annealing", ["'annealing' is unknown", "wolff"]),
        ("ferromagnet", "L=512", ["about 10 GB", "this machine has 8 GB", "smaller"]),
        ("ferrimagnet", "T=-1", ["T = −1 J/kB", "between 0.005"]),
        ("ferrimagnet", "J_AB=0", ["J_AB = 0 J", "between 0.05 J"]),
        ("local_moments", "T=-1", ["T = −1 J/kB", "between 0.005"]),
        ("ising_domains", "T=-1", ["T = −1 J/kB", "between 0.1"]),
        ("ising_domains", "L=1", ["L = 1", "between"]),
    ],
)
def test_one_line_says_what_is_wrong(capsys, tmp_path, system, setting, words):
    code, line = said_by(capsys, "run", system, "--set", setting, "--duration", "1", "--out", "a.csv")
    assert code == 2
    assert line.count("\n") == 1
    for word in words:
        assert word in line
    assert not list(tmp_path.iterdir())


def test_a_sweep_into_what_the_machine_has_no_memory_for_does_not_begin(capsys, tmp_path):
    code, line = said_by(capsys, "sweep", "ferromagnet", "--over", "L=256:512:2", "--out", "a.csv")
    assert code == 2
    assert line.count("\n") == 1
    assert "10 GB" in line
    assert not list(tmp_path.glob("*.csv"))


def test_a_scheduler_that_nobody_reaches(capsys, tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="pip install 'spinviz[cluster]'")
    address = ("--scheduler", "tcp://127.0.0.1:1")
    code, line = said_by(capsys, "sweep", "ferromagnet", "--over", "T=1:2:2", "--out", "a.csv", *address)
    assert code == 2
    assert line.count("\n") == 1
    assert "tcp://127.0.0.1:1" in line
    assert not list(tmp_path.glob("*.csv"))


@pytest.mark.parametrize("system", ["ferromagnet", "ferrimagnet"])
def test_an_odd_side_is_rounded_up_and_said(capsys, system):
    """A periodic lattice of two sublattices has no odd side."""
    code, line = said_by(capsys, "run", system, "--set", "L=5", "--duration", "1", "--out", "a.csv")
    assert code == 0
    assert line == "spinviz: L = 5 does not fit sublattices that repeat after 2 cells: 6 is taken\n"
    assert said_by(capsys, "run", system, "--set", "L=6", "--duration", "1", "--out", "a.csv") == (0, "")


def test_where_there_is_no_compensation_point_nothing_changes(capsys, tmp_path):
    """No exchange within the sublattices: they lose their order alike."""
    setting = ("--set", "J_AA=0", "--set", "J_BB=0", "--set", "T=0.2", "--action", "compensate@1")
    assert said_by(capsys, "run", "ferrimagnet", *setting, "--duration", "2", "--out", "a.csv") == (0, "")
    last = (tmp_path / "a.csv").read_text().splitlines()[-1]
    assert float(last.split(",")[-1]) == 0.2
