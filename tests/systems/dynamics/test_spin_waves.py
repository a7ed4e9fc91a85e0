"""Spin waves: what is measured of them against closed forms, and that maps, cuts and numbers have their signs."""

from math import nan, pi, radians, sqrt

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.plots import Sheet
from spinviz.model.visuals import Arrows, Cells
from spinviz.physics.constants import ELECTRON_GYROMAGNETIC_RATIO, VACUUM_PERMEABILITY
from spinviz.systems.dynamics.spin_waves.parameters import PER_SAMPLE, SAMPLES, branches, highest, sample_time
from spinviz.systems.dynamics.spin_waves.plots import cut_lines, map_lines
from spinviz.systems.dynamics.spin_waves.spectra import DECADES, PADDED, intensity, ridge
from spinviz.systems.dynamics.spin_waves.state import frame, kick_shape, put, stepped, transverse
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


def set_wave(loop, waves, size, way=1):
    """Put one wave into a film that runs to the right (``way`` 1) or to the left."""
    p = loop.parameters
    u, v, w = frame(p)
    bu, bv = (float(b[0]) for b in p.film.stiffness([2 * pi * waves / p.length]))
    phase = 2 * pi * waves / p.count * np.arange(p.count)
    # With u = cos(kx - wt), du/dt = -gamma B_v v gives v = -sqrt(B_u/B_v) sin(kx - wt).
    put(loop.state, _unit(w + size * (np.outer(np.cos(phase), u) - way * sqrt(bu / bv) * np.outer(np.sin(phase), v))))


def _unit(m):
    return m / np.linalg.norm(m, axis=1, keepdims=True)


@pytest.mark.parametrize("changes", EVERY, ids=["BV", "DE", "FV"])
def test_every_wave_of_the_band_has_the_frequency_of_the_mesh(changes):
    loop = begun(SAMPLES, **changes)
    p = loop.parameters
    found = ridge(loop.state, p)[0]
    known = np.isfinite(found)
    assert known.sum() >= p.band - 1
    wanted = branches(p, p.wave_numbers)[0]
    assert found[known] * sample_time(p) * SAMPLES == pytest.approx(wanted[known] * sample_time(p) * SAMPLES, abs=0.01)


@pytest.mark.value_of("frequency", "second", "uniform")
def test_frequencies_of_the_antiferromagnet_by_hand():
    """gamma [sqrt((B_E + B_A)^2 - B_E^2 cos^2 ka) +- B]: the faster turns with the moments along the field."""
    loop = begun(SAMPLES, geometry="antiferromagnet")
    middle = sqrt(50.8**2 - 50.0**2 * np.cos(pi / 4) ** 2)
    scale = GAMMA / (2 * pi)
    error = 0.01 / (SAMPLES * sample_time(loop.parameters))
    assert loop.observables["frequency"] == pytest.approx(scale * (middle + 3), abs=error)
    assert loop.observables["second"] == pytest.approx(scale * (middle - 3), abs=error)
    assert loop.observables["uniform"] == pytest.approx(scale * (sqrt(2 * 50 * 0.8 + 0.8**2) + 3), abs=error)
    assert np.isnan(loop.observables["group_velocity"])


def test_chain_without_anisotropy_and_field_is_a_sine():
    """(2 gamma J/mu)|sin ka| with B_E = 2 J/mu."""
    loop = begun(SAMPLES, geometry="antiferromagnet", B_A=0.0, B=0.0)
    p = loop.parameters
    found = ridge(loop.state, p)[0]
    wanted = GAMMA / (2 * pi) * 50 * np.abs(np.sin(p.wave_numbers * p.dx))
    inside = np.isfinite(found) & (wanted * sample_time(p) * SAMPLES > 5)
    assert inside.sum() > 10
    assert found[inside] == pytest.approx(wanted[inside], abs=0.01 / (SAMPLES * sample_time(p)))


@pytest.mark.value_of("group_velocity", "wavelength")
def test_long_waves_run_back_when_the_film_is_magnetized_along_them():
    """A packet of waves that run to the right moves to the left, by the group velocity that is measured."""
    loop = begun(SAMPLES, n=512, dx=1.5e-8, waves=5)
    assert loop.observables["wavelength"] == pytest.approx(512 * 1.5e-8 / 5, rel=1e-12)
    velocity = loop.observables["group_velocity"]
    w = GAMMA * sqrt(0.05 * (0.05 + VACUUM_PERMEABILITY * 1.4e5))
    assert -(GAMMA**2) * 0.05 * VACUUM_PERMEABILITY * 1.4e5 * 1e-7 / (4 * w) < velocity < 0
    p = loop.parameters
    u, v, w = frame(p)
    x = (np.arange(p.count) - p.count // 2) * p.dx
    bu, bv = (float(b[0]) for b in p.film.stiffness([p.k]))
    shape = 0.01 * np.exp(-((x / 1.5e-6) ** 2))
    wave = np.outer(shape * np.cos(p.k * x), u) - sqrt(bu / bv) * np.outer(shape * np.sin(p.k * x), v)
    put(loop.state, _unit(w + wave))
    places = [_centre(loop.state, p, x, bu, bv)]
    for _ in range(6):
        loop.advance(8 * PER_SAMPLE)
        places.append(_centre(loop.state, p, x, bu, bv))
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
    loop.advance(SAMPLES * PER_SAMPLE)
    values = intensity(loop.state, p)
    row, column = np.unravel_index(np.argmax(values), values.shape)
    assert column == p.band + 3
    assert row / (PADDED * sample_time(p)) == pytest.approx(loop.observables["frequency"], rel=0.01)
    assert values.max() == 0
    assert values[:, p.band - 3].max() < -1.9


def test_map_lies_where_its_law_does():
    """The sheet's pixels are as wide as one wave number, the middle of the last is the last of the band."""
    loop = begun(SAMPLES)
    sheet, law, now = map_lines(loop.state, loop.parameters)
    assert isinstance(sheet, Sheet)
    rows, columns = sheet.values.shape
    p = loop.parameters
    at = sheet.x[0] + (np.arange(columns) + 0.5) * (sheet.x[1] - sheet.x[0]) / columns
    assert at[[0, -1]] == pytest.approx(2 * pi / p.length * p.band * np.array([-1, 1]))
    brightest = np.argmax(sheet.values[3:], axis=0) + 3
    f = brightest * (sheet.y[1] - sheet.y[0]) / rows
    strong = sheet.values.max(axis=0) > -1
    apart = np.abs(f - np.interp(at, law.x, law.y))[strong]
    # A row, half the resolution, and the mesh.
    assert apart.max() < 1.1 / (SAMPLES * sample_time(p)) + 0.02 * highest(p)
    assert now.y[0] == loop.observables["frequency"]
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
    bu, bv = (float(b[0]) for b in p.film.stiffness([p.k]))
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
        assert np.linalg.norm(loop.state.m, axis=1) == pytest.approx(1, abs=1e-12)


def test_a_changed_field_begins_a_new_record_and_a_changed_picture_does_not():
    loop = begun(100)
    loop.apply(SetParameters(loop.parameters.change(magnify=3.0, waves=4)))
    assert loop.state.taken == 100
    loop.apply(SetParameters(loop.parameters.change(B=0.06)))
    assert loop.state.taken == 0
    assert np.isnan(loop.observables["frequency"])
    assert not loop.laws["backward_volume"].holds
    loop.advance(100 * PER_SAMPLE)
    assert loop.laws["backward_volume"].passed


def test_record_is_a_ring_in_order():
    loop = begun(SAMPLES + 10)
    samples = loop.state.samples()
    assert len(samples) == SAMPLES
    twin = begun(10)
    first = twin.state.samples()[-1]
    twin.advance(1)
    assert not np.allclose(samples[0], first)
    assert np.allclose(samples[0], twin.state.samples()[-1])


def test_no_law_is_claimed_of_an_unstable_film_or_of_large_waves():
    p = begun(0, **{**ACROSS, "B": 0.1})
    p.advance(80 * PER_SAMPLE)
    assert not any(law.holds for law in p.laws.values())
    assert "unstable" in SpinWaves().caption(p.state, p.parameters)
    large = begun(80, tilt=20.0)
    assert not any(law.holds for law in large.laws.values())
    calm = begun(80)
    assert "unstable" not in SpinWaves().caption(calm.state, calm.parameters)
    calm.apply(Act("still"))
    calm.advance(80 * PER_SAMPLE)
    assert not any(law.holds for law in calm.laws.values())
    assert calm.observables["amplitude"] < 1e-9


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
        stepped(loop.state, p, loop.dt)
    assert loop.state.taken == 3
    assert loop.dt * PER_SAMPLE == pytest.approx(sample_time(p))
    assert 1 / (2 * sample_time(p)) > 1.2 * highest(p)
    assert nan != highest(p)
