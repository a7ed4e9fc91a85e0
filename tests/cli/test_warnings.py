"""What libraries warn of goes to the log, never to the terminal of a user; to a test it stays an error."""

import logging
import shutil
import warnings
from pathlib import Path
from typing import Any

import pytest
from installed import install, spinviz
from toy import Toy

from spinviz.files import log

MODULE = """
import numpy as np
from toy import Toy

class Half:
    def __del__(self):
        raise AttributeError("no pointer")

class Warner(Toy):
    name = "warner"

    def observe(self, state, p):
        np.zeros(1) / np.zeros(1)
        Half()
        return super().observe(state, p)

class Raiser(Toy):
    name = "raiser"

    def observe(self, state, p):
        return {"mean": 1 / 0}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    install(folder, "theirs", ["warner = theirs:Warner", "raiser = theirs:Raiser"])
    (folder / "theirs.py").write_text(MODULE)
    shutil.copy(Path(__file__).parents[1] / "toy.py", folder)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return folder


def test_a_warning_of_numpy_is_logged_and_not_printed(site: Path, tmp_path: Path) -> None:
    done = spinviz(site, "run", "warner", "--out", "a.csv", "--duration", "0.05", "--preset", "plain")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    logged = (tmp_path / "state/spinviz/spinviz.log").read_text()
    assert "RuntimeWarning: invalid value encountered in divide" in logged
    assert "AttributeError: no pointer" in logged, "an error in a finalizer"


def test_somebody_elses_system_that_raises_is_one_line_and_its_traceback_is_logged(site: Path, tmp_path: Path) -> None:
    done = spinviz(site, "run", "raiser", "--out", "a.csv", "--duration", "0.05")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(
        "spinviz: raiser cannot start: its observables and laws: ZeroDivisionError: division by"
    )
    assert 'return {"mean": 1 / 0}' in (tmp_path / "state/spinviz/spinviz.log").read_text()


def test_a_run_without_warnings_makes_no_log(site: Path, tmp_path: Path) -> None:
    assert spinviz(site, "list").returncode == 0
    assert not (tmp_path / "state").exists()


def test_warnings_of_our_own_are_lines(spinviz_cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    observe = Toy.observe

    def warning(self: Toy, state: object, p: object) -> dict[str, float]:
        logging.getLogger("spinviz.physics").warning("the cache was damaged")
        return observe(self, state, p)

    monkeypatch.setattr(Toy, "observe", warning)
    said = spinviz_cli("run", "toy", "--preset", "plain", "--out", tmp_path / "a.csv", "--duration", "0")
    assert "spinviz: warning: the cache was damaged\n" in said.err


def test_in_tests_a_warning_stays_an_error() -> None:
    with log.logged(print), pytest.raises(UserWarning, match="odd"):
        warnings.warn("odd", stacklevel=1)


def test_a_log_that_cannot_be_written_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with log.logged(print):
        logging.getLogger("spinviz").error("lost")


def test_a_long_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr(log, "MOST_LOG_BYTES", 10)
    for line in ("first and long", "second"):
        with log.logged(print):
            logging.getLogger("spinviz").error(line)
    assert "first" in log.log_path().with_suffix(".old.log").read_text()
    assert "second" in log.log_path().read_text()
