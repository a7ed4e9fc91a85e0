"""What systems that play a sequence share: repetitions without a gap, instants at their ends, the path of M."""

from math import pi

import numpy as np
import pytest

from spinviz.engine.loop import Loop
from spinviz.model.parameters import Parameters, quantity
from spinviz.model.system import Preset
from spinviz.model.visuals import Lines
from spinviz.physics.sequence.blocks import Block, HardPulse, Sample, Sequence
from spinviz.physics.sequence.reference import play
from spinviz.physics.sequence.timeline import Timeline
from spinviz.systems.resonance.common.played import Played

T1, TR = 0.5, 0.1


class SpoiledParameters(Parameters):
    flip: float = quantity(40.0, "°", "Flip angle.", ge=0, le=180)


class Spoiled(Played[SpoiledParameters]):
    name, title, chapter, summary, equation = "spoiled", "Spoiled", "Tests", "Pulses and spoilers.", "M"
    Parameters = SpoiledParameters
    presets = (Preset("plain", "Plain"),)

    def sequence(self, p: SpoiledParameters) -> Sequence:
        return Sequence((Block(TR, HardPulse(p.flip * pi / 180), spoil=True),))

    def sample(self, p: SpoiledParameters) -> Sample:
        return Sample.of(dw=np.linspace(-200, 200, 5), T1=T1, T2=0.3)


@pytest.mark.parametrize("steps", [7, 100, 1000])
def test_repetitions_follow_the_approach_to_the_steady_state(steps: int) -> None:
    """Mz before pulse n: the spoiler at the very end of a repetition must have happened, however steps fall."""
    loop = Loop(Spoiled())
    loop.dt = 10 * TR / steps * (1 + 1e-13)
    loop.advance(steps)
    E1, c = np.exp(-TR / T1), np.cos(40 * pi / 180)
    steady = (1 - E1) / (1 - E1 * c)
    before = steady + (1 - steady) * (E1 * c) ** 10
    assert loop.state.repetition == 10
    played = loop.state.m.copy()
    sample = loop.system.spins(loop.parameters)
    expected = sample.in_equilibrium() * before
    play(Timeline(loop.system.sequence(loop.parameters)), sample, expected, 0.0, loop.state.local)
    np.testing.assert_allclose(played, expected, rtol=0, atol=1e-12)


def test_the_path_follows_a_hard_pulse_along_its_arc() -> None:
    loop = Loop(Spoiled(), SpoiledParameters(flip=180.0))
    loop.advance(1)
    path = loop.state.path()[:, 1:]
    assert np.linalg.norm(np.diff(path, axis=0), axis=1).max() < 0.2
    assert path[:, 1].max() == pytest.approx(1, abs=0.01)


def test_the_path_in_the_picture_is_that_of_M() -> None:
    loop = Loop(Spoiled(), SpoiledParameters(flip=60.0))
    loop.advance(5)
    line = next(visual for visual in loop.frame().visuals if isinstance(visual, Lines))
    np.testing.assert_allclose(line.points[-1], loop.state.net, atol=1e-7)
    tip = [0.0, np.sin(pi / 3), np.cos(pi / 3)]  # where the pulse about x left M, before the offsets spread
    assert np.linalg.norm(line.points - tip, axis=1).min() < 1e-6


def test_symbols_name_the_components() -> None:
    assert [(o.name, o.symbol) for o in Spoiled().observables] == [
        ("signal", "M_x/M₀"), ("signal_90", "M_y/M₀"), ("transverse", "|M_xy|/M₀"), ("mz", "M_z/M₀"),
    ]  # fmt: skip
