"""What plots and pictures of all systems promise: every line has a name, and amber is the law and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGraphicsItem

from spinviz.engine.live import speed_of
from spinviz.engine.loop import Loop
from spinviz.model.frame import Frame
from spinviz.model.plots import Graph, Levels
from spinviz.model.plots.diagram import DiagramRow, DiagramScheme
from spinviz.model.plots.graph import Line
from spinviz.model.system import System
from spinviz.model.theme import LIGHT, THEMES, Theme
from spinviz.model.visuals import Visual
from spinviz.plots.curve import CurvePlot
from spinviz.plots.items import Tag
from spinviz.plots.kinds import panel_of
from spinviz.plots.laws import laws_of
from spinviz.plots.look import Look
from spinviz.plots.trace import TracePlot
from spinviz.systems import systems

LAW, CONSTRUCTION = "theory", "muted"
SYSTEMS = systems().values()


def frames_of(system: System[Any, Any]) -> Iterator[tuple[str, Frame, Loop]]:
    """Every preset, a moment after its start and half a second on screen later."""
    for preset in system.presets:
        loop = Loop(system, preset=preset.name, memory=1)
        for time in (loop.dt, 0.5 * speed_of(loop)):
            loop.advance_to(time)
            yield preset.name, loop.frame(running=True, speed=1.0, actual_speed=1.0), loop


@pytest.fixture(scope="module", params=SYSTEMS, ids=lambda system: system.name)
def shown(request: pytest.FixtureRequest) -> tuple[System[Any, Any], list[tuple[str, Frame, Loop]]]:
    """A system and its frames."""
    return request.param, list(frames_of(request.param))


def nameless(lines: tuple[Line, ...]) -> list[Line]:
    """The lines of a graph that its legend says nothing about: neither they nor others of their colour have a label."""
    drawn = [n for n in lines if np.isfinite(np.asarray(n.x) * np.asarray(n.y)).any() and n.role != CONSTRUCTION]
    named = {line.role for line in lines if line.label}
    return [line for line in drawn if line.role not in named]


def test_every_line_of_a_graph_has_a_name(shown: Any) -> None:
    system, frames = shown
    for preset, frame, _ in frames:
        for plot in system.plots:
            if isinstance(plot, Graph):
                wrong = nameless(frame.plots.get(plot.name, ()))
                assert not wrong, f"{preset}, {plot.name}: {[line.role for line in wrong]}"


def test_amber_lines_and_rows_are_laws(shown: Any) -> None:
    """What was measured, stored or is the state has another colour: amber lines are dashed and never dots of a run."""
    system, frames = shown
    lawful = {law.observable for law in system.laws}
    symbols = [observable.symbol for observable in system.observables if observable.name in lawful]
    for preset, frame, _ in frames:
        for name, content in frame.plots.items():
            lines = [one for one in content if isinstance(one, Line)] if isinstance(content, tuple) else []
            for line in lines:
                assert line.role != "warning", "for messages"
                if line.role == LAW:
                    assert not line.marks, f"{preset}, {name}: {line.label}"
                    assert not line.head, f"{preset}, {name}: {line.label}"
            rows: tuple[DiagramRow, ...] = content.rows if isinstance(content, DiagramScheme) else ()
            for row in rows:
                assert row.role not in (LAW, "warning") or any(s.startswith(row.name) for s in symbols), row.name


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_no_message_has_the_hue_of_the_law(theme: Theme) -> None:
    """Warnings had: a badge that said "above the tolerance" was as amber as the law itself."""
    hues = {role: QColor(theme.color(role)).hsvHue() for role in (LAW, "good", "warning", "bad", "accent")}
    for one, other in combinations(hues, 2):
        apart = abs(hues[one] - hues[other])
        assert min(apart, 360 - apart) >= 30, f"{one} and {other}"
    for ground in ("panel", "control", "window"):
        assert contrast(theme, "warning", ground) >= 4.5, ground


def contrast(theme: Theme, front: str, back: str) -> float:
    """Return the ratio of luminances of two roles, as WCAG 2 defines it."""

    def luminance(role: str) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in theme.rgb(role)]
        return float(np.dot((0.2126, 0.7152, 0.0722), linear))

    low, high = sorted((luminance(front), luminance(back)))
    return (high + 0.05) / (low + 0.05)


def test_nothing_in_a_picture_is_amber(shown: Any) -> None:
    """Pictures show the run, not the law."""
    system, frames = shown
    for preset, frame, loop in frames:
        roles = [role for visual in frame.visuals for role in roles_of(visual)]
        roles += [role for role, _ in system.stage(loop.parameters).entries]
        assert not {LAW, "warning"} & set(roles), preset


def roles_of(visual: Visual) -> list[str]:
    """The words for colours in a visual."""
    return [word for word in vars(visual).values() if isinstance(word, str)]


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_every_curve_of_observables_and_laws_has_a_name(qtbot: Any, system: System[Any, Any]) -> None:
    """One observable is that of the title, several are named at their ends; one law is that of the badge."""
    for plot in system.plots:
        panel = panel_of(plot)(plot, system, Look(LIGHT))
        qtbot.addWidget(panel)
        if isinstance(panel, TracePlot) and len(panel.plot.observables) > 1:
            names = [head._text for head in panel._heads]
            assert all(names)
            assert len(set(names)) == len(panel.plot.observables)
        if isinstance(panel, CurvePlot):
            patterns = {tuple(curve.opts["pen"].dashPattern()) for _, curve in panel._laws}
            assert len(patterns) == len(panel._laws)


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_amber_curves_of_a_plot_are_dashed_laws(qtbot: Any, system: System[Any, Any]) -> None:
    """The state of a band (its Fermi level) was dashed in amber, as if it were a law."""
    for plot in system.plots:
        panel = panel_of(plot)(plot, system, Look(LIGHT))
        qtbot.addWidget(panel)
        amber = [item for item in panel.box.childGroup.childItems() if is_amber(item)]
        if isinstance(plot, Levels):  # the ticks of the law's populations
            assert len(amber) == 1
            continue
        assert len(amber) == len(laws_of(plot, system)) or isinstance(plot, Graph)
        assert all(item.opts["pen"].style() == Qt.PenStyle.CustomDashLine for item in amber)


def is_amber(item: QGraphicsItem) -> bool:
    """Whether the theme's colour of laws is in an item."""
    if isinstance(item, Tag):
        return item._role == LAW
    pen = getattr(item, "opts", {}).get("pen")
    return pen is not None and pen.color().name() == LIGHT.color(LAW)
