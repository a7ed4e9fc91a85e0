"""The table of samples: what was handed out stays, and nothing is copied for nobody."""

import numpy as np

from spinviz.engine.history import Samples


def add(samples: Samples, step: int, value: float) -> None:
    samples.add(step, 0.1 * step, {"m": value}, {"law": -value})


def test_a_row_replaced_under_a_view_leaves_it_alone_and_without_one_copies_nothing() -> None:
    """Every action of one step copied the whole table."""
    samples = Samples(("m",), ("law",))
    for step in range(5):
        add(samples, step, 1.0)
    table = samples._table
    for value in (2.0, 3.0):
        add(samples, 4, value)
    assert samples._table is table
    seen = samples.history().observables["m"]
    add(samples, 4, 5.0)
    add(samples, 4, 6.0)
    assert np.array_equal(seen, [1, 1, 1, 1, 3])
    again = samples.history()
    samples.forget_after(2)
    add(samples, 3, 9.0)
    assert np.array_equal(again.observables["m"], [1, 1, 1, 1, 6])
    assert np.array_equal(samples.history().observables["m"], [1, 1, 1, 9])
    assert np.array_equal(samples.history().laws["law"], [-1, -1, -1, -9])
