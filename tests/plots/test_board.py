"""Plots show what the frame holds, in every theme, at any size, on screen and off."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from pytestqt.qtbot import QtBot

from plots.fake_systems import Decay, Electrons, Lattice, LatticeParameters
from spinviz.engine.loop import Loop
from spinviz.model.frame import Frame, History
from spinviz.model.plots import Trace
from spinviz.model.theme import DARK, LIGHT, THEMES, Theme
from spinviz.plots import share
from spinviz.plots.board import PlotBoard
from spinviz.plots.image import lookup_table
from spinviz.plots.trace import roles_in, roles_of
from spinviz.systems.dynamics.macrospin.system import Macrospin

SYSTEMS = [Decay, Lattice, Electrons]


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return flat[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def near(picture: np.ndarray, color: str, within: int = 40) -> np.ndarray:
    wanted = QColor(color)
    return np.abs(picture - [wanted.red(), wanted.green(), wanted.blue()]).sum(axis=2) < within


@pytest.fixture
def board(qtbot: QtBot) -> PlotBoard:
    widget = PlotBoard()
    qtbot.addWidget(widget)
    return widget


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_plot_is_drawn_in_every_theme(board: PlotBoard, system: type, theme: Theme) -> None:
    board.set_theme(theme)
    made = system()
    board.set_system(made)
    picture = pixels(board.render_frame(QSize(1280, 400), made.frame()))
    assert near(picture, theme.window).mean() > 0.4
    columns = len(board.panels) if len(board.panels) <= 4 else 3
    for part in np.array_split(picture, columns, axis=1):
        assert (~near(part, theme.window)).mean() > 0.01


@pytest.mark.parametrize("system", SYSTEMS)
def test_frames_before_anything_happened_are_shown(board: PlotBoard, system: type) -> None:
    made = system()
    full = made.frame()
    empty = History(np.zeros(0), {o.name: np.zeros(0) for o in made.observables}, {})
    frame = Frame(
        system=made.name, parameters=full.parameters, step=0, time=0.0, visuals=(), stage=full.stage, caption="",
        observables={}, laws={}, history=empty,
    )  # fmt: skip
    board.set_system(made)
    assert not board.render_frame(QSize(900, 200), frame).isNull()


def test_simulation_is_drawn_up_to_now_and_theory_ahead(board: PlotBoard) -> None:
    system = Decay()
    board.set_system(system)
    picture = pixels(board.render_frame(QSize(1200, 200), system.frame(), scale=1.0))
    panel = board.panels[1]
    x, width = panel.x(), panel.width()
    middle = picture[:, x : x + width]
    blue = np.flatnonzero(near(middle, DARK.simulation, 60).any(axis=0))
    amber = np.flatnonzero(near(middle[:150], DARK.theory, 60).any(axis=0))
    # The axis runs from 0 to 400 ms and the run stands at 288 ms.
    left, right = panel.box.sceneBoundingRect().left(), panel.box.sceneBoundingRect().right()
    now = panel.graph.x() + left + 0.72 * (right - left)
    assert abs(blue.max() - now) <= 6
    assert amber.max() > now + 40


def test_export_at_twice_the_size_is_the_screen_scaled(board: PlotBoard) -> None:
    system = Decay()
    board.set_system(system)
    small = board.render_frame(QSize(960, 200), system.frame(), scale=1.0)
    large = board.render_frame(QSize(1920, 400), system.frame(), scale=2.0)
    shrunk = large.scaled(960, 200, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    difference = np.abs(pixels(small) - pixels(shrunk)).mean()
    # Text is hinted differently at the two sizes; everything else falls together.
    assert difference < 4


def test_export_looks_like_the_screen(qtbot: QtBot, board: PlotBoard) -> None:
    system = Decay()
    frame = system.frame()
    screen = PlotBoard()
    qtbot.addWidget(screen)
    screen.set_system(system)
    screen.resize(1100, 210)
    screen.show()
    qtbot.waitExposed(screen)
    screen.show_frame(frame)
    qtbot.wait(30)
    board.set_system(system)
    exported = board.render_frame(QSize(1100, 210), frame, scale=1.0)
    assert np.abs(pixels(screen.grab().toImage()) - pixels(exported)).mean() < 1.0


def test_paint_to_fills_the_rectangle_and_nothing_else(board: PlotBoard) -> None:
    system = Lattice()
    board.set_system(system)
    image = QImage(1000, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff00ff"))
    painter = QPainter(image)
    from PySide6.QtCore import QRect

    board.paint_to(painter, QRect(100, 150, 800, 200), system.frame())
    painter.end()
    magenta = near(pixels(image), "#ff00ff", 5)
    assert not magenta[150:350, 100:900].any()
    assert magenta[:150].all()
    assert magenta[:, :100].all()


def test_the_same_frames_give_the_same_pictures(qtbot: QtBot) -> None:
    system = Lattice()
    pictures = []
    for _ in range(2):
        board = PlotBoard()
        qtbot.addWidget(board)
        board.set_system(system)
        for n in (500, 1500, 3000):
            image = board.render_frame(QSize(900, 200), system.frame(n))
        pictures.append(pixels(image))
    np.testing.assert_array_equal(*pictures)


def test_theme_switch_on_screen_and_back(qtbot: QtBot, board: PlotBoard) -> None:
    system = Decay()
    board.set_system(system)
    board.resize(900, 200)
    board.show()
    qtbot.waitExposed(board)
    board.show_frame(system.frame())
    before = pixels(board.grab().toImage())
    board.set_theme(LIGHT)
    light = pixels(board.grab().toImage())
    assert near(light, LIGHT.window, 6).mean() > 0.5
    assert near(light, LIGHT.simulation, 60).any()
    board.set_theme(DARK)
    after = pixels(board.grab().toImage())
    assert np.abs(after - before).mean() < 0.5


def test_badges_say_in_words_signs_and_numbers_how_the_laws_hold(board: PlotBoard) -> None:
    system = Decay()
    board.set_system(system)
    board.render_frame(QSize(900, 200), system.frame())
    badges = [(panel.caption.verdict, panel.caption.badge_text) for panel in board.panels]
    assert badges == [
        ("good", "✓ Δ 2·10⁻¹⁴"),
        ("warning", "! Δ 3·10⁻⁹"),
        ("warning", "! Δ 7.9 %"),
    ]  # of the spectrum: its curve
    lattice = Lattice()
    board.set_system(lattice)
    board.render_frame(QSize(900, 200), lattice.frame())
    assert board.panels[2].caption.verdict == "off"
    assert "out of its range" in board.panels[2].caption.badge_text
    assert board.panels[3].caption.badge_text == ""


def test_captions_name_title_and_units(board: PlotBoard) -> None:
    system = Decay()
    board.set_system(system)
    board.render_frame(QSize(900, 200), system.frame())
    names = [panel.caption.accessibleName() for panel in board.panels]
    assert names == ["coil voltage, mV, time, ms →", "Mz/M0, time, ms →", "spectrum, frequency, Hz →"]
    assert [panel.accessibleName() for panel in board.panels][1] == "Plot Mz/M0"


def test_the_axis_follows_a_long_run(board: PlotBoard) -> None:
    system = Decay()
    board.set_system(system)
    board.render_frame(QSize(900, 200), system.frame(t=2.0))
    low, high = board.panels[0].box.state["viewRange"][0]
    assert high - low == pytest.approx(0.4)
    assert low < 2.0 < high


def test_long_histories_are_thinned_to_the_window(board: PlotBoard) -> None:
    system = Decay()
    board.set_system(system)
    board.render_frame(QSize(900, 200), system.frame(t=2.0, dt=5e-6))
    x, _ = board.panels[0]._curves[0].getData()
    # Two per full column and the samples of the last, unfinished one.
    assert len(x) <= 3 * board.panels[0].columns()
    assert x[0] > 1.5


def test_means_stand_at_their_settings_and_those_of_other_parameters_are_faint(board: PlotBoard) -> None:
    system = Lattice()
    board.set_system(system)
    frame = system.frame()
    means = frame.plots["m(T)"]
    board.render_frame(QSize(900, 200), replace(frame, plots={**frame.plots, "m(T)": means[:2]}))
    in_field = replace(frame, parameters=LatticeParameters(B=1.0, T=2.6))
    board.render_frame(QSize(900, 200), in_field)
    points = board.panels[0]._points
    x, y = points.getData()
    np.testing.assert_array_equal(x, means[:, 0])
    np.testing.assert_array_equal(y, means[:, 1])
    assert [point.brush().color().alphaF() > 0.9 for point in points.points()] == [False] * 2 + [True] * 4
    bars = board.panels[0]._errors.getData()[1]
    np.testing.assert_allclose(bars[1::2] - bars[::2], 2 * means[:, 2])


def test_read_out_tells_time_value_law_and_action(board: PlotBoard) -> None:
    system = Decay()
    board.set_system(system)
    board.render_frame(QSize(900, 200), system.frame())
    text = board.panels[1].read_out(100.0, 0.5)
    assert "100 ms" in text
    assert "Mz/M0 0.3193" in text
    assert "law 0.3193" in text
    assert "90° x" in board.panels[1].read_out(0.0, 0.5)
    assert "line at 3.99 Hz" in board.panels[2].read_out(4.0, 0.5)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_plot_can_be_read_copied_and_left(qtbot: QtBot, board: PlotBoard, system: type) -> None:
    made = system()
    board.set_system(made)
    board.render_frame(QSize(1200, 400), made.frame())
    for panel in board.panels:
        (x0, x1), (y0, y1) = panel.box.state["viewRange"]
        assert isinstance(panel.read_out((x0 + x1) / 2, (y0 + y1) / 2), str)
        qtbot.keyClick(panel, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        lines = QGuiApplication.clipboard().text().splitlines()
        assert len(lines) > 2
        assert len({line.count("\t") for line in lines}) == 1
        qtbot.keyClick(panel, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        assert not QGuiApplication.clipboard().image().isNull()
        menu = panel.menu()
        assert [action.text().replace("&", "") for action in menu.actions()][:4] == [
            "Copy data", "Save data as CSV…", "Copy image", "Reset zoom",
        ]  # fmt: skip
        menu.deleteLater()
    QGuiApplication.clipboard().clear()


def test_zoom_stays_until_reset(qtbot: QtBot, board: PlotBoard) -> None:
    system = Decay()
    board.set_system(system)
    board.render_frame(QSize(900, 200), system.frame(0.1))
    panel = board.panels[0]
    panel.box.scaleBy((0.5, 0.5))
    panel.box.sigRangeChangedManually.emit([True, True])
    zoomed = [tuple(r) for r in panel.box.state["viewRange"]]
    board.render_frame(QSize(900, 200), system.frame(0.2))
    assert [tuple(r) for r in panel.box.state["viewRange"]] == zoomed
    qtbot.keyClick(panel, Qt.Key.Key_0)
    assert panel.box.state["viewRange"][0] == [0.0, 400.0]


def test_the_mouse_over_a_plot_shows_the_values_there(qtbot: QtBot, board: PlotBoard) -> None:
    system = Decay()
    board.set_system(system)
    board.resize(900, 200)
    board.show()
    qtbot.waitExposed(board)
    board.show_frame(system.frame())
    panel = board.panels[1]
    panel.graph.scene().sigMouseMoved.emit(panel.box.sceneBoundingRect().center())
    assert "200" in panel._read_out.text()
    assert panel._read_out.isVisible()
    panel.graph.scene().sigMouseMoved.emit(QPointF(-5, -5))
    assert not panel._read_out.isVisible()


def test_hidden_plots_wait_until_they_are_seen(qtbot: QtBot, board: PlotBoard) -> None:
    system = Decay()
    board.set_system(system)
    board.show_frame(system.frame())
    assert len(board.panels[0]._curves[0].getData()[0]) == 0
    board.resize(900, 200)
    board.show()
    qtbot.waitExposed(board)
    assert len(board.panels[0]._curves[0].getData()[0]) > 100


def test_systems_follow_each_other_without_leftovers(qtbot: QtBot, board: PlotBoard) -> None:
    board.resize(900, 300)
    board.show()
    qtbot.waitExposed(board)
    for system in (Electrons(), Decay(), Lattice(), Decay()):
        board.set_system(system)
        board.show_frame(system.frame())
        qtbot.wait(1)
    assert len(board.panels) == 3
    assert board._grid.count() == 3


def test_components_have_the_colours_of_the_axes() -> None:
    assert roles_of(("mx", "my", "mz")) == ["x", "y", "z"]
    assert roles_of(("Mz",)) == ["simulation"]
    assert roles_of(("energy", "m")) == ["simulation", "net"]
    assert roles_in(Trace("t", "t", ("energy", "m"))) == ["simulation", "net"]
    assert roles_in(Trace("t", "t", ("energy", "m"), roles=("down", "up"))) == ["down", "up"]


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_colour_maps_reach_the_themes_poles(theme: Theme) -> None:
    table = lookup_table("spin", theme)
    assert table.shape == (256, 3)
    assert QColor(*table[0].tolist()) == QColor(theme.down)
    assert QColor(*table[-1].tolist()) == QColor(theme.up)
    assert lookup_table("viridis", theme).shape == (256, 3)


def test_many_plots_become_tabs_in_a_low_dock_and_use_two_rows_in_a_high_one(qtbot: QtBot, board: PlotBoard) -> None:
    board.set_system(Electrons())
    board.resize(700, 180)
    board.show()
    qtbot.waitExposed(board)
    assert board.has_tabs
    assert [button.text() for button in board.tabs.buttons] == [panel.plot.title for panel in board.panels]
    qtbot.waitUntil(lambda: min(panel.width() for panel in board.shown) >= 185)
    assert {panel.y() for panel in board.shown} == {0}
    board.resize(700, 420)
    qtbot.waitUntil(lambda: len({panel.y() for panel in board.panels}) == 2)
    assert board.shown == board.panels
    assert board.tabs.isHidden()


def on_view(board: PlotBoard) -> list[int]:
    """Numbers of the plots that are seen; the underlined tabs say the same."""
    seen = [n for n, panel in enumerate(board.panels) if panel.isVisible()]
    assert [n for n, button in enumerate(board.tabs.buttons) if button.isChecked()] == seen
    return seen


def test_a_tab_brings_its_plot_with_the_frame_of_now(qtbot: QtBot, board: PlotBoard) -> None:
    system = Electrons()
    board.set_system(system)
    board.fold(True)
    board.resize(800, 180)
    board.show()
    qtbot.waitExposed(board)
    assert on_view(board) == [0, 1]
    frame = system.frame()
    board.keep(frame)
    assert board.panels[-1].frame is frame
    board.tabs.buttons[-1].click()
    count = len(board.panels)
    assert on_view(board) == [count - 2, count - 1]
    assert not board.panels[-1]._stale
    board.turn(1)
    assert on_view(board) == [0, 1], "from the last on to the first"
    board.turn(1)
    assert on_view(board) == [1, 2]
    board.turn(-1)
    board.turn(-1)
    assert on_view(board)[-1] == count - 1
    board.fold(False)
    assert len(on_view(board)) == 4, "185 pixels can be read"


def test_a_tab_is_kept_while_other_plots_come_and_go(qtbot: QtBot, board: PlotBoard) -> None:
    board.set_system(Macrospin())
    board.fold(True)
    board.resize(400, 180)
    board.show()
    qtbot.waitExposed(board)
    board.choose(Loop(Macrospin(), preset="precession").parameters)
    board.turn_to(1)
    assert board.shown[0].plot.name == "energy"
    board.choose(Loop(Macrospin(), preset="thermal").parameters)
    assert board.shown[0].plot.name == "energy"


def test_a_plot_that_was_left_out_wears_the_theme_when_it_comes(board: PlotBoard) -> None:
    """A change of theme styles what is there: imaging has ten plots, of which four tell something."""
    board.set_system(Macrospin())
    board.choose(Loop(Macrospin(), preset="precession").parameters)
    left_out = [panel for panel in board._all if panel not in board.panels]
    assert left_out
    board.set_theme(LIGHT)
    assert {panel.look.theme.name for panel in board.panels} == {"light"}
    assert {panel.look.theme.name for panel in left_out} == {"dark"}
    board.choose(Loop(Macrospin(), preset="thermal").parameters)
    assert {panel.look.theme.name for panel in board.panels} == {"light"}
    assert set(left_out) & set(board.panels)


def test_captions_of_a_row_are_as_high_as_the_highest(qtbot: QtBot, board: PlotBoard) -> None:
    board.set_system(Decay())
    board.resize(600, 200)
    board.show()
    qtbot.waitExposed(board)
    board.show_frame(Decay().frame())
    captions = [panel.caption for panel in board.shown]
    low = captions[0].height()
    captions[1].set_texts("A title of so many words that it takes several lines", "V", "time, ms →")
    assert captions[1].rows > captions[0].rows
    assert {caption.height() for caption in captions} == {captions[1].height()}
    captions[1].set_texts("Short", "V", "time, ms →")
    assert {caption.height() for caption in captions} == {low}


def test_an_export_shows_all_plots_without_scrolling(board: PlotBoard) -> None:
    system = Electrons()
    board.set_system(system)
    board.render_frame(QSize(500, 300), system.frame())
    assert all(panel.x() + panel.width() <= 500 for panel in board.panels)
    assert len({panel.y() for panel in board.panels}) == 2


def test_saving_writes_the_file_or_says_why_not(
    board: PlotBoard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = Decay()
    board.set_system(system)
    board.render_frame(QSize(900, 200), system.frame())
    board.panels[0].save_table(str(tmp_path / "coil.csv"))
    assert (tmp_path / "coil.csv").read_text(encoding="utf-8").startswith("time [s],voltage [V],law transverse\n")
    said: list[str] = []
    monkeypatch.setattr(share.QMessageBox, "warning", lambda *a: said.append(a[2]))
    board.panels[0].save_table(str(tmp_path / "nowhere <img>" / "coil.csv"))
    assert len(said) == 1
    assert "nowhere &lt;img&gt;" in said[0], "letter by letter, not as mark-up"
    assert "create it or choose another folder" in said[0]


def test_plots_without_anything_to_say_are_left_out(qtbot: QtBot) -> None:
    system = Macrospin()
    board = PlotBoard()
    qtbot.addWidget(board)
    board.set_system(system)
    for preset, names in (
        ("precession", ["components", "energy"]),
        ("thermal", ["components", "energy", "distribution"]),
        ("easy_axis", ["components", "energy", "loop"]),
    ):
        board.render_frame(QSize(800, 200), Loop(system, preset=preset).frame())
        assert [panel.plot.name for panel in board.panels] == names
        assert all(panel.width() > 200 for panel in board.panels)


def test_looking_back_heads_and_cursor_are_at_the_frame_and_the_record_goes_on(board: PlotBoard) -> None:
    system = Decay()
    board.set_system(system)
    frame = system.frame()
    row = 500
    past = replace(
        frame, step=row, time=float(frame.history.time[row]),
        observables={name: float(values[row]) for name, values in frame.history.observables.items()},
    )  # fmt: skip
    board.render_frame(QSize(1200, 200), past, scale=1.0)
    panel = board.panels[1]
    assert panel._cursor.getData()[0] == pytest.approx([100.0, 100.0])
    head = panel._heads[0]
    assert (head.x(), head.y()) == pytest.approx((100.0, 1 - np.exp(-0.1 / 0.26)))
    assert panel._curves[0].getData()[0].max() == pytest.approx(288, abs=1)
    # The law was drawn up to the end of the record, then again from the cursor on.
    assert np.all(np.diff(panel._laws[0][1].getData()[0]) >= 0)


def test_plots_that_are_being_built_take_a_theme_that_comes_meanwhile(qtbot: QtBot) -> None:
    board = PlotBoard(DARK)
    qtbot.addWidget(board)
    steps = board.build(Decay())
    next(steps)
    next(steps)  # one plot is there
    board.set_theme(LIGHT)
    for _ in steps:
        pass
    assert len(board.panels) > 1
    assert {panel.look.theme for panel in board.panels} == {LIGHT}
