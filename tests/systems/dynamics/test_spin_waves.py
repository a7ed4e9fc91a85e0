"""Spin waves: what is measured of them against closed forms, and that maps, cuts and numbers have their signs."""

from math import nan, pi, radians, sqrt

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.plots import Sheet
from spinviz.model.visuals import Arrows, Cells
from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from spinviz.systems.dynamics.spin_waves.laws import root
from spinviz.systems.dynamics.spin_waves.parameters import PER_SAMPLE, SAMPLES, branches, highest, sample_time
from spinviz.systems.dynamics.spin_waves.picture import marks
from spinviz.systems.dynamics.spin_waves.plots import cut_lines, map_lines
from spinviz.systems.dynamics.spin_waves.spectra import DECADES, PADDED, emission, intensity, ridge
from spinviz.systems.dynamics.spin_waves.state import Course, damping, frame, kick_shape, motion_of, put, transverse
from spinviz.systems.dynamics.spin_waves.system import SpinWaves

GAMMA = ELECTRON_GYROMAGNETIC_RATIO
SMALL = {"n": 96, "dx": 2e-8, "waves": 3}
CHAIN = {
    "geometry": "antiferromagnet", "B_E": 50.0, "B_A": 0.8, "B": 3.0, "alpha": 0.0, "n": 32, "dx": 4e-10,
    "width": 4e-10, "waves": 4,
}  # fmt: skip
ACROSS = {"geometry": "forward volume", "B": 0.25}
EVERY = [{}, {"geometry": "Damon-Eshbach"}, ACROSS]


def begun(samples=0, **changes):
    """A run on a small mesh, so many samples long."""
    given = CHAIN if changes.get("geometry") == "antiferromagnet" else SMALL
    loop = Loop(SpinWaves(), SpinWaves.Parameters.of(**{**given, **changes}))
    loop.advance(samples * PER_SAMPLE)
    return loop


def recorded(samples=SAMPLES, state=None, **changes):
    """A state after so many samples and its parameters, without a loop, which judges every step."""
    loop = begun(0, **changes)
    state, p = state or loop.state, loop.parameters
    for _ in range(samples * PER_SAMPLE):
        SpinWaves().step(state, p, loop.dt)
        state.time += loop.dt
    return state, p


def seen(state, p):
    """Its observables."""
    return SpinWaves().observe(state, p)


def set_wave(loop, waves, size, way=1):
    """Put one wave into a film that runs to the right (``way`` 1) or to the left."""
    p = loop.parameters
    u, v, w = frame(p)
    bu, bv = p.film.at(2 * pi * waves / p.length)
    phase = 2 * pi * waves / p.count * np.arange(p.count)
    # With u = cos(kx - wt), du/dt = -gamma B_v v gives v = -sqrt(B_u/B_v) sin(kx - wt).
    put(loop.state, _unit(w + size * (np.outer(np.cos(phase), u) - way * sqrt(bu / bv) * np.outer(np.sin(phase), v))))


def _unit(m):
    return m / np.linalg.norm(m, axis=1, keepdims=True)


@pytest.mark.parametrize("changes", EVERY, ids=["BV", "DE", "FV"])
def test_every_wave_of_the_band_has_the_frequency_of_the_mesh(changes):
    state, p = recorded(**changes)
    found = ridge(state, p)[0]
    known = np.isfinite(found)
    assert known.sum() >= p.band - 1
    wanted = branches(p, p.wave_numbers)[0]
    assert found[known] * sample_time(p) * SAMPLES == pytest.approx(wanted[known] * sample_time(p) * SAMPLES, abs=0.01)


@pytest.mark.value_of("frequency", "second", "uniform")
def test_frequencies_of_the_antiferromagnet_by_hand():
    """gamma [sqrt((B_E + B_A)^2 - B_E^2 cos^2 ka) +- B]: the faster turns with the moments along the field."""
    state, p = recorded(geometry="antiferromagnet")
    found = seen(state, p)
    middle = sqrt(50.8**2 - 50.0**2 * np.cos(pi / 4) ** 2)
    scale = GAMMA / (2 * pi)
    error = 0.01 / (SAMPLES * sample_time(p))
    assert found["frequency"] == pytest.approx(scale * (middle + 3), abs=error)
    assert found["second"] == pytest.approx(scale * (middle - 3), abs=error)
    assert found["uniform"] == pytest.approx(scale * (sqrt(2 * 50 * 0.8 + 0.8**2) + 3), abs=error)
    assert np.isnan(found["group_velocity"])


def test_chain_without_anisotropy_and_field_is_a_sine():
    """(2 gamma J/mu)|sin ka| with B_E = 2 J/mu."""
    state, p = recorded(geometry="antiferromagnet", B_A=0.0, B=0.0)
    found = ridge(state, p)[0]
    wanted = GAMMA / (2 * pi) * 50 * np.abs(np.sin(p.wave_numbers * p.dx))
    inside = np.isfinite(found) & (wanted * sample_time(p) * SAMPLES > 5)
    assert inside.sum() > 10
    assert found[inside] == pytest.approx(wanted[inside], abs=0.01 / (SAMPLES * sample_time(p)))


@pytest.mark.value_of("group_velocity", "wavelength")
def test_long_waves_run_back_when_the_film_is_magnetized_along_them():
    """A packet of waves that run to the right moves to the left, by the group velocity that is measured."""
    state, p = recorded(n=512, dx=1.5e-8, waves=5)
    assert seen(state, p)["wavelength"] == pytest.approx(512 * 1.5e-8 / 5, rel=1e-12)
    velocity = seen(state, p)["group_velocity"]
    w = GAMMA * sqrt(0.05 * (0.05 + VACUUM_PERMEABILITY * 1.4e5))
    assert -(GAMMA**2) * 0.05 * VACUUM_PERMEABILITY * 1.4e5 * 1e-7 / (4 * w) < velocity < 0
    u, v, w = frame(p)
    x = (np.arange(p.count) - p.count // 2) * p.dx
    bu, bv = p.film.at(p.k)
    shape = 0.01 * np.exp(-((x / 1.5e-6) ** 2))
    wave = np.outer(shape * np.cos(p.k * x), u) - sqrt(bu / bv) * np.outer(shape * np.sin(p.k * x), v)
    put(state, _unit(w + wave))
    places = [_centre(state, p, x, bu, bv)]
    for _ in range(6):
        for _ in range(8 * PER_SAMPLE):
            SpinWaves().step(state, p, sample_time(p) / PER_SAMPLE)
        places.append(_centre(state, p, x, bu, bv))
    moved = (places[-1] - places[0]) / (6 * 8 * sample_time(p))
    # The packet holds waves of 5 +- 1.6 wavelengths, whose velocities differ by more than this.
    assert moved == pytest.approx(velocity, rel=0.1)


def _centre(state, p, x, bu, bv):
    """Middle of the energy of the waves."""
    u, v = transverse(state.m, p)
    energy = bu * u**2 + bv * v**2
    return float(np.sum(x * energy) / np.sum(energy))


@pytest.mark.parametrize("changes", EVERY, ids=["BV", "DE", "FV"])
def test_crests_move_to_the_right_and_stand_on_the_right_of_the_map(changes):
    loop = begun(0, **changes)
    set_wave(loop, 3, 1e-3)
    p = loop.parameters
    before = np.fft.fft(transverse(loop.state.m, p)[0])[3]
    loop.advance(1)
    after = np.fft.fft(transverse(loop.state.m, p)[0])[3]
    turned = float(branches(p, np.array([p.k]))[0, 0]) * 2 * pi * sample_time(p) / PER_SAMPLE
    assert np.angle(after / before) == pytest.approx(-turned, rel=1e-3)
    for _ in range(SAMPLES * PER_SAMPLE):
        SpinWaves().step(loop.state, p, loop.dt)
    values = intensity(loop.state, p)
    row, column = np.unravel_index(np.argmax(values), values.shape)
    assert column == p.band + 3
    assert row / (PADDED * sample_time(p)) == pytest.approx(seen(loop.state, p)["frequency"], rel=0.01)
    assert values.max() == 0
    assert values[:, p.band - 3].max() < -1.9


def test_map_lies_where_its_law_does():
    """The sheet's pixels are as wide as one wave number, the middle of the last is the last of the band."""
    state, p = recorded()
    sheet, law, now = map_lines(state, p)
    assert isinstance(sheet, Sheet)
    rows, columns = sheet.values.shape
    at = sheet.x[0] + (np.arange(columns) + 0.5) * (sheet.x[1] - sheet.x[0]) / columns
    assert at[[0, -1]] == pytest.approx(2 * pi / p.length * p.band * np.array([-1, 1]))
    brightest = np.argmax(sheet.values[3:], axis=0) + 3
    f = brightest * (sheet.y[1] - sheet.y[0]) / rows
    strong = sheet.values.max(axis=0) > -1
    apart = np.abs(f - np.interp(at, law.x, law.y))[strong]
    # A row, half the resolution, and the mesh.
    assert apart.max() < 1.1 / (SAMPLES * sample_time(p)) + 0.02 * highest(p)
    assert now.y[0] == seen(state, p)["frequency"]
    assert sheet.values.min() == -DECADES


@pytest.mark.value_of("wave", "amplitude")
def test_wave_and_amplitude_are_angles():
    loop = begun(0, tilt=2.0)
    p = loop.parameters
    # The kick's part with 3 wavelengths: u = tilt * shape, its amplitude twice the mean with cos.
    shape = kick_shape(p)
    x = np.arange(p.count) - p.count // 2
    part = 2 * np.mean(np.sin(radians(2) * shape) * np.cos(2 * pi * 3 / p.count * x)) * 180 / pi
    assert loop.observables["wave"] == pytest.approx(part, rel=1e-6)
    bu, bv = p.film.at(p.k)
    assert loop.observables["amplitude"] == pytest.approx(part * sqrt(bu / (bu + bv)), rel=1e-6)
    set_wave(loop, 3, 1e-3)
    loop.advance(1)
    assert loop.observables["amplitude"] == pytest.approx(1e-3 * 180 / pi * sqrt(2 * bu / (bu + bv)), rel=2e-3)


def test_linear_motion_is_met_closely_by_faint_waves():
    faint = {"tilt": 0.02, "alpha": 0.02}
    for changes in EVERY:
        loop = begun(60, **changes, **faint)
        for law in ("wave", "damping"):
            assert loop.laws[law].holds
            assert loop.laws[law].deviation < 2e-4, law


def test_kick_excites_the_band_and_no_more():
    p = begun(0).parameters
    found = np.abs(np.fft.fft(kick_shape(p)))
    assert found[p.band + 1 : p.count - p.band].max() < 1e-9
    assert found[: p.band // 2].min() == pytest.approx(found.max(), rel=0.01)
    assert kick_shape(p).max() == kick_shape(p)[p.count // 2] == 1.0
    chain = begun(0, geometry="antiferromagnet").parameters
    assert np.count_nonzero(kick_shape(chain)) == 1


def test_kick_turns_by_its_angle_toward_u():
    for changes in EVERY:
        loop = begun(0, tilt=10.0, **changes)
        p = loop.parameters
        u, v = transverse(loop.state.m, p)
        assert u[p.count // 2] == pytest.approx(np.sin(radians(10)), rel=1e-9)
        assert np.abs(v).max() < 1e-12
        loop.apply(Act("kick"))
        assert transverse(loop.state.m, p)[0][p.count // 2] == pytest.approx(np.sin(radians(20)), rel=1e-9)
        assert np.linalg.norm(loop.state.m, axis=1) == pytest.approx(1, abs=1e-12)


def test_a_changed_field_begins_a_new_record_and_a_changed_picture_does_not():
    loop = begun(70)
    loop.apply(SetParameters(loop.parameters.change(magnify=3.0, waves=4)))
    assert loop.state.taken == 70
    loop.apply(SetParameters(loop.parameters.change(B=0.06)))
    assert loop.state.taken == 0
    assert np.isnan(loop.observables["frequency"])
    assert not loop.laws["backward_volume"].holds
    loop.advance(70 * PER_SAMPLE)
    assert loop.laws["backward_volume"].passed


def test_record_is_a_ring_in_order():
    state, _ = recorded(SAMPLES + 10)
    samples = state.samples()
    assert len(samples) == SAMPLES
    assert state.taken == SAMPLES + 10
    twin, _ = recorded(12)
    # The oldest that is kept is the eleventh that was taken.
    assert np.array_equal(samples[:2], twin.samples()[10:])


def test_no_law_is_claimed_of_an_unstable_film_of_large_waves_and_of_none():
    across = begun(70, **{**ACROSS, "B": 0.1})
    assert not any(law.holds for law in across.laws.values())
    assert "unstable" in SpinWaves().caption(across.state, across.parameters)
    large = begun(70, tilt=20.0)
    assert not any(law.holds for law in large.laws.values())
    assert "unstable" not in SpinWaves().caption(large.state, large.parameters)
    large.apply(Act("still"))
    large.advance(70 * PER_SAMPLE)
    assert not any(law.holds for law in large.laws.values())
    assert large.observables["amplitude"] < 1e-9


def test_turning_the_field_keeps_the_field_inside():
    loop, seen = begun(0), []
    for _ in range(3):
        seen.append((loop.parameters.geometry, loop.parameters.film.inner))
        loop.apply(Act("turn"))
    assert [name for name, _ in seen] == ["backward volume", "Damon-Eshbach", "forward volume"]
    assert [inner for _, inner in seen] == pytest.approx([0.05] * 3)
    assert loop.parameters.geometry == "backward volume"
    assert pytest.approx(0.05) == loop.parameters.B


def test_odd_chains_take_one_spin_more_and_say_so():
    loop = begun(2, geometry="antiferromagnet", n=31)
    assert len(loop.state.m) == 32
    assert "32 spins in place of 31" in SpinWaves().odd(loop.state, loop.parameters)[0]
    assert SpinWaves().odd(begun(0, n=31).state, begun(0, n=31).parameters) == ()


def test_picture_magnifies_the_waves_and_says_so():
    loop = begun(0, tilt=0.1, magnify=100.0, **ACROSS)
    sheet, arrows, field = loop.system.draw(loop.state, loop.parameters)
    assert isinstance(sheet, Cells)
    assert isinstance(arrows, Arrows)
    # Colours are true angles, full at 57.3/100 of a degree to two digits.
    assert float(sheet.values.max()) == pytest.approx(0.1, rel=1e-3)
    assert sheet.high == pytest.approx(0.57)
    tilted = arrows.directions[np.argmax(np.abs(arrows.directions[:, 0]))]
    u, _ = transverse(loop.state.m, loop.parameters)
    assert np.isclose(tilted[0] / tilted[2], 100 * u / np.sqrt(1 - u**2), rtol=1e-3).any()
    assert field.directions[0].tolist() == [0, 0, 1]
    assert "waves drawn × 100" in loop.system.caption(loop.state, loop.parameters)
    assert "waves drawn" not in loop.system.caption(loop.state, loop.parameters.change(magnify=1.0))


@pytest.mark.parametrize(
    ("changes", "names"), [({}, ("m_y", "m_z")), (EVERY[1], ("m_x", "m_z")), (ACROSS, ("m_x", "m_y"))]
)
def test_cut_shows_the_components_that_it_names(changes, names):
    loop = begun(5, **changes)
    lines = cut_lines(loop.state, loop.parameters)
    assert tuple(line.label for line in lines) == names
    for line in lines:
        axis = "xyz".index(line.label[-1])
        assert np.allclose(line.y, loop.state.m[:, axis] * 180 / pi)
        assert line.x[loop.parameters.count // 2] == 0


def test_ring_of_samples_is_taken_at_equal_times():
    loop = begun(0)
    p = loop.parameters
    for _ in range(3 * PER_SAMPLE):
        SpinWaves().step(loop.state, p, loop.dt)
    assert loop.state.taken == 3
    assert loop.dt * PER_SAMPLE == pytest.approx(sample_time(p))
    assert 1 / (2 * sample_time(p)) > 1.2 * highest(p)
    assert nan != highest(p)


ANTENNA = {
    "geometry": "Damon-Eshbach", "excitation": "antenna", "Ms": 8e5, "A": 1.3e-11, "alpha": 0.03, "d": 2e-8, "n": 384,
    "dx": 1e-8, "f": 1e10, "B1": 1e-3, "waves": 3,
}  # fmt: skip


@pytest.mark.value_of("emitted", "phase_velocity")
def test_antenna_emits_what_linear_response_says():
    """The wave right of it, against the exact steady response of all waves of the ring to the antenna's field."""
    state, p = recorded(2 * SAMPLES, **ANTENNA)
    k = 2 * pi * np.fft.fftfreq(p.count, p.dx)
    bu, bv = p.film.stiffness(k)
    shape = np.fft.fft(np.fft.ifftshift(kick_shape(p)))
    rate = GAMMA / (1 + p.alpha**2)
    # du/dt = rate [-B_v v - alpha B_u u + alpha B1], dv/dt = rate [B_u u - alpha B_v v - B1], all as exp(-i w t).
    w = -2j * pi * p.f
    determinant = (w + rate * p.alpha * bu) * (w + rate * p.alpha * bv) + rate**2 * bu * bv
    u = p.B1 * shape * (rate * p.alpha * (w + rate * p.alpha * bv) + rate**2 * bv) / determinant
    # sin(w t) is the real part of i exp(-i w t).
    wave = np.fft.ifft(1j * u)
    at = np.arange(p.count // 2)
    spectrum = np.abs(np.fft.fft(wave[at] * np.sin(pi * (at + 0.5) / len(at)) ** 2, 64 * p.count))
    wanted = abs(np.fft.fftfreq(64 * p.count, p.dx)[np.argmax(spectrum)])
    assert 1 / seen(state, p)["emitted"] == pytest.approx(wanted, rel=2e-3)
    assert seen(state, p)["phase_velocity"] == pytest.approx(p.f / wanted, rel=2e-3)
    now = np.real(np.fft.fftshift(wave) * np.exp(w * state.time))
    # What was switched on has not quite settled, and the third order of an angle of 0.01.
    assert np.abs(transverse(state.m, p)[0] - now).max() < 0.01 * np.abs(now).max()


def test_crests_come_in_below_the_resonance_of_backward_waves():
    p = SpinWaves.Parameters.of(**SpinWaves().preset("backward_antenna").parameters).change(n=512, alpha=6e-3)
    loop = Loop(SpinWaves(), p)
    for _ in range(SAMPLES * PER_SAMPLE):
        SpinWaves().step(loop.state, p, loop.dt)
        loop.state.time += loop.dt
    assert seen(loop.state, p)["phase_velocity"] < 0
    k, found = emission(loop.state, p)
    assert k[np.argmax(found)] < 0
    # One wave number of either slope has this frequency, the second beyond the band.
    assert np.isnan(root(p, False))
    wider = p.change(width=1e-7)
    for backward in (True, False):
        assert float(p.film.frequency([root(wider, backward)])[0]) == pytest.approx(p.f, rel=1e-5)
    assert root(p, True) < root(wider, False)


def test_antenna_starts_softly_and_swings_at_its_frequency():
    course = Course(2e9)
    assert course(0) == 0
    t = np.linspace(2e-9, 3e-9, 101)
    assert [course(float(x)) for x in t] == pytest.approx(np.sin(4e9 * pi * t), abs=1e-9)
    assert abs(course(0.125e-9)) < 0.05
    loop = begun(2, **ANTENNA)
    assert loop.state.waves[0].any() == np.False_
    loop.apply(Act("faster"))
    assert loop.parameters.f == pytest.approx(1.1e10)
    assert loop.state.begun == loop.state.time
    loop.apply(Act("slower"))
    assert loop.parameters.f == pytest.approx(1e10)
    assert not loop.laws["wave"].holds


def test_absorbing_ends_take_waves_in():
    """After the kick has crossed the ends, a film that absorbs is nearly at rest, a periodic one is not."""
    left = {}
    for absorbing in (True, False):
        state, p = recorded(SAMPLES, n=256, dx=2e-8, geometry="Damon-Eshbach", absorbing=absorbing)
        middle = transverse(state.m, p)[0][p.count // 4 : -p.count // 4]
        left[absorbing] = float(np.sqrt(np.mean(middle**2)))
    # Slow waves of the band have not all crossed yet.
    assert left[True] < 0.3 * left[False]
    state, p = recorded(1, n=80, dx=2e-8, absorbing=True)
    profile = damping(p)
    assert profile[12:69] == pytest.approx(p.alpha)
    assert profile[0] == pytest.approx(p.alpha + 0.5)
    assert profile[6] == pytest.approx(p.alpha + 0.5 / 4)
    assert motion_of(p).cells.of("alpha")[0, 0] == pytest.approx(profile)
    assert "absorbing ends" in SpinWaves().caption(state, p)
    assert "periodic" in SpinWaves().caption(state, p.change(absorbing=False))


def test_no_free_wave_is_judged_between_absorbing_ends():
    loop = begun(70, absorbing=True)
    assert not any(law.holds for law in loop.laws.values())


def test_antenna_and_ends_are_marked_where_they_are():
    p = begun(0, **ANTENNA, absorbing=True).parameters
    antenna, ends = marks(p)
    assert antenna.points[:, 0].max() == pytest.approx(12 * p.width / p.length)
    inner = 12 * (1 - 0.3)
    assert ends.points[:, 0].max() == pytest.approx(inner)
    at = round((inner / 24 + 0.5) * p.count)
    assert damping(p)[at - 2] == pytest.approx(p.alpha)
    assert damping(p)[at + 4] > p.alpha
    assert marks(p.change(excitation="kick", absorbing=False)) == ()
