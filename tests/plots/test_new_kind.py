"""A kind of plot is its declaration and its panel: nothing else has to know it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSize
from pytestqt.qtbot import QtBot
from toy import Toy, ToyParameters

from spinviz.engine.live import Live, SeekTime
from spinviz.engine.loop import Loop
from spinviz.export.sound import channels_of
from spinviz.model.frame import Frame, History
from spinviz.model.plots import Plot, Trace
from spinviz.model.plots.plot import Means, Values
from spinviz.model.system import System
from spinviz.plots.board import PlotBoard
from spinviz.plots.kinds import panel_of, table
from spinviz.plots.laws import laws_of
from spinviz.plots.panel import PlotPanel
from spinviz.plots.registry import draws
from spinviz.plots.table import Columns, law_columns, titled_observable
from spinviz.plots.trace import TracePlot


@dataclass(frozen=True)
class Staircase(Plot):
    """Values as steps, the observable's law from 0 to 1 across them, its axis in tenths of the run's time."""

    values: Callable[[Any, Any], Values]
    observable: str

    def shown(self, state: Any, p: Any, means: Means) -> dict[str, Values]:
        points = means.points(self.observable, self.observable)
        return {"steps": np.sort(self.values(state, p)), "means": points}

    def observables_named(self) -> tuple[str, ...]:
        return (self.observable,)

    def ordinates(self) -> tuple[str, ...]:
        return (self.observable,)

    def averaged(self) -> tuple[str, ...]:
        return (self.observable,)

    def signal(self) -> tuple[str, str]:
        return self.observable, ""

    def axis(self, p: Any, time: float, history: History) -> Values:
        return np.linspace(0.0, 1.0, 5)

    def run_time(self, time: float, moment: Callable[[], tuple[Any, Any, float]]) -> float:
        return 0.1 * time


@draws(Staircase)
class StaircasePlot(PlotPanel[Staircase]):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._steps = self.add_curve("simulation")
        self._laws = [(law, self.add_curve("theory", dashed=True)) for law in laws_of(self.plot, self.system)]

    def draw(self, frame: Frame) -> None:
        steps = frame.plots[self.plot.name]["steps"]
        self.set_view((0.0, 1.0), (-0.1, 1.1))
        self.caption.set_texts(self.plot.title, "", "part →")
        self._steps.setData(np.linspace(0.0, 1.0, len(steps)), steps)
        for law, curve in self._laws:
            curve.setData(*frame.curves[self.plot.name, law.name])

    def read_out(self, x: float, y: float) -> str:
        return f"step {x:.2f}"

    @staticmethod
    def numbers(plot: Staircase, frame: Frame, system: System[Any, Any]) -> Columns:
        steps = frame.plots[plot.name]["steps"]
        x = np.linspace(0.0, 1.0, len(steps))
        return [(titled_observable(plot.observable, system), steps), *law_columns(plot, frame, system, x, "")]


STAIRS = Staircase("stairs", "Values in order", lambda s, p: s.values, "mean")


class Stepped(Toy):
    plots = (*Toy.plots, STAIRS)

    def settle(self, state: Any, p: ToyParameters) -> float:
        return 0.05


def frame_of(steps: int = 30) -> Frame:
    loop = Loop(Stepped(), ToyParameters(count=6))
    loop.advance(steps)
    return loop.frame()


def test_a_frame_carries_what_a_new_kind_shows_and_the_laws_it_draws() -> None:
    frame = frame_of()
    assert frame.plots["stairs"]["steps"].shape == (6,)
    x, y = frame.curves["stairs", "decay"]
    np.testing.assert_array_equal(x, np.linspace(0.0, 1.0, 5))
    # Toy decays as exp(-t / s) from 1.
    np.testing.assert_allclose(y, np.exp(-x))


def test_means_that_a_new_kind_asks_for_are_kept() -> None:
    mean = frame_of().plots["stairs"]["means"]
    # Steps of 0.01; the first 0.05 are left out.
    assert mean[-1, 0] == pytest.approx(np.exp(-0.01 * np.arange(5, 31)).mean())


def test_a_new_kind_moves_the_run_and_is_heard() -> None:
    live = Live(Loop(Stepped()), running=False)
    live.loop.advance(50)
    live.send(SeekTime(2.0, "stairs", 50))
    live._drain()
    assert live.loop.time == pytest.approx(0.2)
    assert channels_of(Stepped()) == ("mean", "")


def test_a_new_kind_is_drawn_beside_the_others_with_its_badge(qtbot: QtBot) -> None:
    board = PlotBoard()
    qtbot.addWidget(board)
    board.set_system(Stepped())
    picture = board.render_frame(QSize(1200, 200), frame_of())
    panel = board.panels[-1]
    assert isinstance(panel, StaircasePlot)
    seen = {picture.pixelColor(x, y).name() for x in range(panel.x(), 1200) for y in range(120)}
    assert {board._look.theme.simulation, board._look.theme.theory} <= seen
    assert panel.caption.badge_text
    assert panel.read_out(0.5, 0.0) == "step 0.50"


def test_a_new_kind_has_its_table(qtbot: QtBot) -> None:
    frame = frame_of()
    header, rows = table(STAIRS, frame, Stepped())
    assert header == ["mean", "law decay"]
    np.testing.assert_array_equal(rows[:, 0], frame.plots["stairs"]["steps"])


def test_a_kind_that_refines_another_is_drawn_like_it() -> None:
    class Slow(Trace):
        pass

    assert panel_of(Slow("slow", "Slow", ("mean",))) is TracePlot


def test_a_kind_that_nothing_draws_is_named() -> None:
    class Unseen(Plot):
        pass

    with pytest.raises(TypeError, match=r"'ghost' of kind Unseen: register a panel with @draws\(Unseen\)"):
        panel_of(Unseen("ghost", "Ghost"))
