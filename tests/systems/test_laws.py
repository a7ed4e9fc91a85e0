"""Every law of every system holds: what ``spinviz verify`` says, as tests."""

import pytest

from spinviz.engine.verify import verify_law
from spinviz.systems import systems

LAWS = [
    pytest.param(system, law, id=f"{system.name}-{law.name}", marks=[pytest.mark.slow] if law.check.slow else [])
    for system in systems().values()
    for law in system.laws
]


@pytest.mark.parametrize(("system", "law"), LAWS)
def test_law(system, law):
    result = verify_law(system, law)
    assert result.passed, (
        f"{result.problem or 'deviation'}: value {result.value:.6g}, theory {result.theory:.6g}, "
        f"deviation {result.deviation:.3g}, tolerance {result.tolerance:.3g} ({law.because})"
    )
