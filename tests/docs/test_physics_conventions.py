"""Every row of the table of conventions in docs/physics.md is asserted by running it."""

import re
from collections.abc import Callable
from math import cos, exp, pi, radians, sin, sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spinviz.engine.loop import Loop
from spinviz.files.pulseq.read import read_pulseq
from spinviz.files.pulseq.write import write_pulseq
from spinviz.model.visuals import Stage
from spinviz.physics.constants import (
    BOHR_MAGNETON,
    BOLTZMANN,
    ELECTRON_GYROMAGNETIC_RATIO,
    PROTON_GYROMAGNETIC_RATIO,
    VACUUM_PERMEABILITY,
)
from spinviz.physics.echoes import epg
from spinviz.physics.electrons import band_population, bands
from spinviz.physics.imaging import lines, tissues
from spinviz.physics.imaging.encoding import Limits
from spinviz.physics.imaging.head import field_map, pixel_centres
from spinviz.physics.imaging.reconstruction import image_of
from spinviz.physics.imaging.tissues import offset_of
from spinviz.physics.ising.laws import CRITICAL_TEMPERATURE_2D
from spinviz.physics.ising.sampling import clusters_per_sweep
from spinviz.physics.lattice import textures
from spinviz.physics.lattice.clusters import flip_clusters
from spinviz.physics.lattice.discrete import Model, energy, sweeps
from spinviz.physics.lattice.dynamics import Dynamics
from spinviz.physics.lattice.energies import Energies
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.mesh import mesh, micromagnetic
from spinviz.physics.lattice.single_sites import random_updates
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.terms.dmi import DMI
from spinviz.physics.lattice.terms.exchange import Exchange
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.physics.lattice.terms.uniaxial import Uniaxial
from spinviz.physics.lattice.terms.zeeman import Zeeman
from spinviz.physics.lattice.topology import topological_charge
from spinviz.physics.lattice.unit_cells import unit_cell
from spinviz.physics.moments import levels, macrospin
from spinviz.physics.resonance import adiabatic, bloch, chemical_exchange, driven, radiation_damping, slr
from spinviz.physics.sequence.blocks import Block, Gradient, HardPulse, Readout, Rf, Sample, Sequence
from spinviz.physics.sequence.engine import play, simulate
from spinviz.physics.sequence.timeline import Timeline
from spinviz.physics.stepping import thermal_field
from spinviz.plots.transform import half_width, spectrum
from spinviz.systems import system_named, systems
from spinviz.systems.resonance.common.played import Played
from spinviz.view.camera import along, home

DOCUMENT = Path(__file__).parents[2] / "docs/physics.md"
Proof = Callable[..., None]
PROOFS: dict[str, Proof] = {}


def proves(row: str) -> Callable[[Proof], Proof]:
    """Say which row of the table the test below proves."""

    def register(test: Proof) -> Proof:
        assert row not in PROOFS, f"two tests prove the row {row}"
        PROOFS[row] = test
        return test

    return register


def rows() -> list[str]:
    """First cells of the table of conventions."""
    section = DOCUMENT.read_text("utf-8").split("## Conventions")[1].split("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("| ")]
    return [line.split("|")[1].strip() for line in table[1:]]


def test_every_row_is_proved_and_every_proof_has_its_row() -> None:
    assert len(set(rows())) == len(rows()) > 30
    assert sorted(rows()) == sorted(PROOFS)


def about(value: Any, rel: float = 1e-6) -> Any:
    """Relative comparison: pytest's absolute tolerance of 1e-12 would make all energies of an atom equal."""
    return pytest.approx(value, rel=rel, abs=0)


def vector(spins: bloch.Isochromats) -> np.ndarray:
    return np.array([float(values[0]) for values in spins.m])


def pulsed(angle: float, phase: float, dw: float = 0.0) -> bloch.Isochromats:
    """One isochromat at rest along z after a hard pulse."""
    spins = bloch.Isochromats.in_equilibrium([dw])
    bloch.rotate(*spins.m, angle, phase)
    return spins


def turned(start: Any, B: tuple[float, float, float], part: float = 0.25, **options: float) -> np.ndarray:
    """An electron's moment after a ``part`` of a turn in the field ``B`` [T]."""
    spins = macrospin.Macrospins.from_vectors(start)
    period = 2 * pi / (ELECTRON_GYROMAGNETIC_RATIO * sqrt(sum(b * b for b in B)))
    macrospin.step(spins, macrospin.MacrospinField(B), dt=part * period / 1000, steps=1000, **options)
    return spins.to_vectors()[0]


# --- units, axes, precession ------------------------------------------------------------------------------------------


@proves("units")
def test_units() -> None:
    for system in systems().values():
        quantities = system.Parameters.quantities().values()
        assert not {q.unit for q in quantities} & {"rad", "rad/s"}, system.name
        assert all(q.unit in ("K", "J/kB") for q in quantities if q.title.startswith("Temperature")), system.name
    units = {o.name: o.unit for o in system_named("ising_domains").observables}
    assert (units["energy"], units["T"], units["field"]) == ("J", "J/kB", "J")
    # A quarter of a turn per second is pi/2 rad/s.
    spins = pulsed(pi / 2, 0.0, dw=pi / 2)
    bloch.precess(*spins.m, *spins.tissue, 1.0)
    np.testing.assert_allclose(vector(spins), (1, 0, 0), atol=1e-12)


@proves("axes")
def test_axes() -> None:
    stage, size = Stage(low=(-1, -1, -1), high=(1, 1, 1), parallel=True), (400, 400)
    ends = np.array([(0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1)], float)
    (o, x, y, _), _ = along("z", stage).lens(stage, size).project(ends)
    # Pixels count downwards.
    assert x[0] > o[0] + 10
    assert abs(x[1] - o[1]) < 1
    assert y[1] < o[1] - 10
    (o, _, _, z), _ = home(stage).lens(stage, size).project(ends)
    assert z[1] < o[1] - 10
    assert abs(z[0] - o[0]) < 1


@proves("gyromagnetic ratio")
def test_gyromagnetic_ratios() -> None:
    assert PROTON_GYROMAGNETIC_RATIO / (2 * pi) == about(42.577e6, rel=1e-4)
    assert ELECTRON_GYROMAGNETIC_RATIO / (2 * pi) == about(28.025e9, rel=1e-4)


@proves("proton precession")
def test_protons_turn_clockwise() -> None:
    """In a field of 1 T along z, in the laboratory."""
    w0 = PROTON_GYROMAGNETIC_RATIO * 1.0
    m = np.array([[1.0], [0.0], [0.0]])
    steps = 200
    field = np.zeros((steps, 2, 3, 1))
    field[:, :, 2] = w0
    driven.drive(m, field, (pi / 2 / w0) / steps)
    np.testing.assert_allclose(m[:, 0], (0, -1, 0), atol=1e-9)


@proves("electron precession")
def test_electrons_turn_counter_clockwise() -> None:
    np.testing.assert_allclose(turned((1, 0, 0), (0, 0, 0.5)), (0, 1, 0), atol=1e-9)
    np.testing.assert_allclose(turned((1, 0, 0), (0, 0, -0.5)), (0, -1, 0), atol=1e-9)
    np.testing.assert_allclose(turned((0, 1, 0), (0.5, 0, 0)), (0, 0, 1), atol=1e-9)
    one = mesh((1, 1, 1), False)
    spins = Spins.of_vectors(one, np.array([1.0, 0, 0]).reshape(1, 1, 1, 1, 3), dtype=np.float64)
    quarter = pi / 2 / ELECTRON_GYROMAGNETIC_RATIO
    Dynamics(one, Hamiltonian((Zeeman(1.0, (0, 0, 1)),))).heun(spins, dt=quarter / 2000, steps=2000)
    np.testing.assert_allclose(spins.vectors().ravel(), (0, 1, 0), atol=1e-5)


@proves("rotating frame")
def test_laboratory_and_rotating_frame() -> None:
    """A field that turns with the carrier, in the laboratory, does what a constant one does in the rotating frame."""
    w, dw, w1, T = 2 * pi * 1000, 2 * pi * 20.0, 2 * pi * 25.0, 0.01
    steps = driven.steps_for(T, w, 0.02)
    t = driven.nodes(0.0, T / steps, steps)
    field = np.stack([w1 * np.cos(w * t), -w1 * np.sin(w * t), np.full(t.shape, w + dw)], axis=2)[..., None]
    m = np.array([[0.0], [0.0], [1.0]])
    driven.drive(m, field, T / steps)
    spins = bloch.Isochromats.in_equilibrium([dw])
    bloch.hard_pulse(*spins.m, spins.dw, w1, 0.0, T)
    rotating = complex(spins.mx[0], spins.my[0])
    assert abs(rotating) > 0.5
    assert complex(m[0, 0], m[1, 0]) == pytest.approx(rotating * np.exp(-1j * w * T), abs=1e-5)


@proves("offset")
def test_offset() -> None:
    spins = pulsed(pi / 2, 0.0, dw=2 * pi * 3)
    spins.T2[:] = 0.5
    bloch.precess(*spins.m, *spins.tissue, 0.05)
    assert complex(spins.mx[0], spins.my[0]) == pytest.approx(1j * np.exp(-2j * pi * 3 * 0.05 - 0.1), abs=1e-12)


@proves("chemical shift")
def test_fat_is_slower_than_water() -> None:
    assert offset_of("grey matter", 3.0) == 0
    assert offset_of("fat", 3.0) == about(-3.4e-6 * PROTON_GYROMAGNETIC_RATIO * 3.0)


# --- pulses -----------------------------------------------------------------------------------------------------------


@proves("RF rotation")
def test_ninety_degrees() -> None:
    for phase, end in ((0.0, (0, 1, 0)), (pi / 2, (-1, 0, 0)), (-pi / 2, (1, 0, 0)), (pi, (0, -1, 0))):
        np.testing.assert_allclose(vector(pulsed(pi / 2, phase)), end, atol=1e-12)
    m = Sample.of().in_equilibrium()
    block = Block(1e-3, Rf(np.array([0, 1e-3]), np.array([pi / 2 / 1e-3], complex)))
    play(Timeline(Sequence((block,))), Sample.of(), m, 0.0, 1e-3)
    np.testing.assert_allclose(m[:, 0], (0, 1, 0), atol=1e-9)


@proves("RF phase")
def test_phase_is_the_axis() -> None:
    """A magnetization along the axis stays."""
    for phase in (0.0, 0.7, pi / 2):
        spins = bloch.Isochromats.in_equilibrium([0.0])
        spins.mx[:], spins.my[:], spins.mz[:] = cos(phase), sin(phase), 0.0
        bloch.rotate(*spins.m, 1.1, phase)
        np.testing.assert_allclose(vector(spins), (cos(phase), sin(phase), 0), atol=1e-12)


@proves("RF carrier")
def test_shifted_pulse_meets_its_spins() -> None:
    f, T = 500.0, 20e-3
    pulse = Rf(np.array([0, T]), np.array([pi / T], complex), frequency=f)
    assert complex(pulse.at(1 / (4 * f))) == about(pi / T * np.exp(-0.5j * pi))
    sample = Sample.of(dw=np.array([-1, 0, 1]) * 2 * pi * f)
    m = sample.in_equilibrium()
    play(Timeline(Sequence((Block(T, pulse),))), sample, m, 0.0, T)
    # Beside the line M_z stays within 2 (w1/dw)^2 of 1.
    np.testing.assert_allclose(m[2], (1, 1, -1), atol=2e-2)


@proves("RF sweep")
def test_sweep_is_minus_the_slope_of_the_phase() -> None:
    pulse = adiabatic.hyperbolic_secant(8e-3, 2 * pi * 800, 800.0, 5.0)
    t, h = np.linspace(1e-3, 7e-3, 7), 1e-7
    slope = (pulse.phase(t + h) - pulse.phase(t - h)) / (2 * h)
    np.testing.assert_allclose(pulse.sweep(t), -slope, rtol=1e-6, atol=1e-3)
    # Half of the pulse sweeps from below to 0 and inverts what lies on its way.
    half, dw = 4e-3, np.array([-1, 1]) * 2 * pi * 500
    times = driven.nodes(0.0, half / 4000, 4000)
    m = np.zeros((3, 2))
    m[2] = 1
    driven.drive(m, driven.pulse_field(pulse.at(times), np.ones(2), dw), half / 4000)
    assert m[2, 0] < -0.3 < 0.3 < m[2, 1]


@proves("spinor")
def test_cayley_klein() -> None:
    a, b = slr.forward([pi / 3], [0.0])
    spins = vector(pulsed(pi / 3, 0.0))
    assert complex(2 * np.conj(a[0]) * b[0]) == pytest.approx(complex(spins[0], spins[1]), abs=1e-12)
    assert abs(a[0]) ** 2 - abs(b[0]) ** 2 == about(spins[2])


# --- signals ----------------------------------------------------------------------------------------------------------


@proves("signal")
def test_signal_and_receiver() -> None:
    block = Block(2e-3, HardPulse(pi / 2), readout=Readout(1, 1e-3, phase=0.4))
    signal = simulate(Timeline(Sequence((block,))), Sample.of())
    assert complex(signal[0]) == pytest.approx(1j * np.exp(-0.4j), abs=1e-12)
    plain = [s for s in systems().values() if isinstance(s, Played) and s.observables[:2] == Played.observables[:2]]
    assert plain
    for system in plain:
        loop = Loop(system, preset=system.presets[0].name)
        loop.state.m[0], loop.state.m[1] = 0.3, -0.2
        seen = system.observe(loop.state, loop.parameters)
        assert (seen["signal"], seen["signal_90"]) == about((0.3, -0.2)), system.name


def isochromats(**parameters: float) -> Loop:
    """A free induction decay after 90 degrees about x."""
    system = system_named("isochromats")
    p = system.Parameters.of(spread=0.0, isochromats=1, **parameters)
    return Loop(system, p, schedule=[(0.0, "90x")])


@proves("voltage")
def test_voltage() -> None:
    loop = isochromats(offset=10.0, T2=10.0, T1=10.0)
    # Faraday's derivative also has the offset and 1/T2 beside the Larmor frequency: 1e-7 here.
    assert loop.observables["voltage"] == pytest.approx(1, abs=1e-6)
    loop.advance_to(0.0125)
    seen = complex(loop.observables["voltage"], loop.observables["voltage_90"])
    net = loop.state.net
    assert seen == pytest.approx(1j * complex(net[0], -net[1]), abs=1e-6)
    assert np.angle(seen) == pytest.approx(2 * pi * 10 * loop.time, abs=1e-6)
    damping = system_named("radiation_damping")
    other = Loop(damping, schedule=[(0.0, damping.actions[0].name)])
    x, y, _ = other.state.net
    assert abs(complex(x, y)) > 0.01
    seen = complex(other.observables["voltage"], other.observables["voltage_90"])
    assert seen == pytest.approx(1j * complex(x, -y), abs=1e-12)


@proves("spectrum")
def test_spectrum() -> None:
    loop = isochromats(offset=10.0, T2=0.1, T1=0.26)
    loop.advance_to(1.0)
    seen = loop.samples.history()
    found = spectrum(seen.time, seen.observables["voltage"] + 1j * seen.observables["voltage_90"], 40.0)
    assert found.mode == "absorption"
    assert (np.diff(found.frequency) > 0).all()
    centre, width = half_width(found)
    assert centre == pytest.approx(10, abs=0.2)
    assert width == about(1 / (pi * 0.1), rel=0.03)


@proves("gradient")
def test_gradient() -> None:
    """A gradient of G [Hz/m] for T leaves a spin at r with exp(-2 pi i G r T)."""
    G, T, r = 1000.0, 5e-3, 0.02
    block = Block(
        T + 1e-3, HardPulse(pi / 2, -pi / 2), (None, Gradient.trapezoid(G, 0, T, 0), None), Readout(1, 2e-9, T)
    )
    signal = simulate(Timeline(Sequence((block,))), Sample.of(((0.0,), (r,), (0.0,))))
    assert complex(signal[0]) == pytest.approx(np.exp(-2j * pi * G * r * T), abs=1e-6)
    # The scanner's limit of 40 mT/m, in Hz/m.
    assert Limits().amplitude == about(40e-3 * PROTON_GYROMAGNETIC_RATIO / (2 * pi), rel=1e-3)


@proves("k-space")
def test_kspace() -> None:
    G, T = 1000.0, 5e-3
    lobe = (Gradient.trapezoid(G, 0, T, 0), None, None)
    excite = Block(1e-3, HardPulse(pi / 2, -pi / 2, use="excitation"))
    refocus = Block(1e-3, HardPulse(pi, 0.0, use="refocusing"))
    read = Block(1e-3, readout=Readout(1, 1e-3))
    sequence = Sequence((excite, Block(T, gradients=lobe), read, refocus, read, excite, read))
    k = Timeline(sequence).kspace[0]
    np.testing.assert_allclose(k, (G * T, -G * T, 0), atol=1e-9)
    r = 0.03
    signal = simulate(Timeline(Sequence(sequence.blocks[:5])), Sample.of(((r,), (0.0,), (0.0,))))
    np.testing.assert_allclose(signal, np.exp(-2j * pi * k[:2] * r), atol=1e-9)


@proves("image")
def test_image_of_a_point() -> None:
    """A grain to the right and above the middle is seen there."""
    made = lines.spin_echo(16, 0.02, 0.5, fov=0.16, dummies=0)
    centres = pixel_centres(16, 0.16)
    column, row = 11, 13
    sample = Sample.of(((centres[column],), (centres[row],), (0.0,)), T1=0.01)
    image = image_of(made, simulate(Timeline(made.sequence), sample))
    assert np.unravel_index(np.argmax(np.abs(image)), image.shape) == (row, column)
    assert image[row, column].real == about(abs(image[row, column]), rel=1e-6)
    assert centres[row] > 0 < centres[column]


@proves("head")
def test_head() -> None:
    """The air above the front teeth disturbs the field in front; the head is symmetric in that from left to right."""
    assert field_map(0.0, 0.095) > 0.8 > 0.2 > field_map(0.0, -0.095)
    assert field_map(0.05, 0.0) == about(field_map(-0.05, 0.0))
    assert (np.diff(pixel_centres(8)) > 0).all()


@proves("readout")
def test_readout_times() -> None:
    np.testing.assert_allclose(Readout(3, 2e-3, start=1e-3).times, (2e-3, 4e-3, 6e-3))
    dw = 2 * pi * 50
    block = Block(0.01, HardPulse(pi / 2, -pi / 2), readout=Readout(2, 4e-3))
    signal = simulate(Timeline(Sequence((block,))), Sample.of(dw=dw))
    np.testing.assert_allclose(signal, np.exp(-1j * dw * np.array([2e-3, 6e-3])), atol=1e-12)


@proves("pulseq")
def test_pulseq_phases(tmp_path: Path) -> None:
    pulse = Rf(np.array([0, 1e-3]), np.array([100.0], complex), frequency=70.0, phase=0.25)
    read = Block(2e-3, readout=Readout(10, 1e-4, frequency=30.0, phase=0.5))
    write_pulseq(tmp_path / "x.seq", Sequence((Block(2e-3, pulse), read)))
    text = (tmp_path / "x.seq").read_text("utf-8")
    rf, adc = (section(text, name)[-1].split() for name in ("RF", "ADC"))
    assert [float(word) for word in rf[-3:-1]] == [70.0, -0.25]
    assert [float(word) for word in adc[-3:-1]] == [30.0, -0.5]
    found = read_pulseq(tmp_path / "x.seq").blocks
    assert isinstance(found[0].rf, Rf)
    assert (found[0].rf.frequency, found[0].rf.phase) == (70.0, 0.25)
    assert found[1].readout is not None
    assert (found[1].readout.frequency, found[1].readout.phase) == (30.0, 0.5)


def section(text: str, name: str) -> list[str]:
    """Rows of a section of a .seq file."""
    part = text.split(f"[{name}]")[1].split("\n[")[0]
    return [line for line in part.splitlines() if line.strip() and not line.startswith("#")]


@proves("phase graph")
def test_phase_graph() -> None:
    """Spins at the angles theta, turned one by one, are the Fourier sum over the configurations."""
    theta = np.linspace(0, 2 * pi, 8, endpoint=False)
    events = [epg.Pulse(1.0, 0.3), epg.Wait(1e-3, 1), epg.Pulse(2.0, 1.2), epg.Wait(1e-3, 2)]
    state = epg.run(events, epg.Medium()).states[-1]
    spins = bloch.Isochromats.in_equilibrium(theta * 1e3)
    bloch.rotate(*spins.m, 1.0, 0.3)
    bloch.precess(*spins.m, *spins.tissue, 1e-3)
    bloch.rotate(*spins.m, 2.0, 1.2)
    bloch.precess(*spins.m, *spins.tissue, 2e-3)
    np.testing.assert_allclose(state.magnetization(theta), np.stack(spins.m), atol=1e-12)
    first = epg.run(events[:2], epg.Medium()).states[-1]
    assert abs(first.plus(1)) == about(sin(1.0))
    assert first.F0 == 0
    assert first.minus(-1) == np.conj(first.plus(1))


@proves("radiation damping")
def test_damping_turns_towards_the_field() -> None:
    damping = radiation_damping.Damping(Trd=0.02)
    theta = radians(100)
    m = np.array([[sin(theta)], [0.0], [cos(theta)]])
    rate = radiation_damping.right_side(damping, m, np.zeros(1))[:, 0]
    assert rate[2] == about(sin(theta) ** 2 / 0.02)
    assert rate[:2] @ m[:2, 0] == about(-rate[2] * m[2, 0])  # the length stays
    x, y, z = (row.copy() for row in m)
    radiation_damping.step(x, y, z, damping, 1e-4, radiation_damping.coefficients(damping, np.zeros(1), 1e-4))
    assert z[0] - m[2, 0] == about(1e-4 * rate[2], rel=0.01)


@proves("chemical exchange rates")
def test_exchange_rates() -> None:
    sites = chemical_exchange.Sites(0.25, 10.0, 0.0, 0.0)
    assert sites.rates == about((15.0, 5.0))
    assert chemical_exchange.Sites(0.5, 10.0, 0.0, 0.0).rates == (10.0, 10.0)
    # All at A leave it at kAB.
    m = chemical_exchange.precess(sites, np.array([1, 0], complex), 1e-6)
    assert 1 - m[0].real == about(15e-6, rel=1e-4)


@proves("linear drive")
def test_counter_rotating_part_moves_the_resonance_up() -> None:
    """The nutation is slowest where the drive is above the Larmor frequency by w1^2/(4 w0)."""
    w0, w1 = 2 * pi * 1000.0, 2 * pi * 100.0
    drives = w0 + np.linspace(-0.3, 0.3, 5) * w1
    nutation = []
    for w in drives:
        # What a period of the drive does to three unit vectors is a rotation; its angle does not depend on its start.
        steps, period = 400, 2 * pi / w
        t = driven.nodes(0.0, period / steps, steps)
        m = np.eye(3)
        field = np.zeros((steps, 2, 3, 3))
        field[:, :, 0] = 2 * w1 * np.cos(w * t)[..., None]
        field[:, :, 2] = w0
        driven.drive(m, field, period / steps)
        nutation.append(np.arccos((np.trace(m) - 1) / 2) / period)
    # The square of the nutation, delta^2 + w1^2, is a parabola about the resonance.
    a, b, _ = np.polyfit(drives - w0, np.square(nutation), 2)
    assert -b / (2 * a) == about(w1 * w1 / (4 * w0), rel=0.15)
    assert min(nutation) == about(w1, rel=0.02)


# --- moments and electrons --------------------------------------------------------------------------------------------


@proves("levels")
def test_levels() -> None:
    E = levels.energies(0.5, 2.0, g=2.0)
    np.testing.assert_allclose(E, np.array([-1, 1]) * BOHR_MAGNETON * 2.0)
    np.testing.assert_array_equal(levels.projections(1.5), (-1.5, -0.5, 0.5, 1.5))
    assert levels.moments(np.array([0], np.int8), 0.5, g=2.0)[0] == about(BOHR_MAGNETON)
    assert np.argmin(levels.energies(1.5, -1.0)) == 3


@proves("local moments")
def test_local_moments_are_in_units_of_their_ground_state() -> None:
    system = system_named("local_moments")
    for a, b, coupling in ((1.0, 0.5, "all"), (3.0, 2.0, "neighbours")):
        loop = Loop(system, system.Parameters.of(T=0.005, a=a, b=b, L=4, coupling=coupling))
        M0 = np.sqrt((2 * a + 1) / (4 * b))
        # Each moment costs -a m^2 + b m^4 and gains J m^2/2; the three thermal parts take 3 T/2.
        assert loop.observables["energy"] == pytest.approx(-a * M0**2 + b * M0**4 - M0**2 / 2, abs=0.012)
        assert loop.observables["M"] == pytest.approx(1.0, abs=0.01)
        assert loop.observables["length"] == pytest.approx(1.0, abs=0.01)


@proves("paramagnet")
def test_paramagnet_follows_its_field() -> None:
    system = system_named("paramagnet")
    for B in (3.0, -3.0):
        loop = Loop(system, system.Parameters.of(B=B, N=5000))
        # tanh(2) = 0.96 at 1 K.
        assert loop.observables["m"] * B > 2.5


@proves("susceptibility")
def test_susceptibility_is_that_of_si() -> None:
    n, T, B = 1e28, 300.0, 1e-3
    chi = VACUUM_PERMEABILITY * levels.magnetization(n, 0.5, B, T) / B
    assert levels.curie_susceptibility(n, 0.5, T) == about(chi, rel=1e-6)
    gas = bands.equilibrium(n, 1.0, 1.0)
    assert VACUUM_PERMEABILITY * gas.magnetization / 1.0 == about(float(bands.pauli_susceptibility(n)), rel=1e-4)


@proves("Pauli spins")
def test_up_is_along_the_field() -> None:
    up, down = np.split(band_population.state_energies([0.0], 5.0), 2)
    assert up[0] == -5.0 * BOHR_MAGNETON == -down[0]
    gas = bands.equilibrium(1e24, 5.0, 1.0)
    assert gas.up > gas.down
    assert float(gas.magnetization) == about(BOHR_MAGNETON * float(gas.up - gas.down))
    system = system_named("pauli_paramagnet")
    for B in (50.0, -50.0):
        loop = Loop(system, system.Parameters.of(B=B, EF=0.01))
        assert loop.observables["M"] * B > 0
        assert loop.observables["P"] * B > 0


def up_spins(nx: int, ny: int) -> Spins:
    """A periodic square lattice, all up."""
    return Spins.of_states(Geometry.of(unit_cell("square"), (nx, ny, 1)), np.ones((1, ny, nx, 1), np.int8))


@proves("Ising energy")
def test_ising_counts_pairs_once() -> None:
    system = system_named("ising_domains")
    for lattice, bonds in (("square", 2), ("cubic", 3)):
        loop = Loop(system, system.Parameters.of(L=8, lattice=lattice, start="up", h=0.5))
        assert loop.observables["energy"] == -bonds - 0.5
    # A flip of one spin among parallel ones costs 2 (4 J + h).
    spins = up_spins(6, 8)
    before = energy(spins, Model(h=0.5))
    spins.set(np.where(np.arange(48) == 20, -1, 1).astype(np.int8).reshape(1, 8, 6, 1))
    assert energy(spins, Model(h=0.5)) - before == about(2 * (4 + 0.5))
    assert pytest.approx(2.269, abs=1e-3) == CRITICAL_TEMPERATURE_2D


@proves("sweep")
def test_sweeps() -> None:
    # Without coupling Metropolis accepts every flip: a sweep turns each spin over exactly once.
    spins = up_spins(6, 8)
    sweeps(spins, Model(J=0.0), 1.0, method="metropolis")
    assert (spins.states() == -1).all()
    assert random_updates(spins, Model(J=0.0), 1.0, 48) == 48
    # Clusters: at T = 4 J about as many flips as spins.
    spins, T = up_spins(64, 64), 4.0
    clusters = clusters_per_sweep(T, 64, 1)
    flip_clusters(spins, Model(), T, 50 * clusters)
    assert 0.5 < flip_clusters(spins, Model(), T, 100 * clusters) / (100 * 64**2) < 2
    pauli = system_named("pauli_paramagnet").Parameters
    weak, strong = pauli.of(B=0.0), pauli.of(B=60.0, T=1.0)
    assert getattr(weak, "inner") == 1 < getattr(strong, "inner")  # noqa: B009 - no parameter of the base


# --- lattice and macrospins -------------------------------------------------------------------------------------------


def pair(theta: float) -> np.ndarray:
    """Two moments along x at an angle, the first along z (1, 1, 2, 1, 3)."""
    return np.array([[0, 0, 1.0], [sin(theta), 0, cos(theta)]]).reshape(1, 1, 2, 1, 3)


TWO = mesh((2, 1, 1), False)


def energies(terms: Hamiltonian, m: np.ndarray) -> dict[str, float]:
    """Energies by term, as they are shown."""
    nz, ny, nx = m.shape[:3]
    geometry = mesh((nx, ny, nz), False)
    return Energies(geometry, terms).of(Spins.of_vectors(geometry, m, dtype=np.float64))


@proves("lattice energy")
def test_lattice_energy() -> None:
    mu, J, K = 3 * BOHR_MAGNETON, 1e-21, 2e-23
    terms = Hamiltonian((Exchange(J), Uniaxial(K), Zeeman(mu, (0, 0, 2.0))))
    for found in (terms.energies(TWO, pair(0.6)), energies(terms, pair(0.6))):
        assert found["exchange"] == about(-J * cos(0.6))
        assert found["uniaxial anisotropy"] == about(-K * (1 + cos(0.6) ** 2))
        assert found["field"] == about(-mu * 2.0 * (1 + cos(0.6)))
    np.testing.assert_allclose(Exchange(J).field(TWO, pair(0.6))[0, 0, 1, 0], (0, 0, J))


@proves("micromagnetic energy")
def test_micromagnetic_energy() -> None:
    """A slow turn along x costs A (d theta/dx)^2 per volume."""
    Ms, d, A, K1 = 8e5, 2e-9, 1.3e-11, 4e5
    terms = micromagnetic(TWO, Ms, (d, d, d), A=A, K1=K1, B=(0, 0, 0.1))
    theta = 0.01
    turned, straight = (energies(terms, pair(a)) for a in (theta, 0.0))
    # One pair of cells has one bond, in the volume of one cell.
    assert turned["exchange"] - straight["exchange"] == about(A * (theta / d) ** 2 * d**3, rel=1e-4)
    assert straight["uniaxial anisotropy"] == about(-2 * K1 * d**3)
    assert straight["field"] == about(-2 * Ms * 0.1 * d**3)
    # The field per neighbour, and that of the anisotropy, on moments Ms d^3.
    exchange, _, uniaxial, _ = (term.field(TWO, pair(0.0))[0, 0, 0, 0, 2] / (Ms * d**3) for term in terms.terms)
    assert exchange == about(2 * A / (Ms * d * d))
    assert uniaxial == about(2 * K1 / Ms)


@proves("exchange zero")
def test_exchange_counts_from_the_uniform_state() -> None:
    system = system_named("exchange_lattice")
    p = system.Parameters.of(start="uniform", D=0.0, K1=0.0, B=0.0, nx=8, ny=8)
    terms = Loop(system, p).observables["energy"]
    assert abs(terms) < 1e-6 * 2 * 64 * 1.5e-11 * 1e-9  # of the bonds' energy, in single precision
    other = system.Parameters.of(start="wave", D=0.0, K1=0.0, B=0.0, nx=32, ny=8)
    assert Loop(system, other).observables["energy"] > 0


@proves("DMI")
def test_dmi() -> None:
    film = mesh((48, 48, 1), False)
    terms = micromagnetic(film, 5.8e5, (2e-9,) * 3, D=3e-3)
    outward, inward = (textures.skyrmion((1, 48, 48), 10.0, 3.0, way) for way in (True, False))
    centre, right = outward[0, 24, 24, 2], outward[0, 24, 34]
    assert centre < 0 < right[0]
    down, up = (terms.energies(film, m[..., None, :])[DMI.name] for m in (outward, inward))
    assert down < 0 < up
    # In atoms: D (z x r_ij).(S_i x S_j), here along x.
    S = pair(0.6)[0, 0, :, 0]
    expected = 2e-22 * np.cross((0, 0, 1), (1, 0, 0)) @ np.cross(S[0], S[1])
    assert DMI(2e-22).energy(TWO, pair(0.6)) == about(expected)
    # D [mz div m - (m.grad) mz] of a turn along x, per volume of a cell; Ms and d as above.
    theta, d = 1e-3, 2e-9
    turned = micromagnetic(TWO, 5.8e5, (d, d, d), D=3e-3)
    for found in (turned.energies(TWO, pair(theta)), energies(turned, pair(theta))):
        assert found[DMI.name] == about(3e-3 * theta / d * d**3, rel=1e-5)


@proves("topological charge")
def test_topological_charge() -> None:
    neel = textures.skyrmion((1, 48, 48), 10.0, 3.0)[0]
    x, y, z = np.moveaxis(neel, -1, 0)
    turned = np.stack([-y, x, z], axis=-1)
    anti = np.stack([x, -y, z], axis=-1)
    charges = [topological_charge(m, (True, True)) for m in (neel, turned, -neel, anti)]
    np.testing.assert_allclose(charges, (-1, -1, 1, 1), atol=1e-9)


@proves("damping")
def test_damping() -> None:
    alpha = 0.5
    m = turned((1, 0, 0), (0, 0, 1.0), alpha=alpha)
    angle = (pi / 2) / (1 + alpha**2)
    # (cos, sin, sinh)/cosh: Evans et al. 2014, eq. 22.
    np.testing.assert_allclose(m, np.array([cos(angle), sin(angle), np.sinh(alpha * angle)]) / np.cosh(alpha * angle))
    assert m[2] > 0


@proves("spin torque")
def test_spin_torque() -> None:
    spins = macrospin.Macrospins.from_vectors((1, 0, 0))
    field = macrospin.MacrospinField(torque=0.1, polarization=(0, 1, 0))
    t = 1 / (ELECTRON_GYROMAGNETIC_RATIO * 0.1)
    macrospin.step(spins, field, dt=t / 100, steps=100)
    # -m x (m x p) is what of p is across m: the component along p is tanh(gamma a_J t).
    np.testing.assert_allclose(spins.to_vectors()[0], (1 / np.cosh(1), np.tanh(1), 0), atol=1e-9)


@proves("thermal noise")
def test_thermal_noise() -> None:
    """Free moments forget their direction at the rate 2 alpha gamma kT/((1 + alpha^2) mu)."""
    alpha, T, mu, count = 0.4, 300.0, 1e-19, 20_000
    rate = 2 * alpha * ELECTRON_GYROMAGNETIC_RATIO * BOLTZMANN * T / ((1 + alpha**2) * mu)
    dt = 0.5 / rate / 400
    sd = thermal_field(alpha, BOLTZMANN * T, mu, dt)
    assert sd == about(sqrt(2 * alpha * BOLTZMANN * T / (ELECTRON_GYROMAGNETIC_RATIO * mu * dt)))
    spins = macrospin.Macrospins.from_vectors(np.tile((0.0, 0, 1), (count, 1)), key=3)
    macrospin.step(spins, macrospin.MacrospinField(), dt=dt, steps=400, alpha=alpha, noise=sd)
    # <m_z^2> = (1 + 2 e^(-3/2))/3 at half a decay: the mean is known to its spread over sqrt(N).
    spread = sqrt((1 + 2 * exp(-1.5)) / 3 - exp(-1.0))
    assert spins.m[2].mean() == pytest.approx(exp(-0.5), abs=4 * spread / sqrt(count))


@proves("spin wave")
def test_spin_wave_runs_backwards() -> None:
    n = 32
    m = textures.wave((1, 1, n), 1, 0.05)
    x = np.arange(n)
    np.testing.assert_allclose(m[0, 0, :, 0] + 1j * m[0, 0, :, 1], 0.05 * np.exp(2j * pi * x / n), atol=1e-12)
    ring = mesh((n, 1, 1), (True, False, False))
    spins = Spins.of_vectors(ring, m[..., None, :], dtype=np.float64)
    quarter = pi / 2 / ELECTRON_GYROMAGNETIC_RATIO
    Dynamics(ring, Hamiltonian((Zeeman(1.0, (0, 0, 1.0)),))).heun(spins, dt=quarter / 2000, steps=2000)
    before, after = (np.argmax(values[0, 0, :, 0]) for values in (m, spins.vectors()[..., 0, :]))
    assert (after - before) % n == n - n // 4


@proves("lattice arrays")
def test_lattice_arrays() -> None:
    m = np.zeros((2, 3, 4, 3))
    m[..., 2] = 1
    m[0, 0, 3] = (0, 1, 0)  # the last cell along x in the first row
    block = mesh((4, 3, 2), (True, False, False))
    assert block.shape == (2, 3, 4, 1)
    np.testing.assert_array_equal(Spins.of_vectors(block, m[..., None, :]).sites[..., 0, :], m)
    h = Exchange(1.0, (1.0, 0.0, 0.0)).field(block, m[..., None, :])
    # Its neighbours along x are the third and, across the boundary, the first.
    np.testing.assert_array_equal(np.argwhere(h[..., 0, 1])[:, 2], (0, 2))
    exchange = micromagnetic(block, 8e5, (1e-9, 2e-9, 4e-9), A=1e-11).terms[0]
    along = {bond.shift: J for bond, J in zip(block.bonds, exchange.couplings(block))}  # type: ignore[arg-type]
    assert along[1, 0, 0] == about(4 * along[0, 1, 0]) == about(16 * along[0, 0, 1])


def test_tissues_are_those_of_the_program_with_their_sources() -> None:
    text = DOCUMENT.read_text(encoding="utf-8").split("## Tissues of the head")[1]
    letters = {source: letter for letter, source in re.findall(r"<sup>(.)</sup> (.*?\))", text.split("|")[0])}
    assert len(letters) == 7

    def cell(number: float, source: str) -> str:
        return f"{number:g}" + (f"<sup>{letters[source]}</sup>" if source != tissues.TYPICAL else "")

    for name, row in tissues.MEASURED.items():
        times = [", ".join(cell(*cited) for cited in fields) for fields in (row.T1, row.T2, row.T2star)]
        assert " | ".join([f"| {name}", *times, f"{cell(*row.density)} |"]) in text
