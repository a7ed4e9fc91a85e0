"""What is set on the command line stands, whatever a preset does."""

import csv

import numpy as np
import pytest

from spinviz.cli.main import main


def rows(path):
    """Header and numbers of a CSV file."""
    with open(path, newline="", encoding="utf-8") as stream:
        header, *lines = csv.reader(stream)
    return header, np.array(lines, dtype=float)


@pytest.mark.parametrize("preset", [(), ("--preset", "quench")])
def test_what_is_set_wins_over_the_actions_of_a_preset(tmp_path, capsys, preset):
    """The quench of the first preset, at time 0, made T = 0.68 and h = 0 of what was set."""
    out = tmp_path / "a.csv"
    words = ("run", "ising_domains", *preset, "--set", "T=3", "--set", "h=0.5", "--set", "L=16", "--duration", "4")
    assert main([str(word) for word in (*words, "--out", out)]) == 0
    header, table = rows(out)
    named = {name.partition(" ")[0]: column for name, column in zip(header, table.T)}
    assert set(named["T"]) == {3.0}
    assert set(named["field"]) == {0.5}
    err = capsys.readouterr().err
    said = "T stays 3 J/kB as set: the preset's action 'quench' would have made it 0.68"
    assert (said in err) == bool(preset)
    assert ("nothing was done" in err) != bool(preset)


def test_only_what_is_set_wins_and_own_actions_do_what_they_do(tmp_path, capsys):
    out = tmp_path / "a.csv"
    words = ("run", "ising_domains", "--preset", "quench", "--set", "L=16", "--duration", "4", "--out", out)
    for more, T in (((), 0.68), (("--set", "T=3", "--action", "heat@2"), 3.4)):
        assert main([str(word) for word in (*words, *more)]) == 0
        header, table = rows(out)
        assert table[-1, [name.partition(" ")[0] for name in header].index("T")] == pytest.approx(T, rel=2e-3)
        assert ("stays" in capsys.readouterr().err) == bool(more)
