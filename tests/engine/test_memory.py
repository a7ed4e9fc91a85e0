"""What a state takes of the memory is said before, and refused where the machine does not have it."""

import tracemalloc
from typing import Any

import numpy as np
import pytest
from toy import Toy, ToyParameters

from spinviz.engine import memory
from spinviz.engine.loop import Loop, SetParameters
from spinviz.engine.memory import demand, installed
from spinviz.model.parameters import ParameterError
from spinviz.systems import system_named


class Heavy(Toy):
    """A toy whose state takes a gigabyte for each value."""

    def memory(self, p: ToyParameters) -> int:
        return p.count * 10**9


@pytest.fixture(autouse=True)
def small_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "installed", lambda: 16 * 10**9)


def test_what_a_large_state_takes_is_said() -> None:
    assert demand(Heavy(), ToyParameters(count=12)) == "a state that takes about 12 GB of memory of 16 GB"
    assert not demand(Heavy(), ToyParameters(count=17))  # which is refused, and said once
    assert not demand(Toy(), ToyParameters(count=12))


def test_a_state_without_room_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ParameterError, match=r"about 17 GB of memory .* has 16 GB: make the state smaller"):
        Loop(Heavy(), ToyParameters(count=17))
    loop = Loop(Heavy(), ToyParameters(count=16))
    loop.advance(3)
    with pytest.raises(ParameterError, match="about 17 GB"):
        loop.apply(SetParameters(ToyParameters(count=17)))
    assert (loop.events, loop.parameters.count, len(loop.state.values)) == ([], 16, 16)
    with pytest.raises(ParameterError, match="about 17 GB"):
        Loop(Heavy(), ToyParameters(), events=[(0, SetParameters(ToyParameters(count=17)))])
    monkeypatch.setattr(memory, "installed", lambda: 0)
    assert demand(Heavy(), ToyParameters(count=17)) == "a state that takes about 17 GB of memory"
    assert Loop(Heavy(), ToyParameters(count=17)).step == 0


def test_this_machine_has_memory() -> None:
    assert 10**8 < installed() < 10**15


FILM = {"nx": 320, "ny": 320, "nz": 1, "precision": "double"}


@pytest.mark.parametrize("changed", [{}, {"start": "random"}, {"precision": "double"}, FILM])
def test_a_lattice_takes_what_is_said(changed: dict[str, Any]) -> None:
    """Largest memory traced while 10^5 cells are made; small parts do not matter at that size."""
    system = system_named("exchange_lattice")
    p = system.Parameters.of(**{"nx": 64, "ny": 64, "nz": 25, **changed})
    system.initial_state(p, np.random.default_rng(0))
    tracemalloc.start()
    try:
        system.initial_state(p, np.random.default_rng(0))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert system.memory(p) == pytest.approx(most, rel=0.15)


VOLUME = {"nx": 96, "ny": 96, "nz": 24, "stray": True}
WIDE = {"nx": 400, "ny": 400, "nz": 1, "stray": True}


@pytest.mark.parametrize(
    "changed", [VOLUME, VOLUME | {"periodic": False}, WIDE, WIDE | {"periodic": False}, WIDE | {"grain": 5e-8}]
)
def test_stray_fields_take_what_is_said_and_at_most_320_bytes_a_cell(changed: dict[str, Any]) -> None:
    """Largest memory traced up to the first step, beyond what is kept of small meshes for the next one."""
    system = system_named("exchange_lattice")
    p = system.Parameters.of(**{"dx": 4e-9, "dy": 4e-9, "dz": 4e-9, **changed})
    small = p.change(nx=8, ny=8)
    system.step(system.initial_state(small, np.random.default_rng(0)), small, system.timestep(small))
    tracemalloc.start()
    try:
        state = system.initial_state(p, np.random.default_rng(0))
        system.step(state, p, system.timestep(p))
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert system.memory(p) == pytest.approx(most, rel=0.2)
    assert "grain" in changed or most / p.cells <= 320


@pytest.mark.parametrize("changed", [{}, {"samples": 5}, {"start": "random"}, {"lattice": "kagome", "L": 96}])
def test_a_magnet_takes_what_is_said_and_at_most_200_bytes_a_spin(changed: dict[str, Any]) -> None:
    """Largest memory traced while about 5 * 10^4 spins are made and stepped, and while they are drawn."""
    system = system_named("ferromagnet")
    p = system.Parameters.of(**{"L": 36, **changed})
    system.step(system.initial_state(p, np.random.default_rng(0)), p, 1.0)  # kernels are compiled
    tracemalloc.start()
    try:
        state = system.initial_state(p, np.random.default_rng(0))
        system.step(state, p, 1.0)
        kept, making = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        system.draw(state, p)
        drawing = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert system.memory(p) == pytest.approx(making, rel=0.2)
    assert kept <= 17 * p.samples * p.geometry.count
    assert max(making, drawing) <= 200 * p.geometry.count
