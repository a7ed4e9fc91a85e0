"""Movies are benchmarks of every system, counted in frames per second."""

import pytest

from spinviz.bench import movies
from spinviz.bench.catalogue import benchmarks, chosen
from spinviz.systems import systems


def test_every_system_is_exported_by_the_group() -> None:
    names = [f"export-{name.replace('_', '-')}" for name in systems()]
    assert [benchmark.name for benchmark in chosen(["export"], benchmarks())] == names


@pytest.mark.parametrize(("loaded", "reached"), [(True, None), (False, False)])
def test_frames_are_counted_after_the_first_ones(
    monkeypatch: pytest.MonkeyPatch, qapp: object, loaded: bool, reached: bool | None
) -> None:
    moments = iter([*range(1, 12), *(11 + k / 8 for k in range(1, 61))])
    monkeypatch.setattr(movies.time, "perf_counter", lambda: float(next(moments)))
    monkeypatch.setattr(movies, "busy", lambda: loaded)
    monkeypatch.setattr("spinviz.export.job.export", lambda loop, job, report: [report(k, 70) for k in range(71)])
    result = movies.Movie("recovery").measure()
    assert (result.rate, result.unit, result.reached) == (8.0, "frame/s", reached)
    assert result.target == "at least 20 frames/s"
