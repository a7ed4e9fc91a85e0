"""Resonance in the laboratory against an adaptive solver and the laws of Rabi, Bloch and Siegert."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop
from spinviz.model.plots import Trace
from spinviz.model.visuals import Arrows
from spinviz.systems.resonance.bloch_siegert import state as lab
from spinviz.systems.resonance.bloch_siegert.system import BlochSiegert

P = BlochSiegert.Parameters


def running(nutations: float, **edits: object) -> Loop:
    p = P.of(**edits)
    loop = Loop(BlochSiegert(), p, memory=1)
    loop.advance_to(nutations * p.nutation + loop.dt / 2)
    return loop


ALONG = {"linear": (2, 0), "circular": (1, -1), "counter-rotating": (1, 1)}
"""Amplitudes of the drive: w1 cos(wt) times the first along x, w1 sin(wt) times the second along y."""


def solved(p: lab.LaboratoryParameters, drive: str, times: np.ndarray) -> np.ndarray:
    """M (3, n) at the ``times`` by an adaptive solver: dM/dt = M x w in the laboratory."""
    from scipy.integrate import solve_ivp

    w0 = 2 * np.pi * p.f0
    w1 = p.strength * w0
    w, along = w0 + p.detuning * w1, ALONG[drive]

    def slope(t, m):
        return np.cross(m, [along[0] * w1 * np.cos(w * t), along[1] * w1 * np.sin(w * t), w0])

    return solve_ivp(slope, (0, times[-1]), [0, 0, 1], method="DOP853", t_eval=times, rtol=1e-11, atol=1e-12).y


@pytest.mark.parametrize("drive", ["linear", "circular", "counter-rotating"])
@pytest.mark.value_of("mz", "transverse")
def test_motion_in_the_laboratory_against_an_adaptive_solver(drive: str) -> None:
    loop = running(1.0, drive=drive, strength=0.3, detuning=0.4)
    rows = loop.state.trail.path()
    found = solved(loop.parameters, drive, rows[:, 0])
    # Magnus steps of 0.12 rad: the fourth power of it, over some turns.
    assert np.abs(rows[:, 1:4].T - found).max() < 2e-5
    history = loop.samples.history()
    x, y, z = solved(loop.parameters, drive, history.time[1:])
    assert history.observables["mz"][1:] == pytest.approx(z, abs=2e-5)
    assert history.observables["transverse"][1:] == pytest.approx(np.hypot(x, y), abs=2e-5)
    assert loop.observables["mz"] == pytest.approx(z[-1], abs=2e-5)


def settled(nutations: float, **edits: object) -> tuple[lab.LaboratoryState, lab.LaboratoryParameters]:
    """The same without looking at every step."""
    p = P.of(**edits)
    state, dt = lab.start(p), BlochSiegert().timestep(p)
    for _ in range(round(nutations * p.nutation / dt)):
        lab.step(state, p, dt)
    return state, p


def shift_by_law(nutations: float, **edits: object) -> float:
    """Measured shift in units of w1^2/(4 w0)."""
    state, p = settled(nutations, **edits)
    return lab.measured_shift(state, p) / (p.w1**2 / (4 * p.w0))


def test_shift_of_a_twentieth() -> None:
    """w1/w0 = 0.05: w1^2/(4 w0) to 0.2 %, after 20 nutations in which the mean forgets where it stopped."""
    assert shift_by_law(20, strength=0.05) == pytest.approx(1.0, abs=2e-3)


def test_shift_grows_with_the_square_of_the_field() -> None:
    # The next orders and the fit of the line: 0.4 % at 0.2.
    assert shift_by_law(8, strength=0.2) == pytest.approx(1.0, abs=5e-3)


def test_turning_field_has_no_shift() -> None:
    state, p = settled(8, drive="circular", strength=0.3)
    assert abs(lab.measured_shift(state, p)) < 0.01 * p.w1**2 / (4 * p.w0)
    assert state.m[:, 0] == pytest.approx(state.m[:, 1], abs=1e-12)


def test_field_the_wrong_way_round_hardly_moves_M() -> None:
    state, p = settled(4, drive="counter-rotating", strength=0.2)
    # A field w1 that turns with 2 w0 against M tilts it by up to 2 w1/(2 w0).
    assert state.trail.path()[:, 3].min() > np.cos(0.2) - 0.005
    assert np.isnan(lab.measured_shift(state, p))


def test_line_is_the_lorentzian_of_the_law() -> None:
    state, p = settled(10, strength=0.1)
    x, mean = lab.line(state, p)
    assert np.abs(mean - lab.expected_line(p, x, p.shift)).max() < 5e-3
    # The law is told from the turning half alone: 0.025 w1 beside it.
    assert np.abs(mean - lab.expected_line(p, x, 0.0)).max() > 0.015


def test_inversion_after_half_a_nutation_is_centred_on_the_shifted_resonance() -> None:
    state, p = settled(0.55, strength=0.1)
    x = np.linspace(-lab.SPAN, lab.SPAN, lab.FREQUENCIES)
    law, alone = (lab.inversion(p, x, shift, state.inverted_at) for shift in (p.shift, 0.0))
    assert np.abs(state.inverted - law).max() < 0.1**2 / 2  # second order in w1/w0
    assert np.abs(state.inverted - alone).max() > 0.03


def test_wobble_has_twice_the_frequency_of_the_drive() -> None:
    loop = running(1.0, strength=0.1)
    p, rows = loop.parameters, loop.state.trail.path()
    away = rows[:, 3] - np.cos(p.w1 * rows[:, 0])
    spectrum = np.abs(np.fft.rfft((away - np.convolve(away, np.ones(24) / 24, "same")) * np.hanning(len(away))))
    f = np.fft.rfftfreq(len(away), loop.dt)
    assert f[np.argmax(spectrum * (f > p.f0))] == pytest.approx(2 * p.f0, rel=0.06)


@pytest.mark.parametrize("drive", ["linear", "circular", "counter-rotating"])
def test_arrows_of_the_halves_are_the_field_that_acts(drive: str) -> None:
    p = P.of(drive=drive, detuning=0.3)
    for t in (0.0, 1.1e-4, 4.3e-4):
        whole = lab.field(p, np.full((1, 2), t))[0, 0, :2, 0]
        np.testing.assert_allclose(np.sum(lab.halves(p, t), axis=0)[:2], whole / p.w1, atol=1e-12)


def arrows(loop: Loop) -> dict[str, np.ndarray]:
    """Where the arrows of the picture point (3,), by their labels."""
    drawn = loop.system.draw(loop.state, loop.parameters)
    return {v.label: np.asarray(v.directions[0], np.float64) for v in drawn if isinstance(v, Arrows)}


def turned(seen: list[np.ndarray]) -> float:
    """Angle [rad] by which a vector turns about z, counter-clockwise as positive."""
    x, y, _ = np.transpose(seen)
    return float(np.diff(np.unwrap(np.angle(x + 1j * y))[[0, -1]])[0])


def test_picture_of_the_laboratory_turns_one_half_with_the_spins_and_one_against_them() -> None:
    loop = running(0.1, detuning=0.5)
    p = loop.parameters
    seen, began = [arrows(loop)], loop.time
    for _ in range(12):
        loop.advance(1)
        seen.append(arrows(loop))
    angle = 2 * np.pi * p.f0 * (1 + 0.5 * p.strength) * (loop.time - began)
    with_spins, against, whole = (
        [one[label] for one in seen] for label in ("co-rotating half", "counter-rotating half", "field of the coil B₁")
    )
    # Protons precess clockwise, seen from the tip of B0.
    assert turned(with_spins) == pytest.approx(-angle, rel=1e-5)
    assert turned(against) == pytest.approx(angle, rel=1e-5)
    assert np.add(with_spins, against) == pytest.approx(np.array(whole), abs=1e-6)
    assert np.abs(np.array(whole)[:, 1:]).max() < 1e-6
    assert np.linalg.norm(with_spins, axis=1) == pytest.approx(np.linalg.norm(against, axis=1), rel=1e-6)
    x, y, z = solved(p, "linear", np.array([loop.time]))[:, 0]
    assert seen[-1]["magnetization M"] == pytest.approx([x, y, z], abs=2e-5)
    turning = solved(p, "circular", np.array([loop.time]))[:, 0]
    assert seen[-1]["M in the co-rotating half alone"] == pytest.approx(turning, abs=2e-5)


@pytest.mark.parametrize(("frame", "detuning"), [("rotating", 0.5), ("rotating", -0.5), ("drive", 0.5)])
def test_picture_of_a_turning_frame(frame: str, detuning: float) -> None:
    """There the co-rotating half turns with what is left of its frequency, the other one about twice as fast."""
    loop = running(0.1, frame=frame, detuning=detuning)
    p = loop.parameters
    seen, began = [arrows(loop)], loop.time
    for _ in range(5):
        loop.advance(1)
        seen.append(arrows(loop))
    w0, seconds = 2 * np.pi * p.f0, loop.time - began
    w = w0 * (1 + detuning * p.strength)
    frame_turns = w0 if frame == "rotating" else w
    # Faster than the frame is clockwise, as for spins of positive offset.
    assert turned([one["co-rotating half"] for one in seen]) == pytest.approx(-(w - frame_turns) * seconds, abs=1e-5)
    assert turned([one["counter-rotating half"] for one in seen]) == pytest.approx(
        (w + frame_turns) * seconds, abs=1e-5
    )
    x, y, z = solved(p, "linear", np.array([loop.time]))[:, 0]
    plus = (x + 1j * y) * np.exp(1j * frame_turns * loop.time)
    assert seen[-1]["magnetization M"] == pytest.approx([plus.real, plus.imag, z], abs=2e-5)


def test_plots_put_the_resonance_where_the_field_is_strongest_in_its_effect() -> None:
    """The axis is the frequency of the drive over the Larmor frequency: resonance at 1 + (w1/w0)^2/4."""
    loop = running(4.0, strength=0.3)
    (resonance,) = (plot for plot in loop.system.plots if plot.name == "resonance")
    drawn = resonance.lines(loop.state, loop.parameters)
    lines = {line.label: line for line in drawn}
    law, alone, measured = (lines[name] for name in ("law", "co-rotating half", "mean M_z"))
    assert law.x[np.argmin(law.y)] == pytest.approx(1 + 0.3**2 / 4, abs=0.002)  # between points
    assert alone.x[np.argmin(alone.y)] == pytest.approx(1.0, abs=0.002)
    assert np.abs(measured.y - np.interp(measured.x, law.x, law.y)).max() < 0.05
    (mark,) = (line for line in drawn if not line.label)
    assert mark.x == pytest.approx([1.0225, 1.0225], rel=1e-12)


def test_caption_tells_the_frequency_of_the_drive_and_when_the_shift_is_known() -> None:
    loop = running(2.9, strength=0.2, detuning=0.5)
    assert "linear drive at 2.2 kHz · resonance known after 3 nutations" in loop.system.caption(
        loop.state, loop.parameters
    )
    assert np.isnan(loop.observables["shift"])
    loop.advance_to(3.1 / (0.2 * 2000))
    assert "known" not in loop.system.caption(loop.state, loop.parameters)
    # w1^2/(4 w0) in Hz: 0.2^2/4 of 2000 Hz.
    assert loop.observables["shift"] == pytest.approx(20.0, rel=0.1)


def test_on_resonance_is_a_quarter_of_the_strength_above_the_larmor_frequency() -> None:
    loop = running(0.0, strength=0.2)
    loop.apply(Act("on_resonance"))
    assert loop.parameters.detuning == pytest.approx(0.05)
    assert loop.parameters.w == pytest.approx(2 * np.pi * 2020.0)


@pytest.mark.parametrize("strength", [0.1, 0.3])
def test_plot_of_the_inversion_has_its_lines_at_their_frequencies(strength: float) -> None:
    """Rabi's formula after half a nutation: about the Larmor frequency for a turning field, else about the shift."""
    loop = running(0.6, strength=strength)
    (plot,) = (plot for plot in loop.system.plots if plot.name == "inversion")
    lines = {line.label: line for line in plot.lines(loop.state, loop.parameters)}

    def rabi(x: np.ndarray, at: float) -> np.ndarray:
        detuning = (x - at) / strength  # in units of w1
        effective = np.hypot(1.0, detuning)
        turned = 2 * np.pi * loop.parameters.f0 * strength * loop.state.inverted_at
        return (detuning**2 + np.cos(turned * effective)) / effective**2

    alone, law, measured = (lines[name] for name in ("co-rotating half", "law", "M_z"))
    assert alone.y == pytest.approx(rabi(alone.x, 1.0), abs=1e-12)
    assert law.y == pytest.approx(rabi(law.x, 1 + strength**2 / 4), abs=1e-12)
    assert loop.state.inverted_at == pytest.approx(0.5 / (strength * loop.parameters.f0), rel=0.01)
    assert measured.y == pytest.approx(rabi(measured.x, 1 + strength**2 / 4), abs=strength**2)
    # Half a nutation inverts, and below the shifted resonance less than above it.
    assert measured.y.min() == pytest.approx(-1, abs=strength**2)
    assert measured.y[0] > measured.y[-1] + 0.3 * strength


def test_traces_show_what_their_titles_say() -> None:
    shown = {plot.title: plot.observables for plot in BlochSiegert().plots if isinstance(plot, Trace)}
    assert shown == {
        "Nutation": ("mz", "mz_turning"),
    }
