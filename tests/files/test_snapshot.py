"""Snapshots are found by the recipe of a run, checked, and bounded."""

import importlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from toy import Toy, ToyParameters

from spinviz.files import snapshot
from spinviz.files.plain_values import Unfit
from spinviz.files.session import Session, digest, read_session, save_session
from spinviz.files.snapshot import read_snapshot, snapshot_path, write_snapshot
from spinviz.systems import system_named


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


SESSION = Session(
    Toy(), ToyParameters(rate=1 / 3), "kicked", 7, ((0.5, "kick"),), ((3, "kick"), (5, ToyParameters(count=4))), 9
)


def test_a_session_that_was_saved_has_the_same_recipe(tmp_path: Path) -> None:
    save_session(tmp_path / "a.spinviz", SESSION)
    again = read_session(tmp_path / "a.spinviz", lambda name: Toy())
    assert digest(again) == digest(SESSION)
    assert digest(replace(SESSION, speed=3.0, theme="light", camera={"zoom": 2.0})) == digest(SESSION)


@pytest.mark.parametrize(
    "change",
    [
        {"step": 10}, {"seed": 8}, {"preset": ""}, {"schedule": ()}, {"events": SESSION.events[:1]},
        {"parameters": ToyParameters(rate=0.3333)}, {"events": ((4, "kick"), *SESSION.events[1:])},
    ],
)  # fmt: skip
def test_another_recipe_has_another_snapshot(change: dict[str, Any]) -> None:
    assert write_snapshot(SESSION, "content")
    assert read_snapshot(SESSION) == "content"
    assert read_snapshot(replace(SESSION, **change)) is None


def test_what_another_program_made_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    write_snapshot(SESSION, 1)
    for name, what in (("__version__", "another version of spinviz"), ("_sources", "another version of spinviz")):
        with monkeypatch.context() as other:
            if name == "_sources":
                other.setattr(snapshot, name, lambda package: "other")
            else:
                other.setattr(snapshot.spinviz, name, "0.0")
            with pytest.raises(Unfit, match=f"its snapshot was made with {what}"):
                read_snapshot(SESSION)
    with monkeypatch.context() as other:
        other.setattr(snapshot.np, "__version__", "0")
        with pytest.raises(Unfit, match="another processor or another version of its libraries"):
            read_snapshot(SESSION)
    assert read_snapshot(SESSION) == 1


def test_other_code_of_a_system_from_elsewhere_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a system of another distribution only the version of spinviz was once looked at."""
    (tmp_path / "added").mkdir()
    (tmp_path / "added" / "__init__.py").write_text("from toy import Toy\n\nclass Added(Toy):\n    pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    session = replace(SESSION, system=importlib.import_module("added").Added())
    write_snapshot(session, 1)
    snapshot._sources.cache_clear()
    assert read_snapshot(session) == 1
    (tmp_path / "added" / "physics.py").write_text("g = 2.0\n")
    snapshot._sources.cache_clear()  # as the next start of the program does
    with pytest.raises(Unfit, match="another version of spinviz or of the system"):
        read_snapshot(session)


def test_a_file_that_changed_is_noticed(tmp_path: Path) -> None:
    system, start = system_named("exchange_lattice"), tmp_path / "start.ovf"
    start.write_text("one")
    session = Session(system, system.Parameters.of(input=str(start)), step=3)
    write_snapshot(session, 1)
    assert read_snapshot(session) == 1
    start.write_text("other")
    with pytest.raises(Unfit, match="other content of its files"):
        read_snapshot(session)


@pytest.mark.parametrize("pattern", ["", "/*.ovf"])
def test_a_file_of_a_series_that_changed_or_came_is_noticed(tmp_path: Path, pattern: str) -> None:
    system = system_named("ovf_series")
    for number in range(2):
        (tmp_path / f"{number}.ovf").write_text("one")
    session = Session(system, system.Parameters.of(input=f"{tmp_path}{pattern}"), step=1)
    for change in (lambda: (tmp_path / "1.ovf").write_text("other"), (tmp_path / "2.ovf").touch):
        write_snapshot(session, 1)
        assert read_snapshot(session) == 1
        change()
        with pytest.raises(Unfit, match="other content of its files"):
            read_snapshot(session)


def test_damage_is_said(tmp_path: Path) -> None:
    write_snapshot(SESSION, list(range(100)))
    path = snapshot_path(SESSION)
    content = path.read_bytes()
    for damaged in (b"", content[:50], content[:-5] + b"12345"):
        path.write_bytes(damaged)
        with pytest.raises(Unfit, match="its snapshot is damaged"):
            read_snapshot(SESSION)
    path.unlink()
    path.symlink_to(tmp_path / "gone")
    assert read_snapshot(SESSION) is None


def test_snapshots_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "MOST_BYTES", 20_000)
    assert not write_snapshot(SESSION, "x" * 20_000)
    assert not write_snapshot(SESSION, print)
    assert not snapshot_path(SESSION).exists()
    monkeypatch.setattr(snapshot, "MOST_KEPT", 30_000)
    for step in range(4):
        one = replace(SESSION, step=step)
        assert write_snapshot(one, "x" * 10_000)
        os.utime(snapshot_path(one), (1e9 + step, 1e9 + step))
        if step == 1:
            assert read_snapshot(replace(SESSION, step=0))  # used: the other one goes first
    assert [read_snapshot(replace(SESSION, step=step)) is None for step in range(4)] == [False, True, True, False]
