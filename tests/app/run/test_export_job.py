"""Exports in a process of their own: progress, success, failure and cancelling; and what the dialog asks for."""

import sys
from pathlib import Path
from typing import Any

import pytest

from spinviz.app.run import export_job
from spinviz.app.run.export_job import ExportJob, command, time_left
from spinviz.app.window.export_choices import Run
from spinviz.app.window.export_dialog import ExportDialog
from spinviz.export.plan import ExportPlan

WELL = (
    "import sys, time\nfor k in range(4):\n    print('progress', k, 3, flush=True)\nopen(sys.argv[1], 'w').write('x')"
)
BADLY = "import sys\nsys.stderr.write('hello\\nspinviz: a.mp4: the disk is full; free some space.\\n')\nsys.exit(2)"
FOREVER = "import time\nprint('progress 0 9', flush=True)\ntime.sleep(60)"


@pytest.fixture
def session(tmp_path: Path) -> Path:
    folder = tmp_path / ".export-1"
    folder.mkdir()
    (folder / "session.spinviz").write_text("{}")
    return folder / "session.spinviz"


def job_of(script: str, out: Path, session: Path, monkeypatch: pytest.MonkeyPatch) -> ExportJob:
    monkeypatch.setattr(export_job, "command", lambda arguments: (sys.executable, ["-c", script, str(out)]))
    return ExportJob(ExportPlan(str(out)), session)


def test_progress_and_success(qtbot: Any, tmp_path: Path, session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_of(WELL, tmp_path / "a.mp4", session, monkeypatch)
    parts: list[float] = []
    job.progressed.connect(lambda part, left: parts.append(part))
    with qtbot.waitSignal(job.finished, timeout=20000) as finished:
        job.start()
    assert finished.args == [True, f"Exported {tmp_path / 'a.mp4'}"]
    assert parts[-1] == 1.0
    assert parts == sorted(parts)
    assert not session.parent.exists()


def test_a_failure_is_one_line(qtbot: Any, tmp_path: Path, session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_of(BADLY, tmp_path / "a.mp4", session, monkeypatch)
    with qtbot.waitSignal(job.finished, timeout=20000) as finished:
        job.start()
    assert finished.args == [False, "The export failed: a.mp4: the disk is full; free some space."]


def test_a_missing_program_is_told(qtbot: Any, session: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_job, "command", lambda arguments: ("/nowhere/python", []))
    job = ExportJob(ExportPlan("a.mp4"), session)
    with qtbot.waitSignal(job.finished, timeout=20000) as finished:
        job.start()
    assert finished.args[1].startswith("The export could not be started")


def test_cancelling_ends_the_process(
    qtbot: Any, tmp_path: Path, session: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(FOREVER, tmp_path / "a.mp4", session, monkeypatch)
    with qtbot.waitSignal(job.progressed, timeout=20000):
        job.start()
    with qtbot.waitSignal(job.finished, timeout=20000) as finished:
        job.cancel()
    assert finished.args == [False, ""]
    assert not job.is_running


def test_the_command_is_that_of_the_command_line() -> None:
    plan = ExportPlan(
        "a.gif", "640x360", "15", length="2.5", start="0.1 s", speed="0.04 s", theme="light", turn="-90", plots=False
    )
    from spinviz.cli.exporting import wanted_of
    from spinviz.cli.parser import arguments

    program, words = command([*plan.arguments(Path("s.spinviz")), "--progress"])
    options = arguments(words[words.index("export") :])
    assert Path(words[words.index("-m") - 1] if "-m" in words else program).name.startswith("python")
    assert (options.system, options.out, options.size, options.fps) == ("s.spinviz", "a.gif", "640x360", "15")
    assert (options.length, options.start, options.speed, options.theme) == ("2.5", "0.1 s", "0.04 s", "light")
    assert (options.plots, options.turn) == (False, "-90")
    assert wanted_of(options) == plan
    assert options.progress is True


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 s left"), (61, "61 s left"), (600, "10 min left"), (9000, "2.5 h left")]
)
def test_time_left(seconds: float, words: str) -> None:
    assert time_left(seconds) == words


def test_the_dialog_explains_what_does_not_fit(qtbot: Any) -> None:
    dialog = ExportDialog(Run("free", 0.04, "s", "dark", 0.1, 10.0))
    qtbot.addWidget(dialog)
    plans: list[ExportPlan] = []
    dialog.accepted_plan.connect(plans.append)
    assert dialog.note.text() == "300 frames"
    dialog.size_box.setEditText("9x9")
    assert "size 9x9 is out of range" in dialog.note.text()
    assert not dialog.go.isEnabled()
    dialog.kind.setCurrentIndex(2)
    dialog.size_box.setEditText("640 × 360")
    dialog.kind.setCurrentIndex(0)
    assert dialog.size_box.currentText() == "9 × 9", "each kind keeps its size"
    dialog.speed.setText("5 kg")
    assert "does not fit" in dialog.note.text()
    dialog.speed.setText("20 ms")
    dialog.kind.setCurrentIndex(2)
    assert dialog.file.text().endswith("free.gif")
    dialog.start.setCurrentIndex(1)
    dialog.accept()
    assert plans[0].speed == "0.02 s"
    assert plans[0].start == "0.1 s"
    assert plans[0].size == "640x360"
