"""Extended phase graphs and closed forms of echoes."""
