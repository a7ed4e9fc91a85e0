"""Sessions: written completely, read exactly, refused in one line."""

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy import Toy, ToyParameters

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.engine.replay import loop_of, session_of
from spinviz.files.bounded import open_bounded
from spinviz.files.errors import FileError
from spinviz.files.session import MOST_BYTES, Session, read_session, save_session
from spinviz.model.parameters import Parameters, file, quantity
from spinviz.model.system import System, UnknownName


def named(name: str) -> System[Any, Any]:
    if name != "toy":
        raise UnknownName(f"unknown system '{name}': use one of toy")
    return Toy()


def written(path: Path, **changes: Any) -> Path:
    save_session(path, Session(Toy(), ToyParameters(), preset="kicked"))
    document = json.loads(path.read_text())
    document.update(changes)
    path.write_text(json.dumps({name: value for name, value in document.items() if value is not ...}))
    return path


def test_a_run_opens_bit_identical(tmp_path: Path) -> None:
    loop = Loop(Toy(), ToyParameters(noise=0.1), preset="kicked", schedule=[(0.31, "faster")], seed=7)
    loop.advance(20)
    loop.apply(SetParameters(loop.parameters.change(rate=0.1 + 0.2)))
    loop.advance(30)
    loop.apply(Act("kick"))
    loop.apply(SetParameters(loop.parameters.change(count=5)))
    loop.advance(61)
    save_session(tmp_path / "run.spinviz", session_of(loop, 0.7, "light", {"azimuth": 12.5, "parallel": True}))
    session = read_session(tmp_path / "run.spinviz", named)
    again = loop_of(session)
    again.advance(session.step)
    assert np.array_equal(again.state.values, loop.state.values)
    assert again.parameters == loop.parameters
    assert again.time == loop.time
    assert (session.speed, session.theme, session.camera) == (0.7, "light", {"azimuth": 12.5, "parallel": True})


def test_only_changed_values_of_an_edit_are_written(tmp_path: Path) -> None:
    loop = Loop(Toy())
    loop.apply(SetParameters(loop.parameters.change(rate=2.0)))
    loop.apply(SetParameters(loop.parameters.change(noise=0.5)))
    save_session(tmp_path / "a", session_of(loop, 1.0))
    events = json.loads((tmp_path / "a").read_text())["events"]
    assert events == [{"step": 0, "parameters": {"rate": 2.0}}, {"step": 0, "parameters": {"noise": 0.5}}]
    assert read_session(tmp_path / "a", named).events[1][1] == loop.parameters


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 4}, "written by a newer spinviz (format 4, this program reads up to 3); update spinviz"),
        ({"format": True}, "format 'True' is no number"),
        ({"format": ...}, "no session of spinviz"),
        ({"system": "nonsense"}, "unknown system 'nonsense': use one of toy"),
        ({"system": 3}, "system = '3' is no text"),
        ({"preset": "nonsense"}, "toy has no preset 'nonsense'"),
        ({"parameters": {"speed": 1.0}}, "unknown parameter 'speed'"),
        ({"parameters": {"rate": -1.0}}, "rate = −1 1/s is out of range"),
        ({"parameters": {"rate": "2"}}, "rate = '\"2\"' is no number"),
        ({"parameters": {"rate": True}}, "rate = 'true' is no number"),
        ({"parameters": {"count": 2.5}}, "count = '2.5' is no integer"),
        ({"parameters": []}, "parameters = '[]' is no table"),
        ({"parameters": {"mode": "odd"}}, "mode = 'odd' is unknown"),
        ({"seed": -1}, "seed = '-1' is no whole number"),
        ({"step": 1e9}, "step = '1000000000.0' is no whole number"),
        ({"step": 10**12}, "is no whole number between 0 and 1000000000"),
        ({"speed": 0}, "speed = '0' is no finite number from 1e-30 to 1e+15"),
        ({"speed": 10**400}, "is no finite number from 1e-30 to 1e+15"),
        ({"speed": 1e308}, "speed = '1e+308' is no finite number from 1e-30 to 1e+15"),
        ({"parameters": {"rate": 10**400}}, f"rate = '{10**39}' is no number: choose a value between"),
        ({"camera": {"azimuth": 1e300}}, "azimuth' = '1e+300' is no finite number from -1e+09 to 1e+09"),
        ({"theme": "pink"}, "unknown theme 'pink': use one of dark"),
        ({"camera": {"azimuth": "left"}}, "is no number"),
        ({"camera": {str(n): 1.0 for n in range(40)}}, "camera has 40 entries, the limit is 32"),
        ({"schedule": [[1.0]]}, "schedule has '[1.0]'"),
        ({"schedule": [[1.0, "jump"]]}, "toy has no action 'jump'"),
        ({"events": {}}, "events = '{}' is no list"),
        ({"events": [{"step": 5}]}, "an event has step"),
        ({"events": [{"step": 5, "action": "kick"}, {"step": 4, "action": "kick"}]}, "events are in order"),
        ({"events": [{"step": 5, "parameters": {"rate": 1e9}}]}, "is out of range"),
        (
            {"events": [{"step": 5, "brush": "flip", "path": [[0, 0, 0]], "radius": 1, "goes_on": False}]},
            "toy has no brush 'flip'",
        ),
        ({"events": [{"step": 5, "undo": 0}]}, "an event undoes another, and none is before it"),
        ({"events": [{"step": 1, "action": "kick"}, {"step": 5, "undo": 1}]}, "whole number between 0 and 0"),
        ({"events": [{"step": 1, "parameters": {}}, {"step": 5, "undo": 0}]}, "it undoes an action or a stroke"),
        ({"colour": 1}, "unknown entry 'colour'"),
    ],
)
def test_refusals_are_one_clear_line(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    path = written(tmp_path / "bad.spinviz", **changes)
    with pytest.raises(FileError) as raised:
        read_session(path, named)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 500


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"# OOMMF OVF 2.0\n", "not JSON (line 1"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"format": 1, "system": "toy", "events": ' + b'{"a":' * 9000 + b"1" + b"}" * 9001, "nested too deeply"),
        (b'{"format": 1, "system": "toy", "speed": NaN}', "NaN is no finite number"),
        (b'{"format": 1, "system": "toy", "seed": ' + b"9" * 5000 + b"}", "a number of 5000 digits, the limit is 1000"),
        (b"[1, 2]", "no session of spinviz"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(FileError) as raised:
        read_session(path, named)
    assert message in str(raised.value)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    path.touch()
    os.truncate(path, MOST_BYTES + 1)
    with pytest.raises(FileError, match=f"the limit is {MOST_BYTES}"):
        read_session(path, named)


@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 400))
def test_damaged_files_raise_nothing_but_file_errors(tmp_path_factory: Any, noise: bytes, start: int, cut: int) -> None:
    path = tmp_path_factory.mktemp("damaged") / "a"
    good = written(path).read_bytes()
    path.write_bytes(good[:start] + noise + good[start + cut :])
    with suppress(FileError):
        read_session(path, named)


def test_a_failed_save_leaves_the_old_session(tmp_path: Path) -> None:
    path = written(tmp_path / "a")
    before = path.read_bytes()
    with pytest.raises(ValueError, match="not JSON compliant"):
        save_session(path, Session(Toy(), ToyParameters(), speed=float("nan")))
    assert path.read_bytes() == before


class ReaderParameters(Parameters):
    rate: float = quantity(1.0, "1/s", "Decay rate.", ge=0, le=100)
    start: str = file("Start.", (".txt",))


class Reader(Toy):
    name = "reader"
    Parameters = ReaderParameters  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("9" * 5000, "the name is too long"),
        ("\ud800", "the name holds half a character"),
        ("a\0b", "the name holds a zero byte"),
        ("b\udcff.dat", "the file does not exist"),
    ],
)
def test_names_that_no_file_can_have_are_kept_and_refused_when_read(tmp_path: Path, name: str, words: str) -> None:
    """A name of 5000 letters was an internal error, one of half a character could not be saved again."""
    save_session(tmp_path / "odd", Session(Reader(), ReaderParameters.of(start=name)))
    session = read_session(tmp_path / "odd", lambda name: Reader())
    assert session.parameters.model_dump()["start"] == name
    with pytest.raises(FileError, match=words) as caught, open_bounded(name, 100):
        pass
    assert len(str(caught.value)) < 300


def test_an_input_file_that_moved_with_its_session_is_found(tmp_path: Path) -> None:
    (tmp_path / "start.txt").write_text("0")
    gone = ReaderParameters.of(start="/nowhere/start.txt")
    save_session(tmp_path / "a", Session(Reader(), gone))
    session = read_session(tmp_path / "a", lambda name: Reader())
    assert session.parameters.model_dump()["start"] == str(tmp_path / "start.txt")
