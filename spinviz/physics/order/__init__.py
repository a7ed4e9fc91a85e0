"""Order and temperature: mean fields, exact small systems, critical points."""
