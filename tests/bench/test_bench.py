"""The benchmarks: shapes of what they print, choice by name, peers that are missing. Nothing is timed."""

import importlib.util
import json
import os
import subprocess
import sys
from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest

from spinviz.bench import __main__ as document
from spinviz.bench import (
    bloch,
    drawing,
    heisenberg,
    ising,
    lattices,
    llg,
    machine,
    macrospins,
    measurement,
    report,
    windows,
)
from spinviz.bench.catalogue import UnknownBenchmark, benchmarks, chosen
from spinviz.bench.measurement import Kernel, Peer, Result, Skipped, Work
from spinviz.cli import main
from spinviz.physics.constants import BOHR_MAGNETON
from spinviz.physics.lattice.dynamics import Dynamics
from spinviz.physics.lattice.geometry import Geometry
from spinviz.physics.lattice.mesh import mesh
from spinviz.physics.lattice.spins import Spins
from spinviz.physics.lattice.unit_cells import unit_cell
from spinviz.view import offscreen

KEYS = {"name", "rate", "unit", "threads", "precision", "limit_share", "peer", "peer_ratio"}


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    """Small work, one round, and an environment that is put back."""
    monkeypatch.setattr(measurement, "ROUNDS", 1)
    monkeypatch.setattr(machine, "PAUSE", 1e-4)
    monkeypatch.setattr(machine, "DRAM_WORDS", 2**14)
    monkeypatch.setattr(llg, "SIZE", 6)
    monkeypatch.setattr(lattices, "SIDES", {"simple cubic": 6, "bcc": 3, "fcc": 3})
    monkeypatch.setattr(ising, "SIZES", {3: 4, 2: 8})
    monkeypatch.setattr(ising, "CLUSTERS", 3)
    monkeypatch.setattr(ising, "WARM_UP", 3)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, os.environ.get(name, "1"))
    measurement.limit.cache_clear()
    yield
    measurement.limit.cache_clear()


def ticking(rate):
    """A run that always gives the same rate."""
    return lambda: lambda: rate


def kernel(peer=None, **given):
    return Kernel("k", "A kernel", "things/s", ticking(6.0), peer=peer, **given)


def test_json_has_the_promised_shape_and_nothing_else_is_printed(capfd):
    assert main(["bench", "ising-3d", "wolff", "machine-float32", "--json"]) == 0
    results = json.loads(capfd.readouterr().out)
    names = ["ising-3d", "ising-3d-field", "wolff-3d", "wolff-2d", "machine-float32"]
    assert [result["name"] for result in results] == names
    for result in results:
        assert set(result) == KEYS
        assert result["rate"] > 0
        assert result["threads"] == 1
        assert isinstance(result["unit"], str)
    assert results[2]["limit_share"] is None
    assert results[0]["limit_share"] > 0


def test_table_names_rate_and_unit(capsys):
    assert main(["bench", "llg-float32"]) == 0
    text = capsys.readouterr().out
    assert "llg-float32" in text
    assert "spin-steps/s" in text


def test_unknown_name_is_bad_input_and_lists_the_groups(capsys):
    assert main(["bench", "nonsense"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    for name in ("'nonsense'", "llg", "ising", "bloch", "arrows", "start"):
        assert name in said.err


def test_names_choose_one_or_a_group_once_each():
    known = benchmarks()
    assert [b.name for b in chosen(["llg"], known)] == [name for name in known if name.startswith("llg-")]
    assert [b.name for b in chosen(["ising-2d", "ising"], known)] == ["ising-2d", "ising-3d", "ising-3d-field"]
    assert len(chosen([], known)) == len(known)
    with pytest.raises(UnknownBenchmark, match="llgs"):
        chosen(["llgs"], known)
    assert set(benchmarks(window=True)) - set(known) == {"event-loop"}


def test_missing_peers_are_null_and_the_remedy_is_said(monkeypatch, capfd):
    for package in ("spirit", "mcising", "blochsimulator"):
        monkeypatch.setitem(sys.modules, package, None)
    found = importlib.util.find_spec
    absent = lambda name, *rest: None if name in ("mcising", "spirit") else found(name, *rest)  # noqa: E731
    monkeypatch.setattr(importlib.util, "find_spec", absent)
    assert main(["bench", "ising-3d", "llg-float64", "--json"]) == 0
    said = capfd.readouterr()
    for result in json.loads(said.out):
        assert result["peer"] is None
        assert result["peer_ratio"] is None
    assert "mcising, spirit" in said.err
    assert "pip install 'spinviz[bench]'" in said.err


def test_ratio_to_the_peer_decides_whether_the_target_is_reached():
    peer = Peer("Other", "other", ticking(2.0))
    assert kernel(peer, target=3.0).measure().reached is True
    missed = kernel(peer, target=3.1).measure()
    assert (missed.peer, missed.peer_ratio, missed.reached) == ("Other", 3.0, False)
    absent = kernel(Peer("Other", "other", lambda: None), target=3.0).measure()
    assert (absent.peer, absent.peer_ratio, absent.reached) == (None, None, None)


def test_share_is_that_of_the_limit_that_binds(monkeypatch):
    limits = {"float64": ticking(100.0), "int32": ticking(50.0), "L2": ticking(40.0)}
    monkeypatch.setattr(machine, "LIMITS", limits)
    assert kernel(work=Work(flops=10)).measure().limit_share == pytest.approx(0.6)
    assert kernel(work=Work(flops=10, integers=2, bytes=5)).measure().limit_share == pytest.approx(0.75)
    assert kernel().measure().limit_share is None


def test_median_of_neighbouring_ratios_not_ratio_of_medians(monkeypatch):
    """Ours and the peer slow down together when the machine is busy."""
    monkeypatch.setattr(measurement, "ROUNDS", 5)
    load = count(1)
    pace = []

    def ours():
        pace.append(1 / next(load))
        return 6.0 * pace[-1]

    busy = Kernel("k", "", "things/s", lambda: ours, peer=Peer("Other", "other", lambda: lambda: 2.0 * pace[-1]))
    result = busy.measure()
    assert result.peer_ratio == pytest.approx(3.0)
    assert result.rate == pytest.approx(2.0)


@pytest.mark.parametrize("name", machine.LIMITS)
def test_limits_are_positive_numbers(name):
    assert 1e6 < machine.LIMITS[name]()() < 1e14


def seconds():
    """A clock that goes on by a second whenever it is read: every piece of work takes one."""
    ticks = count()
    return lambda: float(next(ticks))


def test_limits_count_bytes_flops_and_operations(monkeypatch):
    """Three words of 8 bytes; 64 multiply-adds and two sums; three times three operations in each of four rounds."""
    monkeypatch.setattr(machine, "clock", seconds())
    assert machine.bandwidth(100)() == 3 * 8 * 100
    assert machine.multiply_adds("float32")() == (2 * 64 + 2) * machine.OPERANDS
    assert machine.integer_operations()() == 3 * 3 * 4 * machine.OPERANDS


def test_rates_are_pieces_of_work_per_second(monkeypatch):
    for module in (bloch, heisenberg, ising, lattices, llg, macrospins):
        monkeypatch.setattr(module, "clock", seconds())
    monkeypatch.setattr(macrospins, "SPINS", 8)
    monkeypatch.setattr(bloch, "ISOCHROMATS", 16)
    assert bloch.prepare_pulse()() == 16 * bloch.STEPS
    assert bloch.prepare_free()() == 16 * bloch.FREE_STEPS
    assert ising.prepare(3)() == 4**3 * ising.SWEEPS
    assert ising.prepare_potts()() == 8**2 * ising.SWEEPS
    assert heisenberg.prepare(4)() == 4**3 * heisenberg.SWEEPS
    assert heisenberg.prepare_steps(4)() == 4**3 * heisenberg.STEPS
    assert llg.prepare("float64")() == 6**3 * llg.OUR_STEPS
    assert lattices.prepare("fcc", "float64")() == 12 * 4 * 3**3 * llg.OUR_STEPS
    assert lattices.prepare_fixed("float64")() == 6 * 6**3 * llg.OUR_STEPS
    assert macrospins.prepare(False)() == 8 * macrospins.STEPS


def test_peers_are_counted_in_the_same_pieces_of_work(monkeypatch):
    done = []
    simulation = SimpleNamespace(
        n_shot=lambda peer, steps: done.append(steps), start=lambda *_, **__: None, METHOD_MC=0
    )
    monkeypatch.setitem(sys.modules, "spirit", SimpleNamespace(simulation=simulation))
    set_T = []
    mc = SimpleNamespace(
        set_output_general=lambda *_, **__: None, set_temperature=lambda peer, T: set_T.append(T),
        set_iterations=lambda *_: None,
    )  # fmt: skip
    monkeypatch.setitem(sys.modules, "spirit.parameters", SimpleNamespace(mc=mc))
    monkeypatch.setattr(llg, "spirit_lattice", lambda size: None)
    monkeypatch.setattr(llg, "spirit_state", lambda thermal, size: None)
    sweeping = SimpleNamespace(num_sites=4**3, sweep=lambda sweeps, temperature: done.append(sweeps))
    monkeypatch.setitem(sys.modules, "mcising", SimpleNamespace(IsingSimulation=lambda *rest: sweeping))
    for module in (llg, ising, heisenberg):
        monkeypatch.setattr(module, "clock", seconds())
    assert llg.prepare_spirit()() == 6**3 * done[-1]
    assert ising.prepare_mcising(3)() == 4**3 * done[-1]
    assert heisenberg.prepare_spirit(6)() == 6**3 * done[-1]
    assert set_T == [pytest.approx(1.4429 * 10 / 0.0861733, rel=1e-3)]  # J = 10 meV, kB in meV/K


def test_clusters_are_counted_in_flipped_spins(monkeypatch):
    flipped = count(100)
    monkeypatch.setattr(ising, "clock", seconds())
    monkeypatch.setattr(ising.clusters, "flip_clusters", lambda *rest: next(flipped))
    assert ising.prepare_clusters(2)() == 101.0  # 100 while it warms up
    monkeypatch.setattr(heisenberg, "clock", seconds())
    monkeypatch.setattr(heisenberg.Magnet, "clusters", lambda *rest: next(flipped))
    assert heisenberg.prepare_clusters(4)() == 103.0


def test_frames_are_timed_in_milliseconds(monkeypatch, qapp):
    class Drawn:
        def __init__(self, *rest, **more):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *rest):
            pass

        def picture(self, *rest):
            pass

    monkeypatch.setattr(offscreen, "Offscreen", Drawn)
    monkeypatch.setattr(drawing, "time", SimpleNamespace(perf_counter=seconds()))
    result = drawing.Frame("a", "", lambda: drawing.arrow_frames(4)).measure()
    assert (result.rate, result.unit) == (1000.0, "ms/frame")


def test_multiply_adds_are_done():
    """What is counted is what is computed: 64 multiply-adds in two chains."""
    a = np.array([0.3, 0.7])
    machine._multiply_add(a, 0.5, 0.25, 1)
    for start, result in zip((0.3, 0.7), a):
        x, y = start, start + 0.5
        for _ in range(32):
            x, y = x * 0.5 + 0.25, y * 0.25 + 0.5
        assert result == pytest.approx(x + y, rel=1e-14)


def test_quantities_have_si_prefixes():
    assert report.quantity(3.67e8, "spin-steps/s") == "367 M spin-steps/s"
    assert report.quantity(4.3e10, "B/s") == "43 GB/s"
    assert report.quantity(12.34, "ms/frame") == "12.3 ms/frame"
    assert report.quantity(0.0, "attempts/s") == "0 attempts/s"


def test_table_says_reached_and_missed():
    rows = [
        Result("a", 2e6, "steps/s", 1, "float32", 0.5, "Other", 30.0, "at least 25 times Other", True),
        Result("b", 50.0, "ms/frame", 2, "float32", target="at most 40 ms", reached=False),
    ]
    head, first, second = report.as_table(rows, {"a": "First"}).splitlines()
    assert head.split()[0] == "benchmark"
    assert "a: First" in first
    assert "50 %" in first
    assert first.endswith("reached")
    assert second.endswith("MISSED")


def test_frames_differ_and_share_positions():
    shown, stage = drawing.arrow_frames(100)
    (first,), (second,) = shown[0], shown[1]
    assert first.positions.shape == (100, 3)
    assert first.positions is second.positions
    assert not np.array_equal(first.directions, second.directions)
    assert np.allclose(np.linalg.norm(first.directions, axis=1), 1, atol=1e-6)
    assert stage.high == (10, 10, 1)
    cells, _ = drawing.cell_frames((2, 3, 4))
    assert cells[0][0].values.shape == (2, 3, 4)


def test_windows_are_left_out_without_a_display(monkeypatch):
    monkeypatch.setattr(windows, "original", dict)
    monkeypatch.setattr(sys, "platform", "linux")
    for benchmark in (*windows.BENCHMARKS, *windows.WITH_PATIENCE):
        with pytest.raises(Skipped, match="no display"):
            benchmark.measure()


def test_what_cannot_run_is_left_out_and_said(monkeypatch, capsys):
    monkeypatch.setattr(windows, "original", dict)
    monkeypatch.setattr(sys, "platform", "linux")
    assert main(["bench", "start", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == []
    assert "left out: there is no display" in said.err


def test_kernels_and_peers_are_kept_to_one_thread():
    """In a fresh process: numba must see the number before it is imported; measured programs must not."""
    code = (
        "import spinviz.bench as b, os; b.single_threaded(); import numba;"
        "from spinviz.bench.environment import original;"
        "print(numba.config.NUMBA_NUM_THREADS, os.environ['OMP_NUM_THREADS'], original().get('OMP_NUM_THREADS'))"
    )
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_NUM_THREADS")}
    words = [sys.executable, "-c", code]
    told = subprocess.run(words, capture_output=True, text=True, env=environment, check=True)
    assert told.stdout.split() == ["1", "1", "None"]


def test_arrows_are_drawn_without_a_window():
    """In a process of its own: the tests have a window system, the benchmark has none."""
    code = (
        "from spinviz.bench import drawing, measurement; measurement.ROUNDS = 1;"
        "print(drawing.Frame('a', '', lambda: drawing.arrow_frames(64)).measure().unit)"
    )
    environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY")}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert told.stdout.strip() == "ms/frame", told.stderr


def test_numbers_of_a_document_are_renewed():
    text = f"before\n{document.BEGIN}\nold\n{document.END}\nafter\n"
    assert document.renewed(text, "| new |") == f"before\n{document.BEGIN}\n| new |\n{document.END}\nafter\n"
    with pytest.raises(ValueError, match="no place for numbers"):
        document.renewed("nothing here", "| new |")


def test_markdown_has_as_many_columns_in_every_row():
    table = report.as_markdown([Result("a", 2e6, "steps/s", 1, "float32")], {})
    assert {line.count("|") for line in table.splitlines()} == {len(report.HEAD) + 1}
    assert "2 M steps/s" in table


def test_a_busy_machine_does_not_miss_a_time_but_may_reach_it(monkeypatch):
    monkeypatch.setattr(measurement, "busy", lambda: "load 8")
    late = measurement.duration("a", 50.0, "ms/frame", 40.0)
    assert (late.target, late.reached, late.note) == ("at most 40 ms", None, "busy")
    assert measurement.duration("a", 30.0, "ms/frame", 40.0).reached is True
    monkeypatch.setattr(measurement, "busy", lambda: "")
    assert measurement.duration("a", 50.0, "ms/frame", 40.0).reached is False
    assert measurement.duration("a", 50.0, "ms/frame").reached is None


def test_any_lattice_computes_what_the_fixed_stencil_does():
    """The terms of both sides are the same fields."""
    geometry = Geometry.of(unit_cell("simple cubic"), (6, 6, 6))
    vectors = np.random.default_rng(1).normal(size=(*geometry.shape, 3))
    spins = Spins.of_vectors(geometry, vectors, dtype=np.float64)
    Dynamics(geometry, llg.hamiltonian(), llg.MOMENT * BOHR_MAGNETON, llg.ALPHA).heun(spins, dt=llg.DT, steps=9)
    plain = mesh((6, 6, 6), True)
    fixed = Spins.of_vectors(plain, vectors, dtype=np.float64)
    Dynamics(plain, llg.hamiltonian(), llg.MOMENT * BOHR_MAGNETON, llg.ALPHA).heun(fixed, dt=llg.DT, steps=9)
    assert np.abs(spins.vectors() - fixed.vectors()).max() < 1e-12


@pytest.mark.parametrize("dt", [1e-16, 1e-17])
def test_spirit_computes_the_same_physics(monkeypatch, dt):
    """One step of both second-order methods: the difference is a part of (largest angle)^3, a wrong term is not."""
    pytest.importorskip("spirit", reason="pip install 'spinviz[bench]'")
    from spirit import simulation, system

    monkeypatch.setattr(llg, "DT", dt)
    peer = llg.spirit_state(thermal=False, size=6)
    start = np.array(system.get_spin_directions(peer))
    simulation.n_shot(peer, 1)
    theirs = np.array(system.get_spin_directions(peer))
    plain = mesh((6, 6, 6), True)
    ours = Spins.of_vectors(plain, start.reshape(6, 6, 6, 1, 3), dtype=np.float64)
    Dynamics(plain, llg.hamiltonian(), llg.MOMENT * BOHR_MAGNETON, llg.ALPHA).heun(ours, dt=dt)
    angle = np.abs(theirs - start).max()
    assert angle > 1e-4 * (dt / 1e-17)
    assert np.abs(ours.vectors().reshape(-1, 3) - theirs.reshape(-1, 3)).max() < 3 * angle**3
