"""Kept curves in sessions: exact, bounded, refused in one line."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from toy import Toy, ToyParameters

from spinviz.files import session as session_module
from spinviz.files.errors import FileError
from spinviz.files.session import Session, read_session, save_session
from spinviz.model.kept import MOST_KEPT, MOST_POINTS, Kept, KeptLine

X = np.array([0.0, 0.1 + 0.2, np.nan])
LINE = KeptLine("m", X, X[::-1].copy(), "y")


def saved(folder: Path, *kept: Kept, **changes: Any) -> Path:
    path = folder / "run.spinviz"
    save_session(path, Session(Toy(), ToyParameters(), kept=kept, hidden=("law", "axes")))
    document = json.loads(path.read_text())
    for entry in document["kept"][:1]:
        entry.update(changes)
    path.write_text(json.dumps(document))
    return path


def read(path: Path) -> Session:
    return read_session(path, lambda name: Toy())


def test_kept_curves_and_switches_come_back(tmp_path: Path) -> None:
    run = Kept("trace", (LINE,), parameters=ToyParameters(rate=0.1 + 0.2))
    session = read(saved(tmp_path, run, Kept("histogram", (LINE,), "sketch", "prediction")))
    first, second = session.kept
    assert (first.plot, first.kind, first.parameters) == ("trace", "run", ToyParameters(rate=0.1 + 0.2))
    assert (second.plot, second.kind, second.title) == ("histogram", "sketch", "prediction")
    assert (first.lines[0].name, first.lines[0].role) == ("m", "y")
    np.testing.assert_array_equal(first.lines[0].x, X)
    np.testing.assert_array_equal(first.lines[0].y, X[::-1])
    assert session.hidden == ("law", "axes")


def test_what_no_number_can_say_is_a_gap(tmp_path: Path) -> None:
    """A curve with a value that is infinite, or too large to be read again, once let no session be saved."""
    y = np.array([1.0, np.inf, -np.inf, 1e301])
    session = read(saved(tmp_path, Kept("trace", (KeptLine("", np.arange(4.0), y),), parameters=ToyParameters())))
    np.testing.assert_array_equal(session.kept[0].lines[0].y, [1.0, np.nan, np.nan, np.nan])


def test_a_session_with_too_much_says_of_what(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "MOST_BYTES", 600)
    with pytest.raises(FileError, match="0 edits were made and 1 set of curves is kept; remove kept curves or rewind"):
        saved(tmp_path, Kept("trace", (LINE,), parameters=ToyParameters()))


def test_sessions_without_them_still_open(tmp_path: Path) -> None:
    path = saved(tmp_path)
    document = json.loads(path.read_text())
    del document["kept"], document["hidden"]
    path.write_text(json.dumps({**document, "format": 1}))
    assert (read(path).kept, read(path).hidden) == ((), ())


GOOD = {"name": "", "role": "x", "x": [1.0], "y": [2.0]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"plot": "nothing"}, "kept curves on 'nothing': use one of trace, curve, histogram"),
        ({"kind": "dream"}, "kept curves of kind 'dream'"),
        ({"title": "x" * 1000}, "no text of at most 200 letters"),
        ({"lines": []}, "between 1 and 24 lines"),
        ({"lines": [GOOD] * 25}, "between 1 and 24 lines"),
        ({"parameters": None}, "kept curves of a run have parameters"),
        ({"parameters": {"rate": -1.0}}, "is out of range"),
        ({"parameters": {"speed": 1.0}}, "unknown parameter 'speed'"),
        ({"colour": "amber"}, "kept curves have kind, lines"),
        ({"lines": [{**GOOD, "role": "theory"}]}, "has the colour 'theory'"),
        ({"lines": [{**GOOD, "x": [1.0, 2.0]}]}, "2 values of x and 1 of y"),
        ({"lines": [{**GOOD, "y": ["2"]}]}, "a kept line has '2'"),
        ({"lines": [{**GOOD, "y": [10**400]}]}, "numbers are at most 1e+300"),
        ({"lines": [{**GOOD, "y": [True]}]}, "a kept line has 'True'"),
        ({"lines": [{**GOOD, "x": [0.0] * (MOST_POINTS + 1)}]}, f"no list of at most {MOST_POINTS}"),
    ],
)
def test_strange_curves_are_refused_in_one_line(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    path = saved(tmp_path, Kept("trace", (LINE,), parameters=ToyParameters()), **changes)
    with pytest.raises(FileError) as raised:
        read(path)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 500


def test_more_than_fit_on_a_plot_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, *[Kept("trace", (LINE,), "sketch", "prediction")] * (MOST_KEPT + 1))
    with pytest.raises(FileError, match=f"7 curves are kept on the plot 'trace', the limit is {MOST_KEPT}"):
        read(path)


def test_an_unknown_switch_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path)
    path.write_text(path.read_text().replace('"axes"', '"gravity"'))
    with pytest.raises(FileError, match="unknown switch '\"gravity\"': use one of law, equation"):
        read(path)
