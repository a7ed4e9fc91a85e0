"""Every system can be swept: a point of a few steps has a cell for every column, whatever its observables are."""

import pytest

from spinviz.engine.sweep.plan import Axis, Sweep, Wanted
from spinviz.engine.sweep.point import measured, task_of
from spinviz.engine.sweep.table import cells_of, columns_of
from spinviz.systems import systems


def swept(system):
    """A number that changes what happens; none where files are only shown."""
    quantities = system.Parameters.quantities().items()
    return next((name for name, q in quantities if q.kind == "number" and not q.display), "")


@pytest.mark.parametrize("system", [s for s in systems().values() if swept(s)], ids=lambda system: system.name)
def test_a_point_has_a_cell_for_every_column(system):
    p = system.Parameters()
    name = swept(system)
    sweep = Sweep(system, p, (Axis(name, (getattr(p, name),)),), wanted=Wanted(0.5, 3 * system.timestep(p)))
    outcome = measured(task_of(sweep, 0))
    assert outcome.row, outcome.failure
    assert len(cells_of(sweep, outcome.row, laws=True)) == len(columns_of(sweep, laws=True))
