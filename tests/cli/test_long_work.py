"""What takes long or much memory is said before it is begun."""

from typing import Any

import pytest
from toy import Toy, ToyParameters

from spinviz.cli import exporting, progress
from spinviz.engine import memory, replay
from spinviz.files.session import Session


@pytest.fixture
def heavy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Toy, "memory", lambda self, p: p.count * 10**9)
    monkeypatch.setattr(memory, "installed", lambda: 16 * 10**9)


def test_much_memory_is_said_before(spinviz_cli: Any, tmp_path: Any, heavy: None) -> None:
    out = tmp_path / "a.csv"
    said = spinviz_cli("run", "toy", "--set", "count=12", "--duration", "0.1", "--out", out)
    assert said.code == 0
    assert said.err.splitlines()[0] == "spinviz: making a state that takes about 12 GB of memory of 16 GB"
    said = spinviz_cli("run", "toy", "--set", "count=20", "--duration", "0.1", "--out", tmp_path / "b.csv")
    assert said.code == 2
    assert said.err.splitlines()[-1].endswith("this machine has 16 GB: make the state smaller")
    assert not (tmp_path / "b.csv").exists()


def test_a_session_of_many_changes_is_said_before_and_shows_how_far_it_is(
    capsys: Any, monkeypatch: pytest.MonkeyPatch, heavy: None
) -> None:
    monkeypatch.setattr(exporting, "MANY", 100)
    monkeypatch.setattr(replay, "REPORTED_EVERY", -1.0)
    parts: list[float] = []
    monkeypatch.setattr(progress.Progress, "show", lambda self, done: parts.append(done))
    assert exporting._begun(Session(Toy(), ToyParameters(), events=((0, "kick"),) * 100)).step == 0
    assert "repeating" not in capsys.readouterr().err
    exporting._begun(Session(Toy(), ToyParameters(), events=((0, "kick"),) * 101, step=7))
    assert capsys.readouterr().err.splitlines() == [
        "spinviz: making a state that takes about 3 GB of memory of 16 GB",
        "spinviz: repeating 101 changes and 7 steps, which takes a while",
    ]
    assert parts[-1] == pytest.approx(101 / 109)
