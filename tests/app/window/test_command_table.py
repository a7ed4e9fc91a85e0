"""The table of commands with stand-ins for everything that commands act on."""

from collections.abc import Callable
from unittest.mock import Mock

import pytest

from spinviz.app.run.controller import Controller
from spinviz.app.window.brush import BrushMode
from spinviz.app.window.command_table import command_table
from spinviz.app.window.commands import MENUS, Command
from spinviz.app.window.docks import Docks
from spinviz.app.window.file_actions import FileActions
from spinviz.app.window.full_screen import FullScreen
from spinviz.app.window.kept_actions import KeptActions
from spinviz.app.window.parts import Parts
from spinviz.app.window.picture import Picture
from spinviz.app.window.popups import Popups
from spinviz.app.window.prediction import Prediction
from spinviz.app.window.second_view import SecondView
from spinviz.app.window.sounds import SoundActions
from spinviz.app.window.stills import StillActions
from spinviz.app.window.sweep_actions import SweepActions
from spinviz.app.window.switches import Switches
from spinviz.app.window.theme import ThemeSwitch
from spinviz.model.switches import SWITCHES
from spinviz.panels.library import Library
from spinviz.panels.side import SidePanel
from spinviz.panels.transport import Transport
from spinviz.plots.board import PlotBoard


class StandIns:
    """Everything commands act on, and the commands."""

    def __init__(self) -> None:
        self.controller = Mock(spec=Controller, undo=Mock(), recorder=None, parameters=None, system=None, systems={})
        kinds = {"picture": Picture, "transport": Transport, "library": Library, "side": SidePanel, "plots": PlotBoard}
        self.parts = Parts(**{name: Mock(spec=kind) for name, kind in kinds.items()})
        self.docks, self.files, self.sounds = Mock(spec=Docks), Mock(spec=FileActions), Mock(spec=SoundActions)
        self.kept, self.sweeps = Mock(spec=KeptActions), Mock(spec=SweepActions)
        self.prediction = Mock(spec=Prediction)
        self.second, self.brush = Mock(spec=SecondView), Mock(spec=BrushMode)
        self.switches = Mock(spec=Switches)
        self.stills = Mock(spec=StillActions)
        self.popups, self.themes, self.full_screen = Mock(spec=Popups), Mock(spec=ThemeSwitch), Mock(spec=FullScreen)
        self.close: Callable[[], object] = Mock()
        self.commands: tuple[Command, ...] = command_table(**vars(self))

    def command(self, identifier: str) -> Command:
        return next(command for command in self.commands if command.id == identifier)


@pytest.fixture
def stand_ins() -> StandIns:
    return StandIns()


def test_every_command_can_be_called_and_belongs_to_a_menu(stand_ins: StandIns) -> None:
    for command in stand_ins.commands:
        assert command.menu in MENUS
        command.call()
    stand_ins.close.assert_called_once_with()
    assert stand_ins.controller.step_by.call_count == 4
    looks = [call.args[0] for call in stand_ins.parts.picture.look.call_args_list]
    assert looks == ["home", "x", "y", "z", "-x", "-y", "-z"]


def test_commands_reach_what_they_act_on(stand_ins: StandIns) -> None:
    for identifier, called in (
        ("save", stand_ins.files.save),
        ("play", stand_ins.sounds.play),
        ("keep", stand_ins.kept.keep_all),
        ("settings", stand_ins.popups.show_settings),
        ("theme", stand_ins.themes.choose_next),
        ("panels", stand_ins.docks.toggle_all),
        ("fullscreen", stand_ins.full_screen.toggle),
        ("faster", stand_ins.parts.transport.faster),
        ("run", stand_ins.controller.toggle),
        ("stop-next", stand_ins.controller.stop_at),
    ):
        called.assert_not_called()
        stand_ins.command(identifier).call()
        called.assert_called_once_with()
    stand_ins.command("library").call()
    stand_ins.docks.toggle.assert_called_once_with("library")
    for identifier, steps in (("letters-larger", 1), ("letters-smaller", -1), ("letters-usual", 0)):
        stand_ins.command(identifier).call()
        stand_ins.themes.enlarge.assert_called_with(steps)
    for identifier, by in (("next-plot", 1), ("previous-plot", -1)):
        stand_ins.command(identifier).call()
        stand_ins.parts.plots.turn.assert_called_with(by)


def test_every_switch_has_a_command_and_a_key(stand_ins: StandIns) -> None:
    for name in SWITCHES:
        command = stand_ins.command(f"show-{name}")
        assert command.keys
        command.call()
        stand_ins.switches.toggle.assert_called_with(name)
    keys = [key for command in stand_ins.commands for key in command.keys]
    assert len(keys) == len(set(keys)), "a key of two commands does nothing"


def test_what_folds_has_a_key(stand_ins: StandIns) -> None:
    for identifier in ("library", "controls", "plots", "next-plot", "previous-plot"):
        assert stand_ins.command(identifier).keys


def test_switches_say_what_is_on(stand_ins: StandIns) -> None:
    record = stand_ins.command("record")
    assert record.state is not None
    assert not record.state()
    stand_ins.controller.recorder = object()
    assert record.state()
    frame = stand_ins.command("frame")
    assert frame.enabled is not None
    assert not frame.enabled()
