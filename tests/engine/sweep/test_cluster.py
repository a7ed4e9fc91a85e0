"""A cluster of two workers that loses one in the middle gives the same bits as this process."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from scatter import Scatter, ScatterParameters

from spinviz.engine.sweep import cluster as module
from spinviz.engine.sweep.cluster import NoCluster, cluster
from spinviz.engine.sweep.plan import Sweep, Wanted, axis_of
from spinviz.engine.sweep.workers import Here, outcomes

pytest.importorskip("distributed", reason="distributed is not installed: pip install 'spinviz[test]'")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def begun(*words):
    """A process of the cluster: it finds what this one finds."""
    found = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
        env=found, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


@pytest.fixture
def scheduler():
    """Address of a scheduler; its processes end with the test."""
    port = free_port()
    process = begun("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-show")
    yield f"tcp://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture
def workers(scheduler, tmp_path):
    """Two workers that nobody starts again."""
    found = [
        begun("dask_worker", scheduler, "--no-nanny", "--nthreads", "1", "--no-dashboard",
              "--local-directory", str(tmp_path / str(number)))
        for number in range(2)
    ]  # fmt: skip
    yield found
    for process in found:
        process.kill()
        process.wait()


def words(found):
    return {one.index: repr((one.row, one.failure)) for one in found}


@pytest.mark.parametrize("back", [False, True])
def test_a_cluster_that_loses_a_worker_gives_the_same_bits(scheduler, workers, back, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 60.0)
    p = ScatterParameters()
    sweep = Sweep(
        Scatter(), p, (axis_of(p, "rate", 0.1, 0.2, 2), axis_of(p, "level", 0.5, 2.0, 4)), seed=3, back=back,
        wanted=Wanted(precision=1e-6, limit=4000.0),
    )  # fmt: skip
    found = []
    with cluster(scheduler) as (executor, _):
        until = time.monotonic() + 60
        while len(executor._client.scheduler_info()["workers"]) < 2 and time.monotonic() < until:
            time.sleep(0.1)
        assert len(executor._client.scheduler_info()["workers"]) == 2
        for one in outcomes(sweep, range(len(sweep)), executor, 4):
            found.append(one)
            if len(found) == 2:
                os.kill(workers[0].pid, signal.SIGKILL)
    assert workers[0].wait(10) == -signal.SIGKILL
    assert words(found) == words(outcomes(sweep, range(len(sweep)), Here(), 1))


def test_a_scheduler_without_workers_is_one_line(scheduler, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 3.0)
    until = time.monotonic() + 60
    while True:
        with pytest.raises(NoCluster) as found, cluster(scheduler):
            pass
        if "has no workers" in str(found.value) or time.monotonic() > until:
            break
    assert f"the scheduler at {scheduler} has no workers" in str(found.value)
    assert f"dask worker {scheduler}" in str(found.value)


def test_an_unreachable_scheduler_is_one_line(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 1.0)
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(NoCluster, match="no scheduler answers") as found, cluster(address):
        pass
    assert address in str(found.value)
    assert "dask scheduler" in str(found.value)
    assert "\n" not in str(found.value)


@pytest.mark.parametrize("address", ["nonsense", "http://a:1", "tcp://a", "tcp://a:b", "a b:1", ""])
def test_an_address_that_is_none_is_one_line(address):
    with pytest.raises(NoCluster, match="is no address"), cluster(address):
        pass


def test_the_extra_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(NoCluster, match=r"pip install 'spinviz\[cluster\]'"), cluster("tcp://127.0.0.1:8786"):
        pass
