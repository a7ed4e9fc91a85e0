"""What runs, edits and undo, sessions, recovery and recording, without a window."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from toy import Toy, ToyParameters

from spinviz.app.run import controller as controller_module
from spinviz.app.run import edits, openings
from spinviz.app.run.controller import Controller
from spinviz.app.run.openings import Choice, open_choice
from spinviz.app.run.settings import Settings, SettingsStore
from spinviz.app.run.worker import Opened, Worker
from spinviz.engine import replay
from spinviz.engine.loop import Act, Loop, Stopped
from spinviz.files.log import state_folder
from spinviz.files.recording.read import read_recording
from spinviz.files.session import Session, read_session, save_session
from spinviz.model.kept import Kept, KeptLine


def paused(controller: Controller, until: Any) -> Any:
    """Pause, and return the frame shown then."""
    controller.set_running(False)
    until(lambda: controller.last_frame is not None and not controller.last_frame.running)
    return controller.last_frame


def test_time_advances_pauses_steps_and_scrubs(controller: Controller, until: Any) -> None:
    until(lambda: controller.last_frame.step > 3)
    step = paused(controller, until).step
    controller.step_by(10)
    until(lambda: controller.last_frame.step == step + 10)
    controller.step_by(-1)
    until(lambda: controller.last_frame.step == step + 9)
    controller.seek(2)
    until(lambda: controller.last_frame.step == 2)
    assert controller.last_frame.last_step == step + 10
    controller.rewind()
    until(lambda: controller.last_frame.last_step == 0)


def test_edits_of_a_drag_are_undone_together(controller: Controller, until: Any) -> None:
    for rate in (2.0, 3.0, 4.0):
        controller.edit(controller.parameters.change(rate=rate), "rate", False)
    controller.edit(controller.parameters.change(rate=4.0), "rate", True)
    controller.edit(controller.parameters.change(rate=5.0), "rate", False)
    controller.edit(controller.parameters.change(noise=0.5))
    assert controller.undo.count() == 3
    until(lambda: controller.last_frame.parameters == ToyParameters(rate=5.0, noise=0.5))
    controller.undo.undo()
    controller.undo.undo()
    assert controller.parameters == ToyParameters(rate=4.0)
    controller.undo.undo()
    until(lambda: controller.last_frame.parameters == ToyParameters())
    controller.undo.redo()
    until(lambda: controller.last_frame.parameters == ToyParameters(rate=4.0))


def test_an_edit_that_returns_to_the_start_leaves_nothing_to_undo(controller: Controller) -> None:
    controller.edit(controller.parameters.change(rate=2.0), "rate", False)
    controller.edit(controller.parameters.change(rate=1.0), "rate", True)
    assert not controller.undo.canUndo()


def test_undo_restores_only_what_the_edit_changed(
    controller: Controller, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller.edit(controller.parameters.change(noise=0.25))
    until(lambda: controller.last_frame.parameters.noise == 0.25)
    monkeypatch.setattr("spinviz.app.run.controller.ECHO", 0.0)
    controller.worker.send(Act("faster"))  # as a preset does
    until(lambda: controller.parameters.rate == 2.0)
    controller.undo.undo()
    assert controller.parameters == ToyParameters(rate=2.0)


def test_actions_and_edits_are_undone_in_their_order(
    controller: Controller, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spinviz.app.run.controller.ECHO", 0.0)
    controller.set_running(False)
    controller.edit(controller.parameters.change(rate=3.0))
    controller.act("faster")
    until(lambda: controller.parameters.rate == 6.0)
    controller.edit(controller.parameters.change(noise=0.5))
    assert controller.undo.undoText() == "change of noise of each step"
    controller.undo.undo()
    assert controller.undo.undoText() == "Faster"
    controller.undo.undo()
    until(lambda: controller.parameters.rate == 3.0)
    controller.undo.undo()
    until(lambda: controller.parameters.rate == 1.0)
    for rate in (3.0, 6.0):
        controller.undo.redo()
        until(lambda wanted=rate: controller.parameters.rate == wanted)
    assert controller.parameters.noise == 0.0


def test_an_action_that_a_rewind_took_along_says_so_when_undone(controller: Controller, qtbot: Any) -> None:
    controller.act("kick")
    controller.rewind()
    with qtbot.waitSignal(
        controller.message, timeout=20000, check_params_cb=lambda text, kind: "belongs to an earlier run" in text
    ):
        controller.undo.undo()


def test_a_choice_that_takes_another_time_brings_its_own_time_lens(
    controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An image and a pixel of it: nobody wants to find the right speed by hand. A number changes nothing."""
    monkeypatch.setattr(Toy, "speed", lambda self, p: 1e-3 if p.broken else 1.0 / (1 + p.rate))
    usual = controller.speed
    controller.set_value("rate", 50.0)
    assert controller.speed == usual
    controller.set_value("rate", 0.0)
    controller.set_value("broken", True)
    assert controller.speed == pytest.approx(1e-3 * usual)
    controller.undo.undo()
    assert controller.speed == pytest.approx(usual)


def test_a_choice_of_preset_is_undone_with_its_parameters(controller: Controller, until: Any) -> None:
    controller.edit(controller.parameters.change(rate=7.0))
    controller.open_preset("kicked")
    until(lambda: controller.preset.name == "kicked")
    assert controller.parameters == ToyParameters()
    controller.undo.undo()
    until(lambda: controller.preset.name == "plain")
    assert controller.parameters.rate == 7.0
    controller.undo.redo()
    until(lambda: controller.preset.name == "kicked")
    assert controller.undo.count() == 2


def test_a_failure_is_told_and_the_run_can_go_on(controller: Controller, qtbot: Any, until: Any) -> None:
    with qtbot.waitSignal(controller.message, timeout=15000) as told:
        controller.edit(controller.parameters.change(mode="raise"))
    assert "asked to" in told.args[0]
    assert told.args[1] == "error"
    until(lambda: not controller.last_frame.running)
    step = controller.last_frame.step
    controller.edit(controller.parameters.change(mode="plain"))
    controller.set_running(True)
    until(lambda: controller.last_frame.step > step + 3)


def test_a_picture_that_fails_is_told_and_left(
    controller: Controller, qtbot: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no chalk")

    with monkeypatch.context() as patch:
        patch.setattr(controller.system.__class__, "draw", broken)
        with qtbot.waitSignal(controller.message, timeout=15000) as told:
            controller.edit(controller.parameters.change(rate=3.0))
    assert "no chalk" in told.args[0]
    controller.set_running(True)
    step = controller.last_frame.step
    until(lambda: controller.last_frame.step > step)


def test_a_session_opens_bit_identical(controller: Controller, qtbot: Any, until: Any, tmp_path: Path) -> None:
    controller.edit(controller.parameters.change(noise=0.3))
    controller.act("kick")
    until(lambda: controller.last_frame.step > 30)
    frame = paused(controller, until)
    states: list[Any] = []
    controller.worker.call(lambda loop: states.append(loop.state.values.copy()))
    path = tmp_path / "run.spinviz"
    with qtbot.waitSignal(controller.written, timeout=15000):
        controller.save(path)
    assert not controller.modified
    assert controller.title == "run"
    controller.open_preset("kicked")
    until(lambda: controller.preset.name == "kicked")
    with qtbot.waitSignal(controller.opened, timeout=15000) as opened:
        controller.open_path(path)
    assert opened.args[0].camera == {"azimuth": 12.0}
    until(lambda: controller.last_frame.step == frame.step)
    controller.worker.call(lambda loop: states.append(loop.state.values.copy()))
    until(lambda: len(states) == 2)
    assert np.array_equal(*states)
    assert not controller.running
    assert controller.store.recent() == [path]


def test_files_nobody_opens_are_told(controller: Controller, qtbot: Any, tmp_path: Path) -> None:
    strange = tmp_path / "holiday.jpg"
    strange.write_bytes(b"\xff\xd8")
    with qtbot.waitSignal(controller.message, timeout=15000) as told:
        controller.open_path(strange)
    assert told.args[0].startswith("holiday.jpg: no system opens files ending in '.jpg'")
    broken = tmp_path / "old.spinviz"
    broken.write_text('{"format": 9, "system": "toy"}')
    with qtbot.waitSignal(controller.message, timeout=15000) as told:
        controller.open_path(broken)
    assert "written by a newer spinviz (format 9" in told.args[0]


def test_a_long_replay_can_be_stopped(qtbot: Any, only_toys: None, until: Any) -> None:
    worker = Worker()
    parts: list[float] = []
    started = threading.Event()

    def forever(progress: Any) -> Any:
        while True:
            started.set()
            progress(0.5)

    worker.progress.connect(parts.append)
    worker.start()
    worker.open(forever)
    until(started.is_set)
    worker.cancel()
    until(lambda: parts and parts[-1] == 1.0)
    with qtbot.waitSignal(worker.opened, timeout=15000):
        worker.open(open_choice(Choice("toy")))
    assert worker.stop()


def test_a_choice_made_while_the_first_is_being_built_opens_after_it(qtbot: Any, only_toys: None, until: Any) -> None:
    """It was forgotten: a click in the library during the first compilation did nothing."""
    worker, go_on, presets = Worker(), threading.Event(), list[str]()

    def slow(progress: Any) -> Any:
        go_on.wait(10)
        return open_choice(Choice("toy", "plain"))(progress)

    worker.opened.connect(lambda opened: presets.append(opened.loop.preset.name))
    worker.open(slow)
    worker.open(open_choice(Choice("toy", "kicked")))
    go_on.set()
    until(lambda: presets == ["plain", "kicked"])
    assert worker.stop()


def test_closing_stops_the_thread(qtbot: Any, tmp_path: Path, only_toys: None) -> None:
    made = Controller(SettingsStore(tmp_path / "s.ini"), lambda: ("dark", {}))
    with qtbot.waitSignal(made.frame, timeout=15000):
        made.start(open_choice(Choice("toy")))
    # Nobody says that the frame was shown: the thread must end all the same.
    assert made.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "simulation"]


def test_recordings_hold_every_sample(controller: Controller, qtbot: Any, until: Any, tmp_path: Path) -> None:
    paused(controller, until)
    controller.rewind()
    until(lambda: controller.last_frame.last_step == 0)
    controller.start_recording(tmp_path / "r.h5")
    controller.set_running(True)
    until(lambda: controller.last_frame.step > 40)
    paused(controller, until)
    loops: list[Loop] = []
    controller.worker.call(loops.append)
    until(lambda: bool(loops))
    with qtbot.waitSignal(controller.message, timeout=15000):
        controller.stop_recording()
    recording = read_recording(tmp_path / "r.h5")
    assert recording.complete
    assert recording.columns == (("mean", ""), ("rate", "1/s"))
    assert np.array_equal(recording.time, loops[0].samples.history().time)
    assert np.array_equal(recording.values[:, 0], loops[0].samples.history().observables["mean"])


def test_a_recording_that_begins_in_the_past_holds_what_is_played(
    controller: Controller, qtbot: Any, until: Any, tmp_path: Path
) -> None:
    until(lambda: controller.last_frame.step > 60)
    controller.seek(10)
    until(lambda: controller.last_frame.step == 10)
    controller.start_recording(tmp_path / "r.h5")
    controller.set_running(True)
    until(lambda: controller.last_frame.step > 40)
    paused(controller, until)
    loops: list[Loop] = []
    controller.worker.call(loops.append)
    until(lambda: bool(loops))
    with qtbot.waitSignal(controller.message, timeout=15000):
        controller.stop_recording()
    history = loops[0].samples.history()
    began, ended = (loops[0].samples.rows_until(step) for step in (10, loops[0].step))
    recording = read_recording(tmp_path / "r.h5")
    assert len(recording.time) > 30
    assert np.array_equal(recording.time, history.time[began - 1 : ended])
    assert np.array_equal(recording.values[:, 0], history.observables["mean"][began - 1 : ended])


def test_closing_waits_for_what_goes_to_the_disk(qtbot: Any, tmp_path: Path, only_toys: None) -> None:
    made = Controller(SettingsStore(tmp_path / "s.ini"), lambda: ("dark", {}))
    with qtbot.waitSignal(made.frame, timeout=15000):
        made.start(open_choice(Choice("toy")))
    made.start_recording(tmp_path / "r.h5")
    made.save(tmp_path / "a.spinviz")
    assert made.close()
    assert read_recording(tmp_path / "r.h5").complete
    assert (tmp_path / "a.spinviz").exists()


def test_a_recording_that_fails_ends_and_the_run_goes_on(controller: Controller, qtbot: Any, until: Any) -> None:
    with qtbot.waitSignal(controller.message, timeout=15000) as told:
        controller.start_recording(Path("/nowhere/r.h5"))
    assert "the folder does not exist" in told.args[0]
    assert controller.recorder is None
    step = controller.last_frame.step
    until(lambda: controller.last_frame.step > step + 3)


def test_a_clean_end_keeps_unsaved_work(qtbot: Any, tmp_path: Path, only_toys: None) -> None:
    made = Controller(SettingsStore(tmp_path / "s.ini"), lambda: ("dark", {}))
    with qtbot.waitSignal(made.frame, timeout=15000):
        made.start(open_choice(Choice("toy")))
    made.edit(made.parameters.change(rate=3.0))
    assert made.close()
    (kept,) = state_folder().iterdir()
    assert kept.name.startswith("closed-")
    from toy import Toy

    session = read_session(kept, lambda name: Toy())
    assert session.events[-1][1] == ToyParameters(rate=3.0)


def test_what_was_stopped_or_failed_is_no_part_of_undo(
    controller: Controller, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A choice that was stopped once stood on the stack after the next undo; a failure meanwhile lost the choice."""

    def stopped(progress: Any) -> Opened:
        raise Stopped

    controller.open_system("toy", "kicked")
    controller.worker.failed.emit("the recording met a full disk")
    until(lambda: controller.preset.name == "kicked")
    assert controller.undo.count() == 1
    with monkeypatch.context() as slow:
        slow.setattr(controller_module, "open_choice", lambda *_: stopped)
        controller.open_system("toy", "plain")
        assert controller.worker.flush()
    controller.undo.undo()
    until(lambda: controller.preset.name == "plain")
    assert (controller.undo.count(), controller.undo.index()) == (1, 0)
    controller.undo.redo()
    until(lambda: controller.preset.name == "kicked")


class Other(Toy):
    name = "other"
    plots = ()


def test_a_session_written_while_another_system_opens_can_be_read(
    controller: Controller, tmp_path: Path, until: Any
) -> None:
    """It once had the kept curves of the system before, and an autosave like this was lost."""
    frame = paused(controller, until)
    line = KeptLine("", np.array([0.0, 1.0]), np.array([1.0, 0.0]))
    controller.kept.set((Kept("trace", (line,), parameters=frame.parameters),))
    path = tmp_path / "run.spinviz"
    controller.worker.open(lambda progress: Opened(Loop(Other()), 1.0, running=False))
    controller.save(path)
    assert controller.worker.flush()
    session = read_session(path, lambda name: {"toy": Toy(), "other": Other()}[name])
    assert (session.system.name, session.kept) == ("other", ())
    until(lambda: controller.system.name == "other")


def test_settings_survive_and_nonsense_becomes_the_default(tmp_path: Path) -> None:
    path = tmp_path / "s.ini"
    store = SettingsStore(path)
    assert store.load() == Settings()
    store.save(Settings(theme="light", memory=512, samples=4, animate=False, autosave=60, letters=130))
    assert SettingsStore(path).load() == Settings("light", 512, 4, False, 60, 130)
    store._ini.sync()
    path.write_text("[settings]\ntheme=pink\nmemory=-3\nautosave=soon\nletters=500\nanimate=true\n")
    assert SettingsStore(path).load() == Settings()


def test_edits_by_key_merge_only_while_they_follow_at_once(
    controller: Controller, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(edits, "monotonic", lambda: now[0])
    for time, rate in ((0.0, 2.0), (0.5, 3.0), (5.0, 4.0)):
        now[0] = time
        controller.edit(controller.parameters.change(rate=rate))
    assert controller.undo.count() == 2


def test_a_run_stops_at_the_next_event_and_says_which(controller: Controller, until: Any) -> None:
    said: list[tuple[str, str]] = []
    controller.message.connect(lambda *message: said.append(message))
    controller.rewind()
    controller.stop_at("wave")
    assert controller.running
    until(lambda: not controller.running)
    assert controller.last_frame.step == 8
    assert said == [("Runs to the next crest", "info"), ("Crest at 80 ms · mean 0.923", "info")]
    controller.stop_at()
    assert said[-1] == ("Runs to the next half or crest", "info")
    until(lambda: len(said) == 4)
    assert said[-1][0] == "Crest at 390 ms · mean 0.677"
    controller.stop_at("echo")
    assert not controller.running


def test_what_was_odd_about_an_opened_file_is_a_warning(controller: Controller, qtbot: Any) -> None:
    with qtbot.waitSignal(controller.message, timeout=15000) as told:
        controller.worker.open(lambda progress: Opened(Loop(Toy()), 1.0, note="a.ovf: unit cells of the size set"))
    assert told.args == ["a.ovf: unit cells of the size set", "warning"]


def test_a_session_of_many_actions_says_so_and_can_be_stopped(
    controller: Controller, qtbot: Any, tmp_path: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay, "REPORTED_EVERY", 0.0)
    path = tmp_path / "long.spinviz"
    save_session(path, Session(Toy(), ToyParameters(), events=((0, "kick"),) * 100_000, step=20))
    told: list[str] = []
    controller.worker.task.connect(told.append)
    system = controller.system
    parts: list[float] = []
    controller.worker.progress.connect(parts.append)
    controller.open_path(path)
    until(lambda: bool(parts))  # a blocker of pytest-qt would still be told when it is gone
    controller.worker.cancel()
    until(lambda: 1.0 in parts)
    assert told == ["Replaying 100,000 changes and 20 steps of long.spinviz"]
    assert controller.path is None
    assert controller.system is system
    step = controller.last_frame.step
    until(lambda: controller.last_frame.step > step)


def test_a_large_state_is_announced_before_it_is_made(
    controller: Controller, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Toy, "memory", lambda self, p: p.count * 10**7)
    told: list[str] = []
    controller.worker.task.connect(told.append)
    with qtbot.waitSignal(controller.opened, timeout=15000):
        controller.worker.open(open_choice(Choice("toy", "plain", ToyParameters(count=100))))
    assert told[0].startswith("Making a state that takes about 1 GB of memory of ")
    with qtbot.waitSignal(controller.message, timeout=15000) as said:
        controller.edit(ToyParameters(count=101))
    assert said.args[0].startswith("Making a state that takes about 1 GB of memory of ")


def test_a_saved_session_opens_from_its_snapshot(
    controller: Controller, qtbot: Any, tmp_path: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller.edit(ToyParameters(noise=0.1))
    step = controller.last_frame.step
    until(lambda: controller.last_frame.step > step + 20)
    frame = paused(controller, until)
    path = tmp_path / "run.spinviz"
    with qtbot.waitSignal(controller.message, timeout=15000):
        controller.save(path)
    assert controller.worker.flush()
    kept = next((state_folder() / "snapshots").iterdir())
    repeated: list[str] = []
    real = openings._repeated
    monkeypatch.setattr(openings, "_repeated", lambda *words: repeated.append("again") or real(*words))
    told: list[str] = []
    controller.message.connect(lambda text, _: told.append(text))
    damaged = ["run.spinviz was opened by repeating its run: its snapshot is damaged"]
    for content, notes in ((kept.read_bytes(), []), (b"x", damaged), (None, [])):
        kept.unlink() if content is None else kept.write_bytes(content)
        told.clear()
        repeated.clear()
        with qtbot.waitSignal(controller.opened, timeout=15000):
            controller.open_path(path)
        assert repeated == (["again"] if content in (None, b"x") else [])
        until(lambda: controller.last_frame.step == frame.step)
        assert controller.last_frame.observables == frame.observables
        assert np.array_equal(controller.last_frame.history.time, frame.history.time)
        assert told == notes
    assert not kept.exists()
    monkeypatch.setattr(openings, "LONG", 0.0)
    for _ in range(2):
        with qtbot.waitSignal(controller.opened, timeout=15000):
            controller.open_path(path)
    assert kept.exists()
    assert repeated == ["again", "again"], "what took long is not repeated a second time"
