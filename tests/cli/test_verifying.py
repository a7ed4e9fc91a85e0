"""What ``spinviz verify`` prints: a line for each law with value, theory and deviation in this order."""

import json
import math

from spinviz.cli.verifying import entry, table
from spinviz.engine.verify import Result

GOOD = Result("toy", "decay", 2e-3, 1.5e-3, 0.25, 1.0, "T")
BAD = Result("toy", "curie", 3.0, 4.0, 7.0, 4.0)
NONE = Result("toy", "yang", math.nan, math.nan, math.nan, 2.0, problem="never held")


def test_the_table_has_values_in_their_units_and_counts_what_passed():
    lines = [line.split() for line in table([GOOD, BAD, NONE]).splitlines()]
    assert lines[1][:-1] == ["toy", "decay", "2", "mT", "1.5", "mT", "0.25", "1"]
    assert lines[2][:-1] == ["toy", "curie", "3", "4", "7", "4"]
    assert lines[1][-1] in ("✓", "pass")
    assert lines[2][-1] in ("✗", "FAIL")
    assert lines[3][-2:] == ["never", "held"]
    assert " ".join(lines[4]) == "1 of 3 laws within their tolerance"


def test_json_has_the_same_numbers_and_null_where_there_is_none():
    expected = {"system": "toy", "law": "decay", "value": 2e-3, "theory": 1.5e-3, "deviation": 0.25, "tolerance": 1.0}
    assert entry(GOOD) == {**expected, "passed": True}
    assert entry(BAD)["passed"] is False
    found = json.loads(json.dumps(entry(NONE)))
    assert (found["value"], found["theory"], found["deviation"], found["problem"]) == (None, None, None, "never held")
