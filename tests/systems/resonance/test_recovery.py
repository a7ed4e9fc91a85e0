"""Recoveries are read where the closed forms say, with their signs, from the second repetition on."""

from math import cos, exp, log, radians

import numpy as np
import pytest

from spinviz.engine.loop import Loop, SetParameters
from spinviz.model.parameters import ParameterError
from spinviz.physics.echoes.echo_laws import prepared_recovery
from spinviz.systems.resonance.recovery import Recovery, null, recovery_lines


def loop_of(**changes: float) -> Loop:
    return Loop(Recovery(), Recovery.Parameters.of(**{"isochromats": 20, **changes}), memory=1)


def test_first_reading_knows_equilibrium_and_later_ones_the_repetition_time() -> None:
    loop = loop_of()
    E = exp(-0.3 / 0.5)
    loop.advance_to(0.4)
    assert loop.observables["reading"] == pytest.approx(1 - 2 * E, abs=1e-10)
    assert loop.laws["recovery"].passed
    assert loop.laws["long_TR"].passed
    assert not loop.laws["inversion"].holds
    loop.advance_to(1.2 + 0.4)
    assert not loop.laws["long_TR"].holds
    assert loop.observables["reading"] == pytest.approx(1 - 2 * E + exp(-1.2 / 0.5), abs=1e-10)
    assert loop.laws["inversion"].passed


def test_imperfect_inversion() -> None:
    loop = loop_of(prepare=140)
    loop.advance_to(1.6)
    before = 1 - exp(-0.9 / 0.5)
    expected = 1 - (1 - cos(radians(140)) * before) * exp(-0.3 / 0.5)
    assert loop.observables["reading"] == pytest.approx(expected, abs=1e-10)
    assert loop.laws["recovery"].passed


def test_nothing_is_read_at_the_null() -> None:
    p = Recovery.Parameters.of()
    assert null(p) == pytest.approx(0.5 * log(2 / (1 + exp(-2.4))))
    assert prepared_recovery(null(p), p.angle, null(p), p.TR, p.T1) == pytest.approx(0, abs=1e-15)
    system = Recovery()
    loop = Loop(system, preset="null", memory=1)
    loop.advance_to(1.6)
    # The preset rounds TI to 0.1 ms.
    assert abs(loop.observables["reading"]) < 0.5e-4 / 0.5 * 1.2


def test_readings_at_other_TI_are_kept_and_those_of_other_T1_are_not() -> None:
    loop = loop_of(TI=0.2)
    loop.advance_to(1.5)
    loop.apply(SetParameters(loop.parameters.change(TI=0.5)))
    loop.advance_to(1.5 + 0.6)
    read = next(line for line in recovery_lines(loop.state, loop.parameters) if line.label == "read")
    np.testing.assert_allclose(read.x, [0.2, 0.2, 0.5])
    assert not loop.laws["inversion"].holds
    loop.advance_to(1.5 + 1.2 + 0.6)
    assert loop.laws["inversion"].passed
    loop.apply(SetParameters(loop.parameters.change(T1=0.6)))
    loop.advance(1)
    assert loop.state.read == 0


def test_repetition_time_must_leave_room_for_the_reading() -> None:
    with pytest.raises(ParameterError, match=r"TR = 300 ms is not longer than TI = 500 ms: .* TR above 500 ms"):
        Recovery.Parameters.of(TI=0.5, TR=0.3)


@pytest.mark.parametrize("values", [{"prepare": 180, "TI": 0.05}, {"prepare": 90, "TI": 0.3}])
def test_laws_of_readings_hold_for_the_shortest_T2(values: dict[str, float]) -> None:
    loop = loop_of(T2=1e-3, **values)
    loop.advance_to(0.4)
    name = "long_TR" if values["prepare"] == 180 else "saturation"
    assert loop.laws[name].holds
    assert loop.laws[name].passed
