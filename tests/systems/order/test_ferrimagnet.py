"""Ferrimagnet: numbers, exchange of the Hamiltonian and of the mean field, compensation, the antiferromagnet."""

import numpy as np
import pytest

from spinviz.engine.loop import Act, Loop, SetParameters
from spinviz.model.visuals import Arrows, Labels, Shades
from spinviz.physics.lattice.terms.hamiltonian import Hamiltonian
from spinviz.systems.order.ferrimagnet.laws import mean_field_lines
from spinviz.systems.order.ferrimagnet.parameters import FerrimagnetParameters, compensation
from spinviz.systems.order.ferrimagnet.system import Ferrimagnet

SYSTEM = Ferrimagnet()


def run(sweeps: int, seed: int = 3, **values: object) -> Loop:
    loop = Loop(SYSTEM, FerrimagnetParameters.of(**{"L": 4, **values}), seed=seed)
    loop.advance(sweeps)
    return loop


def test_all_neighbours_together_have_the_exchange_of_the_mean_field() -> None:
    """Turning the whole of A against B, and one spin against all: energies by J_AA, J_BB, J_AB as they are declared."""
    p = FerrimagnetParameters.of(L=4, J_AA=2.0, J_BB=0.3, J_AB=1.0, K=0.2, h=0.1, mu_A=1.0, mu_B=1.3)
    H, g = Hamiltonian(p.terms), p.geometry
    S = np.zeros((*g.shape, 3))
    S[..., 0, 2], S[..., 1, 2] = 1, -1
    cells = g.count / 2
    per_cell = -(2.0 + 0.3) / 2 - 1.0 - 2 * 0.2 - 0.1 * (1.0 - 1.3)
    assert H.energy(g, S) / cells == pytest.approx(per_cell)
    fields = H.field(g, S)
    assert np.allclose(fields[..., 0, :], (0, 0, 2.0 + 1.0 + 2 * 0.2 + 0.1))
    assert np.allclose(fields[..., 1, :], (0, 0, -0.3 - 1.0 - 2 * 0.2 + 0.13))


@pytest.mark.value_of("M_A", "M_B", "energy", "torque", "curvature", "T", "T_spins")
def test_numbers_are_those_of_the_spins() -> None:
    loop = run(30, T=0.4, h=0.2, K=0.1)
    p, state, g = loop.parameters, loop.state, loop.parameters.geometry
    S = state.spins.vectors().astype(float)
    a, b = S[..., 0, :].mean(axis=(0, 1, 2)), S[..., 1, :].mean(axis=(0, 1, 2))
    n = (a - b) / np.linalg.norm(a - b)
    seen = loop.observables
    assert seen["M_A"] == pytest.approx(1.0 * a @ n, abs=1e-6)
    assert seen["M_B"] == pytest.approx(1.3 * b @ n, abs=1e-6)
    assert seen["T"] == 0.4
    H = Hamiltonian(p.terms)
    assert seen["energy"] == pytest.approx(H.energy(g, S) / g.count, abs=1e-5)
    fields = H.field(g, S)
    torque = (np.cross(S, fields) ** 2).sum(axis=-1).mean()
    linear = (S * fields).sum(axis=-1) - 2 * 0.1 * S[..., 2] ** 2
    assert seen["torque"] == pytest.approx(torque, rel=1e-4)
    assert seen["curvature"] == pytest.approx((2 * linear - 2 * 0.1 + 6 * 0.1 * S[..., 2] ** 2).mean(), rel=1e-4)


def test_the_mean_field_of_the_default_is_that_of_the_reference() -> None:
    p = FerrimagnetParameters.of()
    assert p.mean_field.critical_temperature == pytest.approx(0.820813, abs=1e-6)
    assert compensation(p.mean_field) == pytest.approx(0.374684, abs=1e-6)
    zero, A, B, net = mean_field_lines(None, p)  # type: ignore[arg-type]
    assert A.y[0] == pytest.approx(1.0, abs=0.01)
    assert B.y[0] == pytest.approx(-1.3, abs=0.02)
    assert np.allclose(net.y, A.y + B.y)
    turn = net.x[np.flatnonzero(np.diff(np.sign(net.y[:100])))[0]]
    assert turn == pytest.approx(0.375, abs=0.01)
    assert all(line.law for line in (A, B, net))
    assert not zero.law


def test_the_net_moment_changes_its_sign_on_heating() -> None:
    """B wins cold, A warm; each with its error far from zero."""
    loop = run(500, T=0.1)
    cold = loop.samples.history().observables["M"][100:].mean()
    loop.apply(SetParameters(loop.parameters.change(T=0.55)))
    loop.advance(700)
    warm = loop.samples.history().observables["M"][-500:].mean()
    assert cold == pytest.approx(-0.25, abs=0.1)
    assert warm > 0.1


def test_means_of_all_moments_are_marks_with_errors() -> None:
    loop = run(400, T=0.3)
    loop.apply(SetParameters(loop.parameters.change(T=0.5)))
    loop.advance(400)
    lines = loop.frame().plots["moments"]
    marks = [line for line in lines if line.marks]
    assert [line.label for line in marks] == ["A", "B", "net"]
    for line in marks:
        assert np.allclose(line.x, [0.3, 0.5])
        assert np.isfinite(line.errors).all()
        assert (line.errors < 0.05).all()
    assert np.allclose(marks[2].y, marks[0].y + marks[1].y)


def test_equal_moments_are_called_an_antiferromagnet() -> None:
    loop = run(10)
    assert SYSTEM.caption(loop.state, loop.parameters).startswith("ferrimagnet")
    loop.apply(Act("equalise"))
    assert loop.parameters.mu_B == loop.parameters.mu_A == 1.0
    assert "an antiferromagnet" in SYSTEM.caption(loop.state, loop.parameters)
    loop.advance(900)
    assert loop.laws["equal"].holds
    assert loop.laws["equal"].passed


def test_actions_do_what_they_say() -> None:
    loop = run(3)
    loop.apply(Act("compensate"))
    assert pytest.approx(0.374684, abs=1e-5) == loop.parameters.T
    loop.apply(Act("swap"))
    p = loop.parameters
    assert (p.mu_A, p.mu_B, p.J_AA, p.J_BB) == (1.3, 1.0, 0.3, 2.0)
    loop.apply(Act("randomize"))
    assert np.linalg.norm(loop.state.a) < 0.5
    loop.apply(Act("order"))
    assert loop.observables["M_A"] == pytest.approx(1.3)
    assert loop.observables["M_B"] == pytest.approx(-1.0)


def test_arrows_are_as_long_as_the_moments() -> None:
    p = FerrimagnetParameters.of(L=2, mu_A=0.65, mu_B=1.3)
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    arrows = next(v for v in SYSTEM.draw(state, p) if isinstance(v, Arrows))
    lengths = np.linalg.norm(arrows.directions, axis=1)
    assert set(np.round(lengths, 5)) == {0.5, 1.0}
    assert (arrows.directions[lengths < 0.7, 2] > 0).all(), "A points up"


def test_a_brush_paints_one_sublattice_as_well_as_the_other() -> None:
    loop = run(3, T=0.3)
    p, state = loop.parameters, loop.state
    every = np.arange(p.geometry.count, dtype=np.int64)
    SYSTEM.paint(state, p, "+x", every)
    assert np.allclose(state.a, (1, 0, 0))
    assert np.allclose(state.b, (1, 0, 0))
    SYSTEM.paint(state, p, "vacancy", every[1::2])
    assert state.holes == len(every) // 2
    assert np.allclose(state.b, 0), "the second site of each cell is B"
    SYSTEM.paint(state, p, "pin", every[::2])
    SYSTEM.step(state, p, 1.0)
    assert np.allclose(state.a, (1, 0, 0))
    assert not any(law.holds(state, p, None) for law in SYSTEM.laws)
    assert f"{len(every) // 2} sites empty" in SYSTEM.caption(state, p)


def sphere(state: object, p: FerrimagnetParameters) -> dict[str, Arrows]:
    """Arrows of the picture by their names; the first without is the sample."""
    arrows = [v for v in SYSTEM.draw(state, p) if isinstance(v, Arrows)]  # type: ignore[arg-type]
    return {v.label: v for v in arrows[::-1]}


def test_the_sphere_shows_both_sums_and_what_is_left_of_them() -> None:
    """A up with 0.5, B down with 1.5: -1 is left; colours are those of the sample and of the plots."""
    p = FerrimagnetParameters.of(L=2, mu_A=0.5, mu_B=1.5, coloured="sublattice")
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    arrows = sphere(state, p)
    assert np.allclose(arrows["sublattice A"].directions, [[0, 0, 1 / 3]])
    assert np.allclose(arrows["sublattice B"].directions, [[0, 0, -1]])
    assert np.allclose(arrows["net moment M"].directions, [[0, 0, -2 / 3]])
    assert next(v for v in SYSTEM.draw(state, p) if isinstance(v, Labels)).texts == ("M = −1.00",)
    down = sphere(state, p.change(h=-0.3))["direction of the field h"]
    assert np.allclose(down.directions, [[0, 0, -0.5]])
    sample = arrows[""]
    assert isinstance(sample.color, Shades)
    shades = dict(zip(np.sign(sample.directions[:, 2]), sample.color.values))
    assert shades == {1.0: 0.0, -1.0: 1.0}, "A has the colour of down, B that of up"
    assert (sample.color.low, sample.color.high) == (0.0, 1.0)
    A, B = arrows["sublattice A"], arrows["sublattice B"]
    roles = (A.color, B.color)
    assert roles == ("down", "up")
    assert tuple(line.role for line in mean_field_lines(state, p)[1:3]) == roles
    assert tuple(mean.role for mean in SYSTEM.plots[0].means[:2]) == roles  # type: ignore[attr-defined]


def test_local_energies_are_those_of_opposed_neighbours() -> None:
    p = FerrimagnetParameters.of(L=2, coloured="energy")
    state = SYSTEM.initial_state(p, np.random.default_rng(1))
    sample = sphere(state, p)[""]
    assert isinstance(sample.color, Shades)
    assert (sample.color.values < 0).all(), "neighbours that oppose each other have the least energy"


def test_a_hot_brush_disorders_what_it_reaches_and_nothing_that_is_pinned() -> None:
    loop = run(3, T=0.05)
    p, state = loop.parameters, loop.state
    every = np.arange(p.geometry.count, dtype=np.int64)
    SYSTEM.paint(state, p, "pin", every[: len(every) // 2])
    before = state.spins.vectors().reshape(-1, 3).copy()
    SYSTEM.paint(state, p, "heat", every)
    after = state.spins.vectors().reshape(-1, 3)
    half = len(every) // 2
    assert np.array_equal(after[:half], before[:half])
    assert np.linalg.norm((after[half:] * before[half:]).sum(axis=-1).mean()) < 0.7


def test_spins_randomized_twice_are_not_the_same_and_fill_all_sites() -> None:
    loop = run(1)
    p, state = loop.parameters, loop.state
    SYSTEM.paint(state, p, "vacancy", np.arange(4, dtype=np.int64))
    assert state.holes == 4
    loop.apply(Act("randomize"))
    assert state.holes == 0
    once = state.spins.vectors().copy()
    loop.apply(Act("randomize"))
    assert not np.allclose(once, state.spins.vectors())


def test_equal_moments_of_unequal_exchange_are_no_antiferromagnet() -> None:
    loop = run(1, mu_B=1.0)
    assert SYSTEM.caption(loop.state, loop.parameters).startswith("ferrimagnet")
    assert not loop.laws["equal"].holds
    loop = run(1, mu_B=1.2, J_BB=2.0)
    assert SYSTEM.caption(loop.state, loop.parameters).startswith("ferrimagnet")
    loop.apply(Act("equalise"))
    assert loop.parameters.J_BB == 2.0
    alike = run(1)
    alike.apply(Act("equalise"))
    assert alike.parameters.J_BB == alike.parameters.J_AA == 2.0
    field = run(1, mu_B=1.0, J_BB=2.0, h=0.3)
    equal = next(law for law in SYSTEM.laws if law.name == "equal")
    assert not equal.holds(field.state, field.parameters, None)


def test_foretold_are_the_temperatures_of_the_mean_field() -> None:
    state = run(0).state
    p = FerrimagnetParameters.of()
    assert SYSTEM.foretold(state, p) == "mean field: Tc 0.821, Tcomp 0.375 J/kB"
    assert SYSTEM.foretold(state, p.change(mu_B=0.9)).endswith("J/kB, no compensation point")
    assert SYSTEM.foretold(state, p.change(mu_B=1.0, J_BB=2.0)) == "mean field: Tc 1 J/kB"
    assert 1.05 < p.widest / p.mean_field.critical_temperature < 1.5, "Tc is on the axis"


def test_heating_and_cooling_are_steps_of_ten_percent() -> None:
    loop = run(1, T=0.5)
    loop.apply(Act("heat"))
    assert pytest.approx(0.55) == loop.parameters.T
    loop.apply(Act("cool"))
    loop.apply(Act("cool"))
    assert pytest.approx(0.5 / 1.1) == loop.parameters.T


def test_methods_are_those_chosen() -> None:
    """Heat bath, over-relaxation and Metropolis make other spins of the same random numbers."""
    names = ("heat bath", "over-relaxation", "metropolis")
    ends = [run(2, T=0.4, algorithm=name).state.spins.vectors() for name in names]
    assert not np.allclose(ends[0], ends[1])
    assert not np.allclose(ends[0], ends[2])
    assert not np.allclose(ends[1], ends[2])
