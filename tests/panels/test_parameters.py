"""The form shows parameters and proposes new ones; it never changes any."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from plots.fake_systems import Decay, DecayParameters, Lattice, LatticeParameters
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from spinviz.model.theme import LIGHT, THEMES
from spinviz.panels.file_row import FileRow
from spinviz.panels.parameters import ParameterForm
from spinviz.panels.rows import ChoiceRow, NumberRow, SwitchRow

Edits = list[tuple[Any, str, bool]]


@pytest.fixture
def form(qtbot: QtBot) -> ParameterForm:
    widget = ParameterForm()
    qtbot.addWidget(widget)
    widget.set_system(Decay(), DecayParameters())
    widget.resize(280, 600)
    widget.show()
    widget.activateWindow()
    qtbot.waitUntil(widget.isActiveWindow)
    return widget


@pytest.fixture
def edits(form: ParameterForm) -> Edits:
    found: Edits = []
    form.edited.connect(lambda p, name, final: found.append((p, name, final)))
    return found


def number(form: ParameterForm, name: str) -> NumberRow:
    row = form.rows[name]
    assert isinstance(row, NumberRow)
    return row


def enter(qtbot: QtBot, row: NumberRow, text: str) -> None:
    row.field.setFocus()
    row.field.selectAll()
    qtbot.keyClicks(row.field, text)
    qtbot.keyClick(row.field, Qt.Key.Key_Return)


def test_every_parameter_has_a_row_of_its_kind(form: ParameterForm) -> None:
    assert list(form.rows) == list(DecayParameters.quantities())
    kinds = [type(form.rows[name]) for name in ("T1", "spins", "relax", "frame", "method", "start")]
    assert kinds == [NumberRow, NumberRow, SwitchRow, ChoiceRow, ChoiceRow, FileRow]
    frame, method = form.rows["frame"], form.rows["method"]
    assert isinstance(frame, ChoiceRow)
    assert isinstance(method, ChoiceRow)
    assert frame.segments is not None
    assert method.combo is not None


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("T1", "12 ms", 0.012),
        ("B0", "3 T", 3.0),
        ("B0", "250 mT", 0.25),
        ("offset", "-7.5", -7.5),
        ("spins", "128", 128),
    ],
)
def test_typed_numbers_with_units(
    qtbot: QtBot, form: ParameterForm, edits: Edits, name: str, text: str, value: float
) -> None:
    before = form.parameters
    enter(qtbot, number(form, name), text)
    assert len(edits) == 1
    changed, edited, final = edits[0]
    assert getattr(changed, name) == pytest.approx(value)
    assert (edited, final) == (name, True)
    assert before == DecayParameters()


def test_fields_show_si_prefixes(form: ParameterForm) -> None:
    assert number(form, "T1").field.text() == "260 ms"
    assert number(form, "B0").field.text() == "1.5 T"
    assert number(form, "spins").field.text() == "64"


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("B0", "25 T", "between 0 T and 20 T"),
        ("B0", "3 s", "unit 's' does not fit"),
        ("T1", "abc", "is no number"),
        ("spins", "1.5", "no whole number"),
        ("spins", "9999", "between 1 and 4096"),
        ("T1", "0", "excluded"),
    ],
)
def test_impossible_entries_are_marked_explained_and_taken_back(
    qtbot: QtBot, form: ParameterForm, edits: Edits, name: str, text: str, says: str
) -> None:
    row = number(form, name)
    before = row.field.text()
    enter(qtbot, row, text)
    assert row.field.property("invalid")
    assert says in row.message
    assert row.field.text() == text
    assert "\n" not in row.message
    other = number(form, "offset")
    other.field.setFocus()
    assert not row.field.hasFocus()
    assert row.field.text() == before
    assert not row.field.property("invalid")
    assert edits == []
    assert form.parameters == DecayParameters()
    enter(qtbot, row, before)
    assert row.message == ""


def test_escape_brings_back_the_value(qtbot: QtBot, form: ParameterForm, edits: Edits) -> None:
    row = number(form, "T2")
    row.field.setFocus()
    row.field.selectAll()
    qtbot.keyClicks(row.field, "7")
    qtbot.keyClick(row.field, Qt.Key.Key_Escape)
    assert row.field.text() == "98 ms"
    assert edits == []


def test_leaving_without_typing_keeps_all_digits(qtbot: QtBot, form: ParameterForm, edits: Edits) -> None:
    exact = DecayParameters(T1=0.123456789)
    form.show_parameters(exact)
    number(form, "T1").field.setFocus()
    number(form, "T2").field.setFocus()
    assert edits == []
    assert form.parameters == exact


def test_arrow_keys_step(qtbot: QtBot, form: ParameterForm, edits: Edits) -> None:
    row = number(form, "offset")
    row.field.setFocus()
    qtbot.keyClick(row.field, Qt.Key.Key_Up)
    assert edits[-1][0].offset == 5.0
    qtbot.keyClick(row.field, Qt.Key.Key_Down)
    assert edits[-1][0].offset == 4.0


def test_the_wheel_moves_only_the_focused_field(qtbot: QtBot, form: ParameterForm, edits: Edits) -> None:
    row = number(form, "offset")

    def turn() -> None:
        at = QPointF(5, 5)
        event = QWheelEvent(
            at, row.field.mapToGlobal(at), QPoint(0, 0), QPoint(0, 120), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(row.field, event)

    number(form, "B0").field.setFocus()
    turn()
    assert edits == []
    row.field.setFocus()
    turn()
    assert len(edits) == 1


def test_a_drag_is_many_edits_and_one_final(qtbot: QtBot, form: ParameterForm, edits: Edits) -> None:
    row = number(form, "offset")
    row.slider.setSliderDown(True)
    for at in range(540, 760, 2):
        row.slider.setSliderPosition(at)
    assert [final for _, _, final in edits] == [False]
    qtbot.waitUntil(lambda: len(edits) == 2, timeout=1000)
    row.slider.setSliderDown(False)
    assert [final for _, _, final in edits] == [False, False, True]
    assert edits[-1][0].offset == pytest.approx(row.slider.value() / 10 - 50)
    assert {name for _, name, _ in edits} == {"offset"}


def test_parameters_coming_back_do_not_move_a_slider_being_dragged(form: ParameterForm, edits: Edits) -> None:
    row = number(form, "offset")
    row.slider.setSliderDown(True)
    row.slider.setSliderPosition(700)
    form.show_parameters(DecayParameters(offset=-20.0))
    assert row.slider.value() == 700
    row.slider.setSliderDown(False)


def test_keys_on_the_slider_are_final_edits(qtbot: QtBot, form: ParameterForm, edits: Edits) -> None:
    row = number(form, "B0")
    row.slider.setFocus()
    qtbot.keyClick(row.slider, Qt.Key.Key_Right)
    qtbot.keyClick(row.slider, Qt.Key.Key_End)
    assert [(final, p.B0) for p, _, final in edits][-1] == (True, 20.0)
    assert row.field.text() == "20 T"


def test_toggle_and_choices(qtbot: QtBot, form: ParameterForm, edits: Edits) -> None:
    relax, frame, method = form.rows["relax"], form.rows["frame"], form.rows["method"]
    assert isinstance(relax, SwitchRow)
    assert isinstance(frame, ChoiceRow)
    assert isinstance(method, ChoiceRow)
    assert frame.segments is not None
    assert method.combo is not None
    relax.toggle.setFocus()
    qtbot.keyClick(relax.toggle, Qt.Key.Key_Space)
    assert edits[-1][0].relax is False
    qtbot.mouseClick(frame.segments._buttons["laboratory"], Qt.MouseButton.LeftButton)
    assert edits[-1][0].frame == "laboratory"
    method.combo.setFocus()
    qtbot.keyClick(method.combo, Qt.Key.Key_Down)
    assert edits[-1][0].method == "two"
    assert edits[-1][0].relax is False


def test_file_typed(qtbot: QtBot, form: ParameterForm, edits: Edits, tmp_path: Path) -> None:
    row = form.rows["start"]
    assert isinstance(row, FileRow)
    row.path.setFocus()
    qtbot.keyClicks(row.path, str(tmp_path / "m.ovf"))
    qtbot.keyClick(row.path, Qt.Key.Key_Return)
    assert edits[-1][0].start == str(tmp_path / "m.ovf")


@pytest.mark.parametrize("many", [False, True])
def test_a_file_or_many_are_chosen(
    qtbot: QtBot, form: ParameterForm, edits: Edits, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    row = form.rows["start"]
    assert isinstance(row, FileRow)
    row.q = replace(row.q, many=many)
    names = [str(tmp_path / "a.ovf"), str(tmp_path / "b.ovf")]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (names[0], ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (names, ""))
    qtbot.mouseClick(row.browse, Qt.MouseButton.LeftButton)
    assert edits[-1][0].start == (f"{names[0]} | b.ovf" if many else names[0])


def test_reset_appears_when_there_is_something_to_reset(qtbot: QtBot, form: ParameterForm, edits: Edits) -> None:
    row = number(form, "T1")
    assert row._reset.isHidden()
    enter(qtbot, row, "1 s")
    assert not row._reset.isHidden()
    qtbot.mouseClick(row._reset, Qt.MouseButton.LeftButton)
    assert edits[-1][0].T1 == 0.26
    assert row._reset.isHidden()
    assert row.field.text() == "260 ms"


def test_showing_parameters_is_silent(form: ParameterForm, edits: Edits) -> None:
    wanted = DecayParameters(B0=3, T1=1.0, spins=9, frame="laboratory", method="four", relax=False, start="a.ovf")
    form.show_parameters(wanted)
    assert edits == []
    assert form.parameters == wanted
    assert number(form, "B0").field.text() == "3 T"
    frame, relax, start = form.rows["frame"], form.rows["relax"], form.rows["start"]
    assert isinstance(frame, ChoiceRow)
    assert isinstance(relax, SwitchRow)
    assert isinstance(start, FileRow)
    assert frame.segments is not None
    assert frame.segments.word() == "laboratory"
    assert not relax.toggle.isChecked()
    assert start.path.text() == "a.ovf"


def test_everything_has_a_name_and_explains_itself(form: ParameterForm) -> None:
    row = number(form, "T1")
    assert row.field.accessibleName() == "Longitudinal relaxation T1"
    assert "between 0 s and 10 s" in row.field.accessibleDescription()
    assert "Unit: s" in row.toolTip()
    assert "restarts the run" in number(form, "spins").toolTip()
    assert "restarts the run" not in row.toolTip()


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
def test_text_is_never_clipped(qtbot: QtBot, theme: Any) -> None:
    from spinviz.panels.style import font, stylesheet

    form = ParameterForm(theme)
    qtbot.addWidget(form)
    form.setFont(font(theme))
    form.setStyleSheet(stylesheet(theme))
    form.set_system(Decay(), DecayParameters(T1=0.12345))
    form.resize(round(270 * theme.font_scale), 700)
    form.show()
    qtbot.waitExposed(form)
    for row in form.rows.values():
        if isinstance(row, NumberRow):
            edit = row.field.lineEdit()
            assert edit.height() >= edit.fontMetrics().height()
            assert edit.width() >= edit.fontMetrics().horizontalAdvance(edit.text()) + 8
    form.set_theme(LIGHT)


def test_another_system_replaces_all_rows(qtbot: QtBot, form: ParameterForm, edits: Edits) -> None:
    form.set_system(Lattice(), LatticeParameters(T=1.0))
    assert list(form.rows) == ["T", "B"]
    enter(qtbot, number(form, "T"), "2")
    assert edits[-1][0] == LatticeParameters(T=2.0)
